//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn ExploreScreen() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}

#[component]
pub fn RowsPanel() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
