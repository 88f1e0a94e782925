//! Columns as plain values: numbers with NaN for missing, or text.

use crate::base::{ColumnType, Place, Problem, wording};
use crate::table::{CellReader, Table, column_type_of};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, TimeUnit};

/// The index of a column.
///
/// # Errors
/// `no_such_column`.
pub(super) fn column_idx(table: &Table, column: &str) -> Result<usize, Problem> {
    table.column_idx(column).ok_or_else(|| {
        Problem::request("no_such_column", format!("There is no column “{column}”."))
            .at(Place::column(column))
            .hint("Choose another column, or undo the step that renamed or removed it.")
    })
}

/// The type of a column as it is stored, which a step may have changed since it was read.
pub(super) fn column_type(table: &Table, idx: usize) -> ColumnType {
    table.schema().fields().get(idx).map_or(ColumnType::Text, |f| column_type_of(f.data_type()))
}

/// A column as numbers, missing as NaN. Dates count days and moments count microseconds since
/// 1970; yes is 1 and no is 0.
///
/// # Errors
/// `no_such_column`, `not_numbers`.
pub(super) fn numbers_of(table: &Table, column: &str) -> Result<Vec<f64>, Problem> {
    let idx = column_idx(table, column)?;
    if matches!(column_type(table, idx), ColumnType::Text) {
        return Err(not_numbers(column));
    }
    let mut values = Vec::with_capacity(table.n_rows() as usize);
    for chunk in table.chunks(idx) {
        let floats = as_floats(chunk).ok_or_else(|| not_numbers(column))?;
        let floats = floats.as_primitive_opt::<Float64Type>().ok_or_else(|| not_numbers(column))?;
        values.extend(floats.iter().map(|v| v.unwrap_or(f64::NAN)));
    }
    Ok(values)
}

fn not_numbers(column: &str) -> Problem {
    Problem::request("not_numbers", format!("The cells of “{column}” are not numbers."))
        .at(Place::column(column))
        .hint("Count the rows instead, or choose a column of numbers.")
}

fn as_floats(array: &ArrayRef) -> Option<ArrayRef> {
    let whole = match column_type_of(array.data_type()) {
        ColumnType::Date => {
            let days = cast(array, &DataType::Date32).ok()?;
            cast(&days, &DataType::Int32).ok()?
        }
        ColumnType::DateTime => {
            let zone = match array.data_type() {
                DataType::Timestamp(_, zone) => zone.clone(),
                _ => None,
            };
            let micros = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, zone)).ok()?;
            cast(&micros, &DataType::Int64).ok()?
        }
        ColumnType::Time => {
            let micros = cast(array, &DataType::Time64(TimeUnit::Microsecond)).ok()?;
            cast(&micros, &DataType::Int64).ok()?
        }
        ColumnType::Duration => {
            let micros = cast(array, &DataType::Duration(TimeUnit::Microsecond)).ok()?;
            cast(&micros, &DataType::Int64).ok()?
        }
        _ => array.clone(),
    };
    cast(&whole, &DataType::Float64).ok()
}

/// Calls `each` with every cell of a column as raw text, in row order.
pub(super) fn for_each_text(table: &Table, idx: usize, mut each: impl FnMut(Option<String>)) {
    for chunk in table.chunks(idx) {
        let reader = CellReader::new(chunk.as_ref());
        for row_idx in 0..chunk.len() {
            each(reader.get(row_idx));
        }
    }
}

/// The raw text of one cell, by its row over all batches.
pub(super) fn text_at(table: &Table, column: &str, row_idx: u64) -> Option<String> {
    let idx = table.column_idx(column)?;
    let mut skip = row_idx;
    for chunk in table.chunks(idx) {
        let n = chunk.len() as u64;
        if skip < n {
            return CellReader::new(chunk.as_ref()).get(skip as usize);
        }
        skip -= n;
    }
    None
}

/// How many different values a column has, counted up to `limit`.
pub(super) fn n_distinct_up_to(table: &Table, column: &str, limit: usize) -> usize {
    let Some(idx) = table.column_idx(column) else { return 0 };
    let mut seen = std::collections::BTreeSet::new();
    for chunk in table.chunks(idx) {
        let reader = CellReader::new(chunk.as_ref());
        for row_idx in 0..chunk.len() {
            if let Some(text) = reader.get(row_idx)
                && seen.insert(text)
                && seen.len() >= limit
            {
                return seen.len();
            }
        }
    }
    seen.len()
}

/// A moment as shown: `12 Nov 2026`, or with the time where it has one.
pub(super) fn time_words(value: f64, column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Date => wording::format_days(value as i32),
        _ => wording::format_moment(value as i64),
    }
}

/// A moment in ISO 8601: `2026-11-12` or `2026-11-12T14:05:00`.
pub(super) fn time_iso(value: f64, column_type: ColumnType) -> Option<String> {
    match column_type {
        ColumnType::Date => chrono::NaiveDate::from_epoch_days(value as i32).map(|d| d.format("%Y-%m-%d").to_string()),
        _ => chrono::DateTime::from_timestamp_micros(value as i64).map(|t| t.format("%Y-%m-%dT%H:%M:%S").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::ColumnInfo;
    use arrow::array::{BooleanArray, Date32Array, Decimal128Array, StringArray, TimestampMicrosecondArray};
    use std::sync::Arc;

    fn one(name: &str, column_type: ColumnType, array: ArrayRef) -> Table {
        Table::from_columns(vec![(ColumnInfo::new(name, column_type), array)]).unwrap()
    }

    #[test]
    fn every_kind_of_number_is_read() {
        let days = one("d", ColumnType::Date, Arc::new(Date32Array::from(vec![Some(3), None])));
        let got = numbers_of(&days, "d").unwrap();
        assert_eq!(got[0], 3.0);
        assert!(got[1].is_nan());
        let moments = one("t", ColumnType::DateTime, Arc::new(TimestampMicrosecondArray::from(vec![5])));
        assert_eq!(numbers_of(&moments, "t").unwrap(), [5.0]);
        let flags = one("f", ColumnType::Boolean, Arc::new(BooleanArray::from(vec![true, false])));
        assert_eq!(numbers_of(&flags, "f").unwrap(), [1.0, 0.0]);
        let exact = Decimal128Array::from(vec![1_500_000_000_i128]).with_precision_and_scale(38, 9).unwrap();
        assert_eq!(numbers_of(&one("m", ColumnType::Decimal, Arc::new(exact)), "m").unwrap(), [1.5]);
        let text = one("x", ColumnType::Text, Arc::new(StringArray::from(vec!["1"])));
        assert_eq!(numbers_of(&text, "x").unwrap_err().code, "not_numbers");
        assert_eq!(numbers_of(&text, "y").unwrap_err().code, "no_such_column");
    }
}
