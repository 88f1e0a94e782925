//! What readers of one file say to each other, as plain data.

use serde::{Deserialize, Serialize};

/// Some rows of delimited text: how they are written, and how their columns begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShareJob {
    /// Absent where there is one column.
    pub(in crate::source) delimiter: Option<char>,
    pub(in crate::source) quote: Option<char>,
    pub(in crate::source) has_nul: bool,
    pub(in crate::source) first_cell: usize,
    pub(in crate::source) n_rows: usize,
    /// Rows that are no data, counted from the first of the share.
    pub(in crate::source) left_out: Vec<u32>,
    pub(in crate::source) starts: Vec<Start>,
}

/// What each column is in the rows of a share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShareFound {
    pub(in crate::source) columns: Vec<Found>,
}

/// How a column begins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    Unknown,
    Integer,
    Number,
    Date,
    DateTime {
        is_zoned: Option<bool>,
    },
    Text {
        is_plain: bool,
    },
    /// Nobody need look at it: it is counted in full later.
    Skip,
}

/// What a column is in some of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// All cells are empty.
    Empty,
    Integer,
    Number,
    Date,
    DateTime {
        is_zoned: Option<bool>,
        n_shifted: u64,
    },
    Text(TextCounts),
    Misfit,
}

/// What is counted in a column of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TextCounts {
    pub n_missing: u64,
    pub n_trimmed: u64,
    /// Cells that begin as numbers, dates or yes and no do: the first cell may have been the odd one.
    pub n_typed: u64,
}
