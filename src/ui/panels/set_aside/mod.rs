//! The rows that were not loaded, as they stand in the file, and the cells that were read by a rule; each with what can
//! be done about it.

mod changes;
mod decided;
mod open_rows;
mod rules;

use crate::base::TableId;
use crate::ui::parts::{EmptyState, IconName, LedgerBar, SidePanel, ledger_words};
use crate::ui::state::use_app;
use changes::{Changes, Shown};
use leptos::prelude::*;

#[component]
pub fn SetAsidePanel(table: TableId) -> impl IntoView {
    let app = use_app();
    let shown = Memo::new(move |_| app.workspace.get().table(table).map(|(s, t)| Shown::of(s, t)));
    let changes = Changes::new(app, shown);
    let name = Signal::derive(move || app.workspace.get().table(table).map(|(s, _)| s.name.clone()));
    view! {
        <SidePanel title="Set aside" subtitle=name is_wide=true on_close=move || app.panel.set(None)>
            <p class="aside__said" role="status">{move || changes.said()}</p>
            <div class="aside" aria-busy=move || changes.is_busy().to_string()>
                {move || shown.get().map(|shown| contents(changes, &shown))}
            </div>
        </SidePanel>
    }
}

fn contents(changes: Changes, shown: &Shown) -> AnyView {
    let ledger = &shown.ledger;
    if ledger.n_set_aside == 0 && ledger.changed.is_empty() && shown.has_no_choices() {
        return view! {
            <EmptyState icon=IconName::CircleCheck title="Nothing was set aside" text="Every row of the file was loaded as it is." />
        }
        .into_any();
    }
    view! {
        <div class="aside__account">
            <LedgerBar ledger=ledger.clone() />
            <p class="table-part__words">{ledger_words(ledger)}</p>
        </div>
        {open_rows::open_rows(changes, ledger)}
        {decided::decided(changes, shown)}
        {rules::misfits(changes, shown)}
        {rules::rules(changes, shown)}
    }
    .into_any()
}

/// A heading that can be given the focus when what had it is gone.
fn heading(id: &'static str, words: &'static str) -> AnyView {
    view! { <h3 class="side-panel__section-title" id=id tabindex="-1">{words}</h3> }.into_any()
}

/// A button within a line: its word, and the whole of it for the ear.
fn act(word: &'static str, label: String, on_click: impl Fn() + 'static) -> AnyView {
    view! {
        <button type="button" class="link aside__act" aria-label=label on:click=move |_| on_click()>
            {word}
        </button>
    }
    .into_any()
}
