//! Saved workspaces of every version open for ever, byte for byte.
//!
//! `TRIBUTARY_UPDATE=1 cargo test --test suite format` writes the fixture of the current version
//! anew; do that only before that version has been published.

use std::path::PathBuf;
use tributary::base::*;
use tributary::chart::*;
use tributary::merge::*;
use tributary::recipe::*;
use tributary::report::*;
use tributary::source::*;
use tributary::table::ColumnInfo;
use tributary::workspace::*;

fn fixture(version: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/saved/v{version}/everything.json"))
}

fn source(name: &str, origin: Origin) -> SourceSpec {
    let mut info = ColumnInfo::new("mass", ColumnType::Number);
    info.unit = Some("kg".into());
    info.reason = "all 2 cells are numbers".into();
    info.runner_up = Some(ColumnType::Text);
    let mut notices = Notices::default();
    notices.add("ragged_rows", "1 row set aside: too few cells", 1);
    SourceSpec {
        id: SourceId(0),
        name: name.into(),
        origin,
        size_bytes: 42,
        fingerprint: Fingerprint::of(name.as_bytes()),
        read_at: "2026-11-12T10:00:00Z".into(),
        reader: ReaderSpec {
            format: Some(Format::Csv),
            encoding: Some("windows-1252".into()),
            delimiter: Some(';'),
            quote: Some('"'),
            header_rows: Some(2),
            record_path: Some("data.items".into()),
            types: [("mass".to_owned(), ColumnType::Text)].into(),
        },
        tables: vec![TableSpec {
            id: TableId(0),
            name: name.into(),
            part: "Sheet 1".into(),
            n_rows: 2,
            columns: vec![info],
            ledger: Ledger {
                n_rows_in_file: 4,
                n_loaded: 2,
                n_set_aside: 1,
                n_header: 1,
                size_bytes: 42,
                set_aside: vec![SetAside { line: 3, byte: 20, reason: "too few cells".into(), text: "x".into() }],
                changed: vec![ChangedCells { column: "mass".into(), rule: "decimal comma".into(), cells: 2 }],
                ..Ledger::default()
            },
            reading: Reading {
                format: Format::Csv,
                encoding: Some("windows-1252".into()),
                delimiter: Some(';'),
                quote: Some('"'),
                header_rows: 2,
                skipped_lines: 1,
                record_path: None,
            },
            notices,
        }],
    }
}

/// Uses every kind of thing that is saved.
fn everything() -> History {
    let mut h = History::new(Workspace::default());
    let api = ApiSpec {
        url: "https://example.org/items?page=1".into(),
        paging: Paging::Token { path: "meta.next".into(), parameter: "token".into() },
        max_pages: 7,
    };
    let sources = [
        ("runs", Origin::File),
        ("plates", Origin::Api(api)),
        ("notes", Origin::Paste),
        ("s", Origin::Sample("x".into())),
    ];
    for (name, origin) in sources {
        h.dispatch(&Command::AddSource { source: Box::new(source(name, origin)) }).unwrap();
    }
    let nodes = h.present().nodes();
    let merge = MergeSpec {
        id: MergeId(0),
        name: "both".into(),
        kind: MergeKind::Full,
        left: nodes[0],
        right: nodes[1],
        keys: vec![KeyPair { left: "a".into(), right: "b".into(), form: KeyForm::TrailingNumber }],
        keep: Some(vec!["a".into()]),
        suffix: None,
    };
    h.dispatch(&Command::AddMerge { merge: Box::new(merge) }).unwrap();
    let node = h.present().main_node().unwrap();
    let text = |s: &str| s.to_owned();
    let filter = |test| Op::Filter { column: text("a"), test };
    let ops = vec![
        filter(Test::OneOf(vec![text("x")])),
        filter(Test::NoneOf(vec![text("y")])),
        filter(Test::Contains(text("z"))),
        filter(Test::AtLeast(text("1"))),
        filter(Test::AtMost(text("2"))),
        filter(Test::Between(text("1"), text("2"))),
        filter(Test::IsMissing),
        filter(Test::IsPresent),
        Op::Rename { from: text("a"), to: text("b") },
        Op::ChangeType { column: text("b"), to: ColumnType::Date },
        Op::Compute { name: text("c"), formula: text("b * 2") },
        Op::Group {
            by: vec![text("b")],
            measures: Aggregate::ALL
                .map(|aggregate| Measure { aggregate, column: Some(text("c")), name: text(aggregate.sql()) })
                .into(),
        },
        Op::Sort { keys: vec![SortKey { column: text("b"), descending: true }] },
        Op::Remove { columns: vec![text("b")] },
    ];
    for op in ops {
        h.dispatch(&Command::AddStep { node, op, at: None }).unwrap();
    }
    let number = NumberSpec {
        label: text("Failed"),
        node,
        aggregate: Aggregate::Count,
        column: Some(text("a")),
        only: Some((text("qc"), Test::OneOf(vec![text("fail")]))),
        as_share: true,
    };
    let mut chart = ChartSpec::new(ChartKind::Heat, node, "a");
    chart.y = Some(text("b"));
    chart.group = Some(text("g"));
    chart.value = Some(text("v"));
    chart.aggregate = Some(Aggregate::Median);
    chart.mark = Some(text("P7"));
    let specs = vec![
        BlockSpec::Verdict { text: Some(text("Hold.")) },
        BlockSpec::Numbers(vec![number]),
        BlockSpec::Finding { node, key: text("trend|a|b") },
        BlockSpec::Chart(chart),
        BlockSpec::Table {
            node,
            title: text("Worst"),
            columns: vec![text("a")],
            n_rows: 10,
            only: Some((text("qc"), Test::OneOf(vec![text("fail")]))),
            sort: Some(SortKey { column: text("a"), descending: false }),
        },
        BlockSpec::Text(text("**Note**")),
        BlockSpec::Quality,
        BlockSpec::Sources,
        BlockSpec::Methods,
    ];
    let blocks = (1000..).map(BlockId).zip(specs).map(|(id, spec)| Block { id, spec }).collect();
    h.dispatch(&Command::AdoptDraft { title: text("Report"), blocks }).unwrap();
    h.dispatch(&Command::DismissFinding { key: text("k") }).unwrap();
    h.dispatch(&Command::RejectSuggestion { suggestion: text("s") }).unwrap();
    h.dispatch(&Command::SetMain { node: Some(node) }).unwrap();
    h.dispatch(&Command::SetTitle { title: text("Everything") }).unwrap();
    h.undo();
    h
}

#[test]
fn version_1_is_written_and_read_as_ever() {
    let path = fixture(1);
    let now = format::encode_history(&everything()).unwrap();
    if std::env::var_os("TRIBUTARY_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &now).unwrap();
    }
    let saved = std::fs::read_to_string(&path).unwrap();
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    let back = format::decode_history(&saved).unwrap();
    assert_eq!(back.present(), everything().present());
    assert_eq!(back.future().len(), 1);
}

#[test]
fn no_secret_header_can_be_saved() {
    // Headers have no place in any saved type; an address with a key in it is the user's own text.
    let saved = format::encode_history(&everything()).unwrap().to_lowercase();
    for word in ["authorization", "bearer", "headers\":"] {
        assert!(!saved.contains(word), "{word}");
    }
}
