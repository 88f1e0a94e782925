//! Saving a history again and again: a state is written once and its text kept, and the oldest
//! steps are left out when all of them would be too much.

use super::{MAX_BYTES, encode, encode_history, v1};
use crate::base::{Problem, json, wording};
use crate::workspace::history::{Entry, History};
use crate::workspace::spec::Workspace;
use std::sync::Arc;

/// The states that can be gone back to may take this much beside the present one. Far below what
/// can be read back, as every change writes it.
const MAX_HISTORY_BYTES: usize = 16 << 20;

/// What stands around the workspace in a text without history.
const HEAD: &str = "{\"format\":\"tributary-workspace\",\"version\":1,\"workspace\":";
const TAIL: &str = "}";

/// Writes what [`encode_history`] writes, without writing again what it has written before.
pub struct Encoder {
    /// Texts of workspaces, without what stands around them.
    kept: Vec<(Arc<Workspace>, Arc<str>)>,
    max_history_bytes: usize,
    max_bytes: usize,
}

impl Default for Encoder {
    fn default() -> Encoder {
        Encoder { kept: Vec::new(), max_history_bytes: MAX_HISTORY_BYTES, max_bytes: MAX_BYTES }
    }
}

impl Encoder {
    /// The workspace as saved text, as [`encode`] gives it; the next save need not write it again.
    ///
    /// # Errors
    /// `bug_save`.
    pub fn encode_present(&mut self, workspace: &Arc<Workspace>) -> Result<String, Problem> {
        if let Some((_, text)) = self.kept.iter().find(|(w, _)| Arc::ptr_eq(w, workspace)) {
            return Ok(format!("{HEAD}{text}{TAIL}"));
        }
        let whole = encode(workspace)?;
        if let Some(text) = inner(&whole) {
            self.kept.push((workspace.clone(), text.into()));
        }
        Ok(whole)
    }

    /// The history as saved text, which [`super::decode_history`] can read back.
    ///
    /// # Errors
    /// `workspace_too_large` when the present state alone is more than can be read back; `bug_save`.
    pub fn encode(&mut self, history: &History) -> Result<String, Problem> {
        let before = std::mem::take(&mut self.kept);
        let mut kept: Vec<(Arc<Workspace>, Arc<str>)> = Vec::new();
        let mut text_of = |workspace: &Arc<Workspace>| -> Result<Option<Arc<str>>, Problem> {
            let known = kept.iter().chain(&before).find(|(w, _)| Arc::ptr_eq(w, workspace));
            let text: Arc<str> = match known {
                Some((_, text)) => text.clone(),
                None => match inner(&encode(workspace)?) {
                    Some(text) => text.into(),
                    None => return Ok(None),
                },
            };
            kept.push((workspace.clone(), text.clone()));
            Ok(Some(text))
        };

        let Some(present) = text_of(history.present())? else { return encode_history(history) };
        if present.len() + HEAD.len() + TAIL.len() > self.max_bytes {
            return Err(Problem::limit("workspace_too_large", "This workspace has grown too large to be saved.")
                .because(format!(
                    "Its steps, sources and report take {}; the limit is {}.",
                    wording::format_bytes(present.len() as u64),
                    wording::format_bytes(self.max_bytes as u64)
                ))
                .hint("Undo the last change, or remove sources or blocks that are not needed."));
        }
        // From the present outwards on both sides, for as long as there is room.
        let mut room = self.max_history_bytes.min(self.max_bytes - present.len() - HEAD.len() - TAIL.len());
        let mut past = Side::new(history.past());
        let mut future = Side::new(history.future());
        while past.is_open || future.is_open {
            for side in [&mut past, &mut future] {
                let Some(entry) = side.next() else { continue };
                let Some(workspace) = text_of(&entry.workspace)? else { return encode_history(history) };
                side.take(entry, &workspace, &mut room);
            }
        }
        self.kept = kept;
        let mut text = String::with_capacity(present.len() + past.len() + future.len() + 200);
        text.push_str(HEAD);
        text.push_str(&present);
        past.write("past", &mut text);
        future.write("future", &mut text);
        text.push_str(TAIL);
        Ok(text)
    }
}

fn inner(text: &str) -> Option<&str> {
    text.strip_prefix(HEAD)?.strip_suffix(TAIL)
}

/// One side of the history, the nearest entry last.
struct Side<'a> {
    rest: &'a [Entry],
    is_open: bool,
    /// The nearest first.
    taken: Vec<String>,
}

impl<'a> Side<'a> {
    fn new(entries: &'a [Entry]) -> Side<'a> {
        Side { rest: entries, is_open: !entries.is_empty(), taken: Vec::new() }
    }

    fn next(&self) -> Option<&'a Entry> {
        self.rest.last().filter(|_| self.is_open)
    }

    fn take(&mut self, entry: &Entry, workspace: &str, room: &mut usize) {
        // A text always has a JSON form.
        let label = json::write(&entry.label).unwrap_or_default();
        let text = format!("{{\"label\":{label},\"workspace\":{workspace}}}");
        match room.checked_sub(text.len() + 20) {
            Some(left) => {
                *room = left;
                self.taken.push(text);
                self.rest = self.rest.split_last().map_or(&[], |(_, rest)| rest);
                self.is_open = !self.rest.is_empty() && self.taken.len() < v1::MAX_HISTORY;
            }
            // A gap would make undo jump: what lies beyond is left out as well.
            None => self.is_open = false,
        }
    }

    fn len(&self) -> usize {
        self.taken.iter().map(String::len).sum()
    }

    fn write(&self, name: &str, text: &mut String) {
        for (i, entry) in self.taken.iter().rev().enumerate() {
            text.push_str(if i == 0 { ",\"" } else { "," });
            if i == 0 {
                text.push_str(name);
                text.push_str("\":[");
            }
            text.push_str(entry);
        }
        if !self.taken.is_empty() {
            text.push(']');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode_history;
    use super::*;
    use crate::workspace::Command;

    fn history(n_steps: usize, n_undone: usize, n_letters: usize) -> History {
        let mut history = History::new(Workspace::default());
        for i in 0..n_steps {
            history.dispatch(&Command::SetTitle { title: format!("{i} \"{}\"", "x".repeat(n_letters)) }).unwrap();
        }
        for _ in 0..n_undone {
            history.undo();
        }
        history
    }

    #[test]
    fn writes_what_the_plain_way_writes() {
        let mut encoder = Encoder::default();
        for (n_steps, n_undone) in [(0, 0), (1, 0), (3, 0), (3, 1), (3, 3), (70, 0), (70, 5)] {
            let history = history(n_steps, n_undone, 3);
            assert_eq!(encoder.encode(&history).unwrap(), encode_history(&history).unwrap(), "{n_steps} {n_undone}");
            // Again, from what was kept.
            assert_eq!(encoder.encode(&history).unwrap(), encode_history(&history).unwrap());
        }
    }

    #[test]
    fn a_state_is_written_once() {
        let mut encoder = Encoder::default();
        let mut history = history(5, 0, 10);
        encoder.encode(&history).unwrap();
        let before = encoder.kept.clone();
        history.dispatch(&Command::SetTitle { title: "new".into() }).unwrap();
        assert_eq!(encoder.encode_present(history.present()).unwrap(), encode(history.present()).unwrap());
        assert_eq!(encoder.encode_present(history.present()).unwrap(), encode(history.present()).unwrap());
        encoder.encode(&history).unwrap();
        let is_kept = |(w, t): &(Arc<Workspace>, Arc<str>)| {
            encoder.kept.iter().any(|(w2, t2)| Arc::ptr_eq(w, w2) && Arc::ptr_eq(t, t2))
        };
        assert!(before.iter().all(is_kept));
        assert_eq!(encoder.kept.len(), 7);
        // What left the history is let go.
        encoder.encode(&History::new(Workspace::default())).unwrap();
        assert_eq!(encoder.kept.len(), 1);
    }

    #[test]
    fn what_does_not_fit_is_left_out_from_the_far_ends() {
        let history = history(30, 10, 1_000);
        let mut encoder = Encoder { max_history_bytes: 12_000, ..Encoder::default() };
        let text = encoder.encode(&history).unwrap();
        let back = decode_history(&text).unwrap();
        assert_eq!(back.present(), history.present());
        assert!((3..20).contains(&back.past().len()), "{}", back.past().len());
        assert!((3..10).contains(&back.future().len()), "{}", back.future().len());
        assert_eq!(back.past(), &history.past()[20 - back.past().len()..]);
        assert_eq!(back.future(), &history.future()[10 - back.future().len()..]);
    }

    #[test]
    fn what_is_written_can_be_read_back() {
        let history = history(10, 2, 1_000);
        for max_bytes in [2_000, 5_000, 9_000] {
            let mut encoder = Encoder { max_bytes, ..Encoder::default() };
            let text = encoder.encode(&history).unwrap();
            assert!(text.len() <= max_bytes, "{} > {max_bytes}", text.len());
            assert_eq!(decode_history(&text).unwrap().present(), history.present());
        }
        let mut encoder = Encoder { max_bytes: 900, ..Encoder::default() };
        assert_eq!(encoder.encode(&history).unwrap_err().code, "workspace_too_large");
    }
}
