//! What the app does by itself: combining tables that clearly belong together. Said aloud, and
//! undone with one click.

use super::Place;
use super::replacing::open_successors;
use super::runtime::Runtime;
use crate::base::{NodeId, SourceId};
use crate::merge::{MergeSpec, MergeSuggestion};
use crate::protocol::{Query, View};
use crate::workspace::Command;
use leptos::prelude::{GetUntracked, Set};
use std::collections::BTreeSet;
use std::rc::Rc;

impl Runtime {
    /// Combines what clearly belongs together, as one change. Only where a table of the sources just
    /// `added` takes part, and nothing that the user has taken apart before.
    pub async fn combine_the_obvious(self: &Rc<Self>, added: &[SourceId]) {
        let mut done = Vec::new();
        let mut commands = Vec::new();
        // What may take the place of another, or add to it, waits for the user's word.
        let held = self.nodes_of(&self.successors_among(added));
        let mut fresh = self.nodes_of(added);
        fresh.retain(|node| !held.contains(node));
        while done.len() < MergeSuggestion::MAX_BY_ITSELF {
            let revision = self.history.borrow().revision();
            let Ok(View::Suggestions(mut found)) = self.ask(Query::Suggestions).await else { break };
            if self.history.borrow().revision() != revision {
                // Someone is at work: what was found is no longer about what is there.
                continue;
            }
            let is_new = |s: &MergeSuggestion| fresh.contains(&s.left) || fresh.contains(&s.right);
            let is_held = |s: &MergeSuggestion| held.contains(&s.left) || held.contains(&s.right);
            found.retain(|s| is_new(s) && !is_held(s) && !self.was_taken_apart(s) && !self.is_same_file(s));
            let n_columns = |node: NodeId| self.history.borrow().present().n_columns_read(node);
            let Some(suggestion) = MergeSuggestion::next_obvious(&found, n_columns) else { break };
            let command = Command::AddMerge { merge: Box::new(MergeSpec::accepting(suggestion, None)) };
            if self.dispatch(&command).is_err() {
                break;
            }
            commands.push(command);
            // What is made of a new table is new.
            fresh.extend(self.history.borrow().present().merges.last().map(|m| NodeId::Merge(m.id)));
            done.push(format!("{} and {}", suggestion.left_name, suggestion.right_name));
        }
        self.make_one(commands, &done);
        let what = match done.as_slice() {
            [] => return,
            [pair] => format!("Combined {pair}."),
            steps => format!("Combined the tables in {} steps.", steps.len()),
        };
        self.app.say(format!("{what} See Combine for how they fit."), true);
    }

    /// Those of the sources just added that look like later versions of sources that were there before them.
    fn successors_among(&self, added: &[SourceId]) -> Vec<SourceId> {
        let history = self.history.borrow();
        let open = open_successors(history.present());
        open.iter().filter(|s| added.contains(&s.newer) && !added.contains(&s.of)).map(|s| s.newer).collect()
    }

    /// Says which of the files just added look like later versions of others.
    pub fn tell_successors(&self, added: &[SourceId]) {
        // There the offer is in sight.
        if self.app.place.get_untracked() == Place::Sources {
            return;
        }
        let newer = self.successors_among(added);
        let workspace = self.history.borrow().present().clone();
        let names: Vec<String> = newer.iter().filter_map(|id| workspace.source(*id)).map(|s| s.name.clone()).collect();
        let what = match names.as_slice() {
            [] => return,
            [one] => format!("{one} looks like a later version of a file that is here."),
            many => format!("{} look like later versions of files that are here.", crate::base::wording::list(many)),
        };
        self.app.say(format!("{what} See Sources for what becomes of it."), false);
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

    /// Whether both tables were read from the same bytes: put together, every row would count twice.
    fn is_same_file(&self, suggestion: &MergeSuggestion) -> bool {
        let history = self.history.borrow();
        let present = history.present();
        let file_of = |node| match node {
            NodeId::Table(id) => present.table(id).map(|(source, _)| &source.fingerprint),
            NodeId::Merge(_) => None,
        };
        let left = file_of(suggestion.left);
        suggestion.is_union && left.is_some() && left == file_of(suggestion.right)
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
}
