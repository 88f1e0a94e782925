//! Which rows pass a test: as a mask over a table, as words, and as SQL.

use super::values::{column_idx, column_type, for_each_text, numbers_of};
use crate::base::{ColumnType, Problem, wording};
use crate::recipe::Test;
use crate::table::{ColumnInfo, Table};
use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;

/// True for each row that passes. A missing cell passes only `IsMissing` and `NoneOf`.
///
/// # Errors
/// `no_such_column`; `unreadable_value` when a value cannot be read as the column's type.
pub(super) fn mask(table: &Table, column: &str, test: &Test) -> Result<Vec<bool>, Problem> {
    let idx = column_idx(table, column)?;
    let column_type = column_type(table, idx);
    if matches!(test, Test::IsPresent) {
        return Ok(known_cells(table, idx));
    }
    let by_number = column_type.is_numeric()
        || column_type.is_temporal()
        || matches!(column_type, ColumnType::Boolean | ColumnType::Duration | ColumnType::Time);
    if by_number && !matches!(test, Test::Contains(_)) {
        let bounds = Bounds::numbers(test, column, column_type)?;
        return Ok(numbers_of(table, column)?.into_iter().map(|v| bounds.pass(v)).collect());
    }
    let mut mask = Vec::with_capacity(table.n_rows() as usize);
    let needle = match test {
        Test::Contains(part) => part.to_lowercase(),
        _ => String::new(),
    };
    for_each_text(table, idx, |cell| mask.push(passes_text(cell.as_deref(), test, &needle)));
    Ok(mask)
}

/// True where a cell holds something. What is not a number at all (NaN) counts as missing, as in every mean.
fn known_cells(table: &Table, idx: usize) -> Vec<bool> {
    let mut known = Vec::with_capacity(table.n_rows() as usize);
    for chunk in table.chunks(idx) {
        let nulls = chunk.logical_nulls();
        let floats = chunk.as_primitive_opt::<Float64Type>();
        known.extend((0..chunk.len()).map(|row| {
            let is_there = nulls.as_ref().is_none_or(|n| n.is_valid(row));
            is_there && floats.is_none_or(|f| !f.value(row).is_nan())
        }));
    }
    known
}

fn passes_text(cell: Option<&str>, test: &Test, needle: &str) -> bool {
    let Some(cell) = cell else { return matches!(test, Test::IsMissing | Test::NoneOf(_)) };
    match test {
        Test::OneOf(values) => values.iter().any(|v| v == cell),
        Test::NoneOf(values) => !values.iter().any(|v| v == cell),
        Test::Contains(_) => cell.to_lowercase().contains(needle),
        Test::AtLeast(low) => cell >= low.as_str(),
        Test::AtMost(high) => cell <= high.as_str(),
        Test::Between(low, high) => cell >= low.as_str() && cell <= high.as_str(),
        Test::IsMissing => false,
        Test::IsPresent => true,
    }
}

/// A test whose values have been read as numbers once, by the reading of a step: so that a key number and
/// a step with the same test keep the same rows.
enum Bounds {
    OneOf(Vec<(f64, f64)>),
    NoneOf(Vec<(f64, f64)>),
    Within(f64, f64),
    Missing,
    Present,
}

impl Bounds {
    fn numbers(test: &Test, column: &str, column_type: ColumnType) -> Result<Bounds, Problem> {
        let info = ColumnInfo::new(column, column_type);
        let read = |raw: &String| Test::value_ends(raw, &info);
        let all = |values: &[String]| values.iter().map(read).collect::<Result<_, _>>();
        Ok(match test {
            Test::OneOf(values) => Bounds::OneOf(all(values)?),
            Test::NoneOf(values) => Bounds::NoneOf(all(values)?),
            Test::AtLeast(low) => Bounds::Within(read(low)?.0, f64::INFINITY),
            Test::AtMost(high) => Bounds::Within(f64::NEG_INFINITY, read(high)?.1),
            Test::Between(low, high) => Bounds::Within(read(low)?.0, read(high)?.1),
            Test::IsMissing => Bounds::Missing,
            Test::IsPresent | Test::Contains(_) => Bounds::Present,
        })
    }

    fn pass(&self, value: f64) -> bool {
        let is_any = |values: &[(f64, f64)]| values.iter().any(|(first, last)| value >= *first && value <= *last);
        match self {
            Bounds::OneOf(values) => is_any(values),
            Bounds::NoneOf(values) => !is_any(values),
            Bounds::Within(low, high) => value >= *low && value <= *high,
            Bounds::Missing => value.is_nan(),
            Bounds::Present => !value.is_nan(),
        }
    }
}

/// The usual spellings of yes and no.
pub(super) fn read_yes_no(raw: &str) -> Option<bool> {
    match raw.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// A test in words: `qc is “fail”`. Values read as cells show them.
pub fn test_words(column: &str, test: &Test) -> String {
    let either = |values: &[String]| {
        let quoted: Vec<String> = values.iter().map(|v| format!("“{}”", wording::raw_words(v))).collect();
        match quoted.as_slice() {
            [] => "nothing".to_owned(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    };
    match test {
        Test::OneOf(values) => format!("{column} is {}", either(values)),
        Test::NoneOf(values) => format!("{column} is not {}", either(values)),
        Test::Contains(part) => format!("{column} contains “{part}”"),
        Test::AtLeast(low) => format!("{column} is at least {}", wording::raw_words(low)),
        Test::AtMost(high) => format!("{column} is at most {}", wording::raw_words(high)),
        Test::Between(low, high) => {
            let ends = [wording::raw_words(low), wording::raw_words(high)];
            format!("{column} is between {}", wording::list(&ends))
        }
        Test::IsMissing => format!("{column} is missing"),
        Test::IsPresent => format!("{column} is there"),
    }
}

/// A test as an SQL condition. Names and values are quoted; nothing in them can end the quote.
pub fn test_sql(column: &str, column_type: ColumnType, test: &Test) -> String {
    let name = quote_name(column);
    let ends = |raw: &String| ends_sql(raw, column, column_type);
    match test {
        Test::OneOf(values) => one_of_sql(&name, &values.iter().map(ends).collect::<Vec<_>>(), false),
        Test::NoneOf(values) if values.is_empty() => "true".to_owned(),
        Test::NoneOf(values) => {
            let others = one_of_sql(&name, &values.iter().map(ends).collect::<Vec<_>>(), true);
            format!("({name} IS NULL OR {others})")
        }
        Test::Contains(part) => {
            format!("strpos(lower(CAST({name} AS VARCHAR)), {}) > 0", quote_text(&part.to_lowercase()))
        }
        Test::AtLeast(low) => format!("{name} >= {}", ends(low).0),
        Test::AtMost(high) => format!("{name} <= {}", ends(high).1),
        Test::Between(low, high) => format!("{name} BETWEEN {} AND {}", ends(low).0, ends(high).1),
        Test::IsMissing => format!("{name} IS NULL"),
        Test::IsPresent => format!("{name} IS NOT NULL"),
    }
}

/// One of some values, each given by its ends; a day of moments is a span and not a value.
fn one_of_sql(name: &str, ends: &[(String, String)], negated: bool) -> String {
    let (single, spans): (Vec<_>, Vec<_>) = ends.iter().partition(|(first, last)| first == last);
    let (not, join) = if negated { ("NOT ", " AND ") } else { ("", " OR ") };
    let mut parts: Vec<String> = Vec::new();
    if !single.is_empty() {
        let all: Vec<&str> = single.iter().map(|(value, _)| value.as_str()).collect();
        parts.push(format!("{name} {not}IN ({})", all.join(", ")));
    }
    parts.extend(spans.iter().map(|(first, last)| format!("{name} {not}BETWEEN {first} AND {last}")));
    match parts.as_slice() {
        [] => "false".to_owned(),
        [one] => one.clone(),
        many => format!("({})", many.join(join)),
    }
}

/// The first and the last moment, time or length that a value stands for, as SQL; any other value twice.
fn ends_sql(raw: &str, column: &str, column_type: ColumnType) -> (String, String) {
    let kind = match column_type {
        ColumnType::DateTime => "Timestamp(Microsecond, None)",
        ColumnType::Duration => "Duration(Microsecond)",
        ColumnType::Time => "Time64(Microsecond)",
        _ => {
            let one = literal_sql(raw, column_type);
            return (one.clone(), one);
        }
    };
    let Ok((first, last)) = Test::value_ends(raw, &ColumnInfo::new(column, column_type)) else {
        return (quote_text(raw), quote_text(raw));
    };
    let literal = |micros: f64| match (column_type, wording::iso_micros(micros as i64)) {
        (ColumnType::DateTime, Some(iso)) => format!("CAST({} AS TIMESTAMP)", quote_text(&iso)),
        _ => format!("arrow_cast({}, '{kind}')", micros as i64),
    };
    (literal(first), literal(last))
}

pub(super) fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn literal_sql(raw: &str, column_type: ColumnType) -> String {
    let trimmed = raw.trim();
    match column_type {
        // The text itself is used only when it is nothing but digits, so that no precision is lost.
        ColumnType::Integer | ColumnType::Decimal | ColumnType::Number if is_plain_number(trimmed) => {
            trimmed.to_owned()
        }
        ColumnType::Integer | ColumnType::Decimal | ColumnType::Number => match trimmed.parse::<f64>() {
            Ok(v) if v.is_finite() => format!("CAST({v} AS DOUBLE)"),
            _ => quote_text(raw),
        },
        ColumnType::Boolean => match read_yes_no(raw) {
            Some(true) => "true".to_owned(),
            Some(false) => "false".to_owned(),
            None => quote_text(raw),
        },
        ColumnType::Date => format!("CAST({} AS DATE)", quote_text(trimmed)),
        _ => quote_text(raw),
    }
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn one_of(values: &[&str]) -> Test {
        Test::OneOf(values.iter().map(|v| (*v).to_owned()).collect())
    }

    #[test]
    fn masks_follow_the_type() {
        let table = sample::table();
        let n = |column: &str, test: Test| mask(&table, column, &test).unwrap().iter().filter(|m| **m).count();
        assert_eq!(n("qc", one_of(&["fail"])), 4);
        assert_eq!(n("qc", Test::NoneOf(vec!["fail".into()])), 12);
        assert_eq!(n("yield", one_of(&["10.0"])), n("yield", one_of(&["10"])));
        assert_eq!(n("yield", Test::IsMissing), 1);
        assert_eq!(n("day", Test::AtMost("2026-11-04".into())), 4);
        assert_eq!(n("plate", Test::Contains("p7".into())), 8);
        assert_eq!(mask(&table, "yield", &one_of(&["much"])).unwrap_err().code, "unreadable_value");
        assert_eq!(mask(&table, "nope", &Test::IsPresent).unwrap_err().code, "no_such_column");
    }

    #[test]
    fn spans_of_time_are_compared_by_length() {
        let spans: Vec<Option<i64>> = vec![Some(9_000_000), Some(90_000_000), Some(600_000_000), None];
        let array = std::sync::Arc::new(arrow::array::DurationMicrosecondArray::from(spans));
        let table = Table::from_columns(vec![(ColumnInfo::new("took", ColumnType::Duration), array as _)]).unwrap();
        let n = |test: Test| mask(&table, "took", &test).unwrap().iter().filter(|m| **m).count();
        // As text, "PT600S" comes before "PT90S".
        assert_eq!(n(Test::AtLeast("PT90S".into())), 2);
        assert_eq!(n(Test::AtMost("0:01:30".into())), 2);
        assert_eq!(n(Test::AtMost("9000000".into())), 1);
        assert_eq!((n(Test::IsPresent), n(Test::IsMissing)), (3, 1));
        assert_eq!(mask(&table, "took", &Test::AtLeast("long".into())).unwrap_err().code, "unreadable_value");
        let sql = test_sql("took", ColumnType::Duration, &Test::AtLeast("PT1.5S".into()));
        assert_eq!(sql, "\"took\" >= arrow_cast(1500000, 'Duration(Microsecond)')");
    }

    #[test]
    fn a_day_of_moments_is_the_whole_day() {
        let minute = |m: i64| Some(1_788_220_800_000_000 + m * 60_000_000);
        let moments = vec![minute(-1), minute(0), minute(600), minute(1_439), minute(1_440), None];
        let array = std::sync::Arc::new(arrow::array::TimestampMicrosecondArray::from(moments));
        let table = Table::from_columns(vec![(ColumnInfo::new("at", ColumnType::DateTime), array as _)]).unwrap();
        let n = |test: Test| mask(&table, "at", &test).unwrap().iter().filter(|m| **m).count();
        assert_eq!(n(one_of(&["2026-09-01"])), 3);
        assert_eq!(n(Test::NoneOf(vec!["2026-09-01".into()])), 3);
        assert_eq!((n(Test::AtMost("2026-09-01".into())), n(Test::AtLeast("2026-09-01".into()))), (4, 4));
        assert_eq!(n(Test::Between("2026-09-01".into(), "2026-09-01".into())), 3);
        assert_eq!(n(one_of(&["2026-09-01T10:00:00"])), 1);
        let sql = test_sql("at", ColumnType::DateTime, &one_of(&["2026-09-01"]));
        let day = "CAST('2026-09-01T00:00:00' AS TIMESTAMP) AND CAST('2026-09-01T23:59:59.999999' AS TIMESTAMP)";
        assert_eq!(sql, format!("\"at\" BETWEEN {day}"));
    }

    #[test]
    fn sql_cannot_be_broken_out_of() {
        let test = one_of(&["o'hara'); drop table x; --"]);
        let sql = test_sql("a\"b", ColumnType::Text, &test);
        assert_eq!(sql, "\"a\"\"b\" IN ('o''hara''); drop table x; --')");
        assert_eq!(test_sql("n", ColumnType::Integer, &one_of(&["1; drop"])), "\"n\" IN ('1; drop')");
        assert_eq!(test_sql("n", ColumnType::Number, &Test::AtLeast("-1.5".into())), "\"n\" >= -1.5");
    }

    #[test]
    fn words_read_well() {
        assert_eq!(test_words("qc", &one_of(&["fail", "hold"])), "qc is “fail” or “hold”");
        let between = Test::Between("2026-11-01".into(), "2026-11-12".into());
        assert_eq!(test_words("day", &between), "day is between 1 Nov 2026 and 12 Nov 2026");
    }
}
