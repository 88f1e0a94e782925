//! A line as a shell would split it: bash as browsers and manuals write it, and the command line of Windows.

use std::iter::Peekable;
use std::str::Chars;

/// The words of a line, up to a pipe or a redirection. `None` when a quote is never closed.
pub(super) fn split_words(text: &str) -> Option<Vec<String>> {
    let unescaped;
    // Windows: `^` takes the meaning from what follows, everywhere.
    let text = if text.contains("^\"") {
        unescaped = without_carets(text);
        unescaped.as_str()
    } else {
        text
    };
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | '^' | '`' if matches!(chars.peek(), Some('\n' | '\r')) => skip_line_end(&mut chars),
            '\'' => single(&mut chars, word.get_or_insert_default())?,
            '"' => double(&mut chars, word.get_or_insert_default())?,
            '$' if chars.peek() == Some(&'\'') && word.is_none() => {
                chars.next();
                ansi(&mut chars, word.get_or_insert_default())?;
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c if c.is_whitespace() => words.extend(word.take()),
            // What follows is another program's.
            '|' | '>' | ';' if word.is_none() => return Some(words),
            ';' if chars.peek().is_none_or(|c| c.is_whitespace()) => {
                words.extend(word.take());
                return Some(words);
            }
            c => word.get_or_insert_default().push(c),
        }
        if word.as_deref() == Some("2") && chars.peek() == Some(&'>') || word.as_deref() == Some("&&") {
            return Some(words);
        }
    }
    words.extend(word);
    Some(words)
}

fn skip_line_end(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| matches!(c, '\n' | '\r')).is_some() {}
}

fn single(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            '\'' => return Some(()),
            c => word.push(c),
        }
    }
}

fn double(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            '"' => return Some(()),
            '\\' => match chars.next()? {
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                '\r' | '\n' => skip_line_end(chars),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

/// `$'…'`, which browsers write for values with special characters.
fn ansi(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        let c = chars.next()?;
        if c == '\'' {
            return Some(());
        }
        if c != '\\' {
            word.push(c);
            continue;
        }
        match chars.next()? {
            'n' => word.push('\n'),
            'r' => word.push('\r'),
            't' => word.push('\t'),
            'x' => word.extend(hexadecimal(chars, 2)),
            'u' => word.extend(hexadecimal(chars, 4)),
            'U' => word.extend(hexadecimal(chars, 8)),
            c => word.push(c),
        }
    }
}

fn hexadecimal(chars: &mut Peekable<Chars<'_>>, max_digits: usize) -> Option<char> {
    let mut value = 0u32;
    for _ in 0..max_digits {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else { break };
        value = value.checked_mul(16)?.checked_add(digit)?;
        chars.next();
    }
    char::from_u32(value)
}

fn without_carets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '^' {
            out.push(c);
        } else if matches!(chars.peek(), Some('\n' | '\r')) {
            skip_line_end(&mut chars);
        } else {
            out.extend(chars.next());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        split_words(text).unwrap()
    }

    #[test]
    fn quotes_of_bash() {
        assert_eq!(words(r#"curl 'a b' "c\"d" e\ f "" g''h"#), ["curl", "a b", "c\"d", "e f", "", "gh"]);
        assert_eq!(words("a \\\n  b `\r\n c"), ["a", "b", "c"]);
        assert_eq!(words(r"-H $'x: it\'s\u0021 \x41\\' end"), ["-H", r"x: it's! A\", "end"]);
        assert_eq!(split_words("'open"), None);
        assert_eq!(split_words("\"open"), None);
        assert_eq!(split_words(r"$'open\'"), None);
        // People write addresses without quotes.
        assert_eq!(words("curl https://x.org/a?b=1&c=2"), ["curl", "https://x.org/a?b=1&c=2"]);
    }

    #[test]
    fn what_other_programs_do_is_left_out() {
        assert_eq!(words("curl x | jq ."), ["curl", "x"]);
        assert_eq!(words("curl x > f"), ["curl", "x"]);
        assert_eq!(words("curl x 2>/dev/null"), ["curl", "x"]);
        assert_eq!(words("curl x && echo y"), ["curl", "x"]);
        assert_eq!(words("curl x --compressed;"), ["curl", "x", "--compressed"]);
        assert_eq!(words("curl 'x|y' a=2"), ["curl", "x|y", "a=2"]);
    }

    #[test]
    fn the_command_line_of_windows() {
        let text =
            "curl ^\"https://x.org/a?b=1^&c=2^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n  -H ^\"x: say ^\\^\"hi^\\^\"^\"";
        assert_eq!(words(text), ["curl", "https://x.org/a?b=1&c=2", "-H", "accept: */*", "-H", "x: say \"hi\""]);
    }
}
