//! Stata's .dta files, formats 103 to 119 (Stata 2 to 18).
//!
//! After "File formats .dta" in Stata's manual (`help dta`, and `help dta_113` to `help dta_119`; what differs in older ones after pandas' `io/stata.py`).
//! Formats up to 115 are fixed structures one after the other (`plain`), later ones stand between
//! marks (`marked`); cells, missing values and value labels are the same in both.

mod cells;
mod labels;
mod marked;
mod plain;

use super::bytes::Order;
use super::clock::Count;
use super::column::{Builder, Shown};
use super::labels::Labels;
use super::letters::Letters;
use super::sheet::{CUT_ROW, Sheet, hex};
use crate::base::Problem;
use crate::source::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use cells::LongTexts;
use encoding_rs::{UTF_8, WINDOWS_1252};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How the cells of a column are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Byte,
    Int,
    Long,
    Float,
    Double,
    /// Text in so many bytes, filled up with zeros.
    Text(usize),
    /// A reference to a text that stands behind the rows.
    LongText,
}

impl Kind {
    fn size(self) -> usize {
        match self {
            Kind::Byte => 1,
            Kind::Int => 2,
            Kind::Long | Kind::Float => 4,
            Kind::Double | Kind::LongText => 8,
            Kind::Text(n) => n,
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Kind::Text(_) | Kind::LongText)
    }

    fn words(self) -> String {
        match self {
            Kind::Byte => "byte".to_owned(),
            Kind::Int => "int".to_owned(),
            Kind::Long => "long".to_owned(),
            Kind::Float => "float".to_owned(),
            Kind::Double => "double".to_owned(),
            Kind::Text(n) => format!("str{n}"),
            Kind::LongText => "strL".to_owned(),
        }
    }
}

/// A column as the file describes it; its texts are not decoded yet.
struct Variable<'a> {
    kind: Kind,
    name: &'a [u8],
    format: &'a [u8],
    label_set: &'a [u8],
    label: &'a [u8],
}

/// Where everything is.
struct Layout<'a> {
    release: u8,
    order: Order,
    n_rows: u64,
    variables: Vec<Variable<'a>>,
    /// Where the rows start.
    rows_at: usize,
}

impl Layout<'_> {
    fn row_size(&self) -> Option<usize> {
        self.variables.iter().try_fold(0usize, |sum, v| sum.checked_add(v.kind.size()))
    }
}

pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(marked::MARK) || plain::is(bytes)
}

/// Reads a whole file.
///
/// # Errors
/// `bad_stata`, `new_stata`, `table_too_large`, `no_columns`.
pub(super) fn read(
    bytes: &[u8],
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadTable, Problem> {
    let layout = if bytes.starts_with(marked::MARK) { marked::layout(bytes)? } else { plain::layout(bytes)? };
    let row_size = layout.row_size().filter(|n| *n > 0).ok_or_else(bad)?;
    let rows = bytes.get(layout.rows_at..).unwrap_or(&[]);
    let n_claimed_bytes = usize::try_from(layout.n_rows).ok().and_then(|n| n.checked_mul(row_size));
    // What lies behind the rows is there only if all of them are.
    let behind = n_claimed_bytes.and_then(|n| layout.rows_at.checked_add(n)).filter(|end| *end <= bytes.len());
    let mut sheet = Sheet::new(Letters::new(spec, if layout.release >= 118 { UTF_8 } else { WINDOWS_1252 })?);
    sheet.n_claimed = Some(layout.n_rows);
    let mut sets = BTreeMap::new();
    let mut long_texts = LongTexts::default();
    if let Some(end) = behind {
        if layout.release >= 117 {
            let (texts, labels) = marked::behind_rows(bytes, end, &layout, &mut sheet.letters);
            (long_texts, sets) = (texts, labels);
        } else {
            sets = labels::plain_sets(bytes, end, &layout, &mut sheet.letters);
        }
    }
    for variable in &layout.variables {
        let column = builder(variable, &sets, &mut sheet.letters);
        sheet.columns.push(column);
    }
    let n_rows = rows.len() / row_size;
    let n_rows = usize::try_from(layout.n_rows).map_or(n_rows, |claimed| claimed.min(n_rows));
    for (i, row) in rows.chunks_exact(row_size).take(n_rows).enumerate() {
        let mut at = 0;
        for (column, variable) in layout.variables.iter().enumerate() {
            let cell = row.get(at..at + variable.kind.size()).unwrap_or(&[]);
            at += variable.kind.size();
            cells::push(&mut sheet, column, variable.kind, cell, &layout, &long_texts)?;
        }
        sheet.end_row(layout.rows_at + (i + 1) * row_size, bytes.len(), progress)?;
    }
    if behind.is_none() {
        let cut = rows.get(n_rows * row_size..).unwrap_or(&[]);
        // A file cut off behind its rows has marks there and no row.
        if !cut.is_empty() && sheet.n_seen() < layout.n_rows {
            sheet.put_aside(layout.rows_at + n_rows * row_size, CUT_ROW, || hex(cut));
        }
    }
    if long_texts.n_lost() > 0 {
        let n = long_texts.n_lost();
        let cells = crate::base::wording::plural(n, "long text is", "long texts are");
        sheet.notices.add("lost_texts", format!("{cells} not in the file and left empty"), n);
    }
    sheet.finish(Format::Stata, spec, bytes.len())
}

fn builder(variable: &Variable, sets: &BTreeMap<String, Rc<Labels>>, letters: &mut Letters) -> Builder {
    let name = letters.name_text(variable.name);
    let format = letters.name_text(variable.format);
    let stored = format!("stored as {}, shown as {format}", variable.kind.words());
    let builder = if variable.kind.is_text() {
        Builder::text(name, format!("stored as {}", variable.kind.words()))
    } else {
        Builder::numbers(name, shown(&format), stored)
    };
    let set = sets.get(&letters.name_text(variable.label_set)).cloned();
    builder.with_label(letters.label(variable.label)).with_labels(set)
}

/// What a display format makes of a number. Years stay numbers, and so do days of business
/// calendars, which are counted without the days that their calendar leaves out.
fn shown(format: &str) -> Shown {
    let rest = format.trim_start_matches('%').trim_start_matches('-');
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('d'), _) | (Some('t'), Some('d')) => Shown::Date(Count::Days),
        (Some('t'), Some('c')) => Shown::DateTime(Count::Millis),
        (Some('t'), Some('C')) => Shown::DateTime(Count::LeapMillis),
        (Some('t'), Some('w')) => Shown::Date(Count::Weeks),
        (Some('t'), Some('m')) => Shown::Date(Count::Months),
        (Some('t'), Some('q')) => Shown::Date(Count::Quarters),
        (Some('t'), Some('h')) => Shown::Date(Count::HalfYears),
        _ => Shown::Number,
    }
}

fn bad() -> Problem {
    Problem::input("bad_stata", "This Stata file is damaged or incomplete.")
        .because("What it says of its columns does not fit what is in it.")
        .hint("Download or copy it again, or save it anew in Stata.")
}
