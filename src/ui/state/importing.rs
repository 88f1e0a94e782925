//! From files, pastes and addresses to sources in the workspace.

use super::asking::{raw_key, rows_key};
pub use super::import::Import;
use super::import::name_of;
use super::opening::opened;
use super::runtime::{Runtime, Waiting};
use super::types::{Job, JobState, Place};
use crate::base::wording::{format_bytes, format_count, plural};
use crate::base::{Notices, Problem, Repair, SourceId, TableId};
use crate::platform::files::blob_of;
use crate::platform::time;
use crate::protocol::{ReadPart, ReaderEvent, ReaderJob};
use crate::source::{
    ApiRequest, Format, Origin, ReadProgress, ReaderSpec, SourceSpec, TableSpec, is_of_fetching, sql_name,
};
use crate::workspace::Command;
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File};

impl Runtime {
    pub fn add_files(self: &Rc<Self>, files: Vec<File>) {
        let runtime = self.clone();
        spawn_local(async move {
            opened().await;
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
        self.add_one(import);
    }

    /// Fetches addresses, each into a source of its own; or one in the place of a source.
    pub fn add_requests(self: &Rc<Self>, requests: Vec<ApiRequest>, replaces: Option<SourceId>) {
        let mut imports = Vec::new();
        for request in requests {
            let mut import = Import::of_address(request);
            if let Some(spec) = replaces.and_then(|id| self.history.borrow().present().source(id).cloned()) {
                // Another address may be laid out in another way; the same one is read as before.
                let is_same =
                    matches!((&spec.origin, &import.origin), (Origin::Api(a), Origin::Api(b)) if a.url == b.url);
                let own_name = !matches!(&spec.origin, Origin::Api(api) if name_of(&api.url) == spec.name);
                import.name = if is_same || own_name { spec.name.clone() } else { import.name };
                import.reader = if is_same { spec.reader.clone() } else { import.reader };
                import.replaces = Some(spec.id);
                import.before = Some(Rc::new(spec));
            }
            imports.push(import);
        }
        let runtime = self.clone();
        spawn_local(async move {
            opened().await;
            let waiting = imports.into_iter().map(|import| runtime.import(import)).collect();
            runtime.finish_imports(waiting).await;
        });
    }

    /// Into the workspace that was saved, not into the empty one that stands there while it is opened.
    fn add_one(self: &Rc<Self>, import: Import) {
        let runtime = self.clone();
        spawn_local(async move {
            opened().await;
            let waiting = vec![runtime.import(import)];
            runtime.finish_imports(waiting).await;
        });
    }

    pub fn reread(self: &Rc<Self>, source: SourceId, reader: ReaderSpec) {
        let runtime = self.clone();
        spawn_local(async move {
            // The job tells of a failure itself.
            runtime.reread_as(source, reader, None).await;
        });
    }

    /// Reads a source again; whether that was done. `label` is what undo calls it.
    pub async fn reread_as(self: &Rc<Self>, source: SourceId, reader: ReaderSpec, label: Option<String>) -> bool {
        let Some(spec) = self.history.borrow().present().source(source).cloned() else { return false };
        let raw = raw_key(&self.key.borrow(), &spec);
        let is_pages = spec.tables.iter().any(|t| t.reading.format == Format::Pages);
        // Sources saved before this was kept do not say that their bytes are pages put together.
        let reader = if is_pages { reader.for_fetched(true) } else { reader };
        // How the bytes came is as true as before.
        let notices = spec.tables.first().map(|t| t.notices.iter().filter(|n| is_of_fetching(n)).cloned().collect());
        let notices = Notices(notices.unwrap_or_default());
        match self.blob(&raw).await {
            Ok(Some(blob)) => {
                let import = Import {
                    origin: spec.origin.clone(),
                    reader,
                    notices,
                    replaces: Some(source),
                    before: self.version_before(&spec),
                    label,
                    ..Import::of_blob(&spec.name, blob)
                };
                return matches!(self.import(import).await, Ok(Ok(_)));
            }
            Ok(None) => self.app.complain(
                Problem::input("file_missing", format!("{} is no longer in this browser.", spec.name))
                    .hint("Add the file again."),
            ),
            Err(problem) => self.app.complain(problem),
        }
        false
    }

    /// Fetches a web source again, with another page limit where one is given.
    pub fn refresh(self: &Rc<Self>, source: SourceId, max_pages: Option<u32>) {
        let Some(spec) = self.history.borrow().present().source(source).cloned() else { return };
        let Origin::Api(mut api) = spec.origin.clone() else { return };
        api.max_pages = max_pages.unwrap_or(api.max_pages);
        let headers = self.headers.borrow().get(&api.url).cloned().unwrap_or_default();
        let request = ApiRequest { spec: api, headers, notices: Notices::default() };
        let import = Import {
            name: spec.name.clone(),
            reader: spec.reader.clone(),
            replaces: Some(source),
            before: Some(Rc::new(spec)),
            ..Import::of_address(request)
        };
        let waiting = self.import(import);
        spawn_local(async move {
            let _ = waiting.await;
        });
    }

    /// Starts reading; the answer is the source that was added or replaced.
    pub fn import(self: &Rc<Self>, import: Import) -> oneshot::Receiver<Result<SourceId, Problem>> {
        let (reply, receiver) = oneshot::channel();
        if let Err(problem) = self.must_write() {
            self.app.complain(problem.clone());
            // The receiver is still here.
            let _ = reply.send(Err(problem));
            return receiver;
        }
        let job = self.next_job.replace(self.next_job.get() + 1);
        let verb = if import.is_fetched() { "Fetching" } else { "Reading" };
        let running = JobState::Running { done_frac: None, detail: String::new() };
        self.app
            .jobs
            .update(|jobs| jobs.push(Job { id: job, title: format!("{verb} {}", import.name), state: running }));

        if let (Origin::Api(api), true) = (&import.origin, import.is_fetched()) {
            let mut known = self.headers.borrow_mut();
            if !import.headers.is_empty() {
                known.insert(api.url.clone(), import.headers.clone());
            } else if import.replaces.is_some() {
                known.remove(&api.url);
            }
        }
        let read = |size_bytes: f64, content: JsValue| {
            let n_helpers = self.readers.n_helpers(size_bytes);
            let (name, spec) = (import.name.clone(), import.reader.clone());
            (ReaderJob::Read { name, spec, n_helpers }, vec![content])
        };
        let (message, items) = match (&import.blob, &import.given, &import.origin) {
            (Some(blob), ..) => read(blob.size(), blob.into()),
            // The copy is handed over.
            (None, Some(given), _) => read(f64::from(given.length()), given.slice(0, given.length()).buffer().into()),
            (None, None, Origin::Api(api)) => {
                let (api, headers) = (api.clone(), import.headers.clone());
                (ReaderJob::Fetch { api, headers, spec: import.reader.clone() }, Vec::new())
            }
            (None, None, _) => return receiver,
        };
        let started_ms = time::now_ms();
        let workspace_key = self.key.borrow().clone();
        let reply: Waiting = Rc::new(RefCell::new(Some(reply)));
        let waiting = reply.clone();
        let import = Rc::new(import);
        let runtime = self.clone();
        let handle = self.readers.run(&message, items, move |event, items| match event {
            ReaderEvent::Ready { .. }
            | ReaderEvent::Previewed { .. }
            | ReaderEvent::Encoded
            | ReaderEvent::Packed
            | ReaderEvent::Unpacked { .. }
            | ReaderEvent::Compared { .. }
            | ReaderEvent::GetReady { .. }
            | ReaderEvent::Share { .. }
            | ReaderEvent::Shared { .. } => {}
            ReaderEvent::Progress(progress) => runtime.show_progress(job, progress, started_ms),
            ReaderEvent::Fetching(progress) => {
                let (done_frac, detail) = (progress.done_frac(), progress.words());
                runtime.set_job(job, JobState::Running { done_frac, detail });
            }
            ReaderEvent::Waiting { seconds, why } => {
                let detail = format!("{why} Trying again in {}.", plural(u64::from(seconds), "second", "seconds"));
                runtime.set_job(job, JobState::Running { done_frac: None, detail });
            }
            ReaderEvent::Requested(entry) => runtime.app.network.update(|log| log.push(entry)),
            ReaderEvent::Read { parts, fingerprint, size_bytes, notices } => {
                let read = Read { parts, fingerprint, size_bytes, notices };
                let (runtime, import, reply) = (runtime.clone(), import.clone(), reply.clone());
                let workspace_key = workspace_key.clone();
                if import.before.is_none() {
                    return runtime.end_read(job, &import, read, items, &workspace_key, &reply);
                }
                spawn_local(async move {
                    let read = runtime.compared(&import, read, &items).await;
                    // It may have been cancelled meanwhile.
                    if runtime.handles.borrow().contains_key(&job) {
                        runtime.end_read(job, &import, read, items, &workspace_key, &reply);
                    }
                });
            }
            ReaderEvent::Failed(problem) => {
                runtime.handles.borrow_mut().remove(&job);
                // What could not be sent may be the reason.
                let unsent = import.notices.iter().filter(|_| import.is_fetched());
                let problem = unsent.fold(problem, |p, n| p.hint(format!("{}.", n.text)));
                runtime.fail_import(job, &import, &problem);
                answer(&reply, Err(problem));
            }
        });
        self.handles.borrow_mut().insert(job, (handle, waiting));
        self.readers.warm_up();
        self.engine.start();
        receiver
    }

    fn end_read(
        self: &Rc<Self>,
        job: u64,
        import: &Rc<Import>,
        read: Read,
        items: Vec<JsValue>,
        workspace_key: &str,
        reply: &Waiting,
    ) {
        // Ids are small numbers: in another workspace they name something else.
        let is_same_workspace = *self.key.borrow() == workspace_key;
        let done = if is_same_workspace { self.add_read(import, read, items) } else { Err(Problem::cancelled()) };
        self.handles.borrow_mut().remove(&job);
        match &done {
            Ok(_) => self.app.dismiss_job(job),
            Err(problem) => self.fail_import(job, import, problem),
        }
        answer(reply, done);
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
        self.refuse_less_than_before(import, &read.notices)?;
        let is_pages = read.parts.iter().any(|part| part.reading.format == Format::Pages);
        let n_parts = read.parts.len();
        let tables = read.parts.iter().map(|part| TableSpec {
            id: TableId(0),
            name: match &import.table {
                // The name is of the only table, or of the file's own among several.
                Some(name) if n_parts == 1 || part.part.is_empty() => name.clone(),
                Some(name) => sql_name(name, &part.part),
                None => sql_name(&import.name, &part.part),
            },
            part: part.part.clone(),
            n_rows: part.n_rows,
            columns: part.columns.clone(),
            ledger: part.ledger.clone(),
            reading: part.reading.clone(),
            notices: part.notices.clone(),
            keys: part.keys.clone(),
            drift: part.drift.clone(),
        });
        let mut source = SourceSpec {
            id: import.replaces.unwrap_or(SourceId(0)),
            name: import.name.clone(),
            origin: import.origin.clone(),
            size_bytes: read.size_bytes,
            fingerprint: read.fingerprint,
            read_at: time::now_iso(),
            // Kept with the source, so that the same bytes are read in the same way again.
            reader: import.reader.clone().for_fetched(is_pages),
            tables: tables.collect(),
        };
        // Remarks about the file as a whole go with its first table.
        if let Some(first) = source.tables.first_mut() {
            let own = std::mem::take(&mut first.notices);
            let of_import = import.notices.iter().cloned();
            first.notices.0 = of_import.chain(read.notices.0).chain(own.0).collect();
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
        match import.replaces {
            Some(_) => self.put_in_place(import, source)?,
            None => self.history.borrow_mut().dispatch(&Command::AddSource { source: Box::new(source) })?,
        }
        let added = {
            let history = self.history.borrow();
            let present = history.present();
            match import.replaces {
                Some(id) => present.source(id).cloned(),
                None => present.sources.last().cloned(),
            }
        };
        let Some(added) = added else { return Err(Problem::bug("bug_import", "The source was not added.")) };
        let is_twin = |s: &SourceSpec| s.id != added.id && s.fingerprint == added.fingerprint;
        if self.history.borrow().present().sources.iter().any(is_twin) {
            let what = format!("{} holds the same as a source that is already here.", added.name);
            self.app.say(format!("{what} The two are not put together by themselves."), true);
        }
        for (part, rows, buffer) in buffers {
            if let Some(table) = added.tables.iter().find(|t| t.part == part) {
                self.attach_now(table.id, rows, buffer);
            }
        }
        self.changed();
        Ok(added.id)
    }

    /// A refresh that broke off does not take the place of rows that were complete.
    fn refuse_less_than_before(&self, import: &Import, notices: &Notices) -> Result<(), Problem> {
        let Some(failed) = notices.iter().find(|n| n.code == "page_failed") else { return Ok(()) };
        let history = self.history.borrow();
        let Some(before) = import.replaces.and_then(|id| history.present().source(id)) else { return Ok(()) };
        if before.missing_rows().is_some() {
            return Ok(());
        }
        let what =
            format!("{} was not refreshed: not all of its pages came. The rows of before are kept.", before.name);
        Err(Problem::input("refresh_incomplete", what)
            .because(format!("{}.", failed.text))
            .repair("Try again", Repair::Retry))
    }

    /// The job stays, and with it what is needed for another try.
    fn fail_import(&self, job: u64, import: &Rc<Import>, problem: &Problem) {
        self.failed.borrow_mut().insert(job, import.clone());
        self.set_job(job, JobState::Failed(problem.clone()));
    }

    pub fn keep_blob(&self, key: String, blob: Blob) {
        self.blobs.borrow_mut().insert(key.clone(), blob);
        self.unsaved_blobs.borrow_mut().push(key);
    }

    pub fn cancel_import(&self, job: u64) {
        let running = self.handles.borrow_mut().remove(&job);
        if let Some((handle, waiting)) = running {
            handle.cancel();
            answer(&waiting, Err(Problem::cancelled()));
        }
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
        self.tell_successors(&added);
        if self.app.place.get_untracked() == Place::Start {
            self.app.place.set(Place::Report);
        }
    }
}

/// What a reader has read.
pub(super) struct Read {
    pub parts: Vec<ReadPart>,
    pub fingerprint: crate::base::Fingerprint,
    pub size_bytes: u64,
    pub notices: crate::base::Notices,
}

fn answer(reply: &Waiting, result: Result<SourceId, Problem>) {
    if let Some(reply) = reply.borrow_mut().take() {
        // Nobody may be waiting any more.
        let _ = reply.send(result);
    }
}
