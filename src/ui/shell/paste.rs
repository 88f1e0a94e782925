//! Tables, files and addresses pasted anywhere on the page.

use super::files::files_of;
use super::keys::is_typing;
use crate::ui::state::{App, Panel};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::ClipboardEvent;

/// An address that was pasted, for the form that asks for one.
#[derive(Clone, Copy)]
pub struct AddressDraft(pub RwSignal<String>);

pub(super) fn listen(app: App) {
    let draft = AddressDraft(RwSignal::new(String::new()));
    provide_context(draft);
    let handle = window_event_listener(ev::paste, move |event| {
        if is_typing() {
            return;
        }
        let Some(data) = event.unchecked_ref::<ClipboardEvent>().clipboard_data() else { return };
        let files = data.files().map(|l| files_of(&l)).unwrap_or_default();
        if !files.is_empty() {
            event.prevent_default();
            app.add_files(files);
            return;
        }
        let text = data.get_data("text/plain").unwrap_or_default();
        if looks_like_address(&text) {
            event.prevent_default();
            draft.0.set(text.trim().to_owned());
            app.panel.set(Some(Panel::AddAddress));
        } else if looks_like_table(&text) {
            event.prevent_default();
            app.add_text(text);
        } else if !text.trim().is_empty() {
            app.say(
                "What was pasted does not look like a table. Copy the cells with their header, then paste again.",
                false,
            );
        }
    });
    on_cleanup(move || handle.remove());
}

fn looks_like_address(text: &str) -> bool {
    let text = text.trim();
    !text.contains('\n') && (text.starts_with("https://") || text.starts_with("http://"))
        || text.starts_with("curl ") && text.contains("http")
}

/// At least two lines that share a separator, or JSON.
fn looks_like_table(text: &str) -> bool {
    let text = text.trim();
    if (text.starts_with('[') && text.ends_with(']')) || (text.starts_with('{') && text.ends_with('}')) {
        return true;
    }
    let mut lines = text.lines().filter(|l| !l.trim().is_empty()).take(20);
    let Some(first) = lines.next() else { return false };
    let rest: Vec<&str> = lines.collect();
    if rest.is_empty() {
        return false;
    }
    ['\t', ';', ',', '|'].into_iter().any(|separator| {
        let n = first.matches(separator).count();
        let like_first = rest.iter().filter(|l| l.matches(separator).count() == n).count();
        n > 0 && like_first * 2 > rest.len()
    })
}
