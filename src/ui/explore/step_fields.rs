//! The fields of each kind of step.

use super::clean_fields::clean_fields;
use super::columns::{ColumnChecks, ColumnSelect};
use super::map_fields::map_fields;
use super::op_draft::{empty_test, measure_name};
use super::order_fields::order_fields;
use super::test_fields::TestFields;
use crate::base::{ColumnType, NodeId, StepId};
use crate::recipe::{Aggregate, Measure, Op, SortKey, Test};
use crate::table::{ColumnInfo, TableProfile};
use crate::ui::parts::{Button, ButtonKind, IconButton, IconName};
use leptos::prelude::*;
use std::sync::Arc;

/// What the fields read and write.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// The table or merge whose step it is.
    pub node: NodeId,
    /// The step that is changed, unless it is a new one.
    pub step: Option<StepId>,
    pub op: Signal<Op>,
    pub set: Callback<(Op,)>,
    pub columns: Signal<Vec<ColumnInfo>>,
    pub profile: Signal<Option<Arc<TableProfile>>>,
}

impl Fields {
    pub fn type_of(self, column: &str) -> ColumnType {
        self.columns.with(|c| c.iter().find(|c| c.name == column).map_or(ColumnType::Text, |c| c.column_type))
    }

    /// Values that occur often in a column, with how often.
    pub fn top_values(self, column: impl Into<Signal<String>>) -> Signal<Vec<(String, u64)>> {
        let column = column.into();
        Signal::derive(move || {
            let name = column.get();
            let profile = self.profile.get();
            profile.and_then(|p| p.columns.iter().find(|c| c.name == name).map(|c| c.top.clone())).unwrap_or_default()
        })
    }

    /// Changes the step as it is now.
    pub fn change(self, change: impl FnOnce(&mut Op)) {
        let mut op = self.op.get_untracked();
        change(&mut op);
        self.set.run((op,));
    }

    fn view_of(self, kind: &str) -> AnyView {
        match kind {
            "filter" => filter_fields(self),
            "rename" => rename_fields(self),
            "type" => type_fields(self),
            "compute" => compute_fields(self),
            "group" => group_fields(self),
            "sort" => sort_fields(self),
            "select" => order_fields(self),
            "remove" => remove_fields(self),
            "map" => map_fields(self),
            kind => clean_fields(self, kind).unwrap_or_else(|| ().into_any()),
        }
    }
}

/// The fields for a kind of step; made anew only when the kind changes.
pub(super) fn step_fields(fields: Fields) -> impl IntoView {
    let kind = Memo::new(move |_| fields.op.with(super::op_draft::kind_of));
    move || fields.view_of(kind.get())
}

fn filter_fields(fields: Fields) -> AnyView {
    let column = Memo::new(move |_| match fields.op.get() {
        Op::Filter { column, .. } => column,
        _ => String::new(),
    });
    let test = Memo::new(move |_| match fields.op.get() {
        Op::Filter { test, .. } => test,
        _ => Test::IsPresent,
    });
    let column_type = Memo::new(move |_| fields.type_of(&column.get()));
    let values = fields.top_values(column);
    let on_column = move |name: String| {
        let test = empty_test(untrack(|| fields.type_of(&name)));
        fields.set.run((Op::Filter { column: name, test },));
    };
    let on_test = move |new: Test| {
        fields.change(|op| {
            if let Op::Filter { test, .. } = op {
                *test = new;
            }
        });
    };
    view! {
        <ColumnSelect label="Column" columns=fields.columns node=Some(fields.node) value=column on_change=on_column />
        <TestFields column_type=column_type test=test on_change=on_test values=values />
    }
    .into_any()
}

fn rename_fields(fields: Fields) -> AnyView {
    let from = move || match fields.op.get() {
        Op::Rename { from, .. } => from,
        _ => String::new(),
    };
    let to = move || match fields.op.get() {
        Op::Rename { to, .. } => to,
        _ => String::new(),
    };
    let on_name = move |event| {
        let text = event_target_value(&event);
        fields.change(|op| {
            if let Op::Rename { to, .. } = op {
                *to = text;
            }
        });
    };
    view! {
        <ColumnSelect
            label="Column"
            columns=fields.columns
            node=Some(fields.node)
            value=Signal::derive(from)
            on_change=move |name: String| fields.set.run((Op::Rename { to: name.clone(), from: name },))
        />
        <label class="field">
            <span class="field__label">"New name"</span>
            <input type="text" autocomplete="off" prop:value=to on:input=on_name />
        </label>
    }
    .into_any()
}

fn type_fields(fields: Fields) -> AnyView {
    let column = Memo::new(move |_| match fields.op.get() {
        Op::ChangeType { column, .. } => column,
        _ => String::new(),
    });
    let to = Memo::new(move |_| match fields.op.get() {
        Op::ChangeType { to, .. } => to,
        _ => ColumnType::Text,
    });
    let now = move || {
        let name = column.get();
        fields.columns.with(|c| {
            let info = c.iter().find(|c| c.name == name)?;
            let why = if info.reason.is_empty() { String::new() } else { format!(": {}", info.reason) };
            Some(format!("Now: {}{why}", info.column_type.label().to_lowercase()))
        })
    };
    let options = move || {
        let chosen = to.get();
        ColumnType::ALL
            .map(|t| view! { <option value=t.name() selected=t == chosen>{t.label()}</option> }.into_any())
            .into_iter()
            .collect::<Vec<_>>()
    };
    let on_type = move |event| {
        if let Some(new) = ColumnType::from_name(&event_target_value(&event)) {
            fields.change(|op| {
                if let Op::ChangeType { to, .. } = op {
                    *to = new;
                }
            });
        }
    };
    let on_column = move |name: String| {
        fields.change(|op| {
            if let Op::ChangeType { column, .. } = op {
                *column = name;
            }
        });
    };
    view! {
        <ColumnSelect label="Column" columns=fields.columns node=Some(fields.node) value=column on_change=on_column />
        <label class="field">
            <span class="field__label">"Read as"</span>
            <select prop:value=move || to.get().name() on:change=on_type>{options}</select>
            {move || now().map(|n| view! { <span class="field__hint">{n}</span> })}
        </label>
    }
    .into_any()
}

fn compute_fields(fields: Fields) -> AnyView {
    let name = move || match fields.op.get() {
        Op::Compute { name, .. } => name,
        _ => String::new(),
    };
    let formula = move || match fields.op.get() {
        Op::Compute { formula, .. } => formula,
        _ => String::new(),
    };
    let on_name = move |event| {
        let text = event_target_value(&event);
        fields.change(|op| {
            if let Op::Compute { name, .. } = op {
                *name = text;
            }
        });
    };
    let write = move |text: String| {
        fields.change(|op| {
            if let Op::Compute { formula, .. } = op {
                *formula = text;
            }
        });
    };
    let insert = move |column: String| {
        let now = untrack(formula);
        let gap = if now.is_empty() || now.ends_with([' ', '(']) { "" } else { " " };
        write(format!("{now}{gap}{}", super::cells::quote_name(&column)));
    };
    view! {
        <label class="field">
            <span class="field__label">"Name of the new column"</span>
            <input type="text" autocomplete="off" prop:value=name on:input=on_name />
        </label>
        <label class="field">
            <span class="field__label">"Formula"</span>
            <textarea
                class="mono"
                rows="3"
                spellcheck="false"
                prop:value=formula
                on:input=move |event| write(event_target_value(&event))
            ></textarea>
            <span class="field__hint">"As in SQL: volume / 1000, round(yield, 1), upper(plate)"</span>
        </label>
        <ColumnSelect label="Insert a column" columns=fields.columns node=Some(fields.node) value=Signal::derive(String::new) on_change=insert />
    }
    .into_any()
}

fn group_fields(fields: Fields) -> AnyView {
    let by = move || match fields.op.get() {
        Op::Group { by, .. } => by,
        _ => Vec::new(),
    };
    let measures = Memo::new(move |_| match fields.op.get() {
        Op::Group { measures, .. } => measures,
        _ => Vec::new(),
    });
    let set_by = move |new: Vec<String>| {
        fields.change(|op| {
            if let Op::Group { by, .. } = op {
                *by = new;
            }
        });
    };
    let edit = move |change: &mut dyn FnMut(&mut Vec<Measure>)| {
        fields.change(|op| {
            if let Op::Group { measures, .. } = op {
                change(measures);
            }
        });
    };
    let set_measure = move |at: usize, aggregate: Option<Aggregate>, column: Option<String>| {
        edit(&mut |measures| {
            if let Some(measure) = measures.get_mut(at) {
                measure.aggregate = aggregate.unwrap_or(measure.aggregate);
                if let Some(column) = &column {
                    measure.column = Some(column.clone()).filter(|c| !c.is_empty());
                }
                measure.name = measure_name(measure.aggregate, measure.column.as_deref());
            }
        });
    };
    let line = move |at: usize| {
        let mine = move || measures.with(|m| m.get(at).cloned());
        let aggregate = Memo::new(move |_| mine().map_or(Aggregate::Count, |m| m.aggregate));
        let column = Signal::derive(move || mine().and_then(|m| m.column).unwrap_or_default());
        let options = move || {
            let chosen = aggregate.get();
            Aggregate::ALL
                .map(|a| view! { <option value=a.word() selected=a == chosen>{crate::base::wording::sentence_case(a.word())}</option> }.into_any())
                .into_iter()
            .collect::<Vec<_>>()
        };
        let on_aggregate = move |event| {
            let word = event_target_value(&event);
            set_measure(at, Aggregate::ALL.into_iter().find(|a| a.word() == word), None);
        };
        let remove = move || {
            edit(&mut |measures| {
                if at < measures.len() {
                    measures.remove(at);
                }
            });
        };
        view! {
            <div class="measure">
                <label class="field">
                    <span class="field__label">"Summary"</span>
                    <select prop:value=move || aggregate.get().word() on:change=on_aggregate>{options}</select>
                </label>
                {move || {
                    (aggregate.get() != Aggregate::Count)
                        .then(|| view! { <ColumnSelect label="of" columns=fields.columns node=Some(fields.node) value=column on_change=move |c: String| set_measure(at, None, Some(c)) /> })
                }}
                <IconButton
                    label="Remove this summary"
                    icon=IconName::Close
                    on_click=remove
                />
            </div>
        }
        .into_any()
    };
    let add = move || {
        edit(&mut |m| m.push(Measure { aggregate: Aggregate::Mean, column: None, name: String::new() }));
    };
    let n_lines = Memo::new(move |_| measures.with(Vec::len));
    view! {
        <ColumnChecks
            label="One row for each"
            columns=fields.columns
            value=Signal::derive(by)
            on_change=set_by
        />
        <For each=move || 0..n_lines.get() key=|at| *at children=line />
        <Button label="Add a summary" kind=ButtonKind::Plain icon=IconName::Plus on_click=add />
    }
    .into_any()
}

fn sort_fields(fields: Fields) -> AnyView {
    let keys = Memo::new(move |_| match fields.op.get() {
        Op::Sort { keys } => keys,
        _ => Vec::new(),
    });
    let edit = move |change: &mut dyn FnMut(&mut Vec<SortKey>)| {
        fields.change(|op| {
            if let Op::Sort { keys } = op {
                change(keys);
            }
        });
    };
    let line = move |at: usize| {
        let column = Signal::derive(move || keys.with(|k| k.get(at).map(|k| k.column.clone())).unwrap_or_default());
        let order = move || if keys.with(|k| k.get(at).is_some_and(|k| k.descending)) { "down" } else { "up" };
        let set_column = move |name: String| {
            edit(&mut |keys| {
                if let Some(key) = keys.get_mut(at) {
                    key.column.clone_from(&name);
                }
            });
        };
        let set_order = move |event| {
            let is_down = event_target_value(&event) == "down";
            edit(&mut |keys| {
                if let Some(key) = keys.get_mut(at) {
                    key.descending = is_down;
                }
            });
        };
        let remove = move || {
            edit(&mut |keys| {
                if at < keys.len() {
                    keys.remove(at);
                }
            });
        };
        view! {
            <div class="measure">
                <ColumnSelect
                    label=if at == 0 { "By" } else { "then by" }
                    columns=fields.columns
                    node=Some(fields.node)
                    value=column
                    on_change=set_column
                />
                <label class="field">
                    <span class="field__label">"Order"</span>
                    <select prop:value=order on:change=set_order>
                        <option value="up" selected=move || order() == "up">"Smallest first"</option>
                        <option value="down" selected=move || order() == "down">"Largest first"</option>
                    </select>
                </label>
                <IconButton
                    label="Remove this column from the order"
                    icon=IconName::Close
                    on_click=remove
                />
            </div>
        }
        .into_any()
    };
    let add = move || edit(&mut |k| k.push(SortKey { column: String::new(), descending: false }));
    let n_lines = Memo::new(move |_| keys.with(Vec::len));
    view! {
        <For each=move || 0..n_lines.get() key=|at| *at children=line />
        <Button label="Then by" kind=ButtonKind::Plain icon=IconName::Plus on_click=add />
    }
    .into_any()
}

fn remove_fields(fields: Fields) -> AnyView {
    let chosen = move || match fields.op.get() {
        Op::Remove { columns } => columns,
        _ => Vec::new(),
    };
    let set = move |columns: Vec<String>| fields.set.run((Op::Remove { columns },));
    view! {
        <ColumnChecks
            label="Columns to remove"
            columns=fields.columns
            value=Signal::derive(chosen)
            on_change=set
        />
    }
    .into_any()
}
