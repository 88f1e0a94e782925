//! The two ways in which SAS packs a row.

/// Room for a row that grows only as far as the row is long.
struct Row<'a> {
    out: &'a mut Vec<u8>,
    size: usize,
}

impl Row<'_> {
    fn copy(&mut self, bytes: &[u8]) -> Option<()> {
        if self.out.len() + bytes.len() > self.size {
            return None;
        }
        self.out.extend_from_slice(bytes);
        Some(())
    }

    fn fill(&mut self, byte: u8, n: usize) -> Option<()> {
        if self.out.len() + n > self.size {
            return None;
        }
        self.out.resize(self.out.len() + n, byte);
        Some(())
    }

    /// Repeats what stands so far back, byte by byte, as the copy may reach into itself.
    fn repeat(&mut self, back: usize, n: usize) -> Option<()> {
        let from = self.out.len().checked_sub(back).filter(|_| back > 0)?;
        if self.out.len() + n > self.size {
            return None;
        }
        for i in from..from + n {
            let byte = *self.out.get(i)?;
            self.out.push(byte);
        }
        Some(())
    }
}

/// Takes bytes from the front of a slice.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, n: usize) -> Option<&'a [u8]> {
        let (first, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(first)
    }
}

/// Run lengths (`SASYZCRL`): the upper half of a byte says what to do, the lower how often.
///
/// Says whether `out` is a whole row of `size` bytes.
pub(super) fn run_length(packed: &[u8], size: usize, out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut row = Row { out, size };
    let mut input = Input(packed);
    while !input.0.is_empty() {
        if run(&mut input, &mut row).is_none() {
            return false;
        }
    }
    row.out.len() == size
}

fn run(input: &mut Input, row: &mut Row) -> Option<()> {
    let control = input.byte()?;
    let low = usize::from(control & 0x0F);
    let mut long = |n: usize| Some(low * 256 + usize::from(input.byte()?) + n);
    match control >> 4 {
        0 => {
            let n = long(64)?;
            row.copy(input.bytes(n)?)
        }
        4 => {
            let n = low * 16 + usize::from(input.byte()?) + 18;
            row.fill(input.byte()?, n)
        }
        5 => row.fill(b'@', long(17)?),
        6 => row.fill(b' ', long(17)?),
        7 => row.fill(0, long(17)?),
        8 => row.copy(input.bytes(low + 1)?),
        9 => row.copy(input.bytes(low + 17)?),
        10 => row.copy(input.bytes(low + 33)?),
        11 => row.copy(input.bytes(low + 49)?),
        12 => row.fill(input.byte()?, low + 3),
        13 => row.fill(b'@', low + 2),
        14 => row.fill(b' ', low + 2),
        15 => row.fill(0, low + 2),
        _ => None,
    }
}

/// Ross's packing (`SASYZCR2`): of every sixteen items, a bit each says whether it is a byte as it
/// is or a repetition.
///
/// Says whether `out` is a whole row of `size` bytes.
pub(super) fn ross(packed: &[u8], size: usize, out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut row = Row { out, size };
    let mut input = Input(packed);
    while let Some([high, low]) = input.bytes(2) {
        let bits = u16::from_be_bytes([*high, *low]);
        for i in 0..16 {
            if input.0.is_empty() {
                break;
            }
            let is_plain = bits & (0x8000 >> i) == 0;
            let done =
                if is_plain { input.byte().and_then(|b| row.fill(b, 1)) } else { repetition(&mut input, &mut row) };
            if done.is_none() {
                return false;
            }
        }
    }
    row.out.len() == size
}

fn repetition(input: &mut Input, row: &mut Row) -> Option<()> {
    let control = input.byte()?;
    let low = usize::from(control & 0x0F);
    match control >> 4 {
        0 => row.fill(input.byte()?, low + 3),
        1 => {
            let n = low + usize::from(input.byte()?) * 16 + 19;
            row.fill(input.byte()?, n)
        }
        2 => {
            let back = low + 3 + usize::from(input.byte()?) * 16;
            let n = usize::from(input.byte()?) + 16;
            row.repeat(back, n)
        }
        n => {
            let back = low + 3 + usize::from(input.byte()?) * 16;
            row.repeat(back, usize::from(n))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(how: fn(&[u8], usize, &mut Vec<u8>) -> bool, packed: &[u8], size: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        how(packed, size, &mut out).then_some(out)
    }

    #[test]
    fn runs() {
        let packed = [0x82, b'a', b'b', b'c', 0xC1, b'x', 0xD0, 0xE0, 0xF0];
        assert_eq!(unpacked(run_length, &packed, 13).unwrap(), b"abcxxxx@@  \0\0");
        assert_eq!(unpacked(run_length, &[0x60, 3], 20).unwrap(), [b' '; 20]);
        assert_eq!(unpacked(run_length, &[0x71, 0], 273).unwrap(), [0; 273]);
        assert_eq!(unpacked(run_length, &[0x40, 2, b'z'], 20).unwrap(), [b'z'; 20]);
        let mut copy = vec![0x00, 0x01];
        copy.extend([7; 65]);
        assert_eq!(unpacked(run_length, &copy, 65).unwrap(), [7; 65]);
    }

    #[test]
    fn repetitions() {
        // "abc" as it is, then six bytes from three back, then four blanks.
        let packed = [0b0001_1000, 0, b'a', b'b', b'c', 0x60, 0, 0x01, b' '];
        assert_eq!(unpacked(ross, &packed, 13).unwrap(), b"abcabcabc    ");
        assert_eq!(unpacked(ross, &[0x80, 0, 0x10, 0, b'-'], 19).unwrap(), [b'-'; 19]);
    }

    #[test]
    fn too_long_too_short_and_false_ones_are_refused() {
        assert_eq!(unpacked(run_length, &[0x82, b'a'], 3), None);
        assert_eq!(unpacked(run_length, &[0xFF], 3), None);
        assert_eq!(unpacked(run_length, &[0xF0], 3), None);
        assert_eq!(unpacked(run_length, &[0x10, 0], 3), None);
        assert_eq!(unpacked(ross, &[0x80, 0, 0x30, 0], 3), None);
        assert_eq!(unpacked(ross, &[0x40, 0, b'a', 0x01, b'b'], 3), None);
        assert_eq!(unpacked(ross, &[], 3), None);
    }
}
