//! Code page 850, which old programs under DOS wrote in Western Europe; `encoding_rs` does not have it.
//!
//! In Windows-1252 its letters are quotes and signs, which never stand within words.

use super::Text;
use std::borrow::Cow;

/// The characters of the bytes from 0x80 on (IBM code page 850 as mapped by Unicode, CP850.TXT).
const HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

pub(super) fn is_label(label: &str) -> bool {
    matches!(label.to_ascii_lowercase().as_str(), "ibm850" | "cp850" | "850")
}

pub(super) fn decoded<'a>(bytes: &[u8]) -> Text<'a> {
    let high: Vec<char> = HIGH.chars().collect();
    let of = |byte: u8| match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(i) => high.get(usize::from(i)).copied().unwrap_or('\u{fffd}'),
    };
    let text: String = bytes.iter().map(|byte| of(*byte)).collect();
    Text { text: Cow::Owned(text), encoding: "ibm850".to_owned(), offset: 0 }
}

/// Most bytes beyond ASCII are letters of this code page within words.
pub(super) fn is_likely(bytes: &[u8]) -> bool {
    let (mut n_high, mut n_within) = (0usize, 0usize);
    for three in bytes.windows(3) {
        let [before, byte, after] = three else { continue };
        if *byte < 0x80 {
            continue;
        }
        n_high += 1;
        // The letters of 0x80 to 0xA5, and ß; an apostrophe of Windows, 0x92, stands within words, too.
        let is_letter = matches!(byte, 0x80..=0x91 | 0x93..=0x9A | 0xA0..=0xA5 | 0xE1);
        let is_word = |b: &u8| b.is_ascii_alphabetic() || *b >= 0x80;
        n_within += usize::from(is_letter && is_word(before) && is_word(after));
    }
    n_within >= 2 && n_within * 10 >= n_high * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_of_dos() {
        let bytes = b"name;gr\x94\xE1e\nM\x81ller;5\nJ\x84ger;7\nWei\xE1;9\n";
        assert!(is_likely(bytes));
        assert_eq!(decoded(bytes).text, "name;größe\nMüller;5\nJäger;7\nWeiß;9\n");
        assert!(!is_likely(
            "Müller;größe;it’s".chars().map(|c| u8::try_from(c as u32).unwrap_or(0x92)).collect::<Vec<u8>>().as_slice()
        ));
        assert_eq!(HIGH.chars().count(), 128);
    }
}
