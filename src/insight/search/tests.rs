//! Small tables with one planted cause each, and tables of noise.

mod delays;

use super::*;
use crate::base::ColumnType;
use crate::table::ColumnInfo;
use arrow::array::*;
use std::sync::Arc;

/// A small generator of our own (Knuth's MMIX constants), so that tables are the same everywhere.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
    fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n - 1)
    }
    /// Sum of twelve uniforms: mean 0, standard deviation 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

type Named = (ColumnInfo, ArrayRef);

fn real(name: &str, unit: Option<&str>, values: Vec<f64>) -> Named {
    let mut info = ColumnInfo::new(name, ColumnType::Number);
    info.unit = unit.map(str::to_owned);
    (info, Arc::new(Float64Array::from_iter(values.into_iter().map(|v| (!v.is_nan()).then_some(v)))))
}

fn whole(name: &str, values: Vec<i64>) -> Named {
    (ColumnInfo::new(name, ColumnType::Integer), Arc::new(Int64Array::from(values)))
}

fn text<S: AsRef<str>>(name: &str, values: Vec<S>) -> Named {
    let cells: StringArray = values.iter().map(|v| Some(v.as_ref())).collect();
    (ColumnInfo::new(name, ColumnType::Text), Arc::new(cells))
}

fn date(name: &str, days: Vec<i32>) -> Named {
    (ColumnInfo::new(name, ColumnType::Date), Arc::new(Date32Array::from(days)))
}

fn search_all(columns: Vec<Named>) -> Findings {
    find("run_metrics", &Table::from_columns(columns).unwrap(), &FindingsOptions::default())
}

fn sentences(found: &Findings) -> Vec<&str> {
    found.findings.iter().map(|f| f.sentence.as_str()).collect()
}

/// 1,032 samples on 11 plates; on P7 31 of 96 fail, elsewhere 25 of 936.
fn sequencing(dice: &mut Dice) -> Vec<Named> {
    let n = 1032;
    let plate: Vec<String> = (0..n).map(|i| if i < 96 { "P7".to_owned() } else { format!("Q{}", i % 10) }).collect();
    let qc: Vec<&str> =
        (0..n).map(|i| if i % 3 == 0 && i < 93 || (i >= 96 && (i - 96) % 38 == 7) { "fail" } else { "pass" }).collect();
    let sample: Vec<String> = (0..n).map(|i| format!("S{i:04}")).collect();
    vec![
        text("sample", sample),
        text("plate", plate),
        text("operator", (0..n).map(|_| ["Ada", "Ben", "Cleo"][dice.below(3)]).collect()),
        real("volume", Some("µL"), (0..n).map(|_| 20.0 + dice.normal()).collect()),
        text("qc", qc),
    ]
}

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

#[test]
fn sees_a_trend() {
    let mut dice = Dice(6);
    let n = 200;
    let temperature = (0..n).map(|i| 50.0 - 0.05 * f64::from(i) + dice.normal()).collect();
    let found = search_all(vec![
        date("day", (0..n).map(|i| 20_000 + i).collect()),
        real("temperature", Some("°C"), temperature),
        real("pressure", None, (0..n).map(|_| dice.normal()).collect()),
    ]);
    let first = found.findings.first().unwrap();
    assert_eq!(first.kind, FindingKind::Trend);
    assert!(
        first.sentence.starts_with("From 4 Oct 2024 to 21 Apr 2025, mean temperature falls from about 5"),
        "{}",
        first.sentence
    );
    let (low, high) = first.effect.interval.unwrap();
    let month = -0.05 * 30.4375;
    assert!(low < month && month < high, "{:?}", first.effect);
    assert_eq!(first.effect.measure, "slope a month");
    assert_eq!(first.window, Some(("2024-10-04".to_owned(), "2025-04-21".to_owned())));
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
}

#[test]
fn sees_a_shift_and_its_date() {
    let mut dice = Dice(7);
    let n = 150;
    let found = search_all(vec![
        date("day", (0..n).map(|i| 20_000 + i).collect()),
        real("mass", Some("g"), (0..n).map(|i| dice.normal() + if i >= 100 { 14.0 } else { 10.0 }).collect()),
    ]);
    let first = found.findings.first().unwrap();
    assert_eq!(first.kind, FindingKind::ChangePoint);
    assert!(first.sentence.starts_with("From 12 Jan 2025 on, mean mass is 1"), "{}", first.sentence);
    assert_eq!(first.window, Some(("2025-01-12".to_owned(), "2025-03-02".to_owned())));
    assert!((first.effect.value - 4.0).abs() < 0.5);
    assert_eq!(
        first.evidence_sql,
        "SELECT * FROM run_metrics WHERE \"day\" >= DATE '2025-01-12' AND \"day\" <= DATE '2025-03-02'"
    );
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
}

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

fn noise(seed: u64, n: usize) -> Vec<Named> {
    let mut dice = Dice(seed);
    let mut columns = vec![date("day", (0..n as i32).map(|i| 20_000 + i / 4).collect())];
    for c in 0..4 {
        columns.push(real(&format!("measure {c}"), None, (0..n).map(|_| dice.normal() * 3.0 + 10.0).collect()));
    }
    for (c, k) in [3usize, 8, 12].into_iter().enumerate() {
        columns.push(text(&format!("kind {c}"), (0..n).map(|_| format!("k{}", dice.below(k))).collect()));
    }
    columns.push(text("status", (0..n).map(|_| if dice.uniform() < 0.1 { "fail" } else { "ok" }).collect()));
    columns.push(whole("count", (0..n).map(|_| dice.below(1000) as i64).collect()));
    columns
}

#[test]
fn noise_is_quiet() {
    let mut reported = Vec::new();
    for seed in 100..120 {
        let found = search_all(noise(seed, 320));
        assert!(found.checks_run > 100, "{}", found.checks_run);
        reported.extend(found.findings.into_iter().map(|f| f.sentence));
    }
    assert!(reported.len() <= 2, "{reported:?}");
}

#[test]
fn wandering_series_are_not_called_trends_as_a_rule() {
    // Neighbours that resemble each other: an autoregressive series with r = 0.6.
    let mut reported = 0;
    for seed in 200..220 {
        let mut dice = Dice(seed);
        let mut level = 0.0;
        let values = (0..200)
            .map(|_| {
                level = 0.6 * level + dice.normal();
                level
            })
            .collect();
        let found = search_all(vec![date("day", (0..200).collect()), real("level", None, values)]);
        reported += found.findings.len();
    }
    assert!(reported <= 4, "{reported} of 20");
}

#[test]
fn the_same_table_gives_the_same_findings() {
    let once = search_all(sequencing(&mut Dice(21)));
    assert_eq!(once, search_all(sequencing(&mut Dice(21))));
}

#[test]
fn options_narrow_the_search() {
    let columns = sequencing(&mut Dice(22));
    let table = Table::from_columns(columns).unwrap();
    let all = find("t", &table, &FindingsOptions::default());
    let options =
        FindingsOptions { value: Some("qc".to_owned()), group: Some("plate".to_owned()), ..Default::default() };
    let some = find("t", &table, &options);
    assert!(some.checks_run < all.checks_run);
    assert_eq!(some.findings.len(), 1);
    let nothing = FindingsOptions { value: Some("volume".to_owned()), ..Default::default() };
    assert!(find("t", &table, &nothing).findings.is_empty());
}

#[test]
fn small_and_odd_tables_are_left_alone() {
    let few = search_all(vec![real("a", None, vec![1.0, 2.0, 900.0]), text("b", vec!["x", "y", "x"])]);
    assert_eq!((few.checks_run, few.findings.len()), (0, 0));
    let odd = search_all(vec![
        real("nothing", None, vec![f64::NAN; 20]),
        real("endless", None, vec![f64::INFINITY; 20]),
        real("huge", None, (0..20).map(|i| if i % 2 == 0 { f64::MAX } else { f64::MIN }).collect()),
        text("same", vec!["x"; 20]),
        text("\"q'", (0..20).map(|i| ["a'b", "c"][i % 2]).collect()),
    ]);
    assert_eq!(odd.findings.first().map(|f| f.sentence.as_str()), Some("Column nothing is empty in all 20 rows."));
}

#[test]
fn every_sentence_is_whole() {
    let mut dice = Dice(30);
    let mut columns = sequencing(&mut dice);
    columns.push(date("received", (0..1032).map(|i| 20_000 + i / 12).collect()));
    columns.push(real("drift", None, (0..1032).map(|i| f64::from(i) * 0.01 + dice.normal()).collect()));
    let found = search_all(columns);
    assert!(found.findings.len() >= 2, "{:?}", sentences(&found));
    for f in &found.findings {
        assert!(f.sentence.ends_with('.') && f.caveat.ends_with('.') && !f.method.is_empty(), "{f:?}");
        assert!(f.n > 0 && (0.0..=1.0).contains(&f.strength) && f.points.len() <= 1000, "{f:?}");
        assert!(f.evidence_sql.starts_with("SELECT "), "{f:?}");
        assert!(f.n_evidence > 0, "nobody counted the rows behind it: {f:?}");
    }
    assert!(found.findings.is_sorted_by(|a, b| a.strength >= b.strength));
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
fn a_long_table_is_sampled_and_says_so() {
    let n = 205_000;
    let mut dice = Dice(50);
    let kind: Vec<&str> = (0..n).map(|_| ["a", "b", "c"][dice.below(3)]).collect();
    let value = kind.iter().map(|k| dice.normal() + if *k == "b" { 3.0 } else { 0.0 }).collect();
    let found = search_all(vec![text("kind", kind), real("value", None, value)]);
    let first = found.findings.first().unwrap();
    assert!(first.sentence.starts_with("Where kind is b, mean value is "), "{}", first.sentence);
    assert!(first.method.ends_with(", on one row in 5"), "{}", first.method);
    assert_eq!((first.n, first.points.len()), (41_000, 1_000));
}

#[test]
fn every_type_of_column_is_taken() {
    let mut dice = Dice(60);
    let n = 400usize;
    let failed: BooleanArray =
        (0..n).map(|i| (i != 7).then(|| i % 8 == 3 && dice.uniform() < 0.6 || i % 90 == 2)).collect();
    let cents = (0..n).map(|_| Some((dice.uniform() * 1e11) as i128));
    let price = Decimal128Array::from_iter(cents).with_precision_and_scale(38, 9).unwrap();
    let machine: DictionaryArray<arrow::datatypes::Int32Type> =
        (0..n).map(|i| Some(["M1", "M2"][i / 13 % 2])).collect();
    let info = ColumnInfo::new;
    let found = search_all(vec![
        (info("failed", ColumnType::Boolean), Arc::new(failed)),
        whole("plate", (0..n as i64).map(|i| i % 8).collect()),
        (info("price", ColumnType::Decimal), Arc::new(price)),
        (info("machine", ColumnType::Text), Arc::new(machine)),
        (
            info("at", ColumnType::DateTime),
            Arc::new(TimestampMicrosecondArray::from_iter_values((0..n as i64).map(|i| i * 60_000_000))),
        ),
        (
            info("clock", ColumnType::Time),
            Arc::new(Time64MicrosecondArray::from_iter_values((0..n as i64).map(|i| i * 1_000_000))),
        ),
        (
            info("took", ColumnType::Duration),
            Arc::new(DurationMicrosecondArray::from_iter_values((0..n).map(|_| dice.below(1_000_000) as i64))),
        ),
    ]);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
    let first = &found.findings[0];
    assert!(first.sentence.starts_with("Where plate is 3, failed is true "), "{}", first.sentence);
    assert_eq!(first.evidence_sql, "SELECT * FROM run_metrics WHERE \"plate\" = 3");
    assert_eq!(first.n, 399);
}

/// Six loggers over 14 days; the fourth is warmer from day 20,006 on.
fn loggers(shift: f64) -> Vec<Named> {
    let mut dice = Dice(70);
    let n = 1_680;
    let device = |i: usize| i % 6;
    let day = |i: usize| 20_000 + (i / 120) as i32;
    let warm = |i: usize| if device(i) == 3 && day(i) >= 20_006 { shift } else { 0.0 };
    let celsius = (0..n).map(|i| 5.0 + 0.4 * dice.normal() + warm(i)).collect();
    vec![
        text("device", (0..n).map(|i| format!("CL-{:02}", 1 + device(i))).collect()),
        date("day", (0..n).map(day).collect()),
        real("celsius", Some("°C"), celsius),
        text("door", (0..n).map(|i| ["D1", "D2", "D3", "D3", "D4", "D4"][device(i)]).collect()),
        real("offset", Some("°C"), (0..n).map(|i| [0.2, -0.3, 0.0, 0.1, 0.4, -0.1][device(i)]).collect()),
        whole("clock_ahead", (0..n).map(|i| [0, 7, 0, 0, -4, 0][device(i)]).collect()),
    ]
}

#[test]
fn sees_the_one_group_that_shifts() {
    let found = search_all(loggers(3.0));
    let first = found.findings.first().unwrap();
    assert_eq!((first.kind, first.group.as_deref()), (FindingKind::ChangePoint, Some("CL-04")));
    assert_eq!(first.columns, ["celsius", "day", "device"]);
    assert!(
        first.sentence.starts_with("From 10 Oct 2024 on, mean celsius of device CL-04 is 7.9")
            && first.sentence.ends_with(" before; the other devices did not change."),
        "{}",
        first.sentence
    );
    assert_eq!(
        first.evidence_sql,
        "SELECT * FROM run_metrics WHERE \"device\" = 'CL-04' AND \"day\" >= DATE '2024-10-10' AND \"day\" <= DATE '2024-10-17'"
    );
    assert_eq!(first.points.len(), 160);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
    assert!(search_all(loggers(0.0)).findings.is_empty());
}

#[test]
fn facts_of_a_device_are_not_outcomes() {
    let found = search_all(loggers(3.0));
    assert_eq!(found.attributes, ["offset", "clock_ahead"]);
    // A shift of all devices is no shift of one.
    let mut columns = loggers(0.0);
    let mut dice = Dice(71);
    let all = (0..1_680).map(|i| 5.0 + 0.4 * dice.normal() + if i / 120 >= 6 { 3.0 } else { 0.0 }).collect();
    columns[2] = real("celsius", Some("°C"), all);
    let found = search_all(columns);
    assert!(found.findings.iter().all(|f| f.kind != FindingKind::ChangePoint || f.group.is_none()), "{found:?}");
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
