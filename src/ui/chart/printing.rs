//! Printing: on paper everything is light, and all of it is there.

use super::queue::set_at_once;
use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;

/// Long enough for every chart to be drawn again.
const UNTIL_DRAWN: Duration = Duration::from_millis(150);
/// Some browsers return from printing before they have looked at the page.
const UNTIL_PRINTED: Duration = Duration::from_secs(2);

thread_local! {
    static IS_LISTENING: Cell<bool> = const { Cell::new(false) };
}

/// Opens the browser's print dialog once the page has been made ready for paper.
///
/// Within the browser's own `beforeprint` a script that called `print` can no longer be overtaken by
/// what it set off, so the page is told beforehand.
pub fn print_page() {
    announce("beforeprint");
    let print = || {
        let _ = window().print();
        set_timeout(|| announce("afterprint"), UNTIL_PRINTED);
    };
    set_timeout(print, UNTIL_DRAWN);
}

fn announce(what: &str) {
    if let Ok(event) = web_sys::Event::new(what) {
        let _ = window().dispatch_event(&event);
    }
}

/// True while the page is for paper.
pub(super) fn use_is_printing() -> Signal<bool> {
    // Before any chart hears of it, so that what they do then is done at once. It stays for the page's life.
    if !IS_LISTENING.replace(true) {
        let _ = window_event_listener_untyped("beforeprint", |_| set_at_once(true));
        let _ = window_event_listener_untyped("afterprint", |_| set_at_once(false));
    }
    let is_printing = RwSignal::new(false);
    let turn = move |is_on: bool| {
        // The browser says it again after `print_page`.
        if is_printing.try_get_untracked().is_some_and(|was| was != is_on) {
            is_printing.set(is_on);
        }
    };
    let before = window_event_listener_untyped("beforeprint", move |_| turn(true));
    let after = window_event_listener_untyped("afterprint", move |_| turn(false));
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
    is_printing.into()
}
