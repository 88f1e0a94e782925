//! What a block of cells comes to: counted and added up exactly, cell by cell.

use super::{CellReader, Table};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, DurationMicrosecondType, Float64Type, Int64Type};
use hashbrown::HashSet;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::ops::Range;

/// Different texts are counted up to here.
const MAX_DISTINCT: usize = 100_000;

/// A block of cells in numbers. Of a column of any type there are the counts; of numbers and
/// durations sum and mean too; of all that has an order of its own, the ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellSummary {
    /// Cells with a value.
    pub n: u64,
    pub n_missing: u64,
    /// Raw text as the cells have it, exact for whole and decimal numbers and durations; `None` where
    /// there is nothing to add up, or a sum too large to hold.
    pub sum: Option<String>,
    pub mean: Option<f64>,
    pub min: Option<String>,
    pub max: Option<String>,
    /// Of text: different values; `None` above a hundred thousand.
    pub n_distinct: Option<u64>,
}

/// Sums up the cells of one column in rows `rows`; rows past the end are not there.
pub fn summarise(table: &Table, column_idx: usize, rows: Range<u64>) -> CellSummary {
    let mut tally = Tally::default();
    let mut first_row = 0_u64;
    for chunk in table.chunks(column_idx) {
        let n = chunk.len() as u64;
        let from = rows.start.clamp(first_row, first_row + n) - first_row;
        let to = rows.end.clamp(first_row, first_row + n) - first_row;
        if to > from {
            tally.add(&chunk.slice(from as usize, (to - from) as usize));
        }
        first_row += n;
    }
    tally.finish()
}

/// A column's running account.
#[derive(Default)]
struct Tally {
    n: u64,
    n_missing: u64,
    sum: Sum,
    ends: Option<(End, End)>,
    distinct: HashSet<String>,
    is_text: bool,
    has_many: bool,
}

#[derive(Default)]
enum Sum {
    #[default]
    Nothing,
    Whole(i128),
    /// With digits after the point.
    Decimal(i128, i8),
    Duration(i128),
    /// Neumaier's compensated sum: the total and what was lost to rounding.
    Float(f64, f64),
    TooLarge,
}

/// A value at one end, with its text.
#[derive(Clone)]
struct End {
    key: Key,
    text: String,
}

#[derive(Clone, Copy)]
enum Key {
    Whole(i128),
    Float(f64),
}

impl Key {
    fn cmp(self, other: Key) -> Ordering {
        match (self, other) {
            (Key::Whole(a), Key::Whole(b)) => a.cmp(&b),
            (Key::Float(a), Key::Float(b)) => a.total_cmp(&b),
            _ => Ordering::Equal,
        }
    }
}

impl Tally {
    fn add(&mut self, array: &ArrayRef) {
        let n_missing = array.logical_null_count();
        self.n_missing += n_missing as u64;
        self.n += (array.len() - n_missing) as u64;
        let nulls = array.logical_nulls();
        let is_there = |row: &usize| nulls.as_ref().is_none_or(|n| n.is_valid(*row));
        let rows = (0..array.len()).filter(is_there);
        match array.data_type() {
            DataType::Int64 => {
                let cells = array.as_primitive::<Int64Type>().values();
                self.add_whole(array, rows.filter_map(|row| Some((row, i128::from(*cells.get(row)?)))), Sum::Whole);
            }
            DataType::Decimal128(_, scale) => {
                let cells = array.as_primitive::<Decimal128Type>().values();
                let scale = *scale;
                self.add_whole(array, rows.filter_map(|row| Some((row, *cells.get(row)?))), |v| Sum::Decimal(v, scale));
            }
            DataType::Duration(_) => {
                if let Some(cells) = array.as_primitive_opt::<DurationMicrosecondType>() {
                    let cells = cells.values();
                    let values = rows.filter_map(|row| Some((row, i128::from(*cells.get(row)?))));
                    self.add_whole(array, values, Sum::Duration);
                }
            }
            DataType::Float64 => {
                let cells = array.as_primitive::<Float64Type>().values();
                self.add_floats(array, rows.filter_map(|row| Some((row, *cells.get(row)?))));
            }
            DataType::Utf8 | DataType::Dictionary(..) => self.add_texts(array, rows),
            DataType::Boolean => self.add_texts(array, rows),
            _ => self.add_moments(array, rows),
        }
    }

    fn add_whole(&mut self, array: &ArrayRef, cells: impl Iterator<Item = (usize, i128)>, wrap: impl Fn(i128) -> Sum) {
        let mut total = Some(0_i128);
        let mut ends = RowEnds::default();
        for (row, value) in cells {
            total = total.and_then(|t| t.checked_add(value));
            ends.see(row, Key::Whole(value));
        }
        self.sum = match (&self.sum, total) {
            (Sum::Nothing, Some(t)) => wrap(t),
            (Sum::Whole(before) | Sum::Decimal(before, _) | Sum::Duration(before), Some(t)) => {
                before.checked_add(t).map_or(Sum::TooLarge, wrap)
            }
            _ => Sum::TooLarge,
        };
        self.widen(array, ends);
    }

    fn add_floats(&mut self, array: &ArrayRef, cells: impl Iterator<Item = (usize, f64)>) {
        let (mut total, mut lost) = match self.sum {
            Sum::Float(total, lost) => (total, lost),
            _ => (0.0, 0.0),
        };
        let mut ends = RowEnds::default();
        for (row, value) in cells {
            let next = total + value;
            lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
            total = next;
            // What is not a number has no place between the smallest and the largest.
            if !value.is_nan() {
                ends.see(row, Key::Float(value));
            }
        }
        self.sum = Sum::Float(total, lost);
        self.widen(array, ends);
    }

    fn add_texts(&mut self, array: &ArrayRef, rows: impl Iterator<Item = usize>) {
        self.is_text = true;
        let reader = CellReader::new(array.as_ref());
        for row in rows {
            if self.has_many {
                return;
            }
            if let Some(text) = reader.get(row)
                && !self.distinct.contains(&text)
            {
                self.distinct.insert(text);
                self.has_many = self.distinct.len() > MAX_DISTINCT;
            }
        }
    }

    /// Dates, times and moments: the ends only.
    fn add_moments(&mut self, array: &ArrayRef, rows: impl Iterator<Item = usize>) {
        let Ok(counts) = arrow::compute::cast(array, &DataType::Int64) else { return };
        let Some(cells) = counts.as_primitive_opt::<Int64Type>() else { return };
        let mut ends = RowEnds::default();
        for row in rows {
            if let Some(value) = cells.values().get(row) {
                ends.see(row, Key::Whole(i128::from(*value)));
            }
        }
        self.widen(array, ends);
    }

    fn widen(&mut self, array: &ArrayRef, found: RowEnds) {
        let (Some(low), Some(high)) = (found.low, found.high) else { return };
        let reader = CellReader::new(array.as_ref());
        let end = |(row, key): (usize, Key)| End { key, text: reader.get(row).unwrap_or_default() };
        let (low, high) = (end(low), end(high));
        self.ends = Some(match self.ends.take() {
            None => (low, high),
            Some((lowest, highest)) => (
                if low.key.cmp(lowest.key).is_lt() { low } else { lowest },
                if high.key.cmp(highest.key).is_gt() { high } else { highest },
            ),
        });
    }

    fn finish(self) -> CellSummary {
        let n = self.n;
        let has_values = n > 0;
        let mean_of = |total: f64| (n > 0).then(|| total / n as f64);
        let (sum, mean) = match self.sum {
            Sum::Nothing | Sum::TooLarge => (None, None),
            Sum::Whole(total) => (Some(total.to_string()), mean_of(total as f64)),
            Sum::Decimal(total, scale) => {
                (Some(decimal_text(total, scale)), mean_of(total as f64 / 10_f64.powi(i32::from(scale))))
            }
            Sum::Duration(total) => (Some(duration_text(total)), mean_of(total as f64)),
            Sum::Float(total, lost) => {
                // Infinite cells leave no sensible remainder.
                let total = if total.is_finite() { total + lost } else { total };
                (Some(total.to_string()), mean_of(total))
            }
        };
        let (min, max) = self.ends.map_or((None, None), |(low, high)| (Some(low.text), Some(high.text)));
        CellSummary {
            n,
            n_missing: self.n_missing,
            sum: sum.filter(|_| has_values),
            mean,
            min,
            max,
            n_distinct: (self.is_text && !self.has_many).then_some(self.distinct.len() as u64),
        }
    }
}

/// The rows with the smallest and the largest value of one array.
#[derive(Default)]
struct RowEnds {
    low: Option<(usize, Key)>,
    high: Option<(usize, Key)>,
}

impl RowEnds {
    fn see(&mut self, row: usize, key: Key) {
        if self.low.is_none_or(|(_, low)| key.cmp(low).is_lt()) {
            self.low = Some((row, key));
        }
        if self.high.is_none_or(|(_, high)| key.cmp(high).is_gt()) {
            self.high = Some((row, key));
        }
    }
}

/// `12345` with two digits after the point: `123.45`.
fn decimal_text(value: i128, scale: i8) -> String {
    let Ok(scale) = usize::try_from(scale) else { return value.to_string() };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{whole}{point}{fraction}", if value < 0 { "-" } else { "" })
}

/// Microseconds as cells have them: `PT5400S`.
fn duration_text(micros: i128) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    format!("{sign}PT{}S", decimal_text(micros.unsigned_abs() as i128, 6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::table::ColumnInfo;
    use arrow::array::{Date32Array, Decimal128Array, DurationMicrosecondArray, Float64Array, Int64Array, StringArray};
    use arrow::compute::concat_batches;
    use std::sync::Arc;

    fn table(column_type: ColumnType, parts: Vec<ArrayRef>) -> Table {
        let one = |array: ArrayRef| Table::from_columns(vec![(ColumnInfo::new("x", column_type), array)]).unwrap();
        let tables: Vec<Table> = parts.into_iter().map(one).collect();
        let batches = tables.iter().flat_map(|t| t.batches().to_vec()).collect();
        Table::try_new(tables[0].schema().clone(), batches, tables[0].columns().to_vec()).unwrap()
    }

    #[test]
    fn whole_numbers_are_added_exactly_across_batches() {
        let large = 9_007_199_254_740_993_i64;
        let first: ArrayRef = Arc::new(Int64Array::from(vec![Some(large), None, Some(-5)]));
        let second: ArrayRef = Arc::new(Int64Array::from(vec![Some(i64::MAX), Some(1)]));
        let t = table(ColumnType::Integer, vec![first, second]);
        let all = summarise(&t, 0, 0..u64::MAX);
        assert_eq!((all.n, all.n_missing), (4, 1));
        assert_eq!(all.sum, Some((i128::from(large) - 5 + i128::from(i64::MAX) + 1).to_string()));
        assert_eq!((all.min.as_deref(), all.max.as_deref()), (Some("-5"), Some("9223372036854775807")));
        let some = summarise(&t, 0, 1..4);
        assert_eq!((some.n, some.n_missing, some.min.as_deref()), (2, 1, Some("-5")));
        let last = summarise(&t, 0, 4..9);
        assert_eq!((last.sum.as_deref(), last.mean), (Some("1"), Some(1.0)));
        assert_eq!(summarise(&t, 0, 7..9), CellSummary::default());
        // As one batch it comes to the same.
        let whole = concat_batches(t.schema(), t.batches()).unwrap();
        let whole = Table::try_new(t.schema().clone(), vec![whole], t.columns().to_vec()).unwrap();
        assert_eq!(summarise(&whole, 0, 1..5), summarise(&t, 0, 1..5));
    }

    #[test]
    fn floats_lose_nothing_to_rounding() {
        let cells: ArrayRef = Arc::new(Float64Array::from(vec![1e16, 1.0, -1e16, 1.0, 0.5]));
        let all = summarise(&table(ColumnType::Number, vec![cells]), 0, 0..5);
        assert_eq!((all.sum.as_deref(), all.mean), (Some("2.5"), Some(0.5)));
        let odd: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, 2.0, f64::INFINITY]));
        let odd = summarise(&table(ColumnType::Number, vec![odd]), 0, 0..3);
        assert_eq!((odd.min.as_deref(), odd.max.as_deref()), (Some("2.0"), Some("inf")));
    }

    #[test]
    fn each_type_has_what_makes_sense_for_it() {
        let prices = Decimal128Array::from(vec![Some(1_250_000_000), Some(-250_000_000), None]);
        let prices: ArrayRef = Arc::new(prices.with_precision_and_scale(38, 9).unwrap());
        let sum = summarise(&table(ColumnType::Decimal, vec![prices]), 0, 0..3);
        assert_eq!((sum.sum.as_deref(), sum.mean), (Some("1"), Some(0.5)));
        let took: ArrayRef = Arc::new(DurationMicrosecondArray::from(vec![90_000_000, 1_500_000]));
        let took = summarise(&table(ColumnType::Duration, vec![took]), 0, 0..2);
        assert_eq!((took.sum.as_deref(), took.max.as_deref()), (Some("PT91.5S"), Some("PT90S")));
        let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(3), Some(1), None]));
        let days = summarise(&table(ColumnType::Date, vec![days]), 0, 0..3);
        assert_eq!((days.n, days.sum, days.min.as_deref()), (2, None, Some("1970-01-02")));
        let words: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("b"), Some("a"), None]));
        let words = summarise(&table(ColumnType::Text, vec![words]), 0, 0..4);
        assert_eq!((words.n, words.n_distinct, words.min), (3, Some(2), None));
        assert_eq!(decimal_text(-1_500, 3), "-1.5");
        assert_eq!(decimal_text(5, 3), "0.005");
    }
}
