//! The handle that every screen holds.

use super::types::{Answer, Job, Panel, Place, Recent, SaveState, Toast};
use crate::base::{NodeId, Problem, SourceId};
use crate::protocol::{ExportFormat, NetworkEntry, Query};
use crate::report::FrozenReport;
use crate::source::ReaderSpec;
use crate::workspace::{Command, Workspace};
use leptos::prelude::*;
use std::sync::Arc;

/// Cheap to copy; the same everywhere.
#[derive(Clone, Copy)]
pub struct App {
    pub workspace: RwSignal<Arc<Workspace>>,
    pub place: RwSignal<Place>,
    pub panel: RwSignal<Option<Panel>>,
    /// The node on the Explore screen; `None`: the report's node.
    pub explored: RwSignal<Option<NodeId>>,
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
    /// The report of someone else that is being read.
    pub shared_report: RwSignal<Option<Arc<FrozenReport>>>,
}

/// The app's state, from the context.
pub fn use_app() -> App {
    use_context::<App>().unwrap_or_else(App::new)
}

impl App {
    pub fn new() -> App {
        App {
            workspace: RwSignal::new(Arc::new(Workspace::default())),
            place: RwSignal::new(Place::Start),
            panel: RwSignal::new(None),
            explored: RwSignal::new(None),
            jobs: RwSignal::new(Vec::new()),
            toasts: RwSignal::new(Vec::new()),
            save_state: RwSignal::new(SaveState::Empty),
            undo_label: RwSignal::new(None),
            redo_label: RwSignal::new(None),
            network: RwSignal::new(Vec::new()),
            recent: RwSignal::new(Vec::new()),
            engine_ready: RwSignal::new(false),
            n_pending: RwSignal::new(0),
            shared_report: RwSignal::new(None),
        }
    }

    /// Makes a change. A problem is shown as a toast.
    pub fn dispatch(self, command: Command) {
        if let Err(problem) = self.try_dispatch(command) {
            self.complain(problem);
        }
    }

    /// # Errors
    /// The command's own, to be shown where it was given.
    pub fn try_dispatch(self, _command: Command) -> Result<(), Problem> {
        Ok(())
    }

    pub fn undo(self) {}

    pub fn redo(self) {}

    /// Asks the engine, again whenever the question or the workspace changes, until the calling
    /// part goes away. `None` asks nothing.
    pub fn want(self, _query: impl Fn() -> Option<Query> + Send + Sync + 'static) -> Signal<Answer> {
        Signal::derive(|| Answer::Waiting)
    }

    /// Reads files, as from a drop or the file picker. Project and report files are opened.
    pub fn add_files(self, _files: Vec<web_sys::File>) {}

    /// Reads a pasted table.
    pub fn add_text(self, _text: String) {}

    /// Reads a web API: an address or a `curl` line. `headers` are kept in memory only.
    ///
    /// # Errors
    /// When the text is not an address that can be read.
    pub fn add_address(self, _text: &str, _headers: Vec<(String, String)>) -> Result<(), Problem> {
        Ok(())
    }

    /// Opens a bundled sample in a new workspace.
    pub fn open_sample(self, _key: &str) {}

    /// Reads a source again, with other options.
    pub fn reread(self, _source: SourceId, _reader: ReaderSpec) {}

    /// Fetches a web source again.
    pub fn refresh(self, _source: SourceId) {}

    /// Writes rows to a file and downloads it.
    pub fn export(self, _sql: String, _format: ExportFormat, _file_name: String) {}

    /// Downloads the workspace with its data as one file.
    pub fn export_project(self) {}

    pub fn cancel_job(self, _job: u64) {}

    pub fn dismiss_job(self, job: u64) {
        self.jobs.update(|jobs| jobs.retain(|j| j.id != job));
    }

    /// Shows a report that came by link or file. Nothing is fetched and nothing is run.
    pub fn read_report(self, report: FrozenReport) {
        self.shared_report.set(Some(Arc::new(report)));
        self.place.set(Place::Reader);
    }

    /// Starts an empty workspace; the current one stays among the recent ones.
    pub fn new_workspace(self) {}

    pub fn open_recent(self, _key: String) {}

    pub fn delete_recent(self, _key: String) {}

    /// The node on the Explore screen.
    pub fn explored_node(self) -> Option<NodeId> {
        let workspace = self.workspace.get();
        self.explored.get().filter(|n| workspace.node_name(*n).is_some()).or_else(|| workspace.main_node())
    }

    /// Hands a file to the browser's downloads.
    pub fn download(self, _file_name: &str, _mime: &str, _bytes: &[u8]) {}

    pub fn copy_text(self, _text: &str) {}

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
            let id = toasts.last().map_or(1, |t| t.id + 1);
            toasts.push(Toast { id, text, can_undo, problem });
        });
    }
}

impl Default for App {
    fn default() -> App {
        App::new()
    }
}
