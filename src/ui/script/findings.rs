//! `findings(table, options)`.

use super::calls::Answer;
use super::convert::{from_js, object, text, tree};
use super::options::{Options, bad};
use crate::base::wording::list;
use crate::base::{Place, Problem};
use crate::insight::{ControlOptions, ControlQuery, FindingKind, Findings, FindingsOptions};
use crate::protocol::{NodeView, Query, View};
use crate::ui::state::{App, runtime};
use js_sys::Array;
use serde_json::{Value, json};

pub fn findings(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let name = text(&arguments.get(0), "The table's name")?;
        let given = Options::read(arguments.get(1), "findings", &["value", "group", "order", "control", "checks"])?;
        let node = app.workspace_now().node_named(&name).ok_or_else(|| super::unknown_table(&name))?;
        let options = FindingsOptions {
            value: given.text("value")?,
            group: given.text("group")?,
            order: given.text("order")?,
            kinds: kinds(&given)?,
        };
        let runtime = runtime();
        let View::Nodes(nodes) = runtime.ask(Query::Nodes).await? else { return Err(super::odd("tables")) };
        let table = nodes.iter().find(|n| n.node == node).ok_or_else(|| super::unknown_table(&name))?;
        if let Some(problem) = &table.problem {
            return Err(problem.clone());
        }
        for column in [&options.value, &options.group, &options.order].into_iter().flatten() {
            must_have(table, column)?;
        }
        if let Some(control) = control_of(&given, &options)? {
            let FindingsOptions { value, group, order, .. } = options;
            let query = Box::new(ControlQuery { value, group, order, options: control });
            let View::Control { findings, charts } = runtime.ask(Query::Control { node, query }).await? else {
                return Err(super::odd("control charts"));
            };
            let mut answer = as_json(&findings);
            if let Some(map) = answer.as_object_mut() {
                map.insert("charts".to_owned(), charts);
            }
            return Ok(object(answer));
        }
        let View::Findings(found) = runtime.ask(Query::Findings { node, options }).await? else {
            return Err(super::odd("findings"));
        };
        Ok(object(as_json(&found)))
    })
}

fn as_json(found: &Findings) -> Value {
    let findings = found.findings.iter().map(|finding| {
        let mut one = tree(finding);
        if let Some(map) = one.as_object_mut() {
            // There for every kind, and a text for control charts.
            map.entry("rule").or_insert(Value::Null);
        }
        one
    });
    json!({
        "checks_run": found.checks_run,
        "reported": found.findings.len(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// How to chart, where control charts are asked for: by `control`, or by that check alone.
fn control_of(given: &Options, options: &FindingsOptions) -> Result<Option<ControlOptions>, Problem> {
    let is_asked = options.kinds == [FindingKind::ControlChart];
    match given.value("control") {
        Some(_) if !options.kinds.is_empty() && !is_asked => {
            Err(bad("control is for the check control_chart alone.").hint("Leave the other checks to another call."))
        }
        Some(control) => from_js(&control, "control").map(Some),
        None => Ok(is_asked.then(ControlOptions::default)),
    }
}

fn kinds(given: &Options) -> Result<Vec<FindingKind>, Problem> {
    let Some(checks) = given.value("checks") else { return Ok(Vec::new()) };
    let names: Vec<String> = from_js(&checks, "checks")?;
    let known = |name: String| {
        serde_json::from_value(json!(name)).map_err(|_| later(&format!("There is no check called {name} yet.")))
    };
    names.into_iter().map(known).collect()
}

fn later(what: &str) -> Problem {
    Problem::request("not_available_yet", what)
}

fn must_have(table: &NodeView, column: &str) -> Result<(), Problem> {
    if table.columns.iter().any(|c| c.name == column) {
        return Ok(());
    }
    let names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    Err(Problem::request("unknown_column", format!("{} has no column called {column}.", table.name))
        .at(Place::column(column))
        .hint(format!("Its columns are {}.", list(&names))))
}
