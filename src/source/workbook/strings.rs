//! The strings that the sheets of a workbook share.

use super::xml::{Damage, Xml};
use quick_xml::events::Event;
use std::borrow::Cow;

/// Text of all of them together.
const MAX_TEXT_BYTES: usize = 1_000_000_000;

#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// False when there is no more room.
    pub fn push(&mut self, text: &str) -> bool {
        if self.text.len() + text.len() > MAX_TEXT_BYTES {
            return false;
        }
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        true
    }

    pub fn get(&self, i: usize) -> Option<&str> {
        let end = *self.ends.get(i)? as usize;
        let start = i.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |s| *s as usize);
        self.text.get(start..end)
    }

    /// Reads `sharedStrings.xml` (ECMA-376 part 1, 18.4.9).
    pub fn read(xml: &mut Xml<'_>) -> Result<Strings, Damage> {
        let mut strings = Strings::default();
        let mut text = String::new();
        loop {
            match xml.next()? {
                Event::Start(e) if super::xml::local(&e) == "si" => {
                    text.clear();
                    rich_text(xml, &mut text)?;
                    if !strings.push(&unescaped(&text)) {
                        return Err("its texts are too long".to_owned());
                    }
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }
}

/// The text of `si` or `is`: all of its runs, but not how Japanese is pronounced.
pub(super) fn rich_text(xml: &mut Xml<'_>, out: &mut String) -> Result<(), Damage> {
    let mut depth = 1usize;
    while depth > 0 {
        let (is_text, is_sound) = match xml.next()? {
            Event::Start(e) => {
                depth += 1;
                (super::xml::local(&e) == "t", super::xml::local(&e) == "rPh")
            }
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        if is_text {
            xml.text(out)?;
            depth -= 1;
        } else if is_sound {
            xml.skip()?;
            depth -= 1;
        }
    }
    Ok(())
}

/// Characters that XML cannot hold are written `_x000D_` (ECMA-376 part 1, 22.9.2.19).
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(rest.get(..at).unwrap_or(""));
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'))
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        let n = match code {
            Some('\r') => 7,
            Some(c) => {
                out.push(c);
                7
            }
            None => {
                out.push_str("_x");
                2
            }
        };
        rest = rest.get(at + n..).unwrap_or("");
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_by_number_and_escapes() {
        let mut strings = Strings::default();
        assert!(strings.push("a") && strings.push("") && strings.push("é"));
        assert_eq!([0, 1, 2, 3].map(|i| strings.get(i)), [Some("a"), Some(""), Some("é"), None]);
        assert_eq!(unescaped("a_x000D_\nb_x0041_c_x12_"), "a\nbAc_x12_");
        assert_eq!(unescaped("_x005F_x0041_"), "_x0041_");
        assert_eq!(unescaped("file_xé"), "file_xé");
    }
}
