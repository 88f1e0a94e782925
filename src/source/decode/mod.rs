//! Bytes → text, whatever they were encoded in.

mod dos;

use super::spec::ReaderSpec;
use crate::base::{Notices, Problem, wording};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
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
        Some(label) if dos::is_label(label) => return Ok(dos::decoded(bytes)),
        Some(label) if label.to_ascii_lowercase().starts_with("utf-32") => {
            return utf_32(bytes, notices).ok_or_else(|| unknown_encoding(label));
        }
        Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| unknown_encoding(label))?),
    };
    if chosen.is_none()
        && let Some(text) = utf_32(bytes, notices)
    {
        return Ok(text);
    }
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
    if let Some(encoding) = wide_without_mark(bytes) {
        return Ok(guessed(bytes, encoding, notices));
    }
    refuse_binary(bytes)?;
    match std::str::from_utf8(bytes) {
        Ok(_) if is_iso_2022_jp(bytes) => Ok(guessed(bytes, ISO_2022_JP, notices)),
        Ok(text) => Ok(match encoded_twice(text) {
            Some(text) => {
                notices.add("encoded_twice", "The text had been encoded twice ('Ã©' for 'é') and was put right", 1);
                Text { text: Cow::Owned(text), encoding: name_of(UTF_8), offset: 0 }
            }
            None => {
                note_lost(text, notices);
                Text { text: Cow::Borrowed(text), encoding: name_of(UTF_8), offset: 0 }
            }
        }),
        Err(_) if is_damaged_utf_8(bytes) => Ok(with(bytes, UTF_8, 0, notices)),
        Err(_) => {
            let encoding = of_old_code_page(bytes);
            if encoding == WINDOWS_1252 && dos::is_likely(bytes) {
                let text = dos::decoded(bytes);
                notices.add("guessed_encoding", guessed_words(&text.encoding), 1);
                return Ok(text);
            }
            Ok(guessed(bytes, encoding, notices))
        }
    }
}

/// Characters that were lost before the file came here, which no encoding brings back.
fn note_lost(text: &str, notices: &mut Notices) {
    // Enough to tell, and no second pass over a large file.
    const MAX_BYTES: usize = 4 << 20;
    let n = text.bytes().take(MAX_BYTES).filter(|b| *b == 0xEF).count();
    if n == 0 {
        return;
    }
    let n = text.matches('\u{fffd}').count() as u64;
    if n > 0 {
        let lost = wording::plural(n, "character was", "characters were");
        notices.add("lost_characters", format!("{lost} lost before, and \u{fffd} stands in the file for each"), n);
    }
}

fn unknown_encoding(label: &str) -> Problem {
    Problem::request("unknown_encoding", format!("'{label}' is not the name of an encoding."))
        .hint("Use a name such as utf-8, windows-1252 or utf-16le.")
}

fn guessed_words(encoding: &str) -> String {
    format!("The text is not UTF-8 and was read as {encoding}")
}

/// UTF-8 that was read as Windows-1252 and written as UTF-8 again, all of it: `Ã©` is `é` then. `None` if it was not.
fn encoded_twice(text: &str) -> Option<String> {
    let mut end = PROBE_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let probe = text.get(..end)?;
    if !probe.contains(['Ã', 'Â', 'â']) {
        return None;
    }
    let is_pair = |pair: &[u8]| matches!(pair, [0xC3, 0x82 | 0x83 | 0xA2]);
    if !probe.as_bytes().windows(2).any(is_pair) {
        return None;
    }
    let (bytes, _, had_errors) = WINDOWS_1252.encode(text);
    if had_errors || bytes.is_ascii() {
        return None;
    }
    String::from_utf8(bytes.into_owned()).ok()
}

fn guessed<'a>(bytes: &'a [u8], encoding: &'static Encoding, notices: &mut Notices) -> Text<'a> {
    let text = with(bytes, encoding, 0, notices);
    notices.add("guessed_encoding", guessed_words(&text.encoding), 1);
    text
}

/// Files of old Macs have carriage returns only; else a few signs of the West leave no doubt, and the rest is for the
/// detector.
fn of_old_code_page(bytes: &[u8]) -> &'static Encoding {
    let probe = bytes.get(..PROBE_BYTES.min(bytes.len())).unwrap_or(bytes);
    if probe.contains(&b'\r') && !probe.contains(&b'\n') {
        return MACINTOSH;
    }
    if has_western_signs_only(bytes) {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// `°`, `µ`, `±`, `²`, dashes, quotes and the like, each alone between ASCII: what files of laboratories have, where
/// there are no words to guess a language by.
fn has_western_signs_only(bytes: &[u8]) -> bool {
    const SIGNS: [u8; 25] = [
        0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0xA0, 0xA3, 0xA7, 0xA9, 0xAE, 0xB0, 0xB1, 0xB2,
        0xB3, 0xB5, 0xB7, 0xB9, 0xBC, 0xBD, 0xD7,
    ];
    let mut was_high = false;
    for byte in bytes {
        let is_high = *byte >= 0x80;
        if is_high && (was_high || !SIGNS.contains(byte)) {
            return false;
        }
        was_high = is_high;
    }
    true
}

/// Escape sequences that change over to Japanese characters and back.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..PROBE_BYTES.min(bytes.len())).unwrap_or(bytes);
    let has = |mark: &[u8]| bytes.windows(3).any(|w| w == mark);
    bytes.contains(&0x1b) && (has(b"\x1b$B") || has(b"\x1b$@")) && (has(b"\x1b(B") || has(b"\x1b(J"))
}

/// UTF-16 whose text is mostly not Latin: line ends and commas stand there as whole units, and all of it can be read.
fn wide_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let probe = bytes.get(..PROBE_BYTES.min(bytes.len() & !1))?;
    let (pairs, rest) = probe.as_chunks::<2>();
    let is_whole = rest.is_empty() && bytes.len().is_multiple_of(2);
    let n_of = |unit: [u8; 2]| pairs.iter().filter(|pair| **pair == unit).count();
    let n_little = n_of([b'\n', 0]);
    let n_big = n_of([0, b'\n']);
    let n_zero = probe.iter().filter(|b| **b == 0).count();
    // Bytes of old code pages are never zero.
    if !is_whole || n_zero < 3 || n_little.max(n_big) < 2 || n_little.min(n_big) * 10 > n_little.max(n_big) {
        return None;
    }
    let encoding = if n_little > n_big { UTF_16LE } else { UTF_16BE };
    let (text, had_errors) = encoding.decode_without_bom_handling(probe);
    let is_odd = |c: char| {
        c.is_control() && !c.is_whitespace() || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffe}' | '\u{ffff}')
    };
    let n_odd = text.chars().filter(|c| is_odd(*c)).count();
    ((!had_errors || bytes.len() > PROBE_BYTES) && n_odd * 100 <= text.chars().count()).then_some(encoding)
}

/// UTF-32, with its mark or by three zero bytes in every four.
fn utf_32<'a>(bytes: &[u8], notices: &mut Notices) -> Option<Text<'a>> {
    let (offset, is_little) = match bytes {
        [0xFF, 0xFE, 0, 0, ..] if bytes.len().is_multiple_of(4) => (4, true),
        [0, 0, 0xFE, 0xFF, ..] => (4, false),
        _ => {
            let (quads, _) = bytes.get(..PROBE_BYTES.min(bytes.len()))?.as_chunks::<4>();
            let n_little = quads.iter().filter(|q| matches!(q, [1..=255, _, 0, 0])).count();
            let n_big = quads.iter().filter(|q| matches!(q, [0, 0, _, 1..=255])).count();
            let is_all = |n: usize| quads.len() >= 4 && n * 50 >= quads.len() * 49;
            match (is_all(n_little), is_all(n_big)) {
                (true, false) => (0, true),
                (false, true) => (0, false),
                _ => return None,
            }
        }
    };
    let (quads, rest) = bytes.get(offset..)?.as_chunks::<4>();
    let (mut n_bad, mut text) = (u64::from(!rest.is_empty()), String::with_capacity(quads.len()));
    for quad in quads {
        let code = if is_little { u32::from_le_bytes(*quad) } else { u32::from_be_bytes(*quad) };
        n_bad += u64::from(char::from_u32(code).is_none());
        text.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    }
    let encoding = if is_little { "utf-32le" } else { "utf-32be" }.to_owned();
    if n_bad > 0 {
        notices.add("replaced_characters", format!("{} in {encoding} and shown as \u{fffd}", not_valid(n_bad)), n_bad);
    }
    Some(Text { text: Cow::Owned(text), encoding, offset })
}

fn not_valid(n: u64) -> String {
    format!("{} not valid", wording::plural(n, "character is", "characters are"))
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
        let text = format!(
            "{} in {} and shown as \u{fffd}, first in line {}",
            not_valid(n),
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
    // Loggers set aside room for what they have not written yet.
    let n_written = bytes.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
    let bytes = bytes.get(..n_written).unwrap_or(bytes);
    let probe = bytes.get(..PROBE_BYTES.min(bytes.len())).unwrap_or(&[]);
    // Zero bytes are padding in many a text; the others here part cells and rows in some.
    let is_control = |b: &&u8| matches!(**b, 2..=8 | 14..=29) && **b != 0x1b;
    let n_nul = probe.iter().filter(|b| **b == 0).count();
    let n_separators = probe.iter().filter(|b| matches!(**b, 1 | 30 | 31)).count();
    let n = probe.iter().filter(is_control).count();
    let n_text = probe.len() - n_nul;
    let has_lines = probe.contains(&b'\n') || probe.contains(&b'\r');
    let n_high = probe.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let is_padded_text = has_lines && n * 200 <= n_text && n_high * 20 <= n_text && n_separators * 2 <= n_text;
    let is_binary = if n_nul + n_separators * 10 > probe.len() / 1000 {
        n_nul * 20 > probe.len() * 19 || !is_padded_text
    } else {
        n as f64 > MAX_CONTROL_SHARE * probe.len() as f64
    };
    if is_binary || bytes.is_empty() {
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
    fn other_widths_and_scripts() {
        let rows = "名前,場所,数\n田中太郎,東京都,5\n鈴木花子,大阪府,7\n";
        let wide: Vec<u8> = rows.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!((text(&wide).0.as_str(), text(&wide).1.as_str()), (rows, "utf-16le"));
        let utf32: Vec<u8> = "\u{feff}名,b\n1,2\n".chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        assert_eq!((text(&utf32).0.as_str(), text(&utf32).1.as_str()), ("名,b\n1,2\n", "utf-32le"));
        assert_eq!(text(utf32.get(4..).unwrap()).0, "名,b\n1,2\n");
        for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP, ISO_2022_JP] {
            let (bytes, ..) = encoding.encode(rows);
            assert_eq!(text(&bytes).0, rows, "{}", encoding.name());
        }
        let (bytes, ..) = encoding_rs::GBK.encode("姓名,城市\n张伟,北京\n王芳,上海\n");
        assert_eq!(text(&bytes).1, "gbk");
    }

    #[test]
    fn signs_of_laboratories_are_western() {
        let (found, encoding, _) = text(b"well,conc (\xB5g/mL),temp (\xB0C)\nA1,1.5 \xB1 0.1,20\n");
        assert_eq!(encoding, "windows-1252");
        assert!(found.contains("µg/mL") && found.contains("°C") && found.contains('±'));
        assert_eq!(text(b"T (\xA1C)\r20\r").0, "T (°C)\r20\r");
    }

    #[test]
    fn what_was_lost_before_is_said() {
        let (_, _, notices) = text("Jos\u{fffd},K\u{fffd}ln\n".as_bytes());
        assert_eq!((notices.0[0].code.as_str(), notices.0[0].count), ("lost_characters", 2));
    }

    #[test]
    fn what_was_encoded_twice_is_put_right() {
        let (found, _, notices) = text("temp (Â°C),JosÃ©\n".as_bytes());
        assert_eq!(found, "temp (°C),José\n");
        assert_eq!(notices.0[0].code, "encoded_twice");
        for fine in ["São Paulo,Âge\n", "Ã,é\n", "JosÃ© and Łódź\n"] {
            assert_eq!(text(fine.as_bytes()).0, fine);
        }
    }

    #[test]
    fn zero_bytes_in_a_text_are_no_reason_to_refuse_it() {
        let padded: String = (0..20).map(|i| format!("{i},name{i}\0\0\0\0,{i}\0\n")).collect();
        assert_eq!(text(padded.as_bytes()).1, "utf-8");
        let tail: String = format!("a,b\n1,2\n{}", "\0".repeat(10_000));
        assert_eq!(text(tail.as_bytes()).1, "utf-8");
        assert!(decode(&[0; 100], &ReaderSpec::default(), &mut Notices::default()).is_err());
    }

    #[test]
    fn binary_content_is_refused() {
        let bytes: Vec<u8> = (0..4096u32).map(|i| (i * 7 % 32) as u8).collect();
        let problem = decode(&bytes, &ReaderSpec::default(), &mut Notices::default()).unwrap_err();
        assert_eq!(problem.code, "not_text");
    }
}
