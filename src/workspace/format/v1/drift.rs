//! What is different from the version before a table.

use super::mirror::{saved_enum, saved_struct};
use super::table::ColumnType;
use crate::source;

saved_struct! {
    Drift = source::Drift {
        "before_name" => before_name: String,
        "before_read_at" => before_read_at: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "columns" => columns: Vec<ColumnDrift>,
        #[serde(default)]
        "is_reordered" => is_reordered: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "rows" => rows: Option<RowChanges>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "waiting" => waiting: Vec<WaitingStep>,
    }
}

saved_enum! {
    ColumnDrift = source::ColumnDrift {
        "added" => Added { "column" => column: String },
        "missing" => Missing { "column" => column: String, "candidates" => candidates: Vec<Candidate> },
        "other_type" => OtherType { "column" => column: String, "before" => before: ColumnType, "after" => after: ColumnType },
        "other_unit" => OtherUnit {
            "column" => column: String,
            "before" => before: Option<String>,
            "after" => after: Option<String>,
            "can_convert" => can_convert: bool,
        },
    }
}

saved_struct! {
    Candidate = source::Candidate {
        "column" => column: String,
        "confidence" => confidence: f64,
        "reason" => reason: String,
    }
}

saved_struct! {
    RowChanges = source::RowChanges {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "key" => key: Vec<String>,
        "n_before" => n_before: u64,
        "n_after" => n_after: u64,
        "n_added" => n_added: u64,
        "n_removed" => n_removed: u64,
        "n_changed" => n_changed: u64,
        "n_cells_changed" => n_cells_changed: u64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "cells" => cells: Vec<ChangedColumn>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "examples" => examples: Vec<ChangedRow>,
    }
}

saved_struct! {
    ChangedColumn = source::ChangedColumn {
        "column" => column: String,
        "n_cells" => n_cells: u64,
    }
}

saved_enum! {
    RowFate = source::RowFate {
        "added" => Added,
        "removed" => Removed,
        "changed" => Changed,
    }
}

saved_struct! {
    ChangedRow = source::ChangedRow {
        "fate" => fate: RowFate,
        "cells" => cells: Vec<CellChange>,
    }
}

saved_struct! {
    CellChange = source::CellChange {
        "column" => column: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "before" => before: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "after" => after: Option<String>,
    }
}

saved_struct! {
    WaitingStep = source::WaitingStep {
        "step" => step: u64,
        "column" => column: String,
    }
}
