//! Questions to the engine and their answers; and which tables the engine holds.

use super::runtime::{Runtime, runtime};
use super::types::Answer;
use crate::base::{NodeId, Problem, TableId};
use crate::platform::parcel::js_text;
use crate::protocol::{Event, Query, View};
use crate::source::{SourceSpec, TableSpec};
use crate::workspace::{raw_name, rows_name};
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Who waits for an answer.
pub enum Asked {
    /// A part of the screen.
    Part(ArcRwSignal<Answer>),
    /// A script or an automatic step; once.
    Once(Option<oneshot::Sender<Result<View, Problem>>>),
}

impl Runtime {
    fn take_topic(&self) -> u64 {
        self.next_topic.replace(self.next_topic.get() + 1)
    }

    pub fn want(self: &Rc<Self>, query: impl Fn() -> Option<Query> + Send + Sync + 'static) -> Signal<Answer> {
        let topic = self.take_topic();
        let answer = ArcRwSignal::new(Answer::Waiting);
        self.asked.borrow_mut().insert(topic, Asked::Part(answer.clone()));
        let question = Memo::new(move |_| query());
        let asking = answer.clone();
        // Only tells the engine; the answer's signal changes when the engine speaks.
        Effect::new(move |_| match question.get() {
            Some(query) => {
                stale(&asking);
                runtime().engine.want(topic, query);
            }
            None => runtime().engine.drop_want(topic),
        });
        on_cleanup(move || {
            let runtime = runtime();
            runtime.engine.drop_want(topic);
            runtime.asked.borrow_mut().remove(&topic);
        });
        Signal::from(answer)
    }

    /// One question, one answer.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ask(self: &Rc<Self>, query: Query) -> Result<View, Problem> {
        self.tables_attached().await;
        let topic = self.take_topic();
        let (sender, receiver) = oneshot::channel();
        self.asked.borrow_mut().insert(topic, Asked::Once(Some(sender)));
        self.engine.want(topic, query);
        receiver.await.unwrap_or_else(|_| Err(Problem::cancelled()))
    }

    /// Waits until the engine has been given every table of the workspace.
    pub async fn tables_attached(&self) {
        while self.n_attaching.get() > 0 {
            gloo_timers::future::TimeoutFuture::new(4).await;
        }
    }

    pub fn all_stale(&self) {
        for asked in self.asked.borrow().values() {
            if let Asked::Part(answer) = asked {
                stale(answer);
            }
        }
    }

    /// What was cancelled is waited for once more.
    pub fn wait_again(&self) {
        for asked in self.asked.borrow().values() {
            let Asked::Part(answer) = asked else { continue };
            let is_cancelled = |a: &Answer| matches!(a, Answer::Failed(p) if p.code == "cancelled");
            if answer.try_with_untracked(is_cancelled) == Some(true) {
                answer.set(Answer::Waiting);
            }
        }
    }

    /// What the engine says.
    pub fn answered(self: &Rc<Self>, event: Event) {
        match event {
            Event::Answer { topic, revision, view } => self.settle(topic, revision, Ok(*view)),
            Event::WantFailed { topic, revision, problem } => self.settle(topic, revision, Err(problem)),
            Event::Busy { n_pending } => self.app.n_pending.set(n_pending),
            Event::Failed { id: 0, problem } => self.app.complain(problem),
            _ => {}
        }
    }

    fn settle(self: &Rc<Self>, topic: u64, revision: u64, result: Result<View, Problem>) {
        let newest = self.history.borrow().revision();
        // Rows that are still on their way are no failure: the engine is asked again with them.
        let is_loading = matches!(&result, Err(p) if p.code == "not_loaded") && self.n_attaching.get() > 0;
        if is_loading {
            return;
        }
        let part = match self.asked.borrow_mut().get_mut(&topic) {
            Some(Asked::Part(answer)) => Some(answer.clone()),
            Some(Asked::Once(sender)) => {
                if let Some(sender) = sender.take() {
                    // Nobody may be waiting any more.
                    let _ = sender.send(result.clone());
                }
                None
            }
            None => None,
        };
        match part {
            Some(answer) if revision == newest => answer.set(match result {
                Ok(view) => Answer::Ready { view: Arc::new(view), is_stale: false },
                Err(problem) => Answer::Failed(problem),
            }),
            Some(_) => {}
            None => {
                self.asked.borrow_mut().remove(&topic);
                self.engine.drop_want(topic);
            }
        }
    }

    /// Gives the engine the tables of the workspace and takes back those that left it. Undoing a
    /// re-read, for one, brings other rows under the same table.
    pub fn sync_tables(self: &Rc<Self>) {
        let workspace = self.history.borrow().present().clone();
        let key = self.key.borrow().clone();
        let wanted: Vec<(TableId, String)> =
            workspace.tables().map(|(source, table)| (table.id, rows_key(&key, source, table))).collect();
        let gone: Vec<TableId> =
            self.attached.borrow().keys().filter(|id| wanted.iter().all(|(w, _)| w != *id)).copied().collect();
        for id in gone {
            self.attached.borrow_mut().remove(&id);
            self.engine.detach(id);
        }
        for (id, key) in wanted {
            if self.attached.borrow().get(&id) != Some(&key) {
                self.attach_from_blob(id, key);
            }
        }
    }

    /// Hands rows to the engine at once.
    pub fn attach_now(&self, id: TableId, key: String, ipc: ArrayBuffer) {
        self.attached.borrow_mut().insert(id, key);
        self.engine.attach(id, ipc);
    }

    fn attach_from_blob(self: &Rc<Self>, id: TableId, key: String) {
        self.attached.borrow_mut().insert(id, key.clone());
        self.n_attaching.set(self.n_attaching.get() + 1);
        let runtime = self.clone();
        spawn_local(async move {
            let loaded = runtime.load_rows(&key).await;
            runtime.n_attaching.set(runtime.n_attaching.get() - 1);
            // It may have been replaced while it was loading.
            if runtime.attached.borrow().get(&id) != Some(&key) {
                return;
            }
            match loaded {
                Ok(ipc) => runtime.engine.attach(id, ipc),
                Err(problem) => {
                    runtime.attached.borrow_mut().remove(&id);
                    runtime.app.complain(problem);
                }
            }
        });
    }

    async fn load_rows(&self, key: &str) -> Result<ArrayBuffer, Problem> {
        let blob = self.blob(key).await?.ok_or_else(|| {
            Problem::input("rows_missing", "The rows of a table are no longer in this browser.")
                .hint("Add the file again.")
        })?;
        let read = JsFuture::from(blob.array_buffer()).await.and_then(JsCast::dyn_into::<ArrayBuffer>);
        read.map_err(|e| Problem::input("rows_missing", "The rows of a table could not be read.").because(js_text(&e)))
    }

    /// A blob of this session or from disk.
    ///
    /// # Errors
    /// The disk's.
    pub async fn blob(&self, key: &str) -> Result<Option<web_sys::Blob>, Problem> {
        let here = self.blobs.borrow().get(key).cloned();
        if here.is_some() {
            return Ok(here);
        }
        let disk = self.disk.borrow().clone();
        match disk {
            Some(disk) => disk.blob(key).await,
            None => Ok(None),
        }
    }

    /// The name of a node, for file names and sentences.
    pub fn node_name(&self, node: NodeId) -> String {
        self.history.borrow().present().node_name(node).unwrap_or("data").to_owned()
    }
}

fn stale(answer: &ArcRwSignal<Answer>) {
    let fresh = answer.try_with_untracked(|a| match a {
        Answer::Ready { view, is_stale: false } => Some(view.clone()),
        _ => None,
    });
    if let Some(Some(view)) = fresh {
        answer.set(Answer::Ready { view, is_stale: true });
    }
}

/// Where a table's rows lie on disk.
pub fn rows_key(workspace_key: &str, source: &SourceSpec, table: &TableSpec) -> String {
    on_disk(workspace_key, &rows_name(source, table))
}

/// Where a source's bytes lie on disk.
pub fn raw_key(workspace_key: &str, source: &SourceSpec) -> String {
    on_disk(workspace_key, &raw_name(source))
}

/// The key of a blob of a workspace: every workspace has its own, so that deleting one cannot harm another.
pub fn on_disk(workspace_key: &str, name: &str) -> String {
    name.replacen('/', &format!("/{workspace_key}/"), 1)
}
