//! What a finding is.

use super::control::Rule;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    Trend,
    ChangePoint,
    Outlier,
    GroupDifference,
    Correlation,
    Association,
    Missingness,
    Duplicates,
    Concentration,
    ControlChart,
}

/// A size that can be compared: "12 times as often", with its interval where known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// "difference of means", "slope a day", "relative risk", "share missing".
    pub measure: String,
    pub value: f64,
    #[serde(default)]
    pub unit: Option<String>,
    /// 95 % interval.
    #[serde(default)]
    pub interval: Option<(f64, f64)>,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// One thing worth knowing about a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable for the same kind and columns, so that it can be pinned or dismissed.
    pub key: String,
    pub kind: FindingKind,
    /// Plain words, built from the numbers, ending in a full stop.
    pub sentence: String,
    /// 0 to 1, for ranking: effect and usefulness, not the p-value.
    pub strength: f64,
    pub effect: Effect,
    /// Rows that the finding rests on.
    pub n: u64,
    /// Rows that `evidence_sql` gives: those singled out, mostly fewer than `n`. Zero where nobody counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_evidence: u64,
    /// p-value corrected for all checks run (Benjamini–Hochberg), where there is a test.
    #[serde(default)]
    pub p_adjusted: Option<f64>,
    /// Why this might be wrong, one sentence.
    pub caveat: String,
    /// The method in words: "Welch's t-test", "Theil–Sen slope".
    pub method: String,
    /// Columns it is about, the measured one first, the grouping or ordering one second.
    pub columns: Vec<String>,
    /// The group or value it singles out, as raw text.
    #[serde(default)]
    pub group: Option<String>,
    /// Further groups of the same column that stand out as much and are told with it, as raw text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// A query over the table for the rows behind it.
    pub evidence_sql: String,
    /// Rows it is about, 0-based in table order, at most 1,000.
    #[serde(default)]
    pub points: Vec<u64>,
    /// From and to, of the ordering column, as raw text.
    #[serde(default)]
    pub window: Option<(String, String)>,
    /// The rule that is broken, of control charts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
}

/// The outcome of a search for findings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Every comparison made, whether or not it was reported.
    pub checks_run: u64,
    /// Best first.
    pub findings: Vec<Finding>,
    /// Columns that are facts of another column's values (a device's offset, a study's size), so
    /// that they are not measured row by row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// How much was looked at, where that is not all; `None` where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
}

/// What a search looked at in a wide table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub n_columns: u64,
    /// Columns that were compared with others: the first ones.
    pub n_columns_searched: u64,
    /// Pairs of these that could be compared.
    pub n_pairs: u64,
    pub n_pairs_compared: u64,
}

/// What to look at. Everything, by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FindingsOptions {
    /// Only this measured column.
    pub value: Option<String>,
    /// Only this grouping column.
    pub group: Option<String>,
    /// The column that gives the order in time.
    pub order: Option<String>,
    pub kinds: Vec<FindingKind>,
}
