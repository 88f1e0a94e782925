//! A filter is carried out in three ways: as a step, as the condition of a key number, and as the
//! SQL that shows the rows behind it. All three keep the same rows.

use super::super::rng::Rng;
use super::tables::{desk_with, tame_table};
use tributary::base::*;
use tributary::protocol::{Query, View};
use tributary::recipe::{Aggregate, Op, Test};
use tributary::report::{Block, BlockSpec, FrozenContent, NumberSpec};
use tributary::workspace::Command;

fn any_test(rng: &mut Rng, values: &[String]) -> Test {
    let one = |rng: &mut Rng| if values.is_empty() { "1".to_owned() } else { rng.pick(values).clone() };
    match rng.below(7) {
        0 | 1 => Test::OneOf(vec![one(rng), one(rng)]),
        2 => Test::NoneOf(vec![one(rng)]),
        3 => Test::AtLeast(one(rng)),
        4 => Test::AtMost(one(rng)),
        5 => {
            let (a, b) = (one(rng), one(rng));
            Test::Between(a, b)
        }
        _ => Test::IsMissing,
    }
}

#[test]
fn a_filter_keeps_the_same_rows_in_a_step_a_number_and_sql() {
    for seed in 0..25 {
        let mut rng = Rng::new(seed + 1_500);
        let input = tame_table(&mut rng, 40);
        let mut desk = desk_with(std::slice::from_ref(&input));
        let node = desk.node("t1");
        let window = desk.rows(node).unwrap();
        for (info, cells) in input.columns().iter().zip(&window.cells) {
            let mut values: Vec<String> = cells.iter().flatten().cloned().collect();
            // The day of a moment is all of it.
            if info.column_type == ColumnType::DateTime {
                let days = values.iter().filter_map(|v| v.get(..10)).map(str::to_owned).collect::<Vec<_>>();
                values.extend(days);
            }
            let test = any_test(&mut rng, &values);
            let told = format!("seed {seed}: {} ({}): {test:?}", info.name, info.column_type.name());
            let op = Op::Filter { column: info.name.clone(), test: test.clone() };
            let Ok(View::Preview { after, .. }) = desk.ask(Query::Preview { node, op, replaces: None }) else {
                continue;
            };
            let number = NumberSpec {
                label: "n".into(),
                node,
                aggregate: Aggregate::Count,
                column: None,
                only: Some((info.name.clone(), test)),
                as_share: false,
            };
            let blocks = vec![Block { id: BlockId(7_000), spec: BlockSpec::Numbers(vec![number]) }];
            desk.dispatch(Command::AdoptDraft { title: "x".into(), blocks }).unwrap();
            let report = desk.report();
            let FrozenContent::Numbers(numbers) = &report.blocks[0].content else {
                panic!("{told}: {:?}", report.blocks[0].content);
            };
            assert_eq!(numbers[0].value, Some(after.n_total as f64), "{told}");
            let sql = numbers[0].explain.rows_sql.as_deref().unwrap();
            let behind = desk.sql(sql).unwrap_or_else(|p| panic!("{told}: {sql}: {p:?}"));
            assert_eq!(behind.n_total, after.n_total, "{told}: {sql}");
            desk.history.undo();
            desk.tell();
        }
    }
}
