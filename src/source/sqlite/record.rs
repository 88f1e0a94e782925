//! Rows as they are stored: a list of types, then the values (fileformat2.html, section 2.1).

use super::file::be;

/// A stored value. Texts are in the file's encoding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

/// A number of one to nine bytes, seven bits a byte, the ninth with eight; and how many bytes it took.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().take(9).enumerate() {
        if i == 8 {
            return Some((value << 8 | u64::from(*byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, i + 1));
        }
    }
    None
}

/// Bytes that a value of a serial type takes; `None` for the types that are reserved.
fn size_of(serial_type: u64) -> Option<usize> {
    match serial_type {
        0 | 8 | 9 => Some(0),
        n @ 1..=4 => Some(n as usize),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        n => usize::try_from((n - 12) / 2).ok(),
    }
}

/// The values of a row, in the order in which they are stored.
#[derive(Clone)]
pub(super) struct Record<'a> {
    types: &'a [u8],
    body: &'a [u8],
}

impl<'a> Record<'a> {
    /// `None` when the types and the values do not fit together.
    pub fn new(payload: &'a [u8]) -> Option<Record<'a>> {
        let (n_header, n_varint) = varint(payload)?;
        let n_header = usize::try_from(n_header).ok()?;
        let types = payload.get(n_varint..n_header)?;
        let body = payload.get(n_header..)?;
        let (mut rest, mut n_body) = (types, 0usize);
        while !rest.is_empty() {
            let (serial_type, n) = varint(rest)?;
            rest = rest.get(n..)?;
            n_body = n_body.checked_add(size_of(serial_type)?)?;
        }
        (n_body <= body.len()).then_some(Record { types, body })
    }
}

impl<'a> Iterator for Record<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (serial_type, n) = varint(self.types)?;
        self.types = self.types.get(n..)?;
        let n_bytes = size_of(serial_type)?;
        let (bytes, rest) = self.body.split_at_checked(n_bytes)?;
        self.body = rest;
        Some(match serial_type {
            0 => Value::Null,
            1..=6 => Value::Int(signed(bytes)?),
            7 => match f64::from_bits(be(bytes, 0, 8)?) {
                // Such files are not written; SQLite reads it as nothing.
                real if real.is_nan() => Value::Null,
                real => Value::Real(real),
            },
            8 => Value::Int(0),
            9 => Value::Int(1),
            n if n % 2 == 0 => Value::Blob(bytes),
            _ => Value::Text(bytes),
        })
    }
}

/// A big-endian number in two's complement.
fn signed(bytes: &[u8]) -> Option<i64> {
    let unsigned = be(bytes, 0, bytes.len())?;
    let n_unused = 64u32.checked_sub(8 * bytes.len() as u32)?;
    Some(((unsigned << n_unused) as i64) >> n_unused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_of_all_lengths() {
        assert_eq!(varint(&[0x7F]), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, 2)));
        assert_eq!(varint(&[0xFF; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0xFF; 8]), None);
        assert_eq!(varint(&[]), None);
    }

    #[test]
    fn values_of_all_types() {
        let payload = [
            12, 0, 1, 2, 3, 4, 5, 6, 8, 9, 15, 14, // the types
            0xFF, 0x80, 0x00, 0xFF, 0xFF, 0xFE, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0x80, 0, 0, 0, 0, 0, 0, 0,
            b'x', 0xAB,
        ];
        let values: Vec<Value<'_>> = Record::new(&payload).unwrap().collect();
        let int = Value::Int;
        let expected = [
            Value::Null,
            int(-1),
            int(-32_768),
            int(-2),
            int(256),
            int(-256),
            int(i64::MIN),
            int(0),
            int(1),
            Value::Text(b"x"),
            Value::Blob(&[0xAB]),
        ];
        assert_eq!(values, expected);
        let real = [2, 7, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0];
        assert_eq!(Record::new(&real).unwrap().collect::<Vec<_>>(), [Value::Real(1.5)]);
    }

    #[test]
    fn records_that_do_not_fit_are_refused() {
        assert!(Record::new(&[]).is_none());
        assert!(Record::new(&[3, 1]).is_none(), "the header is longer than the record");
        assert!(Record::new(&[0]).is_none(), "the header does not hold its own length");
        assert!(Record::new(&[2, 10]).is_none(), "a reserved type");
        assert!(Record::new(&[2, 6, 0]).is_none(), "the value is cut off");
        assert!(Record::new(&[10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).is_none());
        assert_eq!(Record::new(&[1]).map(Iterator::count), Some(0));
    }
}
