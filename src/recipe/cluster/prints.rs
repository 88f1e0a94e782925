//! Keys that are equal for values that mean the same: fingerprint and n-gram fingerprint, as in the key
//! collision methods of OpenRefine (<https://openrefine.org/docs/technical-reference/clustering-in-depth>).

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Small letters without accents, digits, and single spaces; nothing else is left.
pub fn folded(text: &str) -> String {
    let form = DecomposingNormalizerBorrowed::new_nfkd();
    let mut out = String::with_capacity(text.len());
    let mut is_apart = false;
    for c in form.normalize_iter(text.chars()).flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            is_apart = !out.is_empty();
            continue;
        }
        let letters = match c {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'đ' | 'ð' => "d",
            'ł' => "l",
            'þ' => "th",
            _ => "",
        };
        // The voicing of kana is no accent: ハ and バ are two letters.
        if letters.is_empty() && !c.is_alphanumeric() && !matches!(c, '\u{3099}' | '\u{309a}') {
            continue;
        }
        if std::mem::take(&mut is_apart) {
            out.push(' ');
        }
        if letters.is_empty() { out.push(c) } else { out.push_str(letters) }
    }
    out
}

/// What may not differ between values that mean the same, however alike their letters: numbers in their order,
/// with their decimal points and signs, and `+`, `-` and `#` behind a letter, as in C++, A- and F#.
pub fn marks(text: &str) -> String {
    let form = DecomposingNormalizerBorrowed::new_nfkd();
    let mut out = String::new();
    let mut chars = form.normalize_iter(text.chars()).peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        if c.is_numeric() {
            if !before.is_numeric() && !matches!(out.chars().last(), None | Some('.' | '-')) {
                out.push(' ');
            }
            out.push(c);
        } else if matches!(c, '.' | ',') && before.is_numeric() && next.is_numeric() {
            out.push('.');
        } else if c == '-' && next.is_numeric() && !before.is_alphanumeric() {
            out.push_str(" -");
        } else if c == '#' && before.is_alphabetic()
            || matches!(c, '+' | '-' | '#') && !next.is_alphanumeric() && (before.is_alphabetic() || before == c)
        {
            out.push(c);
        }
        before = c;
    }
    out
}

/// The different words in order.
pub fn fingerprint(folded: &str) -> String {
    let mut words: Vec<&str> = folded.split(' ').collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// The different pairs of letters in order, spaces aside; what has one letter is itself.
pub fn ngram_print(folded: &str) -> String {
    let letters: Vec<char> = folded.chars().filter(|c| *c != ' ').collect();
    let mut pairs: Vec<(char, char)> = letters.iter().copied().zip(letters.iter().copied().skip(1)).collect();
    if pairs.is_empty() {
        return letters.into_iter().collect();
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().flat_map(|(a, b)| [a, b]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_case_accents_and_punctuation_do_not_count() {
        let print = |text: &str| fingerprint(&folded(text));
        assert_eq!(print("  Zürich,  Universität "), "universitat zurich");
        assert_eq!(print("University of Zürich"), print("Zurich, university OF"));
        assert_eq!(print("Straße"), print("STRASSE"));
        assert_eq!(print("ﬁsh № 5"), print("fish no 5"));
        assert_eq!(print("東京"), "東京");
        assert_eq!(print("?!"), "");
        assert_ne!(print("plate 1"), print("plate 2"));
    }

    #[test]
    fn numbers_and_signs_that_tell_values_apart_are_kept() {
        let apart = [
            ("Plate 1 well 2", "Plate 2 well 1"),
            ("1.5 mg", "15 mg"),
            ("-3 °C", "3 °C"),
            ("A+", "A-"),
            ("A+", "A"),
            ("C", "C++"),
            ("C++", "C#"),
            ("1-15", "11-5"),
        ];
        for (a, b) in apart {
            assert_ne!(marks(a), marks(b), "{a} {b}");
        }
        let alike = [
            ("New-York", "New York"),
            ("2026-01-05", "2026/01/05"),
            ("+49-30-1234", "+49 30 1234"),
            ("Zürich (5)", "zurich 5"),
            ("D'Arcy, O.", "DArcy O"),
            ("ﬁsh ５", "fish 5"),
        ];
        for (a, b) in alike {
            assert_eq!(marks(a), marks(b), "{a} {b}");
        }
        assert_ne!(folded("パリ"), folded("バリ"));
    }

    #[test]
    fn spaces_do_not_count_among_pairs_of_letters() {
        let print = |text: &str| ngram_print(&folded(text));
        assert_eq!(print("New York"), print("NewYork"));
        // The example of OpenRefine's documentation.
        assert_eq!(print("Paris"), "arispari");
        assert_eq!(print("a"), "a");
        assert_eq!(print(""), "");
    }
}
