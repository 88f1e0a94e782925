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

/// A span of time, in microseconds: hours and minutes of any length (`26:10:00`), and all that [`span`] reads.
pub(super) fn duration(text: &str) -> Option<i64> {
    colon_span(text).or_else(|| span(text)).or_else(|| parts_span(text).map(|(micros, _)| micros))
}

/// Spans that are no times of day: `26:10:00`, `PT1H30M` (ISO 8601), `1h 30m`, `2 days 03:04:05`, `03:25.7`.
pub(super) fn span(text: &str) -> Option<i64> {
    if text.len() > 40 || !matches!(text.as_bytes().first(), Some(b'0'..=b'9' | b'P')) {
        return None;
    }
    if let Some(rest) = text.strip_prefix('P') {
        return iso_span(rest);
    }
    // Midnight at the end of a day.
    if matches!(text, "24:00" | "24:00:00") {
        return None;
    }
    if let Some(micros) = colon_span(text) {
        return (micros >= MICROS_PER_DAY).then_some(micros);
    }
    if let Some((days, clock)) = text.split_once(" day") {
        let days: i64 = days.trim().parse().ok().filter(|d| (0..100_000).contains(d))?;
        let clock = clock.trim_start_matches('s').trim_start_matches(',').trim();
        return colon_span(clock).map(|micros| days * MICROS_PER_DAY + micros);
    }
    if let Some((minutes, seconds)) = text.split_once(':')
        && seconds.contains('.')
        && !seconds.contains(':')
    {
        let minutes: i64 = minutes.parse().ok().filter(|m| (0..1_000_000).contains(m))?;
        return Some(minutes * 60 * MICROS_PER_SECOND + seconds_in(seconds)?);
    }
    parts_span(text).filter(|(_, n)| *n >= 2).map(|(micros, _)| micros)
}

/// `45m`: minutes, or metres.
pub(super) fn is_single_span(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_like = matches!(bytes, [b'0'..=b'9', .., b'a'..=b'z' | b'A'..=b'Z']) && bytes.len() <= 12;
    is_like && parts_span(text).is_some()
}

fn colon_span(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours: i64 = parts.next()?.parse().ok().filter(|h| (0..1_000_000).contains(h))?;
    let minutes: i64 = parts.next()?.parse().ok().filter(|m| (0..60).contains(m))?;
    let seconds = seconds_in(parts.next().unwrap_or("0"))?;
    parts.next().is_none().then_some((hours * 60 + minutes) * 60 * MICROS_PER_SECOND + seconds)
}

/// Below 60.
fn seconds_in(text: &str) -> Option<i64> {
    let is_plain = text.starts_with(|c: char| c.is_ascii_digit());
    let seconds: f64 = text.parse().ok().filter(|s| is_plain && (0.0..60.0).contains(s))?;
    Some((seconds * 1e6).round() as i64)
}

/// `1DT2H3M4.5S`, after the `P`. Months and years have no fixed length.
fn iso_span(text: &str) -> Option<i64> {
    let (days, clock) = text.split_once('T').unwrap_or((text, ""));
    let mut micros = 0.0;
    let mut n_parts = 0;
    for (part, units) in
        [(days, &[('W', 604_800.0), ('D', 86_400.0)][..]), (clock, &[('H', 3600.0), ('M', 60.0), ('S', 1.0)])]
    {
        let mut rest = part;
        let mut units = units.iter();
        while !rest.is_empty() {
            let at = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
            let (number, tail) = rest.split_at_checked(at)?;
            let unit = tail.chars().next()?;
            let (_, seconds) = units.find(|(name, _)| *name == unit)?;
            micros += number.parse::<f64>().ok()? * seconds * 1e6;
            rest = tail.get(1..)?;
            n_parts += 1;
        }
    }
    (n_parts > 0 && micros < 9.0e17).then_some(micros.round() as i64)
}

/// `1h 30m`, `2 hours 5 min`: microseconds, and how many parts there are.
fn parts_span(text: &str) -> Option<(i64, usize)> {
    const UNITS: [(&[&str], f64); 4] = [
        (&["d", "day", "days"], 86_400.0),
        (&["h", "hr", "hrs", "hour", "hours"], 3600.0),
        (&["m", "min", "mins", "minute", "minutes"], 60.0),
        (&["s", "sec", "secs", "second", "seconds"], 1.0),
    ];
    let (mut rest, mut micros, mut n_parts) = (text, 0.0, 0usize);
    let mut next_unit = 0usize;
    while !rest.is_empty() {
        let at = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, tail) = rest.split_at_checked(at)?;
        let tail = tail.trim_start();
        let n = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (word, tail) = tail.split_at_checked(n)?;
        let is_named = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(word));
        let (i, (_, seconds)) = UNITS.iter().enumerate().skip(next_unit).find(|(_, (names, _))| is_named(names))?;
        micros += number.parse::<f64>().ok()? * seconds * 1e6;
        next_unit = i + 1;
        n_parts += 1;
        rest = tail.trim_start_matches([' ', ',']);
    }
    (n_parts > 0 && micros < 9.0e17).then_some((micros.round() as i64, n_parts))
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
    // "GMT+0100 (Central European Standard Time)", as JavaScript has it.
    let text = match text.iter().position(|b| *b == b'(') {
        Some(at) if text.ends_with(b")") => text.get(..at)?.trim_ascii_end(),
        _ => text,
    };
    let text = match text {
        [b'G', b'M', b'T', rest @ ..] | [b'U', b'T', b'C', rest @ ..] if matches!(rest.first(), Some(b'+' | b'-')) => {
            rest
        }
        _ => text,
    };
    match text {
        [] => Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" | b"UT" => Some(Some(0)),
        [b'A'..=b'Z', ..] => named_zone(text).map(|hours| Some(hours * 3600)),
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

/// Zones by their short names: those of RFC 2822, and others that mean one zone only. Hours east.
fn named_zone(text: &[u8]) -> Option<i32> {
    const ZONES: [(&str, i32); 16] = [
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
        ("WET", 0),
        ("WEST", 1),
        ("CET", 1),
        ("CEST", 2),
        ("EET", 2),
        ("EEST", 3),
        ("MSK", 3),
        ("JST", 9),
    ];
    ZONES.into_iter().find(|(name, _)| name.as_bytes() == text).map(|(_, hours)| hours)
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

/// Other languages, where a month's name begins otherwise than the English one. Lower case, by month.
const OTHER_MONTHS: [(&str, u32); 38] = [
    ("januar", 1),
    ("jänner", 1),
    ("janvier", 1),
    ("enero", 1),
    ("gennaio", 1),
    ("janeiro", 1),
    ("februar", 2),
    ("février", 2),
    ("febrero", 2),
    ("febbraio", 2),
    ("fevereiro", 2),
    ("märz", 3),
    ("mrz", 3),
    ("mars", 3),
    ("marzo", 3),
    ("março", 3),
    ("maart", 3),
    ("avril", 4),
    ("abril", 4),
    ("aprile", 4),
    ("mai", 5),
    ("mayo", 5),
    ("maggio", 5),
    ("mei", 5),
    ("juni", 6),
    ("juin", 6),
    ("junio", 6),
    ("giugno", 6),
    ("juli", 7),
    ("juillet", 7),
    ("julio", 7),
    ("luglio", 7),
    ("août", 8),
    ("agosto", 8),
    ("augustus", 8),
    ("oktober", 10),
    ("dezember", 12),
    ("dicembre", 12),
];

fn month_name(text: &[u8]) -> Option<(u32, &[u8])> {
    let n = text.iter().take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80).count();
    // "septiembre" is the longest, and two letters may be one of two bytes.
    if !(3..=12).contains(&n) {
        return None;
    }
    let (word, rest) = text.split_at_checked(n)?;
    let word = std::str::from_utf8(word).ok()?.to_lowercase();
    let rest = rest.strip_prefix(b".").unwrap_or(rest);
    if word.chars().count() < 3 {
        return None;
    }
    let is_month = |name: &&str| name.starts_with(&word) || (word == "sept" && *name == "september");
    if let Some(at) = MONTHS.iter().position(is_month) {
        return Some((at as u32 + 1, rest));
    }
    let mut others = OTHER_MONTHS.into_iter().filter(|(name, _)| name.starts_with(&word)).map(|(_, month)| month);
    let month = others.next()?;
    // "jui" may be June or July.
    others.all(|other| other == month).then_some((month, rest))
}

/// Reads any of the forms that are known; `None` when the text is not a date.
pub(super) fn moment(text: &str) -> Option<Moment> {
    // The longest form is JavaScript's, with the name of a zone.
    if text.len() > 80 {
        return None;
    }
    let text = without_weekday(text.as_bytes());
    if let Some(moment) = basic(text).or_else(|| year_last(text)) {
        return Some(moment);
    }
    let (mut moment, rest) = date_part(text)?;
    if moment.orders == 0 {
        return None;
    }
    match rest {
        [] => {}
        // "01/Jan/2024:10:00:00 +0000", as web servers write.
        [b':', rest @ ..] if !moment.is_ordered => {
            let (time, rest) = clock(rest)?;
            moment.time = Some(time);
            moment.offset = zone(rest)?;
        }
        [b'T' | b' ', rest @ ..] | [b',', b' ', rest @ ..] => {
            let (time, rest) = clock(rest)?;
            moment.time = Some(time);
            moment.offset = zone(rest)?;
        }
        _ => return None,
    }
    Some(moment)
}

/// `Mon, 01 Jan 2024` → `01 Jan 2024`.
fn without_weekday(text: &[u8]) -> &[u8] {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let n = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if !(3..=9).contains(&n) {
        return text;
    }
    let Some((word, rest)) = text.split_at_checked(n) else { return text };
    let is_day = |day: &&str| {
        let day = day.as_bytes();
        day.get(..n).is_some_and(|start| start.eq_ignore_ascii_case(word)) && (n == 3 || n == day.len())
    };
    if !DAYS.iter().any(is_day) {
        return text;
    }
    let rest = rest.strip_prefix(b".").unwrap_or(rest);
    let rest = rest.strip_prefix(b",").unwrap_or(rest);
    rest.strip_prefix(b" ").unwrap_or(text)
}

/// `20240101T100000Z`, the basic form of ISO 8601.
fn basic(text: &[u8]) -> Option<Moment> {
    let (date, rest) = text.split_at_checked(8)?;
    let [b'T' | b'_', rest @ ..] = rest else { return None };
    compact_date(date)?;
    let (value, ..) = number(date)?;
    let (time, n, mut rest) = number(rest)?;
    let (hour, minute, second) = match n {
        4 => (time / 100, time % 100, 0),
        6 => (time / 10_000, time / 100 % 100, time % 100),
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut micros = i64::from((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND;
    if let [b'.', tail @ ..] = rest {
        let (fraction, digits, after) = number(tail)?;
        micros += (f64::from(fraction) / 10f64.powi(digits as i32) * 1e6) as i64;
        rest = after;
    }
    let mut moment = fixed(value / 10_000, value / 100 % 100, value % 100);
    moment.time = Some(micros);
    moment.offset = zone(rest)?;
    Some(moment)
}

/// `Jan  1 10:00:00 2024`, as the C library writes.
fn year_last(text: &[u8]) -> Option<Moment> {
    if !matches!(text, [b'A'..=b'Z' | b'a'..=b'z', .., b'0'..=b'9', b'0'..=b'9']) {
        return None;
    }
    let (month, rest) = month_name(text)?;
    let (day, n_day, rest) = number(rest.trim_ascii_start())?;
    let (time, rest) = clock(rest.strip_prefix(b" ")?)?;
    let (zoned, rest) = match rest.strip_prefix(b" UTC").or_else(|| rest.strip_prefix(b" GMT")) {
        Some(rest) => (Some(0), rest),
        None => (None, rest),
    };
    let (year, 4, []) = number(rest.strip_prefix(b" ")?)? else { return None };
    let mut moment = fixed(year, month, day);
    if n_day > 2 || moment.orders == 0 {
        return None;
    }
    moment.time = Some(time);
    moment.offset = zoned;
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
    fn forms_of_programs() {
        let at = |text: &str| moment(text).unwrap_or_else(|| panic!("{text}")).micros(DAY_FIRST).unwrap() / 1_000_000;
        let hour = 3600;
        let noon = 1_704_067_200 + 12 * hour;
        for text in [
            "Mon, 01 Jan 2024 12:00:00 +0000",
            "01/Jan/2024:12:00:00 +0000",
            "Mon Jan 01 2024 13:00:00 GMT+0100 (Central European Standard Time)",
            "20240101T120000Z",
            "20240101_1200",
            "Mon Jan  1 12:00:00 2024",
            "Mon Jan  1 12:00:00 UTC 2024",
            "Monday, 1 January 2024 12:00",
            "2024-01-01 13:00 CET",
            "2024-01-01 07:00:00 EST",
        ] {
            assert_eq!(at(text), noon, "{text}");
        }
        for text in ["Mon", "Sunday 5", "20241301T120000", "20240101T250000", "12345678T1200"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn months_of_other_languages() {
        for text in ["3. März 2024", "3 mars 2024", "3-Mrz-2024", "03 marzo 2024"] {
            assert_eq!(date(text, DAY_FIRST).as_deref(), Some("2024-03-03"), "{text}");
        }
        assert_eq!(date("12. Oktober 2024", DAY_FIRST).as_deref(), Some("2024-10-12"));
        assert_eq!(moment("3 jui 2024"), None);
        assert_eq!(moment("3. Märzen 2024"), None);
    }

    #[test]
    fn spans_of_time() {
        let seconds = |text: &str| span(text).map(|micros| micros as f64 / 1e6);
        assert_eq!(seconds("26:10:00"), Some(94_200.0));
        assert_eq!(seconds("PT1H30M"), Some(5_400.0));
        assert_eq!(seconds("P1DT0.5S"), Some(86_400.5));
        assert_eq!(seconds("1h 30m"), Some(5_400.0));
        assert_eq!(seconds("2 hours, 5 min 3 s"), Some(7_503.0));
        assert_eq!(seconds("0 days 00:05:00"), Some(300.0));
        assert_eq!(seconds("1 day, 2:00:00"), Some(93_600.0));
        assert_eq!(seconds("03:25.7"), Some(205.7));
        for text in ["14:05", "24:00", "45m", "P", "PT", "P1Y", "1m 2h", "12", "Page"] {
            assert_eq!(span(text), None, "{text}");
        }
        assert_eq!(duration("45m"), Some(2_700_000_000));
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
