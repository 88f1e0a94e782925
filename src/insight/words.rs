//! How findings are worded, and the queries that lead back to their rows.

use crate::base::{ColumnType, wording};

/// A column or table name for SQL.
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text value for SQL.
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A table's name, bare where SQL reads it so.
pub(super) fn table_ident(name: &str) -> String {
    const RESERVED: [&str; 12] =
        ["all", "case", "from", "group", "join", "limit", "order", "select", "table", "union", "values", "where"];
    let is_bare = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !RESERVED.contains(&name);
    if is_bare { name.to_owned() } else { quote_ident(name) }
}

/// A cell's raw text as a literal of its column's type.
pub(super) fn literal(column_type: ColumnType, raw: &str) -> String {
    let is_number = !raw.is_empty() && raw.parse::<f64>().is_ok_and(f64::is_finite);
    match column_type {
        ColumnType::Integer | ColumnType::Number | ColumnType::Decimal if is_number => raw.to_owned(),
        ColumnType::Boolean if raw == "true" || raw == "false" => raw.to_owned(),
        ColumnType::Date => format!("DATE {}", quote_text(raw)),
        ColumnType::DateTime => format!("TIMESTAMP {}", quote_text(raw)),
        _ => quote_text(raw),
    }
}

/// A value with its unit, to three significant digits.
pub(super) fn say(value: f64, unit: Option<&str>) -> String {
    with_unit(wording::format_significant(value, 3), unit)
}

fn with_unit(number: String, unit: Option<&str>) -> String {
    match unit.map(str::trim) {
        Some(unit) if !unit.is_empty() => format!("{number} {unit}"),
        _ => number,
    }
}

/// Two values with enough digits, three at least, that their difference shows; the unit on the first.
pub(super) fn say_two(a: f64, b: f64, unit: Option<&str>) -> (String, String) {
    let shows = |digits: i32| {
        let round = |v: f64| {
            if v == 0.0 {
                return 0.0;
            }
            let step = 10f64.powi(v.abs().log10().floor() as i32 + 1 - digits);
            (v / step).round() * step
        };
        ((round(a) - round(b)) - (a - b)).abs() <= 0.1 * (a - b).abs()
    };
    let digits = (3..8).find(|d| shows(*d)).unwrap_or(8) as usize;
    (with_unit(wording::format_significant(a, digits), unit), wording::format_significant(b, digits))
}

/// "12 times", "1.5 times".
pub(super) fn say_times(ratio: f64) -> String {
    format!("{} times", wording::format_significant(ratio, 2))
}

/// "95 % interval 11.1 to 13.7", from the smaller to the larger.
pub(super) fn say_interval(a: f64, b: f64) -> String {
    let (low, high) = say_two(a.min(b), a.max(b), None);
    format!("95 % interval {low} to {high}")
}

/// "yield", "yield and input", "yield, input and 3 more columns".
pub(super) fn say_columns(names: &[String]) -> String {
    match names {
        [a, b, rest @ ..] if rest.len() > 1 => {
            format!("{a}, {b} and {}", wording::plural(rest.len() as u64, "more column", "more columns"))
        }
        few => wording::list(few),
    }
}

/// A raw value of a column in a sentence: as cells show it, and empty text would leave a hole.
pub(super) fn say_level(column_type: ColumnType, raw: &str) -> String {
    if column_type == ColumnType::Boolean || column_type.is_temporal() {
        return wording::raw_words(raw);
    }
    let short: String = raw.chars().take(60).collect();
    match short.trim() {
        "" => "blank".to_owned(),
        text if text.chars().count() < raw.trim().chars().count() => format!("{text}…"),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hostile_names() {
        assert_eq!(quote_ident("a\"b"), "\"a\"\"b\"");
        assert_eq!(quote_text("O'Brien"), "'O''Brien'");
        assert_eq!(table_ident("run_metrics"), "run_metrics");
        assert_eq!(table_ident("Run"), "\"Run\"");
        assert_eq!(table_ident("order"), "\"order\"");
        assert_eq!(literal(ColumnType::Integer, "7"), "7");
        assert_eq!(literal(ColumnType::Integer, "7; DROP"), "'7; DROP'");
        assert_eq!(literal(ColumnType::Date, "2026-11-12"), "DATE '2026-11-12'");
    }

    #[test]
    fn values_read_as_cells_show_them() {
        assert_eq!(say_level(ColumnType::Boolean, "true"), "yes");
        assert_eq!(say_level(ColumnType::Date, "2026-09-01"), "1 Sep 2026");
        assert_eq!(say_level(ColumnType::Text, "true"), "true");
        assert_eq!(say_level(ColumnType::Text, " "), "blank");
    }

    #[test]
    fn digits_show_the_difference() {
        assert_eq!(say_two(31.24, 43.61, Some("ng")), ("31.2 ng".to_owned(), "43.6".to_owned()));
        assert_eq!(say_two(1000.2, 1000.5, None), ("1,000.2".to_owned(), "1,000.5".to_owned()));
        assert_eq!(say_times(12.09), "12 times");
        assert_eq!(say_times(1.53), "1.5 times");
        let names: Vec<String> = ["a", "b", "c", "d"].map(String::from).to_vec();
        assert_eq!(say_columns(&names), "a, b and 2 more columns");
        assert_eq!(say_columns(names.get(..3).unwrap()), "a, b and c");
    }
}
