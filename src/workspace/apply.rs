//! Carries out commands: pure, total, one new workspace a command.

use super::command::Command;
use super::names::{clean_name, unique_name};
use super::spec::Workspace;
use super::{replace, report_edits, step_edits};
use crate::base::{MergeId, NodeId, Problem, SourceId, TableId};
use crate::merge::MergeSpec;
use crate::report::BlockSpec;
use crate::source::SourceSpec;

/// The workspace after a command. The given one is left as it is.
///
/// # Errors
/// A `Request` problem that says what stands in the way; then nothing has changed.
pub fn apply(workspace: &Workspace, command: &Command) -> Result<Workspace, Problem> {
    let mut next = workspace.clone();
    change(&mut next, command)?;
    Ok(next)
}

fn change(w: &mut Workspace, command: &Command) -> Result<(), Problem> {
    match command {
        Command::SetTitle { title } => w.title = title.trim().to_owned(),
        Command::AddSource { source } => add_source(w, source),
        Command::ReplaceSource { source } => replace::replace_source(w, source)?,
        Command::SettleSource { source } => replace::settle(w, *source)?,
        Command::RenameSource { source, name } => {
            let name = some_text(name, "The source needs a name.")?;
            source_mut(w, *source)?.name = name;
        }
        Command::RemoveSource { source } => remove_source(w, *source)?,
        Command::RenameNode { node, name } => rename_node(w, *node, name)?,
        Command::AddMerge { merge } => add_merge(w, merge)?,
        Command::EditMerge { merge } => edit_merge(w, merge)?,
        Command::RemoveMerge { merge } => remove_merge(w, *merge)?,
        Command::RejectSuggestion { suggestion } => {
            if !w.rejected.contains(suggestion) {
                w.rejected.push(suggestion.clone());
            }
        }
        Command::SetMain { node } => {
            if let Some(node) = node {
                must_exist(w, *node)?;
            }
            w.main = *node;
        }
        Command::AddStep { node, op, at } => step_edits::add(w, *node, op, *at)?,
        Command::EditStep { node, step, op } => step_edits::edit(w, *node, *step, op)?,
        Command::ToggleStep { node, step } => step_edits::toggle(w, *node, *step)?,
        Command::RemoveStep { node, step } => step_edits::remove(w, *node, *step)?,
        Command::MoveStep { node, step, to } => step_edits::shift(w, *node, *step, *to)?,
        Command::SetReportTitle { title } => w.report.title = Some(title.trim().to_owned()).filter(|t| !t.is_empty()),
        Command::AdoptDraft { title, blocks } => report_edits::adopt(w, title, blocks),
        Command::ResetReport => {
            w.report.blocks = None;
            w.report.title = None;
            w.report.dismissed.clear();
        }
        Command::AddBlock { spec, at } => report_edits::add(w, spec, *at)?,
        Command::EditBlock { block, spec } => report_edits::edit(w, *block, spec)?,
        Command::MoveBlock { block, to } => report_edits::shift(w, *block, *to)?,
        Command::RemoveBlock { block } => report_edits::remove(w, *block)?,
        Command::DismissFinding { key } => report_edits::dismiss(w, key),
        Command::All { commands, .. } => {
            for command in commands {
                change(w, command)?;
            }
        }
    }
    Ok(())
}

impl Workspace {
    /// The next free id.
    pub(super) fn take_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

fn add_source(w: &mut Workspace, source: &SourceSpec) {
    let tables = source.tables.clone();
    let id = SourceId(w.take_id());
    w.sources.push(SourceSpec { id, tables: Vec::new(), ..source.clone() });
    for mut table in tables {
        table.id = TableId(w.take_id());
        // Tables are added one by one, so that a name sees those before it.
        table.name = unique_name(w, &table.name);
        if let Some(added) = w.sources.last_mut() {
            added.tables.push(table);
        }
    }
}

fn remove_source(w: &mut Workspace, id: SourceId) -> Result<(), Problem> {
    let source = w.source(id).cloned().ok_or_else(|| gone("source"))?;
    for table in &source.tables {
        if let Some(user) = user_of(w, NodeId::Table(table.id)) {
            return Err(Problem::request(
                "source_in_use",
                format!("{} cannot be removed: {user} uses it.", source.name),
            )
            .hint(format!("Remove {user} first.")));
        }
    }
    w.sources.retain(|s| s.id != id);
    forget_lost_nodes(w);
    Ok(())
}

fn rename_node(w: &mut Workspace, node: NodeId, name: &str) -> Result<(), Problem> {
    must_exist(w, node)?;
    let wanted = some_text(name, "The table needs a name.")?;
    let name = clean_name(&wanted);
    if w.node_named(&name).is_some_and(|n| n != node) {
        return Err(Problem::request("name_taken", format!("There is already a table called {name}.")));
    }
    match node {
        NodeId::Table(id) => {
            for table in w.sources.iter_mut().flat_map(|s| &mut s.tables).filter(|t| t.id == id) {
                table.name.clone_from(&name);
            }
        }
        NodeId::Merge(id) => {
            for merge in w.merges.iter_mut().filter(|m| m.id == id) {
                merge.name.clone_from(&name);
            }
        }
    }
    Ok(())
}

fn add_merge(w: &mut Workspace, merge: &MergeSpec) -> Result<(), Problem> {
    check_merge(w, merge)?;
    let mut merge = merge.clone();
    merge.id = MergeId(w.take_id());
    merge.name = unique_name(w, &merge.name);
    w.merges.push(merge);
    Ok(())
}

fn edit_merge(w: &mut Workspace, merge: &MergeSpec) -> Result<(), Problem> {
    let old = w.merge(merge.id).cloned().ok_or_else(|| gone("merge"))?;
    let mut merge = merge.clone();
    // Inputs stay, so that no merge can come to rest on itself.
    merge.left = old.left;
    merge.right = old.right;
    merge.name = old.name;
    check_merge(w, &merge)?;
    if let Some(place) = w.merges.iter_mut().find(|m| m.id == merge.id) {
        *place = merge;
    }
    Ok(())
}

fn check_merge(w: &Workspace, merge: &MergeSpec) -> Result<(), Problem> {
    must_exist(w, merge.left)?;
    must_exist(w, merge.right)?;
    if merge.left == merge.right {
        return Err(Problem::request("merge_with_itself", "A table cannot be combined with itself."));
    }
    if merge.keys.is_empty() {
        return Err(Problem::request(
            "merge_without_keys",
            "Choose at least one pair of columns that belong together.",
        ));
    }
    Ok(())
}

fn remove_merge(w: &mut Workspace, id: MergeId) -> Result<(), Problem> {
    let merge = w.merge(id).cloned().ok_or_else(|| gone("merge"))?;
    if let Some(user) = user_of(w, NodeId::Merge(id)) {
        return Err(Problem::request("merge_in_use", format!("{} cannot be removed: {user} uses it.", merge.name))
            .hint(format!("Remove {user} first.")));
    }
    w.merges.retain(|m| m.id != id);
    forget_lost_nodes(w);
    Ok(())
}

/// Who uses a node, in words, if anyone does.
pub(super) fn user_of(w: &Workspace, node: NodeId) -> Option<String> {
    if let Some(merge) = w.merges.iter().find(|m| m.left == node || m.right == node) {
        return Some(format!("the merge {}", merge.name));
    }
    let uses = |spec: &BlockSpec| match spec {
        BlockSpec::Numbers(items) => items.iter().any(|i| i.node == node),
        BlockSpec::Finding { node: n, .. } | BlockSpec::Table { node: n, .. } => *n == node,
        BlockSpec::Chart(chart) => chart.node == node,
        _ => false,
    };
    let blocks = w.report.blocks.as_deref().unwrap_or_default();
    blocks.iter().any(|b| uses(&b.spec)).then(|| "a block of the report".to_owned())
}

pub(super) fn forget_lost_nodes(w: &mut Workspace) {
    let nodes = w.nodes();
    w.recipes.retain(|node, _| nodes.contains(node));
    w.main = w.main.filter(|n| nodes.contains(n));
}

fn source_mut(w: &mut Workspace, id: SourceId) -> Result<&mut SourceSpec, Problem> {
    w.sources.iter_mut().find(|s| s.id == id).ok_or_else(|| gone("source"))
}

pub(super) fn must_exist(w: &Workspace, node: NodeId) -> Result<(), Problem> {
    w.node_name(node).map(|_| ()).ok_or_else(|| gone("table"))
}

pub(super) fn gone(what: &str) -> Problem {
    Problem::request("not_there", format!("That {what} is no longer there."))
}

fn some_text(text: &str, what: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() { Err(Problem::request("empty_name", what)) } else { Ok(text.to_owned()) }
}
