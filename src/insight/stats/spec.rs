//! What statistics are asked for.

use serde::{Deserialize, Serialize};

fn yes() -> bool {
    true
}

/// A question for exact statistics of a table's columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StatsQuery {
    /// Each column for itself.
    Columns(Vec<String>),
    /// One-way analysis of variance.
    Anova { value: String, group: String },
    /// Least squares of y on columns, or on the powers of one column.
    Regression {
        y: String,
        x: Vec<String>,
        #[serde(default = "yes")]
        intercept: bool,
        #[serde(default)]
        degree: Option<u32>,
    },
}
