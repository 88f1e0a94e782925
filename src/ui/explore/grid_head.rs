//! The grid's header: type, name, unit, shape and gaps of each column, and its menu.

use super::grid::{ColumnAction, Shared, open_menu};
use super::grid_rows::ActiveCell;
use crate::base::{ColumnType, wording};
use crate::table::{ColumnHead, ColumnProfile, TableProfile};
use crate::ui::parts::{IconName, Menu, MenuItem, MiniHistogram, TypeIcon};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

#[component]
pub(super) fn GridHead(
    shared: Shared,
    profile: MaybeProp<Arc<TableProfile>>,
    on_column: Option<Callback<(ColumnAction, ColumnHead)>>,
) -> impl IntoView {
    let names = Memo::new(move |_| {
        let (from, to) = shared.drawn.get();
        let columns = shared.rows.columns();
        columns
            .iter()
            .enumerate()
            .skip(from)
            .take(to.saturating_sub(from))
            .map(|(i, h)| (i, head_key(h)))
            .collect::<Vec<_>>()
    });
    view! {
        <div
            class="grid__head"
            role="rowgroup"
            style:width=move || format!("{}px", shared.layout.with(|l| l.total_px) + shared.gutter.get())
        >
            <div class="grid__heads" role="row" aria-rowindex="1">
                <div class="grid__corner" role="columnheader" aria-colindex="1">
                    <span class="visually-hidden">"Row"</span>
                </div>
                <For
                    each=move || names.get()
                    key=|named| named.clone()
                    children=move |(column_idx, _)| head_cell(shared, column_idx, profile, on_column)
                />
            </div>
        </div>
    }
}

/// A header is made anew when one of these changes.
fn head_key(head: &ColumnHead) -> String {
    format!("{} {} {}", head.column_type.name(), head.unit.as_deref().unwrap_or_default(), head.name)
}

fn head_cell(
    shared: Shared,
    column_idx: usize,
    profile: MaybeProp<Arc<TableProfile>>,
    on_column: Option<Callback<(ColumnAction, ColumnHead)>>,
) -> AnyView {
    let Some(head) = untrack(|| shared.rows.columns()).get(column_idx).cloned() else { return ().into_any() };
    let cell = ActiveCell { row: -1, column: column_idx };
    let name = head.name.clone();
    let glance = {
        let name = name.clone();
        Memo::new(move |_| profile.get().and_then(|p| p.columns.iter().find(|c| c.name == name).cloned()))
    };
    let style = move || {
        let (left, width) = shared.layout.with(|l| l.place(column_idx));
        format!("left:{}px;width:{width}px", left + shared.gutter.get())
    };
    let root = NodeRef::<leptos::html::Div>::new();
    // The grid is one stop for Tab; its menus are reached with the arrows and Enter.
    root.on_load(|element| {
        if let Ok(Some(button)) = element.query_selector(".menu > button") {
            let _ = button.set_attribute("tabindex", "-1");
        }
    });
    let menu = on_column.map(|on_column| {
        let head = head.clone();
        let label = format!("Column {}", head.name);
        let items = Callback::new(move |()| column_menu(shared, column_idx, &head, on_column));
        view! { <Menu label=label items=items icon=IconName::ChevronDown /> }
    });
    let has_menu = menu.is_some();
    let on_name = move |_| {
        shared.activate(cell);
        if has_menu {
            open_menu(shared, cell);
        }
    };
    view! {
        <div
            class="grid__column"
            role="columnheader"
            id=shared.cell_id(cell)
            aria-colindex=(column_idx + 2).to_string()
            data-active=move || (shared.rows.active.get() == Some(cell)).to_string()
            style=style
            node_ref=root
        >
            <div class="grid__title">
                <TypeIcon column_type=head.column_type />
                <span class="grid__name" title=name.clone() on:click=on_name>{name.clone()}</span>
                {head.unit.clone().map(|unit| view! { <span class="grid__unit">{unit}</span> })}
                {menu}
            </div>
            {move || glance.get().map(|g| shape(&g))}
            {resizer(shared, column_idx, name)}
        </div>
    }
    .into_any()
}

fn shape(glance: &ColumnProfile) -> impl IntoView + use<> {
    let n = glance.n_rows.max(1) as f64;
    let missing = glance.n_missing as f64 / n;
    let state = if glance.n_missing > 0 { "some" } else { "none" };
    let words = match glance.n_missing {
        0 => "No value is missing".to_owned(),
        some => format!("{} missing ({})", wording::format_count(some), wording::format_share(missing)),
    };
    let title = words.clone();
    let drawing = match &glance.histogram {
        Some(histogram) => view! { <MiniHistogram histogram=histogram.clone() height=20 /> }.into_any(),
        None => {
            let about = if glance.distinct_is_exact { "" } else { "about " };
            let text = format!("{about}{}", wording::plural(glance.n_distinct, "value", "values"));
            view! { <span class="grid__distinct">{text}</span> }.into_any()
        }
    };
    view! {
        <div class="grid__shape" title=title>
            {drawing}
            <span class="grid__gaps" role="img" aria-label=words data-state=state>
                <span style=format!("width:{:.2}%", (missing * 100.0).clamp(0.0, 100.0))></span>
            </span>
        </div>
    }
}

fn column_menu(
    shared: Shared,
    column_idx: usize,
    head: &ColumnHead,
    on_column: Callback<(ColumnAction, ColumnHead)>,
) -> Vec<MenuItem> {
    let n_columns = untrack(|| shared.rows.columns()).len();
    let item = |label: &str, icon: IconName, action: ColumnAction| {
        let head = head.clone();
        MenuItem::new(label, move || on_column.run((action, head.clone()))).icon(icon)
    };
    let (up, down) = if head.column_type.is_numeric() {
        ("Sort, smallest first", "Sort, largest first")
    } else if head.column_type.is_temporal() {
        ("Sort, earliest first", "Sort, latest first")
    } else {
        ("Sort, A to Z", "Sort, Z to A")
    };
    let mut items = vec![
        item(up, IconName::ArrowUp, ColumnAction::SortUp),
        item(down, IconName::ArrowDown, ColumnAction::SortDown),
        item("Filter…", IconName::Filter, ColumnAction::Filter),
        item("Chart this column", IconName::ChartBar, ColumnAction::Chart),
        item("Group by this column…", IconName::Group, ColumnAction::GroupBy).new_group(),
        item("Summarise…", IconName::Sigma, ColumnAction::Summarise),
        item("Compute from this column…", IconName::Calculator, ColumnAction::Compute),
        item("Change type…", IconName::Swap, ColumnAction::ChangeType).new_group(),
        item("Rename…", IconName::Pencil, ColumnAction::Rename),
    ];
    let cleaning = cleaning_of(head.column_type).iter().enumerate().map(|(i, (label, icon, kind))| {
        let item = item(label, *icon, ColumnAction::Step(kind));
        if i == 0 { item.new_group() } else { item }
    });
    items.extend(cleaning);
    items.extend([
        item("Hide", IconName::EyeOff, ColumnAction::Hide).disabled(n_columns < 2).new_group(),
        item("Move left", IconName::ArrowLeft, ColumnAction::MoveLeft).disabled(column_idx == 0),
        item("Move right", IconName::ArrowRight, ColumnAction::MoveRight).disabled(column_idx + 1 >= n_columns),
        item("Move to start", IconName::ChevronLeft, ColumnAction::MoveToStart).disabled(column_idx == 0),
        item("Remove column", IconName::Trash, ColumnAction::Remove).disabled(n_columns < 2).destructive().new_group(),
    ]);
    items
}

/// The steps that clean a column of a type.
fn cleaning_of(column_type: ColumnType) -> &'static [(&'static str, IconName, &'static str)] {
    match column_type {
        ColumnType::Text => &[
            ("Replace values, unite variants…", IconName::Swap, "map"),
            ("Find and replace…", IconName::Search, "replace"),
            ("Tidy text…", IconName::Pencil, "tidy"),
            ("Fill missing cells…", IconName::Plus, "fill"),
            ("Split into columns…", IconName::Columns, "split"),
            ("Split into rows…", IconName::List, "split_rows"),
            ("Extract by a pattern…", IconName::Search, "extract"),
            ("Unite with others…", IconName::Columns, "unite"),
            ("Remove duplicates by this column…", IconName::Layers, "distinct"),
            ("Turn its values into columns…", IconName::Columns, "pivot"),
        ],
        t if t.is_numeric() => &[
            ("Replace values…", IconName::Swap, "map"),
            ("Fill missing cells…", IconName::Plus, "fill"),
            ("Mark outliers…", IconName::ChartBar, "outliers"),
            ("Turn columns into rows…", IconName::Swap, "unpivot"),
        ],
        _ => &[
            ("Replace values…", IconName::Swap, "map"),
            ("Fill missing cells…", IconName::Plus, "fill"),
            ("Remove duplicates by this column…", IconName::Layers, "distinct"),
        ],
    }
}

/// The right edge: drag to resize, double-click to fit.
fn resizer(shared: Shared, column_idx: usize, name: String) -> impl IntoView {
    let from = StoredValue::new(None::<(i32, f64)>);
    let on_down = move |event: web_sys::PointerEvent| {
        event.prevent_default();
        from.set_value(Some((event.client_x(), shared.layout.with_untracked(|l| l.place(column_idx).1))));
        if let Some(target) = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
            let _ = target.set_pointer_capture(event.pointer_id());
        }
    };
    let moved = name.clone();
    let on_move = move |event: web_sys::PointerEvent| {
        if let Some((start_px, width_px)) = from.get_value() {
            let width = (width_px + f64::from(event.client_x() - start_px)).clamp(56.0, 900.0);
            shared.widths.update(|w| {
                w.insert(moved.clone(), width);
            });
        }
    };
    view! {
        <span
            class="grid__resizer"
            aria-hidden="true"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |_| from.set_value(None)
            on:pointercancel=move |_| from.set_value(None)
            on:dblclick=move |_| {
                shared.widths.update(|w| {
                    w.remove(&name);
                })
            }
        ></span>
    }
}
