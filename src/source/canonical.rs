//! Arrow columns of any type → the types that everything else here knows.

use super::names;
use super::spec::{DeclaredKeys, Format, Ledger, ReadProgress, ReadTable, Reading};
use super::types::{self, TextBuilder};
use crate::base::{ColumnType, Notices, Problem, wording};
use crate::table::{ColumnInfo, arrow_type, column_type_of};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{CastOptions, cast, cast_with_options, concat};
use arrow::datatypes::{DataType, Int32Type, Schema, TimeUnit, UInt64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// Digits after the point of an exact number, as in `table::arrow_type`, and before it.
const DECIMAL_SCALE: i8 = 9;
const DECIMAL_WHOLE_DIGITS: i32 = 29;

/// More columns than this is no table; as in delimited text.
const MAX_COLUMNS: usize = 16_384;

/// Builds the table from batches as they were in the file.
///
/// # Errors
/// `bad_arrow` when a column cannot be converted; `too_many_columns`, `empty_file` where there is none.
pub(super) fn table_of(
    schema: &Schema,
    batches: &[RecordBatch],
    format: Format,
    size_bytes: u64,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadTable, Problem> {
    if schema.fields().is_empty() {
        return Err(Problem::input("empty_file", "This file has no columns."));
    }
    if schema.fields().len() > MAX_COLUMNS {
        let n = wording::format_count(schema.fields().len() as u64);
        return Err(Problem::limit("too_many_columns", "This file has too many columns.")
            .because(format!("It has {n}; at most {MAX_COLUMNS} can be read."))
            .hint("Save the columns that you need as a file of their own."));
    }
    let mut notices = Notices::default();
    let raw: Vec<String> = schema.fields().iter().map(|f| f.name().clone()).collect();
    let heads = names::heads(&raw, &mut notices);
    let n_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let mut columns = Vec::with_capacity(heads.len());
    let n_columns = heads.len().max(1) as u64;
    let cuts = cuts(batches);
    for (i, (field, head)) in schema.fields().iter().zip(heads).enumerate() {
        let chunks: Vec<ArrayRef> = batches.iter().filter_map(|b| b.columns().get(i).cloned()).collect();
        let (chunks, remark) = convert(field.data_type(), chunks).map_err(|e| {
            Problem::input("bad_arrow", format!("The column '{}' cannot be read.", head.name)).because(e.to_string())
        })?;
        let chunks = recut(chunks, &cuts)
            .map_err(|e| Problem::limit("column_too_large", "A column is too large to hold.").because(e.to_string()))?;
        let column_type = chunks.first().map_or_else(|| wanted(field.data_type()).0, |c| column_type_of(c.data_type()));
        let mut info = ColumnInfo::new(head.name, column_type);
        info.unit = head.unit;
        info.reason = format!("stored as {}", field.data_type());
        info.n_missing = chunks.iter().map(|c| c.logical_null_count() as u64).sum();
        if let Some((what, n)) = remark.filter(|(_, n)| *n > 0) {
            let cells = wording::plural(n, "cell", "cells");
            notices.add("changed_on_reading", format!("{cells} in '{}': {what}", info.name), n);
        }
        columns.push(types::Column { info, chunks, changed: Vec::new() });
        let done_bytes = size_bytes / 2 + size_bytes / 2 * (i as u64 + 1) / n_columns;
        progress(ReadProgress { done_bytes, total_bytes: size_bytes, n_rows: n_rows as u64 });
    }
    let typed = types::assemble_cut(columns, cuts.into_iter(), Notices::default())?;
    let n = n_rows as u64;
    Ok(ReadTable {
        part: String::new(),
        table: typed.table,
        ledger: Ledger { n_rows_in_file: n, n_loaded: n, size_bytes, ..Ledger::default() },
        reading: Reading {
            format,
            encoding: None,
            delimiter: None,
            quote: None,
            header_rows: 0,
            skipped_lines: 0,
            record_path: None,
        },
        notices,
        keys: DeclaredKeys::default(),
    })
}

/// How a type of Arrow is kept, and whether arrow's own cast gets there.
fn wanted(data_type: &DataType) -> (ColumnType, bool) {
    match data_type {
        DataType::Dictionary(_, value) => wanted(value),
        DataType::RunEndEncoded(_, value) => wanted(value.data_type()),
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => {
            let fits = (0..=DECIMAL_SCALE).contains(s) && i32::from(*p) - i32::from(*s) <= DECIMAL_WHOLE_DIGITS;
            (if fits { ColumnType::Decimal } else { ColumnType::Number }, true)
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => (ColumnType::Text, true),
        other => {
            let column_type = column_type_of(other);
            (column_type, column_type != ColumnType::Text)
        }
    }
}

type Remark = Option<(&'static str, u64)>;

/// Text of which each value is held once.
fn is_coded_text(chunk: &ArrayRef) -> bool {
    let is_text = |values: &ArrayRef| *values.data_type() == DataType::Utf8;
    chunk.as_dictionary_opt::<Int32Type>().is_some_and(|coded| is_text(coded.values()))
}

fn convert(data_type: &DataType, chunks: Vec<ArrayRef>) -> Result<(Vec<ArrayRef>, Remark), arrow::error::ArrowError> {
    if !chunks.is_empty() && chunks.iter().all(is_coded_text) {
        let mut builder = TextBuilder::new();
        chunks.iter().for_each(|chunk| builder.append(chunk.as_ref()));
        return Ok((builder.finish(), None));
    }
    let plain = match data_type {
        DataType::Dictionary(_, value) => Some(value.as_ref().clone()),
        DataType::RunEndEncoded(_, value) => Some(value.data_type().clone()),
        _ => None,
    };
    if let Some(plain) = plain {
        let chunks = chunks.iter().map(|c| cast(c, &plain)).collect::<Result<Vec<_>, _>>()?;
        return convert(&plain, chunks);
    }
    let (column_type, by_cast) = wanted(data_type);
    if column_type == ColumnType::Text {
        return Ok((texts(&chunks, by_cast)?, None));
    }
    let too_large = || {
        chunks.iter().any(|c| {
            c.as_primitive_opt::<UInt64Type>().is_some_and(|a| a.iter().flatten().any(|v| v > i64::MAX as u64))
        })
    };
    let target = match data_type {
        DataType::UInt64 if too_large() => arrow_type(ColumnType::Decimal),
        _ => arrow_type(column_type),
    };
    let n_before: u64 = chunks.iter().map(|c| c.logical_null_count() as u64).sum();
    let n_finer: u64 = match data_type {
        DataType::Timestamp(TimeUnit::Nanosecond, _) => chunks
            .iter()
            .filter_map(|c| c.as_primitive_opt::<arrow::datatypes::TimestampNanosecondType>())
            .map(|a| a.iter().flatten().filter(|v| v % 1000 != 0).count() as u64)
            .sum(),
        _ => 0,
    };
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let cast_all = |chunks: &[ArrayRef]| -> Result<Vec<ArrayRef>, arrow::error::ArrowError> {
        chunks.iter().map(|c| cast_with_options(c, &target, &options)).collect()
    };
    let out = match data_type {
        // Through the same unit in UTC, so that a zone moves no value.
        DataType::Timestamp(unit, Some(_)) => {
            let bare = DataType::Timestamp(*unit, Some("UTC".into()));
            let chunks = chunks.iter().map(|c| cast(c, &bare)).collect::<Result<Vec<_>, _>>()?;
            cast_all(&chunks)?
        }
        _ => cast_all(&chunks)?,
    };
    let n_after: u64 = out.iter().map(|c| c.logical_null_count() as u64).sum();
    let remark = if n_after > n_before {
        Some(("outside of what can be shown, now missing", n_after - n_before))
    } else {
        Some(("finer than a microsecond, cut to it", n_finer))
    };
    Ok((out, remark))
}

/// Any cells as text: text itself, UTF-8 in bytes, else as Arrow displays them.
fn texts(chunks: &[ArrayRef], by_cast: bool) -> Result<Vec<ArrayRef>, arrow::error::ArrowError> {
    let mut builder = TextBuilder::new();
    let is_binary =
        |c: &ArrayRef| matches!(c.data_type(), DataType::Binary | DataType::LargeBinary | DataType::BinaryView);
    if by_cast || chunks.iter().any(is_binary) {
        let options = CastOptions { safe: true, ..CastOptions::default() };
        let cast = |c: &ArrayRef| cast_with_options(c, &DataType::LargeUtf8, &options);
        let as_text = chunks.iter().map(cast).collect::<Result<Vec<_>, _>>()?;
        // One cell that is no UTF-8 makes the whole column one of bytes.
        if as_text.iter().zip(chunks).all(|(text, chunk)| text.null_count() == chunk.null_count()) {
            for text in &as_text {
                // An empty text was stored as such, and stays.
                text.as_string::<i64>().iter().for_each(|cell| builder.push_option(cell));
            }
            return Ok(builder.finish());
        }
    }
    for chunk in chunks {
        let options = FormatOptions::new().with_display_error(true);
        let formatter = ArrayFormatter::try_new(chunk.as_ref(), &options)?;
        let nulls = chunk.logical_nulls();
        for row in 0..chunk.len() {
            if nulls.as_ref().is_some_and(|n| n.is_null(row)) {
                builder.push_option(None);
            } else {
                builder.push_option(Some(&formatter.value(row).try_to_string()?));
            }
        }
    }
    Ok(builder.finish())
}

/// How many rows each batch of the table has: as in the file where that comes close to what tables have, so that nothing
/// need be copied for it.
fn cuts(batches: &[RecordBatch]) -> Vec<usize> {
    let lens: Vec<usize> = batches.iter().map(RecordBatch::num_rows).filter(|n| *n > 0).collect();
    let is_near = |n: &usize| (types::BATCH_ROWS * 3 / 4..=types::BATCH_ROWS).contains(n);
    let is_as_tables_are = lens
        .split_last()
        .is_some_and(|(last, before)| !before.is_empty() && before.iter().all(is_near) && *last <= types::BATCH_ROWS);
    if is_as_tables_are { lens } else { types::chunk_ranges(lens.iter().sum()).map(|range| range.len()).collect() }
}

/// Cuts chunks of any length into such. What lies within one chunk is not copied.
fn recut(chunks: Vec<ArrayRef>, cuts: &[usize]) -> Result<Vec<ArrayRef>, arrow::error::ArrowError> {
    if chunks.iter().map(|c| c.len()).filter(|n| *n > 0).eq(cuts.iter().copied()) {
        return Ok(chunks.into_iter().filter(|c| !c.is_empty()).collect());
    }
    let mut out = Vec::with_capacity(cuts.len());
    let mut from = 0usize;
    for n in cuts {
        let (mut pieces, mut start, to): (Vec<ArrayRef>, usize, usize) = (Vec::new(), 0, from + n);
        for chunk in &chunks {
            let (first, last) = (from.max(start), to.min(start + chunk.len()));
            if first < last {
                pieces.push(chunk.slice(first - start, last - first));
            }
            start += chunk.len();
        }
        out.push(match pieces.as_slice() {
            [one] => one.clone(),
            _ => concat(&pieces.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>())?,
        });
        from = to;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{BATCH_ROWS, cell_text};
    use arrow::array::*;
    use arrow::datatypes::{Field, Int8Type};
    use std::sync::Arc;

    fn one(array: ArrayRef) -> ReadTable {
        let schema = Arc::new(Schema::new(vec![Field::new("x (kg)", array.data_type().clone(), true)]));
        let n = array.len();
        let halves = [array.slice(0, n / 2), array.slice(n / 2, n - n / 2)];
        let batches: Vec<RecordBatch> =
            halves.into_iter().map(|a| RecordBatch::try_new(schema.clone(), vec![a]).unwrap()).collect();
        let t = table_of(&schema, &batches, Format::Arrow, 1, &mut |_| {}).unwrap();
        assert!(t.ledger.adds_up());
        assert_eq!(t.table.batches().len(), 1);
        t
    }

    fn shown(t: &ReadTable) -> Vec<String> {
        let column = t.table.whole_column(0).unwrap();
        (0..column.len()).map(|i| cell_text(column.as_ref(), i).unwrap_or_else(|| "·".to_owned())).collect()
    }

    #[test]
    fn all_types_become_the_known_ones() {
        let cases: Vec<(ArrayRef, ColumnType, &[&str])> = vec![
            (Arc::new(Int8Array::from(vec![Some(-1), None, Some(3)])), ColumnType::Integer, &["-1", "·", "3"]),
            (
                Arc::new(UInt64Array::from(vec![1, u64::MAX])),
                ColumnType::Decimal,
                &["1.000000000", "18446744073709551615.000000000"],
            ),
            (Arc::new(Float32Array::from(vec![0.5, 1.25])), ColumnType::Number, &["0.5", "1.25"]),
            (Arc::new(LargeStringArray::from(vec!["a", ""])), ColumnType::Text, &["a", ""]),
            (Arc::new(StringViewArray::from(vec!["a", "b"])), ColumnType::Text, &["a", "b"]),
            (Arc::new(BinaryArray::from(vec![&b"ab"[..], b"\xFF\x01"])), ColumnType::Text, &["6162", "ff01"]),
            (Arc::new(NullArray::new(2)), ColumnType::Text, &["·", "·"]),
            (
                Arc::new(TimestampSecondArray::from(vec![0, 1])),
                ColumnType::DateTime,
                &["1970-01-01T00:00:00", "1970-01-01T00:00:01"],
            ),
            (
                Arc::new(TimestampMillisecondArray::from(vec![0, 1]).with_timezone("+02:00")),
                ColumnType::DateTime,
                &["1970-01-01T00:00:00", "1970-01-01T00:00:00.001"],
            ),
            (Arc::new(Date64Array::from(vec![0, 86_400_000])), ColumnType::Date, &["1970-01-01", "1970-01-02"]),
            (
                Arc::new(Decimal128Array::from(vec![150, 2]).with_precision_and_scale(10, 2).unwrap()),
                ColumnType::Decimal,
                &["1.500000000", "0.020000000"],
            ),
            (Arc::new(BooleanArray::from(vec![true, false])), ColumnType::Boolean, &["true", "false"]),
            (
                Arc::new(vec![Some("x"), None].into_iter().collect::<DictionaryArray<Int8Type>>()),
                ColumnType::Text,
                &["x", "·"],
            ),
        ];
        for (array, column_type, cells) in cases {
            let data_type = array.data_type().clone();
            let t = one(array);
            assert_eq!(t.table.columns()[0].column_type, column_type, "{data_type}");
            assert_eq!(shown(&t), cells, "{data_type}");
            assert_eq!(t.table.columns()[0].unit.as_deref(), Some("kg"));
        }
    }

    #[test]
    fn batches_near_the_usual_length_stay_as_they_are() {
        let n = BATCH_ROWS - 1_000;
        let schema =
            Arc::new(Schema::new(vec![Field::new("x", DataType::Int64, true), Field::new("t", DataType::Utf8, true)]));
        let batch = |from: usize, n: usize| {
            let numbers = Int64Array::from_iter_values((from..from + n).map(|i| i as i64));
            let texts = StringArray::from_iter_values((from..from + n).map(|i| format!("t{}", i % 9)));
            RecordBatch::try_new(schema.clone(), vec![Arc::new(numbers), Arc::new(texts)]).unwrap()
        };
        for (lens, wanted) in [
            (vec![n, n, 500], vec![n, n, 500]),
            (vec![n, 10, n], vec![BATCH_ROWS, n + 10 - 1_000]),
            (vec![2 * BATCH_ROWS], vec![BATCH_ROWS, BATCH_ROWS]),
        ] {
            let mut from = 0;
            let batches: Vec<RecordBatch> = lens
                .iter()
                .map(|n| {
                    from += n;
                    batch(from - n, *n)
                })
                .collect();
            let t = table_of(&schema, &batches, Format::Arrow, 1, &mut |_| {}).unwrap().table;
            assert_eq!(t.batches().iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), wanted);
            let last = from - 1;
            assert_eq!(cell_text(t.whole_column(0).unwrap().as_ref(), last), Some(last.to_string()));
            assert_eq!(cell_text(t.whole_column(1).unwrap().as_ref(), last), Some(format!("t{}", last % 9)));
        }
    }

    #[test]
    fn nested_values_become_text_and_fine_times_are_noted() {
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), Some(2)]), None]);
        assert_eq!(shown(&one(Arc::new(list))), ["[1, 2]", "·"]);
        let t = one(Arc::new(TimestampNanosecondArray::from(vec![1001, 2000])));
        assert_eq!(shown(&t), ["1970-01-01T00:00:00.000001", "1970-01-01T00:00:00.000002"]);
        assert_eq!(t.notices.0[0].count, 1);
    }
}
