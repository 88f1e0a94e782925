//! The recipe at the side: a sentence a step, with what it did to the rows.

use super::op_draft::{FIRST_CLEANING, KINDS, OpDraft, empty_op, kind_label};
use super::step_form::StepForm;
use crate::base::{NodeId, Repair, StepId, wording};
use crate::protocol::{Query, StepView, View};
use crate::recipe::Op;
use crate::table::TableProfile;
use crate::ui::parts::{ButtonKind, Icon, IconButton, IconName, Menu, MenuItem, ProblemView};
use crate::ui::shell::repair;
use crate::ui::state::{Answer, App, use_app};
use crate::workspace::Command;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn RecipeList(
    node: NodeId,
    /// The step being written, if any.
    draft: RwSignal<Option<OpDraft>>,
    #[prop(into)] profile: Signal<Option<Arc<TableProfile>>>,
) -> impl IntoView {
    let app = use_app();
    let steps = Memo::new(move |_| app.workspace.with(|w| w.recipe(node).map(|r| r.steps.clone()).unwrap_or_default()));
    let answer = app.want(move || (!steps.with(Vec::is_empty)).then_some(Query::Steps { node }));
    let counted = Memo::new(move |before: Option<&Vec<StepView>>| match answer.get() {
        Answer::Ready { view, .. } => match &*view {
            View::Steps(steps) => steps.clone(),
            _ => Vec::new(),
        },
        _ => before.cloned().unwrap_or_default(),
    });
    let failed = Memo::new(move |_| match answer.get() {
        Answer::Failed(problem) => Some(problem),
        _ => None,
    });
    let add_items = Callback::new(move |()| {
        KINDS
            .into_iter()
            .map(|(key, label)| {
                let open = move || draft.set(Some(OpDraft { node, step: None, op: empty_op(key, None) }));
                let item = MenuItem::new(label, open).icon(kind_icon(key));
                if key == FIRST_CLEANING { item.new_group() } else { item }
            })
            .collect()
    });
    let ids = Memo::new(move |_| steps.with(|s| s.iter().map(|s| s.id).collect::<Vec<_>>()));
    let close = move || {
        draft.set(None);
        app.asked_step.set(None);
    };
    let form = move || {
        let asked = app.asked_step.get().map(|kind| OpDraft { node, step: None, op: empty_op(kind, None) });
        draft
            .get()
            .filter(|d| d.node == node)
            .or(asked)
            .map(|d| view! { <StepForm draft=d profile=profile on_done=close /> }.into_any())
    };
    view! {
        <section class="recipe" aria-label="Recipe">
            <header class="recipe__head">
                <h2 class="recipe__title">"Recipe"</h2>
                <Menu label="Add a step" items=add_items icon=IconName::Plus shows_label=true kind=ButtonKind::Plain />
            </header>
            {form}
            {move || {
                (ids.with(Vec::is_empty) && draft.with(Option::is_none) && app.asked_step.with(Option::is_none))
                    .then(|| {
                        view! {
                            <p class="recipe__empty">
                                "No steps yet. Click a value to keep only its rows, or open a column's menu. The source stays as it is."
                            </p>
                        }
                    })
            }}
            {move || failed.get().map(|p| view! { <ProblemView problem=p on_repair=move |r: Repair| repair(app, None, r) /> })}
            <ol class="recipe__steps">
                <For
                    each=move || ids.get()
                    key=|id| *id
                    children=move |id| step_line(node, id, ids, counted, draft)
                />
            </ol>
        </section>
    }
}

fn step_line(
    node: NodeId,
    id: StepId,
    ids: Memo<Vec<StepId>>,
    counted: Memo<Vec<StepView>>,
    draft: RwSignal<Option<OpDraft>>,
) -> AnyView {
    let app = use_app();
    let counts = Memo::new(move |_| counted.with(|c| c.iter().find(|s| s.step == id).cloned()));
    let spec = Memo::new(move |_| {
        app.workspace.with(|w| w.recipe(node).and_then(|r| r.steps.iter().find(|s| s.id == id).cloned()))
    });
    let is_on = Memo::new(move |_| spec.with(|s| s.as_ref().is_none_or(|s| s.enabled)));
    let sentence = move || {
        let known = counts.with(|c| c.as_ref().map(|c| c.sentence.clone()));
        known.or_else(|| spec.with(|s| s.as_ref().map(|s| kind_label(&s.op).to_owned()))).unwrap_or_default()
    };
    let at = Memo::new(move |_| ids.with(|ids| ids.iter().position(|i| *i == id).unwrap_or(0)));
    let edit = move || {
        if let Some(op) = op_of(app, node, id) {
            draft.set(Some(OpDraft { node, step: Some(id), op }));
        }
    };
    let move_to = move |to: usize| app.dispatch(Command::MoveStep { node, step: id, to });
    let items = Callback::new(move |()| {
        let place = at.get_untracked();
        let last = ids.with_untracked(Vec::len).saturating_sub(1);
        let remove = move || {
            app.dispatch(Command::RemoveStep { node, step: id });
            app.say("Step removed", true);
        };
        vec![
            MenuItem::new("Change…", edit).icon(IconName::Pencil),
            MenuItem::new("Move up", move || move_to(place.saturating_sub(1)))
                .icon(IconName::ArrowUp)
                .disabled(place == 0),
            MenuItem::new("Move down", move || move_to(place + 1)).icon(IconName::ArrowDown).disabled(place >= last),
            MenuItem::new("Remove", remove).icon(IconName::Trash).destructive().new_group(),
        ]
    });
    let about = move || {
        let c = counts.get()?;
        if !c.enabled {
            return Some("Switched off".to_owned());
        }
        if !c.is_reached {
            return Some("Not reached: a step before it failed".to_owned());
        }
        if c.problem.is_some() {
            return None;
        }
        Some(if c.n_rows_before == c.n_rows_after {
            wording::plural(c.n_rows_after, "row", "rows")
        } else {
            format!("{} of {} rows", wording::format_count(c.n_rows_after), wording::format_count(c.n_rows_before))
        })
    };
    let icon = Signal::derive(move || {
        spec.with(|s| s.as_ref().map_or(IconName::Filter, |s| kind_icon(super::op_draft::kind_of(&s.op))))
    });
    let switch_label =
        Signal::derive(move || if is_on.get() { "Switch this step off" } else { "Switch this step on" }.to_owned());
    let switch_icon = Signal::derive(move || if is_on.get() { IconName::Eye } else { IconName::EyeOff });
    let state = move || match counts.with(|c| c.as_ref().map(|c| (c.problem.is_some(), c.is_reached))) {
        _ if !is_on.get() => "off",
        Some((true, _)) => "problem",
        Some((_, false)) => "unreached",
        _ => "on",
    };
    view! {
        <li class="step" data-state=state>
            <span class="step__icon"><Icon name=icon /></span>
            <div class="step__body">
                <button type="button" class="step__sentence" on:click=move |_| edit()>{sentence}</button>
                {move || about().map(|words| view! { <p class="step__counts">{words}</p> })}
                {move || counts.get().and_then(|c| c.remark).map(|words| view! { <p class="step__remark">{words}</p> })}
                {move || {
                    counts
                        .get()
                        .and_then(|c| c.problem)
                        .map(|p| view! { <ProblemView problem=p on_repair=move |r: Repair| repair(app, None, r) /> })
                }}
            </div>
            <div class="step__tools">
                <IconButton
                    label=switch_label
                    icon=switch_icon
                    on_click=move || app.dispatch(Command::ToggleStep { node, step: id })
                />
                <Menu label="More for this step" items=items />
            </div>
        </li>
    }
    .into_any()
}

fn op_of(app: App, node: NodeId, step: StepId) -> Option<Op> {
    app.workspace.with_untracked(|w| w.recipe(node)?.steps.iter().find(|s| s.id == step).map(|s| s.op.clone()))
}

fn kind_icon(kind: &str) -> IconName {
    match kind {
        "rename" => IconName::Pencil,
        "type" => IconName::Swap,
        "compute" => IconName::Calculator,
        "group" => IconName::Group,
        "sort" => IconName::Sort,
        "remove" => IconName::Trash,
        "select" | "unite" | "split" | "pivot" => IconName::Columns,
        "map" | "replace" | "unpivot" => IconName::Swap,
        "fill" | "complete" => IconName::Plus,
        "tidy" => IconName::Pencil,
        "split_rows" => IconName::List,
        "extract" => IconName::Search,
        "distinct" => IconName::Layers,
        "outliers" => IconName::ChartBar,
        _ => IconName::Filter,
    }
}
