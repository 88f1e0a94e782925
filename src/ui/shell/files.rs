//! The browser's file picker, behind every "Choose files" button.

use crate::ui::state::use_app;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{File, FileList, HtmlElement, HtmlInputElement};

const PICKER_ID: &str = "choose-files";

/// The one hidden file input of the page.
#[component]
pub fn FilePicker() -> impl IntoView {
    let app = use_app();
    let on_change = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
        let files = input.files().map(|list| files_of(&list)).unwrap_or_default();
        // So that the same file can be chosen again.
        input.set_value("");
        if !files.is_empty() {
            app.add_files(files);
        }
    };
    view! {
        <input id=PICKER_ID type="file" multiple hidden tabindex="-1" aria-hidden="true" on:change=on_change />
    }
}

/// Opens the picker. Browsers allow it only in answer to a click or key.
pub fn choose_files() {
    let input = document().get_element_by_id(PICKER_ID).and_then(|e| e.dyn_into::<HtmlElement>().ok());
    if let Some(input) = input {
        input.click();
    }
}

/// Opens a picker for one file.
pub fn choose_one(on_chosen: impl FnOnce(File) + 'static) {
    let made = document().create_element("input").ok().and_then(|e| e.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = made else { return };
    input.set_type("file");
    let chosen = input.clone();
    // It lives until a file is chosen; one that is not leaves it behind.
    let listener = Closure::once_into_js(move || {
        if let Some(file) = chosen.files().and_then(|list| list.item(0)) {
            on_chosen(file);
        }
    });
    // A new element can always be listened to.
    let _ = input.add_event_listener_with_callback("change", listener.unchecked_ref());
    input.click();
}

pub(super) fn files_of(list: &FileList) -> Vec<File> {
    (0..list.length()).filter_map(|i| list.item(i)).collect()
}
