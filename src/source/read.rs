//! The one way in: bytes of any format → tables.

use super::spec::{Format, ReadOutcome, ReadProgress, ReaderSpec};
use super::{arrow_file, csv, decode, json, pages, parquet, sniff, unpack, xlsx};
use crate::base::{Notices, Place, Problem, wording};

/// Reads every table in the bytes of a file, paste or answer.
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
    read_within(name, bytes, spec, unpack::LIMITS, progress).map_err(|problem| {
        let place = Place { source: Some(name.to_owned()), ..problem.place.clone() };
        problem.at(place)
    })
}

fn read_within(
    name: &str,
    bytes: &[u8],
    spec: &ReaderSpec,
    limits: unpack::Limits,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadOutcome, Problem> {
    let mut notices = Notices::default();
    if bytes.is_empty() {
        return Err(Problem::input("empty_file", "This file is empty."));
    }
    let unpacked;
    let (bytes, name) = if unpack::is_gzip(bytes) {
        unpacked = unpack::gunzip(bytes, limits)?;
        notices.add("unpacked", format!("Unpacked to {}", wording::format_bytes(unpacked.len() as u64)), 1);
        (unpacked.as_slice(), name.strip_suffix(".gz").unwrap_or(name))
    } else {
        (bytes, name)
    };
    progress(ReadProgress { done_bytes: 0, total_bytes: bytes.len() as u64, n_rows: 0 });
    let binary = match spec.format {
        Some(chosen) => Some(chosen).filter(|f| matches!(f, Format::Parquet | Format::Arrow | Format::Xlsx)),
        None => sniff::binary_format(bytes)?,
    };
    let parts = match binary {
        Some(Format::Parquet) => vec![parquet::read(bytes, progress)?],
        Some(Format::Arrow) => vec![arrow_file::read(bytes, progress)?],
        Some(Format::Xlsx) => xlsx::read(bytes, spec, &mut notices, progress)?,
        _ => {
            let decoded = decode::decode(bytes, spec, &mut notices)?;
            let format = match spec.format {
                Some(format) => format,
                None => sniff::text_format(name, &decoded.text)?,
            };
            let input = csv::Decoded {
                text: &decoded.text,
                encoding: &decoded.encoding,
                offset: decoded.offset as u64,
                size_bytes: bytes.len() as u64,
            };
            match format {
                Format::Json => json::read(&input, spec, progress)?,
                Format::Ndjson => json::read_lines(&input, spec, progress)?,
                Format::Pages => pages::read(&input, spec, progress)?,
                _ => csv::read_tables(&input, spec, progress)?,
            }
        }
    };
    let n_rows = parts.iter().map(|p| p.table.n_rows()).sum();
    progress(ReadProgress { done_bytes: bytes.len() as u64, total_bytes: bytes.len() as u64, n_rows });
    Ok(ReadOutcome { parts, notices })
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
        let problem = read_within("x.csv.gz", &packed, &ReaderSpec::default(), limits, &mut |_| {}).unwrap_err();
        assert_eq!(problem.code, "unpacked_too_large");
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
