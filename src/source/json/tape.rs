//! JSON (RFC 8259) → a flat list of values that point into the text. Strict, without recursion.

use crate::base::{Place, Problem, wording};
use std::borrow::Cow;

/// Values may lie in one another this deep.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Kind {
    Object,
    Array,
    String,
    Number,
    /// `NaN`, `Infinity`, `-Infinity`: no JSON, but written by many programs.
    NoNumber,
    True,
    False,
    Null,
}

/// One value. In an object, names and values take turns.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Node {
    pub kind: Kind,
    /// The text of the value; of a string, what is between the quotes.
    start: u32,
    end: u32,
    /// The place of the value that follows this one and all within it.
    pub next: u32,
    has_escapes: bool,
}

/// The values of one document, in the order in which they are written.
#[derive(Default)]
pub(in crate::source) struct Tape {
    nodes: Vec<Node>,
    open: Vec<u32>,
}

/// What Python and others write for numbers that are none. JSON has no such words.
const WORDS_FOR_NO_NUMBER: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// Why a text with more than one document is no document.
pub(super) const GOES_ON: &str = "The document goes on after its end.";

/// What is wrong, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Fault {
    pub at: usize,
    pub why: &'static str,
}

impl Fault {
    /// The fault as a problem with its line and column.
    pub fn into_problem(self, text: &str) -> Problem {
        let before = text.as_bytes().get(..self.at).unwrap_or(text.as_bytes());
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let column = before.get(start..).map_or(0, |b| String::from_utf8_lossy(b).chars().count()) as u64 + 1;
        let (line_text, column_text) = (wording::format_count(line), wording::format_count(column));
        Problem::input("bad_json", format!("This is not valid JSON: line {line_text}, character {column_text}."))
            .because(self.why)
            .at(Place { line: Some(line), offset: Some(self.at as u64), ..Place::default() })
            .hint("Check that the file is complete, or download it again.")
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fault<T>(&self, why: &'static str) -> Result<T, Fault> {
        Err(Fault { at: self.at.min(self.bytes.len()), why })
    }

    /// Behind the opening quote: the end of the string, and whether it has escapes.
    fn string(&mut self) -> Result<(usize, bool), Fault> {
        let mut has_escapes = false;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            let n = rest.iter().position(|b| *b == b'"' || *b == b'\\' || *b < 0x20).unwrap_or(rest.len());
            self.at += n;
            match rest.get(n) {
                Some(b'"') => {
                    let end = self.at;
                    self.at += 1;
                    return Ok((end, has_escapes));
                }
                Some(b'\\') => {
                    has_escapes = true;
                    match rest.get(n + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
                        Some(b'u') => {
                            let is_hex = |b: &[u8]| b.iter().all(u8::is_ascii_hexdigit);
                            if !rest.get(n + 2..n + 6).is_some_and(is_hex) {
                                return self.fault("After \\u there must be four digits.");
                            }
                            self.at += 6;
                        }
                        _ => return self.fault("A backslash stands before a character that it cannot escape."),
                    }
                }
                Some(_) => return self.fault("A text holds a line break or another control character."),
                None => return self.fault("The document ends within a text."),
            }
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let starts_with_zero = self.peek() == Some(b'0');
        let n = self.digits();
        if n == 0 || (starts_with_zero && n > 1) {
            return self.fault("A number is written in a way that JSON does not allow.");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return self.fault("A number ends with its point.");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fault("A number ends with its power of ten.");
            }
        }
        Ok(())
    }
}

impl Tape {
    /// Reads one document that fills the whole text.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn parse(&mut self, text: &str) -> Result<(), Fault> {
        let end = self.parse_next(text, 0)?;
        if end < text.len() { Err(Fault { at: end, why: GOES_ON }) } else { Ok(()) }
    }

    /// Reads the document that starts at a byte; where the next one starts, or the text ends.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn parse_next(&mut self, text: &str, from: usize) -> Result<usize, Fault> {
        self.nodes.clear();
        self.open.clear();
        let mut cursor = Cursor { bytes: text.as_bytes(), at: from };
        loop {
            cursor.skip_space();
            let opened = self.value(&mut cursor)?;
            if !opened && self.after_value(&mut cursor)? {
                break;
            }
        }
        cursor.skip_space();
        Ok(cursor.at)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, has_escapes: bool) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { kind, start: start as u32, end: end as u32, next, has_escapes });
    }

    /// One value; true when it is a list or object that now stands open for its first part.
    fn value(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, Fault> {
        let start = cursor.at;
        let Some(first) = cursor.peek() else { return cursor.fault("The document ends where a value should be.") };
        match first {
            b'{' | b'[' => {
                if self.open.len() == MAX_DEPTH {
                    return cursor.fault("Values lie in one another more than 64 deep.");
                }
                let (kind, close) = if first == b'{' { (Kind::Object, b'}') } else { (Kind::Array, b']') };
                self.open.push(self.nodes.len() as u32);
                self.push(kind, start, start, false);
                cursor.at += 1;
                cursor.skip_space();
                if cursor.peek() == Some(close) {
                    // `after_value` closes it.
                    return Ok(false);
                }
                if kind == Kind::Object {
                    self.name(cursor)?;
                }
                Ok(true)
            }
            b'"' => {
                cursor.at += 1;
                let (end, has_escapes) = cursor.string()?;
                self.push(Kind::String, start + 1, end, has_escapes);
                Ok(false)
            }
            b'N' | b'I' | b'-' if self.is_word_for_no_number(cursor) => {
                let is_letter = |b: &u8| b.is_ascii_alphabetic() || *b == b'-';
                let rest = cursor.bytes.get(start..).unwrap_or(&[]);
                cursor.at += rest.iter().take_while(|b| is_letter(b)).count();
                self.push(Kind::NoNumber, start, cursor.at, false);
                Ok(false)
            }
            b'-' | b'0'..=b'9' => {
                cursor.number()?;
                self.push(Kind::Number, start, cursor.at, false);
                Ok(false)
            }
            _ => {
                let words: [(&[u8], Kind); 3] = [(b"true", Kind::True), (b"false", Kind::False), (b"null", Kind::Null)];
                let rest = cursor.bytes.get(start..).unwrap_or(&[]);
                let Some((word, kind)) = words.into_iter().find(|(word, _)| rest.starts_with(word)) else {
                    return cursor.fault("Here should be a value, in quotes if it is a text.");
                };
                cursor.at += word.len();
                self.push(kind, start, cursor.at, false);
                Ok(false)
            }
        }
    }

    /// JSON forbids these words, but Python writes them into records by default. They are let in there, and counted;
    /// a bare list of them is no data that anyone would miss, and is refused like any other fault.
    fn is_word_for_no_number(&self, cursor: &Cursor<'_>) -> bool {
        let is_object = |at: &u32| self.nodes.get(*at as usize).is_some_and(|n| n.kind == Kind::Object);
        let rest = cursor.bytes.get(cursor.at..).unwrap_or(&[]);
        let ends =
            |n: usize| !rest.get(n).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        WORDS_FOR_NO_NUMBER.iter().any(|word| rest.starts_with(word.as_bytes()) && ends(word.len()))
            && self.open.iter().any(is_object)
    }

    fn name(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        if cursor.peek() != Some(b'"') {
            return cursor.fault("Here should be a name in double quotes.");
        }
        cursor.at += 1;
        let start = cursor.at;
        let (end, has_escapes) = cursor.string()?;
        self.push(Kind::String, start, end, has_escapes);
        cursor.skip_space();
        if cursor.peek() != Some(b':') {
            return cursor.fault("After a name there should be a colon.");
        }
        cursor.at += 1;
        Ok(())
    }

    /// Closes what ends here; true when the document is complete.
    fn after_value(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, Fault> {
        while let Some(&open) = self.open.last() {
            let Some(kind) = self.nodes.get(open as usize).map(|n| n.kind) else { return Ok(true) };
            cursor.skip_space();
            match (cursor.peek(), kind) {
                (Some(b'}'), Kind::Object) | (Some(b']'), Kind::Array) => {
                    cursor.at += 1;
                    self.open.pop();
                    let next = self.nodes.len() as u32;
                    if let Some(node) = self.nodes.get_mut(open as usize) {
                        node.end = cursor.at as u32;
                        node.next = next;
                    }
                }
                (Some(b','), _) => {
                    cursor.at += 1;
                    cursor.skip_space();
                    if kind == Kind::Object {
                        self.name(cursor)?;
                    }
                    return Ok(false);
                }
                (None, _) => return cursor.fault("The document ends before it is complete."),
                _ => return cursor.fault("Here should be a comma or the end of the list or object."),
            }
        }
        Ok(true)
    }

    pub fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(at as usize)
    }

    /// The places of the elements of a list; of nothing, for anything else.
    pub fn elements(&self, at: u32) -> impl Iterator<Item = u32> {
        let end = self.node(at).filter(|n| n.kind == Kind::Array).map_or(at + 1, |n| n.next);
        self.walk(at + 1, end)
    }

    /// The places of name and value of each field of an object.
    pub fn fields(&self, at: u32) -> impl Iterator<Item = (u32, u32)> {
        let end = self.node(at).filter(|n| n.kind == Kind::Object).map_or(at + 1, |n| n.next);
        let mut next = at + 1;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let (name, value) = (next, next + 1);
            next = self.node(value)?.next;
            Some((name, value))
        })
    }

    fn walk(&self, from: u32, end: u32) -> impl Iterator<Item = u32> {
        let mut next = from;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let at = next;
            next = self.node(at)?.next;
            Some(at)
        })
    }

    /// The value of a field.
    pub fn field(&self, text: &str, at: u32, name: &str) -> Option<u32> {
        self.fields(at).find(|(key, _)| self.text(text, *key) == name).map(|(_, value)| value)
    }

    /// The value as it is written; of a string, without its quotes and with its escapes.
    pub fn raw<'t>(&self, text: &'t str, at: u32) -> &'t str {
        self.node(at).and_then(|n| text.get(n.start as usize..n.end as usize)).unwrap_or("")
    }

    /// The byte at which a value starts.
    pub fn position(&self, at: u32) -> usize {
        self.node(at).map_or(0, |n| n.start as usize)
    }

    /// The text of a string, or any other value as it is written.
    pub fn text<'t>(&self, text: &'t str, at: u32) -> Cow<'t, str> {
        let raw = self.raw(text, at);
        if self.node(at).is_some_and(|n| n.has_escapes) { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) }
    }

    /// How many characters of a string are halves without their other half: `\ud83d` alone.
    pub fn n_lone_surrogates(&self, text: &str, at: u32) -> u64 {
        if !self.node(at).is_some_and(|n| n.has_escapes) {
            return 0;
        }
        let mut n = 0;
        unescape_into(self.raw(text, at), &mut String::new(), &mut n);
        n
    }

    /// The container that holds a value.
    pub fn parent(&self, at: u32) -> Option<u32> {
        let before = self.nodes.get(..at as usize)?;
        let holds = |n: &Node| matches!(n.kind, Kind::Object | Kind::Array) && n.next > at;
        before.iter().rposition(holds).map(|i| i as u32)
    }

    /// The value as JSON without the space between its parts.
    pub fn compact(&self, text: &str, at: u32) -> String {
        let raw = self.raw(text, at);
        if self.node(at).is_some_and(|n| n.kind == Kind::String) {
            return format!("\"{raw}\"");
        }
        let (mut out, mut in_string, mut escaped) = (String::with_capacity(raw.len()), false, false);
        for c in raw.chars() {
            if in_string {
                in_string = escaped || c != '"';
                escaped = !escaped && c == '\\';
            } else if c.is_ascii_whitespace() {
                continue;
            } else {
                in_string = c == '"';
            }
            out.push(c);
        }
        out
    }
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    unescape_into(raw, &mut out, &mut 0);
    out
}

/// Half a character cannot be held as text; it stays written as it was, so that nothing is lost.
fn unescape_into(raw: &str, out: &mut String, n_lone: &mut u64) {
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let as_written = chars.as_str().get(..4).unwrap_or("");
                let unit = hex(&mut chars);
                let pair = || {
                    let mut ahead = chars.clone();
                    let low = (ahead.next() == Some('\\') && ahead.next() == Some('u')).then(|| hex(&mut ahead))?;
                    let c = char::decode_utf16([unit, low]).next()?.ok()?;
                    Some((c, ahead))
                };
                if let Some(c) = char::from_u32(u32::from(unit)) {
                    out.push(c);
                } else if let Some((c, ahead)) = pair() {
                    out.push(c);
                    chars = ahead;
                } else {
                    *n_lone += 1;
                    out.push_str("\\u");
                    out.push_str(as_written);
                }
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
}

fn hex(chars: &mut std::str::Chars<'_>) -> u16 {
    chars.by_ref().take(4).fold(0, |value, c| value * 16 + c.to_digit(16).unwrap_or(0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        Tape::default().parse(text).unwrap_err()
    }

    #[test]
    fn agrees_with_serde_on_what_is_json() {
        let texts = [
            "{}",
            "[]",
            "[1,2]",
            "{\"a\":{\"b\":[null,true,false]}}",
            "\"x\"",
            "-0.5e+3",
            " [ 1 , 2 ] ",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "[1 2]",
            "01",
            "1.",
            ".5",
            "+1",
            "nul",
            "\"\\x\"",
            "\"\\u12\"",
            "[",
            "{\"a\":1",
            "\"a",
            "1 2",
            "",
            "[}",
            "{\"a\":1,}",
            "\"\\ud83d\\ude00\"",
            "\"line\nbreak\"",
            "NaN",
            "[[[]]]",
            "{\"a\":[{}]}",
            "]",
            "tru",
        ];
        for text in texts {
            let ours = Tape::default().parse(text).is_ok();
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn words_for_no_number_are_let_into_records_only() {
        assert!(Tape::default().parse(r#"[{"a":NaN,"b":[Infinity,-Infinity]}]"#).is_ok());
        for text in ["[NaN]", "NaN", "[-Infinity]", r#"{"a":NaNs}"#, r#"{"a":-Inf}"#, r#"{"a":Infinity1}"#, "{NaN:1}"] {
            assert!(Tape::default().parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn documents_follow_each_other() {
        let text = r#"{"a":1} {"a":[2]}x"#;
        let mut tape = Tape::default();
        assert_eq!(tape.parse_next(text, 0), Ok(8));
        assert_eq!(tape.parse_next(text, 8), Ok(17));
        assert_eq!((tape.raw(text, 3), tape.parent(3)), ("2", Some(2)));
        assert!(tape.parse_next(text, 17).is_err());
        assert_eq!(fault(text), Fault { at: 8, why: GOES_ON });
    }

    #[test]
    fn faults_have_a_place() {
        let problem = fault("{\n  \"é\": 1,\n  \"é\" 2\n}").into_problem("{\n  \"é\": 1,\n  \"é\" 2\n}");
        assert_eq!(problem.what, "This is not valid JSON: line 3, character 7.");
        assert_eq!(problem.place.line, Some(3));
    }

    #[test]
    fn depth_is_limited() {
        assert!(Tape::default().parse(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert_eq!(fault(&"[".repeat(100_000)).at, 64);
    }

    #[test]
    fn texts_are_unescaped() {
        let mut tape = Tape::default();
        let text = r#"["a\n\"\u00e9\ud83d\ude00\ud83dx", [ 1, {"b c" : "d\" e"} ]]"#;
        tape.parse(text).unwrap();
        let places: Vec<u32> = tape.elements(0).collect();
        assert_eq!(tape.text(text, places[0]), "a\n\"é😀\\ud83dx");
        assert_eq!(tape.n_lone_surrogates(text, places[0]), 1);
        assert_eq!(tape.compact(text, places[1]), r#"[1,{"b c":"d\" e"}]"#);
    }
}
