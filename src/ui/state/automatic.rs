//! What the app does by itself: combining tables that clearly belong together. Said aloud, and
//! undone with one click.

use super::runtime::Runtime;
use crate::base::{MergeId, NodeId, SourceId};
use crate::merge::{MergeKind, MergeSpec, MergeSuggestion};
use crate::protocol::{Query, View};
use crate::workspace::Command;
use leptos::prelude::Set;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Below this, the user is asked.
const SURE: f64 = 0.8;
/// Two tables of the same shape, every column paired by its values, need less.
const SURE_OF_PARTS: f64 = 0.7;
/// Merges made by themselves, at most.
const MAX_MERGES: usize = 6;

/// The merge that accepts a suggestion.
pub fn merge_of(suggestion: &MergeSuggestion, kind: Option<MergeKind>) -> MergeSpec {
    let kind = kind.unwrap_or(if suggestion.is_union { MergeKind::Union } else { MergeKind::Left });
    // A merge of merges keeps the first name, or names would grow with every table.
    let stem = |name: &str| name.split("_combined").next().unwrap_or(name).trim_start_matches("all_").to_owned();
    let name = if suggestion.is_union {
        format!("all_{}", stem(&suggestion.left_name))
    } else {
        format!("{}_combined", stem(&suggestion.left_name))
    };
    MergeSpec {
        id: MergeId(0),
        name,
        kind,
        left: suggestion.left,
        right: suggestion.right,
        keys: suggestion.keys.clone(),
        keep: None,
    }
}

impl Runtime {
    /// Combines what clearly belongs together, as one change. Only where a table of the sources just
    /// `added` takes part, and nothing that the user has taken apart before.
    pub async fn combine_the_obvious(self: &Rc<Self>, added: &[SourceId]) {
        let mut done = Vec::new();
        let mut commands = Vec::new();
        let mut fresh = self.nodes_of(added);
        while done.len() < MAX_MERGES {
            let revision = self.history.borrow().revision();
            let Ok(View::Suggestions(mut found)) = self.ask(Query::Suggestions).await else { break };
            if self.history.borrow().revision() != revision {
                // Someone is at work: what was found is no longer about what is there.
                continue;
            }
            found.retain(|s| (fresh.contains(&s.left) || fresh.contains(&s.right)) && !self.was_taken_apart(s));
            // Parts of one table, such as two exports of the same shape, are put together before anything
            // is joined to them; else what is surest comes first.
            let same_shape = found.iter().find(|s| s.confidence >= SURE_OF_PARTS && self.has_same_shape(s));
            let is_sure = |s: &&MergeSuggestion| s.confidence >= SURE && (s.is_union || s.fan_out <= 1);
            let Some(suggestion) = same_shape.or_else(|| found.iter().find(is_sure)) else { break };
            let command = Command::AddMerge { merge: Box::new(merge_of(suggestion, None)) };
            if self.dispatch(&command).is_err() {
                break;
            }
            commands.push(command);
            // What is made of a new table is new.
            fresh.extend(self.history.borrow().present().merges.last().map(|m| NodeId::Merge(m.id)));
            done.push(format!("{} and {}", suggestion.left_name, suggestion.right_name));
        }
        self.make_one(commands, &done);
        if !done.is_empty() {
            self.app
                .say(format!("Combined {}. See Combine for how they fit.", crate::base::wording::list(&done)), true);
        }
    }

    /// The changes just made as one, so that one Undo takes them back. The next suggestion is only
    /// known once the last merge is there, so they could not be made at once.
    fn make_one(self: &Rc<Self>, commands: Vec<Command>, done: &[String]) {
        if commands.len() < 2 {
            return;
        }
        let n = commands.len();
        let label = format!("combine {}", crate::base::wording::list(done));
        let made = self.history.borrow_mut().make_one(n, &Command::All { label: label.clone(), commands });
        if made {
            // The workspace is the same; only the way back is shorter.
            self.app.undo_label.set(Some(label));
            self.is_dirty.set(true);
            self.save_soon();
        }
    }

    fn nodes_of(&self, sources: &[SourceId]) -> BTreeSet<NodeId> {
        let history = self.history.borrow();
        let tables = history.present().tables().filter(|(source, _)| sources.contains(&source.id));
        tables.map(|(_, table)| NodeId::Table(table.id)).collect()
    }

    /// Whether the user has undone or removed this merge.
    fn was_taken_apart(&self, suggestion: &MergeSuggestion) -> bool {
        let history = self.history.borrow();
        let same = |m: &MergeSpec| {
            let (left, right) = (suggestion.left, suggestion.right);
            (m.left, m.right) == (left, right) || (m.left, m.right) == (right, left)
        };
        let before = history.past().iter().flat_map(|e| &e.workspace.merges);
        before.chain(self.undone_merges.borrow().iter()).any(same)
    }

    /// A union in which every column of both tables has its counterpart.
    fn has_same_shape(&self, suggestion: &MergeSuggestion) -> bool {
        let history = self.history.borrow();
        let n_columns = |node| match node {
            NodeId::Table(id) => history.present().table(id).map(|(_, t)| t.columns.len()),
            NodeId::Merge(_) => None,
        };
        let n_pairs = Some(suggestion.keys.len());
        suggestion.is_union && n_columns(suggestion.left) == n_pairs && n_columns(suggestion.right) == n_pairs
    }
}
