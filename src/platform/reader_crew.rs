//! The page's side of a reader's helpers: it wakes them, carries the messages between them and their reader, and says so when
//! one fails, so that the reader does that share itself.

use super::parcel::Parcel;
use super::reader_link::{boot_failure, dismiss, spawn};
use crate::protocol::{ReaderEvent, ReaderJob};
use crate::source::{ShareFound, ShareJob};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// Workers beside the reader. More of them wait for each other's messages.
const MAX_HELPERS: u32 = 3;

/// Helpers that this machine has processors for.
pub fn n_helpers() -> u32 {
    let n_processors = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    (n_processors as u32).saturating_sub(1).min(MAX_HELPERS)
}

/// The helpers of one reader.
#[derive(Clone)]
pub struct Crew {
    reader: Rc<RefCell<Option<Worker>>>,
    workers: Rc<RefCell<BTreeMap<u32, Worker>>>,
    /// Those that have been given a share.
    busy: Rc<RefCell<BTreeSet<u32>>>,
}

impl Crew {
    pub fn of(reader: Rc<RefCell<Option<Worker>>>) -> Crew {
        Crew { reader, workers: Rc::default(), busy: Rc::default() }
    }

    /// Takes what a reader says to its helpers, and gives back what it says to the page.
    pub fn carry(&self, event: ReaderEvent, items: Vec<JsValue>) -> Option<(ReaderEvent, Vec<JsValue>)> {
        match event {
            ReaderEvent::GetReady { n_helpers } => (0..n_helpers.min(MAX_HELPERS)).for_each(|helper| self.wake(helper)),
            ReaderEvent::Share { helper, job } => self.give(helper, job, items),
            event => return Some((event, items)),
        }
        None
    }

    pub fn dismiss(&self) {
        self.busy.borrow_mut().clear();
        let workers = std::mem::take(&mut *self.workers.borrow_mut());
        workers.values().for_each(dismiss);
    }

    fn wake(&self, helper: u32) {
        let Ok(worker) = spawn() else { return };
        let on_message = {
            let crew = self.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let data = event.data();
                if boot_failure(&data).is_some() {
                    return crew.settle(helper, None, Vec::new());
                }
                let Some(parcel) = Parcel::from_js(&data) else { return };
                match parcel.read::<ReaderEvent>() {
                    Ok(ReaderEvent::Shared { found }) => crew.settle(helper, Some(found), parcel.items),
                    Ok(ReaderEvent::Failed(_)) | Err(_) => crew.settle(helper, None, Vec::new()),
                    Ok(_) => {}
                }
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let on_error = {
            let crew = self.clone();
            Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
                event.prevent_default();
                crew.settle(helper, None, Vec::new());
            })
        };
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        self.workers.borrow_mut().insert(helper, worker);
    }

    fn give(&self, helper: u32, job: ShareJob, items: Vec<JsValue>) {
        self.busy.borrow_mut().insert(helper);
        let parcel = Parcel::new(&ReaderJob::Share { job }).map(|parcel| Parcel { items, ..parcel });
        let worker = self.workers.borrow().get(&helper).cloned();
        let is_given = match (worker, parcel) {
            (Some(worker), Ok(parcel)) => post(&worker, parcel),
            _ => false,
        };
        if !is_given {
            self.settle(helper, None, Vec::new());
        }
    }

    /// A helper is done, or has failed: either way it goes, and the reader hears of it.
    fn settle(&self, helper: u32, found: Option<ShareFound>, items: Vec<JsValue>) {
        let worker = self.workers.borrow_mut().remove(&helper);
        if let Some(worker) = worker {
            dismiss(&worker);
        }
        if !self.busy.borrow_mut().remove(&helper) {
            return;
        }
        let Ok(parcel) = Parcel::new(&ReaderJob::Shared { helper, found }) else { return };
        if let Some(reader) = self.reader.borrow().as_ref() {
            post(reader, Parcel { items, ..parcel });
        }
    }
}

fn post(worker: &Worker, parcel: Parcel) -> bool {
    let (message, transfer) = parcel.into_js();
    worker.post_message_with_transfer(&message, &transfer).is_ok()
}
