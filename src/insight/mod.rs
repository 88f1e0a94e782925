//! What matters in a table: findings with effect, evidence and caveat, and profiles of columns.
//!
//! Never here: charts or layout. A finding says which columns it is about; `report` draws it.

mod absent;
pub mod control;
mod delays;
mod profile;
mod search;
mod spec;
pub mod stats;
mod typed;
mod words;

pub use absent::{Absence, absences};
pub use control::{Baseline, Centre, ControlKind, ControlOptions, ControlQuery, Exclusion, Rule, SpecLimits};
pub use delays::with_delays;
pub use profile::profile;
pub use search::{find, find_in_slices};
pub use spec::*;
pub use stats::StatsQuery;
pub use words::{quote_ident, quote_text};
