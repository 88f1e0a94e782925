//! The page's side of the engine: keeps one worker alive and gives every question exactly one
//! terminal answer.
//!
//! When the worker dies, a new one is started and is given the workspace, the tables and all that
//! is open again. What the worker was at is blamed (`protocol::blame`): what has ended two workers
//! is answered with a Problem and not tried again until something changes.
//!
//! `questions` is what the app asks of it.

mod questions;

use super::parcel::{Parcel, js_text};
use crate::base::{Problem, ProblemKind, TableId};
use crate::protocol::{BUILD, Blame, Culprit, Event, Part, Query, Request, Work};
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What the link tells the app.
pub enum LinkEvent {
    Ready {
        version: String,
    },
    Event(Event),
    /// A new worker is up and has no tables. [`EngineLink::resume`] is to be called once it has.
    Restarted {
        /// The user cancelled what could not be stopped otherwise.
        is_cancel: bool,
    },
    /// A part of the user's work has ended two workers.
    Blamed {
        part: Part,
        problem: Problem,
    },
    /// The engine cannot be started at all.
    Dead(Problem),
}

type Listener = Box<dyn Fn(LinkEvent)>;
type ExportReply = oneshot::Sender<Result<ArrayBuffer, Problem>>;

/// Workers that die in a row without anything gained between, after which no new one is started.
const MAX_DEATHS: u32 = 5;

/// A question that is asked until it is dropped.
struct Asked {
    query: Query,
    state: AskedState,
}

#[derive(Clone, Copy, PartialEq)]
enum AskedState {
    Open,
    Answered,
    /// Cancelled, or it has ended two workers: not asked again until something changes.
    Refused,
}

struct Export {
    sql: String,
    reply: ExportReply,
    /// False after a restart, until the tables are there again.
    is_sent: bool,
}

pub struct EngineLink {
    worker: RefCell<Option<Worker>>,
    is_ready: Cell<bool>,
    is_dead: Cell<bool>,
    /// What could not be posted before the worker was ready.
    backlog: RefCell<Vec<Parcel>>,
    asked: RefCell<BTreeMap<u64, Asked>>,
    exports: RefCell<BTreeMap<u64, Export>>,
    next_export: Cell<u64>,
    workspace: RefCell<Option<(u64, String)>>,
    blame: RefCell<Blame>,
    /// Parts that have ended two workers; every new worker is told.
    refused_parts: RefCell<BTreeMap<Part, Problem>>,
    refused_tables: RefCell<BTreeMap<TableId, Problem>>,
    n_deaths: Cell<u32>,
    /// Counts the workers.
    generation: Cell<u64>,
    next_ping: Cell<u64>,
    last_pong: Cell<u64>,
    listener: Listener,
}

impl EngineLink {
    pub fn new(listener: impl Fn(LinkEvent) + 'static) -> Rc<EngineLink> {
        Rc::new(EngineLink {
            worker: RefCell::default(),
            is_ready: Cell::new(false),
            is_dead: Cell::new(false),
            backlog: RefCell::default(),
            asked: RefCell::default(),
            exports: RefCell::default(),
            next_export: Cell::new(1),
            workspace: RefCell::default(),
            blame: RefCell::default(),
            refused_parts: RefCell::default(),
            refused_tables: RefCell::default(),
            n_deaths: Cell::new(0),
            generation: Cell::new(0),
            next_ping: Cell::new(1),
            last_pong: Cell::new(0),
            listener: Box::new(listener),
        })
    }

    /// Starts the worker, once. A page that only reads a shared report never does.
    pub fn start(self: &Rc<EngineLink>) {
        if self.worker.borrow().is_none() && !self.is_dead.get() {
            self.spawn();
        }
    }

    fn spawn(self: &Rc<EngineLink>) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = match Worker::new_with_options(&format!("./worker-engine.js?build={BUILD}"), &options) {
            Ok(worker) => worker,
            Err(e) => return self.give_up(cannot_start(&js_text(&e))),
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
        self.generation.set(self.generation.get() + 1);
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

    fn tell(&self, event: Event) {
        (self.listener)(LinkEvent::Event(event));
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
            Err(problem) => return self.tell(Event::Failed { id: 0, problem }),
        };
        match &event {
            Event::Ready { build, version } => return self.ready(build, version),
            Event::Working { work, part } => return self.blame.borrow_mut().begins(*work, *part),
            Event::Pong { n } => return self.last_pong.set(*n),
            Event::Answer { topic, .. } | Event::WantFailed { topic, .. } => {
                // A failure may be all that a worker without its tables has to say.
                if matches!(event, Event::Answer { .. }) {
                    self.n_deaths.set(0);
                }
                self.blame.borrow_mut().ends(Work::Topic(*topic));
                match self.asked.borrow_mut().get_mut(topic) {
                    // Answered already, by a cancel that it crossed.
                    Some(Asked { state: AskedState::Refused, .. }) => return,
                    Some(asked) => asked.state = AskedState::Answered,
                    None => {}
                }
            }
            Event::Done { id } => {
                self.n_deaths.set(0);
                let buffer = parcel.items.first().and_then(|i| i.clone().dyn_into::<ArrayBuffer>().ok());
                let bug = || Problem::bug("bug_protocol", "An export came without its bytes.");
                self.end_export(*id, buffer.ok_or_else(bug));
            }
            Event::Failed { id, problem } => self.end_export(*id, Err(problem.clone())),
            Event::Cancelled { id } => self.end_export(*id, Err(Problem::cancelled())),
            Event::Attached { table, .. } => self.blame.borrow_mut().ends(Work::Attach(*table)),
            Event::Busy { n_pending } => {
                if *n_pending == 0 {
                    self.blame.borrow_mut().rests();
                }
            }
        }
        self.tell(event);
    }

    fn ready(&self, build: &str, version: &str) {
        if build != BUILD {
            return self.give_up(
                Problem::new(ProblemKind::Stopped, "other_build", "A new version of Tributary is there.")
                    .hint("Reload the page. Your work is kept."),
            );
        }
        self.is_ready.set(true);
        for parcel in self.backlog.take() {
            self.put(parcel);
        }
        (self.listener)(LinkEvent::Ready { version: version.to_owned() });
    }

    fn end_export(&self, id: u64, result: Result<ArrayBuffer, Problem>) {
        self.blame.borrow_mut().ends(Work::Export(id));
        if let Some(export) = self.exports.borrow_mut().remove(&id) {
            // Nobody may be waiting any more.
            let _ = export.reply.send(result);
        }
    }

    /// Answers a question itself; it is not asked again until something changes.
    fn refuse(&self, topic: u64, problem: Problem) {
        if let Some(asked) = self.asked.borrow_mut().get_mut(&topic) {
            asked.state = AskedState::Refused;
        }
        let revision = self.workspace.borrow().as_ref().map_or(0, |(r, _)| *r);
        self.tell(Event::WantFailed { topic, revision, problem });
    }

    fn died(self: &Rc<EngineLink>, why: &str) {
        self.end_worker();
        self.n_deaths.set(self.n_deaths.get() + 1);
        let culprit = self.blame.borrow_mut().died();
        if culprit.is_some() {
            // To know what not to do is progress: the next worker gets further.
            self.n_deaths.set(0);
        }
        if self.n_deaths.get() > MAX_DEATHS {
            return self.give_up(cannot_start(why));
        }
        let part = culprit.and_then(|c| self.convict(c));
        self.begin_again(false);
        if let Some((part, problem)) = part {
            (self.listener)(LinkEvent::Blamed { part, problem });
        }
    }

    fn end_worker(&self) {
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        self.is_ready.set(false);
        self.backlog.borrow_mut().clear();
    }

    fn begin_again(self: &Rc<EngineLink>, is_cancel: bool) {
        self.blame.borrow_mut().rests();
        self.exports.borrow_mut().values_mut().for_each(|e| e.is_sent = false);
        self.spawn();
        self.replay();
        (self.listener)(LinkEvent::Restarted { is_cancel });
    }

    /// What has ended two workers is answered in words. Returns the part of the user's work, if it was one.
    fn convict(&self, culprit: Culprit) -> Option<(Part, Problem)> {
        let problem = Problem::engine_stopped()
            .because("It stopped twice at the same place, so it is not tried again until you change something.");
        match culprit {
            Culprit::Part(part) => {
                self.refused_parts.borrow_mut().insert(part, problem.clone());
                return Some((part, problem));
            }
            Culprit::Work(Work::Topic(topic)) => self.refuse(topic, problem),
            Culprit::Work(Work::Export(id)) => self.end_export(id, Err(problem)),
            Culprit::Work(Work::Attach(table)) => {
                self.refused_tables.borrow_mut().insert(table, problem);
            }
        }
        None
    }

    /// No worker will come: everything that waits is told.
    fn give_up(&self, problem: Problem) {
        self.is_dead.set(true);
        let exports: Vec<u64> = self.exports.borrow().keys().copied().collect();
        for id in exports {
            self.end_export(id, Err(problem.clone()));
        }
        for topic in self.open_topics(|_| true) {
            self.refuse(topic, problem.clone());
        }
        (self.listener)(LinkEvent::Dead(problem));
    }

    fn open_topics(&self, which: impl Fn(&Query) -> bool) -> Vec<u64> {
        let asked = self.asked.borrow();
        asked.iter().filter(|(_, a)| a.state == AskedState::Open && which(&a.query)).map(|(t, _)| *t).collect()
    }

    fn replay(&self) {
        if let Some((revision, saved)) = self.workspace.borrow().clone() {
            self.send(&Request::SetWorkspace { revision, saved }, None);
        }
        for (part, problem) in self.refused_parts.borrow().iter() {
            self.send(&Request::Refuse { part: *part, problem: problem.clone() }, None);
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
