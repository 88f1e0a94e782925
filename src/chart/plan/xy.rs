//! Plots with two scales: axes, grid and labels.

use super::sheet::{LABEL_PX, Sheet};
use super::{Anchor, Rect};
use crate::base::ColumnType;
use crate::chart::AxisInfo;
use crate::chart::scale::Linear;
use crate::chart::text::text_width_px;
use crate::chart::ticks::{Tick, format_value, number_ticks, round_domain, round_step};
use crate::chart::time_ticks::time_ticks;

const DAY_MICROS: f64 = 86_400e6;

/// "mean of yield, g".
pub(super) fn axis_words(axis: &AxisInfo) -> String {
    match &axis.unit {
        Some(unit) => format!("{}, {unit}", axis.label),
        None => axis.label.clone(),
    }
}

/// What the axes must cover.
pub(super) struct Ask<'a> {
    pub x_domain: (f64, f64),
    pub x_axis: &'a AxisInfo,
    pub y_domain: (f64, f64),
    pub y_axis: &'a AxisInfo,
    /// Kept free at the right, for labels at the ends of lines.
    pub right_px: f64,
    /// Whether the horizontal axis may end beyond its values, at a round one.
    pub round_x: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Xy {
    pub x: Linear,
    pub y: Linear,
}

/// Widens to zero where values start near it, and gives a single value some room.
pub(super) fn value_domain(low: f64, high: f64, from_zero: bool) -> (f64, f64) {
    if low > high {
        return (0.0, 1.0);
    }
    let (mut low, mut high) = (low, high);
    if from_zero || (low > 0.0 && low < high * 0.4) {
        low = low.min(0.0);
    }
    if from_zero || (high < 0.0 && high > low * 0.4) {
        high = high.max(0.0);
    }
    if low == high {
        return match low {
            0.0 => (0.0, 1.0),
            v if from_zero => (v.min(0.0), v.max(0.0)),
            v => (v - (v.abs() * 0.1).max(0.5), v + (v.abs() * 0.1).max(0.5)),
        };
    }
    (low, high)
}

/// A domain and its ticks, about `n_wanted` of them. `is_round`: widened to end at ticks.
pub(super) fn ticks_of(
    domain: (f64, f64),
    axis: &AxisInfo,
    n_wanted: usize,
    is_round: bool,
) -> ((f64, f64), Vec<Tick>) {
    let domain = Linear::new(domain, (0.0, 1.0)).domain;
    match axis.column_type {
        ColumnType::Date => {
            let ticks = time_ticks((domain.0 * DAY_MICROS, domain.1 * DAY_MICROS), n_wanted, true);
            let in_days = |t: Tick| Tick { value: t.value / DAY_MICROS, ..t };
            (domain, ticks.into_iter().map(in_days).collect())
        }
        ColumnType::DateTime => (domain, time_ticks(domain, n_wanted, false)),
        other => {
            let is_whole = other == ColumnType::Integer;
            if is_round {
                // A small chart has fewer labels, but wastes no more room above its values.
                let (low, high, fine) = round_domain(domain.0, domain.1, n_wanted.max(4), is_whole);
                let step = round_step(high - low, n_wanted).max(fine);
                let ticks = number_ticks((low, high), if is_whole { step.ceil() } else { step });
                let ticks = if ticks.len() < 3 { number_ticks((low, high), fine) } else { ticks };
                ((low, high), ticks)
            } else {
                let step = round_step(domain.1 - domain.0, n_wanted);
                (domain, number_ticks(domain, if is_whole { step.max(1.0).ceil() } else { step }))
            }
        }
    }
}

/// As many ticks as fit side by side.
pub(super) fn fitting_ticks(
    domain: (f64, f64),
    axis: &AxisInfo,
    width_px: f64,
    is_round: bool,
) -> ((f64, f64), Vec<Tick>) {
    let most = ((width_px / 76.0) as usize).clamp(2, 8);
    for n_wanted in (2..=most).rev() {
        let (rounded, ticks) = ticks_of(domain, axis, n_wanted, is_round);
        let scale = Linear::new(rounded, (0.0, width_px));
        let fits = ticks.windows(2).all(|pair| match pair {
            [a, b] => {
                let half = |t: &Tick| {
                    let context = t.context.as_deref().map_or(0.0, |c| text_width_px(c, LABEL_PX));
                    text_width_px(&t.label, LABEL_PX).max(context) / 2.0
                };
                scale.at(b.value) - scale.at(a.value) >= half(a) + half(b) + 10.0
            }
            _ => true,
        });
        if fits && ticks.len() > 1 {
            return (rounded, ticks);
        }
    }
    let (rounded, mut ticks) = ticks_of(domain, axis, 2, is_round);
    // The first and last at least never touch.
    if ticks.len() > 2 {
        let last = ticks.pop();
        ticks.truncate(1);
        ticks.extend(last);
    }
    (rounded, ticks)
}

/// Draws axes and grid, and returns the scales.
pub(super) fn plan_xy(sheet: &mut Sheet, ask: &Ask) -> Xy {
    let y_words = axis_words(ask.y_axis);
    sheet.axis_title(&y_words, sheet.width - 2.0 * sheet.edge);
    let is_temporal_x = ask.x_axis.column_type.is_temporal();
    // A calendar explains itself; a number does not.
    let names_x = !is_temporal_x;
    let below = 22.0 + if is_temporal_x { 16.0 } else { 0.0 } + if names_x { 18.0 } else { 0.0 };
    let h_px = (sheet.height - sheet.top - below).max(20.0);
    let n_wanted = ((h_px / 54.0) as usize).clamp(2, 5);
    let is_temporal_y = ask.y_axis.column_type.is_temporal();
    let (y_domain, mut y_ticks) = ticks_of(ask.y_domain, ask.y_axis, n_wanted, true);
    if is_temporal_y {
        for tick in &mut y_ticks {
            tick.label = format_value(tick.value, ask.y_axis.column_type);
        }
    }
    let widest = y_ticks.iter().map(|t| text_width_px(&t.label, LABEL_PX)).fold(0.0, f64::max);
    let left = (sheet.edge + widest + 8.0).min(sheet.width * 0.4);
    let w_px = (sheet.width - left - ask.right_px.max(12.0 - sheet.edge) - sheet.edge).max(20.0);
    let (x_domain, x_ticks) = fitting_ticks(ask.x_domain, ask.x_axis, w_px, ask.round_x);
    sheet.plot = Rect { x_px: left, y_px: sheet.top, w_px, h_px };
    let plot = sheet.plot;
    let xy = Xy {
        x: Linear::new(x_domain, (plot.x_px, plot.right())),
        y: Linear::new(y_domain, (plot.bottom(), plot.y_px)),
    };
    sheet.x_scale = Some(xy.x);
    for tick in &y_ticks {
        let y = xy.y.at(tick.value);
        let paint =
            if tick.value == 0.0 && y_domain.0 < 0.0 { sheet.theme.muted.alpha(0.7) } else { sheet.theme.grid.into() };
        sheet.line((plot.x_px, y), (plot.right(), y), 1.0, paint);
        sheet.text(plot.x_px - 8.0, y, &tick.label, Anchor::End, sheet.theme.muted);
    }
    draw_x_ticks(sheet, &xy.x, &x_ticks);
    if names_x {
        let words = axis_words(ask.x_axis);
        let words = crate::chart::text::ellipsize(&words, LABEL_PX, sheet.width - 2.0 * sheet.edge);
        let y = plot.bottom() + 22.0 + 10.0;
        sheet.text(plot.right(), y, &words, Anchor::End, sheet.theme.muted);
    }
    xy
}

/// The base line with ticks and their labels; labels at the ends are moved inside the frame.
pub(super) fn draw_x_ticks(sheet: &mut Sheet, x: &Linear, ticks: &[Tick]) {
    let plot = sheet.plot;
    let base = plot.bottom();
    sheet.line((plot.x_px, base), (plot.right(), base), 1.0, sheet.theme.muted.alpha(0.7));
    for tick in ticks {
        let at = x.at(tick.value);
        if at < plot.x_px - 1.0 || at > plot.right() + 1.0 {
            continue;
        }
        sheet.line((at, base), (at, base + 4.0), 1.0, sheet.theme.muted.alpha(0.7));
        for (text, y) in [(Some(&tick.label), base + 13.0), (tick.context.as_ref(), base + 28.0)] {
            let Some(text) = text else { continue };
            let half = text_width_px(text, LABEL_PX) / 2.0;
            let x = at.clamp((2.0 + half).min(sheet.width / 2.0), (sheet.width - 2.0 - half).max(sheet.width / 2.0));
            sheet.text(x, y, text, Anchor::Middle, sheet.theme.muted);
        }
    }
}

/// A vertical line at the marked x with its words, for charts whose horizontal axis is a scale.
pub(super) fn mark_x(sheet: &mut Sheet, xy: &Xy, value: f64, words: &str) {
    let plot = sheet.plot;
    let at = xy.x.at(value);
    if !(plot.x_px - 0.5..=plot.right() + 0.5).contains(&at) {
        return;
    }
    let color = sheet.theme.attention;
    sheet.line((at, plot.y_px), (at, plot.bottom()), 1.0, color.into());
    let wide = text_width_px(words, LABEL_PX) * 1.06;
    let (right, left) = (at + 6.0, at - 6.0 - wide);
    let x = if right + wide + 6.0 <= sheet.width {
        right
    } else if left >= plot.x_px {
        left
    } else {
        // Across the line, rather than over the labels of the axis.
        (sheet.width - wide - 6.0).max(plot.x_px + 3.0).min((sheet.width - wide - 6.0).max(4.0))
    };
    sheet.note(x, plot.y_px + 7.0, words, Anchor::Start, color);
}
