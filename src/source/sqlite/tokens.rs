//! The words of an SQL statement (sqlite.org/lang_keywords.html, src/tokenize.c says what is quoted how).

/// Longer statements are not looked into; SQLite's own limit is the same (`SQLITE_MAX_SQL_LENGTH`).
const MAX_BYTES: usize = 1_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name without quotes.
    Word(String),
    /// `"name"`, `[name]` or `` `name` ``.
    Quoted(String),
    /// `'text'`, which stands for a name in some places.
    Text(String),
    Number(String),
    /// `x'0A'`
    Blob(Vec<u8>),
    Sign(char),
}

/// The tokens of a statement without its comments; nothing when it is too long.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let mut found = Vec::new();
    if sql.len() > MAX_BYTES {
        return found;
    }
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        match first {
            c if c.is_whitespace() => rest = after,
            '-' if after.starts_with('-') => rest = after.split_once('\n').map_or("", |(_, tail)| tail),
            '/' if after.starts_with('*') => {
                rest = after.get(1..).and_then(|inner| inner.split_once("*/")).map_or("", |(_, tail)| tail);
            }
            '\'' | '"' | '`' => {
                let (text, tail) = quoted(after, first);
                found.push(if first == '\'' { Token::Text(text) } else { Token::Quoted(text) });
                rest = tail;
            }
            '[' => {
                let (text, tail) = after.split_once(']').unwrap_or((after, ""));
                found.push(Token::Quoted(text.to_owned()));
                rest = tail;
            }
            'x' | 'X' if after.starts_with('\'') => {
                let (digits, tail) = quoted(after.get(1..).unwrap_or_default(), '\'');
                found.push(Token::Blob(from_hex(&digits)));
                rest = tail;
            }
            c if c.is_ascii_digit() || (c == '.' && after.starts_with(|d: char| d.is_ascii_digit())) => {
                let (number, tail) = rest.split_at_checked(number_bytes(rest)).unwrap_or((rest, ""));
                found.push(Token::Number(number.to_owned()));
                rest = tail;
            }
            c if is_name(c) => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                let (word, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
                found.push(Token::Word(word.to_owned()));
                rest = tail;
            }
            c => {
                found.push(Token::Sign(c));
                rest = after;
            }
        }
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// What stands before the closing quote, with doubled quotes as one, and what comes after.
fn quoted(text: &str, quote: char) -> (String, &str) {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let Some((before, after)) = rest.split_once(quote) else {
            out.push_str(rest);
            return (out, "");
        };
        out.push_str(before);
        match after.strip_prefix(quote) {
            Some(tail) => {
                out.push(quote);
                rest = tail;
            }
            None => return (out, after),
        }
    }
}

fn number_bytes(text: &str) -> usize {
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let mut before = ' ';
    let ends = |c: char| {
        let is_exponent_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !is_hex;
        before = c;
        !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || is_exponent_sign)
    };
    text.find(ends).unwrap_or(text.len())
}

fn from_hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    let (pairs, _) = digits.as_chunks::<2>();
    pairs.iter().map(|[high, low]| high << 4 | low).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_in_four_ways() {
        let word = |s: &str| Token::Word(s.to_owned());
        let name = |s: &str| Token::Quoted(s.to_owned());
        assert_eq!(
            tokens("größe \"a \"\"b\"\"\" [c d] `e``f` 'it''s' -- note\n/* \" */ x'0aFF' -1.5e-3,.5"),
            [
                word("größe"),
                name("a \"b\""),
                name("c d"),
                name("e`f"),
                Token::Text("it's".to_owned()),
                Token::Blob(vec![10, 255]),
                Token::Sign('-'),
                Token::Number("1.5e-3".to_owned()),
                Token::Sign(','),
                Token::Number(".5".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        assert_eq!(tokens("'a"), [Token::Text("a".to_owned())]);
        assert_eq!(tokens("[a"), [Token::Quoted("a".to_owned())]);
        assert_eq!(tokens("/* a"), []);
        assert_eq!(tokens("-- a"), []);
        assert_eq!(tokens("x'4"), [Token::Blob(Vec::new())]);
        assert_eq!(tokens(&"a ".repeat(600_000)), []);
    }
}
