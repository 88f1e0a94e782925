//! Writing a table: its rows, which of them, in which order.

use crate::base::{ColumnType, NodeId};
use crate::recipe::{SortKey, Test};
use crate::report::BlockSpec;
use crate::ui::explore::{ColumnChecks, ColumnSelect, NodeSelect, TestFields, columns_of, use_nodes};
use crate::ui::state::use_app;
use leptos::prelude::*;

/// The parts of a table that a field can change.
struct Parts<'a> {
    node: &'a mut NodeId,
    title: &'a mut String,
    columns: &'a mut Vec<String>,
    n_rows: &'a mut u32,
    only: &'a mut Option<(String, Test)>,
    sort: &'a mut Option<SortKey>,
}

fn change(draft: RwSignal<BlockSpec>, change: impl FnOnce(Parts<'_>)) {
    draft.update(|d| {
        if let BlockSpec::Table { node, title, columns, n_rows, only, sort } = d {
            change(Parts { node, title, columns, n_rows, only, sort });
        }
    });
}

#[component]
pub(super) fn TableFields(draft: RwSignal<BlockSpec>, first: NodeId) -> impl IntoView {
    let app = use_app();
    let nodes = use_nodes(app);
    let node = Memo::new(move |_| match draft.get() {
        BlockSpec::Table { node, .. } => node,
        _ => first,
    });
    let title = move || match draft.get() {
        BlockSpec::Table { title, .. } => title,
        _ => String::new(),
    };
    let n_rows = move || match draft.get() {
        BlockSpec::Table { n_rows, .. } => n_rows,
        _ => 10,
    };
    let chosen = Signal::derive(move || match draft.get() {
        BlockSpec::Table { columns, .. } => columns,
        _ => Vec::new(),
    });
    let shown = Signal::derive(move || Some(node.get()));
    let columns = Signal::derive(move || columns_of(app, nodes, node.get()));
    let set_node = move |new: NodeId| {
        change(draft, |table| {
            *table.node = new;
            table.columns.clear();
            (*table.only, *table.sort) = (None, None);
        });
    };
    let set_title = move |event| {
        let text = event_target_value(&event);
        change(draft, |table| *table.title = text);
    };
    let set_rows = move |event| {
        let Ok(n) = event_target_value(&event).parse::<u32>() else { return };
        change(draft, |table| *table.n_rows = n.clamp(1, 100));
    };
    let set_columns = move |new: Vec<String>| change(draft, |table| *table.columns = new);
    view! {
        <div class="form__row">
            <div class="field">
                <span class="field__label">"Rows of"</span>
                <NodeSelect nodes=nodes value=shown on_change=set_node />
            </div>
            <label class="field">
                <span class="field__label">"Rows shown"</span>
                <input type="number" min="1" max="100" prop:value=move || n_rows().to_string() on:change=set_rows />
            </label>
        </div>
        <label class="field">
            <span class="field__label">"Title"</span>
            <input type="text" prop:value=title on:input=set_title />
        </label>
        <FilterFields draft=draft columns=columns node=shown />
        <SortFields draft=draft columns=columns node=shown />
        <ColumnChecks label="Columns (all when none is chosen)" columns=columns value=chosen on_change=set_columns />
    }
}

#[component]
fn FilterFields(
    draft: RwSignal<BlockSpec>,
    columns: Signal<Vec<crate::table::ColumnInfo>>,
    node: Signal<Option<NodeId>>,
) -> impl IntoView {
    let only = Memo::new(move |_| match draft.get() {
        BlockSpec::Table { only, .. } => only,
        _ => None,
    });
    let column = Memo::new(move |_| only.with(|o| o.as_ref().map(|(c, _)| c.clone())).unwrap_or_default());
    let column_type = Memo::new(move |_| {
        let name = column.get();
        columns.with(|c| c.iter().find(|c| c.name == name).map_or(ColumnType::Text, |c| c.column_type))
    });
    let test = Signal::derive(move || only.with(|o| o.as_ref().map_or(Test::IsPresent, |(_, t)| t.clone())));
    let set_column = move |name: String| {
        change(draft, |table| *table.only = (!name.is_empty()).then(|| (name, Test::OneOf(Vec::new()))));
    };
    let set_test = move |test: Test| {
        change(draft, |table| {
            if let Some((_, old)) = table.only {
                *old = test;
            }
        });
    };
    let has_test = Memo::new(move |_| !column.with(String::is_empty));
    let none = Signal::derive(Vec::new);
    view! {
        <ColumnSelect label="Only rows where" columns=columns node=node value=column on_change=set_column none="All rows" />
        {move || {
            has_test
                .get()
                .then(|| view! { <TestFields column_type=column_type test=test on_change=set_test values=none /> })
        }}
    }
}

#[component]
fn SortFields(
    draft: RwSignal<BlockSpec>,
    columns: Signal<Vec<crate::table::ColumnInfo>>,
    node: Signal<Option<NodeId>>,
) -> impl IntoView {
    let sort = Memo::new(move |_| match draft.get() {
        BlockSpec::Table { sort, .. } => sort,
        _ => None,
    });
    let column = Signal::derive(move || sort.with(|s| s.as_ref().map(|s| s.column.clone())).unwrap_or_default());
    let is_descending = move || sort.with(|s| s.as_ref().is_some_and(|s| s.descending));
    let set_column = move |name: String| {
        let descending = is_descending();
        change(draft, |table| *table.sort = (!name.is_empty()).then_some(SortKey { column: name, descending }));
    };
    let set_order = move |event| {
        let descending = event_target_value(&event) == "down";
        change(draft, |table| {
            if let Some(sort) = table.sort {
                sort.descending = descending;
            }
        });
    };
    let has_sort = Memo::new(move |_| sort.with(Option::is_some));
    view! {
        <div class="form__row">
            <ColumnSelect label="Sorted by" columns=columns node=node value=column on_change=set_column none="As they come" />
            {move || {
                has_sort
                    .get()
                    .then(|| {
                        view! {
                            <label class="field">
                                <span class="field__label">"Order"</span>
                                <select
                                    prop:value=move || if is_descending() { "down" } else { "up" }
                                    on:change=set_order
                                >
                                    <option value="up">"Smallest or earliest first"</option>
                                    <option value="down">"Largest or newest first"</option>
                                </select>
                            </label>
                        }
                    })
            }}
        </div>
    }
}
