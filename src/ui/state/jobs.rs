//! Work that takes a while: shown as a card, and ended by a cancel.

use super::runtime::Runtime;
use super::types::{Job, JobState};
use crate::base::Problem;
use crate::base::wording::format_bytes;
use crate::protocol::{Query, ReaderEvent, ReaderJob};
use crate::source::ReadProgress;
use futures::channel::oneshot;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// A way to end a piece of work, whatever it is waiting for at the moment.
#[derive(Clone, Default)]
pub struct Stop(Rc<Stoppable>);

#[derive(Default)]
struct Stoppable {
    is_stopped: Cell<bool>,
    end: RefCell<Option<Box<dyn FnOnce()>>>,
}

impl Stop {
    /// From here on, `end` is what ends it.
    pub fn with(&self, end: impl FnOnce() + 'static) {
        *self.0.end.borrow_mut() = Some(Box::new(end));
    }

    /// # Errors
    /// `cancelled`, once it is. To be asked after each wait.
    pub fn check(&self) -> Result<(), Problem> {
        if self.0.is_stopped.get() { Err(Problem::cancelled()) } else { Ok(()) }
    }

    pub fn stop(&self) {
        self.0.is_stopped.set(true);
        let end = self.0.end.borrow_mut().take();
        if let Some(end) = end {
            end();
        }
    }
}

impl Runtime {
    /// A number for a job, and how it is stopped.
    fn new_job(&self) -> (u64, Stop) {
        let id = self.next_job.replace(self.next_job.get() + 1);
        let stop = Stop::default();
        self.stops.borrow_mut().insert(id, stop.clone());
        (id, stop)
    }

    /// Runs something that a cancel of everything ends, without a card.
    ///
    /// # Errors
    /// The work's own, or `cancelled`.
    pub async fn stoppable<T>(&self, work: impl AsyncFnOnce(Stop) -> Result<T, Problem>) -> Result<T, Problem> {
        let (id, stop) = self.new_job();
        let done = work(stop).await;
        self.stops.borrow_mut().remove(&id);
        done
    }

    /// Runs something as a job that the user sees.
    pub fn as_job<F>(self: &Rc<Self>, title: String, work: impl FnOnce(u64, Stop) -> F)
    where
        F: Future<Output = Result<(), Problem>> + 'static,
    {
        let (id, stop) = self.new_job();
        let running = JobState::Running { done_frac: None, detail: String::new() };
        self.app.jobs.update(|jobs| jobs.push(Job { id, title, state: running }));
        let work = work(id, stop);
        let runtime = self.clone();
        spawn_local(async move {
            let done = work.await;
            runtime.stops.borrow_mut().remove(&id);
            match done {
                Err(problem) if problem.code != "cancelled" => runtime.set_job(id, JobState::Failed(problem)),
                _ => runtime.app.dismiss_job(id),
            }
        });
    }

    pub fn set_job(&self, id: u64, state: JobState) {
        self.app.jobs.update(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|j| j.id == id) {
                job.state = state;
            }
        });
    }

    /// Has a reader do a job that is no import. `on_progress` hears how far it is.
    ///
    /// # Errors
    /// The reader's, or `cancelled`.
    pub async fn have_done(
        &self,
        job: &ReaderJob,
        items: Vec<JsValue>,
        stop: &Stop,
        on_progress: impl Fn(ReadProgress) + 'static,
    ) -> Result<(ReaderEvent, Vec<JsValue>), Problem> {
        stop.check()?;
        let (reply, receiver) = oneshot::channel();
        let reply = Rc::new(RefCell::new(Some(reply)));
        let answer = {
            let reply = reply.clone();
            move |result| {
                if let Some(reply) = reply.borrow_mut().take() {
                    // Nobody may be waiting any more.
                    let _ = reply.send(result);
                }
            }
        };
        let on_end = answer.clone();
        let handle = self.readers.run(job, items, move |event, items| match event {
            ReaderEvent::Progress(progress) => on_progress(progress),
            ReaderEvent::Failed(problem) => on_end(Err(problem)),
            event if event.is_end() => on_end(Ok((event, items))),
            _ => {}
        });
        stop.with(move || {
            handle.cancel();
            answer(Err(Problem::cancelled()));
        });
        let done = receiver.await.unwrap_or_else(|_| Err(Problem::cancelled()));
        stop.check()?;
        done
    }

    /// Shows how far a job is, in bytes.
    pub fn show_bytes(&self, job: u64, progress: ReadProgress) {
        let ReadProgress { done_bytes, total_bytes, .. } = progress;
        if total_bytes > 0 {
            let done_frac = Some((done_bytes as f64 / total_bytes as f64).min(1.0));
            let detail = format!("{} of {}", format_bytes(done_bytes), format_bytes(total_bytes));
            self.set_job(job, JobState::Running { done_frac, detail });
        }
    }

    pub fn cancel_job(&self, job: u64) {
        self.cancel_import(job);
        let stop = self.stops.borrow_mut().remove(&job);
        if let Some(stop) = stop {
            stop.stop();
        }
        self.app.dismiss_job(job);
    }

    /// Ends everything that runs: imports, exports, and questions.
    pub fn cancel_all(&self) {
        let imports = self.handles.borrow().keys().copied().collect::<Vec<_>>();
        let others = self.stops.borrow().keys().copied().collect::<Vec<_>>();
        for job in imports.into_iter().chain(others) {
            self.cancel_job(job);
        }
        self.engine.cancel_all();
        self.app.is_stopped.set(self.engine.has_refused());
    }

    /// Ends the questions that `which` chooses. They are asked again when they or the workspace
    /// change, or with [`Runtime::ask_again`].
    pub fn cancel_questions(&self, which: impl Fn(&Query) -> bool) {
        self.engine.cancel_questions(which);
        self.app.is_stopped.set(self.engine.has_refused());
    }

    pub fn ask_again(&self) {
        self.wait_again();
        self.engine.ask_again();
        self.app.is_stopped.set(false);
    }
}
