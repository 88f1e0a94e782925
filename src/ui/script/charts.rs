//! `chart(spec, element)`: draws a chart into an element of the page.

use super::calls::Answer;
use super::convert::{from_js, get, get_text};
use crate::base::{NodeId, Problem};
use crate::chart::{self, ChartData, ChartKind, ChartSpec, Frame, Marks, Theme};
use crate::platform::time;
use crate::protocol::{Query, View};
use crate::ui::state::{App, runtime};
use js_sys::{Array, Float64Array};
use plotters_canvas::CanvasBackend;
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlCanvasElement};

/// A spec names a table (`{kind, table, x, y, …}`), or carries its own numbers
/// (`{kind: "line" | "scatter", data: {x: Float64Array, y: Float64Array}}`).
pub fn chart(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let (spec, element) = (arguments.get(0), arguments.get(1));
        let element: Element =
            element.dyn_into().map_err(|_| Problem::request("bad_argument", "chart needs an element to draw into."))?;
        let start = time::now_ms();
        let data = match get(&spec, "data") {
            Some(given) => from_arrays(&spec, &given)?,
            None => from_table(app, &spec).await?,
        };
        draw(&data, &element)?;
        let summary = chart::summary(&data);
        Ok(super::convert::object(json!({"ms": time::now_ms() - start, "marks": n_marks(&data), "summary": summary})))
    })
}

fn from_arrays(spec: &JsValue, given: &JsValue) -> Result<ChartData, Problem> {
    let array = |name: &str| get(given, name).and_then(|v| v.dyn_into::<Float64Array>().ok());
    let (Some(x), Some(y)) = (array("x"), array("y")) else {
        return Err(Problem::request("bad_argument", "data.x and data.y must be Float64Arrays."));
    };
    let kind = if get_text(spec, "kind").as_deref() == Some("line") { ChartKind::Line } else { ChartKind::Scatter };
    Ok(chart::reduce_arrays(kind, &x.to_vec(), &y.to_vec()))
}

async fn from_table(app: App, spec: &JsValue) -> Result<ChartData, Problem> {
    let name =
        get_text(spec, "table").ok_or_else(|| Problem::request("bad_argument", "The chart's table is missing."))?;
    let node: NodeId = app
        .workspace_now()
        .node_named(&name)
        .ok_or_else(|| Problem::request("unknown_table", format!("There is no table called {name}.")))?;
    let _ = js_sys::Reflect::set(spec, &"node".into(), &super::convert::to_js(&node));
    let spec: ChartSpec = from_js(spec, "The chart")?;
    match runtime().ask(Query::Chart { spec, range: None }).await? {
        View::Chart(data) => Ok(data),
        _ => Err(Problem::bug("bug_protocol", "The engine answered with something else than a chart.")),
    }
}

fn draw(data: &ChartData, element: &Element) -> Result<(), Problem> {
    let failed = || Problem::bug("bug_chart", "The chart could not be drawn.");
    let document = element.owner_document().ok_or_else(failed)?;
    let canvas: HtmlCanvasElement =
        document.create_element("canvas").ok().and_then(|c| c.dyn_into().ok()).ok_or_else(failed)?;
    let rect = element.get_bounding_client_rect();
    let (width, height) = (rect.width().max(120.0), rect.height().max(90.0));
    let ratio = web_sys::window().map_or(1.0, |w| w.device_pixel_ratio());
    canvas.set_width((width * ratio) as u32);
    canvas.set_height((height * ratio) as u32);
    canvas.set_attribute("style", &format!("width:{width}px;height:{height}px")).map_err(|_| failed())?;
    canvas.set_attribute("role", "img").map_err(|_| failed())?;
    canvas.set_attribute("aria-label", &chart::summary(data)).map_err(|_| failed())?;
    element.append_child(&canvas).map_err(|_| failed())?;
    let plan = chart::plan(data, &Frame::new(width, height, Theme::light()));
    let backend = CanvasBackend::with_canvas_object(canvas).ok_or_else(failed)?;
    chart::draw(&plan, backend)
}

fn n_marks(data: &ChartData) -> usize {
    match &data.marks {
        Marks::Line { series } | Marks::Scatter { series } => series.iter().map(|s| s.x.len()).sum(),
        Marks::Bar { categories, series } => categories.len() * series.len(),
        Marks::Histogram { counts, .. } => counts.len(),
        Marks::Density { counts, .. } => counts.iter().filter(|c| **c > 0).count(),
        Marks::Box { boxes } => boxes.len(),
        Marks::Heat { columns, rows, .. } => columns.len() * rows.len(),
    }
}
