//! The size of an element, as a signal.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Width and height of the content box in CSS pixels; zero until it is on the page.
pub fn use_size<F>(element: F) -> Signal<(f64, f64)>
where
    F: Fn() -> Option<web_sys::Element> + 'static,
{
    let size = RwSignal::new((0.0, 0.0));
    let held = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut(js_sys::Array)>)>);
    let release = move || {
        held.try_update_value(|held| {
            if let Some((observer, _)) = held.take() {
                observer.disconnect();
            }
        });
    };
    Effect::new(move |_| {
        let Some(element) = element() else { return };
        release();
        let on_resize = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let entry = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>();
            if let Ok(entry) = entry {
                let rect = entry.content_rect();
                let new = (rect.width(), rect.height());
                // Half a pixel less or more would only set off another round.
                if size.try_get_untracked().is_some_and(|old| differs(old, new)) {
                    size.set(new);
                }
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
            observer.observe(&element);
            held.set_value(Some((observer, on_resize)));
        }
    });
    on_cleanup(release);
    size.into()
}

fn differs(a: (f64, f64), b: (f64, f64)) -> bool {
    (a.0 - b.0).abs() >= 0.5 || (a.1 - b.1).abs() >= 0.5
}
