//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn StartScreen() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
