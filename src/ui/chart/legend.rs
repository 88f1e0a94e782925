//! The legend: names that switch their series off and on.

use crate::chart::LegendEntry;
use leptos::prelude::*;

#[component]
pub(super) fn Legend(
    #[prop(into)] entries: Signal<Vec<LegendEntry>>,
    #[prop(into)] on_toggle: Callback<(String,)>,
) -> impl IntoView {
    // By place as well: the names in a report that came from elsewhere need not differ.
    let names = Memo::new(move |_| {
        let named = |(at, e): (usize, &LegendEntry)| (at, e.name.clone(), e.color.css());
        entries.with(|entries| entries.iter().enumerate().map(named).collect::<Vec<_>>())
    });
    let is_any = Memo::new(move |_| names.with(|n| !n.is_empty()));
    // A button stays when it is pressed, and with it the focus.
    let entry = move |(at, name, color): (usize, String, String)| {
        let is_shown = move || entries.with(|e| e.get(at).is_some_and(|e| !e.is_hidden));
        let text = name.clone();
        view! {
            <button
                type="button"
                class="chart__series"
                aria-pressed=move || is_shown().to_string()
                on:click=move |_| on_toggle.run((name.clone(),))
            >
                <span class="chart__swatch" style=format!("background:{color}")></span>
                {text}
            </button>
        }
        .into_any()
    };
    move || {
        is_any.get().then(|| {
            view! {
                <div class="chart__legend" role="group" aria-label="Series shown">
                    <For each=move || names.get() key=|named| named.clone() children=entry />
                </div>
            }
        })
    }
}
