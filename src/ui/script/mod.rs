//! The script API, `window.tributary`: the same commands and the same engine as the screens.
//!
//! Everything given and returned is JSON, bytes, or nothing. A failure rejects with an `Error`
//! whose `.problem` is the Problem as JSON.

mod calls;
mod charts;
mod convert;
mod findings;
mod load;
mod options;
mod report;
mod rows;
mod sources;
mod stats;
mod tables;

use super::state::App;
use crate::base::Problem;
pub use calls::Call;
use calls::{add, add_getter};
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// The calls by name.
const CALLS: [&str; 21] = [
    "load",
    "tables",
    "query",
    "rows",
    "drop",
    "export",
    "suggest",
    "accept",
    "findings",
    "stats",
    "chart",
    "report",
    "edit",
    "share",
    "open",
    "undo",
    "redo",
    "saved",
    "cancel",
    "sample",
    // For tests of recovery: ends the engine's worker as a bug would.
    "kill_engine",
];

/// What does a call. Part of the desk: see `ui::later`.
pub fn call(name: &str) -> Option<Call> {
    Some(match name {
        "load" => load::load,
        "tables" => tables::tables,
        "query" => rows::query,
        "rows" => rows::rows,
        "drop" => sources::drop_table,
        "export" => rows::export,
        "suggest" => tables::suggest,
        "accept" => tables::accept,
        "findings" => findings::findings,
        "stats" => stats::stats,
        "chart" => charts::chart,
        "report" => report::report,
        "edit" => report::edit,
        "share" => report::share,
        "open" => sources::open,
        "undo" => tables::undo,
        "redo" => tables::redo,
        "saved" => tables::saved,
        "cancel" => tables::cancel,
        "sample" => sources::sample,
        "kill_engine" => tables::kill_engine,
        _ => return None,
    })
}

/// Puts the object on the window. A frame around the page finds it there too.
pub fn install(app: App) {
    let api = Object::new();
    for name in CALLS {
        add(&api, app, name);
    }
    add_getter(&api, "network", move || tables::network(app));
    let version = convert::json(&serde_json::json!({
        "app": env!("CARGO_PKG_VERSION"),
        "build": crate::protocol::BUILD,
        "engine": crate::protocol::ENGINE,
    }));
    let _ = Reflect::set(&api, &"version".into(), &version);
    let _ = Reflect::set(
        &api,
        &"ready".into(),
        &wasm_bindgen_futures::future_to_promise(async move {
            super::state::opened().await;
            Ok(JsValue::UNDEFINED)
        }),
    );
    let _ = Reflect::set(&js_sys::global(), &"tributary".into(), &api);
}

/// What never happens while page and engine are of one build.
fn odd(what: &str) -> Problem {
    Problem::bug("bug_protocol", format!("The engine answered with something else than {what}."))
}

fn unknown_table(name: &str) -> Problem {
    Problem::request("unknown_table", format!("There is no table called {name}."))
        .hint("tables() lists those that are there.")
}
