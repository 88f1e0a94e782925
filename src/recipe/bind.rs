//! Checks steps against columns: every error of name or type is found here, before a row is touched.

use super::clean;
use super::formula::read_formula;
use super::problem::{at_step, name_taken, no_name, unknown_column};
use super::read::plural_of;
use super::values::test_expr;
use super::{Aggregate, Measure, Op, Recipe};
use crate::base::{ColumnType, Place, Problem};
use crate::table::{ColumnInfo, arrow_type};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::DFSchema;
use datafusion::execution::SessionState;

/// Checks each step of a recipe in turn. A step that is off, or that fails, leaves the columns as
/// they are for the next. Problems name the step and offer to switch it off.
pub fn bind(recipe: &Recipe, columns: &[ColumnInfo], state: &SessionState) -> Vec<Result<Vec<ColumnInfo>, Problem>> {
    let mut columns = columns.to_vec();
    let mut out = Vec::with_capacity(recipe.steps.len());
    for step in &recipe.steps {
        let bound = if step.enabled { bind_step(&step.op, &columns, state) } else { Ok(columns.clone()) };
        if let Ok(after) = &bound {
            columns.clone_from(after);
        }
        out.push(bound.map_err(|problem| at_step(problem, step.id, &columns)));
    }
    out
}

/// The columns after a step.
///
/// # Errors
/// `unknown_column`, `name_taken`, `no_name`, `no_columns`, `unreadable_value`, `cannot_change_type`,
/// `needs_numbers`, those of formulas, and of steps that clean: `needs_text`, `nothing_to_do`,
/// `named_twice`, `types_differ`, `bad_pattern`, `too_many_values`, `too_many_parts`, `too_many_columns`.
pub fn bind_step(op: &Op, columns: &[ColumnInfo], state: &SessionState) -> Result<Vec<ColumnInfo>, Problem> {
    match op {
        Op::Filter { column, test } => {
            let info = find(column, columns)?;
            test_expr(test, info, &arrow_type(info.column_type))?;
            Ok(columns.to_vec())
        }
        Op::Rename { from, to } => {
            find(from, columns)?;
            if to.trim().is_empty() {
                return Err(no_name());
            }
            if from != to && columns.iter().any(|c| c.name == *to) {
                return Err(name_taken(to));
            }
            let renamed = |c: &ColumnInfo| ColumnInfo {
                name: if c.name == *from { to.clone() } else { c.name.clone() },
                ..c.clone()
            };
            Ok(columns.iter().map(renamed).collect())
        }
        Op::ChangeType { column, to } => {
            let from = find(column, columns)?.column_type;
            if !can_change(from, *to) {
                return Err(Problem::request(
                    "cannot_change_type",
                    format!(
                        "{} cannot be turned into {}.",
                        crate::base::wording::sentence_case(plural_of(from)),
                        plural_of(*to)
                    ),
                )
                .because(format!("The column '{column}' holds {}.", plural_of(from)))
                .at(Place::column(column))
                .hint("Turn the column into text first, or choose another type."));
            }
            let changed = |c: &ColumnInfo| {
                let mut c = c.clone();
                if c.name == *column && from != *to {
                    c.column_type = *to;
                    c.reason = "as you chose".to_owned();
                    c.confidence = 1.0;
                    c.runner_up = None;
                }
                c
            };
            Ok(columns.iter().map(changed).collect())
        }
        Op::Compute { name, formula } => {
            if name.trim().is_empty() {
                return Err(no_name());
            }
            if columns.iter().any(|c| c.name == *name) {
                return Err(name_taken(name));
            }
            let (_, column_type) = read_formula(formula, columns, &schema_of(columns)?, state)?;
            let mut info = ColumnInfo::new(name, column_type);
            info.reason = format!("computed as {formula}");
            Ok(columns.iter().cloned().chain([info]).collect())
        }
        Op::Group { by, measures } => bind_group(by, measures, columns),
        Op::Sort { keys } => {
            for key in keys {
                find(&key.column, columns)?;
            }
            Ok(columns.to_vec())
        }
        Op::Remove { columns: removed } => {
            for name in removed {
                find(name, columns)?;
            }
            let left: Vec<ColumnInfo> = columns.iter().filter(|c| !removed.contains(&c.name)).cloned().collect();
            if left.is_empty() {
                return Err(Problem::request("no_columns", "No columns would be left.").hint("Keep at least one."));
            }
            Ok(left)
        }
        Op::Select { columns: chosen } => bind_select(chosen, columns),
        Op::Map { column, swaps } => clean::bind_map(column, swaps, columns),
        Op::Replace { column, find, is_pattern, .. } => clean::bind_replace(column, find, *is_pattern, columns),
        Op::Fill { column, with } => clean::bind_fill(column, with, columns),
        Op::Tidy { columns: tidied, spaces, letters, composes } => {
            clean::bind_tidy(tidied, *spaces || *composes || letters.is_some(), columns)
        }
        Op::Split { column, by, into } => clean::bind_split(column, by, into, columns),
        Op::SplitRows { column, by } => clean::bind_split_rows(column, by, columns),
        Op::Unite { columns: united, name, .. } => clean::bind_unite(united, name, columns),
        Op::Extract { column, pattern, name, .. } => clean::bind_extract(column, pattern, name, columns),
        Op::Distinct { by, keep } => clean::bind_distinct(by, keep, columns),
        Op::Unpivot { columns: turned, names, values } => clean::bind_unpivot(turned, names, values, columns),
        Op::Pivot { by, names, values, aggregate, into } => {
            clean::bind_pivot(by, (names, values), *aggregate, into, columns)
        }
        Op::Complete { columns: combined } => clean::bind_complete(combined, columns),
        Op::Outliers { column, name, .. } => clean::bind_outliers(column, name, columns),
    }
}

fn bind_select(chosen: &[String], columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    let mut out: Vec<ColumnInfo> = Vec::with_capacity(chosen.len());
    for name in chosen {
        let info = find(name, columns)?;
        if out.iter().any(|c| c.name == *name) {
            return Err(named_twice(name, "to keep"));
        }
        out.push(info.clone());
    }
    if out.is_empty() {
        return Err(Problem::request("no_columns", "No columns would be left.").hint("Keep at least one."));
    }
    Ok(out)
}

fn named_twice(name: &str, what_for: &str) -> Problem {
    Problem::request("named_twice", format!("'{name}' is chosen twice {what_for}."))
        .at(Place::column(name))
        .hint("Remove one of them.")
}

fn bind_group(by: &[String], measures: &[Measure], columns: &[ColumnInfo]) -> Result<Vec<ColumnInfo>, Problem> {
    if by.is_empty() && measures.is_empty() {
        return Err(Problem::request("no_columns", "Nothing was chosen to group by or to measure.")
            .hint("Choose a column to group by."));
    }
    let mut out: Vec<ColumnInfo> = Vec::new();
    for name in by {
        let info = find(name, columns)?;
        if out.iter().any(|c| c.name == *name) {
            return Err(named_twice(name, "to group by"));
        }
        out.push(info.clone());
    }
    for measure in measures {
        if measure.name.trim().is_empty() {
            return Err(no_name());
        }
        if out.iter().any(|c| c.name == measure.name) {
            return Err(name_taken(&measure.name));
        }
        out.push(bind_measure(measure, columns)?);
    }
    Ok(out)
}

pub(super) fn bind_measure(measure: &Measure, columns: &[ColumnInfo]) -> Result<ColumnInfo, Problem> {
    let aggregate = measure.aggregate;
    let mut info = ColumnInfo::new(&measure.name, ColumnType::Integer);
    info.reason = super::describe::measure_words(measure);
    if aggregate == Aggregate::Count {
        return Ok(info);
    }
    let Some(name) = &measure.column else {
        return Err(Problem::request("no_column", format!("No column was chosen for the {}.", aggregate.word()))
            .hint("Choose one."));
    };
    let column = find(name, columns)?;
    if aggregate == Aggregate::CountDistinct {
        return Ok(info);
    }
    info.unit = column.unit.clone();
    info.column_type = match aggregate {
        Aggregate::Min | Aggregate::Max => column.column_type,
        _ if !column.column_type.is_numeric() => {
            return Err(Problem::request(
                "needs_numbers",
                format!("The {} of '{name}' cannot be taken.", aggregate.word()),
            )
            .because(format!("The column holds {}.", plural_of(column.column_type)))
            .at(Place::column(name))
            .hint("Choose a column of numbers, or change its type first."));
        }
        Aggregate::Sum => column.column_type,
        _ => ColumnType::Number,
    };
    Ok(info)
}

pub(super) fn find<'a>(name: &str, columns: &'a [ColumnInfo]) -> Result<&'a ColumnInfo, Problem> {
    columns.iter().find(|c| c.name == name).ok_or_else(|| unknown_column(name, columns))
}

/// Whether cells of a type can be read as another at all.
fn can_change(from: ColumnType, to: ColumnType) -> bool {
    use ColumnType::{Boolean, Date, DateTime, Duration, Text, Time};
    match (from, to) {
        _ if from == to => true,
        (Duration, _) | (_, Duration) => false,
        (_, Text) | (Text, _) => true,
        (a, b) if (a.is_numeric() || a == Boolean) && (b.is_numeric() || b == Boolean) => true,
        (Date, DateTime) | (DateTime, Date | Time) => true,
        _ => false,
    }
}

fn schema_of(columns: &[ColumnInfo]) -> Result<DFSchema, Problem> {
    let fields: Vec<Field> = columns.iter().map(|c| Field::new(&c.name, arrow_type(c.column_type), true)).collect();
    DFSchema::try_from(Schema::new(fields)).map_err(super::problem::plan_problem)
}

/// The Arrow type of a column in a plan, which may keep text as a dictionary.
pub(super) fn type_in(schema: &DFSchema, name: &str) -> DataType {
    schema.fields().iter().find(|f| f.name() == name).map_or(DataType::Utf8, |f| f.data_type().clone())
}
