//! bzip2, decoded block by block.
//!
//! Written from the format as described by J. Tsai, "bzip2: format specification" (2016). A block
//! holds at most 900 kB, so that memory is bounded whatever the file says.

use std::io::{Error, ErrorKind, Read, Result};

const BLOCK_MAGIC: u64 = 0x3141_5926_5359;
const END_MAGIC: u64 = 0x1772_4538_5090;
/// Symbols are coded anew after so many.
const GROUP_SIZE: usize = 50;
const MAX_CODE_BITS: usize = 20;

fn bad(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, why)
}

/// Reads all streams of a file, one after the other.
pub(super) struct Bzip2<'a> {
    bits: Bits<'a>,
    state: State,
    max_block: usize,
    /// The chain of the inverse transform: the byte in the low 8 bits, the next place above.
    chain: Vec<u32>,
    at: u32,
    n_left: usize,
    /// Run-length coding around the transform: four equal bytes are followed by a count.
    last: Option<u8>,
    n_same: u8,
    repeat: u32,
    block_crc: u32,
    crc: u32,
    total_crc: u32,
}

enum State {
    Start,
    Blocks,
    End,
}

impl<'a> Bzip2<'a> {
    pub fn new(bytes: &'a [u8]) -> Bzip2<'a> {
        Bzip2 {
            bits: Bits { bytes, at: 0, held: 0, n_held: 0 },
            state: State::Start,
            max_block: 0,
            chain: Vec::new(),
            at: 0,
            n_left: 0,
            last: None,
            n_same: 0,
            repeat: 0,
            block_crc: 0,
            crc: 0,
            total_crc: 0,
        }
    }

    /// Begins the next block. False at the end of the file.
    fn next_block(&mut self) -> Result<bool> {
        loop {
            match self.state {
                State::End => return Ok(false),
                State::Start => {
                    if self.bits.take(24)? != u32::from_be_bytes([0, b'B', b'Z', b'h']) {
                        return Err(bad("it does not begin as bzip2 does"));
                    }
                    let level = self.bits.take(8)?.wrapping_sub(u32::from(b'0'));
                    if !(1..=9).contains(&level) {
                        return Err(bad("the block size is not possible"));
                    }
                    self.max_block = level as usize * 100_000;
                    self.total_crc = 0;
                    self.state = State::Blocks;
                }
                State::Blocks => {
                    let magic = u64::from(self.bits.take(24)?) << 24 | u64::from(self.bits.take(24)?);
                    match magic {
                        BLOCK_MAGIC => {
                            self.read_block()?;
                            return Ok(true);
                        }
                        END_MAGIC => {
                            if self.bits.word()? != self.total_crc {
                                return Err(bad("the checksum of the file does not agree"));
                            }
                            self.bits.align();
                            self.state = if self.bits.is_at_stream() { State::Start } else { State::End };
                        }
                        _ => return Err(bad("a block does not begin as it should")),
                    }
                }
            }
        }
    }

    fn read_block(&mut self) -> Result<()> {
        let bits = &mut self.bits;
        self.block_crc = bits.word()?;
        if bits.take(1)? == 1 {
            return Err(bad("it was written by a version of bzip2 from before 1997"));
        }
        let origin = bits.take(24)?;
        let mut alphabet = used_bytes(bits)?;
        let n_symbols = alphabet.len() + 2;
        let n_tables = bits.take(3)? as usize;
        let n_selectors = bits.take(15)? as usize;
        if !(2..=6).contains(&n_tables) || n_selectors == 0 {
            return Err(bad("the tables of codes are damaged"));
        }
        let mut order: Vec<u8> = (0..n_tables as u8).collect();
        let mut selectors = Vec::with_capacity(n_selectors);
        for _ in 0..n_selectors {
            let mut place = 0usize;
            while bits.take(1)? == 1 {
                place += 1;
                if place >= n_tables {
                    return Err(bad("the tables of codes are damaged"));
                }
            }
            order.get_mut(..=place).unwrap_or_default().rotate_right(1);
            selectors.push(order.first().copied().unwrap_or(0));
        }
        let tables = (0..n_tables).map(|_| Codes::read(bits, n_symbols)).collect::<Result<Vec<Codes>>>()?;

        let mut counts = [0u32; 256];
        self.chain.clear();
        let end_of_block = n_symbols as u16 - 1;
        let (mut run, mut weight) = (0usize, 1usize);
        let mut selectors = selectors.into_iter();
        let mut table = None;
        let mut n_in_group = 0usize;
        loop {
            if n_in_group == 0 {
                table = selectors.next().and_then(|i| tables.get(usize::from(i)));
                n_in_group = GROUP_SIZE;
            }
            n_in_group -= 1;
            let symbol = table.ok_or_else(|| bad("a block is longer than it says"))?.next(bits)?;
            if symbol <= 1 {
                // Runs of the front byte, written in base two with the digits one and two.
                run += weight << symbol;
                weight <<= 1;
                if run > self.max_block {
                    return Err(bad("a block is larger than it says"));
                }
                continue;
            }
            if run > 0 {
                let byte = alphabet.first().copied().unwrap_or(0);
                if self.chain.len() + run > self.max_block {
                    return Err(bad("a block is larger than it says"));
                }
                self.chain.resize(self.chain.len() + run, u32::from(byte));
                if let Some(count) = counts.get_mut(usize::from(byte)) {
                    *count += run as u32;
                }
                (run, weight) = (0, 1);
            }
            if symbol == end_of_block {
                break;
            }
            if self.chain.len() >= self.max_block {
                return Err(bad("a block is larger than it says"));
            }
            let place = usize::from(symbol) - 1;
            alphabet.get_mut(..=place).ok_or_else(|| bad("a code is not possible"))?.rotate_right(1);
            let byte = alphabet.first().copied().unwrap_or(0);
            self.chain.push(u32::from(byte));
            if let Some(count) = counts.get_mut(usize::from(byte)) {
                *count += 1;
            }
        }
        self.invert(&counts, origin)
    }

    /// Links each byte to the one that follows it (the inverse of the Burrows–Wheeler transform).
    fn invert(&mut self, counts: &[u32; 256], origin: u32) -> Result<()> {
        let mut starts = [0u32; 256];
        let mut sum = 0u32;
        for (start, count) in starts.iter_mut().zip(counts) {
            *start = sum;
            sum += count;
        }
        for i in 0..self.chain.len() {
            let byte = self.chain.get(i).map_or(0, |v| *v & 0xFF) as usize;
            if let Some(start) = starts.get_mut(byte) {
                if let Some(slot) = self.chain.get_mut(*start as usize) {
                    *slot |= (i as u32) << 8;
                }
                *start += 1;
            }
        }
        self.n_left = self.chain.len();
        if self.n_left > 0 {
            self.at = self.chain.get(origin as usize).ok_or_else(|| bad("a block's origin is outside of it"))? >> 8;
        }
        self.last = None;
        self.n_same = 0;
        self.crc = !0;
        Ok(())
    }

    /// The next byte before its run-length coding is undone.
    fn step(&mut self) -> Option<u8> {
        self.n_left = self.n_left.checked_sub(1)?;
        let link = self.chain.get(self.at as usize).copied().unwrap_or(0);
        self.at = link >> 8;
        Some(link as u8)
    }

    fn end_block(&mut self) -> Result<()> {
        if !self.crc != self.block_crc {
            return Err(bad("the checksum of a block does not agree"));
        }
        self.total_crc = self.total_crc.rotate_left(1) ^ self.block_crc;
        Ok(())
    }
}

impl Read for Bzip2<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut n = 0;
        let mut has_block = self.n_left > 0 || self.repeat > 0;
        while n < out.len() {
            if self.repeat == 0 && self.n_left == 0 {
                if n > 0 {
                    // What is known to be good goes out before the next block is tried.
                    break;
                }
                if !self.next_block()? {
                    break;
                }
                if self.n_left == 0 {
                    self.end_block()?;
                    continue;
                }
                has_block = true;
            }
            let byte = if self.repeat > 0 {
                self.repeat -= 1;
                self.last.unwrap_or(0)
            } else {
                let Some(byte) = self.step() else { break };
                if self.n_same == 4 {
                    self.n_same = 0;
                    self.repeat = u32::from(byte);
                    if self.repeat == 0 {
                        if self.n_left == 0 {
                            self.end_block()?;
                        }
                        continue;
                    }
                    self.repeat -= 1;
                    self.last.unwrap_or(0)
                } else {
                    self.n_same = if self.last == Some(byte) { self.n_same + 1 } else { 1 };
                    self.last = Some(byte);
                    byte
                }
            };
            if let Some(slot) = out.get_mut(n) {
                *slot = byte;
            }
            n += 1;
            self.crc = crc_step(self.crc, byte);
            if has_block && self.repeat == 0 && self.n_left == 0 {
                self.end_block()?;
            }
        }
        Ok(n)
    }
}

/// The bytes that occur in a block: sixteen flags, and sixteen more for each of them.
fn used_bytes(bits: &mut Bits<'_>) -> Result<Vec<u8>> {
    let groups = bits.take(16)?;
    let mut used = Vec::with_capacity(256);
    for group in 0..16u32 {
        if groups & (0x8000 >> group) != 0 {
            let members = bits.take(16)?;
            used.extend((0..16u32).filter(|i| members & (0x8000 >> i) != 0).map(|i| (group * 16 + i) as u8));
        }
    }
    if used.is_empty() { Err(bad("a block has no bytes")) } else { Ok(used) }
}

/// One table of prefix codes, in the canonical order.
struct Codes {
    /// For each length: the first code of that length that does not exist, and what to take off for its place.
    limits: [(u32, u32); MAX_CODE_BITS + 1],
    symbols: Vec<u16>,
}

impl Codes {
    fn read(bits: &mut Bits<'_>, n_symbols: usize) -> Result<Codes> {
        let mut lengths = Vec::with_capacity(n_symbols);
        let mut length = bits.take(5)? as usize;
        for _ in 0..n_symbols {
            loop {
                if !(1..=MAX_CODE_BITS).contains(&length) {
                    return Err(bad("a code's length is not possible"));
                }
                if bits.take(1)? == 0 {
                    break;
                }
                length = if bits.take(1)? == 0 { length + 1 } else { length - 1 };
            }
            lengths.push(length);
        }
        let mut limits = [(0u32, 0u32); MAX_CODE_BITS + 1];
        let mut symbols = Vec::with_capacity(n_symbols);
        let mut code = 0u32;
        for (length, limit) in limits.iter_mut().enumerate().skip(1) {
            code <<= 1;
            let offset = code.wrapping_sub(symbols.len() as u32);
            symbols.extend(lengths.iter().enumerate().filter(|(_, l)| **l == length).map(|(i, _)| i as u16));
            code = offset.wrapping_add(symbols.len() as u32);
            *limit = (code, offset);
        }
        Ok(Codes { limits, symbols })
    }

    fn next(&self, bits: &mut Bits<'_>) -> Result<u16> {
        let mut code = 0u32;
        for (limit, offset) in self.limits.iter().skip(1) {
            code = code << 1 | bits.bit()?;
            if code < *limit {
                let place = code.wrapping_sub(*offset) as usize;
                return self.symbols.get(place).copied().ok_or_else(|| bad("a code is not possible"));
            }
        }
        Err(bad("a code is not possible"))
    }
}

/// Bits from the highest of each byte on.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    n_held: u32,
}

impl Bits<'_> {
    fn fill(&mut self, n: u32) -> Result<()> {
        while self.n_held < n {
            let byte = self.bytes.get(self.at).ok_or_else(|| Error::new(ErrorKind::UnexpectedEof, "it is cut off"))?;
            self.held = self.held << 8 | u64::from(*byte);
            self.n_held += 8;
            self.at += 1;
        }
        Ok(())
    }

    /// At most 32.
    fn take(&mut self, n: u32) -> Result<u32> {
        self.fill(n)?;
        self.n_held -= n;
        Ok((self.held >> self.n_held) as u32 & ((1u64 << n) - 1) as u32)
    }

    #[inline]
    fn bit(&mut self) -> Result<u32> {
        if self.n_held == 0 {
            self.fill(1)?;
        }
        self.n_held -= 1;
        Ok((self.held >> self.n_held) as u32 & 1)
    }

    fn word(&mut self) -> Result<u32> {
        self.take(32)
    }

    fn align(&mut self) {
        self.n_held -= self.n_held % 8;
    }

    /// Whether one more stream follows, as `pbzip2` writes them.
    fn is_at_stream(&self) -> bool {
        let at = self.at - (self.n_held / 8) as usize;
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(b"BZh"))
    }
}

/// CRC-32 with the highest bit first, as bzip2 has it.
const CRC: [u32; 256] = {
    let mut table = [0u32; 256];
    let mut i = 0usize;
    while i < 256 {
        let mut value = (i as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 0x8000_0000 != 0 { value << 1 ^ 0x04C1_1DB7 } else { value << 1 };
            bit += 1;
        }
        // Evaluated by the compiler.
        #[allow(clippy::indexing_slicing)]
        {
            table[i] = value;
        }
        i += 1;
    }
    table
};

#[inline]
fn crc_step(crc: u32, byte: u8) -> u32 {
    crc << 8 ^ CRC.get((crc >> 24 ^ u32::from(byte)) as usize & 0xFF).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `bzip2 -9` of "a,b\n1,2\n".
    const SMALL: &[u8] = include_bytes!("testdata/small.csv.bz2");

    fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        Bzip2::new(bytes).read_to_end(&mut out).map(|_| out)
    }

    #[test]
    fn streams_are_read_one_after_the_other() {
        assert_eq!(unpack(SMALL).unwrap(), b"a,b\n1,2\n");
        assert_eq!(unpack(&[SMALL, SMALL].concat()).unwrap(), b"a,b\n1,2\na,b\n1,2\n");
    }

    #[test]
    fn runs_and_several_blocks() {
        let packed = include_bytes!("testdata/runs.bz2");
        let mut expected = Vec::new();
        for i in 0..3000u32 {
            expected.extend(format!("{i},").into_bytes());
            expected.extend(vec![b'a' + (i % 7) as u8; (i % 300) as usize]);
            expected.push(b'\n');
        }
        assert!(unpack(packed).unwrap() == expected);
    }

    #[test]
    fn damage_is_noticed() {
        for cut in 0..SMALL.len() {
            assert!(unpack(&SMALL[..cut]).is_err(), "{cut}");
        }
        for i in 0..SMALL.len() - 1 {
            let mut bytes = SMALL.to_vec();
            bytes[i] ^= 0x10;
            assert!(unpack(&bytes).is_err() || i >= SMALL.len() - 1, "{i}");
        }
    }
}
