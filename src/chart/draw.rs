//! A plan onto any plotters backend.

use super::plan::{Anchor, ChartPlan, Paint, Shape};
use crate::base::Problem;
use plotters::prelude::{DrawingBackend, RGBAColor, RGBColor, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, FontTransform, IntoFont, TextStyle};

/// The fonts asked for, in this order.
pub const FONT_FAMILY: &str = "Inter, system-ui, sans-serif";

/// Draws a plan. The backend's width decides on the scale: one of twice the plan's width draws all
/// of it twice as large, as a screen with two pixels to the point needs it. Text is never measured
/// by the backend.
///
/// # Errors
/// `bug_chart_draw` when the backend fails.
pub fn draw<DB: DrawingBackend>(plan: &ChartPlan, backend: DB) -> Result<(), Problem> {
    draw_with(plan, backend, 1.0)
}

/// As [`draw`], for backends that draw text smaller than it is by a factor.
pub(super) fn draw_with<DB: DrawingBackend>(
    plan: &ChartPlan,
    mut backend: DB,
    text_factor: f64,
) -> Result<(), Problem> {
    let scale = f64::from(backend.get_size().0.max(1)) / plan.width_px.max(1.0);
    let failed = |why: String| Problem::bug("bug_chart_draw", "The chart could not be drawn.").because(why);
    backend.ensure_prepared().map_err(|e| failed(e.to_string()))?;
    let px = |v: f64| (v * scale).round().clamp(-1e7, 1e7) as i32;
    let at = |p: &(f64, f64)| (px(p.0), px(p.1));
    for shape in &plan.shapes {
        let done = match shape {
            Shape::Polyline { points, width_px, paint } => {
                let style = stroke(*paint, width_px * scale);
                match points.as_slice() {
                    // Straight lines along the axes are sharp when backends know them as lines.
                    [a, b] => backend.draw_line(at(a), at(b), &style),
                    _ => backend.draw_path(points.iter().map(at), &style),
                }
            }
            Shape::Area { points, paint } => backend.fill_polygon(points.iter().map(at), &fill(*paint)),
            Shape::Rect { rect, paint } => {
                let from = (px(rect.x_px), px(rect.y_px));
                let to = (px(rect.right()), px(rect.bottom()));
                backend.draw_rect(from, to, &fill(*paint), true)
            }
            Shape::Circle { x_px, y_px, r_px, paint } => {
                let r = (r_px * scale).round().clamp(1.0, 1e5) as u32;
                backend.draw_circle((px(*x_px), px(*y_px)), r, &fill(*paint), true)
            }
            Shape::Text { x_px, y_px, text, size_px, anchor, is_bold, is_upward, paint } => {
                let h_pos = match anchor {
                    Anchor::Start => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::End => HPos::Right,
                };
                let font = (FontFamily::Name(FONT_FAMILY), size_px * scale * text_factor).into_font();
                let font = if *is_bold { font.style(FontStyle::Bold) } else { font };
                let font = if *is_upward { font.transform(FontTransform::Rotate270) } else { font };
                let color = color(*paint);
                let style = TextStyle::from(font).color(&color).pos(Pos::new(h_pos, VPos::Center));
                backend.draw_text(text, &style, (px(*x_px), px(*y_px)))
            }
        };
        done.map_err(|e| failed(e.to_string()))?;
    }
    backend.present().map_err(|e| failed(e.to_string()))
}

fn color(paint: Paint) -> RGBAColor {
    RGBColor(paint.rgb.0, paint.rgb.1, paint.rgb.2).mix(paint.alpha.clamp(0.0, 1.0))
}

fn fill(paint: Paint) -> ShapeStyle {
    color(paint).filled()
}

fn stroke(paint: Paint, width: f64) -> ShapeStyle {
    color(paint).stroke_width(width.round().clamp(1.0, 1e4) as u32)
}
