//! The filters in force, as chips: none is hidden.

use super::op_draft::OpDraft;
use crate::base::NodeId;
use crate::recipe::{Op, Step};
use crate::report::test_words;
use crate::ui::parts::Chip;
use crate::ui::state::use_app;
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub(super) fn FilterChips(node: NodeId, draft: RwSignal<Option<OpDraft>>) -> impl IntoView {
    let app = use_app();
    let filters = Memo::new(move |_| {
        app.workspace.with(|w| {
            let steps = w.recipe(node).map(|r| r.steps.clone()).unwrap_or_default();
            steps.into_iter().filter(|s| matches!(s.op, Op::Filter { .. })).collect::<Vec<_>>()
        })
    });
    let chip = move |step: Step| {
        let Op::Filter { column, test } = &step.op else { return ().into_any() };
        let words = test_words(column, test);
        let id = step.id;
        let op = step.op.clone();
        view! {
            <Chip
                label=words
                is_off=!step.enabled
                on_click=Callback::new(move |()| draft.set(Some(OpDraft { node, step: Some(id), op: op.clone() })))
                on_remove=Callback::new(move |()| app.dispatch(Command::RemoveStep { node, step: id }))
            />
        }
        .into_any()
    };
    view! {
        <div class="chips" role="group" aria-label="Filters">
            <For each=move || filters.get() key=|s| (s.id, s.enabled, format!("{:?}", s.op)) children=chip />
        </div>
    }
}
