//! Charts in words, for those who do not see them.

use super::ticks::format_with_unit;
use super::{AxisInfo, ChartData, ControlMarks, Marks, Series};
use crate::base::{ColumnType, Floats, wording};

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
        Marks::Control(marks) => control(data, marks),
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
        (Some(low), Some(high)) if cells.len() > 1 && low.0 == high.0 => {
            format!("{head}; {} for each.", value(high.0, &data.y))
        }
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

fn control(data: &ChartData, marks: &ControlMarks) -> String {
    let end = |column: &Floats| column.last().copied().filter(|v| v.is_finite());
    let write = |v: f64| format_with_unit(v, ColumnType::Number, data.y.unit.as_deref());
    let mut text = format!("Control chart of {} by {}, {}", data.y.label, data.x.label, points(marks.x.len()));
    if let Some(centre) = end(&marks.centre) {
        text.push_str(&format!("; centre {}", write(centre)));
    }
    if let (Some(lower), Some(upper)) = (end(&marks.lower), end(&marks.upper)) {
        text.push_str(&format!(", limits {} and {}", write(lower), write(upper)));
    }
    let rules = if marks.told.is_empty() { "no rule is broken" } else { marks.told.as_str() };
    text.push_str(&format!("; {rules}."));
    if !marks.left_out.is_empty() {
        let n = wording::plural(marks.left_out.len() as u64, "point", "points");
        text.push_str(&format!(" {n} left out of the limits."));
    }
    text
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
    }

    #[test]
    fn bars_in_a_sentence() {
        let categories: Vec<String> = (0..600).map(|i| format!("c{i}")).collect();
        let values: Floats = (0..600).map(f64::from).collect();
        let data = data(Marks::Bar { categories, series: vec![("v".to_owned(), values)] });
        assert!(
            summary(&data).contains("600 categories; highest 599 for c599, lowest 0 for c0."),
            "{}",
            summary(&data)
        );
    }
}
