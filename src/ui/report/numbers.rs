//! The key numbers in a row: label, number with unit, change, course. A click explains.

use super::document::Page;
use crate::report::FrozenNumber;
use crate::ui::state::Panel;
use leptos::prelude::*;

pub(super) fn numbers_view(page: Page, numbers: Vec<FrozenNumber>) -> AnyView {
    let cards: Vec<_> = numbers.into_iter().map(|n| card(page, n)).collect();
    view! { <div class="numbers">{cards}</div> }.into_any()
}

fn card(page: Page, number: FrozenNumber) -> AnyView {
    let FrozenNumber { label, text, unit, change, spark, explain, value } = number;
    let title = label.clone();
    let open = move |_| {
        page.app.panel.set(Some(Panel::Explain { title: title.clone(), explain: explain.clone() }));
    };
    let line = spark_path(&spark).map(|path| {
        view! {
            <svg class="number__spark" viewBox="0 0 96 24" preserveAspectRatio="none" aria-hidden="true">
                <path d=path fill="none" vector-effect="non-scaling-stroke"></path>
            </svg>
        }
    });
    // A date does not fit at the size of a number.
    let is_long = text.chars().count() > 9;
    view! {
        <button
            type="button"
            class="number-card"
            data-state=if value.is_none() { "unknown" } else { "known" }
            title="How this number was made"
            on:click=open
        >
            <span class="number-card__label">{label}</span>
            <span class="number-card__value" data-size=is_long.then_some("long")>
                {text} {unit.map(|u| view! { " " <span class="number-card__unit">{u}</span> })}
            </span>
            {change.map(|c| view! { <span class="number-card__change">{c}</span> })}
            {line}
        </button>
    }
    .into_any()
}

/// A line through the points, 96 × 24; breaks where a value is missing.
fn spark_path(points: &[f64]) -> Option<String> {
    use std::fmt::Write;
    let known = || points.iter().copied().filter(|v| v.is_finite());
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if known().count() < 2 {
        return None;
    }
    let span = if high > low { high - low } else { 1.0 };
    let step = 96.0 / (points.len() - 1) as f64;
    let mut path = String::new();
    let mut is_down = false;
    for (i, value) in points.iter().enumerate() {
        if !value.is_finite() {
            is_down = false;
            continue;
        }
        let y = if high > low { 22.0 - (value - low) / span * 20.0 } else { 12.0 };
        // Writing to a String cannot fail.
        let _ = write!(path, "{}{:.1} {y:.1}", if is_down { 'L' } else { 'M' }, i as f64 * step);
        is_down = true;
    }
    Some(path)
}
