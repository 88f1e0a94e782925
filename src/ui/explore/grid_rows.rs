//! The rows behind a grid: which part is asked for, and the newest part that came.

use super::viewport::{Viewport, WINDOW_ROWS};
use crate::base::Problem;
use crate::protocol::{Query, View};
use crate::table::{ColumnHead, RowWindow};
use crate::ui::state::{Answer, App, runtime};
use leptos::prelude::*;
use std::sync::Arc;

/// The active cell: `row` −1 is the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveCell {
    pub row: i64,
    pub column: usize,
}

type Question = Arc<dyn Fn(u64, usize) -> Option<Query> + Send + Sync>;

/// Made by the part that shows a grid, so that it can also say how many rows there are.
#[derive(Clone, Copy)]
pub struct GridRows {
    pub viewport: RwSignal<Viewport>,
    pub active: RwSignal<Option<ActiveCell>>,
    /// The corner where a block of cells begins that ends at the active one.
    pub anchor: RwSignal<Option<ActiveCell>>,
    question: StoredValue<Question>,
    answer: Signal<Answer>,
    held: Memo<Option<Arc<View>>>,
    columns: Memo<Arc<Vec<ColumnHead>>>,
}

impl GridRows {
    /// `ask` makes the question for rows `offset .. offset + limit`; it may read signals.
    pub fn new(app: App, ask: impl Fn(u64, usize) -> Option<Query> + Send + Sync + 'static) -> GridRows {
        let viewport = RwSignal::new(Viewport::default());
        let ask: Question = Arc::new(ask);
        let question = StoredValue::new(ask.clone());
        let offset = Memo::new(move |_| viewport.with(Viewport::window_offset));
        let answer = app.want(move || ask(offset.get(), WINDOW_ROWS));
        // What was there stays on screen until the next part comes.
        let held = Memo::new(move |before: Option<&Option<Arc<View>>>| match answer.get() {
            Answer::Ready { view, .. } => window_of(&view).is_some().then_some(view),
            Answer::Waiting => before.cloned().flatten(),
            Answer::Failed(_) => None,
        });
        let columns = Memo::new(move |_| {
            Arc::new(held.with(|held| held.as_deref().and_then(window_of).map_or_else(Vec::new, |w| w.columns.clone())))
        });
        let (active, anchor) = (RwSignal::new(None), RwSignal::new(None));
        GridRows { viewport, active, anchor, question, answer, held, columns }
    }

    pub fn n_total(self) -> Option<u64> {
        self.with_window(|w| w.n_total)
    }

    /// How long the query took, where it was SQL.
    pub fn elapsed_ms(self) -> Option<f64> {
        self.held.with(|held| match held.as_deref() {
            Some(View::Sql { elapsed_ms, .. }) => *elapsed_ms,
            _ => None,
        })
    }

    /// The columns, with decimals as in the newest part.
    pub fn columns(self) -> Arc<Vec<ColumnHead>> {
        self.columns.get()
    }

    pub fn with_window<T>(self, read: impl FnOnce(&RowWindow) -> T) -> Option<T> {
        self.held.with(|held| held.as_deref().and_then(window_of).map(read))
    }

    /// The raw text of a cell that has come; the outer `None`: it has not.
    pub fn cell(self, row_idx: u64, column_idx: usize) -> Option<Option<String>> {
        self.with_window(|w| {
            let at = row_idx.checked_sub(w.offset)?;
            w.cells.get(column_idx)?.get(usize::try_from(at).ok()?).cloned()
        })
        .flatten()
    }

    /// Rows that may not be on screen.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ask_for(self, offset: u64, limit: usize) -> Result<RowWindow, Problem> {
        let query = self.question.try_get_value().and_then(|ask| untrack(|| ask(offset, limit)));
        let Some(query) = query else { return Err(Problem::cancelled()) };
        let view = runtime().ask(query).await?;
        Ok(window_of(&view).cloned().unwrap_or_default())
    }

    pub fn problem(self) -> Option<Problem> {
        match self.answer.get() {
            Answer::Failed(problem) => Some(problem),
            _ => None,
        }
    }

    pub fn is_stale(self) -> bool {
        matches!(self.answer.get(), Answer::Waiting | Answer::Ready { is_stale: true, .. })
    }

    /// The column of the active cell.
    pub fn active_column(self) -> Option<ColumnHead> {
        let active = self.active.get()?;
        self.columns.with(|columns| columns.get(active.column).cloned())
    }
}

fn window_of(view: &View) -> Option<&RowWindow> {
    match view {
        View::Rows(window) | View::Sql { window, .. } => Some(window),
        _ => None,
    }
}
