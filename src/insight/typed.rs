//! Columns as what the statistics work on: numbers, or codes of levels. Never a string per cell.

use crate::base::ColumnType;
use crate::table::{CellReader, Table, column_type_of};
use arrow::array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use hashbrown::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The cells of one batch, in one of five forms.
pub(super) enum Cells {
    /// Whole numbers, days, microseconds.
    Whole(Int64Array),
    Real(Float64Array),
    Truth(BooleanArray),
    Text(StringArray),
    /// Text by number: the key into the values.
    Coded(DictionaryArray<Int32Type>, StringArray),
}

impl Cells {
    pub(super) fn of(array: &ArrayRef) -> Cells {
        let as_type = |t: &DataType| cast(array, t).ok();
        let found = match array.data_type() {
            DataType::Dictionary(_, value) if column_type_of(value) == ColumnType::Text => {
                let wanted = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                as_type(&wanted).and_then(|a| {
                    let coded = a.as_any().downcast_ref::<DictionaryArray<Int32Type>>()?.clone();
                    let values = coded.values().as_any().downcast_ref::<StringArray>()?.clone();
                    Some(Cells::Coded(coded, values))
                })
            }
            other => match column_type_of(other) {
                ColumnType::Boolean => as_type(&DataType::Boolean)
                    .and_then(|a| a.as_any().downcast_ref::<BooleanArray>().cloned())
                    .map(Cells::Truth),
                ColumnType::Number | ColumnType::Decimal => as_type(&DataType::Float64)
                    .and_then(|a| a.as_any().downcast_ref::<Float64Array>().cloned())
                    .map(Cells::Real),
                ColumnType::Text => None,
                _ => whole(array).map(Cells::Whole),
            },
        };
        found.unwrap_or_else(|| Cells::Text(texts(array)))
    }

    /// The cell as a number; NaN where it is missing or text.
    pub(super) fn number(&self, row_idx: usize) -> f64 {
        match self {
            Cells::Whole(a) if a.is_valid(row_idx) => a.value(row_idx) as f64,
            Cells::Real(a) if a.is_valid(row_idx) => a.value(row_idx),
            Cells::Truth(a) if a.is_valid(row_idx) => f64::from(u8::from(a.value(row_idx))),
            _ => f64::NAN,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Cells::Whole(a) => a.len(),
            Cells::Real(a) => a.len(),
            Cells::Truth(a) => a.len(),
            Cells::Text(a) => a.len(),
            Cells::Coded(a, _) => a.len(),
        }
    }

    /// A hash of each cell in turn, `None` where it is missing. Equal cells of a column have equal
    /// hashes, in every batch.
    pub(super) fn for_each_hash(&self, mut see: impl FnMut(usize, Option<u64>)) {
        match self {
            Cells::Whole(a) => (0..a.len()).for_each(|i| see(i, a.is_valid(i).then(|| mix(a.value(i) as u64)))),
            // Adding zero makes −0 and 0 one value.
            Cells::Real(a) => {
                (0..a.len()).for_each(|i| see(i, a.is_valid(i).then(|| mix((a.value(i) + 0.0).to_bits()))));
            }
            Cells::Truth(a) => (0..a.len()).for_each(|i| see(i, a.is_valid(i).then(|| mix(u64::from(a.value(i)) + 1)))),
            Cells::Text(a) => (0..a.len()).for_each(|i| see(i, a.is_valid(i).then(|| hash_text(a.value(i))))),
            Cells::Coded(a, values) => {
                let hashes: Vec<Option<u64>> =
                    (0..values.len()).map(|i| values.is_valid(i).then(|| hash_text(values.value(i)))).collect();
                for (i, key) in a.keys().iter().enumerate() {
                    see(i, key.and_then(|k| hashes.get(k as usize).copied().flatten()));
                }
            }
        }
    }
}

/// Anything counted in whole units as 64-bit numbers: days for dates, microseconds for times.
fn whole(array: &ArrayRef) -> Option<Int64Array> {
    use arrow::datatypes::TimeUnit::Microsecond;
    let step = match array.data_type() {
        DataType::Date64 => cast(array, &DataType::Date32).ok()?,
        DataType::Timestamp(_, zone) => cast(array, &DataType::Timestamp(Microsecond, zone.clone())).ok()?,
        DataType::Time32(_) | DataType::Time64(_) => cast(array, &DataType::Time64(Microsecond)).ok()?,
        DataType::Duration(_) => cast(array, &DataType::Duration(Microsecond)).ok()?,
        _ => array.clone(),
    };
    let step = match step.data_type() {
        DataType::Date32 => cast(&step, &DataType::Int32).ok()?,
        _ => step,
    };
    cast(&step, &DataType::Int64).ok()?.as_any().downcast_ref::<Int64Array>().cloned()
}

fn texts(array: &ArrayRef) -> StringArray {
    if let Some(text) = array.as_any().downcast_ref::<StringArray>() {
        return text.clone();
    }
    if let Some(text) = cast(array, &DataType::Utf8).ok().and_then(|a| a.as_any().downcast_ref().cloned()) {
        return text;
    }
    let reader = CellReader::new(array.as_ref());
    (0..array.len()).map(|i| reader.get(i)).collect()
}

/// Every `stride`-th cell of a column as a number, NaN where it is missing.
pub(super) fn numbers(table: &Table, column_idx: usize, stride: usize) -> Vec<f64> {
    let stride = stride.max(1);
    let mut out = Vec::with_capacity((table.n_rows() as usize).div_ceil(stride));
    let mut skip = 0usize;
    for chunk in table.chunks(column_idx) {
        let cells = Cells::of(chunk);
        let mut row = skip;
        while row < cells.len() {
            out.push(cells.number(row));
            row += stride;
        }
        skip = row - cells.len();
    }
    out
}

/// The cell of a table's row as raw text.
pub(super) fn raw_text(table: &Table, column_idx: usize, row: u64) -> Option<String> {
    let mut left = row;
    for chunk in table.chunks(column_idx) {
        if left < chunk.len() as u64 {
            return CellReader::new(chunk.as_ref()).get(left as usize);
        }
        left -= chunk.len() as u64;
    }
    None
}

/// A column as levels: each row has the code of its level.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    /// Raw text of each level, in order.
    pub labels: Vec<String>,
    /// One a row; [`Levels::MISSING`] where there is no value.
    pub codes: Vec<u16>,
    pub counts: Vec<u64>,
}

impl Levels {
    pub(super) const MISSING: u16 = u16::MAX;
    /// More levels are never looked at one by one.
    pub(super) const MAX: usize = 2_000;

    /// `None` when there are more than `max` different values.
    pub(super) fn of(table: &Table, column_idx: usize, max: usize) -> Option<Levels> {
        let max = max.min(Levels::MAX);
        let mut found: HashMap<u64, u16, Identity> = HashMap::default();
        let mut firsts: Vec<(usize, usize)> = Vec::new();
        let mut codes = Vec::with_capacity(table.n_rows() as usize);
        let mut overflow = false;
        for (chunk_idx, chunk) in table.chunks(column_idx).enumerate() {
            Cells::of(chunk).for_each_hash(|row, hash| {
                if overflow {
                    return;
                }
                let code = match hash {
                    None => Levels::MISSING,
                    Some(h) => match found.get(&h) {
                        Some(code) => *code,
                        None if firsts.len() >= max => {
                            overflow = true;
                            return;
                        }
                        None => {
                            let code = firsts.len() as u16;
                            firsts.push((chunk_idx, row));
                            found.insert(h, code);
                            code
                        }
                    },
                };
                codes.push(code);
            });
            if overflow {
                return None;
            }
        }
        let chunks: Vec<&ArrayRef> = table.chunks(column_idx).collect();
        let mut named: Vec<(String, u16)> = firsts
            .iter()
            .zip(0u16..)
            .map(|((chunk, row), code)| {
                let label = chunks.get(*chunk).and_then(|c| CellReader::new(c.as_ref()).get(*row));
                (label.unwrap_or_default(), code)
            })
            .collect();
        named.sort_by(|a, b| in_order(&a.0, &b.0));
        let mut new_code = vec![Levels::MISSING; named.len()];
        for (rank, (_, old)) in (0u16..).zip(&named) {
            if let Some(slot) = new_code.get_mut(usize::from(*old)) {
                *slot = rank;
            }
        }
        let mut counts = vec![0u64; named.len()];
        for code in &mut codes {
            *code = new_code.get(usize::from(*code)).copied().unwrap_or(Levels::MISSING);
            if let Some(n) = counts.get_mut(usize::from(*code)) {
                *n += 1;
            }
        }
        Some(Levels { labels: named.into_iter().map(|(label, _)| label).collect(), codes, counts })
    }

    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    pub(super) fn label(&self, code: u16) -> &str {
        self.labels.get(usize::from(code)).map_or("", String::as_str)
    }
}

/// Numbers by size, else as text.
fn in_order(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        _ => a.cmp(b),
    }
}

/// Spreads the bits (the finaliser of SplitMix64, Steele et al. 2014).
pub(super) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

pub(super) fn hash_text(text: &str) -> u64 {
    let mut hash = mix(text.len() as u64);
    for chunk in text.as_bytes().chunks(8) {
        let word = chunk.iter().fold(0u64, |w, b| (w << 8) | u64::from(*b));
        hash = mix(hash.rotate_left(23) ^ word);
    }
    hash
}

/// For keys that are hashes already; the same on every run.
#[derive(Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = mix(self.0 ^ u64::from(*b));
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

pub(super) type Identity = BuildHasherDefault<AsIs>;

/// Counts different values in bounded memory: exact up to [`Distinct::EXACT`], beyond that an
/// estimate good to about half a percent from the hashes that end in enough zeros (adaptive
/// sampling, Flajolet 1990).
#[derive(Default)]
pub(super) struct Distinct {
    kept: hashbrown::HashSet<u64, Identity>,
    halvings: u32,
}

impl Distinct {
    pub(super) const EXACT: usize = 100_000;

    pub(super) fn add(&mut self, hash: u64) {
        if hash.trailing_zeros() >= self.halvings {
            self.kept.insert(hash);
            while self.kept.len() > Distinct::EXACT {
                self.halvings += 1;
                let halvings = self.halvings;
                self.kept.retain(|h| h.trailing_zeros() >= halvings);
            }
        }
    }

    pub(super) fn count(&self) -> u64 {
        (self.kept.len() as u64) << self.halvings.min(40)
    }

    pub(super) fn is_exact(&self) -> bool {
        self.halvings == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::ColumnInfo;
    use std::sync::Arc;

    #[test]
    fn levels_are_in_order_and_the_same_for_both_kinds_of_text() {
        let plain: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), None, Some("a"), Some("b")]));
        let coded: ArrayRef =
            Arc::new([Some("b"), None, Some("a"), Some("b")].into_iter().collect::<DictionaryArray<Int32Type>>());
        for array in [plain, coded] {
            let table = Table::from_columns(vec![(ColumnInfo::new("x", ColumnType::Text), array)]).unwrap();
            let levels = Levels::of(&table, 0, 50).unwrap();
            assert_eq!(levels.labels, ["a", "b"]);
            assert_eq!(levels.codes, [1, Levels::MISSING, 0, 1]);
            assert_eq!(levels.counts, [1, 2]);
            assert!(Levels::of(&table, 0, 1).is_none());
        }
    }

    #[test]
    fn distinct_is_exact_then_close() {
        let mut few = Distinct::default();
        (0..100_000u64).for_each(|v| few.add(mix(v)));
        assert!(few.is_exact() && few.count() == 100_000);
        let mut many = Distinct::default();
        (0..700_000u64).for_each(|v| many.add(mix(v)));
        assert!(!many.is_exact());
        assert!((many.count() as f64 / 700_000.0 - 1.0).abs() < 0.03, "{}", many.count());
    }

    #[test]
    fn every_kth_runs_across_batches() {
        let schema =
            Arc::new(arrow::datatypes::Schema::new(vec![arrow::datatypes::Field::new("x", DataType::Int64, true)]));
        let batch = |from: i64, to: i64| {
            let column: ArrayRef = Arc::new(Int64Array::from_iter_values(from..to));
            arrow::array::RecordBatch::try_new(schema.clone(), vec![column]).unwrap()
        };
        let table = Table::from_batches(schema.clone(), vec![batch(0, 4), batch(4, 5), batch(5, 11)]).unwrap();
        assert_eq!(numbers(&table, 0, 3), [0.0, 3.0, 6.0, 9.0]);
        assert_eq!(raw_text(&table, 0, 7).as_deref(), Some("7"));
    }
}
