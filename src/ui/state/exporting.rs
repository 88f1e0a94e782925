//! From the workspace to files.

use super::asking::on_disk;
use super::jobs::Stop;
use super::runtime::{Runtime, runtime};
use super::saving::title_of;
use crate::base::{Problem, wording};
use crate::platform::files;
use crate::protocol::{ExportFormat, ReaderEvent, ReaderJob};
use crate::source::ReadProgress;
use js_sys::ArrayBuffer;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

impl Runtime {
    /// The rows of a query as an Arrow IPC stream.
    ///
    /// # Errors
    /// The query's, or `cancelled`.
    pub async fn rows_of(self: &Rc<Self>, sql: String, stop: &Stop) -> Result<ArrayBuffer, Problem> {
        self.tables_attached().await;
        stop.check()?;
        let (id, rows) = self.engine.export(sql);
        stop.with(move || runtime().engine.cancel_export(id));
        let rows = rows.await.unwrap_or_else(|_| Err(Problem::cancelled()))?;
        stop.check()?;
        Ok(rows)
    }

    /// The rows of a query as a file's bytes.
    ///
    /// # Errors
    /// The query's, or the format's, or `cancelled`.
    pub async fn export(
        self: &Rc<Self>,
        sql: String,
        format: ExportFormat,
        name: &str,
        stop: &Stop,
    ) -> Result<ArrayBuffer, Problem> {
        let ipc = self.rows_of(sql, stop).await?;
        if format == ExportFormat::Arrow {
            return Ok(ipc);
        }
        let job = ReaderJob::Encode { format, name: name.to_owned() };
        match self.have_done(&job, vec![ipc.into()], stop, |_| {}).await? {
            (ReaderEvent::Encoded, items) => {
                items.first().and_then(|i| i.clone().dyn_into().ok()).ok_or_else(|| no_bytes("An export"))
            }
            _ => Err(no_bytes("An export")),
        }
    }

    pub fn export_file(self: &Rc<Self>, sql: String, format: ExportFormat, file_name: String) {
        let runtime = self.clone();
        self.as_job(format!("Writing {file_name}"), |_, stop| async move {
            let bytes = runtime.export(sql, format, &file_name, &stop).await?;
            files::download(&file_name, &files::blob_of_buffer(&bytes, format.mime())?)
        });
    }

    /// The blobs that the workspace needs as it stands, by name.
    async fn needed_blobs(&self) -> Result<Vec<(String, Blob)>, Problem> {
        let key = self.key.borrow().clone();
        let names = self.history.borrow().present().blob_names();
        let mut blobs = Vec::with_capacity(names.len());
        for name in names {
            if let Some(blob) = self.blob(&on_disk(&key, &name)).await? {
                blobs.push((name, blob));
            }
        }
        Ok(blobs)
    }

    /// Bytes of the workspace's data before they are packed: a project file is not larger, but for
    /// the workspace itself.
    pub async fn project_bytes(&self) -> Option<u64> {
        let blobs = self.needed_blobs().await.ok()?;
        Some(blobs.iter().map(|(_, blob)| blob.size() as u64).sum())
    }

    /// The workspace with its rows, as one file. A reader puts it together; no byte of it passes
    /// through the page's memory.
    ///
    /// # Errors
    /// When rows cannot be read from disk, or `cancelled`.
    pub async fn project(
        self: &Rc<Self>,
        stop: &Stop,
        on_progress: impl Fn(ReadProgress) + 'static,
    ) -> Result<Blob, Problem> {
        let present = self.history.borrow().present().clone();
        let saved = self.encoder.borrow_mut().encode_present(&present)?;
        let (names, blobs): (Vec<String>, Vec<JsValue>) =
            self.needed_blobs().await?.into_iter().map(|(name, blob)| (name, JsValue::from(blob))).unzip();
        match self.have_done(&ReaderJob::Pack { saved, names }, blobs, stop, on_progress).await? {
            (ReaderEvent::Packed, items) => {
                items.first().and_then(|i| i.clone().dyn_into().ok()).ok_or_else(|| no_bytes("A project"))
            }
            _ => Err(no_bytes("A project")),
        }
    }

    pub fn export_project(self: &Rc<Self>) {
        let runtime = self.clone();
        self.as_job("Writing the project file".to_owned(), |job, stop| async move {
            let shown = runtime.clone();
            let file = runtime.project(&stop, move |progress| shown.show_bytes(job, progress)).await?;
            let title = title_of(runtime.history.borrow().present());
            let name: String =
                title.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).take(60).collect();
            let name = format!("{name}.tributary");
            files::download(&name, &file)?;
            runtime.app.say(format!("{name}: {}", wording::format_bytes(file.size() as u64)), false);
            Ok(())
        });
    }
}

fn no_bytes(what: &str) -> Problem {
    Problem::bug("bug_protocol", format!("{what} came without its bytes."))
}
