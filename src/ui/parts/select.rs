//! One choice out of many.

use leptos::prelude::*;

#[component]
pub fn Select(
    /// Spoken; inside a `Field` its label is enough.
    #[prop(optional, into)]
    label: Option<String>,
    /// (value, label).
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<(String,)>,
) -> impl IntoView {
    let lines = move || {
        options
            .get()
            .into_iter()
            .map(|(key, text)| {
                let mine = key.clone();
                view! {
                    <option value=key prop:selected=move || value.get() == mine>
                        {text}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <select class="select" aria-label=label on:change=move |event| on_change.run((event_target_value(&event),))>
            {lines}
        </select>
    }
}
