//! The values of a table's columns, as they were stored.

use super::create::{Affinity, Literal};
use super::file::Encoding;
use super::record::Value;
use super::schema::decoded;
use crate::source::csv::MAX_TEXT_BYTES;
use std::borrow::Cow;

/// Longer binary values are shown by their beginning and length.
pub(super) const MAX_WHOLE_BLOB: usize = 1_024;
const SHOWN_BLOB: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Int,
    Real,
    Text,
    /// Binary that reads as text.
    TextBlob,
    Blob,
    /// The length in eight bytes, then the beginning.
    LongBlob,
}

/// How many cells of a column are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub n_null: u64,
    pub n_int: u64,
    pub n_real: u64,
    pub n_text: u64,
    pub n_text_blob: u64,
    pub n_blob: u64,
    pub n_long_blob: u64,
    /// Texts with nothing in them, and those with space around them.
    pub n_empty: u64,
    pub n_spaced: u64,
    /// Texts that were not in the file's encoding.
    pub n_garbled: u64,
}

/// The column has no room for more text.
pub(super) struct Full;

/// The cells of a column: a kind and a word each.
pub(super) struct Stored {
    affinity: Affinity,
    default: Literal,
    /// The default's kind and word once it was needed: its text is kept once.
    default_at: Option<(Kind, u64)>,
    kinds: Vec<Kind>,
    /// The bits of a number; or where a text or blob starts, and how long it is, 32 bits each.
    words: Vec<u64>,
    text: String,
    blobs: Vec<u8>,
    /// Bytes of all texts, the default's as often as it stands.
    n_text_bytes: usize,
    pub counts: Counts,
}

impl Stored {
    pub fn new(affinity: Affinity, default: Literal) -> Stored {
        Stored {
            affinity,
            default,
            default_at: None,
            kinds: Vec::new(),
            words: Vec::new(),
            text: String::new(),
            blobs: Vec::new(),
            n_text_bytes: 0,
            counts: Counts::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Adds a cell.
    ///
    /// # Errors
    /// When the column has too much text.
    pub fn push(&mut self, value: Value<'_>, encoding: Encoding) -> Result<(), Full> {
        let (kind, word) = match value {
            Value::Null => (Kind::Null, 0),
            // A whole number takes less room, so that is how SQLite keeps 2.0.
            Value::Int(value) if self.affinity == Affinity::Real => (Kind::Real, (value as f64).to_bits()),
            Value::Int(value) => (Kind::Int, value as u64),
            Value::Real(value) => (Kind::Real, value.to_bits()),
            Value::Text(bytes) => {
                let (text, is_garbled) = decoded(bytes, encoding);
                self.counts.n_garbled += u64::from(is_garbled);
                self.add_text(&text)?
            }
            Value::Blob(bytes) => self.add_blob(bytes)?,
        };
        self.put(kind, word)
    }

    /// Adds the column's default, as for rows that are older than the column.
    ///
    /// # Errors
    /// When the column has too much text.
    pub fn push_default(&mut self) -> Result<(), Full> {
        let (kind, word) = match self.default_at {
            Some(known) => known,
            None => {
                let made = match with_affinity(std::mem::replace(&mut self.default, Literal::Null), self.affinity) {
                    Literal::Null | Literal::Computed => (Kind::Null, 0),
                    Literal::Int(value) => (Kind::Int, value as u64),
                    Literal::Real(value) => (Kind::Real, value.to_bits()),
                    Literal::Text(text) => self.add_text(&text)?,
                    Literal::Blob(bytes) => self.add_blob(&bytes)?,
                };
                self.default_at = Some(made);
                made
            }
        };
        self.put(kind, word)
    }

    fn put(&mut self, kind: Kind, word: u64) -> Result<(), Full> {
        let c = &mut self.counts;
        let counter = match kind {
            Kind::Null => &mut c.n_null,
            Kind::Int => &mut c.n_int,
            Kind::Real => &mut c.n_real,
            Kind::Text => &mut c.n_text,
            Kind::TextBlob => &mut c.n_text_blob,
            Kind::Blob => &mut c.n_blob,
            Kind::LongBlob => &mut c.n_long_blob,
        };
        *counter += 1;
        if matches!(kind, Kind::Text | Kind::TextBlob) {
            let text = self.text.get(range(word)).unwrap_or("");
            self.counts.n_empty += u64::from(text.is_empty());
            self.counts.n_spaced += u64::from(text.trim().len() != text.len());
            self.n_text_bytes += text.len();
        }
        if matches!(kind, Kind::Blob | Kind::LongBlob) {
            // As hexadecimal digits.
            self.n_text_bytes += 2 * range(word).len();
        }
        self.kinds.push(kind);
        self.words.push(word);
        if self.n_text_bytes > MAX_TEXT_BYTES { Err(Full) } else { Ok(()) }
    }

    fn add_text(&mut self, text: &str) -> Result<(Kind, u64), Full> {
        let word = place(self.text.len(), text.len())?;
        self.text.push_str(text);
        Ok((Kind::Text, word))
    }

    fn add_blob(&mut self, bytes: &[u8]) -> Result<(Kind, u64), Full> {
        if let Some(text) = plain_text(bytes) {
            let (_, word) = self.add_text(text)?;
            return Ok((Kind::TextBlob, word));
        }
        let start = self.blobs.len();
        let kind = if bytes.len() <= MAX_WHOLE_BLOB {
            self.blobs.extend_from_slice(bytes);
            Kind::Blob
        } else {
            self.blobs.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            self.blobs.extend(bytes.iter().take(SHOWN_BLOB));
            Kind::LongBlob
        };
        Ok((kind, place(start, self.blobs.len() - start)?))
    }

    pub fn kind(&self, row: usize) -> Kind {
        self.kinds.get(row).copied().unwrap_or(Kind::Null)
    }

    pub fn int(&self, row: usize) -> Option<i64> {
        (self.kind(row) == Kind::Int).then(|| self.words.get(row).copied().unwrap_or(0) as i64)
    }

    /// A number of any kind.
    pub fn real(&self, row: usize) -> Option<f64> {
        match self.kind(row) {
            Kind::Int => self.int(row).map(|v| v as f64),
            Kind::Real => self.words.get(row).copied().map(f64::from_bits),
            _ => None,
        }
    }

    /// The cell as text; `None` where there is none. With `all_hex`, binary that reads as text is not
    /// taken for it, as other binary of the column is not.
    pub fn shown(&self, row: usize, all_hex: bool) -> Option<Cow<'_, str>> {
        let word = self.words.get(row).copied().unwrap_or(0);
        let text = || self.text.get(range(word)).unwrap_or("");
        let blob = || self.blobs.get(range(word)).unwrap_or(&[]);
        Some(match self.kind(row) {
            Kind::Null => return None,
            Kind::Int => Cow::Owned((word as i64).to_string()),
            Kind::Real => Cow::Owned(number(f64::from_bits(word))),
            Kind::Text => Cow::Borrowed(text()),
            Kind::TextBlob if !all_hex => Cow::Borrowed(text()),
            Kind::TextBlob => Cow::Owned(hex(text().as_bytes())),
            Kind::Blob => Cow::Owned(hex(blob())),
            Kind::LongBlob => {
                let (length, shown) = blob().split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
                let n = crate::base::wording::format_count(u64::from_be_bytes(*length));
                Cow::Owned(format!("{}… ({n} bytes)", hex(shown)))
            }
        })
    }
}

fn place(start: usize, length: usize) -> Result<u64, Full> {
    let (start, length) = (u32::try_from(start).map_err(|_| Full)?, u32::try_from(length).map_err(|_| Full)?);
    Ok(u64::from(start) << 32 | u64::from(length))
}

fn range(word: u64) -> std::ops::Range<usize> {
    let (start, length) = ((word >> 32) as usize, (word & 0xFFFF_FFFF) as usize);
    start..start.saturating_add(length)
}

/// Text that a program stored as bytes.
fn plain_text(bytes: &[u8]) -> Option<&str> {
    let is_plain = |b: &u8| *b >= b' ' || matches!(b, b'\t' | b'\n' | b'\r');
    if bytes.iter().all(is_plain) { std::str::from_utf8(bytes).ok() } else { None }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| DIGITS.get(usize::from(n)).map_or('0', |d| char::from(*d));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A number as the shortest text that reads back as the same.
fn number(value: f64) -> String {
    let is_far = value.abs() >= 1e15 || (value != 0.0 && value.abs() < 1e-5);
    if is_far { format!("{value:e}") } else { value.to_string() }
}

/// What SQLite makes of a default when it reads a row that has none (datatype3.html, section 3).
fn with_affinity(value: Literal, affinity: Affinity) -> Literal {
    let parsed = |text: &str| {
        let text = text.trim();
        let whole = text.parse::<i64>().ok().map(Literal::Int);
        let is_number = text.bytes().any(|b| b.is_ascii_digit());
        whole.or_else(|| text.parse::<f64>().ok().filter(|v| is_number && v.is_finite()).map(Literal::Real))
    };
    match (affinity, value) {
        (Affinity::Text, Literal::Int(value)) => Literal::Text(value.to_string()),
        (Affinity::Text, Literal::Real(value)) => Literal::Text(number(value)),
        (Affinity::Integer | Affinity::Numeric, Literal::Text(text)) => parsed(&text).unwrap_or(Literal::Text(text)),
        (Affinity::Real, Literal::Text(text)) => match parsed(&text) {
            Some(Literal::Int(value)) => Literal::Real(value as f64),
            Some(other) => other,
            None => Literal::Text(text),
        },
        (Affinity::Real, Literal::Int(value)) => Literal::Real(value as f64),
        (_, value) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(affinity: Affinity, values: &[Value<'_>]) -> Stored {
        let mut column = Stored::new(affinity, Literal::Null);
        for value in values {
            assert!(column.push(*value, Encoding::Utf8).is_ok());
        }
        column
    }

    #[test]
    fn values_are_kept_as_they_are() {
        let long = [0u8; 2_000];
        let values = [
            Value::Int(i64::MIN),
            Value::Real(1e300),
            Value::Real(0.1),
            Value::Text(b" a "),
            Value::Text(b"caf\xE9"),
            Value::Null,
            Value::Blob(b"text"),
            Value::Blob(&[0, 255]),
            Value::Blob(&long),
        ];
        let column = stored(Affinity::Blob, &values);
        let shown: Vec<String> =
            (0..column.len()).map(|row| column.shown(row, false).map_or("·".to_owned(), Cow::into_owned)).collect();
        let zeros = "00".repeat(32);
        let expected = [
            "-9223372036854775808",
            "1e300",
            "0.1",
            " a ",
            "café",
            "·",
            "text",
            "00ff",
            &format!("{zeros}… (2,000 bytes)"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(column.shown(6, true).as_deref(), Some("74657874"));
        assert_eq!((column.counts.n_garbled, column.counts.n_spaced, column.counts.n_null), (1, 1, 1));
        assert_eq!(stored(Affinity::Real, &[Value::Int(2)]).real(0), Some(2.0));
    }

    #[test]
    fn a_default_is_kept_once_and_has_the_type_of_its_column() {
        let mut column = Stored::new(Affinity::Text, Literal::Int(5));
        for _ in 0..3 {
            assert!(column.push_default().is_ok());
        }
        assert_eq!((column.text.as_str(), column.shown(2, false).as_deref()), ("5", Some("5")));
        assert_eq!(with_affinity(Literal::Text("7".into()), Affinity::Integer), Literal::Int(7));
        assert_eq!(with_affinity(Literal::Text("7".into()), Affinity::Real), Literal::Real(7.0));
        assert_eq!(with_affinity(Literal::Text("inf".into()), Affinity::Numeric), Literal::Text("inf".into()));
        assert_eq!(with_affinity(Literal::Int(7), Affinity::Blob), Literal::Int(7));
    }

    #[test]
    fn long_defaults_do_not_multiply_without_end() {
        let mut column = Stored::new(Affinity::Text, Literal::Text("x".repeat(500_000)));
        let n = (0..10_000).take_while(|_| column.push_default().is_ok()).count();
        assert_eq!(n, MAX_TEXT_BYTES / 500_000);
        assert_eq!(column.text.len(), 500_000);
    }
}
