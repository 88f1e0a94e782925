//! Raw text of a filter read as the column's type: what cells show can be given back to a filter.
//! Without DataFusion, so that the page can check a click before it becomes a step.

use super::Test;
use crate::base::{ColumnType, Place, Problem};
use crate::table::ColumnInfo;
use arrow::compute::kernels::cast_utils::parse_decimal;
use arrow::datatypes::Decimal128Type;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

const DAY_MICROS: i64 = 86_400_000_000;

/// A value of a filter.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(not(feature = "engine"), allow(dead_code, reason = "the page only asks whether there is one"))]
pub(super) enum Value {
    Text(String),
    Boolean(bool),
    Whole(i64),
    /// May be infinite or not a number, as a cell may.
    Number(f64),
    /// Billionths.
    Decimal(i128),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970, both ends included: `2026-11-12` in a column of moments is the day.
    Moment {
        first: i64,
        last: i64,
        is_utc: bool,
    },
    /// Microseconds since midnight.
    Time(i64),
    /// Microseconds.
    Duration(i64),
}

impl Test {
    /// Whether all values of the test can be read as the column's type.
    ///
    /// # Errors
    /// `unreadable_value`.
    pub fn check(&self, column: &ColumnInfo) -> Result<(), Problem> {
        let values: Vec<&String> = match self {
            Test::OneOf(values) | Test::NoneOf(values) => values.iter().collect(),
            Test::AtLeast(value) | Test::AtMost(value) => vec![value],
            Test::Between(low, high) => vec![low, high],
            Test::Contains(_) | Test::IsMissing | Test::IsPresent => Vec::new(),
        };
        values.into_iter().try_for_each(|value| read_value(value, column).map(|_| ()))
    }

    /// What a value of a filter stands for in a column that is no text, as the numbers that count its cells
    /// (days, microseconds, 0 and 1), both ends included: a date in a column of moments is the whole day.
    ///
    /// # Errors
    /// `unreadable_value`.
    pub fn value_ends(raw: &str, column: &ColumnInfo) -> Result<(f64, f64), Problem> {
        let one = |value: f64| (value, value);
        Ok(match read_value(raw, column)? {
            Value::Boolean(value) => one(f64::from(u8::from(value))),
            Value::Whole(value) | Value::Time(value) | Value::Duration(value) => one(value as f64),
            Value::Number(value) => one(value),
            Value::Decimal(value) => one(value as f64 / 1e9),
            Value::Date(value) => one(f64::from(value)),
            Value::Moment { first, last, .. } => (first as f64, last as f64),
            Value::Text(_) => return Err(unreadable_value(raw, column)),
        })
    }
}

pub(super) fn read_value(raw: &str, column: &ColumnInfo) -> Result<Value, Problem> {
    let text = raw.trim();
    let value = match column.column_type {
        // Text counts as it is, with its spaces.
        ColumnType::Text => Some(Value::Text(raw.to_owned())),
        ColumnType::Boolean => read_bool(text).map(Value::Boolean),
        ColumnType::Integer => match plain_minus(text).parse::<i64>() {
            Ok(v) => Some(Value::Whole(v)),
            // "at least 2.5" makes sense for whole numbers too.
            Err(_) => read_number(text).filter(|v| v.is_finite()).map(Value::Number),
        },
        ColumnType::Number => read_number(text).map(Value::Number),
        ColumnType::Decimal => read_number(text)
            .filter(|v| v.is_finite())
            .and_then(|_| parse_decimal::<Decimal128Type>(&plain_minus(text), 38, 9).ok())
            .map(Value::Decimal),
        ColumnType::Date => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|d| Value::Date(d.to_epoch_days())),
        ColumnType::DateTime => read_moment(text),
        ColumnType::Time => read_time(text).map(Value::Time),
        ColumnType::Duration => read_duration(text).map(Value::Duration),
    };
    value.ok_or_else(|| unreadable_value(raw, column))
}

/// A true minus sign, as shown on screen, is a minus.
fn plain_minus(text: &str) -> String {
    text.replace('\u{2212}', "-")
}

fn read_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

fn read_number(text: &str) -> Option<f64> {
    plain_minus(text).parse::<f64>().ok()
}

fn read_moment(text: &str) -> Option<Value> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let first = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros();
        return Some(Value::Moment { first, last: first + DAY_MICROS - 1, is_utc: false });
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        let at = moment.timestamp_micros();
        return Some(Value::Moment { first: at, last: at, is_utc: true });
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let moment = formats.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())?;
    let at = moment.and_utc().timestamp_micros();
    Some(Value::Moment { first: at, last: at, is_utc: false })
}

fn read_time(text: &str) -> Option<i64> {
    let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|f| NaiveTime::parse_from_str(text, f).ok())?;
    Some(i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1_000))
}

/// Microseconds of `PT5400S` as cells have it, of `1 h 30 min` as the grid shows it, of `1:30:00`,
/// and of a bare number, which counts microseconds.
pub(super) fn read_duration(text: &str) -> Option<i64> {
    let text = plain_minus(text);
    if let Ok(micros) = text.parse::<i64>() {
        return Some(micros);
    }
    let (sign, rest) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest.trim_start()));
    let micros = match rest.strip_prefix(['P', 'p']) {
        Some(iso) => iso_micros(iso),
        None if rest.contains(':') => clock_micros(rest),
        None => amounts_micros(rest),
    }?;
    micros.checked_mul(sign)
}

/// ISO 8601 without its `P`: days, then after a `T` hours, minutes and seconds. Months and years
/// have no fixed length.
fn iso_micros(text: &str) -> Option<i64> {
    let (days, clock) = text.split_once(['T', 't']).map_or((text, ""), |(days, clock)| (days, clock));
    let is_clock = |c: char| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's');
    let is_day = |c: char| matches!(c.to_ascii_lowercase(), 'd' | 'w');
    if days.chars().any(is_clock) || clock.chars().any(is_day) {
        return None;
    }
    amounts_micros(&format!("{days}{clock}"))
}

/// `1:30:00` or `1:30:00.5`: hours, minutes, seconds.
fn clock_micros(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours: i64 = parts.next()?.parse().ok().filter(|h| *h >= 0)?;
    let minutes: i64 = parts.next()?.parse().ok().filter(|m| (0..60).contains(m))?;
    let seconds = decimal_micros(parts.next().unwrap_or("0"), 1_000_000).filter(|s| *s < 60_000_000)?;
    let whole = hours.checked_mul(3_600)?.checked_add(minutes * 60)?.checked_mul(1_000_000)?;
    parts.next().is_none().then(|| whole.checked_add(seconds)).flatten()
}

/// `1 h 30 min`, `2d`, `1.5S`: amounts with their units, each unit once at most in any order.
fn amounts_micros(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    if rest.is_empty() || rest.len() > 64 {
        return None;
    }
    let mut total = 0_i64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, tail) = rest.split_at_checked(end)?;
        let tail = tail.trim_start();
        let unit_end = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(unit_end)?;
        let per_unit = match unit.to_lowercase().as_str() {
            "w" => 7 * DAY_MICROS,
            "d" | "day" | "days" => DAY_MICROS,
            "h" | "hour" | "hours" => 3_600_000_000,
            "m" | "min" | "minute" | "minutes" => 60_000_000,
            "s" | "sec" | "second" | "seconds" => 1_000_000,
            "ms" => 1_000,
            "us" | "µs" | "μs" => 1,
            _ => return None,
        };
        total = total.checked_add(decimal_micros(amount, per_unit)?)?;
        rest = tail.trim_start();
    }
    Some(total)
}

/// A decimal number of units, exactly; what is finer than a microsecond is cut.
fn decimal_micros(text: &str, per_unit: i64) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: String = fraction.chars().take(12).collect();
    let scale = 10_i128.pow(fraction.len() as u32);
    let part = if fraction.is_empty() { 0 } else { fraction.parse::<i128>().ok()? * i128::from(per_unit) / scale };
    whole.checked_mul(per_unit)?.checked_add(i64::try_from(part).ok()?)
}

pub(super) fn unreadable_value(value: &str, column: &ColumnInfo) -> Problem {
    let (what, example) = match column.column_type {
        ColumnType::Boolean => ("yes or no", "yes"),
        ColumnType::Integer => ("a whole number", "42"),
        ColumnType::Number | ColumnType::Decimal => ("a number", "1234.5"),
        ColumnType::Text => ("text", "pass"),
        ColumnType::Date => ("a date", "2026-11-12"),
        ColumnType::Time => ("a time of day", "14:05:00"),
        ColumnType::DateTime => ("a date and time", "2026-11-12T14:05:00"),
        ColumnType::Duration => ("a duration", "1 h 30 min"),
    };
    Problem::request("unreadable_value", format!("'{value}' cannot be read as {what}."))
        .because(format!("The column '{}' holds {}.", column.name, plural_of(column.column_type)))
        .at(Place::column(&column.name))
        .hint(format!("Write it like {example}."))
}

pub(super) fn plural_of(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Boolean => "yes or no",
        ColumnType::Integer => "whole numbers",
        ColumnType::Number => "numbers",
        ColumnType::Decimal => "exact numbers",
        ColumnType::Text => "text",
        ColumnType::Date => "dates",
        ColumnType::Time => "times of day",
        ColumnType::DateTime => "dates with times",
        ColumnType::Duration => "durations",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_cells_and_people_write_them() {
        let seconds = |text: &str| read_duration(text).map(|micros| micros as f64 / 1e6);
        assert_eq!(seconds("PT5400S"), Some(5400.0));
        assert_eq!(seconds("-PT1.5S"), Some(-1.5));
        assert_eq!(seconds("PT0.000001S"), Some(0.000001));
        assert_eq!(seconds("P0D"), Some(0.0));
        assert_eq!(seconds("P1DT2H3M4.5S"), Some(93_784.5));
        assert_eq!(seconds("1 h 30 min"), Some(5400.0));
        assert_eq!(seconds("\u{2212}2 d 3 h"), Some(-183_600.0));
        assert_eq!(seconds("1:30:00"), Some(5400.0));
        assert_eq!(seconds("0:00:01.25"), Some(1.25));
        assert_eq!(seconds("1500000"), Some(1.5), "a bare number counts microseconds");
        for text in ["", "P", "PT", "P1M", "PT1D", "an hour", "1 h 30", "1:75:00", "1:2:3:4", "--1 s", "9e99 s"] {
            assert_eq!(read_duration(text), None, "{text}");
        }
        assert_eq!(read_duration("99999999999999 d"), None, "too long to count");
    }

    #[test]
    fn a_click_is_checked_before_it_becomes_a_step() {
        let column = ColumnInfo::new("took", ColumnType::Duration);
        assert!(Test::OneOf(vec!["PT5400S".to_owned()]).check(&column).is_ok());
        let refused = Test::NoneOf(vec!["soon".to_owned()]).check(&column).unwrap_err();
        assert_eq!(refused.code, "unreadable_value");
        let number = ColumnInfo::new("x", ColumnType::Number);
        assert!(Test::OneOf(vec!["NaN".to_owned(), "inf".to_owned()]).check(&number).is_ok());
        assert!(Test::IsMissing.check(&number).is_ok());
    }
}
