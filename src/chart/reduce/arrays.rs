//! Charts from raw numbers, for scripts.

use super::MAX_SCATTER_POINTS;
use super::m4::m4;
use super::scatter::{density, finite_range};
use crate::base::{ColumnType, wording};
use crate::chart::{AxisInfo, ChartData, ChartKind, Marks, Series};

/// A line or scatter of raw numbers; pairs that are not both finite are left out. Any kind but
/// `Line` gives a scatter. One pass, plus a sort when `x` is not ascending.
pub fn reduce_arrays(kind: ChartKind, x: &[f64], y: &[f64]) -> ChartData {
    let n = x.len().min(y.len());
    let is_clean = x.iter().zip(y).all(|(x, y)| x.is_finite() && y.is_finite());
    let is_sorted = kind != ChartKind::Line || x.is_sorted();
    let (kept_x, kept_y): (Vec<f64>, Vec<f64>);
    let (xs, ys) = if is_clean && is_sorted {
        (x.get(..n).unwrap_or(x), y.get(..n).unwrap_or(y))
    } else {
        let mut pairs: Vec<(f64, f64)> =
            x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
        if !is_sorted {
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        (kept_x, kept_y) = pairs.into_iter().unzip();
        (kept_x.as_slice(), kept_y.as_slice())
    };
    let marks = if kind == ChartKind::Line {
        let (x, y) = m4(xs, ys);
        Marks::Line { series: vec![Series { name: "y".to_owned(), x, y }] }
    } else if xs.len() <= MAX_SCATTER_POINTS {
        let series = Series { name: "y".to_owned(), x: xs.to_vec().into(), y: ys.to_vec().into() };
        Marks::Scatter { series: vec![series] }
    } else {
        density(xs, ys, finite_range(xs), finite_range(ys))
    };
    let axis = |label: &str| AxisInfo { label: label.to_owned(), unit: None, column_type: ColumnType::Number };
    ChartData {
        title: "y against x".to_owned(),
        subtitle: wording::plural(xs.len() as u64, "point", "points"),
        x: axis("x"),
        y: axis("y"),
        marks,
        n_rows: xs.len() as u64,
        n_missing: (n - xs.len()) as u64,
        n_more: 0,
        mark: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_sorted_and_thinned() {
        let x: Vec<f64> = (0..10_000).rev().map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|v| if *v == 77.0 { f64::NAN } else { -v }).collect();
        let data = reduce_arrays(ChartKind::Line, &x, &y);
        let Marks::Line { series } = &data.marks else { panic!("not a line") };
        assert!(series[0].x.is_sorted() && series[0].x.len() <= super::super::MAX_LINE_POINTS);
        assert_eq!((data.n_rows, data.n_missing), (9_999, 1));
    }

    #[test]
    fn many_points_become_a_density() {
        let x: Vec<f64> = (0..5_000).map(f64::from).collect();
        let data = reduce_arrays(ChartKind::Scatter, &x, &x);
        let Marks::Density { counts, .. } = &data.marks else { panic!("not a density") };
        assert_eq!(counts.iter().map(|c| u64::from(*c)).sum::<u64>(), 5_000);
        assert!(matches!(reduce_arrays(ChartKind::Scatter, &[], &[]).marks, Marks::Scatter { .. }));
    }
}
