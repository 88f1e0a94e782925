//! Steps that clean account for their rows, whatever the table, and undo gives back what was there.

use super::super::desk::Desk;
use super::super::rng::Rng;
use super::tables::{desk_with, table};
use tributary::base::*;
use tributary::recipe::*;
use tributary::table::{ColumnInfo, RowWindow, Table};
use tributary::workspace::Command;

/// The rows after a step, or `None` where it does not fit the table: then the problem says why.
fn after(desk: &mut Desk, node: NodeId, op: &Op) -> Option<RowWindow> {
    desk.dispatch(Command::AddStep { node, op: op.clone(), at: None }).unwrap();
    let rows = desk.rows(node);
    desk.history.undo();
    desk.tell();
    match rows {
        Ok(rows) => Some(rows),
        Err(problem) => {
            assert_ne!(problem.kind, ProblemKind::Bug, "{op:?}: {problem:?}");
            assert!(!problem.what.is_empty());
            None
        }
    }
}

fn n_after(desk: &mut Desk, node: NodeId, op: &Op) -> Option<u64> {
    after(desk, node, op).map(|rows| rows.n_total)
}

fn names(list: &[&ColumnInfo]) -> Vec<String> {
    list.iter().map(|c| c.name.clone()).collect()
}

/// Steps that leave every row where it is.
fn in_place(rng: &mut Rng, column: &str, other: &str, value: &str) -> Vec<Op> {
    let column = column.to_owned();
    let fill = |with| Op::Fill { column: column.clone(), with };
    let replace = |find: &str, with: &str, is_pattern, ignores_case| Op::Replace {
        column: column.clone(),
        find: find.into(),
        with: with.into(),
        is_pattern,
        ignores_case,
    };
    let letters = *rng.pick(&[None, Some(Letters::Lower), Some(Letters::Upper), Some(Letters::Title)]);
    vec![
        Op::Map {
            column: column.clone(),
            swaps: vec![Swap { from: value.into(), to: None }, Swap { from: "pass".into(), to: Some("fail".into()) }],
        },
        Op::Map { column: column.clone(), swaps: vec![Swap { from: value.into(), to: Some(value.into()) }] },
        replace("p", "$1\\1", false, true),
        replace("(.)", "<$1>", true, false),
        replace("0", "", false, false),
        fill(Filler::Down),
        fill(Filler::Mean),
        fill(Filler::Median),
        fill(Filler::Value(value.into())),
        fill(Filler::Column(other.into())),
        Op::Tidy { columns: vec![column.clone()], spaces: true, letters, composes: true },
        Op::Split { column: column.clone(), by: ",".into(), into: vec!["1".into(), "2".into(), "3".into()] },
        Op::Unite { columns: vec![column.clone(), other.into()], by: "/".into(), name: "both".into() },
        Op::Extract { column: column.clone(), pattern: "[a-z]+".into(), ignores_case: true, name: "word".into() },
        Op::Outliers { column: column.clone(), rule: OutlierRule::Fences, name: "far".into() },
        Op::Outliers { column: column.clone(), rule: OutlierRule::RobustZ, name: "far".into() },
    ]
}

#[test]
fn steps_that_clean_account_for_their_rows() {
    for seed in 0..10 {
        let mut rng = Rng::new(seed + 700);
        let input = table(&mut rng, 30);
        let mut desk = desk_with(std::slice::from_ref(&input));
        let node = desk.node("t1");
        let n = input.n_rows();
        let before = desk.rows(node).unwrap();
        for (info, cells) in input.columns().iter().zip(&before.cells) {
            let told = format!("seed {seed}: {} ({})", info.name, info.column_type.name());
            let other = rng.pick(input.columns()).clone();
            let value = cells.iter().flatten().next().cloned().unwrap_or_else(|| "1".to_owned());
            for op in in_place(&mut rng, &info.name, &other.name, &value) {
                let Some(rows) = after(&mut desk, node, &op) else { continue };
                assert_eq!(rows.n_total, n, "{told}: {op:?}");
                untouched_stay(&before, &rows, &op, &info.name, &told);
            }
            rows_are_accounted_for(&mut desk, node, (&input, n), info, &other, &told);
            assert_eq!(desk.rows(node).unwrap(), before, "{told}: undo");
        }
    }
}

/// What a step is not about is as it was.
fn untouched_stay(before: &RowWindow, rows: &RowWindow, op: &Op, column: &str, told: &str) {
    for (head, cells) in before.columns.iter().zip(&before.cells).filter(|(head, _)| head.name != column) {
        let idx = rows.columns.iter().position(|h| h.name == head.name).unwrap();
        assert_eq!(&rows.cells[idx], cells, "{told}: {op:?} changes {}", head.name);
    }
    // A column that is filled keeps what it had; one that is only read keeps all.
    let was = &before.cells[before.columns.iter().position(|h| h.name == column).unwrap()];
    let is = &rows.cells[rows.columns.iter().position(|h| h.name == column).unwrap()];
    match op {
        Op::Fill { with: Filler::Mean | Filler::Median, .. } => {}
        Op::Fill { .. } => assert!(was.iter().zip(is).all(|(a, b)| a.is_none() || a == b), "{told}: {op:?}"),
        Op::Map { .. } | Op::Replace { .. } | Op::Tidy { .. } => {}
        _ => assert_eq!(is, was, "{told}: {op:?}"),
    }
}

fn rows_are_accounted_for(
    desk: &mut Desk,
    node: NodeId,
    (input, n): (&Table, u64),
    info: &ColumnInfo,
    other: &ColumnInfo,
    told: &str,
) {
    let by = if info.name == other.name { names(&[info]) } else { names(&[info, other]) };
    let groups = n_after(desk, node, &Op::Group { by: by.clone(), measures: Vec::new() });
    for keep in [Keep::First, Keep::Last, Keep::MostComplete, Keep::Largest(info.name.clone())] {
        let op = Op::Distinct { by: by.clone(), keep };
        assert_eq!(n_after(desk, node, &op), groups, "{told}: {op:?}");
    }
    let all = names(&input.columns().iter().collect::<Vec<_>>());
    let whole = n_after(desk, node, &Op::Group { by: all, measures: Vec::new() });
    let op = Op::Distinct { by: Vec::new(), keep: Keep::First };
    assert_eq!(n_after(desk, node, &op), whole, "{told}: {op:?}");

    let unpivot = Op::Unpivot { columns: by.clone(), names: "its name".into(), values: "its cell".into() };
    if let Some(rows) = n_after(desk, node, &unpivot) {
        assert_eq!(rows, n * by.len() as u64, "{told}: {unpivot:?}");
    }
    let pivot = Op::Pivot {
        by: names(&[other]),
        names: info.name.clone(),
        values: info.name.clone(),
        aggregate: Aggregate::Count,
        into: vec!["pass".into(), "7".into()],
    };
    let of_other = n_after(desk, node, &Op::Group { by: names(&[other]), measures: Vec::new() });
    if let Some(rows) = n_after(desk, node, &pivot) {
        assert_eq!(Some(rows), of_other, "{told}: {pivot:?}");
    }
    let split = Op::SplitRows { column: info.name.clone(), by: "a".into() };
    if let Some(rows) = n_after(desk, node, &split) {
        assert!(rows >= n, "{told}: {split:?}");
    }
    if by.len() == 2 {
        let complete = Op::Complete { columns: by };
        let Some(rows) = after(desk, node, &complete) else { return };
        assert!(rows.n_total >= n, "{told}: {complete:?}");
        desk.dispatch(Command::AddStep { node, op: complete.clone(), at: None }).unwrap();
        assert_eq!(n_after(desk, node, &complete), Some(rows.n_total), "{told}: once is enough");
        desk.history.undo();
        desk.tell();
    }
}
