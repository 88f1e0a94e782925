//! Faults of the store: whatever commit fails, what was kept before it opens whole, with the rows that
//! it names, and the next commit brings everything that is there by then.

use super::desk::Desk;
use std::collections::BTreeMap;
use tributary::base::{NodeId, Problem, TableId};
use tributary::recipe::{Op, Test};
use tributary::report::FrozenReport;
use tributary::source::ReaderSpec;
use tributary::store::{Batch, Fault, MemoryStore, Store};
use tributary::table::Table;
use tributary::workspace::{Command, format};

/// The page's part of saving: rows that are not kept yet first, then the workspace that names them, then
/// the list that names it; rows that no state of the history needs go after that, on their own.
struct Shelf {
    store: MemoryStore,
    /// What was said to be saved.
    shown: Option<FrozenReport>,
}

const WORKSPACE: &str = "workspace/w1";

fn rows_key(id: TableId) -> String {
    format!("rows/w1/{}", NodeId::Table(id))
}

impl Shelf {
    fn save(&mut self, desk: &Desk, rows: &BTreeMap<TableId, Vec<u8>>) -> Result<(), Problem> {
        let mut batch = Batch::default();
        for (_, table) in desk.history.present().tables() {
            let key = rows_key(table.id);
            if self.store.get(&key)?.is_none() {
                batch = batch.put(key, rows[&table.id].clone());
            }
        }
        let saved = format::encode_history(&desk.history).unwrap();
        batch = batch.put(WORKSPACE, saved.into_bytes()).put("list/w1", b"w1".to_vec());
        self.store.commit(batch)
    }

    /// What a new tab finds: the workspace, opened with the rows that are kept.
    fn open(&self) -> Option<Desk> {
        let saved = self.store.get(WORKSPACE).unwrap()?;
        assert_eq!(self.store.keys("list/").unwrap(), ["list/w1"], "what is kept is listed");
        let mut desk = Desk::new();
        desk.history = format::decode_history(&String::from_utf8(saved).unwrap()).unwrap();
        assert!(desk.tell().is_empty());
        let ids: Vec<TableId> = desk.history.present().tables().map(|(_, t)| t.id).collect();
        for id in ids {
            let rows = self.store.get(&rows_key(id)).unwrap().expect("a workspace never names rows that are not kept");
            desk.attach(id, &Table::from_ipc(rows).unwrap());
        }
        Some(desk)
    }
}

/// A change that somebody makes.
type Change = Box<dyn Fn(&mut Desk)>;

/// Two files, put together, filtered: a save after each.
fn work() -> Vec<Change> {
    let add = |at: usize| -> Change {
        Box::new(move |desk| {
            let (name, bytes) = files().swap_remove(at);
            desk.add(name, &bytes, &ReaderSpec::default()).unwrap();
        })
    };
    vec![
        add(0),
        add(1),
        Box::new(Desk::combine_the_obvious),
        Box::new(|desk| {
            let node = desk.history.present().main_node().unwrap();
            let op = Op::Filter { column: "yield".into(), test: Test::AtLeast("22".into()) };
            desk.dispatch(Command::AddStep { node, op, at: None }).unwrap();
        }),
        Box::new(|desk| {
            desk.history.undo().unwrap();
            desk.tell();
        }),
    ]
}

/// The rows that the readers handed over, as the page keeps them.
fn rows_of(desk: &Desk, known: &mut BTreeMap<TableId, Vec<u8>>, read: &[(&str, &[u8])]) {
    for (source, spec) in desk.history.present().tables() {
        let Some((name, bytes)) = read.iter().find(|(name, _)| *name == source.name) else { continue };
        known.entry(spec.id).or_insert_with(|| {
            let outcome = tributary::source::read(name, bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
            outcome.parts[0].table.to_ipc().unwrap()
        });
    }
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let runs: String = (0..48).map(|i| format!("S{i},P{},{}\n", i % 6, 20 + i % 9)).collect();
    let plates: String = (0..6).map(|p| format!("P{p},L{}\n", p % 2)).collect();
    vec![
        ("runs.csv", format!("sample,plate,yield\n{runs}").into_bytes()),
        ("plates.csv", format!("plate,lot\n{plates}").into_bytes()),
    ]
}

/// Does the work with a save after each piece; `fault` arms the store. Returns how many saves failed.
fn live_through(fault: Option<Fault>) -> usize {
    let files = files();
    let read: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let mut shelf = Shelf { store: MemoryStore::default(), shown: None };
    if let Some(fault) = fault {
        shelf.store.inject(fault);
    }
    let (mut desk, mut rows, mut n_failed) = (Desk::new(), BTreeMap::new(), 0);
    for piece in work() {
        piece(&mut desk);
        rows_of(&desk, &mut rows, &read);
        match shelf.save(&desk, &rows) {
            Ok(()) => shelf.shown = Some(desk.report()),
            Err(problem) => {
                assert!(["store_failed", "store_full"].contains(&problem.code.as_str()), "{problem:?}");
                n_failed += 1;
            }
        }
        // The tab dies here: what was shown as saved is there, and nothing else.
        let opened = shelf.open().map(|mut desk| desk.report());
        assert_eq!(opened, shelf.shown, "{fault:?}");
    }
    n_failed
}

#[test]
fn what_was_shown_as_saved_survives_any_failed_commit() {
    assert_eq!(live_through(None), 0);
    for n in 0..work().len() {
        assert_eq!(live_through(Some(Fault::FailCommit { n })), 1, "commit {n}");
    }
}

#[test]
fn a_full_store_keeps_what_it_had() {
    // Full from the start, and at sizes on the way.
    assert_eq!(live_through(Some(Fault::FullAt { size_bytes: 0 })), work().len());
    let some: Vec<usize> = (1..=12).map(|k| live_through(Some(Fault::FullAt { size_bytes: k * 2_000 }))).collect();
    assert!(some.is_sorted_by(|a, b| a >= b), "more room, fewer failures: {some:?}");
    assert!(some.iter().any(|n| (1..work().len()).contains(n)), "full on the way: {some:?}");
}
