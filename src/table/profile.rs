//! What a column looks like at a glance: counts, range, shape.

use crate::base::ColumnType;
use serde::{Deserialize, Serialize};

/// Counts of values in bins of equal width from `min` to `max`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub min: f64,
    pub max: f64,
    pub counts: Vec<u64>,
}

/// One column at a glance. Times count as microseconds, dates as days since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    pub name: String,
    pub column_type: ColumnType,
    #[serde(default)]
    pub unit: Option<String>,
    pub n_rows: u64,
    pub n_missing: u64,
    /// Exact up to `distinct_is_exact`.
    pub n_distinct: u64,
    pub distinct_is_exact: bool,
    /// Smallest and largest as raw text.
    pub min: Option<String>,
    pub max: Option<String>,
    /// Numeric columns only.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub median: Option<f64>,
    /// Numeric and temporal columns.
    pub histogram: Option<Histogram>,
    /// The most frequent values of text and boolean columns, at most ten.
    pub top: Vec<(String, u64)>,
    /// Tells rows or things apart, as its values or a merge by it show: its numbers measure nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_id: bool,
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// All columns at a glance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableProfile {
    pub n_rows: u64,
    pub columns: Vec<ColumnProfile>,
}
