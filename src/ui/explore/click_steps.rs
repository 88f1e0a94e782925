//! Steps made by one click: a value kept, an order, a column moved or hidden. Several in a row
//! change the same step instead of piling up. Each is checked before it is added, so that a click
//! never leaves a recipe that cannot run.

use super::grid::CellPick;
use crate::base::{NodeId, StepId};
use crate::protocol::{Query, View};
use crate::recipe::{Op, Shift, SortKey, Step, Test};
use crate::table::ColumnInfo;
use crate::ui::state::{App, runtime};
use crate::workspace::Command;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Keeps only the rows with this value, or leaves them out. `is_stale`: the rows that were clicked are
/// of a moment ago.
pub(super) fn filter_to(app: App, node: NodeId, pick: CellPick, is_stale: bool) {
    let test = match (pick.value, pick.leave_out) {
        (Some(value), false) => Test::OneOf(vec![value]),
        (Some(value), true) => Test::NoneOf(vec![value]),
        (None, false) => Test::IsMissing,
        (None, true) => Test::IsPresent,
    };
    if let Err(problem) = test.check(&ColumnInfo::new(&pick.column.name, pick.column.column_type)) {
        return app.complain(problem);
    }
    let column = pick.column.name;
    let words = crate::report::test_words(&column, &test);
    let op = Op::Filter { column, test };
    let is_there = app
        .workspace
        .with_untracked(|w| w.recipe(node).is_some_and(|r| r.steps.iter().any(|s| s.enabled && s.op == op)));
    if is_there {
        return;
    }
    commit(app, node, None, op, is_stale, move || app.say(format!("Only rows where {words}"), true));
}

/// Sorts by one column. A sort at the end of the recipe is replaced: another click, another order.
pub(super) fn sort_by(app: App, node: NodeId, column: String, descending: bool, is_stale: bool) {
    let last = last_step(app, node).filter(|step| matches!(step.op, Op::Sort { .. }));
    let op = Op::Sort { keys: vec![SortKey { column, descending }] };
    commit(app, node, last.map(|step| step.id), op, is_stale, || ());
}

pub(super) fn remove_column(app: App, node: NodeId, column: String, is_stale: bool) {
    let op = Op::Remove { columns: vec![column.clone()] };
    commit(app, node, None, op, is_stale, move || app.say(format!("{column} removed"), true));
}

/// Adds a step, or changes one. What was clicked on rows of a moment ago is tried first.
fn commit(app: App, node: NodeId, step: Option<StepId>, op: Op, is_stale: bool, done: impl FnOnce() + 'static) {
    let dispatch = move |op: Op| {
        let command = match step {
            Some(step) => Command::EditStep { node, step, op },
            None => Command::AddStep { node, op, at: None },
        };
        match app.try_dispatch(command) {
            Ok(()) => done(),
            Err(problem) => app.complain(problem),
        }
    };
    if !is_stale {
        return dispatch(op);
    }
    spawn_local(async move {
        match runtime().ask(Query::Preview { node, op: op.clone(), replaces: step }).await {
            Ok(_) => dispatch(op),
            Err(problem) => app.complain(problem),
        }
    });
}

/// Moves or hides a column. `done` runs once it is so.
pub(super) fn shift_column(app: App, node: NodeId, column: String, shift: Shift, done: impl FnOnce() + 'static) {
    if chosen_columns(app, node).is_some() {
        if let Some(command) = shift_command(app, node, &[], &column, shift) {
            app.dispatch(command);
            done();
        }
        return;
    }
    // The columns as they are now: those on screen may be of a moment ago.
    spawn_local(async move {
        match runtime().ask(Query::Rows { node, offset: 0, limit: 0 }).await {
            Ok(View::Rows(window)) => {
                let columns: Vec<String> = window.columns.into_iter().map(|c| c.name).collect();
                if let Some(command) = shift_command(app, node, &columns, &column, shift) {
                    app.dispatch(command);
                    done();
                }
            }
            Ok(_) => {}
            Err(problem) => app.complain(problem),
        }
    });
}

fn shift_command(app: App, node: NodeId, columns: &[String], column: &str, shift: Shift) -> Option<Command> {
    Some(match chosen_columns(app, node) {
        Some((step, chosen)) => {
            Command::EditStep { node, step, op: Op::Select { columns: shift.of(column, &chosen)? } }
        }
        None => Command::AddStep { node, op: Op::Select { columns: shift.of(column, columns)? }, at: None },
    })
}

/// The step at the end that chooses columns, if there is one, and what it keeps.
fn chosen_columns(app: App, node: NodeId) -> Option<(StepId, Vec<String>)> {
    match last_step(app, node)? {
        Step { id, op: Op::Select { columns }, enabled: true } => Some((id, columns)),
        _ => None,
    }
}

fn last_step(app: App, node: NodeId) -> Option<Step> {
    app.workspace.with_untracked(|w| w.recipe(node).and_then(|r| r.steps.last().cloned()))
}
