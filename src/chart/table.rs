//! The numbers of a chart as a table: a part of it to be read, or all of it for another program.

use super::ticks::format_value;
use super::{AxisInfo, ChartData, Marks};
use crate::base::{ColumnType, Floats, wording};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// Header and rows of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTable {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Rows left out.
    pub n_more: u64,
}

/// For whom cells are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// Few digits, dates in words, a dash where nothing is.
    People,
    /// All digits, ISO 8601, nothing where nothing is.
    Programs,
}

type Row<'a> = Box<dyn Iterator<Item = Vec<String>> + 'a>;

/// The first rows, to be read.
pub fn data_table(data: &ChartData, n_max: usize) -> DataTable {
    let (head, mut rows) = table(data, For::People);
    let shown = rows.by_ref().take(n_max).collect();
    DataTable { head, rows: shown, n_more: rows.count() as u64 }
}

/// All rows as CSV (RFC 4180): raw values, dates in ISO 8601.
pub fn data_csv(data: &ChartData) -> String {
    let (head, rows) = table(data, For::Programs);
    let mut out = String::new();
    for row in std::iter::once(head).chain(rows) {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&csv_cell(cell));
        }
        out.push_str("\r\n");
    }
    out
}

fn csv_cell(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\"")).into()
    } else {
        cell.into()
    }
}

fn table(data: &ChartData, reader: For) -> (Vec<String>, Row<'_>) {
    let x = move |v: f64| cell(v, data.x.column_type, reader);
    let y = move |v: f64| cell(v, data.y.column_type, reader);
    let number = move |v: f64| cell(v, ColumnType::Number, reader);
    let count = move |n: u64| if reader == For::People { wording::format_count(n) } else { n.to_string() };
    let category = move |name: &str, axis: &AxisInfo| match (reader, axis.column_type.is_temporal()) {
        (For::Programs, true) => iso_of_words(name),
        _ => name.to_owned(),
    };
    match &data.marks {
        Marks::Line { series } | Marks::Scatter { series } => {
            let names = series.len() > 1;
            let mut head = vec![with_unit(&data.x), with_unit(&data.y)];
            if names {
                head.insert(0, "series".to_owned());
            }
            let rows = series.iter().flat_map(move |s| {
                s.x.iter().zip(s.y.iter()).map(move |(px, py)| {
                    let name = names.then(|| s.name.clone());
                    name.into_iter().chain([x(*px), y(*py)]).collect()
                })
            });
            (head, Box::new(rows))
        }
        Marks::Bar { categories, series } => {
            let mut head = vec![data.x.label.clone()];
            match series.as_slice() {
                [_] => head.push(with_unit(&data.y)),
                many => head.extend(many.iter().map(|(n, _)| n.clone())),
            }
            let rows = categories.iter().enumerate().map(move |(i, name)| {
                let cells = series.iter().map(|(_, v)| y(v.get(i).copied().unwrap_or(f64::NAN)));
                std::iter::once(category(name, &data.x)).chain(cells).collect()
            });
            (head, Box::new(rows))
        }
        Marks::Histogram { edges, counts } => {
            let head = vec![format!("{} from", with_unit(&data.x)), "to".to_owned(), "rows".to_owned()];
            let bin = move |edge: f64| {
                let half = data.x.column_type == ColumnType::Integer && edge.fract() != 0.0;
                if half { number(edge) } else { x(edge) }
            };
            let rows = edges
                .windows(2)
                .zip(counts)
                .map(move |(bins, n)| bins.iter().map(|e| bin(*e)).chain([count(*n)]).collect());
            (head, Box::new(rows))
        }
        Marks::Density { n_columns, n_rows, x_range, y_range, counts } => {
            let (n_columns, n_rows) = ((*n_columns).max(1), (*n_rows).max(1));
            let edge = |r: (f64, f64), n: usize, i: usize| r.0 + (r.1 - r.0) * i as f64 / n as f64;
            let head = ["from", "to"].map(|end| format!("{} {end}", with_unit(&data.x)));
            let head = head.into_iter().chain(["from", "to"].map(|end| format!("{} {end}", with_unit(&data.y))));
            let mut cells: Vec<(usize, u32)> = counts.iter().copied().enumerate().filter(|(_, n)| *n > 0).collect();
            if reader == For::People {
                // The fullest first, since not all are read.
                cells.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            }
            let rows = cells.into_iter().map(move |(i, n)| {
                let (column, row) = (i % n_columns, i / n_columns);
                vec![
                    x(edge(*x_range, n_columns, column)),
                    x(edge(*x_range, n_columns, column + 1)),
                    y(edge(*y_range, n_rows, row)),
                    y(edge(*y_range, n_rows, row + 1)),
                    count(u64::from(n)),
                ]
            });
            (head.chain(["rows".to_owned()]).collect(), Box::new(rows))
        }
        Marks::Box { boxes } => {
            let names = ["rows", "low", "lower quartile", "median", "upper quartile", "high"];
            let mut head: Vec<String> = std::iter::once(data.x.label.clone()).chain(names.map(str::to_owned)).collect();
            if reader == For::Programs {
                head.push("values beyond low and high".to_owned());
            }
            let rows = boxes.iter().map(move |b| {
                let numbers = [b.low, b.q1, b.median, b.q3, b.high];
                let beyond =
                    (reader == For::Programs).then(|| b.outliers.iter().map(|v| y(*v)).collect::<Vec<_>>().join(" "));
                let first = [category(&b.name, &data.x), count(b.n)];
                first.into_iter().chain(numbers.into_iter().map(y)).chain(beyond).collect()
            });
            (head, Box::new(rows))
        }
        Marks::Control(marks) => {
            let names = ["centre", "lower limit", "upper limit", "rules broken"];
            let mut head = vec![with_unit(&data.x), with_unit(&data.y)];
            if !marks.below.is_empty() {
                head.push("sum below".to_owned());
            }
            head.extend(names.map(str::to_owned));
            let rules: BTreeMap<u32, &str> = marks.broken.iter().map(|b| (b.point, b.rules.as_str())).collect();
            let rows = marks.x.iter().enumerate().map(move |(i, px)| {
                let at = |column: &Floats| number(column.get(i).copied().unwrap_or(f64::NAN));
                let mut cells = vec![x(*px), at(&marks.values)];
                if !marks.below.is_empty() {
                    cells.push(at(&marks.below));
                }
                cells.extend([at(&marks.centre), at(&marks.lower), at(&marks.upper)]);
                cells.push(rules.get(&(i as u32)).copied().unwrap_or_default().to_owned());
                cells
            });
            (head, Box::new(rows))
        }
        Marks::Heat { columns, rows, values } => {
            let corner = format!("{} / {}", data.y.label, data.x.label);
            let head = std::iter::once(corner).chain(columns.iter().map(|c| category(c, &data.x))).collect();
            let body = rows.iter().zip(values).map(move |(name, v)| {
                std::iter::once(category(name, &data.y)).chain(v.iter().map(|v| number(*v))).collect()
            });
            (head, Box::new(body))
        }
    }
}

fn with_unit(axis: &AxisInfo) -> String {
    match &axis.unit {
        Some(unit) => format!("{} ({unit})", axis.label),
        None => axis.label.clone(),
    }
}

fn cell(value: f64, column_type: ColumnType, reader: For) -> String {
    if reader == For::People {
        return format_value(value, column_type);
    }
    if !value.is_finite() {
        return String::new();
    }
    let iso = match column_type {
        ColumnType::Date => iso_day(value),
        ColumnType::DateTime => iso_moment(value.round()),
        _ => None,
    };
    // Without an exponent as long as that stays short; either reads back as the same number.
    iso.unwrap_or_else(|| match value.abs() {
        0.0 => "0".to_owned(),
        size if (1e-5..1e17).contains(&size) => value.to_string(),
        _ => format!("{value:e}"),
    })
}

/// A day; where a point lies between two days, the moment.
fn iso_day(days: f64) -> Option<String> {
    if days.fract() != 0.0 {
        return iso_moment((days * 86_400e6).round());
    }
    NaiveDate::from_epoch_days(days as i32).map(|d| d.to_string())
}

fn iso_moment(micros: f64) -> Option<String> {
    DateTime::from_timestamp_micros(micros as i64).map(|t| t.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
}

/// A category that is a day, a moment or a month in words, in ISO 8601; others (weeks, quarters) as they are.
fn iso_of_words(words: &str) -> String {
    if let Ok(day) = NaiveDate::parse_from_str(words, "%d %b %Y") {
        return day.to_string();
    }
    for form in ["%d %b %Y, %H:%M:%S", "%d %b %Y, %H:%M"] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(words, form) {
            return moment.format("%Y-%m-%dT%H:%M:%S").to_string();
        }
    }
    match NaiveDate::parse_from_str(&format!("1 {words}"), "%d %b %Y") {
        Ok(month) => month.format("%Y-%m").to_string(),
        Err(_) => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Floats;
    use crate::chart::{BoxStats, Series};

    fn axis(label: &str, column_type: ColumnType) -> AxisInfo {
        AxisInfo { label: label.to_owned(), unit: None, column_type }
    }

    fn data(x: ColumnType, marks: Marks) -> ChartData {
        ChartData {
            title: String::new(),
            subtitle: String::new(),
            x: axis("day", x),
            y: axis("mean of yield", ColumnType::Number),
            marks,
            n_rows: 3,
            n_missing: 2,
            n_more: 0,
            mark: None,
        }
    }

    fn line(n: i32) -> ChartData {
        let x = (0..n).map(f64::from).collect();
        let y = (0..n).map(|i| if i == 1 { f64::NAN } else { f64::from(i) + 1.0 / 3.0 }).collect();
        data(ColumnType::Date, Marks::Line { series: vec![Series { name: "yield".to_owned(), x, y }] })
    }

    #[test]
    fn people_read_a_part_and_learn_how_much_there_is() {
        let table = data_table(&line(700), 3);
        assert_eq!(table.head, ["day", "mean of yield"]);
        assert_eq!(table.rows, [["1 Jan 1970", "0.3333"], ["2 Jan 1970", "–"], ["3 Jan 1970", "2.333"]]);
        assert_eq!(table.n_more, 697);
        assert_eq!(data_table(&line(3), 3).n_more, 0);
    }

    #[test]
    fn csv_is_whole_and_raw() {
        let csv = data_csv(&line(700));
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines.len(), 702, "header, 700 rows and the last line end");
        assert_eq!(
            lines[..4],
            ["day,mean of yield", "1970-01-01,0.3333333333333333", "1970-01-02,", "1970-01-03,2.3333333333333335"]
        );
        assert_eq!(lines[700], "1971-12-01,699.3333333333334");
    }

    #[test]
    fn moments_and_names_are_written_for_programs() {
        let series =
            vec![("a, \"b\"".to_owned(), Floats(vec![1e-7, 1_234_567.25])), ("c".to_owned(), Floats(vec![0.0]))];
        let categories = vec!["12 Nov 2026".to_owned(), "Nov 2026".to_owned()];
        let bars = data(ColumnType::Date, Marks::Bar { categories, series });
        assert_eq!(data_csv(&bars), "day,\"a, \"\"b\"\"\",c\r\n2026-11-12,1e-7,0\r\n2026-11,1234567.25,\r\n");
        assert_eq!(data_table(&bars, 9).rows[1], ["Nov 2026", "1,235,000", "–"]);
        for (words, iso) in [
            ("3 Nov 2026, 14:05", "2026-11-03T14:05:00"),
            ("week of 2 Nov 2026", "week of 2 Nov 2026"),
            ("Q4 2026", "Q4 2026"),
            ("2026", "2026"),
        ] {
            assert_eq!(iso_of_words(words), iso);
        }
        assert_eq!(cell(1.5e15 + 0.25e6, ColumnType::DateTime, For::Programs), "2017-07-14T02:40:00.250");
        assert_eq!(cell(0.5, ColumnType::Date, For::Programs), "1970-01-01T12:00:00");
    }

    #[test]
    fn every_kind_is_whole() {
        let stats = BoxStats {
            name: "P7".to_owned(),
            n: 1_200,
            low: 1.0,
            q1: 2.0,
            median: 3.0,
            q3: 4.0,
            high: 5.0,
            outliers: Floats(vec![9.5, -7.0]),
        };
        let csv = data_csv(&data(ColumnType::Text, Marks::Box { boxes: vec![stats] }));
        assert!(csv.ends_with("P7,1200,1,2,3,4,5,9.5 -7\r\n"), "{csv}");
        let density = Marks::Density {
            n_columns: 2,
            n_rows: 1,
            x_range: (0.0, 4.0),
            y_range: (0.0, 1.0),
            counts: vec![1, 2_000],
        };
        let density = data(ColumnType::Number, density);
        assert!(data_csv(&density).ends_with("rows\r\n0,2,0,1,1\r\n2,4,0,1,2000\r\n"));
        assert_eq!(data_table(&density, 1).rows[0], ["2", "4", "0", "1", "2,000"]);
        let histogram = Marks::Histogram { edges: vec![0.0, 0.1, 0.30000000000000004], counts: vec![3, 4] };
        assert!(data_csv(&data(ColumnType::Number, histogram)).ends_with("0.1,0.30000000000000004,4\r\n"));
        let heat = Marks::Heat {
            columns: vec!["a".to_owned()],
            rows: vec!["b".to_owned()],
            values: vec![Floats(vec![12.345678])],
        };
        assert!(data_csv(&data(ColumnType::Text, heat)).ends_with("b,12.345678\r\n"));
    }
}
