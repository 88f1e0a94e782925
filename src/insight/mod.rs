//! What matters in a table: findings with effect, evidence and caveat, and profiles of columns.
//!
//! Never here: charts or layout. A finding says which columns it is about; `report` draws it.

mod profile;
mod spec;
pub mod stats;
mod typed;

pub use profile::profile;
pub use spec::*;
