//! Days and moments in text, however they are written.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// Pieces of a date: runs of digits and runs of letters.
struct Pieces<'a> {
    pieces: Vec<&'a str>,
}

/// More pieces than a date and a time can have are not a date.
const MAX_PIECES: usize = 12;

impl<'a> Pieces<'a> {
    fn of(text: &'a str) -> Option<Pieces<'a>> {
        // Longer text is prose.
        if text.len() > 48 || !text.is_ascii() {
            return None;
        }
        let kind = |b: u8| if b.is_ascii_digit() { 1 } else { u8::from(b.is_ascii_alphabetic()) * 2 };
        let mut pieces = Vec::new();
        let mut start = 0;
        let mut current = 0;
        for (i, byte) in text.bytes().enumerate() {
            let now = kind(byte);
            if now != current {
                if current != 0 {
                    pieces.push(text.get(start..i)?);
                }
                start = i;
                current = now;
            }
        }
        if current != 0 {
            pieces.push(text.get(start..)?);
        }
        (!pieces.is_empty() && pieces.len() <= MAX_PIECES).then_some(Pieces { pieces })
    }

    /// What follows the date may only be a time.
    fn ends_in_time(&self, n_used: usize) -> bool {
        self.pieces.iter().skip(n_used).all(|piece| {
            piece.bytes().all(|b| b.is_ascii_digit())
                || ["t", "z", "am", "pm", "utc", "gmt"].contains(&piece.to_ascii_lowercase().as_str())
        })
    }
}

/// Days since 1970 of text such as `2026-11-12`, `12.11.2026`, `12 Nov 2026`, `20261112` or a
/// date with a time behind it; the day is the one written, whatever the zone.
pub(super) fn parse_day(text: &str, month_first: bool) -> Option<i64> {
    let pieces = Pieces::of(text)?;
    let at = |i: usize| pieces.pieces.get(i).copied().unwrap_or("");
    let (first, second, third) = (at(0), at(1), at(2));
    let (year, month, day, n_used) = if number(first, 8, 8).is_some() {
        (number(first.get(..4)?, 4, 4), number(first.get(4..6)?, 2, 2), number(first.get(6..)?, 2, 2), 1)
    } else if let Some(year) = number(first, 4, 4) {
        (Some(year), number(second, 1, 2).or_else(|| month_named(second)), number(third, 1, 2), 3)
    } else if let Some(month) = month_named(second) {
        (number(third, 4, 4), Some(month), number(first, 1, 2), 3)
    } else if let Some(month) = month_named(first) {
        (number(third, 4, 4), Some(month), number(second, 1, 2), 3)
    } else {
        let (a, b) = (number(first, 1, 2), number(second, 1, 2));
        let (day, month) = if month_first && !text.contains('.') { (b, a) } else { (a, b) };
        (number(third, 4, 4), month, day, 3)
    };
    if !pieces.ends_in_time(n_used) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?)?;
    Some(i64::from(date.to_epoch_days()))
}

fn number(piece: &str, min_len: usize, max_len: usize) -> Option<u32> {
    let fits = (min_len..=max_len).contains(&piece.len()) && piece.bytes().all(|b| b.is_ascii_digit());
    if fits { piece.parse().ok() } else { None }
}

fn month_named(piece: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = piece.to_ascii_lowercase();
    if lower.len() < 3 {
        return None;
    }
    let idx = MONTHS.iter().position(|m| m.starts_with(&lower) || (lower == "sept" && *m == "september"))?;
    u32::try_from(idx + 1).ok()
}

/// Whether `a/b/year` dates of a column put the month first: only when some second part is too
/// large for a month and no first part is.
pub(super) fn puts_month_first<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let mut second_too_large = false;
    for text in texts {
        if !text.contains('/') {
            continue;
        }
        let Some(pieces) = Pieces::of(text) else { continue };
        let at = |i: usize| pieces.pieces.get(i).copied().unwrap_or("");
        let (Some(first), Some(second), Some(_)) = (number(at(0), 1, 2), number(at(1), 1, 2), number(at(2), 4, 4))
        else {
            continue;
        };
        if first > 12 {
            return false;
        }
        second_too_large |= second > 12;
    }
    second_too_large
}

/// Microseconds since 1970 of an ISO date or date and time; without a zone it is taken as UTC.
pub(super) fn parse_moment(text: &str) -> Option<i64> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp_micros());
    }
    for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(text, format) {
            return Some(moment.and_utc().timestamp_micros());
        }
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_day_in_many_ways() {
        let want = parse_day("2026-11-12", false);
        assert_eq!(want, Some(20_769));
        for text in [
            "2026-11-12T08:30:00Z",
            "2026-11-12 08:30",
            "20261112",
            "12.11.2026",
            "12/11/2026",
            "12 Nov 2026",
            "November 12, 2026",
            "2026/11/12",
        ] {
            assert_eq!(parse_day(text, false), want, "{text}");
        }
        assert_eq!(parse_day("11/12/2026", true), want);
        assert_eq!(parse_day("12.11.2026", true), want);
    }

    #[test]
    fn names_are_not_days() {
        for text in ["2026-11-12-A7", "S2026", "2026-13-01", "31.02.2026", "march", "", "1-2-3", "décembre"] {
            assert_eq!(parse_day(text, false), None, "{text}");
        }
    }

    #[test]
    fn the_column_decides_the_order() {
        assert!(puts_month_first(["01/02/2026", "01/31/2026"].into_iter()));
        assert!(!puts_month_first(["01/02/2026", "31/01/2026"].into_iter()));
        assert!(!puts_month_first(["01/02/2026"].into_iter()));
    }

    #[test]
    fn moments() {
        assert_eq!(parse_moment("1970-01-01T00:00:01"), Some(1_000_000));
        assert_eq!(parse_moment("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(parse_moment("1970-01-02"), Some(86_400_000_000));
        assert_eq!(parse_moment("soon"), None);
    }
}
