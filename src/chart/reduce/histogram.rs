//! Histograms: how often values fall into bins with round edges.

use super::aggregate::quantile;
use super::calendar::{DAY_MICROS, Unit};
use super::columns::{axis_of, find, numbers};
use super::{MAX_BINS, Reduced, nothing_to_show};
use crate::base::{ColumnType, Problem};
use crate::chart::ticks::round_step_up;
use crate::chart::{AxisInfo, ChartSpec, Marks};
use crate::recipe::Aggregate;
use crate::table::Table;

pub(super) fn reduce_histogram(table: &Table, spec: &ChartSpec, range: Option<(f64, f64)>) -> Result<Reduced, Problem> {
    let (_, info) = find(table, &spec.x)?;
    let axis = axis_of(info);
    let mut values = numbers(table, &spec.x)?;
    let n_all = values.len() as u64;
    values.retain(|v| !v.is_nan());
    if values.is_empty() {
        return Err(nothing_to_show(spec));
    }
    let n_missing = n_all - values.len() as u64;
    values.sort_unstable_by(f64::total_cmp);
    let edges = match range {
        None => edges_of(&values, axis.column_type),
        Some((low, high)) => {
            let start = values.partition_point(|v| *v < low);
            let end = values.partition_point(|v| *v <= high);
            let seen = values.get(start..end).filter(|seen| !seen.is_empty()).ok_or_else(|| nothing_to_show(spec))?;
            let edges = edges_of(seen, axis.column_type);
            // Bins that are seen in part are counted whole.
            let (first, last) = edges.first().copied().zip(edges.last().copied()).unwrap_or((low, high));
            values.retain(|v| (first..=last).contains(v));
            edges
        }
    };
    let mut counts = vec![0u64; edges.len().saturating_sub(1)];
    let mut bin = 0usize;
    for value in &values {
        // The last bin holds its upper edge.
        while bin + 1 < counts.len() && edges.get(bin + 1).is_some_and(|edge| value >= edge) {
            bin += 1;
        }
        if let Some(count) = counts.get_mut(bin) {
            *count += 1;
        }
    }
    Ok(Reduced {
        marks: Marks::Histogram { edges, counts },
        x: axis,
        y: AxisInfo { label: Aggregate::Count.word().to_owned(), unit: None, column_type: ColumnType::Integer },
        n_rows: values.len() as u64,
        n_missing,
        n_more: 0,
        mark: spec.mark.clone(),
        aggregate: None,
        per: None,
    })
}

/// Bin edges for sorted values: Freedman and Diaconis' width (1981), widened to a round one.
fn edges_of(sorted: &[f64], column_type: ColumnType) -> Vec<f64> {
    let (Some(low), Some(high)) = (sorted.first().copied(), sorted.last().copied()) else { return vec![0.0, 1.0] };
    if column_type.is_temporal()
        && let Some(edges) = calendar_edges(low, high, sorted.len(), column_type)
    {
        return edges;
    }
    let span = (high - low).min(f64::MAX / 4.0);
    let is_whole = column_type == ColumnType::Integer;
    // A few whole numbers: one bin each, centred on it.
    if is_whole && span <= 30.0 {
        return (0..=span as usize + 1).map(|i| low - 0.5 + i as f64).collect();
    }
    if span <= 0.0 {
        let room = (low.abs() * 0.05).max(0.5);
        return vec![low - room, low + room];
    }
    let n = sorted.len() as f64;
    let iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    let wanted = if iqr > 0.0 { 2.0 * iqr / n.cbrt() } else { span / (n.log2() + 1.0).max(1.0) };
    // At least five bins where there are enough values, and never more than fit.
    let widest = if n >= 30.0 { span / 5.0 } else { span };
    let mut width = round_step_up(wanted.min(widest).max(span / (MAX_BINS as f64 - 2.0)));
    if is_whole {
        width = width.max(1.0).ceil();
    }
    let start = (low / width).floor();
    let n_bins = ((high / width).floor() - start + 1.0).clamp(1.0, MAX_BINS as f64) as usize;
    // On a whole edge the last bin would hold a single value: the one before takes it in.
    let ends_on_edge = n_bins > 1 && !is_whole && (start + (n_bins - 1) as f64) * width >= high;
    let n_bins = n_bins - usize::from(ends_on_edge);
    (0..=n_bins).map(|i| (start + i as f64) * width).collect()
}

fn calendar_edges(low: f64, high: f64, n: usize, column_type: ColumnType) -> Option<Vec<f64>> {
    let scale = if column_type == ColumnType::Date { DAY_MICROS } else { 1.0 };
    let n_bins = (n as f64).sqrt().ceil().clamp(8.0, MAX_BINS as f64) as usize;
    let unit = Unit::for_span((high - low) * scale, n_bins, column_type == ColumnType::Date);
    let mut edges = unit.starts(low * scale, high * scale, MAX_BINS);
    edges.push(unit.next(*edges.last()?)?);
    Some(edges.into_iter().map(|e| e / scale).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_round_and_few() {
        let values: Vec<f64> = (0..1_000).map(|i| 0.3 + f64::from(i) * 0.0173).collect();
        let edges = edges_of(&values, ColumnType::Number);
        assert!(edges.len() <= MAX_BINS + 1 && edges.len() > 5);
        assert_eq!(edges.first(), Some(&0.0));
        assert!(edges.last().is_some_and(|e| *e >= 17.5));
    }

    #[test]
    fn few_whole_numbers_have_a_bin_each() {
        assert_eq!(edges_of(&[1.0, 2.0, 4.0], ColumnType::Integer), [0.5, 1.5, 2.5, 3.5, 4.5]);
    }

    #[test]
    fn one_far_value_and_huge_values_stay_bounded() {
        let mut values: Vec<f64> = (0..100).map(f64::from).collect();
        values.push(1e12);
        assert!(edges_of(&values, ColumnType::Number).len() <= MAX_BINS + 1);
        assert!(edges_of(&[-1e308, 1e308], ColumnType::Number).len() <= MAX_BINS + 1);
        assert_eq!(edges_of(&[5.0, 5.0], ColumnType::Number), [4.5, 5.5]);
    }

    #[test]
    fn dates_are_counted_by_calendar() {
        let edges = edges_of(&[0.0, 364.0], ColumnType::Date);
        assert_eq!(edges.get(..2), Some(&[0.0, 90.0][..]));
    }
}
