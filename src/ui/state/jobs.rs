//! Imports under way and imports that failed: their progress, their end, and another try.

use super::importing::{Import, answer};
use super::runtime::Runtime;
use super::types::{JobState, Panel, RequestDraft};
use crate::base::Problem;
use crate::base::wording::{format_bytes, format_count, plural};
use crate::platform::time;
use crate::source::{Origin, ReadProgress};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Runtime {
    pub(super) fn set_job(&self, id: u64, state: JobState) {
        self.app.jobs.update(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|j| j.id == id) {
                job.state = state;
            }
        });
    }

    pub(super) fn show_progress(&self, job: u64, progress: ReadProgress, started_ms: f64) {
        let ReadProgress { done_bytes, total_bytes, n_rows } = progress;
        let seconds = (time::now_ms() - started_ms) / 1000.0;
        let mut detail = if total_bytes > 0 {
            format!("{} of {}", format_bytes(done_bytes), format_bytes(total_bytes))
        } else {
            format_bytes(done_bytes)
        };
        if n_rows > 0 {
            detail = format!("{}, {detail}", plural(n_rows, "row", "rows"));
            if seconds > 0.3 {
                detail = format!("{detail}, {} rows a second", format_count((n_rows as f64 / seconds) as u64));
            }
        }
        let done_frac = (total_bytes > 0).then(|| (done_bytes as f64 / total_bytes as f64).min(1.0));
        self.set_job(job, JobState::Running { done_frac, detail });
    }

    /// The job stays, and with it what is needed for another try.
    pub(super) fn fail_import(&self, job: u64, import: &Rc<Import>, problem: &Problem) {
        self.failed.borrow_mut().insert(job, import.clone());
        self.set_job(job, JobState::Failed(problem.clone()));
    }

    /// Does once more what a failed job was to do. False when that is not known.
    pub fn retry_job(self: &Rc<Self>, job: u64) -> bool {
        let Some(import) = self.failed.borrow_mut().remove(&job) else { return false };
        self.app.dismiss_job(job);
        let waiting = vec![self.import(import.again())];
        let runtime = self.clone();
        spawn_local(async move { runtime.finish_imports(waiting).await });
        true
    }

    /// Opens what a failed job asked of a web address, to be changed and asked again.
    pub fn edit_job(&self, job: u64) {
        let Some(import) = self.failed.borrow().get(&job).cloned() else { return };
        let Origin::Api(spec) = &import.origin else { return };
        let draft = RequestDraft {
            text: spec.url.clone(),
            paging: spec.paging.clone(),
            max_pages: spec.max_pages,
            headers: import.headers.clone(),
            replaces: import.replaces,
            of_job: Some(job),
        };
        self.app.panel.set(Some(Panel::EditAddress(Box::new(draft))));
    }

    /// What is needed for another try goes with the job.
    pub fn forget_job(&self, job: u64) {
        self.failed.borrow_mut().remove(&job);
    }

    pub fn cancel_job(&self, job: u64) {
        let running = self.handles.borrow_mut().remove(&job);
        if let Some((handle, waiting)) = running {
            handle.cancel();
            answer(&waiting, Err(Problem::cancelled()));
        }
        self.app.dismiss_job(job);
    }

    /// Ends everything that runs.
    pub fn cancel_all(&self) {
        let jobs: Vec<u64> = self.handles.borrow().keys().copied().collect();
        for job in jobs {
            self.cancel_job(job);
        }
        self.engine.cancel_all();
    }
}
