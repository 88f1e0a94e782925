//! How much memory rows take.

use arrow::array::{ArrayData, RecordBatch};
use arrow::datatypes::DataType;
use std::collections::BTreeSet;

/// Adds up batches. A slice counts for its own part, not for all of what it was cut from, and a
/// dictionary that several batches share counts once.
#[derive(Debug, Default)]
pub struct SizeMeter {
    total: u64,
    /// Where dictionaries lie that have been counted.
    dictionaries: BTreeSet<usize>,
}

impl SizeMeter {
    pub fn add(&mut self, batch: &RecordBatch) {
        for column in batch.columns() {
            let data = column.to_data();
            self.total += match data.data_type() {
                DataType::Dictionary(..) => self.dictionary_bytes(&data),
                _ => slice_bytes(&data),
            };
        }
    }

    pub fn bytes(&self) -> u64 {
        self.total
    }

    fn dictionary_bytes(&mut self, data: &ArrayData) -> u64 {
        let all = slice_bytes(data);
        let Some(values) = data.child_data().first() else { return all };
        let is_new = values.buffers().last().is_none_or(|b| self.dictionaries.insert(b.as_ptr() as usize));
        if is_new { all } else { all.saturating_sub(slice_bytes(values)) }
    }
}

fn slice_bytes(data: &ArrayData) -> u64 {
    data.get_slice_memory_size().unwrap_or_else(|_| data.get_array_memory_size()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::table::{ColumnInfo, Table};
    use arrow::array::{ArrayRef, DictionaryArray, Float64Array, Int32Array, StringArray};
    use std::sync::Arc;

    fn table(columns: Vec<(&str, ColumnType, ArrayRef)>) -> Table {
        let columns = columns.into_iter().map(|(name, kind, array)| (ColumnInfo::new(name, kind), array));
        Table::from_columns(columns.collect()).unwrap()
    }

    #[test]
    fn a_slice_counts_for_its_part() {
        let whole = Float64Array::from_iter_values((0..100_000).map(f64::from));
        let whole = table(vec![("x", ColumnType::Number, Arc::new(whole))]);
        let batch = whole.batches().first().unwrap();
        let mut meter = SizeMeter::default();
        for at in (0..100_000).step_by(1_000) {
            meter.add(&batch.slice(at, 1_000));
        }
        assert_eq!(meter.bytes(), 800_000);
        // What came as one buffer, as every table of a reader does, is not counted once a column.
        let columns: Vec<_> = (0..20)
            .map(|i| (["a", "b", "c", "d"][i % 4].repeat(i + 1), Arc::new(Float64Array::from(vec![1.0; 5_000]))))
            .collect();
        let columns = columns.iter().map(|(n, a)| (n.as_str(), ColumnType::Number, a.clone() as ArrayRef)).collect();
        let ipc = table(columns).to_ipc().unwrap();
        let size = Table::from_ipc(ipc.clone()).unwrap().size_bytes();
        assert!((800_000..=ipc.len() as u64).contains(&size), "{size}");
    }

    #[test]
    fn a_shared_dictionary_counts_once() {
        let values: ArrayRef =
            Arc::new(StringArray::from((0..5_000).map(|i| format!("value {i}")).collect::<Vec<_>>()));
        let keys = Int32Array::from_iter_values((0..10_000).map(|i| i % 5_000));
        let array = DictionaryArray::new(keys, values.clone());
        let whole = table(vec![("x", ColumnType::Text, Arc::new(array))]);
        let batch = whole.batches().first().unwrap();
        let mut meter = SizeMeter::default();
        for at in (0..10_000).step_by(100) {
            meter.add(&batch.slice(at, 100));
        }
        let dictionary = values.to_data().get_slice_memory_size().unwrap() as u64;
        assert_eq!(meter.bytes(), 40_000 + dictionary);
    }
}
