//! Control charts: the line of points, centre and limits, zones faintly, and what breaks a rule by shape,
//! colour and name.

use super::sheet::{LABEL_PX, Sheet};
use super::xy::{Ask, Xy, plan_xy};
use super::{Anchor, Hit, Shape, Snap};
use crate::base::ColumnType;
use crate::chart::ControlMarks;
use crate::chart::text::{clean, text_width_px};
use crate::chart::theme::Rgb;
use crate::chart::ticks::{format_value, format_with_unit};

/// More points than this are drawn without dots of their own.
const MAX_DOTS: usize = 150;

pub(super) fn plan_control(sheet: &mut Sheet, marks: &ControlMarks) {
    let Some((x_domain, y_domain)) = domains(sheet, marks) else {
        sheet.nothing("No values to show");
        return;
    };
    let data = sheet.data;
    // Named at the right, where the eye ends.
    let named = line_names(sheet, marks);
    let widest = named.iter().map(|(_, words)| text_width_px(words, LABEL_PX)).fold(0.0, f64::max);
    let has_room = sheet.width > 420.0;
    let right_px = if has_room { widest + 12.0 } else { 12.0 };
    let ask = Ask { x_domain, x_axis: &data.x, y_domain, y_axis: &data.y, right_px, round_x: false };
    let xy = plan_xy(sheet, &ask);
    zones(sheet, &xy, marks);
    let muted = sheet.theme.muted;
    steps(sheet, &xy, marks, &marks.centre, 1.4, muted);
    let stop = sheet.theme.stop;
    for limit in [&marks.lower, &marks.upper] {
        steps(sheet, &xy, marks, limit, 1.2, stop);
    }
    for (value, is_target) in [(marks.lower_spec, false), (marks.upper_spec, false), (marks.target, true)] {
        if let Some(value) = value.filter(|v| *v >= xy.y.domain.0 && *v <= xy.y.domain.1) {
            dashes(sheet, &xy, value, if is_target { muted } else { sheet.theme.ink });
        }
    }
    for start in &marks.breaks {
        if let Some(x) = marks.x.get(*start as usize).filter(|x| xy.x.contains(**x)) {
            let at = xy.x.at(*x) - 3.0;
            let grid = sheet.theme.muted.alpha(0.5);
            sheet.line((at, sheet.plot.y_px), (at, sheet.plot.bottom()), 1.0, grid);
        }
    }
    let accent = sheet.theme.accent;
    series(sheet, &xy, marks, false, accent);
    if !marks.below.is_empty() {
        series(sheet, &xy, marks, true, accent);
    }
    if has_room {
        names(sheet, &xy, &named);
    }
    sheet.snap = Snap::Column;
}

fn finite<'a>(values: impl IntoIterator<Item = &'a f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|v| v.is_finite()).fold(None, |range, v| match range {
        None => Some((*v, *v)),
        Some((low, high)) => Some((low.min(*v), high.max(*v))),
    })
}

type Domain = (f64, f64);

fn domains(sheet: &Sheet, marks: &ControlMarks) -> Option<(Domain, Domain)> {
    let view = sheet.frame.view.map(|v| v.x).filter(|(a, b)| a.is_finite() && b.is_finite() && a < b);
    let (low, high) = view.or_else(|| finite(marks.x.iter()))?;
    let x = if low == high { (low - 1.0, high + 1.0) } else { (low, high) };
    let is_seen = |i: &usize| marks.x.get(*i).is_some_and(|v| (x.0..=x.1).contains(v));
    let columns = [&marks.values, &marks.below, &marks.lower, &marks.upper, &marks.centre];
    let seen: Vec<f64> = columns
        .into_iter()
        .flat_map(|column| (0..marks.x.len()).filter(is_seen).filter_map(|i| column.get(i).copied()))
        .collect();
    let (low, high) = finite(&seen)?;
    // Limits of specification are shown where they do not dwarf what is charted.
    let room = high - low;
    let near = [marks.lower_spec, marks.upper_spec, marks.target]
        .into_iter()
        .flatten()
        .filter(|v| *v > low - room && *v < high + room);
    let (low, high) = near.fold((low, high), |(l, h), v| (l.min(v), h.max(v)));
    let edge = if high > low { (high - low) * 0.06 } else { low.abs().max(1.0) * 0.1 };
    Some((x, (low - edge, high + edge)))
}

/// Values at the right end, with what they are.
fn line_names(sheet: &Sheet, marks: &ControlMarks) -> Vec<(f64, String)> {
    let axis = &sheet.data.y;
    let write = |v: f64| format_with_unit(v, ColumnType::Number, axis.unit.as_deref());
    let end = |column: &[f64]| column.last().copied().filter(|v| v.is_finite());
    let lines = [
        (end(&marks.upper), "upper limit"),
        (end(&marks.centre), "centre"),
        (end(&marks.lower), "lower limit"),
        (marks.upper_spec, "upper specification"),
        (marks.lower_spec, "lower specification"),
        (marks.target, "target"),
    ];
    lines.into_iter().filter_map(|(value, what)| value.map(|v| (v, format!("{what} {}", write(v))))).collect()
}

fn names(sheet: &mut Sheet, xy: &Xy, named: &[(f64, String)]) {
    const LINE_PX: f64 = 14.0;
    let (low, high) = xy.y.domain;
    let mut taken: Vec<f64> = Vec::new();
    for (value, words) in named.iter().filter(|(v, _)| *v >= low && *v <= high) {
        let y = xy.y.at(*value);
        // What would lie on another name is read from the axis.
        if taken.iter().all(|t| (t - y).abs() >= LINE_PX) {
            sheet.text(sheet.plot.right() + 6.0, y, words, Anchor::Start, sheet.theme.muted);
            taken.push(y);
        }
    }
}

/// Runs of neighbouring points with the same level.
fn runs(x: &[f64], level: &[f64]) -> Vec<(f64, f64, f64)> {
    let mut out: Vec<(f64, f64, f64)> = Vec::new();
    for (i, (x, v)) in x.iter().zip(level).enumerate() {
        match out.last_mut() {
            Some(last) if last.2 == *v && i > 0 => last.1 = *x,
            _ => out.push((*x, *x, *v)),
        }
    }
    out
}

/// A level as steps: each point's holds to half way to its neighbours.
fn edges(x: &[f64]) -> Vec<(f64, f64)> {
    let between = |i: usize, j: usize| Some((x.get(i)? + x.get(j)?) / 2.0);
    (0..x.len())
        .map(|i| {
            let own = x.get(i).copied().unwrap_or(0.0);
            let left = i.checked_sub(1).and_then(|j| between(j, i)).unwrap_or(own);
            let right = between(i, i + 1).unwrap_or(own);
            (left, right)
        })
        .collect()
}

fn steps(sheet: &mut Sheet, xy: &Xy, marks: &ControlMarks, level: &[f64], width_px: f64, color: Rgb) {
    let mut line: Vec<(f64, f64)> = Vec::new();
    let mut lines = Vec::new();
    let (low, high) = xy.x.domain;
    for ((left, right), v) in edges(&marks.x).into_iter().zip(level) {
        if !v.is_finite() || right < low || left > high {
            lines.push(std::mem::take(&mut line));
            continue;
        }
        let y = xy.y.at(*v);
        line.push((xy.x.at(left.max(low)), y));
        line.push((xy.x.at(right.min(high)), y));
    }
    lines.push(line);
    for points in lines.into_iter().filter(|l| l.len() > 1) {
        sheet.shapes.push(Shape::Polyline { points, width_px, paint: color.alpha(0.75) });
    }
}

fn dashes(sheet: &mut Sheet, xy: &Xy, value: f64, color: Rgb) {
    let (y, plot) = (xy.y.at(value), sheet.plot);
    let mut x = plot.x_px;
    while x < plot.right() {
        sheet.line((x, y), ((x + 6.0).min(plot.right()), y), 1.0, color.alpha(0.7));
        x += 11.0;
    }
}

/// One and two standard deviations, faintly.
fn zones(sheet: &mut Sheet, xy: &Xy, marks: &ControlMarks) {
    let level = |k: f64| -> Vec<f64> {
        marks.centre.iter().zip(marks.sigma.iter()).map(|(c, s)| if *s > 0.0 { c + k * s } else { f64::NAN }).collect()
    };
    let (low, high) = xy.y.domain;
    let within = |v: f64| v.clamp(low.min(high), low.max(high));
    for k in [1.0, 2.0] {
        let paint = sheet.theme.accent.alpha(0.05);
        let (above, below) = (level(k), level(-k));
        let spans = runs(&marks.x, &above).into_iter().zip(runs(&marks.x, &below));
        for ((from, to, up), (.., down)) in spans.filter(|((.., up), _)| up.is_finite()) {
            let (from, to) = (from.max(xy.x.domain.0), to.min(xy.x.domain.1));
            if to <= from {
                continue;
            }
            let (left, right) = (xy.x.at(from), xy.x.at(to));
            let (top, bottom) = (xy.y.at(within(up)), xy.y.at(within(down)));
            let points = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
            sheet.shapes.push(Shape::Area { points, paint });
        }
    }
}

fn series(sheet: &mut Sheet, xy: &Xy, marks: &ControlMarks, is_below: bool, color: Rgb) {
    let values = if is_below { &marks.below } else { &marks.values };
    let points: Vec<(usize, f64, f64)> = marks
        .x
        .iter()
        .zip(values.iter())
        .enumerate()
        .filter(|(_, (x, y))| xy.x.contains(**x) && y.is_finite())
        .map(|(i, (x, y))| (i, xy.x.at(*x), xy.y.at(*y)))
        .collect();
    let line: Vec<(f64, f64)> = points.iter().map(|(_, x, y)| (*x, *y)).collect();
    if line.len() > 1 {
        sheet.shapes.push(Shape::Polyline { points: line, width_px: 1.6, paint: color.into() });
    }
    let mut broken = marks.broken.iter().filter(|b| b.is_below == is_below).peekable();
    let mut left_out = marks.left_out.iter().peekable();
    let (data, paper) = (sheet.data, sheet.theme.paper);
    for (i, x, y) in points.iter().copied() {
        let is_own = |point: u32| point as usize == i;
        while broken.next_if(|b| (b.point as usize) < i).is_some() {}
        while left_out.next_if(|l| (l.point as usize) < i).is_some() {}
        let rules = broken.peek().filter(|b| is_own(b.point)).map(|b| b.rules.clone());
        let reason = left_out.peek().filter(|l| is_own(l.point)).map(|l| l.reason.clone());
        match (&rules, &reason) {
            // A diamond, so that it is told by shape as well.
            (Some(_), _) => {
                let diamond = |r: f64| vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)];
                sheet.shapes.push(Shape::Area { points: diamond(7.5), paint: paper.into() });
                sheet.shapes.push(Shape::Area { points: diamond(6.0), paint: sheet.theme.stop.into() });
            }
            // A ring: seen, and not counted.
            (None, Some(_)) => {
                sheet.shapes.push(Shape::Circle { x_px: x, y_px: y, r_px: 4.5, paint: sheet.theme.muted.into() });
                sheet.shapes.push(Shape::Circle { x_px: x, y_px: y, r_px: 3.0, paint: paper.into() });
            }
            (None, None) if points.len() <= MAX_DOTS => sheet.dot(x, y, 2.6, color.into()),
            (None, None) => {}
        }
        let value = values.get(i).copied().unwrap_or(f64::NAN);
        let place = marks.x.get(i).copied().unwrap_or(f64::NAN);
        let mut label = format!(
            "{}\n{}: {}",
            format_value(place, data.x.column_type),
            data.y.label,
            format_with_unit(value, ColumnType::Number, data.y.unit.as_deref())
        );
        if let Some(rules) = rules {
            label.push_str(&format!("\nBreaks {}", clean(&rules)));
        }
        if let Some(reason) = reason {
            label.push_str(&format!("\nLeft out of the limits: {}", clean(&reason)));
        }
        let series = usize::from(is_below);
        sheet.hits.push(Hit { x_px: x - 4.0, y_px: y - 4.0, w_px: 8.0, h_px: 8.0, label, series, index: i });
    }
}
