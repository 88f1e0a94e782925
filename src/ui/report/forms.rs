//! Writing a block.

use super::insert::empty_number;
use super::number_form::NumberForm;
use crate::base::NodeId;
use crate::chart::{ChartData, ChartSpec};
use crate::protocol::{Query, View};
use crate::report::{BlockSpec, NumberSpec};
use crate::ui::chart::ChartView;
use crate::ui::explore::{ChartForm, ColumnChecks, NodeSelect, columns_of, use_nodes};
use crate::ui::parts::{Button, ButtonKind, IconName, ProblemView};
use crate::ui::state::{Answer, use_app};
use leptos::prelude::*;
use std::sync::Arc;

/// Ctrl+Enter saves, Esc cancels.
#[component]
pub(super) fn BlockForm(
    spec: BlockSpec,
    #[prop(into)] on_save: Callback<(BlockSpec,)>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let draft = RwSignal::new(spec.clone());
    let fields = match spec {
        BlockSpec::Text(text) => text_fields(draft, text),
        BlockSpec::Verdict { text } => verdict_fields(draft, text),
        BlockSpec::Chart(chart) => view! { <ChartFields draft=draft first=chart /> }.into_any(),
        BlockSpec::Numbers(_) => view! { <NumbersFields draft=draft /> }.into_any(),
        BlockSpec::Table { node, .. } => view! { <TableFields draft=draft first=node /> }.into_any(),
        _ => ().into_any(),
    };
    let save = move || on_save.run((draft.get_untracked(),));
    view! {
        <form
            class="block-form form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    on_cancel.run(());
                } else if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    save();
                }
            }
        >
            {fields}
            <div class="form__actions">
                <Button label="Done" kind=ButtonKind::Primary submits=true on_click=|| () />
                <Button label="Cancel" kind=ButtonKind::Plain on_click=on_cancel />
            </div>
        </form>
    }
}

fn focused(area: NodeRef<leptos::html::Textarea>) {
    area.on_load(|area| {
        request_animation_frame(move || {
            let _ = area.focus();
        });
    });
}

fn text_fields(draft: RwSignal<BlockSpec>, first: String) -> AnyView {
    let area = NodeRef::new();
    focused(area);
    view! {
        <label class="field">
            <span class="field__label">"Text"</span>
            <textarea
                rows="6"
                node_ref=area
                prop:value=first
                on:input=move |event| draft.set(BlockSpec::Text(event_target_value(&event)))
            ></textarea>
            <span class="field__hint">"Markdown: # heading, **bold**, *italic*, - list, [words](https://address)"</span>
        </label>
    }
    .into_any()
}

fn verdict_fields(draft: RwSignal<BlockSpec>, first: Option<String>) -> AnyView {
    let area = NodeRef::new();
    focused(area);
    let write = move |event| {
        let text = event_target_value(&event).trim().to_owned();
        draft.set(BlockSpec::Verdict { text: Some(text).filter(|t| !t.is_empty()) });
    };
    view! {
        <label class="field">
            <span class="field__label">"Your verdict, in one sentence"</span>
            <textarea rows="3" node_ref=area prop:value=first.unwrap_or_default() on:input=write></textarea>
            <span class="field__hint">"Leave it empty to have it written from the findings."</span>
        </label>
    }
    .into_any()
}

#[component]
fn ChartFields(draft: RwSignal<BlockSpec>, first: ChartSpec) -> impl IntoView {
    let app = use_app();
    let nodes = use_nodes(app);
    let fallback = first;
    let spec = Memo::new(move |_| match draft.get() {
        BlockSpec::Chart(spec) => spec,
        _ => fallback.clone(),
    });
    let node = Memo::new(move |_| spec.with(|s| s.node));
    let columns = Signal::derive(move || columns_of(app, nodes, node.get()));
    let answer = app.want(move || {
        let spec = spec.get();
        (!spec.x.is_empty()).then_some(Query::Chart { spec })
    });
    let data = Memo::new(move |before: Option<&Option<Arc<ChartData>>>| match answer.get() {
        Answer::Ready { view, .. } => match &*view {
            View::Chart(data) => Some(Arc::new(data.clone())),
            _ => None,
        },
        Answer::Waiting => before.cloned().flatten(),
        Answer::Failed(_) => None,
    });
    let problem = move || match answer.get() {
        Answer::Failed(problem) => Some(view! { <ProblemView problem=problem /> }),
        _ => None,
    };
    let has_data = Memo::new(move |_| data.with(Option::is_some));
    let set_node = move |node: NodeId| {
        let now = spec.get_untracked();
        draft.set(BlockSpec::Chart(ChartSpec { node, ..now }));
    };
    view! {
        <div class="field">
            <span class="field__label">"Rows of"</span>
            <NodeSelect nodes=nodes value=Signal::derive(move || Some(node.get())) on_change=set_node />
        </div>
        <ChartForm spec=spec on_change=move |new: ChartSpec| draft.set(BlockSpec::Chart(new)) columns=columns />
        {move || has_data.get().then(|| view! { <ChartView data=data shows_title=true /> })}
        {problem}
    }
}

#[component]
fn NumbersFields(draft: RwSignal<BlockSpec>) -> impl IntoView {
    let app = use_app();
    let nodes = use_nodes(app);
    let numbers = Memo::new(move |_| match draft.get() {
        BlockSpec::Numbers(numbers) => numbers,
        _ => Vec::new(),
    });
    let edit = move |change: &dyn Fn(&mut Vec<NumberSpec>)| {
        let mut now = numbers.get_untracked();
        change(&mut now);
        draft.set(BlockSpec::Numbers(now));
    };
    let n_numbers = Memo::new(move |_| numbers.with(Vec::len));
    let line = move |at: usize| {
        let mine = Signal::derive(move || numbers.with(|n| n.get(at).cloned()));
        let set = move |new: NumberSpec| {
            edit(&|numbers| {
                if let Some(number) = numbers.get_mut(at) {
                    number.clone_from(&new);
                }
            });
        };
        let remove = move || {
            edit(&|numbers| {
                if at < numbers.len() {
                    numbers.remove(at);
                }
            });
        };
        view! { <NumberForm nodes=nodes value=mine on_change=set on_remove=remove /> }.into_any()
    };
    let add = move || {
        let last = numbers.with_untracked(|n| n.last().map(|n| n.node));
        if let Some(node) = last.or_else(|| app.workspace.with_untracked(|w| w.main_node())) {
            edit(&|numbers| numbers.push(empty_number(node)));
        }
    };
    view! {
        <For each=move || 0..n_numbers.get() key=|at| *at children=line />
        <Button label="Add a number" kind=ButtonKind::Plain icon=IconName::Plus on_click=add />
    }
}

#[component]
fn TableFields(draft: RwSignal<BlockSpec>, first: NodeId) -> impl IntoView {
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
    let columns = Signal::derive(move || columns_of(app, nodes, node.get()));
    let set_node = move |new: NodeId| {
        draft.update(|d| {
            if let BlockSpec::Table { node, columns, only, sort, .. } = d {
                *node = new;
                columns.clear();
                *only = None;
                *sort = None;
            }
        });
    };
    let set_title = move |event| {
        let text = event_target_value(&event);
        draft.update(|d| {
            if let BlockSpec::Table { title, .. } = d {
                *title = text;
            }
        });
    };
    let set_rows = move |event| {
        let Ok(n) = event_target_value(&event).parse::<u32>() else { return };
        draft.update(|d| {
            if let BlockSpec::Table { n_rows, .. } = d {
                *n_rows = n.clamp(1, 100);
            }
        });
    };
    let set_columns = move |new: Vec<String>| {
        draft.update(|d| {
            if let BlockSpec::Table { columns, .. } = d {
                *columns = new;
            }
        });
    };
    view! {
        <div class="form__row">
            <div class="field">
                <span class="field__label">"Rows of"</span>
                <NodeSelect nodes=nodes value=Signal::derive(move || Some(node.get())) on_change=set_node />
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
        <ColumnChecks label="Columns (all when none is chosen)" columns=columns value=chosen on_change=set_columns />
    }
}
