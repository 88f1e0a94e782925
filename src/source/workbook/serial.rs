//! Days counted by spreadsheets, as text.

use chrono::{Duration, NaiveDate, NaiveDateTime};

const SECONDS_OF_DAY: f64 = 86_400.0;
/// The first day that is past the year 9999.
const MAX_SERIAL: f64 = 2_958_466.0;

/// A serial number as a date, a time of day below one, or both. `None` for what no calendar has.
///
/// Days count from 1 January 1900, which is 1, and there is a 29 February 1900 (60) that never was; or
/// from 1 January 1904, which is 0.
pub(super) fn moment(serial: f64, is_1904: bool) -> Option<String> {
    if !(0.0..MAX_SERIAL).contains(&serial) {
        return None;
    }
    let days = serial.floor();
    let base = match (is_1904, days < 60.0) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        (false, true) => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        (false, false) => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let millis = ((serial - days) * SECONDS_OF_DAY * 1000.0).round() as i64;
    let time = base.and_hms_opt(0, 0, 0)? + Duration::days(days as i64) + Duration::milliseconds(millis);
    Some(match (serial < 1.0, millis) {
        // Below one day there is a time and no date.
        (true, _) => clock(time),
        (_, 0) => time.format("%Y-%m-%d").to_string(),
        _ => format!("{} {}", time.format("%Y-%m-%d"), clock(time)),
    })
}

fn clock(time: NaiveDateTime) -> String {
    time.format("%H:%M:%S%.3f").to_string().trim_end_matches(".000").to_owned()
}

/// A number of days as hours, minutes and seconds; more than 24 hours are possible.
pub(super) fn elapsed(days: f64) -> Option<String> {
    let seconds = (days * SECONDS_OF_DAY).round();
    if !(-1e12..1e12).contains(&seconds) {
        return None;
    }
    let (sign, seconds) = (if seconds < 0.0 { "-" } else { "" }, seconds.abs() as u64);
    Some(format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))
}

/// `PT26H05M00.5S`, as OpenDocument writes times of day and durations (XML Schema part 2, 3.2.6).
pub(super) fn iso_duration(text: &str) -> Option<String> {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (days, time) = text.strip_prefix('P')?.split_once('T')?;
    let days: f64 = if days.is_empty() { 0.0 } else { days.strip_suffix('D')?.parse().ok()? };
    let mut seconds = days * SECONDS_OF_DAY;
    let mut number = String::new();
    for c in time.chars() {
        let factor = match c {
            'H' => 3600.0,
            'M' => 60.0,
            'S' => 1.0,
            _ => {
                number.push(if c == ',' { '.' } else { c });
                continue;
            }
        };
        seconds += number.parse::<f64>().ok()? * factor;
        number.clear();
    }
    elapsed(seconds / SECONDS_OF_DAY).map(|shown| format!("{sign}{shown}"))
}

/// `2026-11-12T00:00:00` → `2026-11-12`; a time of day stays.
pub(super) fn iso_date(text: &str) -> String {
    let text = text.trim();
    match text.split_once('T') {
        Some((date, time)) => {
            let time = time.split_once('.').filter(|(_, f)| f.bytes().all(|b| b == b'0')).map_or(time, |(t, _)| t);
            if time == "00:00:00" { date.to_owned() } else { format!("{date} {time}") }
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_both_epochs() {
        let m = |s| moment(s, false).unwrap();
        assert_eq!(m(1.0), "1900-01-01");
        assert_eq!(m(59.0), "1900-02-28");
        assert_eq!(m(61.0), "1900-03-01");
        assert_eq!(m(46_338.0), "2026-11-12");
        assert_eq!(m(46_338.5), "2026-11-12 12:00:00");
        assert_eq!(m(0.25), "06:00:00");
        assert_eq!(m(46_338.000_011_574_1), "2026-11-12 00:00:01");
        assert_eq!(moment(44_876.0, true).unwrap(), "2026-11-12");
        assert_eq!(moment(-1.0, false), None);
        assert_eq!(moment(f64::NAN, false), None);
        assert_eq!(moment(1e300, false), None);
    }

    #[test]
    fn durations() {
        assert_eq!(elapsed(1.5).as_deref(), Some("36:00:00"));
        assert_eq!(elapsed(-0.25).as_deref(), Some("-06:00:00"));
        assert_eq!(elapsed(f64::INFINITY), None);
        assert_eq!(iso_duration("PT26H05M00S").as_deref(), Some("26:05:00"));
        assert_eq!(iso_duration("P1DT01H00M00.2S").as_deref(), Some("25:00:00"));
        assert_eq!(iso_duration("26:05"), None);
        assert_eq!(iso_date("2026-11-12T00:00:00.000"), "2026-11-12");
        assert_eq!(iso_date("2026-11-12T10:30:00"), "2026-11-12 10:30:00");
    }
}
