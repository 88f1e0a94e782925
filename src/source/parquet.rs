//! Parquet files.

use super::spec::{Format, ReadProgress, ReadTable};
use super::{arrow_check, canonical, parquet_check};
use crate::base::{Problem, wording};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Fields, Schema, SchemaRef};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use parquet::DecodeResult;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::push_decoder::ParquetPushDecoderBuilder;
use parquet::basic::{ConvertedType, Encoding, EncodingMask};
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataPushDecoder};
use std::sync::Arc;

/// What a file may claim to hold once unpacked.
const MAX_UNPACKED_BYTES: u64 = 4_000_000_000;

/// What its rows may take in memory: run lengths and dictionaries grow when they are read.
const MAX_DECODED_BYTES: usize = 2_000_000_000;

/// Rows times columns that a file may claim: a few bytes of run lengths can claim billions.
const MAX_CELLS: u64 = 1_000_000_000;

/// Reads a whole file.
///
/// # Errors
/// `bad_parquet`, `unpacked_too_large`.
pub(super) fn read(bytes: &[u8], progress: &mut dyn FnMut(ReadProgress)) -> Result<ReadTable, Problem> {
    let size_bytes = bytes.len() as u64;
    if !parquet_check::description_is_sound(description(bytes)?) {
        return Err(incomplete());
    }
    let mut metadata =
        ParquetMetaDataPushDecoder::try_new(size_bytes).map_err(bad)?.with_page_index_policy(PageIndexPolicy::Skip);
    let metadata = loop {
        match metadata.try_decode().map_err(bad)? {
            DecodeResult::Data(metadata) => break metadata,
            DecodeResult::NeedsData(ranges) => {
                for range in ranges {
                    let piece = piece(bytes, &range)?;
                    metadata.push_range(range, piece.into()).map_err(bad)?;
                }
            }
            DecodeResult::Finished => return Err(incomplete()),
        }
    };
    refuse_false_counts(&metadata, bytes)?;
    let claimed: i64 = metadata.row_groups().iter().map(|g| g.total_byte_size().max(0)).fold(0, i64::saturating_add);
    if claimed as u64 > MAX_UNPACKED_BYTES {
        return Err(too_large_unpacked(claimed as u64));
    }
    let n_claimed = metadata.file_metadata().num_rows().max(0) as u64;
    let metadata = Arc::new(metadata);
    // A schema of Arrow's may lie in the file, which says more of its types. One that is wrong is left aside.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(!arrow_schema_is_sound(&metadata));
    let plain = ArrowReaderMetadata::try_new(metadata.clone(), options.clone()).map_err(bad)?;
    let schema = plain.schema().clone();
    let options = options.with_schema(with_codes(&schema, &metadata));
    // A hint that the library does not take is none.
    let metadata = ArrowReaderMetadata::try_new(metadata, options).unwrap_or(plain);
    let mut decoder = ParquetPushDecoderBuilder::new_with_metadata(metadata)
        .with_batch_size(super::types::BATCH_ROWS)
        .build()
        .map_err(bad)?;
    let mut batches = Vec::new();
    let mut n_rows = 0u64;
    let mut decoded = Decoded::default();
    loop {
        match decoder.try_decode().map_err(bad)? {
            DecodeResult::NeedsData(ranges) => {
                for range in ranges {
                    let piece = piece(bytes, &range)?;
                    decoder.push_range(range, piece.into()).map_err(bad)?;
                }
            }
            DecodeResult::Data(batch) => {
                n_rows += batch.num_rows() as u64;
                decoded.add(&batch);
                if decoded.n_bytes > MAX_DECODED_BYTES {
                    return Err(too_large_unpacked(decoded.n_bytes as u64).hint("Save fewer columns or rows."));
                }
                batches.push(batch);
                let done_bytes = size_bytes / 2 * n_rows.min(n_claimed) / n_claimed.max(1);
                progress(ReadProgress { done_bytes, total_bytes: size_bytes, n_rows });
            }
            DecodeResult::Finished => break,
        }
    }
    canonical::table_of(&schema, &batches, Format::Parquet, size_bytes, progress)
}

/// What the batches take. The batches of one row group share their dictionaries, which count once.
#[derive(Default)]
struct Decoded {
    n_bytes: usize,
    /// For each column the dictionary of the batch before.
    dictionaries: Vec<Option<ArrayRef>>,
}

impl Decoded {
    fn add(&mut self, batch: &RecordBatch) {
        self.dictionaries.resize(batch.num_columns(), None);
        for (column, before) in batch.columns().iter().zip(&mut self.dictionaries) {
            let mut n_bytes = column.get_array_memory_size();
            let dictionary = column.as_any_dictionary_opt().map(|coded| coded.values());
            if let (Some(now), Some(known)) = (dictionary, before.as_ref())
                && Arc::ptr_eq(now, known)
            {
                n_bytes = n_bytes.saturating_sub(now.get_array_memory_size());
            }
            *before = dictionary.cloned();
            self.n_bytes = self.n_bytes.saturating_add(n_bytes);
        }
    }
}

fn arrow_schema_is_sound(metadata: &ParquetMetaData) -> bool {
    let pairs = metadata.file_metadata().key_value_metadata().into_iter().flatten();
    pairs.filter(|pair| pair.key == parquet::arrow::ARROW_SCHEMA_META_KEY).all(|pair| {
        let schema = pair.value.as_ref().and_then(|text| BASE64_STANDARD.decode(text).ok());
        schema.is_some_and(|schema| arrow_check::is_sound_message(&schema))
    })
}

/// The schema with texts as dictionaries where the file holds each of them once a row group, so that they need not be
/// written out row by row and then looked up again.
fn with_codes(schema: &SchemaRef, metadata: &ParquetMetaData) -> SchemaRef {
    let leaves = metadata.file_metadata().schema_descr();
    let is_coded =
        |leaf: usize| metadata.row_groups().iter().all(|group| group.columns().get(leaf).is_some_and(has_only_codes));
    // Columns within others have leaves of their own, so that places differ.
    let leaf_of = |root: usize| {
        let mut found = (0..leaves.num_columns()).filter(|leaf| leaves.get_column_root_idx(*leaf) == root);
        found.next().filter(|leaf| found.next().is_none() && leaves.column(*leaf).path().parts().len() == 1)
    };
    // What is not declared as UTF-8 is not checked to be.
    let is_text = |leaf: usize| leaves.column(leaf).converted_type() == ConvertedType::UTF8;
    let is_text_type = |t: &DataType| matches!(t, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let fields = schema.fields().iter().enumerate().map(|(root, field)| {
        let is_fit =
            is_text_type(field.data_type()) && leaf_of(root).is_some_and(|leaf| is_text(leaf) && is_coded(leaf));
        let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        if is_fit { Arc::new(field.as_ref().clone().with_data_type(coded)) } else { field.clone() }
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Fields>(), schema.metadata().clone()))
}

/// No page of the chunk has texts written out, as far as the file says.
fn has_only_codes(chunk: &ColumnChunkMetaData) -> bool {
    let is_only_codes =
        |pages: &EncodingMask| pages.is_only(Encoding::RLE_DICTIONARY) || pages.is_only(Encoding::PLAIN_DICTIONARY);
    chunk.dictionary_page_offset().is_some() && chunk.page_encoding_stats_mask().is_none_or(is_only_codes)
}

fn piece(bytes: &[u8], range: &std::ops::Range<u64>) -> Result<Vec<u8>, Problem> {
    bytes.get(range.start as usize..range.end as usize).map(<[u8]>::to_vec).ok_or_else(incomplete)
}

/// The description of the file. The last eight bytes say how long it is, which the decoder believes.
fn description(bytes: &[u8]) -> Result<&[u8], Problem> {
    // A mark at the start, then the description, its length and the mark at the end.
    let [b'P', b'A', b'R', b'1', before @ .., a, b, c, d, b'P', b'A', b'R', b'1'] = bytes else {
        return Err(incomplete());
    };
    let n = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
    before.len().checked_sub(n).and_then(|start| before.get(start..)).ok_or_else(incomplete)
}

/// Rows and places in the file that the description claims: the decoder reserves memory for them.
fn refuse_false_counts(metadata: &ParquetMetaData, bytes: &[u8]) -> Result<(), Problem> {
    let mut n_rows = 0u64;
    for group in metadata.row_groups() {
        let n_group = u64::try_from(group.num_rows()).map_err(|_| incomplete())?;
        n_rows = n_rows.saturating_add(n_group);
        for chunk in group.columns() {
            let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
            let end = start.checked_add(chunk.compressed_size());
            let place = usize::try_from(start).ok().zip(end.and_then(|end| usize::try_from(end).ok()));
            let pages = place.and_then(|(start, end)| bytes.get(start..end));
            let is_inside = chunk.data_page_offset() >= 0
                && chunk.uncompressed_size() >= 0
                && pages.is_some_and(|pages| parquet_check::pages_are_sound(pages, chunk.num_values()));
            let is_flat = chunk.column_descr().max_rep_level() == 0;
            let n_values = u64::try_from(chunk.num_values()).map_err(|_| incomplete())?;
            if !is_inside || (is_flat && n_values != n_group) {
                return Err(incomplete());
            }
            if n_values > MAX_CELLS {
                return Err(too_large(n_values));
            }
        }
    }
    if u64::try_from(metadata.file_metadata().num_rows()) != Ok(n_rows) {
        return Err(incomplete());
    }
    let n_columns = metadata.file_metadata().schema_descr().num_columns().max(1) as u64;
    let n_cells = n_rows.saturating_mul(n_columns);
    if n_cells > MAX_CELLS { Err(too_large(n_cells)) } else { Ok(()) }
}

fn too_large_unpacked(n_bytes: u64) -> Problem {
    Problem::limit("unpacked_too_large", "This Parquet file is too large once unpacked.")
        .because(format!("It would take {}.", wording::format_bytes(n_bytes)))
}

fn too_large(n_cells: u64) -> Problem {
    Problem::limit("table_too_large", "This Parquet file has too many cells to be read here.").because(format!(
        "It claims {}; at most {} are possible.",
        wording::format_count(n_cells),
        wording::format_count(MAX_CELLS)
    ))
}

fn incomplete() -> Problem {
    Problem::input("bad_parquet", "This Parquet file is not complete.").hint("Download or copy it again.")
}

fn bad(e: parquet::errors::ParquetError) -> Problem {
    Problem::input("bad_parquet", "This Parquet file cannot be read.")
        .because(e.to_string())
        .hint("Download or copy it again, or save it without encryption.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use arrow::array::{DictionaryArray, Int32Array, StringArray};
    use arrow::datatypes::Int32Type;

    #[test]
    fn a_dictionary_that_batches_share_counts_once() {
        let values: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(10_000)]));
        let batch = |values: &ArrayRef| {
            let coded = DictionaryArray::<Int32Type>::new(Int32Array::from(vec![0, 0]), values.clone());
            RecordBatch::try_from_iter([("a", Arc::new(coded) as ArrayRef)]).unwrap()
        };
        let mut decoded = Decoded::default();
        (0..5).for_each(|_| decoded.add(&batch(&values)));
        assert!((10_000..20_000).contains(&decoded.n_bytes), "{}", decoded.n_bytes);
        let other: ArrayRef = Arc::new(StringArray::from(vec!["y".repeat(10_000)]));
        decoded.add(&batch(&other));
        assert!((20_000..30_000).contains(&decoded.n_bytes), "{}", decoded.n_bytes);
    }

    fn file() -> Vec<u8> {
        let a = Arc::new(Int32Array::from(vec![Some(1), None, Some(3)]));
        let b = Arc::new(StringArray::from(vec!["x", "y", "x"]));
        let batch = RecordBatch::try_from_iter([("a", a as _), ("b", b as _)]).unwrap();
        let mut bytes = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    #[test]
    fn a_file_is_read() {
        let t = read(&file(), &mut |_| {}).unwrap();
        assert_eq!((t.table.n_rows(), t.ledger.adds_up()), (3, true));
        assert_eq!(t.table.columns()[0].column_type, ColumnType::Integer);
        assert_eq!(t.table.columns()[0].n_missing, 1);
    }

    #[test]
    fn texts_are_read_by_their_codes() {
        let n = 5_000;
        let word = |i: usize| (!i.is_multiple_of(11)).then(|| format!("word {}", i * 7 % 50));
        let words = StringArray::from_iter((0..n).map(word));
        let varied = StringArray::from_iter_values((0..n).map(|i| format!("v{i}")));
        let batch = RecordBatch::try_from_iter([("w", Arc::new(words) as _), ("v", Arc::new(varied) as _)]).unwrap();
        let properties = parquet::file::properties::WriterProperties::builder()
            .set_max_row_group_row_count(Some(1_000))
            .set_dictionary_page_size_limit(4_096)
            .build();
        let mut bytes = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let read = read(&bytes, &mut |_| {}).unwrap().table;
        let column = read.whole_column(0).unwrap();
        assert!(matches!(column.data_type(), DataType::Dictionary(..)));
        assert!((0..n).all(|i| crate::table::cell_text(column.as_ref(), i) == word(i)));
        assert_eq!(read.whole_column(1).unwrap().data_type(), &DataType::Utf8);
        assert_eq!(crate::table::cell_text(read.whole_column(1).unwrap().as_ref(), n - 1), Some(format!("v{}", n - 1)));
        assert_eq!(read.columns()[0].reason, "stored as Utf8");
    }

    #[test]
    fn damaged_files_are_refused() {
        let bytes = file();
        assert_eq!(read(&bytes[..bytes.len() - 9], &mut |_| {}).unwrap_err().code, "bad_parquet");
        assert_eq!(read(b"PAR1", &mut |_| {}).unwrap_err().code, "bad_parquet");
        let mut long = bytes.clone();
        let at = long.len() - 8;
        long[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(&long, &mut |_| {}).unwrap_err().code, "bad_parquet");
    }
}
