//! The whole journey in process: three messy files, read, put together, changed, reported, sent as
//! a link and read back, with the same numbers at the end.

use super::desk::Desk;
use rust_xlsxwriter::Workbook;
use tributary::base::NodeId;
use tributary::protocol::{Query, View};
use tributary::recipe::{Op, Test};
use tributary::report::{Block, FrozenContent, FrozenNumber, FrozenReport};
use tributary::share::{REPORT_CSS, from_fragment, from_html, to_fragment, to_html};
use tributary::source::ReaderSpec;
use tributary::workspace::{Command, format};

const N_SAMPLES: usize = 96;

/// Lines above the header, a decimal comma, a row cut off, one value missing, a footnote. Every
/// sample of plate 7 but one fails.
fn run_metrics() -> Vec<u8> {
    let mut text = String::from("Instrument;NovaSeq 42\nExported;02.03.2026\n\nSample;Plate;Run date;Q30 (%);Status\n");
    for i in 0..N_SAMPLES {
        let plate = i % 8 + 1;
        let bad = plate == 7 && i != 6;
        let q30 = if bad { 71.0 } else { 91.0 } + (i * 7 % 11) as f64 / 4.0;
        let q30 = if i == 40 { String::new() } else { format!("{q30:.2}").replace('.', ",") };
        let status = if bad { "fail" } else { "pass" };
        text.push_str(&format!("S{i:03};P{plate:02};{:02}.03.2026;{q30};{status}\n", i / 8 + 1));
        if i == 50 {
            text.push_str("S999;P0\n");
        }
    }
    text.push_str("* share of bases of quality 30 or better\n");
    // In Windows-1252, where the footnote's sign is one byte.
    text.replace('*', "§").chars().map(|c| c as u8).collect()
}

/// A workbook with plates written by hand: no leading zeros, and one plate that nobody ran.
fn plate_map() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Plate map").unwrap();
    let rows = [("plate", "reagent lot", "operator")].into_iter().map(|(a, b, c)| [a.to_owned(), b.into(), c.into()]);
    let plates = (1..=9).map(|p| {
        let lot = if p == 7 { 113 } else { 110 + p % 3 };
        [format!("p{p}"), format!("L-{lot}"), (if p % 2 == 0 { "Kim" } else { "Lee" }).to_owned()]
    });
    for (row, cells) in (0..).zip(rows.chain(plates)) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// An answer of a web service: lots with their suppliers, nested.
fn lots() -> Vec<u8> {
    let lots: Vec<String> = (110..=113)
        .map(|lot| {
            let maker = if lot == 113 { "Novus" } else { "Acme" };
            format!("{{\"lot\":\"L-{lot}\",\"maker\":{{\"name\":\"{maker}\"}},\"opened\":\"2026-02-{}\"}}", lot - 90)
        })
        .collect();
    format!("{{\"count\":4,\"items\":[{}]}}", lots.join(",")).into_bytes()
}

fn numbers(report: &FrozenReport) -> Vec<&FrozenNumber> {
    let all = report.blocks.iter().filter_map(|b| match &b.content {
        FrozenContent::Numbers(numbers) => Some(numbers),
        _ => None,
    });
    all.flatten().collect()
}

fn number(report: &FrozenReport, text: &str) -> Option<f64> {
    numbers(report).iter().find(|n| n.text == text).and_then(|n| n.value)
}

#[test]
fn three_messy_files_become_one_report_that_travels() {
    // Read. Every row is accounted for.
    let mut desk = Desk::new();
    let reader = ReaderSpec::default();
    desk.add("run_metrics.csv", &run_metrics(), &reader).unwrap();
    desk.add("plate_map.xlsx", &plate_map(), &reader).unwrap();
    desk.add("lots.json", &lots(), &reader).unwrap();
    let workspace = desk.history.present().clone();
    let ledger = &workspace.tables().next().unwrap().1.ledger;
    assert!(ledger.adds_up());
    assert_eq!((ledger.n_loaded, ledger.n_set_aside), (N_SAMPLES as u64, 1), "{ledger:?}");
    assert_eq!(ledger.set_aside[0].text, "S999;P0");

    // Suggest and accept: plates are matched though they are written in two ways, then lots.
    let found = desk.suggestions();
    let plates = found.iter().find(|s| s.left_name == "run_metrics" && s.right_name == "plate_map").unwrap();
    assert_eq!(
        (plates.n_matched, plates.n_left_only, plates.n_right_only, plates.fan_out),
        (96, 0, 1, 1),
        "{plates:?}"
    );
    let plates = plates.clone();
    let first = desk.accept(&plates, None);
    assert_eq!(desk.outcome(first).n_rows, 96);
    let found = desk.suggestions();
    let by_lot = found.iter().find(|s| s.left == NodeId::Merge(first)).expect("lots fit the merged table").clone();
    let second = desk.accept(&by_lot, None);
    let outcome = desk.outcome(second);
    assert_eq!((outcome.n_left_matched, outcome.n_left_only, outcome.n_rows), (96, 0, 96));
    let node = NodeId::Merge(second);

    // Recipe: a filter, with its count.
    let test = Test::IsPresent;
    desk.dispatch(Command::AddStep { node, op: Op::Filter { column: "Q30".into(), test }, at: None }).unwrap();
    let Ok(View::Steps(steps)) = desk.ask(Query::Steps { node }) else { panic!("no steps") };
    assert_eq!(steps[0].problem, None);
    assert_eq!((steps[0].n_rows_before, steps[0].n_rows_after), (96, 95));

    // Findings and draft name the planted cause.
    let draft = desk.report();
    assert!(draft.is_draft && draft.checks_run > 0);
    assert_eq!(draft.sources.len(), 3);
    let sentence = draft.blocks.iter().find_map(|b| match &b.content {
        FrozenContent::Verdict { sentence, .. } => Some(sentence.clone()),
        _ => None,
    });
    let sentence = sentence.unwrap();
    assert!(["P07", "L-113", "Novus"].iter().any(|cause| sentence.contains(cause)), "{sentence}");
    assert_eq!(number(&draft, "95"), Some(95.0), "{:?}", numbers(&draft));
    assert!(numbers(&draft).iter().all(|n| !n.explain.formula.is_empty() && !n.explain.steps.is_empty()));
    let failed = desk.sql("SELECT count(*) AS n FROM run_metrics WHERE \"Status\" = 'fail'").unwrap();
    assert_eq!(failed.cells[0][0].as_deref(), Some("11"));

    // Adopted, edited, saved, opened elsewhere: the same report.
    let blocks = draft.blocks.iter().map(|b| Block { id: b.id, spec: b.spec.clone() }).collect();
    desk.dispatch(Command::AdoptDraft { title: "Run 42".into(), blocks }).unwrap();
    let frozen = desk.report();
    assert!(!frozen.is_draft);
    assert_eq!(frozen.title, "Run 42");
    assert_eq!(numbers(&frozen), numbers(&draft));
    let saved = format::encode_history(&desk.history).unwrap();
    desk.history = format::decode_history(&saved).unwrap().with_revision(desk.history.revision() + 1);
    desk.tell();
    assert_eq!(desk.report(), frozen);

    // Sent as a link and as a file, read without the engine or the sources.
    let from_link = from_fragment(&to_fragment(&frozen).unwrap()).unwrap();
    assert_eq!(numbers(&from_link).len(), numbers(&frozen).len());
    for (read, sent) in numbers(&from_link).iter().zip(numbers(&frozen)) {
        assert_eq!((&read.label, &read.text, read.value), (&sent.label, &sent.text, sent.value));
    }
    assert_eq!(number(&from_link, "95"), Some(95.0));
    assert_eq!(from_html(to_html(&frozen, &|_, _| None, REPORT_CSS).as_bytes()).unwrap(), frozen);

    // Undone to the beginning and done again.
    let end = desk.history.present().clone();
    let mut n_undone = 0;
    while desk.history.undo().is_some() {
        n_undone += 1;
    }
    assert!(desk.history.present().sources.is_empty());
    for _ in 0..n_undone {
        desk.history.redo().unwrap();
    }
    assert_eq!(*desk.history.present(), end);
    desk.tell();
    assert_eq!(desk.report(), frozen);
}
