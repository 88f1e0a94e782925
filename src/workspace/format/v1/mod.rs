//! Format 1, in types of its own. What the domain does to its types never changes what is on disk
//! (see `mirror.rs` and docs/decisions/0002); `tests/fixtures/saved/v1` pins it byte for byte.
//!
//! This version is published: a field may be added that is left out when it says nothing
//! (`default, skip_serializing_if`), or a variant at the end of an enum, nothing else.

mod chart;
mod control;
mod drift;
mod merge;
mod mirror;
mod recipe;
mod report;
mod source;
mod table;

use crate::workspace::spec;
use mirror::{Mirror, saved_struct};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub const FORMAT: &str = "tributary-workspace";

/// Undo steps that are saved.
pub const MAX_HISTORY: usize = 40;

#[derive(Serialize, Deserialize)]
pub struct Saved {
    format: String,
    version: u32,
    workspace: Workspace,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    past: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    future: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    label: String,
    workspace: Workspace,
}

saved_struct! {
    Workspace = spec::Workspace {
        "title" => title: String,
        "sources" => sources: Vec<source::Source>,
        "merges" => merges: Vec<merge::Merge>,
        "recipes" => recipes: Vec<(table::Node, recipe::Recipe)>,
        "report" => report: report::Report,
        "rejected" => rejected: Vec<String>,
        "main" => main: Option<table::Node>,
        "next_id" => next_id: u64,
    }
}

/// The workspace, the states before it and the states undone, each with its label.
pub type Parts = (spec::Workspace, Vec<(String, spec::Workspace)>, Vec<(String, spec::Workspace)>);

impl Saved {
    pub fn of(
        workspace: &spec::Workspace,
        past: Vec<(String, Arc<spec::Workspace>)>,
        future: Vec<(String, Arc<spec::Workspace>)>,
    ) -> Saved {
        let entries = |list: Vec<(String, Arc<spec::Workspace>)>| {
            list.into_iter().map(|(label, w)| Entry { label, workspace: Mirror::of(w.as_ref()) }).collect()
        };
        Saved {
            format: FORMAT.to_owned(),
            version: 1,
            workspace: Mirror::of(workspace),
            past: entries(past),
            future: entries(future),
        }
    }

    pub fn into_parts(self) -> Parts {
        let entries = |list: Vec<Entry>| list.into_iter().map(|e| (e.label, e.workspace.back())).collect();
        (self.workspace.back(), entries(self.past), entries(self.future))
    }
}

#[cfg(test)]
mod tests;
