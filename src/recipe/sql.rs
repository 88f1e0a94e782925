//! A recipe as SQL, a named query a step, each from the plan that runs.

use super::bind::bind_step;
use super::plan::plan_unordered_step;
use super::problem::{at_step, plain_text, plan_problem};
use super::{Op, Recipe, SortKey, Step};
use crate::base::Problem;
use crate::table::{ColumnInfo, arrow_type};
use arrow::datatypes::{Field, Schema};
use datafusion::common::TableReference;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{LogicalPlan, ident, table_scan};
use datafusion::sql::unparser::Unparser;
use datafusion::sql::unparser::dialect::DefaultDialect;

/// One query that does what the enabled steps do to the table called `input_name`.
///
/// The order of rows stands at the end, where SQL guarantees it; ties are left open, and an order
/// by a column that is removed or changed later is left out.
///
/// # Errors
/// As [`bind_step`], placed at the step; `no_sql` when a step has no SQL form.
pub fn to_sql(
    input_name: &str,
    recipe: &Recipe,
    columns: &[ColumnInfo],
    state: &SessionState,
) -> Result<String, Problem> {
    let mut columns = columns.to_vec();
    let mut order: Vec<SortKey> = Vec::new();
    let mut queries = Queries::new(input_name);
    for step in recipe.steps.iter().filter(|s| s.enabled) {
        queries.add_step(step, &columns, state).map_err(|p| at_step(p, step.id, &columns))?;
        columns = bind_step(&step.op, &columns, state).map_err(|p| at_step(p, step.id, &columns))?;
        update_order(&mut order, &step.op);
    }
    let Queries { prefix, named: mut queries, .. } = queries;
    let order_by = write_order(&order)?;
    let Some((_, last)) = queries.pop() else {
        return Ok(format!("{}{order_by}", write_plan(&scan(input_name, &columns)?)?));
    };
    let named: Vec<String> = queries.iter().map(|(name, query)| format!("{name} AS (\n  {query}\n)")).collect();
    let with = if named.is_empty() { String::new() } else { format!("WITH {}\n", named.join(",\n")) };
    if order_by.is_empty() {
        return Ok(format!("{with}{last}"));
    }
    // Around the last step, so that the order can use the names that it gives.
    let with = if named.is_empty() { "WITH ".to_owned() } else { format!("WITH {},\n", named.join(",\n")) };
    let name = format!("{prefix}{}", named.len() + 1);
    Ok(format!("{with}{name} AS (\n  {last}\n)\nSELECT * FROM {name}{order_by}"))
}

/// The queries so far, each with its name and reading the one before.
struct Queries<'a> {
    input_name: &'a str,
    prefix: &'static str,
    named: Vec<(String, String)>,
}

impl<'a> Queries<'a> {
    fn new(input_name: &'a str) -> Queries<'a> {
        let prefix = if input_name.starts_with("step_") { "then_" } else { "step_" };
        Queries { input_name, prefix, named: Vec::new() }
    }

    fn last_name(&self) -> &str {
        self.named.last().map_or(self.input_name, |(name, _)| name.as_str())
    }

    fn add(&mut self, plan: &LogicalPlan) -> Result<(), Problem> {
        let query = write_plan(plan)?;
        self.named.push((format!("{}{}", self.prefix, self.named.len() + 1), query));
        Ok(())
    }

    /// A step that only orders adds nothing.
    fn add_step(&mut self, step: &Step, columns: &[ColumnInfo], state: &SessionState) -> Result<(), Problem> {
        let input = scan(self.last_name(), columns)?;
        let plan = plan_unordered_step(input, &step.op, columns, state, &mut |plan| {
            self.add(&plan)?;
            scan_schema(self.last_name(), plan.schema().as_arrow())
        })?;
        if matches!(step.op, Op::Sort { .. }) { Ok(()) } else { self.add(&plan) }
    }
}

fn scan(name: &str, columns: &[ColumnInfo]) -> Result<LogicalPlan, Problem> {
    let fields: Vec<Field> = columns.iter().map(|c| Field::new(&c.name, arrow_type(c.column_type), true)).collect();
    scan_schema(name, &Schema::new(fields))
}

fn scan_schema(name: &str, schema: &Schema) -> Result<LogicalPlan, Problem> {
    table_scan(Some(TableReference::bare(name)), schema, None).and_then(|builder| builder.build()).map_err(plan_problem)
}

fn write_plan(plan: &LogicalPlan) -> Result<String, Problem> {
    let statement = Unparser::new(&DefaultDialect {}).with_pretty(true).plan_to_sql(plan).map_err(|e| {
        Problem::request("no_sql", "These steps cannot be written as one SQL query.").because(plain_text(&e))
    })?;
    Ok(statement.to_string())
}

fn update_order(order: &mut Vec<SortKey>, op: &Op) {
    let cut = |order: &mut Vec<SortKey>, gone: &dyn Fn(&str) -> bool| {
        if let Some(at) = order.iter().position(|k| gone(&k.column)) {
            order.truncate(at);
        }
    };
    let in_order = |by: &[String]| {
        by.iter().map(|column| SortKey { column: column.clone(), descending: false }).collect::<Vec<_>>()
    };
    match op {
        Op::Sort { keys } => {
            // Ties of the new order keep the old one.
            let mut merged = keys.clone();
            merged.extend(order.drain(..).filter(|old| keys.iter().all(|new| new.column != old.column)));
            *order = merged;
        }
        Op::Group { by, .. } => *order = in_order(by),
        Op::Rename { from, to } => {
            for key in order.iter_mut().filter(|k| k.column == *from) {
                key.column.clone_from(to);
            }
        }
        Op::Remove { columns } => cut(order, &|name| columns.iter().any(|c| c == name)),
        Op::Select { columns } => cut(order, &|name| columns.iter().all(|c| c != name)),
        Op::ChangeType { column, .. }
        | Op::Map { column, .. }
        | Op::Replace { column, .. }
        | Op::Fill { column, .. }
        | Op::SplitRows { column, .. } => cut(order, &|name| name == column),
        Op::Tidy { columns, .. } | Op::Unpivot { columns, .. } => cut(order, &|name| columns.iter().any(|c| c == name)),
        Op::Pivot { by, .. } => *order = in_order(by),
        // New rows come behind.
        Op::Complete { .. } => order.clear(),
        Op::Filter { .. }
        | Op::Compute { .. }
        | Op::Split { .. }
        | Op::Unite { .. }
        | Op::Extract { .. }
        | Op::Distinct { .. }
        | Op::Outliers { .. } => {}
    }
}

fn write_order(order: &[SortKey]) -> Result<String, Problem> {
    let mut parts = Vec::new();
    for key in order {
        let name = Unparser::new(&DefaultDialect {}).expr_to_sql(&ident(&key.column)).map_err(plan_problem)?;
        parts.push(format!("{name} {} NULLS LAST", if key.descending { "DESC" } else { "ASC" }));
    }
    Ok(if parts.is_empty() { String::new() } else { format!("\nORDER BY {}", parts.join(", ")) })
}
