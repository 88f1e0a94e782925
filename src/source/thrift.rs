//! Thrift's compact protocol, as far as it takes to look over what a Parquet file claims before Parquet reads it.
//!
//! After the protocol's specification (Apache Thrift, `doc/specs/thrift-compact-protocol.md`). Stricter than that where no
//! Parquet file needs more: numbers of ten bytes at most, no lists of yes and no, no nesting without end.

/// Structs and lists in one another.
const MAX_DEPTH: u32 = 48;

/// What a field or an element is, by its number in the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(u8);

impl Kind {
    const TRUE: Kind = Kind(1);
    const FALSE: Kind = Kind(2);
    const BYTE: Kind = Kind(3);
    const I16: Kind = Kind(4);
    pub const I32: Kind = Kind(5);
    const I64: Kind = Kind(6);
    const DOUBLE: Kind = Kind(7);
    const BINARY: Kind = Kind(8);
    pub const LIST: Kind = Kind(9);
    const SET: Kind = Kind(10);
    pub const STRUCT: Kind = Kind(12);
    const UUID: Kind = Kind(13);
}

/// Reads from the front. Every step is `None` where the bytes are not what they should be.
#[derive(Clone)]
pub(super) struct Thrift<'a>(pub &'a [u8]);

impl<'a> Thrift<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, n: usize) -> Option<()> {
        self.0 = self.0.get(n..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A whole number of 16, 32 or 64 bits.
    pub fn int(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// The beginning of a list: what its elements are, and how many. There are no more than bytes left.
    pub fn list(&mut self) -> Option<(Kind, usize)> {
        let head = self.byte()?;
        let n = match head >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            n => usize::from(n),
        };
        let kind = Kind(head & 15);
        let is_sound = n <= self.0.len() && (n == 0 || !matches!(kind, Kind::TRUE | Kind::FALSE));
        is_sound.then_some((kind, n))
    }

    /// All fields of a struct. `each` says whether it has read a field; what it has not is skipped.
    pub fn fields(&mut self, mut each: impl FnMut(&mut Thrift<'a>, i16, Kind) -> Option<bool>) -> Option<()> {
        self.fields_within(MAX_DEPTH, &mut each)
    }

    fn fields_within(
        &mut self,
        depth: u32,
        each: &mut dyn FnMut(&mut Thrift<'a>, i16, Kind) -> Option<bool>,
    ) -> Option<()> {
        let mut id = 0i16;
        loop {
            let head = self.byte()?;
            let kind = Kind(head & 15);
            if head & 15 == 0 {
                return Some(());
            }
            id = match head >> 4 {
                0 => i16::try_from(self.int()?).ok()?,
                more => id.checked_add(i16::from(more))?,
            };
            if !each(self, id, kind)? {
                self.skip(kind, depth)?;
            }
        }
    }

    fn skip(&mut self, kind: Kind, depth: u32) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        match kind {
            Kind::TRUE | Kind::FALSE => Some(()),
            Kind::BYTE => self.take(1),
            Kind::I16 | Kind::I32 | Kind::I64 => self.varint().map(|_| ()),
            Kind::DOUBLE => self.take(8),
            Kind::UUID => self.take(16),
            Kind::BINARY => {
                let n = usize::try_from(self.varint()?).ok()?;
                self.take(n)
            }
            Kind::LIST | Kind::SET => {
                let (kind, n) = self.list()?;
                (0..n).try_for_each(|_| self.skip(kind, deeper))
            }
            Kind::STRUCT => self.fields_within(deeper, &mut |_, _, _| Some(false)),
            // Parquet has no maps.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_fields() {
        // 5: 150; 7 (a jump of two): a struct with a text; 300 (written out): 1.
        let bytes = [0x55, 0xAC, 0x02, 0x2C, 0x18, 0x02, b'h', b'i', 0x00, 0x05, 0xD8, 0x04, 0x02, 0x00, 0xEE];
        let mut thrift = Thrift(&bytes);
        let mut found = Vec::new();
        thrift
            .fields(|thrift, id, kind| {
                let is_number = kind == Kind::I32;
                found.push((id, if is_number { thrift.int()? } else { 0 }));
                Some(is_number)
            })
            .unwrap();
        assert_eq!(found, [(5, 150), (7, 0), (300, 1)]);
        assert_eq!(thrift.0, [0xEE]);
    }

    #[test]
    fn claims_that_cannot_be_true_are_refused() {
        let skipped = |bytes: &[u8]| Thrift(bytes).fields(|_, _, _| Some(false)).is_some();
        // A text and a list that are longer than all there is; a list of nothing that takes no room.
        assert!(!skipped(&[0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]));
        assert!(!skipped(&[0x19, 0xF5, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0]));
        assert!(!skipped(&[0x19, 0x41, 0, 0, 0, 0, 0]));
        assert!(!skipped(&[0x15, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0]));
        assert!(!skipped(&[0x1C; 1_000]));
        assert!(!skipped(&[0x19; 1_000]));
        assert!(skipped(&[0x19, 0x15, 0x02, 0]));
    }
}
