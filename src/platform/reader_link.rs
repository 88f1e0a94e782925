//! The page's side of the readers: a worker a job, thrown away afterwards, with one spare kept warm.

use super::parcel::{Parcel, js_text};
use crate::base::{Problem, ProblemKind};
use crate::protocol::{BUILD, ReaderEvent, ReaderJob};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Hands out workers.
#[derive(Default)]
pub struct ReaderPool {
    spare: RefCell<Option<Worker>>,
}

/// A job under way. Cancelling ends its worker at once.
#[derive(Clone)]
pub struct ReaderHandle {
    worker: Rc<RefCell<Option<Worker>>>,
}

impl ReaderHandle {
    pub fn cancel(&self) {
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

impl ReaderPool {
    /// Starts a worker for the next job.
    pub fn warm_up(&self) {
        if self.spare.borrow().is_none()
            && let Ok(worker) = spawn()
        {
            *self.spare.borrow_mut() = Some(worker);
        }
    }

    /// Runs a job. `on_event` hears of its progress, and of its end exactly once (see
    /// [`ReaderEvent::is_end`]); nothing after a cancel.
    pub fn run(
        &self,
        job: &ReaderJob,
        items: Vec<JsValue>,
        on_event: impl Fn(ReaderEvent, Vec<JsValue>) + 'static,
    ) -> ReaderHandle {
        let handle = ReaderHandle { worker: Rc::default() };
        let spare = self.spare.borrow_mut().take();
        let worker = match spare.map_or_else(spawn, Ok) {
            Ok(worker) => worker,
            Err(e) => {
                on_event(ReaderEvent::Failed(stopped(&js_text(&e))), Vec::new());
                return handle;
            }
        };
        let on_event = Rc::new(on_event);
        let on_message = {
            let (handle, on_event) = (handle.clone(), on_event.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let data = event.data();
                if let Some(why) =
                    js_sys::Reflect::get(&data, &"tributary_boot_failed".into()).ok().and_then(|w| w.as_string())
                {
                    handle.cancel();
                    return on_event(ReaderEvent::Failed(stopped(&why)), Vec::new());
                }
                let Some(parcel) = Parcel::from_js(&data) else { return };
                match parcel.read::<ReaderEvent>() {
                    Ok(event) => {
                        if event.is_end() {
                            handle.cancel();
                        }
                        on_event(event, parcel.items);
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
            let handle = handle.clone();
            Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
                event.prevent_default();
                handle.cancel();
                on_event(ReaderEvent::Failed(stopped(&event.message())), Vec::new());
            })
        };
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        match Parcel::new(job) {
            Ok(mut parcel) => {
                parcel.items = items;
                let (message, transfer) = parcel.into_js();
                if worker.post_message_with_transfer(&message, &transfer).is_err() {
                    web_sys::console::error_1(&"A job could not be posted to a reader.".into());
                }
            }
            Err(problem) => web_sys::console::error_1(&problem.what.into()),
        }
        *handle.worker.borrow_mut() = Some(worker);
        handle
    }
}

fn spawn() -> Result<Worker, JsValue> {
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
