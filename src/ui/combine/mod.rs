//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn CombineScreen() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
