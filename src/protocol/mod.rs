//! What the page and its workers say to each other. Both ends import this and nothing else of
//! each other.
//!
//! Text travels as JSON, bulk as transferred buffers beside it. Each import or export ends in
//! exactly one of `Done`/`Attached`, `Failed`, `Cancelled`; each topic's revision in one `Answer`
//! or `Failed`, or is superseded.

mod blame;
mod engine;
mod reader;
mod view;

pub use blame::*;
pub use engine::*;
pub use reader::*;
pub use view::*;
