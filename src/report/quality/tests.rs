use super::*;
use crate::base::{Fingerprint, Notices, SourceId, TableId};
use crate::report::sample;
use crate::source::{ChangedCells, Format, Ledger, Origin, Reading, SetAside, TableSpec};

fn source(ledger: Ledger) -> SourceSpec {
    let table = TableSpec {
        id: TableId(1),
        name: "runs".into(),
        part: String::new(),
        n_rows: ledger.n_loaded,
        columns: vec![],
        ledger,
        reading: Reading {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            quote: None,
            header_rows: 1,
            skipped_lines: 0,
            record_path: None,
        },
        notices: Notices::default(),
        keys: Default::default(),
        drift: None,
    };
    SourceSpec {
        id: SourceId(1),
        name: "runs.csv".into(),
        origin: Origin::File,
        size_bytes: 1,
        fingerprint: Fingerprint::of(b"x"),
        read_at: String::new(),
        reader: Default::default(),
        tables: vec![table],
    }
}

fn judged(profile: &TableProfile) -> Judged<'_> {
    Judged { node_name: "runs", profile, absences: &[] }
}

fn texts(items: &[QualityItem]) -> Vec<&str> {
    items.iter().map(|i| i.text.as_str()).collect()
}

#[test]
fn all_is_well() {
    let fine = source(Ledger { n_rows_in_file: 9601, n_loaded: 9600, n_header: 1, ..Ledger::default() });
    let items = quality(&[&fine], &[], &judged(&TableProfile::default()));
    assert_eq!(texts(&items), ["All 9,600 rows were loaded"]);
    assert_eq!(items[0].state, State::Fine);
}

#[test]
fn what_the_user_decided_on_is_told_and_asks_for_nothing() {
    let ledger = Ledger {
        n_rows_in_file: 101,
        n_loaded: 97,
        n_set_aside: 3,
        n_header: 1,
        n_repaired: 2,
        n_dropped: 3,
        ..Ledger::default()
    };
    let items = quality(&[&source(ledger)], &[], &judged(&TableProfile::default()));
    assert_eq!(
        texts(&items),
        ["2 of 100 rows of runs.csv were repaired or kept by hand", "3 of 100 rows of runs.csv were left out by hand",]
    );
    assert!(items.iter().all(|i| i.state == State::Fine));
}

fn merge(kind: MergeKind, outcome: MergeOutcome) -> Merged {
    Merged { id: MergeId(7), kind, left: "runs".into(), right: "plates".into(), outcome }
}

#[test]
fn a_merge_is_judged_by_what_it_is_for() {
    let outcome = MergeOutcome {
        n_left: 10,
        n_right: 4,
        n_left_matched: 9,
        n_left_only: 1,
        n_right_matched: 3,
        n_right_only: 1,
        fan_out: 1,
        ..MergeOutcome::default()
    };
    let said = |kind| {
        let items = quality(&[], &[merge(kind, outcome.clone())], &judged(&TableProfile::default()));
        items.iter().map(|i| i.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        said(MergeKind::Left),
        ["1 of 10 rows of runs found no partner in plates", "1 of 4 rows of plates was not used"]
    );
    assert_eq!(
        said(MergeKind::Full),
        ["1 of 10 rows of runs found no partner in plates", "1 of 4 rows of plates found no partner in runs"]
    );
    assert_eq!(said(MergeKind::Semi), ["1 of 10 rows of runs found no partner in plates and is left out"]);
    assert_eq!(said(MergeKind::Anti), ["1 of 10 rows of runs is not in plates, and kept"]);
    assert_eq!(said(MergeKind::Union), ["10 rows of runs and 4 rows of plates stand below each other"]);
}

#[test]
fn only_rows_that_are_lost_are_a_reason_to_stop() {
    let few = MergeOutcome { n_left: 10, n_left_matched: 3, n_left_only: 7, ..MergeOutcome::default() };
    let worst = |kind| {
        let items = quality(&[], &[merge(kind, few.clone())], &judged(&TableProfile::default()));
        items.iter().map(|i| i.state).max()
    };
    assert_eq!(worst(MergeKind::Inner), Some(State::Stop));
    for kind in [MergeKind::Left, MergeKind::Full, MergeKind::Semi] {
        assert_eq!(worst(kind), Some(State::Attention), "{kind:?}");
    }
}

#[test]
fn every_loss_is_named() {
    let comma = |column: &str, cells| ChangedCells {
        column: column.into(),
        rule: "decimal comma read as a point".into(),
        cells,
        ..ChangedCells::default()
    };
    let row = |reason: &str| SetAside {
        line: 3,
        byte: 0,
        reason: reason.into(),
        text: String::new(),
        can_keep: false,
        can_repair: false,
    };
    let ledger = Ledger {
        n_rows_in_file: 9620,
        n_loaded: 9600,
        n_set_aside: 19,
        n_header: 1,
        set_aside: vec![row("too few cells (3 of 9)"), row("too few cells (4 of 9)")],
        changed: vec![comma("yield", 1204), comma("mass", 1)],
        ..Ledger::default()
    };
    let outcome = MergeOutcome {
        n_left: 9600,
        n_left_only: 188,
        n_left_matched: 9412,
        left_only_examples: vec!["P9".into(), "P11".into()],
        n_left_multiplied: 12,
        fan_out: 3,
        ..MergeOutcome::default()
    };
    let items = quality(&[&source(ledger)], &[merge(MergeKind::Left, outcome)], &judged(&sample::profile()));
    assert_eq!(
        texts(&items),
        [
            "19 of 9,619 rows of runs.csv were set aside: too few cells",
            "188 of 9,600 rows of runs found no partner in plates, such as P9 and P11",
            "12 rows of runs found more than one partner in plates (up to 3) and now appear several times",
            "yield is missing in 1 of 16 rows (6.2 %)",
            "1,205 cells of runs.csv: decimal comma read as a point (yield and mass)",
        ]
    );
    // Each leads to where its rows are.
    let explains: Vec<&Explain> = items.iter().map(|i| i.explain.as_ref().unwrap()).collect();
    let targets: Vec<Option<Target>> = explains.iter().map(|e| e.target).collect();
    let (aside, merge) = (Some(Target::SetAside(TableId(1))), Some(Target::Merge(MergeId(7))));
    assert_eq!(targets, [aside, merge, merge, None, aside]);
    assert_eq!(explains.iter().map(|e| e.n_rows).collect::<Vec<_>>(), [19, 188, 12, 1, 0]);
    assert_eq!(explains[3].rows_sql.as_deref(), Some("SELECT * FROM \"runs\" WHERE \"yield\" IS NULL"));
    assert!(explains[0].formula.starts_with("9,620 rows in the file = 9,600 loaded + 19 set aside + 1 "));
}

#[test]
fn rows_without_a_partner_are_told_once() {
    let outcome = MergeOutcome {
        n_left: 16,
        n_right: 4,
        n_left_matched: 12,
        n_left_only: 4,
        n_right_matched: 4,
        fan_out: 1,
        ..MergeOutcome::default()
    };
    let mut profile = sample::profile();
    // day, plate, qc, yield: what plates gives is empty in the four rows, and qc in two more.
    for (idx, n_missing) in [(1, 4), (2, 6), (3, 0)] {
        profile.columns[idx].n_missing = n_missing;
    }
    let absence = Absence {
        input: "plates".into(),
        columns: vec![1, 2],
        mask: (0..16).map(|row| row < 4).collect(),
        n_rows: 4,
        elsewhere_sql: "\"plate\" IS NOT NULL".into(),
    };
    let absences = [absence];
    let judged = Judged { node_name: "runs", profile: &profile, absences: &absences };
    let items = quality(&[], &[merge(MergeKind::Left, outcome)], &judged);
    assert_eq!(
        texts(&items),
        [
            "4 of 16 rows of runs found no partner in plates; plate and qc are empty there",
            "qc is missing in 2 of 12 rows with a partner in plates (17 %)",
        ]
    );
    let sql = items[1].explain.as_ref().unwrap().rows_sql.as_deref();
    assert_eq!(sql, Some("SELECT * FROM \"runs\" WHERE \"qc\" IS NULL AND \"plate\" IS NOT NULL"));
}

#[test]
fn what_one_month_alone_has_is_told_with_the_union() {
    let mut profile = sample::profile();
    profile.columns[2].n_missing = 6;
    let absence = Absence {
        input: "plates".into(),
        columns: vec![2],
        mask: (0..16).map(|row| row < 6).collect(),
        n_rows: 6,
        elsewhere_sql: "\"qc\" IS NOT NULL".into(),
    };
    let outcome = MergeOutcome { n_left: 6, n_right: 10, n_rows: 16, ..MergeOutcome::default() };
    let absences = [absence];
    let judged = Judged { node_name: "all", profile: &profile, absences: &absences };
    let items = quality(&[], &[merge(MergeKind::Union, outcome)], &judged);
    let said = texts(&items);
    assert!(
        said.contains(&"6 rows of runs and 10 rows of plates stand below each other; only plates has qc"),
        "{said:?}"
    );
    assert!(!said.iter().any(|s| s.starts_with("qc is missing")), "{said:?}");
}

#[test]
fn a_source_whose_rows_are_only_claimed_is_named() {
    let mut claimed = source(Ledger { n_rows_in_file: 3, n_loaded: 2, n_header: 1, ..Ledger::default() });
    let notices = &mut claimed.tables[0].notices;
    notices.add("unpacked", "Unpacked to 1 MB", 1);
    notices.add("rows_differ", "runs.csv came with a project file and its rows are others", 1);
    let items = quality(&[&claimed], &[], &judged(&TableProfile::default()));
    assert_eq!(items[0].state, State::Attention);
    assert_eq!(texts(&items), ["runs.csv came with a project file and its rows are others", "All 2 rows were loaded"]);
}

#[test]
fn rows_that_do_not_add_up_stop_everything() {
    let wrong = source(Ledger { n_rows_in_file: 12, n_loaded: 10, ..Ledger::default() });
    assert_eq!(quality(&[&wrong], &[], &judged(&TableProfile::default()))[0].state, State::Stop);
}
