//! The one way in: bytes of any format → tables.

use super::share::Helpers;
use super::spec::{Format, ReadOutcome, ReadProgress, ReadTable, ReaderSpec};
use super::unpack::{self, Limits, Packing};
use super::{
    adapt, archive, arrow_file, aside, csv, decode, instruments, json, pages, parquet, sniff, sqlite, stats, workbook,
};
use crate::base::{Notices, Place, Problem, at_once, wording};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Times one file may be packed over.
const MAX_PACKINGS: usize = 2;

/// Reads every table in the bytes of a file, paste or answer. No two of them have the same part.
///
/// `name` is the file's name: its ending helps to tell the format, and problems name it. `progress`
/// is called about every 20,000 rows; to cancel, end the worker.
///
/// # Errors
/// A `Problem` of kind Input or Limit that says what is wrong with the bytes.
pub fn read(
    name: &str,
    bytes: &[u8],
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadOutcome, Problem> {
    at_once(read_with(name, bytes, spec, None, progress))
}

/// The same, with helpers for large files. The tables are those that [`read`] gives.
///
/// # Errors
/// As [`read`].
pub async fn read_with(
    name: &str,
    bytes: &[u8],
    spec: &ReaderSpec,
    helpers: Option<&dyn Helpers>,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadOutcome, Problem> {
    let in_file = adapt::in_file(spec);
    let outcome = read_helped(name, bytes, &in_file, unpack::LIMITS, Depth::default(), helpers, progress).await;
    let mut outcome = outcome.map_err(|problem| {
        let place = Place { source: Some(name.to_owned()), ..problem.place.clone() };
        problem.at(place)
    })?;
    name_apart(outcome.parts.iter_mut().map(|part| &mut part.part));
    for part in &mut outcome.parts {
        adapt::adapt(part, spec)?;
    }
    aside::report(&mut outcome, spec);
    Ok(outcome)
}

/// How far within other files the bytes lie.
#[derive(Clone, Copy, Default)]
pub(super) struct Depth {
    pub archives: u32,
}

impl Depth {
    pub fn deeper(self) -> Depth {
        Depth { archives: self.archives + 1 }
    }
}

/// Rows are kept under the name of their part, so that each needs its own.
pub(super) fn name_apart<'a>(parts: impl Iterator<Item = &'a mut String>) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for part in parts {
        let name = part.clone();
        let mut n = 1;
        while !taken.insert(part.clone()) {
            n += 1;
            *part = format!("{name} ({n})");
        }
    }
}

/// The same as [`read`], within limits and possibly within an archive.
pub(super) fn read_bytes(
    name: &str,
    bytes: &[u8],
    spec: &ReaderSpec,
    limits: Limits,
    depth: Depth,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadOutcome, Problem> {
    at_once(read_helped(name, bytes, spec, limits, depth, None, progress))
}

async fn read_helped(
    name: &str,
    bytes: &[u8],
    spec: &ReaderSpec,
    mut limits: Limits,
    depth: Depth,
    helpers: Option<&dyn Helpers>,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadOutcome, Problem> {
    let mut notices = Notices::default();
    if bytes.is_empty() {
        return Err(Problem::input("empty_file", "This file is empty."));
    }
    let mut name = name.to_owned();
    let mut bytes = Cow::Borrowed(bytes);
    // Packed twice, it may grow no further than packed once.
    limits.max_bytes = limits.of(bytes.len());
    for _ in 0..MAX_PACKINGS {
        let Some(packing) = Packing::of(&bytes) else { break };
        let unpacked = packing.unpack(&bytes, limits)?;
        limits.max_bytes = limits.max_bytes.saturating_sub(unpacked.len() as u64);
        notices.add("unpacked", format!("Unpacked to {}", wording::format_bytes(unpacked.len() as u64)), 1);
        bytes = Cow::Owned(unpacked);
        name = Packing::plain_name(&name);
    }
    if bytes.is_empty() {
        return Err(Problem::input("empty_file", "There is nothing in this packed file."));
    }
    let (bytes, name) = (bytes.as_ref(), name.as_str());
    progress(ReadProgress { done_bytes: 0, total_bytes: bytes.len() as u64, n_rows: 0 });
    // Of an archive, what the user chose is about the files in it.
    let archive = archive::kind(bytes)?;
    let binary = match spec.format {
        _ if archive.is_some() => None,
        // Which kind of workbook it is, the bytes know best.
        Some(chosen) if chosen.is_workbook() => Some(workbook::kind(bytes)?.unwrap_or(chosen)),
        Some(chosen) => Some(chosen).filter(|f| !f.is_text()),
        None => sniff::binary_format(bytes)?,
    };
    let parts = match (archive, binary) {
        (Some(kind), _) => archive::read(kind, bytes, spec, limits, depth, &mut notices, progress)?,
        (_, Some(Format::Parquet)) => vec![parquet::read(bytes, progress)?],
        (_, Some(Format::Arrow)) => vec![arrow_file::read(bytes, progress)?],
        (_, Some(Format::Sqlite)) => sqlite::read(bytes, spec, &mut notices, progress)?,
        (_, Some(format @ (Format::Stata | Format::Spss | Format::Sas | Format::Xpt))) => {
            stats::read(format, bytes, spec, progress)?
        }
        (_, Some(format)) if format.is_workbook() => workbook::read(format, bytes, spec, &mut notices, progress)?,
        _ => {
            let decoded = decode::decode(bytes, spec, &mut notices)
                .map_err(|problem| sniff::if_called_database(name, problem))?;
            let input = csv::Decoded {
                text: &decoded.text,
                encoding: &decoded.encoding,
                offset: decoded.offset as u64,
                size_bytes: bytes.len() as u64,
            };
            let report = match instruments::recognise(&decoded.text, spec) {
                Some(instrument) => instruments::read(instrument, &input, spec, &mut notices, progress)?,
                None => None,
            };
            match report {
                Some(parts) => parts,
                None => read_text(name, &input, spec, helpers, progress).await?,
            }
        }
    };
    let n_rows = parts.iter().map(|p| p.table.n_rows()).sum();
    progress(ReadProgress { done_bytes: bytes.len() as u64, total_bytes: bytes.len() as u64, n_rows });
    Ok(ReadOutcome { parts, notices })
}

/// Text that is no report of an instrument.
async fn read_text(
    name: &str,
    input: &csv::Decoded<'_>,
    spec: &ReaderSpec,
    helpers: Option<&dyn Helpers>,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    let format = match spec.format {
        Some(format) => format,
        None => sniff::text_format(name, input.text)?,
    };
    match format {
        Format::Json => json::read(input, spec, progress),
        Format::Ndjson => json::read_lines(input, spec, progress),
        Format::Pages => pages::read(input, spec, progress),
        _ => csv::read_tables(input, spec, helpers, progress).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_bomb_is_stopped_and_named() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&vec![b'a'; 100_000]).unwrap();
        let packed = encoder.finish().unwrap();
        let limits = unpack::Limits { max_bytes: 10_000, max_ratio: 1000 };
        let problem = read_bytes("x.csv.gz", &packed, &ReaderSpec::default(), limits, Depth::default(), &mut |_| {});
        assert_eq!(problem.unwrap_err().code, "unpacked_too_large");
    }

    #[test]
    fn a_packed_table_is_read() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"a,b\n1,2\n").unwrap();
        let packed = encoder.finish().unwrap();
        let mut calls = Vec::new();
        let outcome = read("x.csv.gz", &packed, &ReaderSpec::default(), &mut |p| calls.push(p)).unwrap();
        assert_eq!(outcome.parts[0].table.n_rows(), 1);
        assert_eq!(outcome.notices.0[0].code, "unpacked");
        assert_eq!(calls.last().map(|p| (p.done_bytes, p.n_rows)), Some((8, 1)));
    }

    #[test]
    fn problems_name_the_source() {
        let problem = read("empty.csv", b"", &ReaderSpec::default(), &mut |_| {}).unwrap_err();
        assert_eq!(problem.place.source.as_deref(), Some("empty.csv"));
        assert_eq!(read("b.csv", b" \n ", &ReaderSpec::default(), &mut |_| {}).unwrap_err().code, "empty_file");
    }
}
