//! A screenful of rows: what the grid asks for and gets.

use super::{CellReader, Table};
use crate::base::ColumnType;
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
    let columns = table.columns().iter().zip(&cells).map(|(info, shown)| ColumnHead {
        name: info.name.clone(),
        column_type: info.column_type,
        unit: info.unit.clone(),
        decimals: decimals_of(info.column_type, shown),
    });
    RowWindow { offset, n_total: table.n_rows(), columns: columns.collect(), cells }
}

/// Enough decimals for the cells shown, at most four.
fn decimals_of(column_type: ColumnType, shown: &[Option<String>]) -> usize {
    if !matches!(column_type, ColumnType::Number | ColumnType::Decimal) {
        return 0;
    }
    shown
        .iter()
        .flatten()
        .filter(|c| !c.contains('e'))
        .filter_map(|c| c.split_once('.'))
        .map(|(_, fraction)| fraction.trim_end_matches('0').len())
        .max()
        .unwrap_or(0)
        .min(4)
}
