//! All that is known of a source.

use crate::base::SourceId;
use crate::base::wording::{format_bytes, format_count};
use crate::source::{Origin, SourceSpec, TableSpec};
use crate::ui::parts::{Button, EmptyState, IconName, LedgerBar, SidePanel, account_words, ledger_words};
use crate::ui::sources::{columns_words, when_words};
use crate::ui::state::{Panel, use_app};
use leptos::prelude::*;

#[component]
pub fn SourceDetailsPanel(id: SourceId) -> impl IntoView {
    let app = use_app();
    let source = Memo::new(move |_| app.workspace.get().source(id).cloned());
    let title = Signal::derive(move || source.get().map_or_else(|| "Source".to_owned(), |s| s.name));
    let body = move || match source.get() {
        Some(source) => contents(&source),
        None => view! { <EmptyState title="This source was removed" /> }.into_any(),
    };
    view! { <SidePanel title=title on_close=move || app.panel.set(None)>{body}</SidePanel> }
}

fn contents(source: &SourceSpec) -> AnyView {
    let app = use_app();
    let id = source.id;
    let mut facts = vec![("From", source.origin.label().to_owned())];
    let is_web = matches!(source.origin, Origin::Api(_));
    if let Origin::Api(api) = &source.origin {
        facts.push(("Address", api.url.clone()));
    }
    facts.push(("Size", format_bytes(source.size_bytes)));
    facts.push((if is_web { "Fetched" } else { "Read" }, when_words(&source.read_at)));
    facts.push(("SHA-256", source.fingerprint.as_str().to_owned()));
    let refresh = is_web.then(|| {
        view! {
            <div class="form__actions">
                <Button label="Refresh" icon=IconName::Refresh on_click=move || app.refresh(id) />
                <Button label="Change the request" on_click=move || app.edit_request(id) />
            </div>
        }
    });
    let tables = source.tables.iter().map(|table| table_section(source, table)).collect_view();
    view! {
        {fact_list(facts)}
        {refresh}
        {tables}
    }
    .into_any()
}

fn fact_list(facts: Vec<(&'static str, String)>) -> AnyView {
    let lines = facts.into_iter().map(|(what, value)| view! { <dt>{what}</dt><dd>{value}</dd> }).collect_view();
    view! { <dl class="facts">{lines}</dl> }.into_any()
}

fn table_section(source: &SourceSpec, table: &TableSpec) -> AnyView {
    let app = use_app();
    let id = table.id;
    let reading = &table.reading;
    let mut facts = vec![("Size", columns_words(table.n_rows, table.columns.len()))];
    facts.push(("Format", format!("{:?}", reading.format).to_uppercase()));
    if let Some(encoding) = &reading.encoding {
        facts.push(("Characters", encoding.clone()));
    }
    if let Some(delimiter) = reading.delimiter {
        let word = match delimiter {
            ',' => "comma".to_owned(),
            ';' => "semicolon".to_owned(),
            '\t' => "tab".to_owned(),
            other => other.to_string(),
        };
        facts.push(("Separator", word));
    }
    facts.push(("Header rows", reading.header_rows.to_string()));
    if reading.skipped_lines > 0 {
        facts.push(("Lines above it", reading.skipped_lines.to_string()));
    }
    if let Some(path) = &reading.record_path {
        facts.push(("Records at", path.clone()));
    }
    facts.push(("Rows in file", format_count(table.ledger.n_rows_in_file)));
    let see = account_words(source, table).map(|words| {
        let open = move |_| app.panel.set(Some(Panel::SetAside(id)));
        view! {
            " · "
            <button type="button" class="link" on:click=open>{words}</button>
        }
    });
    let remarks =
        table.notices.iter().map(|n| view! { <li class="remarks__item">{n.text.clone()}</li> }).collect_view();
    let title = if table.part.is_empty() { table.name.clone() } else { format!("{} ({})", table.name, table.part) };
    view! {
        <section class="side-panel__section">
            <h3 class="side-panel__section-title">{title}</h3>
            <LedgerBar ledger=table.ledger.clone() />
            <p class="table-part__words">{ledger_words(&table.ledger)}{see}</p>
            {fact_list(facts)}
            <ul class="remarks">{remarks}</ul>
        </section>
    }
    .into_any()
}
