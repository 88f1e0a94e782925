//! Data of others, whose keys are known, against what is proposed for them (`tests/files/discovery`, whose
//! README says where each is from). The tables of decision 0022 are printed by
//! `cargo test discovery -- --nocapture`.

use super::desk::{Desk, merge_spec};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tributary::base::{NodeId, TableId, at_once};
use tributary::merge::{
    KeyForm, KeyMatch, KeyPair, MergeKind, MergeSpec, MergeSuggestion, Unmatched, nearest_in_slices, suggest,
};
use tributary::protocol::{Query, View};
use tributary::source::{ReaderSpec, read};
use tributary::table::Table;
use tributary::workspace::{Command, format};

type Named = Vec<(String, Table)>;

/// Two tables and the columns that belong together.
struct Truth {
    left: String,
    right: String,
    columns: Vec<(String, String)>,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/discovery").join(name)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.sort();
    found
}

/// The tables of a folder, read as dropped files are.
fn tables(folder: &Path) -> Named {
    let files = entries(folder).into_iter().filter(|f| f.extension().is_some_and(|e| e == "csv"));
    files
        .map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let outcome = read(&name, &std::fs::read(&file).unwrap(), &ReaderSpec::default(), &mut |_| {}).unwrap();
            assert_eq!(outcome.parts.len(), 1, "{name} is one table");
            let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
            (stem, outcome.parts.into_iter().next().unwrap().table)
        })
        .collect()
}

fn truth(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap()
}

fn joins(truth: &Value, which: &str) -> Vec<Truth> {
    let listed: Vec<(String, Vec<String>, String, Vec<String>)> = serde_json::from_value(truth[which].clone()).unwrap();
    listed
        .into_iter()
        .map(|(left, lefts, right, rights)| Truth { left, right, columns: lefts.into_iter().zip(rights).collect() })
        .collect()
}

fn proposals(tables: &Named) -> Vec<MergeSuggestion> {
    let inputs: Vec<(NodeId, &str, &Table)> = tables
        .iter()
        .enumerate()
        .map(|(i, (name, table))| (NodeId::Table(TableId(i as u64)), name.as_str(), table))
        .collect();
    suggest(&inputs, &[])
}

/// Whether a join is by just these columns, whichever table is on the left.
fn says(s: &MergeSuggestion, t: &Truth) -> bool {
    let sorted = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        pairs
    };
    let own = s.keys.iter().map(|k| (k.left.clone(), k.right.clone())).collect();
    let turned = s.keys.iter().map(|k| (k.right.clone(), k.left.clone())).collect();
    let wanted = sorted(t.columns.clone());
    let names = (s.left_name.as_str(), s.right_name.as_str());
    !s.is_union
        && ((names == (&t.left, &t.right) && sorted(own) == wanted)
            || (names == (&t.right, &t.left) && sorted(turned) == wanted))
}

fn pair(a: &str, b: &str) -> (String, String) {
    if a < b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}

/// What was found of a set.
#[derive(Debug, Default, PartialEq)]
struct Score {
    n_declared: usize,
    n_proposed: usize,
    /// Pairs of tables with a declared join, and those whose first proposal is one.
    n_pairs: usize,
    n_first_right: usize,
    n_traps: usize,
    n_fallen_for: usize,
    /// Proposals made without asking that nobody declared.
    n_taken_wrongly: usize,
}

fn score(name: &str, tables: &Named, truth: &Value) -> Score {
    let found = proposals(tables);
    let (declared, traps) = (joins(truth, "joins"), joins(truth, "traps"));
    let mut score = Score { n_declared: declared.len(), n_traps: traps.len(), ..Score::default() };
    let mut pairs: BTreeMap<(String, String), Vec<&Truth>> = BTreeMap::new();
    for t in &declared {
        let is_proposed = found.iter().any(|s| says(s, t));
        score.n_proposed += usize::from(is_proposed);
        if !is_proposed {
            eprintln!("{name}: {} {:?} {} is not proposed", t.left, t.columns, t.right);
        }
        pairs.entry(pair(&t.left, &t.right)).or_default().push(t);
    }
    score.n_pairs = pairs.len();
    for (tables, truths) in &pairs {
        let first = found.iter().find(|s| pair(&s.left_name, &s.right_name) == *tables);
        let is_right = first.is_some_and(|s| truths.iter().any(|t| says(s, t)));
        score.n_first_right += usize::from(is_right);
        if !is_right {
            eprintln!("{name}: the first of {tables:?} is {first:#?}");
        }
    }
    score.n_fallen_for = traps.iter().filter(|t| found.iter().any(|s| says(s, t))).count();
    let is_declared = |s: &MergeSuggestion| declared.iter().any(|t| says(s, t));
    for s in found.iter().filter(|s| s.confidence >= 0.8 && s.fan_out <= 1 && !is_declared(s)) {
        eprintln!(
            "{name}: {:.2} {} and {} by {:?}, which nobody declared",
            s.confidence, s.left_name, s.right_name, s.keys
        );
        score.n_taken_wrongly += 1;
    }
    eprintln!(
        "| {name} | {} | {} of {} | {} of {} | {} of {} | {} |",
        tables.len(),
        score.n_proposed,
        score.n_declared,
        score.n_first_right,
        score.n_pairs,
        score.n_fallen_for,
        score.n_traps,
        score.n_taken_wrongly
    );
    score
}

#[test]
fn declared_keys_are_proposed_first_and_traps_are_not() {
    for (name, n_taken_wrongly) in [("chinook", 0), ("nycflights13", 0), ("routes", 0), ("us_counties", 1)] {
        let folder = folder(name);
        let s = score(name, &tables(&folder), &truth(&folder));
        assert_eq!((s.n_proposed, s.n_first_right, s.n_fallen_for), (s.n_declared, s.n_pairs, 0), "{name}: {s:?}");
        assert!(s.n_taken_wrongly <= n_taken_wrongly, "{name}: {s:?}");
    }
}

#[test]
fn renamed_and_reformatted_columns_are_found_first() {
    let mut total = Score::default();
    for folder in entries(&folder("pairs")) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let s = score(&name, &tables(&folder), &truth(&folder));
        total.n_pairs += s.n_pairs;
        total.n_first_right += s.n_first_right;
    }
    assert_eq!((total.n_first_right, total.n_pairs), (17, 17));
}

#[test]
fn parts_of_one_table_are_found_though_columns_are_renamed() {
    for folder in entries(&folder("unions")) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let columns: Vec<(String, String)> = serde_json::from_value(truth(&folder)["columns"].clone()).unwrap();
        let found = proposals(&tables(&folder));
        let union = found.iter().find(|s| s.is_union).unwrap_or_else(|| panic!("{name}: no union in {found:#?}"));
        let pairs = union.keys.iter().map(|k| (k.left.clone(), k.right.clone()));
        let n_right = pairs.filter(|p| columns.contains(p)).count();
        eprintln!("| {name} | {n_right} of {} | {:.2} |", columns.len(), union.confidence);
        assert_eq!((n_right, union.keys.len()), (columns.len(), columns.len()), "{name}: {:?}", union.keys);
    }
}

/// Each mistyped suburb beside the registered one that comes nearest.
#[test]
fn what_was_mistyped_is_nearest_to_what_was_meant() {
    let found = tables(&folder("suburbs"));
    let table = |name: &str| found.iter().find(|(n, _)| n == name).map(|(n, t)| (n.as_str(), t)).unwrap();
    let meant: BTreeMap<String, String> = std::fs::read_to_string(folder("suburbs").join("truth.csv"))
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(typed, registered)| (typed.to_owned(), registered.to_owned()))
        .collect();
    let keys = [KeyPair { left: "suburb".into(), right: "suburb".into(), form: KeyForm::Exact }];
    let nearest = at_once(nearest_in_slices((&keys).into(), table("typed"), table("registered"))).unwrap();
    assert_eq!((nearest.n_unmatched, nearest.n_asked), (300, 300));
    let is_right = |k: &&Unmatched| meant.get(&k.left[0]) == k.candidates.first().map(|c| &c.right[0]);
    let is_among = |k: &&Unmatched| k.candidates.iter().any(|c| meant.get(&k.left[0]) == Some(&c.right[0]));
    let above = |least: f64| nearest.keys.iter().filter(move |k| k.candidates[0].score >= least);
    let n_right = nearest.keys.iter().filter(is_right).count();
    let n_among = nearest.keys.iter().filter(is_among).count();
    eprintln!("first {n_right} of 300, among the three {n_among}");
    for least in [0.95, 0.9, 0.8, 0.7] {
        eprintln!("| {least} | {} of {} |", above(least).filter(is_right).count(), above(least).count());
    }
    assert!(n_right >= 280, "{n_right}");
    // Febrl moved some people as well as mistyping where they live: no spelling tells that.
    let wrong = above(0.9).filter(|k| !is_right(k)).count();
    assert!(wrong * 25 <= above(0.9).count(), "{wrong} wrong of {}", above(0.9).count());
}

/// Accepting a key is a step like any other: counted, saved, undone.
#[test]
fn an_accepted_key_is_undone_and_saved() {
    let mut desk = Desk::new();
    let csv = |rows: &[&str]| rows.join("\n").into_bytes();
    let typed = ["visit,town", "1,Berlin", "2,Wellingotn", "3,Lima", "4,Oslo", "5,Kyiv", "6,Wellingotn"];
    let places = ["town,country", "Berlin,DE", "Wellington,NZ", "Lima,PE", "Oslo,NO", "Kyiv,UA"];
    desk.add("visits.csv", &csv(&typed), &ReaderSpec::default()).unwrap();
    desk.add("places.csv", &csv(&places), &ReaderSpec::default()).unwrap();
    let keys = [KeyPair { left: "town".into(), right: "town".into(), form: KeyForm::Exact }];
    let nodes = (desk.node("visits"), desk.node("places"));
    let merge = merge_spec("both", MergeKind::Left, nodes, &keys);
    desk.dispatch(Command::AddMerge { merge: Box::new(merge) }).unwrap();
    let spec = desk.history.present().merges[0].clone();
    assert_eq!(desk.outcome(spec.id).n_left_only, 2);
    let Ok(View::Nearest(nearest)) = desk.ask(Query::Nearest { merge: Box::new(spec.clone()) }) else { panic!() };
    let first = &nearest.keys[0];
    assert_eq!((first.left[0].as_str(), first.n_rows), ("Wellingotn", 2));
    let same = KeyMatch { left: first.left.clone(), right: first.candidates[0].right.clone() };
    let accepted = MergeSpec { crosswalk: vec![same], ..spec.clone() };
    desk.dispatch(Command::EditMerge { merge: Box::new(accepted.clone()) }).unwrap();
    assert_eq!(desk.outcome(spec.id).n_left_only, 0);
    let by = (accepted.keys.clone(), accepted.crosswalk.clone());
    let alone = Query::Unmatched { node: nodes.0, other: nodes.1, keys: by.0, crosswalk: by.1, offset: 0, limit: 9 };
    let Ok(View::Rows(rows)) = desk.ask(alone) else { panic!() };
    assert_eq!(rows.n_total, 0);
    let saved = format::decode(&format::encode(desk.history.present()).unwrap()).unwrap();
    assert_eq!(saved.merges[0].crosswalk, accepted.crosswalk);
    desk.history.undo();
    desk.tell();
    assert_eq!(desk.outcome(spec.id).n_left_only, 2);
}
