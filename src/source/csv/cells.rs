//! The loaded rows of a table, cell by cell.

use super::scan::{Row, Scan};
use super::wrapping::Wrapping;
use crate::source::types::Cells;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The loaded rows as cells.
pub(super) struct CsvCells<'a> {
    pub text: &'a str,
    pub scan: &'a Scan,
    pub wrapping: Wrapping,
    pub rows: Cow<'a, [Row]>,
    /// Those of rows without cells in the text, which are there by the user's decision.
    pub decided: BTreeMap<usize, Vec<String>>,
    pub width: usize,
    pub first_cell: usize,
}

impl CsvCells<'_> {
    #[cold]
    fn decided(&self, column: usize, row: usize) -> Cow<'_, str> {
        Cow::Borrowed(self.decided.get(&row).and_then(|cells| cells.get(column)).map_or("", String::as_str))
    }
}

impl Cells for CsvCells<'_> {
    fn n_rows(&self) -> usize {
        self.rows.len()
    }

    fn n_columns(&self) -> usize {
        self.width
    }

    #[inline]
    fn get(&self, column: usize, row: usize) -> Cow<'_, str> {
        match self.rows.get(row) {
            Some(Row { n_cells: 0, .. }) => self.decided(column, row),
            Some(row) => self.wrapping.cell(self.scan.raw(self.text, row, column + self.first_cell)),
            None => Cow::Borrowed(""),
        }
    }

    fn is_guest(&self, row: usize) -> bool {
        self.rows.get(row).is_some_and(|row| row.n_cells == 0)
    }

    fn line(&self, row: usize) -> u64 {
        self.rows.get(row).map_or(0, |row| u64::from(row.line))
    }
}
