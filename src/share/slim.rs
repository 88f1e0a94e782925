//! A report made small enough for a link, and made sound enough for JSON.

use crate::base::Floats;
use crate::chart::{BoxStats, ChartData, ControlMarks, Marks, Series};
use crate::insight::Finding;
use crate::report::{Explain, FrozenContent, FrozenReport};

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    /// Points of a line or scatter.
    pub n_points: usize,
    /// Rows of a table.
    pub n_rows: usize,
    /// Characters of a cell.
    pub n_chars: usize,
    /// Whether queries for the rows are kept; they work only where the data are.
    pub keep_sql: bool,
}

pub(super) const USUAL: Level = Level { n_points: 300, n_rows: 50, n_chars: 200, keep_sql: true };
pub(super) const TIGHT: Level = Level { n_points: 80, n_rows: 15, n_chars: 60, keep_sql: false };

/// Stands for what has no finite size, such as the ratio to a share of zero.
const HUGE: f64 = 1e300;

/// The report for a link: numbers of five significant digits, at most 300 points a series and 50
/// rows a table, no lists of row numbers. What is read stays the same.
pub fn slim(report: &FrozenReport) -> FrozenReport {
    slim_to(report, USUAL)
}

pub(super) fn slim_to(report: &FrozenReport, level: Level) -> FrozenReport {
    let mut slim = sound(report);
    slim.strip_parts.iter_mut().for_each(|part| slim_explain(&mut part.explain, level));
    for block in &mut slim.blocks {
        match &mut block.content {
            FrozenContent::Verdict { explain, .. } => slim_explain(explain, level),
            FrozenContent::Numbers(numbers) => {
                for number in numbers {
                    number.spark = rounded(&number.spark);
                    slim_explain(&mut number.explain, level);
                }
            }
            FrozenContent::Finding { finding, chart, explain, .. } => {
                slim_finding(finding, level);
                if let Some(chart) = chart {
                    slim_chart(chart, level);
                }
                slim_explain(explain, level);
            }
            FrozenContent::Chart { data, explain, .. } => {
                slim_chart(data, level);
                slim_explain(explain, level);
            }
            FrozenContent::Table { window, explain, .. } => {
                for cells in &mut window.cells {
                    cells.truncate(level.n_rows);
                    cells.iter_mut().flatten().for_each(|cell| shorten(cell, level.n_chars));
                }
                slim_explain(explain, level);
            }
            FrozenContent::Quality(items) => {
                items.iter_mut().filter_map(|i| i.explain.as_mut()).for_each(|e| slim_explain(e, level));
            }
            FrozenContent::Text(_) | FrozenContent::Sources | FrozenContent::Methods(_) | FrozenContent::Failed(_) => {}
        }
    }
    slim
}

/// The same report with no number that JSON cannot hold: ∞ becomes very large, what is unknown is
/// left out.
pub fn sound(report: &FrozenReport) -> FrozenReport {
    let mut sound = report.clone();
    for block in &mut sound.blocks {
        match &mut block.content {
            FrozenContent::Numbers(numbers) => {
                for number in numbers {
                    number.value = number.value.filter(|v| v.is_finite());
                }
            }
            FrozenContent::Finding { finding, chart, .. } => {
                sound_finding(finding);
                if let Some(chart) = chart {
                    sound_chart(chart);
                }
            }
            FrozenContent::Chart { data, .. } => sound_chart(data),
            _ => {}
        }
    }
    sound
}

/// As [`sound`], for a finding on its own way to the page.
pub fn sound_finding(finding: &mut Finding) {
    finding.strength = finite(finding.strength);
    finding.effect.value = finite(finding.effect.value);
    finding.effect.interval = finding
        .effect
        .interval
        .filter(|(low, high)| !low.is_nan() && !high.is_nan())
        .map(|(low, high)| (finite(low), finite(high)));
    finding.p_adjusted = finding.p_adjusted.filter(|p| p.is_finite());
}

fn finite(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-HUGE, HUGE) }
}

fn sound_chart(data: &mut ChartData) {
    match &mut data.marks {
        Marks::Histogram { edges, counts } if edges.iter().any(|e| !e.is_finite()) => {
            edges.clear();
            counts.clear();
        }
        Marks::Density { n_columns, n_rows, x_range, y_range, counts } => {
            let ends = [x_range.0, x_range.1, y_range.0, y_range.1];
            if ends.iter().any(|e| !e.is_finite()) {
                (*n_columns, *n_rows, *x_range, *y_range) = (0, 0, (0.0, 1.0), (0.0, 1.0));
                counts.clear();
            }
        }
        Marks::Box { boxes } => {
            boxes.retain(|b| [b.low, b.q1, b.median, b.q3, b.high].iter().all(|v| v.is_finite()));
        }
        _ => {}
    }
}

fn slim_explain(explain: &mut Explain, level: Level) {
    if !level.keep_sql {
        explain.rows_sql = None;
    }
}

fn slim_finding(finding: &mut Finding, level: Level) {
    finding.points.clear();
    finding.strength = significant(finding.strength);
    finding.effect.value = significant(finding.effect.value);
    finding.effect.interval = finding.effect.interval.map(|(low, high)| (significant(low), significant(high)));
    finding.p_adjusted = finding.p_adjusted.map(significant);
    if !level.keep_sql {
        finding.evidence_sql.clear();
    }
}

fn slim_chart(data: &mut ChartData, level: Level) {
    match &mut data.marks {
        Marks::Line { series } => series.iter_mut().for_each(|s| thin(s, &line_places(s, level.n_points))),
        Marks::Scatter { series } => {
            series.iter_mut().for_each(|s| thin(s, &even_places(s.x.len().min(s.y.len()), level.n_points)));
        }
        Marks::Bar { series, .. } => series.iter_mut().for_each(|(_, values)| *values = rounded(values)),
        Marks::Histogram { edges, .. } => {
            let before = std::mem::take(edges);
            *edges = rounded(&Floats(before)).0;
        }
        Marks::Heat { values, .. } => values.iter_mut().for_each(|row| *row = rounded(row)),
        Marks::Box { boxes } => boxes.iter_mut().for_each(round_box),
        Marks::Control(marks) => slim_control(marks),
        Marks::Density { .. } => {}
    }
}

/// No point may go: each can be the one that breaks a rule.
fn slim_control(marks: &mut ControlMarks) {
    for list in
        [&mut marks.values, &mut marks.below, &mut marks.centre, &mut marks.sigma, &mut marks.lower, &mut marks.upper]
    {
        *list = rounded(list);
    }
}

fn round_box(stats: &mut BoxStats) {
    let quantum = quantum_of(stats.high - stats.low);
    for value in [&mut stats.low, &mut stats.q1, &mut stats.median, &mut stats.q3, &mut stats.high] {
        *value = to_quantum(*value, quantum);
    }
    stats.outliers = rounded(&stats.outliers);
}

fn thin(series: &mut Series, places: &[usize]) {
    let pick = |values: &Floats| places.iter().filter_map(|i| values.get(*i).copied()).collect::<Floats>();
    series.x = rounded(&pick(&series.x));
    series.y = rounded(&pick(&series.y));
}

/// Of each run of points the smallest, the largest and a break if there is one, and both ends:
/// peaks and gaps stay visible.
fn line_places(series: &Series, n_points: usize) -> Vec<usize> {
    let n = series.x.len().min(series.y.len());
    if n <= n_points {
        return (0..n).collect();
    }
    let n_runs = (n_points.saturating_sub(2) / 3).max(1);
    let mut places = vec![0, n - 1];
    for run in 0..n_runs {
        let (start, end) = (run * n / n_runs, (run + 1) * n / n_runs);
        let known = || (start..end).filter_map(|i| series.y.get(i).filter(|y| y.is_finite()).map(|y| (i, *y)));
        places.extend(known().min_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i));
        places.extend(known().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i));
        places.extend((start..end).find(|i| series.y.get(*i).is_some_and(|y| !y.is_finite())));
    }
    places.sort_unstable();
    places.dedup();
    places
}

fn even_places(n: usize, n_points: usize) -> Vec<usize> {
    if n <= n_points { (0..n).collect() } else { (0..n_points).map(|i| i * n / n_points).collect() }
}

/// Five significant digits, or one part in ten thousand of the range where that is finer: times
/// count from 1970, and five digits of them would be weeks.
fn rounded(values: &Floats) -> Floats {
    let known = || values.iter().copied().filter(|v| v.is_finite());
    let range = known().reduce(f64::max).unwrap_or(0.0) - known().reduce(f64::min).unwrap_or(0.0);
    let quantum = quantum_of(range);
    values.iter().map(|v| to_quantum(*v, quantum)).collect()
}

/// One part in ten thousand of a range, as a power of ten; zero for no range.
fn quantum_of(range: f64) -> f64 {
    if range > 0.0 && range.is_finite() { 10_f64.powf(range.log10().floor() - 4.0) } else { 0.0 }
}

fn to_quantum(value: f64, quantum: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let own = 10_f64.powf(value.abs().log10().floor() - 4.0);
    let quantum = if quantum > 0.0 { quantum.min(own) } else { return value };
    let digits = -quantum.log10().round() as i32;
    let rounded = if digits >= 0 {
        // Through text, so that 0.1 + 0.2 becomes 0.3 and not 0.30000000000000004.
        format!("{value:.*}", (digits as usize).min(300)).parse().unwrap_or(value)
    } else {
        let unit = 10_f64.powi(-digits);
        (value / unit).round() * unit
    };
    if rounded.is_finite() { rounded } else { value }
}

fn significant(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.4e}").parse().unwrap_or(value) } else { value }
}

fn shorten(text: &mut String, n_chars: usize) {
    if let Some((end, _)) = text.char_indices().nth(n_chars) {
        text.truncate(end);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn times_keep_their_places_and_values_five_digits() {
        let start = 1_793_500_000_000_000.0;
        let hours: Floats = (0..48).map(|i| start + f64::from(i) * 3.6e9).collect();
        let got = rounded(&hours);
        assert!(got.iter().zip(hours.iter()).all(|(a, b)| (a - b).abs() <= 1e7));
        assert_eq!(rounded(&Floats(vec![1.0 / 3.0, 2.0 / 3.0])), Floats(vec![0.33333, 0.66667]));
        assert_eq!(rounded(&Floats(vec![0.1 + 0.2, f64::NAN, 5.0])), Floats(vec![0.3, f64::NAN, 5.0]));
        assert_eq!(significant(123_456.0), 123_460.0);
    }

    #[test]
    fn a_thin_line_keeps_peaks_ends_and_gaps() {
        let n = 10_000;
        let mut y: Vec<f64> = (0..n).map(|i| f64::from(i % 7)).collect();
        y[5_000] = 99.0;
        y[7_000] = f64::NAN;
        let series = Series { name: String::new(), x: (0..n).map(f64::from).collect(), y: y.into() };
        let places = line_places(&series, 300);
        assert!(places.len() <= 300);
        for kept in [0, 5_000, 7_000, 9_999] {
            assert!(places.contains(&kept), "{kept}");
        }
    }

    #[test]
    fn what_json_cannot_hold_is_made_sound() {
        let mut report = sample::frozen();
        for block in &mut report.blocks {
            match &mut block.content {
                FrozenContent::Finding { finding, .. } => {
                    finding.effect.value = f64::INFINITY;
                    finding.effect.interval = Some((1.0, f64::NAN));
                    finding.p_adjusted = Some(f64::NAN);
                }
                FrozenContent::Numbers(numbers) => numbers[0].value = Some(f64::NAN),
                FrozenContent::Chart { data, .. } => {
                    data.marks = Marks::Histogram { edges: vec![0.0, f64::INFINITY], counts: vec![1] };
                }
                _ => {}
            }
        }
        let json = serde_json::to_vec(&sound(&report)).unwrap();
        let back = super::super::check::read_report(&json).unwrap();
        assert_eq!(back.blocks.len(), report.blocks.len());
        assert!(super::super::check::read_report(&serde_json::to_vec(&report).unwrap()).is_err());
    }

    #[test]
    fn what_is_read_stays() {
        let report = sample::frozen();
        let small = slim(&report);
        assert_eq!(small.strip, report.strip);
        let sentence = |r: &FrozenReport| {
            r.blocks.iter().find_map(|b| match &b.content {
                FrozenContent::Finding { finding, .. } => Some((finding.sentence.clone(), finding.points.len())),
                _ => None,
            })
        };
        assert_eq!(sentence(&small).unwrap().0, sentence(&report).unwrap().0);
        assert_eq!(sentence(&small).unwrap().1, 0);
    }
}
