//! What people put around a number: signs of currency, units, brackets for minus, "less than".

use super::super::units::looks_like_unit;
use super::number::is_number;

/// A number that is written as negative otherwise than by a minus before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Minus {
    /// `(2.0)`, as bookkeepers write.
    Brackets,
    /// `2.0-`, as some business software exports.
    Behind,
    /// `-$2.0`: before the sign of currency.
    Before,
}

/// A number taken apart. `core` is the text without the rest, which may still be no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dressed<'t> {
    pub core: &'t str,
    /// A sign or unit: `%`, `€`, `ng/µL`.
    pub affix: Option<&'t str>,
    pub minus: Option<Minus>,
}

/// Signs that may stand before or behind every number of a column.
const AFFIXES: [&str; 14] = ["%", "‰", "€", "US$", "$", "£", "¥", "₹", "CHF", "EUR", "USD", "GBP", "JPY", "kr"];

/// Whether an affix is a sign and no unit.
pub(super) fn is_sign(affix: &str) -> bool {
    AFFIXES.contains(&affix)
}

/// The longest unit behind a number, in characters.
const MAX_UNIT_CHARS: usize = 12;

const MINUS_SIGNS: [char; 2] = ['-', '\u{2212}'];

/// Takes a number out of its dress: `(€ 2.0)` → `2.0`, `€`, negative.
#[inline]
pub(super) fn undress(text: &str) -> Dressed<'_> {
    let bare = Dressed { core: text, affix: None, minus: None };
    match text.as_bytes() {
        // Nothing around it.
        [b'0'..=b'9'] | [b'0'..=b'9', .., b'0'..=b'9'] | [b'-', b'0'..=b'9'] | [b'-', b'0'..=b'9', .., b'0'..=b'9'] => {
            bare
        }
        _ => taken_apart(text).unwrap_or(bare),
    }
}

fn taken_apart(text: &str) -> Option<Dressed<'_>> {
    let (mut core, mut minus, mut affix) = (text, None, None);
    if let Some(inner) = in_brackets(core) {
        (core, minus) = (inner, Some(Minus::Brackets));
    }
    if let Some((rest, sign)) = affixed(core) {
        (core, affix) = (rest, Some(sign));
    } else if let Some((rest, sign)) = core.strip_prefix(MINUS_SIGNS).and_then(|rest| affixed(rest.trim_start()))
        && rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && minus.is_none()
        && core.trim_start_matches(MINUS_SIGNS).trim_start().starts_with(sign)
    {
        (core, affix, minus) = (rest, Some(sign), Some(Minus::Before));
    } else if let Some((rest, unit)) = with_unit(core) {
        (core, affix) = (rest, Some(unit));
    }
    if minus.is_none() {
        if let Some(inner) = in_brackets(core) {
            (core, minus) = (inner, Some(Minus::Brackets));
        } else if let Some(rest) = core.strip_suffix(MINUS_SIGNS)
            && rest.ends_with(|c: char| c.is_ascii_digit())
        {
            (core, minus) = (rest, Some(Minus::Behind));
        }
    }
    // Not negative twice.
    let is_signed = core.starts_with(['-', '+', '\u{2212}']);
    (!(minus.is_some() && is_signed)).then_some(Dressed { core, affix, minus })
}

fn in_brackets(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    inner.contains(|c: char| c.is_ascii_digit()).then_some(inner)
}

/// A percent or currency sign: `45 %` → (`45`, `%`).
fn affixed(text: &str) -> Option<(&str, &'static str)> {
    // Most texts neither begin nor end as one of them does.
    let is_edge = |b: &u8| matches!(b, b'%' | b'$' | 0x80..|b'A'..=b'Z'| b'k' | b'r');
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(is_edge) && !bytes.last().is_some_and(is_edge) {
        return None;
    }
    AFFIXES.into_iter().find_map(|affix| {
        let core = text
            .strip_suffix(affix)
            .or_else(|| if matches!(affix, "%" | "‰") { None } else { text.strip_prefix(affix) })?;
        let core = core.trim();
        core.contains(|c: char| c.is_ascii_digit()).then_some((core, affix))
    })
}

/// A unit behind the number: `12.5 ng/µL`. One letter counts only after a space: `12A` is more often a code.
fn with_unit(text: &str) -> Option<(&str, &str)> {
    let is_of_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '’');
    let body = text.strip_prefix(['-', '+', '\u{2212}']).unwrap_or(text);
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let at = text.len() - body.len() + body.find(|c: char| !is_of_number(c))?;
    let (before, unit) = text.split_at_checked(at)?;
    // "1.5e-3 mg"
    let (before, unit) = match unit.as_bytes() {
        [b'e' | b'E', b'0'..=b'9' | b'-' | b'+', ..] => {
            let n = unit.get(2..)?.find(|c: char| !c.is_ascii_digit())? + 2;
            text.split_at_checked(at + n)?
        }
        _ => (before, unit),
    };
    let core = before.trim_end();
    let has_space = core.len() < before.len() || unit.starts_with(char::is_whitespace);
    let unit = unit.trim();
    let n_chars = unit.chars().count();
    let opens_well = unit.starts_with(|c: char| c.is_alphabetic() || matches!(c, '°' | 'µ' | 'μ' | 'Ω'));
    let is_clear = has_space || n_chars > 1;
    let is_clock = unit.eq_ignore_ascii_case("am") || unit.eq_ignore_ascii_case("pm");
    (opens_well && is_clear && !is_clock && n_chars <= MAX_UNIT_CHARS && looks_like_unit(unit)).then_some((core, unit))
}

/// Which side of a limit a value lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    Above,
}

/// A value known only as below or above a limit: `<0.5`, `> 100 mg/L`. The rest is the limit.
pub(super) fn limit(text: &str) -> Option<(Side, &str)> {
    if !matches!(text.as_bytes().first(), Some(b'<' | b'>' | 0xE2 | b'&')) || text.len() > 40 {
        return None;
    }
    const MARKS: [(&str, Side); 8] = [
        ("<=", Side::Below),
        (">=", Side::Above),
        ("<", Side::Below),
        (">", Side::Above),
        ("≤", Side::Below),
        ("≥", Side::Above),
        ("&lt;", Side::Below),
        ("&gt;", Side::Above),
    ];
    let (side, rest) = MARKS.into_iter().find_map(|(mark, side)| Some((side, text.strip_prefix(mark)?)))?;
    let rest = rest.trim_start();
    is_number(undress(rest).core).then_some((side, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (&str, Option<&str>, Option<Minus>) {
        let Dressed { core, affix, minus } = undress(text);
        (core, affix, minus)
    }

    #[test]
    fn signs_come_off() {
        for text in ["12", "-12.5", "abc", "12A", "11pm", "5 - 7 mg", "+49 30 1234", "2-Mar", "(a)"] {
            assert_eq!(parts(text), (text, None, None), "{text}");
        }
        assert_eq!(parts("45 %"), ("45", Some("%"), None));
        assert_eq!(parts("$1,200"), ("1,200", Some("$"), None));
        assert_eq!(parts("-$5"), ("5", Some("$"), Some(Minus::Before)));
        assert_eq!(parts("$-5"), ("-5", Some("$"), None));
        assert_eq!(parts("(2.0)"), ("2.0", None, Some(Minus::Brackets)));
        assert_eq!(parts("($1,200.50)"), ("1,200.50", Some("$"), Some(Minus::Brackets)));
        assert_eq!(parts("$(5)"), ("5", Some("$"), Some(Minus::Brackets)));
        assert_eq!(parts("12.5-"), ("12.5", None, Some(Minus::Behind)));
        assert_eq!(parts("(-5)"), ("(-5)", None, None));
    }

    #[test]
    fn units_come_off() {
        assert_eq!(parts("12.5 ng/µL"), ("12.5", Some("ng/µL"), None));
        assert_eq!(parts("5mg"), ("5", Some("mg"), None));
        assert_eq!(parts("-1.5e-3 mol"), ("-1.5e-3", Some("mol"), None));
        assert_eq!(parts("5 V"), ("5", Some("V"), None));
        assert_eq!(parts("21.5 °C"), ("21.5", Some("°C"), None));
    }

    #[test]
    fn limits() {
        assert_eq!(limit("<0.5"), Some((Side::Below, "0.5")));
        assert_eq!(limit(">= 1,000 mg/L"), Some((Side::Above, "1,000 mg/L")));
        assert_eq!(limit("≤5"), Some((Side::Below, "5")));
        for text in ["<LOD", "<a>", "<", "5"] {
            assert_eq!(limit(text), None, "{text}");
        }
    }
}
