//! Control charts: is a process still what it was?
//!
//! `Series` → [`control_chart`] → [`ControlChart`]: limits from a baseline, and the points at which a rule
//! is broken. [`of_table`] makes the series from a table's columns.
//!
//! Never here: drawing, and sentences other than those that explain a rule.

mod alarms;
mod capability;
mod chart;
mod constants;
mod limits;
mod of_table;
mod rules;
mod spec;
mod told;
mod words;

pub use alarms::false_alarm_rate;
pub use capability::{Capability, SigmaMetric};
pub use chart::{MIN_POINTS, NoChart, Series, control_chart};
pub use of_table::{Charted, series_of};
pub use spec::*;
pub use told::{Controlled, control_in_slices};
