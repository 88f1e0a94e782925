//! Texts in the encoding of their file.

use super::bytes;
use crate::base::{Notices, Problem, wording};
use crate::source::spec::ReaderSpec;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// How the texts of a file are encoded, with a count of what did not fit.
pub(super) struct Letters {
    encoding: &'static Encoding,
    /// Programs that know UTF-8 only write it into files that say, or by their format mean,
    /// windows-1252. Text that is not ASCII and yet valid UTF-8 hardly ever is anything else.
    may_be_utf_8: bool,
    n_utf_8: u64,
    n_replaced: u64,
}

impl Letters {
    /// The user's encoding, else the file's.
    ///
    /// # Errors
    /// `unknown_encoding` where the user's is none.
    pub fn new(spec: &ReaderSpec, of_file: &'static Encoding) -> Result<Letters, Problem> {
        let encoding = match &spec.encoding {
            None => of_file,
            Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                Problem::request("unknown_encoding", format!("'{label}' is not the name of an encoding."))
                    .hint("Use a name such as utf-8, windows-1252 or utf-16le.")
            })?,
        };
        let may_be_utf_8 = encoding == WINDOWS_1252 && spec.encoding.is_none();
        Ok(Letters { encoding, may_be_utf_8, n_utf_8: 0, n_replaced: 0 })
    }

    /// The WHATWG name in lower case.
    pub fn name(&self) -> String {
        self.encoding.name().to_ascii_lowercase()
    }

    pub fn text<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        if self.may_be_utf_8
            && !bytes.is_ascii()
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            self.n_utf_8 += 1;
            return Cow::Borrowed(text);
        }
        let (text, had_errors) = self.encoding.decode_without_bom_handling(bytes);
        if had_errors {
            self.n_replaced += text.chars().filter(|c| *c == '\u{fffd}').count() as u64;
        }
        text
    }

    /// Without the blanks and zeros that fill it up.
    pub fn unpadded<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        self.text(bytes::unpadded(bytes))
    }

    /// A name or label: up to the first zero, without blanks around it.
    pub fn name_text(&mut self, bytes: &[u8]) -> String {
        self.text(bytes::before_nul(bytes)).trim().to_owned()
    }

    /// A label, if there is one.
    pub fn label(&mut self, bytes: &[u8]) -> Option<String> {
        Some(self.name_text(bytes)).filter(|label| !label.is_empty())
    }

    /// Says how much did not fit the encoding.
    pub fn report(&self, notices: &mut Notices) {
        if self.n_utf_8 > 0 {
            let texts = wording::plural(self.n_utf_8, "text is", "texts are");
            let text = format!("{texts} UTF-8, though the file is for {}, and read as such", self.name());
            notices.add("utf_8_after_all", text, self.n_utf_8);
        }
        if self.n_replaced > 0 {
            let what = wording::plural(self.n_replaced, "character is", "characters are");
            let text = format!("{what} not valid in {} and shown as \u{fffd}", self.name());
            notices.add("replaced_characters", text, self.n_replaced);
        }
    }
}

/// The encoding with a number as Windows counts code pages.
pub(super) fn of_code_page(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        874 => "windows-874",
        866 => "ibm866",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250..=1258 => return Encoding::for_label(format!("windows-{number}").as_bytes()),
        10_000 => "macintosh",
        10_007 | 10_017 => "x-mac-cyrillic",
        20_866 => "koi8-r",
        21_866 => "koi8-u",
        // ASCII, and 8-bit ASCII without more: the usual one.
        2 | 3 | 20_127 | 28_591 => return Some(WINDOWS_1252),
        28_592..=28_606 => return Encoding::for_label(format!("iso-8859-{}", number - 28_590).as_bytes()),
        51_932 => "euc-jp",
        54_936 => "gb18030",
        65_001 => return Some(UTF_8),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// Says that an encoding is not known here.
pub(super) fn report_unknown(which: &str, notices: &mut Notices) {
    let text = format!("The encoding {which} of this file is not known here; its text was read as windows-1252");
    notices.add("unknown_encoding", text, 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut letters = Letters::new(&ReaderSpec::default(), UTF_8).unwrap();
        assert_eq!(letters.unpadded(b"a\xFFb  "), "a\u{fffd}b");
        assert_eq!(letters.label(b" \0x"), None);
        let mut notices = Notices::default();
        letters.report(&mut notices);
        assert_eq!(notices.0[0].count, 1);
    }

    #[test]
    fn utf_8_is_known_where_another_encoding_is_said() {
        let mut letters = Letters::new(&ReaderSpec::default(), WINDOWS_1252).unwrap();
        assert_eq!((letters.text("Łódź".as_bytes()), letters.text(b"Z\xFCrich")), ("Łódź".into(), "Zürich".into()));
        let mut notices = Notices::default();
        letters.report(&mut notices);
        assert_eq!((notices.0[0].code.as_str(), notices.0[0].count), ("utf_8_after_all", 1));
        // What the user says, counts.
        let spec = ReaderSpec { encoding: Some("windows-1252".to_owned()), ..ReaderSpec::default() };
        assert_eq!(Letters::new(&spec, UTF_8).unwrap().text("é".as_bytes()), "Ã©");
    }

    #[test]
    fn code_pages_have_encodings() {
        assert_eq!(of_code_page(1251).map(Encoding::name), Some("windows-1251"));
        assert_eq!(of_code_page(28_605).map(Encoding::name), Some("ISO-8859-15"));
        assert_eq!(of_code_page(65_001), Some(UTF_8));
        assert_eq!(of_code_page(1), None);
    }
}
