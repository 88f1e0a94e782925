//! Scatter: the points themselves, or how many fall where.

use super::columns::{axis_of, find, numbers};
use super::groups::groups;
use super::{MAX_SCATTER_POINTS, Reduced, measured, nothing_to_show};
use crate::base::Problem;
use crate::chart::{ChartSpec, Marks, Series};
use crate::table::Table;

const GRID_COLUMNS: usize = 120;
const GRID_ROWS: usize = 75;

pub(super) fn reduce_scatter(table: &Table, spec: &ChartSpec, range: Option<(f64, f64)>) -> Result<Reduced, Problem> {
    let measure = measured(spec)?;
    let (_, x_info) = find(table, &spec.x)?;
    let (_, y_info) = find(table, measure)?;
    let mut x = numbers(table, &spec.x)?;
    let y = numbers(table, measure)?;
    let n_missing = x.iter().zip(&y).filter(|(x, y)| !is_point(**x, **y)).count() as u64;
    if let Some((low, high)) = range {
        x.iter_mut().filter(|v| !(low..=high).contains(*v)).for_each(|v| *v = f64::NAN);
    }
    let of = groups(table, spec.group.as_deref(), measure, true)?;
    let n_used =
        x.iter().zip(&y).zip(&of.codes).filter(|((x, y), c)| is_point(**x, **y) && **c != super::columns::MISSING);
    let n_used = n_used.count();
    if n_used == 0 {
        return Err(nothing_to_show(spec));
    }
    let (marks, n_more) = if n_used <= MAX_SCATTER_POINTS {
        let mut series: Vec<Series> = of
            .names
            .iter()
            .map(|name| Series { name: name.clone(), x: Default::default(), y: Default::default() })
            .collect();
        for ((x, y), code) in x.iter().zip(&y).zip(&of.codes).filter(|((x, y), _)| is_point(**x, **y)) {
            if let Some(series) = series.get_mut(*code as usize) {
                series.x.push(*x);
                series.y.push(*y);
            }
        }
        series.retain(|s| !s.x.is_empty());
        (Marks::Scatter { series }, of.n_more)
    } else {
        let (xs, ys): (Vec<f64>, Vec<f64>) =
            x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| is_point(*x, *y)).unzip();
        (density(&xs, &ys, finite_range(&xs), finite_range(&ys)), 0)
    };
    Ok(Reduced {
        marks,
        x: axis_of(x_info),
        y: axis_of(y_info),
        n_rows: n_used as u64,
        n_missing: if range.is_some() { n_missing } else { table.n_rows() - n_used as u64 },
        n_more,
        mark: spec.mark.clone(),
        aggregate: None,
        per: None,
    })
}

fn is_point(x: f64, y: f64) -> bool {
    x.is_finite() && y.is_finite()
}

/// Smallest and largest; a single value gets some room on both sides.
pub(super) fn finite_range(values: &[f64]) -> (f64, f64) {
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    if low > high {
        (0.0, 1.0)
    } else if low == high {
        let room = (low.abs() * 0.05).max(0.5);
        (low - room, high + room)
    } else {
        (low, high)
    }
}

/// Counts points on a grid. All values are finite and inside the ranges.
pub(super) fn density(xs: &[f64], ys: &[f64], x_range: (f64, f64), y_range: (f64, f64)) -> Marks {
    let mut counts = vec![0u32; GRID_COLUMNS * GRID_ROWS];
    // Halved, so that the span of the largest numbers does not overflow.
    let scale = |(low, high): (f64, f64), n: usize| n as f64 / 2.0 / (high / 2.0 - low / 2.0);
    let (sx, sy) = (scale(x_range, GRID_COLUMNS), scale(y_range, GRID_ROWS));
    for (x, y) in xs.iter().zip(ys) {
        let column = (((x - x_range.0) * sx) as usize).min(GRID_COLUMNS - 1);
        let row = (((y - y_range.0) * sy) as usize).min(GRID_ROWS - 1);
        if let Some(count) = counts.get_mut(row * GRID_COLUMNS + column) {
            *count = count.saturating_add(1);
        }
    }
    Marks::Density { n_columns: GRID_COLUMNS, n_rows: GRID_ROWS, x_range, y_range, counts }
}
