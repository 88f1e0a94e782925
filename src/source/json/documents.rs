//! Texts that hold more than one document: lines, records with separators between them, documents end to end.

use super::find::{self, Found, Shape};
use super::parts::Part;
use super::tape::{Kind, Tape};
use super::{Collected, Lines, beside, layouts, lower_first};
use crate::base::{Problem, wording};
use crate::source::csv::Decoded;
use crate::source::spec::{ReadProgress, ReaderSpec};

/// Stands before each record of a JSON text sequence (RFC 7464).
pub(in crate::source) const RECORD_SEPARATOR: char = '\u{1e}';

/// How much is read between two reports of progress.
const REPORT_BYTES: usize = 1_000_000;

/// Calls back with number, offset and text of each line.
///
/// # Errors
/// What the callback returns.
pub(super) fn each_line(
    input: &Decoded<'_>,
    progress: &mut dyn FnMut(ReadProgress),
    on_line: &mut dyn FnMut(u64, u64, &str) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let (mut byte, mut reported) = (0usize, 0usize);
    for (i, text) in input.text.split_inclusive('\n').enumerate() {
        on_line(i as u64 + 1, byte as u64 + input.offset, text.trim_end_matches(['\n', '\r']))?;
        byte += text.len();
        report(input, byte, &mut reported, i as u64 + 1, progress);
    }
    Ok(())
}

/// Calls back with each line, or with each record of a text sequence and the line where it starts.
///
/// # Errors
/// What the callback returns.
pub(super) fn each_record(
    input: &Decoded<'_>,
    progress: &mut dyn FnMut(ReadProgress),
    on_record: &mut dyn FnMut(u64, u64, &str) -> Result<(), Problem>,
) -> Result<(), Problem> {
    if !input.text.starts_with(RECORD_SEPARATOR) {
        return each_line(input, progress, on_record);
    }
    let (mut byte, mut reported, mut line, mut n) = (0usize, 0usize, 1u64, 0u64);
    // Nothing stands before the first separator. More than one in a row says nothing (RFC 7464, 2.1).
    for text in input.text.split(RECORD_SEPARATOR) {
        let n_lines = text.bytes().filter(|b| *b == b'\n').count() as u64;
        if !text.is_empty() {
            n += 1;
            on_record(line, byte as u64 + input.offset, text.trim_end_matches(['\n', '\r']))?;
        }
        line += n_lines;
        byte += text.len() + RECORD_SEPARATOR.len_utf8();
        report(input, byte, &mut reported, n, progress);
    }
    Ok(())
}

fn report(input: &Decoded<'_>, byte: usize, reported: &mut usize, n_rows: u64, progress: &mut dyn FnMut(ReadProgress)) {
    if byte - *reported > REPORT_BYTES {
        *reported = byte;
        let total_bytes = input.size_bytes;
        let done_bytes = (total_bytes as f64 / 2.0 * byte as f64 / input.text.len().max(1) as f64) as u64;
        progress(ReadProgress { done_bytes, total_bytes, n_rows });
    }
}

/// Reads documents that follow each other without a sign between them, as `jq` and logs write them. They must be
/// records, or lists of records; anything else that goes on after its end is no JSON.
///
/// From a fault on, the rest is set aside, if two documents before it were good.
///
/// # Errors
/// `too_many_columns`, `table_too_large`, `no_such_path`.
pub(super) fn collect(input: &Decoded<'_>, spec: &ReaderSpec) -> Result<Option<Part>, Problem> {
    let text = input.text;
    let mut tape = Tape::default();
    let (n_good, end, fault) = good_documents(&mut tape, text);
    if n_good < 2 {
        return Ok(None);
    }
    let mut collected = Collected::new(input);
    let mut lines = Lines { bytes: text.as_bytes(), at: 0, line: 1 };
    let mut first: Option<Found> = None;
    let mut at = 0usize;
    for _ in 0..n_good {
        let Ok(next) = tape.parse_next(text, at) else { break };
        let wanted = spec.record_path.clone().or_else(|| first.as_ref().map(Found::path));
        let found = match wanted.as_deref() {
            Some("") => single_or_list(&tape),
            Some(path) => match find::follow(&tape, text, path) {
                Some(at) => Found::new(at, vec![path.to_owned()], find::shape_at(&tape, text, at)),
                None => single_or_list(&tape),
            },
            // Documents with a list in them may be pages; those without are records themselves.
            None => find_pages(&tape, text),
        };
        layouts::add_records(&tape, text, &found, &mut collected, &mut |byte| lines.at(byte), input.offset)?;
        beside::note(&tape, text, std::slice::from_ref(&found), &mut collected.notices);
        first.get_or_insert(found);
        at = next;
    }
    let n = n_good as u64;
    let documents = wording::plural(n, "document that follows", "documents that follow");
    collected.notices.add("documents", format!("Read from {documents} each other"), n);
    if let Some(why) = fault {
        let byte = input.offset + end as u64;
        let reason = format!("from here on no record can be made out: {}", lower_first(why));
        collected.set_aside(lines.at(end), byte, reason, text.get(end..).unwrap_or(""));
    }
    let steps = first.map(|f| f.steps).unwrap_or_default();
    Ok(Some(Part { collected, steps, is_main: true }))
}

/// How many documents from the start are records or lists of records, where they end, and what is wrong there.
fn good_documents(tape: &mut Tape, text: &str) -> (usize, usize, Option<&'static str>) {
    let (mut n, mut at) = (0usize, 0usize);
    while at < text.len() {
        match tape.parse_next(text, at) {
            Ok(next) if is_records(tape) => {
                n += 1;
                at = next;
            }
            Ok(_) => return (n, at, Some("This is not a record.")),
            Err(fault) => return (n, at, Some(fault.why)),
        }
    }
    (n, at, None)
}

fn is_records(tape: &Tape) -> bool {
    let is_object = |at: u32| tape.node(at).is_some_and(|n| n.kind == Kind::Object);
    is_object(0) || tape.elements(0).next().is_some_and(is_object)
}

fn single_or_list(tape: &Tape) -> Found {
    let is_list = tape.node(0).is_some_and(|n| n.kind == Kind::Array);
    Found::new(0, Vec::new(), if is_list { Shape::List } else { Shape::Single })
}

fn find_pages(tape: &Tape, text: &str) -> Found {
    const NAMES: [&str; 4] = ["data", "results", "items", "records"];
    let found = find::find(tape, text);
    let is_page = found.shape == Shape::List && found.steps.last().is_some_and(|name| NAMES.contains(&name.as_str()));
    if is_page { found } else { single_or_list(tape) }
}
