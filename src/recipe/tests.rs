//! Steps run on small tables, as the engine runs them.

mod cleaning;

use super::*;
use crate::base::{ColumnType, Problem, Repair, StepId};
use crate::table::{CellReader, ColumnInfo, Table};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, DurationMicrosecondArray, Float64Array, Int64Array,
    StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::Int32Type;
use datafusion::catalog::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::executor::block_on;
use std::sync::Arc;

type Rows = Vec<Vec<Option<String>>>;

fn column(name: &str, column_type: ColumnType, array: ArrayRef) -> (ColumnInfo, ArrayRef) {
    (ColumnInfo::new(name, column_type), array)
}

/// Names with upper case, spaces, dots and quotes; text as plain and as a dictionary.
fn runs() -> Table {
    let plates = [Some("P2"), Some("P1"), Some("P2"), None, Some("P1"), Some("P3")];
    Table::from_columns(vec![
        column("Plate", ColumnType::Text, Arc::new(plates.into_iter().collect::<DictionaryArray<Int32Type>>())),
        column(
            "qc",
            ColumnType::Text,
            Arc::new(StringArray::from(vec![
                Some("pass"),
                Some("fail"),
                Some("PASS?"),
                Some("pass"),
                None,
                Some("pass"),
            ])),
        ),
        column(
            "reads",
            ColumnType::Integer,
            Arc::new(Int64Array::from(vec![Some(10), Some(7), Some(0), Some(3), None, Some(8)])),
        ),
        column(
            "mass (ng).1",
            ColumnType::Number,
            Arc::new(Float64Array::from(vec![Some(1.5), Some(2.0), Some(4.0), None, Some(0.5), Some(8.0)])),
        ),
        column(
            "day",
            ColumnType::Date,
            Arc::new(Date32Array::from(vec![Some(0), Some(1), Some(2), Some(3), None, Some(5)])),
        ),
        column(
            "time",
            ColumnType::DateTime,
            Arc::new(TimestampMicrosecondArray::from(vec![
                Some(0),
                Some(86_399_000_000),
                Some(86_400_000_000),
                None,
                Some(90_000_000_000),
                Some(172_800_000_000),
            ])),
        ),
        column(
            "ok",
            ColumnType::Boolean,
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), Some(true), None, Some(true), Some(false)])),
        ),
    ])
    .unwrap()
}

fn context(table: &Table) -> SessionContext {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let memory = MemTable::try_new(table.schema().clone(), vec![table.batches().to_vec()]).unwrap();
    context.register_table("runs", Arc::new(memory)).unwrap();
    context
}

fn recipe(ops: Vec<Op>) -> Recipe {
    let steps = ops.into_iter().enumerate().map(|(i, op)| Step { id: StepId(i as u64 + 1), op, enabled: true });
    Recipe { steps: steps.collect() }
}

fn rows_of(batches: &[arrow::array::RecordBatch]) -> Rows {
    let mut rows = Vec::new();
    for batch in batches {
        let readers: Vec<CellReader<'_>> = batch.columns().iter().map(|a| CellReader::new(a.as_ref())).collect();
        rows.extend((0..batch.num_rows()).map(|i| readers.iter().map(|r| r.get(i)).collect::<Vec<_>>()));
    }
    rows
}

/// Runs the steps and checks that what was bound is what came out.
fn try_run(ops: Vec<Op>) -> Result<(Vec<String>, Rows), Problem> {
    let table = runs();
    let context = context(&table);
    let state = context.state();
    let plan = block_on(context.table("runs")).unwrap().into_unoptimized_plan();
    let recipe = recipe(ops);
    let (plan, columns) = plan_recipe(plan, &recipe, table.columns(), &state)?;
    let frame = block_on(context.execute_logical_plan(plan)).unwrap();
    let schema = frame.schema().as_arrow().clone();
    let batches = block_on(frame.collect()).unwrap();
    let names: Vec<String> = schema.fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>());
    for (field, info) in schema.fields().iter().zip(&columns) {
        assert_eq!(ColumnInfo::of_field(field).column_type, info.column_type, "{}", info.name);
    }
    let bound = bind(&recipe, table.columns(), &state);
    assert_eq!(bound.last().map(|b| b.as_ref().ok().cloned()), Some(Some(columns)));

    // The SQL that is shown does the same.
    let sql = to_sql("runs", &recipe, table.columns(), &state)?;
    let from_sql = block_on(async { context.sql(&sql).await?.collect().await });
    let from_sql = from_sql.unwrap_or_else(|e| panic!("{sql}\n{e}"));
    let (mut from_sql, mut from_plan) = (rows_of(&from_sql), rows_of(&batches));
    if recipe.steps.iter().any(|s| matches!(s.op, Op::Sort { .. })) {
        // SQL leaves the order of ties open.
        from_sql.sort();
        from_plan.sort();
    }
    assert_eq!(from_sql, from_plan, "{sql}");
    Ok((names, rows_of(&batches)))
}

fn run(ops: Vec<Op>) -> Rows {
    try_run(ops).unwrap().1
}

fn problem(op: Op) -> Problem {
    try_run(vec![op]).unwrap_err()
}

fn text(values: &[&str]) -> Vec<String> {
    values.iter().map(|v| (*v).to_owned()).collect()
}

/// The reads of the rows that pass, to tell rows apart.
fn passing(column: &str, test: Test) -> Vec<String> {
    let keep = ["Plate", "qc", "mass (ng).1", "day", "time", "ok"];
    let rows = run(vec![Op::Filter { column: column.to_owned(), test }, Op::Remove { columns: text(&keep) }]);
    rows.into_iter().map(|r| r[0].clone().unwrap_or("none".to_owned())).collect()
}

#[test]
fn filters_read_values_as_the_columns_type() {
    assert_eq!(passing("qc", Test::OneOf(text(&["pass"]))), ["10", "3", "8"]);
    assert_eq!(passing("qc", Test::NoneOf(text(&["pass"]))), ["7", "0", "none"]);
    assert_eq!(passing("qc", Test::Contains("pAs".to_owned())), ["10", "0", "3", "8"]);
    assert_eq!(passing("Plate", Test::OneOf(text(&["P1", "P3"]))), ["7", "none", "8"]);
    assert_eq!(passing("Plate", Test::Contains("p2".to_owned())), ["10", "0"]);
    assert_eq!(passing("Plate", Test::IsMissing), ["3"]);
    assert_eq!(passing("reads", Test::AtLeast("7".to_owned())), ["10", "7", "8"]);
    assert_eq!(passing("reads", Test::AtMost("2.5".to_owned())), ["0"]);
    assert_eq!(passing("mass (ng).1", Test::Between("1.5".to_owned(), "4".to_owned())), ["10", "7", "0"]);
    assert_eq!(passing("day", Test::AtLeast("1970-01-03".to_owned())), ["0", "3", "8"]);
    assert_eq!(passing("ok", Test::OneOf(text(&["no"]))), ["7", "8"]);
    assert_eq!(passing("reads", Test::OneOf(vec![])), Vec::<String>::new());
    assert_eq!(passing("reads", Test::NoneOf(vec![])).len(), 6);
}

#[test]
fn a_date_in_a_column_of_moments_is_the_whole_day() {
    assert_eq!(passing("time", Test::OneOf(text(&["1970-01-01"]))), ["10", "7"]);
    assert_eq!(passing("time", Test::AtMost("1970-01-01".to_owned())), ["10", "7"]);
    assert_eq!(passing("time", Test::NoneOf(text(&["1970-01-01"]))), ["0", "3", "none", "8"]);
    assert_eq!(passing("time", Test::AtLeast("1970-01-02T01:00:00".to_owned())), ["none", "8"]);
}

#[test]
fn columns_are_renamed_removed_and_computed_in_place() {
    let (names, rows) = try_run(vec![
        Op::Rename { from: "mass (ng).1".to_owned(), to: "Mass".to_owned() },
        Op::Compute { name: "per read".to_owned(), formula: "Mass / reads".to_owned() },
        Op::Remove { columns: text(&["Plate", "qc", "day", "time", "ok"]) },
    ])
    .unwrap();
    assert_eq!(names, ["reads", "Mass", "per read"]);
    assert_eq!(rows[0][2].as_deref(), Some("0.15"));
    assert_eq!(rows[2][2], None, "dividing by zero");
    assert_eq!(rows[3][2], None);
}

/// The formula's values, with the type they have.
fn compute(formula: &str) -> Vec<String> {
    let others = ["Plate", "qc", "reads", "mass (ng).1", "day", "time", "ok"];
    let rows = run(vec![
        Op::Compute { name: "x".to_owned(), formula: formula.to_owned() },
        Op::Remove { columns: text(&others) },
    ]);
    rows.into_iter().map(|r| r[0].clone().unwrap_or("none".to_owned())).collect()
}

#[test]
fn formulas_mean_what_they_say() {
    assert_eq!(compute("reads / 4"), ["2.5", "1.75", "0.0", "0.75", "none", "2.0"]);
    assert_eq!(compute("reads * 2 + 1"), ["21", "15", "1", "7", "none", "17"]);
    assert_eq!(compute("\"mass (ng).1\" * 2"), ["3.0", "4.0", "8.0", "none", "1.0", "16.0"]);
    assert_eq!(compute("upper(qc)")[2], "PASS?");
    assert_eq!(compute("Plate || '-' || qc")[0], "P2-pass");
    assert_eq!(compute("CASE WHEN ok THEN 'yes' ELSE 'no' END")[1], "no");
    assert_eq!(compute("CAST(qc AS INT)"), ["none"; 6]);
    assert_eq!(compute("CAST(time AS DATE)")[5], "1970-01-03");
    assert_eq!(compute("round(\"mass (ng).1\")")[0], "2.0");
    assert_eq!(compute("10 % reads")[2], "none");
    assert_eq!(compute("coalesce(reads, -1)")[4], "-1");
}

#[test]
fn formulas_that_cannot_be_are_refused() {
    let refused = |formula: &str| problem(Op::Compute { name: "x".to_owned(), formula: formula.to_owned() });
    assert_eq!(refused("reads +").code, "bad_formula");
    assert_eq!(refused("").code, "bad_formula");
    assert_eq!(refused("sum(reads)").code, "formula_needs_group");
    assert_eq!(refused("random()").code, "formula_not_repeatable");
    assert_eq!(refused("now()").code, "formula_not_repeatable");
    assert_eq!(refused("(SELECT 1)").code, "bad_formula");
    assert_eq!(refused("nosuchfunction(reads)").code, "bad_formula");
    assert_eq!(refused("reads; DROP TABLE runs").code, "bad_formula");
    assert_eq!(refused(&"1+".repeat(3_000)).code, "formula_too_long");
    assert_eq!(refused("((reads").code, "bad_formula");
    let near = refused("Reads + 1");
    assert_eq!(near.code, "unknown_column");
    let want = Repair::UseColumn { step: StepId(1), from: "Reads".to_owned(), to: "reads".to_owned() };
    assert_eq!(near.hints[0].repair, Some(want));
    let taken = problem(Op::Compute { name: "qc".to_owned(), formula: "1".to_owned() });
    assert_eq!(taken.code, "name_taken");
}

#[test]
fn deep_formulas_are_refused_before_they_are_read() {
    let refused = |formula: String| problem(Op::Compute { name: "x".to_owned(), formula }).code;
    let sum = |n: usize| vec!["reads"; n].join(" + ");
    for n in [40, 100, 250] {
        assert_eq!(refused(sum(n)), "formula_too_long", "{n}");
        assert_eq!(refused(format!("{}ok", "NOT ".repeat(n))), "formula_too_long", "{n}");
        assert_eq!(refused(format!("{}reads", "- ".repeat(n))), "formula_too_long", "{n}");
        assert_eq!(refused(format!("{}reads{}", "abs(".repeat(n), ")".repeat(n))), "formula_too_long", "{n}");
        assert_eq!(refused(format!("{}1{}", "CASE WHEN ok THEN ".repeat(n), " END".repeat(n))), "formula_too_long");
    }
    // A column may be called "end", and brackets need not match.
    assert_eq!(refused(format!("END {}reads", "- ".repeat(100))), "formula_too_long");
    assert_eq!(refused(format!("{}reads", "abs(END, ".repeat(90))), "formula_too_long");
    assert_eq!(refused(format!("reads{}", "[1]".repeat(90))), "formula_too_long");
    assert_eq!(refused(format!("reads{}", " IS NULL".repeat(90))), "formula_too_long");
    // Long, but not deep.
    let branches: String = (0..60).map(|i| format!("WHEN reads = {i} THEN {i} ")).collect();
    assert_eq!(compute(&format!("CASE {branches} END"))[1], "7");
    // Unoptimized, each calculation takes 150 kB of stack.
    let deepest = move || assert_eq!(compute(&sum(32))[0], "320");
    std::thread::Builder::new().stack_size(32 << 20).spawn(deepest).unwrap().join().unwrap();
}

#[test]
fn groups_come_in_order_with_missing_last() {
    let measure = |aggregate, column: Option<&str>, name: &str| Measure {
        aggregate,
        column: column.map(str::to_owned),
        name: name.to_owned(),
    };
    let (names, rows) = try_run(vec![Op::Group {
        by: text(&["Plate"]),
        measures: vec![
            measure(Aggregate::Count, None, "n"),
            measure(Aggregate::Sum, Some("reads"), "reads"),
            measure(Aggregate::Mean, Some("reads"), "mean reads"),
            measure(Aggregate::Median, Some("reads"), "median"),
            measure(Aggregate::Min, Some("qc"), "first qc"),
            measure(Aggregate::Max, Some("day"), "last day"),
            measure(Aggregate::Sd, Some("mass (ng).1"), "sd"),
            measure(Aggregate::CountDistinct, Some("qc"), "kinds"),
        ],
    }])
    .unwrap();
    assert_eq!(names, ["Plate", "n", "reads", "mean reads", "median", "first qc", "last day", "sd", "kinds"]);
    let row = |i: usize| rows[i].iter().map(|c| c.as_deref().unwrap_or("none")).collect::<Vec<_>>();
    assert_eq!(row(0), ["P1", "2", "7", "7.0", "7.0", "fail", "1970-01-02", "1.0606601717798212", "1"]);
    assert_eq!(row(1)[..5], ["P2", "2", "10", "5.0", "5.0"]);
    assert_eq!(row(2)[0], "P3");
    assert_eq!(row(2)[7], "none", "no spread in one row");
    assert_eq!(row(3)[..2], ["none", "1"]);
    assert_eq!(run(vec![Op::Group { by: text(&["ok"]), measures: vec![] }]).len(), 3);
    let whole = run(vec![Op::Group { by: vec![], measures: vec![measure(Aggregate::Count, None, "n")] }]);
    assert_eq!(whole, [[Some("6".to_owned())]]);
}

#[test]
fn sorting_keeps_ties_and_puts_missing_last() {
    let key = |column: &str, descending| SortKey { column: column.to_owned(), descending };
    let order = |keys: Vec<SortKey>| {
        let rows = run(vec![Op::Sort { keys }]);
        rows.into_iter().map(|r| r[2].clone().unwrap_or("none".to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(order(vec![key("reads", false)]), ["0", "3", "7", "8", "10", "none"]);
    assert_eq!(order(vec![key("reads", true)]), ["10", "8", "7", "3", "0", "none"]);
    assert_eq!(order(vec![key("Plate", true)]), ["8", "10", "0", "7", "none", "3"]);
    assert_eq!(order(vec![key("ok", false), key("reads", true)]), ["8", "7", "10", "0", "none", "3"]);
}

#[test]
fn types_change_and_unreadable_cells_go_missing() {
    let change = |column: &str, to| {
        let idx = runs().column_idx(column).unwrap();
        let rows = run(vec![Op::ChangeType { column: column.to_owned(), to }]);
        rows.into_iter().map(|r| r[idx].clone().unwrap_or("none".to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(change("mass (ng).1", ColumnType::Integer), ["none", "2", "4", "none", "none", "8"]);
    assert_eq!(change("reads", ColumnType::Text), ["10", "7", "0", "3", "none", "8"]);
    assert_eq!(change("qc", ColumnType::Number), ["none"; 6]);
    assert_eq!(change("day", ColumnType::DateTime)[1], "1970-01-02T00:00:00");
    assert_eq!(change("time", ColumnType::Date)[1], "1970-01-01");
    assert_eq!(change("Plate", ColumnType::Text)[0], "P2");
    assert_eq!(change("ok", ColumnType::Integer)[..2], ["1", "0"]);
    let refused = problem(Op::ChangeType { column: "reads".to_owned(), to: ColumnType::Date });
    assert_eq!(refused.code, "cannot_change_type");
}

#[test]
fn steps_are_checked_before_rows_are_touched() {
    let filter = |column: &str, test| problem(Op::Filter { column: column.to_owned(), test });
    assert_eq!(filter("reads", Test::AtLeast("many".to_owned())).code, "unreadable_value");
    assert_eq!(filter("day", Test::OneOf(text(&["12.11.2026"]))).code, "unreadable_value");
    assert_eq!(filter("plate", Test::IsMissing).hints[0].text, "Use 'Plate' instead.");
    assert_eq!(problem(Op::Rename { from: "qc".to_owned(), to: "day".to_owned() }).code, "name_taken");
    assert_eq!(problem(Op::Rename { from: "qc".to_owned(), to: " ".to_owned() }).code, "no_name");
    let all: Vec<String> = runs().columns().iter().map(|c| c.name.clone()).collect();
    assert_eq!(problem(Op::Remove { columns: all }).code, "no_columns");
    let mean = Measure { aggregate: Aggregate::Mean, column: Some("qc".to_owned()), name: "m".to_owned() };
    assert_eq!(problem(Op::Group { by: vec![], measures: vec![mean] }).code, "needs_numbers");
}

#[test]
fn one_bad_step_does_not_hide_the_next() {
    let table = runs();
    let state = context(&table).state();
    let mut recipe = recipe(vec![
        Op::Rename { from: "nothing like it".to_owned(), to: "b".to_owned() },
        Op::Rename { from: "qc".to_owned(), to: "QC".to_owned() },
        Op::Remove { columns: text(&["QC"]) },
    ]);
    recipe.steps[1].enabled = false;
    let bound = bind(&recipe, table.columns(), &state);
    assert_eq!(bound[0].as_ref().unwrap_err().code, "unknown_column");
    assert_eq!(bound[1].as_ref().unwrap().len(), 7);
    let third = bound[2].as_ref().unwrap_err();
    assert_eq!((third.place.step, third.hints[0].text.as_str()), (Some(StepId(3)), "Use 'qc' instead."));
    assert!(third.hints.iter().any(|h| h.repair == Some(Repair::DisableStep { step: StepId(3) })));
}

#[test]
fn the_sql_can_be_read() {
    let table = runs();
    let state = context(&table).state();
    let recipe = recipe(vec![
        Op::Filter { column: "qc".to_owned(), test: Test::OneOf(text(&["pass"])) },
        Op::Compute { name: "double".to_owned(), formula: "reads * 2".to_owned() },
    ]);
    let sql = to_sql("runs", &recipe, table.columns(), &state).unwrap();
    assert_eq!(
        sql,
        "WITH step_1 AS (\n  SELECT * FROM runs WHERE runs.qc IN ('pass')\n)\nSELECT step_1.\"Plate\", step_1.qc, \
         step_1.\"reads\", step_1.\"mass (ng).1\", step_1.\"day\", step_1.\"time\", step_1.ok, step_1.\"reads\" * 2 AS \
         \"double\" FROM step_1"
    );
    let untouched = to_sql("my runs", &Recipe::default(), table.columns(), &state).unwrap();
    assert_eq!(untouched, "SELECT * FROM \"my runs\"");
}

#[test]
fn the_order_comes_last_in_sql() {
    let table = runs();
    let state = context(&table).state();
    let sort = |column: &str, descending| Op::Sort { keys: vec![SortKey { column: column.to_owned(), descending }] };
    let ops = vec![
        sort("reads", true),
        sort("qc", false),
        Op::Rename { from: "qc".to_owned(), to: "QC".to_owned() },
        Op::Filter { column: "reads".to_owned(), test: Test::IsPresent },
    ];
    let sql = to_sql("runs", &recipe(ops), table.columns(), &state).unwrap();
    assert!(sql.ends_with("\nORDER BY \"QC\" ASC NULLS LAST, \"reads\" DESC NULLS LAST"), "{sql}");
    let ops = vec![sort("reads", true), Op::Remove { columns: text(&["reads"]) }];
    let sql = to_sql("runs", &recipe(ops), table.columns(), &state).unwrap();
    assert!(!sql.contains("ORDER BY"), "{sql}");
}

#[test]
fn columns_are_kept_in_the_order_chosen() {
    let select = |columns: &[&str]| Op::Select { columns: text(columns) };
    let (names, rows) = try_run(vec![select(&["reads", "mass (ng).1", "Plate"]), select(&["Plate", "reads"])]).unwrap();
    assert_eq!(names, ["Plate", "reads"]);
    assert_eq!(rows[0], [Some("P2".to_owned()), Some("10".to_owned())]);
    assert_eq!(problem(select(&["reads", "reads"])).code, "named_twice");
    assert_eq!(problem(select(&[])).code, "no_columns");
    assert_eq!(problem(select(&["Reads"])).hints[0].text, "Use 'reads' instead.");
    // An order by a column that is left out cannot be written at the end.
    let table = runs();
    let state = context(&table).state();
    let sort = Op::Sort { keys: vec![SortKey { column: "reads".to_owned(), descending: true }] };
    let sql =
        |kept: &[&str]| to_sql("runs", &recipe(vec![sort.clone(), select(kept)]), table.columns(), &state).unwrap();
    assert!(sql(&["qc", "reads"]).ends_with("ORDER BY \"reads\" DESC NULLS LAST"));
    assert!(!sql(&["qc"]).contains("ORDER BY"));
}

/// Each cell of a column, given back to a filter as the grid has it, finds exactly its own rows.
#[test]
fn every_cell_finds_itself() {
    let hour = 3_600_000_000;
    let took = vec![Some(hour * 3 / 2), Some(0), Some(-1_500_000), None, Some(hour * 3 / 2), Some(1)];
    let ratio =
        vec![Some(f64::NAN), Some(0.0), Some(-0.0), None, Some(f64::INFINITY), Some(-f64::NAN), Some(0.1), Some(-2.5)];
    let tables = [
        Table::from_columns(vec![column(
            "took",
            ColumnType::Duration,
            Arc::new(DurationMicrosecondArray::from(took)) as ArrayRef,
        )])
        .unwrap(),
        Table::from_columns(vec![column("ratio", ColumnType::Number, Arc::new(Float64Array::from(ratio)) as ArrayRef)])
            .unwrap(),
        runs(),
    ];
    for table in tables {
        let context = context(&table);
        let state = context.state();
        for (idx, info) in table.columns().iter().enumerate() {
            let array = table.whole_column(idx).unwrap();
            let cells = CellReader::new(array.as_ref());
            let cells: Vec<Option<String>> = (0..array.len()).map(|row| cells.get(row)).collect();
            let same =
                |a: &str, b: &str| a == b || (a.trim_start_matches('-') == "0.0" && b.trim_start_matches('-') == "0.0");
            for raw in cells.iter().flatten() {
                for (test, wanted) in [(Test::OneOf(vec![raw.clone()]), true), (Test::NoneOf(vec![raw.clone()]), false)]
                {
                    test.check(info).unwrap();
                    let filter = recipe(vec![Op::Filter { column: info.name.clone(), test: test.clone() }]);
                    let plan = block_on(context.table("runs")).unwrap().into_unoptimized_plan();
                    let (plan, _) = plan_recipe(plan, &filter, table.columns(), &state).unwrap();
                    let batches =
                        block_on(async { context.execute_logical_plan(plan).await?.collect().await }).unwrap();
                    let n_kept = rows_of(&batches).len();
                    let is_kept = |c: &&Option<String>| c.as_deref().is_some_and(|c| same(c, raw)) == wanted;
                    assert_eq!(n_kept, cells.iter().filter(is_kept).count(), "{} {test:?}", info.name);
                    // The SQL that is shown keeps the same rows.
                    let sql = to_sql("runs", &filter, table.columns(), &state).unwrap();
                    let from_sql = block_on(async { context.sql(&sql).await?.collect().await });
                    assert_eq!(rows_of(&from_sql.unwrap()).len(), n_kept, "{sql}");
                }
            }
        }
    }
}

#[test]
fn durations_are_compared_as_people_write_them() {
    let minutes = [5_i64, 90, 600].map(|m| Some(m * 60_000_000));
    let array = Arc::new(DurationMicrosecondArray::from(minutes.to_vec()));
    let table = Table::from_columns(vec![column("took", ColumnType::Duration, array)]).unwrap();
    let context = context(&table);
    let state = context.state();
    let n_kept = |test| {
        let plan = block_on(context.table("runs")).unwrap().into_unoptimized_plan();
        let filter = recipe(vec![Op::Filter { column: "took".to_owned(), test }]);
        let (plan, _) = plan_recipe(plan, &filter, table.columns(), &state).unwrap();
        rows_of(&block_on(async { context.execute_logical_plan(plan).await?.collect().await }).unwrap()).len()
    };
    assert_eq!(n_kept(Test::AtLeast("1 h 30 min".to_owned())), 2);
    assert_eq!(n_kept(Test::Between("PT1M".to_owned(), "90 min".to_owned())), 2);
    assert_eq!(n_kept(Test::AtMost("300000000".to_owned())), 1);
}
