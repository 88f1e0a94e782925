//! Charts.

use super::control::Control;
use super::mirror::{saved_enum, saved_struct};
use super::recipe::Aggregate;
use super::table::Node;
use crate::chart;

saved_enum! {
    ChartKind = chart::ChartKind {
        "line" => Line,
        "bar" => Bar,
        "histogram" => Histogram,
        "scatter" => Scatter,
        "box" => Box,
        "heat" => Heat,
        "control" => Control,
    }
}

saved_struct! {
    Chart = chart::ChartSpec {
        "kind" => kind: ChartKind,
        "node" => node: Node,
        "x" => x: String,
        #[serde(default)]
        "y" => y: Option<String>,
        #[serde(default)]
        "group" => group: Option<String>,
        #[serde(default)]
        "value" => value: Option<String>,
        #[serde(default)]
        "aggregate" => aggregate: Option<Aggregate>,
        #[serde(default)]
        "title" => title: String,
        #[serde(default)]
        "mark" => mark: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "control" => control: Option<Box<Control>>,
    }
}
