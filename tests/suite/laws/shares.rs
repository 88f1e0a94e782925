//! A file read by several readers is the file read by one, to the byte: wherever it is cut, whatever its cells
//! are, and whoever of the helpers fails.

use super::super::rng::Rng;
use futures::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::BTreeMap;
use tributary::base::{at_once, json};
use tributary::source::{
    self, Decision, Helpers, ReadOutcome, ReaderSpec, Remedy, Rows, Rule, ShareDone, ShareJob, read_share,
};

/// Helpers that do their work on the spot; some of them fail.
struct AtHand {
    n_helpers: usize,
    fails: Option<usize>,
    done: RefCell<BTreeMap<usize, ShareDone>>,
    n_begun: RefCell<usize>,
}

impl Helpers for AtHand {
    fn n_helpers(&self) -> usize {
        self.n_helpers
    }

    fn min_bytes(&self) -> usize {
        0
    }

    fn begin(&self, helper: usize, job: ShareJob, text: &[u8]) {
        *self.n_begun.borrow_mut() += 1;
        let done = read_share(&sent(&job), text).unwrap();
        self.done.borrow_mut().insert(helper, ShareDone { found: sent(&done.found), rows: done.rows });
    }

    fn outcome(&self, helper: usize) -> LocalBoxFuture<'_, Option<ShareDone>> {
        let done = self.done.borrow_mut().remove(&helper).filter(|_| self.fails != Some(helper));
        Box::pin(std::future::ready(done))
    }
}

/// As it travels between workers.
fn sent<T: Serialize + DeserializeOwned>(message: &T) -> T {
    json::read(&json::write(message).unwrap()).unwrap()
}

/// What the cells of a column are like, before and behind a row where that changes.
fn cell(rng: &mut Rng, kind: usize, row: usize) -> String {
    match kind {
        0 => row.to_string(),
        1 => format!("{}.{}", rng.below(2_000) as i64 - 1_000, rng.below(100)),
        2 => ["-0", "0", "12"][rng.below(3)].to_owned(),
        3 => format!("2026-{:02}-{:02}", 1 + rng.below(12), 1 + rng.below(28)),
        4 => format!("2026-01-{:02}T10:{:02}:00Z", 1 + rng.below(28), rng.below(60)),
        5 => format!("2026-01-{:02} 10:{:02}", 1 + rng.below(28), rng.below(60)),
        6 => ["red", "green", "", " blue "][rng.below(4)].to_owned(),
        7 => format!("name {row}"),
        8 => format!("\"a, {}\nb \"\"c\"\"\"", rng.below(50)),
        9 => String::new(),
        10 => format!("{:02}/{:02}/2026", 1 + rng.below(12), 1 + rng.below(28)),
        11 => ["yes", "no"][rng.below(2)].to_owned(),
        12 => format!("${}", rng.below(500)),
        13 => format!("w{}", rng.below(90_000)),
        _ => ["x", "12", "2026-01-02", "NA", "<0.5", "é"][rng.below(6)].to_owned(),
    }
}

const N_KINDS: usize = 15;

fn table(rng: &mut Rng, n_rows: usize) -> String {
    let width = 2 + rng.below(4);
    // Of each column: how it begins, how it goes on, and from which row.
    let kinds: Vec<(usize, usize, usize)> = (0..width)
        .map(|_| {
            let first = rng.below(N_KINDS);
            let next = if rng.below(3) == 0 { rng.below(N_KINDS) } else { first };
            (first, next, rng.below(n_rows))
        })
        .collect();
    let end = if rng.below(2) == 0 { "\n" } else { "\r\n" };
    let odd = rng.below(4);
    let mut text = (0..width).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",") + end;
    let header = text.clone();
    for row in 0..n_rows {
        let cells: Vec<String> =
            kinds.iter().map(|(first, next, from)| cell(rng, if row < *from { *first } else { *next }, row)).collect();
        text.push_str(&cells.join(","));
        text.push_str(end);
        if odd == 0 && rng.below(2_000) == 0 {
            text.push_str(match rng.below(5) {
                0 => "# a remark\n",
                1 => &header,
                2 => "\n",
                3 => "only one\n",
                _ => "\"never closed, 1\n",
            });
        }
    }
    if rng.below(3) == 0 {
        text.truncate(text.trim_end().len());
    }
    text
}

fn shown(outcome: &ReadOutcome) -> String {
    let part = |p: &source::ReadTable| {
        format!("{} {:?} {:?} {:?} {:?}", p.part, p.table.columns(), p.ledger, p.reading, p.notices)
    };
    format!("{:?} {:?}", outcome.notices, outcome.parts.iter().map(part).collect::<Vec<_>>())
}

#[test]
fn many_readers_read_what_one_reads() {
    let mut n_begun = 0;
    for seed in 0..16 {
        let mut rng = Rng::new(seed);
        let n_helpers = 1 + rng.below(3);
        let n_rows = 8_192 * (n_helpers + 1) + rng.below(9_000);
        let text = table(&mut rng, n_rows);
        let spec = ReaderSpec::default();
        let one = source::read("t.csv", text.as_bytes(), &spec, &mut |_| {}).unwrap();
        let fails = (rng.below(5) == 0).then(|| rng.below(n_helpers));
        let helpers = AtHand { n_helpers, fails, done: RefCell::default(), n_begun: RefCell::default() };
        let many = at_once(source::read_with("t.csv", text.as_bytes(), &spec, Some(&helpers), &mut |_| {})).unwrap();
        let head: String = text.chars().take(300).collect();
        assert_eq!(shown(&many), shown(&one), "seed {seed}: {head}");
        for (a, b) in many.parts.iter().zip(&one.parts) {
            assert_eq!(a.table.schema(), b.table.schema(), "seed {seed}: {head}");
            assert_eq!(a.table.batches(), b.table.batches(), "seed {seed}: {head}");
            assert!(a.table.to_ipc().unwrap() == b.table.to_ipc().unwrap(), "seed {seed}: other bytes: {head}");
        }
        n_begun += *helpers.n_begun.borrow();
    }
    // Most of these files are fit to be shared; those that are not were read by one.
    assert!(n_begun > 8, "{n_begun}");
}

#[test]
fn what_was_decided_is_carried_out_by_one_reader() {
    let row =
        |i: u32| if i == 15_000 { "word\n".to_owned() } else { format!("{i},{}\n", ["5", " x "][i as usize % 2]) };
    let text = format!("a,b\n{}", (0..20_000).map(row).collect::<String>());
    let alike = Rows::Alike { reason: "too few cells".to_owned() };
    let decisions = vec![Decision { part: String::new(), rows: alike, remedy: Remedy::Keep }];
    let as_written = BTreeMap::from([("b".to_owned(), vec![Rule::Spaces])]);
    for (spec, n_repaired, n_begun) in [
        (ReaderSpec::default(), 0, 1),
        (ReaderSpec { decisions, ..ReaderSpec::default() }, 1, 0),
        (ReaderSpec { as_written, ..ReaderSpec::default() }, 0, 0),
    ] {
        let one = source::read("t.csv", text.as_bytes(), &spec, &mut |_| {}).unwrap();
        let helpers = AtHand { n_helpers: 1, fails: None, done: RefCell::default(), n_begun: RefCell::default() };
        let many = at_once(source::read_with("t.csv", text.as_bytes(), &spec, Some(&helpers), &mut |_| {})).unwrap();
        assert_eq!(shown(&many), shown(&one));
        assert_eq!(many.parts[0].table.batches(), one.parts[0].table.batches());
        assert_eq!((many.parts[0].ledger.n_repaired, helpers.n_begun.into_inner()), (n_repaired, n_begun));
    }
}
