//! What is different in a table's rows from the version before: how many cells of which column, and examples.

use crate::base::TableId;
use crate::base::wording::plural;
use crate::source::drift::{example_words, row_words};
use crate::source::{RowChanges, RowFate};
use crate::ui::parts::{EmptyState, SidePanel};
use crate::ui::state::use_app;
use leptos::prelude::*;

#[component]
pub fn ChangesPanel(table: TableId) -> impl IntoView {
    let app = use_app();
    let rows = Memo::new(move |_| app.workspace.get().table(table).and_then(|(_, t)| t.drift.clone()?.rows));
    let name = Signal::derive(move || app.workspace.get().table(table).map(|(s, _)| s.name.clone()));
    view! {
        <SidePanel title="What changed" subtitle=name on_close=move || app.panel.set(None)>
            {move || match rows.get() {
                Some(rows) => contents(&rows),
                None => view! { <EmptyState title="Nothing to compare" /> }.into_any(),
            }}
        </SidePanel>
    }
}

fn contents(rows: &RowChanges) -> AnyView {
    let told_by = match rows.key.as_slice() {
        [] => "No column tells the rows apart, so whole rows were compared.".to_owned(),
        key => format!("Rows are told apart by {}.", crate::base::wording::list(key)),
    };
    let columns = rows.cells.iter().map(|c| format!("{}: {}", c.column, plural(c.n_cells, "cell", "cells")));
    let sections = [
        ("Cells changed", columns.collect::<Vec<_>>()),
        ("Rows that changed", examples(rows, RowFate::Changed)),
        ("Rows added", examples(rows, RowFate::Added)),
        ("Rows removed", examples(rows, RowFate::Removed)),
    ];
    let shown = sections.into_iter().filter(|(_, lines)| !lines.is_empty()).map(section).collect_view();
    view! {
        <p class="panel__note">{crate::base::wording::sentence_case(&row_words(rows))} ". " {told_by}</p>
        {shown}
        <p class="panel__note">"The first few of each are shown; all are counted."</p>
    }
    .into_any()
}

fn examples(rows: &RowChanges, fate: RowFate) -> Vec<String> {
    rows.examples.iter().filter(|row| row.fate == fate).map(example_words).collect()
}

fn section((title, lines): (&'static str, Vec<String>)) -> AnyView {
    let lines = lines.into_iter().map(|line| view! { <li class="remarks__item">{line}</li> }).collect_view();
    view! {
        <section class="side-panel__section">
            <h3 class="side-panel__section-title">{title}</h3>
            <ul class="remarks">{lines}</ul>
        </section>
    }
    .into_any()
}
