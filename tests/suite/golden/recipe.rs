//! Steps: the sentence, the SQL that is shown, rows and columns before and after, and what comes out.
//! The SQL is run as well: it has to give the rows that the steps give.

use super::{Case, Outputs, check, text, words};
use crate::suite::desk::Desk;
use datafusion::prelude::{SessionConfig, SessionContext};
use tributary::protocol::{Query, View};
use tributary::recipe::{Op, to_sql};
use tributary::source::ReaderSpec;
use tributary::table::RowWindow;
use tributary::workspace::Command;

const SHOWN_ROWS: usize = 10;

#[test]
fn recipes_do_as_they_say() {
    check("recipe", run);
}

fn run(case: &Case) -> Outputs {
    let mut desk = Desk::new();
    let reader: ReaderSpec = case.get("reader");
    for (name, bytes) in case.inputs() {
        desk.add(&name, &bytes, &reader).unwrap();
    }
    let node = desk.history.present().main_node().unwrap();
    let ops: Vec<Op> = case.get("steps");
    for op in ops {
        desk.dispatch(Command::AddStep { node, op, at: None }).unwrap();
    }
    let Ok(View::Steps(steps)) = desk.ask(Query::Steps { node }) else { panic!("no steps") };
    let mut out = String::new();
    for step in &steps {
        let columns = step.n_columns_after;
        out.push_str(&format!(
            "{}\n  {} rows → {} rows, {columns} columns\n",
            step.sentence, step.n_rows_before, step.n_rows_after
        ));
        out.extend(step.remark.iter().map(|r| format!("  remark: {r}\n")));
        out.extend(step.problem.iter().map(words::problem));
    }
    let workspace = desk.history.present().clone();
    let name = workspace.node_name(node).unwrap();
    let (_, table) = workspace.tables().next().unwrap();
    let state = SessionContext::new_with_config(config()).state();
    let sql = to_sql(name, workspace.recipe(node).unwrap(), &table.columns, &state);
    let rows = desk.rows(node);
    match (&sql, &rows) {
        (Ok(sql), Ok(rows)) => {
            out.push_str(&format!("SQL\n{}\n", indented(sql)));
            out.push_str(&written(&mut desk, node, rows));
            assert_eq!(same_rows(&mut desk, node, sql), Ok(()), "the SQL shown gives other rows:\n{sql}");
        }
        (Err(problem), Ok(rows)) if problem.code == "no_sql" => {
            out.push_str(&format!("no SQL\n{}", words::problem(problem)));
            out.push_str(&written(&mut desk, node, rows));
        }
        (Err(problem), _) | (_, Err(problem)) => out.push_str(&format!("no rows\n{}", words::problem(problem))),
    }
    text(out)
}

/// What comes out.
fn written(desk: &mut Desk, node: tributary::base::NodeId, rows: &RowWindow) -> String {
    let Ok(View::Nodes(nodes)) = desk.ask(Query::Nodes) else { panic!("no nodes") };
    let columns: String = nodes.iter().filter(|n| n.node == node).flat_map(|n| &n.columns).map(words::column).collect();
    format!("columns\n{columns}rows\n{}", words::rows(rows, SHOWN_ROWS))
}

/// As the engine's session: names mean what they say.
fn config() -> SessionConfig {
    let mut config = SessionConfig::new();
    config.options_mut().sql_parser.enable_ident_normalization = false;
    config
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// The SQL is written for the table before its steps, so they are switched off while it runs.
fn same_rows(desk: &mut Desk, node: tributary::base::NodeId, sql: &str) -> Result<(), String> {
    let of_steps = sorted(&desk.rows(node).map_err(|p| p.to_string())?);
    let ids: Vec<_> = desk.history.present().recipe(node).unwrap().steps.iter().map(|s| s.id).collect();
    for step in ids {
        desk.dispatch(Command::ToggleStep { node, step }).unwrap();
    }
    let of_sql = sorted(&desk.sql(sql).map_err(|p| p.to_string())?);
    if of_steps == of_sql { Ok(()) } else { Err(format!("{of_steps:?}\n{of_sql:?}")) }
}

/// Rows as lines, in an order of their own: SQL promises none for ties.
fn sorted(window: &RowWindow) -> Vec<String> {
    let all = words::rows(window, usize::MAX);
    let mut lines: Vec<String> = all.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}
