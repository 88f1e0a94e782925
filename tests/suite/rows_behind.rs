//! The number of rows that an explanation tells is the number that its query opens: for every
//! explanation of the three samples' reports, run through the engine as the page does.

use super::insight_samples::{cold_chain_table, sequencing_table, trials_table};
use tributary::base::{Fingerprint, Notices, SourceId, TableId};
use tributary::engine::Engine;
use tributary::protocol::{Event, Query, Request, View};
use tributary::report::{Explain, FrozenContent, FrozenReport};
use tributary::source::{Format, Ledger, Origin, ReaderSpec, Reading, SourceSpec, TableSpec};
use tributary::table::Table;
use tributary::workspace::{Command, History, Workspace, format};

/// A workspace with one source, which holds the joined rows.
fn source(name: &str, n_rows: u64) -> SourceSpec {
    let reading = Reading {
        format: Format::Csv,
        encoding: None,
        delimiter: None,
        quote: None,
        header_rows: 1,
        skipped_lines: 0,
        record_path: None,
    };
    let ledger = Ledger { n_rows_in_file: n_rows + 1, n_loaded: n_rows, n_header: 1, ..Ledger::default() };
    let table = TableSpec {
        id: TableId(0),
        name: name.to_owned(),
        part: String::new(),
        n_rows,
        columns: Vec::new(),
        ledger,
        reading,
        notices: Notices::default(),
        keys: Default::default(),
    };
    SourceSpec {
        id: SourceId(0),
        name: format!("{name}.csv"),
        origin: Origin::File,
        size_bytes: 1,
        fingerprint: Fingerprint::of(name.as_bytes()),
        read_at: String::new(),
        reader: ReaderSpec::default(),
        tables: vec![table],
    }
}

struct Desk {
    engine: Engine,
    topic: u64,
}

impl Desk {
    fn new(name: &str, table: &Table) -> Desk {
        let mut history = History::new(Workspace::default());
        history.dispatch(&Command::AddSource { source: Box::new(source(name, table.n_rows())) }).unwrap();
        let mut engine = Engine::new();
        let id = history.present().tables().next().unwrap().1.id;
        engine.handle(Request::Attach { table: id }, Some(table.to_ipc().unwrap()));
        let saved = format::encode(history.present()).unwrap();
        engine.handle(Request::SetWorkspace { revision: history.revision(), saved }, None);
        Desk { engine, topic: 0 }
    }

    fn ask(&mut self, query: Query) -> View {
        self.topic += 1;
        let asked = self.topic;
        self.engine.handle(Request::Want { topic: asked, query: query.clone() }, None);
        for _ in 0..1_000_000 {
            for said in self.engine.step() {
                match said.event {
                    Event::Answer { topic, view, .. } if topic == asked => {
                        self.engine.handle(Request::Drop { topic }, None);
                        return *view;
                    }
                    Event::WantFailed { topic, problem, .. } if topic == asked => panic!("{query:?}: {problem}"),
                    _ => {}
                }
            }
        }
        panic!("no answer to {query:?}")
    }

    fn n_rows(&mut self, sql: &str) -> u64 {
        match self.ask(Query::Sql { sql: sql.to_owned(), offset: 0, limit: 1 }) {
            View::Sql { window, .. } => window.n_total,
            other => panic!("not rows: {other:?}"),
        }
    }
}

/// Every explanation of a report, with what it explains.
fn explanations(report: &FrozenReport) -> Vec<(String, &Explain)> {
    let mut all: Vec<(String, &Explain)> =
        report.strip_parts.iter().map(|part| (format!("strip: {}", part.text), &part.explain)).collect();
    for block in &report.blocks {
        match &block.content {
            FrozenContent::Verdict { sentence, explain, .. } => all.push((sentence.clone(), explain)),
            FrozenContent::Numbers(numbers) => {
                all.extend(numbers.iter().map(|n| (format!("{} {}", n.label, n.text), &n.explain)));
            }
            FrozenContent::Finding { finding, explain, .. } => all.push((finding.sentence.clone(), explain)),
            FrozenContent::Chart { data, explain, .. } => all.push((data.title.clone(), explain)),
            FrozenContent::Table { title, explain, .. } => all.push((title.clone(), explain)),
            FrozenContent::Quality(items) => {
                all.extend(items.iter().filter_map(|i| i.explain.as_ref().map(|e| (i.text.clone(), e))));
            }
            FrozenContent::Failed(why) => panic!("a block failed: {why}"),
            FrozenContent::Text(_) | FrozenContent::Sources | FrozenContent::Methods(_) => {}
        }
    }
    all
}

fn every_count_opens_as_many(name: &str, table: &Table) {
    let mut desk = Desk::new(name, table);
    let View::Report(report) = desk.ask(Query::Report) else { panic!("not a report") };
    let mut n_opened = 0;
    for (what, explain) in explanations(&report) {
        if let Some(sql) = &explain.rows_sql {
            assert_eq!(desk.n_rows(sql), explain.n_rows, "{name}: {what}\n{sql}");
            n_opened += 1;
        }
    }
    let n_findings = report.blocks.iter().filter(|b| matches!(b.content, FrozenContent::Finding { .. })).count();
    assert!(n_findings >= 2 && n_opened >= 12, "{name}: {n_findings} findings, {n_opened} explanations with rows");

    // What a chart says it drew is what opens, unless it says that some are not shown.
    for block in &report.blocks {
        if let FrozenContent::Chart { data, explain, .. } = &block.content
            && data.n_more == 0
        {
            assert_eq!(explain.n_rows, data.n_rows, "{name}: {}", data.title);
        }
    }
    // The numbers of the verdict are those of its rows.
    for block in &report.blocks {
        if let FrozenContent::Verdict { sentence, explain, .. } = &block.content {
            assert!(explain.n_rows < table.n_rows(), "{name}: all rows open behind “{sentence}”");
        }
    }
}

#[test]
fn sequencing() {
    every_count_opens_as_many("run_metrics", &sequencing_table());
}

#[test]
fn trials() {
    every_count_opens_as_many("safety_reports", &trials_table());
}

#[test]
fn cold_chain() {
    every_count_opens_as_many("loggers", &cold_chain_table());
}
