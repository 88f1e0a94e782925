//! Tables and how they are put together; undo, saving, and what was asked of the network.

use super::calls::Answer;
use super::convert::{column, from_js, object, text};
use super::odd;
use super::options::{Options, bad};
use crate::base::{NodeId, Problem};
use crate::merge::{MergeKind, MergeSpec};
use crate::protocol::{Query, View};
use crate::ui::state::{App, runtime};
use crate::workspace::Command;
use js_sys::Array;
use serde_json::json;
use wasm_bindgen::JsValue;

/// `tables()`.
pub fn tables(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        let View::Nodes(nodes) = runtime().ask(Query::Nodes).await? else { return Err(odd("tables")) };
        Ok(object(
            nodes
                .iter()
                .map(|n| {
                    let columns: Vec<_> = n.columns.iter().map(column).collect();
                    json!({"table": n.name, "rows": n.n_rows, "size_bytes": n.size_bytes, "columns": columns})
                })
                .collect(),
        ))
    })
}

/// `suggest()`.
pub fn suggest(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        let View::Suggestions(found) = runtime().ask(Query::Suggestions).await? else { return Err(odd("suggestions")) };
        let side = |name: &str, columns: Vec<&str>| json!({"table": name, "columns": columns});
        Ok(object(
            found
                .iter()
                .map(|s| {
                    json!({
                        "id": s.id,
                        "kind": if s.is_union { "union" } else { "join" },
                        "left": side(&s.left_name, s.keys.iter().map(|k| k.left.as_str()).collect()),
                        "right": side(&s.right_name, s.keys.iter().map(|k| k.right.as_str()).collect()),
                        "matched": s.n_matched, "left_only": s.n_left_only, "right_only": s.n_right_only,
                        "fan_out": s.fan_out, "confidence": s.confidence, "reason": s.reason,
                        "cardinality": s.cardinality, "runner_up": s.runner_up, "double_counted": s.double_counted,
                    })
                })
                .collect(),
        ))
    })
}

/// `accept(id, {kind, keep})`.
pub fn accept(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let id = text(&arguments.get(0), "The suggestion's id")?;
        let options = Options::read(arguments.get(1), "accept", &["kind", "keep"])?;
        let runtime = runtime();
        let View::Suggestions(found) = runtime.ask(Query::Suggestions).await? else { return Err(odd("suggestions")) };
        let suggestion = found
            .iter()
            .find(|s| s.id == id)
            .ok_or_else(|| Problem::request("unknown_suggestion", "There is no such suggestion now."))?;
        let mut merge = MergeSpec::accepting(suggestion, kind_of(&options, suggestion.is_union)?);
        if let Some(keep) = options.value("keep") {
            merge.keep = Some(from_js(&keep, "keep")?);
        }
        app.try_dispatch(Command::AddMerge { merge: Box::new(merge) })?;
        let revision = runtime.history.borrow().revision();
        let added = app.workspace_now().merges.last().cloned().ok_or_else(|| odd("a merge"))?;
        let View::Merges(merges) = runtime.ask(Query::Merges).await? else { return Err(odd("merges")) };
        let view = merges.iter().find(|m| m.merge == added.id).ok_or_else(|| odd("the merge"))?;
        if let Some(problem) = &view.problem {
            // What cannot be carried out does not stay, unless someone went on working meanwhile.
            if runtime.history.borrow().revision() == revision {
                runtime.undo();
            }
            return Err(problem.clone());
        }
        let View::Nodes(nodes) = runtime.ask(Query::Nodes).await? else { return Err(odd("tables")) };
        let node = nodes.iter().find(|n| n.node == NodeId::Merge(added.id)).ok_or_else(|| odd("the table"))?;
        let columns: Vec<_> = node.columns.iter().map(column).collect();
        Ok(object(json!({"table": added.name, "rows": node.n_rows, "columns": columns, "outcome": view.outcome})))
    })
}

/// A proposed union pairs columns, not keys: joined on them, every row would meet every column.
fn kind_of(options: &Options, is_union: bool) -> Result<Option<MergeKind>, Problem> {
    let Some(given) = options.text("kind")? else { return Ok(None) };
    let kind: MergeKind = serde_json::from_value(json!(given)).map_err(|_| {
        bad(format!("There is no kind called {given}.")).hint("Kinds are left, inner, full, semi and anti.")
    })?;
    match (is_union, kind == MergeKind::Union) {
        (true, false) => {
            Err(bad(format!("This suggestion is a union and cannot be accepted as {given}.")).hint("Leave kind out."))
        }
        (false, true) => Err(bad("This suggestion is a join and cannot be accepted as a union.")
            .hint("Kinds are left, inner, full, semi and anti.")),
        _ => Ok(Some(kind)),
    }
}

/// `undo()` → what was undone, or null.
pub fn undo(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move { Ok(runtime().undo().map_or(JsValue::NULL, |l| JsValue::from_str(&l))) })
}

/// `redo()` → what was done again, or null.
pub fn redo(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move { Ok(runtime().redo().map_or(JsValue::NULL, |l| JsValue::from_str(&l))) })
}

/// `saved()`: resolves when everything so far is on disk.
pub fn saved(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        runtime().saved().await?;
        Ok(JsValue::UNDEFINED)
    })
}

/// `cancel()`.
pub fn cancel(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        runtime().cancel_all();
        Ok(JsValue::UNDEFINED)
    })
}

/// For tests of recovery.
pub fn kill_engine(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        runtime().engine.kill();
        Ok(JsValue::UNDEFINED)
    })
}

/// `network`: every request made for data.
pub fn network(app: App) -> JsValue {
    let log = app.network_now();
    object(
        log.iter()
            .map(|e| {
                json!({
                    "time": e.time_ms, "method": e.method, "url": e.url, "host": e.host,
                    "status": e.status, "bytes": e.size_bytes, "why": e.why,
                })
            })
            .collect(),
    )
}
