//! The handle that every screen holds.

use super::runtime::runtime;
use super::types::{Answer, Job, Panel, Place, Recent, RequestDraft, SaveState, Toast};
use crate::base::{NodeId, Problem, SourceId};
use crate::platform::files;
use crate::protocol::{ExportFormat, NetworkEntry, Query};
use crate::report::FrozenReport;
use crate::share::Integrity;
use crate::source::{ApiRequest, Origin, ReaderSpec, Successor};
use crate::workspace::{Command, Workspace};
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wasm_bindgen_futures::spawn_local;

/// Never used twice, so that a late timer dismisses no other toast.
static NEXT_TOAST: AtomicU64 = AtomicU64::new(1);

/// Long enough to read two lines and to reach for Undo.
const TOAST_MS: u32 = 9_000;

/// Cheap to copy; the same everywhere.
#[derive(Clone, Copy)]
pub struct App {
    pub workspace: RwSignal<Arc<Workspace>>,
    pub place: RwSignal<Place>,
    pub panel: RwSignal<Option<Panel>>,
    /// The node on the Explore screen; `None`: the report's node.
    pub explored: RwSignal<Option<NodeId>>,
    /// The kind of a step that is to be written there, asked for from elsewhere.
    pub asked_step: RwSignal<Option<&'static str>>,
    pub jobs: RwSignal<Vec<Job>>,
    pub toasts: RwSignal<Vec<Toast>>,
    pub save_state: RwSignal<SaveState>,
    pub undo_label: RwSignal<Option<String>>,
    pub redo_label: RwSignal<Option<String>>,
    pub network: RwSignal<Vec<NetworkEntry>>,
    pub recent: RwSignal<Vec<Recent>>,
    pub engine_ready: RwSignal<bool>,
    /// Questions being worked on.
    pub n_pending: RwSignal<u64>,
    /// The user has stopped questions, and nothing has changed since.
    pub is_stopped: RwSignal<bool>,
    /// The report of someone else that is being read.
    pub shared_report: RwSignal<Option<Arc<FrozenReport>>>,
    /// It is not as it was written.
    pub shared_is_changed: RwSignal<bool>,
}

/// The app's state, from the context.
pub fn use_app() -> App {
    use_context::<App>().unwrap_or_default()
}

impl App {
    pub fn new() -> App {
        App {
            workspace: RwSignal::new(Arc::new(Workspace::default())),
            place: RwSignal::new(Place::Start),
            panel: RwSignal::new(None),
            explored: RwSignal::new(None),
            asked_step: RwSignal::new(None),
            jobs: RwSignal::new(Vec::new()),
            toasts: RwSignal::new(Vec::new()),
            save_state: RwSignal::new(SaveState::Empty),
            undo_label: RwSignal::new(None),
            redo_label: RwSignal::new(None),
            network: RwSignal::new(Vec::new()),
            recent: RwSignal::new(Vec::new()),
            engine_ready: RwSignal::new(false),
            n_pending: RwSignal::new(0),
            is_stopped: RwSignal::new(false),
            shared_report: RwSignal::new(None),
            shared_is_changed: RwSignal::new(false),
        }
    }

    /// The workspace at this moment, without following its changes.
    pub fn workspace_now(self) -> Arc<Workspace> {
        self.workspace.get_untracked()
    }

    /// The requests made so far, without following later ones.
    pub fn network_now(self) -> Vec<NetworkEntry> {
        self.network.get_untracked()
    }

    /// Makes a change. A problem is shown as a toast.
    pub fn dispatch(self, command: Command) {
        if let Err(problem) = self.try_dispatch(command) {
            self.complain(problem);
        }
    }

    /// # Errors
    /// The command's own, to be shown where it was given.
    pub fn try_dispatch(self, command: Command) -> Result<(), Problem> {
        runtime().dispatch(&command)
    }

    pub fn undo(self) {
        if let Some(label) = runtime().undo() {
            // What an older word at the edge offers to undo is no longer the last change.
            self.toasts.update(|toasts| toasts.retain(|t| !t.can_undo));
            self.say(format!("Undone: {label}"), false);
        }
    }

    pub fn redo(self) {
        if let Some(label) = runtime().redo() {
            self.say(format!("Done again: {label}"), false);
        }
    }

    /// Asks the engine, again whenever the question or the workspace changes, until the calling
    /// part goes away. `None` asks nothing.
    pub fn want(self, query: impl Fn() -> Option<Query> + Send + Sync + 'static) -> Signal<Answer> {
        runtime().want(query)
    }

    /// Reads files, as from a drop or the file picker. Project and report files are opened.
    pub fn add_files(self, files: Vec<web_sys::File>) {
        runtime().add_files(files);
    }

    /// Reads a pasted table.
    pub fn add_text(self, text: String) {
        runtime().add_text(&text);
    }

    /// Reads web APIs. Their headers are kept in memory only.
    pub fn add_requests(self, requests: Vec<ApiRequest>, replaces: Option<SourceId>) {
        runtime().add_requests(requests, replaces);
    }

    /// Opens what a web source asks, to add a key or change something.
    pub fn edit_request(self, source: SourceId) {
        let workspace = self.workspace.get_untracked();
        let Some(Origin::Api(api)) = workspace.source(source).map(|s| &s.origin) else { return };
        let headers = runtime().headers.borrow().get(&api.url).cloned().unwrap_or_default();
        self.panel.set(Some(Panel::EditAddress(Box::new(RequestDraft {
            text: api.url.clone(),
            paging: api.paging.clone(),
            max_pages: api.max_pages,
            headers,
            replaces: Some(source),
            of_job: None,
        }))));
    }

    /// Opens a bundled sample in a new workspace.
    pub fn open_sample(self, key: &str) {
        runtime().open_sample(key.to_owned());
    }

    /// Reads a source again, with other options.
    pub fn reread(self, source: SourceId, reader: ReaderSpec) {
        runtime().reread(source, reader);
    }

    /// The same, under a name for undo; whether it was done.
    pub async fn reread_as(self, source: SourceId, reader: ReaderSpec, label: String) -> bool {
        runtime().reread_as(source, reader, Some(label)).await
    }

    /// Reads a file in the place of a source, with its options.
    pub fn replace_with(self, source: SourceId, file: web_sys::File) {
        runtime().replace_with(source, file);
    }

    /// Lets a source take the place of the one that it is a later version of.
    pub fn replace_by(self, successor: Successor) {
        runtime().replace_by(successor);
    }

    /// Puts a source's rows below those of the one that it is a later version of.
    pub fn add_to(self, successor: Successor) {
        runtime().add_to(successor);
    }

    /// Fetches a web source again.
    pub fn refresh(self, source: SourceId) {
        runtime().refresh(source, None);
    }

    /// Fetches a web source again, more of its pages.
    pub fn refresh_up_to(self, source: SourceId, max_pages: u32) {
        runtime().refresh(source, Some(max_pages));
    }

    /// Writes rows to a file and downloads it.
    pub fn export(self, sql: String, format: ExportFormat, file_name: String) {
        runtime().export_file(sql, format, file_name);
    }

    /// Downloads the workspace with its data as one file.
    pub fn export_project(self) {
        runtime().export_project();
    }

    /// Ends the questions under way that `which` chooses. They are asked again when they or the workspace change.
    pub fn cancel_questions(self, which: impl Fn(&Query) -> bool) {
        runtime().cancel_questions(which);
    }

    /// Asks once more what was cancelled.
    pub fn ask_again(self) {
        runtime().ask_again();
    }

    /// Bytes of all data before packing: what a project file holds at most.
    pub async fn project_bytes(self) -> Option<u64> {
        runtime().project_bytes().await
    }

    pub fn cancel_job(self, job: u64) {
        runtime().cancel_job(job);
    }

    pub fn dismiss_job(self, job: u64) {
        self.jobs.update(|jobs| jobs.retain(|j| j.id != job));
        runtime().forget_job(job);
    }

    /// Does once more what a failed job was to do. False when that is not known.
    pub fn retry_job(self, job: u64) -> bool {
        runtime().retry_job(job)
    }

    /// Opens what a failed job asked of a web address.
    pub fn edit_job(self, job: u64) {
        runtime().edit_job(job);
    }

    /// Shows a report that came by link or file. Nothing is fetched and nothing is run.
    pub fn read_report(self, (report, integrity): (FrozenReport, Integrity)) {
        self.shared_is_changed.set(integrity == Integrity::Changed);
        self.shared_report.set(Some(Arc::new(report)));
        self.place.set(Place::Reader);
    }

    /// Starts an empty workspace; the current one stays among the recent ones.
    pub fn new_workspace(self) {
        runtime().new_workspace();
    }

    pub fn open_recent(self, key: String) {
        runtime().open_recent(key);
    }

    pub fn delete_recent(self, key: String) {
        runtime().delete_recent(key);
    }

    /// The node on the Explore screen.
    pub fn explored_node(self) -> Option<NodeId> {
        let workspace = self.workspace.get();
        self.explored.get().filter(|n| workspace.node_name(*n).is_some()).or_else(|| workspace.main_node())
    }

    /// Hands a file to the browser's downloads.
    pub fn download(self, file_name: &str, mime: &str, bytes: &[u8]) {
        let done = files::blob_of(bytes, mime).map_or(Ok(()), |blob| files::download(file_name, &blob));
        if let Err(problem) = done {
            self.complain(problem);
        }
    }

    /// Puts text on the clipboard and says so.
    pub fn copy_text(self, text: &str) {
        let text = text.to_owned();
        spawn_local(async move {
            match files::copy_text(&text).await {
                Ok(()) => self.say("Copied.", false),
                Err(problem) => self.complain(problem),
            }
        });
    }

    pub fn say(self, text: impl Into<String>, can_undo: bool) {
        self.add_toast(text.into(), can_undo, None);
    }

    pub fn complain(self, problem: Problem) {
        self.add_toast(problem.what.clone(), false, Some(problem));
    }

    pub fn dismiss_toast(self, id: u64) {
        self.toasts.update(|t| t.retain(|t| t.id != id));
    }

    fn add_toast(self, text: String, can_undo: bool, problem: Option<Problem>) {
        self.toasts.update(|toasts| {
            let id = NEXT_TOAST.fetch_add(1, Ordering::Relaxed);
            // Three at most: what is older has been seen or will not be.
            if toasts.len() >= 3 {
                toasts.remove(0);
            }
            toasts.push(Toast { id, text, can_undo, problem });
        });
        // A problem stays until it is dismissed; a word goes by itself.
        if let Some((id, false)) = self.toasts.with_untracked(|t| t.last().map(|t| (t.id, t.problem.is_some()))) {
            spawn_local(async move {
                gloo_timers::future::TimeoutFuture::new(TOAST_MS).await;
                self.dismiss_toast(id);
            });
        }
    }
}

impl Default for App {
    fn default() -> App {
        App::new()
    }
}
