//! Cells of two columns in a form in which they can be compared: a hash each.

use crate::base::{ColumnType, Problem};
use crate::table::Table;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, TimeUnit};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Stands for a cell that is missing; no other hash is 0.
pub(super) const MISSING: u64 = 0;

/// What cells of two columns are both turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Whole,
    Float,
    /// Microseconds since 1970, of dates as well.
    Moment,
    Text,
}

impl Form {
    pub fn of(a: ColumnType, b: ColumnType) -> Form {
        match (a, b) {
            (ColumnType::Integer, ColumnType::Integer) => Form::Whole,
            (ColumnType::Decimal, ColumnType::Decimal) => Form::Text,
            _ if a.is_numeric() && b.is_numeric() => Form::Float,
            _ if a.is_temporal() && b.is_temporal() => Form::Moment,
            _ => Form::Text,
        }
    }

    fn arrow_type(self) -> DataType {
        match self {
            Form::Whole => DataType::Int64,
            Form::Float => DataType::Float64,
            Form::Moment => DataType::Timestamp(TimeUnit::Microsecond, None),
            Form::Text => DataType::Utf8,
        }
    }
}

/// A hash for each cell of a column, for the first `max_rows` rows.
///
/// # Errors
/// `cannot_compare` when the column has no such form.
pub(super) fn hashes(table: &Table, column_idx: usize, form: Form, max_rows: usize) -> Result<Vec<u64>, Problem> {
    let n_rows = usize::try_from(table.n_rows()).unwrap_or(usize::MAX);
    let mut out = Vec::with_capacity(n_rows.min(max_rows));
    for chunk in table.chunks(column_idx) {
        let left = max_rows - out.len();
        if left == 0 {
            break;
        }
        add_hashes(&chunk.slice(0, chunk.len().min(left)), form, &mut out)?;
    }
    Ok(out)
}

fn add_hashes(array: &ArrayRef, form: Form, out: &mut Vec<u64>) -> Result<(), Problem> {
    // Each text of a dictionary is hashed once, however many rows have it.
    if form == Form::Text
        && let DataType::Dictionary(key, value) = array.data_type()
        && (key.as_ref(), value.as_ref()) == (&DataType::Int32, &DataType::Utf8)
    {
        let keys = array.as_dictionary::<Int32Type>();
        let texts: Vec<u64> = keys.values().as_string::<i32>().iter().map(|t| t.map_or(MISSING, of_text)).collect();
        let hash_of = |key: Option<i32>| key.and_then(|k| texts.get(usize::try_from(k).ok()?)).copied();
        out.extend(keys.keys().iter().map(|key| hash_of(key).unwrap_or(MISSING)));
        return Ok(());
    }
    let plain = cast(array, &form.arrow_type()).map_err(cannot_compare)?;
    match form {
        Form::Text => out.extend(plain.as_string::<i32>().iter().map(|t| t.map_or(MISSING, of_text))),
        Form::Float => {
            out.extend(plain.as_primitive::<Float64Type>().iter().map(|v| v.map_or(MISSING, of_float)));
        }
        Form::Whole | Form::Moment => {
            let whole = cast(&plain, &DataType::Int64).map_err(cannot_compare)?;
            out.extend(
                whole.as_primitive::<Int64Type>().iter().map(|v| v.map_or(MISSING, |v| mixed(v.cast_unsigned()))),
            );
        }
    }
    Ok(())
}

fn cannot_compare(error: arrow::error::ArrowError) -> Problem {
    Problem::input("cannot_compare", "Two columns could not be compared.").because(error.to_string())
}

fn of_text(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().max(1)
}

fn of_float(value: f64) -> u64 {
    // 0 and −0 are the same value.
    mixed(if value == 0.0 { 0 } else { value.to_bits() })
}

/// Spreads the bits (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
fn mixed(bits: u64) -> u64 {
    let mut x = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)).max(1)
}

/// Adds the cells of one more column to the hashes of rows.
pub(super) fn join(rows: &mut [u64], cells: &[u64]) {
    for (row, cell) in rows.iter_mut().zip(cells) {
        *row = mixed(row.rotate_left(17) ^ *cell);
    }
}

/// The numbers of a column among its first `max_rows` rows; dates and moments as microseconds. Nothing for text.
pub(super) fn numbers(table: &Table, column_idx: usize, max_rows: usize) -> Vec<f64> {
    let Some(info) = table.columns().get(column_idx) else { return Vec::new() };
    let form = Form::of(info.column_type, info.column_type);
    let mut out = Vec::new();
    let mut left = max_rows;
    for chunk in table.chunks(column_idx) {
        let head = chunk.slice(0, chunk.len().min(left));
        left -= head.len();
        let numbers = match form {
            Form::Text if info.column_type != ColumnType::Decimal => return Vec::new(),
            Form::Moment => cast(&head, &form.arrow_type()).and_then(|m| cast(&m, &DataType::Int64)),
            _ => Ok(head),
        };
        let numbers = numbers.and_then(|n| cast(&n, &DataType::Float64));
        // What cannot be read says nothing.
        let Ok(numbers) = numbers else { continue };
        out.extend(numbers.as_primitive::<Float64Type>().iter().flatten().filter(|v| v.is_finite()));
        if left == 0 {
            break;
        }
    }
    out
}
