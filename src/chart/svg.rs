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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::chart::{AxisInfo, Marks, Theme};

    #[test]
    fn hostile_text_stays_text() {
        let evil = "</text><script>alert(1)</script>\u{0}\" onload=\"x' ]]>&";
        let axis = || AxisInfo { label: evil.to_owned(), unit: Some(evil.to_owned()), column_type: ColumnType::Text };
        let data = ChartData {
            title: evil.to_owned(),
            subtitle: evil.to_owned(),
            x: axis(),
            y: axis(),
            marks: Marks::Bar { categories: vec![evil.to_owned()], series: vec![(evil.to_owned(), vec![1.0].into())] },
            n_rows: 1,
            n_missing: 0,
            n_more: 0,
            mark: Some(evil.to_owned()),
        };
        let svg = to_svg(&data, &Frame::new(480.0, 300.0, Theme::light()).titled()).unwrap();
        assert!(!svg.contains("<script") && !svg.contains("onload=\"") && !svg.contains('\u{0}'));
        assert!(svg.contains("&lt;script&gt;"));
        // Only our own elements, all of them closed.
        let names =
            svg.split('<').skip(1).map(|t| t.trim_start_matches('/').split([' ', '>', '/', '\n']).next().unwrap());
        let known = ["svg", "title", "desc", "rect", "line", "polyline", "polygon", "circle", "text"];
        for name in names {
            assert!(known.contains(&name), "{name}");
        }
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        assert!(svg.starts_with("<svg ") && svg.contains("role=\"img\""));
    }
}
