//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn SourcesScreen() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
