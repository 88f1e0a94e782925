//! Scattered points.

use super::sheet::Sheet;
use super::xy::{Ask, mark_x, plan_xy};
use super::{Hit, Shape, Snap};
use crate::chart::Series;
use crate::chart::reduce::parse_place;
use crate::chart::text::clean;
use crate::chart::ticks::{format_value, format_with_unit};

pub(super) fn plan_scatter(sheet: &mut Sheet, series: &[Series]) {
    if series.len() > 1 {
        let names: Vec<&str> = series.iter().map(|s| s.name.as_str()).collect();
        sheet.legend(&names);
    }
    let view = sheet.frame.view.map(|v| v.x).filter(|(a, b)| a.is_finite() && b.is_finite() && a < b);
    let in_view = |x: f64| view.is_none_or(|(low, high)| (low..=high).contains(&x));
    let shown: Vec<(usize, &Series)> = series.iter().enumerate().filter(|(_, s)| !sheet.is_hidden(&s.name)).collect();
    let is_point = |x: f64, y: f64| x.is_finite() && y.is_finite() && in_view(x);
    let (mut xs, mut ys) = ((f64::INFINITY, f64::NEG_INFINITY), (f64::INFINITY, f64::NEG_INFINITY));
    let mut n_points = 0usize;
    for (x, y) in shown.iter().flat_map(|(_, s)| s.x.iter().zip(s.y.iter())) {
        if is_point(*x, *y) {
            xs = (xs.0.min(*x), xs.1.max(*x));
            ys = (ys.0.min(*y), ys.1.max(*y));
            n_points += 1;
        }
    }
    if n_points == 0 {
        sheet.nothing("No values to show");
        return;
    }
    let data = sheet.data;
    let ask = Ask {
        x_domain: view.unwrap_or_else(|| padded(xs)),
        x_axis: &data.x,
        y_domain: padded(ys),
        y_axis: &data.y,
        right_px: 12.0,
        round_x: view.is_none(),
    };
    let xy = plan_xy(sheet, &ask);
    // Fewer points may be larger and more opaque.
    let (r_px, alpha) = match n_points {
        0..=60 => (4.0, 0.85),
        61..=400 => (3.2, 0.7),
        _ => (2.4, 0.5),
    };
    let mark = data.mark.as_deref().map(str::trim);
    let mark_place = mark.and_then(|m| parse_place(m, data.x.column_type));
    let mut marked = Vec::new();
    for (idx, s) in shown {
        let is_marked_series = mark.is_some_and(|m| m == s.name.trim());
        let fades = mark.is_some() && series.len() > 1 && mark_place.is_none() && !is_marked_series;
        let alpha = if fades { alpha * 0.35 } else { alpha };
        let paint = sheet.theme.series_color(idx).alpha(alpha);
        for (index, (x, y)) in s.x.iter().zip(s.y.iter()).enumerate().filter(|(_, (x, y))| is_point(**x, **y)) {
            let (x_px, y_px) = (xy.x.at(*x), xy.y.at(*y));
            if Some(*x) == mark_place {
                marked.push((x_px, y_px));
            } else {
                sheet.shapes.push(Shape::Circle { x_px, y_px, r_px, paint });
            }
            let side = r_px * 2.0 + 2.0;
            let mut label = String::new();
            if series.len() > 1 {
                label = format!("{}\n", clean(&s.name));
            }
            label.push_str(&format!(
                "{}: {}\n{}: {}",
                data.x.label,
                format_with_unit(*x, data.x.column_type, data.x.unit.as_deref()),
                data.y.label,
                format_with_unit(*y, data.y.column_type, data.y.unit.as_deref())
            ));
            sheet.hits.push(Hit {
                x_px: x_px - side / 2.0,
                y_px: y_px - side / 2.0,
                w_px: side,
                h_px: side,
                label,
                series: idx,
                index,
            });
        }
    }
    for (x, y) in &marked {
        let paint = sheet.theme.attention.into();
        sheet.dot(*x, *y, r_px + 1.5, paint);
    }
    if let Some(place) = mark_place.filter(|_| !marked.is_empty()) {
        mark_x(sheet, &xy, place, &format_value(place, data.x.column_type));
    }
    sheet.snap = Snap::Point;
}

/// Room at the edges, so that no point sits on the frame; never across zero.
fn padded((low, high): (f64, f64)) -> (f64, f64) {
    let room = (high - low) * 0.03;
    let out_low = if low >= 0.0 { (low - room).max(0.0) } else { low - room };
    let out_high = if high <= 0.0 { (high + room).min(0.0) } else { high + room };
    if low == high { (low, high) } else { (out_low, out_high) }
}
