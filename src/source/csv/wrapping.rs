//! A cell as it is meant: without its quotes, escapes and stray zero bytes.

use std::borrow::Cow;

/// What is to be taken off the cells of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wrapping {
    pub quote: Option<u8>,
    pub escape: Option<u8>,
    /// There are zero bytes in the file: padding of programs that write fixed lengths.
    pub has_nul: bool,
}

impl Wrapping {
    #[inline]
    pub fn cell<'t>(&self, raw: &'t str) -> Cow<'t, str> {
        if self.has_nul || self.escape.is_some() {
            return self.cleaned(raw);
        }
        unquoted(raw, self.quote)
    }

    #[cold]
    fn cleaned<'t>(&self, raw: &'t str) -> Cow<'t, str> {
        let kept =
            if self.has_nul && raw.contains('\0') { Cow::Owned(raw.replace('\0', "")) } else { Cow::Borrowed(raw) };
        let Some(escape) = self.escape.map(char::from) else {
            return match kept {
                Cow::Borrowed(raw) => unquoted(raw, self.quote),
                Cow::Owned(raw) => Cow::Owned(unquoted(&raw, self.quote).into_owned()),
            };
        };
        let inner = unquoted(&kept, self.quote);
        // A code for a missing value: "\N".
        if !inner.contains(escape) || inner == "\\N" {
            return Cow::Owned(inner.into_owned());
        }
        let mut out = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match c {
                _ if c == escape => out.extend(chars.next()),
                _ => out.push(c),
            }
        }
        Cow::Owned(out)
    }
}

/// Without quotes, doubled ones made single. `="00123"`, as written to keep Excel from counting, is quoted too.
#[inline]
fn unquoted(raw: &str, quote: Option<u8>) -> Cow<'_, str> {
    let Some(quote) = quote else { return Cow::Borrowed(raw) };
    let raw = match raw.as_bytes() {
        [b, ..] if *b == quote => raw,
        [b' ', ..] if raw.trim_start().as_bytes().first() == Some(&quote) => raw,
        [b'=', b, .., last] if *b == quote && *last == quote => raw.get(1..).unwrap_or(raw),
        _ => return Cow::Borrowed(raw),
    };
    let quote = char::from(quote);
    let Some(inner) = raw.trim().strip_prefix(quote).and_then(|r| r.strip_suffix(quote)) else {
        return Cow::Borrowed(raw);
    };
    if inner.contains(quote) {
        let pair: String = [quote, quote].iter().collect();
        let single = inner.replace(&pair, quote.encode_utf8(&mut [0; 4]));
        // Excel's own form inside a quoted cell: """=""""007""""""" comes out as ="007".
        let bare = single.strip_prefix("=\"").and_then(|s| s.strip_suffix('"')).map(str::to_owned);
        Cow::Owned(bare.unwrap_or(single))
    } else {
        Cow::Borrowed(inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_as_they_are_meant() {
        let plain = Wrapping { quote: Some(b'"'), ..Wrapping::default() };
        for (raw, cell) in [
            ("a", "a"),
            ("\"a\"", "a"),
            (" \"a\" ", "a"),
            ("\"say \"\"hi\"\"\"", "say \"hi\""),
            ("\"\"", ""),
            ("\"", "\""),
            ("=\"007\"", "007"),
            ("\"=\"\"007\"\"\"", "007"),
            ("=1+1", "=1+1"),
        ] {
            assert_eq!(plain.cell(raw), cell, "{raw}");
        }
        let odd = Wrapping { escape: Some(b'\\'), has_nul: true, ..plain };
        assert_eq!(odd.cell("\"a \\\"b\\\" \\\\ c\0\""), "a \"b\" \\ c");
        assert_eq!(odd.cell("\\N"), "\\N");
    }
}
