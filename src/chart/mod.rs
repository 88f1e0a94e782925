//! Charts: a spec says what to show, the data are reduced to what fits a screen, the plan resolves
//! scales and ticks to numbers, and any plotters backend draws it.
//!
//! Never here: the page. Text is measured by our own table, so that the host and the browser draw
//! the same.

mod data;
mod spec;

pub use data::*;
pub use spec::*;
