//! Writing one key number.

use crate::base::{ColumnType, NodeId, wording};
use crate::protocol::NodeView;
use crate::recipe::{Aggregate, Test};
use crate::report::NumberSpec;
use crate::ui::explore::{ColumnSelect, NodeSelect, TestFields, columns_of};
use crate::ui::parts::{IconButton, IconName};
use crate::ui::state::use_app;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn NumberForm(
    nodes: Memo<Arc<Vec<NodeView>>>,
    value: Signal<Option<NumberSpec>>,
    #[prop(into)] on_change: Callback<(NumberSpec,)>,
    #[prop(into)] on_remove: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let change = move |change: &dyn Fn(&mut NumberSpec)| {
        if let Some(mut now) = value.get_untracked() {
            change(&mut now);
            on_change.run((now,));
        }
    };
    let node = Memo::new(move |_| value.with(|v| v.as_ref().map(|v| v.node)));
    let aggregate = Memo::new(move |_| value.with(|v| v.as_ref().map_or(Aggregate::Count, |v| v.aggregate)));
    let column = Signal::derive(move || value.with(|v| v.as_ref().and_then(|v| v.column.clone())).unwrap_or_default());
    let only = Memo::new(move |_| value.with(|v| v.as_ref().and_then(|v| v.only.clone())));
    let only_column = Memo::new(move |_| only.with(|o| o.as_ref().map(|(c, _)| c.clone())).unwrap_or_default());
    let columns = Signal::derive(move || node.get().map(|n| columns_of(app, nodes, n)).unwrap_or_default());
    let only_type = Memo::new(move |_| {
        let name = only_column.get();
        columns.with(|c| c.iter().find(|c| c.name == name).map_or(ColumnType::Text, |c| c.column_type))
    });
    let options = move || {
        let chosen = aggregate.get();
        Aggregate::ALL
            .map(|a| {
                let words = wording::sentence_case(a.word());
                view! { <option value=a.word() selected=a == chosen>{words}</option> }.into_any()
            })
            .into_iter()
            .collect::<Vec<_>>()
    };
    let set_aggregate = move |event| {
        let word = event_target_value(&event);
        if let Some(found) = Aggregate::ALL.into_iter().find(|a| a.word() == word) {
            change(&|n| {
                n.aggregate = found;
                n.as_share &= found == Aggregate::Count;
            });
        }
    };
    let set_only = move |name: String| {
        change(&|n| {
            n.only = (!name.is_empty()).then(|| (name.clone(), Test::OneOf(Vec::new())));
            n.as_share &= n.only.is_some();
        });
    };
    let set_test = move |test: Test| {
        change(&|n| {
            if let Some((_, old)) = &mut n.only {
                old.clone_from(&test);
            }
        });
    };
    let set_node = move |new: NodeId| {
        change(&|n| {
            n.node = new;
            n.column = None;
            n.only = None;
        });
    };
    let test = Signal::derive(move || only.with(|o| o.as_ref().map_or(Test::IsPresent, |(_, t)| t.clone())));
    let can_share = move || aggregate.get() == Aggregate::Count && !only_column.with(String::is_empty);
    let has_only = Memo::new(move |_| !only_column.with(String::is_empty));
    view! {
        <fieldset class="number-form form">
            <legend class="visually-hidden">"Number"</legend>
            <div class="form__row">
                <label class="field">
                    <span class="field__label">"Label"</span>
                    <input
                        type="text"
                        placeholder="Written from the rest"
                        prop:value=move || value.with(|v| v.as_ref().map(|v| v.label.clone())).unwrap_or_default()
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            change(&|n| n.label.clone_from(&text));
                        }
                    />
                </label>
                <div class="field">
                    <span class="field__label">"Rows of"</span>
                    <NodeSelect nodes=nodes value=node on_change=set_node />
                </div>
            </div>
            <div class="form__row">
                <label class="field">
                    <span class="field__label">"Number"</span>
                    <select prop:value=move || aggregate.get().word() on:change=set_aggregate>{options}</select>
                </label>
                {move || {
                    let set = move |name: String| change(&|n| n.column = Some(name.clone()).filter(|c| !c.is_empty()));
                    (aggregate.get() != Aggregate::Count)
                        .then(|| view! { <ColumnSelect label="of" columns=columns node=node value=column on_change=set /> })
                }}
                <ColumnSelect label="Only rows where" columns=columns node=node value=only_column on_change=set_only none="All rows" />
            </div>
            {move || {
                has_only
                    .get()
                    .then(|| {
                        view! { <TestFields column_type=only_type test=test on_change=set_test values=Signal::derive(Vec::new) /> }
                    })
            }}
            {move || {
                can_share()
                    .then(|| {
                        view! {
                            <label class="checks__line">
                                <input
                                    type="checkbox"
                                    prop:checked=move || value.with(|v| v.as_ref().is_some_and(|v| v.as_share))
                                    on:change=move |event| {
                                        let is_on = event_target_checked(&event);
                                        change(&|n| n.as_share = is_on);
                                    }
                                />
                                <span>"As a share of all rows"</span>
                            </label>
                        }
                    })
            }}
            <IconButton label="Remove this number" icon=IconName::Close on_click=on_remove />
        </fieldset>
    }
}
