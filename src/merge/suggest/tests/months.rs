//! Several exports of the same shape: what becomes of them does not hang on which was read first.

use super::*;
use crate::merge::{Columns, MergeKind, MergeSpec, run};

fn month(nr: i64, n_rows: i64) -> Table {
    table(vec![
        words("order", (0..n_rows).map(|i| format!("{nr}-{i:04}"))),
        words("region", (0..n_rows).map(|i| ["north", "south", "east"][i as usize % 3].to_owned())),
        floats("amount", (0..n_rows).map(|i| (i * 37 % 101) as f64 * 1.5 + (nr % 7) as f64)),
    ])
}

/// Puts together what the app would by itself; the name of the outcome and the inputs in the order of its rows.
fn put_together(names: &[&str]) -> (String, Vec<String>) {
    let mut nodes: Vec<(NodeId, String, Table, Option<usize>)> = Vec::new();
    for (name, nr) in names.iter().zip(1..) {
        let table = month(name.bytes().map(i64::from).sum(), 60);
        nodes.push((NodeId::Table(TableId(nr)), (*name).to_owned(), table, Some(3)));
    }
    for nr in 0..6 {
        let inputs: Vec<(NodeId, &str, &Table)> =
            nodes.iter().map(|(id, name, t, _)| (*id, name.as_str(), t)).collect();
        let found = suggest(&inputs, &[]);
        let width = |node| nodes.iter().find(|(id, ..)| *id == node).and_then(|n| n.3);
        let Some(next) = MergeSuggestion::next_obvious(&found, width) else { break };
        assert!(next.is_union, "{next:?}");
        let spec = MergeSpec::accepting(next, None);
        let side = |node| nodes.iter().find(|(id, ..)| *id == node).unwrap();
        let (left, right) = (side(spec.left), side(spec.right));
        let sides = ((left.1.as_str(), &left.2), (right.1.as_str(), &right.2));
        let (merged, _) = run(MergeKind::Union, &spec.keys, sides.0, sides.1, Columns::default()).unwrap();
        let (l, r) = (spec.left, spec.right);
        nodes.retain(|(id, ..)| *id != l && *id != r);
        let taken = nodes.iter().any(|(_, name, ..)| *name == spec.name);
        let name = if taken { format!("{}_{}", spec.name, nr + 2) } else { spec.name };
        nodes.push((NodeId::Merge(crate::base::MergeId(nr)), name, merged, None));
    }
    assert_eq!(nodes.len(), 1, "all of it is put together");
    let (_, name, merged, _) = nodes.remove(0);
    let idx = merged.column_idx("source").unwrap();
    let mut order: Vec<String> =
        (0..merged.n_rows()).filter_map(|row| super::super::super::matches::row_text(&merged, idx, row)).collect();
    order.dedup();
    (name, order)
}

#[test]
fn months_stand_in_their_order_whichever_was_read_first() {
    let months = ["sales_dec_2025", "sales_jan_2026", "sales_feb_2026", "sales_mar_2026"];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let (name, rows) = put_together(&order.map(|at: usize| months[at]));
        assert_eq!(rows, months, "read as {order:?}");
        assert!(name.starts_with("all_sales"), "{name}");
    }
}

#[test]
fn numbers_count_as_numbers() {
    for names in [["run_2", "run_10", "run_1"], ["run_10", "run_1", "run_2"]] {
        let (name, rows) = put_together(&names);
        assert_eq!((name.as_str(), rows), ("all_run", ["run_1", "run_2", "run_10"].map(String::from).to_vec()));
    }
}

#[test]
fn a_union_that_was_turned_down_stays_so() {
    let (jan, feb) = (month(1, 60), month(2, 60));
    let found = suggest_for(&[("sales_feb", &feb), ("sales_jan", &jan)]);
    let union = found.iter().find(|s| s.is_union).unwrap();
    assert_eq!((union.left_name.as_str(), union.right_name.as_str()), ("sales_jan", "sales_feb"));
    // As it was called when the first to be read was the left one.
    let turned: Vec<KeyPair> =
        union.keys.iter().map(|k| KeyPair { left: k.right.clone(), right: k.left.clone(), form: k.form }).collect();
    let before = proposal_id(union.right, union.left, true, &turned);
    let inputs = [(NodeId::Table(TableId(1)), "sales_feb", &feb), (NodeId::Table(TableId(2)), "sales_jan", &jan)];
    assert!(suggest(&inputs, &[before]).iter().all(|s| !s.is_union));
}
