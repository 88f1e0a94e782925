//! Text without what people write differently: case, spaces, signs, leading zeros, accents.

/// Lower case, letters and digits only. Between two digits one mark stays, so that `1-15` and
/// `11-5` remain different: a point stays a point, anything else becomes a hyphen.
pub(super) fn fold(text: &str, out: &mut Vec<u8>) -> bool {
    let mut after_digit = false;
    let mut mark: Option<u8> = None;
    if text.is_ascii() {
        for byte in text.bytes() {
            let is_digit = byte.is_ascii_digit();
            if is_digit || byte.is_ascii_alphabetic() {
                if let Some(mark) = mark.take()
                    && is_digit
                    && after_digit
                {
                    out.push(mark);
                }
                out.push(byte.to_ascii_lowercase());
                after_digit = is_digit;
            } else {
                mark = Some(if byte == b'.' && mark.is_none() { b'.' } else { b'-' });
            }
        }
        return !out.is_empty();
    }
    let mut buffer = [0u8; 4];
    for c in text.chars() {
        if c.is_ascii() {
            fold_char(c.to_ascii_lowercase(), &mut after_digit, &mut mark, &mut buffer, out);
        } else {
            for lower in c.to_lowercase() {
                fold_char(lower, &mut after_digit, &mut mark, &mut buffer, out);
            }
        }
    }
    !out.is_empty()
}

fn fold_char(c: char, after_digit: &mut bool, mark: &mut Option<u8>, buffer: &mut [u8; 4], out: &mut Vec<u8>) {
    if c.is_alphanumeric() {
        let is_digit = c.is_ascii_digit();
        if let Some(mark) = mark.take()
            && is_digit
            && *after_digit
        {
            out.push(mark);
        }
        out.extend_from_slice(c.encode_utf8(buffer).as_bytes());
        *after_digit = is_digit;
    } else {
        *mark = Some(if c == '.' && mark.is_none() { b'.' } else { b'-' });
    }
}

/// Drops zeros at the start of each run of digits, except after a decimal point.
pub(super) fn unpad(key: &mut Vec<u8>) {
    if !key.contains(&b'0') {
        return;
    }
    let mut out = Vec::with_capacity(key.len());
    let mut before = 0u8;
    for (i, &byte) in key.iter().enumerate() {
        let starts_run = !before.is_ascii_digit() && before != b'.';
        let more_digits = key.get(i + 1).is_some_and(u8::is_ascii_digit);
        if byte == b'0' && starts_run && more_digits {
            // `before` stays: the next digit still starts the run.
            continue;
        }
        out.push(byte);
        before = byte;
    }
    *key = out;
}

/// What follows the last sign: `JFK` of `faa:JFK` and of `https://example.org/airport/JFK/`.
pub(super) fn last_part(text: &str) -> &str {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(text)
}

/// Letters with marks, by the plain letters that stand for them where there are none (Latin-1, Latin
/// Extended-A, and the Vietnamese letters of Latin Extended Additional; Unicode 16, decompositions).
const MARKED: [(&str, &str); 28] = [
    ("a", "àáâãäåāăąǎǻȁȃȧạảấầẩẫậắằẳẵặ"),
    ("ae", "æǽ"),
    ("b", "ḃḅ"),
    ("c", "çćĉċč"),
    ("d", "ďđðḋḍḏ"),
    ("e", "èéêëēĕėęěȅȇẹẻẽếềểễệ"),
    ("f", "ḟ"),
    ("g", "ĝğġģǧǵ"),
    ("h", "ĥħḣḥḫ"),
    ("i", "ìíîïĩīĭįıǐȉȋỉị"),
    ("ij", "ĳ"),
    ("j", "ĵǰ"),
    ("k", "ķǩḳḵ"),
    ("l", "ĺļľŀłḷḻ"),
    ("m", "ṁṃ"),
    ("n", "ñńņňŉṅṇṉ"),
    ("o", "òóôõöøōŏőǒǫǿȍȏơọỏốồổỗộớờởỡợ"),
    ("oe", "œ"),
    ("r", "ŕŗřȑȓṙṛṟ"),
    ("s", "śŝşšșṡṣ"),
    ("ss", "ßẞ"),
    ("t", "ţťŧțṫṭṯ"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűųǔȕȗưụủứừửữự"),
    ("w", "ŵẁẃẅ"),
    ("x", "ẋẍ"),
    ("y", "ýÿŷỳỵỷỹ"),
    ("z", "źżžẑẓẕ"),
];

/// Lower-case letters and digits alone, without marks and accents, however they are encoded: `São João` is
/// `saojoao`. All that stood between digits is gone as well: `+55 (12) 39` is `551239`.
pub(super) fn bare(text: &str, out: &mut Vec<u8>) -> bool {
    if text.is_ascii() {
        out.extend(text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()));
        return !out.is_empty();
    }
    let mut buffer = [0u8; 4];
    for c in text.chars().flat_map(char::to_lowercase) {
        // Full-width forms, as East Asian keyboards write them.
        let c = match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c).to_ascii_lowercase(),
            _ => c,
        };
        if c.is_ascii() || !c.is_alphanumeric() {
            if c.is_ascii_alphanumeric() {
                out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            }
            continue;
        }
        match MARKED.iter().find(|(_, marked)| marked.contains(c)) {
            Some((plain, _)) => out.extend_from_slice(plain.as_bytes()),
            None => out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes()),
        }
    }
    !out.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let mut out = Vec::new();
        bare(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn accents_go_in_both_encodings() {
        assert_eq!(plain("Łódź"), "lodz");
        // The letter and its mark apart, as macOS names files.
        assert_eq!(plain("Sa\u{303}o Jose\u{301}"), "saojose");
        assert_eq!(plain("Weißenfels, Thüringen"), "weissenfelsthuringen");
        assert_eq!(plain("Ｐ００７"), "p007");
        assert_eq!(plain("Đà Nẵng"), "danang");
        assert_eq!(plain("Москва-1"), "москва1");
    }

    #[test]
    fn the_last_part_is_what_names_the_thing() {
        assert_eq!(last_part("faa:JFK"), "JFK");
        assert_eq!(last_part("https://example.org/airport/JFK/"), "JFK");
        assert_eq!(last_part("JFK"), "JFK");
        assert_eq!(last_part("--"), "");
    }
}
