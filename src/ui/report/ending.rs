//! What stands at the end: data quality, sources, methods.

use super::document::Page;
use super::verdict::sign_of;
use crate::base::wording;
use crate::report::QualityItem;
use crate::ui::parts::StateTag;
use leptos::prelude::*;

pub(super) fn quality_view(items: Vec<QualityItem>) -> AnyView {
    let lines: Vec<_> = items
        .into_iter()
        .map(|item| {
            let (kind, word) = sign_of(item.state);
            view! {
                <li class="quality__item" data-state=kind.word()>
                    <StateTag state=kind label=word />
                    <span>{item.text}</span>
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
            view! {
                <tr>
                    <th scope="row">{s.name}</th>
                    <td>{s.origin}</td>
                    <td data-align="end">{wording::format_count(s.n_rows)}</td>
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
