//! A table typed or pasted as text.

use crate::base::wording::plural;
use crate::ui::parts::{Button, ButtonKind, Field, SidePanel};
use crate::ui::state::use_app;
use leptos::prelude::*;

#[component]
pub fn PastePanel() -> impl IntoView {
    let app = use_app();
    let text = RwSignal::new(String::new());
    let is_empty = Signal::derive(move || text.with(|t| t.trim().is_empty()));
    let read = move || {
        if is_empty.get_untracked() {
            return;
        }
        app.add_text(text.get_untracked());
        app.panel.set(None);
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            read();
        }
    };
    let seen = move || {
        let n = text.with(|t| t.lines().filter(|l| !l.trim().is_empty()).count() as u64);
        (n > 0).then(|| plural(n, "line", "lines"))
    };
    view! {
        <SidePanel title="Paste a table" on_close=move || app.panel.set(None)>
            <div class="form">
                <Field label="Cells from a spreadsheet, CSV or JSON, with their header">
                    <textarea
                        data-autofocus
                        class="panel__paste"
                        rows="14"
                        spellcheck="false"
                        placeholder="sample\tplate\tyield\nS-001\tP7\t31.2"
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))
                        on:keydown=on_keydown
                    ></textarea>
                </Field>
                <div class="form__actions">
                    <Button label="Read it" kind=ButtonKind::Primary disabled=is_empty on_click=read />
                    <span class="panel__count">{seen}</span>
                </div>
                <p class="panel__note">"Next time, press Ctrl+V anywhere: no need to open this first."</p>
            </div>
        </SidePanel>
    }
}
