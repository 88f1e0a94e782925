//! Steps that make columns of parts of text, or of several columns: split, extract, unite.

use super::super::bind::type_in;
use super::super::values::as_text;
use super::functions::extract;
use super::pattern::check_pattern;
use super::{check_new_name, find, find_text, nothing_to_do, project_behind, sum_of, trimmed, with_behind};
use crate::base::{ColumnType, Problem};
use crate::table::ColumnInfo;
use datafusion::functions::core::expr_fn::nullif;
use datafusion::functions::string::expr_fn::{concat_ws, split_part};
use datafusion::functions::unicode::expr_fn::{character_length, substr};
use datafusion::logical_expr::{Expr, LogicalPlan, lit};

/// Columns one text can become.
const MAX_PARTS: usize = 20;

pub fn bind_split(column: &str, by: &str, into: &[String], columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    find_text(column, columns)?;
    check_delimiter(by)?;
    if into.is_empty() {
        return Err(nothing_to_do("No column was named for the parts.", "Name the new columns."));
    }
    if into.len() > MAX_PARTS {
        return Err(Problem::limit("too_many_parts", format!("Text can be split into {MAX_PARTS} columns."))
            .hint("Split into rows instead, or split the last column once more."));
    }
    let mut out = columns.to_vec();
    let mut new = Vec::with_capacity(into.len());
    for (name, nr) in into.iter().zip(1..) {
        check_new_name(name, &out)?;
        let mut info = ColumnInfo::new(name, ColumnType::Text);
        info.reason = format!("part {nr} of {column}");
        out.push(info.clone());
        new.push(info);
    }
    Ok(with_behind(columns, column, new))
}

pub(super) fn check_delimiter(by: &str) -> Result<(), Problem> {
    if by.is_empty() {
        return Err(nothing_to_do("Nothing was written to split at.", "Write the sign between the parts, such as ;"));
    }
    Ok(())
}

pub fn plan_split(
    plan: LogicalPlan,
    column: &str,
    by: &str,
    into: &[String],
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let info = find(column, columns)?;
    let cell = as_text(info, &type_in(plan.schema(), column));
    let part = |nr: usize| split_part(cell.clone(), lit(by), lit(nr as i64));
    let width = by.chars().count() as i64;
    let mut new = Vec::with_capacity(into.len());
    for (name, nr) in into.iter().zip(1..) {
        let text = if nr < into.len() {
            part(nr)
        } else {
            // All behind the parts before, whatever is in it. Where there are fewer parts, nothing.
            let before = (1..nr).map(|nr| character_length(part(nr))).map(|n| n + lit(width));
            match sum_of(before.collect()) {
                Some(before) => substr(cell.clone(), before + lit(1_i64)),
                None => cell.clone(),
            }
        };
        new.push((name.clone(), present(trimmed(text))));
    }
    project_behind(plan, columns, column, new)
}

/// Text that is not empty.
pub(super) fn present(text: Expr) -> Expr {
    nullif(text, lit(""))
}

pub fn bind_unite(united: &[String], name: &str, columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    for column in united {
        find(column, columns)?;
    }
    let Some(first) = united.first().filter(|_| united.len() > 1) else {
        return Err(nothing_to_do("Two columns or more are needed.", "Choose the columns to unite."));
    };
    check_new_name(name, columns)?;
    let mut info = ColumnInfo::new(name, ColumnType::Text);
    info.reason = format!("united from {}", crate::base::wording::list(united));
    Ok(with_behind(columns, first, vec![info]))
}

pub fn plan_unite(
    plan: LogicalPlan,
    united: &[String],
    by: &str,
    name: &str,
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let mut cells = Vec::with_capacity(united.len());
    for column in united {
        cells.push(as_text(find(column, columns)?, &type_in(plan.schema(), column)));
    }
    let expr = present(concat_ws(lit(by), cells));
    let first = united.first().map(String::as_str).unwrap_or_default();
    project_behind(plan, columns, first, vec![(name.to_owned(), expr)])
}

pub fn bind_extract(
    column: &str,
    pattern: &str,
    name: &str,
    columns: &[ColumnInfo],
) -> Result<Vec<ColumnInfo>, Problem> {
    find_text(column, columns)?;
    if pattern.is_empty() {
        return Err(nothing_to_do("Nothing was written to look for.", "Write a pattern such as \\d+."));
    }
    check_pattern(pattern)?;
    check_new_name(name, columns)?;
    let mut info = ColumnInfo::new(name, ColumnType::Text);
    info.reason = format!("found in {column}");
    Ok(with_behind(columns, column, vec![info]))
}

pub fn plan_extract(
    plan: LogicalPlan,
    column: &str,
    (pattern, ignores_case): (&str, bool),
    name: &str,
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let info = find(column, columns)?;
    let cell = as_text(info, &type_in(plan.schema(), column));
    let group = i64::from(check_pattern(pattern)? > 0);
    let pattern = if ignores_case { format!("(?i){pattern}") } else { pattern.to_owned() };
    let expr = present(extract(cell, &pattern, group));
    project_behind(plan, columns, column, vec![(name.to_owned(), expr)])
}
