//! What keeps the worker alive, and what the page needs to know when it dies.

use super::*;

/// What was begun, in order: the work and its part.
fn begun(said: &[Outgoing]) -> Vec<(Work, Option<Part>)> {
    said.iter()
        .filter_map(|o| match o.event {
            Event::Working { work, part } => Some((work, part)),
            _ => None,
        })
        .collect()
}

#[test]
fn work_is_named_before_it_is_touched() {
    let mut desk = Desk::new();
    desk.engine.handle(Request::Want { topic: 5, query: Query::Nodes }, None);
    desk.engine.handle(Request::Export { id: 5, sql: "SELECT * FROM runs".into() }, None);
    let first = desk.engine.step();
    assert_eq!(begun(&first), [(Work::Export(5), None)]);
    assert_eq!(first.len(), 1, "nothing is done in the slice that names it");
    let said = desk.run();
    let at = |wanted: fn(&Event) -> bool| said.iter().position(|o| wanted(&o.event)).expect("it is said");
    let named = at(|e| matches!(e, Event::Working { work: Work::Topic(5), .. }));
    assert!(at(|e| matches!(e, Event::Done { id: 5 })) < named);
    assert!(named < at(|e| matches!(e, Event::Answer { topic: 5, .. })));
}

#[test]
fn steps_and_merges_are_named_and_then_let_go() {
    let mut desk = Desk::new();
    let node = desk.history.present().node_named("runs").unwrap();
    let op = Op::Compute { name: "double".into(), formula: "coverage * 2".into() };
    desk.dispatch(Command::AddStep { node, op, at: None });
    let step = desk.history.present().recipe(node).unwrap().steps[0].id;
    desk.engine.handle(Request::Want { topic: 1, query: Query::Rows { node, offset: 0, limit: 5 } }, None);
    let said = desk.run();
    let work = Work::Topic(1);
    assert_eq!(begun(&said), [(work, None), (work, Some(Part::Step(step))), (work, None)]);
    // What is kept is not computed again, and so not named again.
    desk.engine.handle(Request::Want { topic: 2, query: Query::Steps { node } }, None);
    assert_eq!(begun(&desk.run()), [(Work::Topic(2), None)]);
    desk.engine.handle(Request::Drop { topic: 1 }, None);
    desk.engine.handle(Request::Drop { topic: 2 }, None);
    desk.join();
    let merge = desk.history.present().merges[0].id;
    desk.engine.handle(Request::Want { topic: 3, query: Query::Merges }, None);
    let work = Work::Topic(3);
    assert_eq!(begun(&desk.run()), [(work, None), (work, Some(Part::Merge(merge))), (work, None)]);
}

#[test]
fn a_part_that_is_refused_is_answered_until_something_changes() {
    let mut desk = Desk::new();
    let node = desk.history.present().node_named("runs").unwrap();
    let op = Op::Filter { column: "plate".into(), test: Test::OneOf(vec!["P1".into()]) };
    desk.dispatch(Command::AddStep { node, op, at: None });
    let step = desk.history.present().recipe(node).unwrap().steps[0].id;
    let refuse = Request::Refuse { part: Part::Step(step), problem: Problem::engine_stopped() };
    desk.engine.handle(refuse, None);
    let View::Steps(steps) = desk.ask(Query::Steps { node }).unwrap() else { panic!() };
    assert_eq!(steps[0].problem.as_ref().map(|p| p.code.as_str()), Some("engine_stopped"));
    assert_eq!(desk.ask(Query::Rows { node, offset: 0, limit: 1 }).unwrap_err().place.step, Some(step));
    desk.dispatch(Command::SetTitle { title: "changed".into() });
    let View::Rows(rows) = desk.ask(Query::Rows { node, offset: 0, limit: 1 }).unwrap() else { panic!() };
    assert_eq!(rows.n_total, 20);
}

#[test]
fn a_ping_is_answered_at_once() {
    let mut desk = Desk::new();
    desk.engine.handle(Request::Want { topic: 1, query: Query::Report }, None);
    desk.engine.step();
    let said = desk.engine.handle(Request::Ping { n: 3 }, None);
    assert_eq!(said.into_iter().map(|o| o.event).collect::<Vec<_>>(), [Event::Pong { n: 3 }]);
}

const CROSS: &str = "FROM runs a CROSS JOIN runs b CROSS JOIN runs c";

#[test]
fn a_query_beyond_its_memory_is_a_problem() {
    let mut desk = Desk::with_budget(Budget { pool_bytes: 2_000_000, ..Budget::default() });
    assert_eq!(desk.sql("SELECT count(*) AS n FROM runs").unwrap().cells[0][0].as_deref(), Some("60"));
    // A group for each of 216,000 rows.
    let sql = format!("SELECT a.sample, b.sample, c.sample, count(*) AS n {CROSS} GROUP BY 1, 2, 3");
    let problem = desk.sql(&sql).unwrap_err();
    assert_eq!(problem.code, "out_of_memory", "{problem:?}");
    assert_eq!(problem.kind, ProblemKind::Limit);
    assert!(!problem.hints.is_empty());
    // The memory is given back.
    assert_eq!(desk.sql("SELECT plate FROM runs GROUP BY plate").unwrap().n_total, 3);
}

#[test]
fn where_the_heap_is_measured_an_account_of_shared_memory_is_not_believed() {
    // Operators count a batch of 60,000 rows once for each slice of it.
    let many = "SELECT x, count(*) AS n FROM (SELECT a.sample || b.sample || c.sample AS x FROM runs a CROSS JOIN runs b \
                CROSS JOIN runs c) GROUP BY x ORDER BY n, x LIMIT 5000";
    let small = Heap { used_bytes: || 1_000_000, max_bytes: 200_000_000 };
    let mut desk = Desk::with_budget(Budget { pool_bytes: 1, heap: Some(small), ..Budget::default() });
    assert_eq!(desk.sql(many).unwrap().n_total, 5_000);
    let full = Heap { used_bytes: || 200_000_000, max_bytes: 200_000_000 };
    let mut desk = Desk::with_budget(Budget { heap: Some(full), ..Budget::default() });
    let problem = desk.sql(many).unwrap_err();
    assert_eq!(problem.code, "out_of_memory", "{problem:?}");
    assert!(problem.why.contains("limit"), "{}", problem.why);
}

#[test]
fn a_sort_beyond_its_memory_does_not_look_for_a_disk() {
    let mut desk = Desk::with_budget(Budget { pool_bytes: 2_000_000, ..Budget::default() });
    let sql =
        format!("SELECT a.sample AS s, b.sample AS t, c.sample AS u, a.coverage * b.coverage AS x {CROSS} ORDER BY x");
    let problem = desk.sql(&sql).unwrap_err();
    assert_eq!(problem.code, "out_of_memory", "{problem:?}");
}

#[test]
fn a_result_beyond_its_bytes_is_a_problem() {
    let mut desk = Desk::with_budget(Budget { result_bytes: 1_000_000, ..Budget::default() });
    let problem = desk.sql(&format!("SELECT a.sample AS s, b.sample AS t, c.sample AS u {CROSS}")).unwrap_err();
    assert_eq!(problem.code, "result_too_large", "{problem:?}");
    assert!(problem.why.contains("MB"), "{}", problem.why);
    assert_eq!(desk.sql("SELECT * FROM runs").unwrap().n_total, 60);
}
