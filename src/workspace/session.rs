//! Where the user is and what was typed but changes nothing: saved with the workspace, never undone
//! and never shared. What cannot be read is left out: a lost place is no lost work.

use super::spec::Workspace;
use crate::base::{NodeId, json};
use serde::{Deserialize, Serialize};

/// Queries kept in the history.
const MAX_QUERIES: usize = 50;
/// Bytes of SQL that are saved: the draft first, then the newest queries.
const MAX_SQL_BYTES: usize = 200_000;
/// Longer texts are not of our making.
const MAX_TEXT_BYTES: usize = 1_000_000;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// One of the four places, by the word for it: "explore".
    pub place: String,
    /// The table in view, as its id is written; empty: the report's.
    pub node: String,
    /// "rows", "charts" or "sql".
    pub mode: String,
    pub sql_draft: String,
    /// What was run, newest first.
    pub sql_history: Vec<String>,
}

impl Session {
    /// Puts a query on top of the history.
    pub fn add_query(&mut self, sql: &str) {
        self.sql_history.retain(|old| old != sql);
        self.sql_history.insert(0, sql.to_owned());
        self.sql_history.truncate(MAX_QUERIES);
    }

    /// The table in view, if it is still there.
    pub fn node_in(&self, workspace: &Workspace) -> Option<NodeId> {
        workspace.nodes().into_iter().find(|n| n.to_string() == self.node)
    }

    /// As it is saved.
    pub fn encode(&self) -> String {
        let mut left = MAX_SQL_BYTES;
        let mut fits = |text: &str| {
            let fits = text.len() <= left;
            if fits {
                left -= text.len();
            }
            fits
        };
        let mut saved = self.clone();
        if !fits(&saved.sql_draft) {
            saved.sql_draft.clear();
        }
        saved.sql_history.retain(|sql| fits(sql));
        json::write(&saved).unwrap_or_default()
    }

    pub fn decode(text: &str) -> Session {
        if text.len() > MAX_TEXT_BYTES {
            return Session::default();
        }
        let mut session: Session = json::read(text).unwrap_or_default();
        session.sql_history.truncate(MAX_QUERIES);
        session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_comes_back_as_it_was() {
        let mut session = Session {
            place: "explore".to_owned(),
            node: "t2".to_owned(),
            mode: "sql".to_owned(),
            sql_draft: "SELECT 1".to_owned(),
            sql_history: Vec::new(),
        };
        session.add_query("SELECT 2");
        session.add_query("SELECT 3");
        session.add_query("SELECT 2");
        assert_eq!(session.sql_history, ["SELECT 2", "SELECT 3"]);
        assert_eq!(Session::decode(&session.encode()), session);
        assert_eq!(session.node_in(&Workspace::default()), None, "a table that is gone is not in view");
        // Of another version, or broken: what is known is kept, and nothing fails.
        assert_eq!(Session::decode("{\"mode\":\"sql\",\"zoom\":3}").mode, "sql");
        for text in ["", "[]", "{\"mode\":7}", "{"] {
            assert_eq!(Session::decode(text), Session::default(), "{text}");
        }
    }

    #[test]
    fn a_session_stays_small() {
        let mut session = Session { sql_draft: "x".repeat(150_000), ..Session::default() };
        for i in 0..80 {
            session.add_query(&format!("{i} {}", "y".repeat(10_000)));
        }
        assert_eq!(session.sql_history.len(), MAX_QUERIES);
        let text = session.encode();
        assert!(text.len() < MAX_SQL_BYTES + 1_000, "{}", text.len());
        let back = Session::decode(&text);
        assert_eq!(back.sql_draft, session.sql_draft, "what is being written comes first");
        assert_eq!(back.sql_history[..], session.sql_history[..4]);
        let long = Session { sql_draft: "x".repeat(MAX_SQL_BYTES + 1), mode: "sql".to_owned(), ..Session::default() };
        assert_eq!(Session::decode(&long.encode()).mode, "sql");
    }
}
