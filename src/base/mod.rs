//! The words everything else is written in: ids, types of columns, problems, wording.
//!
//! Never here: anything that knows of tables, stages, files or the browser.

mod column_type;
mod fingerprint;
mod floats;
mod id;
pub mod json;
mod natural;
mod notice;
mod problem;
mod slices;
pub mod wording;

pub use column_type::ColumnType;
pub use fingerprint::{Fingerprint, FingerprintBuilder};
pub use floats::Floats;
pub use id::{BlockId, MergeId, NodeId, SourceId, StepId, TableId};
pub use natural::{month_number, natural_order};
pub use notice::{Notice, Notices};
pub use problem::{Hint, Place, Problem, ProblemKind, Repair};
pub use slices::{at_once, give_way};
