//! Dates, times and moments as people and programs write them.

use chrono::NaiveDate;

pub(super) const DAY_FIRST: u8 = 1;
pub(super) const MONTH_FIRST: u8 = 2;

const MICROS_PER_SECOND: i64 = 1_000_000;
pub(super) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// A date, perhaps with a time and a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    year: i32,
    /// Day and month, or month and day, or (day, month) where the text leaves no choice.
    first: u32,
    second: u32,
    /// Which readings give a date that exists.
    pub orders: u8,
    /// Written `1/2/2026`, so that the order has to be found out.
    pub is_ordered: bool,
    pub short_year: bool,
    /// Microseconds since midnight.
    pub time: Option<i64>,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
}

impl Moment {
    /// Days since 1970 under a reading.
    pub fn days(&self, order: u8) -> Option<i32> {
        let (day, month) =
            if self.is_ordered && order == MONTH_FIRST { (self.second, self.first) } else { (self.first, self.second) };
        days(self.year, month, day)
    }

    /// Microseconds since 1970 in UTC under a reading; midnight where there is no time.
    pub fn micros(&self, order: u8) -> Option<i64> {
        let days = i64::from(self.days(order)?);
        Some(days * MICROS_PER_DAY + self.time.unwrap_or(0) - i64::from(self.offset.unwrap_or(0)) * MICROS_PER_SECOND)
    }
}

fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=9999).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, day).map(|date| date.to_epoch_days())
}

/// `2026-11-12` and nothing else. The hot path.
#[inline]
pub(super) fn iso_date(text: &[u8]) -> Option<i32> {
    match text {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
            let digit = |b: &u8| {
                let d = b.wrapping_sub(b'0');
                (d <= 9).then_some(u32::from(d))
            };
            let year = digit(y1)? * 1000 + digit(y2)? * 100 + digit(y3)? * 10 + digit(y4)?;
            days(year as i32, digit(m1)? * 10 + digit(m2)?, digit(d1)? * 10 + digit(d2)?)
        }
        _ => None,
    }
}

/// `2026-11-12T14:05:09.25+01:00`: microseconds in UTC, and the zone's seconds east if one is given.
#[inline]
pub(super) fn iso_datetime(text: &[u8]) -> Option<(i64, Option<i32>)> {
    let (date, rest) = text.split_at_checked(10)?;
    let days = iso_date(date)?;
    let [b'T' | b' ', rest @ ..] = rest else { return None };
    let (time, rest) = clock(rest)?;
    let offset = zone(rest)?;
    let micros = i64::from(days) * MICROS_PER_DAY + time - i64::from(offset.unwrap_or(0)) * MICROS_PER_SECOND;
    Some((micros, offset))
}

/// `14:05`, `2:05:09.5 PM`: microseconds since midnight.
pub(super) fn time_of_day(text: &str) -> Option<i64> {
    let (time, rest) = clock(text.as_bytes())?;
    rest.is_empty().then_some(time)
}

/// `8 digits`, as `20261112`.
pub(super) fn compact_date(text: &[u8]) -> Option<i32> {
    if text.len() != 8 {
        return None;
    }
    let (value, n, _) = number(text)?;
    let year = value / 10_000;
    (n == 8 && (1900..2100).contains(&year)).then(|| days(year as i32, value / 100 % 100, value % 100)).flatten()
}

/// Hours and minutes of any length: `26:10:00`, in microseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours: i64 = parts.next()?.parse().ok().filter(|h| (0..1_000_000).contains(h))?;
    let minutes: i64 = parts.next()?.parse().ok().filter(|m| (0..60).contains(m))?;
    let seconds: f64 = parts.next().unwrap_or("0").parse().ok().filter(|s| (0.0..60.0).contains(s))?;
    parts.next().is_none().then_some((hours * 60 + minutes) * 60 * MICROS_PER_SECOND + (seconds * 1e6).round() as i64)
}

/// Up to nine digits at the start: value, how many, the rest.
fn number(text: &[u8]) -> Option<(u32, usize, &[u8])> {
    let mut value = 0u32;
    let mut n = 0usize;
    let mut rest = text;
    while let [byte @ b'0'..=b'9', tail @ ..] = rest {
        if n == 9 {
            return None;
        }
        value = value * 10 + u32::from(byte - b'0');
        n += 1;
        rest = tail;
    }
    (n > 0).then_some((value, n, rest))
}

fn clock(text: &[u8]) -> Option<(i64, &[u8])> {
    let (hour, n, rest) = number(text)?;
    let [b':', rest @ ..] = rest else { return None };
    let (minute, n_minute, mut rest) = number(rest)?;
    if n > 2 || n_minute != 2 || minute > 59 {
        return None;
    }
    let mut micros = 0i64;
    if let [b':', tail @ ..] = rest {
        let (second, n_second, tail) = number(tail)?;
        // A leap second counts as the second before.
        if n_second != 2 || second > 60 {
            return None;
        }
        micros = i64::from(second.min(59)) * MICROS_PER_SECOND;
        rest = tail;
        if let [b'.' | b',', tail @ ..] = rest {
            let mut unit = MICROS_PER_SECOND;
            let mut left = tail;
            while let [byte @ b'0'..=b'9', after @ ..] = left {
                unit /= 10;
                micros += i64::from(byte - b'0') * unit;
                left = after;
            }
            if left.len() == tail.len() {
                return None;
            }
            rest = left;
        }
    }
    let mut hour = hour;
    let half = rest.strip_prefix(b" ").unwrap_or(rest);
    if let [h @ (b'A' | b'a' | b'P' | b'p'), b'M' | b'm', tail @ ..] = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if matches!(h, b'P' | b'p') { 12 } else { 0 };
        rest = tail;
    }
    (hour < 24).then(|| (i64::from(hour * 60 + minute) * 60 * MICROS_PER_SECOND + micros, rest))
}

/// The zone at the end of a moment: outer `None` when it is none.
fn zone(text: &[u8]) -> Option<Option<i32>> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    match text {
        [] => Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => Some(Some(0)),
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (value, n, rest) = number(rest)?;
            let (hours, minutes) = match (n, rest) {
                (2, []) => (value, 0),
                (4, []) => (value / 100, value % 100),
                (2, [b':', rest @ ..]) => {
                    let (minutes, 2, []) = number(rest)? else { return None };
                    (value, minutes)
                }
                _ => return None,
            };
            if hours > 15 || minutes > 59 {
                return None;
            }
            let seconds = (hours * 3600 + minutes * 60) as i32;
            Some(Some(if *sign == b'-' { -seconds } else { seconds }))
        }
        _ => None,
    }
}

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

fn month_name(text: &[u8]) -> Option<(u32, &[u8])> {
    let n = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (word, rest) = text.split_at_checked(n)?;
    let word = std::str::from_utf8(word).ok()?.to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    let is_month = |name: &&str| name.starts_with(&word) || (word == "sept" && *name == "september");
    let month = MONTHS.iter().position(is_month)? as u32 + 1;
    Some((month, rest.strip_prefix(b".").unwrap_or(rest)))
}

/// Reads any of the forms that are known; `None` when the text is not a date.
pub(super) fn moment(text: &str) -> Option<Moment> {
    // The longest form is "September 12, 2026 11:59:59.123456789 PM +01:00".
    if text.len() > 50 {
        return None;
    }
    let (mut moment, rest) = date_part(text.as_bytes())?;
    if moment.orders == 0 {
        return None;
    }
    match rest {
        [] => {}
        [b'T' | b' ', rest @ ..] | [b',', b' ', rest @ ..] => {
            let (time, rest) = clock(rest)?;
            moment.time = Some(time);
            moment.offset = zone(rest)?;
        }
        _ => return None,
    }
    Some(moment)
}

fn date_part(text: &[u8]) -> Option<(Moment, &[u8])> {
    let Some((first, n_first, rest)) = number(text) else {
        let (month, rest) = month_name(text)?;
        let (day, n, rest) = number(rest.strip_prefix(b" ")?)?;
        let rest = rest.strip_prefix(b",").unwrap_or(rest);
        let (year, n_year, rest) = number(rest.strip_prefix(b" ")?)?;
        return (n <= 2 && n_year == 4).then(|| (fixed(year, month, day), rest));
    };
    let (separator, rest) = rest.split_first()?;
    if n_first == 4 {
        let (b'-' | b'/' | b'.') = separator else { return None };
        let (month, n_month, rest) = number(rest)?;
        let (day, n_day, rest) = number(rest.strip_prefix(&[*separator])?)?;
        return (n_month <= 2 && n_day <= 2).then(|| (fixed(first, month, day), rest));
    }
    if n_first > 2 {
        return None;
    }
    if matches!(separator, b' ' | b'-' | b'/' | b'.') {
        let named = rest.strip_prefix(b" ").unwrap_or(rest);
        if named.first().is_some_and(u8::is_ascii_alphabetic) {
            let (month, rest) = month_name(named)?;
            let (_, rest) = rest.split_first().filter(|(b, _)| matches!(b, b' ' | b'-' | b'/' | b','))?;
            let (year, n, rest) = number(rest.strip_prefix(b" ").unwrap_or(rest))?;
            let mut moment = fixed(if n == 2 { century(year) } else { year }, month, first);
            moment.short_year = n == 2;
            return (n == 4 || n == 2).then_some((moment, rest));
        }
    }
    let (b'-' | b'/' | b'.') = separator else { return None };
    let (second, n_second, rest) = number(rest)?;
    let (year, n_year, rest) = number(rest.strip_prefix(&[*separator])?)?;
    // "1-2-26" is more often a code than a date.
    let year_fits = n_year == 4 || (n_year == 2 && *separator != b'-');
    if n_second > 2 || !year_fits {
        return None;
    }
    let year = if n_year == 2 { century(year) } else { year } as i32;
    let mut orders = 0;
    if days(year, second, first).is_some() {
        orders |= DAY_FIRST;
    }
    if *separator != b'.' && days(year, first, second).is_some() {
        orders |= MONTH_FIRST;
    }
    let moment =
        Moment { year, first, second, orders, is_ordered: true, short_year: n_year == 2, time: None, offset: None };
    Some((moment, rest))
}

/// Two digits below 70 are of this century (as POSIX `strptime` has it, near enough).
fn century(year: u32) -> u32 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

fn fixed(year: u32, month: u32, day: u32) -> Moment {
    let year = year as i32;
    let orders = if days(year, month, day).is_some() { DAY_FIRST | MONTH_FIRST } else { 0 };
    Moment { year, first: day, second: month, orders, is_ordered: false, short_year: false, time: None, offset: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str, order: u8) -> Option<String> {
        moment(text)?.days(order).and_then(NaiveDate::from_epoch_days).map(|d| d.to_string())
    }

    #[test]
    fn common_forms_of_dates() {
        for text in ["2026-11-12", "2026/11/12", "12.11.2026", "12 Nov 2026", "12-Nov-2026", "Nov 12, 2026", "12.11.26"]
        {
            assert_eq!(date(text, DAY_FIRST).as_deref(), Some("2026-11-12"), "{text}");
        }
        assert_eq!(date("11/12/2026", MONTH_FIRST).as_deref(), Some("2026-11-12"));
        assert_eq!(moment("13/12/2026").unwrap().orders, DAY_FIRST);
        assert_eq!(moment("12/13/2026").unwrap().orders, MONTH_FIRST);
        for text in ["2026-13-01", "31.02.2026", "1-2-26", "1.2.3", "12", "March", "MARCH1", "2026-11-12x"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_in_utc() {
        let at = |text: &str| moment(text).unwrap().micros(DAY_FIRST).unwrap();
        assert_eq!(at("1970-01-01 00:00:01.5"), 1_500_000);
        assert_eq!(at("1970-01-01T01:00:00+01:00"), 0);
        assert_eq!(at("1 Jan 1970, 2:05 PM"), (14 * 60 + 5) * 60 * 1_000_000);
        assert_eq!(iso_datetime(b"1970-01-01T00:00:00-0230"), Some((9_000_000_000, Some(-9000))));
        assert_eq!(iso_datetime(b"1970-01-01T25:00"), None);
        assert_eq!(time_of_day("12:00 am"), Some(0));
        assert_eq!(compact_date(b"20261112"), iso_date(b"2026-11-12"));
        assert_eq!(duration("26:10:00"), Some((26 * 60 + 10) * 60 * 1_000_000));
    }
}
