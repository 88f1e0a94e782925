//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn Panels() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
