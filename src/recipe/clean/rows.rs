//! Steps that take rows away or add some: distinct, complete, split into rows.

use super::super::Keep;
use super::super::bind::type_in;
use super::super::plan::build;
use super::super::problem::plan_problem;
use super::super::values::as_text;
use super::functions::parts;
use super::parts::{check_delimiter, present};
use super::{
    Cut, add_window, all_of, find, find_text, free_name, in_order, no_sql, nothing_to_do, over, project, sum_of,
    trimmed, with_place,
};
use crate::base::{Place, Problem};
use crate::table::ColumnInfo;
use datafusion::functions_aggregate::expr_fn::min;
use datafusion::functions_aggregate::min_max::min_udaf;
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{
    Expr, LogicalPlan, LogicalPlanBuilder, SortExpr, WindowFunctionDefinition, ident, lit, when,
};
use datafusion::scalar::ScalarValue;

/// Columns whose values are combined.
const MAX_COMBINED: usize = 8;

pub fn bind_distinct(by: &[String], keep: &Keep, columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    for name in by {
        find(name, columns)?;
    }
    if let Keep::Largest(column) = keep {
        find(column, columns)?;
    }
    Ok(columns.to_vec())
}

/// With the order of rows as it was.
pub fn plan_distinct(
    plan: LogicalPlan,
    by: &[String],
    keep: &Keep,
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let place = free_name("place of the row", columns);
    let placed = with_place(plan, columns, &place)?;
    let kept = if by.is_empty() && *keep == Keep::First {
        // Alike in everything: a table of groups is faster than a sort.
        let builder = LogicalPlanBuilder::new(placed);
        let groups: Vec<Expr> = all_of(columns).collect();
        build(builder.aggregate(groups, vec![min(ident(&place)).alias(&place)]))?
    } else {
        best_of_each(placed, by, keep, columns, Some(&place), &mut Ok)?
    };
    in_order(kept, &[&place], columns)
}

/// Without an order, which rows in SQL do not have.
pub fn plan_distinct_in_place(
    plan: LogicalPlan,
    by: &[String],
    keep: &Keep,
    columns: &[ColumnInfo],
    cut: Cut<'_>,
) -> Result<LogicalPlan, Problem> {
    if by.is_empty() {
        return build(LogicalPlanBuilder::new(plan).distinct());
    }
    if matches!(keep, Keep::First | Keep::Last) {
        return Err(no_sql(
            "Keeping the first or last of several rows cannot be written as SQL.",
            "It goes by the order of rows, and tables in SQL have none.",
        ));
    }
    let kept = best_of_each(plan, by, keep, columns, None, cut)?;
    project(kept, all_of(columns))
}

/// One row of those alike in `by`, with its place where there is one.
fn best_of_each(
    plan: LogicalPlan,
    by: &[String],
    keep: &Keep,
    columns: &[ColumnInfo],
    place: Option<&str>,
    cut: Cut<'_>,
) -> Result<LogicalPlan, Problem> {
    let mut order: Vec<SortExpr> = Vec::new();
    match keep {
        Keep::First | Keep::Last => {}
        Keep::MostComplete => {
            let gaps = columns.iter().map(|c| when(ident(&c.name).is_null(), lit(1_i64)).otherwise(lit(0_i64)));
            let gaps = gaps.collect::<Result<Vec<Expr>, _>>().map_err(plan_problem)?;
            order.extend(sum_of(gaps).map(|n_gaps| Sort::new(n_gaps, true, false)));
        }
        Keep::Largest(column) => order.push(Sort::new(ident(column), false, false)),
    }
    order.extend(place.map(|place| Sort::new(ident(place), *keep != Keep::Last, false)));
    let alike: Vec<Expr> = if by.is_empty() { all_of(columns).collect() } else { by.iter().map(ident).collect() };
    let rank = free_name("rank of the row", columns);
    let (ranked, made) = add_window(plan, over(row_number_definition(), vec![], alike, order, true))?;
    let kept = || all_of(columns).chain(place.map(ident));
    let ranked = cut(project(ranked, kept().chain([ident(made).alias(&rank)]))?)?;
    let best = build(LogicalPlanBuilder::new(ranked).filter(ident(&rank).eq(lit(1_u64))))?;
    project(best, kept())
}

fn row_number_definition() -> WindowFunctionDefinition {
    WindowFunctionDefinition::WindowUDF(row_number_udwf())
}

pub fn bind_complete(combined: &[String], columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    for (idx, name) in combined.iter().enumerate() {
        find(name, columns)?;
        if combined.iter().take(idx).any(|earlier| earlier == name) {
            return Err(Problem::request("named_twice", format!("'{name}' is chosen twice to combine."))
                .at(Place::column(name))
                .hint("Remove one of them."));
        }
    }
    if combined.len() < 2 {
        return Err(nothing_to_do("Two columns or more are needed.", "Choose the columns whose values to combine."));
    }
    if combined.len() > MAX_COMBINED {
        return Err(Problem::limit("too_many_columns", format!("At most {MAX_COMBINED} columns can be combined."))
            .hint("Choose fewer columns."));
    }
    Ok(columns.to_vec())
}

/// New rows come behind; `keeps_order` puts a place and a sort around that.
pub fn plan_complete(
    plan: LogicalPlan,
    combined: &[String],
    columns: &[ColumnInfo],
    keeps_order: bool,
    cut: Cut<'_>,
) -> Result<LogicalPlan, Problem> {
    let place = free_name("place of the row", columns);
    let is_new = free_name("is new", columns);
    let any_old = free_name("is not there", columns);
    let mut all: Option<LogicalPlan> = None;
    for (name, nr) in combined.iter().zip(1..) {
        let there = build(LogicalPlanBuilder::new(plan.clone()).filter(ident(name).is_not_null()))?;
        let values = project(there, [ident(name)])?;
        let values = build(LogicalPlanBuilder::new(values).distinct().and_then(|b| b.alias(format!("values_{nr}"))))?;
        all = Some(match all {
            None => values,
            Some(before) => build(LogicalPlanBuilder::new(before).cross_join(values))?,
        });
    }
    let all = all.ok_or_else(|| nothing_to_do("No column was chosen.", "Choose the columns to combine."))?;
    let mut cells = Vec::with_capacity(columns.len());
    for info in columns {
        cells.push(if combined.contains(&info.name) {
            ident(&info.name)
        } else {
            let missing = ScalarValue::try_from(&type_in(plan.schema(), &info.name)).map_err(plan_problem)?;
            Expr::Literal(missing, None).alias(&info.name)
        });
    }
    let far_behind = keeps_order.then(|| lit(u64::MAX).alias(&place));
    let new = project(all, cells.into_iter().chain(far_behind).chain([lit(1_i64).alias(&is_new)]))?;
    let old = if keeps_order { with_place(plan, columns, &place)? } else { plan };
    let kept = || all_of(columns).chain(keeps_order.then(|| ident(&place)));
    let old = project(old, kept().chain([lit(0_i64).alias(&is_new)]))?;
    let both = cut(build(LogicalPlanBuilder::new(old).union(new))?)?;
    let alike = combined.iter().map(ident).collect();
    let (told, made) = add_window(both, over(min_udaf(), vec![ident(&is_new)], alike, vec![], false))?;
    let told = cut(project(told, kept().chain([ident(&is_new), ident(made).alias(&any_old)]))?)?;
    let wanted = ident(&is_new).eq(lit(0_i64)).or(ident(&any_old).eq(lit(1_i64)));
    let wanted = build(LogicalPlanBuilder::new(told).filter(wanted))?;
    if keeps_order {
        let by: Vec<&str> = [place.as_str()].into_iter().chain(combined.iter().map(String::as_str)).collect();
        in_order(wanted, &by, columns)
    } else {
        project(wanted, all_of(columns))
    }
}

pub fn bind_split_rows(column: &str, by: &str, columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    find_text(column, columns)?;
    check_delimiter(by)?;
    Ok(columns.to_vec())
}

pub fn plan_split_rows(
    plan: LogicalPlan,
    column: &str,
    by: &str,
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let info = find(column, columns)?;
    let cell = as_text(info, &type_in(plan.schema(), column));
    let list = free_name("parts", columns);
    let listed = project(plan, all_of(columns).chain([parts(cell, by).alias(&list)]))?;
    let builder = LogicalPlanBuilder::new(listed);
    let unnested = build(builder.unnest_column(datafusion::common::Column::new_unqualified(&list)))?;
    let part = present(trimmed(ident(&list)));
    let cells = columns.iter().map(|c| if c.name == column { part.clone().alias(column) } else { ident(&c.name) });
    project(unnested, cells)
}
