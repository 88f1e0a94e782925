//! A question that has to be answered first. Used sparingly.

use super::focus::{focus_inside, return_focus_on_cleanup, trap_tab};
use super::{IconButton, IconName};
use leptos::prelude::*;

/// Modal: keeps the focus, closes with Esc or a click beside it, gives the focus back.
#[component]
pub fn Dialog(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    /// Leaves out the heading and cross; the title is still spoken.
    #[prop(optional)]
    is_bare: bool,
    children: Children,
) -> impl IntoView {
    return_focus_on_cleanup();
    let root = NodeRef::<leptos::html::Div>::new();
    root.on_load(|element| request_animation_frame(move || focus_inside(&element)));
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            on_close.run(());
        } else if let Some(element) = root.get_untracked() {
            trap_tab(&element, &event);
        }
    };
    let heading = (!is_bare).then(|| {
        view! {
            <header class="dialog__head">
                <h2 class="dialog__title">{move || title.get()}</h2>
                <IconButton label="Close" icon=IconName::Close on_click=on_close />
            </header>
        }
    });
    view! {
        <div class="dialog" on:keydown=on_keydown>
            <div class="dialog__veil" on:click=move |_| on_close.run(())></div>
            <div
                class="dialog__box"
                role="dialog"
                aria-modal="true"
                aria-label=move || title.get()
                tabindex="-1"
                data-bare=is_bare.then_some("true")
                node_ref=root
            >
                {heading}
                {children()}
            </div>
        </div>
    }
}
