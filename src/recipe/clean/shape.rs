//! Steps that turn columns into rows and rows into columns.

use super::super::bind::type_in;
use super::super::plan::{aggregate_of, build};
use super::super::problem::{name_taken, no_name, plan_problem};
use super::super::values::{as_text, test_expr};
use super::super::{Aggregate, Measure, Test};
use super::{check_new_name, find, free_name, in_order, nothing_to_do, project, with_place};
use crate::base::{ColumnType, Place, Problem};
use crate::table::{ColumnInfo, arrow_type};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Union, cast, ident, lit, when};
use std::sync::Arc;

/// Columns turned into rows, or values into columns.
const MAX_TURNED: usize = 200;

pub fn bind_unpivot(
    turned: &[String],
    names: &str,
    values: &str,
    columns: &[ColumnInfo],
) -> Result<Vec<ColumnInfo>, Problem> {
    let mut infos = Vec::with_capacity(turned.len());
    for name in turned {
        infos.push(find(name, columns)?);
    }
    if infos.is_empty() {
        return Err(nothing_to_do("No column was chosen to become rows.", "Choose the columns."));
    }
    check_n_turned(turned.len())?;
    if let Some(twice) = turned.iter().enumerate().find(|(idx, name)| turned.iter().take(*idx).any(|n| n == *name)) {
        return Err(Problem::request("named_twice", format!("'{}' is chosen twice.", twice.1))
            .at(Place::column(twice.1))
            .hint("Remove one of them."));
    }
    let mut out: Vec<ColumnInfo> = others_of(turned, columns).cloned().collect();
    check_new_name(names, &out)?;
    let mut info = ColumnInfo::new(names, ColumnType::Text);
    info.reason = "names of columns".to_owned();
    out.push(info);
    check_new_name(values, &out)?;
    let mut info = ColumnInfo::new(values, common_type(&infos));
    info.reason = format!("cells of {}", crate::base::wording::plural(turned.len() as u64, "column", "columns"));
    let unit = infos.first().and_then(|c| c.unit.clone());
    info.unit = unit.filter(|unit| infos.iter().all(|c| c.unit.as_ref() == Some(unit)));
    out.push(info);
    Ok(out)
}

fn check_n_turned(n: usize) -> Result<(), Problem> {
    if n > MAX_TURNED {
        return Err(Problem::limit("too_many_columns", format!("At most {MAX_TURNED} columns can be turned at once."))
            .hint("Choose fewer."));
    }
    Ok(())
}

fn others_of<'a>(turned: &'a [String], columns: &'a [ColumnInfo]) -> impl Iterator<Item = &'a ColumnInfo> {
    columns.iter().filter(|c| !turned.contains(&c.name))
}

/// The type that holds the cells of all of them.
fn common_type(infos: &[&ColumnInfo]) -> ColumnType {
    let Some(first) = infos.first().map(|c| c.column_type) else { return ColumnType::Text };
    if infos.iter().all(|c| c.column_type == first) {
        first
    } else if infos.iter().all(|c| c.column_type.is_numeric()) {
        ColumnType::Number
    } else {
        ColumnType::Text
    }
}

/// `keeps_order` puts the rows of each row together, in its place.
pub fn plan_unpivot(
    plan: LogicalPlan,
    turned: &[String],
    (names, values): (&str, &str),
    columns: &[ColumnInfo],
    keeps_order: bool,
) -> Result<LogicalPlan, Problem> {
    let place = free_name("place of the row", columns);
    let turn = free_name("turn of the column", columns);
    let infos = turned.iter().map(|name| find(name, columns)).collect::<Result<Vec<_>, _>>()?;
    let common = common_type(&infos);
    let plan = if keeps_order { with_place(plan, columns, &place)? } else { plan };
    let mut inputs = Vec::with_capacity(infos.len());
    for (info, nr) in infos.iter().zip(0_i64..) {
        let data_type = type_in(plan.schema(), &info.name);
        let cell = if common == ColumnType::Text {
            as_text(info, &data_type)
        } else if data_type == arrow_type(common) {
            ident(&info.name)
        } else {
            cast(ident(&info.name), arrow_type(common))
        };
        let name = lit(info.name.as_str()).alias(names);
        let kept = others_of(turned, columns).map(|c| ident(&c.name)).chain([name, cell.alias(values)]);
        let ordered = if keeps_order { vec![ident(&place), lit(nr).alias(&turn)] } else { Vec::new() };
        inputs.push(Arc::new(project(plan.clone(), kept.chain(ordered))?));
    }
    let mut inputs = inputs.into_iter();
    let all = match (inputs.next(), inputs.len()) {
        (Some(only), 0) => Arc::unwrap_or_clone(only),
        (first, _) => {
            let all = first.into_iter().chain(inputs).collect();
            LogicalPlan::Union(Union::try_new_with_loose_types(all).map_err(plan_problem)?)
        }
    };
    if !keeps_order {
        return Ok(all);
    }
    let mut out: Vec<ColumnInfo> = others_of(turned, columns).cloned().collect();
    out.extend([names, values].map(|name| ColumnInfo::new(name, ColumnType::Text)));
    in_order(all, &[&place, &turn], &out)
}

pub fn bind_pivot(
    by: &[String],
    (names, values): (&str, &str),
    aggregate: Aggregate,
    into: &[String],
    columns: &[ColumnInfo],
) -> Result<Vec<ColumnInfo>, Problem> {
    let mut out: Vec<ColumnInfo> = Vec::with_capacity(by.len() + into.len());
    for name in by {
        let info = find(name, columns)?;
        if out.iter().any(|c| c.name == *name) {
            return Err(Problem::request("named_twice", format!("'{name}' is chosen twice."))
                .at(Place::column(name))
                .hint("Remove one of them."));
        }
        out.push(info.clone());
    }
    let names_info = find(names, columns)?;
    if into.is_empty() {
        return Err(nothing_to_do("No value was chosen to become a column.", "Choose the values that become columns."));
    }
    check_n_turned(into.len())?;
    let measure = Measure { aggregate, column: Some(values.to_owned()), name: String::new() };
    let made = super::super::bind::bind_measure(&measure, columns)?;
    for value in into {
        test_expr(&Test::OneOf(vec![value.clone()]), names_info, &arrow_type(names_info.column_type))?;
        if value.trim().is_empty() {
            return Err(no_name());
        }
        if out.iter().any(|c| c.name == *value) {
            return Err(name_taken(value));
        }
        out.push(ColumnInfo { name: value.clone(), ..made.clone() });
    }
    Ok(out)
}

pub fn plan_pivot(
    plan: LogicalPlan,
    by: &[String],
    (names, values): (&str, &str),
    aggregate: Aggregate,
    into: &[String],
    columns: &[ColumnInfo],
) -> Result<LogicalPlan, Problem> {
    let names_info = find(names, columns)?;
    let names_type = type_in(plan.schema(), names);
    let value = if aggregate == Aggregate::Count {
        None
    } else {
        let info = find(values, columns)?;
        Some((info, type_in(plan.schema(), values)))
    };
    let mut aggregates = Vec::with_capacity(into.len());
    let mut outputs: Vec<Expr> = by.iter().map(ident).collect();
    for (i, column) in into.iter().enumerate() {
        let is_meant = test_expr(&Test::OneOf(vec![column.clone()]), names_info, &names_type)?;
        let only = |cell: Expr| when(is_meant.clone(), cell).end().map_err(plan_problem);
        let summed = match &value {
            None => aggregate_of(aggregate, None, only(lit(1_i64))?),
            Some((info, data_type)) => {
                let cell = if info.column_type == ColumnType::Text { as_text(info, data_type) } else { ident(values) };
                aggregate_of(aggregate, Some(info), only(cell)?)
            }
        };
        // Named apart from the columns grouped by, so that no name can clash on the way.
        let inner = format!("value {i} of the pivot");
        aggregates.push(summed.alias(&inner));
        outputs.push(ident(inner).alias(column));
    }
    let groups: Vec<Expr> = by.iter().map(ident).collect();
    let builder = LogicalPlanBuilder::new(plan).aggregate(groups, aggregates);
    build(builder.and_then(|b| b.project(outputs)))
}
