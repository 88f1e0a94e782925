//! What the search leaves alone, and what holds for all that it tells.

use super::*;

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
    assert!(first.sentence.starts_with("Where plate is 3, failed is yes "), "{}", first.sentence);
    assert_eq!(first.evidence_sql, "SELECT * FROM run_metrics WHERE \"plate\" = 3");
    assert_eq!(first.n, 399);
}
