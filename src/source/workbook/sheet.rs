//! The cells of one sheet that hold something, whatever format they come from.

use crate::base::{Problem, wording};

/// Cells of one workbook, empty ones within the tables included.
pub(super) const MAX_CELLS: u64 = 20_000_000;

/// Text of all cells of one sheet.
const MAX_TEXT_BYTES: usize = 1_500_000_000;

/// Areas of merged cells that are looked at; a sheet made by hand has a few.
const MAX_MERGED: usize = 100_000;

/// Spreadsheets have 1,048,576 rows and 16,384 columns at most.
pub(super) const MAX_ROWS: u32 = 1 << 20;
pub(super) const MAX_COLUMNS: u32 = 1 << 14;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    Text,
    Number,
    /// A number that is shown with `%`; its text is the share itself, `0.125`.
    Percent,
    /// A date, a time or a duration.
    Moment,
    Answer,
    /// `#DIV/0!` and the like.
    Error,
}

/// A cell that holds something. Its text lies with the sheet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub row: u32,
    pub column: u32,
    start: u32,
    length: u32,
    pub is: Is,
}

impl Cell {
    /// The same text in another row.
    pub fn repeated_at(self, row: u32) -> Cell {
        Cell { row, ..self }
    }
}

/// Merged cells; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

/// What may still be read of a workbook.
pub(super) struct Budget {
    pub n_cells: u64,
}

impl Budget {
    /// # Errors
    /// `too_many_cells`.
    pub fn take(&mut self, n: u64) -> Result<(), Problem> {
        self.n_cells = self.n_cells.checked_sub(n).ok_or_else(too_many)?;
        Ok(())
    }

    /// Whether so many could be taken.
    ///
    /// # Errors
    /// `too_many_cells`.
    pub fn has(&self, n: u64) -> Result<(), Problem> {
        if n > self.n_cells { Err(too_many()) } else { Ok(()) }
    }
}

#[derive(Default)]
pub(super) struct Sheet {
    pub name: String,
    pub is_hidden: bool,
    /// A chart or a dialog, which has no cells.
    pub is_chart: bool,
    pub cells: Vec<Cell>,
    text: String,
    pub merged: Vec<Area>,
    /// First and last of rows that are not shown.
    hidden_rows: Vec<(u32, u32)>,
    hidden_columns: Vec<(u32, u32)>,
    /// Cells with a formula whose result was not saved.
    pub n_without_result: u64,
    /// Why the rest of it could not be read.
    pub damage: Option<String>,
}

impl Sheet {
    pub fn new(name: String, is_hidden: bool) -> Sheet {
        Sheet { name, is_hidden, ..Sheet::default() }
    }

    /// Adds a cell, if there is anything in it. Texts come without spaces around them.
    ///
    /// # Errors
    /// `too_many_cells`.
    pub fn add(&mut self, row: u32, column: u32, is: Is, text: &str, budget: &mut Budget) -> Result<(), Problem> {
        // Zero bytes would make the row look damaged, and no program shows them.
        let whole;
        let text = if text.contains('\0') {
            whole = text.replace('\0', "");
            whole.trim()
        } else {
            text.trim()
        };
        if text.is_empty() {
            return Ok(());
        }
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            self.damage.get_or_insert_with(|| "it has cells where no sheet can have any".to_owned());
            return Ok(());
        }
        budget.take(1)?;
        if self.text.len() + text.len() > MAX_TEXT_BYTES {
            return Err(too_many());
        }
        let (start, length) = (self.text.len() as u32, text.len() as u32);
        self.text.push_str(text);
        self.cells.push(Cell { row, column, start, length, is });
        Ok(())
    }

    pub fn text(&self, cell: &Cell) -> &str {
        let start = cell.start as usize;
        self.text.get(start..start + cell.length as usize).unwrap_or("")
    }

    pub fn merge(&mut self, area: Area) {
        let is_one = area.top == area.bottom && area.left == area.right;
        if !is_one && area.top <= area.bottom && area.left <= area.right && self.merged.len() < MAX_MERGED {
            self.merged.push(area);
        }
    }

    pub fn hide_rows(&mut self, first: u32, last: u32) {
        hide(&mut self.hidden_rows, first, last);
    }

    pub fn hide_columns(&mut self, first: u32, last: u32) {
        hide(&mut self.hidden_columns, first, last);
    }

    /// Puts the cells in order. Of two at one place the later counts, as in the programs themselves.
    pub fn finish(&mut self) {
        self.cells.sort_by_key(|c| (c.row, c.column));
        self.cells.reverse();
        self.cells.dedup_by_key(|c| (c.row, c.column));
        self.cells.reverse();
        self.hidden_rows.sort_unstable();
        self.merged.sort_unstable_by_key(|a| (a.top, a.left));
    }

    /// Rows with something in them that are not shown.
    pub fn n_hidden_rows(&self) -> u64 {
        let mut ranges = self.hidden_rows.iter().peekable();
        let (mut n, mut last) = (0, None);
        for cell in self.cells.iter() {
            while ranges.next_if(|(_, end)| *end < cell.row).is_some() {}
            if ranges.peek().is_some_and(|(start, _)| *start <= cell.row) && last != Some(cell.row) {
                n += 1;
                last = Some(cell.row);
            }
        }
        n
    }

    /// Columns with something in them that are not shown.
    pub fn n_hidden_columns(&self) -> u64 {
        if self.hidden_columns.is_empty() {
            return 0;
        }
        let used: std::collections::BTreeSet<u32> = self.cells.iter().map(|c| c.column).collect();
        used.iter().filter(|c| self.hidden_columns.iter().any(|(a, b)| (a..=b).contains(c))).count() as u64
    }
}

/// Many rows in a row that are hidden one by one are one entry.
fn hide(ranges: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    const MAX_RANGES: usize = 200_000;
    if let Some((_, end)) = ranges.last_mut().filter(|(_, end)| end.checked_add(1) == Some(first)) {
        *end = last;
    } else if ranges.len() < MAX_RANGES {
        ranges.push((first, last));
    }
}

/// A number as text that reads back as the same number.
pub(super) fn number(value: f64) -> String {
    if value.abs() >= 1e15 { format!("{value:e}") } else { value.to_string() }
}

fn too_many() -> Problem {
    Problem::limit("too_many_cells", "This spreadsheet has too many cells to be read here.")
        .because(format!("At most {} are possible.", wording::format_count(MAX_CELLS)))
        .hint("Save the sheet you need as CSV.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_of_two_cells_counts_and_hidden_rows_are_counted() {
        let mut budget = Budget { n_cells: 100 };
        let mut sheet = Sheet::new("s".to_owned(), false);
        for (row, text) in [(3, "late"), (1, "old"), (1, " new "), (2, " "), (9, "x")] {
            sheet.add(row, 0, Is::Text, text, &mut budget).unwrap();
        }
        sheet.hide_rows(1, 1);
        sheet.hide_rows(2, 2);
        sheet.hide_rows(9, 9);
        sheet.hide_columns(0, 3);
        sheet.finish();
        let texts: Vec<&str> = sheet.cells.iter().map(|c| sheet.text(c)).collect();
        assert_eq!(texts, ["new", "late", "x"]);
        assert_eq!((sheet.n_hidden_rows(), sheet.n_hidden_columns()), (2, 1));
        assert_eq!(budget.n_cells, 96);
        assert!(sheet.add(0, 0, Is::Text, "x", &mut Budget { n_cells: 0 }).is_err());
    }
}
