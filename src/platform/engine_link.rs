//! The page's side of the engine: keeps one worker alive and gives every question exactly one
//! terminal answer.
//!
//! When the worker dies, exports fail with `engine_stopped`, a new worker is started, and the
//! workspace and the open questions are put to it again. A question on which the worker has died
//! twice is answered with a Problem instead.

use super::parcel::{Parcel, js_text};
use crate::base::{Problem, ProblemKind, TableId};
use crate::protocol::{BUILD, Event, Query, Request};
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What the link tells the app.
pub enum LinkEvent {
    Ready {
        version: String,
    },
    Event(Event),
    /// A new worker is up and has no tables.
    Restarted,
    /// The engine cannot be started at all.
    Dead(Problem),
}

type Listener = Box<dyn Fn(LinkEvent)>;
type ExportReply = oneshot::Sender<Result<ArrayBuffer, Problem>>;

/// Workers that die in a row without an answer between, after which no new one is started.
const MAX_DEATHS: u32 = 5;

pub struct EngineLink {
    worker: RefCell<Option<Worker>>,
    is_ready: Cell<bool>,
    /// What could not be posted before the worker was ready.
    backlog: RefCell<Vec<Parcel>>,
    wants: RefCell<BTreeMap<u64, Query>>,
    /// Questions without an answer yet, oldest first; the first is what a dying worker worked on.
    open: RefCell<BTreeSet<u64>>,
    deaths_at: RefCell<BTreeMap<u64, u32>>,
    workspace: RefCell<Option<(u64, String)>>,
    exports: RefCell<BTreeMap<u64, ExportReply>>,
    next_export: Cell<u64>,
    n_deaths: Cell<u32>,
    listener: Listener,
}

impl EngineLink {
    pub fn new(listener: impl Fn(LinkEvent) + 'static) -> Rc<EngineLink> {
        Rc::new(EngineLink {
            worker: RefCell::default(),
            is_ready: Cell::new(false),
            backlog: RefCell::default(),
            wants: RefCell::default(),
            open: RefCell::default(),
            deaths_at: RefCell::default(),
            workspace: RefCell::default(),
            exports: RefCell::default(),
            next_export: Cell::new(1),
            n_deaths: Cell::new(0),
            listener: Box::new(listener),
        })
    }

    /// Starts the worker, once. A page that only reads a shared report never does.
    pub fn start(self: &Rc<EngineLink>) {
        if self.worker.borrow().is_none() {
            self.spawn();
        }
    }

    fn spawn(self: &Rc<EngineLink>) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = match Worker::new_with_options(&format!("./worker-engine.js?build={BUILD}"), &options) {
            Ok(worker) => worker,
            Err(e) => return (self.listener)(LinkEvent::Dead(cannot_start(&js_text(&e)))),
        };
        let link = self.clone();
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| link.receive(&event.data()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let link = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            link.died(&event.message());
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        self.is_ready.set(false);
        *self.worker.borrow_mut() = Some(worker);
        self.post_now(&Request::Hello { build: BUILD.to_owned() });
    }

    fn post_now(&self, request: &Request) {
        if let Ok(parcel) = Parcel::new(request) {
            self.put(parcel);
        }
    }

    fn put(&self, parcel: Parcel) {
        let (message, transfer) = parcel.into_js();
        if let Some(worker) = self.worker.borrow().as_ref()
            && worker.post_message_with_transfer(&message, &transfer).is_err()
        {
            web_sys::console::error_1(&"A message to the engine could not be posted.".into());
        }
    }

    fn send(&self, request: &Request, buffer: Option<ArrayBuffer>) {
        let Ok(mut parcel) = Parcel::new(request) else { return };
        parcel.items.extend(buffer.map(JsValue::from));
        if self.is_ready.get() { self.put(parcel) } else { self.backlog.borrow_mut().push(parcel) }
    }

    fn receive(self: &Rc<EngineLink>, data: &JsValue) {
        if let Ok(why) = js_sys::Reflect::get(data, &"tributary_boot_failed".into())
            && let Some(why) = why.as_string()
        {
            return self.died(&why);
        }
        let Some(parcel) = Parcel::from_js(data) else { return };
        let event = match parcel.read::<Event>() {
            Ok(event) => event,
            // An answer that cannot be read is said, or a part would wait for ever.
            Err(problem) => return (self.listener)(LinkEvent::Event(Event::Failed { id: 0, problem })),
        };
        match &event {
            Event::Ready { build, version } => {
                if build != BUILD {
                    return (self.listener)(LinkEvent::Dead(
                        Problem::new(ProblemKind::Stopped, "other_build", "A new version of Tributary is there.")
                            .hint("Reload the page. Your work is kept."),
                    ));
                }
                self.is_ready.set(true);
                for parcel in self.backlog.take() {
                    self.put(parcel);
                }
                (self.listener)(LinkEvent::Ready { version: version.clone() });
                return;
            }
            Event::Answer { topic, .. } => {
                self.n_deaths.set(0);
                self.open.borrow_mut().remove(topic);
            }
            Event::WantFailed { topic, .. } => {
                self.open.borrow_mut().remove(topic);
            }
            Event::Done { id } => {
                if let Some(reply) = self.exports.borrow_mut().remove(id) {
                    let buffer = parcel.items.first().and_then(|i| i.clone().dyn_into::<ArrayBuffer>().ok());
                    let result =
                        buffer.ok_or_else(|| Problem::bug("bug_protocol", "An export came without its bytes."));
                    let _ = reply.send(result);
                }
            }
            Event::Failed { id, problem } => self.fail_export(*id, problem.clone()),
            Event::Cancelled { id } => self.fail_export(*id, Problem::cancelled()),
            Event::Attached { .. } | Event::Busy { .. } => {}
        }
        (self.listener)(LinkEvent::Event(event));
    }

    fn fail_export(&self, id: u64, problem: Problem) {
        if let Some(reply) = self.exports.borrow_mut().remove(&id) {
            let _ = reply.send(Err(problem));
        }
    }

    fn died(self: &Rc<EngineLink>, why: &str) {
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        self.is_ready.set(false);
        self.backlog.borrow_mut().clear();
        for (_, reply) in self.exports.take() {
            let _ = reply.send(Err(Problem::engine_stopped()));
        }
        self.n_deaths.set(self.n_deaths.get() + 1);
        if self.n_deaths.get() > MAX_DEATHS {
            return (self.listener)(LinkEvent::Dead(cannot_start(why)));
        }
        self.blame();
        self.spawn();
        self.replay();
        (self.listener)(LinkEvent::Restarted);
    }

    /// The oldest open question was being worked on. After two deaths it is not asked again.
    fn blame(&self) {
        let Some(topic) = self.open.borrow().iter().next().copied() else { return };
        let n = {
            let mut deaths = self.deaths_at.borrow_mut();
            let n = deaths.entry(topic).or_insert(0);
            *n += 1;
            *n
        };
        if n >= 2 {
            self.wants.borrow_mut().remove(&topic);
            self.open.borrow_mut().remove(&topic);
            let revision = self.workspace.borrow().as_ref().map_or(0, |(r, _)| *r);
            let problem = Problem::engine_stopped()
                .because("It stopped twice at the same place, so it is not tried again until you change something.");
            (self.listener)(LinkEvent::Event(Event::WantFailed { topic, revision, problem }));
        }
    }

    fn replay(&self) {
        if let Some((revision, saved)) = self.workspace.borrow().clone() {
            self.send(&Request::SetWorkspace { revision, saved }, None);
        }
        for (topic, query) in self.wants.borrow().iter() {
            self.open.borrow_mut().insert(*topic);
            self.send(&Request::Want { topic: *topic, query: query.clone() }, None);
        }
    }

    pub fn set_workspace(&self, revision: u64, saved: String) {
        *self.workspace.borrow_mut() = Some((revision, saved.clone()));
        self.open.borrow_mut().extend(self.wants.borrow().keys());
        self.deaths_at.borrow_mut().clear();
        self.send(&Request::SetWorkspace { revision, saved }, None);
    }

    pub fn attach(&self, table: TableId, ipc: ArrayBuffer) {
        self.send(&Request::Attach { table }, Some(ipc));
    }

    pub fn detach(&self, table: TableId) {
        self.send(&Request::Detach { table }, None);
    }

    pub fn want(&self, topic: u64, query: Query) {
        self.wants.borrow_mut().insert(topic, query.clone());
        self.open.borrow_mut().insert(topic);
        self.send(&Request::Want { topic, query }, None);
    }

    pub fn drop_want(&self, topic: u64) {
        self.open.borrow_mut().remove(&topic);
        if self.wants.borrow_mut().remove(&topic).is_some() {
            self.send(&Request::Drop { topic }, None);
        }
    }

    /// The rows of a query as an Arrow IPC stream.
    pub fn export(&self, sql: String) -> (u64, oneshot::Receiver<Result<ArrayBuffer, Problem>>) {
        let id = self.next_export.replace(self.next_export.get() + 1);
        let (reply, receiver) = oneshot::channel();
        self.exports.borrow_mut().insert(id, reply);
        self.send(&Request::Export { id, sql }, None);
        (id, receiver)
    }

    pub fn cancel(&self, id: u64) {
        self.send(&Request::Cancel { id }, None);
    }

    /// Ends every export at once.
    pub fn cancel_all(&self) {
        let ids: Vec<u64> = self.exports.borrow().keys().copied().collect();
        for id in ids {
            self.cancel(id);
        }
    }

    /// For tests: lets the worker die as a bug would.
    pub fn kill(&self) {
        self.send(&Request::Die, None);
    }
}

fn cannot_start(why: &str) -> Problem {
    Problem::new(ProblemKind::Stopped, "engine_dead", "The calculation engine could not be started.")
        .because(why.to_owned())
        .hint("Reload the page. Your work is kept in this browser.")
}
