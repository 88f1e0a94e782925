//! Histograms.

use super::sheet::Sheet;
use super::xy::{Ask, mark_x, plan_xy, value_domain};
use super::{Hit, Rect, Snap};
use crate::base::{ColumnType, wording};
use crate::chart::reduce::parse_place;
use crate::chart::ticks::{format_value, format_with_unit};

pub(super) fn plan_histogram(sheet: &mut Sheet, edges: &[f64], counts: &[u64]) {
    let most = counts.iter().copied().max().unwrap_or(0);
    let (Some(first), Some(last)) = (edges.first().copied(), edges.last().copied()) else {
        sheet.nothing("No values to show");
        return;
    };
    if most == 0 {
        sheet.nothing("No values to show");
        return;
    }
    let data = sheet.data;
    let view = sheet.frame.view.map(|v| v.x).filter(|(a, b)| a.is_finite() && b.is_finite() && a < b);
    let ask = Ask {
        x_domain: view.unwrap_or((first, last)),
        x_axis: &data.x,
        y_domain: value_domain(0.0, most as f64, true),
        y_axis: &data.y,
        right_px: 12.0,
        round_x: false,
    };
    let xy = plan_xy(sheet, &ask);
    let plot = sheet.plot;
    let color = sheet.theme.series_color(0);
    let bins = edges.windows(2).zip(counts).enumerate();
    for (index, (bin, count)) in bins {
        let [low, high] = bin else { continue };
        let left = xy.x.at(*low).clamp(plot.x_px, plot.right());
        let right = xy.x.at(*high).clamp(plot.x_px, plot.right());
        if right - left < 0.1 {
            continue;
        }
        let gap = if right - left > 4.0 { 1.0 } else { 0.0 };
        let top = xy.y.at(*count as f64);
        if *count > 0 {
            // A bin with a few rows is never invisible.
            let h_px = (plot.bottom() - top).max(1.0);
            let rect = Rect { x_px: left + gap / 2.0, y_px: plot.bottom() - h_px, w_px: right - left - gap, h_px };
            sheet.rect(rect, color.into());
        }
        let label = format!("{}\n{}", bin_words(sheet, *low, *high), wording::plural(*count, "row", "rows"));
        sheet.hits.push(Hit {
            x_px: left,
            y_px: plot.y_px,
            w_px: right - left,
            h_px: plot.h_px,
            label,
            series: 0,
            index,
        });
    }
    if let Some(place) = data.mark.as_deref().and_then(|m| parse_place(m, data.x.column_type)) {
        mark_x(sheet, &xy, place, &format_with_unit(place, data.x.column_type, data.x.unit.as_deref()));
    }
    sheet.snap = Snap::Inside;
}

/// "1.5 to 2 g", or the one whole number that a bin is about.
fn bin_words(sheet: &Sheet, low: f64, high: f64) -> String {
    let axis = &sheet.data.x;
    if axis.column_type == ColumnType::Integer && high - low == 1.0 && low.fract() != 0.0 {
        return format_with_unit(low + 0.5, axis.column_type, axis.unit.as_deref());
    }
    let high_words = match axis.column_type {
        // The end of a day is the day before the next one.
        ColumnType::Date => format_value(high - 1.0, ColumnType::Date),
        other => format_with_unit(high, other, axis.unit.as_deref()),
    };
    let low_words = format_value(low, axis.column_type);
    if low_words == high_words { low_words } else { format!("{low_words} to {high_words}") }
}
