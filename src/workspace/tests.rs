//! Commands, undo and the saved format together.

use super::*;
use crate::base::*;
use crate::merge::*;
use crate::recipe::*;
use crate::report::*;
use crate::source::*;

fn source(name: &str, table: &str) -> SourceSpec {
    SourceSpec {
        id: SourceId(0),
        name: name.to_owned(),
        origin: Origin::File,
        size_bytes: 10,
        fingerprint: Fingerprint::of(name.as_bytes()),
        read_at: "2026-11-12T10:00:00Z".to_owned(),
        reader: ReaderSpec::default(),
        tables: vec![TableSpec {
            id: TableId(0),
            name: table.to_owned(),
            part: String::new(),
            n_rows: 2,
            columns: Vec::new(),
            ledger: Ledger { n_rows_in_file: 3, n_loaded: 2, n_header: 1, ..Ledger::default() },
            reading: Reading {
                format: Format::Csv,
                encoding: None,
                delimiter: Some(','),
                quote: None,
                header_rows: 1,
                skipped_lines: 0,
                record_path: None,
            },
            notices: Notices::default(),
            keys: Default::default(),
            drift: None,
        }],
    }
}

fn two_sources() -> History {
    let mut h = History::new(Workspace::default());
    h.dispatch(&Command::AddSource { source: Box::new(source("runs.csv", "runs")) }).unwrap();
    h.dispatch(&Command::AddSource { source: Box::new(source("runs (2).csv", "runs")) }).unwrap();
    h
}

fn joined() -> History {
    let mut h = two_sources();
    let nodes = h.present().nodes();
    let merge = MergeSpec {
        id: MergeId(0),
        name: "both".to_owned(),
        kind: MergeKind::Left,
        left: nodes[0],
        right: nodes[1],
        keys: vec![KeyPair { left: "a".into(), right: "b".into(), form: KeyForm::Folded }],
        keep: None,
        suffix: None,
        crosswalk: Vec::new(),
    };
    h.dispatch(&Command::AddMerge { merge: Box::new(merge) }).unwrap();
    h
}

#[test]
fn names_and_ids_are_unique() {
    let h = two_sources();
    let names: Vec<_> = h.present().tables().map(|(_, t)| t.name.clone()).collect();
    assert_eq!(names, ["runs", "runs_2"]);
    let ids: Vec<_> = h.present().nodes();
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn what_is_used_cannot_be_removed() {
    let mut h = joined();
    let before = h.present().clone();
    let id = before.sources[0].id;
    let problem = h.dispatch(&Command::RemoveSource { source: id }).unwrap_err();
    assert_eq!(problem.code, "source_in_use");
    assert_eq!(*h.present(), before);
    assert!(problem.what.contains("both"), "{}", problem.what);
}

#[test]
fn undo_and_redo_survive_saving() {
    let mut h = joined();
    let node = h.present().main_node().unwrap();
    let op = Op::Filter { column: "a".into(), test: Test::OneOf(vec!["x".into()]) };
    h.dispatch(&Command::AddStep { node, op, at: None }).unwrap();
    let full = h.present().clone();
    assert_eq!(h.undo().as_deref(), Some("add a step to both"));
    let mut back = format::decode_history(&format::encode_history(&h).unwrap()).unwrap();
    assert_eq!(back.present(), h.present());
    assert_eq!(back.redo().as_deref(), Some("add a step to both"));
    assert_eq!(*back.present(), full);
    while back.undo().is_some() {}
    assert_eq!(**back.present(), Workspace::default());
}

#[test]
fn several_commands_are_one_step_or_none() {
    let mut h = two_sources();
    let n_past = h.past().len();
    let commands = vec![Command::SetTitle { title: "x".into() }, Command::RemoveMerge { merge: MergeId(99) }];
    assert!(h.dispatch(&Command::All { label: "both".into(), commands }).is_err());
    assert_eq!(h.past().len(), n_past);
    assert_eq!(h.present().title, "");
}

#[test]
fn a_draft_is_adopted_once_and_then_edited() {
    let mut h = two_sources();
    assert_eq!(
        h.dispatch(&Command::AddBlock { spec: BlockSpec::Sources, at: None }).unwrap_err().code,
        "draft_not_adopted"
    );
    let block = |id, spec| Block { id: BlockId(id), spec };
    let adopt = |text: &str| Command::AdoptDraft {
        title: "T".into(),
        blocks: vec![block(100, BlockSpec::Text(text.into())), block(101, BlockSpec::Quality)],
    };
    h.dispatch(&adopt("first")).unwrap();
    h.dispatch(&adopt("second")).unwrap();
    h.dispatch(&Command::AddBlock { spec: BlockSpec::Sources, at: Some(0) }).unwrap();
    h.dispatch(&Command::MoveBlock { block: BlockId(100), to: 9 }).unwrap();
    let blocks = h.present().report.blocks.clone().unwrap();
    let specs: Vec<_> = blocks.iter().map(|b| b.spec.clone()).collect();
    assert_eq!(specs, [BlockSpec::Sources, BlockSpec::Quality, BlockSpec::Text("first".into())]);
    assert!(blocks[0].id.0 > 101, "a new id must not clash with an adopted one");
}

#[test]
fn a_source_read_again_keeps_its_tables() {
    let mut h = joined();
    let mut again = h.present().sources[0].clone();
    let id = again.tables[0].id;
    again.tables[0].id = TableId(0);
    again.tables[0].n_rows = 77;
    h.dispatch(&Command::ReplaceSource { source: Box::new(again) }).unwrap();
    assert_eq!(h.present().table(id).unwrap().1.n_rows, 77);
}

#[test]
fn newer_and_damaged_files_are_refused() {
    let text = format::encode(&Workspace::default()).unwrap();
    let newer = text.replace("\"version\":1", "\"version\":99");
    assert_eq!(format::decode(&newer).unwrap_err().code, "newer_workspace");
    for n in [0, 1, text.len() / 2, text.len() - 1] {
        assert_eq!(format::decode(&text[..n]).unwrap_err().code, "bad_workspace");
    }
}

#[test]
fn several_changes_become_one_that_comes_to_the_same() {
    let mut h = two_sources();
    let start = h.present().clone();
    let nodes = start.nodes();
    let merge = |left, right, name: &str| Command::AddMerge {
        merge: Box::new(MergeSpec {
            id: MergeId(0),
            name: name.to_owned(),
            kind: MergeKind::Left,
            left,
            right,
            keys: vec![KeyPair { left: "a".into(), right: "b".into(), form: KeyForm::Exact }],
            keep: None,
            suffix: None,
            crosswalk: Vec::new(),
        }),
    };
    let first = merge(nodes[0], nodes[1], "both");
    h.dispatch(&first).unwrap();
    let second = merge(h.present().main_node().unwrap(), nodes[1], "again");
    h.dispatch(&second).unwrap();
    let (full, revision, n_past) = (h.present().clone(), h.revision(), h.past().len());
    let all = |commands| Command::All { label: "combine all".to_owned(), commands };
    assert!(!h.make_one(2, &all(vec![first.clone()])), "this comes to something else");
    assert!(!h.make_one(99, &all(vec![first.clone(), second.clone()])));
    assert!(h.make_one(2, &all(vec![first, second])));
    assert_eq!((h.present(), h.revision(), h.past().len()), (&full, revision, n_past - 1));
    assert_eq!(h.undo().as_deref(), Some("combine all"));
    assert_eq!(*h.present(), start);
    h.redo();
    assert_eq!(*h.present(), full);
}

#[test]
fn a_column_of_a_merge_leads_to_its_table() {
    let mut w = Workspace::clone(joined().present());
    let column = |name: &str| crate::table::ColumnInfo::new(name, ColumnType::Text);
    w.sources[0].tables[0].columns = vec![column("a"), column("note")];
    w.sources[1].tables[0].columns = vec![column("b"), column("note"), column("lot")];
    let [left, right, merge] = w.nodes()[..] else { panic!("three nodes") };
    let origin = |w: &Workspace, name: &str| w.origin_of(merge, name);
    assert_eq!([origin(&w, "a"), origin(&w, "note")], [Some(left); 2]);
    assert_eq!([origin(&w, "lot"), origin(&w, "note (runs_2)"), origin(&w, "note (runs_2 2)")], [Some(right); 3]);
    w.merges[0].suffix = Some("second runs".into());
    assert_eq!(origin(&w, "note (second runs)"), Some(right));
    assert_eq!([origin(&w, "ratio"), origin(&w, "ratio (second runs)"), origin(&w, "note (other)")], [None; 3]);
    w.merges[0].kind = MergeKind::Union;
    assert_eq!(origin(&w, "lot"), Some(merge));
    // A file that contradicts itself leads nowhere.
    w.merges[0].left = merge;
    assert_eq!(origin(&w, "nowhere"), None);
}
