//! One-click repairs as commands.

use crate::base::{NodeId, Repair, StepId};
use crate::recipe::{Op, Test};
use crate::ui::state::App;
use crate::workspace::Command;
use leptos::prelude::*;

/// Does what a problem's hint offers for a node's recipe.
pub fn repair(app: App, node: NodeId, wanted: Repair) {
    let command = match wanted {
        Repair::DisableStep { step } => Command::ToggleStep { node, step },
        Repair::RemoveStep { step } => Command::RemoveStep { node, step },
        Repair::UseColumn { step, from, to } => match op_of(app, node, step) {
            Some(op) => Command::EditStep { node, step, op: with_column(op, &from, &to) },
            None => return,
        },
        Repair::ReadColumnAs { column, as_type } => {
            Command::AddStep { node, op: Op::ChangeType { column, to: as_type }, at: Some(0) }
        }
        Repair::RemoveSource { source } => Command::RemoveSource { source },
        Repair::Retry | Repair::ReadAsEncoding { .. } | Repair::ChooseFile => return,
    };
    app.dispatch(command);
}

pub(super) fn op_of(app: App, node: NodeId, step: StepId) -> Option<Op> {
    app.workspace.with_untracked(|w| w.recipe(node)?.steps.iter().find(|s| s.id == step).map(|s| s.op.clone()))
}

fn with_column(op: Op, from: &str, to: &str) -> Op {
    let swap = |name: String| if name == from { to.to_owned() } else { name };
    let swap_all = |names: Vec<String>| names.into_iter().map(swap).collect::<Vec<_>>();
    match op {
        Op::Filter { column, test } => Op::Filter { column: swap(column), test },
        Op::Rename { from: old, to: new } => Op::Rename { from: swap(old), to: new },
        Op::ChangeType { column, to: new } => Op::ChangeType { column: swap(column), to: new },
        Op::Compute { name, formula } => {
            let formula = formula.replace(&super::cells::quote_name(from), &super::cells::quote_name(to));
            Op::Compute { name, formula }
        }
        Op::Group { by, mut measures } => {
            for measure in &mut measures {
                measure.column = measure.column.take().map(swap);
            }
            Op::Group { by: swap_all(by), measures }
        }
        Op::Sort { mut keys } => {
            for key in &mut keys {
                key.column = swap(std::mem::take(&mut key.column));
            }
            Op::Sort { keys }
        }
        Op::Remove { columns } => Op::Remove { columns: swap_all(columns) },
    }
}

