//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn Root() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
