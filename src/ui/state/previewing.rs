//! How a source would be read with other options: its first rows, before anything is changed.

use super::asking::raw_key;
use super::runtime::Runtime;
use crate::base::{Problem, SourceId, TableId};
use crate::protocol::{ReaderEvent, ReaderJob};
use crate::source::{Format, ReaderSpec};
use crate::table::RowWindow;
use futures::channel::oneshot;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Of larger files only the beginning is read, or nothing where that cannot be.
const WHOLE_UP_TO_BYTES: f64 = 20e6;
const BEGINNING_BYTES: f64 = 1e6;

impl Runtime {
    /// The first rows of a table as they would be read. A later call ends an earlier one.
    ///
    /// # Errors
    /// What reading would fail with; `preview_too_large` for large files that are not text.
    pub async fn preview(
        self: &Rc<Self>,
        source: SourceId,
        table: TableId,
        spec: ReaderSpec,
    ) -> Result<RowWindow, Problem> {
        let found = self.history.borrow().present().source(source).cloned();
        let gone = || Problem::input("file_missing", "This source is no longer in this browser.");
        let found = found.ok_or_else(gone)?;
        let Some(table) = found.tables.iter().find(|t| t.id == table) else { return Err(gone()) };
        let key = raw_key(&self.key.borrow(), &found);
        let blob = self.blob(&key).await?.ok_or_else(gone)?;
        let is_text = matches!(table.reading.format, Format::Csv | Format::Tsv | Format::Ndjson);
        let blob = match blob.size() {
            size if size <= WHOLE_UP_TO_BYTES => blob,
            _ if is_text => blob.slice_with_f64_and_f64(0.0, BEGINNING_BYTES).map_err(|_| gone())?,
            _ => return Err(Problem::limit("preview_too_large", "This file is too large for a preview.")),
        };
        let job = ReaderJob::Preview { name: found.name.clone(), spec, part: table.part.clone() };
        let (send, answer) = oneshot::channel();
        let send = RefCell::new(Some(send));
        let handle = self.readers.run(&job, vec![JsValue::from(blob)], move |event, _| {
            let done = match event {
                ReaderEvent::Previewed { window } => Ok(window),
                ReaderEvent::Failed(problem) => Err(problem),
                _ => return,
            };
            if let Some(send) = send.borrow_mut().take() {
                // Whoever asked may have gone.
                let _ = send.send(done);
            }
        });
        if let Some(before) = self.previewing.borrow_mut().replace(handle) {
            before.cancel();
        }
        self.readers.warm_up();
        answer.await.unwrap_or_else(|_| Err(Problem::cancelled()))
    }
}
