//! A report in small: its verdict, three numbers and the shapes of its first charts, for a picture of a
//! few centimetres. Places and lengths run from 0 to 1, so that whoever draws it needs no scale.

use super::{FrozenContent, FrozenNumber, FrozenReport, State};
use crate::chart::{ChartData, Marks, Series, fence, parse_place};
use serde::{Deserialize, Serialize};

const MAX_NUMBERS: usize = 3;
const MAX_CHARTS: usize = 2;
/// Rows of bars or boxes.
const MAX_ROWS: usize = 5;
const MAX_LINES: usize = 3;
/// Pieces that a line is cut into; of each its lowest and highest points are kept.
const MAX_PIECES: usize = 24;
const DECIMALS: i32 = 3;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Miniature {
    pub state: State,
    pub sentence: String,
    /// (as written with its unit, label)
    pub numbers: Vec<(String, String)>,
    pub charts: Vec<MiniChart>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MiniChart {
    /// Points from the left and from below. The first line is the one that is spoken of.
    Lines {
        lines: Vec<Vec<(f64, f64)>>,
        mark: Option<(f64, f64)>,
    },
    Bars(Vec<MiniBar>),
    Boxes(Vec<MiniBox>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MiniBar {
    pub label: String,
    pub length: f64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_marked: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MiniBox {
    pub label: String,
    pub low: f64,
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
    pub high: f64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_marked: bool,
}

impl MiniChart {
    pub fn has_mark(&self) -> bool {
        match self {
            MiniChart::Lines { mark, .. } => mark.is_some(),
            MiniChart::Bars(bars) => bars.iter().any(|b| b.is_marked),
            MiniChart::Boxes(boxes) => boxes.iter().any(|b| b.is_marked),
        }
    }
}

impl Miniature {
    /// `None` for a report without a verdict.
    pub fn of(report: &FrozenReport) -> Option<Miniature> {
        let mut verdict = None;
        let (mut numbers, mut charts) = (Vec::new(), Vec::new());
        for block in &report.blocks {
            match &block.content {
                FrozenContent::Verdict { state, sentence, .. } => verdict = Some((*state, sentence.clone())),
                FrozenContent::Numbers(list) => numbers.extend(list.iter().map(written)),
                FrozenContent::Finding { finding, chart: Some(data), .. } => {
                    charts.extend(chart(data, finding.group.as_deref()));
                }
                FrozenContent::Chart { data, .. } => charts.extend(chart(data, None)),
                _ => {}
            }
        }
        numbers.truncate(MAX_NUMBERS);
        charts.truncate(MAX_CHARTS);
        verdict.map(|(state, sentence)| Miniature { state, sentence, numbers, charts })
    }
}

fn written(number: &FrozenNumber) -> (String, String) {
    let text = match &number.unit {
        Some(unit) if !number.text.ends_with(unit.as_str()) => format!("{} {unit}", number.text),
        _ => number.text.clone(),
    };
    (text, number.label.clone())
}

/// The chart in small, where its kind can be told at that size.
fn chart(data: &ChartData, group: Option<&str>) -> Option<MiniChart> {
    let mark = data.mark.as_deref();
    match &data.marks {
        Marks::Line { series } => lines(data, series, group),
        Marks::Bar { categories, series } => {
            let value = |i: usize| series.iter().filter_map(|(_, v)| v.get(i)).filter(|v| v.is_finite()).sum::<f64>();
            let values: Vec<f64> = (0..categories.len()).map(value).collect();
            let longest = values.iter().copied().fold(0.0, f64::max);
            // Bars start at zero and go one way.
            if longest <= 0.0 || values.iter().any(|v| *v < 0.0) {
                return None;
            }
            let bar = |(label, value): (&String, f64)| MiniBar {
                label: label.clone(),
                length: round(value / longest),
                is_marked: mark == Some(label.as_str()),
            };
            let bars: Vec<MiniBar> = categories.iter().zip(values).map(bar).collect();
            Some(MiniChart::Bars(first_rows(bars, |b| b.is_marked)))
        }
        Marks::Box { boxes } => {
            let low = boxes.iter().map(|b| b.low).fold(f64::INFINITY, f64::min);
            let high = boxes.iter().map(|b| b.high).fold(f64::NEG_INFINITY, f64::max);
            let at = |value: f64| if high > low { round((value - low) / (high - low)) } else { 0.5 };
            let boxes = boxes.iter().map(|b| MiniBox {
                label: b.name.clone(),
                low: at(b.low),
                q1: at(b.q1),
                median: at(b.median),
                q3: at(b.q3),
                high: at(b.high),
                is_marked: mark == Some(b.name.as_str()),
            });
            let boxes: Vec<MiniBox> = boxes.collect();
            (!boxes.is_empty()).then(|| MiniChart::Boxes(first_rows(boxes, |b| b.is_marked)))
        }
        Marks::Histogram { .. }
        | Marks::Scatter { .. }
        | Marks::Density { .. }
        | Marks::Heat { .. }
        | Marks::Control(_) => None,
    }
}

/// The first few in their order, and always the marked one.
fn first_rows<T>(mut rows: Vec<T>, is_marked: impl Fn(&T) -> bool) -> Vec<T> {
    let marked = rows.iter().position(is_marked).filter(|at| *at >= MAX_ROWS).map(|at| rows.swap_remove(at));
    if let Some(row) = marked {
        rows.truncate(MAX_ROWS - 1);
        rows.push(row);
    }
    rows.truncate(MAX_ROWS);
    rows
}

fn lines(data: &ChartData, series: &[Series], group: Option<&str>) -> Option<MiniChart> {
    let is_meant = |s: &&Series| group == Some(s.name.as_str());
    let meant = series.iter().find(is_meant).or(series.first())?;
    let others = series.iter().filter(|s| s.name != meant.name);
    let shown: Vec<Vec<(f64, f64)>> = std::iter::once(meant).chain(others).take(MAX_LINES).map(thinned).collect();
    let all = || shown.iter().flatten();
    let range = |values: &dyn Fn(&(f64, f64)) -> f64| {
        let low = all().map(values).fold(f64::INFINITY, f64::min);
        let high = all().map(values).fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let x_range = range(&|p: &(f64, f64)| p.0);
    // As in the chart, what lies far off stays at the edge.
    let y_range = fence(series.iter().flat_map(|s| s.y.iter().copied()).collect())
        .map_or_else(|| range(&|p: &(f64, f64)| p.1), |fence| (fence.low, fence.high));
    let place = |value: f64, (low, high): (f64, f64)| {
        if high > low { round(((value - low) / (high - low)).clamp(0.0, 1.0)) } else { 0.5 }
    };
    let small = |(x, y): &(f64, f64)| (place(*x, x_range), place(*y, y_range));
    let marked_at = data.mark.as_deref().and_then(|m| parse_place(m, data.x.column_type));
    let mark = marked_at.and_then(|at| {
        let nearest = shown.first()?.iter().min_by(|a, b| (a.0 - at).abs().total_cmp(&(b.0 - at).abs()))?;
        Some(small(nearest))
    });
    let lines: Vec<Vec<(f64, f64)>> = shown.iter().map(|line| line.iter().map(small).collect()).collect();
    lines.iter().any(|line| line.len() > 1).then_some(MiniChart::Lines { lines, mark })
}

/// The line with few points and all its peaks.
fn thinned(series: &Series) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64)> =
        series.x.iter().copied().zip(series.y.iter().copied()).filter(|p| p.0.is_finite() && p.1.is_finite()).collect();
    if points.len() <= 2 * MAX_PIECES {
        return points;
    }
    let mut out = Vec::new();
    for piece in points.chunks(points.len().div_ceil(MAX_PIECES)) {
        let by_y = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let (Some(low), Some(high)) = (piece.iter().min_by(by_y), piece.iter().max_by(by_y)) else { continue };
        out.push(if low.0 <= high.0 { *low } else { *high });
        if low != high {
            out.push(if low.0 <= high.0 { *high } else { *low });
        }
    }
    out
}

fn round(value: f64) -> f64 {
    let scale = 10_f64.powi(DECIMALS);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ColumnType, Floats};
    use crate::chart::{AxisInfo, BoxStats};
    use crate::report::sample;

    fn data(marks: Marks, mark: Option<&str>) -> ChartData {
        let axis = |column_type| AxisInfo { label: String::new(), unit: None, column_type };
        ChartData {
            title: String::new(),
            subtitle: String::new(),
            x: axis(ColumnType::Date),
            y: axis(ColumnType::Number),
            marks,
            n_rows: 1,
            n_missing: 0,
            n_more: 0,
            mark: mark.map(str::to_owned),
        }
    }

    fn bars(values: &[f64], mark: &str) -> Option<MiniChart> {
        let categories = (0..values.len()).map(|i| format!("P{i}")).collect();
        chart(&data(Marks::Bar { categories, series: vec![(String::new(), values.to_vec().into())] }, Some(mark)), None)
    }

    #[test]
    fn bars_start_at_zero_and_the_marked_one_is_among_them() {
        let Some(MiniChart::Bars(rows)) = bars(&[8.0, 4.0, 2.0, 2.0, 1.0, 1.0, 6.0], "P6") else { panic!() };
        let labels: Vec<&str> = rows.iter().map(|b| b.label.as_str()).collect();
        assert_eq!(labels, ["P0", "P1", "P2", "P3", "P6"]);
        assert_eq!((rows[1].length, rows[4].length, rows[4].is_marked), (0.5, 0.75, true));
        assert_eq!(bars(&[1.0, -1.0], "P0"), None, "a bar to the left would not be seen as one");
        assert_eq!(bars(&[], "P0"), None);
    }

    #[test]
    fn a_long_line_keeps_its_peak_and_its_mark() {
        let x: Floats = (0..1000).map(f64::from).collect();
        let y: Floats = (0..1000).map(|i| if i == 500 { 20.0 } else { f64::from(i % 10) }).collect();
        let other = Series { name: "a".into(), x: x.clone(), y: (0..1000).map(|_| 1.0).collect() };
        let series = vec![other, Series { name: "b".into(), x, y }];
        let made = chart(&data(Marks::Line { series }, Some("1971-05-16")), Some("b"));
        let Some(MiniChart::Lines { lines, mark }) = made else { panic!() };
        assert_eq!(lines.len(), 2);
        assert!(lines[0].len() <= 2 * MAX_PIECES && lines[0].iter().any(|p| p.1 == 1.0), "the meant line comes first");
        assert!(lines.iter().flatten().all(|p| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1)));
        assert_eq!(mark.map(|m| m.1), Some(1.0), "16 May 1971 is day 500");
    }

    #[test]
    fn the_code_of_a_broken_sensor_does_not_press_the_line_flat() {
        let x: Floats = (0..60).map(f64::from).collect();
        let y: Floats = (0..60).map(|i| if i == 7 { -127.0 } else { f64::from(i) / 10.0 }).collect();
        let made = chart(&data(Marks::Line { series: vec![Series { name: "a".into(), x, y }] }, None), None);
        let Some(MiniChart::Lines { lines, .. }) = made else { panic!() };
        let middle = lines[0].iter().find(|p| p.0 > 0.5).unwrap();
        assert!((middle.1 - 0.5).abs() < 0.1, "{middle:?}");
    }

    #[test]
    fn boxes_share_one_scale() {
        let of = |name: &str, at: f64| BoxStats {
            name: name.into(),
            n: 9,
            low: at,
            q1: at + 1.0,
            median: at + 2.0,
            q3: at + 3.0,
            high: at + 4.0,
            outliers: Floats::default(),
        };
        let made = chart(&data(Marks::Box { boxes: vec![of("a", 0.0), of("b", 4.0)] }, Some("b")), None);
        let Some(MiniChart::Boxes(boxes)) = made else { panic!() };
        assert_eq!((boxes[0].low, boxes[0].median, boxes[1].high), (0.0, 0.25, 1.0));
        assert!(boxes[1].is_marked && !boxes[0].is_marked);
    }

    #[test]
    fn a_report_without_a_verdict_has_no_miniature() {
        let mut report = sample::frozen();
        assert!(Miniature::of(&report).is_some());
        report.blocks.retain(|b| !matches!(b.content, FrozenContent::Verdict { .. }));
        assert_eq!(Miniature::of(&report), None);
    }
}
