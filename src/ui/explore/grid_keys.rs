//! What the keys do in a grid.

use super::grid_rows::ActiveCell;
use super::viewport::Viewport;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    To(ActiveCell),
    /// With Shift: the block of cells grows or shrinks to here.
    Extend(ActiveCell),
    Leave,
    /// Enter: filter by the value, or open the header's menu.
    Pick {
        leave_out: bool,
    },
    Copy,
}

pub(super) fn read(
    event: &web_sys::KeyboardEvent,
    active: Option<ActiveCell>,
    view: Viewport,
    n_columns: usize,
) -> Option<Move> {
    let jump = event.ctrl_key() || event.meta_key();
    if event.alt_key() || n_columns == 0 {
        return None;
    }
    let key = event.key();
    let Some(at) = active else {
        let first_seen = (view.top_px / super::viewport::ROW_PX).ceil() as i64;
        let wakes =
            key.starts_with("Arrow") || matches!(key.as_str(), "Home" | "End" | "PageUp" | "PageDown" | "Enter");
        return wakes.then_some(Move::To(ActiveCell { row: first_seen, column: 0 }));
    };
    let last_row = view.n_rows as i64 - 1;
    let last_column = n_columns - 1;
    let page = view.page_rows() as i64;
    let extends = event.shift_key();
    let to = |row: i64, column: usize| {
        let column = column.min(last_column);
        Some(if extends && last_row >= 0 {
            Move::Extend(ActiveCell { row: row.clamp(0, last_row), column })
        } else {
            Move::To(ActiveCell { row: row.clamp(-1, last_row.max(-1)), column })
        })
    };
    match key.as_str() {
        "ArrowDown" if jump => to(last_row, at.column),
        "ArrowUp" if jump => to(0, at.column),
        "ArrowDown" => to(at.row + 1, at.column),
        "ArrowUp" => to(at.row - 1, at.column),
        "ArrowLeft" if jump => to(at.row, 0),
        "ArrowRight" if jump => to(at.row, last_column),
        "ArrowLeft" => to(at.row, at.column.saturating_sub(1)),
        "ArrowRight" => to(at.row, at.column + 1),
        "Home" if jump => to(0, 0),
        "End" if jump => to(last_row, last_column),
        "Home" => to(at.row, 0),
        "End" => to(at.row, last_column),
        "PageDown" => to(at.row + page, at.column),
        "PageUp" => to((at.row - page).max(0), at.column),
        "Enter" | "ContextMenu" => Some(Move::Pick { leave_out: event.shift_key() }),
        "c" | "C" if jump => Some(Move::Copy),
        "Escape" => Some(Move::Leave),
        _ => None,
    }
}
