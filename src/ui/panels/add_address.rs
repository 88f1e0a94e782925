//! Reading web addresses or `curl` lines, and changing what a source asks.

use super::header_lines::{HeaderLines, HeaderLinesView};
use super::paging_fields::{PagingDraft, PagingFields};
use crate::base::Problem;
use crate::base::wording::format_count;
use crate::source::{ApiRequest, parse_address, parse_addresses};
use crate::ui::parts::{Button, ButtonKind, Field, ProblemView, SidePanel};
use crate::ui::shell::AddressDraft;
use crate::ui::state::{Panel, RequestDraft, use_app};
use leptos::prelude::*;

#[component]
pub fn AddAddressPanel() -> impl IntoView {
    let app = use_app();
    let edited = match app.panel.get_untracked() {
        Some(Panel::EditAddress(draft)) => Some(*draft),
        _ => None,
    };
    let is_edit = edited.is_some();
    let start = edited.unwrap_or_else(|| RequestDraft::of_text(String::new()));
    let RequestDraft { text, paging, max_pages, headers, replaces, of_job } = start;
    // What was typed for a new source stays when the panel is closed.
    let kept = use_context::<AddressDraft>().map(|d| d.0).filter(|_| !is_edit);
    let draft = kept.unwrap_or_else(|| RwSignal::new(text));
    let paging = PagingDraft::new(&paging, max_pages);
    let headers = HeaderLines::new(headers, is_edit);
    let problem = RwSignal::new(None::<Problem>);
    let is_empty = Signal::derive(move || draft.get().trim().is_empty());

    let requests = move || -> Result<Vec<ApiRequest>, Problem> {
        let (text, headers) = (draft.get_untracked(), headers.all());
        let (paging, max_pages) = paging.chosen()?;
        let mut requests = match is_edit {
            true => vec![parse_address(&text, &headers)?],
            false => parse_addresses(&text, &headers)?,
        };
        for request in &mut requests {
            request.spec.paging = paging.clone();
            request.spec.max_pages = max_pages;
        }
        Ok(requests)
    };
    let fetch = move || {
        if is_empty.get_untracked() {
            return;
        }
        match requests() {
            Ok(requests) => {
                if let Some(job) = of_job {
                    app.dismiss_job(job);
                }
                app.add_requests(requests, replaces);
                draft.set(String::new());
                app.panel.set(None);
            }
            Err(p) => problem.set(Some(p)),
        }
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
    let title = if is_edit { "Change the request" } else { "Read a web address" };
    let label = if is_edit { "Address, or a curl line" } else { "Addresses, one a line, or a curl line" };
    let hint = move || {
        let formats = "JSON, CSV, Excel, Parquet, Arrow or SQLite.";
        match paging.limit() {
            _ if paging.is_single_page() => format!("{formats} Only the first page of a paged answer is read."),
            Some(limit) => {
                format!("{formats} The pages of a paged answer are followed, up to {}.", format_count(u64::from(limit)))
            }
            None => formats.to_owned(),
        }
    };
    let what_happens = replaces.map(|id| {
        let name = app.workspace.get_untracked().source(id).map(|s| s.name.clone()).unwrap_or_default();
        view! { <p class="panel__note">{format!("The answer takes the place of {name}. This can be undone.")}</p> }
    });
    // The browser's own checks are off: what is wrong is said below, as everywhere.
    view! {
        <SidePanel title=title on_close=move || app.panel.set(None)>
            <form class="form" novalidate=true on:submit=on_submit>
                {what_happens}
                <Field label=label hint=Signal::derive(hint)>
                    <textarea
                        data-autofocus=(!is_edit).then_some("")
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
                <HeaderLinesView lines=headers takes_focus=is_edit />
                <PagingFields draft=paging />
                {move || problem.get().map(|p| view! { <ProblemView problem=p /> })}
                <div class="form__actions">
                    <Button
                        label=if is_edit { "Fetch again" } else { "Fetch" }
                        kind=ButtonKind::Primary
                        submits=true
                        disabled=is_empty
                        on_click=|| {}
                    />
                </div>
                <p class="panel__note">
                    "The request goes from this browser straight to that host. Headers are kept in memory until the page is closed, and are never saved or shared. A key that stands in the address itself is saved with it in this browser and in project files; links and report files leave it out."
                </p>
            </form>
        </SidePanel>
    }
}
