mod months;

use super::super::oracle::{ints, text};
use super::*;
use crate::base::{ColumnType, TableId};
use crate::table::ColumnInfo;
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, TimestampMicrosecondArray};
use std::sync::Arc;

type Column = (ColumnInfo, ArrayRef);

fn words(name: &str, cells: impl Iterator<Item = String>) -> Column {
    text(name, &cells.map(Some).collect::<Vec<_>>())
}

fn whole(name: &str, cells: impl Iterator<Item = i64>) -> Column {
    ints(name, &cells.map(Some).collect::<Vec<_>>())
}

fn floats(name: &str, cells: impl Iterator<Item = f64>) -> Column {
    (
        ColumnInfo::new(name, ColumnType::Number),
        Arc::new(cells.collect::<Vec<_>>().into_iter().collect::<Float64Array>()),
    )
}

fn table(columns: Vec<Column>) -> Table {
    Table::from_columns(columns).unwrap()
}

fn suggest_for(inputs: &[(&str, &Table)]) -> Vec<MergeSuggestion> {
    let inputs: Vec<(NodeId, &str, &Table)> =
        inputs.iter().enumerate().map(|(i, (name, t))| (NodeId::Table(TableId(i as u64 + 1)), *name, *t)).collect();
    suggest(&inputs, &[])
}

fn keys(s: &MergeSuggestion) -> Vec<(&str, &str, KeyForm)> {
    s.keys.iter().map(|k| (k.left.as_str(), k.right.as_str(), k.form)).collect()
}

/// 960 runs on 96 plates of which the last two are not in `plates`.
fn runs() -> Table {
    table(vec![
        words("sample", (0..960).map(|i| format!("S{i:04}"))),
        words("plate", (0..960).map(|i| format!("P{:03}", i % 96))),
        floats("yield", (0..960).map(|i| f64::from(i) * 0.37)),
    ])
}

fn plates() -> Table {
    table(vec![
        words("plate", (0..94).map(|i| format!("P{i:03}"))),
        words("lot", (0..94).map(|i| format!("L-{}", 100 + i % 5))),
    ])
}

#[test]
fn finds_the_lookup_and_puts_it_right() {
    let (runs, plates) = (runs(), plates());
    for inputs in [[("runs", &runs), ("plates", &plates)], [("plates", &plates), ("runs", &runs)]] {
        let found = suggest_for(&inputs);
        assert_eq!(found.len(), 1, "{found:#?}");
        let best = &found[0];
        assert_eq!((best.left_name.as_str(), best.right_name.as_str()), ("runs", "plates"));
        assert_eq!(keys(best), [("plate", "plate", KeyForm::Exact)]);
        assert_eq!((best.n_matched, best.n_left_only, best.n_right_only, best.fan_out), (940, 20, 0, 1));
        assert_eq!(best.reason, "940 of 960 rows of runs have a plate in plates, where every plate is listed once");
        assert_eq!(best.left_only_examples, ["P094", "P095"]);
        assert!(best.confidence > 0.8, "{}", best.confidence);
    }
}

#[test]
fn names_do_not_matter_when_values_agree() {
    let runs = runs();
    let lookup = table(vec![
        words("Barcode", (0..96).map(|i| format!("p-{i}"))),
        words("operator", (0..96).map(|i| ["Ana", "Ben", "Cem"][i % 3].to_owned())),
    ]);
    let found = suggest_for(&[("runs", &runs), ("robot", &lookup)]);
    assert_eq!(keys(&found[0]), [("plate", "Barcode", KeyForm::Unpadded)]);
    assert_eq!(found[0].n_matched, 960);
    assert_eq!(
        found[0].reason,
        "All 960 rows of runs have a plate in robot (as Barcode), ignoring case, punctuation and leading zeros, where \
         every Barcode is listed once"
    );
}

#[test]
fn the_simplest_form_is_chosen() {
    let runs = runs();
    let folded = table(vec![
        words("plate", (0..96).map(|i| format!("p-{i:03} "))),
        words("lot", (0..96).map(|i| format!("L{i}"))),
    ]);
    let found = suggest_for(&[("runs", &runs), ("plates", &folded)]);
    assert_eq!(keys(&found[0]), [("plate", "plate", KeyForm::Folded)]);
}

#[test]
fn trailing_numbers_need_a_shared_word() {
    let reviews = table(vec![
        words("business_ref", (0..300).map(|i| format!("business_{}", i % 50 + 1))),
        floats("stars", (0..300).map(|i| f64::from(i % 9) * 0.5)),
    ]);
    let businesses = table(vec![
        whole("business_id", 1..51),
        words("city", (0..50).map(|i| format!("City {}", ["x", "y", "z"][i % 3]))),
    ]);
    let found = suggest_for(&[("reviews", &reviews), ("businesses", &businesses)]);
    assert_eq!(keys(&found[0]), [("business_ref", "business_id", KeyForm::TrailingNumber)]);
    assert_eq!(found[0].n_matched, 300);
    // Numbered the same way, but different things.
    let rooms = table(vec![
        words("room", (1..51).map(|i| format!("room {i}"))),
        floats("area", (0..50).map(|i| f64::from(i) * 1.1)),
    ]);
    assert_eq!(suggest_for(&[("reviews", &reviews), ("rooms", &rooms)]), []);
}

#[test]
fn small_counts_are_not_ids() {
    let groups = table(vec![whole("id", 1..11), words("group", (0..10).map(|i| format!("g{}", i * i)))]);
    let visits = table(vec![
        words("person", (0..200).map(|i| format!("person {}", i * 7))),
        whole("visits", (0..200).map(|i| i % 10 + 1)),
        whole("n", (0..200).map(|i| (i * 3) % 10 + 1)),
    ]);
    assert_eq!(suggest_for(&[("groups", &groups), ("visits_log", &visits)]), []);
}

#[test]
fn row_numbers_of_two_tables_are_not_a_key() {
    let a = table(vec![whole("id", 1..1001), floats("mass", (0..1000).map(|i| f64::from(i) * 0.3))]);
    let b = table(vec![whole("id", 1..801), words("city", (0..800).map(|i| format!("town {}", i % 40 * 17)))]);
    assert_eq!(suggest_for(&[("weights", &a), ("cities", &b)]), []);
}

#[test]
fn numbered_ids_with_a_shared_name_are_a_key() {
    let users = table(vec![whole("id", 1..501), words("city", (0..500).map(|i| format!("town {}", i % 7)))]);
    let orders = table(vec![
        whole("user_id", (0..2000).map(|i| i * 13 % 480 + 1)),
        whole("quantity", (0..2000).map(|i| i % 9 + 1)),
    ]);
    let found = suggest_for(&[("users", &users), ("orders", &orders)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].left_name.as_str(), keys(&found[0])), ("orders", vec![("user_id", "id", KeyForm::Exact)]));
    assert!(found[0].reason.contains("have a user_id in users (as id)"), "{}", found[0].reason);
}

#[test]
fn years_flags_and_measures_are_not_keys() {
    let sales = table(vec![
        whole("year", (0..40).map(|i| 2000 + i % 20)),
        floats("amount", (0..40).map(|i| f64::from(i) + 0.5)),
        words("paid", (0..40).map(|i| ["yes", "no"][i % 2].to_owned())),
        (
            ColumnInfo::new("active", ColumnType::Boolean),
            Arc::new((0..40).map(|i| Some(i % 2 == 0)).collect::<BooleanArray>()),
        ),
    ]);
    let rain = table(vec![
        whole("year", 2000..2020),
        floats("amount", (0..20).map(|i| f64::from(i) + 0.5)),
        words("paid", (0..20).map(|i| ["yes", "no"][i % 2].to_owned())),
    ]);
    let found = suggest_for(&[("sales", &sales), ("rain", &rain)]);
    assert!(found.iter().all(|s| s.is_union), "{found:#?}");
}

#[test]
fn two_columns_where_one_is_not_enough() {
    let well = |i: usize| format!("{}{:02}", ["A", "B", "C", "D"][i / 6 % 4], i % 6 + 1);
    let reads = table(vec![
        words("plate", (0..480).map(|i| format!("P{}", i / 24 % 10))),
        words("well", (0..480).map(well)),
        floats("signal", (0..480).map(|i| i as f64 * 0.1)),
    ]);
    let layout = table(vec![
        words("plate", (0..240).map(|i| format!("P{}", i / 24))),
        words("well", (0..240).map(well)),
        words("compound", (0..240).map(|i| format!("CPD-{}", i * 31 % 240))),
    ]);
    let found = suggest_for(&[("reads", &reads), ("layout", &layout)]);
    let join = found.iter().find(|s| !s.is_union).unwrap();
    assert_eq!(keys(join), [("plate", "plate", KeyForm::Exact), ("well", "well", KeyForm::Exact)]);
    assert_eq!((join.n_matched, join.fan_out), (480, 1));
    assert_eq!(join.left_name, "reads");
    assert!(join.reason.ends_with("where every plate and well is listed once"), "{}", join.reason);
}

#[test]
fn moments_find_their_day() {
    const DAY: i64 = 86_400_000_000;
    let readings = table(vec![
        (
            ColumnInfo::new("time", ColumnType::DateTime),
            Arc::new((0..960i64).map(|i| Some(20_000 * DAY + i * DAY / 24)).collect::<TimestampMicrosecondArray>()),
        ),
        floats("level", (0..960).map(|i| f64::from(i) * 0.2)),
    ]);
    let weather = table(vec![
        (
            ColumnInfo::new("date", ColumnType::Date),
            Arc::new((0..45).map(|i| Some(19_998 + i)).collect::<Date32Array>()),
        ),
        floats("rain", (0..45).map(|i| f64::from(i) * 0.7)),
    ]);
    let found = suggest_for(&[("readings", &readings), ("weather", &weather)]);
    assert_eq!(keys(&found[0]), [("time", "date", KeyForm::Day)]);
    assert_eq!(found[0].n_matched, 960);
    assert!(found[0].confidence < 0.85);
}

#[test]
fn months_go_below_each_other() {
    let month = |from: i32| {
        table(vec![
            words("sample", (0..200).map(|i| format!("S{}", from * 1000 + i))),
            (
                ColumnInfo::new("date", ColumnType::Date),
                Arc::new((0..200).map(|i| Some(20_000 + from * 30 + i / 8)).collect::<Date32Array>()),
            ),
            floats("yield", (0..200).map(|i| f64::from(i % 37) * 1.3)),
            words("qc", (0..200).map(|i| ["pass", "fail"][usize::from(i % 9 == 0)].to_owned())),
        ])
    };
    let (jan, feb) = (month(1), month(2));
    let found = suggest_for(&[("jan", &jan), ("feb", &feb)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].is_union);
    assert_eq!(found[0].keys.len(), 4);
    assert_eq!(found[0].reason, "jan and feb have the same 4 columns: 200 rows and 200 rows go below each other");
    assert_eq!(found[0].n_matched, 400);
}

#[test]
fn different_things_with_the_same_headings_are_not_one_table() {
    let users = table(vec![whole("id", 1..101), words("name", (0..100).map(|i| format!("person number {i} of us")))]);
    let plates = table(vec![whole("id", 90_000..90_030), words("name", (0..30).map(|i| format!("P{i:03}")))]);
    assert_eq!(suggest_for(&[("users", &users), ("plates", &plates)]), []);
}

#[test]
fn rejected_stay_away_and_ids_are_stable() {
    let (runs, plates) = (runs(), plates());
    let inputs = [(NodeId::Table(TableId(1)), "runs", &runs), (NodeId::Table(TableId(2)), "plates", &plates)];
    let (first, second) = (suggest(&inputs, &[]), suggest(&inputs, &[]));
    assert_eq!(first, second);
    assert_eq!(suggest(&inputs, &[first[0].id.clone()]), []);
}

#[test]
fn ten_large_tables_take_seconds() {
    let n = 20_000;
    let tables: Vec<Table> = (0..10)
        .map(|t| {
            table(vec![
                words("sample", (0..n).map(|i| format!("T{t}-{i:06}"))),
                words("plate", (0..n).map(|i| format!("P{:04}", i % 700))),
                whole("reads", (0..n as i64).map(|i| i * 7919 % 100_003)),
                floats("yield", (0..n).map(|i| i as f64 * 0.13)),
            ])
        })
        .collect();
    let names: Vec<String> = (0..10).map(|t| format!("t{t}")).collect();
    let inputs: Vec<(&str, &Table)> = names.iter().map(String::as_str).zip(&tables).collect();
    let start = std::time::Instant::now();
    let found = suggest_for(&inputs);
    let elapsed_s = start.elapsed().as_secs_f64();
    assert!(!found.is_empty() && found.len() <= MAX_COUNTED);
    assert!(elapsed_s < 60.0, "took {elapsed_s} s");
}

fn declared(left: u64, right: u64, columns: &[(&str, &str)]) -> DeclaredJoin {
    let columns = columns.iter().map(|(l, r)| ((*l).to_owned(), (*r).to_owned())).collect();
    DeclaredJoin { left: NodeId::Table(TableId(left)), right: NodeId::Table(TableId(right)), columns }
}

#[test]
fn what_is_declared_comes_first_and_is_counted() {
    let (runs, plates) = (runs(), plates());
    // A better match by its values, and not what the database says.
    let trap = table(vec![words("plate", (0..96).map(|i| format!("P{i:03}"))), whole("n", 0..96)]);
    let inputs = [("runs", &runs), ("plates", &plates), ("trap", &trap)];
    let inputs: Vec<(NodeId, &str, &Table)> =
        inputs.iter().enumerate().map(|(i, (name, t))| (NodeId::Table(TableId(i as u64)), *name, *t)).collect();
    let join = declared(0, 1, &[("plate", "plate")]);
    let found = at_once(suggest_in_slices(&inputs, std::slice::from_ref(&join), &[]));
    let best = &found[0];
    assert_eq!((best.left_name.as_str(), best.right_name.as_str(), best.n_matched), ("runs", "plates", 940));
    assert_eq!(
        best.reason,
        "Declared in the database: 940 of 960 rows of runs have a plate in plates, where every plate is listed once"
    );
    assert!(best.confidence > found[1].confidence, "{found:#?}");
    assert_eq!(found.iter().filter(|s| (s.left, s.right) == (best.left, best.right)).count(), 1, "said once");
    // Rejected, it does not come back as a guess of the same.
    let after = at_once(suggest_in_slices(&inputs, &[join], std::slice::from_ref(&best.id)));
    assert!(after.iter().all(|s| (s.left, s.right) != (best.left, best.right)), "{after:#?}");
}

#[test]
fn a_declaration_that_no_row_keeps_to_is_no_proposal() {
    let a = table(vec![whole("id", 1..9), words("name", (0..8).map(|i| format!("n {i}")))]);
    let b = table(vec![whole("owner", 100..108), words("what", (0..8).map(|i| format!("w {}", i % 3)))]);
    let inputs: Vec<(NodeId, &str, &Table)> =
        vec![(NodeId::Table(TableId(0)), "a", &a), (NodeId::Table(TableId(1)), "b", &b)];
    let joins =
        [declared(1, 0, &[("owner", "id")]), declared(1, 0, &[("gone", "id")]), declared(1, 9, &[("owner", "id")])];
    assert_eq!(at_once(suggest_in_slices(&inputs, &joins, &[])), []);
}

/// Plates are numbered within their run, and samples within their plate.
#[test]
fn keys_of_three_columns_where_two_are_not_enough() {
    let n = |i: usize, of: usize| i64::try_from(i % of + 1).unwrap();
    let samples = table(vec![
        whole("run", (0..360).map(|i| n(i / 60, 6))),
        whole("plate", (0..360).map(|i| n(i / 12, 5))),
        whole("sample", (0..360).map(|i| n(i, 12))),
        words("patient", (0..360).map(|i| format!("N{}", i * 7919 % 100_000))),
    ]);
    let reads = table(vec![
        whole("Run", (0..720).map(|i| n(i / 120, 6))),
        whole("Plate", (0..720).map(|i| n(i / 24, 5))),
        whole("Sample", (0..720).map(|i| n(i / 2, 12))),
        floats("signal", (0..720).map(|i| i as f64 * 0.37)),
    ]);
    let plates = table(vec![
        whole("run", (0..30).map(|i| n(i / 5, 6))),
        whole("plate", (0..30).map(|i| n(i, 5))),
        words("lot", (0..30).map(|i| format!("L-{}", 100 + i % 4))),
    ]);
    let found = suggest_for(&[("samples", &samples), ("reads", &reads), ("plates", &plates)]);
    let by = |left: &str, right: &str| {
        let join = found.iter().find(|s| (s.left_name.as_str(), s.right_name.as_str()) == (left, right));
        let mut names: Vec<&str> =
            join.unwrap_or_else(|| panic!("{found:#?}")).keys.iter().map(|k| k.right.as_str()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(by("reads", "samples"), ["plate", "run", "sample"]);
    assert_eq!(by("samples", "plates"), ["plate", "run"]);
    let join = found.iter().find(|s| s.right_name == "samples").unwrap();
    assert_eq!((join.n_matched, join.fan_out, join.cardinality), (720, 1, Cardinality::ManyToOne));
}

/// Departure and destination are both airports, and not the same ones: two relations.
#[test]
fn two_columns_may_refer_to_the_same_one() {
    let code = |i: usize| {
        format!("{}{}{}", ["J", "L", "E", "S"][i % 4], ["F", "G", "W"][i / 4 % 3], ["K", "A", "R"][i / 12 % 3])
    };
    let flights = table(vec![
        words("origin", (0..300).map(|i| code(i % 3))),
        words("dest", (0..300).map(|i| code(5 + i % 29))),
        floats("delay", (0..300).map(|i| i as f64 * 0.7)),
    ]);
    let airports = table(vec![words("faa", (0..36).map(code)), whole("altitude", (0..36).map(|i| i * i))]);
    let found = suggest_for(&[("flights", &flights), ("airports", &airports)]);
    let mut asked: Vec<&str> = found.iter().map(|s| s.keys[0].left.as_str()).collect();
    asked.sort_unstable();
    assert_eq!(asked, ["dest", "origin"]);
    assert_eq!(found[0].double_counted, ["altitude"]);
}

/// The id and the address find the same customer: one relation, by the id.
#[test]
fn an_id_comes_before_an_address_that_says_the_same() {
    let address = |i: usize| format!("{} Main Street", 10 + i * 37);
    let customers = table(vec![
        whole("CustomerId", 1..60),
        words("Address", (0..59).map(address)),
        words("City", (0..59).map(|i| format!("Town {}", i % 20))),
    ]);
    let invoices = table(vec![
        whole("InvoiceId", 1..413),
        whole("CustomerId", (0..412).map(|i| i % 59 + 1)),
        words("BillingAddress", (0..412).map(|i| address(i % 59))),
        floats("Total", (0..412).map(|i| i as f64 * 0.99)),
    ]);
    let found = suggest_for(&[("invoices", &invoices), ("customers", &customers)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(keys(&found[0]), [("CustomerId", "CustomerId", KeyForm::Exact)]);
    assert_eq!(found[0].runner_up.as_deref(), Some("BillingAddress = Address"));
}

/// Each column is hashed a few times, not once for every column of every other table.
#[test]
fn the_work_grows_with_the_cells_and_not_with_their_pairs() {
    const NAMES: [&str; 10] =
        ["user", "plate", "order", "invoice", "shop", "course", "artist", "sensor", "ticket", "vendor"];
    let n = 4_000;
    let made: Vec<Table> = (0..NAMES.len())
        .map(|t| {
            let own = |column: &str| format!("{}_{column}", NAMES[t]);
            let next = NAMES[(t + 1) % NAMES.len()];
            table(vec![
                whole(&own("id"), 1..n + 1),
                whole(&format!("{next}_id"), (0..n).map(|i| (i * 7919) % n + 1)),
                words(&own("code"), (0..n).map(|i| format!("C{t}-{:05}", (i * 31) % 10_007))),
                words(&own("group"), (0..n).map(|i| format!("group {}", i % 50))),
                whole(&own("quantity"), (0..n).map(|i| i % 100)),
                floats(&own("amount"), (0..n).map(|i| i as f64 * 0.37)),
            ])
        })
        .collect();
    let inputs: Vec<(&str, &Table)> = NAMES.iter().copied().zip(&made).collect();
    super::super::work::take();
    let found = suggest_for(&inputs);
    let hashed = super::super::work::take();
    let n_joins = found.iter().filter(|s| s.keys.iter().all(|k| k.left == k.right)).count();
    assert_eq!(n_joins, NAMES.len(), "{found:#?}");
    // Ten tables of 100,000 rows come to 25 times as many.
    let n_cells = 10 * 6 * 4_000;
    assert!(hashed < 6 * n_cells, "{hashed} cells hashed of {n_cells}");
}
