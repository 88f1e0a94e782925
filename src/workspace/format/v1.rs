//! Format 1.
//!
//! The outer structs are this file's own. The specs inside are written through their serde
//! derives, which `tests/fixtures/saved/v1` pins byte for byte: before a spec changes shape in a
//! way that the fixture notices, its old shape is copied here (see docs/decisions/0002).

use super::super::spec::Workspace;
use crate::base::NodeId;
use crate::merge::MergeSpec;
use crate::recipe::Recipe;
use crate::report::ReportSpec;
use crate::source::SourceSpec;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub const FORMAT: &str = "tributary-workspace";

/// Undo steps that are saved.
pub const MAX_HISTORY: usize = 40;

#[derive(Serialize, Deserialize)]
pub struct Saved {
    format: String,
    version: u32,
    workspace: SavedWorkspace,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    past: Vec<SavedEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    future: Vec<SavedEntry>,
}

#[derive(Serialize, Deserialize)]
struct SavedEntry {
    label: String,
    workspace: SavedWorkspace,
}

#[derive(Serialize, Deserialize)]
struct SavedWorkspace {
    title: String,
    sources: Vec<SourceSpec>,
    merges: Vec<MergeSpec>,
    recipes: Vec<(NodeId, Recipe)>,
    report: ReportSpec,
    rejected: Vec<String>,
    main: Option<NodeId>,
    next_id: u64,
}

/// The workspace, the states before it and the states undone, each with its label.
pub type Parts = (Workspace, Vec<(String, Workspace)>, Vec<(String, Workspace)>);

impl Saved {
    pub fn of(
        workspace: &Workspace,
        past: Vec<(String, Arc<Workspace>)>,
        future: Vec<(String, Arc<Workspace>)>,
    ) -> Saved {
        let entries = |list: Vec<(String, Arc<Workspace>)>| {
            list.into_iter().map(|(label, w)| SavedEntry { label, workspace: SavedWorkspace::of(&w) }).collect()
        };
        Saved {
            format: FORMAT.to_owned(),
            version: 1,
            workspace: SavedWorkspace::of(workspace),
            past: entries(past),
            future: entries(future),
        }
    }

    pub fn into_parts(self) -> Parts {
        let entries = |list: Vec<SavedEntry>| list.into_iter().map(|e| (e.label, e.workspace.into())).collect();
        (self.workspace.into(), entries(self.past), entries(self.future))
    }
}

impl SavedWorkspace {
    fn of(w: &Workspace) -> SavedWorkspace {
        SavedWorkspace {
            title: w.title.clone(),
            sources: w.sources.clone(),
            merges: w.merges.clone(),
            recipes: w.recipes.iter().map(|(n, r)| (*n, r.clone())).collect(),
            report: w.report.clone(),
            rejected: w.rejected.clone(),
            main: w.main,
            next_id: w.next_id,
        }
    }
}

impl From<SavedWorkspace> for Workspace {
    fn from(s: SavedWorkspace) -> Workspace {
        Workspace {
            title: s.title,
            sources: s.sources,
            merges: s.merges,
            recipes: s.recipes.into_iter().collect(),
            report: s.report,
            rejected: s.rejected,
            main: s.main,
            next_id: s.next_id,
        }
    }
}
