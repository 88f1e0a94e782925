//! How English words sound: Metaphone (L. Philips, "Hanging on the Metaphone", *Computer Language* 7 (12), 1990).

/// The sounds of each word; empty where a letter is none of a to z, or there is a digit.
pub fn sounds(folded: &str) -> String {
    if !folded.bytes().all(|b| b.is_ascii_lowercase() || b == b' ') {
        return String::new();
    }
    let words: Vec<String> = folded.split(' ').map(|word| word_sounds(word.as_bytes())).collect();
    words.join(" ")
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

fn is_front(letter: u8) -> bool {
    matches!(letter, b'e' | b'i' | b'y')
}

/// One word of small letters. `0` is the sound of "th", `X` that of "sh".
fn word_sounds(word: &[u8]) -> String {
    let word = match word {
        [b'a', b'e', ..] | [b'g' | b'k' | b'p', b'n', ..] | [b'w', b'r', ..] => word.get(1..).unwrap_or_default(),
        _ => word,
    };
    let at = |i: usize| word.get(i).copied().unwrap_or(0);
    let mut out = String::with_capacity(word.len());
    let mut i = 0;
    while i < word.len() {
        let (c, next, after) = (at(i), at(i + 1), at(i + 2));
        let before = if i == 0 { 0 } else { at(i - 1) };
        let is_last = i + 1 == word.len();
        i += 1;
        if c == before && c != b'c' {
            continue;
        }
        match c {
            _ if is_vowel(c) => {
                if before == 0 {
                    out.push(char::from(c.to_ascii_uppercase()));
                }
            }
            b'b' if is_last && before == b'm' => {}
            b'c' => match (next, after) {
                _ if before == b's' && is_front(next) => {}
                (b'i', b'a') => out.push('X'),
                _ if is_front(next) => out.push('S'),
                (b'h', _) if before == b's' || (before == 0 && !is_vowel(after)) => {
                    out.push('K');
                    i += 1;
                }
                (b'h', _) => {
                    out.push('X');
                    i += 1;
                }
                _ => out.push('K'),
            },
            b'd' if next == b'g' && is_front(after) => {
                out.push('J');
                i += 1;
            }
            b'd' => out.push('T'),
            b'g' => match (next, after) {
                // "night", "though": not heard; "ghost": heard.
                (b'h', 0) => i += 1,
                (b'h', _) if !is_vowel(after) => i += 1,
                (b'n', 0) => {}
                (b'n', b'e') if at(i + 2) == b'd' => {}
                _ if is_front(next) && before != b'g' => out.push('J'),
                _ => out.push('K'),
            },
            b'h' => {
                let is_part = matches!(before, b'c' | b's' | b'p' | b't' | b'g');
                if is_vowel(next) && !is_part {
                    out.push('H');
                }
            }
            b'k' if before == b'c' => {}
            b'p' if next == b'h' => {
                out.push('F');
                i += 1;
            }
            b'q' => out.push('K'),
            b's' => match (next, after) {
                (b'h', _) => {
                    out.push('X');
                    i += 1;
                }
                (b'i', b'o' | b'a') => out.push('X'),
                _ => out.push('S'),
            },
            b't' => match (next, after) {
                (b'i', b'o' | b'a') => out.push('X'),
                (b'c', b'h') => {}
                (b'h', _) => {
                    out.push('0');
                    i += 1;
                }
                _ => out.push('T'),
            },
            b'v' => out.push('F'),
            b'w' | b'y' if !is_vowel(next) => {}
            b'x' if before == 0 => out.push('S'),
            b'x' => out.push_str("KS"),
            b'z' => out.push('S'),
            other => out.push(char::from(other.to_ascii_uppercase())),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_sound_alike_have_the_same_code() {
        // Codes as published for the algorithm's other implementations.
        let known = [
            ("howl", "HL"),
            ("testing", "TSTNK"),
            ("the", "0"),
            ("quick", "KK"),
            ("brown", "BRN"),
            ("fox", "FKS"),
            ("jumped", "JMPT"),
            ("over", "OFR"),
            ("lazy", "LS"),
            ("dogs", "TKS"),
            ("science", "SNS"),
            ("dumb", "TM"),
            ("knight", "NT"),
            ("phone", "FN"),
            ("judge", "JJ"),
            ("school", "SKL"),
            ("church", "XRX"),
        ];
        for (word, code) in known {
            assert_eq!(sounds(word), code, "{word}");
        }
        for (a, b) in [("smith", "smyth"), ("katherine", "catherine"), ("philip", "filip"), ("meier", "maier")] {
            assert_eq!(sounds(a), sounds(b));
        }
        assert_eq!(sounds("new york"), "N YRK");
        for none in ["plate 7", "東京", ""] {
            assert_eq!(sounds(none), "", "{none}");
        }
    }
}
