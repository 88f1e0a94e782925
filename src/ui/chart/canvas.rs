//! Plans on canvases.

use crate::base::Problem;
use crate::chart::{ChartData, ChartPlan, Frame, Theme, View, draw, plan, preferred_height_px};
use base64::Engine;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// Draws a plan, sharp at any pixel density.
pub(super) fn paint(canvas: &HtmlCanvasElement, plan: &ChartPlan, density: f64) -> Result<(), Problem> {
    let density = density.clamp(1.0, 4.0);
    // Setting a size also wipes the canvas.
    canvas.set_width((plan.width_px * density).round().clamp(1.0, 16_000.0) as u32);
    canvas.set_height((plan.height_px * density).round().clamp(1.0, 16_000.0) as u32);
    let failed = || Problem::bug("bug_canvas", "The chart could not be drawn.");
    let backend = CanvasBackend::with_canvas_object(canvas.clone()).ok_or_else(failed)?;
    draw(plan, backend)
}

/// Pixels for each CSS pixel of a sheet of paper, of which 96 are an inch.
pub(super) const PAPER_DENSITY: f64 = 3.0;

/// The page's pixels for each CSS pixel.
pub(super) fn density() -> f64 {
    window().device_pixel_ratio()
}

/// A chart that leaves the page: of its own size, but of the part and the series that are looked at.
fn export_frame(data: &ChartData, view: Option<View>, hidden: Vec<String>) -> Frame {
    let width = 960.0;
    let frame = Frame::new(width, preferred_height_px(data, width) + 120.0, Theme::light()).titled();
    Frame { view, hidden, ..frame }
}

pub(super) fn to_svg(data: &ChartData, view: Option<View>, hidden: Vec<String>) -> Result<String, Problem> {
    crate::chart::to_svg(data, &export_frame(data, view, hidden))
}

/// The chart as a PNG, at two pixels a point.
pub(super) fn to_png(data: &ChartData, view: Option<View>, hidden: Vec<String>) -> Result<Vec<u8>, Problem> {
    let failed = || Problem::bug("bug_canvas", "The picture could not be made.");
    let canvas: HtmlCanvasElement =
        document().create_element("canvas").ok().and_then(|c| c.dyn_into().ok()).ok_or_else(failed)?;
    paint(&canvas, &plan(data, &export_frame(data, view, hidden)), 2.0)?;
    let url = canvas.to_data_url_with_type("image/png").map_err(|_| failed())?;
    let text = url.split_once(',').map(|(_, text)| text).ok_or_else(failed)?;
    base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| failed())
}
