//! Rows looked at by several readers at once.
//!
//! Each looks at a share of the rows in the one-pass way, starting from what the first rows showed of the columns. What
//! came of it is put together in the order of the rows, but only where it is for certain what a single pass
//! would have come to; else the first reader goes through those rows itself. So the table never depends on who read what.

use super::quick::{Moments, Quick};
use super::values::Values;
use super::{BLOCK_ROWS, Cells, Column, TextBuilder, assemble, trimmed};
use crate::base::{ColumnType, Notices, Problem};
use crate::source::share::{Found, Start, TextCounts};
use crate::table::{ColumnInfo, Table};
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{ArrowNativeType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use futures::future::LocalBoxFuture;
use std::ops::Range;

/// Those who look at the later rows while we look at the first.
pub(in crate::source) trait Others {
    /// The rows of each, in order and without gaps, up to the last row.
    fn shares(&self) -> Vec<Range<usize>>;
    /// Tells them what the first rows showed of the columns.
    fn begin(&self, starts: Vec<Start>);
    /// What one of them found: counts, and the columns as an Arrow stream. `None` when it failed.
    fn outcome(&self, share: usize) -> LocalBoxFuture<'_, Option<(Vec<Found>, Vec<u8>)>>;
}

impl Quick {
    pub fn start(&self) -> Start {
        match self {
            Quick::Given | Quick::Stopped => Start::Skip,
            Quick::Unknown(_) => Start::Unknown,
            Quick::Integer(_) => Start::Integer,
            Quick::Number(_) => Start::Number,
            Quick::Date(_) => Start::Date,
            Quick::DateTime(moments) => Start::DateTime { is_zoned: moments.is_zoned },
            Quick::Text { text, .. } => Start::Text { is_plain: text.is_plain() },
        }
    }

    fn from_start(start: Start) -> Quick {
        match start {
            Start::Skip => Quick::Stopped,
            Start::Unknown => Quick::Unknown(0),
            Start::Integer => Quick::Integer(Values::new(0)),
            Start::Number => Quick::Number(Values::new(0)),
            Start::Date => Quick::Date(Values::new(0)),
            Start::DateTime { is_zoned } => Quick::DateTime(Moments { values: Values::new(0), is_zoned, n_shifted: 0 }),
            Start::Text { is_plain } => {
                Quick::Text { text: TextBuilder::part(is_plain), n_rows: 0, counts: TextCounts::default() }
            }
        }
    }

    fn into_found(self) -> (Found, Option<Vec<ArrayRef>>) {
        match self {
            Quick::Given | Quick::Stopped => (Found::Misfit, None),
            Quick::Unknown(_) => (Found::Empty, None),
            Quick::Integer(values) => (Found::Integer, Some(values.chunks::<Int64Type>())),
            Quick::Number(values) => (Found::Number, Some(values.chunks::<Float64Type>())),
            Quick::Date(values) => (Found::Date, Some(values.chunks::<Date32Type>())),
            Quick::DateTime(Moments { values, is_zoned, n_shifted }) => {
                (Found::DateTime { is_zoned, n_shifted }, Some(values.chunks::<TimestampMicrosecondType>()))
            }
            Quick::Text { text, counts, .. } => (Found::Text(counts), Some(text.finish_part())),
        }
    }
}

/// Looks at a share of the rows.
///
/// # Errors
/// `bug_table_shape`, `bug_ipc`.
pub(in crate::source) fn read_share<C: Cells>(cells: &C, starts: &[Start]) -> Result<(Vec<Found>, Vec<u8>), Problem> {
    let n_rows = cells.n_rows();
    let mut states: Vec<Quick> = starts.iter().map(|start| Quick::from_start(*start)).collect();
    for start in (0..n_rows).step_by(BLOCK_ROWS) {
        for (column, state) in states.iter_mut().enumerate() {
            state.add(cells, column, start..(start + BLOCK_ROWS).min(n_rows));
        }
    }
    let mut found = Vec::with_capacity(states.len());
    let mut columns = Vec::new();
    for state in states {
        let (what, chunks) = state.into_found();
        if let Some(chunks) = chunks {
            let info = ColumnInfo::new(found.len().to_string(), ColumnType::Text);
            columns.push(Column { info, chunks, changed: Vec::new() });
        }
        found.push(what);
    }
    let table = assemble(columns, n_rows, Notices::default())?.table;
    Ok((found, table.to_ipc()?))
}

/// Adds a share of the rows to the columns. What was found there is taken where it fits; else, and where nothing was, the
/// rows are gone through here.
pub(super) fn take_over<C: Cells>(
    columns: &mut [Quick],
    starts: &[Start],
    found: Option<(Vec<Found>, Vec<u8>)>,
    cells: &C,
    rows: Range<usize>,
) {
    let read = found.and_then(|(found, ipc)| Some((found, Table::from_ipc(ipc).ok()?)));
    let read = read.filter(|(found, table)| found.len() == columns.len() && table.n_rows() == rows.len() as u64);
    let (found, table) = match read {
        Some((found, table)) => (found, Some(table)),
        None => (vec![Found::Misfit; columns.len()], None),
    };
    let mut n_taken = 0;
    for (column, (state, found)) in columns.iter_mut().zip(found).enumerate() {
        let has_rows = !matches!(found, Found::Empty | Found::Misfit);
        let chunks: Vec<ArrayRef> = match &table {
            Some(table) if has_rows => {
                n_taken += 1;
                table.batches().iter().filter_map(|b| b.columns().get(n_taken - 1).cloned()).collect()
            }
            _ => Vec::new(),
        };
        let began_as_number = starts.get(column) == Some(&Start::Number);
        let share = Share { found, began_as_number, chunks, rows: rows.clone() };
        if !share.is_taken_by(state, cells, column) {
            for start in rows.clone().step_by(BLOCK_ROWS) {
                state.add(cells, column, start..(start + BLOCK_ROWS).min(rows.end));
            }
        }
    }
}

/// One column in some of the rows.
struct Share {
    found: Found,
    began_as_number: bool,
    chunks: Vec<ArrayRef>,
    rows: Range<usize>,
}

impl Share {
    /// Adds the rows to those before them, if the two fit.
    fn is_taken_by<C: Cells>(&self, state: &mut Quick, cells: &C, column: usize) -> bool {
        if let (Quick::Unknown(n), true) = (&*state, !matches!(self.found, Found::Empty | Found::Misfit)) {
            // No value before this share: the column is what it is here.
            *state = self.beginning(*n);
        }
        match (state, self.found) {
            (Quick::Given | Quick::Stopped, _) => true,
            (Quick::Unknown(n), Found::Empty) => {
                *n += self.rows.len();
                true
            }
            (Quick::Integer(values), Found::Empty) => self.missing(values),
            (Quick::Number(values), Found::Empty) => self.missing(values),
            (Quick::Date(values), Found::Empty) => self.missing(values),
            (Quick::DateTime(moments), Found::Empty) => self.missing(&mut moments.values),
            (Quick::Text { text, n_rows, counts }, Found::Empty) => {
                self.rows.clone().for_each(|_| text.push(""));
                *n_rows += self.rows.len() as u64;
                counts.n_missing += self.rows.len() as u64;
                true
            }
            (Quick::Integer(values), Found::Integer) => self.append::<Int64Type>(values),
            (state @ Quick::Integer(_), Found::Number) => {
                let Quick::Integer(values) = std::mem::replace(state, Quick::Stopped) else { return false };
                let mut values = values.map(|v| v as f64);
                self.append::<Float64Type>(&mut values);
                *state = Quick::Number(values);
                true
            }
            // A whole number has no minus zero, and a number has.
            (Quick::Number(_), Found::Integer | Found::Number) if self.has_minus_zero(cells, column) => false,
            (Quick::Number(values), Found::Integer) => {
                for chunk in self.typed::<Int64Type>() {
                    values.append(&chunk.unary::<_, Float64Type>(|v| v as f64));
                }
                true
            }
            (Quick::Number(values), Found::Number) => self.append::<Float64Type>(values),
            (Quick::Date(values), Found::Date) => self.append::<Date32Type>(values),
            (Quick::DateTime(moments), Found::DateTime { is_zoned, n_shifted }) if moments.is_zoned == is_zoned => {
                moments.n_shifted += n_shifted;
                self.append::<TimestampMicrosecondType>(&mut moments.values)
            }
            (Quick::Text { text, n_rows, counts }, Found::Text(more)) => {
                self.chunks.iter().for_each(|chunk| text.append(chunk.as_ref()));
                *n_rows += self.rows.len() as u64;
                counts.n_missing += more.n_missing;
                counts.n_trimmed += more.n_trimmed;
                counts.n_typed += more.n_typed;
                true
            }
            _ => false,
        }
    }

    /// A column of this kind that begins with so many empty cells.
    fn beginning(&self, n: usize) -> Quick {
        match self.found {
            Found::Empty | Found::Misfit => Quick::Unknown(n),
            Found::Integer => Quick::Integer(Values::new(n)),
            Found::Number => Quick::Number(Values::new(n)),
            Found::Date => Quick::Date(Values::new(n)),
            Found::DateTime { is_zoned, .. } => {
                Quick::DateTime(Moments { values: Values::new(n), is_zoned, n_shifted: 0 })
            }
            Found::Text(_) => {
                let mut text = TextBuilder::new();
                (0..n).for_each(|_| text.push(""));
                let counts = TextCounts { n_missing: n as u64, ..TextCounts::default() };
                Quick::Text { text, n_rows: n as u64, counts }
            }
        }
    }

    fn typed<P: ArrowPrimitiveType>(&self) -> impl Iterator<Item = &PrimitiveArray<P>> {
        self.chunks.iter().filter_map(|chunk| chunk.as_primitive_opt::<P>())
    }

    fn append<P: ArrowPrimitiveType>(&self, values: &mut Values<P::Native>) -> bool {
        self.typed::<P>().for_each(|chunk| values.append(chunk));
        true
    }

    fn missing<T: ArrowNativeType>(&self, values: &mut Values<T>) -> bool {
        self.rows.clone().for_each(|_| values.push_missing());
        true
    }

    /// Whether a cell reads `-0`: a share that began with whole numbers lost its sign, a single pass would have kept it.
    fn has_minus_zero<C: Cells>(&self, cells: &C, column: usize) -> bool {
        if self.began_as_number {
            return false;
        }
        let is_zero = |chunk: &ArrayRef, i: usize| {
            let whole = chunk.as_primitive_opt::<Int64Type>().map(|a| a.value(i) == 0);
            let any =
                chunk.as_primitive_opt::<Float64Type>().map(|a| a.value(i) == 0.0 && a.value(i).is_sign_positive());
            chunk.is_valid(i) && whole.or(any).unwrap_or(false)
        };
        let rows_of = |chunk: &ArrayRef| 0..chunk.len();
        let places = self.chunks.iter().flat_map(|chunk| rows_of(chunk).map(move |i| (chunk, i)));
        let mut rows = self.rows.clone().zip(places);
        rows.any(|(row, (chunk, i))| is_zero(chunk, i) && trimmed(&cells.get(column, row)).starts_with('-'))
    }
}
