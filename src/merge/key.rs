//! How a cell becomes a key: the bytes that two cells share when they mean the same thing.

use super::KeyForm;
use super::day::{parse_day, parse_moment};
use super::fold::{bare, fold, last_part, unpad};
use crate::base::ColumnType;

const DAY_MICROS: i64 = 86_400_000_000;
/// Below this every whole `f64` is also an `i64`.
const WHOLE_LIMIT: f64 = 9.2e18;

/// How text is to be read so that it can equal a cell of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    AsIs,
    Number,
    Moment,
}

/// The readings of the left and the right column, which depend on each other's type.
pub(super) fn readings(left: ColumnType, right: ColumnType) -> (Reading, Reading) {
    (reading(left, right), reading(right, left))
}

fn reading(own: ColumnType, other: ColumnType) -> Reading {
    match own {
        ColumnType::Text if other.is_numeric() => Reading::Number,
        ColumnType::Text if other.is_temporal() => Reading::Moment,
        _ => Reading::AsIs,
    }
}

/// A cell that is not missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Int(i64),
    Float(f64),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970.
    Moment(i64),
    /// Time of day or duration, microseconds.
    Span(i64),
    Text(&'a str),
}

/// How cells of one column become keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Canon {
    pub form: KeyForm,
    pub reading: Reading,
    /// `03/04/2026` is 4 March.
    pub month_first: bool,
}

impl Canon {
    /// Writes the key's bytes. `false`: the cell has no key in this form and matches nothing.
    pub fn write(&self, cell: Cell<'_>, out: &mut Vec<u8>) -> bool {
        out.clear();
        match self.form {
            KeyForm::Exact => self.write_exact(cell, out),
            KeyForm::Folded => write_folded(cell, out),
            KeyForm::Unpadded => {
                let found = write_folded(cell, out);
                unpad(out);
                found
            }
            KeyForm::TrailingNumber => write_trailing(cell, out),
            KeyForm::Bare => match cell {
                Cell::Text(text) => bare(text, out),
                _ => write_folded(cell, out),
            },
            KeyForm::LastPart => match cell {
                Cell::Text(text) => fold(last_part(text), out),
                _ => write_folded(cell, out),
            },
            KeyForm::Day => self.day(cell).is_some_and(|day| {
                out.push(b'd');
                out.extend_from_slice(&day.to_le_bytes());
                true
            }),
        }
    }

    fn write_exact(&self, cell: Cell<'_>, out: &mut Vec<u8>) -> bool {
        match cell {
            Cell::Int(value) => tagged(b'n', value, out),
            Cell::Float(value) => write_float(value, out),
            Cell::Date(days) => tagged(b'm', i64::from(days).saturating_mul(DAY_MICROS), out),
            Cell::Moment(micros) => tagged(b'm', micros, out),
            Cell::Span(micros) => tagged(b's', micros, out),
            Cell::Text(text) => {
                let trimmed = text.trim();
                if trimmed.is_empty() {
                    return false;
                }
                match self.reading {
                    Reading::Number => match plain_number(trimmed) {
                        Some(Cell::Int(value)) => return tagged(b'n', value, out),
                        Some(Cell::Float(value)) => return write_float(value, out),
                        _ => {}
                    },
                    Reading::Moment => {
                        if let Some(micros) = parse_moment(trimmed) {
                            return tagged(b'm', micros, out);
                        }
                    }
                    Reading::AsIs => {}
                }
                out.push(b't');
                out.extend_from_slice(text.as_bytes());
                true
            }
        }
    }

    fn day(&self, cell: Cell<'_>) -> Option<i64> {
        match cell {
            Cell::Date(days) => Some(i64::from(days)),
            Cell::Moment(micros) => Some(micros.div_euclid(DAY_MICROS)),
            Cell::Int(value) if (10_000_101..=99_991_231).contains(&value) => parse_day(&value.to_string(), false),
            Cell::Text(text) => parse_day(text, self.month_first),
            _ => None,
        }
    }
}

fn tagged(tag: u8, value: i64, out: &mut Vec<u8>) -> bool {
    out.push(tag);
    out.extend_from_slice(&value.to_le_bytes());
    true
}

fn whole(value: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range of i64")]
    (value.fract() == 0.0 && value.abs() < WHOLE_LIMIT).then_some(value as i64)
}

fn write_float(value: f64, out: &mut Vec<u8>) -> bool {
    if value.is_nan() {
        return false;
    }
    match whole(value) {
        Some(int) => tagged(b'n', int, out),
        None => {
            out.push(b'f');
            out.extend_from_slice(&value.to_bits().to_le_bytes());
            true
        }
    }
}

/// Reads `42`, `-7`, `7.0`, `1.5`; not `007`, which is a name and not a number.
fn plain_number(text: &str) -> Option<Cell<'static>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (int_part, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(int_part) || !is_digits(fraction) || (int_part.len() > 1 && int_part.starts_with('0')) {
        return None;
    }
    if fraction.bytes().all(|b| b == b'0') {
        let whole_text = text.split_once('.').map_or(text, |(w, _)| w);
        if let Ok(value) = whole_text.parse::<i64>() {
            return Some(Cell::Int(value));
        }
    }
    text.parse::<f64>().ok().map(Cell::Float)
}

/// A number's text as a key: `7`, also for `7.0`.
fn number_text(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Int(value) => Some(value.to_string()),
        Cell::Float(value) if value.is_nan() => None,
        Cell::Float(value) => Some(whole(value).map_or_else(|| value.to_string(), |v| v.to_string())),
        _ => None,
    }
}

fn write_folded(cell: Cell<'_>, out: &mut Vec<u8>) -> bool {
    match cell {
        // A number has no case or punctuation to ignore: its sign and point count.
        Cell::Int(_) | Cell::Float(_) => match number_text(cell) {
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                true
            }
            None => false,
        },
        Cell::Date(days) => {
            fold(&chrono::NaiveDate::from_epoch_days(days).map(|d| d.to_string()).unwrap_or_default(), out)
        }
        Cell::Moment(micros) => {
            let text = chrono::DateTime::from_timestamp_micros(micros).map(|t| t.naive_utc().to_string());
            fold(&text.unwrap_or_default(), out)
        }
        Cell::Span(micros) => fold(&micros.to_string(), out),
        Cell::Text(text) => fold(text, out),
    }
}

/// The digits at the end, without leading zeros.
fn write_trailing(cell: Cell<'_>, out: &mut Vec<u8>) -> bool {
    let number;
    let text = match cell {
        Cell::Text(text) => text,
        Cell::Int(_) | Cell::Float(_) => {
            number = number_text(cell).unwrap_or_default();
            if !number.bytes().all(|b| b.is_ascii_digit()) {
                return false;
            }
            number.as_str()
        }
        _ => return false,
    };
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let start = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = text.get(start..).unwrap_or("");
    if digits.is_empty() {
        return false;
    }
    let digits = digits.trim_start_matches('0');
    out.extend_from_slice(if digits.is_empty() { b"0" } else { digits.as_bytes() });
    true
}

/// A 128-bit hash of a key, never 0. Two runs of folded multiplication with different constants;
/// with ten million keys the chance that any two collide is below 10^-24.
pub(super) fn hash_key(bytes: &[u8]) -> u128 {
    let (mut a, mut b) = SEEDS;
    let mut rest = bytes;
    while !rest.is_empty() {
        let word = match rest.split_first_chunk::<8>() {
            Some((chunk, after)) => {
                rest = after;
                u64::from_le_bytes(*chunk)
            }
            None => {
                let tail = rest.iter().rev().fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
                rest = &[];
                tail
            }
        };
        (a, b) = mix(a, b, word);
    }
    finish((a, b), bytes.len() as u64)
}

/// The hash of two hashes, as [`hash_key`] gives it for their bytes.
pub(super) fn hash_pair(first: u128, second: u128) -> u128 {
    let words = [first as u64, (first >> 64) as u64, second as u64, (second >> 64) as u64];
    finish(words.into_iter().fold(SEEDS, |(a, b), word| mix(a, b, word)), 32)
}

const SEEDS: (u64, u64) = (0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f);

fn mix(a: u64, b: u64, word: u64) -> (u64, u64) {
    (folded_product(a ^ word, 0xa076_1d64_78bd_642f), folded_product(b.rotate_left(29) ^ word, 0xe703_7ed1_a0b4_28db))
}

fn finish((a, b): (u64, u64), n_bytes: u64) -> u128 {
    let a = folded_product(a ^ n_bytes, 0x8ebc_6af0_9c88_c6e3);
    let b = folded_product(b ^ n_bytes.rotate_left(17), 0x5899_65cc_7537_4cc3);
    ((u128::from(a) << 64) | u128::from(b)).max(1)
}

fn folded_product(x: u64, y: u64) -> u64 {
    let product = u128::from(x).wrapping_mul(u128::from(y));
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(cell: Cell<'_>, form: KeyForm) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let canon = Canon { form, reading: Reading::AsIs, month_first: false };
        canon.write(cell, &mut out).then_some(out)
    }

    fn same(a: &str, b: &str, form: KeyForm) -> bool {
        let (a, b) = (key(Cell::Text(a), form), key(Cell::Text(b), form));
        a.is_some() && a == b
    }

    #[test]
    fn forms_do_what_they_say() {
        assert!(same("Plate-07 ", "plate07", KeyForm::Folded));
        assert!(!same("P007", "p7", KeyForm::Folded));
        assert!(same("P007", "p7", KeyForm::Unpadded));
        assert!(same("A01", "a1", KeyForm::Unpadded));
        assert!(same("000", "0", KeyForm::Unpadded));
        assert!(same("business_42", "42", KeyForm::TrailingNumber));
        assert!(same("s-0042", "42", KeyForm::TrailingNumber));
        assert!(!same("plate", "plate", KeyForm::TrailingNumber));
        assert!(same("2026-11-12", "12 Nov 2026", KeyForm::Day));
        assert!(same("+55 (12) 3923-5555", "+551239235555", KeyForm::Bare));
        assert!(same("São João d'Aliança", "SAO JOAO DALIANCA", KeyForm::Bare));
        assert!(same("https://example.org/airport/JFK", "faa:jfk", KeyForm::LastPart));
        assert!(!same("faa:007", "7", KeyForm::LastPart));
    }

    #[test]
    fn different_numbers_stay_different() {
        assert!(!same("1-15", "11-5", KeyForm::Folded));
        assert!(!same("1.5", "15", KeyForm::Folded));
        assert!(!same("1.05", "1.5", KeyForm::Unpadded));
        assert!(!same("10", "1", KeyForm::Unpadded));
    }

    #[test]
    fn seven_is_seven_however_it_is_kept() {
        let number = |cell| {
            let mut out = Vec::new();
            let canon = Canon { form: KeyForm::Exact, reading: Reading::Number, month_first: false };
            canon.write(cell, &mut out).then_some(out)
        };
        assert_eq!(number(Cell::Int(7)), number(Cell::Float(7.0)));
        assert_eq!(number(Cell::Int(7)), number(Cell::Text("7.0")));
        assert_ne!(number(Cell::Int(7)), number(Cell::Text("007")));
        assert_eq!(number(Cell::Float(-0.0)), number(Cell::Int(0)));
        assert_eq!(number(Cell::Float(f64::NAN)), None);
    }

    #[test]
    fn blank_is_not_a_key() {
        for form in KeyForm::ALL {
            assert_eq!(key(Cell::Text("  "), form), None, "{form:?}");
        }
        for form in [KeyForm::Folded, KeyForm::Bare, KeyForm::LastPart] {
            assert_eq!(key(Cell::Text("--"), form), None, "{form:?}");
        }
    }

    #[test]
    fn hashes_see_length_and_order() {
        assert_ne!(hash_key(b""), hash_key(b"\0"));
        assert_ne!(hash_key(b"ab"), hash_key(b"ba"));
        assert_ne!(hash_key(b"12345678a"), hash_key(b"a12345678"));
        let (a, b) = (hash_key(b"plate"), hash_key(b"well"));
        assert_eq!(hash_pair(a, b), hash_key(&[a.to_le_bytes(), b.to_le_bytes()].concat()));
    }
}
