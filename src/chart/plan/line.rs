//! Lines.

use super::fence::{Fence, fence};
use super::sheet::{LABEL_PX, Sheet};
use super::xy::{Ask, Xy, axis_words, mark_x, plan_xy, value_domain};
use super::{Anchor, Hit, Shape, Snap};
use crate::base::ColumnType;
use crate::chart::Series;
use crate::chart::reduce::parse_place;
use crate::chart::text::{clean, ellipsize, text_width_px};
use crate::chart::theme::Rgb;
use crate::chart::ticks::{format_value, format_with_unit};

/// Series that are named at the end of their line instead of in a legend.
const MAX_DIRECT: usize = 4;

pub(super) fn plan_line(sheet: &mut Sheet, series: &[Series]) {
    let all: Vec<&str> = series.iter().map(|s| s.name.as_str()).collect();
    let shown: Vec<(usize, &Series)> = series.iter().enumerate().filter(|(_, s)| !sheet.is_hidden(&s.name)).collect();
    let widest = shown.iter().map(|(_, s)| text_width_px(&clean(&s.name), LABEL_PX)).fold(0.0, f64::max);
    let direct_room = (sheet.width * 0.28).min(160.0);
    let is_direct = series.len() > 1
        && !shown.is_empty()
        && shown.len() <= MAX_DIRECT
        && widest <= direct_room
        && sheet.height > 140.0;
    match (series.len() > 1, is_direct) {
        (false, _) => {}
        // Named where they are; the page switches them off and on by the legend all the same.
        (true, true) => sheet.offer_legend(&all),
        (true, false) => sheet.legend(&all),
    }
    let Some(ask_domains) = domains(sheet, &shown) else {
        sheet.nothing("No values to show");
        return;
    };
    let (x_domain, y_domain, beyond) = ask_domains;
    let data = sheet.data;
    let ask = Ask {
        x_domain,
        x_axis: &data.x,
        y_domain,
        y_axis: &data.y,
        right_px: if is_direct { widest + 12.0 } else { 12.0 },
        round_x: false,
    };
    let xy = plan_xy(sheet, &ask);
    let mut ends = Vec::new();
    for (idx, s) in &shown {
        let color = sheet.theme.series_color(*idx);
        let last = draw_series(sheet, &xy, s, color);
        ends.extend(last.map(|(_, y)| (y, s.name.as_str(), color)));
        add_hits(sheet, &xy, *idx, s, series.len() > 1);
    }
    if is_direct {
        label_ends(sheet, ends);
    }
    if let Some(place) = data.mark.as_deref().and_then(|m| parse_place(m, data.x.column_type)) {
        mark_point(sheet, &xy, place, &shown);
    }
    if let Some(fence) = beyond {
        say_beyond(sheet, &fence);
    }
    sheet.snap = Snap::Column;
}

/// Says what lies beyond the axis.
fn say_beyond(sheet: &mut Sheet, fence: &Fence) {
    let axis = &sheet.data.y;
    let value = |v: f64| format_with_unit(v, axis.column_type, axis.unit.as_deref());
    let points = |n: usize| if n == 1 { "1 point".to_owned() } else { format!("{n} points") };
    let (below, above) = (value(fence.lowest), value(fence.highest));
    let (x, muted) = (sheet.plot.x_px + 6.0, sheet.theme.muted);
    if fence.n_below > 0 {
        let words = format!("{} below the axis, down to {below}", points(fence.n_below));
        sheet.note(x, sheet.plot.bottom() - 10.0, &words, Anchor::Start, muted);
    }
    if fence.n_above > 0 {
        let words = format!("{} above the axis, up to {above}", points(fence.n_above));
        sheet.note(x, sheet.plot.y_px + 10.0, &words, Anchor::Start, muted);
    }
}

/// The pixel of a value; one beyond the axis stays at its edge.
fn y_px(xy: &Xy, value: f64) -> f64 {
    let (low, high) = xy.y.domain;
    xy.y.at(value.clamp(low.min(high), low.max(high)))
}

fn points(s: &Series) -> impl Iterator<Item = (f64, f64)> + '_ {
    s.x.iter().copied().zip(s.y.iter().copied())
}

type Domains = ((f64, f64), (f64, f64), Option<Fence>);

/// The x domain shown, the y domain of what is visible in it, and what the latter leaves out.
fn domains(sheet: &Sheet, shown: &[(usize, &Series)]) -> Option<Domains> {
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)))
    };
    let finite = |p: &(f64, f64)| p.0.is_finite() && p.1.is_finite();
    let (low, high) = ends(&mut shown.iter().flat_map(|(_, s)| points(s).filter(finite)).map(|p| p.0));
    if low > high {
        return None;
    }
    let view = sheet.frame.view.map(|v| v.x).filter(|(a, b)| a.is_finite() && b.is_finite() && a < b);
    let (x_low, x_high) = view.unwrap_or(if low == high { around(low, sheet.data.x.column_type) } else { (low, high) });
    // The neighbours just outside of a zoomed range draw lines into it.
    let visible = shown.iter().flat_map(|(_, s)| clipped(s, x_low, x_high)).flatten().map(|p| p.1);
    let visible: Vec<f64> = visible.collect();
    let (mut y_low, mut y_high) = ends(&mut visible.iter().copied());
    let is_count = sheet.data.y.column_type == ColumnType::Integer && y_low >= 0.0;
    let beyond = fence(visible);
    if let Some(fence) = &beyond {
        // Some room, so that the edge at which the others lie is not taken for a value.
        let room = (fence.high - fence.low) * 0.15;
        (y_low, y_high) = (fence.low, fence.high);
        y_low -= if fence.n_below > 0 { room } else { 0.0 };
        y_high += if fence.n_above > 0 { room } else { 0.0 };
    }
    Some(((x_low, x_high), value_domain(y_low, y_high, is_count), beyond))
}

/// Some room around a single place.
fn around(value: f64, column_type: ColumnType) -> (f64, f64) {
    let room = match column_type {
        ColumnType::Date => 3.0,
        ColumnType::DateTime => 3.6e9 * 3.0,
        _ => (value.abs() * 0.05).max(0.5),
    };
    (value - room, value + room)
}

/// Runs of points without breaks, cut at the ends of a range.
fn clipped(s: &Series, low: f64, high: f64) -> Vec<Vec<(f64, f64)>> {
    let mut runs = Vec::new();
    let mut run: Vec<(f64, f64)> = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for p in points(s) {
        if !(p.0.is_finite() && p.1.is_finite()) {
            runs.push(std::mem::take(&mut run));
            before = None;
            continue;
        }
        let cross = |edge: f64, a: (f64, f64)| {
            let share = (edge - a.0) / (p.0 - a.0);
            (edge, a.1 + (p.1 - a.1) * share)
        };
        match before {
            Some(a) if a.0 < low && p.0 > low => run.push(cross(low, a)),
            _ => {}
        }
        match before {
            Some(a) if a.0 < high && p.0 > high => run.push(cross(high, a)),
            _ => {}
        }
        if (low..=high).contains(&p.0) {
            run.push(p);
        }
        before = Some(p);
    }
    runs.push(run);
    runs.retain(|r| !r.is_empty());
    runs
}

/// Draws the runs of a series; returns where it ends.
fn draw_series(sheet: &mut Sheet, xy: &Xy, s: &Series, color: Rgb) -> Option<(f64, f64)> {
    let mut last = None;
    let n_points = s.x.len();
    let mut dots = Vec::new();
    for run in clipped(s, xy.x.domain.0, xy.x.domain.1) {
        let line: Vec<(f64, f64)> = run.iter().map(|p| (xy.x.at(p.0), y_px(xy, p.1))).collect();
        last = line.last().copied().or(last);
        if line.len() == 1 || n_points <= 12 {
            dots.extend(line.iter().copied());
        }
        if line.len() > 1 {
            let width_px = if n_points > 800 { 1.4 } else { 1.8 };
            sheet.shapes.push(Shape::Polyline { points: line, width_px, paint: color.into() });
        }
    }
    for (x, y) in dots {
        sheet.dot(x, y, 3.0, color.into());
    }
    last
}

fn add_hits(sheet: &mut Sheet, xy: &Xy, idx: usize, s: &Series, names_series: bool) {
    let data = sheet.data;
    let unit = data.y.unit.as_deref();
    let mut last_column = i64::MIN;
    for (index, (x, y)) in points(s).enumerate() {
        if y.is_nan() || !xy.x.contains(x) {
            continue;
        }
        let (px, py) = (xy.x.at(x), y_px(xy, y));
        // One a pixel is as many as a pointer can tell apart.
        if s.x.len() > 600 && px as i64 == last_column {
            continue;
        }
        last_column = px as i64;
        let head = format_value(x, data.x.column_type);
        let name = if names_series { clean(&s.name) } else { data.y.label.clone() };
        let label = format!("{head}\n{name}: {}", format_with_unit(y, data.y.column_type, unit));
        sheet.hits.push(Hit { x_px: px - 4.0, y_px: py - 4.0, w_px: 8.0, h_px: 8.0, label, series: idx, index });
    }
}

/// Names at the ends of lines, pushed apart where they would touch.
fn label_ends(sheet: &mut Sheet, mut ends: Vec<(f64, &str, Rgb)>) {
    const LINE_PX: f64 = 15.0;
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (top, bottom) = (sheet.plot.y_px, sheet.plot.bottom());
    let mut places: Vec<f64> = Vec::new();
    for (y, ..) in &ends {
        let least = places.last().map_or(top, |p| p + LINE_PX);
        places.push(y.max(least));
    }
    // Back up from the bottom where the last ones were pushed out.
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - LINE_PX;
    }
    let x = sheet.plot.right() + 8.0;
    let room = sheet.width - x - sheet.edge + 4.0;
    for ((_, name, color), y) in ends.into_iter().zip(places) {
        let name = ellipsize(&clean(name), LABEL_PX, room);
        sheet.text(x, y, &name, Anchor::Start, color);
    }
}

fn mark_point(sheet: &mut Sheet, xy: &Xy, place: f64, shown: &[(usize, &Series)]) {
    let data = sheet.data;
    let at = |s: &Series| points(s).filter(|p| p.1.is_finite()).find(|p| p.0 == place);
    let values: Vec<(f64, f64)> = shown.iter().filter_map(|(_, s)| at(s)).collect();
    let head = format_value(place, data.x.column_type);
    let words = match values.as_slice() {
        [(_, y)] => format!("{head}: {}", format_with_unit(*y, data.y.column_type, data.y.unit.as_deref())),
        _ if data.x.column_type.is_temporal() => head,
        _ => format!("{}: {head}", axis_words(&data.x)),
    };
    mark_x(sheet, xy, place, &words);
    for (x, y) in values {
        if xy.x.contains(x) {
            let (x, y, paint) = (xy.x.at(x), y_px(xy, y), sheet.theme.attention.into());
            sheet.dot(x, y, 4.0, paint);
        }
    }
}
