//! The steps that clean, on a small messy table.

use super::{Rows, column, recipe, rows_of, text};
use crate::base::{ColumnType, Problem};
use crate::engine::Budget;
use crate::recipe::*;
use crate::table::{ColumnInfo, Table};
use arrow::array::{ArrayRef, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::Int32Type;
use datafusion::catalog::MemTable;
use futures::executor::block_on;
use std::sync::Arc;

fn messy() -> Table {
    let city = [Some("NYC"), Some(" new  york"), None, Some("New York"), Some("NYC"), Some("Boston")];
    let codes = [Some("A-12-x"), Some("B-7"), Some(""), None, Some("A-12-x"), Some("a,b-c")];
    Table::from_columns(vec![
        column(
            "city",
            ColumnType::Text,
            Arc::new(city.into_iter().collect::<DictionaryArray<Int32Type>>()) as ArrayRef,
        ),
        column("Code No.", ColumnType::Text, Arc::new(StringArray::from(codes.to_vec()))),
        column(
            "n",
            ColumnType::Integer,
            Arc::new(Int64Array::from(vec![Some(1), None, None, Some(4), Some(1), Some(7)])),
        ),
        column(
            "mass",
            ColumnType::Number,
            Arc::new(Float64Array::from(vec![Some(1.0), Some(2.0), None, Some(3.0), Some(1.0), Some(400.0)])),
        ),
        column(
            "day",
            ColumnType::Date,
            Arc::new(Date32Array::from(vec![Some(0), None, Some(2), None, Some(0), Some(9)])),
        ),
    ])
    .unwrap()
}

/// The columns, the rows, and the SQL where there is any.
type Tried = (Vec<ColumnInfo>, Rows, Result<String, Problem>);

/// What the steps come to. The SQL is run, and has to give the same rows.
fn try_all(table: &Table, ops: Vec<Op>) -> Result<Tried, Problem> {
    let context = crate::engine::session(Budget::default());
    let memory = MemTable::try_new(table.schema().clone(), vec![table.batches().to_vec()]).unwrap();
    context.register_table("runs", Arc::new(memory)).unwrap();
    let state = context.state();
    let recipe = recipe(ops);
    let plan = block_on(context.table("runs")).unwrap().into_unoptimized_plan();
    let (plan, columns) = plan_recipe(plan, &recipe, table.columns(), &state)?;
    let frame = block_on(context.execute_logical_plan(plan)).unwrap();
    let schema = frame.schema().as_arrow().clone();
    let rows = rows_of(&block_on(frame.collect()).unwrap());
    let made: Vec<(String, ColumnType)> =
        schema.fields().iter().map(|f| (f.name().clone(), ColumnInfo::of_field(f).column_type)).collect();
    let bound: Vec<(String, ColumnType)> = columns.iter().map(|c| (c.name.clone(), c.column_type)).collect();
    assert_eq!(made, bound);
    let sql = to_sql("runs", &recipe, table.columns(), &state);
    if let Ok(sql) = &sql {
        let from_sql = block_on(async { context.sql(sql).await?.collect().await });
        let mut from_sql = rows_of(&from_sql.unwrap_or_else(|e| panic!("{sql}\n{e}")));
        let mut from_plan = rows.clone();
        from_sql.sort();
        from_plan.sort();
        assert_eq!(from_sql, from_plan, "{sql}");
    }
    Ok((columns, rows, sql))
}

/// A column after the steps; `·` where a cell is missing.
fn cells(ops: Vec<Op>, name: &str) -> Vec<String> {
    let (columns, rows, _) = try_all(&messy(), ops).unwrap();
    let idx = columns.iter().position(|c| c.name == name).unwrap();
    rows.into_iter().map(|mut row| row.swap_remove(idx).unwrap_or("·".to_owned())).collect()
}

fn problem(op: Op) -> String {
    try_all(&messy(), vec![op]).map(|(columns, ..)| columns).unwrap_err().code
}

/// Why there is no SQL; empty where there is.
fn no_sql(op: Op) -> String {
    try_all(&messy(), vec![op]).unwrap().2.err().map(|p| p.code).unwrap_or_default()
}

fn swap(from: &str, to: Option<&str>) -> Swap {
    Swap { from: from.to_owned(), to: to.map(str::to_owned) }
}

#[test]
fn values_are_mapped_and_others_stay() {
    let map = |column: &str, swaps| Op::Map { column: column.to_owned(), swaps };
    let city = cells(vec![map("city", vec![swap("NYC", Some("New York")), swap("Boston", None)])], "city");
    assert_eq!(city, ["New York", " new  york", "·", "New York", "New York", "·"]);
    let n = cells(vec![map("n", vec![swap("1", Some("10")), swap("7", None)])], "n");
    assert_eq!(n, ["10", "·", "·", "4", "10", "·"]);
    let day = cells(vec![map("day", vec![swap("1970-01-01", Some("2026-11-12"))])], "day");
    assert_eq!(day[0], "2026-11-12");
    assert_eq!(problem(map("n", vec![swap("1", Some("1.5"))])), "unreadable_value");
    assert_eq!(problem(map("n", vec![swap("1", Some("2")), swap("1", None)])), "named_twice");
    assert_eq!(problem(map("n", vec![])), "nothing_to_do");
    assert_eq!(problem(map("City", vec![swap("a", None)])), "unknown_column");
    // As many as spelling variants may come to.
    let many: Vec<Swap> = (0..10_000).map(|i| swap(&format!("v{i}"), Some("x"))).chain([]).collect();
    assert_eq!(cells(vec![map("city", many)], "city")[0], "NYC");
}

#[test]
fn text_is_found_and_replaced() {
    let replace = |find: &str, with: &str, is_pattern, ignores_case| {
        let op = Op::Replace {
            column: "Code No.".to_owned(),
            find: find.to_owned(),
            with: with.to_owned(),
            is_pattern,
            ignores_case,
        };
        cells(vec![op], "Code No.")
    };
    assert_eq!(replace("-", "+", false, false)[..3], ["A+12+x", "B+7", ""]);
    assert_eq!(replace("a", "$1\\1.", false, true)[0], "$1\\1.-12-x");
    assert_eq!(replace("a", "$1\\1.", false, true)[5], "$1\\1.,b-c");
    assert_eq!(replace(r"([A-Z])-(\d+)", "$2 of $1 for $", true, false)[1], "7 of B for $");
    assert_eq!(replace(r"(\d+)", r"<\1>", true, false)[0], "A-<12>-x");
    assert_eq!(replace(".", "", false, false)[0], "A-12-x", "a dot is a dot");
    let refused = |find: &str, column: &str| {
        let (column, find) = (column.to_owned(), find.to_owned());
        problem(Op::Replace { column, find, with: String::new(), is_pattern: true, ignores_case: false })
    };
    assert_eq!(refused("(", "city"), "bad_pattern");
    assert_eq!(refused("", "city"), "nothing_to_do");
    assert_eq!(refused("1", "n"), "needs_text");
}

#[test]
fn missing_cells_are_filled() {
    let fill = |column: &str, with| cells(vec![Op::Fill { column: column.to_owned(), with }], column);
    assert_eq!(fill("city", Filler::Down)[..4], ["NYC", " new  york", " new  york", "New York"]);
    assert_eq!(fill("day", Filler::Down)[1..4], ["1970-01-01", "1970-01-03", "1970-01-03"]);
    assert_eq!(fill("n", Filler::Value("0".to_owned())), ["1", "0", "0", "4", "1", "7"]);
    assert_eq!(fill("n", Filler::Mean), ["1.0", "3.25", "3.25", "4.0", "1.0", "7.0"]);
    assert_eq!(fill("n", Filler::Median)[1], "2.5");
    assert_eq!(fill("mass", Filler::Median)[2], "2.0");
    assert_eq!(fill("city", Filler::Column("Code No.".to_owned()))[2], "");
    let refused = |column: &str, with| problem(Op::Fill { column: column.to_owned(), with });
    assert_eq!(refused("city", Filler::Mean), "needs_numbers");
    assert_eq!(refused("city", Filler::Column("n".to_owned())), "types_differ");
    assert_eq!(refused("n", Filler::Value("2.5".to_owned())), "unreadable_value");
    assert_eq!(no_sql(Op::Fill { column: "city".to_owned(), with: Filler::Down }), "no_sql");
    assert_eq!(no_sql(Op::Fill { column: "n".to_owned(), with: Filler::Mean }), "");
    // The first cells have nothing above them.
    let gaps = Int64Array::from(vec![None, None, Some(5), None, Some(6)]);
    let table = Table::from_columns(vec![column("n", ColumnType::Integer, Arc::new(gaps) as ArrayRef)]).unwrap();
    let down = Op::Fill { column: "n".to_owned(), with: Filler::Down };
    let (_, rows, _) = try_all(&table, vec![down]).unwrap();
    let filled: Vec<String> = rows.into_iter().map(|r| r[0].clone().unwrap_or("·".to_owned())).collect();
    assert_eq!(filled, ["·", "·", "5", "5", "6"]);
}

#[test]
fn text_is_tidied() {
    let table = Table::from_columns(vec![column(
        "t",
        ColumnType::Text,
        Arc::new(StringArray::from(vec![Some(" Zu\u{308}rich\u{a0} \tB "), Some("a\u{200b}b"), None, Some("\n")]))
            as ArrayRef,
    )])
    .unwrap();
    let tidy = |spaces, letters, composes| {
        let op = Op::Tidy { columns: text(&["t"]), spaces, letters, composes };
        let (_, rows, _) = try_all(&table, vec![op]).unwrap();
        rows.into_iter().map(|row| row[0].clone().unwrap_or("·".to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(tidy(true, None, true), ["Z\u{fc}rich B", "ab", "·", ""]);
    assert_eq!(tidy(false, None, true)[0], " Z\u{fc}rich\u{a0} \tB ");
    assert_eq!(tidy(true, Some(Letters::Upper), true)[0], "Z\u{dc}RICH B");
    assert_eq!(tidy(true, Some(Letters::Lower), true)[0], "z\u{fc}rich b");
    assert_eq!(tidy(true, Some(Letters::Title), true)[1], "Ab");
    let nothing = Op::Tidy { columns: text(&["city"]), spaces: false, letters: None, composes: false };
    assert_eq!(problem(nothing), "nothing_to_do");
    assert_eq!(problem(Op::Tidy { columns: text(&["n"]), spaces: true, letters: None, composes: false }), "needs_text");
}

#[test]
fn text_is_split_united_and_extracted() {
    let code = || "Code No.".to_owned();
    let split = |into: &[&str]| Op::Split { column: code(), by: "-".to_owned(), into: text(into) };
    let (columns, rows, _) = try_all(&messy(), vec![split(&["a", "b"])]).unwrap();
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["city", "Code No.", "a", "b", "n", "mass", "day"]);
    let pair = |row: usize| (rows[row][2].as_deref(), rows[row][3].as_deref());
    assert_eq!(pair(0), (Some("A"), Some("12-x")), "the last takes all that is left");
    assert_eq!(pair(1), (Some("B"), Some("7")));
    assert_eq!(pair(2), (None, None));
    assert_eq!(pair(3), (None, None));
    assert_eq!(cells(vec![split(&["a", "b", "c", "d"])], "d"), ["·"; 6]);
    assert_eq!(problem(split(&["n"])), "name_taken");
    assert_eq!(problem(split(&["a", "a"])), "name_taken");
    assert_eq!(problem(split(&[])), "nothing_to_do");

    let rows = Op::SplitRows { column: code(), by: "-".to_owned() };
    let parts = cells(vec![rows.clone()], "Code No.");
    assert_eq!(parts, ["A", "12", "x", "B", "7", "·", "·", "A", "12", "x", "a,b", "c"]);
    assert_eq!(no_sql(rows), "no_sql");

    let unite = Op::Unite { columns: text(&["city", "n"]), by: "/".to_owned(), name: "both".to_owned() };
    assert_eq!(cells(vec![unite], "both"), ["NYC/1", " new  york", "·", "New York/4", "NYC/1", "Boston/7"]);

    let extract = |pattern: &str, ignores_case| {
        let op = Op::Extract { column: code(), pattern: pattern.to_owned(), ignores_case, name: "x".to_owned() };
        cells(vec![op], "x")
    };
    assert_eq!(extract(r"\d+", false), ["12", "7", "·", "·", "12", "·"]);
    assert_eq!(extract(r"-(\w)", false)[5], "c");
    assert_eq!(extract("^a", true)[0], "A");
}

#[test]
fn of_rows_that_are_alike_one_stays() {
    let distinct = |by: &[&str], keep| Op::Distinct { by: text(by), keep };
    let mass = |op| cells(vec![op], "mass");
    assert_eq!(mass(distinct(&[], Keep::First)), ["1.0", "2.0", "·", "3.0", "400.0"]);
    assert_eq!(mass(distinct(&["n"], Keep::First)), ["1.0", "2.0", "3.0", "400.0"]);
    assert_eq!(mass(distinct(&["n"], Keep::Last)), ["·", "3.0", "1.0", "400.0"]);
    assert_eq!(mass(distinct(&["n"], Keep::MostComplete)), ["1.0", "2.0", "3.0", "400.0"]);
    assert_eq!(mass(distinct(&["n"], Keep::Largest("day".to_owned()))), ["1.0", "·", "3.0", "400.0"]);
    assert_eq!(no_sql(distinct(&[], Keep::First)), "");
    assert_eq!(no_sql(distinct(&["n"], Keep::First)), "no_sql");
    assert_eq!(no_sql(distinct(&["city"], Keep::MostComplete)), "");
}

#[test]
fn columns_become_rows_and_rows_columns() {
    let unpivot =
        |columns: &[&str]| Op::Unpivot { columns: text(columns), names: "what".to_owned(), values: "much".to_owned() };
    let ops = || vec![Op::Select { columns: text(&["city", "n", "mass"]) }, unpivot(&["n", "mass"])];
    assert_eq!(cells(ops(), "what")[..4], ["n", "mass", "n", "mass"]);
    assert_eq!(cells(ops(), "much")[..6], ["1.0", "1.0", "·", "2.0", "·", "·"]);
    assert_eq!(cells(vec![unpivot(&["n", "day"])], "much")[..2], ["1", "1970-01-01"]);
    assert_eq!(no_sql(unpivot(&["n", "mass"])), "");
    assert_eq!(problem(unpivot(&["n", "n"])), "named_twice");

    let pivot = |aggregate, into: &[&str]| Op::Pivot {
        by: text(&["n"]),
        names: "city".to_owned(),
        values: "mass".to_owned(),
        aggregate,
        into: text(into),
    };
    let (columns, rows, sql) = try_all(&messy(), vec![pivot(Aggregate::Sum, &["NYC", "Boston"])]).unwrap();
    assert_eq!(columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["n", "NYC", "Boston"]);
    let row = |i: usize| rows[i].iter().map(|c| c.as_deref().unwrap_or("·")).collect::<Vec<_>>();
    assert_eq!(
        [row(0), row(1), row(2), row(3)],
        [["1", "2.0", "·"], ["4", "·", "·"], ["7", "·", "400.0"], ["·", "·", "·"]]
    );
    assert!(sql.is_ok());
    assert_eq!(cells(vec![pivot(Aggregate::Count, &["NYC"])], "NYC"), ["2", "0", "0", "0"]);
    assert_eq!(problem(pivot(Aggregate::Sum, &["n"])), "name_taken");
    assert_eq!(problem(pivot(Aggregate::Sum, &[])), "nothing_to_do");
}

#[test]
fn combinations_that_are_missing_are_added_behind() {
    let table = Table::from_columns(vec![
        column(
            "shop",
            ColumnType::Text,
            Arc::new(StringArray::from(vec![Some("B"), Some("A"), None, Some("A")])) as ArrayRef,
        ),
        column("year", ColumnType::Integer, Arc::new(Int64Array::from(vec![Some(2), Some(1), Some(1), Some(1)]))),
        column("sold", ColumnType::Number, Arc::new(Float64Array::from(vec![5.0, 6.0, 7.0, 8.0]))),
    ])
    .unwrap();
    let op = Op::Complete { columns: text(&["shop", "year"]) };
    let (_, rows, sql) = try_all(&table, vec![op]).unwrap();
    let row = |i: usize| rows[i].iter().map(|c| c.as_deref().unwrap_or("·")).collect::<Vec<_>>().join(" ");
    let all: Vec<String> = (0..rows.len()).map(row).collect();
    assert_eq!(all, ["B 2 5.0", "A 1 6.0", "· 1 7.0", "A 1 8.0", "A 2 ·", "B 1 ·"]);
    assert!(sql.is_ok(), "{sql:?}");
    assert_eq!(problem(Op::Complete { columns: text(&["n"]) }), "nothing_to_do");
}

#[test]
fn outliers_are_marked_by_rules_of_the_literature() {
    let outliers = |rule| Op::Outliers { column: "mass".to_owned(), rule, name: "far".to_owned() };
    for rule in [OutlierRule::Fences, OutlierRule::RobustZ] {
        assert_eq!(cells(vec![outliers(rule)], "far"), ["false", "false", "·", "false", "false", "true"], "{rule:?}");
    }
    assert_eq!(
        problem(Op::Outliers { column: "city".into(), rule: OutlierRule::Fences, name: "x".into() }),
        "needs_numbers"
    );
    // Quartiles 2 and 4 of 1, 2, 3, 4, x: the upper fence is at 7.
    let fenced = |last: f64| {
        let values = Float64Array::from(vec![1.0, 2.0, 3.0, 4.0, last]);
        let table =
            Table::from_columns(vec![column("mass", ColumnType::Number, Arc::new(values) as ArrayRef)]).unwrap();
        let (_, rows, sql) = try_all(&table, vec![outliers(OutlierRule::Fences)]).unwrap();
        assert!(sql.is_ok(), "{sql:?}");
        rows[4][1].clone()
    };
    assert_eq!(fenced(7.0).as_deref(), Some("false"));
    assert_eq!(fenced(7.001).as_deref(), Some("true"));
    assert_eq!(fenced(f64::NAN), None, "what is no number is neither far nor near");
}
