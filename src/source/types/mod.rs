//! Cells of text → typed columns. The type of a column is decided from all of its cells.
//!
//! Most columns of most files are plain numbers, ISO dates or text: those are built in the one
//! pass that looks at them (`quick`). As soon as a cell does not fit, the column is counted in
//! full (`tally`), judged (`decide`) and built again from the start (`fill`).

mod as_written;
mod decide;
mod dressing;
mod fill;
mod limits;
mod missing;
mod moment;
mod number;
mod quick;
mod sentinel;
mod share;
mod tally;
mod text;
mod values;

use crate::base::{ColumnType, Notices, Problem, at_once, wording};
use crate::source::aside::Rule;
use crate::source::share::Start;
use crate::source::spec::ChangedCells;
use crate::table::{ColumnInfo, Table};
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

pub(super) use super::units::looks_like_unit;
pub(super) use number::number_in;
pub(super) use share::{Others, read_share};
pub(super) use tally::{Kind, kind_of, value_kind};
pub(super) use text::TextBuilder;

pub(super) use crate::table::BATCH_ROWS;

/// Rows of all columns that are looked at together, so that their text stays in the cache.
const BLOCK_ROWS: usize = 8_192;

/// Rows and columns of text, whatever they were read from.
pub(super) trait Cells {
    fn n_rows(&self) -> usize;
    fn n_columns(&self) -> usize;
    /// The cell without its quotes; empty when it is missing.
    fn get(&self, column: usize, row: usize) -> Cow<'_, str>;
    /// Where the user finds the row: a line number, counted from 1.
    fn line(&self, row: usize) -> u64;
    /// The row is there by the user's decision only: it says nothing of the types of its columns.
    fn is_guest(&self, _row: usize) -> bool {
        false
    }
    /// The column's numbers came as numbers, so all digits count and none is a code.
    fn has_literal_numbers(&self, _column: usize) -> bool {
        false
    }
}

/// A column's name, as it goes into the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub name: String,
    pub unit: Option<String>,
    /// Where the column lies in its records, when the name does not say all of it.
    pub path: Option<String>,
}

/// What is known of the file beyond its cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    /// Types the user chose, by column name.
    pub types: BTreeMap<String, ColumnType>,
    /// Rules that are not to be used, by column name.
    pub as_written: BTreeMap<String, Vec<Rule>>,
    /// The file separates its cells by something else than a comma, so a comma may be a decimal one.
    pub comma_is_free: bool,
}

/// The table, with what was changed in it and remarks on it.
pub(super) struct Typed {
    pub table: Table,
    pub changed: Vec<ChangedCells>,
    pub notices: Notices,
}

/// What was made of one column.
pub(super) struct Column {
    pub info: ColumnInfo,
    pub chunks: Vec<ArrayRef>,
    pub changed: Vec<ChangedCells>,
}

/// The row ranges of the record batches.
pub(super) fn chunk_ranges(n_rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..n_rows).step_by(BATCH_ROWS).map(move |start| start..(start + BATCH_ROWS).min(n_rows))
}

/// Decides the type of every column and builds the table.
///
/// `on_rows` is told how many of the rows are done.
///
/// # Errors
/// `bug_table_shape` when the columns do not fit together.
pub(super) fn build_table<C: Cells>(
    cells: &C,
    heads: Vec<Head>,
    hints: &Hints,
    on_rows: &mut dyn FnMut(u64),
) -> Result<Typed, Problem> {
    at_once(build_with(cells, heads, hints, on_rows, None))
}

/// The same, with some of the rows looked at by others. The table is the same, to the byte.
///
/// # Errors
/// As [`build_table`].
pub(super) async fn build_with<C: Cells>(
    cells: &C,
    heads: Vec<Head>,
    hints: &Hints,
    on_rows: &mut dyn FnMut(u64),
    others: Option<&dyn Others>,
) -> Result<Typed, Problem> {
    let n_rows = cells.n_rows();
    let mut quick: Vec<quick::Quick> = heads
        .iter()
        .map(|head| {
            let is_given = hints.types.contains_key(&head.name) || hints.as_written.contains_key(&head.name);
            if is_given { quick::Quick::Given } else { quick::Quick::Unknown(0) }
        })
        .collect();
    let add = |quick: &mut [quick::Quick], rows: Range<usize>, on_rows: &mut dyn FnMut(u64)| {
        for start in rows.clone().step_by(BLOCK_ROWS) {
            let block = start..(start + BLOCK_ROWS).min(rows.end);
            for (column, state) in quick.iter_mut().enumerate() {
                state.add(cells, column, block.clone());
            }
            on_rows(block.end as u64 / 2);
        }
    };
    let shares = others.map(Others::shares).unwrap_or_default();
    let own_end = shares.first().map_or(n_rows, |share| share.start);
    // The first rows tell the others how the columns begin.
    add(&mut quick, 0..BLOCK_ROWS.min(own_end), on_rows);
    let starts: Vec<Start> = quick.iter().map(quick::Quick::start).collect();
    if let Some(others) = others {
        others.begin(starts.clone());
    }
    add(&mut quick, BLOCK_ROWS.min(own_end)..own_end, on_rows);
    for (i, share) in shares.into_iter().enumerate() {
        let found = match others {
            Some(others) => others.outcome(i).await,
            None => None,
        };
        share::take_over(&mut quick, &starts, found, cells, share.clone());
        on_rows(share.end as u64 / 2);
    }

    // Only what could not be built at once is counted; all counts are there before any is judged,
    // because one column's evidence helps another.
    let mut tallies = Vec::with_capacity(quick.len());
    for (column, state) in quick.iter().enumerate() {
        tallies.push(state.needs_tally().then(|| tally::Tally::of(cells, column)));
    }
    let evidence = decide::FileEvidence::of(tallies.iter().flatten(), hints.comma_is_free);
    // Plain as they looked, these may be something else after all: "1.200" beside "1,5", and
    // "20261112" under "date".
    for (column, (slot, state)) in tallies.iter_mut().zip(&quick).enumerate() {
        let is_dated = || heads.get(column).is_some_and(|head| decide::names_a_date(&head.name));
        let doubtful = match state {
            quick::Quick::Number(_) => evidence.has_decimal_comma(),
            quick::Quick::Integer(_) => is_dated(),
            _ => false,
        };
        if doubtful {
            *slot = Some(tally::Tally::of(cells, column));
        }
    }

    let mut notices = Notices::default();
    let mut taken: BTreeSet<String> = heads.iter().map(|head| head.name.clone()).collect();
    let mut columns = Vec::with_capacity(quick.len());
    for (column, ((state, tally), mut head)) in quick.into_iter().zip(tallies).zip(heads).enumerate() {
        let path = head.path.take();
        let mut limits = Vec::new();
        let mut built = match tally {
            None => state.finish(cells, column, head, n_rows),
            Some(tally) => {
                let wanted = hints.types.get(&head.name).copied();
                let verdict = decide::decide(cells, column, &head, &tally, wanted, &evidence);
                let off = hints.as_written.get(&head.name).map(Vec::as_slice).unwrap_or_default();
                let verdict = as_written::verdict(cells, column, &head, &tally, verdict, off);
                if verdict.has_limits {
                    limits = limits::columns(cells, column, &head, &tally, &verdict, &mut taken, &mut notices);
                }
                fill::fill(cells, column, head, &tally, verdict, &mut notices)
            }
        };
        if let Some(path) = path {
            built.info.reason.push_str(&format!("; the field {path}"));
        }
        if let Some((number, n)) = sentinel::find(&built) {
            let times = wording::plural(n, "time", "times");
            let name = &built.info.name;
            let text =
                format!("{number} stands {times} in {name}, far from all other values: it may mean that there is none");
            notices.add("may_be_missing", text, n);
        }
        columns.push(built);
        columns.append(&mut limits);
        on_rows((n_rows as u64 / 2) + (n_rows as u64 * (column as u64 + 1)) / (2 * cells.n_columns().max(1) as u64));
    }
    assemble(columns, n_rows, notices)
}

/// Puts columns together that are cut as tables are.
///
/// # Errors
/// `bug_table_shape` when they do not fit.
pub(super) fn assemble(columns: Vec<Column>, n_rows: usize, notices: Notices) -> Result<Typed, Problem> {
    assemble_cut(columns, chunk_ranges(n_rows).map(|range| range.len()), notices)
}

/// Puts columns together that are cut into batches of these lengths.
///
/// # Errors
/// `bug_table_shape` when they do not fit.
pub(super) fn assemble_cut(
    columns: Vec<Column>,
    cuts: impl Iterator<Item = usize>,
    notices: Notices,
) -> Result<Typed, Problem> {
    let misfit = |e: arrow::error::ArrowError| {
        Problem::bug("bug_table_shape", "The table's columns do not fit together.").because(e.to_string())
    };
    let fields: Vec<Field> = columns
        .iter()
        .map(|c| {
            let data_type = c
                .chunks
                .first()
                .map_or_else(|| crate::table::arrow_type(c.info.column_type), |chunk| chunk.data_type().clone());
            Field::new(&c.info.name, data_type, true)
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let mut batches = Vec::new();
    for (i, n_rows) in cuts.enumerate() {
        let arrays: Vec<ArrayRef> = columns.iter().filter_map(|c| c.chunks.get(i).cloned()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        batches.push(RecordBatch::try_new_with_options(schema.clone(), arrays, &options).map_err(misfit)?);
    }
    let mut infos = Vec::with_capacity(columns.len());
    let mut changed = Vec::new();
    for column in columns {
        infos.push(column.info);
        changed.extend(column.changed);
    }
    Ok(Typed { table: Table::try_new(schema, batches, infos)?, changed, notices })
}

/// A cell without the space around it.
#[inline]
fn trimmed(text: &str) -> &str {
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) | (None, _) => text,
        // Byte order marks of files that were joined, and other characters that nobody sees.
        _ => text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')),
    }
}

#[cfg(test)]
mod tests;
