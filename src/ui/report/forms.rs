//! Writing a block.

use super::finding_form::FindingFields;
use super::insert::empty_number;
use super::number_form::NumberForm;
use super::table_form::TableFields;
use super::verdict_form::VerdictFields;
use crate::base::NodeId;
use crate::chart::{ChartData, ChartSpec};
use crate::protocol::{Query, View};
use crate::recipe::{Aggregate, Test};
use crate::report::{BlockSpec, FrozenContent, NumberSpec};
use crate::ui::chart::ChartView;
use crate::ui::explore::{ChartForm, NodeSelect, chart_is_missing, columns_of, use_nodes};
use crate::ui::parts::{Button, ButtonKind, IconName, ProblemView};
use crate::ui::state::{Answer, use_app};
use leptos::prelude::*;
use std::sync::Arc;

/// Ctrl+Enter saves, Esc cancels. What is not complete cannot be saved, and the form says what is missing.
#[component]
pub(super) fn BlockForm(
    spec: BlockSpec,
    /// What the block says now, where it is there already.
    #[prop(optional)]
    said: Option<FrozenContent>,
    /// Findings that stand in the report already, by key.
    #[prop(optional)]
    taken: Vec<String>,
    #[prop(into)] on_save: Callback<(BlockSpec,)>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let draft = RwSignal::new(spec.clone());
    let fields = match spec {
        BlockSpec::Text(text) => text_fields(draft, text),
        BlockSpec::Verdict { .. } => view! { <VerdictFields draft=draft said=said /> }.into_any(),
        BlockSpec::Finding { .. } => view! { <FindingFields draft=draft said=said taken=taken /> }.into_any(),
        BlockSpec::Chart(chart) => view! { <ChartFields draft=draft first=chart /> }.into_any(),
        BlockSpec::Numbers(_) => view! { <NumbersFields draft=draft /> }.into_any(),
        BlockSpec::Table { node, .. } => view! { <TableFields draft=draft first=node /> }.into_any(),
        BlockSpec::Quality | BlockSpec::Sources | BlockSpec::Methods => ().into_any(),
    };
    let missing = Memo::new(move |_| draft.with(is_missing));
    let save = move || {
        if missing.get_untracked().is_none() {
            on_save.run((draft.get_untracked(),));
        }
    };
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
                <Button
                    label="Done"
                    kind=ButtonKind::Primary
                    submits=true
                    disabled=Signal::derive(move || missing.get().is_some())
                    on_click=|| ()
                />
                <Button label="Cancel" kind=ButtonKind::Plain on_click=on_cancel />
                <span class="form__missing" role="status">{move || missing.get()}</span>
            </div>
        </form>
    }
}

/// What is still to be filled in; `None` when the block can be made.
fn is_missing(spec: &BlockSpec) -> Option<&'static str> {
    match spec {
        BlockSpec::Chart(chart) => chart_is_missing(chart),
        BlockSpec::Finding { key, .. } if key.is_empty() => Some("Choose a finding."),
        BlockSpec::Numbers(numbers) => numbers.iter().find_map(|n| {
            let needs_column = n.aggregate != Aggregate::Count && n.column.as_deref().is_none_or(str::is_empty);
            let test = n.only.as_ref().and_then(|(_, test)| test_is_missing(test));
            if needs_column { Some("Choose the column of each number.") } else { test }
        }),
        BlockSpec::Table { only, .. } => only.as_ref().and_then(|(_, test)| test_is_missing(test)),
        _ => None,
    }
}

/// A test without values would leave no rows.
fn test_is_missing(test: &Test) -> Option<&'static str> {
    let is_empty = match test {
        Test::OneOf(values) => values.is_empty(),
        Test::Contains(text) | Test::AtLeast(text) | Test::AtMost(text) => text.trim().is_empty(),
        Test::Between(from, to) => from.trim().is_empty() || to.trim().is_empty(),
        Test::NoneOf(_) | Test::IsMissing | Test::IsPresent => false,
    };
    is_empty.then_some("Say which rows are meant.")
}

pub(super) fn focused(area: NodeRef<leptos::html::Textarea>) {
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
        chart_is_missing(&spec).is_none().then_some(Query::Chart { spec, range: None })
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
        {move || has_data.get().then(|| view! { <ChartView data=data shows_title=true spec=Signal::derive(move || Some(spec.get())) /> })}
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
