//! Saved workspaces of every version open for ever, byte for byte.
//!
//! `TRIBUTARY_UPDATE=1 cargo test --test suite format` writes the fixture of the current version
//! anew; do that only before that version has been published.

use std::path::PathBuf;
use tributary::base::*;
use tributary::chart::*;
use tributary::insight::{Baseline, Centre, ControlKind, ControlOptions, Exclusion, Rule as ControlRule, SpecLimits};
use tributary::merge::*;
use tributary::recipe::*;
use tributary::report::*;
use tributary::source::*;
// Not that of a merge.
use tributary::source::Candidate;
use tributary::table::ColumnInfo;
use tributary::workspace::*;

fn fixture(version: u32, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/saved/v{version}/{name}.json"))
}

/// The fixture, which is written anew first where that was asked for.
fn pinned(version: u32, name: &str, now: &str) -> String {
    let path = fixture(version, name);
    if std::env::var_os("TRIBUTARY_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, now).unwrap();
    }
    std::fs::read_to_string(&path).unwrap()
}

fn aside(line: u64) -> SetAside {
    let (reason, text) = ("too few cells".into(), "x".into());
    SetAside { line, byte: 20, reason, text, can_keep: false, can_repair: false }
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
            ..ReaderSpec::default()
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
                set_aside: vec![aside(3)],
                changed: vec![ChangedCells {
                    column: "mass".into(),
                    rule: "decimal comma".into(),
                    cells: 2,
                    ..ChangedCells::default()
                }],
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
            keys: Default::default(),
            drift: None,
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
        crosswalk: Vec::new(),
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
        BlockSpec::Verdict { text: Some(text("Hold.")), action: None },
        BlockSpec::Numbers(vec![number]),
        BlockSpec::finding(node, "trend|a|b"),
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
    let now = format::encode_history(&everything()).unwrap();
    let saved = pinned(1, "everything", &now);
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    let back = format::decode_history(&saved).unwrap();
    assert_eq!(back.present(), everything().present());
    assert_eq!(back.future().len(), 1);
}

/// One source a way of paging, with every format, column type and option; one merge a kind. That
/// nothing is left out is tested where the format knows it, in `workspace::format::v1`.
fn every_variant() -> Workspace {
    let text = |s: &str| s.to_owned();
    let pagings = vec![
        Paging::Auto,
        Paging::None,
        Paging::PageNumber { parameter: text("page") },
        Paging::Offset { parameter: text("offset"), page_size: 100 },
        Paging::Token { path: text("meta.next"), parameter: text("token") },
        Paging::NextUrl { path: text("links.next") },
        Paging::LinkHeader,
    ];
    let origins: Vec<Origin> = pagings
        .into_iter()
        .map(|paging| Origin::Api(ApiSpec { url: text("https://example.org/x"), paging, max_pages: 3 }))
        .chain([Origin::File, Origin::Paste, Origin::Sample(text("cold-chain"))])
        .collect();
    let formats = [
        Format::Csv,
        Format::Tsv,
        Format::Json,
        Format::Ndjson,
        Format::Pages,
        Format::Parquet,
        Format::Arrow,
        Format::Xlsx,
        Format::Xlsb,
        Format::Xls,
        Format::Ods,
        Format::Stata,
        Format::Spss,
        Format::Sas,
        Format::Xpt,
        Format::Sqlite,
    ];
    let mut w = Workspace { title: text("Every variant"), next_id: 100, ..Workspace::default() };
    // As many sources as it takes to have each origin and each format.
    let n_sources = origins.len().max(formats.len());
    let pairs = origins.into_iter().cycle().zip(formats.into_iter().cycle()).take(n_sources);
    for ((origin, format), i) in pairs.zip(0..) {
        let mut source = source(&format!("s{i}"), origin);
        source.id = SourceId(i);
        source.reader.format = Some(format);
        source.reader.types = ColumnType::ALL.map(|t| (text(t.name()), t)).into();
        for table in &mut source.tables {
            table.id = TableId(20 + i);
            table.columns = ColumnType::ALL
                .map(|t| {
                    let mut info = ColumnInfo::new(t.label(), t);
                    info.label = Some(text("How heavy it was"));
                    info.unit = Some(text("kg"));
                    info.runner_up = Some(t);
                    info.confidence = 0.5;
                    info.n_missing = 7;
                    info
                })
                .into();
            table.reading.format = format;
            table.reading.record_path = Some(text("data.items"));
            table.ledger.n_blank = 3;
            table.ledger.n_comment = 4;
            if format == Format::Sqlite {
                let foreign = ForeignKey {
                    columns: vec![text("plate")],
                    table_part: text("plates"),
                    their_columns: vec![text("id")],
                };
                let primary = vec![text("id"), text("run")];
                table.keys = DeclaredKeys { primary, unique: vec![vec![text("code")]], foreign: vec![foreign] };
            }
        }
        w.sources.push(source);
    }
    let forms = [KeyForm::Exact, KeyForm::Folded, KeyForm::Unpadded, KeyForm::TrailingNumber, KeyForm::Day];
    let keys: Vec<KeyPair> =
        forms.into_iter().map(|form| KeyPair { left: text("a"), right: text("b"), form }).collect();
    let kinds =
        [MergeKind::Union, MergeKind::Left, MergeKind::Inner, MergeKind::Full, MergeKind::Semi, MergeKind::Anti];
    for (kind, i) in kinds.into_iter().zip(40..) {
        w.merges.push(MergeSpec {
            id: MergeId(i),
            name: format!("m{i}"),
            kind,
            left: NodeId::Table(TableId(20)),
            right: NodeId::Table(TableId(21)),
            keys: keys.clone(),
            keep: Some(vec![text("a")]),
            suffix: Some(text("plate map")),
            crosswalk: Vec::new(),
        });
    }
    let measures =
        Aggregate::ALL.map(|aggregate| Measure { aggregate, column: Some(text("c")), name: text(aggregate.word()) });
    let op = Op::Group { by: vec![text("b")], measures: measures.into() };
    let ops = [op, Op::Select { columns: vec![text("a")] }];
    let steps: Vec<Step> = (50..).map(StepId).zip(ops).map(|(id, op)| Step { id, op, enabled: false }).collect();
    w.recipes = [NodeId::Table(TableId(20)), NodeId::Merge(MergeId(40))]
        .map(|node| (node, Recipe { steps: steps.clone() }))
        .into();
    let node = NodeId::Merge(MergeId(41));
    // Control charts have a fixture of their own.
    let kinds = ChartKind::ALL.into_iter().filter(|kind| *kind != ChartKind::Control);
    let charts = kinds.zip(Aggregate::ALL).map(|(kind, aggregate)| {
        BlockSpec::Chart(ChartSpec {
            y: Some(text("y")),
            group: Some(text("g")),
            value: Some(text("v")),
            aggregate: Some(aggregate),
            title: text("What is seen"),
            mark: Some(text("P7")),
            ..ChartSpec::new(kind, node, "x")
        })
    });
    let heading = Some(text("In my words"));
    let own_words = [
        BlockSpec::Verdict { text: Some(text("Hold.")), action: Some(text("Call the lab.")) },
        BlockSpec::Finding { node, key: text("trend|a|b"), heading, hides_chart: true },
    ];
    let blocks = (60..).map(BlockId).zip(charts.chain(own_words)).map(|(id, spec)| Block { id, spec }).collect();
    w.report = ReportSpec { title: Some(text("Report")), blocks: Some(blocks), dismissed: vec![text("trend|a|b")] };
    w.rejected = vec![text("deadbeef")];
    w.main = Some(node);
    w
}

#[test]
fn version_1_pins_every_variant() {
    let now = format::encode(&every_variant()).unwrap();
    let saved = pinned(1, "every_variant", &now);
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    assert_eq!(format::decode(&saved).unwrap(), every_variant());
}

/// What was decided on rows and rules, and the account of it: added after the version was published.
fn decisions() -> Workspace {
    let text = |s: &str| s.to_owned();
    let mut source = source("torn", Origin::File);
    let one = |line, remedy| Decision { part: text("Sheet 1"), rows: Rows::One { line, text: text("x") }, remedy };
    let alike = Decision { rows: Rows::Alike { reason: text("too few cells") }, ..one(0, Remedy::Keep) };
    source.reader.decisions = vec![one(3, Remedy::Replace(text("x,1"))), one(4, Remedy::Drop), alike];
    let rules = vec![
        Rule::Missing(text("NA")),
        Rule::Affix(text("€")),
        Rule::Brackets,
        Rule::MinusBehind,
        Rule::DecimalComma,
        Rule::DecimalPoint,
        Rule::Thousands,
        Rule::DayFirst,
        Rule::MonthFirst,
        Rule::ToUtc,
        Rule::CompactDate,
        Rule::YesNo,
        Rule::Spaces,
        Rule::Limits,
        Rule::Misfits,
    ];
    source.reader.as_written = [(text("mass"), rules)].into();
    for table in &mut source.tables {
        table.ledger.n_repaired = 1;
        table.ledger.n_dropped = 1;
        table.ledger.unlisted = [(text("too few cells"), 7)].into();
        table.ledger.set_aside = vec![SetAside { can_keep: true, can_repair: true, ..aside(5) }];
        let SetAside { byte, reason, .. } = aside(3);
        table.ledger.decided =
            vec![Decided { line: 3, byte, reason, text: text("x"), remedy: Remedy::Replace(text("x,1")) }];
        for change in &mut table.ledger.changed {
            change.by = Some(Rule::DecimalComma);
            change.lines = vec![2, 9];
        }
    }
    Workspace { title: text("Decisions"), sources: vec![source], next_id: 100, ..Workspace::default() }
}

#[test]
fn version_1_pins_decisions_on_rows() {
    let now = format::encode(&decisions()).unwrap();
    let saved = pinned(1, "decisions", &now);
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    assert_eq!(format::decode(&saved).unwrap(), decisions());
}

#[test]
fn rows_of_sources_without_decisions_are_found_where_they_were() {
    // The rows' blobs are named after how they were read: what says nothing must not be in it.
    let now = decisions();
    let mut before = now.clone();
    before.sources[0].reader.decisions.clear();
    before.sources[0].reader.as_written.clear();
    let [now, before] = [now, before].map(|w| w.blob_names());
    assert_ne!(now, before);
    // As the version before decisions called them.
    let rows = "rows/e5dbf65d7dc9271eb62f208bfb167afb9c6292aaabdc2104e9c5958eb2597ab6";
    assert_eq!(before, [format!("raw/{}", Fingerprint::of(b"torn")), rows.to_owned()]);
}

/// A source in the place of an older version, with all that can be different.
fn replaced() -> Workspace {
    let text = |s: &str| s.to_owned();
    let mut source = source("june", Origin::File);
    source.id = SourceId(1);
    source.reader.renamed = [(text("Mean mass"), text("mass"))].into();
    source.reader.units = [(text("mass"), text("kg"))].into();
    let cell = |before: Option<&str>, after: Option<&str>| CellChange {
        column: text("mass"),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let row = |fate, cell| ChangedRow { fate, cells: vec![cell] };
    let rows = RowChanges {
        key: vec![text("id")],
        n_before: 3,
        n_after: 2,
        n_added: 1,
        n_removed: 2,
        n_changed: 1,
        n_cells_changed: 1,
        cells: vec![ChangedColumn { column: text("mass"), n_cells: 1 }],
        examples: vec![
            row(RowFate::Changed, cell(Some("1"), Some("2"))),
            row(RowFate::Added, cell(None, Some("2"))),
            row(RowFate::Removed, cell(Some("1"), None)),
        ],
    };
    let candidate = Candidate { column: text("Q"), confidence: 0.5, reason: text("in the same place") };
    let (before, after) = (Some(text("kg")), Some(text("g")));
    let drift = Drift {
        before_name: text("may"),
        before_read_at: text("2026-10-12T10:00:00Z"),
        columns: vec![
            ColumnDrift::Missing { column: text("qc"), candidates: vec![candidate] },
            ColumnDrift::OtherType { column: text("n"), before: ColumnType::Integer, after: ColumnType::Text },
            ColumnDrift::OtherUnit { column: text("mass"), before, after, can_convert: true },
            ColumnDrift::Added { column: text("lane") },
        ],
        is_reordered: true,
        rows: Some(rows),
        waiting: vec![WaitingStep { step: StepId(5), column: text("qc") }],
    };
    for table in &mut source.tables {
        table.id = TableId(2);
        table.drift = Some(drift.clone());
    }
    Workspace { title: text("Next month"), sources: vec![source], next_id: 9, ..Workspace::default() }
}

#[test]
fn version_1_keeps_what_is_different_from_the_version_before() {
    let now = format::encode(&replaced()).unwrap();
    let saved = pinned(1, "drift", &now);
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    assert_eq!(format::decode(&saved).unwrap(), replaced());
}

fn control_charts() -> Workspace {
    let text = str::to_owned;
    let node = NodeId::Merge(MergeId(41));
    let full = |chart, centre, baseline| ControlOptions {
        chart,
        rules: ControlRule::ALL.into(),
        centre,
        sigma: Some(2.5),
        baseline: Some(baseline),
        stage: Some(text("phase")),
        subgroup: Some(text("plate")),
        size: Some(text("n")),
        excluded: vec![Exclusion { row: 7, reason: text("spilt") }],
        spec: Some(SpecLimits { lower: Some(1.0), upper: Some(9.0), target: Some(5.0) }),
        weight: Some(0.1),
        width: Some(2.7),
        slack: Some(0.5),
        decision: Some(4.0),
        allowed_error: Some(0.1),
    };
    let centres = [Centre::Mean, Centre::Median, Centre::At(10.5)].into_iter().cycle();
    let baselines = [Baseline::Window(text("2026-01-01"), text("2026-02")), Baseline::Rolling(30)].into_iter().cycle();
    let options = ControlKind::ALL.into_iter().zip(centres).zip(baselines).map(|((k, c), b)| full(k, c, b));
    let blocks = (60..).map(BlockId).zip(options).map(|(id, options)| {
        let spec = ChartSpec { control: Some(Box::new(options)), ..ChartSpec::new(ChartKind::Control, node, "run") };
        Block { id, spec: BlockSpec::Chart(ChartSpec { y: Some(text("yield")), ..spec }) }
    });
    let report = ReportSpec { blocks: Some(blocks.collect()), ..ReportSpec::default() };
    Workspace { report, ..Workspace::default() }
}

#[test]
fn version_1_pins_control_charts() {
    let now = format::encode(&control_charts()).unwrap();
    let saved = pinned(1, "control", &now);
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    assert_eq!(format::decode(&saved).unwrap(), control_charts());
}

/// What joins may be matched by since decision 0022.
fn joins() -> Workspace {
    let mut w = every_variant();
    w.title = "Joins".to_owned();
    let crosswalk = KeyMatch { left: vec!["wellingotn".into()], right: vec!["Wellington".into()] };
    for (merge, form) in w.merges.iter_mut().skip(1).zip([KeyForm::Bare, KeyForm::LastPart]) {
        merge.keys = vec![KeyPair { left: "a".into(), right: "b".into(), form }];
        merge.crosswalk = vec![crosswalk.clone()];
    }
    w
}

#[test]
fn version_1_pins_joins() {
    let now = format::encode(&joins()).unwrap();
    let saved = pinned(1, "joins", &now);
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    assert_eq!(format::decode(&saved).unwrap(), joins());
}

/// The steps that clean, with each choice they have. The variants were added to version 1 after it was
/// published, so they have a fixture of their own.
fn cleaning() -> Workspace {
    let text = |s: &str| s.to_owned();
    let list = |names: &[&str]| names.iter().map(|n| text(n)).collect::<Vec<String>>();
    let tidy = |letters| Op::Tidy { columns: list(&["a"]), spaces: true, letters, composes: true };
    let fill = |with| Op::Fill { column: text("a"), with };
    let distinct = |keep| Op::Distinct { by: list(&["a"]), keep };
    let outliers = |rule| Op::Outliers { column: text("a"), rule, name: text("far") };
    let swaps = vec![Swap { from: text("NYC"), to: Some(text("New York")) }, Swap { from: text("n/a"), to: None }];
    let ops = [
        Op::Map { column: text("a"), swaps },
        Op::Replace { column: text("a"), find: text(r"(\d+)"), with: text("$1"), is_pattern: true, ignores_case: true },
        fill(Filler::Down),
        fill(Filler::Value(text("0"))),
        fill(Filler::Mean),
        fill(Filler::Median),
        fill(Filler::Column(text("b"))),
        tidy(None),
        tidy(Some(Letters::Lower)),
        tidy(Some(Letters::Upper)),
        tidy(Some(Letters::Title)),
        Op::Split { column: text("a"), by: text(";"), into: list(&["a 1", "a 2"]) },
        Op::SplitRows { column: text("a"), by: text(";") },
        Op::Unite { columns: list(&["a", "b"]), by: text(" "), name: text("ab") },
        Op::Extract { column: text("a"), pattern: text(r"\d+"), ignores_case: true, name: text("digits") },
        distinct(Keep::First),
        distinct(Keep::Last),
        distinct(Keep::MostComplete),
        distinct(Keep::Largest(text("b"))),
        Op::Unpivot { columns: list(&["a", "b"]), names: text("name"), values: text("value") },
        Op::Pivot {
            by: list(&["a"]),
            names: text("b"),
            values: text("c"),
            aggregate: Aggregate::Sum,
            into: list(&["x", "y"]),
        },
        Op::Complete { columns: list(&["a", "b"]) },
        outliers(OutlierRule::Fences),
        outliers(OutlierRule::RobustZ),
    ];
    let steps = (1..).map(StepId).zip(ops).map(|(id, op)| Step { id, op, enabled: true }).collect();
    let recipes = [(NodeId::Table(TableId(0)), Recipe { steps })].into();
    Workspace { title: text("Cleaning"), recipes, next_id: 100, ..Workspace::default() }
}

#[test]
fn version_1_pins_the_steps_that_clean() {
    let now = format::encode(&cleaning()).unwrap();
    let saved = pinned(1, "cleaning", &now);
    assert_eq!(saved, now, "the saved format has changed: see docs/decisions/0002-saved-format.md");
    assert_eq!(format::decode(&saved).unwrap(), cleaning());
}

#[test]
fn no_secret_header_can_be_saved() {
    // Headers have no place in any saved type; an address with a key in it is the user's own text.
    let saved = format::encode_history(&everything()).unwrap().to_lowercase();
    for word in ["authorization", "bearer", "headers\":"] {
        assert!(!saved.contains(word), "{word}");
    }
}
