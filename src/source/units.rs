//! Tells a unit from a remark.

/// Symbols that may carry a metric prefix.
const METRIC: [&str; 30] = [
    "m", "g", "s", "A", "K", "mol", "cd", "Hz", "N", "Pa", "J", "W", "C", "V", "F", "Ω", "ohm", "S", "Wb", "T", "H",
    "L", "l", "bar", "eV", "Da", "M", "Bq", "Gy", "Sv",
];

const PREFIXES: [&str; 14] = ["", "k", "M", "G", "T", "m", "µ", "μ", "u", "n", "p", "f", "c", "d"];

const OTHER: [&str; 74] = [
    "%", "‰", "°C", "°F", "°", "deg", "rad", "min", "h", "hr", "hrs", "hour", "hours", "d", "day", "days", "wk",
    "week", "weeks", "month", "months", "y", "yr", "yrs", "year", "years", "sec", "seconds", "minutes", "ms", "psi",
    "mmHg", "atm", "hPa", "bp", "kb", "kbp", "Mb", "Mbp", "Gb", "nt", "aa", "cells", "reads", "copies", "counts",
    "ppm", "ppb", "ppt", "IU", "U", "kU", "rpm", "dB", "dBm", "px", "pt", "€", "$", "£", "¥", "USD", "EUR", "GBP",
    "CHF", "Wh", "kWh", "MWh", "GWh", "B", "kB", "MB", "GB", "ha",
];

/// Whether a text in brackets is a unit: `ng/µL`, `m s^-1`, `W/m²`, `%`.
pub(super) fn looks_like_unit(text: &str) -> bool {
    if text.is_empty() || text.chars().count() > 16 {
        return false;
    }
    let mut n_units = 0;
    for token in text.split(['/', '*', '·', ' ', '.', '×']).filter(|t| !t.is_empty()) {
        let symbol = token
            .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '^' | '-' | '−' | '²' | '³' | '⁻' | '¹'));
        if symbol.is_empty() {
            // "1/s", "10^6 cells".
            continue;
        }
        if !is_unit(symbol) {
            return false;
        }
        n_units += 1;
    }
    n_units > 0
}

fn is_unit(symbol: &str) -> bool {
    OTHER.contains(&symbol)
        || PREFIXES.iter().any(|prefix| symbol.strip_prefix(prefix).is_some_and(|rest| METRIC.contains(&rest)))
}

#[cfg(test)]
mod tests {
    use super::looks_like_unit;

    #[test]
    fn units_and_remarks() {
        for unit in ["kg", "°C", "ng/µL", "m s^-1", "W/m²", "%", "1/s", "10^6 cells", "mM", "days", "kPa"] {
            assert!(looks_like_unit(unit), "{unit}");
        }
        for text in ["first", "2020", "optional", "n", "see note", "", "yes/no"] {
            assert!(!looks_like_unit(text), "{text}");
        }
    }
}
