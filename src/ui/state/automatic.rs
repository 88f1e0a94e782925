//! What the app does by itself: combining tables that clearly belong together. Said aloud, and
//! undone with one click.

use super::runtime::Runtime;
use crate::base::{MergeId, NodeId};
use crate::merge::{MergeKind, MergeSpec, MergeSuggestion};
use crate::protocol::{Query, View};
use crate::workspace::Command;
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
    pub async fn combine_the_obvious(self: &Rc<Self>) {
        let mut done = Vec::new();
        while done.len() < MAX_MERGES {
            let Ok(View::Suggestions(found)) = self.ask(Query::Suggestions).await else { break };
            // Parts of one table, such as two exports of the same shape, are put together before anything
            // is joined to them; else what is surest comes first.
            let same_shape = found.iter().find(|s| s.confidence >= SURE_OF_PARTS && self.has_same_shape(s));
            let is_sure = |s: &&MergeSuggestion| s.confidence >= SURE && (s.is_union || s.fan_out <= 1);
            let Some(suggestion) = same_shape.or_else(|| found.iter().find(is_sure)) else { break };
            let merge = Box::new(merge_of(suggestion, None));
            if self.dispatch(&Command::AddMerge { merge }).is_err() {
                break;
            }
            done.push(format!("{} and {}", suggestion.left_name, suggestion.right_name));
        }
        if !done.is_empty() {
            self.app
                .say(format!("Combined {}. See Combine for how they fit.", crate::base::wording::list(&done)), true);
        }
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
