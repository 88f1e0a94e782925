//! Charts as SVG, for reports, files and printing.

use super::ChartData;
use super::describe::summary;
use super::draw::draw_with;
use super::plan::{ChartPlan, Frame, plan};
use super::text::clean;
use crate::base::Problem;
use plotters::prelude::SVGBackend;

/// Backends count in whole units; ten of them make a pixel, so that lines are smooth.
const UNITS_PER_PX: f64 = 10.0;
/// plotters' SVG backend writes font sizes divided by this.
const SVG_TEXT_FACTOR: f64 = 1.24;

/// A complete `<svg>` element with title and description; all text is escaped.
///
/// # Errors
/// `bug_chart_draw` when drawing fails.
pub fn to_svg(data: &ChartData, frame: &Frame) -> Result<String, Problem> {
    plan_to_svg(&plan(data, frame), &data.title, &summary(data))
}

/// As [`to_svg`], from a plan that is there already.
///
/// # Errors
/// `bug_chart_draw` when drawing fails.
pub fn plan_to_svg(plan: &ChartPlan, title: &str, description: &str) -> Result<String, Problem> {
    let units = |px: f64| (px * UNITS_PER_PX).round() as u32;
    let size = (units(plan.width_px), units(plan.height_px));
    let mut drawing = String::new();
    draw_with(plan, SVGBackend::with_string(&mut drawing, size), SVG_TEXT_FACTOR)?;
    // The backend's first tag gives way to ours.
    let body = drawing.split_once('>').map_or("", |(_, rest)| rest);
    // Text is escaped, so its quotes cannot look like an attribute's.
    let body = body.replace("font-weight=\"bold\"", "font-weight=\"600\"");
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         class=\"chart__drawing\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n<title>{}</title>\n<desc>{}</desc>{}",
        plan.width_px.round(),
        plan.height_px.round(),
        size.0,
        size.1,
        escape(title),
        escape(description),
        body
    ))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
