//! What the subheaders say of the table: its rows, columns, names, formats.

use super::super::sheet::MAX_COLUMNS;
use super::header::Header;

/// Marks of the subheaders that say something; each is the low half where marks have eight bytes.
const ROW_SIZE: u32 = 0xF7F7_F7F7;
const COLUMN_SIZE: u32 = 0xF6F6_F6F6;
const COUNTS: u32 = 0xFFFF_FC00;
const FORMAT: u32 = 0xFFFF_FBFE;
const TEXT: u32 = 0xFFFF_FFFD;
const NAMES: u32 = 0xFFFF_FFFF;
const ATTRIBUTES: u32 = 0xFFFF_FFFC;
/// All marks of columns begin so.
const OF_COLUMNS: u32 = 0xFFFF_FFF8;

/// The longest row that is believed.
const MAX_ROW: usize = 1 << 26;

/// A piece of a text block: which one, where, how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextPlace {
    block: usize,
    start: usize,
    length: usize,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    pub name: TextPlace,
    pub format: TextPlace,
    pub label: TextPlace,
    pub place: usize,
    pub size: usize,
    pub is_text: bool,
}

/// How rows are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    RunLength,
    Ross,
}

#[derive(Debug)]
pub(super) struct Description<'a> {
    blocks: Vec<&'a [u8]>,
    pub columns: Vec<Column>,
    pub n_rows: u64,
    pub row_size: usize,
    /// Rows on a page that also describes.
    pub n_mixed: u64,
    pub packing: Packing,
}

impl<'a> Description<'a> {
    pub fn text(&self, place: TextPlace) -> &'a [u8] {
        let block = self.blocks.get(place.block).copied().unwrap_or(&[]);
        block.get(place.start..place.start + place.length).unwrap_or(&[])
    }
}

/// What a page is, by the bits of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    /// Subheaders, which may be packed rows.
    Subheaders,
    /// Rows and nothing else.
    Rows,
    /// Subheaders, then rows.
    Mixed,
    /// Something else, such as an index.
    Other,
}

/// The page's type, and whether some of its rows are deleted.
pub(super) fn page_kind(page: &[u8], header: &Header) -> Option<(PageKind, bool)> {
    let bits = header.order.u16(page, header.page_header() - 8)?;
    let kind = match bits & 0x0F00 {
        0x100 => PageKind::Rows,
        _ if bits & 0x9000 != 0 => PageKind::Other,
        0 | 0x400 => PageKind::Subheaders,
        0x200 => PageKind::Mixed,
        _ => PageKind::Other,
    };
    Some((kind, bits & 0x80 != 0))
}

/// An entry of a page's list of subheaders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pointer<'a> {
    /// Where it starts in its page.
    pub start: usize,
    pub bytes: &'a [u8],
    pub packing: u8,
    /// Whether it may be a row.
    pub is_row: bool,
}

/// The subheaders of a page that are there as a whole and still say something.
pub(super) fn pointers<'a>(page: &'a [u8], header: &Header) -> Vec<Pointer<'a>> {
    let n = usize::from(header.order.u16(page, header.page_header() - 4).unwrap_or(0));
    let list = page.get(header.page_header()..).unwrap_or(&[]);
    list.chunks_exact(header.pointer_size()).take(n).filter_map(|entry| pointer(page, entry, header)).collect()
}

fn pointer<'a>(page: &'a [u8], entry: &[u8], header: &Header) -> Option<Pointer<'a>> {
    let word = header.word();
    let start = usize::try_from(header.uint(entry, 0)?).ok()?;
    let length = usize::try_from(header.uint(entry, word)?).ok()?;
    let (packing, kind) = (*entry.get(2 * word)?, *entry.get(2 * word + 1)?);
    // Packing 1 marks what was left behind.
    if length == 0 || packing == 1 {
        return None;
    }
    Some(Pointer { start, bytes: page.get(start..start.checked_add(length)?)?, packing, is_row: kind == 1 })
}

/// The mark of a subheader. In files of 64 bits the half that counts is the first or the second.
pub(super) fn mark(bytes: &[u8], header: &Header) -> Option<u32> {
    let first = header.order.u32(bytes, 0)?;
    if header.is_64 && header.order == super::Order::Big && matches!(first, 0 | u32::MAX) {
        return header.order.u32(bytes, 4);
    }
    Some(first)
}

pub(super) fn is_known(mark: u32) -> bool {
    matches!(mark, ROW_SIZE | COLUMN_SIZE | COUNTS | FORMAT) || mark & OF_COLUMNS == OF_COLUMNS
}

#[derive(Default)]
struct Found<'a> {
    blocks: Vec<&'a [u8]>,
    names: Vec<TextPlace>,
    attributes: Vec<(usize, usize, bool)>,
    formats: Vec<(TextPlace, TextPlace)>,
    n_columns: Option<u64>,
    row: Option<(u64, u64, u64)>,
    packing_name: TextPlace,
}

/// Reads the subheaders of all pages.
pub(super) fn read<'a>(bytes: &'a [u8], header: &Header) -> Option<Description<'a>> {
    let mut found = Found::default();
    for (_, page) in header.pages(bytes) {
        let Some((kind, _)) = page_kind(page, header) else { continue };
        if !matches!(kind, PageKind::Subheaders | PageKind::Mixed) {
            continue;
        }
        for pointer in pointers(page, header) {
            if pointer.packing == 0
                && let Some(mark) = mark(pointer.bytes, header)
            {
                found.add(mark, pointer.bytes, header)?;
            }
        }
    }
    found.put_together()
}

impl<'a> Found<'a> {
    fn add(&mut self, mark: u32, bytes: &'a [u8], header: &Header) -> Option<()> {
        let word = header.word();
        match mark {
            ROW_SIZE if self.row.is_none() => {
                let at = |n: usize| header.uint(bytes, n * word);
                self.row = Some((at(5)?, at(6)?, at(15)?));
                // Behind the numbers stand places of texts, of which this is the name of the packing.
                self.packing_name = text_place(bytes, if header.is_64 { 692 } else { 364 }, header).unwrap_or_default();
            }
            COLUMN_SIZE if self.n_columns.is_none() => self.n_columns = Some(header.uint(bytes, word)?),
            TEXT => self.blocks.push(bytes.get(word..)?),
            NAMES => {
                for entry in entries(bytes, word, 8, header)? {
                    self.names.push(text_place(entry, 0, header)?);
                }
            }
            ATTRIBUTES => {
                for entry in entries(bytes, word, word + 8, header)? {
                    let place = usize::try_from(header.uint(entry, 0)?).ok()?;
                    let size = header.order.u32(entry, word)? as usize;
                    self.attributes.push((place, size, *entry.get(word + 6)? == 2));
                }
            }
            FORMAT => {
                let at = if header.is_64 { 46 } else { 34 };
                self.formats.push((text_place(bytes, at, header)?, text_place(bytes, at + 6, header)?));
            }
            _ => {}
        }
        (self.names.len().max(self.attributes.len()).max(self.formats.len()) <= MAX_COLUMNS).then_some(())
    }

    fn put_together(self) -> Option<Description<'a>> {
        let (row_size, n_rows, n_mixed) = self.row?;
        let row_size = usize::try_from(row_size).ok().filter(|n| *n <= MAX_ROW)?;
        let n_columns = usize::try_from(self.n_columns?).ok().filter(|n| *n <= MAX_COLUMNS)?;
        // Each column has a place; one without a name is named by position.
        if self.attributes.len() < n_columns {
            return None;
        }
        let mut columns = Vec::with_capacity(n_columns);
        let mut n_used = 0usize;
        for (i, (place, size, is_text)) in self.attributes.iter().take(n_columns).copied().enumerate() {
            let name = self.names.get(i).copied().unwrap_or_default();
            let (format, label) = self.formats.get(i).copied().unwrap_or_default();
            let is_inside = place.checked_add(size).is_some_and(|end| end <= row_size);
            if !is_inside || (!is_text && size > 8) {
                return None;
            }
            n_used = n_used.saturating_add(size);
            columns.push(Column { name, format, label, place, size, is_text });
        }
        // Columns lie side by side; on top of each other, a few bytes would stand for many cells.
        if n_used > row_size {
            return None;
        }
        let mut out = Description { blocks: self.blocks, columns, n_rows, row_size, n_mixed, packing: Packing::None };
        let named = out.text(self.packing_name);
        let first = out.blocks.first().copied().unwrap_or(&[]);
        let start = first.get(..64.min(first.len())).unwrap_or(&[]);
        let has = |name: &[u8]| named.starts_with(name) || start.windows(name.len()).any(|w| w == name);
        if has(b"SASYZCRL") {
            out.packing = Packing::RunLength;
        } else if has(b"SASYZCR2") {
            out.packing = Packing::Ross;
        }
        Some(out)
    }
}

/// The entries of a list: behind the mark and eight bytes, up to twelve bytes before the end.
fn entries<'a>(bytes: &'a [u8], word: usize, size: usize, header: &Header) -> Option<impl Iterator<Item = &'a [u8]>> {
    let n = bytes.len().checked_sub(if header.is_64 { 28 } else { 20 })? / size;
    Some(bytes.get(word + 8..)?.chunks_exact(size).take(n))
}

fn text_place(bytes: &[u8], at: usize, header: &Header) -> Option<TextPlace> {
    let half = |at| header.order.u16(bytes, at).map(usize::from);
    Some(TextPlace { block: half(at)?, start: half(at + 2)?, length: half(at + 4)? })
}
