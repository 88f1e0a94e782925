//! Saved workspaces, by version. Every version that was ever saved opens for ever.
//!
//! A file names its version first. An older one is upgraded one version at a time; a newer one is
//! refused with a Problem, and nothing is written over it.

mod saver;
mod v1;

pub use saver::Encoder;

use super::history::{Entry, History};
use super::spec::Workspace;
use crate::base::{Problem, json};
use std::sync::Arc;

/// The version that is written.
pub const VERSION: u32 = 1;

/// A saved text may not be larger, whatever it claims.
pub const MAX_BYTES: usize = 64 << 20;

/// The workspace as saved text.
///
/// # Errors
/// `bug_save` when it cannot be written.
pub fn encode(workspace: &Workspace) -> Result<String, Problem> {
    write(&v1::Saved::of(workspace, Vec::new(), Vec::new()))
}

/// The workspace with its history, so that undo survives a reload.
///
/// # Errors
/// As [`encode`].
pub fn encode_history(history: &History) -> Result<String, Problem> {
    let entries = |list: &[Entry]| list.iter().map(|e| (e.label.clone(), e.workspace.clone())).collect::<Vec<_>>();
    // The oldest steps go first when there are many.
    let past = history.past();
    let recent = past.get(past.len().saturating_sub(v1::MAX_HISTORY)..).unwrap_or_default();
    write(&v1::Saved::of(history.present(), entries(recent), entries(history.future())))
}

fn write(saved: &v1::Saved) -> Result<String, Problem> {
    json::write(saved)
        .map_err(|e| Problem::bug("bug_save", "The workspace could not be written.").because(e.to_string()))
}

/// # Errors
/// `bad_workspace` when the text is not a saved workspace, `newer_workspace` when it was made by a
/// newer version of the app.
pub fn decode(text: &str) -> Result<Workspace, Problem> {
    Ok(decode_history(text)?.present().as_ref().clone())
}

/// # Errors
/// As [`decode`].
pub fn decode_history(text: &str) -> Result<History, Problem> {
    if text.len() > MAX_BYTES {
        return Err(Problem::limit("bad_workspace", "This workspace is too large to be opened."));
    }
    let bad = |e: json::Error| {
        Problem::input("bad_workspace", "This is not a Tributary workspace, or it is damaged.").because(e.to_string())
    };
    let tree = json::parse(text).map_err(bad)?;
    let version = tree.get("version").and_then(|version| version.as_u64());
    let (Some(v1::FORMAT), Some(version)) = (tree.get("format").and_then(|format| format.as_str()), version) else {
        return Err(Problem::input("bad_workspace", "This is not a Tributary workspace."));
    };
    match version {
        1 => {
            let (workspace, past, future) = json::read_tree::<v1::Saved>(tree).map_err(bad)?.into_parts();
            let entries = |list: Vec<(String, Workspace)>| {
                list.into_iter().map(|(label, w)| Entry { label, workspace: Arc::new(w) }).collect()
            };
            Ok(History::restore(entries(past), workspace, entries(future)))
        }
        newer => Err(Problem::request(
            "newer_workspace",
            format!("This workspace was saved by a newer version of Tributary (format {newer})."),
        )
        .hint("Reload the page to get the newest version. Nothing was changed.")),
    }
}
