//! The engine's desk: what is asked, what is being worked on, what comes next.

use super::budget::Budget;
use super::nodes::Shared;
use crate::base::Problem;
use crate::protocol::{BUILD, Event, Part, Query, Request, View, Work};
use crate::table::Table;
use crate::workspace::{Workspace, format};
use futures::future::LocalBoxFuture;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// An event with the buffer that travels beside it, if any.
#[derive(Debug)]
pub struct Outgoing {
    pub event: Event,
    pub buffer: Option<Vec<u8>>,
}

impl From<Event> for Outgoing {
    fn from(event: Event) -> Outgoing {
        Outgoing { event, buffer: None }
    }
}

struct Topic {
    query: Query,
    /// The revision it was last answered for.
    answered: Option<u64>,
}

enum Outcome {
    View(Box<View>),
    Rows(Vec<u8>),
}

enum Task {
    Topic { topic: u64, revision: u64 },
    Export { id: u64 },
}

impl Task {
    fn work(&self) -> Work {
        match self {
            Task::Topic { topic, .. } => Work::Topic(*topic),
            Task::Export { id } => Work::Export(*id),
        }
    }
}

struct Running {
    task: Task,
    /// The part that was said last.
    part: Option<Part>,
    work: LocalBoxFuture<'static, Result<Outcome, Problem>>,
}

/// Evaluates workspaces. See the module's docs for how it is driven.
pub struct Engine {
    shared: Rc<Shared>,
    /// The workspace of this revision, or why it cannot be read: then everything that is asked fails
    /// so, for an answer from the workspace before it would be wrong.
    workspace: Result<Arc<Workspace>, Problem>,
    revision: u64,
    topics: BTreeMap<u64, Topic>,
    exports: VecDeque<(u64, String)>,
    running: Option<Running>,
}

impl Default for Engine {
    fn default() -> Engine {
        Engine::new()
    }
}

impl Engine {
    pub fn new() -> Engine {
        Engine::with_budget(Budget::default())
    }

    pub fn with_budget(budget: Budget) -> Engine {
        Engine {
            shared: Rc::new(Shared::new(budget)),
            workspace: Ok(Arc::default()),
            revision: 0,
            topics: BTreeMap::new(),
            exports: VecDeque::new(),
            running: None,
        }
    }

    /// Takes a request. What takes long is left to [`Engine::step`].
    pub fn handle(&mut self, request: Request, buffer: Option<Vec<u8>>) -> Vec<Outgoing> {
        match request {
            Request::Hello { .. } => {
                let version = datafusion::DATAFUSION_VERSION.to_owned();
                vec![Event::Ready { build: BUILD.to_owned(), version: format!("DataFusion {version}") }.into()]
            }
            Request::Attach { table: id } => {
                let table = buffer.map_or_else(
                    || Err(Problem::bug("bug_protocol", "A table came without its rows.")),
                    Table::from_ipc,
                );
                match table {
                    Ok(table) => {
                        let n_rows = table.n_rows();
                        self.shared.tables.borrow_mut().insert(id, Arc::new(table));
                        self.restart();
                        vec![Event::Attached { table: id, n_rows }.into()]
                    }
                    Err(problem) => {
                        self.restart();
                        // Numbered 0, which is no export's number: a table's own could be.
                        vec![Event::Failed { id: 0, problem }.into()]
                    }
                }
            }
            Request::Detach { table } => {
                self.shared.tables.borrow_mut().remove(&table);
                self.restart();
                Vec::new()
            }
            Request::SetWorkspace { revision, saved } => {
                self.workspace = format::decode(&saved).map(Arc::new);
                self.revision = revision;
                // What the user changed may be what was wrong.
                self.shared.refused.borrow_mut().clear();
                self.supersede();
                let problem = self.workspace.as_ref().err().cloned();
                problem.into_iter().map(|problem| Event::Failed { id: 0, problem }.into()).collect()
            }
            Request::Want { topic, query } => {
                self.stop_topic(topic);
                self.topics.insert(topic, Topic { query, answered: None });
                Vec::new()
            }
            Request::Drop { topic } => {
                self.stop_topic(topic);
                self.topics.remove(&topic);
                Vec::new()
            }
            Request::Export { id, sql } => {
                self.exports.push_back((id, sql));
                Vec::new()
            }
            Request::Cancel { id } => self.cancel(id),
            Request::Refuse { part, problem } => {
                self.shared.refused.borrow_mut().insert(part, problem);
                Vec::new()
            }
            Request::Ping { n } => vec![Event::Pong { n }.into()],
            // The host ends the worker before this is reached.
            Request::Die => Vec::new(),
        }
    }

    /// Is there anything to do?
    pub fn is_busy(&self) -> bool {
        self.running.is_some() || !self.exports.is_empty() || self.next_topic().is_some()
    }

    /// Questions and exports that wait for an answer.
    pub fn n_pending(&self) -> u64 {
        let open = self.topics.values().filter(|t| t.answered != Some(self.revision)).count();
        let exports =
            self.exports.len() + usize::from(matches!(&self.running, Some(r) if matches!(r.task, Task::Export { .. })));
        (open + exports) as u64
    }

    /// Does a slice of work: up to the next place where it gives way. Says first what it begins, in
    /// a slice of its own, so that the host can send that before the work is touched.
    pub fn step(&mut self) -> Vec<Outgoing> {
        let Some(mut running) = self.running.take() else {
            self.running = self.start();
            return self.running.iter().map(|r| Event::Working { work: r.task.work(), part: None }.into()).collect();
        };
        let mut context = Context::from_waker(Waker::noop());
        match running.work.as_mut().poll(&mut context) {
            Poll::Pending => {
                let part = self.shared.at_part.get();
                let is_new = std::mem::replace(&mut running.part, part) != part;
                let work = running.task.work();
                self.running = Some(running);
                if is_new { vec![Event::Working { work, part }.into()] } else { Vec::new() }
            }
            Poll::Ready(result) => vec![self.finish(running.task, result)],
        }
    }

    fn start(&mut self) -> Option<Running> {
        let shared = self.shared.clone();
        // What was dropped half-way may have left its part.
        shared.at_part.set(None);
        let workspace = self.workspace.clone();
        if let Some((id, sql)) = self.exports.pop_front() {
            let work = async move {
                let workspace = workspace?;
                Ok(Outcome::Rows(shared.sql(&workspace, &sql).await?.to_ipc()?))
            };
            return Some(Running { task: Task::Export { id }, part: None, work: Box::pin(work) });
        }
        let topic = self.next_topic()?;
        let query = self.topics.get(&topic)?.query.clone();
        let work = async move {
            let workspace = workspace?;
            Ok(Outcome::View(Box::new(shared.answer(&workspace, &query).await?)))
        };
        Some(Running { task: Task::Topic { topic, revision: self.revision }, part: None, work: Box::pin(work) })
    }

    /// Cheap questions first, the report last: a grid must not wait for findings.
    fn next_topic(&self) -> Option<u64> {
        let open = self.topics.iter().filter(|(_, t)| t.answered != Some(self.revision));
        open.min_by_key(|(id, t)| (weight(&t.query), **id)).map(|(id, _)| *id)
    }

    fn finish(&mut self, task: Task, result: Result<Outcome, Problem>) -> Outgoing {
        match (task, result) {
            (Task::Topic { topic, revision }, result) => {
                if let Some(entry) = self.topics.get_mut(&topic) {
                    entry.answered = Some(revision);
                }
                match result {
                    Ok(Outcome::View(view)) => Event::Answer { topic, revision, view }.into(),
                    Ok(Outcome::Rows(_)) => {
                        let problem = Problem::bug("bug_protocol", "A question was answered with a file.");
                        Event::WantFailed { topic, revision, problem }.into()
                    }
                    Err(problem) => Event::WantFailed { topic, revision, problem }.into(),
                }
            }
            (Task::Export { id }, Ok(Outcome::Rows(bytes))) => {
                Outgoing { event: Event::Done { id }, buffer: Some(bytes) }
            }
            (Task::Export { id }, Ok(Outcome::View(_))) => {
                Event::Failed { id, problem: Problem::bug("bug_protocol", "An export was answered with a view.") }
                    .into()
            }
            (Task::Export { id }, Err(problem)) => Event::Failed { id, problem }.into(),
        }
    }

    /// A newer workspace: work on questions starts again; what was finished is kept by provenance.
    fn supersede(&mut self) {
        if matches!(&self.running, Some(r) if matches!(r.task, Task::Topic { .. })) {
            self.running = None;
        }
    }

    /// Rows came or went under the same revision: everything is asked again.
    fn restart(&mut self) {
        self.supersede();
        for topic in self.topics.values_mut() {
            topic.answered = None;
        }
    }

    fn stop_topic(&mut self, topic: u64) {
        if matches!(&self.running, Some(r) if matches!(r.task, Task::Topic { topic: t, .. } if t == topic)) {
            self.running = None;
        }
    }

    fn cancel(&mut self, id: u64) -> Vec<Outgoing> {
        let waiting = self.exports.iter().position(|(e, _)| *e == id);
        let is_running = matches!(&self.running, Some(r) if matches!(r.task, Task::Export { id: e } if e == id));
        if let Some(at) = waiting {
            self.exports.remove(at);
        }
        if is_running {
            self.running = None;
        }
        if waiting.is_some() || is_running { vec![Event::Cancelled { id }.into()] } else { Vec::new() }
    }
}

fn weight(query: &Query) -> u8 {
    match query {
        Query::Rows { .. } | Query::Sql { .. } | Query::Preview { .. } | Query::Summary { .. } => 0,
        Query::Nodes | Query::Steps { .. } | Query::Merges => 1,
        Query::TryMerge { .. } | Query::Unmatched { .. } => 1,
        Query::Chart { .. } | Query::Profile { .. } | Query::ProfileBefore { .. } => 2,
        Query::Nearest { .. } | Query::Variants { .. } => 2,
        Query::Suggestions => 3,
        Query::Findings { .. } | Query::Control { .. } | Query::Stats { .. } | Query::Report => 4,
    }
}
