//! Bins of the calendar: moments rounded down to hours, days, weeks, months, quarters, years.

use crate::base::wording;
use chrono::{DateTime, Datelike, NaiveDate};

pub(super) const DAY_MICROS: f64 = 86_400e6;

/// A step of the calendar, from fine to coarse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    /// From Monday.
    Week,
    Month,
    Quarter,
    Year,
    Decade,
}

const UNITS: [(Unit, f64); 8] = [
    (Unit::Minute, 60e6),
    (Unit::Hour, 3600e6),
    (Unit::Day, DAY_MICROS),
    (Unit::Week, 7.0 * DAY_MICROS),
    (Unit::Month, 30.44 * DAY_MICROS),
    (Unit::Quarter, 91.3 * DAY_MICROS),
    (Unit::Year, 365.25 * DAY_MICROS),
    (Unit::Decade, 3652.5 * DAY_MICROS),
];

impl Unit {
    /// The finest unit that cuts a span into at most `n_max` bins; days at least for dates.
    pub(super) fn for_span(span_micros: f64, n_max: usize, is_date: bool) -> Unit {
        UNITS
            .iter()
            .filter(|(u, _)| !is_date || !matches!(u, Unit::Minute | Unit::Hour))
            .find(|(_, size)| span_micros / size < n_max as f64 - 1.0)
            .map_or(Unit::Decade, |(u, _)| *u)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
            Unit::Decade => "decade",
        }
    }

    /// The start of the bin that holds a moment, in microseconds; `None` past the calendar.
    pub(super) fn floor(self, micros: f64) -> Option<f64> {
        let floor_to = |size: f64| (micros / size).floor() * size;
        let date = DateTime::from_timestamp_micros(micros as i64)?.date_naive();
        let start = match self {
            Unit::Minute => return Some(floor_to(60e6)),
            Unit::Hour => return Some(floor_to(3600e6)),
            Unit::Day => return Some(floor_to(DAY_MICROS)),
            // 1 January 1970 was a Thursday.
            Unit::Week => {
                let days = (micros / DAY_MICROS).floor();
                return Some((days - (days + 3.0).rem_euclid(7.0)) * DAY_MICROS);
            }
            Unit::Month => NaiveDate::from_ymd_opt(date.year(), date.month(), 1)?,
            Unit::Quarter => NaiveDate::from_ymd_opt(date.year(), (date.month0() / 3) * 3 + 1, 1)?,
            Unit::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1)?,
            Unit::Decade => NaiveDate::from_ymd_opt(date.year().div_euclid(10) * 10, 1, 1)?,
        };
        Some(f64::from(start.to_epoch_days()) * DAY_MICROS)
    }

    /// The start of the next bin.
    pub(super) fn next(self, start_micros: f64) -> Option<f64> {
        let size = UNITS.iter().find(|(u, _)| *u == self).map_or(DAY_MICROS, |(_, s)| *s);
        match self {
            Unit::Minute | Unit::Hour | Unit::Day | Unit::Week => Some(start_micros + size),
            // A bin and a half further on is inside the next one, whatever the month's length.
            _ => self.floor(start_micros + size * 1.3),
        }
    }

    /// All bin starts from the bin of `low` to that of `high`, at most `n_max`.
    pub(super) fn starts(self, low: f64, high: f64, n_max: usize) -> Vec<f64> {
        let mut out = Vec::new();
        let mut at = self.floor(low);
        while let Some(start) = at.filter(|s| *s <= high && out.len() < n_max) {
            out.push(start);
            at = self.next(start).filter(|n| *n > start);
        }
        out
    }

    /// The bin's name as a category.
    pub(super) fn name(self, start_micros: f64) -> String {
        let Some(t) = DateTime::from_timestamp_micros(start_micros as i64) else { return String::new() };
        let date = t.date_naive();
        match self {
            Unit::Minute | Unit::Hour => wording::format_micros(start_micros as i64),
            Unit::Day => wording::format_date(date),
            Unit::Week => format!("week of {}", wording::format_date(date)),
            Unit::Month => format!("{} {}", wording::month(date.month()), date.year()),
            Unit::Quarter => format!("Q{} {}", date.month0() / 3 + 1, date.year()),
            Unit::Year => date.year().to_string(),
            Unit::Decade => format!("{}s", date.year()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday() {
        // Thursday 1 January 1970 belongs to the week of Monday 29 December 1969.
        assert_eq!(Unit::Week.floor(0.0), Some(-3.0 * DAY_MICROS));
        assert_eq!(Unit::Week.name(-3.0 * DAY_MICROS), "week of 29 Dec 1969");
    }

    #[test]
    fn months_follow_each_other() {
        let starts = Unit::Month.starts(0.0, 365.0 * DAY_MICROS, 100);
        let names: Vec<String> = starts.iter().map(|s| Unit::Month.name(*s)).collect();
        assert_eq!(names.len(), 13);
        assert_eq!(names.get(1).map(String::as_str), Some("Feb 1970"));
        assert_eq!(names.last().map(String::as_str), Some("Jan 1971"));
    }

    #[test]
    fn far_ends_of_time_do_not_hang() {
        assert!(Unit::Minute.starts(-1e18, 1e18, 10).len() <= 10);
        assert_eq!(Unit::Year.floor(1e300), None);
    }
}
