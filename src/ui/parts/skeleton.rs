//! The outline of what is about to be there.

use leptos::prelude::*;

#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    let bars = (0..lines).map(|_| view! { <span class="skeleton__line"></span> }).collect_view();
    view! { <div class="skeleton" aria-hidden="true">{bars}</div> }
}
