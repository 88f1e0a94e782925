//! What was decided on rows, each to be taken back.

use super::changes::{Changes, Shown};
use super::{act, heading};
use crate::base::wording::{format_count, plural};
use crate::source::{Decided, Decision, Remedy, Rows};
use leptos::prelude::*;

/// The heading's id.
pub const SECTION: &str = "aside-decided";

pub fn decided(changes: Changes, shown: &Shown) -> Option<AnyView> {
    let of_part = shown.reader.decisions.iter().filter(|d| d.part == shown.part);
    let mut found: Vec<(&Decision, Vec<&Decided>)> = of_part.map(|d| (d, Vec::new())).collect();
    if found.is_empty() {
        return None;
    }
    for row in &shown.ledger.decided {
        let by = shown.reader.decision_on(&shown.part, row);
        let place = found.iter_mut().find(|(decision, _)| by.is_some_and(|by| std::ptr::eq(by, *decision)));
        if let Some((_, rows)) = place {
            rows.push(row);
        }
    }
    let lines = found.into_iter().map(|(decision, rows)| line(changes, decision, &rows)).collect_view();
    Some(
        view! {
            <section class="side-panel__section">
                {heading(SECTION, "Decided by you")}
                <ul class="aside__rules">{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

fn line(changes: Changes, decision: &Decision, rows: &[&Decided]) -> AnyView {
    let done = match &decision.remedy {
        Remedy::Replace(_) => "repaired",
        Remedy::Keep => "kept",
        Remedy::Drop => "dropped",
    };
    let what = match &decision.rows {
        // Where it is now, which may be another line than when it was decided on.
        Rows::One { line, .. } => format!("Line {}", format_count(rows.first().map_or(*line, |row| row.line))),
        Rows::Alike { reason } => format!("All set aside for “{reason}”"),
    };
    let words = match &decision.rows {
        Rows::One { .. } if rows.is_empty() => format!("{what}: {done}, but there is no such row now"),
        Rows::One { .. } => format!("{what}: {done}"),
        Rows::Alike { .. } => format!("{what}: {done}, {}", plural(rows.len() as u64, "row listed", "rows listed")),
    };
    let texts = match &decision.rows {
        Rows::One { text, .. } => {
            let new = match &decision.remedy {
                Remedy::Replace(new) => Some(view! { <pre class="aside__text" data-state="new">{new.clone()}</pre> }),
                _ => None,
            };
            view! {
                <pre class="aside__text" data-state=new.is_some().then_some("old")>{text.clone()}</pre>
                {new}
            }
            .into_any()
        }
        Rows::Alike { .. } if rows.is_empty() => ().into_any(),
        Rows::Alike { .. } => {
            let all: Vec<String> = rows.iter().map(|row| format!("{}: {}", format_count(row.line), row.text)).collect();
            view! {
                <details class="more">
                    <summary class="more__summary">"See the rows"</summary>
                    <pre class="aside__text">{all.join("\n")}</pre>
                </details>
            }
            .into_any()
        }
    };
    let taken = decision.clone();
    let label = format!("Take back: {}", words.to_lowercase());
    let take_back = act("Take back", label, move || {
        changes.take_back(&taken, format!("take back: {what} {done}"), format!("{what}: taken back."));
    });
    view! {
        <li class="aside__rule">
            <span class="aside__words">{words.clone()}</span>
            <span class="aside__acts">{take_back}</span>
            <div class="aside__rest">{texts}</div>
        </li>
    }
    .into_any()
}
