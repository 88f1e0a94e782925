//! One recipe, month after month: files that are never quite the same take each other's place, and what is made of them is
//! what would be made of a file without drift.

use super::desk::Desk;
use tributary::base::*;
use tributary::merge::*;
use tributary::protocol::{Query, View};
use tributary::recipe::{Op, Test};
use tributary::report::FrozenContent;
use tributary::source::drift::{compare, likely_fixes};
use tributary::source::{ColumnDrift, Drift, ReaderSpec, SourceSpec, read};
use tributary::table::{RowWindow, Table};
use tributary::workspace::Command;

/// The metrics of a month: 40 samples from `first` on.
fn month(head: &str, first: usize, row: impl Fn(usize, f64, f64, &str) -> String) -> String {
    let rows = (first..first + 40).map(|i| {
        let (coverage, conc) = (28.0 + (i * 7 % 11) as f64 / 2.0, 1.0 + (i % 8) as f64 / 8.0);
        row(i, coverage, conc, if i % 5 == 0 { "fail" } else { "pass" })
    });
    format!("{head}\n{}", rows.collect::<String>())
}

fn may_like(first: usize) -> String {
    month("sample,plate,coverage,conc (mg/L),qc", first, |i, coverage, conc, qc| {
        format!("S{i:03},P{},{coverage:.1},{conc:.3},{qc}\n", i % 4)
    })
}

/// The same, by another name, in another unit and with a column more.
fn june_like(first: usize) -> String {
    month("sample,lane,plate,Mean coverage,conc (µg/L),qc", first, |i, coverage, conc, qc| {
        format!("S{i:03},1,P{},{coverage:.1},{:.0},{qc}\n", i % 4, conc * 1000.0)
    })
}

const PLATES: &[u8] = b"plate,lot\nP0,L1\nP1,L1\nP2,L2\nP3,L3\n";

/// What the page does when a source is read in the place of what it was.
struct Months {
    desk: Desk,
    source: SourceId,
    /// The version that is compared with, and the bytes and rows of now.
    before: Table,
    now: (String, String, Table),
}

impl Months {
    /// May, with steps, joined with its plates and reported.
    fn new() -> Months {
        let mut desk = Desk::new();
        let may = may_like(0);
        let table = desk.add("metrics_2024-05.csv", may.as_bytes(), &ReaderSpec::default()).unwrap()[0];
        desk.add("plates.csv", PLATES, &ReaderSpec::default()).unwrap();
        let (samples, plates) = (NodeId::Table(table), desk.node("plates"));
        let steps = [
            Op::Filter { column: "coverage".into(), test: Test::AtLeast("30".into()) },
            Op::Compute { name: "total".into(), formula: "conc * 2".into() },
        ];
        for op in steps {
            desk.dispatch(Command::AddStep { node: samples, op, at: None }).unwrap();
        }
        let keys = vec![KeyPair { left: "plate".into(), right: "plate".into(), form: KeyForm::Exact }];
        let merge = MergeSpec {
            id: MergeId(0),
            name: "both".into(),
            kind: MergeKind::Left,
            left: samples,
            right: plates,
            keys,
            keep: None,
            suffix: Some("plates".into()),
            crosswalk: Vec::new(),
        };
        desk.dispatch(Command::AddMerge { merge: Box::new(merge) }).unwrap();
        let source = desk.history.present().sources[0].id;
        let rows = read("m.csv", may.as_bytes(), &ReaderSpec::default(), &mut |_| {}).unwrap().parts.remove(0).table;
        Months { desk, source, before: rows.clone(), now: ("metrics_2024-05.csv".into(), may, rows) }
    }

    fn spec(&self) -> SourceSpec {
        self.desk.history.present().source(self.source).unwrap().clone()
    }

    fn drift(&self) -> Drift {
        self.spec().tables[0].drift.clone().unwrap()
    }

    /// Another file in its place, with the options that there are.
    fn replace(&mut self, name: &str, text: &str) {
        self.before = self.now.2.clone();
        self.now = (name.to_owned(), text.to_owned(), self.before.clone());
        self.read(self.spec().reader);
    }

    fn read(&mut self, reader: ReaderSpec) {
        let (name, text, _) = self.now.clone();
        let part = read(&name, text.as_bytes(), &reader, &mut |_| {}).unwrap().parts.remove(0);
        let old = self.spec();
        let mut new = SourceSpec { reader, fingerprint: Fingerprint::of(text.as_bytes()), ..old.clone() };
        let table = &mut new.tables[0];
        table.n_rows = part.table.n_rows();
        table.columns = part.table.columns().to_vec();
        table.ledger = part.ledger;
        table.notices = part.notices;
        table.drift = Some(compare("before", "", &self.before, &part.table, &part.keys));
        let id = table.id;
        self.now.2 = part.table;
        self.desk.dispatch(Command::ReplaceSource { source: Box::new(new) }).unwrap();
        self.desk.attach(id, &self.now.2);
    }

    /// One click.
    fn click(&mut self) {
        let fix = likely_fixes(&self.drift().columns).remove(0);
        let reader = fix.apply(self.spec().reader);
        self.read(reader);
    }

    fn both(&mut self) -> RowWindow {
        let node = self.desk.node("both");
        self.desk.rows(node).unwrap()
    }
}

fn cells(window: &RowWindow, name: &str) -> Vec<Option<String>> {
    let idx = window.columns.iter().position(|c| c.name == name).unwrap_or_else(|| panic!("no {name}"));
    window.cells[idx].clone()
}

#[test]
fn next_month_takes_three_clicks_and_the_month_after_none() {
    let mut months = Months::new();
    let first = months.both();
    // Click one: the file takes the place of the one before.
    months.replace("metrics_2024-06.csv", &june_like(35));
    let waiting = months.drift().waiting;
    assert_eq!(waiting.iter().map(|w| w.column.as_str()).collect::<Vec<_>>(), ["coverage"]);
    // What can be carried out is: all rows, as the filter waits, with the column that is computed.
    let partly = months.both();
    assert_eq!((partly.n_total, cells(&partly, "total").len()), (40, 40));
    let node = NodeId::Table(months.spec().tables[0].id);
    let Ok(View::Steps(steps)) = months.desk.ask(Query::Steps { node }) else { panic!("no steps") };
    assert_eq!(steps[0].remark.as_deref(), Some("Waits for coverage, which metrics_2024-05.csv does not have"));
    assert_eq!(steps[1].remark, None);
    let said = months.desk.report();
    let quality = said.blocks.iter().find_map(|b| match &b.content {
        FrozenContent::Quality(items) => Some(items),
        _ => None,
    });
    assert!(quality.unwrap().iter().any(|i| i.text.contains("not carried out")), "{quality:?}");

    // Clicks two and three: the column, and then its unit.
    months.click();
    months.click();
    assert!(likely_fixes(&months.drift().columns).is_empty(), "{:?}", months.drift());
    assert!(months.drift().waiting.is_empty());
    let rows = months.drift().rows.unwrap();
    assert_eq!((rows.n_added, rows.n_removed, rows.n_cells_changed), (35, 35, 0));

    // As if June had come like May.
    let mut oracle = Months::new();
    oracle.replace("metrics_2024-06.csv", &may_like(35));
    let (found, expected) = (months.both(), oracle.both());
    assert!(found.n_total > 10 && found.n_total < 40);
    for column in ["sample", "plate", "coverage", "conc", "qc", "total", "lot"] {
        assert_eq!(cells(&found, column), cells(&expected, column), "{column}");
    }

    // July comes like June, August like May again: nothing to do.
    for (name, text) in [("metrics_2024-07.csv", june_like(70)), ("metrics_2024-08.csv", may_like(100))] {
        months.replace(name, &text);
        let drift = months.drift();
        assert!(drift.waiting.is_empty() && likely_fixes(&drift.columns).is_empty(), "{name}: {drift:?}");
        let mut oracle = Months::new();
        oracle.replace(name, &may_like(if name.contains("07") { 70 } else { 100 }));
        assert_eq!(cells(&months.both(), "total"), cells(&oracle.both(), "total"), "{name}");
    }
    // And all the way back.
    while months.desk.history.past().len() > 5 {
        months.desk.history.undo().unwrap();
    }
    assert_eq!(months.desk.history.present().sources[0].tables[0].drift, None);
    assert_eq!(first.n_total, 25);
}

#[test]
fn a_join_without_its_key_fails_in_place_and_nothing_else_does() {
    let mut months = Months::new();
    months.replace("short.csv", &may_like(0).replace(",plate,", ",where,"));
    let missing = |c: &ColumnDrift| matches!(c, ColumnDrift::Missing { column, .. } if column == "plate");
    assert!(months.drift().columns.iter().any(missing));
    let Ok(View::Nodes(nodes)) = months.desk.ask(Query::Nodes) else { panic!("no nodes") };
    let failed: Vec<&str> = nodes.iter().filter(|n| n.problem.is_some()).map(|n| n.name.as_str()).collect();
    assert_eq!(failed, ["both"]);
}

#[test]
fn a_union_goes_on_where_one_side_lost_a_column() {
    let mut desk = Desk::new();
    desk.add("a.csv", b"id,x,y\n1,2,3\n", &ReaderSpec::default()).unwrap();
    desk.add("b.csv", b"id,y\n2,4\n", &ReaderSpec::default()).unwrap();
    let keys = ["id", "x", "y"].map(|n| KeyPair { left: n.into(), right: n.into(), form: KeyForm::Exact });
    let merge = super::desk::merge_spec("both", MergeKind::Union, (desk.node("a"), desk.node("b")), &keys);
    desk.dispatch(Command::AddMerge { merge: Box::new(merge) }).unwrap();
    let node = desk.node("both");
    let window = desk.rows(node).unwrap();
    assert_eq!(cells(&window, "y"), [Some("3".to_owned()), Some("4".to_owned())]);
    assert_eq!(cells(&window, "x"), [Some("2".to_owned()), None]);
}
