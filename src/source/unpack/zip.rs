//! ZIP: its directory, and the way to the bytes of each entry.
//!
//! After PKWARE's APPNOTE 6.3.10 and Info-ZIP's notes on Unicode names. Nothing is copied and no size
//! that is merely claimed is allocated. Where the directory is missing, as in a download that broke
//! off, the entries are found by their own headers.

use super::{Limits, bzip2::Bzip2, unxz};
use crate::base::Problem;
use flate2::bufread::DeflateDecoder;
use std::io::{Cursor, Read};

/// An entry as the directory has it.
#[derive(Clone, Debug)]
pub(in crate::source) struct Entry<'a> {
    pub path: String,
    pub is_folder: bool,
    pub is_encrypted: bool,
    method: u16,
    crc: u32,
    packed: &'a [u8],
    /// What the directory says its size is once unpacked, which may be a lie.
    pub stated_size: u64,
}

pub(in crate::source) struct Archive<'a> {
    pub entries: Vec<Entry<'a>>,
    /// The directory is missing or does not fit: what could be found is here.
    pub is_damaged: bool,
}

pub(in crate::source) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Lists the entries, at most `max_entries` of them.
pub(in crate::source) fn entries(bytes: &[u8], max_entries: usize) -> Archive<'_> {
    match directory(bytes) {
        Some((at, shift)) => {
            let (entries, is_damaged) = listed(bytes, at, shift, max_entries);
            if entries.is_empty() && is_damaged { found(bytes, max_entries) } else { Archive { entries, is_damaged } }
        }
        None => found(bytes, max_entries),
    }
}

impl<'a> Archive<'a> {
    /// The entry of that path, without regard to case and to the direction of slashes.
    pub fn entry(&self, path: &str) -> Option<&Entry<'a>> {
        let wanted = path.trim_start_matches('/');
        let same = |e: &&Entry<'a>| {
            e.path.len() == wanted.len()
                && e.path.bytes().zip(wanted.bytes()).all(|(a, b)| {
                    a.eq_ignore_ascii_case(&b) || (matches!(a, b'/' | b'\\') && matches!(b, b'/' | b'\\'))
                })
        };
        self.entries.iter().find(|e| e.path == wanted).or_else(|| self.entries.iter().find(same))
    }
}

impl<'a> Entry<'a> {
    /// Its content as a stream, without regard to the checksum.
    ///
    /// # Errors
    /// `encrypted_entry`, `unknown_packing`.
    pub fn open(&self) -> Result<Box<dyn Read + 'a>, Problem> {
        if self.is_encrypted {
            return Err(Problem::input("encrypted_entry", "It is protected with a password.")
                .hint("Unpack it with the password, and add the files in it."));
        }
        match self.method {
            0 => Ok(Box::new(self.packed)),
            8 => Ok(Box::new(DeflateDecoder::new(self.packed))),
            12 => Ok(Box::new(Bzip2::new(self.packed))),
            93 => super::zstd_reader(self.packed),
            95 => {
                let limits = Limits { max_bytes: super::LIMITS.max_bytes / 4, max_ratio: super::LIMITS.max_ratio };
                Ok(Box::new(Cursor::new(unxz(self.packed, limits)?)))
            }
            _ => Err(Problem::input("unknown_packing", "It is packed in a way that is not known here.")
                .hint("Unpack it and add the files in it.")),
        }
    }

    /// Its content, checked.
    ///
    /// # Errors
    /// Those of [`Entry::open`]; `unpacked_too_large`, `bad_entry`.
    pub fn unpack(&self, limits: Limits) -> Result<Vec<u8>, Problem> {
        let limit = limits.of(self.packed.len());
        if self.stated_size > limit {
            return Err(super::too_large(limit));
        }
        let out = super::drain(self.open()?, self.packed.len(), limits, "bad_entry")?;
        if crc32fast::hash(&out) != self.crc && self.crc != 0 {
            return Err(Problem::input("bad_entry", "It is damaged: its checksum does not agree."));
        }
        Ok(out)
    }

    /// Bytes as they lie in the archive.
    pub fn packed_size(&self) -> usize {
        self.packed.len()
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_le_bytes)
}

/// Where the directory begins, and by how much all places are off (a program may stand before the archive).
fn directory(bytes: &[u8]) -> Option<(usize, usize)> {
    let tail = bytes.len().saturating_sub(66_000);
    let mut window = bytes.get(tail..)?;
    while let Some(i) = window.windows(4).rposition(|w| w == b"PK\x05\x06") {
        let end = tail + i;
        if let Some(found) = directory_at(bytes, end) {
            return Some(found);
        }
        window = window.get(..i + 3)?;
    }
    None
}

fn directory_at(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let mut size = u64::from(word(bytes, end + 12)?);
    let mut start = u64::from(word(bytes, end + 16)?);
    let mut before = end;
    // ZIP64 has a record of its own, and right before the end a pointer to it.
    let locator = end.checked_sub(20).filter(|at| bytes.get(*at..at + 4) == Some(b"PK\x06\x07"));
    if let Some(at) = locator.and_then(|l| usize::try_from(long(bytes, l + 8)?).ok())
        && bytes.get(at..at.checked_add(4)?) == Some(b"PK\x06\x06")
    {
        size = long(bytes, at + 40)?;
        start = long(bytes, at + 48)?;
        before = at;
    }
    let (size, start) = (usize::try_from(size).ok()?, usize::try_from(start).ok()?);
    let is_header = |at: usize| bytes.get(at..at.saturating_add(4)) == Some(b"PK\x01\x02");
    let by_size = before.checked_sub(size)?;
    if by_size >= start && (is_header(by_size) || size == 0) {
        return Some((by_size, by_size - start));
    }
    is_header(start).then_some((start, 0))
}

fn listed(bytes: &[u8], mut at: usize, shift: usize, max_entries: usize) -> (Vec<Entry<'_>>, bool) {
    let mut entries = Vec::new();
    let mut is_damaged = false;
    while bytes.get(at..at.saturating_add(4)) == Some(b"PK\x01\x02") && entries.len() < max_entries {
        let lengths = (half(bytes, at + 28), half(bytes, at + 30), half(bytes, at + 32));
        let (Some(n_name), Some(n_extra), Some(n_comment)) = lengths else { break };
        let extra = at + 46 + usize::from(n_name);
        match listed_entry(bytes, at, extra, usize::from(n_extra), shift) {
            Some(entry) => entries.push(entry),
            None => is_damaged = true,
        }
        at = extra + usize::from(n_extra) + usize::from(n_comment);
    }
    (entries, is_damaged)
}

fn listed_entry(bytes: &[u8], at: usize, extra: usize, n_extra: usize, shift: usize) -> Option<Entry<'_>> {
    let flags = half(bytes, at + 8)?;
    let (mut packed, mut plain) = (u64::from(word(bytes, at + 20)?), u64::from(word(bytes, at + 24)?));
    let mut start = u64::from(word(bytes, at + 42)?);
    let fields = bytes.get(extra..extra.checked_add(n_extra)?)?;
    if let Some(wide) = field(fields, 1) {
        // Only what did not fit is there, in this order.
        let mut i = 0;
        if plain == u64::from(u32::MAX) {
            plain = long(wide, i)?;
            i += 8;
        }
        if packed == u64::from(u32::MAX) {
            packed = long(wide, i)?;
            i += 8;
        }
        if start == u64::from(u32::MAX) {
            start = long(wide, i)?;
        }
    }
    let start = usize::try_from(start).ok()?.checked_add(shift)?;
    if bytes.get(start..start.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let data = start + 30 + usize::from(half(bytes, start + 26)?) + usize::from(half(bytes, start + 28)?);
    let packed = bytes.get(data..data.checked_add(usize::try_from(packed).ok()?)?)?;
    let mut entry = entry(bytes.get(at + 46..extra)?, fields, flags, half(bytes, at + 10)?, packed);
    entry.crc = word(bytes, at + 16)?;
    entry.stated_size = plain;
    Some(entry)
}

fn entry<'a>(name: &[u8], fields: &[u8], flags: u16, method: u16, packed: &'a [u8]) -> Entry<'a> {
    let path = name_of(name, fields, flags).replace('\\', "/");
    Entry {
        is_folder: path.ends_with('/'),
        path,
        is_encrypted: flags & 0x41 != 0 || method == 99,
        method,
        crc: 0,
        packed,
        stated_size: 0,
    }
}

/// An extra field by its number.
fn field(mut fields: &[u8], number: u16) -> Option<&[u8]> {
    while let (Some(id), Some(size)) = (half(fields, 0), half(fields, 2)) {
        let end = 4 + usize::from(size);
        let content = fields.get(4..end)?;
        if id == number {
            return Some(content);
        }
        fields = fields.get(end..)?;
    }
    None
}

/// Walks from header to header.
fn found(bytes: &[u8], max_entries: usize) -> Archive<'_> {
    let mut entries = Vec::new();
    let mut at = 0usize;
    while entries.len() < max_entries && bytes.get(at..at.saturating_add(4)) == Some(b"PK\x03\x04") {
        let Some((entry, end)) = found_entry(bytes, at) else { break };
        entries.push(entry);
        at = end;
    }
    Archive { entries, is_damaged: true }
}

fn found_entry(bytes: &[u8], at: usize) -> Option<(Entry<'_>, usize)> {
    let flags = half(bytes, at + 6)?;
    let fields_at = at + 30 + usize::from(half(bytes, at + 26)?);
    let data = fields_at + usize::from(half(bytes, at + 28)?);
    let rest = bytes.get(data..)?;
    let is_streamed = flags & 8 != 0;
    let (packed, end, crc) = if is_streamed {
        // The size comes after the content: up to the next header.
        let is_next = |w: &[u8]| matches!(w, [b'P', b'K', 1 | 3, 2 | 4]);
        let n = rest.windows(4).position(is_next).unwrap_or(rest.len());
        (rest.get(..n)?, data + n, 0)
    } else {
        let size = usize::try_from(word(bytes, at + 18)?).ok()?;
        (rest.get(..size.min(rest.len()))?, data.checked_add(size)?, word(bytes, at + 14)?)
    };
    let (name, fields) = (bytes.get(at + 30..fields_at)?, bytes.get(fields_at..data)?);
    let mut entry = entry(name, fields, flags, half(bytes, at + 8)?, packed);
    entry.crc = crc;
    Some((entry, end))
}

/// A name is UTF-8 where a flag, an extra field or its bytes say so, else of code page 437.
fn name_of(name: &[u8], fields: &[u8], flags: u16) -> String {
    if flags & 0x800 == 0
        && let Some(unicode) = field(fields, 0x7075)
        && word(unicode, 1) == Some(crc32fast::hash(name))
        && let Some(Ok(text)) = unicode.get(5..).map(std::str::from_utf8)
    {
        return text.to_owned();
    }
    match std::str::from_utf8(name) {
        Ok(text) => text.to_owned(),
        Err(_) if flags & 0x800 != 0 => String::from_utf8_lossy(name).into_owned(),
        Err(_) => name
            .iter()
            .map(|b| match b.checked_sub(128) {
                Some(i) => CP437.chars().nth(usize::from(i)).unwrap_or('\u{fffd}'),
                None => char::from(*b),
            })
            .collect(),
    }
}

/// The upper half of the code page of MS-DOS.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

#[cfg(test)]
mod tests {
    use super::super::LIMITS;
    use super::*;

    const MIXED: &[u8] = include_bytes!("testdata/mixed.zip");

    #[test]
    fn packings_names_and_folders() {
        assert_eq!(CP437.chars().count(), 128);
        let archive = entries(MIXED, 100);
        assert!(!archive.is_damaged);
        let names: Vec<&str> = archive.entries.iter().map(|e| e.path.as_str()).collect();
        assert_eq!(names, ["folder/", "stored.csv", "folder/größe.csv", "bzip2.csv", "lzma.csv"]);
        for entry in archive.entries.iter().filter(|e| !e.is_folder && e.path != "lzma.csv") {
            assert_eq!(entry.unpack(LIMITS).unwrap(), b"a,b\n1,2\n", "{}", entry.path);
        }
        assert_eq!(archive.entry("lzma.csv").unwrap().unpack(LIMITS).unwrap_err().code, "unknown_packing");
        assert!(archive.entry("FOLDER\\größe.csv").is_some());
    }

    #[test]
    fn a_program_before_the_archive_does_no_harm() {
        let bytes = [b"#!/bin/sh\n".as_slice(), MIXED].concat();
        assert_eq!(entries(&bytes, 100).entries[1].unpack(LIMITS).unwrap(), b"a,b\n1,2\n");
    }

    #[test]
    fn without_its_end_the_entries_are_found() {
        let cut = &MIXED[..MIXED.len() - 30];
        let archive = entries(cut, 100);
        assert!(archive.is_damaged);
        assert_eq!(archive.entries.len(), 5);
        assert_eq!(archive.entries[1].unpack(LIMITS).unwrap(), b"a,b\n1,2\n");
    }

    #[test]
    fn damage_and_bombs() {
        let mut bytes = MIXED.to_vec();
        let at = bytes.windows(8).position(|w| w == b"a,b\n1,2\n").unwrap();
        bytes[at] = b'x';
        assert_eq!(entries(&bytes, 100).entries[1].unpack(LIMITS).unwrap_err().code, "bad_entry");
        let limits = Limits { max_bytes: 5, max_ratio: 1000 };
        assert_eq!(entries(MIXED, 100).entries[1].unpack(limits).unwrap_err().code, "unpacked_too_large");
        assert_eq!(entries(MIXED, 2).entries.len(), 2);
    }
}
