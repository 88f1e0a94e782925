//! Short words at the edge of the screen, spoken as they come.

use super::{Button, ButtonKind, Icon, IconButton, IconName};
use crate::ui::state::{Toast, use_app};
use leptos::prelude::*;
use std::time::Duration;

/// How long a word stays that needs no answer.
const STAYS: Duration = Duration::from_secs(7);

#[component]
pub fn Toasts() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || app.toasts.get() key=|t| t.id let:toast>
                {toast_line(toast)}
            </For>
        </div>
    }
}

fn toast_line(toast: Toast) -> AnyView {
    let app = use_app();
    let id = toast.id;
    let is_problem = toast.problem.is_some();
    if !is_problem {
        set_timeout(move || app.dismiss_toast(id), STAYS);
    }
    let why = toast.problem.map(|p| {
        let next = p.hints.first().map(|h| h.text.clone());
        [Some(p.why), next].into_iter().flatten().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
    });
    let undo = move || {
        app.undo();
        app.dismiss_toast(id);
    };
    view! {
        <div class="toast" data-state=if is_problem { "stop" } else { "fine" }>
            {is_problem.then(|| view! { <Icon name=IconName::Warning /> })}
            <div class="toast__text">
                <p>{toast.text}</p>
                {why.filter(|w| !w.is_empty()).map(|w| view! { <p class="toast__why">{w}</p> })}
            </div>
            {toast.can_undo.then(|| view! { <Button label="Undo" kind=ButtonKind::Plain on_click=undo /> })}
            <IconButton label="Dismiss" icon=IconName::Close on_click=move || app.dismiss_toast(id) />
        </div>
    }
    .into_any()
}
