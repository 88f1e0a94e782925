//! Control charts: points in order, around a centre line with limits.

use super::columns::{axis_of, find};
use super::{Reduced, measured, nothing_to_show};
use crate::base::{ColumnType, Problem};
use crate::chart::{AxisInfo, Broken, ChartSpec, ControlMarks, LeftOut, Marks};
use crate::insight::control::{Charted, ControlChart, ControlKind, Panel, control_chart, series_of};
use crate::table::Table;

/// Points at most; of more, the last ones are shown. The rules have looked at all.
const MAX_POINTS: usize = 2_000;

pub(super) fn reduce_control(table: &Table, spec: &ChartSpec) -> Result<Reduced, Problem> {
    let value = measured(spec)?;
    let (_, value_info) = find(table, value)?;
    let order = Some(spec.x.as_str()).filter(|x| !x.is_empty());
    let mut options = spec.control.clone().unwrap_or_default();
    if options.subgroup.is_none() && options.chart.has_subgroups() {
        options.subgroup = spec.group.clone().filter(|g| !g.is_empty());
    }
    let charted = series_of(table, value, order, &options)?;
    if charted.rows.is_empty() {
        return Err(nothing_to_show(spec));
    }
    let chart = control_chart(&charted.series, &options).map_err(|no| no.problem(value))?;
    let n = charted.rows.len();
    let skip = n.saturating_sub(MAX_POINTS);
    let (x, x_axis) = places(table, order, &charted)?;
    let own = axis_of(value_info);
    let main = chart.panels.first().cloned().unwrap_or_default();
    let y_axis =
        AxisInfo { label: main.label.clone(), unit: unit_of(chart.kind, own.unit), column_type: ColumnType::Number };
    let cut = |column: &[f64]| column.iter().copied().skip(skip).collect();
    let below = if chart.kind == ControlKind::Cusum { chart.panels.get(1).map(|p| cut(&p.values)) } else { None };
    let reason = |point: usize| {
        let rows = charted.rows.get(point)?;
        options.excluded.iter().find(|e| rows.contains(&e.row)).map(|e| e.reason.clone())
    };
    let left_out =
        (skip..n).filter_map(|point| reason(point).map(|reason| LeftOut { point: (point - skip) as u32, reason }));
    let limits = options.spec.unwrap_or_default();
    let marks = ControlMarks {
        x: x.into_iter().skip(skip).collect(),
        values: cut(&main.values),
        below: below.unwrap_or_default(),
        centre: cut(&main.centre),
        sigma: cut(&main.sigma),
        lower: cut(&main.lower),
        upper: cut(&main.upper),
        broken: broken(&chart, skip),
        left_out: left_out.collect(),
        breaks: breaks(&charted, skip),
        told: told(&chart),
        lower_spec: limits.lower,
        upper_spec: limits.upper,
        target: limits.target,
    };
    Ok(Reduced {
        marks: Marks::Control(Box::new(marks)),
        x: x_axis,
        y: y_axis,
        n_rows: charted.rows.iter().map(|rows| rows.len() as u64).sum(),
        n_missing: charted.n_missing,
        n_more: skip as u64,
        mark: spec.mark.clone(),
        aggregate: None,
        per: None,
    })
}

/// Shares and sums of standard deviations have another unit than what they are made of.
fn unit_of(kind: ControlKind, unit: Option<String>) -> Option<String> {
    if matches!(kind, ControlKind::P | ControlKind::U) { None } else { unit }
}

/// By the order column where no two points share a place, else one after the other.
fn places(table: &Table, order: Option<&str>, charted: &Charted) -> Result<(Vec<f64>, AxisInfo), Problem> {
    let is_increasing = charted.places.windows(2).all(|w| matches!(w, [a, b] if a < b));
    match order {
        Some(name) if is_increasing => Ok((charted.places.clone(), axis_of(find(table, name)?.1))),
        _ => {
            let label = order.map_or_else(|| "row in order".to_owned(), |name| format!("order by {name}"));
            let x = (1..=charted.rows.len()).map(|i| i as f64).collect();
            Ok((x, AxisInfo { label, unit: None, column_type: ColumnType::Integer }))
        }
    }
}

/// The points of the main line that break a rule, with the rules' names; those of the sums below as well.
fn broken(chart: &ControlChart, skip: usize) -> Vec<Broken> {
    let is_drawn = |panel: usize| panel == 0 || chart.kind == ControlKind::Cusum;
    let mut out: Vec<Broken> = Vec::new();
    for signal in chart.signals.iter().filter(|s| s.at >= skip && is_drawn(s.panel)) {
        let point = (signal.at - skip) as u32;
        let is_below = signal.panel > 0;
        match out.last_mut().filter(|b| b.point == point && b.is_below == is_below) {
            Some(known) => {
                known.rules.push_str(", ");
                known.rules.push_str(signal.rule.label());
            }
            None => out.push(Broken { point, is_below, rules: signal.rule.label().to_owned() }),
        }
    }
    out
}

/// Points that begin another stage.
fn breaks(charted: &Charted, skip: usize) -> Vec<u32> {
    let stages = &charted.series.stages;
    let is_new = |(_, pair): &(usize, &[u32])| matches!(pair, [a, b] if a != b);
    stages
        .windows(2)
        .enumerate()
        .filter(is_new)
        .filter_map(|(i, _)| (i + 1).checked_sub(skip))
        .map(|i| i as u32)
        .collect()
}

/// "Nelson 1 at 2 points, Nelson 2 at 5 points; moving range beyond the limits at 1 point".
fn told(chart: &ControlChart) -> String {
    let mut parts = Vec::new();
    for (number, panel) in chart.panels.iter().enumerate() {
        for rule in &chart.rules {
            let n = chart.signals.iter().filter(|s| s.rule == *rule && s.panel == number).count() as u64;
            if n > 0 {
                let points = crate::base::wording::plural(n, "point", "points");
                let of = if number == 0 { String::new() } else { format!("{} ", short(panel)) };
                parts.push(format!("{of}{} at {points}", rule.label()));
            }
        }
    }
    parts.join(", ")
}

fn short(panel: &Panel) -> &str {
    panel.label.split(" of ").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{NodeId, TableId};
    use crate::chart::{ChartData, ChartKind, Frame, Shape, Theme, plan, reduce, summary};
    use crate::insight::control::{ControlOptions, Exclusion, Rule};
    use crate::table::ColumnInfo;
    use arrow::array::{ArrayRef, Float64Array, Int64Array};
    use std::sync::Arc;

    /// Thirty runs, the twelfth of them wild; the run numbers count down.
    fn table(n: usize) -> Table {
        let value = |i: usize| ((i * 7) % 5) as f64 + if i == 11 { 40.0 } else { 0.0 };
        let run: ArrayRef = Arc::new(Int64Array::from_iter_values((0..n as i64).rev()));
        let mass: ArrayRef = Arc::new(Float64Array::from_iter_values((0..n).map(value)));
        let mut info = ColumnInfo::new("mass", ColumnType::Number);
        info.unit = Some("mg".to_owned());
        Table::from_columns(vec![(ColumnInfo::new("run", ColumnType::Integer), run), (info, mass)]).unwrap()
    }

    fn chart(n: usize, x: &str, options: ControlOptions) -> ChartData {
        let spec = ChartSpec::new(ChartKind::Control, NodeId::Table(TableId(1)), x);
        reduce(&table(n), &ChartSpec { y: Some("mass".to_owned()), control: Some(Box::new(options)), ..spec }).unwrap()
    }

    fn marks(data: &ChartData) -> &ControlMarks {
        let Marks::Control(marks) = &data.marks else { panic!("not a control chart") };
        marks
    }

    #[test]
    fn the_wild_point_is_marked_and_named() {
        let rules = vec![Rule::Nelson1];
        let data = chart(30, "", ControlOptions { rules: rules.clone(), ..ControlOptions::default() });
        assert_eq!(
            marks(&data).broken.iter().map(|b| (b.point, b.rules.as_str())).collect::<Vec<_>>(),
            [(11, "Nelson 1")]
        );
        assert_eq!(data.title, "Mass: Nelson 1 at 1 point");
        assert!(data.subtitle.starts_with("I-MR chart, mass in mg, 30 rows"), "{}", data.subtitle);
        let words = summary(&data);
        assert!(
            words.starts_with("Control chart of mass by row in order, 30 points; centre 3.333 mg, limits"),
            "{words}"
        );
        for theme in [Theme::light(), Theme::dark()] {
            let plan = plan(&data, &Frame::new(720.0, 300.0, theme));
            let wild = &plan.hits[11];
            assert_eq!(wild.label, "12\nmass: 42 mg\nBreaks Nelson 1");
            // By shape as well as by colour.
            let diamonds =
                plan.shapes.iter().filter(|s| matches!(s, Shape::Area { paint, .. } if paint.rgb == theme.stop));
            assert_eq!(diamonds.count(), 1);
        }
        // By the order, the same run is another point.
        let by_run = chart(30, "run", ControlOptions { rules, ..ControlOptions::default() });
        assert_eq!(marks(&by_run).broken[0].point, 18);
        assert_eq!(by_run.x.label, "run");
    }

    #[test]
    fn a_point_with_a_reason_is_a_ring() {
        let excluded = vec![Exclusion { row: 11, reason: "spilt".to_owned() }];
        let data = chart(30, "", ControlOptions { excluded, rules: vec![Rule::Nelson1], ..ControlOptions::default() });
        assert!(marks(&data).broken.is_empty());
        assert_eq!(data.title, "Mass breaks no rule");
        let plan = plan(&data, &Frame::new(390.0, 220.0, Theme::light()));
        assert!(plan.hits[11].label.ends_with("Left out of the limits: spilt"), "{}", plan.hits[11].label);
    }

    #[test]
    fn every_kind_is_drawn_or_says_why_not() {
        for kind in ControlKind::ALL {
            let options = ControlOptions { chart: kind, subgroup: Some("run".to_owned()), ..ControlOptions::default() };
            let spec = ChartSpec::new(ChartKind::Control, NodeId::Table(TableId(1)), "");
            let spec = ChartSpec { y: Some("mass".to_owned()), control: Some(Box::new(options)), ..spec };
            match reduce(&table(60), &spec) {
                Ok(data) => {
                    assert!(!plan(&data, &Frame::new(500.0, 260.0, Theme::light())).hits.is_empty(), "{kind:?}")
                }
                Err(problem) => assert!(!problem.why.is_empty(), "{kind:?}"),
            }
        }
    }

    #[test]
    fn of_many_points_the_last_are_shown() {
        let data = chart(2_500, "", ControlOptions::default());
        assert_eq!((marks(&data).values.len(), data.n_more), (2_000, 500));
        assert!(data.subtitle.ends_with("500 earlier points not shown"), "{}", data.subtitle);
    }
}
