//! Steps as DataFusion plans. Columns are meant by their exact names, whatever these contain.

use super::bind::{bind_step, find, type_in};
use super::clean::{self, Cut};
use super::formula::read_formula;
use super::problem::plan_problem;
use super::values::{as_text, test_expr};
use super::{Aggregate, Filler, Measure, Op, Recipe, SortKey};
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
        Op::Group { by, .. } | Op::Pivot { by, .. } if !by.is_empty() => {
            let order: Vec<SortExpr> = by.iter().map(|name| ident(name).sort(true, false)).collect();
            let plan = plan_unordered_step(plan, op, columns, state, &mut Ok)?;
            build(LogicalPlanBuilder::new(plan).sort(order))
        }
        Op::Fill { column, with: Filler::Down } => {
            bind_step(op, columns, state)?;
            clean::plan_fill_down(plan, column, columns)
        }
        Op::SplitRows { column, by } => {
            bind_step(op, columns, state)?;
            clean::plan_split_rows(plan, column, by, columns)
        }
        Op::Distinct { by, keep } => {
            bind_step(op, columns, state)?;
            clean::plan_distinct(plan, by, keep, columns)
        }
        Op::Unpivot { columns: turned, names, values } => {
            bind_step(op, columns, state)?;
            clean::plan_unpivot(plan, turned, (names, values), columns, true)
        }
        Op::Complete { columns: combined } => {
            bind_step(op, columns, state)?;
            clean::plan_complete(plan, combined, columns, true, &mut Ok)
        }
        _ => plan_unordered_step(plan, op, columns, state, &mut Ok),
    }
}

/// What a step does but for the order it gives to the rows. `cut` ends a stage of it.
///
/// # Errors
/// As [`bind_step`], and `no_sql` where a step is nothing without the order of rows.
pub(super) fn plan_unordered_step(
    plan: LogicalPlan,
    op: &Op,
    columns: &[ColumnInfo],
    state: &SessionState,
    cut: Cut<'_>,
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
        Op::Map { column, swaps } => clean::plan_map(plan, column, swaps, columns),
        Op::Replace { column, find, with, is_pattern, ignores_case } => {
            clean::plan_replace(plan, column, (find, with), (*is_pattern, *ignores_case), columns)
        }
        Op::Fill { column, with } => clean::plan_fill(plan, column, with, columns),
        Op::Tidy { columns: tidied, spaces, letters, composes } => {
            clean::plan_tidy(plan, tidied, (*spaces, *letters, *composes), columns)
        }
        Op::Split { column, by, into } => clean::plan_split(plan, column, by, into, columns),
        Op::SplitRows { .. } => Err(clean::no_sql(
            "Splitting into rows cannot be written as SQL.",
            "Databases differ in how they make rows of a list, and lose those that have none.",
        )),
        Op::Unite { columns: united, by, name } => clean::plan_unite(plan, united, by, name, columns),
        Op::Extract { column, pattern, ignores_case, name } => {
            clean::plan_extract(plan, column, (pattern, *ignores_case), name, columns)
        }
        Op::Distinct { by, keep } => clean::plan_distinct_in_place(plan, by, keep, columns, cut),
        Op::Unpivot { columns: turned, names, values } => {
            clean::plan_unpivot(plan, turned, (names, values), columns, false)
        }
        Op::Pivot { by, names, values, aggregate, into } => {
            clean::plan_pivot(plan, by, (names, values), *aggregate, into, columns)
        }
        Op::Complete { columns: combined } => clean::plan_complete(plan, combined, columns, false, cut),
        Op::Outliers { column, rule, name } => clean::plan_outliers(plan, column, *rule, name, columns, cut),
    }
}

pub(super) fn build(builder: datafusion::error::Result<LogicalPlanBuilder>) -> Result<LogicalPlan, Problem> {
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
        return Ok(aggregate_of(Aggregate::Count, None, lit(1i64)));
    };
    let info = find(name, columns)?;
    let data_type = type_in(plan.schema(), name);
    let cell = if info.column_type == ColumnType::Text { as_text(info, &data_type) } else { ident(name) };
    Ok(aggregate_of(measure.aggregate, Some(info), cell))
}

/// What the cells of a column come to; without a column they are counted.
pub(super) fn aggregate_of(aggregate: Aggregate, column: Option<&ColumnInfo>, cell: Expr) -> Expr {
    let Some(info) = column else { return count(cell) };
    let number = |cell: Expr| {
        if info.column_type == ColumnType::Number { cell } else { cast(cell, DataType::Float64) }
    };
    match aggregate {
        Aggregate::Count => count(cell),
        Aggregate::CountDistinct => count_distinct(cell),
        Aggregate::Sum if info.column_type == ColumnType::Decimal => cast(sum(cell), arrow_type(info.column_type)),
        Aggregate::Sum => sum(cell),
        Aggregate::Mean => avg(number(cell)),
        Aggregate::Median => median(number(cell)),
        Aggregate::Min => min(cell),
        Aggregate::Max => max(cell),
        Aggregate::Sd => stddev(number(cell)),
    }
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
