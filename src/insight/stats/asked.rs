//! Exact statistics of a table's columns.

use super::exact::{MAX_TERMS, NoFit, Regressor, anova, univariate};
use super::{describe, spec::StatsQuery};
use crate::base::{ColumnType, Place, Problem, give_way, wording};
use crate::insight::typed::{Levels, numbers};
use crate::table::{ColumnInfo, Table};
use serde_json::{Map, Value, json};

/// Columns of one question.
const MAX_COLUMNS: usize = 1_000;
/// Rows between two looks at the inbox.
const ROWS_AT_ONCE: usize = 20_000;

/// The numbers of a question, as plain JSON: a number that does not exist is `null`. Gives way between
/// columns, and every so many rows of a regression.
///
/// # Errors
/// `unknown_column`, `not_a_number`, `too_many_groups`, `not_enough_data`, `bad_argument`.
pub async fn stats_in_slices(table: &Table, query: &StatsQuery) -> Result<Value, Problem> {
    match query {
        StatsQuery::Columns(names) => columns(table, names).await,
        StatsQuery::Anova { value, group } => groups(table, value, group).await,
        StatsQuery::Regression { y, x, intercept, degree } => {
            regression(table, y, x, *intercept, degree.unwrap_or(1)).await
        }
    }
}

fn find<'a>(table: &'a Table, name: &str) -> Result<(usize, &'a ColumnInfo), Problem> {
    table.column_idx(name).and_then(|i| table.columns().get(i).map(|c| (i, c))).ok_or_else(|| {
        Problem::request("unknown_column", format!("There is no column called {name}.")).at(Place::column(name))
    })
}

fn numeric(table: &Table, name: &str) -> Result<Vec<f64>, Problem> {
    let (idx, info) = find(table, name)?;
    let fits = info.column_type.is_numeric() || matches!(info.column_type, ColumnType::Boolean | ColumnType::Duration);
    if !fits {
        let kind = info.column_type.label().to_lowercase();
        return Err(Problem::request("not_a_number", format!("{name} is not a column of numbers."))
            .because(format!("Its type is {kind}."))
            .at(Place::column(name)));
    }
    Ok(numbers(table, idx, 1))
}

/// One column's numbers stand beside `columns`, so that a single one is at hand.
async fn columns(table: &Table, names: &[String]) -> Result<Value, Problem> {
    if names.is_empty() || names.len() > MAX_COLUMNS {
        return Err(Problem::request("bad_argument", "Name one column at least, and a thousand at most."));
    }
    let mut all = Map::new();
    for name in names {
        let values = numeric(table, name)?;
        give_way().await;
        let exact = univariate(&values);
        let about = describe(&values);
        let n = exact.map_or(0, |e| e.n);
        let one = json!({
            "n": n,
            "missing": values.len() as u64 - n,
            "mean": exact.map(|e| e.mean),
            "sd": exact.and_then(|e| e.sd),
            "variance": exact.and_then(|e| e.sd).map(|sd| sd * sd),
            "autocorrelation": exact.and_then(|e| e.autocorrelation),
            "sum": exact.map(|e| e.sum),
            "min": about.map(|a| a.min),
            "q1": about.map(|a| a.q1),
            "median": about.map(|a| a.median),
            "q3": about.map(|a| a.q3),
            "max": about.map(|a| a.max),
            "mad": about.map(|a| a.mad),
        });
        all.insert(name.clone(), one);
        give_way().await;
    }
    let mut answer = match names {
        [one] => all.get(one).and_then(Value::as_object).cloned().unwrap_or_default(),
        _ => Map::new(),
    };
    answer.insert("columns".to_owned(), Value::Object(all));
    Ok(Value::Object(answer))
}

async fn groups(table: &Table, value: &str, group: &str) -> Result<Value, Problem> {
    let values = numeric(table, value)?;
    let (idx, _) = find(table, group)?;
    let levels = Levels::of(table, idx, Levels::MAX).ok_or_else(|| {
        Problem::request("too_many_groups", format!("{group} has more than {} values.", Levels::MAX))
            .at(Place::column(group))
    })?;
    give_way().await;
    let codes: Vec<u32> = levels.codes.iter().map(|c| u32::from(*c)).collect();
    let found = anova(&values, &codes, levels.len()).ok_or_else(|| {
        not_enough("There are not enough values to compare groups.", "It takes two groups, and one with two values.")
    })?;
    Ok(json!({
        "n": found.n,
        "groups": found.n_groups,
        "df": {"between": found.df_between, "within": found.df_within},
        "ss": {"between": found.ss_between, "within": found.ss_within},
        "ms": {"between": found.ms_between, "within": found.ms_within},
        "f": found.f,
        "p": found.p,
        "r_squared": found.r_squared,
        "residual_sd": found.residual_sd,
    }))
}

async fn regression(table: &Table, y: &str, x: &[String], intercept: bool, degree: u32) -> Result<Value, Problem> {
    let y_values = numeric(table, y)?;
    let x_values: Vec<Vec<f64>> = x.iter().map(|name| numeric(table, name)).collect::<Result<_, _>>()?;
    let x_slices: Vec<&[f64]> = x_values.iter().map(Vec::as_slice).collect();
    let mut names = Vec::new();
    names.extend(intercept.then(|| "intercept".to_owned()));
    for name in x {
        names.extend(
            (1..=degree.clamp(1, MAX_TERMS as u32)).map(|k| if k == 1 { name.clone() } else { format!("{name}^{k}") }),
        );
    }
    let explain = |no| no_fit(no, &names);
    let mut fit = Regressor::new(&y_values, &x_slices, degree as usize, intercept).map_err(explain)?;
    while fit.step(ROWS_AT_ONCE) {
        give_way().await;
    }
    let line = fit.finish().map_err(explain)?;
    let coefficients: Vec<Value> = names
        .iter()
        .zip(&line.coefficients)
        .map(|(name, c)| json!({"name": name, "estimate": c.estimate, "se": c.standard_error, "t": c.t, "p": c.p}))
        .collect();
    let ms = |ss: f64, df: u64| (df > 0).then(|| ss / df as f64);
    Ok(json!({
        "n": line.n,
        "coefficients": coefficients,
        "residual_sd": line.residual_sd,
        "r_squared": line.r_squared,
        "df": {"regression": line.df_regression, "residual": line.df_residual},
        "ss": {"regression": line.ss_regression, "residual": line.ss_residual},
        "ms": {
            "regression": ms(line.ss_regression, line.df_regression),
            "residual": ms(line.ss_residual, line.df_residual),
        },
        "f": line.f,
        "p": line.p,
    }))
}

fn not_enough(what: &str, why: &str) -> Problem {
    Problem::request("not_enough_data", what).because(why)
}

fn no_fit(no: NoFit, names: &[String]) -> Problem {
    match no {
        NoFit::TooFewRows { n, n_terms } => not_enough(
            "There are not enough rows for this line.",
            &format!(
                "{} for {n_terms} terms.",
                wording::plural(n, "row has all its values", "rows have all their values")
            ),
        ),
        NoFit::NothingOwn { term } => {
            let name = names.get(term).map_or("A term", String::as_str);
            Problem::request("bad_argument", format!("{name} tells nothing that the terms before it do not."))
                .because("It does not vary, or follows from them, so that no share of the effect is its own.")
                .hint("Leave it out.")
        }
        NoFit::BadTerms => Problem::request("bad_argument", "These terms cannot be fitted.").because(format!(
            "It takes one column or more, {MAX_TERMS} terms at most, and powers of a single column only."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::at_once;
    use arrow::array::{ArrayRef, Float64Array, StringArray};
    use std::sync::Arc;

    fn table() -> Table {
        let x: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), Some(2.0), Some(3.0), None, Some(5.0)]));
        let y: ArrayRef = Arc::new(Float64Array::from(vec![3.0, 5.0, 7.5, 9.0, 10.5]));
        let g: ArrayRef = Arc::new(StringArray::from(vec!["a", "a", "b", "b", "b"]));
        Table::from_columns(vec![
            (ColumnInfo::new("x", ColumnType::Number), x),
            (ColumnInfo::new("y", ColumnType::Number), y),
            (ColumnInfo::new("g", ColumnType::Text), g),
        ])
        .unwrap()
    }

    fn ask(question: &str) -> Result<Value, Problem> {
        let query: StatsQuery =
            crate::base::json::read(question).map_err(|e| Problem::request("bad_argument", e.to_string()))?;
        at_once(stats_in_slices(&table(), &query))
    }

    fn refused(question: &str) -> String {
        ask(question).unwrap_err().code.to_string()
    }

    #[test]
    fn answers_as_it_is_asked_in_scripts() {
        let one = ask(r#"{"columns": ["x"]}"#).unwrap();
        assert_eq!((&one["n"], &one["missing"], &one["mean"]), (&json!(4), &json!(1), &json!(2.75)));
        assert_eq!(one["columns"]["x"]["mean"], json!(2.75));
        let two = ask(r#"{"columns": ["x", "y"]}"#).unwrap();
        assert!(two.get("mean").is_none() && two["columns"]["y"]["max"] == json!(10.5));
        let table = ask(r#"{"anova": {"value": "y", "group": "g"}}"#).unwrap();
        assert_eq!((&table["df"]["between"], &table["df"]["within"]), (&json!(1), &json!(3)));
        assert_eq!((&table["ss"]["between"], &table["ss"]["within"]), (&json!(30.0), &json!(6.5)));
        let line = ask(r#"{"regression": {"y": "y", "x": ["x"]}}"#).unwrap();
        assert_eq!((&line["n"], &line["coefficients"][1]["name"]), (&json!(4), &json!("x")));
        let curve = ask(r#"{"regression": {"y": "y", "x": ["x"], "degree": 2, "intercept": false}}"#).unwrap();
        assert_eq!(curve["coefficients"][1]["name"], json!("x^2"));
    }

    #[test]
    fn says_what_is_wrong_with_a_question() {
        assert_eq!(refused(r#"{"columns": ["nowhere"]}"#), "unknown_column");
        assert_eq!(refused(r#"{"columns": ["g"]}"#), "not_a_number");
        assert_eq!(refused(r#"{"columns": []}"#), "bad_argument");
        assert_eq!(refused(r#"{"regression": {"y": "y", "x": ["x", "x"]}}"#), "bad_argument");
        assert_eq!(refused(r#"{"regression": {"y": "y", "x": ["x"], "degree": 9}}"#), "not_enough_data");
        assert_eq!(refused(r#"{"regression": {"y": "y", "x": ["x"], "slope": 1}}"#), "bad_argument");
        assert_eq!(refused(r#"{"regression": {"y": "y", "x": [], "intercept": false}}"#), "bad_argument");
    }
}
