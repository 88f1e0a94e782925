//! Which row is what: header, data, blank, comment, or set aside and why.

use super::dialect::usual_width;
use super::scan::{Row, Scan};
use super::unquoted;
use crate::source::types::{Kind, kind_of, looks_like_unit};

/// Rows looked at to learn what the columns hold.
const N_PROBES: usize = 200;

/// What a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowIs {
    Data,
    Header,
    Blank,
    Comment,
    SetAside(String),
}

/// What was made out about the table.
pub(super) struct Layout {
    /// The cells of the header, as many as the table has columns.
    pub names: Vec<String>,
    pub n_header_rows: u32,
    /// The first row of the header, or of the data where there is none.
    pub first_row: usize,
    pub n_body_start: usize,
    pub width: usize,
    /// Why there is or is no header: for the remark.
    pub n_extra_names: usize,
    typical: Vec<Option<Kind>>,
    hash_is_data: bool,
    header_text: String,
    n_footnotes_from: usize,
}

pub(super) struct Page<'a> {
    pub text: &'a str,
    pub scan: &'a Scan,
    pub quote: Option<u8>,
    /// Rows of a sheet end with their last filled cell, and `#` means nothing there.
    pub is_sheet: bool,
}

impl Page<'_> {
    fn cell(&self, row: &Row, cell: usize) -> String {
        unquoted(self.scan.raw(self.text, row, cell), self.quote).trim().to_owned()
    }

    fn is_blank(&self, row: &Row) -> bool {
        let text = self.scan.row_text(self.text, row);
        match text.as_bytes().first() {
            None => true,
            Some(b'!'..=b'+') | Some(b'-'..=b':') | Some(b'<'..=b'{') => false,
            _ => (0..row.n_cells as usize).all(|i| self.scan.raw(self.text, row, i).trim().is_empty()),
        }
    }

    fn is_hash(&self, row: &Row) -> bool {
        !self.is_sheet && self.text.as_bytes().get(row.start as usize) == Some(&b'#')
    }

    /// The kind that nearly all cells of each column are, from rows spread over the body.
    fn typical(&self, body: &[usize], width: usize) -> Vec<Option<Kind>> {
        let step = body.len().div_ceil(N_PROBES).max(1);
        let probes: Vec<&Row> = body.iter().step_by(step).filter_map(|i| self.scan.rows.get(*i)).collect();
        (0..width)
            .map(|column| {
                let kinds: Vec<Kind> = probes
                    .iter()
                    .map(|row| kind_of(&self.cell(row, column)))
                    .filter(|k| !matches!(k, Kind::Empty | Kind::StandIn))
                    .collect();
                let first = *kinds.first()?;
                let n_of = |kind: Kind| kinds.iter().filter(|k| **k == kind).count();
                [first, Kind::Number, Kind::Moment, Kind::Other]
                    .into_iter()
                    .find(|kind| n_of(*kind) * 10 >= kinds.len() * 9)
            })
            .collect()
    }
}

fn is_typed(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::Number | Kind::Moment | Kind::Time | Kind::Answer))
}

/// Finds the table among the rows. `header_rows` is the user's choice.
pub(super) fn find(page: &Page<'_>, header_rows: Option<u32>) -> Layout {
    let rows = &page.scan.rows;
    let is_content = |row: &Row| !page.is_blank(row) && !page.is_hash(row);
    let mut content: Vec<usize> = rows.iter().enumerate().filter(|(_, row)| is_content(row)).map(|(i, _)| i).collect();
    let mut usual = usual_width(content.iter().filter_map(|i| rows.get(*i))).unwrap_or(0);
    let n_hash = rows.iter().filter(|row| page.is_hash(row) && row.n_cells == usual).count();
    let n_usual = content.iter().filter_map(|i| rows.get(*i)).filter(|row| row.n_cells == usual).count();
    // "#1", "#2": tags and no comments.
    let hash_is_all = content.is_empty() || (n_hash >= 2 && n_hash > n_usual);
    if hash_is_all {
        content = rows.iter().enumerate().filter(|(_, row)| !page.is_blank(row)).map(|(i, _)| i).collect();
        usual = usual_width(content.iter().filter_map(|i| rows.get(*i))).unwrap_or(0);
    }
    let width_of = |i: usize| rows.get(i).map_or(0, |r| r.n_cells);
    let is_full = |i: usize| width_of(i) == usual || (page.is_sheet && width_of(i) > usual);
    let first_at = content.iter().position(|i| is_full(*i)).unwrap_or(0);
    let first_at = match header_rows {
        Some(0) => first_at,
        _ => first_at + n_padded_notes(page, content.get(first_at..).unwrap_or(&[]), &is_full),
    };
    let after = content.iter().skip(first_at).copied();
    let body: Vec<usize> = after.filter(|i| page.is_sheet || width_of(*i) == usual).collect();
    let widest = if page.is_sheet { body.iter().map(|i| width_of(*i)).max().unwrap_or(usual) } else { usual };
    let first = content.get(first_at).copied().unwrap_or(0);
    let before = first_at.checked_sub(1).and_then(|i| content.get(i)).copied();

    let mut layout = Layout {
        names: Vec::new(),
        n_header_rows: 0,
        first_row: first,
        n_body_start: first,
        width: widest as usize,
        n_extra_names: 0,
        typical: Vec::new(),
        hash_is_data: hash_is_all,
        header_text: String::new(),
        n_footnotes_from: rows.len(),
    };
    let names_in = |i: usize| -> Vec<String> {
        rows.get(i).map(|row| (0..row.n_cells as usize).map(|c| page.cell(row, c)).collect()).unwrap_or_default()
    };
    // A header that is repeated further down says nothing of the columns.
    let text_of = |i: usize| rows.get(i).map_or("", |row| page.scan.row_text(page.text, row));
    let first_text = text_of(first);
    let below: Vec<usize> = body.iter().skip(1).copied().filter(|i| text_of(*i) != first_text).collect();
    let typical_below = page.typical(&below, widest as usize);

    // A comment right above the data that has just their width is their header: "#CHROM	POS".
    let hashed = first.checked_sub(1).filter(|i| {
        !hash_is_all && usual >= 2 && rows.get(*i).is_some_and(|row| page.is_hash(row) && row.n_cells == usual)
    });
    // A header of another width, directly above the first full row.
    let odd = before.filter(|i| *i + 1 == first && is_odd_header(&names_in(*i), usual));
    let header: Option<(usize, Vec<String>)> = match header_rows {
        Some(0) => None,
        Some(_) => Some((first, names_in(first))),
        None => {
            if let Some(i) = hashed {
                let mut names = names_in(i);
                if let Some(name) = names.first_mut() {
                    *name = name.trim_start_matches('#').trim().to_owned();
                }
                Some((i, names))
            } else if is_header(&names_in(first), &typical_below, page, &below) {
                Some((first, names_in(first)))
            } else {
                odd.map(|i| (i, names_in(i)))
            }
        }
    };
    let body_at = |i: usize| {
        let later = body.iter().skip_while(|b| **b < i).copied();
        later.filter(|b| text_of(*b) != first_text).collect::<Vec<_>>()
    };
    match header {
        None => {
            layout.typical = page.typical(&body, widest as usize);
            layout.names = vec![String::new(); layout.width];
        }
        Some((at, mut names)) => {
            layout.first_row = at;
            layout.header_text =
                rows.get(at).map(|row| page.scan.row_text(page.text, row).to_owned()).unwrap_or_default();
            layout.n_header_rows = 1;
            let mut next = at + 1;
            let wanted = header_rows.unwrap_or(1).max(1);
            while layout.n_header_rows < wanted && next < rows.len() {
                join_names(&mut names, &names_in(next));
                layout.n_header_rows += 1;
                next += 1;
            }
            if header_rows.is_none() && rows.get(next).is_some_and(|r| r.n_cells == usual) {
                let rest = body_at(next + 1);
                let typical = page.typical(&rest, widest as usize);
                if is_units_row(&names_in(next), &typical) {
                    add_units(&mut names, &names_in(next));
                    layout.n_header_rows += 1;
                    next += 1;
                }
            }
            layout.n_body_start = next;
            layout.typical = page.typical(&body_at(next), widest as usize);
            // A trailing delimiter in every row makes one column too many, on either side.
            if names.len() > layout.width && names.last().is_some_and(String::is_empty) {
                names.pop();
            }
            let no_values = |column: usize| layout.typical.get(column).is_none_or(Option::is_none);
            if names.len() == layout.width && names.len() > 1 && names.last().is_some_and(String::is_empty) {
                if no_values(layout.width - 1) {
                    names.pop();
                    layout.width -= 1;
                }
            } else if names.len() + 1 == layout.width {
                if no_values(layout.width - 1) {
                    layout.width -= 1;
                } else if !page.is_sheet {
                    // As R writes a table with row names.
                    names.insert(0, "row_name".to_owned());
                }
            }
            layout.width = layout.width.max(names.len());
            layout.n_extra_names = layout.width - names.len();
            let n = names.len();
            names.extend((n..layout.width).map(|i| format!("extra_{}", i + 1 - n)));
            layout.names = names;
        }
    }
    let n_hash = rows.iter().skip(layout.n_body_start).filter(|r| page.is_hash(r) && r.n_cells == usual).count();
    layout.hash_is_data |= n_hash * 10 > body.len() + n_hash;
    layout.n_footnotes_from = footnotes(page, &layout);
    layout
}

/// Spreadsheets fill up the notes above a table with empty cells: `Logger export;;;`. How many such rows there are,
/// if a header follows in which every cell has a name.
fn n_padded_notes(page: &Page<'_>, content: &[usize], is_full: &dyn Fn(usize) -> bool) -> usize {
    const MAX_NOTES: usize = 30;
    let filled = |i: usize| -> Option<(usize, usize)> {
        let row = page.scan.rows.get(i)?;
        let cells: Vec<String> = (0..row.n_cells as usize).map(|c| page.cell(row, c)).collect();
        let n = cells.iter().take_while(|c| !c.is_empty()).count();
        let is_rest_empty = cells.iter().skip(n).all(String::is_empty);
        let is_text = cells.first().is_some_and(|c| kind_of(c) == Kind::Other);
        (is_rest_empty && is_text).then_some((n, cells.len()))
    };
    let is_note = |i: usize| filled(i).is_some_and(|(n, width)| n >= 1 && width >= 2 && n * 2 <= width);
    // A row of another width among them is a note as well.
    let is_above = |i: usize| is_note(i) || !is_full(i);
    let n = content.iter().take(MAX_NOTES).take_while(|i| is_above(**i)).count();
    let has_header = content.get(n).and_then(|i| filled(*i)).is_some_and(|(n, width)| n == width);
    let has_body = content.len() > n + 1 && content.iter().skip(n + 1).take(MAX_NOTES).any(|i| !is_note(*i));
    if has_header && has_body { n } else { 0 }
}

fn is_odd_header(names: &[String], usual: u32) -> bool {
    let n = names.len() as u32;
    let mut unique = names.to_vec();
    unique.sort();
    unique.dedup();
    let all_named = names.iter().take(names.len().saturating_sub(1)).all(|n| kind_of(n) == Kind::Other);
    n >= 2 && (n + 1 == usual || n > usual || n * 4 >= usual * 3) && unique.len() == names.len() && all_named
}

/// A header is unlike what stands below it, and its cells are unlike each other.
fn is_header(names: &[String], typical: &[Option<Kind>], page: &Page<'_>, below: &[usize]) -> bool {
    let filled: Vec<&String> = names.iter().filter(|n| !n.is_empty()).collect();
    if filled.is_empty() || filled.len() * 2 < names.len() {
        return false;
    }
    let mut unique: Vec<&&String> = filled.iter().collect();
    unique.sort();
    unique.dedup();
    let (mut n_for, mut n_against, mut n_years) = (0usize, 0usize, 0usize);
    for (name, kind) in names.iter().zip(typical.iter().chain(std::iter::repeat(&None))) {
        let head = kind_of(name);
        // "n", "t" and "y" are names as well as answers.
        let is_name = head == Kind::Other || (head == Kind::Answer && *kind != Some(Kind::Answer));
        if is_name && is_typed(*kind) {
            n_for += 1;
        } else if !matches!(head, Kind::Other | Kind::Empty | Kind::StandIn | Kind::Answer) {
            n_against += 1;
            n_years += usize::from(name.parse::<u32>().is_ok_and(|y| (1900..2101).contains(&y)));
        }
    }
    if n_against > 0 {
        // Years as names of columns, after a first one in words.
        let years_are_names = n_years == n_against && names.first().is_some_and(|n| kind_of(n) == Kind::Other);
        return n_for > n_against || (years_are_names && n_years > 1 && unique.len() == filled.len());
    }
    if n_for > 0 {
        return true;
    }
    // All is text: a value that comes again below is no name.
    let comes_again = || {
        below.iter().take(N_PROBES).filter_map(|i| page.scan.rows.get(*i)).any(|row| {
            names.iter().enumerate().any(|(column, name)| !name.is_empty() && page.cell(row, column) == *name)
        })
    };
    unique.len() == filled.len() && filled.iter().all(|n| n.chars().count() <= 80) && !comes_again()
}

/// A row of units or of type codes under the header, above columns of numbers.
fn is_units_row(cells: &[String], typical: &[Option<Kind>]) -> bool {
    let n_typed = typical.iter().filter(|k| is_typed(**k)).count();
    let over_typed: Vec<&String> =
        cells.iter().zip(typical).filter(|(_, kind)| is_typed(**kind)).map(|(cell, _)| cell).collect();
    let is_mark = |cell: &&String| {
        cell.is_empty()
            || unit_in(cell).is_some()
            || cell.len() <= 5
                && cell.trim_end_matches(['s', 'n', 'd']).parse::<u32>().is_ok()
                && kind_of(cell) == Kind::Other
    };
    n_typed >= 1
        && over_typed.iter().any(|c| !c.is_empty())
        && over_typed.iter().all(|c| kind_of(c) != Kind::Number && is_mark(c))
        && cells.iter().all(|c| c.chars().count() <= 16)
}

fn unit_in(cell: &str) -> Option<&str> {
    let inner = cell
        .strip_prefix('(')
        .and_then(|c| c.strip_suffix(')'))
        .or_else(|| cell.strip_prefix('[').and_then(|c| c.strip_suffix(']')));
    match inner {
        Some(inner) => Some(inner),
        None => looks_like_unit(cell).then_some(cell),
    }
}

fn add_units(names: &mut [String], cells: &[String]) {
    for (name, cell) in names.iter_mut().zip(cells) {
        if let Some(unit) = unit_in(cell).filter(|_| !name.is_empty()) {
            *name = format!("{name} [{unit}]");
        }
    }
}

fn join_names(names: &mut Vec<String>, more: &[String]) {
    if names.len() < more.len() {
        names.resize(more.len(), String::new());
    }
    for (name, part) in names.iter_mut().zip(more) {
        *name = match (name.is_empty(), part.is_empty()) {
            (_, true) => std::mem::take(name),
            (true, false) => part.clone(),
            (false, false) => format!("{name} / {part}"),
        };
    }
}

/// The row from which on there are only notes under the table.
fn footnotes(page: &Page<'_>, layout: &Layout) -> usize {
    const MAX_NOTES: usize = 50;
    let rows = &page.scan.rows;
    let mut from = rows.len();
    if layout.width < 2 {
        return from;
    }
    for (i, row) in rows.iter().enumerate().skip(layout.n_body_start).rev().take(MAX_NOTES) {
        if page.is_blank(row) {
            continue;
        }
        let only_first = (1..row.n_cells as usize).all(|c| page.scan.raw(page.text, row, c).trim().is_empty());
        let note = page.cell(row, 0);
        let is_note = only_first
            && !row.is_broken
            && kind_of(&note) == Kind::Other
            && (note.contains([' ', ':']) || note.starts_with(['*', '#', '[', '(', '†', '-']));
        if !is_note {
            break;
        }
        from = i;
    }
    from
}

impl Layout {
    /// What one row is.
    pub fn classify(&self, page: &Page<'_>, i: usize, row: &Row, ends_with_newline: bool) -> RowIs {
        if page.is_blank(row) {
            return RowIs::Blank;
        }
        if i >= self.first_row && i < self.n_body_start {
            return if self.n_header_rows > 0 { RowIs::Header } else { RowIs::Comment };
        }
        if i < self.first_row {
            return RowIs::Comment;
        }
        let n = row.n_cells as usize;
        if page.is_hash(row) && (!self.hash_is_data || n != self.width) {
            return RowIs::Comment;
        }
        if i >= self.n_footnotes_from {
            return RowIs::Comment;
        }
        if row.is_broken {
            return RowIs::SetAside("a quote is opened and never closed".to_owned());
        }
        if self.n_header_rows > 0 && page.scan.row_text(page.text, row) == self.header_text {
            return RowIs::Header;
        }
        match n.cmp(&self.width) {
            std::cmp::Ordering::Equal => RowIs::Data,
            std::cmp::Ordering::Greater => {
                let all_blank = (self.width..n).all(|c| page.scan.raw(page.text, row, c).trim().is_empty());
                if all_blank { RowIs::Data } else { RowIs::SetAside(format!("too many cells ({n} of {})", self.width)) }
            }
            std::cmp::Ordering::Less => {
                if page.is_sheet {
                    return RowIs::Data;
                }
                let is_last = i + 1 == page.scan.rows.len();
                if is_last && !ends_with_newline {
                    return RowIs::SetAside(format!("the file ends within the row ({n} of {} cells)", self.width));
                }
                if n * 2 < self.width || !self.fits(page, row) {
                    return RowIs::SetAside(format!("too few cells ({n} of {})", self.width));
                }
                RowIs::Data
            }
        }
    }

    /// Each cell of a short row is of the kind that its column holds.
    fn fits(&self, page: &Page<'_>, row: &Row) -> bool {
        (0..row.n_cells as usize).all(|column| {
            let typical = self.typical.get(column).copied().flatten();
            let kind = kind_of(&page.cell(row, column));
            match kind {
                Kind::Empty | Kind::StandIn => true,
                _ if is_typed(typical) => Some(kind) == typical,
                _ => true,
            }
        })
    }
}
