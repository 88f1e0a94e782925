//! Steps as DataFusion plans. Columns are meant by their exact names, whatever these contain.

use super::bind::{bind_step, find, type_in};
use super::formula::read_formula;
use super::problem::plan_problem;
use super::values::{as_text, test_expr};
use super::{Aggregate, Measure, Op, Recipe, SortKey};
use crate::base::{ColumnType, Problem};
use crate::table::{ColumnInfo, arrow_type};
use arrow::datatypes::DataType;
use datafusion::execution::SessionState;
use datafusion::functions::string::expr_fn::btrim;
use datafusion::functions_aggregate::expr_fn::{avg, count, count_distinct, max, median, min, stddev, sum};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, SortExpr, cast, ident, lit, try_cast, when};

/// Puts a whole recipe on a plan, leaving out steps that are off. Gives the plan and its columns.
///
/// # Errors
/// As [`bind_step`], placed at the step.
pub fn plan_recipe(
    mut plan: LogicalPlan,
    recipe: &Recipe,
    columns: &[ColumnInfo],
    state: &SessionState,
) -> Result<(LogicalPlan, Vec<ColumnInfo>), Problem> {
    let mut columns = columns.to_vec();
    for step in recipe.steps.iter().filter(|s| s.enabled) {
        let at_step = |problem| super::problem::at_step(problem, step.id, &columns);
        plan = plan_step(plan, &step.op, &columns, state).map_err(at_step)?;
        columns = bind_step(&step.op, &columns, state).map_err(at_step)?;
    }
    Ok((plan, columns))
}

/// Puts one step on a plan whose columns are `columns`. The step is checked first.
///
/// # Errors
/// As [`bind_step`].
pub fn plan_step(
    plan: LogicalPlan,
    op: &Op,
    columns: &[ColumnInfo],
    state: &SessionState,
) -> Result<LogicalPlan, Problem> {
    match op {
        Op::Sort { keys } => {
            bind_step(op, columns, state)?;
            plan_sort(plan, keys, columns)
        }
        Op::Group { by, .. } if !by.is_empty() => {
            let order: Vec<SortExpr> = by.iter().map(|name| ident(name).sort(true, false)).collect();
            let plan = plan_unordered_step(plan, op, columns, state)?;
            build(LogicalPlanBuilder::new(plan).sort(order))
        }
        _ => plan_unordered_step(plan, op, columns, state),
    }
}

/// What a step does but for the order it gives to the rows.
///
/// # Errors
/// As [`bind_step`].
pub(super) fn plan_unordered_step(
    plan: LogicalPlan,
    op: &Op,
    columns: &[ColumnInfo],
    state: &SessionState,
) -> Result<LogicalPlan, Problem> {
    bind_step(op, columns, state)?;
    let all = |columns: &[ColumnInfo]| columns.iter().map(|c| ident(&c.name)).collect::<Vec<Expr>>();
    match op {
        Op::Filter { column, test } => {
            let info = find(column, columns)?;
            let condition = test_expr(test, info, &type_in(plan.schema(), column))?;
            build(LogicalPlanBuilder::new(plan).filter(condition))
        }
        Op::Rename { from, to } => {
            let renamed = columns.iter().map(|c| if c.name == *from { ident(from).alias(to) } else { ident(&c.name) });
            build(LogicalPlanBuilder::new(plan).project(renamed.collect::<Vec<Expr>>()))
        }
        Op::ChangeType { column, to } => {
            let info = find(column, columns)?;
            let changed = change_type(info, *to, &type_in(plan.schema(), column))?;
            let exprs =
                columns.iter().map(|c| if c.name == *column { changed.clone().alias(column) } else { ident(&c.name) });
            build(LogicalPlanBuilder::new(plan).project(exprs.collect::<Vec<Expr>>()))
        }
        Op::Compute { name, formula } => {
            let (expr, _) = read_formula(formula, columns, plan.schema(), state)?;
            let mut exprs = all(columns);
            exprs.push(expr.alias(name));
            build(LogicalPlanBuilder::new(plan).project(exprs))
        }
        Op::Group { by, measures } => plan_group(plan, by, measures, columns),
        Op::Sort { .. } => Ok(plan),
        Op::Remove { columns: removed } => {
            let left: Vec<ColumnInfo> = columns.iter().filter(|c| !removed.contains(&c.name)).cloned().collect();
            build(LogicalPlanBuilder::new(plan).project(all(&left)))
        }
        Op::Select { columns: chosen } => {
            build(LogicalPlanBuilder::new(plan).project(chosen.iter().map(ident).collect::<Vec<Expr>>()))
        }
    }
}

fn build(builder: datafusion::error::Result<LogicalPlanBuilder>) -> Result<LogicalPlan, Problem> {
    builder.and_then(LogicalPlanBuilder::build).map_err(plan_problem)
}

/// Cells that cannot be read as the new type become missing; so do fractions in whole numbers,
/// rather than be cut.
fn change_type(column: &ColumnInfo, to: ColumnType, data_type: &DataType) -> Result<Expr, Problem> {
    let cell = ident(&column.name);
    let target = arrow_type(to);
    let from = column.column_type;
    if from == to {
        return Ok(cell);
    }
    if from == ColumnType::Text {
        return Ok(try_cast(btrim(vec![as_text(column, data_type)]), target));
    }
    let has_fractions = matches!(from, ColumnType::Number | ColumnType::Decimal) && to == ColumnType::Integer;
    if has_fractions {
        let whole = try_cast(cell.clone(), target);
        return when(cast(whole.clone(), data_type.clone()).eq(cell), whole).end().map_err(plan_problem);
    }
    Ok(try_cast(cell, target))
}

fn plan_group(
    plan: LogicalPlan,
    by: &[String],
    measures: &[Measure],
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let mut aggregates = Vec::new();
    let mut outputs: Vec<Expr> = by.iter().map(ident).collect();
    for (i, measure) in measures.iter().enumerate() {
        // Named apart from the columns grouped by, so that no name can clash on the way.
        let inner = format!("measure {i} of the group");
        aggregates.push(aggregate(measure, columns, &plan)?.alias(&inner));
        outputs.push(ident(inner).alias(&measure.name));
    }
    let groups: Vec<Expr> = by.iter().map(ident).collect();
    let builder = LogicalPlanBuilder::new(plan).aggregate(groups, aggregates);
    build(builder.and_then(|b| b.project(outputs)))
}

fn aggregate(measure: &Measure, columns: &[ColumnInfo], plan: &LogicalPlan) -> Result<Expr, Problem> {
    let Some(name) = measure.column.as_deref().filter(|_| measure.aggregate != Aggregate::Count) else {
        return Ok(count(lit(1i64)));
    };
    let info = find(name, columns)?;
    let data_type = type_in(plan.schema(), name);
    let cell = if info.column_type == ColumnType::Text { as_text(info, &data_type) } else { ident(name) };
    let number = || if data_type == DataType::Float64 { ident(name) } else { cast(ident(name), DataType::Float64) };
    let same_type = |expr: Expr| cast(expr, arrow_type(info.column_type));
    Ok(match measure.aggregate {
        Aggregate::Count => count(lit(1i64)),
        Aggregate::CountDistinct => count_distinct(cell),
        Aggregate::Sum if info.column_type == ColumnType::Decimal => same_type(sum(cell)),
        Aggregate::Sum => sum(cell),
        Aggregate::Mean => avg(number()),
        Aggregate::Median => median(number()),
        Aggregate::Min => min(cell),
        Aggregate::Max => max(cell),
        Aggregate::Sd => stddev(number()),
    })
}

/// Sorts with missing cells last. DataFusion's sort may swap ties, so the place before sorting is
/// the last key.
fn plan_sort(plan: LogicalPlan, keys: &[SortKey], columns: &[ColumnInfo]) -> Result<LogicalPlan, Problem> {
    if keys.is_empty() {
        return Ok(plan);
    }
    let place = row_number();
    let place_name = place.schema_name().to_string();
    let mut order: Vec<SortExpr> = keys.iter().map(|k| ident(&k.column).sort(!k.descending, false)).collect();
    order.push(ident(&place_name).sort(true, false));
    let all: Vec<Expr> = columns.iter().map(|c| ident(&c.name)).collect();
    let builder = LogicalPlanBuilder::new(plan).window(vec![place]);
    build(builder.and_then(|b| b.sort(order)).and_then(|b| b.project(all)))
}
