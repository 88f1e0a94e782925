//! Rows that would be set aside and that the user lets in: as they are, or with another text.

use super::layout::{Layout, MAX_EXTRA, Page};
use super::scan::{self, Dialect, Row};
use crate::source::aside::Remedy;
use std::collections::BTreeSet;

/// The cells of the row, without their quotes; `None` when it stays out. Nothing of a row that is kept is lost.
///
/// # Errors
/// Why what was decided cannot be done, as the reason for setting the row aside.
pub(super) fn cells(
    page: &Page<'_>,
    layout: &Layout,
    dialect: &Dialect,
    row: &Row,
    remedy: &Remedy,
) -> Result<Option<Vec<String>>, &'static str> {
    let cells = match remedy {
        Remedy::Drop => return Ok(None),
        Remedy::Keep => {
            let all = (0..row.n_cells as usize).map(|c| page.wrapping.cell(page.raw(row, c)).into_owned()).collect();
            of_table(all, layout)
        }
        Remedy::Replace(text) => {
            let scan = scan::scan(text.as_bytes(), dialect, &BTreeSet::new(), &mut |_, _| {});
            let [row] = scan.rows.as_slice() else { return Err("the text in its place is not one row") };
            if row.is_broken {
                return Err("the text in its place opens a quote that is never closed");
            }
            let all = (0..row.n_cells as usize).map(|c| page.wrapping.cell(scan.raw(text, row, c)).into_owned());
            of_table(all.collect(), layout)
        }
    };
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Err("the text in its place is empty");
    }
    if cells.len() > layout.width + MAX_EXTRA {
        return Err("it has more cells than can be kept");
    }
    Ok(Some(cells))
}

/// The cells from the table's first column on. Text before that column goes behind the last one.
fn of_table(mut cells: Vec<String>, layout: &Layout) -> Vec<String> {
    let before: Vec<String> = cells.drain(..layout.first_cell.min(cells.len())).collect();
    let before = before.into_iter().filter(|cell| !cell.trim().is_empty());
    let more: Vec<String> = before.collect();
    if !more.is_empty() {
        cells.resize(cells.len().max(layout.width), String::new());
        cells.extend(more);
    }
    cells
}
