//! What stands at the end: data quality, sources, methods.

use super::block::opener;
use super::document::Page;
use super::verdict::sign_of;
use crate::base::wording;
use crate::report::QualityItem;
use crate::source::SourceSpec;
use crate::table::SourceRef;
use crate::ui::parts::StateTag;
use crate::ui::state::Panel;
use leptos::prelude::*;

pub(super) fn quality_view(page: Page, items: Vec<QualityItem>) -> AnyView {
    let lines: Vec<_> = items
        .into_iter()
        .map(|item| {
            let (kind, word) = sign_of(item.state);
            let text = match item.explain {
                Some(explain) => opener(page, item.text, explain),
                None => view! { <span>{item.text}</span> }.into_any(),
            };
            view! {
                <li class="quality__item" data-state=kind.word()>
                    <StateTag state=kind label=word />
                    {text}
                </li>
            }
            .into_any()
        })
        .collect();
    let nothing = lines.is_empty().then(|| {
        view! {
            <p class="muted">
                "Every row was loaded, and nothing was changed while reading."
            </p>
        }
    });
    view! {
        <h2 class="block__title">"Data quality"</h2>
        {nothing}
        <ul class="quality">{lines}</ul>
    }
    .into_any()
}

pub(super) fn sources_view(page: Page) -> AnyView {
    let sources = page.report.with(|r| r.as_ref().map(|r| r.sources.clone()).unwrap_or_default());
    let lines: Vec<_> = sources
        .into_iter()
        .map(|s| {
            let read = day_words(&s.read_at);
            let hash = s.fingerprint.short().to_owned();
            let n_rows = source_rows(page, &s);
            view! {
                <tr>
                    <th scope="row">{s.name}</th>
                    <td>{s.origin}</td>
                    <td data-align="end">{n_rows}</td>
                    <td data-align="end">{wording::format_bytes(s.size_bytes)}</td>
                    <td>{read}</td>
                    <td>
                        <code title=format!("SHA-256 {}", s.fingerprint)>{hash}</code>
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <h2 class="block__title">"Sources"</h2>
        <div class="sheet" tabindex="0" role="region" aria-label="Sources">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Origin"</th>
                        <th scope="col" data-align="end">"Rows"</th>
                        <th scope="col" data-align="end">"Size"</th>
                        <th scope="col">"Read"</th>
                        <th scope="col">"Hash"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The number of a source's rows; where the source is here, it opens how they were loaded.
fn source_rows(page: Page, source: &SourceRef) -> AnyView {
    let words = wording::format_count(source.n_rows);
    let here = page.app.workspace.with_untracked(|w| {
        let is_it = |s: &&SourceSpec| s.fingerprint == source.fingerprint && s.name == source.name;
        w.sources.iter().find(is_it).map(|s| s.id)
    });
    match here.filter(|_| page.is_live) {
        Some(id) => {
            let label = format!("{words} rows of {}: how they were loaded", source.name);
            let open = move |_| page.app.panel.set(Some(Panel::Source(id)));
            view! { <button type="button" class="opens" aria-label=label on:click=open>{words}</button> }.into_any()
        }
        None => words.into_any(),
    }
}

/// The day of an ISO 8601 moment.
fn day_words(iso: &str) -> String {
    let day = iso.get(..10).and_then(|d| d.parse::<chrono::NaiveDate>().ok());
    day.map_or_else(|| if iso.is_empty() { "not known".to_owned() } else { iso.to_owned() }, wording::format_date)
}

pub(super) fn methods_view(paragraphs: Vec<String>) -> AnyView {
    let lines: Vec<_> = paragraphs.into_iter().map(|p| view! { <p>{p}</p> }.into_any()).collect();
    view! {
        <h2 class="block__title">"Methods"</h2>
        <div class="methods">{lines}</div>
    }
    .into_any()
}
