//! Walks the b-tree of a table and hands out its rows in order (fileformat2.html, sections 1.6 and 2).

use super::file::{Damage, File, be};
use super::record::varint;
use std::borrow::Cow;

/// SQLite itself goes no deeper (`BTCURSOR_MAX_DEPTH`); a tree of this depth holds more rows than a file can.
const MAX_DEPTH: usize = 20;

const INDEX_INTERIOR: u8 = 2;
const TABLE_INTERIOR: u8 = 5;
const INDEX_LEAF: u8 = 10;
const TABLE_LEAF: u8 = 13;

/// A row, or a place where one was.
pub(super) struct Found<'a> {
    /// Where it stands in the file.
    pub byte: u64,
    pub row: Result<Row<'a>, Damage>,
}

pub(super) struct Row<'a> {
    /// `None` in a table without rowids.
    pub rowid: Option<i64>,
    pub payload: Cow<'a, [u8]>,
}

/// A page of a tree.
struct Node<'a> {
    bytes: &'a [u8],
    offset: u64,
    is_index: bool,
    is_leaf: bool,
    /// Where each cell starts, two bytes each.
    pointers: &'a [u8],
    /// The page after the last cell.
    last_child: u32,
    /// What comes next: the child before cell `next`, or in a leaf the cell itself.
    next: usize,
    /// Cells cannot take more than the page has. Pointers to the same bytes end here.
    n_left: usize,
}

/// A cell that is not yet put together.
struct Cell<'a> {
    rowid: Option<i64>,
    local: &'a [u8],
    n_payload: usize,
    overflow: Option<u32>,
}

impl<'a> Node<'a> {
    fn read(file: &mut File<'a>, page: u32) -> Result<Node<'a>, Damage> {
        let bytes = file.take(page)?;
        // The first page begins with the file's header.
        let start = if page == 1 { 100 } else { 0 };
        let garbled = || Damage::Garbled;
        let kind = *bytes.get(start).ok_or_else(garbled)?;
        let (is_index, is_leaf) = match kind {
            INDEX_INTERIOR => (true, false),
            TABLE_INTERIOR => (false, false),
            INDEX_LEAF => (true, true),
            TABLE_LEAF => (false, true),
            _ => return Err(Damage::Garbled),
        };
        let n_cells = be(bytes, start + 3, 2).ok_or_else(garbled)? as usize;
        let head_bytes = if is_leaf { 8 } else { 12 };
        let last_child = if is_leaf { 0 } else { be(bytes, start + 8, 4).ok_or_else(garbled)? as u32 };
        let first = start + head_bytes;
        let pointers = bytes.get(first..first + 2 * n_cells).ok_or_else(garbled)?;
        let n_left = bytes.len().saturating_sub(first + 2 * n_cells);
        Ok(Node { bytes, offset: file.offset_of(page), is_index, is_leaf, pointers, last_child, next: 0, n_left })
    }

    fn n_cells(&self) -> usize {
        self.pointers.len() / 2
    }

    fn start_of(&self, cell: usize) -> Option<usize> {
        be(self.pointers, 2 * cell, 2).map(|at| at as usize)
    }

    fn child(&self, cell: usize) -> Option<u32> {
        if cell == self.n_cells() {
            return Some(self.last_child);
        }
        be(self.bytes, self.start_of(cell)?, 4).map(|page| page as u32)
    }

    fn byte_of(&self, cell: usize) -> u64 {
        self.offset + self.start_of(cell).unwrap_or(0) as u64
    }

    /// The cell's payload as far as it lies on this page.
    fn cell(&mut self, index: usize, n_file: usize) -> Option<Cell<'a>> {
        let start = self.start_of(index)?;
        let mut at = if self.is_leaf { start } else { start.checked_add(4)? };
        let mut number = |bytes: &[u8]| {
            let (value, n) = varint(bytes.get(at..)?)?;
            at += n;
            Some(value)
        };
        let n_payload = usize::try_from(number(self.bytes)?).ok().filter(|n| *n <= n_file)?;
        let rowid = if self.is_index { None } else { Some(number(self.bytes)? as i64) };
        let n_local = local_bytes(n_payload, self.bytes.len(), self.is_index)?;
        let end = at.checked_add(n_local)?;
        let local = self.bytes.get(at..end)?;
        let overflow = if n_local < n_payload { Some(be(self.bytes, end, 4)? as u32) } else { None };
        self.n_left = self.n_left.checked_sub(end - start)?;
        Some(Cell { rowid, local, n_payload, overflow })
    }
}

/// How many bytes of a payload lie on the page itself.
fn local_bytes(n_payload: usize, usable: usize, is_index: bool) -> Option<usize> {
    let share = |of: usize| usable.checked_sub(12)?.checked_mul(of).map(|n| n / 255)?.checked_sub(23);
    let most = if is_index { share(64)? } else { usable.checked_sub(35)? };
    if n_payload <= most {
        return Some(n_payload);
    }
    let least = share(32)?;
    let fitting = least + n_payload.checked_sub(least)? % usable.checked_sub(4)?;
    Some(if fitting <= most { fitting } else { least })
}

impl<'a> Cell<'a> {
    /// The payload with what lies on other pages.
    fn whole(self, file: &mut File<'a>) -> Result<Row<'a>, Damage> {
        let Some(mut page) = self.overflow else {
            return Ok(Row { rowid: self.rowid, payload: Cow::Borrowed(self.local) });
        };
        let mut payload = self.local.to_vec();
        while payload.len() < self.n_payload {
            let bytes = file.take(page)?;
            page = be(bytes, 0, 4).ok_or(Damage::Garbled)? as u32;
            let rest = bytes.get(4..).ok_or(Damage::Garbled)?;
            let n = rest.len().min(self.n_payload - payload.len());
            payload.extend_from_slice(rest.get(..n).ok_or(Damage::Garbled)?);
        }
        Ok(Row { rowid: self.rowid, payload: Cow::Owned(payload) })
    }
}

/// Calls `visit` for every row below a root page, in the order of the tree, and returns how many
/// pages could not be read; how many rows were on them cannot be told.
///
/// # Errors
/// What `visit` returns.
pub(super) fn walk<'a, E>(
    file: &mut File<'a>,
    root: u32,
    visit: &mut dyn FnMut(&File<'a>, Found<'a>) -> Result<(), E>,
) -> Result<u64, E> {
    let mut n_lost = 0u64;
    let mut open: Vec<Node<'a>> = Vec::new();
    let mut wanted = Some(root);
    loop {
        if let Some(page) = wanted.take() {
            let is_index = open.last().map(|parent| parent.is_index);
            match Node::read(file, page) {
                Ok(node) if is_index.is_none_or(|i| i == node.is_index) && open.len() < MAX_DEPTH => open.push(node),
                _ => n_lost += 1,
            }
        }
        let Some(node) = open.last_mut() else { return Ok(n_lost) };
        let next = node.next;
        node.next += 1;
        // Of a tree without rowids, the cells between the children are rows as well.
        let row = match (node.is_leaf, node.is_index) {
            (true, _) => Some(next).filter(|n| *n < node.n_cells()),
            (false, true) => next.checked_sub(1).filter(|n| *n < node.n_cells()),
            (false, false) => None,
        };
        if let Some(index) = row {
            let byte = node.byte_of(index);
            let cell = node.cell(index, file.n_bytes());
            let row = cell.ok_or(Damage::Garbled).and_then(|cell| cell.whole(file));
            visit(file, Found { byte, row })?;
        }
        let Some(node) = open.last() else { return Ok(n_lost) };
        if node.is_leaf {
            if next >= node.n_cells() {
                open.pop();
            }
        } else if next <= node.n_cells() {
            match node.child(next) {
                Some(child) => wanted = Some(child),
                None => n_lost += 1,
            }
        } else {
            open.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_spill_as_the_format_says() {
        assert_eq!(local_bytes(477, 512, false), Some(477));
        // U = 512: M = 39, X = 477; 478 bytes leave 39 + (478-39) % 508 = 478 > X, so M.
        assert_eq!(local_bytes(478, 512, false), Some(39));
        assert_eq!(local_bytes(560, 512, false), Some(52));
        assert_eq!(local_bytes(102, 512, true), Some(102));
        assert_eq!(local_bytes(103, 512, true), Some(39));
        assert_eq!(local_bytes(usize::MAX, 480, true), local_bytes(usize::MAX, 480, true));
        assert_eq!(local_bytes(5, 8, false), None);
    }
}
