//! What is different from the version before: of columns and of rows.

use crate::base::{ColumnType, StepId};
use serde::{Deserialize, Serialize};

/// A table compared with the one that it took the place of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// What the source was called then.
    pub before_name: String,
    /// When it had been read, ISO 8601, UTC.
    pub before_read_at: String,
    #[serde(default)]
    pub columns: Vec<ColumnDrift>,
    /// The columns that both have are in another order.
    #[serde(default)]
    pub is_reordered: bool,
    /// `None` where the tables are too large to be compared, or have no column in common.
    #[serde(default)]
    pub rows: Option<RowChanges>,
    /// Steps that are off for as long as the columns they need are missing.
    #[serde(default)]
    pub waiting: Vec<WaitingStep>,
}

impl Drift {
    /// The same columns in the same order and the same rows.
    pub fn is_nothing(&self) -> bool {
        let same_rows = self.rows.as_ref().is_some_and(RowChanges::is_nothing);
        self.columns.is_empty() && !self.is_reordered && self.waiting.is_empty() && same_rows
    }
}

/// What became of a column. Names are those that the table goes by, after what the user had renamed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnDrift {
    Added {
        column: String,
    },
    Missing {
        column: String,
        /// Added columns that may be the same under another name, the likeliest first.
        candidates: Vec<Candidate>,
    },
    OtherType {
        column: String,
        before: ColumnType,
        after: ColumnType,
    },
    OtherUnit {
        column: String,
        before: Option<String>,
        after: Option<String>,
        /// Its values can be turned into those of the unit before.
        can_convert: bool,
    },
}

/// A column that may be a missing one under another name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub column: String,
    /// 0 to 1.
    pub confidence: f64,
    /// "alike in name, 18 of 20 values are the same".
    pub reason: String,
}

impl Candidate {
    /// From here on it is proposed, below it is one of several to look at.
    pub const LIKELY: f64 = 0.6;
}

/// Every row, counted: `n_after = n_before + n_added - n_removed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowChanges {
    /// The columns that tell rows apart. Empty: whole rows were compared, and a row that changed counts as one
    /// that went and one that came.
    #[serde(default)]
    pub key: Vec<String>,
    pub n_before: u64,
    pub n_after: u64,
    pub n_added: u64,
    pub n_removed: u64,
    /// Rows that are in both, and differ.
    pub n_changed: u64,
    pub n_cells_changed: u64,
    /// Columns with cells that changed, and how many did.
    #[serde(default)]
    pub cells: Vec<ChangedColumn>,
    /// The first few of each kind.
    #[serde(default)]
    pub examples: Vec<ChangedRow>,
}

impl RowChanges {
    pub fn is_nothing(&self) -> bool {
        self.n_added == 0 && self.n_removed == 0 && self.n_changed == 0
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedColumn {
    pub column: String,
    pub n_cells: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFate {
    Added,
    Removed,
    Changed,
}

/// A row that came, went or changed: its key or first cells, and each cell that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRow {
    pub fate: RowFate,
    pub cells: Vec<CellChange>,
}

/// A cell before and after; the same in both where it only says which row it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellChange {
    pub column: String,
    #[serde(default)]
    pub before: Option<String>,
    #[serde(default)]
    pub after: Option<String>,
}

/// A step that is off until a column is there again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingStep {
    pub step: StepId,
    /// The column that it needs, as it is called at that step.
    pub column: String,
}
