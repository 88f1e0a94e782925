//! Imports that failed: another try, as it was or changed.

use super::import::Import;
use super::runtime::Runtime;
use super::types::{Panel, RequestDraft};
use crate::source::Origin;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Runtime {
    /// Does once more what a failed job was to do. False when that is not known.
    pub fn retry_job(self: &Rc<Self>, job: u64) -> bool {
        let Some(import) = self.failed.borrow_mut().remove(&job) else { return false };
        self.app.dismiss_job(job);
        let waiting = vec![self.import(Import::clone(&import))];
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
}
