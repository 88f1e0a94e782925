//! What a report is to contain.

use crate::base::{BlockId, NodeId};
use crate::chart::ChartSpec;
use crate::recipe::{Aggregate, SortKey, Test};
use serde::{Deserialize, Serialize};

/// A key number: one column of a node reduced to one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberSpec {
    /// Written from the rest when empty.
    #[serde(default)]
    pub label: String,
    pub node: NodeId,
    pub aggregate: Aggregate,
    /// Not used when rows are counted.
    #[serde(default)]
    pub column: Option<String>,
    /// Only the rows that pass: (column, test).
    #[serde(default)]
    pub only: Option<(String, Test)>,
    /// As a share of all rows, in percent. Only for counts.
    #[serde(default)]
    pub as_share: bool,
}

/// A block, before its numbers are computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockSpec {
    /// State, one sentence, one action; written from the findings unless `text` is given.
    Verdict {
        #[serde(default)]
        text: Option<String>,
        /// What to do first, in the user's words; empty for nothing, written from the findings when `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<String>,
    },
    Numbers(Vec<NumberSpec>),
    /// A finding, by its key, with a chart.
    Finding {
        node: NodeId,
        key: String,
        /// Instead of the finding's own sentence, which then stands below it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heading: Option<String>,
        #[serde(default, skip_serializing_if = "is_false")]
        hides_chart: bool,
    },
    Chart(ChartSpec),
    /// The first rows of a node.
    Table {
        node: NodeId,
        title: String,
        columns: Vec<String>,
        n_rows: u32,
        /// Only the rows that pass: (column, test).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<(String, Test)>,
        /// In this order; as they come when `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sort: Option<SortKey>,
    },
    /// Markdown.
    Text(String),
    /// What was set aside, missing, changed or unmatched.
    Quality,
    Sources,
    Methods,
}

impl BlockSpec {
    /// The verdict as it is written from the findings.
    pub const VERDICT: BlockSpec = BlockSpec::Verdict { text: None, action: None };

    /// A finding in its own words, with its chart.
    pub fn finding(node: NodeId, key: impl Into<String>) -> BlockSpec {
        BlockSpec::Finding { node, key: key.into(), heading: None, hides_chart: false }
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    pub id: BlockId,
    pub spec: BlockSpec,
}

/// The user's report. Empty until the first edit: until then the engine drafts it afresh from the
/// data, and the first edit adopts the draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportSpec {
    pub title: Option<String>,
    /// `None`: draft it.
    pub blocks: Option<Vec<Block>>,
    /// Findings the user does not want to see again, by key.
    #[serde(default)]
    pub dismissed: Vec<String>,
}
