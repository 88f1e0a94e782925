//! Where a quoted cell ends, in files whose writers knew the rules and in those whose did not.

use super::marks::find;
use super::scan::Ends;

pub(super) enum Quoted {
    /// The cell is over; here is the place behind its closing quote.
    Closed(usize),
    /// The quote is an ordinary character of this cell.
    Literal,
    /// The quote swallows what follows: the row is damaged.
    Broken,
}

/// How far a quote inside a quoted cell is followed to find the one that closes it.
const MAX_LATE_BYTES: usize = 10_000;

/// How cells are quoted.
pub(super) struct Quoting<'a> {
    quote: u8,
    delimiter: &'a [u8],
    ends: Ends,
    escape: Option<u8>,
    /// Bytes that may yet be searched in vain, so that no file takes more than a few passes.
    n_left: usize,
    n_at_first: usize,
}

impl<'a> Quoting<'a> {
    pub fn new(quote: u8, delimiter: &'a [u8], ends: Ends, escape: Option<u8>, n_bytes: usize) -> Quoting<'a> {
        let n_left = n_bytes.saturating_mul(4).saturating_add(1 << 20);
        Quoting { quote, delimiter, ends, escape, n_left, n_at_first: n_left }
    }

    /// Nothing was searched for in vain.
    pub fn is_fresh(&self) -> bool {
        self.n_left == self.n_at_first
    }

    /// The place of a quote at the start of a cell, spaces aside.
    #[inline]
    pub fn opening(&self, text: &[u8], at: usize) -> Option<usize> {
        match text.get(at) {
            Some(&b) if b == self.quote => (self.n_left > 0).then_some(at),
            Some(b' ') => {
                let n = text.get(at..)?.iter().take(8).position(|b| *b != b' ')?;
                (text.get(at + n) == Some(&self.quote) && self.n_left > 0).then_some(at + n)
            }
            _ => None,
        }
    }

    /// The place behind the spaces at `at`, if the cell ends there.
    fn cell_end(&self, text: &[u8], at: usize) -> Option<usize> {
        let n_spaces = text.get(at..).unwrap_or(&[]).iter().take(8).take_while(|b| **b == b' ').count();
        let after = at + n_spaces;
        let is_end = match text.get(after) {
            None => true,
            Some(b'\r') => matches!(text.get(after + 1), None | Some(b'\n' | b'\r')) || self.ends == Ends::Return,
            Some(&b) if self.ends.is(b) => true,
            Some(_) if self.delimiter == b" " => n_spaces > 0 || text.get(after) == Some(&b'\t'),
            Some(_) => text.get(after..).is_some_and(|rest| rest.starts_with(self.delimiter)),
        };
        // Where spaces part the cells they are not the cell's own.
        is_end.then_some(if self.delimiter == b" " { at } else { after })
    }

    /// Looks for the closing quote from behind the opening one.
    pub fn closing(&mut self, text: &[u8], from: usize) -> Quoted {
        let mut at = from;
        loop {
            let Some(n) = text.get(at..).and_then(|rest| find(rest, self.quote)) else {
                return self.broken(text.len().saturating_sub(from));
            };
            let close = at + n;
            if self.escape.is_some() && self.is_escaped(text, from, close) {
                at = close + 1;
                continue;
            }
            if text.get(close + 1) == Some(&self.quote) {
                at = close + 2;
                continue;
            }
            if let Some(after) = self.cell_end(text, close + 1) {
                return Quoted::Closed(after);
            }
            let spans_lines = text.get(from..close).is_some_and(|inside| inside.contains(&b'\n'));
            if spans_lines {
                return self.broken(close - from);
            }
            return self.late(text, close + 1).map_or(Quoted::Literal, Quoted::Closed);
        }
    }

    fn broken(&mut self, n_searched: usize) -> Quoted {
        self.n_left = self.n_left.saturating_sub(n_searched);
        Quoted::Broken
    }

    /// An odd number of escapes before a quote takes it its meaning.
    fn is_escaped(&self, text: &[u8], from: usize, at: usize) -> bool {
        let before = text.get(from..at).unwrap_or(&[]);
        before.iter().rev().take_while(|b| Some(**b) == self.escape).count() % 2 == 1
    }

    /// `"He said "hi, there" to me",5`: quotes inside that nobody doubled. The cell ends at the next quote of this line
    /// that stands before a delimiter, unless another quoted cell starts first.
    fn late(&mut self, text: &[u8], from: usize) -> Option<usize> {
        let line = text.get(from..text.len().min(from + MAX_LATE_BYTES)).unwrap_or(&[]);
        let mut n_searched = line.len();
        for (i, &byte) in line.iter().enumerate() {
            if self.ends.is(byte) {
                n_searched = i;
                break;
            }
            if byte != self.quote {
                continue;
            }
            let before = line.get(..i).unwrap_or(&[]);
            let n_spaces = before.iter().rev().take_while(|b| **b == b' ').count();
            if before.get(..i - n_spaces).is_some_and(|b| b.ends_with(self.delimiter)) {
                n_searched = i;
                break;
            }
            if let Some(after) = self.cell_end(text, from + i + 1) {
                return Some(after);
            }
        }
        self.n_left = self.n_left.saturating_sub(n_searched);
        None
    }
}
