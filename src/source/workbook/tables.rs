//! The tables within a sheet: blocks of cells with empty rows or columns between them.
//!
//! A sheet is cut only where both sides show that they are tables of their own, by a header unlike what
//! is below it. Everything else stays in one piece: titles, notes, sections of one table with empty
//! rows between them. Each cell belongs to just one block.

use super::sheet::{Area, Cell, Is, Sheet};
use std::collections::{BTreeMap, BTreeSet};

/// With more tables than this on a sheet, it is taken as one.
const MAX_TABLES: usize = 64;
/// With more pieces than this between empty rows, a sheet is no page of a few tables.
const MAX_SEGMENTS: usize = 2_000;
/// Rows below a header that are looked at.
const N_PROBES: usize = 20;
/// Rows of names above each other.
const MAX_HEADER_ROWS: u32 = 4;
const MAX_NAME_CHARS: usize = 80;
/// Merged cells in one row that are looked at.
const MAX_AREAS: usize = 1_000;

/// A block of cells, its edges included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
    /// A header that merged cells make out, put together from its rows.
    pub header: Option<Header>,
    /// The row of names where they are sure to be names, in a single row.
    pub names_row: Option<u32>,
    /// The line above the table.
    pub title: Option<String>,
}

/// Rows of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub top: u32,
    pub bottom: u32,
    /// By column; those of a row above come first: `Q1 | Jan`.
    pub names: BTreeMap<u32, String>,
}

/// Finds the blocks, from top to bottom and from left to right.
pub(super) fn find(sheet: &Sheet) -> Vec<Block> {
    let grid = Grid::new(sheet);
    let Some(all) = grid.all() else { return Vec::new() };
    let mut regions = grid.beside(all).unwrap_or_else(|| vec![all]);
    regions = regions.into_iter().flat_map(|region| grid.stacked(region)).collect();
    if regions.len() > MAX_TABLES {
        regions = vec![all];
    }
    regions.sort_by_key(|r| (r.top, r.left));
    regions.into_iter().map(|region| grid.block(region)).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    top: u32,
    left: u32,
    bottom: u32,
    right: u32,
}

/// What a region looks like.
struct Look {
    head: Option<Header>,
    title: Option<String>,
    /// Names over columns of another kind.
    is_table: bool,
    /// Never more than one cell a row.
    is_note: bool,
    n_columns: usize,
}

struct Grid<'s> {
    sheet: &'s Sheet,
    /// Where the cells of each row that has any begin.
    rows: Vec<(u32, usize)>,
    /// Merged cells by their first row.
    merged: BTreeMap<u32, Vec<Area>>,
}

impl<'s> Grid<'s> {
    fn new(sheet: &'s Sheet) -> Grid<'s> {
        let mut rows: Vec<(u32, usize)> = Vec::new();
        for (i, cell) in sheet.cells.iter().enumerate() {
            if rows.last().is_none_or(|(row, _)| *row != cell.row) {
                rows.push((cell.row, i));
            }
        }
        let mut merged: BTreeMap<u32, Vec<Area>> = BTreeMap::new();
        for area in &sheet.merged {
            merged.entry(area.top).or_default().push(*area);
        }
        Grid { sheet, rows, merged }
    }

    fn all(&self) -> Option<Region> {
        let cells = &self.sheet.cells;
        let (first, last) = (cells.first()?, cells.last()?);
        let left = cells.iter().map(|c| c.column).min()?;
        let right = cells.iter().map(|c| c.column).max()?;
        Some(Region { top: first.row, left, bottom: last.row, right })
    }

    /// The rows of a region that have cells in it, with these cells.
    fn rows_of(&self, region: Region) -> impl Iterator<Item = (u32, &'s [Cell])> + '_ {
        let first = self.rows.partition_point(|(row, _)| *row < region.top);
        let after = self.rows.partition_point(|(row, _)| *row <= region.bottom);
        let cells = &self.sheet.cells;
        (first..after).filter_map(move |i| {
            let (row, start) = *self.rows.get(i)?;
            let end = self.rows.get(i + 1).map_or(cells.len(), |(_, start)| *start);
            let of_row = cells.get(start..end)?;
            let from = of_row.partition_point(|c| c.column < region.left);
            let to = of_row.partition_point(|c| c.column <= region.right);
            of_row.get(from..to).filter(|cells| !cells.is_empty()).map(|cells| (row, cells))
        })
    }

    /// Cuts a region at empty columns. `None` where it stays in one piece.
    fn beside(&self, region: Region) -> Option<Vec<Region>> {
        let mut is_used = vec![false; (region.right - region.left) as usize + 1];
        for cell in self.rows_of(region).flat_map(|(_, cells)| cells) {
            if let Some(slot) = is_used.get_mut((cell.column - region.left) as usize) {
                *slot = true;
            }
        }
        let mut groups: Vec<Region> = Vec::new();
        for (column, _) in (region.left..).zip(is_used).filter(|(_, is_used)| *is_used) {
            match groups.last_mut() {
                Some(group) if group.right + 1 == column => group.right = column,
                _ => groups.push(Region { left: column, right: column, ..region }),
            }
        }
        if groups.len() < 2 || groups.len() > MAX_TABLES {
            return None;
        }
        let sides: Vec<(Region, Option<Side>)> = groups.into_iter().map(|g| (g, self.side(g))).collect();
        let mut pieces: Vec<(Region, Option<Side>)> = Vec::new();
        for (group, side) in sides {
            match pieces.last_mut() {
                Some((piece, Some(before))) if side.as_ref().is_some_and(|side| before.is_apart(side)) => {
                    piece.right = piece.right.max(piece.left);
                    pieces.push((group, side));
                }
                Some((piece, before)) => {
                    piece.right = group.right;
                    if before.is_none() {
                        *before = side;
                    }
                }
                None => pieces.push((group, side)),
            }
        }
        (pieces.len() > 1).then(|| pieces.into_iter().map(|(region, _)| region).collect())
    }

    /// What tells whether a group of columns is a table of its own.
    fn side(&self, region: Region) -> Option<Side> {
        let look = self.look(region);
        let head = look.head.filter(|_| look.is_table && look.n_columns >= 2)?;
        let (mut n_cells, mut n_rows, mut last) = (0usize, 0usize, head.bottom);
        for (row, cells) in self.rows_of(Region { top: head.bottom + 1, ..region }) {
            n_cells += cells.len();
            n_rows += 1;
            last = row;
        }
        let is_dense = n_cells * 10 >= n_rows * look.n_columns * 7;
        let names = head.names.into_values().map(|n| n.to_lowercase()).collect();
        is_dense.then_some(Side { first: head.top, last, names })
    }

    /// Cuts a region at empty rows.
    fn stacked(&self, region: Region) -> Vec<Region> {
        let mut segments: Vec<Region> = Vec::new();
        for (row, _) in self.rows_of(region) {
            match segments.last_mut() {
                Some(segment) if segment.bottom + 1 == row => segment.bottom = row,
                _ => segments.push(Region { top: row, bottom: row, ..region }),
            }
            if segments.len() > MAX_SEGMENTS {
                return vec![region];
            }
        }
        let mut tables: Vec<Region> = Vec::new();
        // The names of the table that is being put together.
        let mut current: Option<(BTreeMap<u32, String>, BTreeSet<u32>)> = None;
        // Notes that may belong to what comes.
        let mut pending: Option<Region> = None;
        for segment in segments {
            if let Some(parts) = self.beside(segment) {
                let notes = pending.take();
                self.hand_notes(&mut tables, notes, None);
                tables.extend(parts);
                current = None;
                continue;
            }
            let look = self.look(segment);
            if look.is_note {
                match &mut pending {
                    Some(notes) => notes.bottom = segment.bottom,
                    None => pending = Some(segment),
                }
                continue;
            }
            let names = look.head.as_ref().filter(|_| look.is_table).map(|h| h.names.clone());
            let columns = self.columns(segment);
            let is_new = match (&current, &names) {
                (None, _) => true,
                (Some((before, _)), Some(names)) => {
                    // The same header again is a page of the same table, but for one with a title of its own.
                    before != names || look.title.is_some() || pending.is_some()
                }
                // All in words: another table if it stands in other columns and begins with names.
                (Some((_, before)), None) => {
                    look.n_columns >= 2
                        && columns.is_disjoint(before)
                        && look.head.as_ref().is_some_and(|h| h.names.len() == look.n_columns)
                }
            };
            if is_new {
                let notes = pending.take();
                let mut start = segment;
                if let Some(notes) = self.hand_notes(&mut tables, notes, Some(segment)) {
                    start.top = notes.top;
                }
                tables.push(start);
                current = Some((names.unwrap_or_default(), columns));
            } else {
                pending = None;
                if let Some(table) = tables.last_mut() {
                    table.bottom = segment.bottom;
                }
            }
        }
        if let Some(notes) = pending {
            match tables.last_mut() {
                Some(table) if table.left == region.left && table.right == region.right => table.bottom = notes.bottom,
                _ => tables.push(notes),
            }
        }
        tables
    }

    /// Notes between two tables belong to the one that is nearer, and in doubt to the one below. What
    /// the one above does not take is given back.
    fn hand_notes(&self, tables: &mut Vec<Region>, notes: Option<Region>, next: Option<Region>) -> Option<Region> {
        let notes = notes?;
        let above = tables.last_mut().filter(|t| t.left == notes.left && t.right == notes.right);
        let gap_below = next.map_or(u32::MAX, |next| next.top.saturating_sub(notes.bottom));
        match above {
            Some(table) if notes.top.saturating_sub(table.bottom) < gap_below => {
                table.bottom = notes.bottom;
                None
            }
            _ if next.is_some() => Some(notes),
            _ => {
                tables.push(notes);
                None
            }
        }
    }

    fn columns(&self, region: Region) -> BTreeSet<u32> {
        self.rows_of(region).take(N_PROBES).flat_map(|(_, cells)| cells.iter().map(|c| c.column)).collect()
    }

    fn look(&self, region: Region) -> Look {
        let is_note = self.rows_of(region).all(|(_, cells)| cells.len() == 1);
        let n_columns = self.columns(region).len();
        let (head, title) = if is_note { (None, None) } else { self.head(region) };
        let is_table = head.as_ref().is_some_and(|head| self.is_header(head, region, n_columns));
        Look { head, title, is_table, is_note, n_columns }
    }

    /// The first row of names below titles, and those that belong with it.
    fn head(&self, region: Region) -> (Option<Header>, Option<String>) {
        let mut title = None;
        let mut rows = self.rows_of(region).take(40).peekable();
        while let Some((row, cells)) = rows.next() {
            let below = rows.peek().filter(|(next, _)| *next == row + 1).map(|(_, cells)| *cells);
            let below_is_text = below.is_some_and(|cells| cells.len() > 1 && all_text(cells));
            let groups: Vec<Area> = self.wide_areas(row, region);
            if let ([cell], true) = (cells, region.right > region.left) {
                // One name over some of the columns heads a group; over all of them it is a title.
                let is_group = groups.iter().any(|g| g.left > region.left) && below_is_text;
                if !is_group {
                    title = Some(self.sheet.text(cell).to_owned());
                    continue;
                }
            }
            let mut header = Header { top: row, bottom: row, names: BTreeMap::new() };
            let mut levels = vec![(row, cells)];
            if !groups.is_empty() && below_is_text {
                let mut has_groups = true;
                while has_groups && header.bottom - header.top + 1 < MAX_HEADER_ROWS {
                    let is_next = |(next, cells): &(u32, &[Cell])| *next == header.bottom + 1 && all_text(cells);
                    let Some((next, cells)) = rows.next_if(is_next) else { break };
                    header.bottom = next;
                    levels.push((next, cells));
                    has_groups = !self.wide_areas(next, region).is_empty();
                }
            }
            self.join_names(&levels, region, &mut header);
            return (Some(header), title);
        }
        (None, title)
    }

    /// Merged cells that begin in a row and cover several columns, but not the whole width.
    fn wide_areas(&self, row: u32, region: Region) -> Vec<Area> {
        let is_wide = |a: &&Area| {
            a.right > a.left
                && (region.left..=region.right).contains(&a.left)
                && !(a.left <= region.left && a.right >= region.right)
        };
        self.merged.get(&row).into_iter().flatten().filter(is_wide).take(MAX_AREAS).copied().collect()
    }

    fn join_names(&self, levels: &[(u32, &[Cell])], region: Region, header: &mut Header) {
        for (row, cells) in levels {
            let mut of_row: BTreeMap<u32, &str> = cells.iter().map(|c| (c.column, self.sheet.text(c))).collect();
            for area in self.wide_areas(*row, region) {
                let Some(text) = of_row.get(&area.left).copied() else { continue };
                for column in area.left..=area.right.min(region.right) {
                    of_row.entry(column).or_insert(text);
                }
            }
            for (column, text) in of_row {
                match header.names.get_mut(&column) {
                    // A name over two rows that was written in both of them.
                    Some(name) if name.as_str() == text => {}
                    Some(name) => *name = format!("{name} | {text}"),
                    None => drop(header.names.insert(column, text.to_owned())),
                }
            }
        }
    }

    /// Whether names stand above columns of another kind.
    fn is_header(&self, head: &Header, region: Region, n_columns: usize) -> bool {
        let names: BTreeSet<&str> = head.names.values().map(String::as_str).collect();
        let first = self.rows_of(Region { top: head.bottom, bottom: head.bottom, ..region }).next();
        // A name that is merged over several columns counts once.
        let n_unlike = match &first {
            Some((_, cells)) if head.top == head.bottom => cells.len(),
            _ => head.names.len(),
        };
        let is_named = head.names.len() >= 2.min(n_columns)
            && names.len() == n_unlike
            && head.names.len() * 10 >= n_columns * 6
            && head.names.values().all(|n| n.chars().count() <= MAX_NAME_CHARS);
        if !is_named || !first.is_some_and(|(_, cells)| all_text(cells)) {
            return false;
        }
        let mut kinds: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (_, cells) in self.rows_of(Region { top: head.bottom + 1, ..region }).take(N_PROBES) {
            for cell in cells {
                let (n_typed, n) = kinds.entry(cell.column).or_default();
                *n_typed +=
                    usize::from(!matches!(cell.is, Is::Text | Is::Error) || reads_as_number(self.sheet.text(cell)));
                *n += 1;
            }
        }
        kinds.iter().any(|(column, (n_typed, n))| head.names.contains_key(column) && n_typed * 2 > *n)
    }

    fn block(&self, region: Region) -> Block {
        let Region { top, left, bottom, right } = region;
        let (head, title) = self.head(region);
        let mut block = Block { top, left, bottom, right, header: None, names_row: None, title };
        let Some(head) = head else { return block };
        let is_table = self.is_header(&head, region, self.columns(region).len());
        if head.bottom > head.top {
            let names: BTreeSet<&String> = head.names.values().collect();
            block.header = (names.len() == head.names.len()).then_some(head);
        } else if is_table && !self.wide_areas(head.top, region).is_empty() {
            block.header = Some(head);
        } else if is_table {
            block.names_row = Some(head.top);
        }
        block
    }
}

/// One of several groups of columns side by side.
struct Side {
    first: u32,
    last: u32,
    names: BTreeSet<String>,
}

impl Side {
    /// Two tables and not one with an empty column in it: they end at different rows, or have names in common.
    fn is_apart(&self, other: &Side) -> bool {
        self.first != other.first || self.last != other.last || !self.names.is_disjoint(&other.names)
    }
}

fn all_text(cells: &[Cell]) -> bool {
    cells.iter().all(|c| c.is == Is::Text)
}

fn reads_as_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Budget;
    use super::*;

    /// A sheet from rows of cells between bars; what reads as a number is one.
    fn sheet(rows: &[&str], merged: &[(u32, u32, u32, u32)]) -> Sheet {
        let mut budget = Budget { n_cells: 10_000 };
        let mut sheet = Sheet::default();
        for (row, line) in rows.iter().enumerate() {
            for (column, text) in line.split('|').enumerate() {
                let is = if text.trim().parse::<f64>().is_ok() { Is::Number } else { Is::Text };
                sheet.add(row as u32, column as u32, is, text, &mut budget).unwrap();
            }
        }
        for &(top, left, bottom, right) in merged {
            sheet.merge(Area { top, left, bottom, right });
        }
        sheet.finish();
        sheet
    }

    fn edges(rows: &[&str]) -> Vec<(u32, u32, u32, u32)> {
        find(&sheet(rows, &[])).iter().map(|b| (b.top, b.left, b.bottom, b.right)).collect()
    }

    #[test]
    fn titles_notes_and_sections_stay_with_their_table() {
        let rows =
            ["Report of May", "", "id|mass", "1|2.5", "2|3.5", "", "3|4.5", "", "Total|10.5", "", "* not checked"];
        assert_eq!(edges(&rows), [(0, 0, 10, 1)]);
        assert_eq!(edges(&["a|b||c|d", "1|2||3|4", "5|6||7|8"]), [(0, 0, 2, 4)]);
        assert_eq!(edges(&["a|b|||a note", "1|2", "5|6"]), [(0, 0, 2, 4)]);
    }

    #[test]
    fn tables_below_each_other() {
        let rows = ["Plate 1", "well|od", "A1|0.5", "A2|0.6", "", "Plate 2", "well|od", "A1|0.7", "A2|0.8"];
        let found = find(&sheet(&rows, &[]));
        assert_eq!(found.iter().map(|b| (b.top, b.bottom)).collect::<Vec<_>>(), [(0, 3), (5, 8)]);
        assert_eq!(found[1].title.as_deref(), Some("Plate 2"));
        let rows = ["id|mass", "1|2.5", "", "", "Codes", "", "code|meaning|n", "x|left|5", "y|right|6", "", "the end"];
        assert_eq!(edges(&rows), [(0, 0, 1, 2), (4, 0, 10, 2)]);
        // The same header again is a page of the same table.
        assert_eq!(edges(&["id|mass", "1|2.5", "", "id|mass", "2|3.5"]), [(0, 0, 4, 1)]);
    }

    #[test]
    fn tables_beside_each_other() {
        let rows = ["a|b||a|b", "1|2||3|4", "5|6||7|8"];
        assert_eq!(edges(&rows), [(0, 0, 2, 1), (0, 3, 2, 4)]);
        let rows = ["a|b||c|d", "1|2||3|4", "5|6||7|8", "5|6"];
        assert_eq!(edges(&rows), [(0, 0, 3, 1), (0, 3, 2, 4)]);
        let rows = ["all|of|it|is|here", "1|2|3|4|5", "", "a|b||a|b", "1|2||3|4"];
        assert_eq!(edges(&rows), [(0, 0, 1, 4), (3, 0, 4, 1), (3, 3, 4, 4)]);
    }

    #[test]
    fn merged_names_go_to_each_column() {
        let rows = ["Sales|||", "Region|Q1||Q2|", "|Jan|Feb|Mar|Apr", "north|1|2|3|4"];
        let merged = [(0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)];
        let found = find(&sheet(&rows, &merged));
        let header = found[0].header.as_ref().unwrap();
        assert_eq!((header.top, header.bottom), (1, 2));
        let names: Vec<&str> = header.names.values().map(String::as_str).collect();
        assert_eq!(names, ["Region", "Q1 | Jan", "Q1 | Feb", "Q2 | Mar", "Q2 | Apr"]);
        assert_eq!(found[0].title.as_deref(), Some("Sales"));
        let rows = ["||Results", "id|name|mean|sd", "1|x|2|3"];
        let header = find(&sheet(&rows, &[(0, 2, 0, 3)])).remove(0).header.unwrap();
        assert_eq!(
            header.names.values().cloned().collect::<Vec<_>>(),
            ["id", "name", "Results | mean", "Results | sd"]
        );
    }

    #[test]
    fn every_cell_is_in_one_block() {
        let mut state = 7u64;
        for _ in 0..500 {
            let mut next = |n: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) % n
            };
            let rows: Vec<String> = (0..next(14))
                .map(|_| {
                    let n = next(8);
                    (0..n)
                        .map(|_| ["", "", "a", "b", "long name", "1", "2.5"][next(7) as usize])
                        .collect::<Vec<_>>()
                        .join("|")
                })
                .collect();
            let lines: Vec<&str> = rows.iter().map(String::as_str).collect();
            let sheet = sheet(&lines, &[(0, 1, 0, 2), (1, 0, 2, 0)]);
            let blocks = find(&sheet);
            for cell in &sheet.cells {
                let is_in =
                    |b: &&Block| (b.top..=b.bottom).contains(&cell.row) && (b.left..=b.right).contains(&cell.column);
                assert_eq!(blocks.iter().filter(is_in).count(), 1, "{rows:?} {blocks:?}");
            }
        }
    }
}
