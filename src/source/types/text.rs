//! Text columns: few distinct values become a dictionary, many stay plain.

use super::chunk_ranges;
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray, StringBuilder};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::Int32Type;
use hashbrown::HashTable;
use std::sync::Arc;

/// Above this many distinct values a column is plain text.
const MAX_DISTINCT: usize = 65_536;
/// A dictionary must save at least this much: one distinct value in so many rows.
const MIN_ROWS_PER_VALUE: usize = 8;
/// After so many rows, a column with mostly new values is plain.
const EARLY_CHECK: usize = 8_192;

const MISSING: i32 = -1;

/// Builds a text column cell by cell.
pub(in crate::source) struct TextBuilder {
    /// `None` once the column has proved too varied.
    dictionary: Option<Dictionary>,
    codes: Vec<i32>,
    plain: Vec<StringArray>,
    current: StringBuilder,
    n_current: usize,
    /// Some rows of a column, whose others decide with them whether there are few distinct values.
    is_part: bool,
}

#[derive(Default)]
struct Dictionary {
    bytes: String,
    ends: Vec<usize>,
    by_hash: HashTable<(u64, u32)>,
    last: Option<u32>,
}

impl Dictionary {
    fn value(&self, code: u32) -> &str {
        let code = code as usize;
        let start = code.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0);
        self.ends.get(code).and_then(|&end| self.bytes.get(start..end)).unwrap_or("")
    }

    fn code(&mut self, text: &str) -> u32 {
        if let Some(last) = self.last
            && self.value(last) == text
        {
            return last;
        }
        let hash = hash(text.as_bytes());
        let found = self.by_hash.find(hash, |&(h, code)| h == hash && self.value(code) == text).map(|&(_, code)| code);
        let code = found.unwrap_or_else(|| {
            let code = self.ends.len() as u32;
            self.bytes.push_str(text);
            self.ends.push(self.bytes.len());
            self.by_hash.insert_unique(hash, (hash, code), |&(h, _)| h);
            code
        });
        self.last = Some(code);
        code
    }
}

/// Multiply and rotate, eight bytes at a time, with a last mix so that all bits count.
fn hash(text: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut h = text.len() as u64 ^ K;
    let (words, tail) = text.as_chunks::<8>();
    for word in words {
        h = (h.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(K);
    }
    let mut last = 0u64;
    for byte in tail {
        last = last << 8 | u64::from(*byte);
    }
    h = (h.rotate_left(23) ^ last).wrapping_mul(K);
    h ^ (h >> 29)
}

impl TextBuilder {
    pub fn new() -> TextBuilder {
        TextBuilder {
            dictionary: Some(Dictionary::default()),
            codes: Vec::new(),
            plain: Vec::new(),
            current: StringBuilder::new(),
            n_current: 0,
            is_part: false,
        }
    }

    /// For some rows of a column that is known to be plain, or not known to be.
    pub fn part(is_plain: bool) -> TextBuilder {
        TextBuilder { dictionary: (!is_plain).then(Dictionary::default), is_part: true, ..TextBuilder::new() }
    }

    pub fn is_plain(&self) -> bool {
        self.dictionary.is_none()
    }

    /// Adds a cell; the empty text is a missing cell.
    #[inline]
    pub fn push(&mut self, text: &str) {
        self.push_option((!text.is_empty()).then_some(text));
    }

    #[inline]
    pub fn push_option(&mut self, text: Option<&str>) {
        let Some(dictionary) = &mut self.dictionary else { return self.push_plain(text) };
        self.codes.push(text.map_or(MISSING, |t| dictionary.code(t) as i32));
        if dictionary.ends.len() > MAX_DISTINCT {
            self.make_plain();
        }
        self.check_early();
    }

    #[inline]
    fn check_early(&mut self) {
        if self.codes.len() == EARLY_CHECK
            && !self.is_part
            && self.dictionary.as_ref().is_some_and(|d| d.ends.len() > EARLY_CHECK / 2)
        {
            self.make_plain();
        }
    }

    fn push_plain(&mut self, text: Option<&str>) {
        self.current.append_option(text);
        self.n_current += 1;
        if self.n_current == super::BATCH_ROWS {
            self.n_current = 0;
            self.plain.push(self.current.finish());
        }
    }

    fn make_plain(&mut self) {
        let Some(dictionary) = self.dictionary.take() else { return };
        for code in std::mem::take(&mut self.codes) {
            self.push_plain(u32::try_from(code).ok().map(|code| dictionary.value(code)));
        }
    }

    /// Adds the rows of a text column, plain or with a dictionary of its own. The column is then as if its cells had been
    /// pushed one by one; but each text is looked at once only.
    pub fn append(&mut self, rows: &dyn Array) {
        if let Some(dictionary) = rows.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            self.append_codes(dictionary);
        } else if let Some(texts) = rows.as_string_opt::<i32>() {
            self.append_plain(texts);
        }
    }

    fn append_codes(&mut self, rows: &DictionaryArray<Int32Type>) {
        let Some(values) = rows.values().as_string_opt::<i32>() else { return };
        let text = |key: Option<i32>| {
            let is_there = |key: &usize| *key < values.len() && values.is_valid(*key);
            let key = key.and_then(|key| usize::try_from(key).ok()).filter(is_there);
            key.map(|key| values.value(key))
        };
        // Our codes of its values, as far as they have been met.
        let mut known: Vec<Option<i32>> = vec![None; values.len()];
        for key in rows.keys() {
            let slot = key.and_then(|key| known.get_mut(key as usize));
            match slot {
                Some(Some(code)) if self.dictionary.is_some() => {
                    self.codes.push(*code);
                    self.check_early();
                }
                slot => {
                    self.push_option(text(key));
                    if let (Some(slot), Some(_)) = (slot, &self.dictionary) {
                        *slot = self.codes.last().copied();
                    }
                }
            }
        }
    }

    fn append_plain(&mut self, rows: &StringArray) {
        self.make_plain();
        if self.n_current == 0 && rows.len() == super::BATCH_ROWS {
            self.plain.push(rows.clone());
        } else {
            rows.iter().for_each(|text| self.push_plain(text));
        }
    }

    /// Some rows of a column, as [`TextBuilder::append`] takes them.
    pub fn finish_part(mut self) -> Vec<ArrayRef> {
        match self.dictionary.take() {
            Some(dictionary) => self.coded(&dictionary),
            None => self.finish(),
        }
    }

    /// The column's chunks, cut as all other columns are.
    pub fn finish(mut self) -> Vec<ArrayRef> {
        let too_varied = |d: &Dictionary| d.ends.is_empty() || d.ends.len() * MIN_ROWS_PER_VALUE > self.codes.len();
        if self.dictionary.as_ref().is_none_or(too_varied) {
            self.make_plain();
            if self.n_current > 0 {
                self.plain.push(self.current.finish());
            }
            return self.plain.into_iter().map(|a| Arc::new(a) as ArrayRef).collect();
        }
        self.dictionary.take().map_or_else(Vec::new, |dictionary| self.coded(&dictionary))
    }

    fn coded(&self, dictionary: &Dictionary) -> Vec<ArrayRef> {
        let values: StringArray = (0..dictionary.ends.len() as u32).map(|code| Some(dictionary.value(code))).collect();
        let values: ArrayRef = Arc::new(values);
        let mut chunks = Vec::new();
        for range in chunk_ranges(self.codes.len()) {
            let codes = self.codes.get(range).unwrap_or(&[]);
            // Missing cells have the code zero underneath.
            let nulls = codes.contains(&MISSING).then(|| codes.iter().map(|c| *c != MISSING).collect::<NullBuffer>());
            let codes: ScalarBuffer<i32> = match nulls {
                Some(_) => codes.iter().map(|c| (*c).max(0)).collect(),
                None => codes.to_vec().into(),
            };
            // Every code was given out by the dictionary, so this does not fail.
            let keys = Int32Array::new(codes, nulls);
            if let Ok(array) = DictionaryArray::<Int32Type>::try_new(keys, values.clone()) {
                chunks.push(Arc::new(array) as ArrayRef);
            }
        }
        chunks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::cell_text;
    use arrow::array::Array;
    use arrow::datatypes::DataType;

    fn build(n: usize, distinct: usize) -> Vec<ArrayRef> {
        let mut builder = TextBuilder::new();
        for i in 0..n {
            builder.push(&if i % 10 == 9 { String::new() } else { format!("v{}", i % distinct) });
        }
        builder.finish()
    }

    #[test]
    fn few_values_become_a_dictionary() {
        let chunks = build(200_000, 7);
        assert_eq!(chunks.iter().map(|c| c.len()).sum::<usize>(), 200_000);
        assert!(matches!(chunks[0].data_type(), DataType::Dictionary(..)));
        assert_eq!(cell_text(chunks[1].as_ref(), 0).unwrap(), format!("v{}", super::super::BATCH_ROWS % 7));
        assert_eq!(cell_text(chunks[0].as_ref(), 9), None);
    }

    #[test]
    fn rows_with_a_dictionary_of_their_own_are_as_if_pushed() {
        // Sorted, with a value twice, one that is missing and one that no row has.
        let values = StringArray::from(vec![Some("a"), Some("b"), Some("b"), None, Some(""), Some("unused")]);
        let keys = Int32Array::from_iter((0..20_000).map(|i| (i % 7 != 0).then_some((i * 13 + 1) % 5)));
        let rows = DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values)).unwrap();
        let (mut one, mut other) = (TextBuilder::new(), TextBuilder::new());
        one.append(&rows);
        one.append(&rows);
        for _ in 0..2 {
            let texts = arrow::compute::cast(&rows, &DataType::Utf8).unwrap();
            texts.as_string::<i32>().iter().for_each(|text| other.push_option(text));
        }
        assert_eq!(one.finish(), other.finish());
        // Too varied: plain, as by hand.
        let values = StringArray::from_iter_values((0..20_000).map(|i| format!("v{i}")));
        let keys = Int32Array::from_iter_values(0..20_000);
        let rows = DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values)).unwrap();
        let mut plain = TextBuilder::new();
        plain.append(&rows);
        assert!(plain.is_plain());
        assert_eq!(plain.finish()[0].len(), 20_000);
    }

    #[test]
    fn many_values_stay_plain() {
        for n in [100, 20_000, 200_000] {
            let chunks = build(n, n);
            assert_eq!(chunks[0].data_type(), &DataType::Utf8);
            assert_eq!(chunks.iter().map(|c| c.len()).sum::<usize>(), n);
            assert_eq!(cell_text(chunks[0].as_ref(), 51).as_deref(), Some("v51"));
        }
    }
}
