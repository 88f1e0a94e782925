//! Round values for axes, and how they are written.

use crate::base::{ColumnType, wording};

/// A tick: its value, what stands at it, and below that what is said only once ("2026").
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub label: String,
    pub context: Option<String>,
}

const ROUND: [f64; 5] = [1.0, 2.0, 2.5, 5.0, 10.0];

/// The smallest of 1, 2, 2.5, 5 × 10^k that is not smaller than `step`.
pub fn round_step_up(step: f64) -> f64 {
    if !(step.is_finite() && step > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    let lead = step / power;
    // A hair of tolerance, so that 0.1 + 0.2 does not become 0.5.
    ROUND.iter().find(|r| **r >= lead * (1.0 - 1e-9)).map_or(10.0, |r| *r) * power
}

/// A round step that cuts a span into about `n_wanted` parts.
pub fn round_step(span: f64, n_wanted: usize) -> f64 {
    let raw = span / n_wanted.max(1) as f64;
    if !(raw.is_finite() && raw > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(raw.log10().floor());
    let lead = raw / power;
    let nearest =
        ROUND.iter().copied().min_by(|a, b| (a.ln() - lead.ln()).abs().total_cmp(&(b.ln() - lead.ln()).abs()));
    nearest.unwrap_or(1.0) * power
}

/// The domain widened to whole steps, with the step.
pub fn round_domain(low: f64, high: f64, n_wanted: usize, is_whole: bool) -> (f64, f64, f64) {
    let mut step = round_step(high - low, n_wanted);
    if is_whole {
        step = step.max(1.0).ceil();
    }
    // Values that sit on a step up to rounding stay on it.
    let near = 1e-9;
    ((low / step + near).floor() * step, (high / step - near).ceil() * step, step)
}

/// Multiples of a step within a domain, at most 50.
pub fn multiples(domain: (f64, f64), step: f64) -> Vec<f64> {
    if !(step.is_finite() && step > 0.0) {
        return Vec::new();
    }
    let first = (domain.0 / step - 1e-9).ceil();
    let last = (domain.1 / step + 1e-9).floor();
    let n = (last - first + 1.0).clamp(0.0, 50.0) as usize;
    // Adding zero turns −0 into 0.
    (0..n).map(|i| (first + i as f64) * step + 0.0).collect()
}

/// Ticks of a number axis, labelled alike.
pub fn number_ticks(domain: (f64, f64), step: f64) -> Vec<Tick> {
    let values = multiples(domain, step);
    let labels = number_labels(&values, step);
    values.into_iter().zip(labels).map(|(value, label)| Tick { value, label, context: None }).collect()
}

/// Labels with shared decimals and a shared unit of thousands; powers of ten outside of all that.
pub fn number_labels(values: &[f64], step: f64) -> Vec<String> {
    let largest = values.iter().fold(0f64, |m, v| m.max(v.abs()));
    let (unit, suffix) = match largest {
        m if m >= 1e15 || (m > 0.0 && m < 1e-4) => return values.iter().map(|v| power_label(*v)).collect(),
        m if m >= 1e12 => (1e12, " T"),
        m if m >= 1e9 => (1e9, " bn"),
        m if m >= 1e6 => (1e6, " M"),
        _ => (1.0, ""),
    };
    let decimals = decimals_for(step / unit);
    let write = |v: &f64| {
        let text = wording::format_number(v / unit, decimals);
        if *v == 0.0 { "0".to_owned() } else { format!("{text}{suffix}") }
    };
    let labels: Vec<String> = values.iter().map(write).collect();
    // Zero keeps its decimals when its neighbours have some: 0.0, 0.5, 1.0 line up.
    if decimals > 0 && suffix.is_empty() {
        return values.iter().map(|v| wording::format_number(*v, decimals)).collect();
    }
    labels
}

fn power_label(value: f64) -> String {
    let text = wording::format_significant(value, 3);
    match text.split_once(" × ") {
        Some((lead, power)) if lead.contains('.') => {
            format!("{} × {power}", lead.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}

/// Decimals that a step needs to be written exactly, up to ten.
pub fn decimals_for(step: f64) -> usize {
    if !(step.is_finite() && step > 0.0) {
        return 0;
    }
    (0..10usize)
        .find(|d| {
            let scaled = step * 10f64.powi(*d as i32);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1e-300) && scaled >= 0.5
        })
        .unwrap_or(10)
}

/// One value of an axis in full, for tooltips and summaries: "12 Nov 2026", "3.14", "9,600".
pub fn format_value(value: f64, column_type: ColumnType) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    match column_type {
        ColumnType::Date => wording::format_days(value.round() as i32),
        ColumnType::DateTime => wording::format_micros(value.round() as i64),
        ColumnType::Integer => {
            if value.abs() < 1e15 {
                wording::format_number(value, 0)
            } else {
                wording::format_significant(value, 4)
            }
        }
        _ => wording::format_significant(value, 4),
    }
}

/// One value as short as a label at a bar should be: "1.25 M", "12.3".
pub fn format_short(value: f64, column_type: ColumnType) -> String {
    let (unit, suffix) = match value.abs() {
        m if m >= 1e15 => return format_value(value, column_type),
        m if m >= 1e12 => (1e12, " T"),
        m if m >= 1e9 => (1e9, " bn"),
        m if m >= 1e6 => (1e6, " M"),
        m if m >= 1e4 && column_type != ColumnType::Integer => return wording::format_number(value, 0),
        _ if column_type.is_temporal() || column_type == ColumnType::Integer => {
            return format_value(value, column_type);
        }
        _ => return wording::format_significant(value, 3),
    };
    if column_type.is_temporal() {
        return format_value(value, column_type);
    }
    format!("{}{suffix}", wording::format_significant(value / unit, 3))
}

/// One of several values side by side, in the unit of thousands that suits the largest of them.
pub fn format_short_beside(value: f64, largest: f64, column_type: ColumnType) -> String {
    let (unit, suffix) = match largest.abs() {
        m if m >= 1e15 || column_type.is_temporal() => return format_short(value, column_type),
        m if m >= 1e12 => (1e12, " T"),
        m if m >= 1e9 => (1e9, " bn"),
        m if m >= 1e6 => (1e6, " M"),
        _ => return format_short(value, column_type),
    };
    if value == 0.0 { "0".to_owned() } else { format!("{}{suffix}", wording::format_significant(value / unit, 3)) }
}

/// A value with its unit.
pub fn format_with_unit(value: f64, column_type: ColumnType, unit: Option<&str>) -> String {
    let text = format_value(value, column_type);
    match unit {
        Some("%") => format!("{text} %"),
        Some(unit) => format!("{text} {unit}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(round_step(100.0, 5), 20.0);
        assert!((round_step(1.1, 5) - 0.2).abs() < 1e-12);
        assert_eq!(round_step_up(0.3), 0.5);
        assert_eq!(round_step_up(2.0), 2.0);
        assert_eq!(round_step(f64::NAN, 5), 1.0);
    }

    #[test]
    fn labels_share_their_decimals() {
        let labels = |values: &[f64], step| number_labels(values, step);
        assert_eq!(labels(&[0.0, 0.25, 0.5], 0.25), ["0.00", "0.25", "0.50"]);
        assert_eq!(labels(&[0.0, 5_000.0, 10_000.0], 5_000.0), ["0", "5,000", "10,000"]);
        assert_eq!(labels(&[0.0, 2_500_000.0, 5_000_000.0], 2.5e6), ["0", "2.5 M", "5.0 M"]);
        assert_eq!(labels(&[-20.0, 0.0], 20.0), ["−20", "0"]);
        assert_eq!(labels(&[0.0, 1e18], 1e18), ["0", "1 × 10^18"]);
    }

    #[test]
    fn labels_side_by_side_share_their_unit() {
        assert_eq!(format_short_beside(4e5, 3.1e7, ColumnType::Number), "0.4 M");
        assert_eq!(format_short_beside(12.34, 99.0, ColumnType::Number), "12.3");
        assert_eq!(format_short(1_234.0, ColumnType::Integer), "1,234");
    }

    #[test]
    fn domains_end_on_ticks() {
        let (low, high, step) = round_domain(0.0, 97.0, 5, false);
        assert_eq!((low, high, step), (0.0, 100.0, 20.0));
        let ticks = number_ticks((low, high), step);
        assert_eq!(ticks.len(), 6);
        assert!(multiples((0.0, 1e300), 1e-300).len() <= 50);
    }
}
