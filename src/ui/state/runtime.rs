//! What lives as long as the page: the history, the workers, the disk. One of it, reached by the
//! [`App`] handle; nothing else holds on to it.

use super::app::App;
use super::asking::Asked;
use super::import::Import;
use super::jobs::Stop;
use crate::base::{Problem, SourceId, TableId};
use crate::merge::MergeSpec;
use crate::platform::disk::Disk;
use crate::platform::engine_link::{EngineLink, LinkEvent};
use crate::platform::lease::Lease;
use crate::platform::reader_link::{ReaderHandle, ReaderPool};
use crate::protocol::Part;
use crate::workspace::format::Encoder;
use crate::workspace::{Command, History, Session, Workspace};
use futures::channel::oneshot;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

/// Who waits for an import.
pub type Waiting = Rc<RefCell<Option<oneshot::Sender<Result<SourceId, Problem>>>>>;

/// Everything behind [`App`].
pub struct Runtime {
    pub app: App,
    pub history: RefCell<History>,
    pub encoder: RefCell<Encoder>,
    pub engine: Rc<EngineLink>,
    pub readers: ReaderPool,
    pub disk: RefCell<Option<Rc<Disk>>>,
    pub lease: RefCell<Option<Lease>>,
    /// False when another tab holds the workspace or it was saved by a newer version.
    pub may_write: Cell<bool>,
    /// The workspace's key on disk.
    pub key: RefCell<String>,
    pub asked: RefCell<BTreeMap<u64, Asked>>,
    pub next_topic: Cell<u64>,
    /// Tables that the engine holds, with the key of the rows it was given.
    pub attached: RefCell<BTreeMap<TableId, String>>,
    /// Tables whose rows are on their way.
    pub n_attaching: Cell<u32>,
    /// Blobs that are not on disk, or not yet, by key. The browser keeps their bytes outside our memory.
    pub blobs: RefCell<BTreeMap<String, Blob>>,
    /// Keys of blobs that are not on disk yet.
    pub unsaved_blobs: RefCell<Vec<String>>,
    /// The blobs that were needed when the disk was last tidied.
    pub swept_for: RefCell<Vec<String>>,
    pub is_dirty: Cell<bool>,
    pub is_saving: Cell<bool>,
    /// Jobs under way, with who waits for them.
    pub handles: RefCell<BTreeMap<u64, (ReaderHandle, Waiting)>>,
    /// The preview under way, or the last one.
    pub previewing: RefCell<Option<ReaderHandle>>,
    /// What ends a job that is no import.
    pub stops: RefCell<BTreeMap<u64, Stop>>,
    /// What jobs that failed were to do, for another try.
    pub failed: RefCell<BTreeMap<u64, Rc<Import>>>,
    pub next_job: Cell<u64>,
    pub session: RefCell<Session>,
    pub is_session_dirty: Cell<bool>,
    /// Merges that the user has undone, for as long as the page is open.
    pub undone_merges: RefCell<Vec<MergeSpec>>,
    /// True once what was saved has been opened.
    pub is_open: Cell<bool>,
    /// Secrets of web sources, for this session only, by address.
    pub headers: RefCell<BTreeMap<String, Vec<(String, String)>>>,
}

thread_local! {
    static RUNTIME: RefCell<Option<Rc<Runtime>>> = const { RefCell::new(None) };
}

/// The runtime, made on first use.
pub fn runtime() -> Rc<Runtime> {
    RUNTIME.with(|slot| slot.borrow_mut().get_or_insert_with(|| Runtime::new(App::new())).clone())
}

impl Runtime {
    fn new(app: App) -> Rc<Runtime> {
        let engine = EngineLink::new(|event| runtime().heard(event));
        Rc::new(Runtime {
            app,
            history: RefCell::new(History::new(Workspace::default())),
            encoder: RefCell::default(),
            engine,
            readers: ReaderPool::default(),
            disk: RefCell::default(),
            lease: RefCell::default(),
            may_write: Cell::new(true),
            key: RefCell::default(),
            asked: RefCell::default(),
            next_topic: Cell::new(1),
            attached: RefCell::default(),
            n_attaching: Cell::new(0),
            blobs: RefCell::default(),
            unsaved_blobs: RefCell::default(),
            swept_for: RefCell::default(),
            is_dirty: Cell::new(false),
            is_saving: Cell::new(false),
            handles: RefCell::default(),
            previewing: RefCell::default(),
            stops: RefCell::default(),
            failed: RefCell::default(),
            next_job: Cell::new(1),
            session: RefCell::default(),
            is_session_dirty: Cell::new(false),
            undone_merges: RefCell::default(),
            is_open: Cell::new(false),
            headers: RefCell::default(),
        })
    }

    /// # Errors
    /// `read_only` where a change could not be kept.
    pub fn must_write(&self) -> Result<(), Problem> {
        if self.may_write.get() {
            return Ok(());
        }
        Err(Problem::request("read_only", "This tab only reads the workspace: it is open in another one.")
            .because("Two tabs that save the same workspace would overwrite each other.")
            .hint("Go on in the other tab, or close it: this one then takes over by itself."))
    }

    /// # Errors
    /// The command's own, or `read_only`.
    pub fn dispatch(self: &Rc<Self>, command: &Command) -> Result<(), Problem> {
        self.must_write()?;
        let before = self.history.borrow().revision();
        self.history.borrow_mut().dispatch(command)?;
        if self.history.borrow().revision() != before {
            self.changed();
        }
        Ok(())
    }

    pub fn undo(self: &Rc<Self>) -> Option<String> {
        self.must_write().ok()?;
        let before = self.history.borrow().present().clone();
        let label = self.history.borrow_mut().undo();
        if label.is_some() {
            let after = self.history.borrow().present().clone();
            let gone = before.merges.iter().filter(|m| after.merge(m.id).is_none()).cloned();
            let mut undone = self.undone_merges.borrow_mut();
            undone.extend(gone);
            // Where a table went as well, its id may come to stand for another.
            undone.retain(|m| after.node_name(m.left).is_some() && after.node_name(m.right).is_some());
            drop(undone);
            self.changed();
        }
        label
    }

    pub fn redo(self: &Rc<Self>) -> Option<String> {
        self.must_write().ok()?;
        let label = self.history.borrow_mut().redo();
        if label.is_some() {
            let present = self.history.borrow().present().clone();
            self.undone_merges.borrow_mut().retain(|m| present.merge(m.id).is_none());
            self.changed();
        }
        label
    }

    /// The one place where a new workspace reaches the screens, the engine and the disk.
    pub fn changed(self: &Rc<Self>) {
        self.show();
        self.is_dirty.set(true);
        self.save_soon();
    }

    /// Tells the screens and the engine, not the disk.
    pub fn show(self: &Rc<Self>) {
        let (workspace, revision, undo, redo) = {
            let history = self.history.borrow();
            (
                history.present().clone(),
                history.revision(),
                history.past().last().map(|e| e.label.clone()),
                history.future().last().map(|e| e.label.clone()),
            )
        };
        self.all_stale();
        self.app.is_stopped.set(false);
        let saved = self.encoder.borrow_mut().encode_present(&workspace);
        match saved {
            Ok(saved) => self.engine.set_workspace(revision, saved),
            Err(problem) => self.app.complain(problem),
        }
        self.app.workspace.set(workspace);
        self.app.undo_label.set(undo);
        self.app.redo_label.set(redo);
        self.sync_tables();
    }

    fn heard(self: &Rc<Self>, event: LinkEvent) {
        match event {
            LinkEvent::Ready { .. } => self.app.engine_ready.set(true),
            LinkEvent::Event(event) => self.answered(event),
            LinkEvent::Restarted { is_cancel } => self.restarted(is_cancel),
            LinkEvent::Blamed { part, problem } => self.blamed(part, problem),
            LinkEvent::Dead(problem) => self.app.complain(problem),
        }
    }

    /// A new engine holds no tables yet.
    fn restarted(self: &Rc<Self>, is_cancel: bool) {
        self.app.engine_ready.set(false);
        self.app.n_pending.set(0);
        self.attached.borrow_mut().clear();
        self.sync_tables();
        let runtime = self.clone();
        spawn_local(async move {
            runtime.tables_attached().await;
            runtime.engine.resume();
        });
        if !is_cancel {
            self.app.say("The calculation was started again. Nothing was lost.", false);
        }
    }

    /// A step that has ended two workers is switched off, in plain sight; a merge cannot be, and is
    /// left uncomputed until something changes.
    fn blamed(self: &Rc<Self>, part: Part, problem: Problem) {
        let Part::Step(step) = part else { return self.app.complain(problem) };
        let workspace = self.history.borrow().present().clone();
        let found = workspace.recipes.iter().find_map(|(node, recipe)| {
            recipe.steps.iter().position(|s| s.id == step && s.enabled).map(|at| (*node, at + 1))
        });
        let Some((node, nth)) = found else { return };
        let name = workspace.node_name(node).unwrap_or("the table");
        let problem = match self.dispatch(&Command::ToggleStep { node, step }) {
            Ok(()) => Problem::engine_stopped()
                .because(format!(
                    "It stopped twice at step {nth} of {name}, so that step has been switched off. Nothing else was changed."
                ))
                .hint("Switch it on again in the recipe to try once more, or write it in another way."),
            Err(_) => problem,
        };
        self.app.complain(problem.at(crate::base::Place { step: Some(step), ..Default::default() }));
    }
}
