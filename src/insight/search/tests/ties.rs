//! Groups that stand out as much as each other, gaps in nearly the same rows, and correlations that are
//! no more than chance.

use super::*;

/// Five sites of 48 rows; `bad` says how often it goes wrong in each.
fn sites(bad: [usize; 5]) -> Vec<Named> {
    let n = 240;
    let site = (0..n).map(|i| ["Basel", "Graz", "Jena", "Linz", "Lund"][i % 5]).collect();
    let qc = (0..n).map(|i| if i / 5 < bad[i % 5] { "fail" } else { "pass" }).collect();
    vec![text("site", site), text("qc", qc)]
}

#[test]
fn equals_are_told_together() {
    let found = search_all(sites([2, 24, 1, 23, 2]));
    let first = found.findings.first().unwrap();
    assert_eq!(first.sentence, "Where site is Graz or Linz, qc is fail 14 times as often (47 of 96 against 5 of 144).");
    assert_eq!((first.group.as_deref(), first.also.as_slice()), (Some("Graz"), ["Linz".to_owned()].as_slice()));
    assert_eq!(first.evidence_sql, "SELECT * FROM run_metrics WHERE \"site\" IN ('Graz', 'Linz')");
    assert_eq!((first.n_evidence, first.points.len()), (96, 47));
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
    // One that is clearly the worst is told alone.
    let found = search_all(sites([2, 40, 1, 14, 2]));
    assert!(found.findings[0].sentence.starts_with("Where site is Graz, "), "{:?}", sentences(&found));
    assert!(found.findings[0].also.is_empty());
}

#[test]
fn equals_of_a_quantity_are_told_together() {
    let mut dice = Dice(81);
    let n = 300;
    let machine: Vec<String> = (0..n).map(|i| format!("M{}", i % 6)).collect();
    let seconds = (0..n).map(|i| dice.normal() + if matches!(i % 6, 1 | 4) { 34.0 } else { 30.0 }).collect();
    let found = search_all(vec![text("machine", machine), real("seconds", Some("s"), seconds)]);
    let first = found.findings.first().unwrap();
    assert!(first.sentence.starts_with("Where machine is M1 or M4, mean seconds is 3"), "{}", first.sentence);
    assert!((first.effect.value - 4.0).abs() < 0.5, "{:?}", first.effect);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
}

#[test]
fn equally_missing_at_two_sites() {
    let n = 240;
    let site: Vec<&str> = (0..n).map(|i| ["Basel", "Graz", "Jena", "Linz", "Lund"][i % 5]).collect();
    let mut dice = Dice(82);
    let creatinine = (0..n)
        .map(|i| if matches!(i % 5, 1 | 3) && i / 5 % 2 == 0 { f64::NAN } else { 80.0 + dice.normal() })
        .collect();
    let found = search_all(vec![text("site", site), real("creatinine", None, creatinine)]);
    let told = sentences(&found);
    let by_site = told.iter().find(|t| t.starts_with("Where site is ")).unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!(
        *by_site,
        "Where site is Graz or Linz, creatinine is missing in 48 of 96 rows, and nowhere else (0 of 144)."
    );
}

#[test]
fn gaps_in_nearly_the_same_rows_are_one() {
    let mut dice = Dice(83);
    let n = 200;
    let mut value = |is_missing: bool| if is_missing { f64::NAN } else { 20.0 + 5.0 * dice.normal() };
    let gap = |i: usize| i % 3 == 1;
    let first = (0..n).map(|i| value(gap(i))).collect();
    // Missing in the same rows but for one, and one more.
    let second = (0..n).map(|i| value(gap(i) && i != 1 || i == 2)).collect();
    let third = (0..n).map(|i| value(gap(i))).collect();
    let id = text("id", (0..n).map(|i| format!("K{i}")).collect());
    let found =
        search_all(vec![id, real("sodium", None, first), real("urea", None, second), real("potassium", None, third)]);
    assert_eq!(
        sentences(&found),
        ["In 34 % of rows, sodium and potassium are missing together (67 of 200), and urea nearly always with them."]
    );
}

#[test]
fn weak_correlations_of_few_rows_are_chance() {
    let mut told = Vec::new();
    for seed in 300..330 {
        let mut dice = Dice(seed);
        let columns = (0..8).map(|c| real(&format!("m{c}"), None, (0..40).map(|_| dice.normal()).collect())).collect();
        told.extend(search_all(columns).findings.into_iter().map(|f| f.sentence));
    }
    assert!(told.len() <= 1, "{told:?}");
}

#[test]
fn two_series_that_drift_are_not_said_to_go_together() {
    // Independent random walks: counted row by row, nearly all of them would be sure to go together.
    let mut told = 0;
    for seed in 400..420 {
        let mut dice = Dice(seed);
        let walk = |dice: &mut Dice| {
            let mut level = 0.0;
            (0..150)
                .map(|_| {
                    level += dice.normal();
                    level
                })
                .collect::<Vec<f64>>()
        };
        let (a, b) = (walk(&mut dice), walk(&mut dice));
        let options = FindingsOptions { kinds: vec![FindingKind::Correlation], ..FindingsOptions::default() };
        let columns = vec![date("day", (0..150).collect()), real("a", None, a), real("b", None, b)];
        told += find("t", &Table::from_columns(columns).unwrap(), &options).findings.len();
    }
    assert!(told <= 5, "{told} of 20");
}
