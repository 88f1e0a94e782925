//! How a Rust function becomes a call that returns a promise.

use super::convert::problem_error;
use crate::base::Problem;
use crate::ui::later;
use crate::ui::state::{App, opened};
use js_sys::{Array, Object, Reflect};
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

pub type Answer = Pin<Box<dyn Future<Output = Result<JsValue, Problem>>>>;
/// A call and its arguments: always three, absent ones undefined.
pub type Call = fn(App, Array) -> Answer;

/// Adds a method. Calls wait until the app has opened what it had saved, and for the code that does them.
pub fn add(api: &Object, app: App, name: &'static str) {
    let function =
        Closure::<dyn Fn(JsValue, JsValue, JsValue) -> JsValue>::new(move |a: JsValue, b: JsValue, c: JsValue| {
            let promise = future_to_promise(async move {
                opened().await;
                let answer = match later::call(name).await {
                    Ok(call) => call(app, Array::of3(&a, &b, &c)).await,
                    Err(problem) => Err(problem),
                };
                answer.map_err(|p| problem_error(&p))
            });
            promise.into()
        });
    // Setting a property of our own plain object cannot fail.
    let _ = Reflect::set(api, &name.into(), function.as_ref());
    function.forget();
}

/// Adds a property that is computed when it is read.
pub fn add_getter(api: &Object, name: &str, get: impl Fn() -> JsValue + 'static) {
    let getter = Closure::<dyn Fn() -> JsValue>::new(get);
    let descriptor = Object::new();
    let _ = Reflect::set(&descriptor, &"get".into(), getter.as_ref());
    let _ = Reflect::set(&descriptor, &"enumerable".into(), &JsValue::TRUE);
    getter.forget();
    Object::define_property(api, &name.into(), &descriptor);
}
