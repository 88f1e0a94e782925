//! A block of cells: chosen with Shift, framed, copied.

use super::grid::Shared;
use super::grid_rows::{ActiveCell, GridRows};
use super::viewport::ROW_PX;
use crate::base::wording;
use crate::ui::state::App;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Rows copied at most; a longer block is exported.
const MAX_COPIED_ROWS: u64 = 10_000;

/// Cells from one corner to the other, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub rows: (u64, u64),
    pub columns: (usize, usize),
}

impl Block {
    fn between(a: ActiveCell, b: ActiveCell) -> Option<Block> {
        let (first, last) = (u64::try_from(a.row.min(b.row)).ok()?, u64::try_from(a.row.max(b.row)).ok()?);
        Some(Block { rows: (first, last), columns: (a.column.min(b.column), a.column.max(b.column)) })
    }

    pub fn n_rows(self) -> u64 {
        self.rows.1 - self.rows.0 + 1
    }
}

/// The cells chosen, where they are more than one.
pub(super) fn selected(rows: GridRows) -> Option<Block> {
    let (anchor, active) = (rows.anchor.get()?, rows.active.get()?);
    if anchor == active {
        return None;
    }
    Block::between(anchor, active)
}

/// The shade over the cells chosen, as far as they are drawn.
pub(super) fn shade(shared: Shared) -> Option<impl IntoView> {
    let block = selected(shared.rows)?;
    let drawn = shared.view.get().rows();
    let first = block.rows.0.max(drawn.start);
    let end = (block.rows.1 + 1).min(drawn.end);
    if first >= end {
        return None;
    }
    let top = (first - drawn.start) as f64 * ROW_PX;
    let height = (end - first) as f64 * ROW_PX;
    let (left, right) = shared.layout.with(|layout| {
        let (left, _) = layout.place(block.columns.0);
        let (last, width) = layout.place(block.columns.1);
        (left, last + width)
    });
    let gutter = shared.gutter.get();
    let style = format!("top:{top}px;height:{height}px;left:{}px;width:{}px", left + gutter, right - left);
    Some(view! { <div class="grid__selection" aria-hidden="true" style=style></div> })
}

/// Puts the cells chosen on the clipboard: one as it is, several as a spreadsheet takes them.
pub(super) fn copy(app: App, rows: GridRows) {
    let Some(block) = untrack(|| selected(rows)) else {
        let cell = rows.active.get_untracked();
        if let Some((cell, row_idx)) = cell.and_then(|c| Some((c, u64::try_from(c.row).ok()?))) {
            app.copy_text(&untrack(|| rows.cell(row_idx, cell.column)).flatten().unwrap_or_default());
        }
        return;
    };
    spawn_local(async move {
        let n_copied = block.n_rows().min(MAX_COPIED_ROWS);
        match lines(rows, block, n_copied).await {
            Ok(text) => {
                app.copy_text(&text);
                if n_copied < block.n_rows() {
                    let (n, of) = (wording::format_count(n_copied), wording::format_count(block.n_rows()));
                    app.say(format!("The first {n} of {of} rows were copied. Export has them all."), false);
                }
            }
            Err(problem) => app.complain(problem),
        }
    });
}

async fn lines(rows: GridRows, block: Block, n_rows: u64) -> Result<String, crate::base::Problem> {
    let mut lines: Vec<String> = Vec::new();
    while (lines.len() as u64) < n_rows {
        let had = lines.len() as u64;
        let window = rows.ask_for(block.rows.0 + had, (n_rows - had).min(1_000) as usize).await?;
        let columns: Vec<&Vec<Option<String>>> =
            window.cells.iter().skip(block.columns.0).take(block.columns.1 - block.columns.0 + 1).collect();
        let n = columns.first().map_or(0, |c| c.len());
        if n == 0 {
            break;
        }
        let cell = |column: &Vec<Option<String>>, row: usize| quoted(column.get(row).cloned().flatten().as_deref());
        lines.extend((0..n).map(|row| columns.iter().map(|c| cell(c, row)).collect::<Vec<_>>().join("\t")));
    }
    Ok(lines.join("\n"))
}

/// As spreadsheets write a cell between tabs.
fn quoted(cell: Option<&str>) -> String {
    let text = cell.unwrap_or_default();
    if text.contains(['\t', '\n', '\r', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
