//! The file's header and its pages (sqlite.org/fileformat2.html, sections 1.2 to 1.6).

/// How texts are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// The label of the WHATWG.
    pub fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }
}

const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;

/// The smallest page that may remain once the reserved bytes are taken off.
const MIN_USABLE: usize = 480;

/// Why a page or a cell could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// Beyond the end of the file.
    Missing,
    /// In use already: a circle, or two structures that claim the same page.
    Repeated,
    /// Not what should stand there.
    Garbled,
}

/// A database file, of which every page is handed out once.
///
/// In a sound file each page belongs to one structure, so nothing is lost by this, and no file can
/// make a reader go in circles or unfold the same bytes many times over.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    pub page_size: usize,
    /// Bytes of a page without those reserved for extensions.
    pub usable: usize,
    pub encoding: Encoding,
    /// Changes go to a second file first.
    pub is_wal: bool,
    /// Pages that the header says there are, where it can be believed.
    pub n_pages_said: Option<u64>,
    used: Vec<u64>,
    n_used: u64,
}

impl<'a> File<'a> {
    /// `None` when the header is not that of a database.
    pub fn open(bytes: &'a [u8]) -> Option<File<'a>> {
        let header = bytes.get(..HEADER_BYTES).filter(|h| h.starts_with(MAGIC))?;
        let byte = |at: usize| header.get(at).copied();
        let page_size = match be(header, 16, 2)? {
            1 => 65_536,
            n => n as usize,
        };
        if !(512..=65_536).contains(&page_size) || !page_size.is_power_of_two() {
            return None;
        }
        let usable = page_size.checked_sub(usize::from(byte(20)?)).filter(|n| *n >= MIN_USABLE)?;
        // The shares of a page that a payload may take are fixed.
        if header.get(21..24)? != [64, 32, 32] {
            return None;
        }
        let encoding = match be(header, 56, 4)? {
            // 0 before the first table is made.
            0 | 1 => Encoding::Utf8,
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => return None,
        };
        // Old programs leave a stale count behind; then these two differ.
        let n_pages_said = Some(be(header, 28, 4)?).filter(|n| *n > 0 && be(header, 24, 4) == be(header, 92, 4));
        let n_pages = bytes.len() / page_size;
        let is_wal = byte(18)? == 2 || byte(19)? == 2;
        let used = vec![0; n_pages.div_ceil(64)];
        Some(File { bytes, page_size, usable, encoding, is_wal, n_pages_said, used, n_used: 0 })
    }

    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whole pages that are there.
    pub fn n_pages(&self) -> u64 {
        (self.bytes.len() / self.page_size) as u64
    }

    /// Bytes of the pages handed out so far.
    pub fn n_used_bytes(&self) -> u64 {
        self.n_used.saturating_mul(self.page_size as u64)
    }

    /// Where a page starts in the file; pages count from 1.
    pub fn offset_of(&self, page: u32) -> u64 {
        u64::from(page).saturating_sub(1).saturating_mul(self.page_size as u64)
    }

    /// The usable bytes of a page.
    ///
    /// # Errors
    /// When it is not there, or was handed out before.
    pub fn take(&mut self, page: u32) -> Result<&'a [u8], Damage> {
        let index = (page as usize).checked_sub(1).ok_or(Damage::Garbled)?;
        let start = index.checked_mul(self.page_size).ok_or(Damage::Missing)?;
        let end = start.checked_add(self.page_size).ok_or(Damage::Missing)?;
        let whole = self.bytes.get(start..end).ok_or(Damage::Missing)?;
        let (word, bit) = (self.used.get_mut(index / 64).ok_or(Damage::Missing)?, 1u64 << (index % 64));
        if *word & bit != 0 {
            return Err(Damage::Repeated);
        }
        *word |= bit;
        self.n_used += 1;
        whole.get(..self.usable).ok_or(Damage::Garbled)
    }
}

/// A big-endian number of up to eight bytes.
pub(super) fn be(bytes: &[u8], at: usize, n: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(n)?)?;
    Some(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Vec<u8> {
        let mut bytes = vec![0; 1024];
        bytes[..16].copy_from_slice(MAGIC);
        bytes[16..24].copy_from_slice(&[2, 0, 1, 1, 0, 64, 32, 32]);
        bytes
    }

    #[test]
    fn headers_are_checked() {
        let good = header();
        let file = File::open(&good).unwrap();
        assert_eq!((file.page_size, file.usable, file.n_pages(), file.is_wal), (512, 512, 2, false));
        for (at, value) in [(0, b'x'), (16, 3), (16, 0), (20, 60), (21, 63), (59, 4)] {
            let mut bad = header();
            bad[at] = value;
            assert!(File::open(&bad).is_none(), "byte {at} = {value}");
        }
        assert!(File::open(&good[..99]).is_none());
        let mut largest = header();
        largest[16..18].copy_from_slice(&[0, 1]);
        assert_eq!(File::open(&largest).map(|f| (f.page_size, f.n_pages())), Some((65_536, 0)));
    }

    #[test]
    fn a_page_is_handed_out_once() {
        let bytes = header();
        let mut file = File::open(&bytes).unwrap();
        assert_eq!(file.take(2).map(<[u8]>::len), Ok(512));
        assert_eq!(file.take(2), Err(Damage::Repeated));
        assert_eq!(file.take(3), Err(Damage::Missing));
        assert_eq!(file.take(u32::MAX), Err(Damage::Missing));
        assert_eq!(file.take(0), Err(Damage::Garbled));
        assert_eq!(file.n_used_bytes(), 512);
    }
}
