//! Ticks of time axes: whole years, months, days, hours; what does not change is said once.

use super::ticks::{Tick, number_ticks, round_step};
use crate::base::wording;
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

const DAY_MICROS: f64 = 86_400e6;

/// A step of a time axis.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Micros(f64),
    Days(f64),
    Months(u32),
    Years(i32),
}

const STEPS: [(Step, f64); 25] = [
    (Step::Micros(1e6), 1e6),
    (Step::Micros(5e6), 5e6),
    (Step::Micros(15e6), 15e6),
    (Step::Micros(30e6), 30e6),
    (Step::Micros(60e6), 60e6),
    (Step::Micros(300e6), 300e6),
    (Step::Micros(900e6), 900e6),
    (Step::Micros(1800e6), 1800e6),
    (Step::Micros(3600e6), 3600e6),
    (Step::Micros(10_800e6), 10_800e6),
    (Step::Micros(21_600e6), 21_600e6),
    (Step::Micros(43_200e6), 43_200e6),
    (Step::Days(1.0), DAY_MICROS),
    (Step::Days(2.0), 2.0 * DAY_MICROS),
    (Step::Days(7.0), 7.0 * DAY_MICROS),
    (Step::Days(14.0), 14.0 * DAY_MICROS),
    (Step::Months(1), 30.44 * DAY_MICROS),
    (Step::Months(2), 60.9 * DAY_MICROS),
    (Step::Months(3), 91.3 * DAY_MICROS),
    (Step::Months(6), 182.6 * DAY_MICROS),
    (Step::Years(1), 365.25 * DAY_MICROS),
    (Step::Years(2), 730.5 * DAY_MICROS),
    (Step::Years(5), 1826.0 * DAY_MICROS),
    (Step::Years(10), 3652.0 * DAY_MICROS),
    (Step::Years(20), 7305.0 * DAY_MICROS),
];

/// Ticks for moments in microseconds since 1970, at most about `n_wanted`. `is_date`: nothing finer
/// than days.
pub fn time_ticks(domain_micros: (f64, f64), n_wanted: usize, is_date: bool) -> Vec<Tick> {
    let (low, high) = domain_micros;
    let (Some(first), Some(_)) = (moment(low), moment(high)) else {
        return number_ticks(domain_micros, round_step(high - low, n_wanted));
    };
    let span = high - low;
    let n_wanted = n_wanted.max(1) as f64;
    let step = STEPS
        .iter()
        .filter(|(s, _)| !is_date || !matches!(s, Step::Micros(_)))
        .find(|(_, size)| span / size <= n_wanted)
        .map_or_else(|| coarse_years(span, n_wanted), |(s, _)| *s);
    let starts = match step {
        Step::Micros(size) => even(low, high, size, 0.0),
        // Weeks begin on Monday: 5 January 1970.
        Step::Days(days) if days >= 7.0 => even(low, high, days * DAY_MICROS, 4.0 * DAY_MICROS),
        Step::Days(days) => even(low, high, days * DAY_MICROS, 0.0),
        Step::Months(months) => by_calendar(&first, high, months, 0),
        Step::Years(years) => by_calendar(&first, high, 0, years),
    };
    let mut before: Option<DateTime<Utc>> = None;
    let mut ticks = Vec::new();
    for start in starts.into_iter().filter(|s| *s >= low && *s <= high) {
        let Some(t) = moment(start) else { continue };
        ticks.push(tick(start, &t, before.as_ref(), step));
        before = Some(t);
    }
    ticks
}

fn moment(micros: f64) -> Option<DateTime<Utc>> {
    // Saturates, and then is past the calendar.
    DateTime::from_timestamp_micros(micros as i64)
}

fn coarse_years(span: f64, n_wanted: f64) -> Step {
    let years = round_step(span / (365.25 * DAY_MICROS), n_wanted as usize);
    Step::Years(years.clamp(50.0, 100_000.0) as i32)
}

fn even(low: f64, high: f64, size: f64, offset: f64) -> Vec<f64> {
    let first = ((low - offset) / size).ceil();
    let n = (((high - offset) / size).floor() - first + 1.0).clamp(0.0, 60.0) as usize;
    (0..n).map(|i| (first + i as f64) * size + offset).collect()
}

fn by_calendar(first: &DateTime<Utc>, high: f64, months: u32, years: i32) -> Vec<f64> {
    let mut year = if years > 0 { first.year().div_euclid(years) * years } else { first.year() };
    let mut month0 = first.month0().checked_div(months).map_or(0, |n| n * months);
    let mut out = Vec::new();
    for _ in 0..60 {
        let Some(date) = NaiveDate::from_ymd_opt(year, month0 + 1, 1) else { break };
        let micros = f64::from(date.to_epoch_days()) * DAY_MICROS;
        if micros > high {
            break;
        }
        out.push(micros);
        year += years;
        month0 += months;
        if month0 >= 12 {
            month0 -= 12;
            year += 1;
        }
    }
    out
}

fn tick(value: f64, t: &DateTime<Utc>, before: Option<&DateTime<Utc>>, step: Step) -> Tick {
    let is_new_year = before.is_none_or(|b| b.year() != t.year());
    let is_new_day = before.is_none_or(|b| b.date_naive() != t.date_naive());
    let day = format!("{} {}", t.day(), wording::month(t.month()));
    let (label, context) = match step {
        Step::Years(_) => (t.year().to_string(), None),
        Step::Months(_) => (wording::month(t.month()).to_owned(), is_new_year.then(|| t.year().to_string())),
        Step::Days(_) => (day, is_new_year.then(|| t.year().to_string())),
        Step::Micros(size) => {
            let label = if size < 60e6 {
                format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
            } else {
                format!("{:02}:{:02}", t.hour(), t.minute())
            };
            let date = if is_new_year { format!("{day} {}", t.year()) } else { day };
            (label, is_new_day.then_some(date))
        }
    };
    Tick { value, label, context }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(ticks: &[Tick]) -> Vec<String> {
        ticks.iter().map(|t| format!("{} {}", t.label, t.context.as_deref().unwrap_or("")).trim().to_owned()).collect()
    }

    fn day(y: i32, m: u32, d: u32) -> f64 {
        f64::from(NaiveDate::from_ymd_opt(y, m, d).unwrap().to_epoch_days()) * DAY_MICROS
    }

    #[test]
    fn months_name_the_year_once() {
        let ticks = time_ticks((day(2026, 10, 5), day(2027, 2, 10)), 6, true);
        assert_eq!(texts(&ticks), ["Nov 2026", "Dec", "Jan 2027", "Feb"]);
    }

    #[test]
    fn days_and_hours() {
        let ticks = time_ticks((day(2026, 11, 12), day(2026, 11, 15)), 4, true);
        assert_eq!(texts(&ticks), ["12 Nov 2026", "13 Nov", "14 Nov", "15 Nov"]);
        let ticks = time_ticks((day(2026, 11, 12), day(2026, 11, 13)), 4, false);
        assert_eq!(texts(&ticks), ["00:00 12 Nov 2026", "06:00", "12:00", "18:00", "00:00 13 Nov"]);
    }

    #[test]
    fn years_and_centuries() {
        let ticks = time_ticks((day(2001, 5, 1), day(2026, 5, 1)), 6, true);
        assert_eq!(texts(&ticks), ["2005", "2010", "2015", "2020", "2025"]);
        assert!(!time_ticks((day(1, 1, 1), day(9000, 1, 1)), 5, true).is_empty());
        assert!(time_ticks((-1e300, 1e300), 5, false).len() <= 50);
    }
}
