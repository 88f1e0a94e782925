//! The rows of every kind of merge add up, for any tables and any keys.

use super::super::rng::Rng;
use super::tables::table;
use tributary::base::{NodeId, TableId};
use tributary::merge::{self, KeyForm, KeyPair, MergeKind, MergeOutcome};
use tributary::table::Table;

const FORMS: [KeyForm; 7] = KeyForm::ALL;

fn run(kind: MergeKind, keys: &[KeyPair], left: &Table, right: &Table) -> (Table, MergeOutcome) {
    merge::run(kind, keys, ("left", left), ("right", right), Default::default()).unwrap()
}

fn random_keys(rng: &mut Rng, left: &Table, right: &Table) -> Vec<KeyPair> {
    let name = |rng: &mut Rng, t: &Table| t.columns()[rng.below(t.n_columns())].name.clone();
    (0..1 + rng.below(2))
        .map(|_| KeyPair { left: name(rng, left), right: name(rng, right), form: *rng.pick(&FORMS) })
        .collect()
}

#[test]
fn every_row_of_both_sides_is_accounted_for() {
    for seed in 0..150 {
        let mut rng = Rng::new(seed);
        let (left, right) = (table(&mut rng, 25), table(&mut rng, 25));
        let keys = random_keys(&mut rng, &left, &right);
        let told = format!("seed {seed}: {keys:?}");
        let count = |kind| {
            let (table, o) = run(kind, &keys, &left, &right);
            assert_eq!(table.n_rows(), o.n_rows, "{told} {kind:?}");
            assert_eq!((o.n_left, o.n_right), (left.n_rows(), right.n_rows()), "{told} {kind:?}");
            assert_eq!(o.n_left, o.n_left_matched + o.n_left_only, "{told} {kind:?}");
            assert_eq!(o.n_right, o.n_right_matched + o.n_right_only, "{told} {kind:?}");
            assert!(o.n_left_multiplied <= o.n_left_matched, "{told} {kind:?}");
            let (again, same) = run(kind, &keys, &left, &right);
            assert_eq!(table.to_ipc().unwrap(), again.to_ipc().unwrap(), "{told} {kind:?}");
            assert_eq!(o, same, "{told} {kind:?}");
            o
        };
        let inner = count(MergeKind::Inner);
        let (n_left_only, n_right_only) = (inner.n_left_only, inner.n_right_only);
        assert_eq!(inner.n_left_multiplied > 0, inner.fan_out > 1, "{told}");
        assert!(inner.n_rows >= inner.n_left_matched.max(inner.n_right_matched), "{told}");
        assert_eq!(count(MergeKind::Left).n_rows, inner.n_rows + n_left_only, "{told}");
        assert_eq!(count(MergeKind::Full).n_rows, inner.n_rows + n_left_only + n_right_only, "{told}");
        assert_eq!(count(MergeKind::Semi).n_rows, inner.n_left_matched, "{told}");
        assert_eq!(count(MergeKind::Anti).n_rows, n_left_only, "{told}");
    }
}

#[test]
fn a_union_has_the_rows_of_both() {
    for seed in 0..100 {
        let mut rng = Rng::new(seed + 300);
        let (left, right) = (table(&mut rng, 25), table(&mut rng, 25));
        let mut keys = random_keys(&mut rng, &left, &right);
        // In a union a column goes below one other.
        keys.truncate(1);
        let (table, outcome) = run(MergeKind::Union, &keys, &left, &right);
        assert_eq!(outcome.n_rows, left.n_rows() + right.n_rows(), "seed {seed}");
        assert_eq!(table.n_rows(), outcome.n_rows, "seed {seed}");
    }
}

#[test]
fn what_is_suggested_comes_true() {
    for seed in 0..60 {
        let mut rng = Rng::new(seed + 700);
        let (left, right) = (table(&mut rng, 40), table(&mut rng, 40));
        let node = |n| NodeId::Table(TableId(n));
        let inputs = [(node(1), "left", &left), (node(2), "right", &right)];
        let found = merge::suggest(&inputs, &[]);
        assert_eq!(found, merge::suggest(&inputs, &[]), "seed {seed}");
        for s in found.iter().filter(|s| !s.is_union) {
            let (a, b) = if s.left == node(1) { (&left, &right) } else { (&right, &left) };
            let (_, o) = run(MergeKind::Left, &s.keys, a, b);
            let promised = (s.n_matched, s.n_left_only, s.n_right_only, s.fan_out);
            assert_eq!(promised, (o.n_left_matched, o.n_left_only, o.n_right_only, o.fan_out), "seed {seed}: {s:?}");
        }
        let rejected: Vec<String> = found.iter().map(|s| s.id.clone()).collect();
        let left_over = merge::suggest(&inputs, &rejected);
        assert!(left_over.iter().all(|s| !rejected.contains(&s.id)), "seed {seed}");
    }
}
