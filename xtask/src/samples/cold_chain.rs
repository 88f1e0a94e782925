//! A cold chain: two loggers' exports, their calibration, the weather.
//!
//! Planted: on 6 November at 09:00 logger CL-04 moved to door D5; from then on it follows the weather
//! outside and passes the limit of 8 °C every afternoon.

use super::random::{Day, Random, day_wave};
use super::sheet::{Cell, Sheet, workbook};
use super::{Sample, SampleFile, ndjson, rounded};
use crate::run::Outcome;
use serde_json::{Value, json};

const N_DAYS: i64 = 14;
const STEP_MIN: i64 = 10;
const LIMIT_C: f64 = 8.0;
const BAD_LOGGER: &str = "CL-04";
/// Minutes after the start: 6 November, 09:00.
const CHANGE_MIN: i64 = 5 * 1440 + 540;
/// Logger, setpoint, reads too high by, clock ahead by minutes, door, route.
const LOGGERS: [(&str, f64, f64, i64, &str, &str); 6] = [
    ("CL-01", 4.6, 0.2, 0, "D1", "A"),
    ("CL-02", 4.9, -0.3, 7, "D2", "A"),
    ("CL-03", 5.1, 0.0, 0, "D3", "B"),
    ("CL-04", 4.8, 0.1, 0, "D3", "B"),
    ("CL-05", 5.3, 0.4, -4, "D4", "C"),
    ("CL-06", 4.4, -0.1, 0, "D4", "C"),
];

fn start() -> Day {
    Day::new(2026, 11, 1)
}

/// A time of the sample as `2026-11-01` and minutes of that day.
fn day_and_minute(minute: i64) -> (Day, i64) {
    (start().plus(minute.div_euclid(1440)), minute.rem_euclid(1440))
}

fn iso(minute: i64) -> String {
    let (day, of_day) = day_and_minute(minute);
    format!("{}T{:02}:{:02}:00Z", day.iso(), of_day / 60, of_day % 60)
}

fn day_first(minute: i64) -> String {
    let (day, of_day) = day_and_minute(minute);
    format!("{} {:02}:{:02}", day.day_first(), of_day / 60, of_day % 60)
}

/// Degrees outside: a mild November with a warm week in the middle.
fn outside_c(minute: i64, random: &mut Random) -> f64 {
    let day = minute as f64 / 1440.0;
    let warm = (1.0 - ((day - 8.0) / 6.0) * ((day - 8.0) / 6.0)).max(0.0);
    10.5 + 6.0 * warm + 4.5 * day_wave(minute.rem_euclid(1440)) + random.normal(0.0, 0.3)
}

pub fn sample() -> Outcome<Sample> {
    let readings = readings();
    Ok(Sample {
        folder: "cold-chain",
        title: "Cold chain",
        description: "Six temperature loggers from two systems, their calibration and the weather. One of them passes the limit: since when, and why?",
        files: vec![
            SampleFile { name: "loggers_depot.csv", format: "csv", bytes: depot(&readings).into_bytes() },
            SampleFile { name: "loggers_trucks.csv", format: "csv", bytes: trucks(&readings).into_bytes() },
            SampleFile { name: "calibration.xlsx", format: "xlsx", bytes: calibration()? },
            SampleFile { name: "weather_pages.json", format: "pages", bytes: ndjson(&weather()) },
        ],
    })
}

struct Reading {
    logger: &'static str,
    minute: i64,
    temp_c: f64,
    humidity_pct: f64,
    is_error: bool,
}

fn readings() -> Vec<Reading> {
    let mut random = Random::new("cold chain readings");
    let mut readings = Vec::new();
    for minute in (0..N_DAYS * 1440).step_by(STEP_MIN as usize) {
        for (logger, setpoint, offset, clock_min, _, _) in LOGGERS {
            let outside = outside_c(minute, &mut random);
            let leaks = logger == BAD_LOGGER && minute >= CHANGE_MIN;
            let share = if leaks { 0.32 } else { 0.02 };
            // The compressor's cycle, two hours long.
            let cycle = 0.35 * (((minute % 120) - 60).abs() as f64 / 30.0 - 1.0);
            let inside = setpoint + share * (outside - 10.0) + cycle + if leaks { 1.2 } else { 0.0 };
            readings.push(Reading {
                logger,
                minute: minute + clock_min,
                temp_c: inside + offset + random.normal(0.0, 0.15),
                humidity_pct: random.normal(if leaks { 71.0 } else { 62.0 }, 2.5).clamp(30.0, 99.0),
                is_error: random.chance(0.0012),
            });
        }
    }
    readings
}

fn is_depot(logger: &str) -> bool {
    ["CL-01", "CL-02", "CL-03"].contains(&logger)
}

/// ISO times in UTC, a decimal point; a reading that failed is `ERR`.
fn depot(readings: &[Reading]) -> String {
    let mut text = String::from("device,timestamp,temperature_c,humidity_pct\n");
    for r in readings.iter().filter(|r| is_depot(r.logger)) {
        let temp = if r.is_error { "ERR".to_owned() } else { format!("{:.2}", r.temp_c) };
        text.push_str(&format!("{},{},{temp},{:.0}\n", r.logger, iso(r.minute), r.humidity_pct));
    }
    text
}

/// Local time (an hour ahead of UTC), decimal commas, other names; a reading that failed is -127, as such sensors say.
fn trucks(readings: &[Reading]) -> String {
    let mut text = String::from("Logger export;;;\nTimes: UTC+1;;;\nLogger;Time;Temp (°C);RH (%)\n");
    for r in readings.iter().filter(|r| !is_depot(r.logger)) {
        let temp = if r.is_error { "-127,00".to_owned() } else { format!("{:.2}", r.temp_c).replace('.', ",") };
        let logger = r.logger.replace("CL-0", "cl");
        text.push_str(&format!("{logger};{};{temp};{:.0}\n", day_first(r.minute + 60), r.humidity_pct));
    }
    text
}

fn calibration() -> Outcome<Vec<u8>> {
    let mut random = Random::new("cold chain calibration");
    let loggers = LOGGERS
        .iter()
        .map(|(logger, _, offset, clock_min, door, route)| {
            let day = Day::new(2026, 6, 1).plus(random.below(90) as i64);
            let row: Vec<Cell> = vec![
                (*logger).into(),
                day.into(),
                (*offset).into(),
                (*clock_min as f64).into(),
                LIMIT_C.into(),
                (*door).into(),
                (*route).into(),
            ];
            row
        })
        .collect();
    let moved: Vec<Cell> = vec![
        start().plus(5).into(),
        "09:00".into(),
        BAD_LOGGER.into(),
        "moved from door D3 to door D5".into(),
        "D5".into(),
        "C".into(),
    ];
    let other: Vec<Cell> = vec![
        start().plus(2).into(),
        "14:30".into(),
        "CL-01".into(),
        "battery replaced".into(),
        "D1".into(),
        Cell::Empty,
    ];
    workbook(&[
        Sheet {
            name: "Calibration",
            above: vec!["Offsets are added by the device: subtract them from its readings"],
            header: vec!["logger", "calibrated", "offset_c", "clock_ahead_min", "limit_c", "door", "route"],
            rows: loggers,
        },
        Sheet {
            name: "Changes",
            above: vec![],
            header: vec!["date", "time", "logger", "what", "door", "route"],
            rows: vec![other, moved],
        },
    ])
}

fn weather() -> Vec<Value> {
    let mut random = Random::new("cold chain weather");
    (0..N_DAYS)
        .map(|day| {
            let data: Vec<Value> = (0..24)
                .map(|hour| {
                    let minute = day * 1440 + hour * 60;
                    let outside = rounded(outside_c(minute, &mut random), 1);
                    let humidity = rounded((82.0 - 2.0 * outside + random.normal(8.0, 3.0)).clamp(25.0, 100.0), 0);
                    json!({
                        "time": iso(minute), "station": "harbour", "outside_c": outside,
                        "humidity_pct": humidity, "wind_ms": rounded(random.normal(4.2, 1.6).max(0.0), 1),
                    })
                })
                .collect();
            json!({"page": day + 1, "total_pages": N_DAYS, "data": data})
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_planted_logger_passes_the_limit_only_after_it_moved() {
        let readings = readings();
        let above = |logger_is_bad: bool, after: bool| {
            let of: Vec<_> = readings
                .iter()
                .filter(|r| (r.logger == BAD_LOGGER) == logger_is_bad && (r.minute >= CHANGE_MIN) == after)
                .collect();
            of.iter().filter(|r| r.temp_c > LIMIT_C).count() as f64 / of.len() as f64
        };
        assert_eq!(above(true, false), 0.0);
        assert_eq!(above(false, true), 0.0);
        assert!(above(true, true) > 0.2, "{}", above(true, true));
    }

    #[test]
    fn the_two_exports_write_the_same_things_differently() {
        let readings = readings();
        assert!(depot(&readings).contains("CL-01,2026-11-01T00:00:00Z,"));
        assert!(trucks(&readings).contains("cl4;01/11/2026 01:00;"));
    }
}
