//! What lives as long as the page: the history, the workers, the disk. One of it, reached by the
//! [`App`] handle; nothing else holds on to it.

use super::app::App;
use super::asking::Asked;
use crate::base::{Problem, SourceId, TableId};
use crate::merge::MergeSpec;
use crate::platform::disk::Disk;
use crate::platform::engine_link::{EngineLink, LinkEvent};
use crate::platform::lease::Lease;
use crate::platform::reader_link::{ReaderHandle, ReaderPool};
use crate::workspace::{Command, History, Session, Workspace, format};
use futures::channel::oneshot;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::Blob;

/// Who waits for an import.
pub type Waiting = Rc<RefCell<Option<oneshot::Sender<Result<SourceId, Problem>>>>>;

/// Everything behind [`App`].
pub struct Runtime {
    pub app: App,
    pub history: RefCell<History>,
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
    /// Blobs of this session, by key. The browser keeps their bytes outside our memory.
    pub blobs: RefCell<BTreeMap<String, Blob>>,
    /// Keys of blobs that are not on disk yet.
    pub unsaved_blobs: RefCell<Vec<String>>,
    pub is_dirty: Cell<bool>,
    pub is_saving: Cell<bool>,
    /// Jobs under way, with who waits for them.
    pub handles: RefCell<BTreeMap<u64, (ReaderHandle, Waiting)>>,
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
            is_dirty: Cell::new(false),
            is_saving: Cell::new(false),
            handles: RefCell::default(),
            next_job: Cell::new(1),
            session: RefCell::default(),
            is_session_dirty: Cell::new(false),
            undone_merges: RefCell::default(),
            is_open: Cell::new(false),
            headers: RefCell::default(),
        })
    }

    /// # Errors
    /// The command's own.
    pub fn dispatch(self: &Rc<Self>, command: &Command) -> Result<(), Problem> {
        let before = self.history.borrow().revision();
        self.history.borrow_mut().dispatch(command)?;
        if self.history.borrow().revision() != before {
            self.changed();
        }
        Ok(())
    }

    pub fn undo(self: &Rc<Self>) -> Option<String> {
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
        match format::encode(&workspace) {
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
            LinkEvent::Restarted => {
                self.app.engine_ready.set(false);
                self.attached.borrow_mut().clear();
                self.sync_tables();
                self.app.say("The calculation was started again. Nothing was lost.", false);
            }
            LinkEvent::Dead(problem) => self.app.complain(problem),
        }
    }
}
