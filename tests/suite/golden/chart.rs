//! A table and a spec → the data of a chart, its summary in words, and the drawing.

use super::{Case, Outputs, check, words};
use std::collections::BTreeMap;
use tributary::base::Floats;
use tributary::chart::{
    AxisInfo, ChartData, ChartSpec, Frame, Marks, Theme, data_table, preferred_height_px, reduce, summary, to_svg,
};
use tributary::source::{self, ReaderSpec};

const WIDTH_PX: f64 = 640.0;

#[test]
fn charts_show_what_is_there() {
    check("chart", run);
}

fn run(case: &Case) -> Outputs {
    let (name, bytes) = case.inputs().remove(0);
    let read = source::read(&name, &bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
    let mut spec = case.spec["chart"].clone();
    spec["node"] = serde_json::json!({"table": 1});
    let spec: ChartSpec = serde_json::from_value(spec).unwrap();
    let data = match reduce(&read.parts[0].table, &spec) {
        Ok(data) => data,
        Err(problem) => return BTreeMap::from([("txt", words::problem(&problem))]),
    };
    let frame = Frame::new(WIDTH_PX, preferred_height_px(&data, WIDTH_PX), Theme::light()).titled();
    BTreeMap::from([("txt", data_words(&data)), ("svg", rounded(&to_svg(&data, &frame).unwrap()))])
}

/// A drawing's last line has no end of its own.
fn rounded(svg: &str) -> String {
    format!("{}\n", svg.trim_end())
}

pub fn data_words(data: &ChartData) -> String {
    let mut out = format!("{}\n{}\n\n{}\n\n", data.title, data.subtitle, summary(data));
    out.push_str(&format!("across: {}\nup: {}\n", axis_words(&data.x), axis_words(&data.y)));
    out.push_str(&format!("{} rows, {} left out as missing, {} more", data.n_rows, data.n_missing, data.n_more));
    out.push_str(&data.mark.as_ref().map(|m| format!(", marked: {m}")).unwrap_or_default());
    out.push_str(&format!("\n{}\nas a table\n", marks_words(&data.marks)));
    let table = data_table(data, 40);
    out.push_str(&format!("  {}\n", table.head.join(" | ")));
    out.extend(table.rows.iter().map(|r| format!("  {}\n", r.join(" | "))));
    out
}

fn axis_words(axis: &AxisInfo) -> String {
    let unit = axis.unit.as_ref().map(|u| format!(" in {u}")).unwrap_or_default();
    format!("{}{unit} ({})", axis.label, axis.column_type.name())
}

fn listed(values: &Floats) -> String {
    values.iter().map(|v| words::number(*v)).collect::<Vec<_>>().join(" ")
}

fn marks_words(marks: &Marks) -> String {
    let mut out = String::new();
    match marks {
        Marks::Line { series } | Marks::Scatter { series } => {
            for s in series {
                out.push_str(&format!("  {:?}\n    x {}\n    y {}\n", s.name, listed(&s.x), listed(&s.y)));
            }
        }
        Marks::Bar { categories, series } => {
            out.push_str(&format!("  {}\n", categories.join(" | ")));
            out.extend(series.iter().map(|(name, values)| format!("  {name:?}: {}\n", listed(values))));
        }
        Marks::Histogram { edges, counts } => {
            out.push_str(&format!("  edges {}\n  counts {counts:?}\n", listed(&edges.clone().into())));
        }
        Marks::Density { n_columns, n_rows, counts, .. } => {
            out.push_str(&format!("  {n_columns} × {n_rows}, {} points\n", counts.iter().sum::<u32>()));
        }
        Marks::Box { boxes } => {
            for b in boxes {
                let five = [b.low, b.q1, b.median, b.q3, b.high].map(words::number).join(" ");
                out.push_str(&format!("  {:?} (n = {}): {five}; outside: {}\n", b.name, b.n, listed(&b.outliers)));
            }
        }
        Marks::Control(m) => {
            let lines =
                [("x", &m.x), ("y", &m.values), ("centre", &m.centre), ("lower", &m.lower), ("upper", &m.upper)];
            out.extend(lines.map(|(name, values)| format!("  {name} {}\n", listed(values))));
            out.extend(m.broken.iter().map(|b| format!("  point {} breaks {}\n", b.point, b.rules)));
            out.extend(m.left_out.iter().map(|l| format!("  point {} left out: {}\n", l.point, l.reason)));
        }
        Marks::Heat { columns, rows, values } => {
            out.push_str(&format!("  columns {}\n", columns.join(" | ")));
            out.extend(rows.iter().zip(values).map(|(row, v)| format!("  {row}: {}\n", listed(v))));
        }
    }
    out
}
