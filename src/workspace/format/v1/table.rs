//! What many parts of a workspace name: nodes, column types, columns, remarks.

use super::mirror::{Mirror, saved_enum, saved_struct};
use crate::base;
use crate::table::MergeMark;

saved_enum! {
    Node = base::NodeId {
        "table" => Table(id: u64),
        "merge" => Merge(id: u64),
    }
}

saved_enum! {
    ColumnType = base::ColumnType {
        "boolean" => Boolean,
        "integer" => Integer,
        "number" => Number,
        "decimal" => Decimal,
        "text" => Text,
        "date" => Date,
        "time" => Time,
        "datetime" => DateTime,
        "duration" => Duration,
    }
}

saved_struct! {
    Column = crate::table::ColumnInfo {
        "name" => name: String,
        "type" => column_type: ColumnType,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "label" => label: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "unit" => unit: Option<String>,
        #[serde(default)]
        "reason" => reason: String,
        #[serde(default)]
        "confidence" => confidence: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "runner_up" => runner_up: Option<ColumnType>,
        #[serde(default)]
        "n_missing" => n_missing: u64,
        // What merges know is found anew with every merge.
        #[serde(skip)]
        "merged" => merged: (),
    }
}

impl Mirror<MergeMark> for () {
    fn of(_: &MergeMark) {}

    fn back(self) -> MergeMark {
        MergeMark::default()
    }
}

saved_struct! {
    Notice = base::Notice {
        "code" => code: String,
        "text" => text: String,
        "count" => count: u64,
    }
}
