//! A screenful of rows: what the grid asks for and gets.

use super::{CellReader, Table};
use crate::base::ColumnType;
use arrow::array::AsArray;
use arrow::datatypes::Float64Type;
use serde::{Deserialize, Serialize};

/// A column as the grid shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnHead {
    pub name: String,
    pub column_type: ColumnType,
    #[serde(default)]
    pub unit: Option<String>,
    /// Decimals to show, the same for the whole column.
    pub decimals: usize,
}

/// Rows `offset ..` of `n_total`, column by column, cells as raw text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowWindow {
    pub offset: u64,
    pub n_total: u64,
    pub columns: Vec<ColumnHead>,
    /// `cells[column][row]`.
    pub cells: Vec<Vec<Option<String>>>,
}

/// Cuts a window out of a table. Rows past the end are simply not there.
pub fn row_window(table: &Table, offset: u64, limit: usize) -> RowWindow {
    let mut cells: Vec<Vec<Option<String>>> = vec![Vec::with_capacity(limit); table.n_columns()];
    let mut skip = offset;
    let mut left = limit;
    for batch in table.batches() {
        let n = batch.num_rows() as u64;
        if skip >= n {
            skip -= n;
            continue;
        }
        let start = skip as usize;
        let take = left.min(batch.num_rows() - start);
        for (out, array) in cells.iter_mut().zip(batch.columns()) {
            let reader = CellReader::new(array.as_ref());
            out.extend((start..start + take).map(|row_idx| reader.get(row_idx)));
        }
        skip = 0;
        left -= take;
        if left == 0 {
            break;
        }
    }
    let columns = table.columns().iter().enumerate().zip(&cells).map(|((idx, info), shown)| ColumnHead {
        name: info.name.clone(),
        column_type: info.column_type,
        unit: info.unit.clone(),
        decimals: decimals_of(info.column_type, shown).max(decimals_of_first(table, idx)),
    });
    RowWindow { offset, n_total: table.n_rows(), columns: columns.collect(), cells }
}

/// Rows of a column of numbers that are looked at for its decimals, wherever the window is.
const MAX_LOOKED_AT: usize = 50_000;
const MAX_DECIMALS: usize = 4;

/// Enough decimals for the first rows of the column, so that they stay the same while it is scrolled.
fn decimals_of_first(table: &Table, column_idx: usize) -> usize {
    let mut most = 0;
    let mut left = MAX_LOOKED_AT;
    for chunk in table.chunks(column_idx) {
        let Some(numbers) = chunk.as_primitive_opt::<Float64Type>() else { return 0 };
        for value in numbers.iter().take(left).flatten() {
            while most < MAX_DECIMALS && !is_written_with(value, most) {
                most += 1;
            }
            if most == MAX_DECIMALS {
                return most;
            }
        }
        left = left.saturating_sub(numbers.len());
    }
    most
}

/// Whether so many decimals say all of a number. Numbers too small or too large to be written so
/// need none of them.
fn is_written_with(value: f64, decimals: usize) -> bool {
    let scaled = value * 10_f64.powi(decimals as i32);
    !(1e-4..1e15).contains(&value.abs()) || (scaled - scaled.round()).abs() <= 1e-9 * scaled.abs().max(1.0)
}

/// Enough decimals for the cells shown, at most four.
fn decimals_of(column_type: ColumnType, shown: &[Option<String>]) -> usize {
    if !matches!(column_type, ColumnType::Number | ColumnType::Decimal) {
        return 0;
    }
    let of_text = |c: &String| c.split_once('.').map_or(0, |(_, fraction)| fraction.trim_end_matches('0').len());
    // A float's last digits are not the user's: 0.1 + 0.2 has one decimal.
    let of_float = |c: &String| {
        let value = c.parse::<f64>().unwrap_or(0.0);
        (0..MAX_DECIMALS).find(|decimals| is_written_with(value, *decimals)).unwrap_or(MAX_DECIMALS)
    };
    let cells = shown.iter().flatten();
    let most = if column_type == ColumnType::Number { cells.map(of_float).max() } else { cells.map(of_text).max() };
    most.unwrap_or(0).min(MAX_DECIMALS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::ColumnInfo;
    use arrow::array::Float64Array;
    use std::sync::Arc;

    #[test]
    fn a_column_has_the_same_decimals_wherever_it_is_scrolled_to() {
        let cells = (0..2_000).map(|i| if i % 500 == 0 { 0.25 } else { f64::from(i) * 0.1 });
        let numbers = Arc::new(Float64Array::from_iter_values(cells));
        let table = Table::from_columns(vec![(ColumnInfo::new("x", ColumnType::Number), numbers)]).unwrap();
        for offset in [0, 100, 499, 1_700] {
            assert_eq!(row_window(&table, offset, 50).columns[0].decimals, 2, "{offset}");
        }
        assert!(is_written_with(1.1, 1) && is_written_with(-1_234_567.25, 2) && is_written_with(0.3, 1));
        assert!(!is_written_with(0.125, 2) && is_written_with(1e-9, 0) && is_written_with(f64::NAN, 0));
    }
}
