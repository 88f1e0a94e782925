//! Arrow IPC, as a file or as a stream.
//!
//! A file is a stream between two marks, so both are read as streams. Before Arrow reads a message,
//! its claimed lengths are compared with what is there: Arrow reserves memory for the claim.

use super::spec::{Format, ReadProgress, ReadTable};
use super::{arrow_check, canonical};
use crate::base::Problem;
use arrow::ipc::reader::StreamReader;
use std::io::Cursor;

const FILE_MARK: &[u8] = b"ARROW1\0\0";

/// Zeros behind the mark at most.
const MAX_PADDING: usize = 64;

/// Messages in one file; more is no table.
const MAX_MESSAGES: usize = 1_000_000;

/// Reads a whole file or stream.
///
/// # Errors
/// `bad_arrow`.
pub(super) fn read(bytes: &[u8], progress: &mut dyn FnMut(ReadProgress)) -> Result<ReadTable, Problem> {
    let size_bytes = bytes.len() as u64;
    let stream = match bytes.strip_prefix(FILE_MARK) {
        Some(rest) => {
            // Writers fill up with zeros to the boundary they like.
            let n_zeros = rest.iter().take(MAX_PADDING).take_while(|b| **b == 0).count();
            rest.get(n_zeros..).unwrap_or(rest)
        }
        None => bytes,
    };
    check_lengths(stream)?;
    let reader = StreamReader::try_new(Cursor::new(stream), None).map_err(bad)?;
    let schema = reader.schema();
    let mut batches = Vec::new();
    let mut n_rows = 0u64;
    for batch in reader {
        let batch = batch.map_err(bad)?;
        n_rows += batch.num_rows() as u64;
        batches.push(batch);
        progress(ReadProgress { done_bytes: size_bytes / 2, total_bytes: size_bytes, n_rows });
    }
    canonical::table_of(&schema, &batches, Format::Arrow, size_bytes, progress)
}

fn bad(e: arrow::error::ArrowError) -> Problem {
    incomplete().because(e.to_string())
}

fn incomplete() -> Problem {
    Problem::input("bad_arrow", "This is not a complete Arrow file.").hint("Download or copy it again.")
}

/// Walks over the messages: every length and every buffer must lie within the bytes.
fn check_lengths(stream: &[u8]) -> Result<(), Problem> {
    let word = |at: usize| stream.get(at..at.checked_add(4)?).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let mut at = 0usize;
    let mut schema = None;
    for _ in 0..MAX_MESSAGES {
        if at == stream.len() {
            return Ok(());
        }
        let (n, start) = match word(at) {
            Some(u32::MAX) => (word(at + 4).ok_or_else(incomplete)?, at + 8),
            Some(n) => (n, at + 4),
            None => return Err(incomplete()),
        };
        if n == 0 {
            return Ok(());
        }
        let end = start.checked_add(n as usize).ok_or_else(incomplete)?;
        let head = stream.get(start..end).ok_or_else(incomplete)?;
        let message = arrow::ipc::root_as_message(head).map_err(|e| incomplete().because(e.to_string()))?;
        if let Some(found) = message.header_as_schema() {
            if !arrow_check::is_sound(&found) {
                return Err(Problem::input("bad_arrow", "This Arrow file holds a type that cannot be read here.")
                    .hint("Save it with plain types: numbers, text, dates."));
            }
            schema = Some(found);
        }
        let body = usize::try_from(message.bodyLength()).map_err(|_| incomplete())?;
        let next = end.checked_add(body).filter(|next| *next <= stream.len()).ok_or_else(incomplete)?;
        let rows = message.header_as_record_batch();
        let dictionary = message.header_as_dictionary_batch();
        let values = dictionary.and_then(|d| d.data());
        if dictionary.is_some() && values.is_none() {
            return Err(incomplete());
        }
        let is_whole = match (&schema, rows, values) {
            (None, None, None) | (Some(_), None, None) => true,
            (Some(schema), Some(rows), _) => arrow_check::batch_is_sound(schema, &rows),
            (Some(_), None, Some(values)) => arrow_check::values_are_sound(&values),
            (None, ..) => false,
        };
        if !is_whole {
            return Err(incomplete());
        }
        let batch = rows.or(values);
        // Arrow 0.17 said it beside the message; what does not look there takes the packed bytes for the values.
        let is_packed_of_old = message
            .custom_metadata()
            .is_some_and(|all| all.iter().any(|pair| pair.key() == Some("ARROW:experimental_compression")));
        if is_packed_of_old || batch.is_some_and(|b| b.compression().is_some()) {
            return Err(Problem::input("packed_arrow", "This Arrow file is compressed, which cannot be read here.")
                .hint("Save it without compression, or as Parquet."));
        }
        if let Some(batch) = batch {
            let is_inside = |offset: i64, length: i64| {
                let end = offset.checked_add(length);
                offset >= 0 && length >= 0 && end.is_some_and(|end| end as u64 <= body as u64)
            };
            let fits = batch.buffers().is_none_or(|all| all.iter().all(|b| is_inside(b.offset(), b.length())))
                && batch.nodes().is_none_or(|all| all.iter().all(|n| n.length() >= 0 && n.null_count() >= 0));
            if !fits || batch.length() < 0 {
                return Err(incomplete());
            }
        }
        at = next;
    }
    Err(incomplete())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{DictionaryArray, Float32Array, RecordBatch};
    use arrow::datatypes::Int32Type;
    use arrow::ipc::writer::{FileWriter, StreamWriter};
    use std::sync::Arc;

    fn batch() -> RecordBatch {
        let a = Arc::new(Float32Array::from(vec![Some(0.5), None]));
        let b = Arc::new(vec!["x", "y"].into_iter().collect::<DictionaryArray<Int32Type>>());
        RecordBatch::try_from_iter([("a", a as _), ("b", b as _)]).unwrap()
    }

    fn stream() -> Vec<u8> {
        let batch = batch();
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn files_and_streams() {
        let batch = batch();
        let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        for bytes in [stream(), writer.into_inner().unwrap()] {
            let outcome = crate::source::read("x.arrow", &bytes, &Default::default(), &mut |_| {}).unwrap();
            let t = &outcome.parts[0];
            assert_eq!((t.table.n_rows(), t.table.n_columns(), t.ledger.adds_up()), (2, 2, true));
        }
    }

    #[test]
    fn false_lengths_are_refused() {
        let good = stream();
        let mut long = good.clone();
        long[4..8].copy_from_slice(&0x7FFF_FFFFu32.to_le_bytes());
        assert_eq!(read(&long, &mut |_| {}).unwrap_err().code, "bad_arrow");
        for n in [0, 7, good.len() / 2] {
            assert!(read(&good[..n], &mut |_| {}).is_err(), "{n}");
        }
    }

    #[test]
    fn no_single_wrong_byte_in_the_heads_makes_it_panic() {
        let good = stream();
        for at in 0..good.len().min(400) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x55;
            let _ = read(&bytes, &mut |_| {}).map(|t| assert!(t.ledger.adds_up()));
        }
    }
}
