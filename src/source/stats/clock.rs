//! Dates and times that are stored as numbers since some day.

/// Days from 1970 back to 1 January 1960, where Stata and SAS begin.
const DAYS_TO_1960: i64 = -3_653;
/// Days from 1970 back to 14 October 1582, where SPSS begins.
const DAYS_TO_1582: i64 = -141_428;

const MICROS_PER_SECOND: i64 = 1_000_000;
pub(super) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// The years that can be shown, 1 to 9999, in days since 1970.
const FIRST_DAY: i64 = -719_162;
const LAST_DAY: i64 = 2_932_896;

/// Above this a double has no single microseconds left.
const COARSE_SECONDS: f64 = 8.5e9;

/// What one is, and since when it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// Days since 1960.
    Days,
    /// Seconds since 1960.
    Seconds,
    /// Seconds since 14 October 1582.
    SpssSeconds,
    /// Milliseconds since 1960.
    Millis,
    /// Milliseconds since 1960 with leap seconds.
    LeapMillis,
    /// Weeks since 1960, 52 a year; the last one is longer.
    Weeks,
    Months,
    Quarters,
    HalfYears,
}

/// Seconds since midnight, or of a duration, as microseconds.
pub(super) fn micros_of_seconds(seconds: f64) -> Option<i64> {
    if seconds.is_nan() || seconds.abs() > 1e12 {
        return None;
    }
    let whole = seconds.floor();
    let step = if seconds.abs() >= COARSE_SECONDS { 10.0 } else { 1.0 };
    let part = ((seconds - whole) * 1e6 / step).round() * step;
    Some(whole as i64 * MICROS_PER_SECOND + part as i64)
}

impl Count {
    /// Microseconds since 1970, or `None` outside of the years 1 to 9999.
    pub fn micros(self, value: f64) -> Option<i64> {
        if value.is_nan() || value.abs() > 1e17 {
            return None;
        }
        let micros = match self {
            Count::Days => {
                let day = value.floor();
                let part = ((value - day) * MICROS_PER_DAY as f64).round() as i64;
                (day as i64 + DAYS_TO_1960).checked_mul(MICROS_PER_DAY)?.checked_add(part)?
            }
            Count::Seconds => micros_of_seconds(value)?.checked_add(DAYS_TO_1960 * MICROS_PER_DAY)?,
            Count::SpssSeconds => micros_of_seconds(value)?.checked_add(DAYS_TO_1582 * MICROS_PER_DAY)?,
            Count::Millis => millis(value)?,
            Count::LeapMillis => millis(value - 1000.0 * leap_seconds(value))?,
            Count::Weeks => {
                let (year, week) = parts(value, 52);
                first_day(year, 0)?.checked_add(7 * week)?.checked_mul(MICROS_PER_DAY)?
            }
            Count::Months => self.period(value, 12)?,
            Count::Quarters => self.period(value, 4)?,
            Count::HalfYears => self.period(value, 2)?,
        };
        let day = micros.div_euclid(MICROS_PER_DAY);
        (FIRST_DAY..=LAST_DAY).contains(&day).then_some(micros)
    }

    fn period(self, value: f64, per_year: i64) -> Option<i64> {
        let (year, n) = parts(value, per_year);
        first_day(year, n * (12 / per_year))?.checked_mul(MICROS_PER_DAY)
    }

    /// How such a value is said to be shown, where a day stands for more.
    pub fn stands_for(self) -> Option<&'static str> {
        match self {
            Count::Weeks => Some("weeks, each shown by its first day"),
            Count::Months => Some("months, each shown by its first day"),
            Count::Quarters => Some("quarters, each shown by its first day"),
            Count::HalfYears => Some("half-years, each shown by its first day"),
            _ => None,
        }
    }
}

fn millis(value: f64) -> Option<i64> {
    let whole = value.floor();
    let part = ((value - whole) * 1000.0).round() as i64;
    (whole as i64).checked_mul(1000)?.checked_add(part)?.checked_add(DAYS_TO_1960 * MICROS_PER_DAY)
}

/// Whole periods since 1960 as a year and a place in it.
fn parts(value: f64, per_year: i64) -> (i64, i64) {
    let n = value.floor() as i64;
    (1960 + n.div_euclid(per_year), n.rem_euclid(per_year))
}

/// The first day of a month, which counts from 0, in days since 1970.
fn first_day(year: i64, month: i64) -> Option<i64> {
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month + 1).ok()?, 1)?;
    Some(i64::from(date.to_epoch_days()))
}

/// Leap seconds were put in at the end of these days: year, and whether of June or of December
/// (IERS Bulletin C).
const LEAPS: [(i32, bool); 27] = [
    (1972, false),
    (1972, true),
    (1973, true),
    (1974, true),
    (1975, true),
    (1976, true),
    (1977, true),
    (1978, true),
    (1979, true),
    (1981, false),
    (1982, false),
    (1983, false),
    (1985, false),
    (1987, true),
    (1989, true),
    (1990, true),
    (1992, false),
    (1993, false),
    (1994, false),
    (1995, true),
    (1997, false),
    (1998, true),
    (2005, true),
    (2008, true),
    (2012, false),
    (2015, false),
    (2016, true),
];

/// How many leap seconds lie before a moment that counts them, in milliseconds since 1960.
fn leap_seconds(millis: f64) -> f64 {
    let mut n = 0.0;
    for (year, is_december) in LEAPS {
        let next_day = if is_december { first_day(i64::from(year) + 1, 0) } else { first_day(i64::from(year), 6) };
        let Some(next_day) = next_day else { continue };
        // The leap second itself is shown as the second after it.
        let at = ((next_day - DAYS_TO_1960) * 86_400_000) as f64 + n * 1000.0;
        if millis < at + 1000.0 {
            break;
        }
        n += 1.0;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(count: Count, value: f64) -> String {
        let micros = count.micros(value).unwrap();
        chrono::DateTime::from_timestamp_micros(micros).unwrap().format("%Y-%m-%d %H:%M:%S%.f").to_string()
    }

    #[test]
    fn each_count_has_its_day() {
        assert_eq!(shown(Count::Days, 0.0), "1960-01-01 00:00:00");
        assert_eq!(shown(Count::Days, -1.5), "1959-12-30 12:00:00");
        assert_eq!(shown(Count::Seconds, 86_400.25), "1960-01-02 00:00:00.250");
        assert_eq!(shown(Count::SpssSeconds, 0.0), "1582-10-14 00:00:00");
        assert_eq!(shown(Count::SpssSeconds, 13_869_100_800.5), "2022-04-12 00:00:00.500");
        assert_eq!(shown(Count::Millis, 1_577_923_200_000.0), "2010-01-01 00:00:00");
        // Stata's manual: weeks begin with the year.
        assert_eq!(shown(Count::Weeks, 53.0), "1961-01-08 00:00:00");
        assert_eq!(shown(Count::Months, -1.0), "1959-12-01 00:00:00");
        assert_eq!(shown(Count::Quarters, 5.0), "1961-04-01 00:00:00");
        assert_eq!(shown(Count::HalfYears, 101.0), "2010-07-01 00:00:00");
    }

    #[test]
    fn leap_seconds_are_taken_off() {
        // Stata's manual on datetimes: 24 leap seconds by 2010.
        assert_eq!(shown(Count::LeapMillis, 1_577_923_224_000.0), "2010-01-01 00:00:00");
        assert_eq!(shown(Count::LeapMillis, 0.0), "1960-01-01 00:00:00");
    }

    #[test]
    fn days_that_no_calendar_has_are_none() {
        for value in [f64::NAN, f64::INFINITY, 1e300, -1e9, 4e6] {
            assert_eq!(Count::Days.micros(value), None);
        }
        for count in [Count::Weeks, Count::Months, Count::Quarters, Count::HalfYears, Count::LeapMillis] {
            assert_eq!(count.micros(1e16), None);
            assert_eq!(count.micros(-1e16), None);
        }
        assert_eq!(micros_of_seconds(1e300), None);
    }
}
