//! The rows of a table block: chosen columns, rows that pass a test, in an order.

use super::filter::mask;
use super::values::{column_idx, column_type, for_each_text, numbers_of};
use crate::base::{ColumnType, Problem};
use crate::recipe::{SortKey, Test};
use crate::table::{RowWindow, Table, row_window};
use arrow::array::{Array, ArrayRef};
use arrow::compute::interleave;
use std::cmp::Ordering;

/// The longest table in a report.
const MAX_ROWS: usize = 200;

/// The first `n_rows` rows that pass. `n_total` counts all that pass.
///
/// # Errors
/// `no_such_column` when none of the columns is there, or that of the test or order is not;
/// `unreadable_value`.
pub(super) fn chosen_rows(
    table: &Table,
    columns: &[String],
    only: Option<&(String, Test)>,
    sort: Option<&SortKey>,
    n_rows: usize,
) -> Result<RowWindow, Problem> {
    let all: Vec<String> = table.columns().iter().map(|c| c.name.clone()).collect();
    let wanted = if columns.is_empty() { &all } else { columns };
    let idxs: Vec<usize> = wanted.iter().filter_map(|c| table.column_idx(c)).collect();
    if idxs.is_empty() {
        column_idx(table, wanted.first().map_or("", String::as_str))?;
    }
    let n_all = table.n_rows() as usize;
    let mut rows: Vec<usize> = match only {
        Some((column, test)) => {
            mask(table, column, test)?.iter().enumerate().filter(|(_, keep)| **keep).map(|(i, _)| i).collect()
        }
        None if sort.is_none() => (0..n_all.min(MAX_ROWS)).collect(),
        None => (0..n_all).collect(),
    };
    let n_total = if only.is_some() { rows.len() } else { n_all };
    if let Some(key) = sort {
        sort_rows(table, key, &mut rows)?;
    }
    rows.truncate(n_rows.min(MAX_ROWS));
    let places = places_of(table, &rows);
    let mut picked = Vec::with_capacity(idxs.len());
    for idx in idxs {
        let chunks: Vec<&dyn Array> = table.chunks(idx).map(|c| c.as_ref()).collect();
        let array: ArrayRef = if chunks.is_empty() || places.is_empty() {
            let field = table.schema().fields().get(idx);
            arrow::array::new_empty_array(field.map_or(&arrow::datatypes::DataType::Null, |f| f.data_type()))
        } else {
            interleave(&chunks, &places)
                .map_err(|e| Problem::bug("bug_rows", "The rows could not be picked.").because(e.to_string()))?
        };
        if let Some(info) = table.columns().get(idx) {
            picked.push((info.clone(), array));
        }
    }
    let mut window = row_window(&Table::from_columns(picked)?, 0, MAX_ROWS);
    window.n_total = n_total as u64;
    for (head, cells) in window.columns.iter_mut().zip(&window.cells) {
        if head.column_type == ColumnType::Number {
            head.decimals = head.decimals.min(decimals_to_read(cells));
        }
    }
    Ok(window)
}

/// Decimals that give the largest cell four digits, at least.
fn decimals_to_read(cells: &[Option<String>]) -> usize {
    let numbers = cells.iter().flatten().filter_map(|c| c.parse::<f64>().ok()).filter(|v| v.is_finite());
    let largest = numbers.fold(0.0_f64, |m, v| m.max(v.abs()));
    if largest == 0.0 { 4 } else { (3.0 - largest.log10().floor()).clamp(0.0, 6.0) as usize }
}

/// (batch, row in it) of each row.
fn places_of(table: &Table, rows: &[usize]) -> Vec<(usize, usize)> {
    let mut starts = Vec::with_capacity(table.batches().len());
    let mut start = 0;
    for batch in table.batches() {
        starts.push(start);
        start += batch.num_rows();
    }
    let place = |row: &usize| {
        let batch = starts.partition_point(|s| s <= row).checked_sub(1)?;
        Some((batch, row - starts.get(batch)?))
    };
    rows.iter().filter_map(place).collect()
}

/// Missing last, ties in table order.
fn sort_rows(table: &Table, key: &SortKey, rows: &mut [usize]) -> Result<(), Problem> {
    let idx = column_idx(table, &key.column)?;
    let turn = |ordering: Ordering| if key.descending { ordering.reverse() } else { ordering };
    if column_type(table, idx) == ColumnType::Text {
        let mut texts = Vec::with_capacity(table.n_rows() as usize);
        for_each_text(table, idx, |cell| texts.push(cell));
        rows.sort_by(|a, b| match (texts.get(*a).and_then(Option::as_ref), texts.get(*b).and_then(Option::as_ref)) {
            (Some(a), Some(b)) => turn(a.cmp(b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        return Ok(());
    }
    let numbers = numbers_of(table, &key.column)?;
    let at = |row: usize| numbers.get(row).copied().filter(|v| !v.is_nan());
    rows.sort_by(|a, b| match (at(*a), at(*b)) {
        (Some(a), Some(b)) => turn(a.total_cmp(&b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn picks_sorts_and_counts() {
        let only = ("qc".to_owned(), Test::OneOf(vec!["fail".to_owned()]));
        let sort = SortKey { column: "day".to_owned(), descending: true };
        let columns = ["day".to_owned(), "plate".to_owned(), "gone".to_owned()];
        let window = chosen_rows(&sample::table(), &columns, Some(&only), Some(&sort), 2).unwrap();
        assert_eq!(window.n_total, 4);
        assert_eq!(window.columns.len(), 2);
        assert_eq!(window.cells[0], [Some("2026-11-15".to_owned()), Some("2026-11-13".to_owned())]);
    }

    #[test]
    fn missing_cells_come_last() {
        let up = SortKey { column: "yield".to_owned(), descending: false };
        let down = SortKey { column: "yield".to_owned(), descending: true };
        for key in [up, down] {
            let window = chosen_rows(&sample::table(), &[], None, Some(&key), 100).unwrap();
            assert_eq!(window.cells[3].last().unwrap(), &None);
            assert_eq!(window.n_total, 16);
        }
    }

    #[test]
    fn decimals_are_for_reading() {
        let cells = ["35.123456", "7.5"].map(|c| Some(c.to_owned()));
        assert_eq!(decimals_to_read(&cells), 2);
        assert_eq!(decimals_to_read(&[Some("0.00123".to_owned()), None]), 6);
    }

    #[test]
    fn a_column_that_is_gone_is_named() {
        let gone = ["gone".to_owned()];
        let problem = chosen_rows(&sample::table(), &gone, None, None, 10).unwrap_err();
        assert_eq!(problem.code, "no_such_column");
    }
}
