//! The engine driven in process, as its worker drives it.

mod recovery;

use super::*;
use crate::base::*;
use crate::merge::*;
use crate::protocol::*;
use crate::recipe::*;
use crate::source::*;
use crate::table::*;
use crate::workspace::*;
use arrow::array::{DurationMicrosecondArray, Float64Array, Int64Array, StringArray};
use std::sync::Arc;

fn source(name: &str, table: &str) -> SourceSpec {
    let reading = Reading {
        format: Format::Csv,
        encoding: None,
        delimiter: None,
        quote: None,
        header_rows: 1,
        skipped_lines: 0,
        record_path: None,
    };
    SourceSpec {
        id: SourceId(0),
        name: name.to_owned(),
        origin: Origin::File,
        size_bytes: 1,
        fingerprint: Fingerprint::of(name.as_bytes()),
        read_at: String::new(),
        reader: ReaderSpec::default(),
        tables: vec![TableSpec {
            id: TableId(0),
            name: table.to_owned(),
            part: String::new(),
            n_rows: 0,
            columns: Vec::new(),
            ledger: Ledger::default(),
            reading,
            notices: Notices::default(),
            keys: Default::default(),
            drift: None,
        }],
    }
}

fn runs() -> Table {
    let sample: Vec<String> = (0..60).map(|i| format!("S{i:03}")).collect();
    let plate: Vec<String> = (0..60).map(|i| format!("P{}", i % 3)).collect();
    let cover =
        Float64Array::from_iter_values((0..60).map(|i| if i % 3 == 2 { 10.0 } else { 30.0 } + f64::from(i % 7)));
    Table::from_columns(vec![
        (ColumnInfo::new("sample", ColumnType::Text), Arc::new(StringArray::from(sample))),
        (ColumnInfo::new("plate", ColumnType::Text), Arc::new(StringArray::from(plate))),
        (ColumnInfo::new("coverage", ColumnType::Number), Arc::new(cover)),
    ])
    .unwrap()
}

fn plates() -> Table {
    let plate = StringArray::from(vec!["p-0", "p-1", "p-2", "p-9"]);
    let lot = Int64Array::from(vec![11, 12, 13, 14]);
    Table::from_columns(vec![
        (ColumnInfo::new("Plate name", ColumnType::Text), Arc::new(plate)),
        (ColumnInfo::new("lot", ColumnType::Integer), Arc::new(lot)),
    ])
    .unwrap()
}

/// An engine, the page's history, and what has been said.
struct Desk {
    engine: Engine,
    history: History,
}

impl Desk {
    fn new() -> Desk {
        Desk::with_budget(Budget::default())
    }

    fn with_budget(budget: Budget) -> Desk {
        let mut history = History::new(Workspace::default());
        history.dispatch(&Command::AddSource { source: Box::new(source("runs.csv", "runs")) }).unwrap();
        history.dispatch(&Command::AddSource { source: Box::new(source("plates.xlsx", "plates")) }).unwrap();
        let mut desk = Desk { engine: Engine::with_budget(budget), history };
        let ids: Vec<TableId> = desk.history.present().tables().map(|(_, t)| t.id).collect();
        for (id, table) in ids.into_iter().zip([runs(), plates()]) {
            let sent = desk.engine.handle(Request::Attach { table: id }, Some(table.to_ipc().unwrap()));
            assert!(matches!(sent[0].event, Event::Attached { .. }));
        }
        desk.tell();
        desk
    }

    fn add(&mut self, file: &str, name: &str, columns: Vec<(ColumnInfo, arrow::array::ArrayRef)>) {
        self.dispatch(Command::AddSource { source: Box::new(source(file, name)) });
        let Some(NodeId::Table(id)) = self.history.present().node_named(name) else { panic!() };
        let table = Table::from_columns(columns).unwrap();
        self.engine.handle(Request::Attach { table: id }, Some(table.to_ipc().unwrap()));
    }

    fn tell(&mut self) {
        let saved = format::encode(self.history.present()).unwrap();
        let revision = self.history.revision();
        self.engine.handle(Request::SetWorkspace { revision, saved }, None);
    }

    fn dispatch(&mut self, command: Command) {
        self.history.dispatch(&command).unwrap();
        self.tell();
    }

    fn run(&mut self) -> Vec<Outgoing> {
        let mut all = Vec::new();
        for _ in 0..100_000 {
            if !self.engine.is_busy() {
                return all;
            }
            all.extend(self.engine.step());
        }
        panic!("the engine does not come to rest");
    }

    fn ask(&mut self, query: Query) -> Result<View, Problem> {
        self.engine.handle(Request::Want { topic: 900, query }, None);
        let said = self.run();
        self.engine.handle(Request::Drop { topic: 900 }, None);
        said.into_iter()
            .find_map(|o| match o.event {
                Event::Answer { topic: 900, view, .. } => Some(Ok(*view)),
                Event::WantFailed { topic: 900, problem, .. } => Some(Err(problem)),
                _ => None,
            })
            .expect("one answer")
    }

    fn sql(&mut self, sql: &str) -> Result<RowWindow, Problem> {
        match self.ask(Query::Sql { sql: sql.to_owned(), offset: 0, limit: 100 })? {
            View::Sql { window, .. } => Ok(window),
            other => panic!("{other:?}"),
        }
    }

    fn main(&self) -> NodeId {
        self.history.present().main_node().unwrap()
    }

    fn join(&mut self) {
        let View::Suggestions(found) = self.ask(Query::Suggestions).unwrap() else { panic!() };
        let s = found.first().expect("a suggestion").clone();
        let merge = MergeSpec {
            id: MergeId(0),
            name: "joined".into(),
            kind: MergeKind::Left,
            left: s.left,
            right: s.right,
            keys: s.keys,
            keep: None,
            suffix: None,
            crosswalk: Vec::new(),
        };
        self.dispatch(Command::AddMerge { merge: Box::new(merge) });
    }
}

/// Read at once, the inputs of a union would need tasks, and there is nothing here that runs them.
#[test]
fn the_inputs_of_a_union_are_read_one_after_the_other() {
    let mut desk = Desk::new();
    let both = desk.sql("SELECT plate FROM runs UNION ALL SELECT plate FROM runs").unwrap();
    assert_eq!(both.n_total, 120);
    let apart = desk.sql("SELECT plate FROM runs UNION SELECT plate FROM runs ORDER BY plate").unwrap();
    assert_eq!(apart.n_total, 3);
    let counted = "SELECT plate, count(*) AS n FROM (SELECT plate FROM runs UNION ALL SELECT plate FROM runs) \
                   GROUP BY plate ORDER BY plate";
    assert_eq!(desk.sql(counted).unwrap().cells[1], vec![Some("40".to_owned()); 3]);
}

#[test]
fn sql_reads_case_sensitive_names_and_nothing_else() {
    let mut desk = Desk::new();
    let rows =
        desk.sql("SELECT plate, count(*) AS N, avg(coverage) AS m FROM runs GROUP BY plate ORDER BY plate").unwrap();
    assert_eq!(rows.cells[1], vec![Some("20".to_owned()); 3]);
    assert_eq!(rows.columns[1].name, "N");
    let quoted = desk.sql("SELECT \"Plate name\" FROM plates WHERE lot > 12").unwrap();
    assert_eq!(quoted.n_total, 2);
    assert_eq!(desk.sql("SELECT nope FROM runs").unwrap_err().code, "unknown_column");
    let unknown = desk.sql("SELECT * FROM nowhere").unwrap_err();
    assert_eq!(unknown.code, "unknown_table");
    assert!(unknown.why.contains("plates, runs"), "{}", unknown.why);
    let syntax = desk.sql("SELECT (1 FROM runs").unwrap_err();
    assert_eq!(syntax.code, "sql_syntax");
    for sql in ["DROP TABLE runs", "CREATE TABLE x AS SELECT 1", "SET datafusion.execution.batch_size = 1"] {
        assert!(desk.sql(sql).is_err(), "{sql}");
    }
    assert_eq!(desk.sql("SELECT count(*) AS n FROM runs").unwrap().cells[0][0].as_deref(), Some("60"));
}

#[test]
fn a_suggestion_is_accepted_and_every_row_accounted_for() {
    let mut desk = Desk::new();
    desk.join();
    let View::Merges(merges) = desk.ask(Query::Merges).unwrap() else { panic!() };
    let outcome = &merges[0].outcome;
    assert_eq!((outcome.n_left, outcome.n_left_matched, outcome.n_right_only), (60, 60, 1));
    let rows = desk.sql("SELECT lot, count(*) AS n FROM joined GROUP BY lot ORDER BY lot").unwrap();
    assert_eq!(rows.cells[0], [Some("11".into()), Some("12".into()), Some("13".into())]);
}

#[test]
fn steps_count_rows_and_name_what_fails() {
    let mut desk = Desk::new();
    let node = desk.history.present().node_named("runs").unwrap();
    let filter = Op::Filter { column: "plate".into(), test: Test::OneOf(vec!["P1".into()]) };
    desk.dispatch(Command::AddStep { node, op: filter, at: None });
    let compute = Op::Compute { name: "double".into(), formula: "coverage * 2".into() };
    desk.dispatch(Command::AddStep { node, op: compute, at: None });
    let wrong = Op::Sort { keys: vec![SortKey { column: "covrage".into(), descending: true }] };
    desk.dispatch(Command::AddStep { node, op: wrong, at: None });
    let View::Steps(steps) = desk.ask(Query::Steps { node }).unwrap() else { panic!() };
    assert_eq!((steps[0].n_rows_before, steps[0].n_rows_after), (60, 20));
    assert_eq!(steps[1].n_columns_after, 4);
    let problem = steps[2].problem.clone().expect("a problem at the step");
    assert_eq!(problem.code, "unknown_column");
    assert_eq!(problem.place.step, Some(steps[2].step));
    assert!(desk.ask(Query::Rows { node, offset: 0, limit: 10 }).is_err());
    desk.history.undo();
    desk.tell();
    let View::Rows(rows) = desk.ask(Query::Rows { node, offset: 5, limit: 10 }).unwrap() else { panic!() };
    assert_eq!((rows.n_total, rows.cells[0].len()), (20, 10));
}

#[test]
fn a_report_is_drafted_and_survives_adoption() {
    let mut desk = Desk::new();
    desk.join();
    let View::Report(draft) = desk.ask(Query::Report).unwrap() else { panic!() };
    assert!(draft.is_draft);
    assert!(draft.checks_run > 0);
    assert_eq!(draft.sources.len(), 2);
    let text = serde_json::to_string(&draft).unwrap();
    assert!(text.contains("P2"), "the planted plate is named");
    let blocks = draft.blocks.iter().map(|b| crate::report::Block { id: b.id, spec: b.spec.clone() }).collect();
    desk.dispatch(Command::AdoptDraft { title: draft.title.clone(), blocks });
    let View::Report(own) = desk.ask(Query::Report).unwrap() else { panic!() };
    assert!(!own.is_draft);
    let contents = |r: &crate::report::FrozenReport| r.blocks.iter().map(|b| b.content.clone()).collect::<Vec<_>>();
    assert_eq!(contents(&own), contents(&draft));
    let View::Report(again) = desk.ask(Query::Report).unwrap() else { panic!() };
    assert_eq!(own, again, "same workspace, same answers");
}

#[test]
fn each_export_ends_once() {
    let mut desk = Desk::new();
    desk.engine.handle(Request::Export { id: 1, sql: "SELECT * FROM runs".into() }, None);
    desk.engine.handle(Request::Export { id: 2, sql: "SELECT * FROM runs".into() }, None);
    desk.engine.handle(Request::Export { id: 3, sql: "SELECT x FROM".into() }, None);
    let cancelled = desk.engine.handle(Request::Cancel { id: 2 }, None);
    assert_eq!(cancelled.len(), 1);
    let said = desk.run();
    let done = said.iter().find(|o| o.event == Event::Done { id: 1 }).unwrap();
    assert_eq!(Table::from_ipc(done.buffer.clone().unwrap()).unwrap().n_rows(), 60);
    assert_eq!(said.iter().filter(|o| matches!(o.event, Event::Failed { id: 3, .. })).count(), 1);
    assert!(!said.iter().any(|o| matches!(o.event, Event::Done { id: 2 })));
    assert!(desk.engine.handle(Request::Cancel { id: 1 }, None).is_empty());
}

#[test]
fn answers_carry_the_newest_revision() {
    let mut desk = Desk::new();
    desk.engine.handle(Request::Want { topic: 1, query: Query::Nodes }, None);
    desk.engine.step();
    desk.dispatch(Command::SetTitle { title: "x".into() });
    let revisions: Vec<u64> = desk
        .run()
        .iter()
        .filter_map(|o| match o.event {
            Event::Answer { topic: 1, revision, .. } => Some(revision),
            _ => None,
        })
        .collect();
    assert_eq!(revisions, [desk.history.revision()]);
}

#[test]
fn missing_rows_are_said_to_be_missing() {
    let mut desk = Desk::new();
    let id = desk.history.present().tables().next().unwrap().1.id;
    desk.engine.handle(Request::Detach { table: id }, None);
    let node = NodeId::Table(id);
    assert_eq!(desk.ask(Query::Rows { node, offset: 0, limit: 1 }).unwrap_err().code, "not_loaded");
    let _ = desk.main();
}

#[test]
fn the_rows_without_a_partner_are_those_the_merge_counted() {
    let mut desk = Desk::new();
    let node = |desk: &Desk, name| desk.history.present().node_named(name).unwrap();
    let (runs, plates) = (node(&desk, "runs"), node(&desk, "plates"));
    // Only two of three plates are left, so that both sides have rows of their own.
    let filter = Op::Filter { column: "lot".into(), test: Test::NoneOf(vec!["13".into()]) };
    desk.dispatch(Command::AddStep { node: plates, op: filter, at: None });
    desk.join();
    let View::Merges(merges) = desk.ask(Query::Merges).unwrap() else { panic!() };
    let outcome = merges[0].outcome.clone();
    assert_eq!((outcome.n_left_only, outcome.n_right_only), (20, 1));
    let keys = desk.history.present().merges[0].keys.clone();
    assert_ne!(keys[0].form, KeyForm::Exact, "the keys are written differently");
    let swapped: Vec<KeyPair> =
        keys.iter().map(|k| KeyPair { left: k.right.clone(), right: k.left.clone(), form: k.form }).collect();
    let left = Query::Unmatched { node: runs, other: plates, keys, crosswalk: Vec::new(), offset: 15, limit: 10 };
    let View::Rows(left) = desk.ask(left).unwrap() else { panic!() };
    assert_eq!((left.n_total, left.cells[0].len()), (20, 5));
    assert_eq!(left.columns.len(), 3, "only the columns of the side");
    assert!(left.cells[1].iter().all(|plate| plate.as_deref() == Some("P2")));
    let right =
        Query::Unmatched { node: plates, other: runs, keys: swapped, crosswalk: Vec::new(), offset: 0, limit: 10 };
    let View::Rows(right) = desk.ask(right).unwrap() else { panic!() };
    assert_eq!(right.cells[0], [Some("p-9".to_owned())]);
}

#[test]
fn seven_and_seven_point_zero_are_partners() {
    let mut desk = Desk::new();
    desk.add("a.csv", "a", vec![(ColumnInfo::new("id", ColumnType::Integer), Arc::new(Int64Array::from(vec![7, 8])))]);
    let floats = Arc::new(Float64Array::from(vec![7.0, 9.5]));
    desk.add("b.csv", "b", vec![(ColumnInfo::new("id", ColumnType::Number), floats)]);
    let node = |desk: &Desk, name| desk.history.present().node_named(name).unwrap();
    let (a, b) = (node(&desk, "a"), node(&desk, "b"));
    let keys = vec![KeyPair { left: "id".into(), right: "id".into(), form: KeyForm::Exact }];
    let ask =
        |node, other| Query::Unmatched { node, other, keys: keys.clone(), crosswalk: Vec::new(), offset: 0, limit: 10 };
    let View::Rows(left) = desk.ask(ask(a, b)).unwrap() else { panic!() };
    assert_eq!(left.cells[0], [Some("8".to_owned())]);
    let View::Rows(right) = desk.ask(ask(b, a)).unwrap() else { panic!() };
    assert_eq!(right.cells[0], [Some("9.5".to_owned())]);
}

#[test]
fn a_merge_is_tried_before_it_is_made() {
    let mut desk = Desk::new();
    desk.join();
    let spec = desk.history.present().merges[0].clone();
    let View::TriedMerge { outcome, columns } = desk.ask(Query::TryMerge { merge: Box::new(spec.clone()) }).unwrap()
    else {
        panic!()
    };
    assert_eq!((outcome.n_left_matched, outcome.n_right_only), (60, 1));
    let NodeId::Merge(_) = desk.main() else { panic!() };
    let View::Rows(rows) = desk.ask(Query::Rows { node: desk.main(), offset: 0, limit: 1 }).unwrap() else { panic!() };
    let names = |heads: Vec<&String>| heads.into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(columns.iter().map(|c| &c.name).collect()),
        names(rows.columns.iter().map(|c| &c.name).collect()),
        "the columns that it has once it is made"
    );
    // Kept columns, and other keys, change the merge in place.
    let keep = Some(vec!["sample".to_owned(), "lot".to_owned()]);
    desk.dispatch(Command::EditMerge { merge: Box::new(MergeSpec { keep, ..spec.clone() }) });
    let View::Rows(rows) = desk.ask(Query::Rows { node: desk.main(), offset: 0, limit: 1 }).unwrap() else { panic!() };
    assert_eq!(rows.columns.len(), 2);
    let wrong = vec![KeyPair { left: "nothing".into(), right: "lot".into(), form: KeyForm::Exact }];
    let wrong = Query::TryMerge { merge: Box::new(MergeSpec { keys: wrong, ..spec.clone() }) };
    assert_eq!(desk.ask(wrong).unwrap_err().code, "unknown_column");
    let kind = MergeKind::Union;
    let union = Query::TryMerge { merge: Box::new(MergeSpec { kind, ..spec }) };
    let View::TriedMerge { outcome, columns } = desk.ask(union).unwrap() else { panic!() };
    assert_eq!((outcome.n_left + outcome.n_right, columns.len()), (64, 5));
}

#[test]
fn what_follows_a_failed_step_is_not_reached() {
    let mut desk = Desk::new();
    let node = desk.history.present().node_named("runs").unwrap();
    let filter = |plate: &str| Op::Filter { column: "plate".into(), test: Test::OneOf(vec![plate.into()]) };
    desk.dispatch(Command::AddStep { node, op: filter("P1"), at: None });
    desk.dispatch(Command::AddStep { node, op: Op::Remove { columns: vec!["plat".into()] }, at: None });
    desk.dispatch(Command::AddStep { node, op: filter("P1"), at: None });
    let View::Steps(steps) = desk.ask(Query::Steps { node }).unwrap() else { panic!() };
    assert_eq!(steps.iter().map(|s| s.is_reached).collect::<Vec<_>>(), [true, true, false]);
    assert!(steps[2].problem.is_none());
    // The failure offers its way out, at the step and on the rows.
    let off = Repair::DisableStep { step: steps[1].step };
    let near = Repair::UseColumn { step: steps[1].step, from: "plat".into(), to: "plate".into() };
    for problem in [steps[1].problem.clone().unwrap(), desk.ask(Query::Rows { node, offset: 0, limit: 1 }).unwrap_err()]
    {
        assert_eq!(problem.place.step, Some(steps[1].step));
        for repair in [&off, &near] {
            assert!(problem.hints.iter().any(|h| h.repair.as_ref() == Some(repair)), "{problem:?}");
        }
    }
    desk.dispatch(Command::ToggleStep { node, step: steps[1].step });
    let View::Steps(steps) = desk.ask(Query::Steps { node }).unwrap() else { panic!() };
    assert!(steps.iter().all(|s| s.is_reached && s.problem.is_none()));
}

#[test]
fn a_filter_that_is_edited_sees_what_it_is_given() {
    let mut desk = Desk::new();
    let node = desk.history.present().node_named("runs").unwrap();
    let filter = Op::Filter { column: "plate".into(), test: Test::OneOf(vec!["P1".into()]) };
    desk.dispatch(Command::AddStep { node, op: filter, at: None });
    let step = desk.history.present().recipe(node).unwrap().steps[0].id;
    let n_values = |view| match view {
        View::Profile(profile) => profile.columns[1].n_distinct,
        other => panic!("{other:?}"),
    };
    assert_eq!(n_values(desk.ask(Query::Profile { node }).unwrap()), 1);
    assert_eq!(n_values(desk.ask(Query::ProfileBefore { node, step }).unwrap()), 3);
}

#[test]
fn cells_are_added_up_for_the_rows_chosen() {
    let mut desk = Desk::new();
    let node = desk.history.present().node_named("runs").unwrap();
    let took = Arc::new(DurationMicrosecondArray::from(vec![60_000_000; 3]));
    desk.add("c.csv", "c", vec![(ColumnInfo::new("took", ColumnType::Duration), took)]);
    let mut ask = |node, columns: &[&str], rows| {
        let columns = columns.iter().map(|c| (*c).to_owned()).collect();
        desk.ask(Query::Summary { node, columns, rows }).map(|view| match view {
            View::Summary(summary) => summary,
            other => panic!("{other:?}"),
        })
    };
    let some = ask(node, &["coverage", "plate"], Some((0, 3))).unwrap();
    assert_eq!((some[0].n, some[0].sum.as_deref()), (3, Some("73")));
    assert_eq!(some[1].n_distinct, Some(3));
    let all = ask(node, &["coverage"], None).unwrap();
    assert_eq!((all[0].n, all[0].min.as_deref()), (60, Some("10.0")));
    assert_eq!(ask(node, &["cover"], None).unwrap_err().code, "unknown_column");
}
