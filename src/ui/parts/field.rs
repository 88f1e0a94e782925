//! A labelled place to fill in.

use leptos::prelude::*;

/// The children are one input, select or text area; the label wraps it, so no ids are needed.
#[component]
pub fn Field(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    /// What is wrong with what was filled in.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <label class="field" data-state=move || error.get().map(|_| "wrong")>
            <span class="field__label">{move || label.get()}</span>
            {children()}
            {move || hint.get().map(|h| view! { <span class="field__hint">{h}</span> })}
            {move || error.get().map(|e| view! { <span class="field__error" role="alert">{e}</span> })}
        </label>
    }
}
