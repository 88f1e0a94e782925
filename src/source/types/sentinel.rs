//! Numbers that may stand for "no value": `-999` far below all others. They are only remarked, for they may be meant.

use super::Column;
use crate::base::ColumnType;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::{cast, max, min};
use arrow::datatypes::{DataType, Float64Type};

/// Numbers that loggers and surveys write where they have none.
const BELOW: [f64; 8] = [-99.0, -999.0, -9999.0, -99999.0, -999.9, -999.99, -9999.9, -9999.99];
const ABOVE: [f64; 4] = [9999.0, 99999.0, 999_999.0, 9999.9];

/// The number, and how often it stands in the column.
pub(super) fn find(column: &Column) -> Option<(f64, u64)> {
    if !matches!(column.info.column_type, ColumnType::Integer | ColumnType::Number) {
        return None;
    }
    let chunks: Vec<Float64Array> = column.chunks.iter().filter_map(floats).collect();
    let lowest = chunks.iter().filter_map(min).fold(f64::INFINITY, f64::min);
    let highest = chunks.iter().filter_map(max).fold(f64::NEG_INFINITY, f64::max);
    let candidates = [Some(lowest).filter(|v| BELOW.contains(v)), Some(highest).filter(|v| ABOVE.contains(v))];
    candidates.into_iter().flatten().find_map(|candidate| {
        let values = || chunks.iter().flat_map(|chunk| chunk.iter().flatten());
        let n = values().filter(|v| *v == candidate).count() as u64;
        // Once may be chance; all others lie within a fifth of it.
        let is_far = values().filter(|v| *v != candidate).all(|v| (v - candidate).abs() > candidate.abs() * 0.8);
        let n_others = values().count() as u64 - n;
        (n >= 2 && n_others >= n.max(3) && is_far).then_some((candidate, n))
    })
}

fn floats(chunk: &ArrayRef) -> Option<Float64Array> {
    match chunk.data_type() {
        DataType::Float64 => Some(chunk.as_primitive::<Float64Type>().clone()),
        DataType::Int64 => Some(cast(chunk, &DataType::Float64).ok()?.as_primitive::<Float64Type>().clone()),
        _ => None,
    }
}
