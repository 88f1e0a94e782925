//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn SharePanel() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
