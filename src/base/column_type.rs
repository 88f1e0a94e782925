//! The types a column can have, in the user's words.

use serde::{Deserialize, Serialize};

/// What the cells of a column are. The Arrow type behind each is fixed, see [`ColumnType::arrow`]
/// in `table`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    Boolean,
    /// 64-bit signed.
    Integer,
    /// 64-bit float.
    Number,
    /// Exact, kept as Decimal128.
    Decimal,
    Text,
    /// Days, no zone.
    Date,
    /// Time of day, microseconds.
    Time,
    /// A moment, microseconds; with or without a zone.
    DateTime,
    /// Microseconds.
    Duration,
}

impl ColumnType {
    pub const ALL: [ColumnType; 9] = [
        ColumnType::Boolean,
        ColumnType::Integer,
        ColumnType::Number,
        ColumnType::Decimal,
        ColumnType::Text,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::DateTime,
        ColumnType::Duration,
    ];

    /// The name in the script API and in saved files.
    pub fn name(self) -> &'static str {
        match self {
            ColumnType::Boolean => "boolean",
            ColumnType::Integer => "integer",
            ColumnType::Number => "number",
            ColumnType::Decimal => "decimal",
            ColumnType::Text => "text",
            ColumnType::Date => "date",
            ColumnType::Time => "time",
            ColumnType::DateTime => "datetime",
            ColumnType::Duration => "duration",
        }
    }

    /// The name on screen.
    pub fn label(self) -> &'static str {
        match self {
            ColumnType::Boolean => "Yes or no",
            ColumnType::Integer => "Whole number",
            ColumnType::Number => "Number",
            ColumnType::Decimal => "Exact number",
            ColumnType::Text => "Text",
            ColumnType::Date => "Date",
            ColumnType::Time => "Time of day",
            ColumnType::DateTime => "Date and time",
            ColumnType::Duration => "Duration",
        }
    }

    pub fn from_name(name: &str) -> Option<ColumnType> {
        ColumnType::ALL.into_iter().find(|t| t.name() == name)
    }

    /// Has a mean: can be measured, summed and charted on a number axis.
    pub fn is_numeric(self) -> bool {
        matches!(self, ColumnType::Integer | ColumnType::Number | ColumnType::Decimal)
    }

    /// Lies on a time axis.
    pub fn is_temporal(self) -> bool {
        matches!(self, ColumnType::Date | ColumnType::DateTime)
    }
}
