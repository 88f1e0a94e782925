//! Bars, from zero; side by side or stacked where there are several series.

use super::oriented::{Ask, Oriented, needs_lines, plan_oriented};
use super::sheet::{LABEL_PX, Sheet};
use super::xy::value_domain;
use super::{Anchor, Hit, Snap};
use crate::base::Floats;
use crate::chart::ChartData;
use crate::chart::text::{clean, text_width_px};
use crate::chart::theme::Rgb;
use crate::chart::ticks::{format_short_beside, format_with_unit};
use crate::recipe::Aggregate;

/// Whether bars lie, so that their names can be read.
pub(super) fn is_horizontal(data: &ChartData, names: &[String], n_series: usize, width_px: f64) -> bool {
    needs_lines(data, names, width_px) || (n_series > 3 && names.len() > 6 && !super::oriented::has_order(data))
}

/// Counts and sums of parts add up to a whole; means do not.
pub(super) fn is_stacked(data: &ChartData, series: &[(String, Floats)]) -> bool {
    let label = data.y.label.as_str();
    let adds_up = label == Aggregate::Count.word() || label.starts_with("sum of ");
    series.len() > 1 && adds_up && series.iter().flat_map(|(_, v)| v.iter()).all(|v| v.is_nan() || *v >= 0.0)
}

/// How much colour is left in bars that stand back; they keep 3:1 on the paper.
const FADED: f64 = 0.72;

struct Bar {
    series: usize,
    index: usize,
    from: f64,
    to: f64,
    value: f64,
    /// The part of the band it takes: start and extent.
    part: (f64, f64),
}

pub(super) fn plan_bar(sheet: &mut Sheet, categories: &[String], series: &[(String, Floats)]) {
    if series.len() > 1 {
        let names: Vec<&str> = series.iter().map(|(n, _)| n.as_str()).collect();
        sheet.legend(&names);
    }
    let shown: Vec<(usize, &Floats)> =
        series.iter().enumerate().filter(|(_, (n, _))| !sheet.is_hidden(n)).map(|(i, (_, v))| (i, v)).collect();
    let data = sheet.data;
    let stacked = is_stacked(data, series);
    let bars = bars_of(categories.len(), &shown, stacked);
    if bars.is_empty() {
        sheet.nothing("No values to show");
        return;
    }
    let ends = bars.iter().fold((0f64, 0f64), |(l, h), b| (l.min(b.to), h.max(b.to)));
    let domain = value_domain(ends.0, ends.1, true);
    let lies = is_horizontal(data, categories, series.len(), sheet.width);
    let is_single = series.len() == 1;
    let value_type = data.y.column_type;
    let largest = ends.1.max(-ends.0);
    let short = |value: f64| format_short_beside(value, largest, value_type);
    let room = (lies && is_single).then(|| {
        let width = |b: &Bar| text_width_px(&short(b.value), LABEL_PX) * 1.06 + 8.0;
        let widest = |below: bool| bars.iter().filter(|b| (b.value < 0.0) == below).map(width).fold(0.0, f64::max);
        (widest(true), widest(false))
    });
    let fill_frac = if is_single || stacked { 0.72 } else { 0.8 };
    let ask = Ask {
        names: categories,
        value_domain: domain,
        value_axis: &data.y,
        is_horizontal: lies,
        value_room: room,
        fill_frac,
    };
    let at = plan_oriented(sheet, &ask);
    for bar in &bars {
        draw_bar(sheet, &at, bar, series.len(), categories);
        if lies && is_single {
            let (x, y) = at.point(at.band.center(bar.index), bar.to);
            let is_marked = data.mark.as_deref() == categories.get(bar.index).map(String::as_str);
            let (x, anchor) = if bar.value < 0.0 { (x - 5.0, Anchor::End) } else { (x + 5.0, Anchor::Start) };
            let color = if is_marked { sheet.theme.attention } else { sheet.theme.muted };
            if at.band.step_px >= 11.0 || is_marked {
                let text = short(bar.value);
                sheet.text_full(x, y, &text, LABEL_PX, anchor, is_marked, color.into());
            }
        }
    }
    base_line(sheet, &at);
    sheet.snap = Snap::Inside;
}

fn bars_of(n: usize, shown: &[(usize, &Floats)], stacked: bool) -> Vec<Bar> {
    let mut bars = Vec::new();
    for index in 0..n {
        let mut top = 0.0;
        for (place, (series, values)) in shown.iter().enumerate() {
            let Some(value) = values.get(index).copied().filter(|v| v.is_finite()) else { continue };
            let value = value.clamp(-1e300, 1e300);
            let extent = if stacked { 1.0 } else { 1.0 / shown.len() as f64 };
            let start = if stacked { 0.0 } else { place as f64 * extent };
            let from = if stacked { top } else { 0.0 };
            bars.push(Bar { series: *series, index, from, to: from + value, value, part: (start, extent) });
            top += value;
        }
    }
    bars
}

fn draw_bar(sheet: &mut Sheet, at: &Oriented, bar: &Bar, n_series: usize, categories: &[String]) {
    let data = sheet.data;
    let name = categories.get(bar.index).map_or("", String::as_str);
    let is_marked = data.mark.as_deref() == Some(name);
    let full = at.band.width();
    let gap = if n_series > 1 && bar.part.1 < 1.0 && full * bar.part.1 > 5.0 { 1.0 } else { 0.0 };
    let start = at.band.start(bar.index) + full * bar.part.0 + gap / 2.0;
    // A bar that lies stays a bar in a tall chart.
    let extent = (full * bar.part.1 - gap).max(0.5);
    let most = if at.is_horizontal { 34.0 } else { 96.0 };
    let (start, extent) =
        if extent > most && n_series == 1 { (start + (extent - most) / 2.0, most) } else { (start, extent) };
    let mut rect = at.rect(start, extent, bar.from, bar.to);
    let color: Rgb =
        if is_marked && n_series == 1 { sheet.theme.attention } else { sheet.theme.series_color(bar.series) };
    let fades = data.mark.is_some() && !is_marked && categories.iter().any(|c| data.mark.as_deref() == Some(c));
    let is_rest = n_series == 1 && data.n_more > 0 && bar.index + 1 == categories.len() && is_rest_name(name);
    let share = if fades || is_rest { FADED } else { 1.0 };
    // A hair between stacked parts.
    if n_series > 1 && bar.from != 0.0 && !at.is_horizontal && rect.h_px > 3.0 {
        rect.h_px -= 1.0;
    } else if n_series > 1 && bar.from != 0.0 && at.is_horizontal && rect.w_px > 3.0 {
        rect.x_px += 1.0;
        rect.w_px -= 1.0;
    }
    if bar.value != 0.0 {
        // Opaque, so that the grid does not show through.
        let paper = sheet.theme.paper;
        sheet.rect(rect, color.over(paper, share).into());
    }
    let unit = data.y.unit.as_deref();
    let words = format_with_unit(bar.value, data.y.column_type, unit);
    let of = match &data.marks {
        crate::chart::Marks::Bar { series, .. } if series.len() > 1 => {
            series.get(bar.series).map_or(String::new(), |(n, _)| clean(n))
        }
        _ => data.y.label.clone(),
    };
    let label = format!("{}\n{of}: {words}", clean(name));
    // The whole length of the band answers, so that short bars can be reached; stacked ones by part.
    let plot = sheet.plot;
    let is_part = bar.part.1 >= 1.0 && n_series > 1;
    let hit = match (is_part, at.is_horizontal) {
        (true, _) => rect,
        (false, true) => super::Rect { x_px: plot.x_px, w_px: plot.w_px, ..rect },
        (false, false) => super::Rect { y_px: plot.y_px, h_px: plot.h_px, ..rect },
    };
    sheet.hits.push(Hit {
        x_px: hit.x_px,
        y_px: hit.y_px,
        w_px: hit.w_px,
        h_px: hit.h_px,
        label,
        series: bar.series,
        index: bar.index,
    });
}

fn is_rest_name(name: &str) -> bool {
    matches!(name, "Other" | "All others")
}

fn base_line(sheet: &mut Sheet, at: &Oriented) {
    let plot = sheet.plot;
    let zero = at.value.at(0.0);
    let paint = sheet.theme.muted.alpha(0.8);
    if at.is_horizontal {
        sheet.line((zero, plot.y_px), (zero, plot.bottom()), 1.0, paint);
    } else {
        sheet.line((plot.x_px, zero), (plot.right(), zero), 1.0, paint);
    }
}
