//! A report with everything in it: what the screen shows, what a link holds, what a file prints.
//!
//! These types are saved: fields may be added with `#[serde(default)]`; any other change needs a
//! new [`FrozenReport::VERSION`] and an upgrade in `share`.

use super::spec::BlockSpec;
use crate::base::{BlockId, Floats, MergeId, SourceId, TableId};
use crate::chart::{ChartData, ChartSpec};
use crate::insight::Finding;
use crate::table::{RowWindow, SourceRef};
use serde::{Deserialize, Serialize};

/// How something stands. Always shown with an icon and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Fine,
    Attention,
    Stop,
}

/// Where else in the workspace the rows in question are, where the data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The rows set aside, and the cells read by a rule.
    SetAside(TableId),
    Merge(MergeId),
    Source(SourceId),
}

/// How a number was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explain {
    /// In words: "Number of rows of run_metrics where qc is 'fail', divided by all rows".
    pub formula: String,
    /// The recipe up to here, a sentence a step, with counts.
    #[serde(default)]
    pub steps: Vec<String>,
    /// Names of the sources, as in [`FrozenReport::sources`].
    #[serde(default)]
    pub sources: Vec<String>,
    /// A query for the rows behind it; works only where the data are.
    #[serde(default)]
    pub rows_sql: Option<String>,
    #[serde(default)]
    pub n_rows: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenNumber {
    pub label: String,
    /// As written: "9,600", "9.4 %".
    pub text: String,
    /// `None` when there is not enough data.
    #[serde(default)]
    pub value: Option<f64>,
    #[serde(default)]
    pub unit: Option<String>,
    /// "+2.1 against the period before".
    #[serde(default)]
    pub change: Option<String>,
    /// The course over time, at most 40 points.
    #[serde(default)]
    pub spark: Floats,
    pub explain: Explain,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QualityItem {
    pub state: State,
    /// "19 of 9,600 rows of runs.csv were set aside: too few cells".
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explain>,
}

impl QualityItem {
    pub fn new(state: State, text: impl Into<String>) -> QualityItem {
        QualityItem { state, text: text.into(), explain: None }
    }

    pub fn with(self, explain: Explain) -> QualityItem {
        QualityItem { explain: Some(explain), ..self }
    }
}

/// One of the facts under the title: "9,600 rows".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StripPart {
    pub text: String,
    pub explain: Explain,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "a report holds a few dozen; a box would be in the way of every reader")]
pub enum FrozenContent {
    Verdict {
        state: State,
        sentence: String,
        #[serde(default)]
        action: String,
        explain: Explain,
    },
    Numbers(Vec<FrozenNumber>),
    Finding {
        finding: Finding,
        #[serde(default)]
        chart: Option<ChartData>,
        /// The user's own words above it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heading: Option<String>,
        explain: Explain,
    },
    Chart {
        spec: ChartSpec,
        data: ChartData,
        explain: Explain,
    },
    Table {
        title: String,
        window: RowWindow,
        explain: Explain,
    },
    Text(String),
    Quality(Vec<QualityItem>),
    Sources,
    /// Paragraphs.
    Methods(Vec<String>),
    /// The block could not be made; the reason in words.
    Failed(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenBlock {
    pub id: BlockId,
    /// What it was made from, so that a draft can be adopted and edited.
    pub spec: BlockSpec,
    pub content: FrozenContent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenReport {
    pub version: u32,
    pub title: String,
    /// "data to 12 Nov 2026 · 4 sources · 9,600 rows · 2 filters".
    pub strip: String,
    /// The same in parts that can be opened; empty in reports made before there were any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strip_parts: Vec<StripPart>,
    pub blocks: Vec<FrozenBlock>,
    pub sources: Vec<SourceRef>,
    /// Latest date in the data as ISO 8601, where there is one.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Comparisons made while looking for findings.
    #[serde(default)]
    pub checks_run: u64,
    /// True while nobody has edited it.
    #[serde(default)]
    pub is_draft: bool,
}

impl FrozenReport {
    pub const VERSION: u32 = 1;
}
