//! What a chart shows. Intent only; defaults are resolved in the plan and never written back.

use crate::base::NodeId;
use crate::insight::control::ControlOptions;
use crate::recipe::Aggregate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    Line,
    Bar,
    Histogram,
    Scatter,
    Box,
    Heat,
    Control,
}

impl ChartKind {
    pub const ALL: [ChartKind; 7] = [
        ChartKind::Line,
        ChartKind::Bar,
        ChartKind::Histogram,
        ChartKind::Scatter,
        ChartKind::Box,
        ChartKind::Heat,
        ChartKind::Control,
    ];

    pub fn label(self) -> &'static str {
        match self {
            ChartKind::Line => "Line",
            ChartKind::Bar => "Bar",
            ChartKind::Histogram => "Histogram",
            ChartKind::Scatter => "Scatter",
            ChartKind::Box => "Box",
            ChartKind::Heat => "Heat map",
            ChartKind::Control => "Control",
        }
    }
}

/// A chart over the rows of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartSpec {
    pub kind: ChartKind,
    pub node: NodeId,
    /// Line, scatter: the horizontal axis. Bar, box, heat: the categories. Histogram: the measured column.
    pub x: String,
    /// Line, bar, scatter, box: the measured column. Heat: the second category. Not used by a
    /// histogram, nor by a bar chart that counts rows.
    #[serde(default)]
    pub y: Option<String>,
    /// One series (line, scatter) or one colour (bar) for each value.
    #[serde(default)]
    pub group: Option<String>,
    /// Heat: the column that gives the colour, aggregated.
    #[serde(default)]
    pub value: Option<String>,
    /// How rows that share a place are reduced. Line: rows with the same x; bar and heat: rows of a
    /// category. Default: mean where there is a measured column, else the count.
    #[serde(default)]
    pub aggregate: Option<Aggregate>,
    /// What is seen, as a sentence; the plan writes one when empty.
    #[serde(default)]
    pub title: String,
    /// A category, or an x value, to be marked and named, as raw text.
    #[serde(default)]
    pub mark: Option<String>,
    /// Control: which chart, by which rules and limits. Its `x` gives the order (that of the table when empty),
    /// its `group` the subgroups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Box<ControlOptions>>,
}

impl ChartSpec {
    pub fn new(kind: ChartKind, node: NodeId, x: impl Into<String>) -> ChartSpec {
        ChartSpec {
            kind,
            node,
            x: x.into(),
            y: None,
            group: None,
            value: None,
            aggregate: None,
            title: String::new(),
            mark: None,
            control: None,
        }
    }
}
