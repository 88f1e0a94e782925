//! Icons, stroked in the colour of the text around them.

use super::IconName;
use leptos::prelude::*;

/// Decorative: the word beside it, or the button's label, says what it means.
#[component]
pub fn Icon(
    #[prop(into)] name: Signal<IconName>,
    /// Edge, in pixels: 16 or 20.
    #[prop(default = 16)]
    size: u32,
) -> impl IntoView {
    // 1.5 px whatever the size, on Lucide's grid of 24.
    let stroke_width = format!("{:.3}", 36.0 / f64::from(size.max(1)));
    view! {
        <svg
            class="icon"
            width=size.to_string()
            height=size.to_string()
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width=stroke_width
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=move || name.get().path()></path>
        </svg>
    }
}
