//! A recipe as SQL, from the same plan that runs.

use super::Recipe;
use super::plan::plan_recipe;
use super::problem::{plain_text, plan_problem};
use crate::base::Problem;
use crate::table::{ColumnInfo, arrow_type};
use arrow::datatypes::{Field, Schema};
use datafusion::common::TableReference;
use datafusion::execution::SessionState;
use datafusion::logical_expr::table_scan;
use datafusion::sql::unparser::Unparser;
use datafusion::sql::unparser::dialect::DefaultDialect;

/// One `SELECT` that does what the enabled steps do to the table called `input_name`.
///
/// # Errors
/// As planning; `no_sql` when a step has no SQL form.
pub fn to_sql(
    input_name: &str,
    recipe: &Recipe,
    columns: &[ColumnInfo],
    state: &SessionState,
) -> Result<String, Problem> {
    let fields: Vec<Field> = columns.iter().map(|c| Field::new(&c.name, arrow_type(c.column_type), true)).collect();
    let scan = table_scan(Some(TableReference::bare(input_name)), &Schema::new(fields), None)
        .and_then(|builder| builder.build())
        .map_err(plan_problem)?;
    let (plan, _) = plan_recipe(scan, recipe, columns, state)?;
    let statement = Unparser::new(&DefaultDialect {}).with_pretty(true).plan_to_sql(&plan).map_err(|e| {
        Problem::request("no_sql", "These steps cannot be written as one SQL query.").because(plain_text(&e))
    })?;
    Ok(format!("{statement:#}"))
}
