//! The rows: side by side on pages, or packed one by one in subheaders.

use super::super::sheet::{CUT_ROW, Sheet, hex};
use super::description::{Description, Packing, PageKind, is_known, mark, page_kind, pointers};
use super::header::Header;
use super::{bad, push_row, unpack, words_of};
use crate::base::{Problem, wording};
use crate::source::spec::ReadProgress;

/// Bytes of all packed rows once unpacked. A few bytes can stand for a long row.
const MAX_UNPACKED_BYTES: u64 = 4_000_000_000;

const DELETED: &str = "deleted in SAS, but still in the file";
const NOT_UNPACKED: &str = "the row cannot be unpacked";

struct Reader<'a, 's> {
    header: &'a Header,
    description: &'a Description<'a>,
    sheet: &'s mut Sheet,
    size_bytes: usize,
    n_unpacked: u64,
    row: Vec<u8>,
}

/// Reads the rows of all pages into the table.
///
/// # Errors
/// `bad_sas`, `unknown_packing`, `unpacked_too_large`, `table_too_large`.
pub(super) fn rows(
    bytes: &[u8],
    header: &Header,
    description: &Description,
    sheet: &mut Sheet,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<(), Problem> {
    if description.row_size == 0 {
        return Err(bad());
    }
    let mut reader = Reader { header, description, sheet, size_bytes: bytes.len(), n_unpacked: 0, row: Vec::new() };
    for (start, page) in header.pages(bytes) {
        let Some((kind, has_deleted)) = page_kind(page, header) else { continue };
        match kind {
            PageKind::Rows => {
                let n = header.order.u16(page, header.page_header() - 6).unwrap_or(0);
                reader.plain(start, page, header.page_header(), u64::from(n), has_deleted, progress)?;
            }
            PageKind::Subheaders => reader.packed(start, page, progress)?,
            PageKind::Mixed => {
                reader.packed(start, page, progress)?;
                let n_pointers = usize::from(header.order.u16(page, header.page_header() - 4).unwrap_or(0));
                let first = header.page_header() + n_pointers * header.pointer_size();
                let first = if header.is_unaligned && !is_padding(page.get(first..first + 4)) {
                    first
                } else {
                    first.next_multiple_of(8)
                };
                reader.plain(start, page, first, description.n_mixed, has_deleted, progress)?;
            }
            PageKind::Other => {}
        }
        if reader.is_done() {
            break;
        }
    }
    Ok(())
}

/// What stands between subheaders and rows to begin these at a multiple of eight.
fn is_padding(bytes: Option<&[u8]>) -> bool {
    matches!(bytes, Some([0, 0, 0, 0] | b"    "))
}

impl Reader<'_, '_> {
    fn is_done(&self) -> bool {
        self.sheet.n_seen() >= self.description.n_rows
    }

    /// Rows side by side.
    fn plain(
        &mut self,
        start: usize,
        page: &[u8],
        first: usize,
        n: u64,
        has_deleted: bool,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<(), Problem> {
        let size = self.description.row_size;
        let n = usize::try_from(n.min(self.description.n_rows.saturating_sub(self.sheet.n_seen()))).unwrap_or(0);
        let rows = page.get(first..).unwrap_or(&[]);
        let deleted = if has_deleted { self.deleted(page, first) } else { &[] };
        for (i, row) in rows.chunks_exact(size).take(n).enumerate() {
            let at = start + first + i * size;
            if deleted.get(i / 8).is_some_and(|bits| bits & (0x80 >> (i % 8)) != 0) {
                let text = words_of(self.sheet, row, self.description, self.header.order);
                self.sheet.put_aside(at, DELETED, || text);
                continue;
            }
            push_row(self.sheet, row, self.description, self.header.order)?;
            self.sheet.end_row(at + size, self.size_bytes, progress)?;
        }
        let n_whole = rows.len() / size;
        let rest = rows.get(n_whole * size..).unwrap_or(&[]);
        if n > n_whole && page.len() < self.header.page_size && !rest.is_empty() {
            self.sheet.put_aside(start + first + n_whole * size, CUT_ROW, || hex(rest));
        }
        Ok(())
    }

    /// The bits that say which rows of a page are deleted, the first row's highest. Where they
    /// start is said in the page's header, counted from the end of the rows.
    fn deleted<'p>(&self, page: &'p [u8], first: usize) -> &'p [u8] {
        let half = |before: usize| self.header.order.u16(page, self.header.page_header() - before).map(usize::from);
        // Blocks are subheaders and rows.
        let n = half(6).unwrap_or(0).saturating_sub(half(4).unwrap_or(0));
        let place = self.header.order.u32(page, if self.header.is_64 { 24 } else { 12 });
        let start = place.and_then(|place| {
            // Counted without the part of the page's header that is the same in all files.
            let before = first.checked_sub(8)?;
            before.checked_add(n.checked_mul(self.description.row_size)?)?.checked_add(place as usize)
        });
        start.and_then(|start| page.get(start..start.checked_add(n.div_ceil(8))?)).unwrap_or(&[])
    }

    /// Rows in subheaders, packed or, where that would not have saved anything, plain.
    fn packed(&mut self, start: usize, page: &[u8], progress: &mut dyn FnMut(ReadProgress)) -> Result<(), Problem> {
        for pointer in pointers(page, self.header) {
            if self.is_done() {
                return Ok(());
            }
            let at = start + pointer.start;
            let size = self.description.row_size;
            match pointer.packing {
                0 => {
                    let is_other = mark(pointer.bytes, self.header).is_none_or(is_known);
                    if !pointer.is_row || is_other || self.description.packing == Packing::None {
                        continue;
                    }
                    match pointer.bytes.get(..size) {
                        Some(row) => push_row(self.sheet, row, self.description, self.header.order)?,
                        None => {
                            self.sheet.put_aside(at, NOT_UNPACKED, || hex(pointer.bytes));
                            continue;
                        }
                    }
                }
                4 => {
                    self.n_unpacked += size as u64;
                    if self.n_unpacked > MAX_UNPACKED_BYTES {
                        return Err(too_large());
                    }
                    let mut row = std::mem::take(&mut self.row);
                    let is_whole = match self.description.packing {
                        Packing::RunLength => unpack::run_length(pointer.bytes, size, &mut row),
                        Packing::Ross => unpack::ross(pointer.bytes, size, &mut row),
                        Packing::None => return Err(unknown_packing()),
                    };
                    if is_whole {
                        push_row(self.sheet, &row, self.description, self.header.order)?;
                    } else {
                        self.sheet.put_aside(at, NOT_UNPACKED, || hex(pointer.bytes));
                    }
                    self.row = row;
                    if !is_whole {
                        continue;
                    }
                }
                _ => return Err(unknown_packing()),
            }
            self.sheet.end_row(at + pointer.bytes.len(), self.size_bytes, progress)?;
        }
        Ok(())
    }
}

fn too_large() -> Problem {
    Problem::limit("unpacked_too_large", "This SAS file is too large once unpacked.")
        .because(format!("It was unpacked up to {} and went on.", wording::format_bytes(MAX_UNPACKED_BYTES)))
        .hint("Save the rows or columns that you need as a data set of their own.")
}

fn unknown_packing() -> Problem {
    Problem::input("unknown_packing", "The rows of this SAS file are packed in a way that is not known here.")
        .hint("Save the data set with compress=no, or export it as CSV.")
}
