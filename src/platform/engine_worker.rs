//! The engine's worker: hands messages to the engine and lets it work in slices, so that the inbox
//! is looked at about every ten milliseconds.

use super::heap;
use super::parcel::{Parcel, to_buffer};
use super::time::now_ms;
use crate::engine::{Budget, Engine, Heap, Outgoing};
use crate::protocol::{Event, Request, View, Work};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

const SLICE_MS: f64 = 10.0;

struct Host {
    engine: RefCell<Engine>,
    scope: DedicatedWorkerGlobalScope,
    /// Posting to oneself is the quickest way to go on after looking at the inbox.
    bell: MessageChannel,
    is_rung: Cell<bool>,
    n_pending: Cell<u64>,
    /// The work under way, and when it began.
    began: Cell<Option<(Work, f64)>>,
}

/// Installs the handlers; called once when the worker starts.
pub fn run() {
    console_error_panic_hook::set_once();
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let Ok(bell) = MessageChannel::new() else { return };
    let heap = Heap { used_bytes: heap::used_bytes, max_bytes: Heap::MAX_BYTES };
    let budget = Budget { heap: Some(heap), ..Budget::default() };
    let host = Rc::new(Host {
        engine: RefCell::new(Engine::with_budget(budget)),
        scope: scope.clone(),
        bell,
        is_rung: Cell::new(false),
        n_pending: Cell::new(0),
        began: Cell::new(None),
    });

    let on_bell = {
        let host = host.clone();
        Closure::<dyn FnMut()>::new(move || host.work())
    };
    host.bell.port2().set_onmessage(Some(on_bell.as_ref().unchecked_ref()));
    on_bell.forget();

    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| host.receive(&event.data()));
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

impl Host {
    fn receive(&self, data: &JsValue) {
        let Some(parcel) = Parcel::from_js(data) else { return };
        match parcel.read::<Request>() {
            #[expect(clippy::panic, reason = "asked for by a test of what happens when the worker dies")]
            Ok(Request::Die) => panic!("The engine was told to die."),
            Ok(request) => {
                if let Request::Attach { table } = &request {
                    self.send(vec![Event::Working { work: Work::Attach(*table), part: None }.into()]);
                }
                let buffer = parcel.bytes(0);
                let outgoing = self.engine.borrow_mut().handle(request, buffer);
                self.send(outgoing);
            }
            Err(problem) => self.send(vec![Event::Failed { id: 0, problem }.into()]),
        }
        self.ring();
    }

    fn ring(&self) {
        if self.engine.borrow().is_busy() && !self.is_rung.replace(true) {
            // A port of our own worker cannot be closed to us.
            let _ = self.bell.port1().post_message(&JsValue::NULL);
        }
        let n_pending = self.engine.borrow().n_pending();
        if self.n_pending.replace(n_pending) != n_pending {
            self.send(vec![Event::Busy { n_pending }.into()]);
        }
    }

    fn work(&self) {
        self.is_rung.set(false);
        let start = js_sys::Date::now();
        while js_sys::Date::now() - start < SLICE_MS && self.engine.borrow().is_busy() {
            let outgoing = self.engine.borrow_mut().step();
            self.send(outgoing);
        }
        self.ring();
    }

    /// Says how long a query took, which the engine cannot know.
    fn clock(&self, event: &mut Event) {
        match event {
            Event::Working { work, .. } if self.began.get().is_none_or(|(before, _)| before != *work) => {
                self.began.set(Some((*work, now_ms())));
            }
            Event::Answer { view, .. } => {
                let began = self.began.take();
                if let View::Sql { elapsed_ms, .. } = view.as_mut() {
                    *elapsed_ms = began.map(|(_, at_ms)| (now_ms() - at_ms).max(0.0));
                }
            }
            _ => {}
        }
    }

    fn send(&self, outgoing: Vec<Outgoing>) {
        for Outgoing { mut event, buffer } in outgoing {
            self.clock(&mut event);
            let Ok(mut parcel) = Parcel::new(&event) else { continue };
            if let Some(bytes) = buffer {
                parcel = parcel.with(to_buffer(&bytes));
            }
            let (message, transfer) = parcel.into_js();
            if self.scope.post_message_with_transfer(&message, &transfer).is_err() {
                web_sys::console::error_1(&"The engine could not post its answer.".into());
            }
        }
    }
}
