//! A text field that takes the place of a text while it is being renamed.

use leptos::prelude::*;

/// Selects all at first. Enter or leaving keeps what was typed, Esc does not; then `is_editing` is
/// switched off. `on_save` runs only for a text that is new and not empty.
#[component]
pub fn EditText(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    is_editing: RwSignal<bool>,
    #[prop(into)] on_save: Callback<(String,)>,
    /// How the field looks; that of the text it stands for.
    class: &'static str,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    input.on_load(|element| {
        request_animation_frame(move || {
            let _ = element.focus();
            element.select();
        });
    });
    let finish = move |keep: bool| {
        // Leaving the field after Enter or Esc comes here a second time.
        if !is_editing.get_untracked() {
            return;
        }
        is_editing.set(false);
        let Some(element) = input.get_untracked() else { return };
        let new = element.value().trim().to_owned();
        if keep && !new.is_empty() && new != value.get_untracked() {
            on_save.run((new,));
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" => finish(true),
        "Escape" => {
            event.stop_propagation();
            finish(false);
        }
        _ => {}
    };
    view! {
        <input
            class=class
            aria-label=label
            maxlength="200"
            prop:value=move || value.get()
            node_ref=input
            on:keydown=on_keydown
            on:blur=move |_| finish(true)
        />
    }
}
