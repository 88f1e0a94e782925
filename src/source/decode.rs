//! Bytes → text, whatever they were encoded in.

use super::spec::ReaderSpec;
use crate::base::{Notices, Problem, wording};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Text, and how it was read.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub text: Cow<'a, str>,
    /// The WHATWG name in lower case.
    pub encoding: String,
    /// Length of the byte order mark.
    pub offset: usize,
}

const BOM: &str = "\u{feff}";

/// Above this share of zero and control bytes the content is no text.
const MAX_CONTROL_SHARE: f64 = 0.1;

/// How much of the start is looked at for signs of UTF-16 and of binary content.
const PROBE_BYTES: usize = 64 * 1024;

/// Decodes: as the user says, else by byte order mark, else UTF-8 if that is valid, else by guess.
///
/// # Errors
/// `unknown_encoding`, `not_text`.
pub(super) fn decode<'a>(bytes: &'a [u8], spec: &ReaderSpec, notices: &mut Notices) -> Result<Text<'a>, Problem> {
    let chosen = match &spec.encoding {
        None => None,
        Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            Problem::request("unknown_encoding", format!("'{label}' is not the name of an encoding."))
                .hint("Use a name such as utf-8, windows-1252 or utf-16le.")
        })?),
    };
    if let (None, Some((encoding, offset))) = (chosen, Encoding::for_bom(bytes)) {
        return Ok(with(bytes.get(offset..).unwrap_or(&[]), encoding, offset, notices));
    }
    if let Some(encoding) = chosen {
        let offset = Encoding::for_bom(bytes).filter(|(bom, _)| *bom == encoding).map_or(0, |(_, n)| n);
        return Ok(with(bytes.get(offset..).unwrap_or(&[]), encoding, offset, notices));
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return Ok(with(bytes, encoding, 0, notices));
    }
    refuse_binary(bytes)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Text { text: Cow::Borrowed(text), encoding: name_of(UTF_8), offset: 0 }),
        Err(_) if is_damaged_utf_8(bytes) => Ok(with(bytes, UTF_8, 0, notices)),
        Err(_) => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            let encoding = detector.guess(None, Utf8Detection::Deny);
            let text = with(bytes, encoding, 0, notices);
            notices.add("guessed_encoding", format!("The text is not UTF-8 and was read as {}", text.encoding), 1);
            Ok(text)
        }
    }
}

fn name_of(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

fn with<'a>(bytes: &'a [u8], encoding: &'static Encoding, offset: usize, notices: &mut Notices) -> Text<'a> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        let (mut n, mut first_line, mut line) = (0u64, 0u64, 1u64);
        for c in text.chars() {
            match c {
                '\n' => line += 1,
                '\u{fffd}' => {
                    n += 1;
                    if n == 1 {
                        first_line = line;
                    }
                }
                _ => {}
            }
        }
        let what = wording::plural(n, "character is", "characters are");
        let text = format!(
            "{what} not valid in {} and shown as \u{fffd}, first in line {}",
            name_of(encoding),
            wording::format_count(first_line)
        );
        notices.add("replaced_characters", text, n);
    }
    let text = match text {
        Cow::Owned(text) if text.starts_with(BOM) => Cow::Owned(text.chars().skip(1).collect()),
        other => other,
    };
    Text { text, encoding: name_of(encoding), offset }
}

/// Half the bytes of Latin text in UTF-16 are zero, always on the same side.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let probe = bytes.get(..PROBE_BYTES.min(bytes.len() & !1))?;
    let (pairs, _) = probe.as_chunks::<2>();
    if pairs.len() < 2 {
        return None;
    }
    let n_low = pairs.iter().filter(|[low, high]| *low != 0 && *high == 0).count();
    let n_high = pairs.iter().filter(|[high, low]| *high == 0 && *low != 0).count();
    // A zero on the other side now and then is no text.
    let is = |n: usize, other: usize| n * 10 >= pairs.len() * 6 && other * 50 <= pairs.len();
    if is(n_low, n_high) {
        Some(UTF_16LE)
    } else if is(n_high, n_low) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Mostly proper UTF-8 with a few bad bytes, as when files were joined or cut.
fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let (mut n_good, mut n_bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        n_good += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    n_good > 4 * n_bad
}

fn refuse_binary(bytes: &[u8]) -> Result<(), Problem> {
    let probe = bytes.get(..PROBE_BYTES.min(bytes.len())).unwrap_or(&[]);
    // A sequence of JSON texts has a record separator before each.
    let separator = probe.first().copied().filter(|b| *b == 0x1e).unwrap_or(0x1b);
    let is_control = |b: &&u8| matches!(**b, 0..=8 | 14..=31) && **b != 0x1b && **b != separator;
    let n = probe.iter().filter(is_control).count();
    // Text that is not UTF-16 (its mark was looked for before) has no NUL but a stray one.
    let n_nul = probe.iter().filter(|b| **b == 0).count();
    if n as f64 > MAX_CONTROL_SHARE * probe.len() as f64 || n_nul * 1000 > probe.len().max(4000) {
        return Err(Problem::input("not_text", "This file is not a table of a kind that can be read here.")
            .because("It is neither text nor Parquet, Arrow or a spreadsheet.")
            .hint("Save it as CSV, XLSX, JSON, Parquet or Arrow."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, String, Notices) {
        let mut notices = Notices::default();
        let text = decode(bytes, &ReaderSpec::default(), &mut notices).unwrap();
        (text.text.into_owned(), text.encoding, notices)
    }

    #[test]
    fn marks_are_honoured_and_dropped() {
        assert_eq!(text(b"\xEF\xBB\xBFa,b").0, "a,b");
        assert_eq!(text(b"\xFF\xFEa\0,\0b\0").0, "a,b");
        assert_eq!(text(b"\xFE\xFF\0a\0,\0b").0, "a,b");
    }

    #[test]
    fn utf_16_is_found_without_a_mark() {
        let bytes: Vec<u8> = "name,value\nx,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (found, encoding, _) = text(&bytes);
        assert_eq!((found.as_str(), encoding.as_str()), ("name,value\nx,1\n", "utf-16le"));
    }

    #[test]
    fn old_code_pages_are_guessed_and_said_so() {
        let (found, encoding, notices) = text(b"name,ville\nRen\xE9,Orl\xE9ans\nZo\xEB,N\xEEmes\n");
        assert_eq!(encoding, "windows-1252");
        assert!(found.contains("René,Orléans"));
        assert_eq!(notices.0[0].code, "guessed_encoding");
    }

    #[test]
    fn a_bad_byte_in_utf_8_is_replaced_and_counted() {
        let (found, encoding, notices) =
            text("é,é,é,é,é\nü".as_bytes().iter().copied().chain([0xFF, b'x']).collect::<Vec<_>>().as_slice());
        assert_eq!(encoding, "utf-8");
        assert!(found.ends_with("ü\u{fffd}x"));
        assert_eq!(notices.0[0].count, 1);
        assert!(notices.0[0].text.ends_with("first in line 2"));
    }

    #[test]
    fn the_user_s_encoding_wins_and_must_exist() {
        let mut spec = ReaderSpec { encoding: Some("windows-1252".to_owned()), ..ReaderSpec::default() };
        let mut notices = Notices::default();
        assert_eq!(decode("é".as_bytes(), &spec, &mut notices).unwrap().text, "Ã©");
        spec.encoding = Some("klingon".to_owned());
        assert_eq!(decode(b"a", &spec, &mut notices).unwrap_err().code, "unknown_encoding");
    }

    #[test]
    fn binary_content_is_refused() {
        let bytes: Vec<u8> = (0..4096u32).map(|i| (i * 7 % 32) as u8).collect();
        let problem = decode(&bytes, &ReaderSpec::default(), &mut Notices::default()).unwrap_err();
        assert_eq!(problem.code, "not_text");
    }
}
