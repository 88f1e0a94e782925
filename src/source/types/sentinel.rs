//! Numbers that may stand for "no value": `-999` far below all others. They are only remarked, for they may be meant.

use super::Column;
use crate::base::ColumnType;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Float64Type, Int64Type};

/// Numbers that loggers and surveys write where they have none.
const BELOW: [f64; 8] = [-99.0, -999.0, -9999.0, -99999.0, -999.9, -999.99, -9999.9, -9999.99];
const ABOVE: [f64; 4] = [9999.0, 99999.0, 999_999.0, 9999.9];

/// Of columns with more rows than this, every eighth block is searched first.
const FEW_ROWS: usize = 100_000;
const BLOCK: usize = 1_024;

/// The number, and how often it stands in the column.
///
/// Empty cells hold a zero in Arrow, which is as far from these numbers as any value need be: so plain slices will do.
pub(super) fn find(column: &Column) -> Option<(f64, u64)> {
    let n_rows: usize = column.chunks.iter().map(|chunk| chunk.len()).sum();
    let step = if n_rows > FEW_ROWS { 8 } else { 1 };
    match column.info.column_type {
        ColumnType::Integer => {
            let slices = |chunk: &ArrayRef| chunk.as_primitive_opt::<Int64Type>().map(|a| a.values().clone());
            let chunks: Vec<_> = column.chunks.iter().filter_map(slices).collect();
            let values = || chunks.iter().flat_map(|chunk| chunk.iter().copied());
            // Slice by slice, so that the compiler can take many numbers at once.
            let blocks = || chunks.iter().flat_map(|chunk| chunk.chunks(BLOCK).step_by(step));
            let lowest = blocks().filter_map(|block| block.iter().copied().min()).min()?;
            let highest = blocks().filter_map(|block| block.iter().copied().max()).max()?;
            far_from_all(column, lowest as f64, highest as f64, || values().map(|v| v as f64))
        }
        ColumnType::Number => {
            let slices = |chunk: &ArrayRef| chunk.as_primitive_opt::<Float64Type>().map(|a| a.values().clone());
            let chunks: Vec<_> = column.chunks.iter().filter_map(slices).collect();
            let values = || chunks.iter().flat_map(|chunk| chunk.iter().copied());
            let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
            for block in chunks.iter().flat_map(|chunk| chunk.chunks(BLOCK).step_by(step)) {
                lowest = block.iter().fold(lowest, |a, b| if *b < a { *b } else { a });
                highest = block.iter().fold(highest, |a, b| if *b > a { *b } else { a });
            }
            far_from_all(column, lowest, highest, values)
        }
        _ => None,
    }
}

fn far_from_all<I: Iterator<Item = f64>>(
    column: &Column,
    lowest: f64,
    highest: f64,
    values: impl Fn() -> I,
) -> Option<(f64, u64)> {
    let candidates = [Some(lowest).filter(|v| BELOW.contains(v)), Some(highest).filter(|v| ABOVE.contains(v))];
    candidates.into_iter().flatten().find_map(|candidate| {
        let n = values().filter(|v| *v == candidate).count() as u64;
        // Once may be chance; all others must be nearer to zero by far.
        let is_far = values().filter(|v| *v != candidate).all(|v| (v - candidate).abs() > candidate.abs() * 0.8);
        let n_rows: usize = column.chunks.iter().map(|chunk| chunk.len()).sum();
        let n_others = (n_rows as u64).saturating_sub(column.info.n_missing + n);
        (n >= 2 && n_others >= n.max(3) && is_far).then_some((candidate, n))
    })
}
