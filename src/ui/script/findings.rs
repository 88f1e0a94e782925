//! `findings(table, options)`.

use super::calls::Answer;
use super::convert::{from_js, object, text, tree};
use super::options::Options;
use crate::base::wording::list;
use crate::base::{Place, Problem};
use crate::insight::{FindingKind, FindingsOptions};
use crate::protocol::{NodeView, Query, View};
use crate::ui::state::{App, runtime};
use js_sys::Array;
use serde_json::{Value, json};

pub fn findings(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let name = text(&arguments.get(0), "The table's name")?;
        let given = Options::read(arguments.get(1), "findings", &["value", "group", "order", "control", "checks"])?;
        if given.value("control").is_some() {
            return Err(later("Control charts are not there yet."));
        }
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
        let View::Findings(found) = runtime.ask(Query::Findings { node, options }).await? else {
            return Err(super::odd("findings"));
        };
        let findings = found.findings.iter().map(|finding| {
            let mut one = tree(finding);
            if let Some(map) = one.as_object_mut() {
                // Of control charts, which are not there yet.
                map.insert("rule".to_owned(), Value::Null);
            }
            one
        });
        Ok(object(json!({
            "checks_run": found.checks_run,
            "reported": found.findings.len(),
            "findings": findings.collect::<Vec<_>>(),
        })))
    })
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
