//! Delimited text: comma, semicolon, tab or bar, with all that people put around a table.
//!
//! Two passes. `scan` notes where every cell ends; `layout` says which row is what; then the typed
//! columns are built straight from slices of the text. Decisions: `docs/decisions/0003-reading.md`.

mod dialect;
mod layout;
mod scan;

use super::names;
use super::spec::{DeclaredKeys, Format, Ledger, ReadProgress, ReadTable, ReaderSpec, Reading, SetAside};
use super::types::{self, Cells, Hints};
use crate::base::{Notices, Problem, wording};
use layout::{Page, RowIs};
use scan::{Dialect, Row, Scan};
use std::borrow::Cow;

pub(super) use scan::MAX_TEXT_BYTES;

/// Text with where it came from.
pub(super) struct Decoded<'a> {
    pub text: &'a str,
    pub encoding: &'a str,
    /// Bytes of the file before the text: the byte order mark.
    pub offset: u64,
    pub size_bytes: u64,
}

/// The longest text of a row set aside that is kept, in characters.
const MAX_SHOWN_CHARS: usize = 500;

/// Between the cells of a spreadsheet, which is read as text in a dialect of its own.
pub(super) const SHEET_DELIMITER: char = '\u{1f}';

/// More columns than this is no table.
const MAX_COLUMNS: usize = 16_384;

/// Reads delimited text.
///
/// # Errors
/// `empty_file`, `too_many_columns`, `text_too_long`, `bad_delimiter`.
pub(super) fn read(
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadTable, Problem> {
    let text = input.text;
    if text.len() > MAX_TEXT_BYTES {
        return Err(Problem::limit("text_too_long", "This file is too large to be read here.")
            .because("A text file can have 2 GB at most.")
            .hint("Split the file, or convert it to Parquet."));
    }
    if text.trim().is_empty() {
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
        Dialect { delimiter: Some(SHEET_DELIMITER as u8), quote: Some(b'"') }
    } else {
        dialect::guess(text, ascii(delimiter)?, ascii(spec.quote)?)
    };
    let scan = scan::scan(text.as_bytes(), dialect, &mut at_scan);
    let page = Page { text, scan: &scan, quote: dialect.quote, is_sheet };
    let layout = layout::find(&page, spec.header_rows);
    if layout.width > MAX_COLUMNS {
        return Err(Problem::limit("too_many_columns", "This file has too many columns to be read here.").because(
            format!("It has {}; at most {MAX_COLUMNS} can be read.", wording::format_count(layout.width as u64)),
        ));
    }

    let mut notices = Notices::default();
    let mut sorted = sort_rows(&page, &layout, input);
    add_notices(&sorted, &layout, is_sheet, &mut notices);
    let heads = names::heads(&layout.names, &mut notices);
    let cells = CsvCells { text, scan: &scan, quote: dialect.quote, rows: sorted.loaded, width: layout.width };
    let hints = Hints { types: spec.types.clone(), comma_is_free: dialect.delimiter != Some(b',') };
    let mut on_rows = |done: u64| {
        let n = cells.n_rows() as u64;
        let done_bytes = total / 3 + (total - total / 3) * done / n.max(1);
        progress(ReadProgress { done_bytes, total_bytes: total, n_rows: done });
    };
    let typed = types::build_table(&cells, heads, &hints, &mut on_rows)?;
    notices.0.extend(typed.notices.0);
    sorted.ledger.changed = typed.changed;
    let delimiter = dialect.delimiter.map(char::from).filter(|_| !is_sheet);
    let format = match delimiter {
        _ if is_sheet => Format::Xlsx,
        Some('\t') => Format::Tsv,
        _ => Format::Csv,
    };
    Ok(ReadTable {
        part: String::new(),
        table: typed.table,
        ledger: sorted.ledger,
        reading: Reading {
            format,
            encoding: Some(input.encoding.to_owned()).filter(|_| !is_sheet),
            delimiter,
            quote: dialect.quote.map(char::from).filter(|_| !is_sheet),
            header_rows: layout.n_header_rows,
            skipped_lines: scan.rows.get(layout.first_row).map_or(0, |row| row.line - 1),
            record_path: None,
        },
        notices,
        keys: DeclaredKeys::default(),
    })
}

fn ascii(c: Option<char>) -> Result<Option<u8>, Problem> {
    match c {
        None => Ok(None),
        Some(c) if c.is_ascii() && !matches!(c, '\n' | '\r') => Ok(Some(c as u8)),
        Some(c) => Err(Problem::request("bad_delimiter", format!("'{c}' cannot separate or quote cells."))
            .hint("Choose a comma, semicolon, tab, bar or another plain character.")),
    }
}

/// The rows by what they are.
struct Sorted {
    loaded: Vec<Row>,
    ledger: Ledger,
    n_short: u64,
    n_long: u64,
}

fn sort_rows(page: &Page<'_>, layout: &layout::Layout, input: &Decoded<'_>) -> Sorted {
    let rows = &page.scan.rows;
    let has_nul = page.text.as_bytes().contains(&0);
    let ends_with_newline = page.text.ends_with(['\n', '\r']);
    let mut ledger = Ledger { n_rows_in_file: rows.len() as u64, size_bytes: input.size_bytes, ..Ledger::default() };
    let mut sorted =
        Sorted { loaded: Vec::with_capacity(rows.len()), ledger: Ledger::default(), n_short: 0, n_long: 0 };
    for (i, row) in rows.iter().enumerate() {
        let mut is = layout.classify(page, i, row, ends_with_newline);
        if has_nul && is == RowIs::Data && page.scan.row_text(page.text, row).contains('\0') {
            is = RowIs::SetAside("it holds zero bytes, so it is damaged".to_owned());
        }
        match is {
            RowIs::Data => {
                ledger.n_loaded += 1;
                sorted.n_short += u64::from((row.n_cells as usize) < layout.width);
                sorted.n_long += u64::from(row.n_cells as usize > layout.width);
                sorted.loaded.push(*row);
            }
            RowIs::Header => ledger.n_header += 1,
            RowIs::Blank => ledger.n_blank += 1,
            RowIs::Comment => ledger.n_comment += 1,
            RowIs::SetAside(reason) => {
                ledger.n_set_aside += 1;
                if ledger.set_aside.len() < Ledger::MAX_LISTED {
                    ledger.set_aside.push(SetAside {
                        line: u64::from(row.line),
                        byte: u64::from(row.start) + input.offset,
                        reason,
                        text: page.scan.row_text(page.text, row).chars().take(MAX_SHOWN_CHARS).collect(),
                    });
                }
            }
        }
    }
    sorted.ledger = ledger;
    sorted
}

fn add_notices(sorted: &Sorted, layout: &layout::Layout, is_sheet: bool, notices: &mut Notices) {
    let ledger = &sorted.ledger;
    let rows = |n| wording::plural(n, "row", "rows");
    if ledger.n_set_aside > 0 {
        let kinds: std::collections::BTreeSet<&str> =
            ledger.set_aside.iter().map(|s| s.reason.split(" (").next().unwrap_or("")).collect();
        let kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
        let text = format!("{} set aside: {}", rows(ledger.n_set_aside), wording::list(&kinds));
        notices.add("rows_set_aside", text, ledger.n_set_aside);
    }
    if sorted.n_short > 0 && !is_sheet {
        let text = format!("{} with too few cells: the last ones are missing", rows(sorted.n_short));
        notices.add("short_rows", text, sorted.n_short);
    }
    if sorted.n_long > 0 {
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
    let n_repeated = ledger.n_header.saturating_sub(u64::from(layout.n_header_rows));
    if n_repeated > 0 {
        notices.add(
            "repeated_header",
            format!("The header comes {} more in the file", wording::plural(n_repeated, "time", "times")),
            n_repeated,
        );
    }
}

/// A cell without its quotes, doubled ones made single.
#[inline]
fn unquoted(raw: &str, quote: Option<u8>) -> Cow<'_, str> {
    let Some(quote) = quote else { return Cow::Borrowed(raw) };
    match raw.as_bytes().first() {
        Some(&b) if b == quote => {}
        Some(b' ') if raw.trim_start().as_bytes().first() == Some(&quote) => {}
        _ => return Cow::Borrowed(raw),
    }
    let quote = char::from(quote);
    let Some(inner) = raw.trim().strip_prefix(quote).and_then(|r| r.strip_suffix(quote)) else {
        return Cow::Borrowed(raw);
    };
    if inner.contains(quote) {
        let pair: String = [quote, quote].iter().collect();
        Cow::Owned(inner.replace(&pair, quote.encode_utf8(&mut [0; 4])))
    } else {
        Cow::Borrowed(inner)
    }
}

/// The loaded rows as cells.
struct CsvCells<'a> {
    text: &'a str,
    scan: &'a Scan,
    quote: Option<u8>,
    rows: Vec<Row>,
    width: usize,
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
            Some(row) => unquoted(self.scan.raw(self.text, row, column), self.quote),
            None => Cow::Borrowed(""),
        }
    }

    fn line(&self, row: usize) -> u64 {
        self.rows.get(row).map_or(0, |row| u64::from(row.line))
    }
}

#[cfg(test)]
mod tests;
