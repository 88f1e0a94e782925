//! From one unit to another, where both measure the same thing.
//!
//! A unit is a factor and powers of SI base units; the factors are those of the SI brochure (BIPM, 9th edition, 2019)
//! and of NIST Special Publication 811, appendix B.8.

/// Powers of kilogram, metre, second, kelvin, mole, ampere, bases, bytes.
type Powers = [i8; 8];

const NONE: Powers = [0; 8];
const MASS: Powers = [1, 0, 0, 0, 0, 0, 0, 0];
const LENGTH: Powers = [0, 1, 0, 0, 0, 0, 0, 0];
const AREA: Powers = [0, 2, 0, 0, 0, 0, 0, 0];
const VOLUME: Powers = [0, 3, 0, 0, 0, 0, 0, 0];
const TIME: Powers = [0, 0, 1, 0, 0, 0, 0, 0];
const FREQUENCY: Powers = [0, 0, -1, 0, 0, 0, 0, 0];
const AMOUNT: Powers = [0, 0, 0, 0, 1, 0, 0, 0];
const MOLARITY: Powers = [0, -3, 0, 0, 1, 0, 0, 0];
const PRESSURE: Powers = [1, -1, -2, 0, 0, 0, 0, 0];
const ENERGY: Powers = [1, 2, -2, 0, 0, 0, 0, 0];
const POWER: Powers = [1, 2, -3, 0, 0, 0, 0, 0];
const VOLTAGE: Powers = [1, 2, -3, 0, 0, -1, 0, 0];
const CURRENT: Powers = [0, 0, 0, 0, 0, 1, 0, 0];
const BASES: Powers = [0, 0, 0, 0, 0, 0, 1, 0];
const BYTES: Powers = [0, 0, 0, 0, 0, 0, 0, 1];

/// Symbols that may carry a metric prefix: the factor, a power of ten beside it, and what they measure.
const METRIC: [(&str, f64, i32, Powers); 16] = [
    ("g", 1.0, -3, MASS),
    ("m", 1.0, 0, LENGTH),
    ("s", 1.0, 0, TIME),
    ("L", 1.0, -3, VOLUME),
    ("l", 1.0, -3, VOLUME),
    ("mol", 1.0, 0, AMOUNT),
    ("M", 1.0, 3, MOLARITY),
    ("Hz", 1.0, 0, FREQUENCY),
    ("Pa", 1.0, 0, PRESSURE),
    ("bar", 1.0, 5, PRESSURE),
    ("J", 1.0, 0, ENERGY),
    ("Wh", 3.6, 3, ENERGY),
    ("eV", 1.602_176_634, -19, ENERGY),
    ("W", 1.0, 0, POWER),
    ("V", 1.0, 0, VOLTAGE),
    ("A", 1.0, 0, CURRENT),
];

const PREFIXES: [(&str, i32); 12] = [
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("µ", -6),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
];

/// Symbols that stand for themselves, looked at first: `min` is no milli-inch.
const PLAIN: [(&str, f64, i32, Powers); 43] = [
    ("min", 60.0, 0, TIME),
    ("minutes", 60.0, 0, TIME),
    ("sec", 1.0, 0, TIME),
    ("seconds", 1.0, 0, TIME),
    ("h", 3_600.0, 0, TIME),
    ("hr", 3_600.0, 0, TIME),
    ("hrs", 3_600.0, 0, TIME),
    ("hour", 3_600.0, 0, TIME),
    ("hours", 3_600.0, 0, TIME),
    ("d", 86_400.0, 0, TIME),
    ("day", 86_400.0, 0, TIME),
    ("days", 86_400.0, 0, TIME),
    ("wk", 604_800.0, 0, TIME),
    ("week", 604_800.0, 0, TIME),
    ("weeks", 604_800.0, 0, TIME),
    ("rpm", 1.0 / 60.0, 0, FREQUENCY),
    ("ft", 0.3048, 0, LENGTH),
    ("in", 0.0254, 0, LENGTH),
    ("mi", 1_609.344, 0, LENGTH),
    ("lb", 0.453_592_37, 0, MASS),
    ("oz", 0.028_349_523_125, 0, MASS),
    ("ha", 1.0, 4, AREA),
    ("psi", 6_894.757_293_168, 0, PRESSURE),
    ("atm", 101_325.0, 0, PRESSURE),
    ("mmHg", 133.322_387_415, 0, PRESSURE),
    ("cal", 4.184, 0, ENERGY),
    ("kcal", 4.184, 3, ENERGY),
    ("%", 1.0, -2, NONE),
    ("‰", 1.0, -3, NONE),
    ("ppm", 1.0, -6, NONE),
    ("ppb", 1.0, -9, NONE),
    ("bp", 1.0, 0, BASES),
    ("nt", 1.0, 0, BASES),
    ("kb", 1.0, 3, BASES),
    ("kbp", 1.0, 3, BASES),
    ("Mb", 1.0, 6, BASES),
    ("Mbp", 1.0, 6, BASES),
    ("Gb", 1.0, 9, BASES),
    ("B", 1.0, 0, BYTES),
    ("kB", 1.0, 3, BYTES),
    ("MB", 1.0, 6, BYTES),
    ("GB", 1.0, 9, BYTES),
    ("TB", 1.0, 12, BYTES),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    Celsius,
    Fahrenheit,
    Kelvin,
}

/// What a unit is: `factor · 10^tens` of the product of powers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Unit {
    factor: f64,
    tens: i32,
    powers: Powers,
}

/// How values in one unit become values in another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion(How);

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    /// Times `factor`, then times or by a power of ten, which keeps decimal values decimal.
    Factor {
        factor: f64,
        tens: i32,
    },
    Temperature {
        from: Scale,
        to: Scale,
    },
}

/// Whether two units are written for the same: `μg/mL` and `µg/mL`.
pub fn is_same_unit(a: &str, b: &str) -> bool {
    let plain = |unit: &str| unit.trim().replace('μ', "µ").replace(' ', "");
    plain(a) == plain(b)
}

/// The way from one unit to another; `None` where they measure different things, or one is not known.
pub fn conversion(from: &str, to: &str) -> Option<Conversion> {
    if let (Some(from), Some(to)) = (temperature(from), temperature(to)) {
        return Some(Conversion(How::Temperature { from, to }));
    }
    let (from, to) = (unit(from)?, unit(to)?);
    let how = How::Factor { factor: from.factor / to.factor, tens: from.tens - to.tens };
    (from.powers == to.powers).then_some(Conversion(how))
}

impl Conversion {
    pub fn apply(self, value: f64) -> f64 {
        match self.0 {
            How::Factor { factor, tens } if tens < 0 => value * factor / 10f64.powi(-tens),
            How::Factor { factor, tens } => value * factor * 10f64.powi(tens),
            How::Temperature { from, to } => {
                let celsius = match from {
                    Scale::Celsius => value,
                    Scale::Fahrenheit => (value - 32.0) * 5.0 / 9.0,
                    Scale::Kelvin => value - 273.15,
                };
                match to {
                    Scale::Celsius => celsius,
                    Scale::Fahrenheit => celsius * 9.0 / 5.0 + 32.0,
                    Scale::Kelvin => celsius + 273.15,
                }
            }
        }
    }
}

fn temperature(text: &str) -> Option<Scale> {
    Some(match text.trim() {
        "°C" | "degC" => Scale::Celsius,
        "°F" | "degF" => Scale::Fahrenheit,
        "K" => Scale::Kelvin,
        _ => return None,
    })
}

/// `ng/µL`, `m s^-1`, `kg/m³`.
fn unit(text: &str) -> Option<Unit> {
    if text.chars().count() > 24 {
        return None;
    }
    let text = text.trim().replace('μ', "µ");
    let mut whole = Unit { factor: 1.0, tens: 0, powers: NONE };
    let mut n_symbols = 0;
    for (nth, side) in text.split('/').enumerate() {
        let sign = if nth == 0 { 1 } else { -1 };
        for token in side.split(['*', '·', ' ', '×']).filter(|t| !t.is_empty()) {
            // "1/s".
            if token == "1" {
                continue;
            }
            let (symbol, power) = powered(token)?;
            whole = whole.times(known(symbol)?, power * sign)?;
            n_symbols += 1;
        }
    }
    (n_symbols > 0).then_some(whole)
}

impl Unit {
    fn times(self, other: Unit, power: i32) -> Option<Unit> {
        let mut powers = self.powers;
        for (have, more) in powers.iter_mut().zip(other.powers) {
            *have = i8::try_from(i32::from(*have) + i32::from(more) * power).ok()?;
        }
        Some(Unit { factor: self.factor * other.factor.powi(power), tens: self.tens + other.tens * power, powers })
    }
}

/// `s^-1` → s and −1.
fn powered(token: &str) -> Option<(&str, i32)> {
    let symbol = token.trim_end_matches(|c: char| c.is_ascii_digit() || "^-−²³⁻¹".contains(c));
    let written: String = token
        .get(symbol.len()..)?
        .chars()
        .filter(|c| *c != '^')
        .map(|c| match c {
            '−' | '⁻' => '-',
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            other => other,
        })
        .collect();
    let power: i32 = if written.is_empty() { 1 } else { written.parse().ok()? };
    ((-4..=4).contains(&power) && power != 0).then_some((symbol, power))
}

fn known(symbol: &str) -> Option<Unit> {
    let of = |list: &[(&str, f64, i32, Powers)], symbol: &str| {
        let found = list.iter().find(|(name, ..)| *name == symbol);
        found.map(|(_, factor, tens, powers)| Unit { factor: *factor, tens: *tens, powers: *powers })
    };
    of(&PLAIN, symbol).or_else(|| of(&METRIC, symbol)).or_else(|| {
        PREFIXES.iter().find_map(|(prefix, tens)| {
            let unit = of(&METRIC, symbol.strip_prefix(prefix)?)?;
            Some(Unit { tens: unit.tens + tens, ..unit })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_converts(value: f64, from: &str, to: &str, expected: f64) {
        let found = conversion(from, to).unwrap_or_else(|| panic!("{from} to {to}")).apply(value);
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{value} {from} = {found} {to}, not {expected}");
    }

    #[test]
    fn units_of_the_same_are_converted() {
        assert_converts(12.0, "µg/L", "mg/L", 0.012);
        assert_converts(5.0, "ng/µL", "mg/L", 5.0);
        assert_converts(1.0, "m³", "L", 1_000.0);
        assert_converts(212.0, "°F", "°C", 100.0);
        assert_converts(25.0, "°C", "K", 298.15);
        assert_converts(90.0, "km/h", "m s^-1", 25.0);
        assert_converts(760.0, "mmHg", "kPa", 101.325_014_435_4);
        assert_converts(1.0, "psi", "kPa", 6.894_757_293_168);
        assert_converts(1.0, "kWh", "MJ", 3.6);
        assert_converts(250.0, "µM", "mmol/L", 0.25);
        assert_converts(2.5, "kbp", "bp", 2_500.0);
        assert_converts(3.0, "%", "ppm", 30_000.0);
        assert_converts(2.0, "1/s", "Hz", 2.0);
    }

    #[test]
    fn decimal_values_stay_decimal() {
        assert_eq!(conversion("µg/L", "mg/L").unwrap().apply(12_300.0), 12.3);
        assert_eq!(conversion("g", "kg").unwrap().apply(1_100.0), 1.1);
        assert_eq!(conversion("°F", "°C").unwrap().apply(212.0), 100.0);
    }

    #[test]
    fn what_is_not_the_same_or_not_known_is_left() {
        for (from, to) in
            [("mg/L", "mol/L"), ("kg", "L"), ("U", "mg"), ("", "g"), ("°C", "g"), ("m^99", "m"), ("€", "$")]
        {
            assert_eq!(conversion(from, to), None, "{from} to {to}");
        }
        assert!(is_same_unit("μg / mL", "µg/mL") && !is_same_unit("mg", "Mg"));
    }
}
