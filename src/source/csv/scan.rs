//! One pass over delimited text that notes where every cell ends.

use super::marks::Marks;
use super::quoting::{Quoted, Quoting};
use std::collections::BTreeSet;

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub split: Split,
    pub quote: Option<u8>,
    /// What takes a quote or a delimiter its meaning: a backslash.
    pub escape: Option<u8>,
}

/// What separates the cells of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Split {
    /// Nothing: there is one column.
    Never,
    Mark(u8),
    /// A mark of several bytes: `||`.
    Marks(Vec<u8>),
    /// Any number of spaces and tabs.
    Spaces,
    /// Cells start at these places of the line, counted in characters; the first is 0.
    Fixed(Vec<u32>),
}

impl Dialect {
    pub fn of(delimiter: Option<u8>, quote: Option<u8>) -> Dialect {
        Dialect { split: delimiter.map_or(Split::Never, Split::Mark), quote, escape: None }
    }

    /// The delimiter, or its first character.
    pub fn delimiter(&self) -> Option<char> {
        match &self.split {
            Split::Never | Split::Fixed(_) => None,
            Split::Mark(mark) => Some(char::from(*mark)),
            Split::Marks(marks) => std::str::from_utf8(marks).ok()?.chars().next(),
            Split::Spaces => Some(' '),
        }
    }
}

/// A row as found: where it starts and which cell ends are its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub start: u32,
    /// The first of its entries in [`Scan::ends`].
    pub first: u32,
    pub n_cells: u32,
    /// Counts from 1; a quoted cell may hold line breaks.
    pub line: u32,
    /// A quote was opened and never closed.
    pub is_broken: bool,
}

/// Where everything is. Positions are bytes of the text.
#[derive(Default)]
pub(super) struct Scan {
    pub ends: Vec<u32>,
    pub rows: Vec<Row>,
    /// Bytes between the end of a cell and the start of the next.
    gap: u32,
    /// Cells lie apart by blanks, which are no part of them.
    is_aligned: bool,
    /// Each row can be told from its own text: one byte between cells, line feeds after rows, and quotes that close.
    pub is_plain: bool,
}

/// The longest text that positions of 32 bits and Arrow's text columns allow for.
pub(in crate::source) const MAX_TEXT_BYTES: usize = 2_000_000_000;

/// How much of the text is looked at to learn what ends its lines.
const PROBE_BYTES: usize = 256 * 1024;

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// A line feed, perhaps after a carriage return.
    Feed,
    /// Carriage returns, as on old Macs; line feeds end lines too.
    Return,
}

impl Ends {
    fn of(text: &[u8]) -> Ends {
        let probe = text.get(..PROBE_BYTES.min(text.len())).unwrap_or(text);
        let n_feeds = probe.iter().filter(|b| **b == b'\n').count();
        let is_lone = |pair: &[u8]| pair.first() == Some(&b'\r') && !matches!(pair.get(1), Some(b'\n' | b'\r'));
        let n_lone = probe.windows(2).filter(|pair| is_lone(pair)).count();
        if n_lone * 2 > n_feeds { Ends::Return } else { Ends::Feed }
    }

    #[inline]
    pub fn is(self, byte: u8) -> bool {
        byte == b'\n' || (byte == b'\r' && self == Ends::Return)
    }
}

/// Splits text into rows and cells. `on_row` hears of the position about every 20,000 rows.
///
/// A quote counts only at the start of a cell. One that is never closed, or that closes only
/// lines later in the middle of another cell, damages its own row and no other. In rows that start
/// at one of the places in `unquoted` no quote counts.
pub(super) fn scan(
    text: &[u8],
    dialect: &Dialect,
    unquoted: &BTreeSet<u32>,
    on_row: &mut dyn FnMut(usize, usize),
) -> Scan {
    let ends = Ends::of(text);
    match &dialect.split {
        Split::Fixed(starts) => fixed(text, starts, ends, on_row),
        Split::Never if ends == Ends::Feed && dialect.escape.is_none() => {
            // A byte that is never in UTF-8 stands for "no delimiter".
            plain(text, 0xFF, dialect.quote, unquoted, on_row)
        }
        Split::Mark(mark) if ends == Ends::Feed && dialect.escape.is_none() => {
            plain(text, *mark, dialect.quote, unquoted, on_row)
        }
        _ => any(text, dialect, ends, unquoted, on_row),
    }
}

/// Rows of a text of which another scan has found that it is plain, as [`Scan::is_plain`] tells.
pub(super) fn plain_rows(text: &[u8], delimiter: Option<u8>, quote: Option<u8>) -> Scan {
    plain(text, delimiter.unwrap_or(0xFF), quote, &BTreeSet::new(), &mut |_, _| {})
}

/// The hot path: one byte separates cells, a line feed ends rows.
fn plain(
    text: &[u8],
    delimiter: u8,
    quote: Option<u8>,
    unquoted: &BTreeSet<u32>,
    on_row: &mut dyn FnMut(usize, usize),
) -> Scan {
    let delimiters = [delimiter];
    let mut quoting = quote.map(|quote| Quoting::new(quote, &delimiters, Ends::Feed, None, text.len()));
    let mut out = Scan { gap: 1, ..Scan::with_room_for(text, delimiter) };
    let mut marks = Marks::new(text, delimiter, b'\n');
    let mut at = 0usize;
    let mut line = 1u32;
    while at < text.len() {
        let mut row = Row { start: at as u32, first: out.ends.len() as u32, n_cells: 0, line, is_broken: false };
        let is_literal = !unquoted.is_empty() && unquoted.contains(&row.start);
        row.is_broken = is_literal;
        loop {
            if let Some(quoting) = &mut quoting
                && !is_literal
                && let Some(open) = quoting.opening(text, at)
            {
                match quoting.closing(text, open + 1) {
                    Quoted::Closed(after) => {
                        let inside = text.get(open..after).unwrap_or(&[]);
                        line += inside.iter().filter(|b| **b == b'\n').count() as u32;
                        at = after;
                        marks.seek(at);
                    }
                    Quoted::Literal => {}
                    Quoted::Broken => row.is_broken = true,
                }
            }
            at = marks.next_mark();
            row.n_cells += 1;
            if text.get(at) == Some(&delimiter) {
                out.ends.push(at as u32);
                at += 1;
                continue;
            }
            let has_return = at > row.start as usize && text.get(at - 1) == Some(&b'\r');
            out.ends.push((at - usize::from(has_return)) as u32);
            at += 1;
            line += 1;
            break;
        }
        out.rows.push(row);
        if out.rows.len().is_multiple_of(20_000) {
            on_row(at.min(text.len()), out.rows.len());
        }
    }
    out.is_plain = unquoted.is_empty() && quoting.is_none_or(|quoting| quoting.is_fresh());
    out
}

/// The same for all other dialects, byte by byte.
fn any(
    text: &[u8],
    dialect: &Dialect,
    ends: Ends,
    unquoted: &BTreeSet<u32>,
    on_row: &mut dyn FnMut(usize, usize),
) -> Scan {
    let one;
    let (marks, is_aligned): (&[u8], bool) = match &dialect.split {
        Split::Mark(mark) => {
            one = [*mark];
            (&one, false)
        }
        Split::Marks(marks) => (marks, false),
        Split::Spaces => (b" ", true),
        Split::Never | Split::Fixed(_) => (&[0xFF], false),
    };
    let mut quoting = dialect.quote.map(|quote| Quoting::new(quote, marks, ends, dialect.escape, text.len()));
    let mut out = Scan { gap: if is_aligned { 0 } else { marks.len() as u32 }, is_aligned, ..Scan::default() };
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
    let n_blanks = |at: usize| text.get(at..).unwrap_or(&[]).iter().take_while(|b| is_blank(b)).count();
    let mut at = 0usize;
    let mut line = 1u32;
    while at < text.len() {
        let mut row = Row { start: at as u32, first: out.ends.len() as u32, n_cells: 0, line, is_broken: false };
        let is_literal = unquoted.contains(&row.start);
        row.is_broken = is_literal;
        if is_aligned {
            at += n_blanks(at);
        }
        'cells: loop {
            if let Some(quoting) = &mut quoting
                && !is_literal
                && let Some(open) = quoting.opening(text, at)
            {
                match quoting.closing(text, open + 1) {
                    Quoted::Closed(after) => {
                        let inside = text.get(open..after).unwrap_or(&[]);
                        line += inside.iter().filter(|b| **b == b'\n').count() as u32;
                        at = after;
                    }
                    Quoted::Literal => {}
                    Quoted::Broken => row.is_broken = true,
                }
            }
            loop {
                let Some(&byte) = text.get(at) else {
                    out.ends.push(text.len() as u32);
                    row.n_cells += 1;
                    break 'cells;
                };
                if ends.is(byte) {
                    let has_return = byte == b'\n' && at > row.start as usize && text.get(at - 1) == Some(&b'\r');
                    out.ends.push((at - usize::from(has_return)) as u32);
                    row.n_cells += 1;
                    at += if byte == b'\r' && text.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
                    line += 1;
                    break 'cells;
                }
                if Some(byte) == dialect.escape {
                    let is_last = text.get(at + 1).is_none_or(|b| ends.is(*b));
                    at += if is_last { 1 } else { 2 };
                    continue;
                }
                if is_aligned && is_blank(&byte) {
                    let after = at + n_blanks(at);
                    let is_end = text.get(after).is_none_or(|b| ends.is(*b) || *b == b'\r');
                    if is_end {
                        at = after + usize::from(ends == Ends::Feed && text.get(after) == Some(&b'\r'));
                        continue;
                    }
                    out.ends.push(at as u32);
                    row.n_cells += 1;
                    at = after;
                    continue 'cells;
                }
                if !is_aligned && text.get(at..).is_some_and(|rest| rest.starts_with(marks)) {
                    out.ends.push(at as u32);
                    row.n_cells += 1;
                    at += marks.len();
                    continue 'cells;
                }
                at += 1;
            }
        }
        out.rows.push(row);
        if out.rows.len().is_multiple_of(20_000) {
            on_row(at.min(text.len()), out.rows.len());
        }
    }
    out
}

/// Cells by their place in the line. A line whose text runs over a boundary is one cell: a title, a note.
fn fixed(text: &[u8], starts: &[u32], ends: Ends, on_row: &mut dyn FnMut(usize, usize)) -> Scan {
    let mut out = Scan { is_aligned: true, ..Scan::default() };
    let (mut at, mut line) = (0usize, 1u32);
    while at < text.len() {
        let rest = text.get(at..).unwrap_or(&[]);
        let n = rest.iter().position(|b| ends.is(*b)).unwrap_or(rest.len());
        let row = rest.get(..n).unwrap_or(rest);
        let n_break = if rest.get(n) == Some(&b'\r') && rest.get(n + 1) == Some(&b'\n') { 2 } else { 1 };
        let end = at + n - usize::from(row.last() == Some(&b'\r'));
        let first = out.ends.len() as u32;
        let mut n_cells = 0u32;
        if row.iter().any(|b| !b.is_ascii_whitespace()) {
            n_cells = cut(row, starts, at, end, &mut out.ends);
        }
        if n_cells == 0 {
            out.ends.truncate(first as usize);
            out.ends.push(end as u32);
            n_cells = 1;
        }
        out.rows.push(Row { start: at as u32, first, n_cells, line, is_broken: false });
        if out.rows.len().is_multiple_of(20_000) {
            on_row(at.min(text.len()), out.rows.len());
        }
        at += n + n_break;
        line += 1;
    }
    out
}

/// The ends of a line's cells, or 0 when its text runs over a boundary.
fn cut(row: &[u8], starts: &[u32], at: usize, end: usize, ends: &mut Vec<u32>) -> u32 {
    let mut wanted = starts.iter().skip(1).copied().peekable();
    let mut n_chars = 0u32;
    let mut before = b' ';
    for (i, &byte) in row.iter().enumerate() {
        // The bytes that continue a character are no places of their own.
        if byte & 0xC0 == 0x80 {
            continue;
        }
        if wanted.peek() == Some(&n_chars) {
            if before != b' ' && byte != b' ' {
                return 0;
            }
            wanted.next();
            ends.push((at + i) as u32);
        }
        before = byte;
        n_chars += 1;
    }
    // A short line has its last cells empty.
    ends.extend(wanted.map(|_| end as u32));
    ends.push(end as u32);
    starts.len() as u32
}

/// Rows and cells of a text, as its start lets expect.
struct Expected {
    n_rows: u64,
    n_cells: u64,
}

impl Expected {
    fn of(text: &[u8], split: &Split) -> Expected {
        let probe = text.get(..PROBE_BYTES.min(text.len())).unwrap_or(text);
        let n_of = |byte: u8| probe.iter().filter(|b| **b == byte).count() as u64;
        let is_blank = |b: Option<&u8>| matches!(b, Some(b' ' | b'\t'));
        let n_rows = n_of(b'\n');
        let n_cells = match split {
            Split::Never => n_rows,
            Split::Mark(mark) => n_rows + n_of(*mark),
            Split::Marks(marks) => n_rows + marks.first().map_or(0, |mark| n_of(*mark)),
            Split::Spaces => {
                let is_start = |pair: &&[u8]| is_blank(pair.first()) && !is_blank(pair.last());
                n_rows + probe.windows(2).filter(is_start).count() as u64
            }
            Split::Fixed(starts) => n_rows * starts.len() as u64,
        };
        let in_all = |n: u64| (u128::from(n) * text.len() as u128 / probe.len().max(1) as u128) as u64;
        Expected { n_rows: in_all(n_rows), n_cells: in_all(n_cells) }
    }
}

/// What reading a text will take at most, in bytes: the text, the places of its cells and rows, and a table.
pub(super) fn expected_bytes(text: &[u8], dialect: &Dialect) -> u64 {
    let Expected { n_rows, n_cells } = Expected::of(text, &dialect.split);
    let row_bytes = 2 * size_of::<Row>() as u64;
    // A cell's end has four bytes; in the table it has eight, or those of its text.
    text.len() as u64 + n_cells * 4 + n_rows * row_bytes + (n_cells * 8).max(text.len() as u64)
}

impl Scan {
    /// Room for as many rows and cells as the start of the text lets expect, so that long lists need not move.
    fn with_room_for(text: &[u8], delimiter: u8) -> Scan {
        let Expected { n_rows, n_cells } = Expected::of(text, &Split::Mark(delimiter));
        // A little more than that; what is never touched costs nothing, and without room the lists grow as they must.
        let room = |n: u64| (n + n / 16) as usize + 16;
        let mut scan = Scan::default();
        let _ = scan.ends.try_reserve_exact(room(n_cells));
        let _ = scan.rows.try_reserve_exact(room(n_rows));
        scan
    }

    /// The bytes between the delimiters, quotes and all.
    #[inline]
    pub fn raw<'t>(&self, text: &'t str, row: &Row, cell: usize) -> &'t str {
        if cell >= row.n_cells as usize {
            return "";
        }
        let first = row.first as usize + cell;
        let start = match cell {
            0 => row.start as usize,
            _ => self.ends.get(first - 1).map_or(0, |end| (*end + self.gap) as usize),
        };
        let end = self.ends.get(first).map_or(start, |end| *end as usize);
        let raw = text.get(start..end).unwrap_or("");
        if self.is_aligned { raw.trim() } else { raw }
    }

    /// The whole row as written.
    pub fn row_text<'t>(&self, text: &'t str, row: &Row) -> &'t str {
        let last = (row.first + row.n_cells).saturating_sub(1) as usize;
        let end = self.ends.get(last).map_or(row.start, |end| *end) as usize;
        text.get(row.start as usize..end).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str, dialect: &Dialect) -> Scan {
        scan(text.as_bytes(), dialect, &BTreeSet::new(), &mut |_, _| {})
    }

    fn cells_in(text: &str, dialect: &Dialect) -> Vec<Vec<String>> {
        let scan = scanned(text, dialect);
        let row_cells = |row: &Row| (0..row.n_cells as usize).map(|i| scan.raw(text, row, i).to_owned()).collect();
        scan.rows.iter().map(row_cells).collect()
    }

    fn commas() -> Dialect {
        Dialect::of(Some(b','), Some(b'"'))
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        cells_in(text, &commas())
    }

    #[test]
    fn rows_and_cells() {
        assert_eq!(cells("a,b\r\n1,\r\n"), [["a", "b"], ["1", ""]]);
        assert_eq!(cells("a,b\rc,d"), [["a", "b"], ["c", "d"]]);
        assert_eq!(cells("a,b\rc,d\re,f\n"), [["a", "b"], ["c", "d"], ["e", "f"]]);
        assert_eq!(cells("\"x,\ny\",2\n3,4"), [["\"x,\ny\"", "2"], ["3", "4"]]);
        assert_eq!(cells("\"say \"\"hi\"\"\", \"b\"\n"), [["\"say \"\"hi\"\"\"", " \"b\""]]);
        assert_eq!(cells("5\" pipe,1"), [["5\" pipe", "1"]]);
        assert_eq!(cells("a\n\nb"), [["a"], [""], ["b"]]);
        assert!(cells("").is_empty());
    }

    #[test]
    fn an_unclosed_quote_damages_one_row_only() {
        let text = "a,b\n1,\"x\n2,y\n3,\"z, z\"\n";
        let found = cells(text);
        assert_eq!(found.len(), 4);
        assert_eq!(found[3], ["3", "\"z, z\""]);
        let scan = scanned(text, &commas());
        assert_eq!(scan.rows.iter().map(|r| r.is_broken).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn what_reading_will_take_is_told_from_the_start() {
        let text = "12,34,56,78\n".repeat(100_000);
        let expected = expected_bytes(text.as_bytes(), &commas());
        let cells = 400_000 * 12;
        let rows = 100_000 * 2 * size_of::<Row>();
        let wanted = (text.len() + cells + rows) as u64;
        assert!(expected.abs_diff(wanted) * 100 < wanted, "{expected} for {wanted}");
    }

    #[test]
    fn lines_count_inside_quotes() {
        let scan = scanned("a\n\"1\n2\"\n3\n", &Dialect::of(None, Some(b'"')));
        assert_eq!(scan.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn other_ways_to_part_cells() {
        let split = |split| Dialect { split, quote: Some(b'"'), escape: None };
        assert_eq!(
            cells_in("a||b\n\"1||2\"||\n", &split(Split::Marks(b"||".to_vec()))),
            [["a", "b"], ["\"1||2\"", ""]]
        );
        let spaces = split(Split::Spaces);
        assert_eq!(cells_in("  a   b\t c \r\n1 \"2 3\" 4\n", &spaces), [["a", "b", "c"], ["1", "\"2 3\"", "4"]]);
        let columns = split(Split::Fixed(vec![0, 5, 8]));
        assert_eq!(cells_in("näm  1  x\nb\nA long title\n", &columns)[0], ["näm", "1", "x"]);
        assert_eq!(cells_in("b\n", &columns), [["b", "", ""]]);
        assert_eq!(cells_in("A long title\n", &columns), [["A long title"]]);
        let escaped = Dialect { escape: Some(b'\\'), ..commas() };
        assert_eq!(cells_in("a\\,b,\"c\\\",d\"\n", &escaped), [["a\\,b", "\"c\\\",d\""]]);
    }
}
