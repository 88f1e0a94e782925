//! Commands on recipes.

use super::apply::{gone, must_exist};
use super::spec::Workspace;
use crate::base::{NodeId, Problem, StepId};
use crate::recipe::{Op, Recipe, Step};

pub(super) fn add(w: &mut Workspace, node: NodeId, op: &Op, at: Option<usize>) -> Result<(), Problem> {
    must_exist(w, node)?;
    let id = StepId(w.take_id());
    let steps = &mut w.recipes.entry(node).or_default().steps;
    let at = at.unwrap_or(steps.len()).min(steps.len());
    steps.insert(at, Step { id, op: op.clone(), enabled: true });
    Ok(())
}

pub(super) fn edit(w: &mut Workspace, node: NodeId, step: StepId, op: &Op) -> Result<(), Problem> {
    find(w, node, step)?.op = op.clone();
    // What waited for a column was changed so that it need not.
    if forget_waiting(w, step) {
        find(w, node, step)?.enabled = true;
    }
    Ok(())
}

pub(super) fn toggle(w: &mut Workspace, node: NodeId, step: StepId) -> Result<(), Problem> {
    let found = find(w, node, step)?;
    found.enabled = !found.enabled;
    forget_waiting(w, step);
    Ok(())
}

/// What the user decides on does not wait for a newer version any more. Whether it did.
fn forget_waiting(w: &mut Workspace, step: StepId) -> bool {
    let mut waited = false;
    for drift in w.sources.iter_mut().flat_map(|s| &mut s.tables).filter_map(|t| t.drift.as_mut()) {
        let n_before = drift.waiting.len();
        drift.waiting.retain(|waiting| waiting.step != step);
        waited |= drift.waiting.len() < n_before;
    }
    waited
}

pub(super) fn remove(w: &mut Workspace, node: NodeId, step: StepId) -> Result<(), Problem> {
    find(w, node, step)?;
    let recipe: &mut Recipe = w.recipes.entry(node).or_default();
    recipe.steps.retain(|s| s.id != step);
    if recipe.steps.is_empty() {
        w.recipes.remove(&node);
    }
    forget_waiting(w, step);
    Ok(())
}

pub(super) fn shift(w: &mut Workspace, node: NodeId, step: StepId, to: usize) -> Result<(), Problem> {
    let moved = find(w, node, step)?.clone();
    let steps = &mut w.recipes.entry(node).or_default().steps;
    steps.retain(|s| s.id != step);
    let to = to.min(steps.len());
    steps.insert(to, moved);
    Ok(())
}

fn find(w: &mut Workspace, node: NodeId, step: StepId) -> Result<&mut Step, Problem> {
    let steps = w.recipes.get_mut(&node).map(|r| r.steps.as_mut_slice()).unwrap_or_default();
    steps.iter_mut().find(|s| s.id == step).ok_or_else(|| gone("step"))
}
