//! What the Explore screen remembers while the page is open: nothing typed is lost by looking
//! elsewhere.

use crate::chart::ChartSpec;
use std::cell::RefCell;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Rows,
    Charts,
    Sql,
}

impl Mode {
    pub const ALL: [(Mode, &'static str, &'static str); 3] =
        [(Mode::Rows, "rows", "Rows"), (Mode::Charts, "charts", "Charts"), (Mode::Sql, "sql", "SQL")];

    pub fn key(self) -> &'static str {
        Mode::ALL.iter().find(|(mode, ..)| *mode == self).map_or("rows", |(_, key, _)| *key)
    }

    pub fn of_key(key: &str) -> Mode {
        Mode::ALL.iter().find(|(_, k, _)| *k == key).map_or(Mode::Rows, |(mode, ..)| *mode)
    }
}

#[derive(Clone, Default)]
pub struct Memory {
    pub mode: Mode,
    pub sql_draft: String,
    /// What was run, newest first.
    pub sql_history: Vec<String>,
    pub chart: Option<ChartSpec>,
}

/// Queries kept in the history.
const MAX_HISTORY: usize = 50;

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::new(Memory::default());
}

pub fn recall() -> Memory {
    MEMORY.with(|m| m.try_borrow().map(|m| m.clone()).unwrap_or_default())
}

pub fn remember(change: impl FnOnce(&mut Memory)) {
    MEMORY.with(|m| {
        if let Ok(mut memory) = m.try_borrow_mut() {
            change(&mut memory);
        }
    });
}

/// Puts a query on top of the history.
pub fn remember_query(sql: &str) {
    remember(|memory| {
        memory.sql_history.retain(|old| old != sql);
        memory.sql_history.insert(0, sql.to_owned());
        memory.sql_history.truncate(MAX_HISTORY);
    });
}
