//! One piece of work at a time: a report with six charts must not hold up the page while it appears.

use gloo_timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use wasm_bindgen_futures::spawn_local;

type Work = Box<dyn FnOnce()>;

thread_local! {
    static WAITING: RefCell<VecDeque<Work>> = const { RefCell::new(VecDeque::new()) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
    static IS_AT_ONCE: Cell<bool> = const { Cell::new(false) };
}

/// Does the work soon, in a task of its own, after what came before.
pub fn soon(work: impl FnOnce() + 'static) {
    if IS_AT_ONCE.get() {
        work();
        return;
    }
    WAITING.with_borrow_mut(|waiting| waiting.push_back(Box::new(work)));
    if IS_RUNNING.replace(true) {
        return;
    }
    spawn_local(async {
        loop {
            TimeoutFuture::new(0).await;
            match next() {
                Some(work) => work(),
                None => break,
            }
        }
        IS_RUNNING.set(false);
    });
}

fn next() -> Option<Work> {
    WAITING.with_borrow_mut(VecDeque::pop_front)
}

/// While it is on, work is done at once: a page that is about to be printed does not wait for a task.
/// What has been waiting is done first.
pub(super) fn set_at_once(is_on: bool) {
    IS_AT_ONCE.set(is_on);
    if is_on {
        while let Some(work) = next() {
            work();
        }
    }
}
