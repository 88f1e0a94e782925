//! A choice among a few, all visible.

use leptos::prelude::*;

#[component]
pub fn SegmentedControl(
    #[prop(into)] label: String,
    /// (value, label).
    options: Vec<(String, String)>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<(String,)>,
) -> impl IntoView {
    let buttons = options
        .into_iter()
        .map(|(key, text)| {
            let mine = key.clone();
            let checked = move || value.get() == mine;
            view! {
                <button
                    type="button"
                    class="segmented__option"
                    aria-pressed=move || checked().to_string()
                    on:click=move |_| on_change.run((key.clone(),))
                >
                    {text}
                </button>
            }
        })
        .collect_view();
    view! { <div class="segmented" role="group" aria-label=label>{buttons}</div> }
}
