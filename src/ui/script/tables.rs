//! Questions about tables, merges, findings and the report; changes and undo.

use super::calls::Answer;
use super::convert::{from_js, get, get_text, object, rows as rows_js, text, to_js};
use crate::base::{NodeId, Problem};
use crate::insight::{FindingKind, FindingsOptions};
use crate::merge::{MergeKind, MergeSpec};
use crate::protocol::{ExportFormat, Query, View};
use crate::share::to_fragment;
use crate::ui::share::html_of;
use crate::ui::state::{App, runtime};
use crate::workspace::Command;
use js_sys::{Array, Uint8Array};
use serde_json::json;
use wasm_bindgen::JsValue;

fn odd(what: &str) -> Problem {
    Problem::bug("bug_protocol", format!("The engine answered with something else than {what}."))
}

fn to_bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// `tables()`.
pub fn tables(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        let View::Nodes(nodes) = runtime().ask(Query::Nodes).await? else { return Err(odd("tables")) };
        Ok(object(
            nodes
                .iter()
                .map(|n| json!({"table": n.name, "rows": n.n_rows, "size_bytes": n.size_bytes, "columns": n.columns}))
                .collect(),
        ))
    })
}

/// `query(sql)` → Arrow IPC stream.
pub fn query(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let sql = text(&arguments.get(0), "The query")?;
        let runtime = runtime();
        runtime.tables_attached().await;
        let (_, rows) = runtime.engine.export(sql);
        let ipc = rows.await.unwrap_or_else(|_| Err(Problem::cancelled()))?;
        Ok(Uint8Array::new(&ipc).into())
    })
}

/// `rows(sql, {limit})`.
pub fn rows(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let sql = text(&arguments.get(0), "The query")?;
        let limit =
            get(&arguments.get(1), "limit").and_then(|l| l.as_f64()).map_or(1_000, |l| l.clamp(0.0, 1_000.0) as usize);
        match runtime().ask(Query::Sql { sql, offset: 0, limit }).await? {
            View::Sql { window, .. } => Ok(rows_js(&window)),
            _ => Err(odd("rows")),
        }
    })
}

/// `export(tableOrSql, format)`.
pub fn export(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let what = text(&arguments.get(0), "The table or query")?;
        let name = text(&arguments.get(1), "The format")?;
        let format = ExportFormat::from_extension(&name)
            .ok_or_else(|| Problem::request("not_available_yet", format!("Tables cannot be written as {name}.")))?;
        let sql = match app.workspace_now().node_named(&what) {
            Some(_) => format!("SELECT * FROM \"{what}\""),
            None => what.clone(),
        };
        Ok(to_bytes(&runtime().export(sql, format, &what).await?))
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
        let options = arguments.get(1);
        let runtime = runtime();
        let View::Suggestions(found) = runtime.ask(Query::Suggestions).await? else { return Err(odd("suggestions")) };
        let suggestion = found
            .iter()
            .find(|s| s.id == id)
            .ok_or_else(|| Problem::request("unknown_suggestion", "There is no such suggestion now."))?;
        let kind = match get(&options, "kind") {
            Some(kind) => Some(from_js::<MergeKind>(&kind, "kind")?),
            None => None,
        };
        let mut merge = MergeSpec::accepting(suggestion, kind);
        if let Some(keep) = get(&options, "keep") {
            merge.keep = Some(from_js(&keep, "keep")?);
        }
        app.try_dispatch(Command::AddMerge { merge: Box::new(merge) })?;
        let added = app.workspace_now().merges.last().cloned().ok_or_else(|| odd("a merge"))?;
        let View::Merges(merges) = runtime.ask(Query::Merges).await? else { return Err(odd("merges")) };
        let view = merges.iter().find(|m| m.merge == added.id).ok_or_else(|| odd("the merge"))?;
        if let Some(problem) = &view.problem {
            return Err(problem.clone());
        }
        let View::Nodes(nodes) = runtime.ask(Query::Nodes).await? else { return Err(odd("tables")) };
        let node = nodes.iter().find(|n| n.node == NodeId::Merge(added.id)).ok_or_else(|| odd("the table"))?;
        Ok(object(json!({"table": added.name, "rows": node.n_rows, "columns": node.columns, "outcome": view.outcome})))
    })
}

/// `findings(table, options)`.
pub fn findings(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let name = text(&arguments.get(0), "The table's name")?;
        let given = arguments.get(1);
        let node = app
            .workspace_now()
            .node_named(&name)
            .ok_or_else(|| Problem::request("unknown_table", format!("There is no table called {name}.")))?;
        let kinds: Vec<FindingKind> = match get(&given, "checks") {
            Some(kinds) => from_js(&kinds, "checks")?,
            None => Vec::new(),
        };
        let options = FindingsOptions {
            value: get_text(&given, "value"),
            group: get_text(&given, "group"),
            order: get_text(&given, "order"),
            kinds,
        };
        let View::Findings(found) = runtime().ask(Query::Findings { node, options }).await? else {
            return Err(odd("findings"));
        };
        Ok(object(json!({
            "checks_run": found.checks_run,
            "reported": found.findings.len(),
            "findings": found.findings.iter().map(|f| {
                let mut one = serde_json::to_value(f).unwrap_or_default();
                if let Some(map) = one.as_object_mut() {
                    map.insert("rule".to_owned(), serde_json::Value::Null);
                }
                one
            }).collect::<Vec<_>>(),
        })))
    })
}

/// `report()`.
pub fn report(_app: App, _arguments: Array) -> Answer {
    Box::pin(async move {
        let View::Report(report) = runtime().ask(Query::Report).await? else { return Err(odd("a report")) };
        Ok(to_js(&report))
    })
}

/// `edit(command)`.
pub fn edit(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let command: Command = from_js(&arguments.get(0), "The command")?;
        let needs_own = matches!(
            command,
            Command::AddBlock { .. }
                | Command::EditBlock { .. }
                | Command::MoveBlock { .. }
                | Command::RemoveBlock { .. }
        );
        if needs_own && app.workspace_now().report.blocks.is_none() {
            let View::Report(draft) = runtime().ask(Query::Report).await? else { return Err(odd("a report")) };
            let blocks = draft.blocks.iter().map(|b| crate::report::Block { id: b.id, spec: b.spec.clone() }).collect();
            let adopt = Command::AdoptDraft { title: draft.title.clone(), blocks };
            app.try_dispatch(Command::All { label: "edit the draft".to_owned(), commands: vec![adopt, command] })?;
        } else {
            app.try_dispatch(command)?;
        }
        Ok(JsValue::UNDEFINED)
    })
}

/// `share(as, options)`.
pub fn share(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let kind = text(&arguments.get(0), "What to share")?;
        let runtime = runtime();
        if kind == "project" {
            return Ok(to_bytes(&runtime.project().await?));
        }
        let View::Report(report) = runtime.ask(Query::Report).await? else { return Err(odd("a report")) };
        match kind.as_str() {
            "link" => {
                let location = web_sys::window().and_then(|w| w.location().href().ok()).unwrap_or_default();
                let base = location.split('#').next().unwrap_or_default();
                Ok(JsValue::from_str(&format!("{base}#{}", to_fragment(&report)?)))
            }
            "html" => Ok(to_bytes(html_of(&report).as_bytes())),
            other => Err(Problem::request("bad_argument", format!("Nothing can be shared as {other}."))
                .hint("Use \"link\", \"html\" or \"project\".")),
        }
    })
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
