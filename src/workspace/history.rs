//! Undo and redo, as labelled snapshots. The labels are the user's activity log.

use super::apply::apply;
use super::command::Command;
use super::label::label;
use super::spec::Workspace;
use crate::base::Problem;
use std::sync::Arc;

/// A state that can be gone back to, and what was done to leave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub label: String,
    pub workspace: Arc<Workspace>,
}

/// The current workspace with what came before and what was undone. Snapshots are kilobytes.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    past: Vec<Entry>,
    present: Arc<Workspace>,
    future: Vec<Entry>,
    revision: u64,
}

impl History {
    /// Steps that can be undone; older ones are forgotten.
    pub const MAX_STEPS: usize = 100;

    pub fn new(workspace: Workspace) -> History {
        History { past: Vec::new(), present: Arc::new(workspace), future: Vec::new(), revision: 0 }
    }

    /// A history as it was saved.
    pub fn restore(past: Vec<Entry>, present: Workspace, future: Vec<Entry>) -> History {
        History { past, present: Arc::new(present), future, revision: 0 }
    }

    /// The same history, counting its revisions from here on.
    pub fn with_revision(mut self, revision: u64) -> History {
        self.revision = revision;
        self
    }

    pub fn present(&self) -> &Arc<Workspace> {
        &self.present
    }

    /// Grows with every change, undo and redo.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub fn past(&self) -> &[Entry] {
        &self.past
    }

    /// The next to be redone is last.
    pub fn future(&self) -> &[Entry] {
        &self.future
    }

    /// # Errors
    /// The command's; then nothing has changed.
    pub fn dispatch(&mut self, command: &Command) -> Result<(), Problem> {
        let next = apply(&self.present, command)?;
        if next == *self.present {
            return Ok(());
        }
        let entry = Entry { label: label(&self.present, command), workspace: self.present.clone() };
        self.past.push(entry);
        if self.past.len() > History::MAX_STEPS {
            self.past.remove(0);
        }
        self.future.clear();
        self.present = Arc::new(next);
        self.revision += 1;
        Ok(())
    }

    /// Puts one command in the place of the last `n` changes, where it comes to the same. The states
    /// between are forgotten.
    pub fn make_one(&mut self, n: usize, command: &Command) -> bool {
        let Some(first) = self.past.len().checked_sub(n).and_then(|at| self.past.get(at)) else { return false };
        let start = first.workspace.clone();
        if n < 2 || !apply(&start, command).is_ok_and(|made| made == *self.present) {
            return false;
        }
        self.past.truncate(self.past.len() - n);
        self.past.push(Entry { label: label(&start, command), workspace: start });
        true
    }

    /// Goes back one step; says what was undone.
    pub fn undo(&mut self) -> Option<String> {
        let entry = self.past.pop()?;
        let left = std::mem::replace(&mut self.present, entry.workspace);
        self.future.push(Entry { label: entry.label.clone(), workspace: left });
        self.revision += 1;
        Some(entry.label)
    }

    /// Goes forward again; says what was redone.
    pub fn redo(&mut self) -> Option<String> {
        let entry = self.future.pop()?;
        let left = std::mem::replace(&mut self.present, entry.workspace);
        self.past.push(Entry { label: entry.label.clone(), workspace: left });
        self.revision += 1;
        Some(entry.label)
    }
}
