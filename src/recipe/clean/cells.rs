//! Steps that change cells where they stand: map, replace, fill, tidy.

use super::super::bind::type_in;
use super::super::problem::plan_problem;
use super::super::read::{plural_of, read_value};
use super::super::values::{as_text, test_expr, value_expr};
use super::super::{Filler, Letters, Swap, Test};
use super::functions::nfc;
use super::pattern::{check_pattern, escaped, groups, literal};
use super::{
    add_window, all_of, find, find_numbers, find_text, free_name, in_order, no_sql, nothing_to_do, over, project,
    project_replaced, trimmed, with_place,
};
use crate::base::{ColumnType, Place, Problem};
use crate::table::{ColumnInfo, arrow_type};
use arrow::datatypes::DataType;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions::math::expr_fn::isnan;
use datafusion::functions::regex::expr_fn::regexp_replace;
use datafusion::functions::string::expr_fn::{lower, replace, upper};
use datafusion::functions::unicode::expr_fn::initcap;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::median::median_udaf;
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Case, Expr, LogicalPlan, cast, ident, in_list, lit, when};
use datafusion::scalar::ScalarValue;
use std::collections::HashSet;

/// Values one step can replace. They are part of what is saved.
const MAX_SWAPS: usize = 10_000;
/// The same where each is a comparison of its own.
const MAX_SWAPS_OF_NUMBERS: usize = 500;

/// All white space of Unicode but line ends within text that is to become one line as well.
const SPACES: &str = r"[\s\x{b}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+";
/// Soft hyphens, zero-width spaces and byte order marks.
const INVISIBLE: &str = r"[\x{ad}\x{200b}\x{2060}\x{feff}]+";

pub fn bind_map(column: &str, swaps: &[Swap], columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    let info = find(column, columns)?;
    if swaps.is_empty() {
        return Err(nothing_to_do("No value was chosen to be replaced.", "Choose a value and what it becomes."));
    }
    let most = if info.column_type == ColumnType::Text { MAX_SWAPS } else { MAX_SWAPS_OF_NUMBERS };
    if swaps.len() > most {
        return Err(Problem::limit("too_many_values", "Too many values to replace in one step.")
            .because(format!("It may have {}.", crate::base::wording::format_count(most as u64)))
            .hint("Use several steps, or merge a table of the old and new values."));
    }
    let mut seen = HashSet::new();
    for swap in swaps {
        if !seen.insert(swap.from.as_str()) {
            return Err(Problem::request("named_twice", format!("'{}' is replaced twice.", swap.from))
                .at(Place::column(column))
                .hint("Remove one of them."));
        }
        read_value(&swap.from, info)?;
        if let Some(to) = &swap.to {
            value_expr(to, info)?;
        }
    }
    Ok(columns.to_vec())
}

pub fn plan_map(
    plan: LogicalPlan,
    column: &str,
    swaps: &[Swap],
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let info = find(column, columns)?;
    let data_type = type_in(plan.schema(), column);
    let expr = if info.column_type == ColumnType::Text {
        map_text(&as_text(info, &data_type), swaps)?
    } else {
        map_others(info, swaps, &data_type)?
    };
    project_replaced(plan, columns, &[(column.to_owned(), expr)])
}

/// In the form that DataFusion looks up in a table: `CASE x WHEN 'a' THEN 'b' … END` of literals alone.
fn map_text(cell: &Expr, swaps: &[Swap]) -> Result<Expr, Problem> {
    let boxed = |text: &str| Box::new(lit(text));
    let renamed: Vec<_> = swaps.iter().filter_map(|s| s.to.as_deref().map(|to| (boxed(&s.from), boxed(to)))).collect();
    let gone: Vec<Expr> = swaps.iter().filter(|s| s.to.is_none()).map(|s| lit(s.from.as_str())).collect();
    let mapped = if renamed.is_empty() {
        cell.clone()
    } else {
        let found = Expr::Case(Case::new(Some(Box::new(cell.clone())), renamed, None));
        coalesce(vec![found, cell.clone()])
    };
    if gone.is_empty() {
        return Ok(mapped);
    }
    let missing = Expr::Literal(ScalarValue::Utf8(None), None);
    when(in_list(cell.clone(), gone, false), missing).otherwise(mapped).map_err(plan_problem)
}

fn map_others(info: &ColumnInfo, swaps: &[Swap], data_type: &DataType) -> Result<Expr, Problem> {
    let missing = ScalarValue::try_from(data_type).map_err(plan_problem)?;
    let mut branches = Vec::with_capacity(swaps.len());
    for swap in swaps {
        let is_meant = test_expr(&Test::OneOf(vec![swap.from.clone()]), info, data_type)?;
        let becomes = match &swap.to {
            Some(to) => value_expr(to, info)?,
            None => Expr::Literal(missing.clone(), None),
        };
        branches.push((Box::new(is_meant), Box::new(becomes)));
    }
    Ok(Expr::Case(Case::new(None, branches, Some(Box::new(ident(&info.name))))))
}

pub fn bind_replace(
    column: &str,
    find_what: &str,
    is_pattern: bool,
    columns: &[ColumnInfo],
) -> Result<Vec<ColumnInfo>, Problem> {
    find_text(column, columns)?;
    if find_what.is_empty() {
        return Err(nothing_to_do("Nothing was written to look for.", "Write the text to replace."));
    }
    if is_pattern {
        check_pattern(find_what)?;
    }
    Ok(columns.to_vec())
}

pub fn plan_replace(
    plan: LogicalPlan,
    column: &str,
    (find_what, with): (&str, &str),
    (is_pattern, ignores_case): (bool, bool),
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let info = find(column, columns)?;
    let cell = as_text(info, &type_in(plan.schema(), column));
    let flags = Some(lit(if ignores_case { "gi" } else { "g" }));
    let expr = match (is_pattern, ignores_case) {
        (false, false) => replace(cell, lit(find_what), lit(with)),
        (false, true) => regexp_replace(cell, lit(escaped(find_what)), lit(literal(with)), flags),
        (true, _) => regexp_replace(cell, lit(find_what), lit(groups(with)), flags),
    };
    project_replaced(plan, columns, &[(column.to_owned(), expr)])
}

pub fn bind_fill(column: &str, with: &Filler, columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    let info = find(column, columns)?;
    let mut out = columns.to_vec();
    match with {
        Filler::Down => {}
        Filler::Value(raw) => {
            value_expr(raw, info)?;
        }
        Filler::Mean | Filler::Median => {
            let what = if *with == Filler::Mean { "The mean" } else { "The median" };
            find_numbers(column, columns, what)?;
            // It lies between whole numbers.
            for c in out.iter_mut().filter(|c| c.name == column && c.column_type == ColumnType::Integer) {
                c.column_type = ColumnType::Number;
                c.reason = format!("filled with {}", what.to_lowercase());
            }
        }
        Filler::Column(other) => {
            let other_info = find(other, columns)?;
            if other == column {
                return Err(nothing_to_do("A column cannot be filled from itself.", "Choose another column."));
            }
            if other_info.column_type != info.column_type {
                return Err(Problem::request("types_differ", format!("'{column}' cannot be filled from '{other}'."))
                    .because(format!(
                        "One holds {}, the other {}.",
                        plural_of(info.column_type),
                        plural_of(other_info.column_type)
                    ))
                    .at(Place::column(other))
                    .hint("Change the type of one of them first."));
            }
        }
    }
    Ok(out)
}

/// All but [`Filler::Down`], which goes by the order of rows.
pub fn plan_fill(
    plan: LogicalPlan,
    column: &str,
    with: &Filler,
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let info = find(column, columns)?;
    let cell = cell_of(info, &plan);
    let (plan, expr) = match with {
        Filler::Down => {
            return Err(no_sql(
                "Filling from above cannot be written as SQL.",
                "It goes by the order of rows, and tables in SQL have none.",
            ));
        }
        Filler::Value(raw) => (plan, coalesce(vec![cell, value_expr(raw, info)?])),
        Filler::Column(other) => {
            let filler = cell_of(find(other, columns)?, &plan);
            (plan, coalesce(vec![cell, filler]))
        }
        Filler::Mean | Filler::Median => {
            let number = if info.column_type == ColumnType::Number { cell } else { cast(cell, DataType::Float64) };
            let function = if *with == Filler::Mean { avg_udaf() } else { median_udaf() };
            // What is not a number has no say in what the others come to.
            let counted = match info.column_type {
                ColumnType::Number => {
                    when(Expr::Not(Box::new(isnan(number.clone()))), number.clone()).end().map_err(plan_problem)?
                }
                _ => number.clone(),
            };
            let (plan, made) = add_window(plan, over(function, vec![counted], vec![], vec![], false))?;
            let filled = match info.column_type {
                ColumnType::Decimal => {
                    coalesce(vec![ident(column), cast(ident(made), arrow_type(ColumnType::Decimal))])
                }
                _ => coalesce(vec![number, ident(made)]),
            };
            (plan, filled)
        }
    };
    project_replaced(plan, columns, &[(column.to_owned(), expr)])
}

/// Each run of cells that ends before the next value has one value, its first: the largest.
pub fn plan_fill_down(plan: LogicalPlan, column: &str, columns: &[ColumnInfo]) -> Result<LogicalPlan, Problem> {
    let info = find(column, columns)?;
    let place = free_name("place of the row", columns);
    let run = free_name("run of the row", columns);
    let cell = cell_of(info, &plan);
    let placed = with_place(plan, columns, &place)?;
    let by_place = vec![Sort::new(ident(&place), true, false)];
    let (counted, made) = add_window(placed, over(count_udaf(), vec![cell.clone()], vec![], by_place, true))?;
    let runs = project(counted, all_of(columns).chain([ident(&place), ident(made).alias(&run)]))?;
    let (valued, made) = add_window(runs, over(max_udaf(), vec![cell], vec![ident(&run)], vec![], false))?;
    let filled = columns.iter().map(|c| if c.name == column { ident(&made).alias(column) } else { ident(&c.name) });
    let filled = project(valued, filled.chain([ident(&place)]))?;
    in_order(filled, &[&place], columns)
}

/// The cell, text as text however it is kept.
fn cell_of(info: &ColumnInfo, plan: &LogicalPlan) -> Expr {
    match info.column_type {
        ColumnType::Text => as_text(info, &type_in(plan.schema(), &info.name)),
        _ => ident(&info.name),
    }
}

pub fn bind_tidy(tidied: &[String], does_anything: bool, columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    if tidied.is_empty() {
        return Err(nothing_to_do("No column was chosen to be tidied.", "Choose a column of text."));
    }
    if !does_anything {
        return Err(nothing_to_do("Nothing was chosen to be tidied.", "Choose spaces, letters or accents."));
    }
    for name in tidied {
        find_text(name, columns)?;
    }
    Ok(columns.to_vec())
}

pub fn plan_tidy(
    plan: LogicalPlan,
    tidied: &[String],
    (spaces, letters, composes): (bool, Option<Letters>, bool),
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let mut replaced = Vec::with_capacity(tidied.len());
    for name in tidied {
        let info = find(name, columns)?;
        let mut expr = as_text(info, &type_in(plan.schema(), name));
        if spaces {
            let everywhere = || Some(lit("g"));
            expr = regexp_replace(expr, lit(INVISIBLE), lit(""), everywhere());
            expr = trimmed(regexp_replace(expr, lit(SPACES), lit(" "), everywhere()));
        }
        if composes {
            expr = nfc(expr);
        }
        expr = match letters {
            None => expr,
            Some(Letters::Lower) => lower(expr),
            Some(Letters::Upper) => upper(expr),
            Some(Letters::Title) => initcap(expr),
        };
        replaced.push((name.clone(), expr));
    }
    project_replaced(plan, columns, &replaced)
}
