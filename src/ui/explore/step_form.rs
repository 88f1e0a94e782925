//! Writing a step: its fields, what it would do, and the button that does it.

use super::nodes::{columns_of, use_nodes};
use super::op_draft::{KINDS, OpDraft, empty_op, kind_label, kind_of, what_is_missing};
use super::preview::Preview;
use super::step_fields::{Fields, step_fields};
use crate::base::{ColumnType, Problem};
use crate::protocol::{Query, View};
use crate::recipe::Op;
use crate::table::{ColumnInfo, TableProfile};
use crate::ui::parts::{Button, ButtonKind, IconButton, IconName, ProblemView};
use crate::ui::state::{Answer, runtime, use_app};
use crate::workspace::Command;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// The engine is asked once the typing pauses.
const PAUSE: Duration = Duration::from_millis(250);

#[component]
pub(super) fn StepForm(
    draft: OpDraft,
    #[prop(into)] profile: Signal<Option<Arc<TableProfile>>>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let OpDraft { node, step, op: first } = draft;
    let op = RwSignal::new(first.clone());
    let tried = RwSignal::new(first);
    let problem = RwSignal::new(None::<Problem>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop_timer = move || {
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
    };
    let set = move |new: Op| {
        op.set(new);
        problem.set(None);
        stop_timer();
        let later = move || {
            if let Some(now) = op.try_get_untracked() {
                tried.set(now);
            }
        };
        timer.set_value(set_timeout_with_handle(later, PAUSE).ok());
    };
    on_cleanup(stop_timer);

    let preview = app.want(move || {
        let op = tried.get();
        what_is_missing(&op).is_none().then_some(Query::Preview { node, op, replaces: step })
    });
    // A step that is there has already left its mark on the rows shown: its values are those it is
    // given.
    let before = app.want(move || step.map(|step| Query::ProfileBefore { node, step }));
    let profile = Memo::new(move |known: Option<&Option<Arc<TableProfile>>>| match (step, before.get().view()) {
        (None, _) => profile.get(),
        (Some(_), Some(View::Profile(profile))) => Some(Arc::new(profile.clone())),
        _ => known.cloned().flatten(),
    });
    let nodes = use_nodes(app);
    // For a step in the middle the columns are those before it, which its preview knows.
    let columns = Signal::derive(move || {
        let before = step.and_then(|_| match preview.get().view() {
            Some(View::Preview { before, .. }) => Some(
                before
                    .columns
                    .iter()
                    .map(|h| ColumnInfo { unit: h.unit.clone(), ..ColumnInfo::new(&h.name, h.column_type) })
                    .collect::<Vec<_>>(),
            ),
            _ => None,
        });
        before.unwrap_or_else(|| columns_of(app, nodes, node))
    });
    let missing = Signal::derive(move || op.with(what_is_missing));
    let add = move |op: Op| {
        let command = match step {
            Some(step) => Command::EditStep { node, step, op },
            None => Command::AddStep { node, op, at: None },
        };
        match app.try_dispatch(command) {
            Ok(()) => on_done.run(()),
            Err(found) => problem.set(Some(found)),
        }
    };
    let is_checking = RwSignal::new(false);
    // Only what can be carried out becomes a step. What is wrong stands in the preview.
    let send = move || {
        let op = op.get_untracked();
        if what_is_missing(&op).is_some() || is_checking.get_untracked() {
            return;
        }
        let is_tried = tried.with_untracked(|tried| *tried == op);
        match preview.get_untracked() {
            Answer::Ready { is_stale: false, .. } if is_tried => add(op),
            Answer::Failed(found) if is_tried && is_of_this_step(&found) => {}
            _ => {
                is_checking.set(true);
                spawn_local(async move {
                    let found = runtime().ask(Query::Preview { node, op: op.clone(), replaces: step }).await;
                    // The form may have been closed by now.
                    if is_checking.try_set(false).is_some() {
                        return;
                    }
                    match found {
                        Err(problem) if is_of_this_step(&problem) => tried.set(op),
                        _ => add(op),
                    }
                });
            }
        }
    };
    let root = NodeRef::<leptos::html::Form>::new();
    root.on_load(|form| {
        request_animation_frame(move || {
            let first = form.query_selector("select, input, textarea").ok().flatten();
            if let Some(first) = first.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = first.focus();
            }
        });
    });
    let kind = Memo::new(move |_| op.with(kind_of));
    let title = move || if step.is_some() { op.with(kind_label).to_owned() } else { "New step".to_owned() };
    let kinds = move || {
        step.is_none().then(|| {
            let chosen = kind.get();
            let options: Vec<_> = KINDS
                .into_iter()
                .map(|(key, label)| view! { <option value=key selected=key == chosen>{label}</option> }.into_any())
                .collect();
            let change = move |event| {
                let about = columns.with_untracked(|c| first_column(c, &op.get_untracked()));
                set(empty_op(&event_target_value(&event), about.as_ref()));
            };
            view! {
                <label class="field">
                    <span class="field__label">"What to do"</span>
                    <select prop:value=move || kind.get() on:change=change>{options}</select>
                </label>
            }
        })
    };
    let fields = Fields { node, step, op: op.into(), set: Callback::from(set), columns, profile: profile.into() };
    view! {
        <form
            class="step-form form"
            node_ref=root
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    on_done.run(());
                } else if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    send();
                }
            }
        >
            <header class="step-form__head">
                <h3 class="step-form__title">{title}</h3>
                <IconButton label="Close" icon=IconName::Close on_click=on_done />
            </header>
            {kinds}
            {step_fields(fields)}
            <Preview answer=preview missing=missing />
            {move || problem.get().map(|problem| view! { <ProblemView problem=problem /> })}
            <div class="form__actions">
                <Button
                    label=if step.is_some() { "Change step" } else { "Add step" }
                    kind=ButtonKind::Primary
                    submits=true
                    disabled=Signal::derive(move || missing.get().is_some() || is_checking.get())
                    on_click=|| ()
                />
                <Button label="Cancel" kind=ButtonKind::Plain on_click=on_done />
            </div>
        </form>
    }
}

/// The problem of an earlier step is no reason not to write this one.
fn is_of_this_step(problem: &Problem) -> bool {
    problem.place.step.is_none()
}

/// The column the step was about, so that another kind starts from it.
fn first_column(columns: &[ColumnInfo], op: &Op) -> Option<ColumnInfo> {
    let name = op.first_column();
    let known = columns.iter().find(|c| c.name == name).cloned();
    known.or_else(|| (!name.is_empty()).then(|| ColumnInfo::new(name, ColumnType::Text)))
}
