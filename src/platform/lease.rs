//! One tab writes a workspace; a second one reads only. Held through the browser's lock manager,
//! which frees it when the tab goes away, however it goes.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Tries to take the lease for a workspace. True when this tab may write. Where the browser has no
/// lock manager there is nobody to ask, and the tab may write.
///
/// The lease is held until the tab closes or [`Lease::release`] is called.
pub async fn take(name: &str) -> (bool, Lease) {
    ask(name, true).await
}

/// Waits until the tab that has the lease gives it up, however long that is.
pub async fn wait(name: &str) -> Lease {
    ask(name, false).await.1
}

async fn ask(name: &str, only_if_free: bool) -> (bool, Lease) {
    let locks =
        web_sys::window().and_then(|w| Reflect::get(&w.navigator(), &"locks".into()).ok()).filter(|l| l.is_object());
    let Some(locks) = locks else { return (true, Lease { release: None }) };
    let Some(request) = Reflect::get(&locks, &"request".into()).ok().and_then(|r| r.dyn_into::<Function>().ok()) else {
        return (true, Lease { release: None });
    };
    let options = Object::new();
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::from_bool(only_if_free));

    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let mut answer = None;
    let answered = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let Some(answer) = answer else { return (true, Lease { release: None }) };
    // The lock is held for as long as the promise that this returns is pending.
    let on_lock = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let is_ours = !lock.is_null();
        let _ = answer.call1(&JsValue::NULL, &JsValue::from_bool(is_ours));
        if is_ours { held.into() } else { JsValue::UNDEFINED }
    });
    let name = JsValue::from_str(&format!("tributary {name}"));
    if request.call3(&locks, &name, &options, &on_lock).is_err() {
        return (true, Lease { release: None });
    }
    let is_ours = JsFuture::from(answered).await.is_ok_and(|v| v.is_truthy());
    (is_ours, Lease { release })
}

/// The right to write.
pub struct Lease {
    release: Option<Function>,
}

impl Lease {
    pub fn release(self) {
        if let Some(release) = self.release {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}
