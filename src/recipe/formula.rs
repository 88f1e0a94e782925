//! Formulas: one SQL expression over the columns of a row.

use super::problem::{plain_text, unknown_column};
use crate::base::{ColumnType, Place, Problem};
use crate::table::{ColumnInfo, arrow_type, column_type_of};
use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, SchemaError};
use datafusion::execution::SessionState;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::functions::core::expr_fn::nullif;
use datafusion::logical_expr::expr::{Cast, TryCast};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator, cast};
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

/// Longer formulas are refused: what is nested too deeply would exhaust the stack.
const MAX_CHARS: usize = 8_000;
const MAX_TOKENS: usize = 500;

/// Functions whose value depends on when they are called.
const CLOCKS: [&str; 6] = ["now", "current_timestamp", "current_date", "current_time", "today", "localtimestamp"];

fn formula_problem(code: &str, what: impl Into<String>) -> Problem {
    Problem::request(code, what)
}

/// Reads a formula. Names are matched as written, with or without double quotes. Dividing by zero
/// and casts that fail give a missing cell; whole numbers divide to a number (7 / 2 = 3.5).
///
/// # Errors
/// `bad_formula`, `unknown_column`, `formula_too_long`, `formula_needs_group`,
/// `formula_not_repeatable`, `formula_type`.
pub(super) fn read_formula(
    formula: &str,
    columns: &[ColumnInfo],
    schema: &DFSchema,
    state: &SessionState,
) -> Result<(Expr, ColumnType), Problem> {
    refuse_rambling(formula)?;
    let state = as_written(state);
    let expr = state.create_logical_expr(formula, schema).map_err(|e| read_problem(&e, formula, columns))?;
    refuse_foreign(&expr)?;
    let expr = soften(expr, schema).map_err(|e| read_problem(&e, formula, columns))?;
    // Finds types that do not go together; the physical form itself is not used.
    let physical = state.create_physical_expr(expr.clone(), schema).map_err(|e| read_problem(&e, formula, columns))?;
    let data_type = physical.data_type(schema.as_arrow()).map_err(|e| read_problem(&e, formula, columns))?;
    let refused = data_type.is_nested() || matches!(data_type, DataType::Interval(_) | DataType::Binary);
    if refused {
        return Err(formula_problem("formula_type", "The formula does not give one value a row.")
            .because(format!("Its values are of the type {data_type}."))
            .hint("Pick one part of the value, or turn it into text with CAST(… AS TEXT)."));
    }
    let column_type = column_type_of(&data_type);
    let wanted = arrow_type(column_type);
    let expr = if data_type == wanted { expr } else { cast(expr, wanted) };
    Ok((expr, column_type))
}

fn refuse_rambling(formula: &str) -> Result<(), Problem> {
    if formula.trim().is_empty() {
        return Err(formula_problem("bad_formula", "The formula is empty.").hint("Write one, such as reads / total."));
    }
    let dialect = GenericDialect {};
    let too_long = || {
        formula_problem("formula_too_long", "The formula is too long.")
            .because(format!("It may have {MAX_TOKENS} names, numbers and signs."))
            .hint("Split it into several steps.")
    };
    if formula.len() > MAX_CHARS {
        return Err(too_long());
    }
    let tokens = Tokenizer::new(&dialect, formula).tokenize().map_err(|e| {
        formula_problem("bad_formula", "The formula cannot be read.").because(format!("{e}.").replace("..", "."))
    })?;
    let n = tokens.iter().filter(|t| !matches!(t, Token::Whitespace(_))).count();
    if n > MAX_TOKENS { Err(too_long()) } else { Ok(()) }
}

/// The same session, but names keep their case.
fn as_written(state: &SessionState) -> SessionState {
    if !state.config().options().sql_parser.enable_ident_normalization {
        return state.clone();
    }
    let config = state.config().clone().set_bool("datafusion.sql_parser.enable_ident_normalization", false);
    SessionStateBuilder::new_from_existing(state.clone()).with_config(config).build()
}

fn refuse_foreign(expr: &Expr) -> Result<(), Problem> {
    let any = |test: &dyn Fn(&Expr) -> bool| expr.exists(|e| Ok(test(e))).unwrap_or(true);
    if any(&|e| matches!(e, Expr::AggregateFunction(_) | Expr::WindowFunction(_))) {
        return Err(formula_problem("formula_needs_group", "A formula works on one row at a time.")
            .because("Sums, means and ranks need many rows.")
            .hint("Use Group for sums and means."));
    }
    let is_clock = |e: &Expr| match e {
        Expr::ScalarFunction(f) => CLOCKS.contains(&f.name()),
        _ => false,
    };
    if expr.is_volatile() || any(&is_clock) {
        return Err(formula_problem("formula_not_repeatable", "The formula would give other values each time.")
            .because("It uses the clock or random numbers, so the report could not be repeated.")
            .hint("Write the date or number itself."));
    }
    let is_foreign = |e: &Expr| {
        matches!(
            e,
            Expr::ScalarSubquery(_)
                | Expr::Exists(_)
                | Expr::InSubquery(_)
                | Expr::Placeholder(_)
                | Expr::ScalarVariable(..)
                | Expr::OuterReferenceColumn(..)
                | Expr::Unnest(_)
        )
    };
    if any(&is_foreign) {
        return Err(formula_problem("bad_formula", "A formula can only use the columns of its own row.")
            .hint("Merge the tables first."));
    }
    Ok(())
}

/// What would stop the whole table for one cell makes that cell missing instead.
fn soften(expr: Expr, schema: &DFSchema) -> Result<Expr, DataFusionError> {
    expr.transform_up(|e| {
        Ok(match e {
            Expr::Cast(Cast { expr, field }) => Transformed::yes(Expr::TryCast(TryCast { expr, field })),
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if matches!(op, Operator::Divide | Operator::Modulo) => {
                let (l, r) = (left.get_type(schema)?, right.get_type(schema)?);
                let Some(zero) = zero_of(&r).filter(|_| l.is_numeric()) else {
                    return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })));
                };
                let is_whole = op == Operator::Divide && l.is_integer() && r.is_integer();
                let left = if is_whole { cast(*left, DataType::Float64) } else { *left };
                let right = match &*right {
                    Expr::Literal(value, _) if *value != zero => *right,
                    _ => nullif(*right, Expr::Literal(zero, None)),
                };
                Transformed::yes(Expr::BinaryExpr(BinaryExpr { left: Box::new(left), op, right: Box::new(right) }))
            }
            other => Transformed::no(other),
        })
    })
    .map(|t| t.data)
}

fn zero_of(data_type: &DataType) -> Option<ScalarValue> {
    if data_type.is_numeric() { ScalarValue::new_zero(data_type).ok() } else { None }
}

/// DataFusion's refusal in our words.
fn read_problem(e: &DataFusionError, formula: &str, columns: &[ColumnInfo]) -> Problem {
    if let Some(name) = missing_field(e) {
        return unknown_column(&name, columns);
    }
    let why = plain_text(e);
    let problem = formula_problem("bad_formula", "The formula cannot be read.").because(format!("{why}."));
    let spaced = columns.iter().find(|c| {
        c.name.contains(|ch: char| !ch.is_alphanumeric() && ch != '_')
            && formula.contains(c.name.as_str())
            && !formula.contains(&format!("\"{}\"", c.name))
    });
    match spaced {
        Some(c) => problem.hint(format!("Write \"{}\" in double quotes.", c.name)).at(Place::column(&c.name)),
        None => {
            problem.hint("Example: yield / reads * 100. Names with spaces go in double quotes, text in single ones.")
        }
    }
}

fn missing_field(e: &DataFusionError) -> Option<String> {
    match e.find_root() {
        DataFusionError::SchemaError(schema_error, _) => match schema_error.as_ref() {
            SchemaError::FieldNotFound { field, .. } => Some(field.flat_name().replace('"', "")),
            _ => None,
        },
        DataFusionError::Diagnostic(_, inner) => missing_field(inner),
        DataFusionError::Context(_, inner) => missing_field(inner),
        _ => None,
    }
}
