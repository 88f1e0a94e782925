//! A place in the bytes of a file, and numbers in either byte order. Nothing is read past the end.

/// Which end of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// The `N` bytes of a number, lowest first.
    fn lowest_first<const N: usize>(self, bytes: &[u8], at: usize) -> Option<[u8; N]> {
        let mut number: [u8; N] = bytes.get(at..at.checked_add(N)?)?.try_into().ok()?;
        if self == Order::Big {
            number.reverse();
        }
        Some(number)
    }

    pub fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        self.lowest_first(bytes, at).map(u16::from_le_bytes)
    }

    pub fn i16(self, bytes: &[u8], at: usize) -> Option<i16> {
        self.lowest_first(bytes, at).map(i16::from_le_bytes)
    }

    pub fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        self.lowest_first(bytes, at).map(u32::from_le_bytes)
    }

    pub fn i32(self, bytes: &[u8], at: usize) -> Option<i32> {
        self.lowest_first(bytes, at).map(i32::from_le_bytes)
    }

    pub fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        self.lowest_first(bytes, at).map(u64::from_le_bytes)
    }

    pub fn f64(self, bytes: &[u8], at: usize) -> Option<f64> {
        self.u64(bytes, at).map(f64::from_bits)
    }

    /// The bytes of a number as a file in this order has them.
    pub fn bytes_of(self, value: f64) -> [u8; 8] {
        match self {
            Order::Little => value.to_le_bytes(),
            Order::Big => value.to_be_bytes(),
        }
    }

    /// A whole number of up to eight bytes.
    pub fn uint(self, bytes: &[u8]) -> u64 {
        let join = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        match self {
            Order::Little => bytes.iter().rev().fold(0, join),
            Order::Big => bytes.iter().fold(0, join),
        }
    }
}

/// Reads on from a place. Every method gives `None` where the bytes end too early, and then stays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    pub order: Order,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8], at: usize, order: Order) -> Cursor<'a> {
        Cursor { bytes, at, order }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn n_left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(n)?;
        let found = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(found)
    }

    /// Takes a number of this many items of a size.
    pub fn take_items(&mut self, n: usize, size: usize) -> Option<&'a [u8]> {
        self.take(n.checked_mul(size)?)
    }

    /// Goes on behind a mark that must stand here.
    pub fn expect(&mut self, mark: &[u8]) -> Option<()> {
        self.rest().starts_with(mark).then(|| self.at += mark.len())
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.order.u16(self.take(2)?, 0)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.order.u32(self.take(4)?, 0)
    }

    pub fn i32(&mut self) -> Option<i32> {
        self.order.i32(self.take(4)?, 0)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.order.u64(self.take(8)?, 0)
    }

    pub fn f64(&mut self) -> Option<f64> {
        self.u64().map(f64::from_bits)
    }
}

/// The bytes before the first zero.
pub(super) fn before_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|b| *b == 0).next().unwrap_or(&[])
}

/// The bytes without the blanks and zeros that fill them up.
pub(super) fn unpadded(bytes: &[u8]) -> &[u8] {
    let n = bytes.iter().rposition(|b| !matches!(b, b' ' | 0)).map_or(0, |i| i + 1);
    bytes.get(..n).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_and_no_reading_past_the_end() {
        let bytes = [1, 2, 3, 4];
        assert_eq!(Order::Little.u16(&bytes, 1), Some(0x0302));
        assert_eq!(Order::Big.u16(&bytes, 1), Some(0x0203));
        assert_eq!(Order::Big.u32(&bytes, 1), None);
        assert_eq!(Order::Big.u16(&bytes, usize::MAX), None);
        assert_eq!(Order::Little.uint(&bytes[..3]), 0x03_02_01);
        let mut cursor = Cursor::new(&bytes, 0, Order::Big);
        assert_eq!(cursor.u64(), None);
        assert_eq!((cursor.u16(), cursor.at(), cursor.n_left()), (Some(0x0102), 2, 2));
        assert_eq!(cursor.take_items(usize::MAX, 2), None);
    }

    #[test]
    fn padding_comes_off() {
        assert_eq!(unpadded(b"ab c \0 "), b"ab c");
        assert_eq!(unpadded(b"  "), b"");
        assert_eq!(before_nul(b"ab\0cd"), b"ab");
    }
}
