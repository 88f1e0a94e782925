//! Boxes: five numbers a category.

use super::aggregate::quantile;
use super::columns::{axis_of, find, numbers};
use super::groups::axis_by_count;
use super::{MAX_BARS, Reduced, measured, nothing_to_show};
use crate::base::{Floats, Problem};
use crate::chart::{BoxStats, ChartSpec, Marks};
use crate::table::Table;

/// Points outside the whiskers at most, half of them on each side.
const MAX_OUTLIERS: usize = 50;

pub(super) fn reduce_box(table: &Table, spec: &ChartSpec) -> Result<Reduced, Problem> {
    let measure = measured(spec)?;
    let (_, x_info) = find(table, &spec.x)?;
    let (_, y_info) = find(table, measure)?;
    let values = numbers(table, measure)?;
    let has_value = |row_idx: usize| values.get(row_idx).is_some_and(|v| !v.is_nan());
    let axis = axis_by_count(table, &spec.x, MAX_BARS, spec.mark.as_deref(), has_value)?;
    let mut runs: Vec<Vec<f64>> = vec![Vec::new(); axis.names.len()];
    for (code, value) in axis.codes.iter().zip(&values).filter(|(_, v)| !v.is_nan()) {
        if let Some(run) = runs.get_mut(*code as usize) {
            run.push(*value);
        }
    }
    let mut boxes: Vec<BoxStats> =
        axis.names.iter().zip(runs).filter_map(|(name, run)| box_stats(name.clone(), run)).collect();
    if boxes.is_empty() {
        return Err(nothing_to_show(spec));
    }
    if !axis.is_natural {
        boxes.sort_by(|a, b| b.median.total_cmp(&a.median));
    }
    let n_rows = values.iter().filter(|v| !v.is_nan()).count() as u64;
    let shown: u64 = boxes.iter().map(|b| b.n).sum();
    let mut x_axis = axis_of(x_info);
    x_axis.column_type = x_info.column_type;
    Ok(Reduced {
        marks: Marks::Box { boxes },
        x: x_axis,
        y: axis_of(y_info),
        n_rows: shown,
        n_missing: (table.n_rows() - n_rows) + axis.n_missing.min(n_rows.saturating_sub(shown)),
        n_more: axis.n_more,
        mark: axis.mark,
        aggregate: None,
        per: axis.per,
    })
}

/// Quartiles, whiskers to the last value within 1.5 × IQR (Tukey, 1977), and the values beyond.
pub(super) fn box_stats(name: String, mut values: Vec<f64>) -> Option<BoxStats> {
    values.sort_unstable_by(f64::total_cmp);
    let (q1, median, q3) = (quantile(&values, 0.25), quantile(&values, 0.5), quantile(&values, 0.75));
    let reach = 1.5 * (q3 - q1);
    let inside = |v: &&f64| **v >= q1 - reach && **v <= q3 + reach;
    let low = values.iter().find(inside).copied().or(values.first().copied())?.min(q1);
    let high = values.iter().rfind(inside).copied().or(values.last().copied())?.max(q3);
    let below: Vec<f64> = values.iter().copied().take_while(|v| *v < low).take(MAX_OUTLIERS / 2).collect();
    let above: Vec<f64> = values.iter().rev().copied().take_while(|v| *v > high).take(MAX_OUTLIERS / 2).collect();
    let outliers: Floats = below.into_iter().chain(above.into_iter().rev()).collect();
    Some(BoxStats { name, n: values.len() as u64, low, q1, median, q3, high, outliers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiskers_end_at_values() {
        let mut values: Vec<f64> = (1..=9).map(f64::from).collect();
        values.push(100.0);
        let b = box_stats("a".into(), values).unwrap();
        assert_eq!((b.low, b.median, b.high, b.n), (1.0, 5.5, 9.0, 10));
        assert_eq!(b.outliers, Floats(vec![100.0]));
        assert!(box_stats("none".into(), Vec::new()).is_none());
    }
}
