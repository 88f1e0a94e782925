//! Placeholder.
use leptos::prelude::*;

#[component]
pub fn ReportScreen() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}

#[component]
pub fn ReaderScreen() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}

#[component]
pub fn ExplainPanel() -> impl IntoView {
    view! { <p class="empty__text">"Being built."</p> }
}
