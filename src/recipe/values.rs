//! The tests of filters as expressions.

use super::Test;
use super::read::{Value, read_value, unreadable_value};
use crate::base::{ColumnType, Problem};
use crate::table::{ColumnInfo, arrow_type};
use arrow::datatypes::DataType;
use datafusion::functions::math::expr_fn::isnan;
use datafusion::functions::string::expr_fn::lower;
use datafusion::functions::unicode::expr_fn::strpos;
use datafusion::logical_expr::{Expr, cast, ident, in_list, lit};
use datafusion::scalar::ScalarValue;

/// The ends of what a value stands for, both included.
struct Ends {
    first: Expr,
    last: Expr,
    is_span: bool,
}

fn ends_of(value: Value) -> Ends {
    let literal = |value: ScalarValue| Expr::Literal(value, None);
    let span = |first: ScalarValue, last: ScalarValue| Ends {
        is_span: first != last,
        first: literal(first),
        last: literal(last),
    };
    let one = |value: ScalarValue| span(value.clone(), value);
    match value {
        Value::Text(v) => one(ScalarValue::Utf8(Some(v))),
        Value::Boolean(v) => one(ScalarValue::Boolean(Some(v))),
        // Compared as whole numbers: SQL has no literal for a duration in microseconds.
        Value::Whole(v) | Value::Duration(v) => one(ScalarValue::Int64(Some(v))),
        Value::Number(v) if !v.is_finite() => {
            // SQL has no literal for these.
            let number = cast(
                lit(if v > 0.0 {
                    "Infinity"
                } else if v < 0.0 {
                    "-Infinity"
                } else {
                    "NaN"
                }),
                DataType::Float64,
            );
            Ends { first: number.clone(), last: number, is_span: false }
        }
        // Zero has two signs, and they are not equal to DataFusion.
        Value::Number(0.0) => Ends { first: lit(-0.0_f64), last: lit(0.0_f64), is_span: true },
        Value::Number(v) => one(ScalarValue::Float64(Some(v))),
        Value::Decimal(v) => one(ScalarValue::Decimal128(Some(v), 38, 9)),
        Value::Date(v) => one(ScalarValue::Date32(Some(v))),
        Value::Moment { first, last, is_utc } => {
            let zone = is_utc.then(|| "+00:00".into());
            let moment = |micros| ScalarValue::TimestampMicrosecond(Some(micros), zone.clone());
            span(moment(first), moment(last))
        }
        Value::Time(v) => one(ScalarValue::Time64Microsecond(Some(v))),
    }
}

/// A value to be written into a column, exactly of its type.
///
/// # Errors
/// `unreadable_value`, also for a fraction in a column of whole numbers.
pub(super) fn value_expr(raw: &str, column: &ColumnInfo) -> Result<Expr, Problem> {
    Ok(match read_value(raw, column)? {
        Value::Number(_) if column.column_type == ColumnType::Integer => return Err(unreadable_value(raw, column)),
        Value::Number(0.0) => lit(0.0_f64),
        Value::Duration(micros) => cast(lit(micros), arrow_type(ColumnType::Duration)),
        Value::Moment { first, .. } => Expr::Literal(ScalarValue::TimestampMicrosecond(Some(first), None), None),
        value => ends_of(value).first,
    })
}

/// The cell as text, whatever its type and however text is kept.
pub(super) fn as_text(column: &ColumnInfo, data_type: &DataType) -> Expr {
    let cell = ident(&column.name);
    if *data_type == DataType::Utf8 { cell } else { cast(cell, DataType::Utf8) }
}

/// The cell as values are compared with it.
fn comparable(column: &ColumnInfo, data_type: &DataType) -> Expr {
    match data_type {
        // Dictionaries are compared as text.
        DataType::Dictionary(..) => as_text(column, data_type),
        DataType::Duration(_) => cast(ident(&column.name), DataType::Int64),
        _ => ident(&column.name),
    }
}

/// The test as an expression that is true for rows that stay.
///
/// # Errors
/// `unreadable_value` when a value cannot be read as the column's type.
pub(super) fn test_expr(test: &Test, column: &ColumnInfo, data_type: &DataType) -> Result<Expr, Problem> {
    let cell = || comparable(column, data_type);
    let ends = |raw: &str| read_value(raw, column).map(ends_of);
    let one_of = |values: &[String], negated: bool| -> Result<Expr, Problem> {
        let not = |expr: Expr| if negated { Expr::Not(Box::new(expr)) } else { expr };
        let (mut single, mut others) = (Vec::new(), Vec::new());
        for raw in values {
            let value = read_value(raw, column)?;
            if matches!(value, Value::Number(v) if v.is_nan()) {
                // There are many of them, and none is equal to another.
                others.push(not(isnan(cell())));
                continue;
            }
            let ends = ends_of(value);
            if ends.is_span {
                others.push(not(cell().between(ends.first, ends.last)));
            } else {
                single.push(ends.first);
            }
        }
        let list = (!single.is_empty()).then(|| in_list(cell(), single, negated));
        let join = |a: Expr, b: Expr| if negated { a.and(b) } else { a.or(b) };
        Ok(list.into_iter().chain(others).reduce(join).unwrap_or_else(|| lit(negated)))
    };
    Ok(match test {
        Test::OneOf(values) => one_of(values, false)?,
        Test::NoneOf(values) => cell().is_null().or(one_of(values, true)?),
        Test::Contains(part) => strpos(lower(as_text(column, data_type)), lit(part.to_lowercase())).gt(lit(0)),
        Test::AtLeast(value) => cell().gt_eq(ends(value)?.first),
        Test::AtMost(value) => cell().lt_eq(ends(value)?.last),
        Test::Between(low, high) => {
            let (low, high) = (ends(low)?, ends(high)?);
            cell().gt_eq(low.first).and(cell().lt_eq(high.last))
        }
        Test::IsMissing => cell().is_null(),
        Test::IsPresent => cell().is_not_null(),
    })
}
