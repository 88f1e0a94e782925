//! A chart's numbers as a table: for those who read rather than look, and to check the drawing by.

use crate::base::{ColumnType, wording};
use crate::chart::{AxisInfo, ChartData, Marks};

/// Headers and rows in words, cut to a length that can be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartTable {
    pub headers: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Rows left out at the end.
    pub n_more: u64,
}

/// Rows shown.
const MAX_ROWS: usize = 200;
/// Columns shown.
const MAX_COLUMNS: usize = 30;

/// The numbers behind a chart.
pub fn chart_table(data: &ChartData) -> ChartTable {
    let x = |v: f64| axis_value(v, &data.x);
    let y = |v: f64| axis_value(v, &data.y);
    let (x_label, y_label) = (axis_label(&data.x), axis_label(&data.y));
    match &data.marks {
        Marks::Line { series } | Marks::Scatter { series } => {
            let is_one = series.len() == 1;
            let headers = if is_one { vec![x_label, y_label] } else { vec![String::new(), x_label, y_label] };
            let rows = series.iter().flat_map(|s| {
                s.x.iter().zip(s.y.iter()).map(move |(a, b)| {
                    let pair = [x(*a), y(*b)];
                    if is_one { pair.to_vec() } else { [vec![s.name.clone()], pair.to_vec()].concat() }
                })
            });
            cut(headers, rows)
        }
        Marks::Bar { categories, series } => {
            let shown = || series.iter().take(MAX_COLUMNS);
            let name = |n: &String| if series.len() == 1 { y_label.clone() } else { n.clone() };
            let headers = std::iter::once(x_label).chain(shown().map(|(n, _)| name(n))).collect();
            let rows = categories.iter().enumerate().map(|(idx, category)| {
                let values = shown().map(|(_, v)| v.get(idx).map_or_else(String::new, |v| y(*v)));
                std::iter::once(category.clone()).chain(values).collect()
            });
            cut(headers, rows)
        }
        Marks::Histogram { edges, counts } => {
            let headers = vec![format!("{x_label}, from"), "to".to_owned(), "rows".to_owned()];
            let bins = edges.iter().zip(edges.iter().skip(1)).zip(counts);
            cut(headers, bins.map(|((low, high), n)| vec![x(*low), x(*high), wording::format_count(*n)]))
        }
        Marks::Density { n_columns, n_rows, x_range, y_range, counts } => {
            let headers = vec![format!("{x_label}, from"), format!("{y_label}, from"), "rows".to_owned()];
            let n_columns = (*n_columns).max(1);
            let step = |range: &(f64, f64), n: usize| (range.1 - range.0) / n.max(1) as f64;
            let (dx, dy) = (step(x_range, n_columns), step(y_range, *n_rows));
            let filled = counts.iter().enumerate().filter(|(_, n)| **n > 0);
            let rows = filled.map(|(place, n)| {
                let left = x_range.0 + dx * (place % n_columns) as f64;
                let low = y_range.0 + dy * (place / n_columns) as f64;
                vec![x(left), y(low), wording::format_count(u64::from(*n))]
            });
            cut(headers, rows)
        }
        Marks::Box { boxes } => {
            let names = ["rows", "low", "lower quartile", "median", "upper quartile", "high"];
            let headers = std::iter::once(x_label).chain(names.map(str::to_owned)).collect();
            let rows = boxes.iter().map(|b| {
                let numbers = [b.low, b.q1, b.median, b.q3, b.high].map(y);
                [vec![b.name.clone(), wording::format_count(b.n)], numbers.to_vec()].concat()
            });
            cut(headers, rows)
        }
        Marks::Control(marks) => {
            let names = ["centre", "lower limit", "upper limit", "rules broken"];
            let headers = [x_label, y_label].into_iter().chain(names.map(str::to_owned)).collect();
            let rows = marks.x.iter().enumerate().map(|(idx, place)| {
                let at = |column: &crate::base::Floats| y(column.get(idx).copied().unwrap_or(f64::NAN));
                let rules = marks.broken.iter().find(|b| b.point as usize == idx).map(|b| b.rules.clone());
                let numbers = [x(*place), at(&marks.values), at(&marks.centre), at(&marks.lower), at(&marks.upper)];
                [numbers.to_vec(), vec![rules.unwrap_or_default()]].concat()
            });
            cut(headers, rows)
        }
        Marks::Heat { columns, rows, values } => {
            let headers = std::iter::once(y_label).chain(columns.iter().take(MAX_COLUMNS).cloned()).collect();
            let number = |v: &f64| if v.is_finite() { wording::format_significant(*v, 4) } else { String::new() };
            let rows = rows.iter().zip(values).map(|(name, row)| {
                std::iter::once(name.clone()).chain(row.iter().take(MAX_COLUMNS).map(number)).collect()
            });
            cut(headers, rows)
        }
    }
}

fn cut(headers: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> ChartTable {
    let mut rows = rows;
    let shown: Vec<Vec<String>> = rows.by_ref().take(MAX_ROWS).collect();
    ChartTable { headers, rows: shown, n_more: rows.count() as u64 }
}

fn axis_label(axis: &AxisInfo) -> String {
    match &axis.unit {
        Some(unit) => format!("{} ({unit})", axis.label),
        None => axis.label.clone(),
    }
}

fn axis_value(value: f64, axis: &AxisInfo) -> String {
    if !value.is_finite() {
        return String::new();
    }
    match axis.column_type {
        ColumnType::Date => wording::format_days(value.round() as i32),
        ColumnType::DateTime => wording::format_micros(value as i64),
        _ => wording::format_significant(value, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_line_is_a_list_of_days() {
        let table = chart_table(&sample::chart_data("A"));
        assert_eq!(table.headers, ["day", "yield"]);
        assert_eq!(table.rows[0], ["1 Nov 2026", "10"]);
        assert_eq!(table.rows[3], ["4 Nov 2026", ""]);
        assert_eq!(table.n_more, 0);
    }

    #[test]
    fn long_ones_are_cut_and_counted() {
        let mut data = sample::chart_data("A");
        data.marks = Marks::Histogram { edges: (0..=500).map(f64::from).collect(), counts: vec![1; 500] };
        let table = chart_table(&data);
        assert_eq!((table.rows.len(), table.n_more), (200, 300));
    }

    #[test]
    fn false_sizes_do_no_harm() {
        let mut data = sample::chart_data("A");
        data.marks =
            Marks::Density { n_columns: 0, n_rows: 0, x_range: (0.0, 1.0), y_range: (0.0, 1.0), counts: vec![1, 2] };
        assert_eq!(chart_table(&data).rows.len(), 2);
        data.marks =
            Marks::Bar { categories: vec!["a".into(), "b".into()], series: vec![("s".into(), vec![1.0].into())] };
        assert_eq!(chart_table(&data).rows[1], ["b", ""]);
    }
}
