//! What the app does by itself: combining tables that clearly belong together. Said aloud, and
//! undone with one click.

use super::runtime::Runtime;
use crate::base::NodeId;
use crate::merge::{MergeSpec, MergeSuggestion};
use crate::protocol::{Query, View};
use crate::workspace::Command;
use std::rc::Rc;

impl Runtime {
    pub async fn combine_the_obvious(self: &Rc<Self>) {
        let mut done = Vec::new();
        while done.len() < MergeSuggestion::MAX_BY_ITSELF {
            let Ok(View::Suggestions(found)) = self.ask(Query::Suggestions).await else { break };
            let n_columns = |node: NodeId| self.history.borrow().present().n_columns_read(node);
            let Some(suggestion) = MergeSuggestion::next_obvious(&found, n_columns) else { break };
            let merge = Box::new(MergeSpec::accepting(suggestion, None));
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
}
