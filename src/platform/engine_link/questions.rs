//! What the app asks and takes back.
//!
//! To cancel is to answer at once and to tell the engine. An engine that does not look at its inbox
//! within [`PATIENCE_MS`] is ended and started anew, which counts as nobody's fault.

use super::{Asked, AskedState, EngineLink, Export, cannot_start};
use crate::base::{Problem, TableId};
use crate::protocol::{Event, Query, Request, Work};
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long a cancelled engine may take to look at its inbox.
const PATIENCE_MS: u32 = 200;

/// The same for a query that nobody waits for any more. A new worker has to compute again what this
/// one has kept, so a query that is nearly done is left to end.
const LONG_PATIENCE_MS: u32 = 2_000;

impl EngineLink {
    /// Something is other than it was: what was refused is tried anew.
    fn forgive(&self) {
        self.blame.borrow_mut().forget();
        self.refused_parts.borrow_mut().clear();
        self.refused_tables.borrow_mut().clear();
        if self.is_dead.get() {
            return;
        }
        for (topic, asked) in self.asked.borrow_mut().iter_mut() {
            if asked.state == AskedState::Refused {
                self.send(&Request::Want { topic: *topic, query: asked.query.clone() }, None);
            }
            asked.state = AskedState::Open;
        }
    }

    pub fn set_workspace(&self, revision: u64, saved: String) {
        *self.workspace.borrow_mut() = Some((revision, saved.clone()));
        self.send(&Request::SetWorkspace { revision, saved }, None);
        self.forgive();
    }

    /// Asks once more what was cancelled.
    pub fn ask_again(&self) {
        for (topic, asked) in self.asked.borrow_mut().iter_mut().filter(|(_, a)| a.state == AskedState::Refused) {
            asked.state = AskedState::Open;
            self.send(&Request::Want { topic: *topic, query: asked.query.clone() }, None);
        }
    }

    /// Hands over a table's rows. The engine answers everything anew with them.
    pub fn attach(&self, table: TableId, ipc: ArrayBuffer) {
        let refused = self.refused_tables.borrow().get(&table).cloned();
        if let Some(problem) = refused {
            return self.tell(Event::Failed { id: 0, problem });
        }
        self.send(&Request::Attach { table }, Some(ipc));
        self.reopen();
    }

    pub fn detach(&self, table: TableId) {
        self.send(&Request::Detach { table }, None);
        self.reopen();
    }

    fn reopen(&self) {
        for asked in self.asked.borrow_mut().values_mut().filter(|a| a.state == AskedState::Answered) {
            asked.state = AskedState::Open;
        }
    }

    pub fn want(self: &Rc<EngineLink>, topic: u64, query: Query) {
        let was_at_it = self.is_at_sql(topic);
        self.blame.borrow_mut().forget_work(Work::Topic(topic));
        self.asked.borrow_mut().insert(topic, Asked { query: query.clone(), state: AskedState::Open });
        if self.is_dead.get() {
            return self.refuse(topic, cannot_start("It stopped too often."));
        }
        self.send(&Request::Want { topic, query }, None);
        self.insist(was_at_it, LONG_PATIENCE_MS);
    }

    pub fn drop_want(self: &Rc<EngineLink>, topic: u64) {
        let was_at_it = self.is_at_sql(topic);
        if self.asked.borrow_mut().remove(&topic).is_some() {
            self.send(&Request::Drop { topic }, None);
            self.insist(was_at_it, LONG_PATIENCE_MS);
        }
    }

    /// Whether the engine is at a query that the user wrote, which may take any time.
    fn is_at_sql(&self, topic: u64) -> bool {
        self.blame.borrow().current() == Some(Work::Topic(topic))
            && matches!(self.asked.borrow().get(&topic), Some(Asked { query: Query::Sql { .. }, .. }))
    }

    /// The rows of a query as an Arrow IPC stream.
    pub fn export(&self, sql: String) -> (u64, oneshot::Receiver<Result<ArrayBuffer, Problem>>) {
        let id = self.next_export.replace(self.next_export.get() + 1);
        let (reply, receiver) = oneshot::channel();
        self.exports.borrow_mut().insert(id, Export { sql: sql.clone(), reply, is_sent: true });
        if self.is_dead.get() {
            self.end_export(id, Err(cannot_start("It stopped too often.")));
        } else {
            self.send(&Request::Export { id, sql }, None);
        }
        (id, receiver)
    }

    /// Asks a new worker what is open, now that it has its tables again.
    pub fn resume(&self) {
        for (topic, asked) in self.asked.borrow_mut().iter_mut().filter(|(_, a)| a.state != AskedState::Refused) {
            asked.state = AskedState::Open;
            self.send(&Request::Want { topic: *topic, query: asked.query.clone() }, None);
        }
        for (id, export) in self.exports.borrow_mut().iter_mut().filter(|(_, e)| !e.is_sent) {
            export.is_sent = true;
            self.send(&Request::Export { id: *id, sql: export.sql.clone() }, None);
        }
    }

    /// Ends one export.
    pub fn cancel_export(self: &Rc<EngineLink>, id: u64) {
        if self.exports.borrow().contains_key(&id) {
            let current = self.blame.borrow().current();
            self.end_export(id, Err(Problem::cancelled()));
            self.send(&Request::Cancel { id }, None);
            self.insist(current == Some(Work::Export(id)), PATIENCE_MS);
        }
    }

    /// Ends the open questions that `which` chooses; each is answered now, and not asked again until
    /// it or the workspace changes.
    pub fn cancel_questions(self: &Rc<EngineLink>, which: impl Fn(&Query) -> bool) {
        let current = self.blame.borrow().current();
        let topics = self.open_topics(which);
        for topic in &topics {
            self.send(&Request::Drop { topic: *topic }, None);
            self.refuse(*topic, Problem::cancelled());
        }
        self.insist(topics.iter().any(|t| current == Some(Work::Topic(*t))), PATIENCE_MS);
    }

    /// Whether questions stand unanswered because they were cancelled or have ended workers.
    pub fn has_refused(&self) -> bool {
        self.asked.borrow().values().any(|a| a.state == AskedState::Refused)
    }

    /// Ends every question and export.
    pub fn cancel_all(self: &Rc<EngineLink>) {
        let ids: Vec<u64> = self.exports.borrow().keys().copied().collect();
        for id in ids {
            self.cancel_export(id);
        }
        self.cancel_questions(|_| true);
    }

    /// Ends the worker unless it looks at its inbox soon: it is at work that nobody wants any more.
    fn insist(self: &Rc<EngineLink>, is_at_it: bool, patience_ms: u32) {
        if !is_at_it || !self.is_ready.get() {
            return;
        }
        let n = self.next_ping.replace(self.next_ping.get() + 1);
        let generation = self.generation.get();
        self.send(&Request::Ping { n }, None);
        let link = self.clone();
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(patience_ms).await;
            if link.last_pong.get() < n && link.generation.get() == generation {
                link.end_worker();
                link.begin_again(true);
            }
        });
    }
}
