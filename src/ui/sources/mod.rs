//! The sources: what was read, what was not, how fresh it is, and how to read it otherwise.

mod columns;
mod drifted;
mod incomplete;
mod newer;
mod options;
mod period;
mod source_card;
mod table_part;
mod words;

pub use words::{columns_words, origin_icon, when_words};

use crate::base::wording::{format_count, plural};
use crate::ui::combine::use_suggestions;
use crate::ui::parts::{Button, ButtonKind, EmptyState, IconName, Jobs};
use crate::ui::shell::{choose_files, repair};
use crate::ui::state::{Panel, Place, use_app};
use leptos::prelude::*;
use source_card::SourceCard;

#[component]
pub fn SourcesScreen() -> impl IntoView {
    let app = use_app();
    let ids = Memo::new(move |_| app.workspace.get().sources.iter().map(|s| s.id).collect::<Vec<_>>());
    let is_empty = Memo::new(move |_| ids.get().is_empty());
    let lead = move || {
        let workspace = app.workspace.get();
        let n_rows: u64 = workspace.tables().map(|(_, t)| t.ledger.n_loaded).sum();
        let n_aside: u64 = workspace.tables().map(|(_, t)| t.ledger.n_open()).sum();
        let n_dropped: u64 = workspace.tables().map(|(_, t)| t.ledger.n_dropped).sum();
        let aside = match n_aside {
            0 => "nothing set aside".to_owned(),
            n => format!("{} set aside", format_count(n)),
        };
        let dropped =
            if n_dropped > 0 { format!(", {} dropped by you", format_count(n_dropped)) } else { String::new() };
        format!("{} loaded, {aside}{dropped}: every row of every file is accounted for.", plural(n_rows, "row", "rows"))
    };
    let suggestions = use_suggestions().open;
    let next = move || {
        let n = suggestions.get().len() as u64;
        let (label, place) = match n {
            0 => ("Read the report".to_owned(), Place::Report),
            n => (format!("Confirm {}", plural(n, "match", "matches")), Place::Combine),
        };
        view! { <Button label=label icon=IconName::ArrowRight kind=ButtonKind::Primary on_click=move || app.place.set(place) /> }
    };
    let on_repair = Callback::new(move |(r,)| repair(app, None, r));
    view! {
        <div class="page sources">
            <header class="page__head">
                <div>
                    <h1>"Sources"</h1>
                    {move || (!is_empty.get()).then(|| view! { <p class="page__lead">{lead}</p> })}
                </div>
                <div class="page__actions">
                    <AddButtons />
                    {move || (!is_empty.get()).then(next)}
                </div>
            </header>
            <Jobs on_repair=on_repair />
            <Show
                when=move || !is_empty.get()
                fallback=move || {
                    view! {
                        <Show when=move || app.jobs.get().is_empty()>
                            <EmptyState title="Nothing here yet" text="Drop a file anywhere, or try the sequencing sample.">
                                <Button label="Choose files" icon=IconName::File kind=ButtonKind::Primary on_click=choose_files />
                                <Button label="Open the sample" on_click=move || app.open_sample("sequencing") />
                            </EmptyState>
                        </Show>
                    }
                }
            >
                <ul class="sources__list">
                    <For each=move || ids.get() key=|id| *id let:id>
                        <li><SourceCard id=id /></li>
                    </For>
                </ul>
            </Show>
        </div>
    }
}

#[component]
fn AddButtons() -> impl IntoView {
    let app = use_app();
    view! {
        <Button label="Add files" icon=IconName::Plus on_click=choose_files />
        <Button label="Paste" icon=IconName::ClipboardPaste on_click=move || app.panel.set(Some(Panel::Paste)) />
        <Button label="Web address" icon=IconName::Globe on_click=move || app.panel.set(Some(Panel::AddAddress)) />
    }
}
