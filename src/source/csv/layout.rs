//! Which row is what: header, data, blank, comment, or set aside and why.

use super::comments::Comments;
use super::dialect::{is_declaration, usual_width};
use super::header::{
    N_PROBES, add_units, is_description, is_header, is_odd_header, is_typed, is_units_row, join_names, n_word_rows,
    spread_groups,
};
use super::notes::{footnotes, is_rule, is_total, n_padded_notes, totals};
use super::scan::{Row, Scan};
use super::wrapping::Wrapping;
use crate::source::types::{Kind, value_kind};
use std::borrow::Cow;

/// Cells beyond the last column that are kept, in columns of their own.
pub(super) const MAX_EXTRA: usize = 100;

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
    /// The first cell of a row that belongs to the table: 1 where a delimiter stands before the first column.
    pub first_cell: usize,
    pub width: usize,
    /// Columns that the header does not name.
    pub n_extra_names: usize,
    /// Rows under the names that only explain them.
    pub n_described: u32,
    typical: Vec<Option<Kind>>,
    hash_is_data: bool,
    header_texts: Vec<String>,
    n_footnotes_from: usize,
    totals: Vec<usize>,
}

/// The rows of one table, with what stands around them.
pub(super) struct Page<'a> {
    pub text: &'a str,
    pub scan: &'a Scan,
    pub rows: &'a [Row],
    pub wrapping: Wrapping,
    pub comments: Comments,
    /// Rows of a sheet end with their last filled cell, and `#` means nothing there.
    pub is_sheet: bool,
}

impl<'a> Page<'a> {
    pub fn raw(&self, row: &Row, cell: usize) -> &'a str {
        self.scan.raw(self.text, row, cell)
    }

    pub fn cell(&self, row: &Row, cell: usize) -> String {
        self.wrapping.cell(self.raw(row, cell)).trim().to_owned()
    }

    pub fn row_text(&self, row: &Row) -> &'a str {
        self.scan.row_text(self.text, row)
    }

    pub fn is_blank(&self, row: &Row) -> bool {
        let text = self.row_text(row);
        let is_nothing = |c: char| c.is_whitespace() || (c == '\0' && self.wrapping.has_nul);
        match text.as_bytes().first() {
            None => true,
            Some(b'!'..=b'+') | Some(b'-'..=b':') | Some(b'<'..=b'{') => false,
            _ => (0..row.n_cells as usize).all(|i| self.raw(row, i).trim_matches(is_nothing).is_empty()),
        }
    }

    fn is_hash(&self, row: &Row) -> bool {
        !self.is_sheet
            && self.text.as_bytes().get(row.start as usize..).is_some_and(|rest| self.comments.is_comment(rest))
    }

    /// The row starts with a letter, a digit or a quote, so it is neither blank nor a comment nor drawn.
    #[inline]
    fn is_plain(&self, row: &Row) -> bool {
        let first = self.text.as_bytes().get(row.start as usize);
        row.start > 0 && matches!(first, Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'"'))
    }

    /// A line drawn under a header or around a table, or one that tells the delimiter.
    fn is_drawn(&self, row: &Row) -> bool {
        let text = self.row_text(row);
        !self.is_sheet && (is_rule(text) || (row.start == 0 && is_declaration(text)))
    }

    /// The kind that nearly all cells of each column are, from rows spread over the body; `Other` for several kinds, `None`
    /// where there are no values.
    pub fn typical(&self, body: &[usize], width: usize) -> Vec<Option<Kind>> {
        let step = body.len().div_ceil(N_PROBES).max(1);
        let probes: Vec<&Row> = body.iter().step_by(step).filter_map(|i| self.rows.get(*i)).collect();
        (0..width)
            .map(|column| {
                let kinds: Vec<Kind> = probes
                    .iter()
                    .map(|row| value_kind(&self.cell(row, column)))
                    .filter(|k| !matches!(k, Kind::Empty | Kind::StandIn))
                    .collect();
                let first = *kinds.first()?;
                let n_of = |kind: Kind| kinds.iter().filter(|k| **k == kind).count();
                [first, Kind::Number, Kind::Moment, Kind::Other]
                    .into_iter()
                    .find(|kind| n_of(*kind) * 10 >= kinds.len() * 9)
                    .or(Some(Kind::Other))
            })
            .collect()
    }
}

/// Finds the table among the rows. `header_rows` is the user's choice; `known_first` the row in which the header is known
/// to be, where there are several tables.
pub(super) fn find(page: &Page<'_>, header_rows: Option<u32>, known_first: Option<usize>) -> Layout {
    let rows = page.rows;
    let is_content =
        |row: &Row| page.is_plain(row) || (!page.is_blank(row) && !page.is_hash(row) && !page.is_drawn(row));
    let mut content: Vec<usize> = rows.iter().enumerate().filter(|(_, row)| is_content(row)).map(|(i, _)| i).collect();
    let from = known_first.unwrap_or(0);
    let mut usual = usual_width(content.iter().filter(|i| **i >= from).filter_map(|i| rows.get(*i))).unwrap_or(0);
    let n_hash = rows.iter().filter(|row| !page.is_plain(row) && page.is_hash(row) && row.n_cells == usual).count();
    let n_usual = content.iter().filter_map(|i| rows.get(*i)).filter(|row| row.n_cells == usual).count();
    // "#1", "#2": tags and no comments.
    let hash_is_all = content.is_empty() || (n_hash >= 2 && n_hash > n_usual);
    if hash_is_all {
        let is_filled = |row: &Row| !page.is_blank(row) && !page.is_drawn(row);
        content = rows.iter().enumerate().filter(|(_, row)| is_filled(row)).map(|(i, _)| i).collect();
        usual = usual_width(content.iter().filter_map(|i| rows.get(*i))).unwrap_or(0);
    }
    let width_of = |i: usize| rows.get(i).map_or(0, |r| r.n_cells);
    let is_full = |i: usize| width_of(i) == usual || (page.is_sheet && width_of(i) > usual);
    let known_at = known_first.and_then(|known| content.iter().position(|i| *i == known));
    let first_at = match (known_at, header_rows) {
        (Some(at), _) => at,
        (None, Some(0)) => content.iter().position(|i| is_full(*i)).unwrap_or(0),
        (None, _) => {
            let at = content.iter().position(|i| is_full(*i)).unwrap_or(0);
            at + n_padded_notes(page, content.get(at..).unwrap_or(&[]), &is_full)
        }
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
        first_cell: 0,
        width: widest as usize,
        n_extra_names: 0,
        n_described: 0,
        typical: Vec::new(),
        hash_is_data: hash_is_all,
        header_texts: Vec::new(),
        n_footnotes_from: rows.len(),
        totals: Vec::new(),
    };
    let names_in = |i: usize| -> Vec<String> {
        rows.get(i).map(|row| (0..row.n_cells as usize).map(|c| page.cell(row, c)).collect()).unwrap_or_default()
    };
    // A header that is repeated further down says nothing of the columns.
    let text_of = |i: usize| rows.get(i).map_or("", |row| page.row_text(row));
    let first_text = text_of(first);
    let again: Vec<usize> = body.iter().copied().filter(|i| text_of(*i) == first_text).collect();
    let below = without(body.get(1..).unwrap_or(&[]), &again);
    let typical_below = page.typical(&below, widest as usize);

    // A comment right above the data that has just their width is their header: "#CHROM	POS", "# time temp".
    let is_mark_alone = |row: &Row| page.comments.without_mark(&page.cell(row, 0)).is_empty();
    let has_width = |row: &Row| row.n_cells == usual || (row.n_cells == usual + 1 && is_mark_alone(row));
    let hashed = first
        .checked_sub(1)
        .filter(|i| !hash_is_all && usual >= 2 && rows.get(*i).is_some_and(|row| page.is_hash(row) && has_width(row)));
    // A header of another width, directly above the first full row.
    let odd = before.filter(|i| *i + 1 == first && is_odd_header(&names_in(*i), usual));
    let n_words = if header_rows.is_none() && hashed.is_none() { n_word_rows(page, &body, widest as usize) } else { 0 };
    // Loggers of Campbell Scientific say so in the line above their names.
    let is_toa5 = n_words == 3 && before.is_some_and(|i| names_in(i).first().is_some_and(|cell| cell == "TOA5"));
    let header: Option<(usize, Vec<String>)> = match header_rows {
        Some(0) => None,
        Some(_) => Some((first, names_in(first))),
        None => {
            if let Some(i) = hashed {
                let mut names = names_in(i);
                if let Some(name) = names.first_mut() {
                    *name = page.comments.without_mark(name).to_owned();
                }
                if names.len() > usual as usize {
                    names.remove(0);
                }
                Some((i, names))
            } else if n_words >= 2 || is_header(&names_in(first), &typical_below, page, &below) {
                Some((first, names_in(first)))
            } else {
                odd.map(|i| (i, names_in(i)))
            }
        }
    };
    let body_at = |i: usize| without(body.get(body.partition_point(|b| *b < i)..).unwrap_or(&[]), &again);
    match header {
        None => {
            layout.typical = page.typical(&body, widest as usize);
            layout.names = vec![String::new(); layout.width];
            layout.cut_empty_edges();
        }
        Some((at, mut names)) => {
            layout.first_row = at;
            layout.n_header_rows = 1;
            let mut next = at + 1;
            let wanted = header_rows.unwrap_or(1).max(n_words as u32).max(1);
            while layout.n_header_rows < wanted && next < rows.len() {
                let more = names_in(next);
                if header_rows.is_none() {
                    if rows.get(next).is_some_and(|row| page.is_blank(row) || page.is_drawn(row)) {
                        next += 1;
                        continue;
                    }
                    let rest = body_at(next + 1);
                    if layout.n_header_rows + 1 == wanted && is_units_row(&more, &page.typical(&rest, widest as usize))
                    {
                        break;
                    }
                }
                if header_rows.is_none() && is_toa5 {
                    // Names, units, and how values were processed, which the names tell as well.
                    if layout.n_header_rows == 1 {
                        for (name, unit) in names.iter_mut().zip(&more).skip(2).filter(|(_, unit)| !unit.is_empty()) {
                            *name = format!("{name} [{unit}]");
                        }
                    }
                } else if header_rows.is_none() && is_description(&more) {
                    layout.n_described += 1;
                } else {
                    spread_groups(&mut names, &more);
                    join_names(&mut names, &more);
                }
                layout.n_header_rows += 1;
                next += 1;
            }
            // A line may be drawn between the names and their units, and under both.
            let is_drawn = |i: usize| rows.get(i).is_some_and(|row| page.is_drawn(row));
            let after_rule = if is_drawn(next) { next + 1 } else { next };
            if header_rows.is_none() && rows.get(after_rule).is_some_and(|r| r.n_cells == usual) {
                let rest = body_at(after_rule + 1);
                let typical = page.typical(&rest, widest as usize);
                if is_units_row(&names_in(after_rule), &typical) {
                    add_units(&mut names, &names_in(after_rule));
                    layout.n_header_rows += 1;
                    next = after_rule + 1;
                }
            }
            layout.header_texts =
                rows.get(at..next).unwrap_or(&[]).iter().map(|row| page.row_text(row).to_owned()).collect();
            layout.n_body_start = next;
            layout.typical = page.typical(&body_at(next), widest as usize);
            layout.name_columns(names, page.is_sheet);
        }
    }
    let n_hash = rows.iter().skip(layout.n_body_start).filter(|r| page.is_hash(r) && r.n_cells == usual).count();
    layout.hash_is_data |= n_hash * 10 > body.len() + n_hash;
    layout.n_footnotes_from = footnotes(page, layout.width, layout.n_body_start);
    if !page.is_sheet {
        let last = layout.n_footnotes_from;
        let is_of_table = |i: &&usize| **i >= layout.n_body_start && **i < last;
        // Only where the last row has the name of a total are all rows gathered.
        if body.iter().rev().find(is_of_table).is_some_and(|i| is_total(page, *i)) {
            let table: Vec<usize> = body.iter().filter(is_of_table).copied().collect();
            layout.totals = totals(page, &table, &layout.typical);
        }
    }
    layout
}

/// Some of the rows without others, both in order. Mostly there are no others, and the list, which may be of millions,
/// serves as it is.
fn without<'r>(rows: &'r [usize], others: &[usize]) -> Cow<'r, [usize]> {
    if others.iter().all(|other| rows.binary_search(other).is_err()) {
        return Cow::Borrowed(rows);
    }
    Cow::Owned(rows.iter().copied().filter(|row| others.binary_search(row).is_err()).collect())
}

impl Layout {
    /// No name and no value: what a delimiter at the edge of every row makes.
    fn no_values(&self, column: usize) -> bool {
        self.typical.get(column).is_none_or(Option::is_none)
    }

    /// Columns without names, one at the start and any number at the end, in which there is nothing.
    fn cut_empty_edges(&mut self) {
        let is_unnamed = |names: &[String], i: usize| names.get(i).is_none_or(String::is_empty);
        while self.width > 1 && is_unnamed(&self.names, self.width - 1) && self.no_values(self.width - 1) {
            self.width -= 1;
            self.names.truncate(self.width);
        }
        if self.width > 1 && is_unnamed(&self.names, 0) && self.no_values(0) {
            self.first_cell = 1;
            self.width -= 1;
            self.names.remove(0);
            self.typical.remove(0);
        }
    }

    /// Fits the cells of the header to the columns.
    fn name_columns(&mut self, mut names: Vec<String>, is_sheet: bool) {
        // A trailing delimiter in every row makes one column too many, on either side.
        while names.len() > self.width && names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        if names.len() == self.width {
            self.names = names;
            self.cut_empty_edges();
            names = std::mem::take(&mut self.names);
        } else if names.len() + 1 == self.width {
            if self.no_values(self.width - 1) {
                self.width -= 1;
            } else if !is_sheet {
                // As R writes a table with row names.
                names.insert(0, "row_name".to_owned());
            }
        }
        self.width = self.width.max(names.len());
        self.n_extra_names = self.width - names.len();
        let n = names.len();
        names.extend((n..self.width).map(|i| format!("extra_{}", i + 1 - n)));
        self.names = names;
    }

    /// What one row is.
    pub fn classify(&self, page: &Page<'_>, i: usize, row: &Row, is_cut_off: bool) -> RowIs {
        let is_plain = page.is_plain(row);
        if !is_plain && page.is_blank(row) {
            return RowIs::Blank;
        }
        if i >= self.first_row && i < self.n_body_start {
            return if self.n_header_rows > 0 && !page.is_drawn(row) { RowIs::Header } else { RowIs::Comment };
        }
        if i < self.first_row || (!is_plain && page.is_drawn(row)) {
            return RowIs::Comment;
        }
        let n = (row.n_cells as usize).saturating_sub(self.first_cell);
        if !is_plain && page.is_hash(row) && (!self.hash_is_data || n != self.width) {
            return RowIs::Comment;
        }
        if i >= self.n_footnotes_from {
            return RowIs::Comment;
        }
        if !self.totals.is_empty() && self.totals.contains(&i) {
            return RowIs::SetAside("it sums up the rows above".to_owned());
        }
        if self.n_header_rows > 0 && self.is_header_again(page, i, row) {
            return RowIs::Header;
        }
        if self.first_cell > 0 && !page.raw(row, 0).trim().is_empty() {
            return RowIs::SetAside("there is text before the first column".to_owned());
        }
        let is_cut_off = is_cut_off && i + 1 == page.rows.len();
        if row.is_broken && (n != self.width || is_cut_off || !self.fits(page, row)) {
            return RowIs::SetAside("a quote is opened and never closed".to_owned());
        }
        match n.cmp(&self.width) {
            std::cmp::Ordering::Equal => RowIs::Data,
            std::cmp::Ordering::Greater => {
                let is_blank = |c: usize| page.raw(row, c + self.first_cell).trim().is_empty();
                let is_kept = || n - self.width <= MAX_EXTRA && self.fits(page, row);
                if (self.width..n).all(is_blank) || is_kept() {
                    RowIs::Data
                } else {
                    RowIs::SetAside(format!("too many cells ({n} of {})", self.width))
                }
            }
            std::cmp::Ordering::Less => {
                if page.is_sheet {
                    return RowIs::Data;
                }
                if is_cut_off {
                    return RowIs::SetAside(format!("the file ends within the row ({n} of {} cells)", self.width));
                }
                // Half a row is none, unless its cells are clearly of these columns.
                if !self.fits(page, row) || (n * 2 < self.width && !self.fits_surely(page, row)) {
                    return RowIs::SetAside(format!("too few cells ({n} of {})", self.width));
                }
                RowIs::Data
            }
        }
    }

    fn is_header_again(&self, page: &Page<'_>, i: usize, row: &Row) -> bool {
        let text = page.row_text(row);
        match self.header_texts.split_first() {
            None => false,
            Some((first, _)) if first == text => true,
            // The further rows of a header count where they follow its first.
            Some((_, rest)) => rest.iter().enumerate().any(|(k, wanted)| {
                let above = (i - self.n_body_start).checked_sub(k + 1).map(|d| self.n_body_start + d);
                wanted == text
                    && above
                        .and_then(|i| page.rows.get(i))
                        .is_some_and(|row| self.header_texts.first().is_some_and(|first| page.row_text(row) == first))
            }),
        }
    }

    fn kinds<'a>(&'a self, page: &'a Page<'_>, row: &'a Row) -> impl Iterator<Item = (Kind, Option<Kind>)> {
        let n = (row.n_cells as usize).saturating_sub(self.first_cell).min(self.width);
        (0..n).map(move |column| {
            let kind = value_kind(&page.cell(row, column + self.first_cell));
            (kind, self.typical.get(column).copied().flatten())
        })
    }

    /// Each cell of a row is of the kind that its column holds.
    fn fits(&self, page: &Page<'_>, row: &Row) -> bool {
        self.kinds(page, row).all(|(kind, typical)| match kind {
            Kind::Empty | Kind::StandIn => true,
            _ if is_typed(typical) => Some(kind) == typical,
            _ => true,
        })
    }

    /// One at least is a number or date in a column of such.
    fn fits_surely(&self, page: &Page<'_>, row: &Row) -> bool {
        self.kinds(page, row).any(|(kind, typical)| is_typed(typical) && Some(kind) == typical)
    }
}
