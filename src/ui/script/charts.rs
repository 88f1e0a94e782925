//! `chart(spec, element)`: draws a chart into an element of the page.

use super::calls::Answer;
use super::convert::{from_js, get};
use super::options::{Options, bad};
use crate::base::{NodeId, Problem};
use crate::chart::{self, ChartData, ChartKind, ChartSpec, Frame, Marks, Theme};
use crate::platform::time;
use crate::protocol::{Query, View};
use crate::ui::state::{App, runtime};
use js_sys::{Array, Float64Array};
use plotters_canvas::CanvasBackend;
use serde_json::{Map, Value, json};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlCanvasElement};

/// What a chart of a table may say.
const OF_TABLES: [&str; 10] = ["kind", "table", "x", "y", "group", "value", "aggregate", "title", "mark", "control"];

/// A spec names a table (`{kind, table, x, y, …}`), or carries its own numbers
/// (`{kind: "line" | "scatter", data: {x: Float64Array, y: Float64Array}}`).
pub fn chart(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let (spec, element) = (arguments.get(0), arguments.get(1));
        let element: Element = element.dyn_into().map_err(|_| bad("chart needs an element to draw into."))?;
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
    let spec = Options::read(spec.clone(), "chart with numbers", &["kind", "data"])?;
    let kind = match spec.text("kind")?.as_deref() {
        Some("line") => ChartKind::Line,
        Some("scatter") => ChartKind::Scatter,
        _ => return Err(bad("Numbers are drawn as a line or a scatter chart.").hint("Set kind to line or scatter.")),
    };
    let array = |name: &str| get(given, name).and_then(|v| v.dyn_into::<Float64Array>().ok());
    let (Some(x), Some(y)) = (array("x"), array("y")) else {
        return Err(bad("data.x and data.y must be Float64Arrays."));
    };
    if x.length() != y.length() {
        return Err(bad(format!("data.x has {} numbers and data.y has {}.", x.length(), y.length())));
    }
    Ok(chart::reduce_arrays(kind, &x.to_vec(), &y.to_vec()))
}

async fn from_table(app: App, given: &JsValue) -> Result<ChartData, Problem> {
    let options = Options::read(given.clone(), "chart", &OF_TABLES)?;
    let name = options.text("table")?.ok_or_else(|| bad("The chart's table is missing."))?;
    let node: NodeId = app.workspace_now().node_named(&name).ok_or_else(|| super::unknown_table(&name))?;
    // A copy: the caller's object stays as it is.
    let mut fields: Map<String, Value> = from_js(given, "The chart")?;
    fields.remove("table");
    fields.insert("node".to_owned(), json!(node));
    if fields.get("kind") == Some(&json!("control")) {
        // Its order may be that of the table.
        fields.entry("x").or_insert_with(|| json!(""));
    }
    let spec: ChartSpec = crate::base::json::read_tree(Value::Object(fields))
        .map_err(|e| bad("The chart is not what this call takes.").because(e.to_string()))?;
    match runtime().ask(Query::Chart { spec, range: None }).await? {
        View::Chart(data) => Ok(data),
        _ => Err(super::odd("a chart")),
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
        Marks::Control(marks) => marks.values.len() + marks.below.len(),
    }
}
