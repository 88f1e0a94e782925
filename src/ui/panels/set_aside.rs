//! The rows that were not loaded, as they stand in the file.

use crate::base::TableId;
use crate::base::wording::{format_count, plural};
use crate::source::{Ledger, SetAside};
use crate::ui::parts::{EmptyState, IconName, LedgerBar, SidePanel, ledger_words};
use crate::ui::state::use_app;
use leptos::prelude::*;

/// More of a row than this is of no use on a screen.
const TEXT_SHOWN: usize = 400;

#[component]
pub fn SetAsidePanel(table: TableId) -> impl IntoView {
    let app = use_app();
    let ledger =
        Memo::new(move |_| app.workspace.get().table(table).map(|(_, t)| t.ledger.clone()).unwrap_or_default());
    let name = Signal::derive(move || app.workspace.get().table(table).map(|(s, _)| s.name.clone()));
    view! {
        <SidePanel title="Set aside" subtitle=name on_close=move || app.panel.set(None)>
            {move || contents(&ledger.get())}
        </SidePanel>
    }
}

fn contents(ledger: &Ledger) -> AnyView {
    if ledger.n_set_aside == 0 && ledger.changed.is_empty() {
        return view! {
            <EmptyState icon=IconName::CircleCheck title="Nothing was set aside" text="Every row of the file was loaded as it is." />
        }
        .into_any();
    }
    let n_listed = ledger.set_aside.len() as u64;
    let unlisted = (ledger.n_set_aside > n_listed).then(|| {
        let words = format!(
            "The first {} of {} are listed; all are counted.",
            format_count(n_listed),
            format_count(ledger.n_set_aside)
        );
        view! { <p class="panel__note">{words}</p> }
    });
    let rows = ledger.set_aside.iter().map(row).collect_view();
    let changed = (!ledger.changed.is_empty()).then(|| {
        let lines = ledger
            .changed
            .iter()
            .map(|c| {
                let cells = plural(c.cells, "cell", "cells");
                view! { <li class="remarks__item">{format!("{}: {}, {cells}", c.column, c.rule)}</li> }
            })
            .collect_view();
        view! {
            <section class="side-panel__section">
                <h3 class="side-panel__section-title">"Cells read by a rule"</h3>
                <ul class="remarks">{lines}</ul>
            </section>
        }
    });
    view! {
        <div class="aside__account">
            <LedgerBar ledger=ledger.clone() />
            <p class="table-part__words">{ledger_words(ledger)}</p>
        </div>
        <ol class="aside__list">{rows}</ol>
        {unlisted}
        {changed}
    }
    .into_any()
}

fn row(row: &SetAside) -> AnyView {
    let mut text: String = row.text.chars().take(TEXT_SHOWN).collect();
    if text.len() < row.text.len() {
        text.push('…');
    }
    view! {
        <li class="aside__row">
            <p class="aside__where">
                <span class="aside__line">{format!("Line {}", format_count(row.line))}</span>
                <span class="aside__reason">{row.reason.clone()}</span>
                <span class="aside__byte">{format!("byte {}", format_count(row.byte))}</span>
            </p>
            <pre class="aside__text">{text}</pre>
        </li>
    }
    .into_any()
}
