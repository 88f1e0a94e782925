//! Writing the verdict: it begins with what it says now.

use super::forms::focused;
use crate::report::{BlockSpec, FrozenContent};
use crate::ui::parts::{Button, ButtonKind, IconName};
use leptos::prelude::*;

const WRITTEN: &str = "Written from the findings";

#[component]
pub(super) fn VerdictFields(draft: RwSignal<BlockSpec>, said: Option<FrozenContent>) -> impl IntoView {
    let (sentence, action) = match said {
        Some(FrozenContent::Verdict { sentence, action, .. }) => (sentence, action),
        _ => (String::new(), String::new()),
    };
    // What stands in the fields; only what the user changes becomes the user's own.
    let (sentence, action) = (RwSignal::new(sentence), RwSignal::new(action));
    let area = NodeRef::new();
    focused(area);
    let write = move |event| {
        let now = event_target_value(&event);
        sentence.set(now.clone());
        draft.update(|d| {
            if let BlockSpec::Verdict { text, .. } = d {
                *text = Some(now).filter(|t| !t.trim().is_empty());
            }
        });
    };
    let write_action = move |event| {
        let now = event_target_value(&event);
        action.set(now.clone());
        draft.update(|d| {
            if let BlockSpec::Verdict { action, .. } = d {
                *action = Some(now);
            }
        });
    };
    let reset = move || {
        draft.set(BlockSpec::VERDICT);
        sentence.set(String::new());
        action.set(String::new());
    };
    view! {
        <label class="field">
            <span class="field__label">"Your verdict, in one sentence"</span>
            <textarea
                rows="3"
                node_ref=area
                placeholder=WRITTEN
                prop:value=move || sentence.get()
                on:input=write
            ></textarea>
            <span class="field__hint">"Leave it empty to have it written from the findings."</span>
        </label>
        <label class="field">
            <span class="field__label">"What to do first"</span>
            <input
                type="text"
                placeholder=move || draft.with(|d| *d == BlockSpec::VERDICT).then_some(WRITTEN)
                prop:value=move || action.get()
                on:input=write_action
            />
        </label>
        <div>
            <Button
                label="Write both from the findings"
                kind=ButtonKind::Plain
                icon=IconName::Refresh
                disabled=Signal::derive(move || draft.with(|d| *d == BlockSpec::VERDICT))
                on_click=reset
            />
        </div>
    }
}
