//! Commands in words, for the undo menu and the activity log.

use super::command::Command;
use super::spec::Workspace;

/// What the command does, as "Undo …" continues: "add runs.csv".
pub fn label(w: &Workspace, command: &Command) -> String {
    let node = |n| w.node_name(n).unwrap_or("a table").to_owned();
    match command {
        Command::SetTitle { .. } => "rename the workspace".to_owned(),
        Command::AddSource { source } => format!("add {}", source.name),
        Command::ReplaceSource { source } => format!("read {} again", source.name),
        Command::SettleSource { source } => {
            format!("settle what changed in {}", w.source(*source).map_or("a source", |s| s.name.as_str()))
        }
        Command::RenameSource { .. } => "rename a source".to_owned(),
        Command::RemoveSource { source } => {
            format!("remove {}", w.source(*source).map_or("a source", |s| s.name.as_str()))
        }
        Command::RenameNode { node: n, .. } => format!("rename {}", node(*n)),
        Command::AddMerge { merge } => format!("combine {} and {}", node(merge.left), node(merge.right)),
        Command::EditMerge { merge } => format!("change {}", merge.name),
        Command::RemoveMerge { merge } => {
            format!("remove {}", w.merge(*merge).map_or("a merge", |m| m.name.as_str()))
        }
        Command::RejectSuggestion { .. } => "reject a suggestion".to_owned(),
        Command::SetMain { .. } => "choose what the report is about".to_owned(),
        Command::AddStep { node: n, .. } => format!("add a step to {}", node(*n)),
        Command::EditStep { node: n, .. } => format!("change a step of {}", node(*n)),
        Command::ToggleStep { node: n, .. } => format!("switch a step of {}", node(*n)),
        Command::RemoveStep { node: n, .. } => format!("remove a step of {}", node(*n)),
        Command::MoveStep { node: n, .. } => format!("move a step of {}", node(*n)),
        Command::SetReportTitle { .. } => "change the report's title".to_owned(),
        Command::AdoptDraft { .. } => "edit the draft".to_owned(),
        Command::ResetReport => "start a fresh draft".to_owned(),
        Command::AddBlock { .. } => "add a block".to_owned(),
        Command::EditBlock { .. } => "edit a block".to_owned(),
        Command::MoveBlock { .. } => "move a block".to_owned(),
        Command::RemoveBlock { .. } => "remove a block".to_owned(),
        Command::DismissFinding { .. } => "dismiss a finding".to_owned(),
        Command::All { label, .. } => label.clone(),
    }
}
