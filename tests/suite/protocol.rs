//! Page ↔ engine, in process and through the wire's encoding: every question and every export ends
//! exactly once, whatever comes in between.

use super::desk::{Desk, Said};
use super::rng::Rng;
use std::collections::BTreeMap;
use tributary::base::*;
use tributary::chart::{ChartKind, ChartSpec};
use tributary::insight::{ControlOptions, ControlQuery, FindingsOptions, Rule, StatsQuery};
use tributary::merge::{KeyForm, KeyPair, MergeKind};
use tributary::protocol::*;
use tributary::recipe::*;
use tributary::source::{self, ReaderSpec};
use tributary::table::Table;
use tributary::workspace::*;

const RUNS: &str =
    "run,plate,reads,qc\nR1,P1,10,pass\nR2,P1,7,fail\nR3,P2,,pass\nR4,P3,3,pass\nR5,P2,8,\nR6,P3,9,fail\n";
const PLATES: &str = "plate,lot\np1,L-11\np2,L-12\np3,L-13\np9,L-14\n";

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.add("runs.csv", RUNS.as_bytes(), &ReaderSpec::default()).unwrap();
    desk.add("plates.csv", PLATES.as_bytes(), &ReaderSpec::default()).unwrap();
    desk
}

fn read_table(text: &str) -> Table {
    source::read("x.csv", text.as_bytes(), &ReaderSpec::default(), &mut |_| {}).unwrap().parts.remove(0).table
}

fn want(topic: u64, query: Query) -> Request {
    Request::Want { topic, query }
}

fn rows_of(node: NodeId) -> Query {
    Query::Rows { node, offset: 0, limit: 5 }
}

/// (topic, revision, is an answer) of everything said about questions.
fn answers(said: &[Said]) -> Vec<(u64, u64, bool)> {
    said.iter()
        .filter_map(|s| match s.event {
            Event::Answer { topic, revision, .. } => Some((topic, revision, true)),
            Event::WantFailed { topic, revision, .. } => Some((topic, revision, false)),
            _ => None,
        })
        .collect()
}

/// How each export of the id ended.
fn endings(said: &[Said], wanted: u64) -> Vec<&'static str> {
    said.iter()
        .filter_map(|s| match s.event {
            Event::Done { id } if id == wanted => Some("done"),
            Event::Failed { id, .. } if id == wanted => Some("failed"),
            Event::Cancelled { id } if id == wanted => Some("cancelled"),
            _ => None,
        })
        .collect()
}

#[test]
fn hello_is_answered_with_the_build() {
    let said = desk().send(Request::Hello { build: "other".into() }, None);
    let [Said { event: Event::Ready { build, version }, .. }] = said.as_slice() else { panic!("not ready") };
    assert_eq!(build, BUILD);
    assert!(version.starts_with("DataFusion "), "{version}");
}

#[test]
fn two_hundred_questions_at_once_get_an_answer_each() {
    let mut desk = desk();
    let (runs, plates) = (desk.node("runs"), desk.node("plates"));
    for topic in 1..=200 {
        let query = match topic % 5 {
            0 => Query::Nodes,
            1 => rows_of(runs),
            2 => Query::Profile { node: plates },
            3 => Query::Sql { sql: format!("SELECT * FROM runs WHERE reads > {topic}"), offset: 0, limit: 5 },
            _ => rows_of(NodeId::Table(TableId(9_999))),
        };
        assert!(desk.send(want(topic, query), None).is_empty());
    }
    assert_eq!(desk.engine.n_pending(), 200);
    let mut all = answers(&desk.drain());
    all.sort_unstable();
    let revision = desk.history.revision();
    let expected: Vec<(u64, u64, bool)> = (1..=200).map(|t| (t, revision, t % 5 != 4)).collect();
    assert_eq!(all, expected);
}

#[test]
fn a_grid_does_not_wait_for_the_report() {
    let mut desk = desk();
    let runs = desk.node("runs");
    desk.send(want(1, Query::Report), None);
    desk.send(want(2, Query::Findings { node: runs, options: FindingsOptions::default() }), None);
    desk.send(want(3, rows_of(runs)), None);
    let order: Vec<u64> = answers(&desk.drain()).iter().map(|(topic, ..)| *topic).collect();
    assert_eq!(order, [3, 1, 2]);
}

#[test]
fn a_newer_revision_stops_work_on_the_older() {
    let mut desk = desk();
    let runs = desk.node("runs");
    desk.send(want(1, Query::Report), None);
    desk.send(want(2, Query::Nodes), None);
    // Begun, and not yet finished.
    assert!(answers(&desk.step()).is_empty());
    let before = desk.history.revision();
    let op = Op::Filter { column: "qc".into(), test: Test::OneOf(vec!["pass".into()]) };
    desk.dispatch(Command::AddStep { node: runs, op, at: None }).unwrap();
    let after = desk.history.revision();
    assert!(after > before);
    let mut all = answers(&desk.drain());
    all.sort_unstable();
    assert_eq!(all, [(1, after, true), (2, after, true)]);
}

#[test]
fn a_question_asked_anew_takes_the_place_of_the_old_one() {
    let mut desk = desk();
    let runs = desk.node("runs");
    desk.send(want(1, Query::Report), None);
    desk.step();
    desk.send(want(1, rows_of(runs)), None);
    let said = desk.drain();
    assert_eq!(answers(&said).len(), 1);
    assert!(said.iter().any(|s| matches!(&s.event, Event::Answer { view, .. } if matches!(**view, View::Rows(_)))));
}

#[test]
fn a_question_that_was_taken_back_is_not_answered() {
    let mut desk = desk();
    desk.send(want(1, Query::Report), None);
    desk.send(want(2, Query::Nodes), None);
    desk.step();
    desk.send(Request::Drop { topic: 1 }, None);
    desk.send(Request::Drop { topic: 2 }, None);
    desk.send(Request::Drop { topic: 77 }, None);
    assert!(answers(&desk.drain()).is_empty());
}

/// The search for findings, that for merges, and a merge are done in slices: between any two of them the
/// question can be taken back, and nothing more is done for it.
#[test]
fn long_work_gives_way_and_can_be_taken_back() {
    let mut desk = desk();
    let (runs, plates) = (desk.node("runs"), desk.node("plates"));
    let rows: String = (0..3_000).map(|i| format!("S{i},P{},{},{}\n", i % 40, i * 7 % 101, i * 13 % 57)).collect();
    let text = format!("sample,plate,mass,volume\n{rows}");
    desk.add("samples.csv", text.as_bytes(), &ReaderSpec::default()).unwrap();
    let samples = desk.node("samples");
    let by_plate = [KeyPair { left: "plate".into(), right: "plate".into(), form: KeyForm::Folded }];
    let trial = |left, right| Box::new(super::desk::merge_spec("trial", MergeKind::Left, (left, right), &by_plate));
    let work = [
        (Query::Findings { node: samples, options: FindingsOptions::default() }, 20),
        (Query::Suggestions, 20),
        (Query::TryMerge { merge: trial(samples, plates) }, 6),
    ];
    for (query, least) in work {
        desk.send(want(1, query.clone()), None);
        for n_slices in 0..least {
            assert!(answers(&desk.step()).is_empty(), "{query:?} was done after {n_slices} slices");
        }
        desk.send(Request::Drop { topic: 1 }, None);
        assert!(!desk.engine.is_busy(), "{query:?}");
    }
    // What was left half-way is in nobody's way.
    assert!(desk.ask(Query::TryMerge { merge: trial(samples, plates) }).is_ok());
    assert!(desk.ask(rows_of(runs)).is_ok());
}

#[test]
fn an_export_is_cancelled_before_during_and_after() {
    let mut desk = desk();
    let export = |id| Request::Export { id, sql: "SELECT * FROM runs".into() };
    // Before it has begun.
    desk.send(export(1), None);
    desk.send(export(2), None);
    assert_eq!(endings(&desk.send(Request::Cancel { id: 2 }, None), 2), ["cancelled"]);
    let said = desk.drain();
    assert_eq!((endings(&said, 1), endings(&said, 2)), (vec!["done"], vec![]));
    // During: begun, and it has given way once.
    desk.send(export(3), None);
    assert!(endings(&desk.step(), 3).is_empty(), "the export does not give way");
    assert_eq!(endings(&desk.send(Request::Cancel { id: 3 }, None), 3), ["cancelled"]);
    assert!(!desk.engine.is_busy());
    // After, twice, and one that never was.
    for id in [1, 3, 3, 99] {
        assert!(desk.send(Request::Cancel { id }, None).is_empty());
    }
    assert!(desk.drain().is_empty());
}

#[test]
fn an_export_ends_once_and_brings_its_rows() {
    let mut desk = desk();
    desk.send(Request::Export { id: 7, sql: "SELECT plate, count(*) AS n FROM runs GROUP BY plate".into() }, None);
    desk.send(Request::Export { id: 8, sql: "SELECT nope FROM runs".into() }, None);
    desk.send(Request::Export { id: 9, sql: "SELECT * FROM runs WHERE reads > 1000".into() }, None);
    let mut said = desk.drain();
    assert_eq!((endings(&said, 7), endings(&said, 8), endings(&said, 9)), (vec!["done"], vec!["failed"], vec!["done"]));
    let mut rows = |wanted: u64| {
        let at = said.iter().position(|s| matches!(s.event, Event::Done { id } if id == wanted)).unwrap();
        Table::from_ipc(said[at].buffer.take().unwrap()).unwrap()
    };
    assert_eq!(rows(7).n_rows(), 3);
    let empty = rows(9);
    assert_eq!((empty.n_rows(), empty.n_columns()), (0, 4));
}

#[test]
fn tables_come_and_go_and_come_back() {
    let mut desk = desk();
    let NodeId::Table(id) = desk.node("runs") else { panic!() };
    let node = NodeId::Table(id);
    let before = desk.rows(node).unwrap();
    desk.send(want(1, rows_of(node)), None);
    desk.drain();
    desk.send(Request::Detach { table: id }, None);
    let revision = desk.history.revision();
    assert_eq!(answers(&desk.drain()), [(1, revision, false)], "asked again by itself when rows go");
    assert_eq!(desk.rows(node).unwrap_err().code, "not_loaded");
    desk.attach(id, &read_table(RUNS));
    assert_eq!(answers(&desk.drain()), [(1, revision, true)], "and when they are back");
    assert_eq!(desk.rows(node).unwrap(), before);
}

#[test]
fn a_table_without_rows_in_memory_is_named_and_the_rest_goes_on() {
    let mut desk = desk();
    let NodeId::Table(id) = desk.node("plates") else { panic!() };
    desk.send(Request::Detach { table: id }, None);
    let Ok(View::Nodes(nodes)) = desk.ask(Query::Nodes) else { panic!("no nodes") };
    let plates = nodes.iter().find(|n| n.name == "plates").unwrap();
    let problem = plates.problem.as_ref().unwrap();
    assert_eq!(problem.code, "not_loaded");
    assert!(problem.what.contains("plates"), "{}", problem.what);
    assert_eq!(nodes.iter().find(|n| n.name == "runs").unwrap().n_rows, 6);
    assert_eq!(desk.sql("SELECT * FROM runs JOIN plates ON true").unwrap_err().code, "not_loaded");
    // The report is about the longer table, which is there.
    assert!(!desk.report().blocks.is_empty());
    assert!(desk.suggestions().is_empty());
}

#[test]
fn a_workspace_that_cannot_be_read_fails_every_question_of_its_revision() {
    let mut desk = desk();
    let runs = desk.node("runs");
    desk.send(want(1, rows_of(runs)), None);
    desk.drain();
    let good = format::encode(desk.history.present()).unwrap();
    for (revision, saved) in
        (500..).zip(["", "{}", "{\"format\":\"tributary-workspace\",\"version\":99}", &good[..good.len() / 2]])
    {
        let said = desk.send(Request::SetWorkspace { revision, saved: saved.to_owned() }, None);
        assert_eq!(endings(&said, 0), ["failed"], "said at once");
        desk.send(Request::Export { id: 5, sql: "SELECT * FROM runs".into() }, None);
        let said = desk.drain();
        assert_eq!(answers(&said), [(1, revision, false)], "no question is left open");
        assert_eq!(endings(&said, 5), ["failed"]);
    }
    desk.send(Request::SetWorkspace { revision: 600, saved: good }, None);
    assert_eq!(answers(&desk.drain()), [(1, 600, true)]);
}

#[test]
fn control_charts_and_statistics_are_answered_through_the_wire() {
    let mut desk = Desk::new();
    // What never varied, and then does.
    let rows = (1..=30).map(|i| format!("{i},{}\n", if i == 30 { "7.5" } else { "5" }));
    desk.add("runs.csv", format!("run,mass\n{}", rows.collect::<String>()).as_bytes(), &ReaderSpec::default()).unwrap();
    let node = desk.node("runs");
    let options: ControlOptions = serde_json::from_str(r#"{"rules": ["nelson_1"], "baseline": [1, 29]}"#).unwrap();
    let query =
        ControlQuery { value: Some("mass".into()), order: Some("run".into()), options, ..ControlQuery::default() };
    let query = Box::new(query);
    let Ok(View::Control { findings, charts }) = desk.ask(Query::Control { node, query }) else { panic!() };
    let [found] = findings.findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((found.rule, found.points.as_slice()), (Some(Rule::Nelson1), [29].as_slice()));
    assert_eq!(charts[0]["baseline_points"], 29);
    let Ok(View::Stats(mass)) = desk.ask(Query::Stats { node, query: StatsQuery::Columns(vec!["mass".into()]) }) else {
        panic!()
    };
    assert_eq!((&mass["n"], &mass["max"]), (&30.into(), &7.5.into()));
    let unknown = desk.ask(Query::Stats { node, query: StatsQuery::Columns(vec!["Mass".into()]) });
    assert_eq!(unknown.unwrap_err().code, "unknown_column");
}

/// Only one lot fails at all, so it fails infinitely more often than the others, and JSON has no ∞.
#[test]
fn findings_without_a_finite_size_reach_the_page() {
    let mut desk = Desk::new();
    let rows = (0..100).map(|i| format!("U{i},L{},{}\n", i % 5, if i % 5 == 3 && i % 3 > 0 { "fail" } else { "pass" }));
    let text = format!("unit,lot,result\n{}", rows.collect::<String>());
    desk.add("tests.csv", text.as_bytes(), &ReaderSpec::default()).unwrap();
    let query = Query::Findings { node: desk.node("tests"), options: FindingsOptions::default() };
    let Ok(View::Findings(found)) = desk.ask(query) else { panic!("no findings") };
    assert!(found.findings.iter().any(|f| f.group.as_deref() == Some("L3")), "{:?}", found.findings);
}

#[test]
fn rows_that_cannot_be_read_do_not_end_an_export_of_the_same_number() {
    let mut desk = desk();
    let NodeId::Table(id) = desk.node("runs") else { panic!() };
    desk.send(Request::Export { id: id.0, sql: "SELECT 1 AS one".into() }, None);
    let mut said = Vec::new();
    for buffer in [None, Some(Vec::new()), Some(b"rubbish".to_vec())] {
        let refused = desk.send(Request::Attach { table: id }, buffer);
        assert_eq!(endings(&refused, 0), ["failed"]);
        said.extend(refused);
    }
    said.extend(desk.drain());
    assert_eq!(endings(&said, id.0), ["done"]);
}

/// What the page has asked and heard. Panics at anything that should not be said.
#[derive(Default)]
struct Account {
    revision: u64,
    /// Live topics: answers since there was last a reason to answer.
    topics: BTreeMap<u64, u32>,
    /// Exports: how they ended.
    exports: BTreeMap<u64, Vec<&'static str>>,
    cancels: Vec<u64>,
}

impl Account {
    fn reason_to_answer_again(&mut self) {
        self.topics.values_mut().for_each(|n| *n = 0);
    }

    fn hear(&mut self, said: &[Said]) {
        for one in said {
            match &one.event {
                Event::Answer { topic, revision, .. } | Event::WantFailed { topic, revision, .. } => {
                    assert_eq!(*revision, self.revision, "an answer to an older revision");
                    let n = self.topics.get_mut(topic).expect("an answer to a question that was taken back");
                    *n += 1;
                    assert_eq!(*n, 1, "topic {topic} was answered twice");
                }
                Event::Done { id } => {
                    Table::from_ipc(one.buffer.clone().unwrap()).unwrap();
                    self.end(*id, "done");
                }
                Event::Failed { id: 0, .. } => {}
                Event::Failed { id, .. } => self.end(*id, "failed"),
                Event::Cancelled { id } => {
                    assert!(self.cancels.contains(id), "cancelled by itself");
                    self.end(*id, "cancelled");
                }
                // What is being worked on, and how much: said as often as it likes.
                _ => {}
            }
        }
    }

    fn end(&mut self, id: u64, how: &'static str) {
        let ends = self.exports.get_mut(&id).expect("an export that nobody asked for");
        ends.push(how);
        assert_eq!(ends.len(), 1, "export {id} ended twice: {ends:?}");
    }
}

fn random_query(rng: &mut Rng, nodes: &[NodeId]) -> Query {
    let node = *rng.pick(nodes);
    match rng.below(12) {
        0 => Query::Nodes,
        1 => Query::Profile { node },
        2 => Query::Steps { node },
        3 => Query::Merges,
        4 if rng.one_in(3) => Query::Report,
        4 => Query::Suggestions,
        5 => Query::Chart {
            spec: ChartSpec::new(ChartKind::Bar, node, *rng.pick(&["plate", "qc", "gone"])),
            range: None,
        },
        6 => Query::Sql {
            sql: (*rng.pick(&["SELECT * FROM runs", "SELECT", "DROP TABLE runs"])).into(),
            offset: 0,
            limit: 3,
        },
        7 => Query::Preview { node, op: random_op(rng), replaces: None },
        8 => rows_of(NodeId::Merge(MergeId(4_000))),
        _ => Query::Rows { node, offset: rng.below(9) as u64, limit: rng.below(4) },
    }
}

fn random_op(rng: &mut Rng) -> Op {
    let column: String = (*rng.pick(&["plate", "reads", "qc", "lot", "gone"])).into();
    match rng.below(5) {
        0 => Op::Filter { column, test: Test::IsPresent },
        1 => Op::Sort { keys: vec![SortKey { column, descending: rng.one_in(2) }] },
        2 => Op::Compute { name: "twice".into(), formula: "reads * 2".into() },
        3 => Op::Rename { from: column, to: "renamed".into() },
        _ => Op::Group {
            by: vec![column],
            measures: vec![Measure { aggregate: Aggregate::Count, column: None, name: "n".into() }],
        },
    }
}

#[test]
fn any_sequence_of_requests_ends_everything_once() {
    for seed in 1..=6 {
        let mut rng = Rng::new(seed);
        let mut desk = desk();
        let nodes = [desk.node("runs"), desk.node("plates")];
        let ids: Vec<TableId> = desk.history.present().tables().map(|(_, t)| t.id).collect();
        let mut account = Account { revision: desk.history.revision(), ..Account::default() };
        let mut next_export: u64 = 1;
        for _ in 0..150 {
            let request = match rng.below(16) {
                0..=3 => {
                    let topic = 1 + rng.below(10) as u64;
                    account.topics.insert(topic, 0);
                    want(topic, random_query(&mut rng, &nodes))
                }
                4 => {
                    let topic = 1 + rng.below(10) as u64;
                    account.topics.remove(&topic);
                    Request::Drop { topic }
                }
                5 | 6 => {
                    let id = next_export;
                    next_export += 1;
                    account.exports.insert(id, Vec::new());
                    let sql =
                        *rng.pick(&["SELECT * FROM runs", "SELECT lot FROM plates", "SELECT 1 +", "SELECT x FROM y"]);
                    Request::Export { id, sql: sql.into() }
                }
                7 | 8 => {
                    let id = 1 + rng.below(next_export as usize + 1) as u64;
                    account.cancels.push(id);
                    Request::Cancel { id }
                }
                9 | 10 => {
                    let command = match rng.below(4) {
                        0 => Command::SetTitle { title: format!("T{}", rng.below(3)) },
                        1 => {
                            let node = *rng.pick(&nodes);
                            match desk.history.present().recipe(node).and_then(|r| r.steps.first()) {
                                Some(step) => Command::RemoveStep { node, step: step.id },
                                None => Command::SetMain { node: Some(node) },
                            }
                        }
                        _ => Command::AddStep { node: *rng.pick(&nodes), op: random_op(&mut rng), at: None },
                    };
                    desk.history.dispatch(&command).unwrap();
                    // A command that changes nothing makes no revision.
                    if desk.history.revision() > account.revision {
                        account.revision = desk.history.revision();
                        account.reason_to_answer_again();
                    }
                    let saved = format::encode(desk.history.present()).unwrap();
                    Request::SetWorkspace { revision: account.revision, saved }
                }
                11 => {
                    account.reason_to_answer_again();
                    Request::Detach { table: *rng.pick(&ids) }
                }
                12 => {
                    account.reason_to_answer_again();
                    let which = rng.below(2);
                    let rows = read_table([RUNS, PLATES][which]).to_ipc().unwrap();
                    account.hear(&desk.send(Request::Attach { table: ids[which] }, Some(rows)));
                    continue;
                }
                _ => {
                    for _ in 0..rng.below(6) {
                        account.hear(&desk.step());
                    }
                    continue;
                }
            };
            account.hear(&desk.send(request, None));
        }
        account.hear(&desk.drain());
        assert!(
            account.topics.values().all(|n| *n == 1),
            "seed {seed}: a question has no answer: {:?}",
            account.topics
        );
        assert!(account.exports.values().all(|e| e.len() == 1), "seed {seed}: an export did not end");
    }
}
