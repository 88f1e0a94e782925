//! How numbers, dates and counts are written, everywhere the same.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

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
    fn dates_are_spelt() {
        assert_eq!(format_days(0), "1 Jan 1970");
        assert_eq!(format_micros(0), "1 Jan 1970, 00:00");
        assert_eq!(format_bytes(3_400_000), "3.4 MB");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
