//! Cells as text, in the raw form that filters and exports use (`1234.5`, `2026-11-12`).

use arrow::array::Array;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// A date that no calendar here reaches. It is there, so it must not look missing.
const OUT_OF_RANGE: &str = "out of range";

/// Reads the cells of one array as text, missing cells as `None`.
pub struct CellReader<'a> {
    array: &'a dyn Array,
    formatter: Option<ArrayFormatter<'a>>,
}

impl<'a> CellReader<'a> {
    pub fn new(array: &'a dyn Array) -> CellReader<'a> {
        CellReader { array, formatter: ArrayFormatter::try_new(array, &FORMAT).ok() }
    }

    /// The cell's text, or `None` when it is missing or past the end.
    pub fn get(&self, row_idx: usize) -> Option<String> {
        if row_idx >= self.array.len() || self.array.is_null(row_idx) {
            return None;
        }
        // A dictionary can point at a missing value.
        if let DataType::Dictionary(..) = self.array.data_type()
            && self.array.logical_nulls().is_some_and(|n| n.is_null(row_idx))
        {
            return None;
        }
        let formatter = self.formatter.as_ref()?;
        Some(formatter.value(row_idx).try_to_string().unwrap_or_else(|_| OUT_OF_RANGE.to_owned()))
    }
}

static FORMAT: FormatOptions<'static> = FormatOptions::new()
    .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.f"))
    .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.f%:z"));

/// One cell as text. For many cells of an array, keep a [`CellReader`].
pub fn cell_text(array: &dyn Array, row_idx: usize) -> Option<String> {
    CellReader::new(array).get(row_idx)
}
