//! The file's header: sizes, byte order, encoding.

use super::super::bytes::Order;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

pub(super) const DATA_SET: [u8; 32] = mark(0x60);
pub(super) const CATALOG: [u8; 32] = mark(0x63);

/// What SAS files begin with; one byte says which kind.
const fn mark(kind: u8) -> [u8; 32] {
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC2, 0xEA, 0x81, kind, 0xB3, 0x14, 0x11, 0xCF, 0xBD, 0x92, 8, 0, 9, 0xC7,
        0x31, 0x8C, 0x18, 0x1F, 0x10, 0x11,
    ]
}

/// Sizes that real files keep to.
const SIZES: std::ops::RangeInclusive<usize> = 1024..=1 << 24;

#[derive(Debug)]
pub(super) struct Header {
    pub order: Order,
    pub is_64: bool,
    pub encoding: u8,
    /// Where the first page starts.
    pub size: usize,
    pub page_size: usize,
    /// Whether rows may follow subheaders at any place, as Stat/Transfer writes them.
    pub is_unaligned: bool,
}

impl Header {
    /// Bytes at the start of a page before its subheaders or rows.
    pub fn page_header(&self) -> usize {
        if self.is_64 { 40 } else { 24 }
    }

    /// Bytes of an entry in the list of subheaders.
    pub fn pointer_size(&self) -> usize {
        if self.is_64 { 24 } else { 12 }
    }

    /// Bytes of a whole number, and of the mark at the start of a subheader.
    pub fn word(&self) -> usize {
        if self.is_64 { 8 } else { 4 }
    }

    /// The number at a place, in words of this file.
    pub fn uint(&self, bytes: &[u8], at: usize) -> Option<u64> {
        Some(self.order.uint(bytes.get(at..at.checked_add(self.word())?)?))
    }

    /// All pages with where each starts. The last may be cut off.
    pub fn pages<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = (usize, &'a [u8])> {
        let pages = bytes.get(self.size..).unwrap_or(&[]).chunks(self.page_size);
        let (start, step) = (self.size, self.page_size);
        pages.enumerate().map(move |(i, page)| (start + i * step, page))
    }
}

pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let flag = |at: usize| bytes.get(at).copied();
    let is_64 = flag(32)? == b'3';
    let order = if flag(37)? == 1 { Order::Little } else { Order::Big };
    // Dates are aligned to eight bytes in some files, which moves all that follows.
    let shift = if flag(35)? == b'3' { 4 } else { 0 };
    let size = order.u32(bytes, 196 + shift)? as usize;
    let page_size = order.u32(bytes, 200 + shift)? as usize;
    (SIZES.contains(&size) && SIZES.contains(&page_size)).then_some(Header {
        order,
        is_64,
        encoding: flag(70)?,
        size,
        page_size,
        // SAS itself always has a release behind the version.
        is_unaligned: bytes.get(216 + shift..224 + shift).is_some_and(|r| r.get(1..) == Some(b".0000M0")),
    })
}

/// The encoding with a number in SAS ("Encoding values in SAS language elements", National
/// Language Support reference).
pub(super) fn encoding(number: u8) -> Option<&'static Encoding> {
    let label = match number {
        20 => return Some(UTF_8),
        // Not set, ASCII, Latin 1 (which on Windows has more), any.
        0 | 28 | 29 | 62 | 204 => return Some(WINDOWS_1252),
        30 => "iso-8859-2",
        31 => "iso-8859-3",
        32 => "iso-8859-4",
        33 => "iso-8859-5",
        34 => "iso-8859-6",
        35 => "iso-8859-7",
        36 => "iso-8859-8",
        37 => "windows-1254",
        38 => "iso-8859-10",
        39 | 51 => "windows-874",
        40 => "iso-8859-15",
        49 => "ibm866",
        60 => "windows-1250",
        61 => "windows-1251",
        63 => "windows-1253",
        64 => "windows-1254",
        65 => "windows-1255",
        66 => "windows-1256",
        67 => "windows-1257",
        68 => "windows-1258",
        69 => "macintosh",
        118 | 123 => "big5",
        125 | 205 => "gb18030",
        126 => "gbk",
        134 => "euc-jp",
        136 | 138 => "shift_jis",
        140..=142 => "euc-kr",
        167 => "iso-2022-jp",
        227 => "iso-8859-14",
        242 => "iso-8859-13",
        246 => "x-mac-cyrillic",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}
