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
        _ if (value as i64).rem_euclid(86_400_000_000) == 0 => {
            wording::format_days((value as i64).div_euclid(86_400_000_000) as i32)
        }
        _ => wording::format_micros(value as i64),
    }
}

/// A moment in ISO 8601: `2026-11-12` or `2026-11-12T14:05:00`.
pub(super) fn time_iso(value: f64, column_type: ColumnType) -> Option<String> {
    match column_type {
        ColumnType::Date => chrono::NaiveDate::from_epoch_days(value as i32).map(|d| d.format("%Y-%m-%d").to_string()),
        _ => chrono::DateTime::from_timestamp_micros(value as i64).map(|t| t.format("%Y-%m-%dT%H:%M:%S").to_string()),
    }
}

/// Raw text that is a date or a moment, in words; other text as it is.
pub(crate) fn raw_words(raw: &str) -> String {
    if let Ok(date) = chrono::NaiveDate::parse_from_str(raw, "%Y-%m-%d") {
        return wording::format_date(date);
    }
    match parse_micros(raw) {
        Some(micros) => time_words(micros as f64, ColumnType::DateTime),
        None => raw.to_owned(),
    }
}

/// Days since 1970 of `2026-11-12`; what follows the date is not looked at.
pub(super) fn parse_days(raw: &str) -> Option<i32> {
    let date = raw.trim().get(..10)?;
    chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").ok().map(|d| d.to_epoch_days())
}

/// Microseconds since 1970 of a moment in ISO 8601, with or without a zone, or of a date.
pub(super) fn parse_micros(raw: &str) -> Option<i64> {
    let raw = raw.trim();
    if let Ok(t) = chrono::DateTime::parse_from_rfc3339(raw) {
        return Some(t.timestamp_micros());
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(t) = chrono::NaiveDateTime::parse_from_str(raw, form) {
            return Some(t.and_utc().timestamp_micros());
        }
    }
    let date = chrono::NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok()?;
    Some(i64::from(date.to_epoch_days()) * 86_400_000_000)
}

/// Microseconds of a length of time: a whole number of them, as recipes write it; `PT1H30M` or
/// `PT5400.5S`, as cells are written; `1:30:00`, as people write it.
pub(super) fn parse_span(raw: &str) -> Option<i64> {
    let raw = raw.trim();
    if let Ok(micros) = raw.parse() {
        return Some(micros);
    }
    let (sign, text) = raw.strip_prefix('-').map_or((1.0, raw), |rest| (-1.0, rest));
    let seconds = match text.strip_prefix("PT") {
        Some(parts) => iso_seconds(parts)?,
        None => clock_seconds(text)?,
    };
    let micros = (sign * seconds * 1e6).round();
    (micros.abs() < 9e15).then_some(micros as i64)
}

/// `1H30M4.5S`.
fn iso_seconds(parts: &str) -> Option<f64> {
    let (mut rest, mut seconds) = (parts, 0.0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, tail) = rest.split_at(end);
        let mut tail = tail.chars();
        let unit = match tail.next()? {
            'H' => 3_600.0,
            'M' => 60.0,
            'S' => 1.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * unit;
        rest = tail.as_str();
    }
    (!parts.is_empty()).then_some(seconds)
}

/// `1:30` (hours and minutes) or `1:30:00`.
fn clock_seconds(text: &str) -> Option<f64> {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'.').then(|| part.parse::<f64>().ok());
    let parts: Vec<f64> = text.split(':').map(|p| digits(p).flatten()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [hours, minutes] => Some(hours * 3_600.0 + minutes * 60.0),
        [hours, minutes, seconds] => Some(hours * 3_600.0 + minutes * 60.0 + seconds),
        _ => None,
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

    #[test]
    fn lengths_of_time_are_read_in_three_ways() {
        let minute = Some(60_000_000);
        for text in ["60000000", "PT60S", "PT1M", "PT0H1M0S", "0:01:00", "0:01"] {
            assert_eq!(parse_span(text), minute, "{text}");
        }
        assert_eq!(parse_span("-PT1.5S"), Some(-1_500_000));
        for text in ["", "PT", "PT5", "P1D", "soon", "1:2:3:4", "1:-2", "9e99"] {
            assert_eq!(parse_span(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_spelt() {
        assert_eq!(raw_words("2026-11-12"), "12 Nov 2026");
        assert_eq!(raw_words("2026-11-12T14:05:00"), "12 Nov 2026, 14:05");
        assert_eq!(raw_words("P7"), "P7");
        assert_eq!(parse_micros("1970-01-02"), Some(86_400_000_000));
    }
}
