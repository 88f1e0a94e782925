//! Tables that a merge made: rows without a partner are no gaps, and keys are no measures.

use super::*;
use crate::merge::{self, Columns, KeyForm, KeyPair, MergeKind};

/// 96 samples on 8 plates, in a table of their own.
fn samples(dice: &mut Dice) -> Table {
    let n = 96;
    Table::from_columns(vec![
        text("sample", (0..n).map(|i| format!("S{i:02}")).collect()),
        whole("plate_no", (0..n).map(|i| 1_000 * (1 + i % 8)).collect()),
        real("yield", Some("ng"), (0..n).map(|_| 40.0 + dice.normal()).collect()),
    ])
    .unwrap()
}

/// What is known of `plates`, with a key under a name that says nothing.
fn plate_map(plates: &[i64]) -> Table {
    let of = |kind: &str| plates.iter().map(|p| format!("{kind}{}", p / 1_000 % 3)).collect::<Vec<String>>();
    let mut dice = Dice(91);
    Table::from_columns(vec![
        whole("Messstelle", plates.to_vec()),
        text("lot", of("L")),
        text("operator", of("Op ")),
        real("volume", Some("µL"), plates.iter().map(|_| 20.0 + dice.normal()).collect()),
    ])
    .unwrap()
}

fn joined(kind: MergeKind, plates: &[i64]) -> Table {
    let (left, right) = (samples(&mut Dice(90)), plate_map(plates));
    let keys = [KeyPair { left: "plate_no".into(), right: "Messstelle".into(), form: KeyForm::Exact }];
    merge::run(kind, &keys, ("runs", &left), ("plate_map", &right), Columns::default()).unwrap().0
}

fn told(table: &Table) -> Findings {
    find("runs_combined", table, &FindingsOptions::default())
}

#[test]
fn rows_without_a_partner_are_no_finding() {
    let found = told(&joined(MergeKind::Left, &[1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000]));
    assert!(found.checks_run > 0);
    assert!(found.findings.is_empty(), "{:?}", sentences(&found));
    let found = told(&joined(MergeKind::Full, &[1_000, 2_000, 3_000, 4_000, 5_000, 9_000, 11_000, 12_000, 13_000]));
    assert!(found.findings.is_empty(), "{:?}", sentences(&found));
}

#[test]
fn what_the_partner_itself_lacks_is_a_gap() {
    let mut table = joined(MergeKind::Left, &[1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000]);
    // Of the plates that are listed, two have no volume.
    let at = table.column_idx("volume").unwrap();
    let columns = table.columns().iter().cloned().enumerate().map(|(idx, info)| {
        let array = table.whole_column(idx).unwrap();
        if idx != at {
            return (info, array);
        }
        let cells = array.as_primitive::<arrow::datatypes::Float64Type>().iter().enumerate();
        let kept: Float64Array = cells.map(|(row, v)| v.filter(|_| !matches!(row % 8, 1 | 3))).collect();
        (info, Arc::new(kept) as ArrayRef)
    });
    table = Table::from_columns(columns.collect()).unwrap();
    let found = told(&table);
    let first = found.findings.iter().find(|f| f.columns == ["volume"]).unwrap();
    assert_eq!(first.sentence, "In 29 % of rows with a partner in plate_map, volume is missing (24 of 84).");
    assert_eq!(
        first.evidence_sql,
        "SELECT * FROM runs_combined WHERE \"volume\" IS NULL AND \"Messstelle\" IS NOT NULL"
    );
    assert_eq!((first.n, first.n_evidence), (84, 24));
}

#[test]
fn the_columns_that_one_month_lacks_are_no_finding() {
    let mut dice = Dice(92);
    let month = |dice: &mut Dice| {
        vec![
            text("site", (0..60).map(|i| format!("s{}", i % 4)).collect()),
            real("celsius", None, (0..60).map(|_| 5.0 + dice.normal()).collect()),
        ]
    };
    let jan = Table::from_columns(month(&mut dice)).unwrap();
    let mut columns = month(&mut dice);
    columns.push(real("humidity", Some("%"), (0..60).map(|_| 50.0 + dice.normal()).collect()));
    let feb = Table::from_columns(columns).unwrap();
    let (both, _) = merge::run(MergeKind::Union, &[], ("jan", &jan), ("feb", &feb), Columns::default()).unwrap();
    let found = told(&both);
    assert!(found.findings.iter().all(|f| f.kind != FindingKind::Missingness), "{:?}", sentences(&found));
}

#[test]
fn keys_of_a_merge_are_not_measured() {
    let table = joined(MergeKind::Left, &[1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]);
    let profile = crate::insight::profile(&table);
    let ids: Vec<&str> = profile.columns.iter().filter(|c| c.is_id).map(|c| c.name.as_str()).collect();
    assert_eq!(ids, ["sample", "plate_no", "Messstelle"]);
    let frame = at_once(Frame::new("t", &table, &FindingsOptions::default()));
    let measured: Vec<&str> = frame.columns.iter().filter(|c| c.roles.is_measure).map(|c| c.name.as_str()).collect();
    assert_eq!(measured, ["yield"]);
}
