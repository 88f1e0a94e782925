//! How a cell is written on screen: raw text in, words out. Pure.

use crate::base::ColumnType;
use crate::base::wording::{format_count, format_date, format_micros, format_number};
use crate::table::ColumnHead;
use chrono::{NaiveDate, NaiveDateTime};

/// Shown where there is no value.
pub const MISSING: &str = "–";

/// A cell as written in a grid or table. Text that does not fit its type is shown as it is.
pub fn cell_text(head: &ColumnHead, raw: &str) -> String {
    let written = match head.column_type {
        ColumnType::Integer => integer(raw, &head.name),
        ColumnType::Number | ColumnType::Decimal => number(raw, head.decimals),
        ColumnType::Boolean => yes_or_no(raw),
        ColumnType::Date => NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok().map(format_date),
        ColumnType::DateTime => moment(raw),
        ColumnType::Time => raw.strip_suffix(":00").filter(|t| t.len() == 5).map(str::to_owned),
        ColumnType::Duration => duration(raw),
        ColumnType::Text => None,
    };
    written.unwrap_or_else(|| raw.to_owned())
}

/// Four digits stay together (years), and so do numbers that only name something.
fn integer(raw: &str, column: &str) -> Option<String> {
    let value: i64 = raw.parse().ok()?;
    let digits = value.unsigned_abs();
    let sign = if value < 0 { "\u{2212}" } else { "" };
    if digits < 10_000 || is_name_like(column) {
        return Some(format!("{sign}{digits}"));
    }
    Some(format!("{sign}{}", format_count(digits)))
}

fn is_name_like(column: &str) -> bool {
    let folded = column.to_lowercase();
    folded.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "id" | "code" | "zip" | "barcode" | "pmid"))
        || folded.ends_with("_id")
}

fn number(raw: &str, decimals: usize) -> Option<String> {
    let value: f64 = raw.parse().ok()?;
    // A float cannot hold more digits than this exactly; the text can.
    if raw.chars().filter(char::is_ascii_digit).count() > 15 && !raw.contains(['e', 'E']) && decimals == 0 {
        return None;
    }
    let tiny = value != 0.0 && value.is_finite() && (value.abs() < 1e-4 || value.abs() >= 1e15);
    if tiny {
        return Some(crate::base::wording::format_significant(value, 3));
    }
    Some(format_number(value, decimals))
}

fn yes_or_no(raw: &str) -> Option<String> {
    match raw {
        "true" => Some("yes".to_owned()),
        "false" => Some("no".to_owned()),
        _ => None,
    }
}

fn moment(raw: &str) -> Option<String> {
    let (plain, zone) = split_zone(raw);
    let moment = NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    let text = format_micros(moment.and_utc().timestamp_micros());
    Some(match zone {
        "" => text,
        "Z" | "+00:00" => format!("{text} UTC"),
        zone => format!("{text} {zone}"),
    })
}

fn split_zone(raw: &str) -> (&str, &str) {
    if let Some(plain) = raw.strip_suffix('Z') {
        return (plain, "Z");
    }
    let at = raw.len().saturating_sub(6);
    match (raw.get(..at), raw.get(at..)) {
        (Some(plain), Some(zone)) if zone.starts_with(['+', '-']) && zone.contains(':') && plain.contains('T') => {
            (plain, zone)
        }
        _ => (raw, ""),
    }
}

/// `PT5400S` → `1 h 30 min`.
fn duration(raw: &str) -> Option<String> {
    let (sign, rest) = raw.strip_prefix('-').map_or(("", raw), |r| ("\u{2212}", r));
    if rest == "P0D" {
        return Some("0 s".to_owned());
    }
    let seconds: f64 = rest.strip_prefix("PT")?.strip_suffix('S')?.parse().ok()?;
    let text = match seconds {
        s if s < 60.0 => format!("{} s", crate::base::wording::format_significant(s, 3)),
        s if s < 3600.0 => two_units(s, 60.0, "min", "s"),
        s if s < 86_400.0 => two_units(s / 60.0, 60.0, "h", "min"),
        s => two_units(s / 3600.0, 24.0, "d", "h"),
    };
    Some(format!("{sign}{text}"))
}

fn two_units(small: f64, per_large: f64, large_name: &str, small_name: &str) -> String {
    let small = small.round();
    let large = (small / per_large).floor();
    let left = small - large * per_large;
    if left == 0.0 {
        format!("{} {large_name}", format_number(large, 0))
    } else {
        format!("{} {large_name} {} {small_name}", format_number(large, 0), format_number(left, 0))
    }
}

/// Right-aligned in tables.
pub fn is_right_aligned(column_type: ColumnType) -> bool {
    column_type.is_numeric() || column_type == ColumnType::Duration
}

/// A column's name as SQL writes it.
pub fn quote_name(name: &str) -> String {
    let is_plain = name.chars().next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain
        && !matches!(name, "select" | "from" | "where" | "group" | "order" | "by" | "limit" | "table" | "case" | "end")
    {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(column_type: ColumnType, decimals: usize) -> ColumnHead {
        ColumnHead { name: "yield".into(), column_type, unit: None, decimals }
    }

    #[test]
    fn cells_are_spelt() {
        let of = |t, d, raw: &str| cell_text(&head(t, d), raw);
        assert_eq!(of(ColumnType::Date, 0, "2026-11-12"), "12 Nov 2026");
        assert_eq!(of(ColumnType::DateTime, 0, "2026-11-12T14:05:00"), "12 Nov 2026, 14:05");
        assert_eq!(of(ColumnType::DateTime, 0, "2026-11-12T14:05:00+02:00"), "12 Nov 2026, 14:05 +02:00");
        assert_eq!(of(ColumnType::Number, 2, "3.5"), "3.50");
        assert_eq!(of(ColumnType::Integer, 0, "2026"), "2026");
        assert_eq!(of(ColumnType::Integer, 0, "-12345"), "−12,345");
        assert_eq!(of(ColumnType::Boolean, 0, "true"), "yes");
        assert_eq!(of(ColumnType::Duration, 0, "PT5400S"), "1 h 30 min");
        assert_eq!(of(ColumnType::Duration, 0, "P0D"), "0 s");
        assert_eq!(of(ColumnType::Number, 1, "rubbish"), "rubbish");
    }

    #[test]
    fn names_are_quoted_where_needed() {
        assert_eq!(quote_name("plate_id"), "plate_id");
        assert_eq!(quote_name("Plate \"A\""), "\"Plate \"\"A\"\"\"");
    }
}
