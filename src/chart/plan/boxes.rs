//! Boxes: the middle half, the median, whiskers and what lies beyond.

use super::oriented::{Ask, needs_lines, plan_oriented};
use super::sheet::Sheet;
use super::xy::value_domain;
use super::{Hit, Shape, Snap};
use crate::base::wording;
use crate::chart::text::clean;
use crate::chart::ticks::format_with_unit;
use crate::chart::{BoxStats, ChartData};

pub(super) fn is_horizontal(data: &ChartData, boxes: &[BoxStats], width_px: f64) -> bool {
    let names: Vec<String> = boxes.iter().map(|b| b.name.clone()).collect();
    needs_lines(data, &names, width_px)
}

pub(super) fn plan_boxes(sheet: &mut Sheet, boxes: &[BoxStats]) {
    let ends = |b: &BoxStats| {
        let all = b.outliers.iter().copied().chain([b.low, b.high]).filter(|v| v.is_finite());
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)))
    };
    let (low, high) =
        boxes.iter().map(ends).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), e| (l.min(e.0), h.max(e.1)));
    if low > high {
        sheet.nothing("No values to show");
        return;
    }
    let data = sheet.data;
    let names: Vec<String> = boxes.iter().map(|b| b.name.clone()).collect();
    let ask = Ask {
        names: &names,
        value_domain: value_domain(low, high, false),
        value_axis: &data.y,
        is_horizontal: is_horizontal(data, boxes, sheet.width),
        value_room: None,
        fill_frac: 0.62,
    };
    let at = plan_oriented(sheet, &ask);
    for (index, b) in boxes.iter().enumerate() {
        let is_marked = data.mark.as_deref() == Some(b.name.as_str());
        let color = if is_marked { sheet.theme.attention } else { sheet.theme.series_color(0) };
        let extent = at.band.width().min(36.0);
        let center = at.band.center(index);
        let start = center - extent / 2.0;
        let box_rect = at.rect(start, extent, b.q1, b.q3);
        sheet.line(at.point(center, b.low), at.point(center, b.q1), 1.2, color.into());
        sheet.line(at.point(center, b.q3), at.point(center, b.high), 1.2, color.into());
        let body = color.over(sheet.theme.paper, 0.28);
        sheet.rect(box_rect, body.into());
        let outline = [
            at.point(start, b.q1),
            at.point(start + extent, b.q1),
            at.point(start + extent, b.q3),
            at.point(start, b.q3),
            at.point(start, b.q1),
        ];
        sheet.shapes.push(Shape::Polyline {
            points: outline.to_vec(),
            width_px: 1.0,
            paint: color.over(sheet.theme.paper, 0.7).into(),
        });
        sheet.line(at.point(start, b.median), at.point(start + extent, b.median), 2.6, color.into());
        for value in b.outliers.iter().filter(|v| v.is_finite()) {
            let (x_px, y_px) = at.point(center, *value);
            sheet.shapes.push(Shape::Circle { x_px, y_px, r_px: 2.0, paint: color.alpha(0.65) });
        }
        let words = |v: f64| format_with_unit(v, data.y.column_type, data.y.unit.as_deref());
        let label = format!(
            "{}\nmedian: {}\nmiddle half: {} to {}\nwhiskers: {} to {}\n{}",
            clean(&b.name),
            words(b.median),
            words(b.q1),
            words(b.q3),
            words(b.low),
            words(b.high),
            wording::plural(b.n, "row", "rows"),
        );
        let plot = sheet.plot;
        let step_start = center - at.band.step_px / 2.0;
        let (x_px, y_px, w_px, h_px) = if at.is_horizontal {
            (plot.x_px, step_start, plot.w_px, at.band.step_px)
        } else {
            (step_start, plot.y_px, at.band.step_px, plot.h_px)
        };
        sheet.hits.push(Hit { x_px, y_px, w_px, h_px, label, series: 0, index });
    }
    sheet.snap = Snap::Inside;
}
