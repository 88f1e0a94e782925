//! The engine driven in process, as the page drives its worker: every message goes through the
//! wire's encoding and back, and every file is read as a dropped one is.

use serde_json::json;
use tributary::base::*;
use tributary::engine::Engine;
use tributary::merge::*;
use tributary::protocol::*;
use tributary::report::FrozenReport;
use tributary::source::{self, Format, Ledger, Origin, ReaderSpec, Reading, SourceSpec, TableSpec, sql_name};
use tributary::table::{RowWindow, Table};
use tributary::workspace::*;

/// What the engine said, with the bytes that travelled beside it.
pub struct Said {
    pub event: Event,
    pub buffer: Option<Vec<u8>>,
}

pub struct Desk {
    pub engine: Engine,
    pub history: History,
}

/// The topic of `ask`; tests use smaller ones.
const ASKED: u64 = 1_000_000;
/// Slices after which a test gives up.
const MAX_SLICES: usize = 200_000;

/// A value as it is on the other side of the wire.
pub fn over_the_wire<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// As the script API writes it, so that what may be left out is left out.
pub fn merge_spec(name: &str, kind: MergeKind, sides: (NodeId, NodeId), keys: &[KeyPair]) -> MergeSpec {
    let (left, right) = sides;
    let spec = json!({"id": 0, "name": name, "kind": kind, "left": left, "right": right, "keys": keys});
    serde_json::from_value(spec).unwrap()
}

impl Desk {
    pub fn new() -> Desk {
        Desk { engine: Engine::new(), history: History::new(Workspace::default()) }
    }

    pub fn send(&mut self, request: Request, buffer: Option<Vec<u8>>) -> Vec<Said> {
        let said = self.engine.handle(over_the_wire(&request), buffer);
        said.into_iter().map(|o| Said { event: over_the_wire(&o.event), buffer: o.buffer }).collect()
    }

    /// One slice of work.
    pub fn step(&mut self) -> Vec<Said> {
        let said = self.engine.step();
        said.into_iter().map(|o| Said { event: over_the_wire(&o.event), buffer: o.buffer }).collect()
    }

    /// Works until there is nothing left to do.
    pub fn drain(&mut self) -> Vec<Said> {
        let mut all = Vec::new();
        for _ in 0..MAX_SLICES {
            if !self.engine.is_busy() {
                assert_eq!(self.engine.n_pending(), 0, "idle, but something waits");
                return all;
            }
            all.extend(self.step());
        }
        panic!("the engine does not come to rest");
    }

    /// Sends the workspace as it is now.
    pub fn tell(&mut self) -> Vec<Said> {
        let saved = format::encode(self.history.present()).unwrap();
        let revision = self.history.revision();
        self.send(Request::SetWorkspace { revision, saved }, None)
    }

    pub fn dispatch(&mut self, command: Command) -> Result<(), Problem> {
        self.history.dispatch(&over_the_wire(&command))?;
        assert!(self.tell().is_empty(), "the engine cannot read what the page saved");
        Ok(())
    }

    /// Reads the bytes as a dropped file, adds the source and hands its tables to the engine.
    pub fn add(&mut self, name: &str, bytes: &[u8], reader: &ReaderSpec) -> Result<Vec<TableId>, Problem> {
        self.add_from(Origin::File, name, bytes, reader)
    }

    /// The same for what came another way.
    pub fn add_from(
        &mut self,
        origin: Origin,
        name: &str,
        bytes: &[u8],
        reader: &ReaderSpec,
    ) -> Result<Vec<TableId>, Problem> {
        let outcome = source::read(name, bytes, reader, &mut |_| {})?;
        let tables = outcome.parts.iter().map(|part| TableSpec {
            id: TableId(0),
            name: sql_name(name, &part.part),
            part: part.part.clone(),
            n_rows: part.table.n_rows(),
            columns: part.table.columns().to_vec(),
            ledger: part.ledger.clone(),
            reading: part.reading.clone(),
            notices: part.notices.clone(),
            keys: part.keys.clone(),
            drift: None,
        });
        let source = SourceSpec {
            id: SourceId(0),
            name: name.to_owned(),
            origin,
            size_bytes: bytes.len() as u64,
            fingerprint: Fingerprint::of(bytes),
            read_at: "2026-11-12T09:30:00Z".to_owned(),
            reader: reader.clone(),
            tables: tables.collect(),
        };
        self.dispatch(Command::AddSource { source: Box::new(source) })?;
        let added = self.history.present().sources.last().unwrap();
        let ids: Vec<TableId> = added.tables.iter().map(|t| t.id).collect();
        for (id, part) in ids.iter().zip(&outcome.parts) {
            self.attach(*id, &part.table);
        }
        Ok(ids)
    }

    /// Lays a table on the desk, as a source of its own that nobody has read.
    pub fn lay(&mut self, name: &str, table: &Table) -> TableId {
        self.dispatch(Command::AddSource { source: Box::new(source_of(name, table)) }).unwrap();
        let NodeId::Table(id) = self.node(name) else { panic!("{name} is no table") };
        self.attach(id, table);
        id
    }

    pub fn attach(&mut self, id: TableId, table: &Table) {
        let said = self.send(Request::Attach { table: id }, Some(table.to_ipc().unwrap()));
        let [Said { event: Event::Attached { table: attached, n_rows }, .. }] = said.as_slice() else {
            panic!("not attached");
        };
        assert_eq!((*attached, *n_rows), (id, table.n_rows()));
    }

    /// One question and its answer.
    pub fn ask(&mut self, query: Query) -> Result<View, Problem> {
        self.send(Request::Want { topic: ASKED, query }, None);
        let mut answers: Vec<Result<View, Problem>> = Vec::new();
        for said in self.drain() {
            match said.event {
                Event::Answer { topic: ASKED, view, .. } => answers.push(Ok(*view)),
                Event::WantFailed { topic: ASKED, problem, .. } => answers.push(Err(problem)),
                _ => {}
            }
        }
        self.send(Request::Drop { topic: ASKED }, None);
        assert_eq!(answers.len(), 1, "one question, one answer");
        answers.remove(0)
    }

    pub fn node(&self, name: &str) -> NodeId {
        self.history.present().node_named(name).unwrap_or_else(|| panic!("no table called {name}"))
    }

    pub fn sql(&mut self, sql: &str) -> Result<RowWindow, Problem> {
        match self.ask(Query::Sql { sql: sql.to_owned(), offset: 0, limit: 1_000 })? {
            View::Sql { window, .. } => Ok(window),
            other => panic!("{other:?}"),
        }
    }

    /// The first thousand rows.
    pub fn rows(&mut self, node: NodeId) -> Result<RowWindow, Problem> {
        match self.ask(Query::Rows { node, offset: 0, limit: 1_000 })? {
            View::Rows(window) => Ok(window),
            other => panic!("{other:?}"),
        }
    }

    pub fn report(&mut self) -> FrozenReport {
        match self.ask(Query::Report) {
            Ok(View::Report(report)) => report,
            other => panic!("{other:?}"),
        }
    }

    pub fn suggestions(&mut self) -> Vec<MergeSuggestion> {
        match self.ask(Query::Suggestions) {
            Ok(View::Suggestions(found)) => found,
            other => panic!("{other:?}"),
        }
    }

    /// Accepts a suggestion as one click does.
    pub fn accept(&mut self, s: &MergeSuggestion, kind: Option<MergeKind>) -> MergeId {
        let kind = kind.unwrap_or(if s.is_union { MergeKind::Union } else { MergeKind::Left });
        let merge = merge_spec(&format!("{}_combined", s.left_name), kind, (s.left, s.right), &s.keys);
        self.dispatch(Command::AddMerge { merge: Box::new(merge) }).unwrap();
        self.history.present().merges.last().unwrap().id
    }

    /// Puts together what the app puts together without asking.
    pub fn combine_the_obvious(&mut self) {
        for _ in 0..MergeSuggestion::MAX_BY_ITSELF {
            let found = self.suggestions();
            let present = self.history.present();
            let Some(next) = MergeSuggestion::next_obvious(&found, |node| present.n_columns_read(node)) else { break };
            println!("{} + {}: {}", next.left_name, next.right_name, next.reason);
            let merge = Box::new(MergeSpec::accepting(next, None));
            self.dispatch(Command::AddMerge { merge }).unwrap();
        }
    }

    pub fn outcome(&mut self, merge: MergeId) -> MergeOutcome {
        let Ok(View::Merges(all)) = self.ask(Query::Merges) else { panic!("no merges") };
        let found = all.into_iter().find(|m| m.merge == merge).unwrap();
        assert_eq!(found.problem, None);
        found.outcome
    }
}

/// A source whose one table is this.
pub fn source_of(name: &str, table: &Table) -> SourceSpec {
    let ledger = Ledger { n_rows_in_file: table.n_rows(), n_loaded: table.n_rows(), ..Ledger::default() };
    let reading = Reading {
        format: Format::Arrow,
        encoding: None,
        delimiter: None,
        quote: None,
        header_rows: 0,
        skipped_lines: 0,
        record_path: None,
    };
    SourceSpec {
        id: SourceId(0),
        name: format!("{name}.arrow"),
        origin: Origin::File,
        size_bytes: 1,
        fingerprint: Fingerprint::of(&table.to_ipc().unwrap()),
        read_at: String::new(),
        reader: ReaderSpec::default(),
        tables: vec![TableSpec {
            id: TableId(0),
            name: name.to_owned(),
            part: String::new(),
            n_rows: table.n_rows(),
            columns: table.columns().to_vec(),
            ledger,
            reading,
            notices: Notices::default(),
            keys: Default::default(),
            drift: None,
        }],
    }
}
