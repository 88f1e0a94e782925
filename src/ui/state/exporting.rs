//! From the workspace to files.

use super::runtime::Runtime;
use super::saving::title_of;
use super::types::{Job, JobState};
use crate::base::Problem;
use crate::platform::parcel::js_text;
use crate::protocol::{ExportFormat, ReaderEvent, ReaderJob};
use crate::share::{Project, to_project};
use crate::workspace::{Workspace, format};
use futures::channel::oneshot;
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

impl Runtime {
    /// The rows of a query as a file's bytes.
    ///
    /// # Errors
    /// The query's, or the format's.
    pub async fn export(self: &Rc<Self>, sql: String, format: ExportFormat, name: &str) -> Result<Vec<u8>, Problem> {
        self.tables_attached().await;
        let (_, rows) = self.engine.export(sql);
        let ipc = rows.await.unwrap_or_else(|_| Err(Problem::cancelled()))?;
        if format == ExportFormat::Arrow {
            return Ok(Uint8Array::new(&ipc).to_vec());
        }
        let (reply, receiver) = oneshot::channel();
        let reply = RefCell::new(Some(reply));
        let job = ReaderJob::Encode { format, name: name.to_owned() };
        self.readers.run(&job, vec![ipc.into()], move |event, items| {
            let result = match event {
                ReaderEvent::Encoded => items
                    .first()
                    .and_then(|i| i.dyn_ref::<ArrayBuffer>())
                    .map(|b| Uint8Array::new(b).to_vec())
                    .ok_or_else(|| Problem::bug("bug_protocol", "An export came without its bytes.")),
                ReaderEvent::Failed(problem) => Err(problem),
                _ => return,
            };
            if let Some(reply) = reply.borrow_mut().take() {
                // Nobody may be waiting any more.
                let _ = reply.send(result);
            }
        });
        receiver.await.unwrap_or_else(|_| Err(Problem::cancelled()))
    }

    pub fn export_file(self: &Rc<Self>, sql: String, format: ExportFormat, file_name: String) {
        let runtime = self.clone();
        self.as_job(format!("Writing {file_name}"), async move {
            let bytes = runtime.export(sql, format, &file_name).await?;
            runtime.app.download(&file_name, format.mime(), &bytes);
            Ok(())
        });
    }

    /// The workspace with its rows, as one file's bytes.
    ///
    /// # Errors
    /// When rows cannot be read from disk.
    pub async fn project(self: &Rc<Self>) -> Result<Vec<u8>, Problem> {
        let key = self.key.borrow().clone();
        let history = self.history.borrow().clone();
        let present: Workspace = history.present().as_ref().clone();
        let only_present = crate::workspace::History::new(present.clone());
        let mut blobs = Vec::new();
        for blob_key in Runtime::blob_keys_of(&key, &only_present) {
            if let Some(blob) = self.blob(&blob_key).await? {
                let read = JsFuture::from(blob.array_buffer()).await;
                let bytes = read
                    .map_err(|e| Problem::input("rows_missing", "Some data could not be read.").because(js_text(&e)))?;
                // Keys lose the workspace's own part: the project gets a new one where it is opened.
                let portable = blob_key.replacen(&format!("/{key}/"), "/", 1);
                blobs.push((portable, Uint8Array::new(&bytes).to_vec()));
            }
        }
        Ok(to_project(&Project { saved: format::encode(&present)?, blobs }))
    }

    pub fn export_project(self: &Rc<Self>) {
        let runtime = self.clone();
        self.as_job("Writing the project file".to_owned(), async move {
            let bytes = runtime.project().await?;
            let title = title_of(runtime.history.borrow().present());
            let name: String =
                title.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).take(60).collect();
            runtime.app.download(&format!("{name}.tributary"), "application/octet-stream", &bytes);
            Ok(())
        });
    }

    /// Runs something as a job that the user sees.
    fn as_job(self: &Rc<Self>, title: String, work: impl Future<Output = Result<(), Problem>> + 'static) {
        let id = self.next_job.replace(self.next_job.get() + 1);
        let running = JobState::Running { done_frac: None, detail: String::new() };
        self.app.jobs.update(|jobs| jobs.push(Job { id, title, state: running }));
        let app = self.app;
        spawn_local(async move {
            match work.await {
                Ok(()) => app.dismiss_job(id),
                Err(problem) if problem.code == "cancelled" => app.dismiss_job(id),
                Err(problem) => app.jobs.update(|jobs| {
                    if let Some(job) = jobs.iter_mut().find(|j| j.id == id) {
                        job.state = JobState::Failed(problem);
                    }
                }),
            }
        });
    }
}
