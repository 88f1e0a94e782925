//! Reading a web address or a `curl` line.

use crate::base::Problem;
use crate::ui::parts::{Button, ButtonKind, Field, IconButton, IconName, ProblemView, SidePanel};
use crate::ui::shell::AddressDraft;
use crate::ui::state::use_app;
use leptos::prelude::*;

/// A header that goes with the request, such as a key.
#[derive(Clone, Copy)]
struct HeaderDraft {
    id: u32,
    name: RwSignal<String>,
    value: RwSignal<String>,
}

#[component]
pub fn AddAddressPanel() -> impl IntoView {
    let app = use_app();
    let draft = use_context::<AddressDraft>().map_or_else(|| RwSignal::new(String::new()), |d| d.0);
    let headers = RwSignal::new(Vec::<HeaderDraft>::new());
    let problem = RwSignal::new(None::<Problem>);
    let is_empty = Signal::derive(move || draft.get().trim().is_empty());
    let fetch = move || {
        let text = draft.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        let headers = headers
            .get_untracked()
            .iter()
            .map(|h| (h.name.get_untracked().trim().to_owned(), h.value.get_untracked()))
            .filter(|(name, _)| !name.is_empty())
            .collect();
        match app.add_address(text.trim(), headers) {
            Ok(()) => {
                draft.set(String::new());
                app.panel.set(None);
            }
            Err(p) => problem.set(Some(p)),
        }
    };
    let add_header = move || {
        headers.update(|all| {
            let id = all.last().map_or(0, |h| h.id + 1);
            all.push(HeaderDraft { id, name: RwSignal::new(String::new()), value: RwSignal::new(String::new()) });
        });
    };
    let header_line = move |h: HeaderDraft| {
        view! {
            <div class="header-line">
                <input
                    class="input"
                    aria-label="Name of the header"
                    placeholder="Authorization"
                    autocomplete="off"
                    prop:value=move || h.name.get()
                    on:input=move |e| h.name.set(event_target_value(&e))
                />
                <input
                    class="input"
                    type="password"
                    aria-label="Value of the header"
                    placeholder="Bearer …"
                    autocomplete="off"
                    prop:value=move || h.value.get()
                    on:input=move |e| h.value.set(event_target_value(&e))
                />
                <IconButton
                    label="Remove this header"
                    icon=IconName::Close
                    on_click=move || headers.update(|all| all.retain(|other| other.id != h.id))
                />
            </div>
        }
        .into_any()
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fetch();
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            fetch();
        }
    };
    view! {
        <SidePanel title="Read a web address" on_close=move || app.panel.set(None)>
            <form class="form" on:submit=on_submit>
                <Field
                    label="Address, or a curl line"
                    hint="JSON, CSV, Excel, Parquet or Arrow. Paged answers are followed to the last page."
                >
                    <textarea
                        data-autofocus
                        class="panel__address"
                        rows="4"
                        spellcheck="false"
                        autocapitalize="off"
                        placeholder="https://clinicaltrials.gov/api/v2/studies?query.cond=asthma"
                        prop:value=move || draft.get()
                        on:input=move |event| {
                            draft.set(event_target_value(&event));
                            problem.set(None);
                        }
                        on:keydown=on_keydown
                    ></textarea>
                </Field>
                <div class="form__headers">
                    <For each=move || headers.get() key=|h| h.id let:header>
                        {header_line(header)}
                    </For>
                    <Button label="Add a header or key" icon=IconName::Plus kind=ButtonKind::Plain on_click=add_header />
                </div>
                {move || problem.get().map(|p| view! { <ProblemView problem=p /> })}
                <div class="form__actions">
                    <Button label="Fetch" kind=ButtonKind::Primary submits=true disabled=is_empty on_click=|| {} />
                </div>
                <p class="panel__note">
                    "The request goes from this browser straight to that host. Headers and keys are kept in memory until the page is closed, and are never saved or shared."
                </p>
            </form>
        </SidePanel>
    }
}
