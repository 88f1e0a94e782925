//! The user's report.

use super::chart::Chart;
use super::mirror::{saved_enum, saved_struct};
use super::recipe::{Aggregate, SortKey, Test};
use super::table::Node;
use crate::report;

saved_struct! {
    Report = report::ReportSpec {
        "title" => title: Option<String>,
        "blocks" => blocks: Option<Vec<Block>>,
        #[serde(default)]
        "dismissed" => dismissed: Vec<String>,
    }
}

saved_struct! {
    Block = report::Block {
        "id" => id: u64,
        "spec" => spec: BlockSpec,
    }
}

saved_enum! {
    BlockSpec = report::BlockSpec {
        "verdict" => Verdict {
            #[serde(default)]
            "text" => text: Option<String>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            "action" => action: Option<String>,
        },
        "numbers" => Numbers(numbers: Vec<Number>),
        "finding" => Finding {
            "node" => node: Node,
            "key" => key: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            "heading" => heading: Option<String>,
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            "hides_chart" => hides_chart: bool,
        },
        "chart" => Chart(chart: Chart),
        "table" => Table {
            "node" => node: Node,
            "title" => title: String,
            "columns" => columns: Vec<String>,
            "n_rows" => n_rows: u32,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            "only" => only: Option<(String, Test)>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            "sort" => sort: Option<SortKey>,
        },
        "text" => Text(markdown: String),
        "quality" => Quality,
        "sources" => Sources,
        "methods" => Methods,
    }
}

saved_struct! {
    Number = report::NumberSpec {
        #[serde(default)]
        "label" => label: String,
        "node" => node: Node,
        "aggregate" => aggregate: Aggregate,
        #[serde(default)]
        "column" => column: Option<String>,
        #[serde(default)]
        "only" => only: Option<(String, Test)>,
        #[serde(default)]
        "as_share" => as_share: bool,
    }
}
