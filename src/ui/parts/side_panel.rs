//! A panel at the right, beside what it explains.

use super::focus::{focus_inside, return_focus_on_cleanup, trap_tab};
use super::{IconButton, IconName};
use leptos::prelude::*;

/// Takes the focus, closes with Esc, gives the focus back. Where the screen is too narrow for page
/// and panel it covers the page, and keeps the focus as well.
#[component]
pub fn SidePanel(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    /// A muted line below the title.
    #[prop(optional, into)]
    subtitle: MaybeProp<String>,
    /// For tables: takes up to 60 % of the width.
    #[prop(optional)]
    is_wide: bool,
    children: Children,
) -> impl IntoView {
    return_focus_on_cleanup();
    let root = NodeRef::<leptos::html::Aside>::new();
    root.on_load(|element| request_animation_frame(move || focus_inside(&element)));
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            on_close.run(());
        } else if covers_page()
            && let Some(element) = root.get_untracked()
        {
            trap_tab(&element, &event);
        }
    };
    view! {
        <aside
            class="side-panel"
            data-size=if is_wide { "wide" } else { "normal" }
            aria-label=move || title.get()
            tabindex="-1"
            node_ref=root
            on:keydown=on_keydown
        >
            <header class="side-panel__head">
                <div class="side-panel__titles">
                    <h2 class="side-panel__title">{move || title.get()}</h2>
                    {move || subtitle.get().map(|s| view! { <p class="side-panel__subtitle">{s}</p> })}
                </div>
                <IconButton label="Close" icon=IconName::Close on_click=on_close />
            </header>
            <div class="side-panel__body">{children()}</div>
        </aside>
    }
}

/// Must agree with `style/parts/panel.css`.
fn covers_page() -> bool {
    window().match_media("(max-width: 960px)").ok().flatten().is_some_and(|m| m.matches())
}
