//! Steps that clean: what they need (bind) and how they are carried out (plan), a file a family.
//!
//! Each is an expression or a plan of DataFusion, like the other steps. Where rows are taken apart,
//! put together or told apart, the work is cut into stages, so that its SQL is a named query a stage.

mod cells;
mod functions;
mod outliers;
mod parts;
mod pattern;
mod rows;
mod shape;

pub(super) use cells::{
    bind_fill, bind_map, bind_replace, bind_tidy, plan_fill, plan_fill_down, plan_map, plan_replace, plan_tidy,
};
pub use functions::functions;
pub(super) use outliers::{bind_outliers, plan_outliers};
pub(super) use parts::{bind_extract, bind_split, bind_unite, plan_extract, plan_split, plan_unite};
pub(super) use rows::{
    bind_complete, bind_distinct, bind_split_rows, plan_complete, plan_distinct, plan_distinct_in_place,
    plan_split_rows,
};
pub(super) use shape::{bind_pivot, bind_unpivot, plan_pivot, plan_unpivot};

use super::bind::find;
use super::plan::build;
use super::problem::{name_taken, no_name};
use super::read::plural_of;
use crate::base::{ColumnType, Place, Problem};
use crate::table::ColumnInfo;
use datafusion::functions::string::expr_fn::{ltrim, rtrim};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::expr::{Sort, WindowFunction};
use datafusion::logical_expr::{
    Expr, LogicalPlan, LogicalPlanBuilder, SortExpr, WindowFrame, WindowFrameBound, WindowFrameUnits,
    WindowFunctionDefinition, ident,
};
use datafusion::scalar::ScalarValue;

/// Ends a stage: the plan so far, or in SQL a named query of it and what reads that.
pub(super) type Cut<'a> = &'a mut dyn FnMut(LogicalPlan) -> Result<LogicalPlan, Problem>;

/// A column that has to hold text.
fn find_text<'a>(name: &str, columns: &'a [ColumnInfo]) -> Result<&'a ColumnInfo, Problem> {
    let info = find(name, columns)?;
    if info.column_type == ColumnType::Text {
        return Ok(info);
    }
    Err(Problem::request("needs_text", format!("'{name}' holds no text."))
        .because(format!("The column holds {}.", plural_of(info.column_type)))
        .at(Place::column(name))
        .hint("Choose a column of text, or turn this one into text first."))
}

fn find_numbers<'a>(name: &str, columns: &'a [ColumnInfo], what: &str) -> Result<&'a ColumnInfo, Problem> {
    let info = find(name, columns)?;
    if info.column_type.is_numeric() {
        return Ok(info);
    }
    Err(Problem::request("needs_numbers", format!("{what} of '{name}' cannot be taken."))
        .because(format!("The column holds {}.", plural_of(info.column_type)))
        .at(Place::column(name))
        .hint("Choose a column of numbers, or change its type first."))
}

fn nothing_to_do(what: &str, hint: &str) -> Problem {
    Problem::request("nothing_to_do", what).hint(hint)
}

fn check_new_name(name: &str, columns: &[ColumnInfo]) -> Result<(), Problem> {
    if name.trim().is_empty() {
        return Err(no_name());
    }
    if columns.iter().any(|c| c.name == name) { Err(name_taken(name)) } else { Ok(()) }
}

/// The columns with new ones behind one of them.
fn with_behind(columns: &[ColumnInfo], after: &str, new: Vec<ColumnInfo>) -> Vec<ColumnInfo> {
    let at = columns.iter().position(|c| c.name == after).map_or(columns.len(), |at| at + 1);
    let (before, behind) = columns.split_at_checked(at).unwrap_or((columns, &[]));
    before.iter().cloned().chain(new).chain(behind.iter().cloned()).collect()
}

/// The same of a plan.
fn project_behind(
    plan: LogicalPlan,
    columns: &[ColumnInfo],
    after: &str,
    new: Vec<(String, Expr)>,
) -> Result<LogicalPlan, Problem> {
    let infos = new.iter().map(|(name, _)| ColumnInfo::new(name, ColumnType::Text)).collect();
    let of = |c: &ColumnInfo| match new.iter().find(|(name, _)| *name == c.name) {
        Some((name, expr)) => expr.clone().alias(name),
        None => ident(&c.name),
    };
    project(plan, with_behind(columns, after, infos).iter().map(of))
}

/// A plan with the cells of some columns replaced.
fn project_replaced(
    plan: LogicalPlan,
    columns: &[ColumnInfo],
    replaced: &[(String, Expr)],
) -> Result<LogicalPlan, Problem> {
    let of = |c: &ColumnInfo| match replaced.iter().find(|(name, _)| *name == c.name) {
        Some((name, expr)) => expr.clone().alias(name),
        None => ident(&c.name),
    };
    project(plan, columns.iter().map(of))
}

fn project(plan: LogicalPlan, exprs: impl IntoIterator<Item = Expr>) -> Result<LogicalPlan, Problem> {
    build(LogicalPlanBuilder::new(plan).project(exprs.into_iter().collect::<Vec<Expr>>()))
}

fn all_of(columns: &[ColumnInfo]) -> impl Iterator<Item = Expr> {
    columns.iter().map(|c| ident(&c.name))
}

/// A name that no column has, for what is needed on the way.
fn free_name(wanted: &str, columns: &[ColumnInfo]) -> String {
    let mut name = wanted.to_owned();
    while columns.iter().any(|c| c.name == name) {
        name.push('_');
    }
    name
}

/// A function over the rows that are alike in `by`, in an order: up to each row where `is_running`.
fn over(
    function: impl Into<WindowFunctionDefinition>,
    args: Vec<Expr>,
    by: Vec<Expr>,
    order: Vec<SortExpr>,
    is_running: bool,
) -> Expr {
    let mut window = WindowFunction::new(function, args);
    let end = if is_running { WindowFrameBound::CurrentRow } else { WindowFrameBound::Following(ScalarValue::Null) };
    window.params.partition_by = by;
    window.params.order_by = order;
    window.params.window_frame =
        WindowFrame::new_bounds(WindowFrameUnits::Rows, WindowFrameBound::Preceding(ScalarValue::Null), end);
    Expr::from(window)
}

/// Adds the values of a window function to a plan, and gives the name they have in it.
fn add_window(plan: LogicalPlan, window: Expr) -> Result<(LogicalPlan, String), Problem> {
    let plan = build(LogicalPlanBuilder::new(plan).window(vec![window]))?;
    let name = plan.schema().fields().last().map(|f| f.name().clone()).unwrap_or_default();
    Ok((plan, name))
}

/// The plan with the place of each row, counted from 1, as its last column.
fn with_place(plan: LogicalPlan, columns: &[ColumnInfo], name: &str) -> Result<LogicalPlan, Problem> {
    let (plan, made) = add_window(plan, row_number())?;
    project(plan, all_of(columns).chain([ident(made).alias(name)]))
}

/// The rows in an order, and only these columns.
fn in_order(plan: LogicalPlan, by: &[&str], columns: &[ColumnInfo]) -> Result<LogicalPlan, Problem> {
    let order: Vec<SortExpr> = by.iter().map(|name| Sort::new(ident(*name), true, false)).collect();
    let sorted = build(LogicalPlanBuilder::new(plan).sort(order))?;
    project(sorted, all_of(columns))
}

/// Text without spaces at its ends. `btrim` is not known everywhere; these two are.
fn trimmed(text: Expr) -> Expr {
    ltrim(vec![rtrim(vec![text])])
}

/// The sum of expressions as a balanced tree: a chain of hundreds would exhaust the stack.
fn sum_of(mut terms: Vec<Expr>) -> Option<Expr> {
    while terms.len() > 1 {
        let mut halves = Vec::with_capacity(terms.len().div_ceil(2));
        let mut rest = terms.into_iter();
        while let Some(left) = rest.next() {
            halves.push(match rest.next() {
                Some(right) => left + right,
                None => left,
            });
        }
        terms = halves;
    }
    terms.pop()
}

/// A step that has no SQL form.
pub(super) fn no_sql(what: &str, why: &str) -> Problem {
    Problem::request("no_sql", what).because(why)
}
