//! A column that marks values far from the others.

use super::super::OutlierRule;
use super::super::bind::type_in;
use super::super::problem::plan_problem;
use super::project_behind;
use super::{Cut, add_window, all_of, check_new_name, find, find_numbers, free_name, over, project, with_behind};
use crate::base::{ColumnType, Problem};
use crate::table::ColumnInfo;
use arrow::datatypes::DataType;
use datafusion::functions::math::expr_fn::{abs, isnan};
use datafusion::functions_aggregate::median::median_udaf;
use datafusion::functions_aggregate::percentile_cont::percentile_cont_udaf;
use datafusion::logical_expr::{Expr, LogicalPlan, cast, ident, lit, when};

/// Of the distance between the quartiles (Tukey).
const FENCE: f64 = 1.5;
/// Robust standard deviations (Iglewicz and Hoaglin).
const MAX_Z: f64 = 3.5;
/// Median distance from the median → standard deviation, for normally distributed values.
const SD_OF_MAD: f64 = 1.4826;

pub fn bind_outliers(column: &str, name: &str, columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    find_numbers(column, columns, "Outliers")?;
    check_new_name(name, columns)?;
    let mut info = ColumnInfo::new(name, ColumnType::Boolean);
    info.reason = format!("whether {column} is an outlier");
    Ok(with_behind(columns, column, vec![info]))
}

/// Where the quartiles, or the values on the whole, do not differ, nothing is far.
pub fn plan_outliers(
    plan: LogicalPlan,
    column: &str,
    rule: OutlierRule,
    name: &str,
    columns: &[ColumnInfo],
    cut: Cut<'_>,
) -> Result<LogicalPlan, Problem> {
    find(column, columns)?;
    let value = number(column, &type_in(plan.schema(), column))?;
    let (first, second) = (free_name("first quartile", columns), free_name("third quartile", columns));
    let whole = |function, args| over(function, args, vec![], vec![], false);
    let staged = |plan: LogicalPlan, added: Vec<Expr>| project(plan, all_of(columns).chain(added));
    let (plan, is_far, differs) = match rule {
        OutlierRule::Fences => {
            let quartile = |share: f64| whole(percentile_cont_udaf(), vec![value.clone(), lit(share)]);
            let (plan, q1) = add_window(plan, quartile(0.25))?;
            let (plan, q3) = add_window(plan, quartile(0.75))?;
            let plan = cut(staged(plan, vec![ident(q1).alias(&first), ident(q3).alias(&second)])?)?;
            let reach = || lit(FENCE) * (ident(&second) - ident(&first));
            let low = value.clone().lt(ident(&first) - reach());
            let high = value.clone().gt(ident(&second) + reach());
            (plan, low.or(high), ident(&second).gt(ident(&first)))
        }
        OutlierRule::RobustZ => {
            let (plan, middle) = add_window(plan, whole(median_udaf(), vec![value.clone()]))?;
            let plan = cut(staged(plan, vec![ident(middle).alias(&first)])?)?;
            let distance = || abs(value.clone() - ident(&first));
            let (plan, spread) = add_window(plan, whole(median_udaf(), vec![distance()]))?;
            let plan = cut(staged(plan, vec![ident(&first), ident(spread).alias(&second)])?)?;
            let is_far = distance().gt(lit(MAX_Z * SD_OF_MAD) * ident(&second));
            (plan, is_far, ident(&second).gt(lit(0.0)))
        }
    };
    let flag = when(ident(column).is_not_null(), differs.and(is_far)).end().map_err(plan_problem)?;
    project_behind(plan, columns, column, vec![(name.to_owned(), flag)])
}

/// The value as a number that can be put in order: what is not a number is missing.
fn number(column: &str, data_type: &DataType) -> Result<Expr, Problem> {
    if *data_type == DataType::Float64 {
        let is_number = Expr::Not(Box::new(isnan(ident(column))));
        return when(is_number, ident(column)).end().map_err(plan_problem);
    }
    Ok(cast(ident(column), DataType::Float64))
}
