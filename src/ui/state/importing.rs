//! From files, pastes and addresses to sources in the workspace.

use super::asking::{raw_key, rows_key};
use super::runtime::{Runtime, Waiting};
use super::types::{Job, JobState, Place};
use crate::base::wording::{format_bytes, format_count, plural};
use crate::base::{Problem, SourceId, TableId};
use crate::platform::files::blob_of;
use crate::platform::time;
use crate::protocol::{ReadPart, ReaderEvent, ReaderJob};
use crate::source::{ApiSpec, Origin, ReadProgress, ReaderSpec, SourceSpec, TableSpec, parse_address, sql_name};
use crate::workspace::Command;
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File};

/// What to read and where it came from.
pub struct Import {
    pub name: String,
    pub origin: Origin,
    /// Absent for an address, which is fetched.
    pub blob: Option<Blob>,
    pub headers: Vec<(String, String)>,
    pub reader: ReaderSpec,
    /// The source that is read again.
    pub replaces: Option<SourceId>,
    /// The name of its only table in SQL.
    pub table: Option<String>,
}

impl Import {
    pub fn of_blob(name: &str, blob: Blob) -> Import {
        Import {
            name: name.to_owned(),
            origin: Origin::File,
            blob: Some(blob),
            headers: Vec::new(),
            reader: ReaderSpec::default(),
            replaces: None,
            table: None,
        }
    }

    pub fn of_address(api: ApiSpec, headers: Vec<(String, String)>) -> Import {
        let name = api.url.split(['?', '#']).next().unwrap_or(&api.url).to_owned();
        let name = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest).trim_end_matches('/').to_owned();
        Import {
            name,
            origin: Origin::Api(api),
            blob: None,
            headers,
            reader: ReaderSpec::default(),
            replaces: None,
            table: None,
        }
    }
}

impl Runtime {
    pub fn add_files(self: &Rc<Self>, files: Vec<File>) {
        let runtime = self.clone();
        spawn_local(async move {
            let mut waiting = Vec::new();
            for file in files {
                let name = file.name();
                if name.ends_with(".tributary") || name.ends_with(".html") || name.ends_with(".htm") {
                    runtime.open_file(file).await;
                } else {
                    waiting.push(runtime.import(Import::of_blob(&name, file.into())));
                }
            }
            runtime.finish_imports(waiting).await;
        });
    }

    pub fn add_text(self: &Rc<Self>, text: &str) {
        let Some(blob) = blob_of(text.as_bytes(), "text/plain") else { return };
        let import = Import { origin: Origin::Paste, ..Import::of_blob("Pasted table", blob) };
        let waiting = vec![self.import(import)];
        let runtime = self.clone();
        spawn_local(async move { runtime.finish_imports(waiting).await });
    }

    /// # Errors
    /// When the text is not an address that can be read.
    pub fn add_address(self: &Rc<Self>, text: &str, more: Vec<(String, String)>) -> Result<(), Problem> {
        let (api, mut headers) = parse_address(text)?;
        headers.extend(more);
        let waiting = vec![self.import(Import::of_address(api, headers))];
        let runtime = self.clone();
        spawn_local(async move { runtime.finish_imports(waiting).await });
        Ok(())
    }

    pub fn reread(self: &Rc<Self>, source: SourceId, reader: ReaderSpec) {
        let Some(spec) = self.history.borrow().present().source(source).cloned() else { return };
        let raw = raw_key(&self.key.borrow(), &spec);
        let runtime = self.clone();
        spawn_local(async move {
            match runtime.blob(&raw).await {
                Ok(Some(blob)) => {
                    let import = Import {
                        origin: spec.origin.clone(),
                        reader,
                        replaces: Some(source),
                        ..Import::of_blob(&spec.name, blob)
                    };
                    // The job tells of a failure itself.
                    let _ = runtime.import(import).await;
                }
                Ok(None) => runtime.app.complain(
                    Problem::input("file_missing", format!("{} is no longer in this browser.", spec.name))
                        .hint("Add the file again."),
                ),
                Err(problem) => runtime.app.complain(problem),
            }
        });
    }

    pub fn refresh(self: &Rc<Self>, source: SourceId) {
        let Some(spec) = self.history.borrow().present().source(source).cloned() else { return };
        let Origin::Api(api) = spec.origin.clone() else { return };
        let headers = self.headers.borrow().get(&api.url).cloned().unwrap_or_default();
        let import = Import { reader: spec.reader.clone(), replaces: Some(source), ..Import::of_address(api, headers) };
        let waiting = self.import(import);
        spawn_local(async move {
            let _ = waiting.await;
        });
    }

    /// Starts reading; the answer is the source that was added or replaced.
    pub fn import(self: &Rc<Self>, import: Import) -> oneshot::Receiver<Result<SourceId, Problem>> {
        let (reply, receiver) = oneshot::channel();
        let job = self.next_job.replace(self.next_job.get() + 1);
        let verb = if import.blob.is_some() { "Reading" } else { "Fetching" };
        let running = JobState::Running { done_frac: None, detail: String::new() };
        self.app
            .jobs
            .update(|jobs| jobs.push(Job { id: job, title: format!("{verb} {}", import.name), state: running }));

        if let Origin::Api(api) = &import.origin
            && !import.headers.is_empty()
        {
            self.headers.borrow_mut().insert(api.url.clone(), import.headers.clone());
        }
        let (message, items) = match (&import.blob, &import.origin) {
            (Some(blob), _) => {
                let message = ReaderJob::Read { name: import.name.clone(), spec: import.reader.clone() };
                (message, vec![JsValue::from(blob)])
            }
            (None, Origin::Api(api)) => {
                let (api, headers) = (api.clone(), import.headers.clone());
                (ReaderJob::Fetch { api, headers, spec: import.reader.clone() }, Vec::new())
            }
            (None, _) => return receiver,
        };
        let started_ms = time::now_ms();
        let reply: Waiting = Rc::new(RefCell::new(Some(reply)));
        let waiting = reply.clone();
        let import = Rc::new(import);
        let runtime = self.clone();
        let handle = self.readers.run(&message, items, move |event, items| match event {
            ReaderEvent::Ready { .. } | ReaderEvent::Encoded => {}
            ReaderEvent::Progress(progress) => runtime.show_progress(job, progress, started_ms),
            ReaderEvent::Waiting { seconds, why } => {
                let detail = format!("{why} Trying again in {}.", plural(u64::from(seconds), "second", "seconds"));
                runtime.set_job(job, JobState::Running { done_frac: None, detail });
            }
            ReaderEvent::Requested(entry) => runtime.app.network.update(|log| log.push(entry)),
            ReaderEvent::Read { parts, fingerprint, size_bytes, notices } => {
                let read = Read { parts, fingerprint, size_bytes, notices };
                let done = runtime.add_read(&import, read, items);
                runtime.handles.borrow_mut().remove(&job);
                match &done {
                    Ok(_) => runtime.app.dismiss_job(job),
                    Err(problem) => runtime.set_job(job, JobState::Failed(problem.clone())),
                }
                answer(&reply, done);
            }
            ReaderEvent::Failed(problem) => {
                runtime.handles.borrow_mut().remove(&job);
                runtime.set_job(job, JobState::Failed(problem.clone()));
                answer(&reply, Err(problem));
            }
        });
        self.handles.borrow_mut().insert(job, (handle, waiting));
        self.readers.warm_up();
        self.engine.start();
        receiver
    }

    fn set_job(&self, id: u64, state: JobState) {
        self.app.jobs.update(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|j| j.id == id) {
                job.state = state;
            }
        });
    }

    fn show_progress(&self, job: u64, progress: ReadProgress, started_ms: f64) {
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

    /// A reader has finished: its tables go into the workspace, their rows to the engine and the disk.
    fn add_read(self: &Rc<Self>, import: &Import, read: Read, items: Vec<JsValue>) -> Result<SourceId, Problem> {
        if read.parts.is_empty() {
            return Err(Problem::input("nothing_found", format!("{} holds no table.", import.name))
                .because("No rows were found in it."));
        }
        let tables = read.parts.iter().map(|part| TableSpec {
            id: TableId(0),
            name: import.table.clone().unwrap_or_else(|| sql_name(&import.name, &part.part)),
            part: part.part.clone(),
            n_rows: part.n_rows,
            columns: part.columns.clone(),
            ledger: part.ledger.clone(),
            reading: part.reading.clone(),
            notices: part.notices.clone(),
        });
        let mut source = SourceSpec {
            id: import.replaces.unwrap_or(SourceId(0)),
            name: import.name.clone(),
            origin: import.origin.clone(),
            size_bytes: read.size_bytes,
            fingerprint: read.fingerprint,
            read_at: time::now_iso(),
            reader: import.reader.clone(),
            tables: tables.collect(),
        };
        // Remarks about the file as a whole go with its first table.
        if let Some(first) = source.tables.first_mut() {
            let own = std::mem::take(&mut first.notices);
            first.notices.0 = read.notices.0.into_iter().chain(own.0).collect();
        }
        let key = self.key.borrow().clone();
        let mut items = items.into_iter();
        let mut buffers = Vec::new();
        for table in &source.tables {
            let buffer = items.next().and_then(|i| i.dyn_into::<ArrayBuffer>().ok());
            let blob = items.next().and_then(|i| i.dyn_into::<Blob>().ok());
            let (Some(buffer), Some(blob)) = (buffer, blob) else {
                return Err(Problem::bug("bug_protocol", "A table came without its rows."));
            };
            let rows = rows_key(&key, &source, table);
            self.keep_blob(rows.clone(), blob);
            buffers.push((table.part.clone(), rows, buffer));
        }
        let raw = import.blob.clone().or_else(|| items.next().and_then(|i| i.dyn_into::<Blob>().ok()));
        if let Some(raw) = raw {
            self.keep_blob(raw_key(&key, &source), raw);
        }
        let command = match import.replaces {
            Some(_) => Command::ReplaceSource { source: Box::new(source) },
            None => Command::AddSource { source: Box::new(source) },
        };
        self.history.borrow_mut().dispatch(&command)?;
        let added = {
            let history = self.history.borrow();
            let present = history.present();
            match import.replaces {
                Some(id) => present.source(id).cloned(),
                None => present.sources.last().cloned(),
            }
        };
        let Some(added) = added else { return Err(Problem::bug("bug_import", "The source was not added.")) };
        for (part, rows, buffer) in buffers {
            if let Some(table) = added.tables.iter().find(|t| t.part == part) {
                self.attach_now(table.id, rows, buffer);
            }
        }
        self.changed();
        Ok(added.id)
    }

    fn keep_blob(&self, key: String, blob: Blob) {
        self.blobs.borrow_mut().insert(key.clone(), blob);
        self.unsaved_blobs.borrow_mut().push(key);
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

    /// When all of a batch are in: combine what clearly belongs together, and show the report.
    pub async fn finish_imports(self: &Rc<Self>, waiting: Vec<oneshot::Receiver<Result<SourceId, Problem>>>) {
        let mut added = Vec::new();
        for one in waiting {
            if let Ok(Ok(source)) = one.await {
                added.push(source);
            }
        }
        if added.is_empty() {
            return;
        }
        self.combine_the_obvious(&added).await;
        if self.app.place.get_untracked() == Place::Start {
            self.app.place.set(Place::Report);
        }
    }
}

struct Read {
    parts: Vec<ReadPart>,
    fingerprint: crate::base::Fingerprint,
    size_bytes: u64,
    notices: crate::base::Notices,
}

fn answer(reply: &Waiting, result: Result<SourceId, Problem>) {
    if let Some(reply) = reply.borrow_mut().take() {
        // Nobody may be waiting any more.
        let _ = reply.send(result);
    }
}
