//! Keys that work everywhere.

use crate::ui::state::{App, Panel, Place};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Whether keys now go into a text.
pub(super) fn is_typing() -> bool {
    let Some(active) = document().active_element() else { return false };
    matches!(active.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        || active.dyn_ref::<HtmlElement>().is_some_and(|e| e.is_content_editable())
}

pub(super) fn listen(app: App) {
    // "g" waits for the letter of a place.
    let waits_for_place = StoredValue::new(false);
    let handle = window_event_listener(ev::keydown, move |event| {
        let key = event.key();
        let with_ctrl = event.ctrl_key() || event.meta_key();
        if with_ctrl && !event.alt_key() {
            match key.to_lowercase().as_str() {
                "k" => {
                    event.prevent_default();
                    let is_open = app.panel.get_untracked() == Some(Panel::Palette);
                    app.panel.set((!is_open).then_some(Panel::Palette));
                }
                "z" if !is_typing() => {
                    event.prevent_default();
                    if event.shift_key() { app.redo() } else { app.undo() }
                }
                "y" if !is_typing() => {
                    event.prevent_default();
                    app.redo();
                }
                _ => {}
            }
            return;
        }
        if event.alt_key() || is_typing() || event.default_prevented() {
            return;
        }
        let waited = waits_for_place.get_value();
        waits_for_place.set_value(false);
        match key.as_str() {
            "?" => app.panel.set(Some(Panel::Shortcuts)),
            "Escape" if app.panel.get_untracked().is_some() => app.panel.set(None),
            "g" => waits_for_place.set_value(true),
            letter if waited && !app.workspace.get_untracked().sources.is_empty() => {
                let place = match letter {
                    "s" => Place::Sources,
                    "c" => Place::Combine,
                    "e" => Place::Explore,
                    "r" => Place::Report,
                    _ => return,
                };
                app.place.set(place);
            }
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}
