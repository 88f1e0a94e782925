//! Quotes that swallowed rows: found by what lies inside, and taken as ordinary characters.

use super::dialect::usual_width;
use super::scan::{self, Dialect, Row, Scan, Split};
use std::collections::BTreeSet;

/// One repair may lay open another; after so many the file is taken as it is.
const MAX_PASSES: usize = 4;

/// Rows that are repaired at most.
const MAX_REPAIRS: usize = 10_000;

/// As [`scan::scan`], with rows repaired in which a quote ran on over others.
pub(super) fn scan(text: &str, dialect: &Dialect, on_row: &mut dyn FnMut(usize, usize)) -> Scan {
    let mut unquoted = BTreeSet::new();
    let mut found = scan::scan(text.as_bytes(), dialect, &unquoted, on_row);
    let Split::Mark(mark) = dialect.split else { return found };
    for _ in 0..MAX_PASSES {
        let n = unquoted.len();
        swallowing(text, &found, mark, &mut unquoted);
        if unquoted.len() == n {
            break;
        }
        found = scan::scan(text.as_bytes(), dialect, &unquoted, &mut |_, _| {});
    }
    found
}

/// Rows of several lines that do not have the usual width, while lines within them do.
fn swallowing(text: &str, found: &Scan, mark: u8, unquoted: &mut BTreeSet<u32>) {
    let next_lines = found.rows.iter().skip(1).map(|row| row.line);
    let is_tall = |(row, next): &(&Row, u32)| *next > row.line + 1;
    let tall: Vec<&Row> = found.rows.iter().zip(next_lines).filter(is_tall).map(|(row, _)| row).collect();
    let last = found.rows.last().filter(|row| found.row_text(text, row).contains('\n'));
    if tall.is_empty() && last.is_none() {
        return;
    }
    let Some(usual) = usual_width(found.rows.iter()).filter(|width| *width >= 2) else { return };
    for row in tall.into_iter().chain(last) {
        if row.n_cells == usual || unquoted.len() >= MAX_REPAIRS {
            continue;
        }
        let whole = found.row_text(text, row);
        // The first line and the last are parts of rows.
        let mut inner = whole.lines().skip(1).peekable();
        let (mut n_lines, mut n_rows) = (0usize, 0usize);
        while let Some(line) = inner.next() {
            if inner.peek().is_some() || whole.ends_with('\n') {
                n_lines += 1;
                n_rows += usize::from(line.bytes().filter(|b| *b == mark).count() + 1 == usual as usize);
            }
        }
        if n_rows > 0 && n_rows * 10 >= n_lines * 8 {
            unquoted.insert(row.start);
        }
    }
}
