//! Several tables in one file, as instruments export them: blocks of rows with headers of their own, kept apart by blank
//! lines or titles.

use super::header::{is_header, is_typed};
use super::layout::Page;
use super::scan::Row;
use crate::source::types::{Kind, kind_of};
use std::collections::BTreeSet;
use std::ops::Range;

/// More blocks than this are no tables but groups of rows.
const MAX_BLOCKS: usize = 2_000;

/// More tables than this are not told apart.
const MAX_TABLES: usize = 200;

/// Rows of a block that are looked at.
const N_PROBES: usize = 60;

/// The longest title that names a table, in characters.
const MAX_TITLE_CHARS: usize = 60;

/// The rows of one table, its title and notes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub rows: Range<usize>,
    /// From the line above the table; empty where the file has one table.
    pub title: String,
    /// The row of the header, counted from the start of the region.
    pub header: Option<usize>,
}

/// Rows between two gaps or titles.
struct Block {
    rows: Range<usize>,
    title: Option<String>,
    header: Option<Vec<String>>,
    width: usize,
}

/// The regions of a page, which together hold all of its rows. One, unless several headers leave no doubt.
pub(super) fn find(page: &Page<'_>) -> Vec<Region> {
    let whole = || vec![Region { rows: 0..page.rows.len(), title: String::new(), header: None }];
    if page.is_sheet {
        return whole();
    }
    let blocks = blocks(page);
    if blocks.len() < 2 || blocks.len() > MAX_BLOCKS {
        return whole();
    }
    let mut tables: Vec<(&Block, usize)> = Vec::new();
    for block in &blocks {
        match (tables.last_mut(), &block.header) {
            (None, Some(_)) => tables.push((block, block.rows.end)),
            (Some((last, _)), Some(_)) if is_another(last, block) => tables.push((block, block.rows.end)),
            (Some((last, end)), header) if header.is_some() || block.width == last.width => *end = block.rows.end,
            _ => {}
        }
    }
    match tables.as_slice() {
        [] => return whole(),
        // A section such as "[Data]" of a sample sheet.
        [(block, _)] if block.title.as_deref().is_some_and(|title| title.starts_with('[')) => {
            return vec![Region { rows: 0..page.rows.len(), title: String::new(), header: Some(block.rows.start) }];
        }
        // Settings above, and one table under them that is wider.
        [(block, _)] if blocks.iter().all(|b| b.rows.start >= block.rows.start || is_setting(b, block)) => {
            return vec![Region { rows: 0..page.rows.len(), title: String::new(), header: Some(block.rows.start) }];
        }
        [_] => return whole(),
        tables if tables.len() > MAX_TABLES => return whole(),
        _ => {}
    }
    let mut taken = BTreeSet::new();
    let mut start = 0;
    let n_tables = tables.len();
    let mut regions = Vec::with_capacity(n_tables);
    for (i, (block, end)) in tables.into_iter().enumerate() {
        let end = if i + 1 == n_tables { page.rows.len() } else { end };
        let title = block.title.as_deref().map(cleaned).filter(|t| !t.is_empty());
        let title = title.unwrap_or_else(|| format!("table {}", i + 1));
        let mut unique = title.clone();
        let mut n = 2;
        while !taken.insert(unique.to_lowercase()) {
            unique = format!("{title} {n}");
            n += 1;
        }
        regions.push(Region { rows: start..end, title: unique, header: Some(block.rows.start - start) });
        start = end;
    }
    regions
}

/// A few narrow rows above a table.
fn is_setting(block: &Block, table: &Block) -> bool {
    const MAX_ROWS: usize = 40;
    block.width < table.width && block.rows.len() <= MAX_ROWS
}

/// `[Data]` → Data, `Results:` → Results.
fn cleaned(title: &str) -> String {
    let bare = title.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '#' | '*' | '=' | '-' | ':'));
    let words: Vec<&str> = bare.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(MAX_TITLE_CHARS).collect()
}

/// Whether a block with a header starts another table.
fn is_another(last: &Block, next: &Block) -> bool {
    if last.header != next.header {
        return true;
    }
    // The same table again and again, each under a title of its own; but not page by page.
    match (&last.title, &next.title) {
        (Some(a), Some(b)) => {
            let bare = |text: &str| text.to_lowercase().replace(|c: char| c.is_ascii_digit(), "");
            a != b && !(bare(a) == bare(b) && bare(a).split_whitespace().any(|word| matches!(word, "page" | "seite")))
        }
        _ => false,
    }
}

/// What a row is as far as blocks go.
enum Edge {
    Blank,
    Title(String),
    No,
}

fn edge(page: &Page<'_>, row: &Row) -> Edge {
    // The start of the second cell is enough for most rows.
    if page.raw(row, 1).starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Edge::No;
    }
    if page.is_blank(row) {
        return Edge::Blank;
    }
    let first = page.raw(row, 0);
    if row.n_cells > 1 {
        // Only the delimiters that fill up a row may follow.
        let rest = page.row_text(row).get(first.len()..).unwrap_or("");
        let is_filled = |b: u8| !b.is_ascii_whitespace() && b != b'"' && !b.is_ascii_punctuation();
        if first.trim().is_empty()
            || rest.bytes().any(is_filled)
            || (1..row.n_cells as usize).any(|c| !page.cell(row, c).is_empty())
        {
            return Edge::No;
        }
    }
    let title = page.cell(row, 0);
    if row.is_broken || kind_of(&title) != Kind::Other { Edge::No } else { Edge::Title(title) }
}

fn blocks(page: &Page<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut title = None;
    let mut start = None;
    let close = |start: &mut Option<usize>, end: usize, title: &mut Option<String>, blocks: &mut Vec<Block>| {
        if let Some(from) = start.take() {
            blocks.push(block(page, from..end, title.take()));
        }
    };
    for (i, row) in page.rows.iter().enumerate() {
        match edge(page, row) {
            Edge::No => {
                start.get_or_insert(i);
            }
            Edge::Blank => close(&mut start, i, &mut title, &mut blocks),
            Edge::Title(text) => {
                close(&mut start, i, &mut title, &mut blocks);
                title = Some(text);
            }
        }
        if blocks.len() > MAX_BLOCKS {
            break;
        }
    }
    close(&mut start, page.rows.len(), &mut title, &mut blocks);
    blocks
}

/// Two columns are a table when the first holds numbers, dates or codes, or many words; else they are settings with their
/// values: `Operator,Jane`.
fn has_codes(page: &Page<'_>, below: &[usize], typical: &[Option<Kind>]) -> bool {
    const MANY: usize = 6;
    let has_digit =
        |i: &&usize| page.rows.get(**i).is_some_and(|row| page.cell(row, 0).contains(|c: char| c.is_ascii_digit()));
    is_typed(typical.first().copied().flatten())
        || below.len() >= MANY
        || below.iter().filter(has_digit).count() * 2 >= below.len()
}

fn block(page: &Page<'_>, rows: Range<usize>, title: Option<String>) -> Block {
    let cells = |i: usize| -> Vec<String> {
        let row = page.rows.get(i);
        let mut cells: Vec<String> =
            row.map(|row| (0..row.n_cells as usize).map(|c| page.cell(row, c)).collect()).unwrap_or_default();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        cells
    };
    let below: Vec<usize> = (rows.start + 1..rows.end).take(N_PROBES).collect();
    let names = cells(rows.start);
    let widest = below.iter().map(|i| cells(*i).len()).max().unwrap_or(0);
    let width = names.len().max(widest);
    let typical = page.typical(&below, width);
    let filled: Vec<&String> = names.iter().skip(1).filter(|n| !n.is_empty()).collect();
    let is_unique = filled.iter().collect::<BTreeSet<_>>().len() == filled.len();
    // All but the first column must have a name, as the corner above the names of rows may be empty.
    let is_named = names.len() >= width.max(2) && filled.len() + 1 == names.len();
    let has_typed = typical.iter().any(|kind| is_typed(*kind));
    let is_sure = (has_typed && (below.len() >= 2 || title.is_some())) || (title.is_some() && width >= 3);
    let is_settings = width == 2 && !has_codes(page, &below, &typical);
    let is_table = !below.is_empty()
        && is_named
        && is_unique
        && is_sure
        && !is_settings
        && is_header(&names, &typical, page, &below);
    Block { rows, title, header: is_table.then_some(names), width }
}
