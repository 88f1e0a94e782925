//! One type for cells that come from two columns, so that nothing is lost.

use super::problem::arrow_problem;
use crate::base::Problem;
use crate::table::{CellReader, Table};
use arrow::array::{Array, ArrayRef, AsArray, StringBuilder, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use std::sync::Arc;

/// Whole numbers up to here are also exact as 64-bit floats.
const EXACT_FLOAT: u64 = 1 << 53;

/// The type that holds the cells of both columns: the same, or a number for whole numbers and
/// numbers, a moment for dates and moments, else text.
pub(super) fn unified_type(left: (&Table, usize), right: (&Table, usize)) -> DataType {
    let type_of = |(table, idx): (&Table, usize)| {
        table.schema().fields().get(idx).map_or(DataType::Utf8, |f| f.data_type().clone())
    };
    let (l, r) = (type_of(left), type_of(right));
    match (&l, &r) {
        _ if l == r => l,
        (DataType::Int64, DataType::Float64) if is_exact(left) => r,
        (DataType::Float64, DataType::Int64) if is_exact(right) => l,
        (DataType::Int64, DataType::Decimal128(38, 0..=19)) => r,
        (DataType::Decimal128(38, 0..=19), DataType::Int64) => l,
        (DataType::Date32, DataType::Timestamp(_, None)) => r,
        (DataType::Timestamp(_, None), DataType::Date32) => l,
        // A column without a single value takes the other's type.
        _ if is_empty(right) => l,
        _ if is_empty(left) => r,
        _ => DataType::Utf8,
    }
}

fn is_exact((table, idx): (&Table, usize)) -> bool {
    table.chunks(idx).all(|chunk| {
        chunk
            .as_primitive_opt::<Int64Type>()
            .is_some_and(|ints| ints.iter().flatten().all(|v| v.unsigned_abs() <= EXACT_FLOAT))
    })
}

fn is_empty((table, idx): (&Table, usize)) -> bool {
    table.chunks(idx).all(|chunk| missing(chunk) == chunk.len() as u64)
}

/// Cells that are missing, also those that a dictionary says are.
pub(super) fn missing(array: &ArrayRef) -> u64 {
    array.logical_null_count() as u64
}

/// The cells as another type, chosen by [`unified_type`]. As text they read as in exports.
pub(super) fn to_type(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, Problem> {
    if array.data_type() == target {
        return Ok(array.clone());
    }
    // A column without a value takes the other's type, also where no cast leads there.
    if missing(array) == array.len() as u64 {
        return Ok(new_null_array(target, array.len()));
    }
    let is_text = |t: &DataType| {
        matches!(t, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
            || matches!(t, DataType::Dictionary(_, v) if **v == DataType::Utf8)
    };
    if *target == DataType::Utf8 && !is_text(array.data_type()) {
        let reader = CellReader::new(array.as_ref());
        let mut texts = StringBuilder::with_capacity(array.len(), array.len() * 8);
        for row_idx in 0..array.len() {
            texts.append_option(reader.get(row_idx));
        }
        return Ok(Arc::new(texts.finish()));
    }
    cast(array, target).map_err(arrow_problem)
}
