//! Numbers as people and programs write them.

use super::dressing::{Dressed, undress};

/// How a column writes its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub decimal: char,
    groups: &'static [char],
}

const SPACES: &[char] = &[' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’'];

/// In order of preference: the first that fits all cells is taken, unless the file says otherwise.
pub(super) const STYLES: [Style; 6] = [
    Style { decimal: '.', groups: &[] },
    Style { decimal: '.', groups: &[','] },
    Style { decimal: ',', groups: &[] },
    Style { decimal: ',', groups: &['.'] },
    Style { decimal: '.', groups: SPACES },
    Style { decimal: ',', groups: SPACES },
];

/// What was found while normalising one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub is_integer: bool,
    pub n_groups: u32,
    pub has_decimals: bool,
    /// Starts with a zero that says nothing as a number: `007`.
    pub leading_zero: bool,
    /// More digits than a float holds exactly, or a phone number's `+`.
    pub is_code: bool,
}

const POW10: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Digits that a 64-bit float keeps for certain.
pub(super) const MAX_EXACT_DIGITS: usize = 15;

/// `-12`, without leading zeros, at most 15 digits. The hot path.
#[inline]
pub(super) fn plain_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    match digits {
        [] | [b'0', _, ..] => return None,
        _ if digits.len() > MAX_EXACT_DIGITS => return None,
        _ => {}
    }
    let mut value = 0i64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// `-12.5e3`, without leading zeros; whole numbers of at most 15 digits. The hot path.
///
/// Up to 15 digits the quotient of two exact floats is the nearest float (W. D. Clinger, 1990);
/// longer ones go through the standard library.
#[inline]
pub(super) fn plain_number(text: &[u8]) -> Option<f64> {
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut rest = body;
    let mut mantissa = 0u64;
    let mut n_whole = 0usize;
    while let [byte @ b'0'..=b'9', tail @ ..] = rest {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        n_whole += 1;
        rest = tail;
    }
    if n_whole > 1 && body.first() == Some(&b'0') {
        return None;
    }
    let mut n_fraction = 0usize;
    let mut has_point = false;
    if let [b'.', tail @ ..] = rest {
        has_point = true;
        rest = tail;
        while let [byte @ b'0'..=b'9', tail @ ..] = rest {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            n_fraction += 1;
            rest = tail;
        }
    }
    let n_digits = n_whole + n_fraction;
    if n_digits == 0 {
        return None;
    }
    if rest.is_empty() {
        if n_digits <= MAX_EXACT_DIGITS {
            let value = mantissa as f64 / POW10.get(n_fraction)?;
            return Some(if negative { -value } else { value });
        }
        if !has_point {
            return None;
        }
    } else if !is_exponent(rest) || (!has_point && !matches!(rest, [_, b'+' | b'-', ..])) {
        // "1E5" may be well E5 of plate 1.
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

fn is_exponent(text: &[u8]) -> bool {
    let digits = match text {
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => rest,
        _ => return false,
    };
    (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

/// Writes a number in a style as plain digits with a point into `out`, or says that it is none.
pub(super) fn normalise(text: &str, style: Style, out: &mut String) -> Option<Shape> {
    out.clear();
    let mut chars = text.chars().peekable();
    let mut plus = false;
    match chars.peek() {
        Some('-' | '\u{2212}') => {
            out.push('-');
            chars.next();
        }
        Some('+') => {
            plus = true;
            chars.next();
        }
        _ => {}
    }
    let mut shape = Shape { is_integer: true, ..Shape::default() };
    let (mut n_whole, mut in_group, mut n_fraction) = (0usize, 0usize, 0usize);
    let mut group_char = None;
    let mut first_digit = None;
    while let Some(&c) = chars.peek() {
        if c.is_ascii_digit() {
            first_digit.get_or_insert(c);
            out.push(c);
            n_whole += 1;
            in_group += 1;
        } else if style.groups.contains(&c) {
            let fits = if shape.n_groups == 0 { (1..=3).contains(&in_group) } else { in_group == 3 };
            if !fits || *group_char.get_or_insert(c) != c {
                return None;
            }
            shape.n_groups += 1;
            in_group = 0;
        } else {
            break;
        }
        chars.next();
    }
    // No number with thousands starts with a zero: "0,125" has a decimal comma.
    if shape.n_groups > 0 && (in_group != 3 || first_digit == Some('0')) {
        return None;
    }
    if chars.peek() == Some(&style.decimal) {
        chars.next();
        if n_whole == 0 {
            out.push('0');
        }
        out.push('.');
        shape.is_integer = false;
        shape.has_decimals = true;
        while let Some(c) = chars.next_if(char::is_ascii_digit) {
            out.push(c);
            n_fraction += 1;
        }
        if n_fraction == 0 {
            out.push('0');
        }
    }
    if n_whole + n_fraction == 0 {
        return None;
    }
    if chars.peek().is_some() {
        let exponent: String = chars.by_ref().take(6).collect();
        if chars.next().is_some() || !is_exponent(exponent.as_bytes()) {
            return None;
        }
        shape.is_integer = false;
        out.push_str(&exponent);
    }
    shape.leading_zero = n_whole > 1 && first_digit == Some('0');
    shape.is_code = shape.is_integer && (n_whole > MAX_EXACT_DIGITS || (plus && n_whole > 9));
    Some(shape)
}

/// Styles by their decimal mark, without and with groups.
const POINT_STYLES: [usize; 3] = [0, 1, 4];
const COMMA_STYLES: [usize; 3] = [2, 3, 5];

/// The decimal mark that a number must have, whatever its column does: `31,5` a comma, `31.5` a point, `1,234` and `12`
/// may be either.
pub(super) fn certain_mark(fits: u8) -> Option<char> {
    let any = |styles: [usize; 3]| styles.iter().any(|i| fits & (1 << i) != 0);
    match (any(POINT_STYLES), any(COMMA_STYLES)) {
        (true, false) => Some('.'),
        (false, true) => Some(','),
        _ => None,
    }
}

/// Whether a text is a number in any style.
pub(super) fn is_number(text: &str) -> bool {
    let mut scratch = String::new();
    has_number_signs_only(text) && STYLES.into_iter().any(|style| normalise(text, style, &mut scratch).is_some())
}

/// Whether a text has only what numbers are written with, in any style. What stands beyond ASCII is not looked at.
fn has_number_signs_only(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b',' | b' ' | b'\'' | b'+' | b'-' | b'e' | b'E') || b >= 0x80)
}

/// The styles that a number fits, as bits, with its shape in each.
pub(super) fn styles_of(text: &str, scratch: &mut String) -> (u8, [Shape; 6]) {
    let mut fits = 0u8;
    let mut shapes = [Shape::default(); 6];
    if !has_number_signs_only(text) {
        return (fits, shapes);
    }
    for ((i, style), slot) in STYLES.iter().enumerate().zip(shapes.iter_mut()) {
        if let Some(shape) = normalise(text, *style, scratch) {
            fits |= 1 << i;
            *slot = shape;
        }
    }
    (fits, shapes)
}

/// Writes a number whose decimal mark is certain though it is not that of its column, as plain digits.
pub(super) fn normalise_odd(text: &str, style: Style, out: &mut String) -> Option<Shape> {
    let (fits, _) = styles_of(text, out);
    certain_mark(fits).filter(|mark| *mark != style.decimal)?;
    let twin = STYLES.get(fits.trailing_zeros() as usize)?;
    normalise(text, *twin, out)
}

/// Writes a number as plain digits, negative where its dress says so.
pub(super) fn normalise_dressed(dressed: &Dressed<'_>, style: Style, out: &mut String) -> Option<Shape> {
    let shape = normalise(dressed.core, style, out)?;
    if dressed.minus.is_some() {
        out.insert(0, '-');
    }
    Some(shape)
}

/// A number read alone, with one decimal mark or the other; signs such as % come off.
pub(in crate::source) fn number_in(text: &str, decimal_comma: bool) -> Option<f64> {
    let dressed = undress(text);
    let styles = if decimal_comma { COMMA_STYLES } else { POINT_STYLES };
    let mut out = String::new();
    styles.into_iter().find_map(|i| {
        normalise_dressed(&dressed, *STYLES.get(i)?, &mut out)?;
        out.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_read_exactly() {
        assert_eq!(plain_integer(b"-120"), Some(-120));
        assert_eq!(plain_integer(b"007"), None);
        assert_eq!(plain_integer(b"1234567890123456"), None);
        for text in ["0.1", "-12.5", "123456.789012", "0.30000000000000004", "6.02e23", "1.", ".5", "1E-7", "1e+5"] {
            assert_eq!(plain_number(text.as_bytes()), Some(text.parse::<f64>().unwrap()), "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "1E5", "inf", "nan", "00.5", "1.2.3", "1e400", "1234567890123456"] {
            assert_eq!(plain_number(text.as_bytes()), None, "{text}");
        }
    }

    /// Without the look ahead.
    fn fits_of(text: &str) -> u8 {
        let fits = |i: &usize| normalise(text, STYLES[*i], &mut String::new()).is_some();
        (0..6).filter(fits).fold(0, |bits, i| bits | 1 << i)
    }

    #[test]
    fn styles_keep_to_groups_of_three() {
        let mut out = String::new();
        let mut fits =
            |text: &str| -> Vec<usize> { (0..6).filter(|&i| normalise(text, STYLES[i], &mut out).is_some()).collect() };
        assert_eq!(fits("1,234"), [1, 2, 3, 5]);
        assert_eq!(fits("1,234.5"), [1]);
        assert_eq!(fits("1.234,5"), [3]);
        assert_eq!(fits("1,23"), [2, 3, 5]);
        assert_eq!(fits("1 234,5"), [5]);
        assert_eq!(fits("12,34,567"), Vec::<usize>::new());
        let found = |text: &str| styles_of(text, &mut String::new()).0;
        for text in ["1,234", "1.5e-3", "+12", "\u{2212}5", "1 234", "1\u{a0}234", "1’234", "12x", "1/2", "", "1e5"] {
            assert_eq!(found(text), fits_of(text), "{text}");
        }
        normalise("\u{2212}1.234,5", STYLES[3], &mut out).unwrap();
        assert_eq!(out, "-1234.5");
    }
}
