//! Compound files, in which old Office programs keep their streams ([MS-CFB]).
//!
//! Chains of sectors are followed for no longer than the file has sectors, so that one that runs in
//! circles ends.

const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// From here on numbers stand for the end of a chain, free sectors and the like.
const MAX_SECTOR: u32 = 0xFFFF_FFFA;
const MINI_SECTOR: usize = 64;
const MINI_LIMIT: u64 = 4096;

pub(super) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// A stream's name and where it lies.
struct Stream {
    name: String,
    start: u32,
    size: u64,
    is_root: bool,
}

pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    streams: Vec<Stream>,
}

pub(super) fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

pub(super) fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|c| word(c, 0))
}

impl<'a> Compound<'a> {
    /// `None` where not even its list of streams can be read.
    pub fn open(bytes: &'a [u8]) -> Option<Compound<'a>> {
        let sector = match half(bytes, 30)? {
            9 => 512usize,
            12 => 4096,
            _ => return None,
        };
        let mut file =
            Compound { bytes, sector, fat: Vec::new(), mini_fat: Vec::new(), mini: Vec::new(), streams: Vec::new() };
        let max_sectors = bytes.len() / sector + 1;
        // The first 109 sectors of the table are named in the header, the others in a chain of their own.
        let mut tables: Vec<u32> = words(bytes.get(76..512)?).filter(|s| *s < MAX_SECTOR).collect();
        let mut next = word(bytes, 68)?;
        for _ in 0..max_sectors {
            if next >= MAX_SECTOR {
                break;
            }
            let names: Vec<u32> = words(file.sector(next)?).collect();
            let (link, names) = names.split_last()?;
            tables.extend(names.iter().filter(|s| **s < MAX_SECTOR));
            next = *link;
        }
        for table in tables.iter().take(max_sectors) {
            let entries: Vec<u32> = file.sector(*table).map(|s| words(s).collect()).unwrap_or_default();
            file.fat.extend(entries);
        }
        let directory = file.chain(word(bytes, 48)?, u64::MAX);
        file.streams = directory.chunks_exact(128).filter_map(|entry| stream(entry, sector)).collect();
        let mini_fat = file.chain(word(bytes, 60)?, u64::MAX);
        file.mini_fat = words(&mini_fat).collect();
        let root = file.streams.iter().find(|s| s.is_root).map(|s| (s.start, s.size));
        if let Some((start, size)) = root {
            file.mini = file.chain(start, size);
        }
        Some(file).filter(|f| !f.streams.is_empty())
    }

    fn sector(&self, i: u32) -> Option<&'a [u8]> {
        let start = (i as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The bytes of a chain, up to a size; less where the chain breaks off.
    fn chain(&self, start: u32, size: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut next = start;
        for _ in 0..=self.fat.len() {
            let Some(sector) = self.sector(next).filter(|_| next < MAX_SECTOR && (out.len() as u64) < size) else {
                break;
            };
            out.extend_from_slice(sector);
            // A circle would give more than the whole file.
            if out.len() > self.bytes.len() {
                break;
            }
            next = self.fat.get(next as usize).copied().unwrap_or(u32::MAX);
        }
        out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        out
    }

    fn mini_chain(&self, start: u32, size: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut next = start;
        for _ in 0..=self.mini_fat.len() {
            let at = (next as usize).saturating_mul(MINI_SECTOR);
            let sector = self.mini.get(at..at.saturating_add(MINI_SECTOR).min(self.mini.len()));
            let Some(sector) = sector.filter(|s| !s.is_empty() && (out.len() as u64) < size) else { break };
            out.extend_from_slice(sector);
            next = self.mini_fat.get(next as usize).copied().unwrap_or(u32::MAX);
        }
        out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        out
    }

    pub fn has(&self, name: &str) -> bool {
        self.streams.iter().any(|s| s.name.eq_ignore_ascii_case(name))
    }

    /// The content of a stream.
    pub fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let stream = self.streams.iter().find(|s| !s.is_root && s.name.eq_ignore_ascii_case(name))?;
        Some(if stream.size < MINI_LIMIT {
            self.mini_chain(stream.start, stream.size)
        } else {
            self.chain(stream.start, stream.size)
        })
    }
}

fn stream(entry: &[u8], sector: usize) -> Option<Stream> {
    let kind = *entry.get(66)?;
    // Storages, streams and the root.
    if !matches!(kind, 1 | 2 | 5) {
        return None;
    }
    let units = entry.get(..64)?.chunks_exact(2).filter_map(|c| half(c, 0)).take_while(|u| *u != 0);
    let name = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
    let size = u64::from(word(entry, 120)?);
    // Small files may have rubbish in the upper half.
    let size = if sector == 512 { size } else { size | u64::from(word(entry, 124)?) << 32 };
    Some(Stream { name, start: word(entry, 116)?, size, is_root: kind == 5 })
}
