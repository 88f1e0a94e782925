//! Heat maps.

use super::oriented::category_labels;
use super::sheet::{LABEL_PX, Sheet};
use super::{Anchor, Hit, Rect, Snap};
use crate::base::{ColumnType, Floats};
use crate::chart::scale::Band;
use crate::chart::text::{clean, ellipsize, text_width_px};
use crate::chart::ticks::{format_short, format_short_beside, format_with_unit};

pub(super) fn plan_heat(sheet: &mut Sheet, columns: &[String], rows: &[String], values: &[Floats]) {
    let finite = || values.iter().flat_map(|r| r.iter().copied()).filter(|v| v.is_finite());
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high || columns.is_empty() || rows.is_empty() {
        sheet.nothing("No values to show");
        return;
    }
    let is_whole = finite().all(|v| v.fract() == 0.0);
    let value_type = if is_whole { ColumnType::Integer } else { ColumnType::Number };
    ramp(sheet, low, high, value_type);

    let names: Vec<String> = rows.iter().map(|n| clean(n)).collect();
    let widest = names.iter().map(|n| text_width_px(n, LABEL_PX)).fold(0.0, f64::max);
    let label_px = widest.min(sheet.width * 0.32);
    let left = sheet.edge + label_px + 8.0;
    let w_px = (sheet.width - left - sheet.edge).max(20.0);
    let step = w_px / columns.len() as f64;
    let column_px = columns.iter().map(|n| text_width_px(&clean(n), LABEL_PX)).fold(0.0, f64::max);
    // Names that do not fit side by side are turned, if lines of text fit.
    let is_turned = column_px > step - 4.0;
    let turned_px = column_px.min((sheet.height * 0.3).max(40.0));
    let below = if is_turned { turned_px + 10.0 } else { 20.0 };
    let h_px = (sheet.height - sheet.top - below - 4.0).max(20.0);
    sheet.plot = Rect { x_px: left, y_px: sheet.top, w_px, h_px };
    let plot = sheet.plot;
    let x = Band::new(columns.len(), (plot.x_px, plot.right()), 1.0);
    let y = Band::new(rows.len(), (plot.y_px, plot.bottom()), 1.0);

    let every_row = (14.0 / y.step_px).ceil().max(1.0) as usize;
    for (idx, name) in names.iter().enumerate().filter(|(i, _)| i % every_row == 0) {
        let text = ellipsize(name, LABEL_PX, label_px);
        sheet.text(left - 8.0, y.center(idx), &text, Anchor::End, sheet.theme.ink);
    }
    if is_turned {
        let every = (14.0 / x.step_px).ceil().max(1.0) as usize;
        for (idx, name) in columns.iter().enumerate().filter(|(i, _)| i % every == 0) {
            let text = ellipsize(&clean(name), LABEL_PX, turned_px);
            sheet.text_upward(x.center(idx), plot.bottom() + 6.0, &text, Anchor::End, sheet.theme.ink);
        }
    } else {
        category_labels(sheet, columns, &x);
    }
    cells(sheet, columns, rows, values, (low, high), value_type, &x, &y);
    let marked = sheet.data.mark.as_deref().and_then(|m| columns.iter().position(|c| c == m));
    if let Some(idx) = marked {
        let (a, b) = (x.start(idx), x.start(idx) + x.width());
        let outline = vec![(a, plot.y_px), (b, plot.y_px), (b, plot.bottom()), (a, plot.bottom()), (a, plot.y_px)];
        let paint = sheet.theme.attention.into();
        sheet.shapes.push(super::Shape::Polyline { points: outline, width_px: 2.0, paint });
    }
    sheet.snap = Snap::Inside;
}

#[expect(clippy::too_many_arguments, reason = "all of it is needed for each cell")]
fn cells(
    sheet: &mut Sheet,
    columns: &[String],
    rows: &[String],
    values: &[Floats],
    (low, high): (f64, f64),
    value_type: ColumnType,
    x: &Band,
    y: &Band,
) {
    let data = sheet.data;
    let gap = if x.step_px > 8.0 && y.step_px > 8.0 { 1.0 } else { 0.0 };
    let short = |v: f64| format_short_beside(v, high.max(-low), value_type);
    let widest = |v: f64| text_width_px(&short(v), LABEL_PX);
    let has_text = y.step_px >= 17.0
        && columns.len() * rows.len() <= 400
        && values.iter().flat_map(|r| r.iter()).all(|v| !v.is_finite() || widest(*v) + 8.0 <= x.step_px);
    for (row, cells) in values.iter().enumerate().take(rows.len()) {
        for (column, value) in cells.iter().copied().enumerate().take(columns.len()) {
            let rect = Rect { x_px: x.start(column), y_px: y.start(row), w_px: x.width() - gap, h_px: y.width() - gap };
            let words = if value.is_finite() {
                let color = (sheet.theme.sequential)(share(value, low, high));
                sheet.rect(rect, color.into());
                if has_text {
                    let text = short(value);
                    sheet.text(x.center(column), y.center(row), &text, Anchor::Middle, sheet.theme.on(color));
                }
                format_with_unit(value, value_type, data.y.unit.as_deref())
            } else {
                sheet.rect(rect, sheet.theme.grid.alpha(0.4));
                "no rows".to_owned()
            };
            let label = format!(
                "{}: {}\n{}: {}\n{words}",
                data.x.label,
                clean(columns.get(column).map_or("", String::as_str)),
                data.y.label,
                clean(rows.get(row).map_or("", String::as_str)),
            );
            sheet.hits.push(Hit {
                x_px: x.start(column),
                y_px: y.start(row),
                w_px: x.step_px,
                h_px: y.step_px,
                label,
                series: row,
                index: column,
            });
        }
    }
}

fn share(value: f64, low: f64, high: f64) -> f64 {
    let span = high / 2.0 - low / 2.0;
    if span > 0.0 { (value / 2.0 - low / 2.0) / span } else { 0.5 }
}

/// What the colours mean: from the smallest to the largest.
fn ramp(sheet: &mut Sheet, low: f64, high: f64, value_type: ColumnType) {
    const STEPS: usize = 28;
    let wide = if sheet.is_narrow() { 84.0 } else { 112.0 };
    let (first, last) = (format_short(low, value_type), format_short(high, value_type));
    let y = sheet.top + 8.0;
    let last_px = text_width_px(&last, LABEL_PX);
    let right = sheet.width - sheet.edge - last_px - 6.0;
    let left = right - wide;
    sheet.text(sheet.width - sheet.edge, y, &last, Anchor::End, sheet.theme.muted);
    sheet.text(left - 6.0, y, &first, Anchor::End, sheet.theme.muted);
    for i in 0..STEPS {
        let color = (sheet.theme.sequential)(i as f64 / (STEPS - 1) as f64);
        let step = wide / STEPS as f64;
        // A little overlap hides seams between the steps.
        let rect = Rect { x_px: left + step * i as f64, y_px: y - 5.0, w_px: step + 0.4, h_px: 10.0 };
        sheet.rect(rect, color.into());
    }
    let room = left - 6.0 - text_width_px(&first, LABEL_PX) - 14.0;
    let words = format!("{} by {}", sheet.data.y.label, sheet.data.x.label);
    let words = ellipsize(&clean(&words), LABEL_PX, room.max(0.0));
    if room > 60.0 {
        sheet.text(sheet.edge, y, &words, Anchor::Start, sheet.theme.muted);
    }
    sheet.top += 24.0;
}
