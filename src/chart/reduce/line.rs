//! Lines: rows in order of x, one value a place.

use super::calendar::{DAY_MICROS, Unit};
use super::columns::{axis_of, find, numbers};
use super::groups::groups;
use super::m4::m4;
use super::{Reduced, aggregate, aggregate_of, axis_of_aggregate, nothing_to_show, values_to_reduce};
use crate::base::{ColumnType, Problem};
use crate::chart::{ChartSpec, Marks, Series};
use crate::recipe::Aggregate;
use crate::table::Table;

/// Bins of the calendar at most, when rows are counted over time.
const MAX_TIME_BINS: usize = 400;

pub(super) fn reduce_line(table: &Table, spec: &ChartSpec, range: Option<(f64, f64)>) -> Result<Reduced, Problem> {
    let (_, x_info) = find(table, &spec.x)?;
    if matches!(x_info.column_type, ColumnType::Text | ColumnType::Boolean) {
        return Err(Problem::request("not_a_number", format!("A line cannot run along '{}'.", spec.x))
            .because("It is neither a number nor a date, so its values have no order.")
            .hint("Choose a date or number for the horizontal axis, or a bar chart."));
    }
    let measure = spec.y.as_deref().filter(|y| !y.is_empty());
    let y_info = measure.map(|y| find(table, y)).transpose()?.map(|(_, i)| i);
    let by = aggregate_of(spec, measure);
    let mut x = numbers(table, &spec.x)?;
    let y = values_to_reduce(table, measure, by)?;
    let is_total = matches!(by, Aggregate::Count | Aggregate::Sum | Aggregate::CountDistinct);
    let fold_rest = aggregate::is_additive(by);
    let of = groups(table, spec.group.as_deref(), measure.unwrap_or("rows"), fold_rest)?;
    let axis = axis_of(x_info);
    let unit = if is_total { bin_times(&mut x, axis.column_type, range) } else { None };
    // Bins that are seen in part are counted whole.
    let seen =
        range.map(|(low, high)| (unit.and_then(|u| u.floor_on_axis(low, axis.column_type)).unwrap_or(low), high));
    let is_seen = |x: f64| seen.is_none_or(|(low, high)| (low..=high).contains(&x));

    let mut runs: Vec<Vec<(f64, f64)>> = vec![Vec::new(); of.names.len()];
    let (mut n_rows, mut n_missing) = (0u64, 0u64);
    for ((x, y), series) in x.iter().zip(&y).zip(&of.codes) {
        if x.is_nan() {
            n_missing += 1;
            continue;
        }
        let Some(run) = runs.get_mut(*series as usize) else { continue };
        if unit.is_some() && !is_seen(*x) {
            continue;
        }
        run.push((*x, *y));
        match (y.is_nan(), is_seen(*x)) {
            (true, _) => n_missing += 1,
            (false, true) => n_rows += 1,
            (false, false) => {}
        }
    }
    let mut reduced_any = spec.aggregate.is_some() || measure.is_none();
    for run in &mut runs {
        if !run.is_sorted_by(|a, b| a.0 <= b.0) {
            run.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        reduced_any |= run.windows(2).any(|w| matches!(w, [a, b] if a.0 == b.0));
    }
    let zeros = unit.filter(|_| is_total).map(|u| {
        let (low, high) =
            x.iter().filter(|v| is_seen(**v)).fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
        u.starts_on_axis(low, high, axis.column_type)
    });
    let mut series = Vec::new();
    for (name, run) in of.names.iter().zip(runs) {
        if !run.iter().any(|p| !p.1.is_nan()) {
            continue;
        }
        let (xs, ys) = if reduced_any { reduce_places(&run, by) } else { run.into_iter().unzip() };
        let (xs, ys) = zeros.as_ref().map_or_else(|| (xs.clone(), ys.clone()), |all| with_zeros(all, &xs, &ys));
        let (start, end) = seen.map_or((0, xs.len()), |range| with_neighbours(&xs, range));
        let (x, y) = m4(xs.get(start..end).unwrap_or(&xs), ys.get(start..end).unwrap_or(&ys));
        series.push(Series { name: name.clone(), x, y });
    }
    if series.is_empty() {
        return Err(nothing_to_show(spec));
    }
    let y_axis = if reduced_any || y_info.is_none() {
        axis_of_aggregate(y_info, by)
    } else {
        y_info.map_or_else(|| axis_of_aggregate(None, by), axis_of)
    };
    Ok(Reduced {
        marks: Marks::Line { series },
        x: axis,
        y: y_axis,
        n_rows,
        n_missing: n_missing + of.n_missing,
        n_more: of.n_more,
        mark: spec.mark.clone(),
        aggregate: reduced_any.then_some(by),
        per: unit.map(Unit::word),
    })
}

/// Puts moments into bins of the calendar, since hardly two rows share a microsecond.
fn bin_times(x: &mut [f64], column_type: ColumnType, range: Option<(f64, f64)>) -> Option<Unit> {
    let per_axis_unit = match column_type {
        ColumnType::Date => DAY_MICROS,
        ColumnType::DateTime => 1.0,
        _ => return None,
    };
    let is_seen = |v: &&f64| range.map_or(!v.is_nan(), |(low, high)| (low..=high).contains(*v));
    let (low, high) = x.iter().filter(is_seen).fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    if low > high {
        return None;
    }
    let unit = Unit::for_span((high - low) * per_axis_unit, MAX_TIME_BINS, column_type == ColumnType::Date);
    // Rows come in order more often than not, so the bin before is mostly the bin again.
    let (mut from, mut to) = (f64::NAN, f64::NAN);
    for v in x.iter_mut().filter(|v| !v.is_nan()) {
        let micros = *v * per_axis_unit;
        if !(from <= micros && micros < to) {
            from = unit.floor(micros)?;
            to = unit.next(from)?;
        }
        *v = from / per_axis_unit;
    }
    Some(unit)
}

/// From and to of the places within a range, with one on either side, from where lines come in.
fn with_neighbours(xs: &[f64], (low, high): (f64, f64)) -> (usize, usize) {
    let start = xs.partition_point(|x| *x < low).saturating_sub(1);
    let end = xs.partition_point(|x| *x <= high) + 1;
    (start, end.min(xs.len()))
}

impl Unit {
    fn floor_on_axis(self, value: f64, column_type: ColumnType) -> Option<f64> {
        let scale = if column_type == ColumnType::Date { DAY_MICROS } else { 1.0 };
        self.floor(value * scale).map(|start| start / scale)
    }

    fn starts_on_axis(self, low: f64, high: f64, column_type: ColumnType) -> Vec<f64> {
        let scale = if column_type == ColumnType::Date { DAY_MICROS } else { 1.0 };
        self.starts(low * scale, high * scale, MAX_TIME_BINS * 2).into_iter().map(|s| s / scale).collect()
    }
}

/// A bin without rows has a total of zero, not a line across it.
fn with_zeros(all: &[f64], xs: &[f64], ys: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut known = xs.iter().zip(ys).peekable();
    let mut out = Vec::with_capacity(all.len());
    for start in all {
        while known.next_if(|(x, _)| **x < *start).is_some() {}
        out.push(known.next_if(|(x, _)| **x == *start).map_or(0.0, |(_, y)| *y));
    }
    (all.to_vec(), out)
}

/// One value for each different x of a sorted run.
fn reduce_places(run: &[(f64, f64)], by: Aggregate) -> (Vec<f64>, Vec<f64>) {
    let mut xs: Vec<f64> = Vec::new();
    let mut places = Vec::with_capacity(run.len());
    for (x, _) in run {
        if xs.last() != Some(x) {
            xs.push(*x);
        }
        places.push(xs.len() - 1);
    }
    let ys = aggregate::aggregate(places.into_iter().zip(run.iter().map(|p| p.1)), xs.len(), by);
    (xs, ys)
}
