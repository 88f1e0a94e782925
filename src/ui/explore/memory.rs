//! What the Explore screen remembers: nothing typed is lost by looking elsewhere or by a reload.

use crate::chart::ChartSpec;
use crate::ui::state::runtime;
use crate::workspace::Session;
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

thread_local! {
    /// While the page is open.
    static CHART: RefCell<Option<ChartSpec>> = const { RefCell::new(None) };
}

pub fn recall_chart() -> Option<ChartSpec> {
    CHART.with(|c| c.try_borrow().ok().and_then(|c| c.clone()))
}

pub fn remember_chart(chart: Option<ChartSpec>) {
    CHART.with(|c| {
        if let Ok(mut kept) = c.try_borrow_mut() {
            *kept = chart;
        }
    });
}

pub fn recall() -> Session {
    runtime().session()
}

pub fn remember(change: impl FnOnce(&mut Session)) {
    runtime().remember(change);
}
