//! Files that are opened rather than read: projects and reports.

use super::asking::on_disk;
use super::jobs::Stop;
use super::runtime::Runtime;
use super::types::Place;
use crate::base::Problem;
use crate::platform::parcel::js_text;
use crate::protocol::{ReaderEvent, ReaderJob};
use crate::share::{PROJECT_PREFIX_BYTES, is_project, open_html};
use crate::source::ReadProgress;
use crate::workspace::{History, Workspace, format};
use js_sys::Uint8Array;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// Files larger than this are not opened as a report.
const MAX_REPORT_BYTES: f64 = 64e6;

impl Runtime {
    /// A project or a report file. Nothing in it is run, and nothing is fetched.
    pub async fn open_file(self: &Rc<Self>, file: File) {
        let name = file.name();
        let file: Blob = file.into();
        let runtime = self.clone();
        let (sender, receiver) = futures::channel::oneshot::channel();
        self.as_job(format!("Opening {name}"), |job, stop| async move {
            let shown = runtime.clone();
            let done = runtime.open_blob(&name, &file, &stop, move |p| shown.show_bytes(job, p)).await;
            // The page may have been left.
            let _ = sender.send(());
            done
        });
        let _ = receiver.await;
    }

    /// # Errors
    /// When it is neither a project nor a report, or `cancelled`.
    pub async fn open_blob(
        self: &Rc<Self>,
        name: &str,
        file: &Blob,
        stop: &Stop,
        on_progress: impl Fn(ReadProgress) + 'static,
    ) -> Result<(), Problem> {
        let start = file.slice_with_f64_and_f64(0.0, PROJECT_PREFIX_BYTES as f64).map_err(|e| cannot_open(name, &e))?;
        if is_project(&bytes_of(&start, name).await?) {
            let job = ReaderJob::Unpack { name: name.to_owned() };
            let (event, blobs) = self.have_done(&job, vec![file.into()], stop, on_progress).await?;
            let ReaderEvent::Unpacked { saved, names, remarks } = event else {
                return Err(Problem::bug("bug_protocol", "A project was answered with something else."));
            };
            let mut workspace = format::decode(&saved)?;
            for remark in remarks {
                let source = workspace.sources.iter_mut().find(|s| s.id == remark.source);
                if let Some(table) = source.and_then(|s| s.tables.first_mut())
                    && !table.notices.iter().any(|n| n.code == remark.code)
                {
                    table.notices.add(&remark.code, remark.text, 1);
                }
            }
            return self.enter_project(workspace, names, blobs).await;
        }
        if file.size() > MAX_REPORT_BYTES {
            return Err(Problem::limit("file_too_large", format!("{name} is too large to be a report.")));
        }
        let report = open_html(&bytes_of(file, name).await?)?;
        stop.check()?;
        self.app.read_report(report);
        Ok(())
    }

    async fn enter_project(
        self: &Rc<Self>,
        workspace: Workspace,
        names: Vec<String>,
        blobs: Vec<JsValue>,
    ) -> Result<(), Problem> {
        self.enter_new().await?;
        let key = self.key.borrow().clone();
        for (name, blob) in names.iter().zip(blobs) {
            if let Ok(blob) = blob.dyn_into::<Blob>() {
                self.keep_blob(on_disk(&key, name), blob);
            }
        }
        let revision = self.history.borrow().revision() + 1;
        *self.history.borrow_mut() = History::new(workspace).with_revision(revision);
        self.engine.start();
        self.changed();
        self.app.place.set(Place::Report);
        Ok(())
    }
}

async fn bytes_of(blob: &Blob, name: &str) -> Result<Vec<u8>, Problem> {
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|e| cannot_open(name, &e))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn cannot_open(name: &str, error: &JsValue) -> Problem {
    Problem::input("cannot_open", format!("{name} could not be opened."))
        .because(js_text(error))
        .hint("It may have been moved or changed since it was chosen. Choose it again.")
}
