//! The legend: names that switch their series off and on.

use crate::chart::LegendEntry;
use leptos::prelude::*;

#[component]
pub(super) fn Legend(
    #[prop(into)] entries: Signal<Vec<LegendEntry>>,
    #[prop(into)] on_toggle: Callback<(String,)>,
) -> impl IntoView {
    let entry = move |e: LegendEntry| {
        let name = e.name.clone();
        view! {
            <button
                type="button"
                class="chart__series"
                aria-pressed=(!e.is_hidden).to_string()
                on:click=move |_| on_toggle.run((name.clone(),))
            >
                <span class="chart__swatch" style=format!("background:{}", e.color.css())></span>
                {e.name}
            </button>
        }
        .into_any()
    };
    move || {
        let entries = entries.get();
        (!entries.is_empty()).then(|| {
            let lines: Vec<_> = entries.into_iter().map(entry).collect();
            view! { <div class="chart__legend" role="group" aria-label="Series shown">{lines}</div> }
        })
    }
}
