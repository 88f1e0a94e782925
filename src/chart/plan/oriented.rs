//! Plots with categories on one axis and a scale on the other, upright or lying.

use super::sheet::{LABEL_PX, Sheet};
use super::xy::{axis_words, fitting_ticks, ticks_of};
use super::{Anchor, Rect};
use crate::base::ColumnType;
use crate::chart::scale::{Band, Linear};
use crate::chart::text::{BOLD_FACTOR, bold_width_px, clean, ellipsize, text_width_px};
use crate::chart::{AxisInfo, ChartData};

/// Where categories and values are.
#[derive(Clone, Copy)]
pub(super) struct Oriented {
    pub is_horizontal: bool,
    pub band: Band,
    pub value: Linear,
}

impl Oriented {
    /// A rectangle along a band, between two values.
    pub fn rect(&self, start_px: f64, extent_px: f64, from: f64, to: f64) -> Rect {
        let (a, b) = (self.value.at(from), self.value.at(to));
        let (low, high) = (a.min(b), a.max(b));
        if self.is_horizontal {
            Rect { x_px: low, y_px: start_px, w_px: high - low, h_px: extent_px }
        } else {
            Rect { x_px: start_px, y_px: low, w_px: extent_px, h_px: high - low }
        }
    }

    /// The pixel of a place along the band and a value.
    pub fn point(&self, along_px: f64, value: f64) -> (f64, f64) {
        let v = self.value.at(value);
        if self.is_horizontal { (v, along_px) } else { (along_px, v) }
    }
}

pub(super) struct Ask<'a> {
    pub names: &'a [String],
    pub value_domain: (f64, f64),
    pub value_axis: &'a AxisInfo,
    pub is_horizontal: bool,
    /// Room for words beyond the smallest and the largest value, in place of the value axis.
    pub value_room: Option<(f64, f64)>,
    pub fill_frac: f64,
}

/// Whether categories need the room of lines of text.
pub(super) fn needs_lines(data: &ChartData, names: &[String], width_px: f64) -> bool {
    if has_order(data) {
        return false;
    }
    let step = (width_px - 56.0) / names.len().max(1) as f64;
    names.len() > 12 || names.iter().any(|n| text_width_px(&clean(n), LABEL_PX) > step - 8.0)
}

/// Dates and whole numbers in their own order: labels may be left out between others.
pub(super) fn has_order(data: &ChartData) -> bool {
    matches!(data.x.column_type, ColumnType::Integer | ColumnType::Date | ColumnType::DateTime) && data.n_more == 0
}

pub(super) fn plan_oriented(sheet: &mut Sheet, ask: &Ask) -> Oriented {
    let words = axis_words(ask.value_axis);
    sheet.axis_title(&words, sheet.width - 2.0 * sheet.edge);
    if ask.is_horizontal { lying(sheet, ask) } else { upright(sheet, ask) }
}

/// The marked label is set bold.
fn label_width_px(text: &str, is_bold: bool) -> f64 {
    if is_bold { bold_width_px(text, LABEL_PX) } else { text_width_px(text, LABEL_PX) }
}

fn is_marked(sheet: &Sheet, name: &str) -> bool {
    sheet.data.mark.as_deref() == Some(name)
}

fn lying(sheet: &mut Sheet, ask: &Ask) -> Oriented {
    let names: Vec<String> = ask.names.iter().map(|n| clean(n)).collect();
    let width_px = |(name, raw): (&String, &String)| label_width_px(name, is_marked(sheet, raw));
    let widest = names.iter().zip(ask.names).map(width_px).fold(0.0, f64::max) + 1.0;
    let label_px = widest.min(sheet.width * if sheet.is_narrow() { 0.36 } else { 0.32 });
    let left = sheet.edge + label_px + 8.0;
    let below = if ask.value_room.is_some() { 6.0 } else { 22.0 };
    let (before, after) = ask.value_room.unwrap_or((0.0, 12.0));
    let h_px = (sheet.height - sheet.top - below).max(10.0);
    sheet.plot = Rect { x_px: left, y_px: sheet.top, w_px: (sheet.width - left - sheet.edge).max(20.0), h_px };
    let plot = sheet.plot;
    let start = plot.x_px + before;
    let end = (plot.right() - after).max(start + 20.0);
    let mut value = Linear::new(ask.value_domain, (start, end));
    if ask.value_room.is_none() {
        let (domain, ticks) = fitting_ticks(ask.value_domain, ask.value_axis, end - start, true);
        value = Linear::new(domain, (start, end));
        for tick in &ticks {
            let x = value.at(tick.value);
            sheet.line((x, plot.y_px), (x, plot.bottom()), 1.0, sheet.theme.grid.into());
            let half = text_width_px(&tick.label, LABEL_PX) / 2.0;
            let x = x.min(sheet.width - 2.0 - half);
            sheet.text(x, plot.bottom() + 12.0, &tick.label, Anchor::Middle, sheet.theme.muted);
        }
    }
    let band = Band::new(names.len(), (plot.y_px, plot.bottom()), ask.fill_frac);
    // Lines of text need 14 pixels each.
    let every = (14.0 / band.step_px.max(0.1)).ceil().max(1.0) as usize;
    for (idx, (name, raw)) in names.iter().zip(ask.names).enumerate() {
        let marked = is_marked(sheet, raw);
        if idx % every == 0 || marked {
            let text = ellipsize(name, LABEL_PX, if marked { label_px / BOLD_FACTOR } else { label_px });
            let color = if marked { sheet.theme.attention } else { sheet.theme.ink };
            sheet.text_full(left - 8.0, band.center(idx), &text, LABEL_PX, Anchor::End, marked, color.into());
        }
    }
    Oriented { is_horizontal: true, band, value }
}

fn upright(sheet: &mut Sheet, ask: &Ask) -> Oriented {
    let data = sheet.data;
    let names_x = !data.x.column_type.is_temporal();
    let below = 22.0 + if names_x { 18.0 } else { 0.0 };
    let h_px = (sheet.height - sheet.top - below).max(20.0);
    let n_wanted = ((h_px / 54.0) as usize).clamp(2, 5);
    let (domain, ticks) = ticks_of(ask.value_domain, ask.value_axis, n_wanted, true);
    let widest = ticks.iter().map(|t| text_width_px(&t.label, LABEL_PX)).fold(0.0, f64::max);
    let left = (sheet.edge + widest + 8.0).min(sheet.width * 0.4);
    let w_px = (sheet.width - left - sheet.edge).max(20.0);
    sheet.plot = Rect { x_px: left, y_px: sheet.top, w_px, h_px };
    let plot = sheet.plot;
    let value = Linear::new(domain, (plot.bottom(), plot.y_px));
    for tick in &ticks {
        let y = value.at(tick.value);
        sheet.line((plot.x_px, y), (plot.right(), y), 1.0, sheet.theme.grid.into());
        sheet.text(plot.x_px - 8.0, y, &tick.label, Anchor::End, sheet.theme.muted);
    }
    let band = Band::new(ask.names.len(), (plot.x_px, plot.right()), ask.fill_frac);
    category_labels(sheet, ask.names, &band);
    if names_x {
        let words = ellipsize(&axis_words(&data.x), LABEL_PX, sheet.width - 2.0 * sheet.edge);
        sheet.text(plot.right(), plot.bottom() + 32.0, &words, Anchor::End, sheet.theme.muted);
    }
    Oriented { is_horizontal: false, band, value }
}

/// Names below their bands, as many as fit, always the marked one.
pub(super) fn category_labels(sheet: &mut Sheet, names: &[String], band: &Band) {
    let names: Vec<(String, bool)> = names.iter().map(|n| (clean(n), is_marked(sheet, n))).collect();
    let widest = names.iter().map(|(n, _)| text_width_px(n, LABEL_PX)).fold(0.0, f64::max);
    let may_skip = has_order(sheet.data);
    let every = if may_skip { ((widest + 10.0) / band.step_px.max(0.1)).ceil().max(1.0) as usize } else { 1 };
    let y = sheet.plot.bottom() + 13.0;
    let mut used: Vec<(f64, f64)> = Vec::new();
    let order = names.iter().enumerate().filter(|(_, n)| n.1).chain(names.iter().enumerate().filter(|(_, n)| !n.1));
    for (idx, (name, marked)) in order.collect::<Vec<_>>() {
        if idx % every != 0 && !marked {
            continue;
        }
        let room = if may_skip { f64::INFINITY } else { band.step_px - 4.0 };
        let text = ellipsize(name, LABEL_PX, room);
        let half = label_width_px(&text, *marked) / 2.0;
        let x = band
            .center(idx)
            .clamp((2.0 + half).min(sheet.width / 2.0), (sheet.width - 2.0 - half).max(sheet.width / 2.0));
        let span = (x - half - 3.0, x + half + 3.0);
        if used.iter().any(|(a, b)| span.0 < *b && *a < span.1) {
            continue;
        }
        used.push(span);
        let color = if *marked { sheet.theme.attention } else { sheet.theme.muted };
        sheet.text_full(x, y, &text, LABEL_PX, Anchor::Middle, *marked, color.into());
    }
}
