//! One drawing at a time: a report with six charts must not hold up the page while it appears.

use gloo_timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use wasm_bindgen_futures::spawn_local;

type Work = Box<dyn FnOnce()>;

thread_local! {
    static WAITING: RefCell<VecDeque<Work>> = const { RefCell::new(VecDeque::new()) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Does the work soon, in a task of its own, after what came before.
pub(super) fn soon(work: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.push_back(Box::new(work)));
    if IS_RUNNING.replace(true) {
        return;
    }
    spawn_local(async {
        loop {
            TimeoutFuture::new(0).await;
            match WAITING.with_borrow_mut(VecDeque::pop_front) {
                Some(work) => work(),
                None => break,
            }
        }
        IS_RUNNING.set(false);
    });
}
