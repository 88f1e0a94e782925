//! The keys of whole columns, as hashes: 0 where a row has no key.

use super::KeyForm;
use super::KeyPair;
use super::day::puts_month_first;
use super::key::{Canon, Cell, Reading, hash_key, hash_pair, readings};
use super::problem::{arrow_problem, unknown_column};
use crate::base::{Problem, give_way};
use crate::table::Table;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};

/// Rows without a key.
pub(super) const NO_KEY: u128 = 0;

/// An array in one of the few types that keys are read from.
fn readable(array: &ArrayRef) -> Result<ArrayRef, Problem> {
    let target = match array.data_type() {
        DataType::Dictionary(k, v) if **k == DataType::Int32 && **v == DataType::Utf8 => return Ok(array.clone()),
        DataType::Int64
        | DataType::Float64
        | DataType::Date32
        | DataType::Utf8
        | DataType::Timestamp(TimeUnit::Microsecond, _)
        | DataType::Decimal128(..) => return Ok(array.clone()),
        t if t.is_integer() => DataType::Int64,
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        DataType::Date64 => DataType::Date32,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Time32(_) | DataType::Time64(_) => {
            let micros = cast(array, &DataType::Time64(TimeUnit::Microsecond)).map_err(arrow_problem)?;
            return cast(&micros, &DataType::Int64).map_err(arrow_problem);
        }
        DataType::Duration(_) => {
            let micros = cast(array, &DataType::Duration(TimeUnit::Microsecond)).map_err(arrow_problem)?;
            return cast(&micros, &DataType::Int64).map_err(arrow_problem);
        }
        _ => DataType::Utf8,
    };
    cast(array, &target).map_err(arrow_problem)
}

/// Calls `visit` with each cell of an array in row order, `None` where it is missing.
pub(super) fn visit_cells(array: &ArrayRef, mut visit: impl FnMut(Option<Cell<'_>>)) -> Result<(), Problem> {
    let is_span = matches!(array.data_type(), DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_));
    let array = readable(array)?;
    match array.data_type() {
        DataType::Int64 if is_span => array.as_primitive::<Int64Type>().iter().for_each(|v| visit(v.map(Cell::Span))),
        DataType::Int64 => array.as_primitive::<Int64Type>().iter().for_each(|v| visit(v.map(Cell::Int))),
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().for_each(|v| visit(v.map(Cell::Float))),
        DataType::Date32 => array.as_primitive::<Date32Type>().iter().for_each(|v| visit(v.map(Cell::Date))),
        DataType::Timestamp(..) => {
            array.as_primitive::<TimestampMicrosecondType>().iter().for_each(|v| visit(v.map(Cell::Moment)));
        }
        DataType::Decimal128(_, scale) => {
            let scale = *scale;
            array.as_primitive::<Decimal128Type>().iter().for_each(|v| visit(v.map(|v| decimal_cell(v, scale))));
        }
        DataType::Utf8 => array.as_string::<i32>().iter().for_each(|v| visit(v.map(Cell::Text))),
        _ => {
            let keys = array.as_dictionary::<Int32Type>();
            if let Some(texts) = keys.downcast_dict::<arrow::array::StringArray>() {
                texts.into_iter().for_each(|v| visit(v.map(Cell::Text)));
            }
        }
    }
    Ok(())
}

fn decimal_cell(value: i128, scale: i8) -> Cell<'static> {
    let unit = 10f64.powi(i32::from(scale));
    let exact = u32::try_from(scale).ok().and_then(|s| 10i128.checked_pow(s));
    match exact {
        Some(unit) if value % unit == 0 => {
            i64::try_from(value / unit).map_or(Cell::Float(value as f64 / unit as f64), Cell::Int)
        }
        _ => Cell::Float(value as f64 / unit),
    }
}

/// Calls `add` with the hash of each row's key, `NO_KEY` where there is none.
fn hash_array(array: &ArrayRef, canon: &Canon, mut add: impl FnMut(u128)) -> Result<(), Problem> {
    let mut bytes = Vec::new();
    let mut hash = |cell: Option<Cell<'_>>| match cell {
        Some(cell) if canon.write(cell, &mut bytes) => hash_key(&bytes),
        _ => NO_KEY,
    };
    // Each value of a dictionary is hashed once, however many rows have it.
    if let DataType::Dictionary(k, v) = array.data_type()
        && **k == DataType::Int32
        && **v == DataType::Utf8
    {
        let keys = array.as_dictionary::<Int32Type>();
        let hashes: Vec<u128> = keys.values().as_string::<i32>().iter().map(|v| hash(v.map(Cell::Text))).collect();
        for key in keys.keys().iter() {
            let idx = key.and_then(|k| usize::try_from(k).ok());
            add(idx.and_then(|i| hashes.get(i)).copied().unwrap_or(NO_KEY));
        }
        return Ok(());
    }
    visit_cells(array, |cell| add(hash(cell)))
}

/// How the cells of a column become keys in a form.
pub(super) fn canon_of(table: &Table, column_idx: usize, form: KeyForm, reading: Reading) -> Result<Canon, Problem> {
    let mut month_first = false;
    if form == KeyForm::Day {
        let mut texts = Vec::new();
        for chunk in table.chunks(column_idx) {
            visit_cells(chunk, |cell| {
                if let Some(Cell::Text(text)) = cell
                    && texts.len() < 100_000
                    && text.contains('/')
                {
                    texts.push(text.to_owned());
                }
            })?;
        }
        month_first = puts_month_first(texts.iter().map(String::as_str));
    }
    Ok(Canon { form, reading, month_first })
}

/// Calls `add` with the hash of each row's key, for the first `max_rows` rows. Gives way between batches.
pub(super) async fn for_each_hash(
    table: &Table,
    column_idx: usize,
    canon: &Canon,
    max_rows: u64,
    mut add: impl FnMut(u128),
) -> Result<(), Problem> {
    #[cfg(test)]
    super::work::count(table.n_rows().min(max_rows));
    let mut left = usize::try_from(max_rows).unwrap_or(usize::MAX);
    for chunk in table.chunks(column_idx) {
        let n = chunk.len().min(left);
        hash_array(&chunk.slice(0, n), canon, &mut add)?;
        left -= n;
        if left == 0 {
            break;
        }
        give_way().await;
    }
    Ok(())
}

/// The hashes of the rows' keys on the left and on the right. A row that lacks any part has none.
///
/// # Errors
/// `unknown_column` when a key column is not there.
pub(super) async fn key_hashes(
    keys: &[KeyPair],
    left: (&str, &Table),
    right: (&str, &Table),
    max_rows: u64,
) -> Result<(Vec<u128>, Vec<u128>), Problem> {
    let mut hashes: Option<(Vec<u128>, Vec<u128>)> = None;
    for pair in keys {
        let l = left.1.column_idx(&pair.left).ok_or_else(|| unknown_column(&pair.left, left))?;
        let r = right.1.column_idx(&pair.right).ok_or_else(|| unknown_column(&pair.right, right))?;
        let type_of = |table: &Table, idx: usize| table.columns().get(idx).map(|c| c.column_type);
        let (l_reading, r_reading) = match (type_of(left.1, l), type_of(right.1, r)) {
            (Some(a), Some(b)) if pair.form == KeyForm::Exact => readings(a, b),
            _ => (Reading::AsIs, Reading::AsIs),
        };
        let l_hashes = hashes_of(left.1, l, pair.form, l_reading, max_rows).await?;
        let r_hashes = hashes_of(right.1, r, pair.form, r_reading, max_rows).await?;
        hashes = Some(match hashes {
            None => (l_hashes, r_hashes),
            Some((mut l_all, mut r_all)) => {
                combine(&mut l_all, &l_hashes);
                combine(&mut r_all, &r_hashes);
                (l_all, r_all)
            }
        });
    }
    Ok(hashes.unwrap_or_default())
}

async fn hashes_of(
    table: &Table,
    idx: usize,
    form: KeyForm,
    reading: Reading,
    max_rows: u64,
) -> Result<Vec<u128>, Problem> {
    let canon = canon_of(table, idx, form, reading)?;
    let mut out = Vec::with_capacity(usize::try_from(table.n_rows().min(max_rows)).unwrap_or(0));
    for_each_hash(table, idx, &canon, max_rows, |h| out.push(h)).await?;
    Ok(out)
}

fn combine(all: &mut [u128], more: &[u128]) {
    for (have, add) in all.iter_mut().zip(more) {
        if *have == NO_KEY || *add == NO_KEY {
            *have = NO_KEY;
        } else {
            *have = hash_pair(*have, *add);
        }
    }
}
