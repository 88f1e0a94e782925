//! Steps account for their rows, every answer survives the wire, and the same inputs give the same
//! bytes, for any table.

use super::super::desk::Desk;
use super::super::rng::Rng;
use super::tables::{desk_with, table};
use tributary::base::*;
use tributary::chart::{ChartKind, ChartSpec};
use tributary::insight::FindingsOptions;
use tributary::protocol::*;
use tributary::recipe::*;
use tributary::table::Table;
use tributary::workspace::Command;

/// Rows after a step is tried, or `None` when it does not fit the table.
fn rows_after(desk: &mut Desk, node: NodeId, op: Op) -> Option<u64> {
    match desk.ask(Query::Preview { node, op, replaces: None }) {
        Ok(View::Preview { after, .. }) => Some(after.n_total),
        Ok(other) => panic!("{other:?}"),
        Err(problem) => {
            assert_ne!(problem.kind, ProblemKind::Bug, "{problem:?}");
            None
        }
    }
}

#[test]
fn steps_account_for_their_rows() {
    for seed in 0..14 {
        let mut rng = Rng::new(seed);
        let input = table(&mut rng, 40);
        let mut desk = desk_with(std::slice::from_ref(&input));
        let node = desk.node("t1");
        let n = input.n_rows();
        let window = desk.rows(node).unwrap();
        for (info, cells) in input.columns().iter().zip(&window.cells) {
            let told = format!("seed {seed}: {} ({})", info.name, info.column_type.name());
            let mut filtered = |test| rows_after(&mut desk, node, Op::Filter { column: info.name.clone(), test });
            let n_missing = cells.iter().filter(|c| c.is_none()).count() as u64;
            assert_eq!(filtered(Test::IsMissing), Some(n_missing), "{told}");
            assert_eq!(filtered(Test::IsPresent), Some(n - n_missing), "{told}");
            if let Some(value) = cells.iter().flatten().next() {
                let one = filtered(Test::OneOf(vec![value.clone()]));
                let others = filtered(Test::NoneOf(vec![value.clone()]));
                // A cell's own text always finds it again, unless it is past what the type can say.
                if let (Some(one), Some(others)) = (one, others) {
                    assert_eq!(one + others, n, "{told}: {value:?}");
                    assert!(one > 0, "{told}: {value:?} does not find its own row");
                } else {
                    assert_eq!(one, others, "{told}: {value:?}");
                }
            }
            let column = info.name.clone();
            let kept = [
                Op::Rename { from: column.clone(), to: "other name".into() },
                Op::Sort { keys: vec![SortKey { column: column.clone(), descending: rng.one_in(2) }] },
                Op::ChangeType { column: column.clone(), to: *rng.pick(&ColumnType::ALL) },
                Op::Compute { name: "new".into(), formula: "1 + 1".into() },
            ];
            for op in kept {
                assert!(rows_after(&mut desk, node, op.clone()).is_none_or(|after| after == n), "{told}: {op:?}");
            }
            let count = Measure { aggregate: Aggregate::Count, column: None, name: "n rows".into() };
            desk.dispatch(Command::AddStep {
                node,
                op: Op::Group { by: vec![column], measures: vec![count] },
                at: None,
            })
            .unwrap();
            let groups = desk.rows(node).unwrap();
            let summed: u64 = groups.cells[1].iter().flatten().map(|c| c.parse::<u64>().unwrap()).sum();
            assert_eq!(summed, n, "{told}: the groups do not add up");
            desk.history.undo();
            desk.tell();
        }
    }
}

#[test]
fn the_rows_after_a_step_are_those_before_the_next() {
    for seed in 0..14 {
        let mut rng = Rng::new(seed + 50);
        let input = table(&mut rng, 30);
        let mut desk = desk_with(std::slice::from_ref(&input));
        let node = desk.node("t1");
        for _ in 0..4 {
            let column = input.columns()[rng.below(input.n_columns())].name.clone();
            let op = match rng.below(4) {
                0 => Op::Filter { column, test: Test::IsPresent },
                1 => Op::Sort { keys: vec![SortKey { column, descending: true }] },
                2 => Op::Group { by: vec![column], measures: Vec::new() },
                _ => Op::ChangeType { column, to: ColumnType::Text },
            };
            desk.dispatch(Command::AddStep { node, op, at: None }).unwrap();
        }
        let Ok(View::Steps(steps)) = desk.ask(Query::Steps { node }) else { panic!("seed {seed}") };
        let mut before = input.n_rows();
        for step in &steps {
            assert_eq!(step.n_rows_before, before, "seed {seed}: {}", step.sentence);
            before = step.n_rows_after;
        }
        if steps.iter().all(|s| s.problem.is_none()) {
            assert_eq!(desk.rows(node).unwrap().n_total, before, "seed {seed}");
        } else {
            assert!(desk.rows(node).is_err(), "seed {seed}: rows that lack a step pass for the result");
        }
    }
}

/// Every kind of question. Each answer goes over the wire, which no number may break.
fn everything(desk: &mut Desk, input: &Table) -> Vec<String> {
    let node = desk.node("t1");
    let mut queries = vec![
        Query::Nodes,
        Query::Rows { node, offset: 0, limit: 50 },
        Query::Profile { node },
        Query::Suggestions,
        Query::Findings { node, options: FindingsOptions::default() },
        Query::Report,
        Query::Sql { sql: "SELECT * FROM t1".into(), offset: 0, limit: 50 },
    ];
    let names: Vec<String> = input.columns().iter().map(|c| c.name.clone()).collect();
    for kind in ChartKind::ALL {
        let mut spec = ChartSpec::new(kind, node, names.first().unwrap());
        spec.y = names.last().cloned();
        queries.push(Query::Chart { spec, range: None });
    }
    queries.into_iter().map(|query| serde_json::to_string(&desk.ask(query)).unwrap()).collect()
}

#[test]
fn every_answer_survives_the_wire_and_is_the_same_twice() {
    for seed in 0..10 {
        let mut rng = Rng::new(seed + 200);
        let tables = [table(&mut rng, 60), table(&mut rng, 20)];
        let first = everything(&mut desk_with(&tables), &tables[0]);
        let second = everything(&mut desk_with(&tables), &tables[0]);
        for (a, b) in first.iter().zip(&second) {
            assert_eq!(a, b, "seed {seed}");
            assert!(!a.contains("\"kind\":\"bug\""), "seed {seed}: {a}");
        }
    }
}
