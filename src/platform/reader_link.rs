//! The page's side of the readers: a worker a job, thrown away afterwards, with one spare kept warm.

use super::parcel::{Parcel, js_text};
use super::reader_crew::{Crew, n_helpers};
use crate::base::{Problem, ProblemKind};
use crate::protocol::{BUILD, ReaderEvent, ReaderJob};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Workers at a time. Fifty dropped files must not hold the memory of fifty readers.
const MAX_RUNNING: usize = 4;

/// Smaller files are read before a helper has begun.
const MIN_SHARED_BYTES: f64 = 4_000_000.0;

type Spare = Rc<RefCell<Option<Worker>>>;

/// Hands out workers; jobs beyond [`MAX_RUNNING`] wait their turn.
#[derive(Default)]
pub struct ReaderPool {
    spare: Spare,
    desk: Rc<Desk>,
}

/// Who works and who waits.
#[derive(Default)]
struct Desk {
    n_running: Cell<usize>,
    waiting: RefCell<VecDeque<Box<dyn FnOnce()>>>,
}

impl Desk {
    /// Starts those who wait, as far as there is room.
    fn call_next(&self) {
        while self.n_running.get() < MAX_RUNNING {
            let next = self.waiting.borrow_mut().pop_front();
            let Some(start) = next else { return };
            start();
        }
    }

    fn left(&self) {
        self.n_running.set(self.n_running.get().saturating_sub(1));
        self.call_next();
    }
}

/// A job under way or waiting. Cancelling ends its worker at once.
#[derive(Clone)]
pub struct ReaderHandle {
    worker: Rc<RefCell<Option<Worker>>>,
    crew: Crew,
    is_over: Rc<Cell<bool>>,
    desk: Rc<Desk>,
}

impl ReaderHandle {
    pub fn cancel(&self) {
        self.is_over.set(true);
        self.crew.dismiss();
        let worker = self.worker.borrow_mut().take();
        if let Some(worker) = worker {
            dismiss(&worker);
            self.desk.left();
        }
    }
}

pub(super) fn dismiss(worker: &Worker) {
    worker.set_onmessage(None);
    worker.set_onerror(None);
    worker.terminate();
}

impl ReaderPool {
    /// How many helpers a reader of a file of this size may have: none where other files are read, which keep the
    /// processors busy as well.
    pub fn n_helpers(&self, size_bytes: f64) -> u32 {
        let is_alone = self.desk.n_running.get() == 0 && self.desk.waiting.borrow().is_empty();
        if is_alone && size_bytes >= MIN_SHARED_BYTES { n_helpers() } else { 0 }
    }

    /// Starts a worker for the next job. One that cannot start is not kept.
    pub fn warm_up(&self) {
        if self.spare.borrow().is_some() {
            return;
        }
        let Ok(worker) = spawn() else { return };
        let spare = self.spare.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if boot_failure(&event.data()).is_some() {
                spare.borrow_mut().take();
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let spare = self.spare.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            spare.borrow_mut().take();
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        *self.spare.borrow_mut() = Some(worker);
    }

    /// Runs a job. `on_event` hears of its progress, and of its end exactly once (see
    /// [`ReaderEvent::is_end`]); nothing after a cancel.
    pub fn run(
        &self,
        job: &ReaderJob,
        items: Vec<JsValue>,
        on_event: impl Fn(ReaderEvent, Vec<JsValue>) + 'static,
    ) -> ReaderHandle {
        let worker = Rc::default();
        let crew = Crew::of(Rc::clone(&worker));
        let handle = ReaderHandle { worker, crew, is_over: Rc::default(), desk: self.desk.clone() };
        let mut parcel = match Parcel::new(job) {
            Ok(parcel) => parcel,
            Err(problem) => {
                on_event(ReaderEvent::Failed(problem), Vec::new());
                return handle;
            }
        };
        parcel.items = items;
        let (spare, started) = (self.spare.clone(), handle.clone());
        self.desk.waiting.borrow_mut().push_back(Box::new(move || {
            if !started.is_over.get() {
                start(&spare, &started, parcel, Rc::new(on_event));
            }
        }));
        self.desk.call_next();
        handle
    }
}

/// Gives the job to a worker and listens to it.
fn start(spare: &Spare, handle: &ReaderHandle, parcel: Parcel, on_event: Rc<dyn Fn(ReaderEvent, Vec<JsValue>)>) {
    let ready = spare.borrow_mut().take();
    let worker = match ready.map_or_else(spawn, Ok) {
        Ok(worker) => worker,
        Err(e) => return on_event(ReaderEvent::Failed(stopped(&js_text(&e))), Vec::new()),
    };
    handle.desk.n_running.set(handle.desk.n_running.get() + 1);
    let on_message = {
        let (handle, on_event) = (handle.clone(), on_event.clone());
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            if let Some(why) = boot_failure(&data) {
                handle.cancel();
                return on_event(ReaderEvent::Failed(stopped(&why)), Vec::new());
            }
            let Some(parcel) = Parcel::from_js(&data) else { return };
            match parcel.read::<ReaderEvent>() {
                Ok(event) => {
                    let Some((event, items)) = handle.crew.carry(event, parcel.items) else { return };
                    if event.is_end() {
                        handle.cancel();
                    }
                    on_event(event, items);
                }
                Err(problem) => {
                    handle.cancel();
                    on_event(ReaderEvent::Failed(problem), Vec::new());
                }
            }
        })
    };
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let on_error = {
        let (handle, on_event) = (handle.clone(), on_event.clone());
        Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            handle.cancel();
            on_event(ReaderEvent::Failed(stopped(&event.message())), Vec::new());
        })
    };
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    on_error.forget();
    let (message, transfer) = parcel.into_js();
    let posted = worker.post_message_with_transfer(&message, &transfer);
    *handle.worker.borrow_mut() = Some(worker);
    if let Err(e) = posted {
        handle.cancel();
        on_event(ReaderEvent::Failed(stopped(&js_text(&e))), Vec::new());
    }
}

pub(super) fn boot_failure(data: &JsValue) -> Option<String> {
    js_sys::Reflect::get(data, &"tributary_boot_failed".into()).ok().and_then(|why| why.as_string())
}

pub(super) fn spawn() -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&format!("./worker-reader.js?build={BUILD}"), &options)
}

fn stopped(why: &str) -> Problem {
    Problem::new(ProblemKind::Limit, "reader_stopped", "Reading stopped unexpectedly.")
        .because(if why.is_empty() {
            "The file may need more memory than the tab has.".to_owned()
        } else {
            why.to_owned()
        })
        .hint("Nothing else was affected. Try a smaller part of the file, or save it in another format.")
}
