//! The xz container, whose content is LZMA2.
//!
//! After "The .xz File Format", version 1.2.1. Filters for programs (BCJ) and delta coding are not
//! known here: tables are not packed with them.

use lzma_rust2::Lzma2Reader;
use sha2::{Digest, Sha256};
use std::io::{Error, ErrorKind, Read, Result};

pub(super) const MAGIC: &[u8] = b"\xFD7zXZ\0";
/// A dictionary of level 9 has 64 MB; more would only be asked for to do harm.
const MAX_DICTIONARY_BYTES: u32 = 128 << 20;

fn bad(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, why)
}

fn cut() -> Error {
    Error::new(ErrorKind::UnexpectedEof, "it is cut off")
}

/// Unpacks all streams of a file, up to `limit` bytes and one more.
///
/// The bytes that could be read are in `out` also when there is an error.
pub(super) fn unpack(mut bytes: &[u8], limit: u64, out: &mut Vec<u8>) -> Result<()> {
    loop {
        bytes = stream(bytes, limit, out)?;
        // Streams may be padded with fours of zeros.
        while let Some(rest) = bytes.strip_prefix(&[0; 4]) {
            bytes = rest;
        }
        if !bytes.starts_with(MAGIC) || out.len() as u64 > limit {
            return Ok(());
        }
    }
}

fn stream<'a>(bytes: &'a [u8], limit: u64, out: &mut Vec<u8>) -> Result<&'a [u8]> {
    let flags = bytes.get(6..8).ok_or_else(cut)?;
    if bytes.get(8..12) != Some(&crc32fast::hash(flags).to_le_bytes()) {
        return Err(bad("its header is damaged"));
    }
    let check = flags.get(1).copied().unwrap_or(0) & 0x0F;
    let check_size = match check {
        0 => 0usize,
        1 => 4,
        4 => 8,
        10 => 32,
        _ => return Err(bad("it uses a checksum that is not known")),
    };
    let mut rest = bytes.get(12..).ok_or_else(cut)?;
    let mut n_blocks = 0u64;
    loop {
        let size = match rest.first().ok_or_else(cut)? {
            0 => break,
            n => (usize::from(*n) + 1) * 4,
        };
        let header = rest.get(..size).ok_or_else(cut)?;
        let start = out.len();
        // No match reaches back beyond what there is, so that no more than this is ever needed.
        let room = (limit + 1).saturating_sub(start as u64);
        let dictionary = dictionary_of(header)?.min(u32::try_from(room).unwrap_or(u32::MAX).max(4096));
        let content = rest.get(size..).ok_or_else(cut)?;
        let mut reader = Lzma2Reader::new(content, dictionary, None);
        let n_read = (&mut reader).take(room).read_to_end(out)? as u64;
        if n_read >= room {
            return Ok(&[]);
        }
        let after = reader.into_inner();
        let n_used = content.len() - after.len();
        let padding = n_used.wrapping_neg() % 4;
        let stored = after.get(padding..padding + check_size).ok_or_else(cut)?;
        let plain = out.get(start..).unwrap_or(&[]);
        let agrees = match check {
            1 => stored == crc32fast::hash(plain).to_le_bytes(),
            4 => stored == crc64(plain).to_le_bytes(),
            10 => stored == Sha256::digest(plain).as_slice(),
            _ => true,
        };
        if !agrees {
            return Err(bad("a checksum does not agree"));
        }
        rest = after.get(padding + check_size..).ok_or_else(cut)?;
        n_blocks += 1;
    }
    // The index lists the blocks; only its count and its end are of use here.
    let index = rest;
    let mut at = 1usize;
    if number(index, &mut at)? != n_blocks {
        return Err(bad("its index does not agree with its blocks"));
    }
    for _ in 0..n_blocks.saturating_mul(2) {
        number(index, &mut at)?;
    }
    at = at.next_multiple_of(4);
    let stored = index.get(at..at + 4).ok_or_else(cut)?;
    if stored != crc32fast::hash(index.get(..at).unwrap_or(&[])).to_le_bytes() {
        return Err(bad("its index is damaged"));
    }
    let footer = index.get(at + 4..at + 16).ok_or_else(cut)?;
    if footer.get(8..10) != Some(flags) || !footer.ends_with(b"YZ") {
        return Err(bad("its end is damaged"));
    }
    index.get(at + 16..).ok_or_else(cut)
}

/// The size of the dictionary, where LZMA2 is the one filter.
fn dictionary_of(header: &[u8]) -> Result<u32> {
    let (fields, crc) = header.split_at_checked(header.len().saturating_sub(4)).ok_or_else(cut)?;
    if crc != crc32fast::hash(fields).to_le_bytes() {
        return Err(bad("the header of a block is damaged"));
    }
    let flags = fields.get(1).copied().unwrap_or(0);
    let mut at = 2usize;
    for flag in [0x40, 0x80] {
        if flags & flag != 0 {
            number(fields, &mut at)?;
        }
    }
    let filter = (number(fields, &mut at)?, number(fields, &mut at)?);
    if flags & 3 != 0 || filter != (0x21, 1) {
        return Err(bad("it is packed in a way that is not known here"));
    }
    let bits = fields.get(at).copied().unwrap_or(0xFF);
    let size = match bits {
        0..=39 => u64::from(2 | (bits & 1)) << (bits / 2 + 11),
        _ => u64::MAX,
    };
    u32::try_from(size)
        .ok()
        .filter(|size| *size <= MAX_DICTIONARY_BYTES)
        .ok_or_else(|| Error::new(ErrorKind::OutOfMemory, "it needs more memory to unpack than there is here"))
}

/// A number in sevens of bits, the lowest first.
fn number(bytes: &[u8], at: &mut usize) -> Result<u64> {
    let mut value = 0u64;
    for i in 0..9u32 {
        let byte = *bytes.get(*at).ok_or_else(cut)?;
        *at += 1;
        value |= u64::from(byte & 0x7F) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(bad("a number in it is too long"))
}

/// CRC-64 of ECMA-182, the lowest bit first.
fn crc64(bytes: &[u8]) -> u64 {
    let mut table = [0u64; 256];
    for (i, slot) in table.iter_mut().enumerate() {
        let step = |v: u64| if v & 1 == 1 { v >> 1 ^ 0xC96C_5795_D787_0F42 } else { v >> 1 };
        *slot = (0..8).fold(i as u64, |v, _| step(v));
    }
    !bytes.iter().fold(!0u64, |crc, byte| table.get((crc as u8 ^ byte) as usize).copied().unwrap_or(0) ^ crc >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &[u8] = include_bytes!("testdata/small.csv.xz");

    fn read(bytes: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        unpack(bytes, 1_000_000, &mut out).map(|()| out)
    }

    #[test]
    fn streams_and_checksums() {
        assert_eq!(read(SMALL).unwrap(), b"a,b\n1,2\n");
        assert_eq!(read(&[SMALL, &[0; 8], SMALL].concat()).unwrap(), b"a,b\n1,2\na,b\n1,2\n");
        for packed in [&include_bytes!("testdata/small.sha256.xz")[..], include_bytes!("testdata/small.crc32.xz")] {
            assert_eq!(read(packed).unwrap(), b"a,b\n1,2\n");
        }
        assert_eq!(crc64(b"123456789"), 0x995D_C9BB_DF19_39FA);
    }

    #[test]
    fn damage_is_noticed() {
        for cut in 12..SMALL.len() {
            assert!(read(&SMALL[..cut]).is_err(), "{cut}");
        }
        for i in 6..SMALL.len() - 12 {
            let mut bytes = SMALL.to_vec();
            bytes[i] ^= 0x10;
            assert!(read(&bytes).is_err(), "{i}");
        }
    }
}
