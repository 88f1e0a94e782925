//! What stands in a cell in place of a value.

/// Codes that mean "no value" in a column of numbers, dates or yes and no. In a text column they
/// stay: "NA" may be Namibia.
const CODES: [&str; 24] = [
    "na",
    "n/a",
    "n.a.",
    "#n/a",
    "<na>",
    "nan",
    "null",
    "(null)",
    "none",
    "nil",
    "\\n",
    "-",
    "–",
    "—",
    "--",
    "---",
    "?",
    ".",
    "..",
    "...",
    "missing",
    "(missing)",
    "#null!",
    "nat",
];

/// What instruments and spreadsheets write where they have no number.
const WORDS: [&str; 45] = [
    "err",
    "error",
    "fail",
    "failed",
    "invalid",
    "bad",
    "over",
    "under",
    "overflow",
    "underflow",
    "ovrflw",
    "overrange",
    "out of range",
    "over range",
    "saturated",
    "offline",
    "no data",
    "nodata",
    "no value",
    "not measured",
    "not available",
    "not applicable",
    "not detected",
    "n.d.",
    "nd",
    "bdl",
    "<lod",
    "< lod",
    "below detection limit",
    "undetermined",
    "#value!",
    "#div/0!",
    "#ref!",
    "#num!",
    "inf",
    "-inf",
    "+inf",
    "infinity",
    "-infinity",
    "∞",
    "-∞",
    "1.#inf",
    "-1.#inf",
    "1.#qnan",
    "-1.#ind",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Code,
    Word,
}

/// What kind of stand-in a cell is, if any.
pub(super) fn stand_in(text: &str) -> Option<Stand> {
    if text.len() > 24 {
        return None;
    }
    // Most cells begin as none of them does.
    let first = text.bytes().next()?.to_ascii_lowercase();
    if !matches!(first, b'#' | b'(' | b'+' | b'-' | b'.' | b'1' | b'<' | b'?' | b'\\' | 0xE2)
        && !matches!(first, b'b' | b'd' | b'e' | b'f' | b'i' | b'm' | b'n' | b'o' | b's' | b'u')
    {
        return None;
    }
    let is = |known: &&str| known.eq_ignore_ascii_case(text);
    if CODES.iter().any(is) {
        Some(Stand::Code)
    } else if WORDS.iter().any(is) {
        Some(Stand::Word)
    } else {
        None
    }
}

/// A word for yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub yes: bool,
    /// One letter, which may well mean something else.
    pub is_letter: bool,
}

pub(super) fn answer(text: &str) -> Option<Answer> {
    let is = |word: &str| word.eq_ignore_ascii_case(text);
    let of = |yes, is_letter| Some(Answer { yes, is_letter });
    match text.len() {
        1 if is("y") || is("t") => of(true, true),
        1 if is("n") || is("f") => of(false, true),
        2 if is("no") => of(false, false),
        3 if is("yes") => of(true, false),
        4 if is("true") => of(true, false),
        5 if is("false") => of(false, false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stand_in_is_known_in_either_case() {
        for (words, stand) in [(&CODES[..], Stand::Code), (&WORDS[..], Stand::Word)] {
            for word in words {
                assert_eq!(stand_in(word), Some(stand), "{word}");
                assert_eq!(stand_in(&word.to_ascii_uppercase()), Some(stand), "{word}");
                assert_eq!(answer(word), None, "{word}");
            }
        }
        assert_eq!(stand_in("").or(stand_in("x")).or(stand_in("12")), None);
    }
}
