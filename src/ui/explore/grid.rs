//! The grid: any number of rows, a screenful of them on the page.

use super::cells::{MISSING, cell_text, is_right_aligned};
use super::grid_head::GridHead;
use super::grid_keys::{self, Move};
use super::grid_rows::{ActiveCell, GridRows};
use super::grid_selection::{self, shade};
use super::viewport::{ColumnLayout, ROW_PX, Viewport};
use crate::base::{Repair, wording};
use crate::table::{ColumnHead, TableProfile};
use crate::ui::chart::use_size;
use crate::ui::parts::{ProblemView, Skeleton};
use crate::ui::state::use_app;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// The header with the columns' shapes, and without.
const HEAD_PX: f64 = 68.0;
const LOW_HEAD_PX: f64 = 36.0;
/// Columns are drawn anew after this much of sideways scrolling.
const SCROLL_STEP_PX: f64 = 64.0;

/// What a header's menu can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnAction {
    SortUp,
    SortDown,
    Filter,
    ChangeType,
    Rename,
    GroupBy,
    Summarise,
    Compute,
    Hide,
    MoveLeft,
    MoveRight,
    MoveToStart,
    Remove,
    Chart,
    /// The form of a step of this kind, about the column.
    Step(&'static str),
}

/// A value that was picked to filter by.
#[derive(Clone, Debug, PartialEq)]
pub struct CellPick {
    pub column: ColumnHead,
    pub value: Option<String>,
    /// Leave these rows out instead of keeping them.
    pub leave_out: bool,
}

/// What the pieces of a grid share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub rows: GridRows,
    /// The viewport as it really is, with the rows and the height known.
    pub view: Memo<Viewport>,
    pub layout: Memo<Arc<ColumnLayout>>,
    pub widths: RwSignal<BTreeMap<String, f64>>,
    /// Columns drawn.
    pub drawn: Memo<(usize, usize)>,
    /// Width of the row numbers.
    pub gutter: Memo<f64>,
    pub root: NodeRef<leptos::html::Div>,
    pub id: u32,
}

impl Shared {
    pub fn cell_id(self, cell: ActiveCell) -> String {
        format!("grid{}-{}-{}", self.id, cell.row, cell.column)
    }

    /// Makes a cell the active one and brings it into view.
    pub fn activate(self, cell: ActiveCell) {
        self.rows.anchor.set(None);
        self.go(cell);
    }

    /// Chooses the cells from where the active one is to here.
    pub fn extend(self, cell: ActiveCell) {
        let from = self.rows.anchor.get_untracked().or(self.rows.active.get_untracked()).unwrap_or(cell);
        // From a header: the column from its first row.
        self.rows.anchor.set(Some(ActiveCell { row: from.row.max(0), ..from }));
        self.go(cell);
    }

    fn go(self, cell: ActiveCell) {
        self.rows.active.set(Some(cell));
        let Some(root) = self.root.get_untracked() else { return };
        if let Ok(row_idx) = u64::try_from(cell.row) {
            let view = self.view.get_untracked();
            let moved = view.showing(row_idx);
            if moved != view {
                self.rows.viewport.set(moved);
                root.set_scroll_top(moved.scroll_px.round() as i32);
            }
        }
        let (left, width) = self.layout.with_untracked(|l| l.place(cell.column));
        let seen_from = f64::from(root.scroll_left());
        let seen_width = f64::from(root.client_width()) - self.gutter.get_untracked();
        if left < seen_from {
            root.set_scroll_left(left as i32);
        } else if left + width > seen_from + seen_width {
            root.set_scroll_left((left + width - seen_width).min(left) as i32);
        }
    }
}

#[component]
pub fn VirtualGrid(
    rows: GridRows,
    #[prop(into)] label: Signal<String>,
    /// Draws the small histograms in the header.
    #[prop(optional, into)]
    profile: MaybeProp<Arc<TableProfile>>,
    /// A click on a value, or Enter.
    #[prop(optional, into)]
    on_cell: Option<Callback<(CellPick,)>>,
    /// The header's menu; without it there is none.
    #[prop(optional, into)]
    on_column: Option<Callback<(ColumnAction, ColumnHead)>>,
    #[prop(optional, into)] on_repair: Option<Callback<(Repair,)>>,
) -> impl IntoView {
    static NEXT_ID: AtomicU32 = AtomicU32::new(1);
    let app = use_app();
    let root = NodeRef::<leptos::html::Div>::new();
    let head_px = if on_column.is_some() { HEAD_PX } else { LOW_HEAD_PX };
    let size = use_size(move || root.get().map(Into::into));
    let view = Memo::new(move |_| {
        let height = size.get().1;
        let viewport = rows.viewport.get();
        let viewport = if height > 0.0 { viewport.resized(height - head_px) } else { viewport };
        viewport.with_rows(rows.n_total().unwrap_or(0))
    });
    let scroll_left = RwSignal::new(0.0_f64);
    let widths = RwSignal::new(BTreeMap::<String, f64>::new());
    let fitting = Memo::new(move |before: Option<&Vec<(String, f64)>>| fitting_widths(rows, before));
    let layout = Memo::new(move |_| {
        let set = widths.get();
        fitting.with(|f| Arc::new(ColumnLayout::new(f.iter().map(|(name, px)| set.get(name).copied().unwrap_or(*px)))))
    });
    let drawn = Memo::new(move |_| {
        let from = scroll_left.get();
        let range = layout.with(|l| l.between(from, from + SCROLL_STEP_PX + size.get().0.max(800.0)));
        (range.start, range.end)
    });
    let gutter = Memo::new(move |_| gutter_px(rows.n_total().unwrap_or(0)));
    let shared =
        Shared { rows, view, layout, widths, drawn, gutter, root, id: NEXT_ID.fetch_add(1, Ordering::Relaxed) };

    // Back from another screen: the element begins at its top, the rows where they were left.
    root.on_load(move |root| {
        request_animation_frame(move || {
            if let Some(view) = view.try_get_untracked() {
                root.set_scroll_top(view.scroll_px.round() as i32);
            }
        });
    });
    let settle = StoredValue::new(None::<TimeoutHandle>);
    let on_scroll = move |_| {
        let Some(root) = root.get_untracked() else { return };
        let left = f64::from(root.scroll_left());
        // In steps, so that columns are not drawn anew for every pixel.
        scroll_left.set((left / SCROLL_STEP_PX).floor() * SCROLL_STEP_PX);
        let scrolled = view.get_untracked().scrolled(f64::from(root.scroll_top()));
        rows.viewport.set(scrolled);
        if let Some(Some(timer)) = settle.try_get_value() {
            timer.clear();
        }
        let later = move || {
            let Some(view) = view.try_get_untracked() else { return };
            let settled = view.settled();
            if (settled.scroll_px - view.scroll_px).abs() >= 1.0 {
                rows.viewport.set(settled);
                root.set_scroll_top(settled.scroll_px.round() as i32);
            }
        };
        settle.set_value(set_timeout_with_handle(later, Duration::from_millis(250)).ok());
    };
    on_cleanup(move || {
        if let Some(Some(timer)) = settle.try_get_value() {
            timer.clear();
        }
    });

    let pick = move |cell: ActiveCell, leave_out: bool| {
        let (Some(on_cell), Ok(row_idx)) = (on_cell, u64::try_from(cell.row)) else { return };
        let column = untrack(|| rows.columns()).get(cell.column).cloned();
        if let (Some(column), Some(value)) = (column, untrack(|| rows.cell(row_idx, cell.column))) {
            on_cell.run((CellPick { column, value, leave_out },));
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.target() != event.current_target() {
            return;
        }
        let n_columns = untrack(|| rows.columns()).len();
        let page = view.get_untracked();
        let Some(moved) = grid_keys::read(&event, rows.active.get_untracked(), page, n_columns) else { return };
        event.prevent_default();
        match moved {
            Move::To(cell) => shared.activate(cell),
            Move::Extend(cell) => shared.extend(cell),
            Move::Leave => {
                rows.anchor.set(None);
                rows.active.set(None);
            }
            Move::Pick { leave_out } => {
                if let Some(cell) = rows.active.get_untracked() {
                    if cell.row < 0 { open_menu(shared, cell) } else { pick(cell, leave_out) }
                }
            }
            Move::Copy => grid_selection::copy(app, rows),
        }
    };
    let on_click = move |event: web_sys::MouseEvent| {
        let Some(target) = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else { return };
        let Some(cell) = target.closest("[data-cell]").ok().flatten().and_then(|e| cell_of(&e)) else { return };
        if event.shift_key() {
            return shared.extend(cell);
        }
        shared.activate(cell);
        if target.closest(".grid__value").ok().flatten().is_some() {
            pick(cell, event.alt_key());
        }
    };

    // With Shift the browser would select the text between the two clicks.
    let on_mousedown = move |event: web_sys::MouseEvent| {
        if event.shift_key() {
            event.prevent_default();
            if let Some(root) = root.get_untracked() {
                let _ = root.focus();
            }
        }
    };

    let drawn_rows = Memo::new(move |_| {
        let rows = view.get().rows();
        (rows.start, rows.end)
    });
    let width = move || format!("{}px", layout.with(|l| l.total_px) + gutter.get());
    let problem = Memo::new(move |_| rows.problem());
    let body = move || {
        if let Some(problem) = problem.get() {
            let shown = match on_repair {
                Some(on_repair) => view! { <ProblemView problem=problem on_repair=on_repair /> }.into_any(),
                None => view! { <ProblemView problem=problem /> }.into_any(),
            };
            return view! { <div class="grid__problem">{shown}</div> }.into_any();
        }
        view! {
            <div class="grid__sizer" role="rowgroup" style:height=move || format!("{}px", view.get().sizer_px()) style:width=width>
                <div
                    class="grid__body"
                    data-clickable=on_cell.is_some().to_string()
                    style:transform=move || format!("translateY({}px)", view.get().shift_px())
                    on:mousedown=on_mousedown
                    on:click=on_click
                >
                    <For
                        each=move || {
                            let (from, to) = drawn_rows.get();
                            from..to
                        }
                        key=|row_idx| *row_idx
                        children=move |row_idx| grid_row(shared, row_idx)
                    />
                    {move || shade(shared)}
                    {move || cursor(shared)}
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        <div
            class="grid"
            role="grid"
            tabindex="0"
            style=("--head", format!("{head_px}px"))
            style=("--gutter", move || format!("{}px", gutter.get()))
            aria-label=move || label.get()
            aria-rowcount=move || rows.n_total().map(|n| n.saturating_add(1).to_string())
            aria-colcount=move || (rows.columns().len() + 1).to_string()
            aria-activedescendant=move || rows.active.get().map(|c| shared.cell_id(c))
            aria-busy=move || rows.is_stale().to_string()
            node_ref=root
            on:scroll=on_scroll
            on:keydown=on_keydown
        >
            <GridHead shared=shared profile=profile on_column=on_column />
            {body}
            {move || {
                (rows.n_total().is_none() && problem.get().is_none())
                    .then(|| view! { <div class="grid__waiting"><Skeleton lines=8 /></div> })
            }}
        </div>
    }
}

pub(super) fn open_menu(shared: Shared, cell: ActiveCell) {
    let head = document().get_element_by_id(&shared.cell_id(cell));
    let button = head.and_then(|h| h.query_selector(".menu > button").ok().flatten());
    if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}

fn cell_of(element: &web_sys::Element) -> Option<ActiveCell> {
    let text = element.get_attribute("data-cell")?;
    let (row, column) = text.split_once(' ')?;
    Some(ActiveCell { row: row.parse().ok()?, column: column.parse().ok()? })
}

fn grid_row(shared: Shared, row_idx: u64) -> AnyView {
    let rows = shared.rows;
    let cells = move || {
        let layout = shared.layout.get();
        let (from, to) = shared.drawn.get();
        let gutter = shared.gutter.get();
        let columns = rows.columns();
        rows.with_window(|window| {
            let at = row_idx.checked_sub(window.offset).and_then(|at| usize::try_from(at).ok());
            let drawn = columns.iter().zip(&window.cells).enumerate().skip(from).take(to.saturating_sub(from));
            drawn
                .map(|(column_idx, (head, cells))| {
                    let cell = ActiveCell { row: row_idx as i64, column: column_idx };
                    let (left, width) = layout.place(column_idx);
                    let value = at.and_then(|at| cells.get(at));
                    let (state, content) = match value {
                        None => ("waiting", ().into_any()),
                        Some(None) => (
                            "missing",
                            view! { <span class="grid__value" aria-label="missing">{MISSING}</span> }.into_any(),
                        ),
                        Some(Some(raw)) => {
                            ("there", view! { <span class="grid__value">{cell_text(head, raw)}</span> }.into_any())
                        }
                    };
                    view! {
                        <div
                            class="grid__cell"
                            role="gridcell"
                            id=shared.cell_id(cell)
                            aria-colindex=(column_idx + 2).to_string()
                            data-cell=format!("{row_idx} {column_idx}")
                            data-align=if is_right_aligned(head.column_type) { "end" } else { "start" }
                            data-state=state
                            style=format!("left:{}px;width:{width}px", left + gutter)
                        >
                            {content}
                        </div>
                    }
                    .into_any()
                })
                .collect::<Vec<_>>()
        })
    };
    view! {
        <div class="grid__row" role="row" aria-rowindex=(row_idx + 2).to_string() data-parity=(row_idx % 2).to_string()>
            <div class="grid__number" role="rowheader" aria-colindex="1">{wording::format_count(row_idx + 1)}</div>
            {cells}
        </div>
    }
    .into_any()
}

/// Room for the longest row number.
fn gutter_px(n_rows: u64) -> f64 {
    (wording::format_count(n_rows).chars().count() as f64 * 7.5 + 26.0).max(48.0).round()
}

/// The frame around the active cell.
fn cursor(shared: Shared) -> Option<impl IntoView> {
    let active = shared.rows.active.get()?;
    let row_idx = u64::try_from(active.row).ok()?;
    let rows = shared.view.get().rows();
    if !rows.contains(&row_idx) {
        return None;
    }
    let top = (row_idx - rows.start) as f64 * ROW_PX;
    let (left, width) = shared.layout.with(|l| l.place(active.column));
    let style = format!("top:{top}px;left:{}px;width:{width}px", left + shared.gutter.get());
    Some(view! { <div class="grid__cursor" aria-hidden="true" style=style></div> })
}

/// Widths that fit the header and the first rows. Kept while the columns stay the same, so that
/// nothing jumps while scrolling.
fn fitting_widths(rows: GridRows, before: Option<&Vec<(String, f64)>>) -> Vec<(String, f64)> {
    let columns = rows.columns();
    if let Some(before) = before.filter(|b| b.len() == columns.len())
        && before.iter().zip(columns.iter()).all(|((name, _), head)| *name == head.name)
    {
        return before.clone();
    }
    rows.with_window(|window| {
        let fit = |(head, cells): (&ColumnHead, &Vec<Option<String>>)| {
            let longest = cells.iter().take(60).flatten().map(|raw| cell_text(head, raw).chars().count()).max();
            let unit = head.unit.as_ref().map_or(0, |u| u.chars().count() + 1);
            let for_head = (head.name.chars().count() + unit) as f64 * 7.4 + 76.0;
            let for_cells = longest.unwrap_or(0) as f64 * 7.4 + 26.0;
            (head.name.clone(), for_head.max(for_cells).clamp(96.0, 320.0).round())
        };
        columns.iter().zip(&window.cells).map(fit).collect()
    })
    .unwrap_or_default()
}
