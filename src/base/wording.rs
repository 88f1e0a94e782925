//! How numbers, dates and counts are written, everywhere the same.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};

const MINUS: char = '\u{2212}';

/// Groups digits by thousands: `9600` → `9,600`.
pub fn format_count(n: u64) -> String {
    group_thousands(&n.to_string())
}

fn group_thousands(digits: &str) -> String {
    let n = digits.len();
    let mut out = String::with_capacity(n + n / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (n - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A number with a fixed count of decimals, thousands grouped, a true minus sign.
pub fn format_number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "not a number".to_owned()
        } else if value > 0.0 {
            "∞".to_owned()
        } else {
            format!("{MINUS}∞")
        };
    }
    let text = format!("{:.*}", decimals.min(12), value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::new();
    let is_zero = text.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !is_zero {
        out.push(MINUS);
    }
    out.push_str(&group_thousands(whole));
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number to so many significant digits; whole numbers below 10^15 are written in full,
/// very large and very small ones with a power of ten.
pub fn format_significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format_number(value, 0);
    }
    let digits = digits.max(1);
    let magnitude = value.abs().log10().floor() as i32;
    if !(-5..15).contains(&magnitude) {
        let mantissa = value / 10f64.powi(magnitude);
        return format!("{} × 10^{}", format_number(mantissa, digits - 1), format_number(f64::from(magnitude), 0));
    }
    let decimals = digits as i32 - 1 - magnitude;
    if decimals <= 0 {
        let unit = 10f64.powi(-decimals);
        return format_number((value / unit).round() * unit, 0);
    }
    let text = format_number(value, decimals as usize);
    trim_zeros(&text)
}

fn trim_zeros(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// A share of one as a percentage: `0.0938` → `9.4 %`.
pub fn format_share(share_frac: f64) -> String {
    let percent = share_frac * 100.0;
    let decimals = if percent == 0.0 || percent.abs() >= 10.0 || percent.fract() == 0.0 { 0 } else { 1 };
    format!("{} %", format_number(percent, decimals))
}

/// `1 row`, `9,600 rows`.
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", format_count(n), if n == 1 { one } else { many })
}

/// `3.4 MB`, in powers of 1000.
pub fn format_bytes(size_bytes: u64) -> String {
    match size_bytes {
        0..=999 => plural(size_bytes, "byte", "bytes"),
        1_000..=999_999 => format!("{} kB", format_significant(size_bytes as f64 / 1e3, 3)),
        1_000_000..=999_999_999 => format!("{} MB", format_significant(size_bytes as f64 / 1e6, 3)),
        _ => format!("{} GB", format_significant(size_bytes as f64 / 1e9, 3)),
    }
}

/// `12 Nov 2026`.
pub fn format_date(date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), month(date.month()), date.year())
}

/// Days since 1 January 1970 → `12 Nov 2026`.
pub fn format_days(days: i32) -> String {
    NaiveDate::from_epoch_days(days).map_or_else(|| days.to_string(), format_date)
}

/// Microseconds since 1970 → `12 Nov 2026, 14:05`, with seconds only where there are any.
pub fn format_micros(micros: i64) -> String {
    let Some(t) = DateTime::from_timestamp_micros(micros) else { return micros.to_string() };
    let date = format_date(t.date_naive());
    if t.second() != 0 || t.nanosecond() != 0 {
        format!("{date}, {:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
    } else {
        format!("{date}, {:02}:{:02}", t.hour(), t.minute())
    }
}

/// A moment without the time where it is midnight: `12 Nov 2026`.
pub fn format_moment(micros: i64) -> String {
    const DAY: i64 = 86_400_000_000;
    match micros.rem_euclid(DAY) {
        0 => i32::try_from(micros.div_euclid(DAY)).map_or_else(|_| micros.to_string(), format_days),
        _ => format_micros(micros),
    }
}

/// Microseconds since 1970 of a moment in ISO 8601, with or without a zone, or of a date.
pub fn parse_micros(raw: &str) -> Option<i64> {
    let raw = raw.trim();
    if let Ok(t) = DateTime::parse_from_rfc3339(raw) {
        return Some(t.timestamp_micros());
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(t) = NaiveDateTime::parse_from_str(raw, form) {
            return Some(t.and_utc().timestamp_micros());
        }
    }
    let date = NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok()?;
    Some(i64::from(date.to_epoch_days()) * 86_400_000_000)
}

/// Microseconds since 1970 in ISO 8601: `2026-11-12T14:05:00`, with the fraction where there is one.
pub fn iso_micros(micros: i64) -> Option<String> {
    DateTime::from_timestamp_micros(micros).map(|t| t.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
}

/// A cell's raw text as cells are shown: a date or moment spelt, yes and no for true and false, other
/// text as it is.
pub fn raw_words(raw: &str) -> String {
    match raw {
        "true" => return "yes".to_owned(),
        "false" => return "no".to_owned(),
        _ => {}
    }
    // Four digits and a dash: what only looks like a date to a lenient parser stays as it is.
    let is_iso =
        raw.len() >= 10 && raw.bytes().take(4).all(|b| b.is_ascii_digit()) && raw.as_bytes().get(4) == Some(&b'-');
    match parse_micros(raw).filter(|_| is_iso) {
        Some(micros) => format_moment(micros),
        None => raw.to_owned(),
    }
}

/// Several of what a name stands for, where its last word is a common English noun: "reagent lots".
/// Words of other languages, and names that only their owner knows, have no plural here.
pub fn plural_noun(name: &str) -> Option<String> {
    let name = name.trim();
    let (front, last) = name.rsplit_once(' ').map_or(("", name), |(front, last)| (front, last));
    let is_own = last.chars().skip(1).any(char::is_uppercase);
    let (_, many) = NOUNS.iter().find(|(one, _)| *one == last.to_lowercase()).filter(|_| !is_own)?;
    let many = if last.starts_with(char::is_uppercase) { sentence_case(many) } else { (*many).to_owned() };
    Some(if front.is_empty() { many } else { format!("{front} {many}") })
}

/// What columns are named after, one and several.
const NOUNS: [(&str, &str); 72] = [
    ("account", "accounts"),
    ("airport", "airports"),
    ("article", "articles"),
    ("author", "authors"),
    ("batch", "batches"),
    ("brand", "brands"),
    ("carrier", "carriers"),
    ("category", "categories"),
    ("cell", "cells"),
    ("channel", "channels"),
    ("city", "cities"),
    ("class", "classes"),
    ("client", "clients"),
    ("cluster", "clusters"),
    ("code", "codes"),
    ("company", "companies"),
    ("condition", "conditions"),
    ("country", "countries"),
    ("customer", "customers"),
    ("department", "departments"),
    ("device", "devices"),
    ("employee", "employees"),
    ("event", "events"),
    ("experiment", "experiments"),
    ("file", "files"),
    ("flight", "flights"),
    ("gene", "genes"),
    ("group", "groups"),
    ("instrument", "instruments"),
    ("invoice", "invoices"),
    ("item", "items"),
    ("kit", "kits"),
    ("lab", "labs"),
    ("lane", "lanes"),
    ("library", "libraries"),
    ("line", "lines"),
    ("location", "locations"),
    ("logger", "loggers"),
    ("lot", "lots"),
    ("machine", "machines"),
    ("market", "markets"),
    ("measurement", "measurements"),
    ("model", "models"),
    ("name", "names"),
    ("operator", "operators"),
    ("order", "orders"),
    ("origin", "origins"),
    ("patient", "patients"),
    ("person", "persons"),
    ("plant", "plants"),
    ("plate", "plates"),
    ("product", "products"),
    ("project", "projects"),
    ("protocol", "protocols"),
    ("reagent", "reagents"),
    ("region", "regions"),
    ("report", "reports"),
    ("room", "rooms"),
    ("run", "runs"),
    ("sample", "samples"),
    ("sensor", "sensors"),
    ("site", "sites"),
    ("state", "states"),
    ("station", "stations"),
    ("store", "stores"),
    ("study", "studies"),
    ("subject", "subjects"),
    ("supplier", "suppliers"),
    ("team", "teams"),
    ("treatment", "treatments"),
    ("user", "users"),
    ("well", "wells"),
];

/// Three letters of the month, 1 to 12.
pub fn month(number: u32) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS.get((number as usize).saturating_sub(1)).copied().unwrap_or("?")
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Upper-cases the first letter and leaves the rest.
pub fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_signed() {
        assert_eq!(format_count(1_234_567), "1,234,567");
        assert_eq!(format_number(-1234.5, 1), "−1,234.5");
        assert_eq!(format_number(-0.001, 1), "0.0");
        assert_eq!(format_significant(1234.0, 3), "1,230");
        assert_eq!(format_significant(0.012_345, 3), "0.0123");
        assert_eq!(format_significant(12.0, 3), "12");
        assert_eq!(format_significant(1.5e-9, 2), "1.5 × 10^−9");
        assert_eq!(format_share(0.0938), "9.4 %");
        assert_eq!(format_share(0.5), "50 %");
    }

    #[test]
    fn raw_text_reads_as_cells_are_shown() {
        let said =
            ["2026-09-01", "2026-09-01T14:05:00", "2026-09-01 00:00:00", "true", "false", "True", "2026-09", "7"];
        let words = ["1 Sep 2026", "1 Sep 2026, 14:05", "1 Sep 2026", "yes", "no", "True", "2026-09", "7"];
        assert_eq!(said.map(raw_words), words);
    }

    #[test]
    fn only_known_words_have_a_plural() {
        assert_eq!(plural_noun("plate").as_deref(), Some("plates"));
        assert_eq!(plural_noun("reagent lot").as_deref(), Some("reagent lots"));
        assert_eq!(plural_noun("Site").as_deref(), Some("Sites"));
        for name in ["Städte", "Stadt", "Germany", "siTe", "status", "pH", "", "Name der Stadt"] {
            assert_eq!(plural_noun(name), None, "{name}");
        }
        assert!(NOUNS.is_sorted());
    }

    #[test]
    fn dates_are_spelt() {
        assert_eq!(format_days(0), "1 Jan 1970");
        assert_eq!(format_micros(0), "1 Jan 1970, 00:00");
        assert_eq!(format_bytes(3_400_000), "3.4 MB");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
