//! JSON documents, lines of JSON, and the pages of web APIs.
//!
//! The text becomes a flat list of values (`tape`), the records are found by structure (`find`),
//! and their fields become columns of text (`columns`) that are typed like any others.

mod columns;
mod count;
mod find;
mod short_names;
mod tape;

use super::csv::Decoded;
use super::names;
use super::spec::{DeclaredKeys, Format, Ledger, ReadProgress, ReadTable, ReaderSpec, Reading, SetAside};
use super::types::{self, Hints};
use crate::base::{Notices, Problem, wording};
use columns::Columns;
pub(super) use count::records_in;
use find::Shape;
use std::collections::BTreeSet;
pub(super) use tape::Fault;
use tape::{Kind, Tape};

/// The longest text of a record set aside that is kept, in characters.
const MAX_SHOWN_CHARS: usize = 500;

/// Records that come in, with their account.
struct Collected {
    columns: Columns,
    ledger: Ledger,
    notices: Notices,
}

impl Collected {
    fn new(input: &Decoded<'_>) -> Collected {
        let ledger = Ledger { size_bytes: input.size_bytes, ..Ledger::default() };
        Collected { columns: Columns::new(), ledger, notices: Notices::default() }
    }

    fn set_aside(&mut self, line: u64, byte: u64, reason: impl Into<String>, text: &str) {
        self.ledger.n_rows_in_file += 1;
        self.ledger.n_set_aside += 1;
        if self.ledger.set_aside.len() < Ledger::MAX_LISTED {
            let text = text.chars().take(MAX_SHOWN_CHARS).collect();
            self.ledger.set_aside.push(SetAside { line, byte, reason: reason.into(), text });
        }
    }

    fn finish(
        mut self,
        input: &Decoded<'_>,
        spec: &ReaderSpec,
        format: Format,
        record_path: Option<String>,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<ReadTable, Problem> {
        use types::Cells;
        let columns = &self.columns;
        self.ledger.n_loaded = columns.n_rows() as u64;
        self.ledger.n_rows_in_file += self.ledger.n_loaded;
        if self.ledger.n_set_aside > 0 {
            let n = self.ledger.n_set_aside;
            self.notices.add("rows_set_aside", format!("{} set aside", wording::plural(n, "record", "records")), n);
        }
        columns.add_notices(&mut self.notices);
        let paths = columns.paths();
        let mut heads = names::heads(&short_names::short_names(&paths), &mut self.notices);
        for (head, path) in heads.iter_mut().zip(&paths) {
            head.path = (path.len() > 1).then(|| path.join("."));
        }
        let hints = Hints { types: spec.types.clone(), comma_is_free: false };
        let n_rows = columns.n_rows() as u64;
        let total_bytes = input.size_bytes;
        let typed = types::build_table(columns, heads, &hints, &mut |done| {
            let done_bytes = total_bytes / 2 + total_bytes / 2 * done / n_rows.max(1);
            progress(ReadProgress { done_bytes, total_bytes, n_rows: done });
        })?;
        self.notices.0.extend(typed.notices.0);
        self.ledger.changed = typed.changed;
        Ok(ReadTable {
            part: String::new(),
            table: typed.table,
            ledger: self.ledger,
            reading: Reading {
                format,
                encoding: Some(input.encoding.to_owned()),
                delimiter: None,
                quote: None,
                header_rows: 0,
                skipped_lines: 0,
                record_path,
            },
            notices: self.notices,
            keys: DeclaredKeys::default(),
        })
    }
}

/// Counts lines on the way through a text.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, byte: usize) -> u64 {
        if let Some(passed) = self.bytes.get(self.at..byte) {
            self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
            self.at = byte;
        }
        self.line
    }
}

fn refuse_long(input: &Decoded<'_>) -> Result<(), Problem> {
    if input.text.len() > super::csv::MAX_TEXT_BYTES {
        return Err(Problem::limit("text_too_long", "This file is too large to be read here.")
            .because("A text file can have 2 GB at most."));
    }
    if input.text.trim().is_empty() {
        return Err(Problem::input("empty_file", "This file is empty."));
    }
    Ok(())
}

/// Reads one document.
///
/// # Errors
/// `bad_json` with line and column, `no_such_path`, `error_answer`, and limits.
pub(super) fn read(
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    refuse_long(input)?;
    let text = input.text;
    let mut tape = Tape::default();
    tape.parse(text).map_err(|fault| fault.into_problem(text))?;
    refuse_error_answer(&tape, text)?;
    let mut collected = Collected::new(input);
    let mut lines = Lines { bytes: text.as_bytes(), at: 0, line: 1 };
    let path = collect(&tape, text, spec.record_path.as_deref(), &mut collected, &mut |byte| lines.at(byte), 0)?;
    let total_bytes = input.size_bytes;
    progress(ReadProgress { done_bytes: total_bytes / 2, total_bytes, n_rows: collected.columns.len() as u64 });
    Ok(vec![collected.finish(input, spec, Format::Json, Some(path), progress)?])
}

/// Adds all records of a document; the path they were found at.
fn collect(
    tape: &Tape,
    text: &str,
    wanted: Option<&str>,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
    byte_offset: u64,
) -> Result<String, Problem> {
    let found = match wanted {
        Some(path) => {
            let at = find::follow(tape, text, path).ok_or_else(|| {
                Problem::request("no_such_path", format!("There is nothing at '{path}' in this document."))
                    .hint("Choose another path, or leave it empty to have the records found.")
            })?;
            find::Found { at, path: path.to_owned(), shape: find::shape_at(tape, at) }
        }
        None => find::find(tape, text),
    };
    match found.shape {
        Shape::Single => out.columns.add(tape, text, found.at, None, line_at(tape.position(found.at)))?,
        Shape::Keyed => {
            for (key, value) in tape.fields(found.at) {
                let line = line_at(tape.position(key));
                out.columns.add(tape, text, value, Some(&tape.text(text, key)), line)?;
            }
        }
        Shape::Columns => add_by_columns(tape, text, found.at, out, line_at)?,
        Shape::List => add_list(tape, text, found.at, out, line_at, byte_offset)?,
    }
    if !found.path.is_empty() {
        note_the_rest(tape, text, &found.path, &mut out.notices);
    }
    Ok(found.path)
}

fn add_list(
    tape: &Tape,
    text: &str,
    at: u32,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
    byte_offset: u64,
) -> Result<(), Problem> {
    let kind_at = |e: u32| tape.node(e).map(|n| n.kind);
    let has_objects = tape.elements(at).any(|e| kind_at(e) == Some(Kind::Object));
    let has_lists = tape.elements(at).any(|e| kind_at(e) == Some(Kind::Array));
    // A list of lists may have its header as the first one.
    let header = tape.elements(at).next().filter(|first| {
        let all_text = || tape.elements(*first).all(|e| kind_at(e) == Some(Kind::String));
        let mut texts = BTreeSet::new();
        !has_objects && has_lists && all_text() && tape.elements(*first).all(|e| texts.insert(tape.text(text, e)))
    });
    for element in tape.elements(at) {
        let line = line_at(tape.position(element));
        let is_record = match kind_at(element) {
            Some(Kind::Object) => true,
            Some(Kind::Array) => !has_objects,
            _ => !has_objects && !has_lists,
        };
        if Some(element) == header {
            out.ledger.n_rows_in_file += 1;
            out.ledger.n_header += 1;
        } else if !is_record {
            let byte = byte_offset + tape.position(element) as u64;
            out.set_aside(line, byte, "not a record like the others", tape.raw(text, element));
        } else if let Some(header) = header {
            let mut names = tape.elements(header);
            for (i, cell) in tape.elements(element).enumerate() {
                let name = names.next().map_or_else(|| format!("column_{}", i + 1).into(), |n| tape.text(text, n));
                out.columns.add_cell(tape, text, &name, cell)?;
            }
            out.columns.end_row(line)?;
        } else {
            out.columns.add(tape, text, element, None, line)?;
        }
    }
    Ok(())
}

/// A table written by columns: `{"time": […], "temperature": […]}`.
fn add_by_columns(
    tape: &Tape,
    text: &str,
    at: u32,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
) -> Result<(), Problem> {
    let line = line_at(tape.position(at));
    let is_list = |v: u32| tape.node(v).is_some_and(|n| n.kind == Kind::Array);
    let lists: Vec<(String, Vec<u32>)> = tape
        .fields(at)
        .filter(|(_, value)| is_list(*value))
        .map(|(name, value)| (tape.text(text, name).into_owned(), tape.elements(value).collect()))
        .collect();
    let n_rows = lists.first().map_or(0, |(_, cells)| cells.len());
    for row in 0..n_rows {
        for (name, cells) in &lists {
            if let Some(cell) = cells.get(row) {
                out.columns.add_cell(tape, text, name, *cell)?;
            }
        }
        out.columns.end_row(line)?;
    }
    Ok(())
}

/// Names what lies beside the records and was not loaded.
fn note_the_rest(tape: &Tape, text: &str, path: &str, notices: &mut Notices) {
    const MAX_NAMED: usize = 6;
    let first = path.split('.').next().unwrap_or("");
    let beside: Vec<String> = tape
        .fields(0)
        .map(|(name, _)| tape.text(text, name))
        .filter(|name| name != first && !path.starts_with(name.as_ref()))
        .map(|name| format!("'{name}'"))
        .collect();
    if beside.is_empty() || notices.iter().any(|n| n.code == "beside_records") {
        return;
    }
    let n = beside.len() as u64;
    let mut named: Vec<String> = beside.into_iter().take(MAX_NAMED).collect();
    if n > MAX_NAMED as u64 {
        named.push("others".to_owned());
    }
    notices.add("beside_records", format!("Beside the records, and not loaded: {}", wording::list(&named)), n);
}

/// Services often answer an error with a document and the status of success.
fn refuse_error_answer(tape: &Tape, text: &str) -> Result<(), Problem> {
    const OTHERS: [&str; 12] = [
        "error",
        "errors",
        "message",
        "code",
        "status",
        "reason",
        "success",
        "detail",
        "details",
        "title",
        "type",
        "documentation_url",
    ];
    let fields: Vec<(String, u32)> =
        tape.fields(0).take(20).map(|(name, value)| (tape.text(text, name).to_ascii_lowercase(), value)).collect();
    let says_so = fields.iter().any(|(name, value)| {
        let raw = tape.raw(text, *value);
        matches!(name.as_str(), "error" | "errors") && !matches!(raw, "null" | "false" | "[]" | "{}" | "" | "0")
            || (name == "success" && raw == "false")
    });
    if !says_so || !fields.iter().all(|(name, _)| OTHERS.contains(&name.as_str())) {
        return Ok(());
    }
    let said: String = ["message", "reason", "error", "errors", "detail"]
        .iter()
        .find_map(|wanted| fields.iter().find(|(name, _)| name == wanted))
        .map(|(_, value)| {
            let inner = tape.field(text, *value, "message").unwrap_or(*value);
            tape.text(text, inner).chars().take(300).collect()
        })
        .unwrap_or_default();
    Err(Problem::input("error_answer", "The service answered with an error and no data.")
        .because(format!("It says: {said}"))
        .hint("Check the address and its parameters."))
}

/// Reads one record a line; a line that is not JSON is set aside.
///
/// # Errors
/// `bad_json` when no line is JSON, and limits.
pub(super) fn read_lines(
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    refuse_long(input)?;
    let mut collected = Collected::new(input);
    let mut tape = Tape::default();
    let mut first_fault = None;
    each_line(input, progress, &mut |line, byte, text| {
        if text.trim().is_empty() {
            collected.ledger.n_rows_in_file += 1;
            collected.ledger.n_blank += 1;
            return Ok(());
        }
        match tape.parse(text) {
            Ok(()) if tape.node(0).is_some_and(|n| n.kind == Kind::Object) => {
                let at = spec.record_path.as_deref().and_then(|path| find::follow(&tape, text, path)).unwrap_or(0);
                collected.columns.add(&tape, text, at, None, line)
            }
            Ok(()) => {
                collected.set_aside(line, byte, "not an object", text);
                Ok(())
            }
            Err(fault) => {
                let reason = format!("not valid JSON at character {}: {}", fault.at + 1, lower_first(fault.why));
                first_fault.get_or_insert(reason.clone());
                collected.set_aside(line, byte, reason, text);
                Ok(())
            }
        }
    })?;
    if let (0, Some(reason)) = (collected.columns.len(), first_fault) {
        return Err(Problem::input("bad_json", "No line of this file is valid JSON.")
            .because(format!("The first is {reason}"))
            .hint("Check that the file is what its name says."));
    }
    Ok(vec![collected.finish(input, spec, Format::Ndjson, None, progress)?])
}

fn lower_first(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// Calls back with number, offset and text of each line.
fn each_line(
    input: &Decoded<'_>,
    progress: &mut dyn FnMut(ReadProgress),
    on_line: &mut dyn FnMut(u64, u64, &str) -> Result<(), Problem>,
) -> Result<(), Problem> {
    const REPORT_BYTES: usize = 1_000_000;
    let (mut byte, mut reported) = (0usize, 0usize);
    let total_bytes = input.size_bytes;
    for (i, text) in input.text.split_inclusive('\n').enumerate() {
        on_line(i as u64 + 1, byte as u64 + input.offset, text.trim_end_matches(['\n', '\r']))?;
        byte += text.len();
        if byte - reported > REPORT_BYTES {
            reported = byte;
            let done_bytes = total_bytes / 2 * byte as u64 / input.text.len().max(1) as u64;
            progress(ReadProgress { done_bytes, total_bytes, n_rows: i as u64 + 1 });
        }
    }
    Ok(())
}

/// Reads the pages of a web API, one document a line, into one table.
///
/// # Errors
/// `bad_json` or `error_answer` when the first page holds no data, and limits.
pub(super) fn read_pages(
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    refuse_long(input)?;
    let mut collected = Collected::new(input);
    let mut tape = Tape::default();
    let mut path: Option<String> = spec.record_path.clone();
    let mut n_pages = 0u64;
    each_line(input, progress, &mut |line, byte, text| {
        if text.trim().is_empty() {
            return Ok(());
        }
        n_pages += 1;
        if let Err(fault) = tape.parse(text) {
            if n_pages == 1 {
                return Err(not_json(text, fault));
            }
            let reason = format!("page {n_pages} is not valid JSON: {}", lower_first(fault.why));
            collected.set_aside(line, byte, reason, text);
            return Ok(());
        }
        if n_pages == 1 {
            refuse_error_answer(&tape, text)?;
        } else if let Err(problem) = refuse_error_answer(&tape, text) {
            collected.set_aside(line, byte, format!("page {n_pages} is an error: {}", problem.why), text);
            return Ok(());
        }
        // Later pages are laid out like the first; one that is not is looked at afresh.
        let wanted = path.as_deref().filter(|p| n_pages == 1 || find::follow(&tape, text, p).is_some());
        let found = collect(&tape, text, wanted, &mut collected, &mut |_| line, byte)?;
        path.get_or_insert(found);
        Ok(())
    })?;
    if n_pages > 1 {
        collected.notices.add("pages", format!("Read from {}", wording::plural(n_pages, "page", "pages")), n_pages);
    }
    Ok(vec![collected.finish(input, spec, Format::Pages, path, progress)?])
}

fn not_json(text: &str, fault: tape::Fault) -> Problem {
    if text.trim_start().starts_with('<') {
        return Problem::input("web_page", "The answer is a web page and not data.")
            .because("Often a service answers so when one must sign in first, or when the address is wrong.")
            .hint("Open the address in a new tab and look for the address of its data.");
    }
    fault.into_problem(text)
}

#[cfg(test)]
mod tests;
