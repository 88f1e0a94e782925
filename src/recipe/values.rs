//! Raw text of a filter read as the column's type, and the tests built from it.

use super::Test;
use super::problem::unreadable_value;
use crate::base::{ColumnType, Problem};
use crate::table::ColumnInfo;
use arrow::compute::kernels::cast_utils::parse_decimal;
use arrow::datatypes::{DataType, Decimal128Type};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use datafusion::functions::string::expr_fn::lower;
use datafusion::functions::unicode::expr_fn::strpos;
use datafusion::logical_expr::{Expr, cast, ident, in_list, lit};
use datafusion::scalar::ScalarValue;

const DAY_MICROS: i64 = 86_400_000_000;

/// A value of a filter. Whole days keep both ends: `2026-11-12` in a column of moments is the day.
struct Value {
    first: ScalarValue,
    last: ScalarValue,
}

impl Value {
    fn one(value: ScalarValue) -> Value {
        Value { first: value.clone(), last: value }
    }

    fn is_span(&self) -> bool {
        self.first != self.last
    }
}

fn read_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

fn read_number(text: &str) -> Option<f64> {
    // A true minus sign, as shown on screen.
    let plain = text.replace('\u{2212}', "-");
    plain.parse::<f64>().ok().filter(|v| v.is_finite())
}

fn micros(value: i64) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(Some(value), None)
}

fn read_moment(text: &str) -> Option<Value> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let start = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros();
        return Some(Value { first: micros(start), last: micros(start + DAY_MICROS - 1) });
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        let value = moment.timestamp_micros();
        return Some(Value::one(ScalarValue::TimestampMicrosecond(Some(value), Some("+00:00".into()))));
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let moment = formats.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())?;
    Some(Value::one(micros(moment.and_utc().timestamp_micros())))
}

fn read_time(text: &str) -> Option<i64> {
    let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|f| NaiveTime::parse_from_str(text, f).ok())?;
    Some(i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1_000))
}

fn read_value(raw: &str, column: &ColumnInfo) -> Result<Value, Problem> {
    let text = raw.trim();
    let value = match column.column_type {
        // Text counts as it is, with its spaces.
        ColumnType::Text => Some(Value::one(ScalarValue::Utf8(Some(raw.to_owned())))),
        ColumnType::Boolean => read_bool(text).map(|v| Value::one(ScalarValue::Boolean(Some(v)))),
        ColumnType::Integer => match text.replace('\u{2212}', "-").parse::<i64>() {
            Ok(v) => Some(Value::one(ScalarValue::Int64(Some(v)))),
            // "at least 2.5" makes sense for whole numbers too.
            Err(_) => read_number(text).map(|v| Value::one(ScalarValue::Float64(Some(v)))),
        },
        ColumnType::Number => read_number(text).map(|v| Value::one(ScalarValue::Float64(Some(v)))),
        ColumnType::Decimal => read_number(text)
            .and_then(|_| parse_decimal::<Decimal128Type>(&text.replace('\u{2212}', "-"), 38, 9).ok())
            .map(|v| Value::one(ScalarValue::Decimal128(Some(v), 38, 9))),
        ColumnType::Date => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .map(|d| Value::one(ScalarValue::Date32(Some(d.to_epoch_days())))),
        ColumnType::DateTime => read_moment(text),
        ColumnType::Time => read_time(text).map(|v| Value::one(ScalarValue::Time64Microsecond(Some(v)))),
        ColumnType::Duration => text.parse::<i64>().ok().map(|v| Value::one(ScalarValue::DurationMicrosecond(Some(v)))),
    };
    value.ok_or_else(|| unreadable_value(raw, column))
}

/// The cell as text, whatever its type and however text is kept.
pub(super) fn as_text(column: &ColumnInfo, data_type: &DataType) -> Expr {
    let cell = ident(&column.name);
    if *data_type == DataType::Utf8 { cell } else { cast(cell, DataType::Utf8) }
}

/// The test as an expression that is true for rows that stay.
///
/// # Errors
/// `unreadable_value` when a value cannot be read as the column's type.
pub(super) fn test_expr(test: &Test, column: &ColumnInfo, data_type: &DataType) -> Result<Expr, Problem> {
    // Dictionaries are compared as text.
    let cell =
        || if matches!(data_type, DataType::Dictionary(..)) { as_text(column, data_type) } else { ident(&column.name) };
    let literal = |value: ScalarValue| Expr::Literal(value, None);
    let one_of = |values: &[String], negated: bool| -> Result<Expr, Problem> {
        let (mut single, mut spans) = (Vec::new(), Vec::new());
        for value in values {
            let value = read_value(value, column)?;
            if value.is_span() {
                let inside = cell().between(literal(value.first), literal(value.last));
                spans.push(if negated { Expr::Not(Box::new(inside)) } else { inside });
            } else {
                single.push(literal(value.first));
            }
        }
        let list = (!single.is_empty()).then(|| in_list(cell(), single, negated));
        let join = |a: Expr, b: Expr| if negated { a.and(b) } else { a.or(b) };
        Ok(list.into_iter().chain(spans).reduce(join).unwrap_or_else(|| lit(negated)))
    };
    Ok(match test {
        Test::OneOf(values) => one_of(values, false)?,
        Test::NoneOf(values) => cell().is_null().or(one_of(values, true)?),
        Test::Contains(part) => strpos(lower(as_text(column, data_type)), lit(part.to_lowercase())).gt(lit(0)),
        Test::AtLeast(value) => cell().gt_eq(literal(read_value(value, column)?.first)),
        Test::AtMost(value) => cell().lt_eq(literal(read_value(value, column)?.last)),
        Test::Between(low, high) => {
            let (low, high) = (read_value(low, column)?, read_value(high, column)?);
            cell().gt_eq(literal(low.first)).and(cell().lt_eq(literal(high.last)))
        }
        Test::IsMissing => cell().is_null(),
        Test::IsPresent => cell().is_not_null(),
    })
}
