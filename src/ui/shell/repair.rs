//! What one click on a problem's hint does.

use super::choose_files;
use crate::base::{ColumnType, NodeId, Repair, SourceId, StepId};
use crate::recipe::{Op, Step};
use crate::source::ReaderSpec;
use crate::ui::state::App;
use crate::workspace::Command;
use leptos::prelude::*;

/// Carries out a repair. `source` is the source that the problem is shown at, where there is one.
pub fn repair(app: App, source: Option<SourceId>, repair: Repair) {
    match repair {
        // A job that failed is tried again by the job itself.
        Repair::Retry => {
            if let Some(source) = source {
                app.refresh(source);
            }
        }
        Repair::EditRequest => {
            if let Some(source) = source {
                app.edit_request(source);
            }
        }
        Repair::ChooseFile => choose_files(),
        Repair::RemoveSource { source } => app.dispatch(Command::RemoveSource { source }),
        Repair::DisableStep { step } => {
            if let Some((node, _)) = step_of(app, step) {
                app.dispatch(Command::ToggleStep { node, step });
            }
        }
        Repair::RemoveStep { step } => {
            if let Some((node, _)) = step_of(app, step) {
                app.dispatch(Command::RemoveStep { node, step });
            }
        }
        Repair::UseColumn { step, from, to } => {
            if let Some((node, found)) = step_of(app, step) {
                app.dispatch(Command::EditStep { node, step, op: with_column(found.op, &from, &to) });
            }
        }
        Repair::ReadAsEncoding { source, encoding } => {
            if let Some(reader) = reader_of(app, source) {
                app.reread(source, ReaderSpec { encoding: Some(encoding), ..reader });
            }
        }
        Repair::ReadColumnAs { column, as_type } => read_column_as(app, source, column, as_type),
    }
}

fn read_column_as(app: App, source: Option<SourceId>, column: String, as_type: ColumnType) {
    let workspace = app.workspace.get_untracked();
    let has_column =
        |s: &crate::source::SourceSpec| s.tables.iter().any(|t| t.columns.iter().any(|c| c.name == column));
    let found = match source {
        Some(id) => workspace.source(id),
        None => workspace.sources.iter().find(|s| has_column(s)),
    };
    if let Some(found) = found {
        app.reread(found.id, found.reader.clone().with_type(column, as_type));
    }
}

fn reader_of(app: App, source: SourceId) -> Option<ReaderSpec> {
    app.workspace.get_untracked().source(source).map(|s| s.reader.clone())
}

fn step_of(app: App, id: StepId) -> Option<(NodeId, Step)> {
    let workspace = app.workspace.get_untracked();
    workspace
        .recipes
        .iter()
        .find_map(|(node, recipe)| recipe.steps.iter().find(|s| s.id == id).map(|step| (*node, step.clone())))
}

/// The same step with one column taken for another.
fn with_column(op: Op, from: &str, to: &str) -> Op {
    let swap = |column: String| if column == from { to.to_owned() } else { column };
    match op {
        Op::Filter { column, test } => Op::Filter { column: swap(column), test },
        Op::Rename { from: column, to: name } => Op::Rename { from: swap(column), to: name },
        Op::ChangeType { column, to: as_type } => Op::ChangeType { column: swap(column), to: as_type },
        Op::Compute { name, formula } => Op::Compute { name, formula: formula.replace(from, to) },
        Op::Group { by, measures } => Op::Group {
            by: by.into_iter().map(swap).collect(),
            measures: measures
                .into_iter()
                .map(|mut m| {
                    m.column = m.column.map(swap);
                    m
                })
                .collect(),
        },
        Op::Sort { keys } => Op::Sort {
            keys: keys
                .into_iter()
                .map(|mut k| {
                    k.column = swap(k.column);
                    k
                })
                .collect(),
        },
        Op::Remove { columns } => Op::Remove { columns: columns.into_iter().map(swap).collect() },
        Op::Select { columns } => Op::Select { columns: columns.into_iter().map(swap).collect() },
    }
}
