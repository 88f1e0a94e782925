//! Charts in words and as a table, for those who do not see them.

use super::ticks::{format_value, format_with_unit};
use super::{AxisInfo, ChartData, Marks, Series};
use crate::base::{ColumnType, Floats, wording};

/// Rows of the table at most.
const MAX_ROWS: usize = 500;

/// One paragraph: what kind of chart, of what, from where to where, and its extremes.
pub fn summary(data: &ChartData) -> String {
    let mut text = match &data.marks {
        Marks::Line { series } => lines(data, series),
        Marks::Bar { categories, series } => bars(data, categories, series),
        Marks::Histogram { edges, counts } => histogram(data, edges, counts),
        Marks::Scatter { series } => {
            let n: usize = series.iter().map(|s| s.x.len()).sum();
            let of = scatter_ranges(data, series);
            format!("Scatter chart of {} against {}, {}{of}.", data.y.label, data.x.label, points(n))
        }
        Marks::Density { x_range, y_range, counts, .. } => {
            let n: u64 = counts.iter().map(|c| u64::from(*c)).sum();
            format!(
                "Scatter chart of {} against {}, {} shown as density; {} from {} to {}, {} from {} to {}.",
                data.y.label,
                data.x.label,
                wording::plural(n, "point", "points"),
                data.x.label,
                value(x_range.0, &data.x),
                value(x_range.1, &data.x),
                data.y.label,
                value(y_range.0, &data.y),
                value(y_range.1, &data.y),
            )
        }
        Marks::Box { boxes } => {
            let highest = boxes.iter().max_by(|a, b| a.median.total_cmp(&b.median));
            let lowest = boxes.iter().min_by(|a, b| a.median.total_cmp(&b.median));
            let head = format!(
                "Box chart of {} by {}, {}",
                data.y.label,
                data.x.label,
                wording::plural(boxes.len() as u64, "group", "groups")
            );
            match (lowest, highest) {
                (Some(a), Some(b)) if boxes.len() > 1 => format!(
                    "{head}; lowest median {} for {}, highest {} for {}.",
                    value(a.median, &data.y),
                    a.name,
                    value(b.median, &data.y),
                    b.name
                ),
                (Some(a), _) => format!("{head}; median {} for {}.", value(a.median, &data.y), a.name),
                _ => format!("{head}."),
            }
        }
        Marks::Heat { columns, rows, values } => heat(data, columns, rows, values),
    };
    if let Some(mark) = data.mark.as_deref().filter(|m| !m.is_empty()) {
        text.push_str(&format!(" Marked: {mark}."));
    }
    if data.n_missing > 0 {
        text.push_str(&format!(" {} left out as missing.", wording::plural(data.n_missing, "row", "rows")));
    }
    text
}

fn value(v: f64, axis: &AxisInfo) -> String {
    format_with_unit(v, axis.column_type, axis.unit.as_deref())
}

fn points(n: usize) -> String {
    wording::plural(n as u64, "point", "points")
}

/// Smallest and largest y over all series, with their x and the series' name.
fn extremes(series: &[Series]) -> Option<[(f64, f64, &str); 2]> {
    let all = || {
        series.iter().flat_map(|s| {
            s.x.iter().zip(s.y.iter()).filter(|(_, y)| y.is_finite()).map(move |(x, y)| (*x, *y, s.name.as_str()))
        })
    };
    Some([all().min_by(|a, b| a.1.total_cmp(&b.1))?, all().max_by(|a, b| a.1.total_cmp(&b.1))?])
}

fn x_ends(series: &[Series]) -> (f64, f64) {
    let finite = series.iter().flat_map(|s| s.x.iter().copied()).filter(|v| v.is_finite());
    finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)))
}

fn lines(data: &ChartData, series: &[Series]) -> String {
    let n: usize = series.iter().map(|s| s.y.iter().filter(|y| y.is_finite()).count()).sum();
    let Some([low, high]) = extremes(series) else {
        return format!("Line chart of {} by {}, no points.", data.y.label, data.x.label);
    };
    let ends = x_ends(series);
    let of = |name: &str| if series.len() > 1 { format!(" ({name})") } else { String::new() };
    let many = if series.len() > 1 {
        format!(", {}", wording::plural(series.len() as u64, "line", "lines"))
    } else {
        String::new()
    };
    format!(
        "Line chart of {} by {}{many}, {} from {} to {}; lowest {} at {}{}, highest {} at {}{}.",
        data.y.label,
        data.x.label,
        points(n),
        value(ends.0, &data.x),
        value(ends.1, &data.x),
        value(low.1, &data.y),
        value(low.0, &data.x),
        of(low.2),
        value(high.1, &data.y),
        value(high.0, &data.x),
        of(high.2),
    )
}

fn scatter_ranges(data: &ChartData, series: &[Series]) -> String {
    let Some([low, high]) = extremes(series) else { return String::new() };
    let ends = x_ends(series);
    format!(
        "; {} from {} to {}, {} from {} to {}",
        data.x.label,
        value(ends.0, &data.x),
        value(ends.1, &data.x),
        data.y.label,
        value(low.1, &data.y),
        value(high.1, &data.y)
    )
}

fn bars(data: &ChartData, categories: &[String], series: &[(String, Floats)]) -> String {
    let mut cells: Vec<(f64, String)> = Vec::new();
    for (name, values) in series {
        for (category, v) in categories.iter().zip(values.iter()).filter(|(_, v)| v.is_finite()) {
            let place = if series.len() > 1 { format!("{category}, {name}") } else { category.clone() };
            cells.push((*v, place));
        }
    }
    let head = format!(
        "Bar chart of {} by {}, {}",
        data.y.label,
        data.x.label,
        wording::plural(categories.len() as u64, "category", "categories")
    );
    let low = cells.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let high = cells.iter().max_by(|a, b| a.0.total_cmp(&b.0));
    match (low, high) {
        (Some(low), Some(high)) if cells.len() > 1 => format!(
            "{head}; highest {} for {}, lowest {} for {}.",
            value(high.0, &data.y),
            high.1,
            value(low.0, &data.y),
            low.1
        ),
        (Some(one), _) => format!("{head}; {} for {}.", value(one.0, &data.y), one.1),
        _ => format!("{head}, no values."),
    }
}

fn histogram(data: &ChartData, edges: &[f64], counts: &[u64]) -> String {
    let total = counts.iter().fold(0u64, |sum, n| sum.saturating_add(*n));
    let ends = edges.first().zip(edges.last());
    let most = edges.windows(2).zip(counts).max_by_key(|(_, c)| **c);
    match (ends, most) {
        (Some((first, last)), Some(([low, high], count))) => format!(
            "Histogram of {}, {} from {} to {}; most, {}, between {} and {}.",
            data.x.label,
            wording::plural(total, "row", "rows"),
            value(*first, &data.x),
            value(*last, &data.x),
            wording::format_count(*count),
            value(*low, &data.x),
            value(*high, &data.x)
        ),
        _ => format!("Histogram of {}, no values.", data.x.label),
    }
}

fn heat(data: &ChartData, columns: &[String], rows: &[String], values: &[Floats]) -> String {
    let cells = || {
        rows.iter().zip(values).flat_map(|(row, cells)| {
            columns.iter().zip(cells.iter()).filter(|(_, v)| v.is_finite()).map(move |(column, v)| (*v, column, row))
        })
    };
    let head = format!(
        "Heat map of {} by {}, {} by {}",
        data.x.label,
        data.y.label,
        wording::plural(columns.len() as u64, "column", "columns"),
        wording::plural(rows.len() as u64, "row", "rows")
    );
    let write = |v: f64| format_with_unit(v, ColumnType::Number, data.y.unit.as_deref());
    match (cells().min_by(|a, b| a.0.total_cmp(&b.0)), cells().max_by(|a, b| a.0.total_cmp(&b.0))) {
        (Some(low), Some(high)) => format!(
            "{head}; highest {} at {}, {}; lowest {} at {}, {}.",
            write(high.0),
            high.1,
            high.2,
            write(low.0),
            low.1,
            low.2
        ),
        _ => format!("{head}, no values."),
    }
}

/// The numbers of a chart as a table: header and at most 500 rows of text.
pub fn data_table(data: &ChartData) -> (Vec<String>, Vec<Vec<String>>) {
    let with_unit = |axis: &AxisInfo| match &axis.unit {
        Some(unit) => format!("{} ({unit})", axis.label),
        None => axis.label.clone(),
    };
    let x = |v: f64| format_value(v, data.x.column_type);
    let y = |v: f64| format_value(v, data.y.column_type);
    let count = |n: u64| wording::format_count(n);
    match &data.marks {
        Marks::Line { series } | Marks::Scatter { series } => {
            let names = series.len() > 1;
            let mut header = vec![with_unit(&data.x), with_unit(&data.y)];
            if names {
                header.insert(0, "series".to_owned());
            }
            let rows = series.iter().flat_map(|s| {
                s.x.iter().zip(s.y.iter()).map(move |(px, py)| {
                    let head = names.then(|| s.name.clone());
                    head.into_iter().chain([x(*px), y(*py)]).collect()
                })
            });
            (header, rows.take(MAX_ROWS).collect())
        }
        Marks::Bar { categories, series } => {
            let mut header = vec![data.x.label.clone()];
            match series.as_slice() {
                [_] => header.push(with_unit(&data.y)),
                many => header.extend(many.iter().map(|(n, _)| n.clone())),
            }
            let rows = categories.iter().enumerate().take(MAX_ROWS).map(|(i, name)| {
                let cells = series.iter().map(|(_, v)| v.get(i).map_or_else(|| "–".to_owned(), |v| y(*v)));
                std::iter::once(name.clone()).chain(cells).collect()
            });
            (header, rows.collect())
        }
        Marks::Histogram { edges, counts } => {
            let header = vec![format!("{} from", with_unit(&data.x)), "to".to_owned(), "rows".to_owned()];
            let rows = edges.windows(2).zip(counts).take(MAX_ROWS);
            let bin = |edge: f64| {
                let half = data.x.column_type == ColumnType::Integer && edge.fract() != 0.0;
                if half { format_value(edge, ColumnType::Number) } else { x(edge) }
            };
            (header, rows.map(|(bins, n)| bins.iter().map(|e| bin(*e)).chain([count(*n)]).collect()).collect())
        }
        Marks::Density { n_columns, n_rows, x_range, y_range, counts } => {
            let header =
                vec![format!("{} from", with_unit(&data.x)), format!("{} from", with_unit(&data.y)), "rows".to_owned()];
            let n_columns = (*n_columns).max(1);
            let edge = |r: &(f64, f64), n: usize, i: usize| r.0 + (r.1 - r.0) * i as f64 / n.max(1) as f64;
            // The fullest cells first, since not all fit.
            let mut cells: Vec<(usize, u32)> = counts.iter().copied().enumerate().filter(|(_, n)| *n > 0).collect();
            cells.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            let row = |(i, n): (usize, u32)| {
                vec![
                    x(edge(x_range, n_columns, i % n_columns)),
                    y(edge(y_range, *n_rows, i / n_columns)),
                    count(u64::from(n)),
                ]
            };
            (header, cells.into_iter().take(MAX_ROWS).map(row).collect())
        }
        Marks::Box { boxes } => {
            let header = [data.x.label.as_str(), "rows", "low", "lower quartile", "median", "upper quartile", "high"];
            let rows = boxes.iter().take(MAX_ROWS).map(|b| {
                let numbers = [b.low, b.q1, b.median, b.q3, b.high];
                [b.name.clone(), count(b.n)].into_iter().chain(numbers.into_iter().map(y)).collect()
            });
            (header.into_iter().map(str::to_owned).collect(), rows.collect())
        }
        Marks::Heat { columns, rows, values } => {
            let corner = format!("{} / {}", data.y.label, data.x.label);
            let header = std::iter::once(corner).chain(columns.iter().cloned()).collect();
            let number = |v: &f64| format_value(*v, ColumnType::Number);
            let body = rows.iter().zip(values).take(MAX_ROWS);
            (
                header,
                body.map(|(name, v)| std::iter::once(name.clone()).chain(v.iter().map(number)).collect()).collect(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(label: &str, column_type: ColumnType) -> AxisInfo {
        AxisInfo { label: label.to_owned(), unit: None, column_type }
    }

    fn data(marks: Marks) -> ChartData {
        ChartData {
            title: String::new(),
            subtitle: String::new(),
            x: axis("day", ColumnType::Date),
            y: axis("mean of yield", ColumnType::Number),
            marks,
            n_rows: 3,
            n_missing: 2,
            n_more: 0,
            mark: None,
        }
    }

    #[test]
    fn a_line_in_a_sentence() {
        let x = Floats(vec![0.0, 1.0, 2.0]);
        let series = vec![Series { name: "yield".to_owned(), x, y: Floats(vec![3.0, f64::NAN, 4.5]) }];
        let data = data(Marks::Line { series });
        assert_eq!(
            summary(&data),
            "Line chart of mean of yield by day, 2 points from 1 Jan 1970 to 3 Jan 1970; lowest 3 at 1 Jan 1970, \
             highest 4.5 at 3 Jan 1970. 2 rows left out as missing."
        );
        let (header, rows) = data_table(&data);
        assert_eq!(header, ["day", "mean of yield"]);
        assert_eq!(rows, [["1 Jan 1970", "3"], ["2 Jan 1970", "–"], ["3 Jan 1970", "4.5"]]);
    }

    #[test]
    fn bars_in_a_sentence_and_long_tables_are_cut() {
        let categories: Vec<String> = (0..600).map(|i| format!("c{i}")).collect();
        let values: Floats = (0..600).map(f64::from).collect();
        let data = data(Marks::Bar { categories, series: vec![("v".to_owned(), values)] });
        assert!(
            summary(&data).contains("600 categories; highest 599 for c599, lowest 0 for c0."),
            "{}",
            summary(&data)
        );
        assert_eq!(data_table(&data).1.len(), MAX_ROWS);
    }
}
