//! Answers, cut to the size of a screen.

use crate::base::{MergeId, NodeId, Problem, StepId};
use crate::chart::ChartData;
use crate::insight::Findings;
use crate::merge::{MergeOutcome, MergeSuggestion, Nearest};
use crate::report::FrozenReport;
use crate::table::{CellSummary, ColumnInfo, RowWindow, TableProfile};
use serde::{Deserialize, Serialize};

/// A node as lists and menus show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeView {
    pub node: NodeId,
    pub name: String,
    /// After the recipe.
    pub n_rows: u64,
    /// Before it.
    pub n_rows_input: u64,
    pub columns: Vec<ColumnInfo>,
    pub size_bytes: u64,
    /// Why it has no rows to show.
    #[serde(default)]
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    pub step: StepId,
    /// "Keep rows where qc is 'pass'".
    pub sentence: String,
    pub enabled: bool,
    pub n_rows_before: u64,
    pub n_rows_after: u64,
    pub n_columns_after: usize,
    /// False where a step before it failed, so that there are no counts.
    pub is_reached: bool,
    /// "31 cells could not be read as numbers".
    #[serde(default)]
    pub remark: Option<String>,
    #[serde(default)]
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeView {
    pub merge: MergeId,
    pub name: String,
    pub outcome: MergeOutcome,
    #[serde(default)]
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    Nodes(Vec<NodeView>),
    Rows(RowWindow),
    Profile(TableProfile),
    /// One for each column asked about, in order.
    Summary(Vec<CellSummary>),
    Steps(Vec<StepView>),
    Suggestions(Vec<MergeSuggestion>),
    Merges(Vec<MergeView>),
    /// The counts of a merge that is still being written (`n_rows` is not known), and the columns
    /// that it can have.
    TriedMerge {
        outcome: MergeOutcome,
        columns: Vec<ColumnInfo>,
    },
    Nearest(Nearest),
    Findings(Findings),
    Control {
        findings: Findings,
        /// One for each chart, as the script API gives it.
        charts: serde_json::Value,
    },
    /// As the script API gives them.
    Stats(serde_json::Value),
    Chart(ChartData),
    Report(FrozenReport),
    /// `elapsed_ms`: how long the worker was at it.
    Sql {
        window: RowWindow,
        elapsed_ms: Option<f64>,
    },
    Preview {
        before: RowWindow,
        after: RowWindow,
        /// What it does to cells: "12 cells changed".
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<String>,
    },
    Variants(crate::recipe::Variants),
}
