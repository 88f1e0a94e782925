//! What merges know of a column of their outcome. It travels with the column through filters, sorts
//! and new names, so that what is searched or written later knows a gap of the data from one that a
//! merge has left.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeMark {
    /// Rows were matched by it: it tells things apart, and measures nothing.
    pub is_key: bool,
    /// The input that alone gives the column. Where a row has no partner there, the cell is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_by: Option<String>,
    /// Rows that merges left without a cell of it, at most.
    pub n_without: u64,
}

impl MergeMark {
    pub fn is_blank(&self) -> bool {
        *self == MergeMark::default()
    }
}
