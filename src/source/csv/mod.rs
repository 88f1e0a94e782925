//! Delimited text and columns of fixed width, with all that people put around a table.
//!
//! `dialect` guesses how the file is written, `scan` notes where every cell ends, `regions` tells the tables of the file
//! apart and `layout` says which row is what; then the typed columns are built straight from slices of the text. Decisions: `docs/decisions/0003-reading.md`.

mod aligned;
mod cells;
mod comments;
mod decided;
mod dialect;
mod header;
mod layout;
mod marks;
mod notes;
mod quoting;
mod regions;
mod repair;
mod scan;
mod share;
mod wrapping;

use super::aside::{Decided, Decisions};
use super::names;
use super::read::name_apart;
use super::share::Helpers;
use super::spec::{ChangedCells, DeclaredKeys, Format, Ledger, ReadProgress, ReadTable, ReaderSpec, Reading, SetAside};
use super::types::{self, Hints, Others};
use crate::base::{Notices, Problem, at_once, wording};
use cells::CsvCells;
use comments::Comments;
use layout::{Page, RowIs};
use regions::Region;
use scan::{Dialect, Row, Scan, Split};
use share::Shares;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use wrapping::Wrapping;

pub(super) use scan::MAX_TEXT_BYTES;
pub(super) use share::read_share;

/// Text with where it came from.
pub(super) struct Decoded<'a> {
    pub text: &'a str,
    pub encoding: &'a str,
    /// Bytes of the file before the text: the byte order mark.
    pub offset: u64,
    pub size_bytes: u64,
}

/// Between the cells of a spreadsheet, which is read as text in a dialect of its own.
pub(super) const SHEET_DELIMITER: char = '\u{1f}';

/// What reading may take, of the 4 GB that a worker can address.
const MAX_READING_BYTES: u64 = 3_500_000_000;

/// More columns than this is no table.
const MAX_COLUMNS: usize = 16_384;

/// Reads delimited text, all of it as one table.
///
/// # Errors
/// `empty_file`, `too_many_columns`, `text_too_long`, `needs_too_much_memory`, `bad_delimiter`.
pub(super) fn read(
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadTable, Problem> {
    let sheet = Sheet::of(input, spec, progress)?;
    let region = Region { rows: 0..sheet.scan.rows.len(), title: String::new(), header: None };
    at_once(sheet.read_region(&region, spec, None, progress))
}

/// Reads delimited text; what has several tables in it becomes several, in the order of the file. Of a large table, some of
/// the rows are left to helpers.
///
/// # Errors
/// As [`read`].
pub(super) async fn read_tables(
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    helpers: Option<&dyn Helpers>,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    // What the user decided on rows and rules is carried out where the whole file is at hand.
    let helpers = helpers.filter(|_| spec.decisions.is_empty() && spec.as_written.is_empty());
    if let Some(helpers) = helpers.filter(|helpers| helpers.n_helpers() > 0 && input.text.len() >= helpers.min_bytes())
    {
        helpers.get_ready();
    }
    let sheet = Sheet::of(input, spec, progress)?;
    let mut regions = regions::find(&sheet.page(&sheet.scan.rows));
    // What was decided on rows is about a part by its name.
    name_apart(regions.iter_mut().map(|region| &mut region.title));
    let mut tables = Vec::with_capacity(regions.len());
    for region in &regions {
        let helpers = helpers.filter(|_| regions.len() == 1);
        tables.push(sheet.read_region(region, spec, helpers, progress).await?);
    }
    if let (Some(first), 2..) = (tables.first_mut(), regions.len()) {
        let text = format!("This file has {} tables, each with a header of its own", regions.len());
        first.notices.add("several_tables", text, regions.len() as u64);
    }
    Ok(tables)
}

/// The text of a file, cut into rows and cells.
struct Sheet<'a> {
    input: &'a Decoded<'a>,
    dialect: Dialect,
    scan: Scan,
    wrapping: Wrapping,
    comments: Comments,
    is_sheet: bool,
}

impl<'a> Sheet<'a> {
    fn of(
        input: &'a Decoded<'a>,
        spec: &ReaderSpec,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<Sheet<'a>, Problem> {
        let text = input.text;
        if text.len() > MAX_TEXT_BYTES {
            return Err(Problem::limit("text_too_long", "This file is too large to be read here.")
                .because("A text file can have 2 GB at most.")
                .hint("Split the file, or convert it to Parquet."));
        }
        if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
            return Err(Problem::input("empty_file", "This file is empty."));
        }
        let total = input.size_bytes;
        // Scanning is about a third of the work, building the columns the rest.
        let mut at_scan = |done: usize, n_rows: usize| {
            let done_bytes = total / 3 * done as u64 / text.len().max(1) as u64;
            progress(ReadProgress { done_bytes, total_bytes: total, n_rows: n_rows as u64 });
        };
        let delimiter = match spec.format {
            Some(Format::Tsv) => Some(spec.delimiter.unwrap_or('\t')),
            _ => spec.delimiter,
        };
        let is_sheet = spec.format == Some(Format::Xlsx);
        let dialect = if is_sheet {
            Dialect::of(Some(SHEET_DELIMITER as u8), Some(b'"'))
        } else {
            dialect::guess(text, separator(delimiter)?, ascii(spec.quote)?)
        };
        refuse_beyond_memory(scan::expected_bytes(text.as_bytes(), &dialect))?;
        let scan = repair::scan(text, &dialect, &mut at_scan);
        let has_nul = text.as_bytes().contains(&0);
        let wrapping = Wrapping { quote: dialect.quote, escape: dialect.escape, has_nul };
        let comments = if is_sheet { Comments::default() } else { Comments::of(text) };
        Ok(Sheet { input, dialect, scan, wrapping, comments, is_sheet })
    }

    fn page<'p>(&'p self, rows: &'p [Row]) -> Page<'p> {
        let Sheet { input, scan, wrapping, comments, is_sheet, .. } = self;
        Page { text: input.text, scan, rows, wrapping: *wrapping, comments: *comments, is_sheet: *is_sheet }
    }

    /// Bytes of the file up to a row; the first row counts from the start of the file.
    fn bytes_before(&self, row: usize) -> u64 {
        let len = self.input.text.len().max(1) as u128;
        match self.scan.rows.get(row) {
            _ if row == 0 => 0,
            Some(row) => (u128::from(self.input.size_bytes) * u128::from(row.start) / len) as u64,
            None => self.input.size_bytes,
        }
    }

    async fn read_region(
        &self,
        region: &Region,
        spec: &ReaderSpec,
        helpers: Option<&dyn Helpers>,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<ReadTable, Problem> {
        let rows = self.scan.rows.get(region.rows.clone()).unwrap_or(&[]);
        let page = self.page(rows);
        let mut layout = layout::find(&page, spec.header_rows, region.header);
        let is_last = region.rows.end == self.scan.rows.len();
        let size_bytes = self.bytes_before(region.rows.end) - self.bytes_before(region.rows.start);
        let decisions = Decisions::of(spec, &region.title);
        let mut sorted = sort_rows(&page, &layout, self, is_last, decisions);
        sorted.ledger.size_bytes = size_bytes;
        layout.names.extend((0..sorted.n_extra).map(|i| format!("extra_{}", layout.n_extra_names + i + 1)));
        let width = layout.width + sorted.n_extra;
        if width > MAX_COLUMNS {
            return Err(Problem::limit("too_many_columns", "This file has too many columns to be read here.").because(
                format!("It has {}; at most {MAX_COLUMNS} can be read.", wording::format_count(width as u64)),
            ));
        }

        let mut notices = Notices::default();
        if region.rows.start == 0 && !self.is_sheet {
            self.add_notices(&mut notices);
        }
        add_notices(&sorted, &layout, self.is_sheet, &mut notices);
        let heads = names::heads(&layout.names, &mut notices);
        let extra: Vec<(String, u64)> =
            heads.iter().skip(layout.width).map(|h| h.name.clone()).zip(sorted.extra_cells.iter().copied()).collect();
        let cells = CsvCells {
            text: self.input.text,
            scan: &self.scan,
            wrapping: self.wrapping,
            rows: sorted.loaded,
            decided: sorted.decided,
            width,
            first_cell: layout.first_cell,
        };
        let hints = Hints {
            types: spec.types.clone(),
            as_written: spec.as_written.clone(),
            comma_is_free: self.dialect.split != Split::Mark(b','),
        };
        let (total, n_all) = (self.input.size_bytes, self.scan.rows.len().max(1) as u64);
        let mut on_rows = |done: u64| {
            let n_done = region.rows.start as u64 + done;
            let done_bytes =
                total / 3 + ((total - total / 3) as u128 * n_done.min(n_all) as u128 / n_all as u128) as u64;
            progress(ReadProgress { done_bytes, total_bytes: total, n_rows: n_done });
        };
        let helpers = helpers.filter(|_| !self.is_sheet);
        let shares = Shares::of(helpers, self.input, &self.dialect, &cells, &self.scan);
        let others = shares.as_ref().map(|shares| shares as &dyn Others);
        let typed = types::build_with(&cells, heads, &hints, &mut on_rows, others).await?;
        notices.0.extend(typed.notices.0);
        sorted.ledger.changed = typed.changed;
        let kept = |(column, cells)| {
            let rule = "cells beyond the last column kept here".to_owned();
            ChangedCells { column, rule, cells, ..ChangedCells::default() }
        };
        sorted.ledger.changed.extend(extra.into_iter().map(kept));
        let delimiter = self.dialect.delimiter().filter(|_| !self.is_sheet);
        let format = match delimiter {
            _ if self.is_sheet => Format::Xlsx,
            Some('\t') => Format::Tsv,
            _ => Format::Csv,
        };
        let above = rows.get(layout.first_row).zip(rows.first()).map_or(0, |(row, first)| row.line - first.line);
        Ok(ReadTable {
            part: region.title.clone(),
            table: typed.table,
            ledger: sorted.ledger,
            reading: Reading {
                format,
                encoding: Some(self.input.encoding.to_owned()).filter(|_| !self.is_sheet),
                delimiter,
                quote: self.dialect.quote.map(char::from).filter(|_| !self.is_sheet),
                header_rows: layout.n_header_rows,
                skipped_lines: above,
                record_path: None,
            },
            notices,
            keys: DeclaredKeys::default(),
        })
    }

    /// What the reading does not tell of how the file is written.
    fn add_notices(&self, notices: &mut Notices) {
        match &self.dialect.split {
            Split::Marks(marks) => {
                let shown = String::from_utf8_lossy(marks).replace('\t', " tab ");
                notices.add("wide_delimiter", format!("Cells are separated by '{}'", shown.trim()), 1);
            }
            Split::Fixed(starts) => {
                let text = "Columns of fixed width, told by the spaces between them".to_owned();
                notices.add("fixed_width", text, starts.len() as u64);
            }
            _ => {}
        }
        if self.dialect.escape.is_some() {
            notices.add("backslashes", "Quotes and delimiters after a backslash were read as part of the text", 1);
        }
    }
}

/// A reader that runs out of memory is ended by the browser, which says nothing of why: so it is not begun.
fn refuse_beyond_memory(n_bytes: u64) -> Result<(), Problem> {
    if n_bytes <= MAX_READING_BYTES {
        return Ok(());
    }
    Err(Problem::limit("needs_too_much_memory", "This file needs more memory than a browser gives.")
        .because(format!(
            "Reading it would take about {}; there are {}.",
            wording::format_bytes(n_bytes),
            wording::format_bytes(MAX_READING_BYTES)
        ))
        .hint("Take a sample of its rows, leave out columns, or split it into parts."))
}

fn ascii(c: Option<char>) -> Result<Option<u8>, Problem> {
    match c {
        None => Ok(None),
        Some(c) if c.is_ascii() && !matches!(c, '\n' | '\r') => Ok(Some(c as u8)),
        Some(c) => Err(bad_delimiter(c)),
    }
}

fn separator(c: Option<char>) -> Result<Option<char>, Problem> {
    match c {
        Some(c @ ('\n' | '\r' | '"')) => Err(bad_delimiter(c)),
        c => Ok(c),
    }
}

fn bad_delimiter(c: char) -> Problem {
    Problem::request("bad_delimiter", format!("'{c}' cannot separate or quote cells."))
        .hint("Choose a comma, semicolon, tab, bar or another plain character.")
}

/// The rows by what they are.
#[derive(Default)]
struct Sorted<'a> {
    /// Those of the file as they are, while they follow each other: a copy of millions takes its time.
    loaded: Cow<'a, [Row]>,
    /// The cells of loaded rows that are there by the user's decision, by their place.
    decided: BTreeMap<usize, Vec<String>>,
    ledger: Ledger,
    /// Lines of rows with too few cells, the first of them.
    short_lines: Vec<u32>,
    n_short: u64,
    n_long: u64,
    /// Columns for cells beyond the last, how many cells each has, and the rows that have any.
    n_extra: usize,
    extra_cells: Vec<u64>,
    extra_lines: Vec<u32>,
    n_with_extra: u64,
    n_stray_quotes: u64,
    n_zero_bytes: u64,
}

/// Lines named in a remark.
const MAX_LINES_NAMED: usize = 3;

/// So many zero bytes in the midst of a cell are a piece that was never written.
const HOLE: &str = "\0\0";

fn sort_rows<'a>(
    page: &Page<'a>,
    layout: &layout::Layout,
    sheet: &Sheet<'_>,
    is_last: bool,
    mut decisions: Decisions<'_>,
) -> Sorted<'a> {
    let rows = page.rows;
    let mut first_loaded = 0usize;
    let is_cut_off = is_last && !page.text.ends_with(['\n', '\r']);
    // What a row is, and whether zero bytes are taken out of it.
    let what = |i: usize, row: &Row| {
        let is = layout.classify(page, i, row, is_cut_off);
        if !page.wrapping.has_nul || is != RowIs::Data || !page.row_text(row).contains('\0') {
            return (is, false);
        }
        let is_hole = |c: usize| page.raw(row, c).trim_matches(['\0', '"', ' ']).contains(HOLE);
        match (0..row.n_cells as usize).any(is_hole) {
            true => (RowIs::SetAside("it holds zero bytes, so it is damaged".to_owned()), false),
            false => (is, true),
        }
    };
    if decisions.needs_offers() {
        for (i, row) in rows.iter().enumerate() {
            if let (RowIs::SetAside(_), _) = what(i, row) {
                decisions.offer(i, u64::from(row.line), page.row_text(row));
            }
        }
        decisions.settle();
    }
    let mut ledger = Ledger { n_rows_in_file: rows.len() as u64, ..Ledger::default() };
    let mut sorted = Sorted::default();
    for (i, row) in rows.iter().enumerate() {
        let (is, has_zeros) = what(i, row);
        sorted.n_zero_bytes += u64::from(has_zeros);
        match is {
            RowIs::Data => {
                ledger.n_loaded += 1;
                let n = (row.n_cells as usize).saturating_sub(layout.first_cell);
                if n != layout.width {
                    let is_filled = |c: usize| !page.raw(row, c + layout.first_cell).trim().is_empty();
                    sorted.add_odd(layout.width, row.line, n, is_filled);
                }
                sorted.n_stray_quotes += u64::from(row.is_broken);
                if sorted.loaded.is_empty() {
                    first_loaded = i;
                }
                match &mut sorted.loaded {
                    Cow::Borrowed(before) if first_loaded + before.len() == i => {
                        *before = rows.get(first_loaded..i + 1).unwrap_or(&[]);
                    }
                    apart => apart.to_mut().push(*row),
                }
            }
            RowIs::Header => ledger.n_header += 1,
            RowIs::Blank => ledger.n_blank += 1,
            RowIs::Comment => ledger.n_comment += 1,
            RowIs::SetAside(mut reason) => {
                let (line, byte) = (u64::from(row.line), u64::from(row.start) + sheet.input.offset);
                let text = || SetAside::listed(page.row_text(row)).to_owned();
                if let Some(remedy) = decisions.remedy(i, &reason) {
                    match decided::cells(page, layout, &sheet.dialect, row, remedy) {
                        Ok(cells) => {
                            ledger.decide(Decided { line, byte, reason, text: text(), remedy: remedy.clone() });
                            sorted.add_decided(layout.width, row, cells);
                            continue;
                        }
                        Err(why) => reason = why.to_owned(),
                    }
                }
                if let Some(listed) = ledger.put_aside(line, byte, reason, text) {
                    listed.can_repair = listed.is_whole();
                    listed.can_keep = (row.n_cells as usize) <= layout.width + layout::MAX_EXTRA;
                }
            }
        }
    }
    sorted.ledger = ledger;
    sorted
}

impl Sorted<'_> {
    /// Takes in a row that is there by the user's decision.
    fn add_decided(&mut self, width: usize, row: &Row, cells: Option<Vec<String>>) {
        let Some(cells) = cells else { return };
        if cells.len() != width {
            let is_filled = |c: usize| cells.get(c).is_some_and(|cell| !cell.trim().is_empty());
            self.add_odd(width, row.line, cells.len(), is_filled);
        }
        self.decided.insert(self.loaded.len(), cells);
        // Without cells in the file's text.
        self.loaded.to_mut().push(Row { n_cells: 0, ..*row });
    }

    /// Takes note of a row that is wider or narrower than the table.
    fn add_odd(&mut self, width: usize, line: u32, n: usize, is_filled: impl Fn(usize) -> bool) {
        let name_line = |lines: &mut Vec<u32>| {
            if lines.len() < MAX_LINES_NAMED {
                lines.push(line);
            }
        };
        if n < width {
            self.n_short += 1;
            return name_line(&mut self.short_lines);
        }
        let Some(last) = (width..n).rev().find(|c| is_filled(*c)) else {
            self.n_long += 1;
            return;
        };
        self.n_with_extra += 1;
        name_line(&mut self.extra_lines);
        self.n_extra = self.n_extra.max(last + 1 - width);
        self.extra_cells.resize(self.n_extra, 0);
        for (cells, _) in self.extra_cells.iter_mut().zip(width..=last).filter(|(_, c)| is_filled(*c)) {
            *cells += 1;
        }
    }
}

/// "in line 5", "first in lines 5, 8 and 9".
fn in_lines(lines: &[u32], n: u64) -> String {
    let shown: Vec<String> = lines.iter().map(|line| wording::format_count(u64::from(*line))).collect();
    let first = if n > lines.len() as u64 { "first " } else { "" };
    format!("{first}in {} {}", if shown.len() == 1 { "line" } else { "lines" }, wording::list(&shown))
}

fn add_notices(sorted: &Sorted<'_>, layout: &layout::Layout, is_sheet: bool, notices: &mut Notices) {
    let ledger = &sorted.ledger;
    let rows = |n| wording::plural(n, "row", "rows");
    if ledger.n_set_aside > 0 {
        let kinds: BTreeSet<&str> = ledger.set_aside.iter().map(|s| SetAside::kind_of(&s.reason)).collect();
        let kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
        let text = format!("{} set aside: {}", rows(ledger.n_set_aside), wording::list(&kinds));
        notices.add("rows_set_aside", text, ledger.n_set_aside);
    }
    if sorted.n_short > 0 && !is_sheet {
        let lines = in_lines(&sorted.short_lines, sorted.n_short);
        let text = format!("{} with too few cells, {lines}: the last ones are missing", rows(sorted.n_short));
        notices.add("short_rows", text, sorted.n_short);
    }
    if sorted.n_with_extra > 0 {
        let lines = in_lines(&sorted.extra_lines, sorted.n_with_extra);
        let text = format!(
            "{} with more cells than columns, {lines}: the last ones are kept as extra columns",
            rows(sorted.n_with_extra)
        );
        notices.add("extra_cells", text, sorted.n_with_extra);
    }
    if sorted.n_stray_quotes > 0 {
        let text = format!("{} with a quote that is never closed: read as written", rows(sorted.n_stray_quotes));
        notices.add("stray_quotes", text, sorted.n_stray_quotes);
    }
    if sorted.n_zero_bytes > 0 {
        let text = format!("Zero bytes taken out of {}", rows(sorted.n_zero_bytes));
        notices.add("zero_bytes", text, sorted.n_zero_bytes);
    }
    // A delimiter at the end of every row is a way of writing.
    if sorted.n_long > 0 && sorted.n_long < ledger.n_loaded {
        let text = format!("{} with empty cells beyond the last column", rows(sorted.n_long));
        notices.add("long_rows", text, sorted.n_long);
    }
    if ledger.n_comment > 0 {
        let text = format!("{} of notes around the table left out", wording::plural(ledger.n_comment, "line", "lines"));
        notices.add("notes_left_out", text, ledger.n_comment);
    }
    if layout.n_header_rows == 0 {
        notices.add("no_header", "The first row looks like data: columns named by position", layout.width as u64);
    }
    if layout.n_extra_names > 0 {
        let n = layout.n_extra_names as u64;
        let text = format!("{} more than the header names", wording::plural(n, "column", "columns"));
        notices.add("extra_columns", text, n);
    }
    if layout.n_described > 0 {
        let n = u64::from(layout.n_described);
        let text =
            format!("{} under the header only explain the names, and were left out", wording::plural(n, "row", "rows"));
        let text = if n == 1 { text.replace("explain", "explains").replace("were", "was") } else { text };
        notices.add("described_header", text, n);
    }
    let n_repeated = ledger.n_header.saturating_sub(u64::from(layout.n_header_rows));
    if n_repeated > 0 {
        notices.add(
            "repeated_header",
            format!("The header comes {} more in the file", wording::plural(n_repeated, "time", "times")),
            n_repeated,
        );
    }
}

#[cfg(test)]
mod tests;
