//! Finds two bytes in a text, eight bytes of it at a time.
//!
//! Bytes are compared within a 64-bit word by plain arithmetic, which is the same on every machine and needs no
//! instructions of its own (H. S. Warren, Hacker's Delight, 6-1: a word with a zero byte).

const LOW: u64 = 0x0101_0101_0101_0101;
const SEVEN: u64 = 0x7F7F_7F7F_7F7F_7F7F;

/// The highest bit of every byte that is zero, and no other bit.
#[inline]
const fn zero_bytes(word: u64) -> u64 {
    !(((word & SEVEN) + SEVEN) | word | SEVEN)
}

/// Walks over the places of two bytes.
pub(super) struct Marks<'a> {
    text: &'a [u8],
    a: u64,
    b: u64,
    /// Where the word under the cursor starts.
    at: usize,
    /// The marks in it that are still to come.
    found: u64,
}

impl<'a> Marks<'a> {
    pub fn new(text: &'a [u8], a: u8, b: u8) -> Marks<'a> {
        let mut marks = Marks { text, a: u64::from(a) * LOW, b: u64::from(b) * LOW, at: 0, found: 0 };
        marks.seek(0);
        marks
    }

    #[inline]
    fn marks_at(&self, at: usize) -> u64 {
        let word = match self.text.get(at..at + 8).and_then(|bytes| bytes.first_chunk::<8>()) {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => return self.marks_in_tail(at),
        };
        zero_bytes(word ^ self.a) | zero_bytes(word ^ self.b)
    }

    #[cold]
    fn marks_in_tail(&self, at: usize) -> u64 {
        let tail = self.text.get(at..).unwrap_or(&[]);
        let bytes = tail.iter().take(8).enumerate();
        let is_mark = |byte: u8| u64::from(byte) * LOW == self.a || u64::from(byte) * LOW == self.b;
        bytes.filter(|(_, byte)| is_mark(**byte)).fold(0, |found, (i, _)| found | 0x80 << (8 * i))
    }

    /// Goes on from another place.
    #[inline]
    pub fn seek(&mut self, at: usize) {
        self.at = at;
        self.found = self.marks_at(at);
    }

    /// The next mark at or behind the cursor, which then stands behind it; the end of the text where there is none.
    #[inline]
    pub fn next_mark(&mut self) -> usize {
        while self.found == 0 {
            self.at += 8;
            if self.at >= self.text.len() {
                self.at = self.text.len();
                return self.at;
            }
            self.found = self.marks_at(self.at);
        }
        let i = self.found.trailing_zeros() / 8;
        self.found &= self.found - 1;
        self.at + i as usize
    }
}

/// The first place of a byte.
#[inline]
pub(super) fn find(text: &[u8], byte: u8) -> Option<usize> {
    let wanted = u64::from(byte) * LOW;
    let (words, tail) = text.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let found = zero_bytes(u64::from_le_bytes(*word) ^ wanted);
        if found != 0 {
            return Some(i * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let before = words.len() * 8;
    tail.iter().position(|b| *b == byte).map(|i| before + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_stands() {
        // Bytes that differ from a mark in one bit, or follow on one, are where such arithmetic goes wrong.
        let bytes = [b',', b'-', b'+', b'\n', 0x0B, 0, 0x80, 0xAC, 0xFF, b'x'];
        let mut seed = 7u32;
        for n in 0..200 {
            let text: Vec<u8> = (0..n % 61)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    bytes[(seed >> 16) as usize % bytes.len()]
                })
                .collect();
            let wanted: Vec<usize> = (0..text.len()).filter(|i| matches!(text[*i], b',' | b'\n')).collect();
            for from in 0..text.len() {
                let mut marks = Marks::new(&text, b',', b'\n');
                marks.seek(from);
                let mut found = Vec::new();
                loop {
                    let at = marks.next_mark();
                    if at == text.len() {
                        break;
                    }
                    found.push(at);
                }
                assert!(wanted.iter().filter(|at| **at >= from).eq(&found), "{text:?} from {from}");
                assert_eq!(find(&text[from..], b','), text[from..].iter().position(|b| *b == b','));
            }
        }
        assert_eq!(Marks::new(b"", b',', b'\n').next_mark(), 0);
        assert_eq!(Marks::new(b"abc", 0xFF, b'\n').next_mark(), 3);
    }
}
