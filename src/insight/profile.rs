//! Profiles: every column at a glance.

use super::search::{Facts, roles_of};
use super::stats::Moments;
use super::typed::{Cells, Distinct, Identity, raw_text};
use crate::base::ColumnType;
use crate::table::{CellReader, ColumnInfo, ColumnProfile, Histogram, Table, TableProfile};
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, Decimal128Array, PrimitiveArray};
use hashbrown::HashMap;

/// Bars of a histogram, unless there are fewer whole numbers to count.
const BINS: usize = 24;
/// Values listed with their counts.
const TOP: usize = 10;

/// Counts, range and shape of every column. Reads each column a few times; memory is bounded by one
/// column of numbers and 100,000 different values.
pub fn profile(table: &Table) -> TableProfile {
    let columns = table.columns().iter().enumerate().map(|(idx, info)| column_profile(table, idx, info)).collect();
    TableProfile { n_rows: table.n_rows(), columns }
}

fn column_profile(table: &Table, idx: usize, info: &ColumnInfo) -> ColumnProfile {
    let n_missing = table.chunks(idx).map(|c| c.logical_null_count() as u64).sum();
    let mut out = ColumnProfile {
        name: info.name.clone(),
        column_type: info.column_type,
        unit: info.unit.clone(),
        n_rows: table.n_rows(),
        n_missing,
        n_distinct: 0,
        distinct_is_exact: true,
        min: None,
        max: None,
        mean: None,
        sd: None,
        median: None,
        histogram: None,
        top: Vec::new(),
        is_id: false,
    };
    let chunks: Vec<Cells> = table.chunks(idx).map(Cells::of).collect();
    if chunks.iter().any(|c| matches!(c, Cells::Whole(_) | Cells::Real(_))) {
        numbers_into(&mut out, table, idx, &chunks);
    } else {
        values_into(&mut out, table, idx, &chunks);
    }
    out.is_id = is_id(&out, info, &chunks);
    out
}

/// Whether the values, or a merge by the column, show that it tells rows or things apart.
fn is_id(column: &ColumnProfile, info: &ColumnInfo, chunks: &[Cells]) -> bool {
    let numbers = || chunks.iter().flat_map(|c| (0..c.len()).map(|row| c.number(row))).filter(|v| !v.is_nan());
    let range = numbers().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let facts = Facts {
        name: &column.name,
        column_type: column.column_type,
        n_valid: column.n_rows.saturating_sub(column.n_missing),
        n_distinct: column.n_distinct,
        range: (range.0 <= range.1).then_some(range),
        is_whole: column.column_type == ColumnType::Integer || numbers().all(|v| v.fract() == 0.0),
        is_key: info.merged.is_key,
    };
    let roles = roles_of(&facts);
    (roles.is_id || facts.is_key) && !roles.is_measure && !column.column_type.is_temporal()
}

fn numbers_into(out: &mut ColumnProfile, table: &Table, idx: usize, chunks: &[Cells]) {
    let mut distinct = Distinct::default();
    for chunk in chunks {
        chunk.for_each_hash(|_, hash| {
            if let Some(h) = hash {
                distinct.add(h);
            }
        });
    }
    out.n_distinct = distinct.count();
    out.distinct_is_exact = distinct.is_exact();
    if let Some((low, high)) = extremes(table, idx, chunks) {
        out.min = raw_text(table, idx, low);
        out.max = raw_text(table, idx, high);
    }
    let mut values: Vec<f64> = Vec::with_capacity(table.n_rows() as usize);
    for chunk in chunks {
        values.extend((0..chunk.len()).map(|i| chunk.number(i)).filter(|v| v.is_finite()));
    }
    let is_whole = chunks.iter().all(|c| matches!(c, Cells::Whole(_)));
    if out.column_type.is_numeric() && !values.is_empty() {
        let moments = Moments::of(values.iter().copied());
        out.mean = Some(moments.mean);
        out.sd = (moments.n > 1).then(|| moments.sd());
    }
    out.histogram = histogram(&values, is_whole);
    if out.column_type.is_numeric() {
        out.median = median_of(&mut values);
    }
}

/// Middle value, or the mean of the two middle ones; reorders the values.
pub(super) fn median_of(values: &mut [f64]) -> Option<f64> {
    let half = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    if values.is_empty() {
        return None;
    }
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let middle = *middle;
    if !is_even {
        return Some(middle);
    }
    below.iter().copied().max_by(f64::total_cmp).map(|low| low + (middle - low) / 2.0)
}

fn histogram(values: &[f64], is_whole: bool) -> Option<Histogram> {
    let (min, max) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
    if !min.is_finite() || !max.is_finite() {
        return None;
    }
    let range = max - min;
    let n_bins = match range {
        r if r <= 0.0 => 1,
        r if is_whole && r < BINS as f64 => r as usize + 1,
        _ => BINS,
    };
    let mut counts = vec![0u64; n_bins];
    // Halved on both sides, so that a range beyond the largest float stays finite.
    let scale = if range > 0.0 { n_bins as f64 / (max / 2.0 - min / 2.0) } else { 0.0 };
    for v in values {
        let bin = (((v / 2.0 - min / 2.0) * scale) as usize).min(n_bins - 1);
        if let Some(n) = counts.get_mut(bin) {
            *n += 1;
        }
    }
    Some(Histogram { min, max, counts })
}

/// Rows of the smallest and largest value, the first of equals.
fn extremes(table: &Table, idx: usize, chunks: &[Cells]) -> Option<(u64, u64)> {
    let decimals: Option<Vec<Decimal128Array>> =
        table.chunks(idx).map(|c: &ArrayRef| c.as_any().downcast_ref::<Decimal128Array>().cloned()).collect();
    match decimals {
        Some(d) if !d.is_empty() => extreme_rows(d.iter()),
        _ => {
            let whole: Option<Vec<_>> =
                chunks.iter().map(|c| if let Cells::Whole(a) = c { Some(a) } else { None }).collect();
            let real: Option<Vec<_>> =
                chunks.iter().map(|c| if let Cells::Real(a) = c { Some(a) } else { None }).collect();
            match (whole, real) {
                (Some(w), _) => extreme_rows(w.into_iter()),
                (_, Some(r)) => extreme_rows(r.into_iter()),
                _ => None,
            }
        }
    }
}

fn extreme_rows<'a, T: ArrowPrimitiveType>(chunks: impl Iterator<Item = &'a PrimitiveArray<T>>) -> Option<(u64, u64)>
where
    T::Native: PartialOrd,
{
    let mut best: Option<[(T::Native, u64); 2]> = None;
    let mut row = 0u64;
    for chunk in chunks {
        for cell in chunk.iter() {
            // Only a value that is not a number differs from itself.
            if let Some(v) = cell.filter(|v| v.partial_cmp(v).is_some()) {
                best = Some(match best {
                    None => [(v, row); 2],
                    Some([low, high]) => {
                        [if v < low.0 { (v, row) } else { low }, if v > high.0 { (v, row) } else { high }]
                    }
                });
            }
            row += 1;
        }
    }
    best.map(|[(_, low), (_, high)]| (low, high))
}

/// Text and booleans: every different value is looked at once.
fn values_into(out: &mut ColumnProfile, table: &Table, idx: usize, chunks: &[Cells]) {
    struct Seen {
        count: u64,
        chunk: usize,
        row: usize,
    }
    let mut distinct = Distinct::default();
    let mut seen: HashMap<u64, Seen, Identity> = HashMap::default();
    for (chunk_idx, chunk) in chunks.iter().enumerate() {
        chunk.for_each_hash(|row, hash| {
            let Some(h) = hash else { return };
            match seen.get_mut(&h) {
                Some(known) => known.count += 1,
                None => {
                    distinct.add(h);
                    // Beyond this, a value that comes up for the first time is hardly among the top ten.
                    if seen.len() < Distinct::EXACT {
                        seen.insert(h, Seen { count: 1, chunk: chunk_idx, row });
                    }
                }
            }
        });
    }
    out.n_distinct = distinct.count();
    out.distinct_is_exact = distinct.is_exact();
    let arrays: Vec<&ArrayRef> = table.chunks(idx).collect();
    let text_of =
        |s: &Seen| arrays.get(s.chunk).and_then(|a| CellReader::new(a.as_ref()).get(s.row)).unwrap_or_default();
    let mut counts: Vec<u64> = seen.values().map(|s| s.count).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let least = counts.get(TOP - 1).copied().unwrap_or(0);
    // Ties at the last place are settled by the text; a column of unique values has nothing but ties.
    let ties = if least == 1 && counts.len() > 10_000 { 1 } else { 0 };
    let mut top: Vec<(String, u64)> =
        seen.values().filter(|s| s.count >= least + ties).map(|s| (text_of(s), s.count)).collect();
    if ties == 1 && top.len() < TOP {
        let mut once: Vec<&Seen> = seen.values().filter(|s| s.count == 1).collect();
        once.sort_unstable_by_key(|s| (s.chunk, s.row));
        top.extend(once.into_iter().take(TOP).map(|s| (text_of(s), 1)));
    }
    top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    top.truncate(TOP);
    out.top = top;
    (out.min, out.max) = text_range(chunks);
}

/// First and last in the order of the alphabet.
fn text_range(chunks: &[Cells]) -> (Option<String>, Option<String>) {
    let (mut low, mut high): (Option<&str>, Option<&str>) = (None, None);
    for chunk in chunks {
        let mut see = |v| {
            low = Some(low.map_or(v, |a| std::cmp::min(a, v)));
            high = Some(high.map_or(v, |b| std::cmp::max(b, v)));
        };
        match chunk {
            Cells::Text(a) => a.iter().flatten().for_each(&mut see),
            Cells::Coded(coded, values) => {
                let mut used = vec![false; values.len()];
                for key in coded.keys().iter().flatten() {
                    if let Some(slot) = used.get_mut(key as usize) {
                        *slot = true;
                    }
                }
                values.iter().zip(used).filter(|(_, used)| *used).filter_map(|(v, _)| v).for_each(&mut see);
            }
            Cells::Truth(a) => {
                (a.false_count() > 0).then(|| see("false"));
                (a.true_count() > 0).then(|| see("true"));
            }
            _ => {}
        }
    }
    (low.map(str::to_owned), high.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use arrow::array::*;
    use arrow::datatypes::Int32Type;
    use std::sync::Arc;

    fn one(column_type: ColumnType, array: ArrayRef) -> ColumnProfile {
        let table = Table::from_columns(vec![(ColumnInfo::new("x", column_type), array)]).unwrap();
        profile(&table).columns.remove(0)
    }

    #[test]
    fn numbers() {
        let p = one(ColumnType::Number, Arc::new(Float64Array::from(vec![Some(1.0), None, Some(4.0), Some(2.5)])));
        assert_eq!((p.n_rows, p.n_missing, p.n_distinct), (4, 1, 3));
        assert_eq!((p.mean, p.median), (Some(2.5), Some(2.5)));
        assert!((p.sd.unwrap() - 1.5).abs() < 1e-12);
        assert_eq!((p.min.as_deref(), p.max.as_deref()), (Some("1.0"), Some("4.0")));
        let h = p.histogram.unwrap();
        assert_eq!((h.min, h.max, h.counts.len(), h.counts.iter().sum::<u64>()), (1.0, 4.0, 24, 3));
        assert!(p.top.is_empty());
    }

    #[test]
    fn whole_numbers_get_a_bar_each_and_keep_their_digits() {
        let big = 9_007_199_254_740_993; // 2^53 + 1, which no float holds
        let p = one(ColumnType::Integer, Arc::new(Int64Array::from(vec![big - 1, big])));
        assert_eq!(p.max.as_deref(), Some("9007199254740993"));
        let p = one(ColumnType::Integer, Arc::new(Int64Array::from(vec![3, 5, 3])));
        assert_eq!(p.histogram.unwrap().counts, [2, 0, 1]);
        assert_eq!(p.median, Some(3.0));
    }

    #[test]
    fn dates_and_decimals() {
        let p = one(ColumnType::Date, Arc::new(Date32Array::from(vec![0, 19_000, 1])));
        assert_eq!((p.min.as_deref(), p.max.as_deref(), p.mean), (Some("1970-01-01"), Some("2022-01-08"), None));
        assert_eq!(p.histogram.unwrap().counts.iter().sum::<u64>(), 3);
        let cells = Decimal128Array::from(vec![1_250_000_000, -500_000_000]).with_precision_and_scale(38, 9).unwrap();
        let p = one(ColumnType::Decimal, Arc::new(cells));
        assert_eq!((p.mean, p.max.as_deref()), (Some(0.375), Some("1.250000000")));
        let p = one(ColumnType::DateTime, Arc::new(TimestampMicrosecondArray::from(vec![0, 60_000_000])));
        assert_eq!(p.max.as_deref(), Some("1970-01-01T00:01:00"));
    }

    #[test]
    fn text_plain_and_coded_agree() {
        let cells = [Some("b"), Some("a"), None, Some("b")];
        let plain = one(ColumnType::Text, Arc::new(StringArray::from(cells.to_vec())));
        let coded = one(ColumnType::Text, Arc::new(cells.into_iter().collect::<DictionaryArray<Int32Type>>()));
        assert_eq!(plain, coded);
        assert_eq!(plain.top, [("b".to_owned(), 2), ("a".to_owned(), 1)]);
        assert_eq!((plain.n_missing, plain.min.as_deref(), plain.max.as_deref()), (1, Some("a"), Some("b")));
        let p = one(ColumnType::Boolean, Arc::new(BooleanArray::from(vec![Some(true), None, Some(true)])));
        assert_eq!((p.n_distinct, p.top), (1, vec![("true".to_owned(), 2)]));
        assert_eq!((p.min.as_deref(), p.max.as_deref()), (Some("true"), Some("true")));
    }

    #[test]
    fn empty_and_odd_columns_do_not_trip() {
        let p = one(ColumnType::Number, Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY])));
        assert_eq!((p.mean, p.median, p.max.as_deref()), (None, None, Some("inf")));
        let p = one(ColumnType::Number, Arc::new(Float64Array::from(vec![f64::MAX, f64::MIN])));
        assert_eq!(p.histogram.unwrap().counts.iter().sum::<u64>(), 2);
        let p = one(ColumnType::Text, Arc::new(StringArray::new_null(3)));
        assert_eq!((p.n_missing, p.n_distinct, p.top.len()), (3, 0, 0));
        let nothing = Table::from_batches(Arc::new(arrow::datatypes::Schema::empty()), vec![]).unwrap();
        assert_eq!(profile(&nothing), TableProfile::default());
    }

    #[test]
    fn a_long_unique_column_is_bounded() {
        let cells: StringArray = (0..120_000).map(|i| Some(format!("id{i}"))).collect();
        let p = one(ColumnType::Text, Arc::new(cells));
        assert!(!p.distinct_is_exact);
        assert!((p.n_distinct as f64 / 120_000.0 - 1.0).abs() < 0.02);
        assert_eq!(p.top.len(), 10);
    }
}
