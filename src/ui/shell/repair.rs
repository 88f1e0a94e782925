//! What one click on a problem's hint does.

use super::choose_files;
use crate::base::{ColumnType, NodeId, Repair, SourceId, StepId};
use crate::recipe::Step;
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
                app.dispatch(Command::EditStep { node, step, op: found.op.with_column(&from, &to) });
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
