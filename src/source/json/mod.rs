//! JSON documents, lines of JSON, and the pages of web APIs.
//!
//! The text becomes a flat list of values (`tape`), the records are found by structure (`find`),
//! and their fields become columns of text (`columns`) that are typed like any others.

mod beside;
mod build;
mod columns;
mod count;
mod documents;
mod family;
mod find;
mod geojson;
mod jsonstat;
mod layouts;
mod multiqc;
mod parts;
mod short_names;
mod tape;

use super::aside::{Decided, Decisions, Remedy};
use super::csv::Decoded;
use super::spec::{Format, Ledger, ReadProgress, ReadTable, ReaderSpec, SetAside};
use crate::base::{Notices, Problem, wording};
pub(super) use count::records_in;
use family::Family;
use find::Found;
use parts::Part;
use std::collections::BTreeMap;
pub(super) use tape::Fault;
use tape::{Kind, Tape};

/// Why a line of JSON is no record.
const NO_OBJECT: &str = "not an object";

/// Records that come in, with their account.
struct Collected {
    family: Family,
    ledger: Ledger,
    notices: Notices,
    units: BTreeMap<String, String>,
}

impl Collected {
    fn new(input: &Decoded<'_>) -> Collected {
        let ledger = Ledger { size_bytes: input.size_bytes, ..Ledger::default() };
        Collected { family: Family::new(), ledger, notices: Notices::default(), units: BTreeMap::new() }
    }

    fn set_aside(&mut self, line: u64, byte: u64, reason: impl Into<String>, text: &str) {
        self.put_aside(line, byte, reason.into(), text);
    }

    fn put_aside(&mut self, line: u64, byte: u64, reason: String, text: &str) -> Option<&mut SetAside> {
        self.ledger.n_rows_in_file += 1;
        self.ledger.put_aside(line, byte, reason, || SetAside::listed(text).to_owned())
    }

    fn add_header(&mut self) {
        self.ledger.n_rows_in_file += 1;
        self.ledger.n_header += 1;
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

/// Reads one document, or several that follow each other.
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
    match tape.parse(text) {
        Ok(()) => {}
        Err(fault) if fault.why == tape::GOES_ON => {
            let Some(part) = documents::collect(input, spec)? else { return Err(fault.into_problem(text)) };
            return parts::finish(vec![part], input, spec, Format::Json, progress);
        }
        Err(fault) => return Err(fault.into_problem(text)),
    }
    refuse_error_answer(&tape, text)?;
    let is_free = spec.record_path.is_none() && spec.format.is_none();
    let (found, is_named) = match multiqc::find(&tape, text).filter(|_| is_free) {
        Some(found) => (found, true),
        None => {
            let main = locate(&tape, text, spec.record_path.as_deref())?;
            let others = if spec.record_path.is_none() { find::find_others(&tape, text, &main) } else { Vec::new() };
            ([main].into_iter().chain(others).collect(), false)
        }
    };
    let mut parts = Vec::with_capacity(found.len());
    for (index, place) in found.iter().enumerate() {
        let mut collected = Collected::new(input);
        let mut lines = Lines { bytes: text.as_bytes(), at: 0, line: 1 };
        layouts::add_records(&tape, text, place, &mut collected, &mut |byte| lines.at(byte), 0)?;
        collected.units = beside::units(&tape, text, place);
        if index == 0 {
            if is_named {
                let n = found.len() as u64;
                let tables = wording::plural(n, "table", "tables");
                collected.notices.add("recognised", format!("Read as the data of a MultiQC report: {tables}"), n);
            }
            beside::note(&tape, text, &found, &mut collected.notices);
        }
        let is_main = index == 0 && !is_named;
        parts.push(Part { collected, steps: place.steps.clone(), is_main });
    }
    let total_bytes = input.size_bytes;
    let n_rows = parts.iter().map(|p| p.collected.family.len() as u64).sum();
    progress(ReadProgress { done_bytes: total_bytes / 2, total_bytes, n_rows });
    parts::finish(parts, input, spec, Format::Json, progress)
}

/// Where the records are: at the path that is given, or else where they are found.
fn locate(tape: &Tape, text: &str, wanted: Option<&str>) -> Result<Found, Problem> {
    let Some(path) = wanted else { return Ok(find::find(tape, text)) };
    let at = find::follow(tape, text, path).ok_or_else(|| {
        Problem::request("no_such_path", format!("There is nothing at '{path}' in this document."))
            .hint("Choose another path, or leave it empty to have the records found.")
    })?;
    let steps = if path.is_empty() { Vec::new() } else { path.split('.').map(str::to_owned).collect() };
    Ok(Found::new(at, steps, find::shape_at(tape, text, at)))
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

/// Reads one record a line, or one after each record separator (RFC 7464); what is not JSON is set aside.
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
    let mut arrays = layouts::ArrayLines::default();
    let decisions = decisions_on_lines(input, spec)?;
    // Adds a line as a record, or tells why it is none.
    let mut add = |collected: &mut Collected, line: u64, text: &str| {
        if let Err(fault) = tape.parse(text) {
            return Ok(Some(format!("not valid JSON at character {}: {}", fault.at + 1, lower_first(fault.why))));
        }
        match tape.node(0).map(|n| n.kind) {
            Some(Kind::Object) => {
                arrays.forbid();
                let at = spec.record_path.as_deref().and_then(|path| find::follow(&tape, text, path)).unwrap_or(0);
                collected.family.add(&tape, text, at, None, &mut |_| line)?;
            }
            Some(Kind::Array) if arrays.are_rows() => arrays.add(&tape, text, collected, line)?,
            _ => return Ok(Some(NO_OBJECT.to_owned())),
        }
        Ok::<_, Problem>(None)
    };
    let mut n_records = 0usize;
    documents::each_record(input, progress, &mut |line, byte, text| {
        n_records += 1;
        if text.trim().is_empty() {
            collected.ledger.n_rows_in_file += 1;
            collected.ledger.n_blank += 1;
            return Ok(());
        }
        let Some(reason) = add(&mut collected, line, text)? else { return Ok(()) };
        if reason != NO_OBJECT {
            first_fault.get_or_insert_with(|| reason.clone());
        }
        let remedy = decisions.remedy(n_records, &reason);
        let is_done = match remedy {
            Some(Remedy::Drop) => true,
            Some(Remedy::Replace(text)) => add(&mut collected, line, text)?.is_none(),
            Some(Remedy::Keep) | None => false,
        };
        match remedy.filter(|_| is_done) {
            Some(remedy) => {
                // Records are counted when the table is built.
                collected.ledger.n_rows_in_file += u64::from(*remedy == Remedy::Drop);
                let text = SetAside::listed(text).to_owned();
                collected.ledger.decide(Decided { line, byte, reason, text, remedy: remedy.clone() });
            }
            None => {
                if let Some(listed) = collected.put_aside(line, byte, reason, text) {
                    listed.can_repair = listed.is_whole();
                }
            }
        }
        Ok(())
    })?;
    let has_faults = first_fault.is_some();
    if has_faults && spec.format.is_none() {
        // What looked like lines may be documents that run over several.
        if let Some(part) = documents::collect(input, spec)?.filter(|part| part.collected.ledger.n_set_aside == 0) {
            return parts::finish(vec![part], input, spec, Format::Json, progress);
        }
    }
    if let (0, Some(reason)) = (collected.family.len(), first_fault) {
        return Err(Problem::input("bad_json", "No line of this file is valid JSON.")
            .because(format!("The first is {reason}"))
            .hint("Check that the file is what its name says."));
    }
    let part = Part { collected, steps: Vec::new(), is_main: true };
    parts::finish(vec![part], input, spec, Format::Ndjson, progress)
}

/// Which line each decision on a single one is about. Lines are counted with the records, blank ones included.
fn decisions_on_lines<'s>(input: &Decoded<'_>, spec: &'s ReaderSpec) -> Result<Decisions<'s>, Problem> {
    let mut decisions = Decisions::of(spec, "");
    if decisions.needs_offers() {
        let mut n_records = 0usize;
        documents::each_record(input, &mut |_| {}, &mut |line, _, text| {
            n_records += 1;
            decisions.offer(n_records, line, text);
            Ok(())
        })?;
        decisions.settle();
    }
    Ok(decisions)
}

fn lower_first(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
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
    let mut steps = None;
    let mut n_pages = 0u64;
    documents::each_line(input, progress, &mut |line, byte, text| {
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
        let found = locate(&tape, text, wanted)?;
        layouts::add_records(&tape, text, &found, &mut collected, &mut |_| line, byte)?;
        beside::note(&tape, text, std::slice::from_ref(&found), &mut collected.notices);
        path.get_or_insert(found.path());
        steps.get_or_insert(found.steps);
        Ok(())
    })?;
    if n_pages > 1 {
        collected.notices.add("pages", format!("Read from {}", wording::plural(n_pages, "page", "pages")), n_pages);
    }
    let part = Part { collected, steps: steps.unwrap_or_default(), is_main: true };
    parts::finish(vec![part], input, spec, Format::Pages, progress)
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
