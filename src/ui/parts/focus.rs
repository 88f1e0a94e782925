//! Keyboard focus: where it may go, and where it goes back to.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

const FOCUSABLE: &str = "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), \
                         textarea:not([disabled]), [tabindex]:not([tabindex=\"-1\"])";

/// Remembers what has the focus now, and gives it back when the calling part goes away.
pub(super) fn return_focus_on_cleanup() {
    let before = document().active_element().and_then(|e| e.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    on_cleanup(move || {
        if let Some(Some(element)) = before.try_get_value() {
            let _ = element.focus();
        }
    });
}

pub(super) fn focusable_in(root: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(FOCUSABLE) else { return Vec::new() };
    (0..found.length())
        .filter_map(|i| found.get(i))
        .filter_map(|n| n.dyn_into::<HtmlElement>().ok())
        .filter(|e| e.offset_width() > 0 || e.offset_height() > 0)
        .collect()
}

/// Focuses what is marked `data-autofocus`, else the first thing that can be, else the root itself.
pub(super) fn focus_inside(root: &HtmlElement) {
    let marked = root.query_selector("[data-autofocus]").ok().flatten().and_then(|e| e.dyn_into::<HtmlElement>().ok());
    let target = marked.or_else(|| focusable_in(root).into_iter().next()).unwrap_or_else(|| root.clone());
    let _ = target.focus();
}

/// Keeps Tab inside `root`.
pub(super) fn trap_tab(root: &HtmlElement, event: &KeyboardEvent) {
    if event.key() != "Tab" {
        return;
    }
    let inside = focusable_in(root);
    let (Some(first), Some(last)) = (inside.first(), inside.last()) else { return };
    let active = document().active_element();
    let is = |e: &HtmlElement| active.as_ref().is_some_and(|a| a.is_same_node(Some(e)));
    let target = match event.shift_key() {
        true if is(first) => last,
        false if is(last) => first,
        _ => return,
    };
    event.prevent_default();
    let _ = target.focus();
}
