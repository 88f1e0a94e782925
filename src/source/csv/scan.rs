//! One pass over delimited text that notes where every cell ends.

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// `None` when there is one column only.
    pub delimiter: Option<u8>,
    pub quote: Option<u8>,
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
}

/// The longest text that positions of 32 bits and Arrow's text columns allow for.
pub(in crate::source) const MAX_TEXT_BYTES: usize = 2_000_000_000;

enum Quoted {
    /// The cell is over; here is the place behind its closing quote.
    Closed(usize),
    /// The quote is an ordinary character of this cell.
    Literal,
    /// The quote swallows what follows: the row is damaged.
    Broken,
}

/// Splits text into rows and cells. `on_row` hears of the position about every 20,000 rows.
///
/// A quote counts only at the start of a cell. One that is never closed, or that closes only
/// lines later in the middle of another cell, damages its own row and no other.
pub(super) fn scan(text: &[u8], dialect: Dialect, on_row: &mut dyn FnMut(usize, usize)) -> Scan {
    // Files of old Macs have carriage returns only.
    let newline = if text.contains(&b'\n') || !text.contains(&b'\r') { b'\n' } else { b'\r' };
    // A byte that is never in UTF-8 stands for "no delimiter".
    let delimiter = dialect.delimiter.unwrap_or(0xFF);
    let mut out = Scan::default();
    let mut at = 0usize;
    let mut line = 1u32;
    while at < text.len() {
        let mut row = Row { start: at as u32, first: out.ends.len() as u32, n_cells: 0, line, is_broken: false };
        loop {
            if let Some(quote) = dialect.quote
                && let Some(open) = opening(text, at, quote)
            {
                match closing(text, open + 1, quote, delimiter, newline) {
                    Quoted::Closed(after) => {
                        let inside = text.get(open..after).unwrap_or(&[]);
                        line += inside.iter().filter(|b| **b == newline).count() as u32;
                        at = after;
                    }
                    Quoted::Literal => {}
                    Quoted::Broken => row.is_broken = true,
                }
            }
            let rest = text.get(at..).unwrap_or(&[]);
            let n = rest.iter().position(|&b| b == delimiter || b == newline).unwrap_or(rest.len());
            at += n;
            row.n_cells += 1;
            if rest.get(n) == Some(&delimiter) {
                out.ends.push(at as u32);
                at += 1;
                continue;
            }
            let has_return = newline == b'\n' && at > row.start as usize && text.get(at - 1) == Some(&b'\r');
            out.ends.push((at - usize::from(has_return)) as u32);
            at += 1;
            line += 1;
            break;
        }
        out.rows.push(row);
        if out.rows.len() % 20_000 == 0 {
            on_row(at.min(text.len()), out.rows.len());
        }
    }
    out
}

/// The place of a quote at the start of a cell, spaces aside.
#[inline]
fn opening(text: &[u8], at: usize, quote: u8) -> Option<usize> {
    match text.get(at) {
        Some(&b) if b == quote => Some(at),
        Some(b' ') => {
            let n = text.get(at..)?.iter().take(8).position(|b| *b != b' ')?;
            (text.get(at + n) == Some(&quote)).then_some(at + n)
        }
        _ => None,
    }
}

fn closing(text: &[u8], from: usize, quote: u8, delimiter: u8, newline: u8) -> Quoted {
    let mut at = from;
    loop {
        let Some(n) = text.get(at..).and_then(|rest| rest.iter().position(|b| *b == quote)) else {
            return Quoted::Broken;
        };
        let close = at + n;
        if text.get(close + 1) == Some(&quote) {
            at = close + 2;
            continue;
        }
        let n_spaces = text.get(close + 1..).unwrap_or(&[]).iter().take(8).take_while(|b| **b == b' ').count();
        let after = close + 1 + n_spaces;
        let is_end = match text.get(after) {
            None => true,
            Some(b'\r') => matches!(text.get(after + 1), None | Some(b'\n')) || newline == b'\r',
            Some(&b) => b == delimiter || b == newline,
        };
        if is_end {
            return Quoted::Closed(after);
        }
        let spans_lines = text.get(from..close).is_some_and(|inside| inside.contains(&newline));
        return if spans_lines { Quoted::Broken } else { Quoted::Literal };
    }
}

impl Scan {
    /// The bytes between the delimiters, quotes and all.
    #[inline]
    pub fn raw<'t>(&self, text: &'t str, row: &Row, cell: usize) -> &'t str {
        if cell >= row.n_cells as usize {
            return "";
        }
        let first = row.first as usize + cell;
        let start = match cell {
            0 => row.start as usize,
            _ => self.ends.get(first - 1).map_or(0, |end| *end as usize + 1),
        };
        let end = self.ends.get(first).map_or(start, |end| *end as usize);
        text.get(start..end).unwrap_or("")
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

    fn cells(text: &str) -> Vec<Vec<String>> {
        let dialect = Dialect { delimiter: Some(b','), quote: Some(b'"') };
        let scan = scan(text.as_bytes(), dialect, &mut |_, _| {});
        let row_cells = |row: &Row| (0..row.n_cells as usize).map(|i| scan.raw(text, row, i).to_owned()).collect();
        scan.rows.iter().map(row_cells).collect()
    }

    #[test]
    fn rows_and_cells() {
        assert_eq!(cells("a,b\r\n1,\r\n"), [["a", "b"], ["1", ""]]);
        assert_eq!(cells("a,b\rc,d"), [["a", "b"], ["c", "d"]]);
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
        let scan = scan(text.as_bytes(), Dialect { delimiter: Some(b','), quote: Some(b'"') }, &mut |_, _| {});
        assert_eq!(scan.rows.iter().map(|r| r.is_broken).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn lines_count_inside_quotes() {
        let text = "a\n\"1\n2\"\n3\n";
        let scan = scan(text.as_bytes(), Dialect { delimiter: None, quote: Some(b'"') }, &mut |_, _| {});
        assert_eq!(scan.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 2, 4]);
    }
}
