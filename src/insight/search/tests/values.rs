//! Single columns and pairs: wild values, what goes together, what is missing, copied or makes up a sum.

use super::*;

#[test]
fn picks_out_a_wild_value() {
    let mut dice = Dice(8);
    let mut volume: Vec<f64> = (0..120).map(|_| 41.0 + dice.normal()).collect();
    volume[17] = 812.0;
    let found = search_all(vec![real("volume", Some("mL"), volume)]);
    let first = found.findings.first().unwrap();
    assert!(
        first.sentence.starts_with("One value of volume lies far from the rest: 812 mL, against a median of 4"),
        "{}",
        first.sentence
    );
    assert_eq!(first.points, [17]);
    assert_eq!(first.evidence_sql, "SELECT * FROM run_metrics WHERE \"volume\" >= 812");
}

#[test]
fn picks_out_a_well_among_many() {
    let mut dice = Dice(15);
    let n = 960;
    let well: Vec<String> = (0..n).map(|i| format!("W{:02}", i % 96)).collect();
    let coverage = (0..n).map(|i| dice.normal() * 3.0 + if i % 96 == 40 { 12.0 } else { 38.0 }).collect();
    let qc = (0..n).map(|i| if i % 96 == 17 && i > 200 || i % 190 == 5 { "fail" } else { "pass" }).collect();
    let found = search_all(vec![text("well", well), real("coverage", Some("x"), coverage), text("qc", qc)]);
    let told = sentences(&found);
    assert_eq!(
        told[0],
        "Where well is W17, qc is fail 127 times as often (8 of 10 against 6 of 950).".replace("127", "130")
    );
    assert!(
        told[1].starts_with("Where well is W40, mean coverage is 1") && told[1].contains("far from the usual 3"),
        "{told:?}"
    );
    assert_eq!(found.findings[1].evidence_sql, "SELECT * FROM run_metrics WHERE \"well\" = 'W40'");
    assert_eq!(found.findings[1].points.len(), 10);
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn skewed_values_are_not_wild() {
    let mut dice = Dice(9);
    let found = search_all(vec![real("cost", None, (0..400).map(|_| (dice.normal() * 1.2).exp()).collect())]);
    assert!(found.findings.is_empty(), "{:?}", sentences(&found));
}

#[test]
fn sees_what_goes_together_but_not_what_restates() {
    let mut dice = Dice(10);
    let celsius: Vec<f64> = (0..300).map(|_| 20.0 + 5.0 * dice.normal()).collect();
    let growth = celsius.iter().map(|c| c * 0.3 + 1.5 * dice.normal()).collect();
    let fahrenheit = celsius.iter().map(|c| c * 1.8 + 32.0).collect();
    let found = search_all(vec![
        real("celsius", Some("°C"), celsius),
        real("fahrenheit", Some("°F"), fahrenheit),
        real("growth", None, growth),
    ]);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
    let first = &found.findings[0];
    assert_eq!(first.columns, ["growth", "celsius"]);
    assert!(first.sentence.starts_with("Rows with higher celsius have higher growth (rank correlation 0."));
    assert!(first.effect.value > 0.5 && first.effect.value < 0.85);
}

#[test]
fn sees_categories_that_go_together() {
    let mut dice = Dice(11);
    let n = 400;
    let site: Vec<&str> = (0..n).map(|i| ["Basel", "Jena", "Lund"][i % 3]).collect();
    let grade = (0..n)
        .map(|i| if i % 3 == 1 && dice.uniform() < 0.7 { "low" } else { ["low", "middle", "high"][dice.below(3)] })
        .collect();
    let found = search_all(vec![text("site", site), text("grade", grade)]);
    let first = found.findings.first().unwrap();
    assert_eq!(first.kind, FindingKind::Association);
    assert!(first.sentence.starts_with("Where site is Jena, grade is low in "), "{}", first.sentence);
}

#[test]
fn sees_missing_cells_and_where() {
    let mut dice = Dice(12);
    let n = 300;
    let site: Vec<String> = (0..n).map(|i| format!("site {}", i % 5)).collect();
    let weight =
        (0..n).map(|i| if i % 5 == 2 && dice.uniform() < 0.8 { f64::NAN } else { 70.0 + dice.normal() }).collect();
    let found = search_all(vec![text("site", site), real("weight", Some("kg"), weight)]);
    let first = found.findings.first().unwrap();
    assert_eq!((first.kind, first.group.as_deref()), (FindingKind::Missingness, Some("site 2")));
    assert!(
        first.sentence.starts_with("Where site is site 2, weight is missing in ")
            && first.sentence.ends_with("and nowhere else (0 of 240)."),
        "{}",
        first.sentence
    );

    let sparse = (0..n).map(|i| if i % 3 == 0 { dice.normal() } else { f64::NAN }).collect();
    let found = search_all(vec![real("note", None, sparse)]);
    assert_eq!(sentences(&found), ["In 67 % of rows, note is missing (200 of 300)."]);
    assert_eq!(found.findings[0].evidence_sql, "SELECT * FROM run_metrics WHERE \"note\" IS NULL");
}

#[test]
fn sees_copies() {
    let mut dice = Dice(13);
    let mut id: Vec<String> = (0..100).map(|i| format!("K{i}")).collect();
    let mut value: Vec<f64> = (0..100).map(|_| dice.normal()).collect();
    id[60] = "K3".to_owned();
    let found = search_all(vec![text("sample_id", id.clone()), real("value", None, value.clone())]);
    assert_eq!(sentences(&found), ["One value of sample_id is there more than once: K3 (2 rows)."]);
    assert_eq!(found.findings[0].points, [3, 60]);
    value[60] = value[3];
    let found = search_all(vec![text("sample_id", id), real("value", None, value)]);
    assert_eq!(sentences(&found), ["1 row is an exact copy of an earlier row (1 % of 100)."]);
    assert_eq!(found.findings[0].points, [60]);
}

#[test]
fn sees_what_makes_up_a_sum() {
    let mut dice = Dice(14);
    let n = 200;
    let region: Vec<&str> = (0..n).map(|i| ["North", "South", "East", "West"][i % 4]).collect();
    // Means differ little against the spread within, but one region sells by the truckload at times.
    let revenue = (0..n).map(|i| if i % 4 == 0 { 900.0 } else { 100.0 } * (1.0 + dice.uniform())).collect();
    let options = FindingsOptions { kinds: vec![FindingKind::Concentration], ..FindingsOptions::default() };
    let table = Table::from_columns(vec![text("region", region), real("revenue", Some("€"), revenue)]).unwrap();
    let found = find("sales", &table, &options);
    let first = found.findings.first().unwrap();
    assert!(
        first.sentence.starts_with("Rows where region is North make up 7")
            && first.sentence.ends_with("being 25 % of the rows."),
        "{}",
        first.sentence
    );
}
