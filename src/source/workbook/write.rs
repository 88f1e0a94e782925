//! A block of cells as delimited text, and the account of what was changed on the way.

use super::sheet::{Area, Budget, Cell, Is, Sheet};
use super::tables::{self, Block};
use super::{Format, number_format};
use crate::base::Problem;
use crate::source::aside::Remedy;
use crate::source::csv::{self, Decoded, SHEET_DELIMITER};
use crate::source::spec::{ChangedCells, ReadProgress, ReadTable, ReaderSpec};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A longer title is a sentence, and no name of a part.
const MAX_TITLE_CHARS: usize = 40;

/// Rows of merged cells that are looked at.
const MAX_FILL_ROWS: u32 = 2_000_000;

/// Between the name of a sheet and that of a table on it.
pub(in crate::source) const WITHIN: &str = " › ";

/// Reads every table of a sheet.
///
/// # Errors
/// `too_many_cells`, `too_many_columns`, `text_too_long`.
pub(super) fn read_tables(
    sheet: Sheet,
    format: Format,
    size_bytes: u64,
    spec: &ReaderSpec,
    budget: &mut Budget,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    let blocks = tables::find(&sheet);
    let names = part_names(&sheet.name, &blocks);
    let n_blocks = blocks.len();
    let mut parts = Vec::with_capacity(n_blocks);
    for (block, name) in blocks.iter().zip(names) {
        // The user's own number of header rows is about the rows as they stand.
        let header = block.header.as_ref().filter(|_| spec.header_rows.is_none());
        // With one table the sheet's rows are all accounted for, from the first on.
        let n_before = if n_blocks > 1 { u64::from(block.top) } else { 0 };
        let written = Written::new(&sheet, block, header.is_some(), budget)?;
        let input = Decoded { text: &written.text, encoding: "", offset: 0, size_bytes };
        let as_sheet = ReaderSpec {
            format: Some(Format::Xlsx),
            header_rows: if header.is_some() { Some(1) } else { spec.header_rows },
            ..spec.within(&name, WITHIN).with_delimiter('\t', SHEET_DELIMITER)
        };
        let mut part = csv::read(&input, &as_sheet, progress)?;
        let ledger = &mut part.ledger;
        for aside in &mut ledger.set_aside {
            aside.byte = 0;
            aside.text = aside.text.replace(SHEET_DELIMITER, "\t");
        }
        for row in &mut ledger.decided {
            row.byte = 0;
            row.text = row.text.replace(SHEET_DELIMITER, "\t");
            if let Remedy::Replace(text) = &mut row.remedy {
                *text = text.replace(SHEET_DELIMITER, "\t");
            }
        }
        let n_before = n_before.min(ledger.n_blank);
        ledger.n_rows_in_file -= n_before;
        ledger.n_blank -= n_before;
        part.reading.skipped_lines = part.reading.skipped_lines.saturating_sub(n_before as u32);
        if let Some(header) = header {
            // The rows above the one that holds the joined names were left empty.
            let n_more = u64::from(header.bottom - header.top).min(ledger.n_blank);
            ledger.n_blank -= n_more;
            ledger.n_header += n_more;
            part.reading.header_rows += n_more as u32;
            part.reading.skipped_lines = part.reading.skipped_lines.saturating_sub(n_more as u32);
        }
        part.reading.format = format;
        let columns = part.table.columns();
        let named = |place: &usize| columns.get(*place).map(|c| c.name.clone());
        for ((place, code), cells) in &written.errors {
            if let Some(column) = named(place) {
                let rule = format!("'{code}' read as missing");
                ledger.changed.push(ChangedCells { column, rule, cells: *cells, ..ChangedCells::default() });
            }
        }
        for (place, cells) in &written.filled {
            if let Some(column) = named(place) {
                let rule = "value of merged cells repeated in each of their rows".to_owned();
                ledger.changed.push(ChangedCells { column, rule, cells: *cells, ..ChangedCells::default() });
            }
        }
        let n_errors: u64 = written.errors.values().sum();
        if n_errors > 0 {
            let errors = crate::base::wording::plural(n_errors, "cell with an error is", "cells with an error are");
            part.notices.add("error_cells", format!("{errors} read as missing"), n_errors);
        }
        part.part = name;
        parts.push(part);
    }
    Ok(parts)
}

/// The sheet's name alone where there is one table; else with a short title, or by number.
fn part_names(sheet: &str, blocks: &[Block]) -> Vec<String> {
    if blocks.len() < 2 {
        return vec![sheet.to_owned(); blocks.len()];
    }
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let named = |block: &'_ Block| block.title.as_deref().filter(|t| is_lasting(t)).map(str::to_owned);
    let titles: Vec<Option<String>> = blocks.iter().map(named).collect();
    let is_unique = titles.iter().flatten().all(|t| taken.insert(t));
    (1..)
        .zip(titles)
        .map(|(i, title)| match title.filter(|_| is_unique) {
            Some(title) => format!("{sheet}{WITHIN}{title}"),
            None => format!("{sheet}{WITHIN}{i}"),
        })
        .collect()
}

/// A title that will be the same next month: short, and without a date.
fn is_lasting(title: &str) -> bool {
    let longest = title.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    title.chars().count() <= MAX_TITLE_CHARS && longest < 4 && !title.contains(['\n', '›'])
}

struct Written {
    text: String,
    /// Errors read as missing, by place of the column and by what they say.
    errors: BTreeMap<(usize, String), u64>,
    /// Cells filled from merged ones.
    filled: BTreeMap<usize, u64>,
}

impl Written {
    fn new(sheet: &Sheet, block: &Block, is_joined: bool, budget: &mut Budget) -> Result<Written, Problem> {
        let from = sheet.cells.partition_point(|c| c.row < block.top);
        let to = sheet.cells.partition_point(|c| c.row <= block.bottom);
        let is_within = |c: &&Cell| (block.left..=block.right).contains(&c.column);
        let header = block.header.as_ref().filter(|_| is_joined);
        let mut cells: Vec<Cell> = sheet.cells.get(from..to).unwrap_or(&[]).iter().filter(is_within).copied().collect();
        let fills = fill_down(sheet, block, header.map_or(block.top, |h| h.bottom + 1), &cells, budget)?;
        let columns = Columns::new(block, &cells, header.iter().flat_map(|h| h.names.keys().copied()));
        let mut written = Written { text: String::new(), errors: BTreeMap::new(), filled: BTreeMap::new() };
        for fill in &fills {
            *written.filled.entry(columns.place(fill.column)).or_default() += 1;
        }
        if !fills.is_empty() {
            cells.extend(fills);
            cells.sort_by_key(|c| (c.row, c.column));
        }
        let shares = Shares::new(block, &cells);
        let mut out = Out { text: &mut written.text, row: 0, place: 0 };
        for row in cells.chunk_by(|a, b| a.row == b.row) {
            let n_row = row.first().map_or(0, |c| c.row);
            if let Some(header) = header.filter(|h| (h.top..=h.bottom).contains(&n_row)) {
                if n_row == header.bottom {
                    for (column, name) in &header.names {
                        out.put(n_row, columns.place(*column), name, budget)?;
                    }
                    // As wide as the table, so that it is seen to be its header, and below as well.
                    out.put(n_row, columns.last, "", budget)?;
                }
                continue;
            }
            let is_all_errors = row.iter().all(|c| c.is == Is::Error);
            for cell in row {
                let place = columns.place(cell.column);
                let text = sheet.text(cell);
                if cell.is == Is::Error && !is_all_errors {
                    let key: String = text.chars().take(20).collect();
                    *written.errors.entry((place, key)).or_default() += 1;
                    continue;
                }
                let shown = match cell.is {
                    Is::Percent if shares.is_all_percent(cell.column) => number_format::percent(text).map(Cow::Owned),
                    _ => None,
                };
                out.put(cell.row, place, shown.as_deref().unwrap_or(text), budget)?;
            }
            if block.names_row == Some(n_row) {
                out.put(n_row, columns.last, "", budget)?;
            }
        }
        out.text.push('\n');
        Ok(written)
    }
}

struct Out<'t> {
    text: &'t mut String,
    row: u32,
    place: usize,
}

impl Out<'_> {
    /// Writes a cell, with the empty ones before it.
    fn put(&mut self, row: u32, place: usize, text: &str, budget: &mut Budget) -> Result<(), Problem> {
        budget.take(u64::from(row - self.row) + place as u64)?;
        while self.row < row {
            self.text.push('\n');
            self.row += 1;
            self.place = 0;
        }
        while self.place < place {
            self.text.push(SHEET_DELIMITER);
            self.place += 1;
        }
        if text.contains(['"', '\n', '\r', SHEET_DELIMITER]) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
        Ok(())
    }
}

/// The places of the columns that are in use.
struct Columns {
    left: u32,
    places: Vec<usize>,
    last: usize,
}

impl Columns {
    fn new(block: &Block, cells: &[Cell], more: impl Iterator<Item = u32>) -> Columns {
        let mut places = vec![0usize; (block.right - block.left) as usize + 1];
        for column in cells.iter().map(|c| c.column).chain(more) {
            if let Some(place) = places.get_mut(column.saturating_sub(block.left) as usize) {
                *place = 1;
            }
        }
        let mut n = 0;
        for place in &mut places {
            n += *place;
            *place = n.saturating_sub(1);
        }
        Columns { left: block.left, places, last: n.saturating_sub(1) }
    }

    fn place(&self, column: u32) -> usize {
        self.places.get(column.saturating_sub(self.left) as usize).copied().unwrap_or(self.last)
    }
}

/// Columns whose numbers are all shown with `%`: the sign becomes their unit.
struct Shares {
    left: u32,
    /// Whether there is one with the sign, and one without.
    seen: Vec<(bool, bool)>,
}

impl Shares {
    fn new(block: &Block, cells: &[Cell]) -> Shares {
        let mut seen = vec![(false, false); (block.right - block.left) as usize + 1];
        for cell in cells {
            if let Some((with, without)) = seen.get_mut(cell.column.saturating_sub(block.left) as usize) {
                *with |= cell.is == Is::Percent;
                *without |= cell.is == Is::Number;
            }
        }
        Shares { left: block.left, seen }
    }

    fn is_all_percent(&self, column: u32) -> bool {
        self.seen.get(column.saturating_sub(self.left) as usize) == Some(&(true, false))
    }
}

/// Words in cells that are merged over several rows hold for each of them. Numbers are not repeated: their sum would
/// be wrong.
fn fill_down(
    sheet: &Sheet,
    block: &Block,
    body: u32,
    cells: &[Cell],
    budget: &mut Budget,
) -> Result<Vec<Cell>, Problem> {
    let mut fills = Vec::new();
    // Areas that lie over each other must not take for ever.
    let mut n_rows_left = MAX_FILL_ROWS;
    let at = |row: u32, column: u32| cells.binary_search_by_key(&(row, column), |c| (c.row, c.column));
    let is_tall = |a: &&Area| a.bottom > a.top && a.top >= body && (block.left..=block.right).contains(&a.left);
    for area in sheet.merged.iter().filter(is_tall) {
        let Some(first) = at(area.top, area.left).ok().and_then(|i| cells.get(i)) else { continue };
        if first.is != Is::Text {
            continue;
        }
        for row in area.top + 1..=area.bottom.min(block.bottom) {
            n_rows_left = match n_rows_left.checked_sub(1) {
                Some(n) => n,
                None => break,
            };
            // A row that is empty but for this stays empty.
            let has_others = cells.get(cells.partition_point(|c| c.row < row)).is_some_and(|c| c.row == row);
            if has_others && at(row, area.left).is_err() {
                budget.take(1)?;
                fills.push(first.repeated_at(row));
            }
        }
    }
    // No program lets areas overlap, but a file may.
    fills.sort_by_key(|c: &Cell| (c.row, c.column));
    fills.dedup_by_key(|c| (c.row, c.column));
    Ok(fills)
}
