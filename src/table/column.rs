//! What is known of a column, and which Arrow type stands behind each column type.

use super::MergeMark;
use crate::base::ColumnType;
use arrow::datatypes::{DataType, Field, TimeUnit};
use serde::{Deserialize, Serialize};

/// A column's name, type and what led to the type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnInfo {
    pub name: String,
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    /// What the file says the column is about, in a sentence of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// As written in the header or cells: `ng/µL`, `°C`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why this type, in words: "all 9,600 cells are whole numbers".
    #[serde(default)]
    pub reason: String,
    /// 0 to 1.
    #[serde(default)]
    pub confidence: f64,
    /// The next best type, where there was a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<ColumnType>,
    #[serde(default)]
    pub n_missing: u64,
    /// Blank for columns of tables as read, and so not saved.
    #[serde(default, skip_serializing_if = "MergeMark::is_blank")]
    pub merged: MergeMark,
}

impl ColumnInfo {
    pub fn new(name: impl Into<String>, column_type: ColumnType) -> ColumnInfo {
        ColumnInfo {
            name: name.into(),
            column_type,
            label: None,
            unit: None,
            reason: String::new(),
            confidence: 1.0,
            runner_up: None,
            n_missing: 0,
            merged: MergeMark::default(),
        }
    }

    pub fn of_field(field: &Field) -> ColumnInfo {
        let mut info = ColumnInfo::new(field.name(), column_type_of(field.data_type()));
        info.reason = "as computed".to_owned();
        info
    }
}

/// The Arrow type that cells of a column type are kept in. Text may also be a dictionary with
/// 32-bit keys; readers of text go through `CellReader` or `arrow::compute::cast`.
pub fn arrow_type(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Decimal => DataType::Decimal128(38, 9),
        ColumnType::Text => DataType::Utf8,
        ColumnType::Date => DataType::Date32,
        ColumnType::Time => DataType::Time64(TimeUnit::Microsecond),
        ColumnType::DateTime => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnType::Duration => DataType::Duration(TimeUnit::Microsecond),
    }
}

/// The column type that any Arrow type shows as.
pub fn column_type_of(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        t if t.is_integer() => ColumnType::Integer,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Number,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            ColumnType::Decimal
        }
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Time32(_) | DataType::Time64(_) => ColumnType::Time,
        DataType::Timestamp(..) => ColumnType::DateTime,
        DataType::Duration(_) => ColumnType::Duration,
        DataType::Dictionary(_, value) => column_type_of(value),
        _ => ColumnType::Text,
    }
}
