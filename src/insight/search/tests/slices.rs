//! The search in slices: the same findings, and many places to stop.

use super::*;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Polls to the end, or up to `most` slices.
fn drive(table: &Table, most: usize) -> (usize, Option<Findings>) {
    let options = FindingsOptions::default();
    let mut work = pin!(find_in_slices("run_metrics", table, &options));
    let mut context = Context::from_waker(Waker::noop());
    for n in 1..=most {
        if let Poll::Ready(found) = work.as_mut().poll(&mut context) {
            return (n, Some(found));
        }
    }
    (most, None)
}

#[test]
fn slices_come_to_the_same_findings() {
    let table = Table::from_columns(sequencing(&mut Dice(1))).unwrap();
    let at_once = find("run_metrics", &table, &FindingsOptions::default());
    let (n_slices, found) = drive(&table, 10_000);
    assert_eq!(found, Some(at_once));
    assert!(n_slices > 20, "{n_slices} slices");
    assert_eq!(drive(&table, 5), (5, None), "dropped after five");
}

#[test]
fn a_wide_table_says_how_much_of_it_was_compared() {
    let mut dice = Dice(84);
    let columns = (0..230).map(|c| real(&format!("m{c}"), None, (0..30).map(|_| dice.normal()).collect())).collect();
    let coverage = search_all(columns).coverage.unwrap();
    assert_eq!((coverage.n_columns, coverage.n_columns_searched), (230, 200));
    assert_eq!((coverage.n_pairs, coverage.n_pairs_compared), (200 * 199 / 2, 600));
    assert_eq!(search_all(sequencing(&mut Dice(1))).coverage, None);
}
