//! What a canvas has to know of the page, since style sheets do not reach into it: light or dark, and
//! when the font has come.

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// True when charts are to be drawn for a dark page.
pub(super) fn use_is_dark(is_printing: Signal<bool>) -> Signal<bool> {
    let is_dark = RwSignal::new(page_is_dark());
    let look = move || {
        let now = page_is_dark();
        if is_dark.try_get_untracked().is_some_and(|old| old != now) {
            is_dark.set(now);
        }
    };
    // The reader's own choice stands on the root element, the system's in a media query.
    let media = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    let on_change = Closure::<dyn FnMut(JsValue)>::new(move |_| look());
    if let Some(media) = &media {
        let _ = media.add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
    }
    let observer = observe_root(&on_change);
    let held = StoredValue::new_local(Some((media, observer, on_change)));
    on_cleanup(move || {
        held.try_update_value(|held| {
            if let Some((media, observer, on_change)) = held.take() {
                if let Some(media) = media {
                    let _ = media.remove_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
                }
                if let Some(observer) = observer {
                    let _ = call(&observer, "disconnect", &[]);
                }
            }
        });
    });
    // Paper is white.
    Signal::derive(move || is_dark.get() && !is_printing.get())
}

fn page_is_dark() -> bool {
    match document().document_element().and_then(|root| root.get_attribute("data-theme")).as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|m| m.matches()),
    }
}

/// A `MutationObserver` on the root's `data-theme`.
fn observe_root(on_change: &Closure<dyn FnMut(JsValue)>) -> Option<JsValue> {
    let root = document().document_element()?;
    let class: js_sys::Function =
        js_sys::Reflect::get(&js_sys::global(), &"MutationObserver".into()).ok()?.dyn_into().ok()?;
    let observer = js_sys::Reflect::construct(&class, &js_sys::Array::of1(on_change.as_ref())).ok()?;
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"attributeFilter".into(), &js_sys::Array::of1(&"data-theme".into())).ok()?;
    call(&observer, "observe", &[root.into(), options.into()]).ok()?;
    Some(observer)
}

fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: js_sys::Function = js_sys::Reflect::get(object, &method.into())?.dyn_into()?;
    function.apply(object, &arguments.iter().collect::<js_sys::Array>())
}

/// Turns true once the charts' font is there; a canvas drawn before has to be drawn again.
pub(super) fn use_fonts_ready() -> Signal<bool> {
    let is_ready = RwSignal::new(false);
    // A canvas does not wait for fonts, so they are asked for.
    let fonts = js_sys::Reflect::get(&document(), &"fonts".into());
    let loading = fonts.and_then(|fonts| call(&fonts, "load", &["12px Inter".into()]));
    if let Some(promise) = loading.ok().and_then(|p| p.dyn_into::<js_sys::Promise>().ok()) {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
            if is_ready.try_get_untracked().is_some() {
                is_ready.set(true);
            }
        });
    }
    is_ready.into()
}
