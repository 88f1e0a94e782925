//! What explains a status or a quantity: the narrow cause, told once.

use super::*;

#[test]
fn names_the_plate_that_fails() {
    let found = search_all(sequencing(&mut Dice(1)));
    let first = found.findings.first().unwrap();
    assert_eq!(first.sentence, "Where plate is P7, qc is fail 12 times as often (31 of 96 against 25 of 936).");
    assert_eq!(first.kind, FindingKind::GroupDifference);
    assert_eq!(first.columns, ["qc", "plate"]);
    assert_eq!(first.group.as_deref(), Some("P7"));
    assert_eq!(first.key, "group_difference|qc|plate");
    assert_eq!(first.evidence_sql, "SELECT * FROM run_metrics WHERE \"plate\" = 'P7'");
    assert_eq!((first.n, first.points.len()), (1032, 31));
    // The query opens the rows of the plate, failed or not.
    assert!(first.n_evidence < first.n && first.n_evidence > 31, "{}", first.n_evidence);
    assert!(first.p_adjusted.unwrap() < 1e-10);
    assert!((first.effect.value - 12.09).abs() < 0.01);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
    assert!(found.checks_run >= 15);
}

#[test]
fn a_lot_that_is_the_plate_is_told_in_the_caveat() {
    let mut columns = sequencing(&mut Dice(2));
    let lot = (0..1032)
        .map(|i| {
            if i < 96 || i == 300 {
                "L-113"
            } else if i < 600 {
                "L-110"
            } else {
                "L-111"
            }
        })
        .collect();
    columns.push(text("lot", lot));
    let found = search_all(columns);
    let about_qc: Vec<_> = found.findings.iter().filter(|f| f.columns.first().unwrap() == "qc").collect();
    assert_eq!(about_qc.len(), 1, "{:?}", sentences(&found));
    assert!(about_qc[0].caveat.contains("where lot is L-113"), "{}", about_qc[0].caveat);
}

#[test]
fn the_narrow_cause_wins_over_the_wide_one() {
    // Lot L1 holds P7 and four good plates.
    let mut columns = sequencing(&mut Dice(3));
    let lot = (0..1032).map(|i| if i < 96 || i % 10 < 2 { "L1" } else { ["L2", "L3"][i % 2] }).collect();
    columns.insert(1, text("lot", lot));
    let found = search_all(columns);
    assert_eq!(found.findings[0].columns, ["qc", "plate"]);
    assert!(!found.findings.iter().any(|f| f.columns == ["qc", "lot"]), "{:?}", sentences(&found));
}

#[test]
fn a_code_that_restates_the_plate_is_not_told_twice() {
    let mut columns = sequencing(&mut Dice(4));
    let code =
        (0..1032).map(|i| if i < 96 { "PLATE-7".to_owned() } else { format!("PLATE-{}", 10 + i % 10) }).collect();
    columns.push(text("plate_code", code));
    let found = search_all(columns);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
    assert_eq!(found.findings[0].caveat, "plate_code splits the rows as plate does, so either could be the cause.");
}

#[test]
fn names_the_group_with_another_mean() {
    let mut dice = Dice(5);
    let n = 240;
    let lot: Vec<String> = (0..n).map(|i| format!("L{}", i % 6)).collect();
    let yields = (0..n).map(|i| dice.normal() * 2.0 + if i % 6 == 3 { 31.0 } else { 43.0 }).collect();
    let found = search_all(vec![
        text("lot", lot),
        text("site", (0..n).map(|_| ["North", "South"][dice.below(2)]).collect()),
        real("yield", Some("ng/µL"), yields),
    ]);
    let first = found.findings.first().unwrap();
    assert!(first.sentence.starts_with("Where lot is L3, mean yield is 3"), "{}", first.sentence);
    assert!(first.sentence.contains(" ng/µL against 4") && first.sentence.contains("lower (95 % interval "));
    let (low, high) = first.effect.interval.unwrap();
    assert!(low < -12.0 && high > -12.8 && (first.effect.value + 12.0).abs() < 1.0, "{:?}", first.effect);
    assert_eq!(first.effect.unit.as_deref(), Some("ng/µL"));
    assert_eq!(first.points.len(), 40);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
}

/// Two years of a sequencing lab: 100 runs of 96 samples; lot L-113, used on runs 70 to 74, fails.
fn lab(seed: u64) -> Vec<Named> {
    let mut dice = Dice(seed);
    let n = 9_600;
    let run = |i: usize| i / 96;
    let lot_of =
        |i: usize| if (70..75).contains(&run(i)) { "L-113".to_owned() } else { format!("L-{}", 100 + run(i) / 9) };
    let mut coverage = Vec::new();
    let input: Vec<f64> = (0..n).map(|_| 20.0 + 4.0 * dice.normal()).collect();
    for (i, x) in input.iter().enumerate() {
        let loss = if lot_of(i) == "L-113" { 9.0 } else { 0.0 };
        coverage.push(38.0 + 0.4 * (x - 20.0) - loss + 3.0 * dice.normal());
    }
    let qc = coverage.iter().map(|c| if *c < 30.0 { "fail" } else { "pass" }).collect();
    let reads = coverage.iter().map(|c| (c * 1e6 + 4e6 * dice.normal()) as i64).collect();
    vec![
        text("sample_id", (0..n).map(|i| format!("S{i:05}")).collect()),
        whole("run", (0..n).map(|i| 1 + run(i) as i64).collect()),
        date("run_date", (0..n).map(|i| 20_000 + 7 * run(i) as i32).collect()),
        text(
            "well",
            (0..n).map(|i| format!("{}{}", ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'][i % 8], 1 + i % 96 / 8)).collect(),
        ),
        text("lot", (0..n).map(lot_of).collect()),
        text("robot", (0..n).map(|i| ["Hamilton", "Tecan"][run(i) % 2]).collect()),
        text("operator", (0..n).map(|_| ["Ada", "Ben", "Cleo"][dice.below(3)]).collect()),
        real("input", Some("ng"), input),
        real("coverage", Some("x"), coverage.clone()),
        whole("reads", reads),
        real("duplication", Some("%"), (0..n).map(|_| 12.0 + dice.normal()).collect()),
        text("qc", qc),
    ]
}

#[test]
fn the_lab_reads_what_went_wrong() {
    let found = search_all(lab(40));
    let told = sentences(&found);
    assert!(
        told[0].starts_with("Where lot is L-113, qc is fail ") && told[0].ends_with(" of 480 against 97 of 9,120)."),
        "{told:?}"
    );
    assert!(told[1].starts_with("Where lot is L-113, mean coverage is 2"), "{told:?}");
    assert_eq!(
        found.findings[0].caveat,
        "These are almost all the rows between 6 Feb 2026 and 6 Mar 2026, so time could be the cause as well."
    );
    let by_run: Vec<_> = found.findings.iter().filter(|f| f.columns.contains(&"run".to_owned())).collect();
    assert!(by_run.is_empty(), "{by_run:?}");
    let innocent = ["operator", "robot", "well", "duplication"];
    assert!(!found.findings.iter().any(|f| f.columns.iter().any(|c| innocent.contains(&c.as_str()))), "{told:?}");
    assert!(found.checks_run > 250, "{}", found.checks_run);
}

#[test]
fn days_are_no_causes_and_few_cases_rank_low() {
    let mut dice = Dice(72);
    let n = 2_600;
    let site: Vec<String> = (0..n).map(|i| format!("{:03}", i % 36)).collect();
    let received: Vec<String> = (0..n).map(|i| format!("{:02}/09/2026", 1 + i / 65 % 28)).collect();
    let serious = (0..n)
        .map(|i| {
            let share = if i % 36 == 17 { 0.4 } else { 0.08 };
            if (650..655).contains(&i) || dice.uniform() < share { "failed" } else { "fine" }
        })
        .collect();
    let found = search_all(vec![text("received", received), text("site", site), text("outcome", serious)]);
    assert_eq!(found.findings[0].columns, ["outcome", "site"], "{:?}", sentences(&found));
    assert!(found.findings.iter().skip(1).all(|f| f.strength < 0.3), "{:?}", sentences(&found));
}
