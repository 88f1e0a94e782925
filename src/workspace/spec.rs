//! The workspace: everything the user has done, without a single row.

use crate::base::{MergeId, NodeId, SourceId, TableId};
use crate::merge::MergeSpec;
use crate::recipe::Recipe;
use crate::report::ReportSpec;
use crate::source::{SourceSpec, TableSpec};
use std::collections::BTreeMap;

/// Everything that is undone, saved and shared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workspace {
    /// Empty: named after its sources.
    pub title: String,
    pub sources: Vec<SourceSpec>,
    pub merges: Vec<MergeSpec>,
    /// Steps by the node whose rows they change. A node without steps has no entry.
    pub recipes: BTreeMap<NodeId, Recipe>,
    pub report: ReportSpec,
    /// Suggestions the user does not want, by id.
    pub rejected: Vec<String>,
    /// The node that the report is about, where the user chose one.
    pub main: Option<NodeId>,
    /// The next free id, shared by all kinds.
    pub next_id: u64,
}

impl Workspace {
    pub fn source(&self, id: SourceId) -> Option<&SourceSpec> {
        self.sources.iter().find(|s| s.id == id)
    }

    pub fn tables(&self) -> impl Iterator<Item = (&SourceSpec, &TableSpec)> {
        self.sources.iter().flat_map(|s| s.tables.iter().map(move |t| (s, t)))
    }

    pub fn table(&self, id: TableId) -> Option<(&SourceSpec, &TableSpec)> {
        self.tables().find(|(_, t)| t.id == id)
    }

    /// How many columns a table has as read; `None` for other nodes.
    pub fn n_columns_read(&self, node: NodeId) -> Option<usize> {
        match node {
            NodeId::Table(id) => self.table(id).map(|(_, t)| t.columns.len()),
            NodeId::Merge(_) => None,
        }
    }

    pub fn merge(&self, id: MergeId) -> Option<&MergeSpec> {
        self.merges.iter().find(|m| m.id == id)
    }

    /// All nodes, inputs before what is made from them.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.tables().map(|(_, t)| NodeId::Table(t.id)).chain(self.merges.iter().map(|m| NodeId::Merge(m.id))).collect()
    }

    /// The node's name in SQL.
    pub fn node_name(&self, node: NodeId) -> Option<&str> {
        match node {
            NodeId::Table(id) => self.table(id).map(|(_, t)| t.name.as_str()),
            NodeId::Merge(id) => self.merge(id).map(|m| m.name.as_str()),
        }
    }

    pub fn node_named(&self, name: &str) -> Option<NodeId> {
        self.nodes().into_iter().find(|n| self.node_name(*n) == Some(name))
    }

    /// The node the report is about: the user's choice, else the newest merge, else the longest table.
    pub fn main_node(&self) -> Option<NodeId> {
        self.main
            .filter(|n| self.node_name(*n).is_some())
            .or_else(|| self.merges.last().map(|m| NodeId::Merge(m.id)))
            .or_else(|| {
                let longest = self.tables().max_by_key(|(_, t)| (t.n_rows, std::cmp::Reverse(t.id)));
                longest.map(|(_, t)| NodeId::Table(t.id))
            })
    }

    pub fn recipe(&self, node: NodeId) -> Option<&Recipe> {
        self.recipes.get(&node)
    }
}
