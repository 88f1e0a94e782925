//! The one-pass way: builds a column while every cell fits the plainest form of one type.

use super::decide::is_enough;
use super::moment::{iso_date, iso_datetime};
use super::number::{plain_integer, plain_number};
use super::tally::{self, Kind};
use super::values::Values;
use super::{Cells, Column, Head, TextBuilder, trimmed};
use crate::base::{ColumnType, wording};
use crate::source::aside::Rule;
use crate::source::share::TextCounts;
use crate::source::spec::ChangedCells;
use crate::table::ColumnInfo;
use arrow::datatypes::{ArrowNativeType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use std::ops::Range;

/// Moments, with what is to be said about their zones.
pub(super) struct Moments {
    pub values: Values<i64>,
    /// Whether they say their zone, once that is known.
    pub is_zoned: Option<bool>,
    pub n_shifted: u64,
}

/// How far the quick way has got with a column.
pub(super) enum Quick {
    /// The user chose the type: counted from the start.
    Given,
    /// Only empty cells so far, and how many.
    Unknown(usize),
    Integer(Values<i64>),
    Number(Values<f64>),
    Date(Values<i32>),
    DateTime(Moments),
    Text {
        text: TextBuilder,
        n_rows: u64,
        counts: TextCounts,
    },
    /// A cell did not fit.
    Stopped,
}

impl Quick {
    pub fn needs_tally(&self) -> bool {
        match self {
            Quick::Given | Quick::Stopped => true,
            Quick::Text { n_rows, counts: TextCounts { n_missing, n_typed, .. }, .. } => {
                *n_typed > 0 && is_enough(*n_typed, n_rows.saturating_sub(*n_missing))
            }
            _ => false,
        }
    }

    /// Adds a block of rows, changing over to a wider type where that is plain to do.
    pub fn add<C: Cells>(&mut self, cells: &C, column: usize, rows: Range<usize>) {
        let mut next = rows.start;
        while next < rows.end {
            let stopped_at = match self {
                Quick::Given | Quick::Stopped => return,
                Quick::Unknown(n) => run(cells, column, next..rows.end, |cell| {
                    let is_empty = cell.is_empty();
                    *n += usize::from(is_empty);
                    is_empty
                }),
                Quick::Integer(values) => run(cells, column, next..rows.end, |cell| take(values, cell, plain_integer)),
                Quick::Number(values) => run(cells, column, next..rows.end, |cell| take(values, cell, plain_number)),
                Quick::Date(values) => run(cells, column, next..rows.end, |cell| take(values, cell, iso_date)),
                Quick::DateTime(moments) => {
                    run(cells, column, next..rows.end, |cell| match iso_datetime(cell.as_bytes()) {
                        Some((micros, offset)) => {
                            // Moments with a zone and without need a remark, which is for the full count.
                            if *moments.is_zoned.get_or_insert(offset.is_some()) != offset.is_some() {
                                return false;
                            }
                            moments.values.push(micros);
                            moments.n_shifted += u64::from(offset.is_some_and(|o| o != 0));
                            true
                        }
                        None if cell.is_empty() => {
                            moments.values.push_missing();
                            true
                        }
                        None => false,
                    })
                }
                Quick::Text { text, n_rows, counts: TextCounts { n_missing, n_trimmed, n_typed } } => {
                    *n_rows += (rows.end - next) as u64;
                    for row in next..rows.end {
                        let raw = cells.get(column, row);
                        let cell = trimmed(&raw);
                        *n_trimmed += u64::from(cell.len() != raw.len() && !cell.is_empty());
                        *n_missing += u64::from(cell.is_empty());
                        *n_typed += u64::from(may_be_typed(cell.as_bytes()));
                        text.push(cell);
                    }
                    return;
                }
            };
            let Some(row) = stopped_at else { return };
            if cells.is_guest(row) {
                *self = Quick::Stopped;
                return;
            }
            next = row;
            let raw = cells.get(column, row);
            self.change_over(trimmed(&raw));
        }
    }

    /// The cell did not fit: what now?
    fn change_over(&mut self, cell: &str) {
        let bytes = cell.as_bytes();
        *self = match std::mem::replace(self, Quick::Stopped) {
            Quick::Unknown(n) => {
                if plain_integer(bytes).is_some() {
                    Quick::Integer(Values::new(n))
                } else if plain_number(bytes).is_some() {
                    Quick::Number(Values::new(n))
                } else if iso_date(bytes).is_some() {
                    Quick::Date(Values::new(n))
                } else if iso_datetime(bytes).is_some() {
                    Quick::DateTime(Moments { values: Values::new(n), is_zoned: None, n_shifted: 0 })
                } else if tally::kind_of(cell) == Kind::Other {
                    let mut text = TextBuilder::new();
                    (0..n).for_each(|_| text.push(""));
                    let counts = TextCounts { n_missing: n as u64, ..TextCounts::default() };
                    Quick::Text { text, n_rows: n as u64, counts }
                } else {
                    Quick::Stopped
                }
            }
            // Whole numbers of at most 15 digits are exact as floats.
            Quick::Integer(values) if plain_number(bytes).is_some() => Quick::Number(values.map(|v| v as f64)),
            _ => Quick::Stopped,
        };
    }

    /// The finished column.
    pub fn finish<C: Cells>(self, cells: &C, column: usize, head: Head, n_rows: usize) -> Column {
        let mut info = ColumnInfo::new(head.name, ColumnType::Text);
        info.unit = head.unit;
        let mut changed = Vec::new();
        let all = |info: &mut ColumnInfo, column_type, n_missing: u64, one: &str, many: &str| {
            info.column_type = column_type;
            info.n_missing = n_missing;
            let n = (n_rows as u64).saturating_sub(n_missing);
            info.reason = match n {
                1 => format!("the only value is {one}"),
                _ => format!("all {} values are {many}", wording::format_count(n)),
            };
        };
        let chunks = match self {
            Quick::Integer(values) => {
                all(&mut info, ColumnType::Integer, values.n_missing, "a whole number", "whole numbers");
                info.runner_up = Some(ColumnType::Number);
                values.chunks::<Int64Type>()
            }
            Quick::Number(values) => {
                all(&mut info, ColumnType::Number, values.n_missing, "a number", "numbers");
                values.chunks::<Float64Type>()
            }
            Quick::Date(values) => {
                all(&mut info, ColumnType::Date, values.n_missing, "a date", "dates");
                values.chunks::<Date32Type>()
            }
            Quick::DateTime(moments) => {
                all(
                    &mut info,
                    ColumnType::DateTime,
                    moments.values.n_missing,
                    "a date with a time",
                    "dates with times",
                );
                if moments.n_shifted > 0 {
                    changed.push(by_rule(&info.name, Rule::ToUtc, moments.n_shifted));
                }
                moments.values.chunks::<TimestampMicrosecondType>()
            }
            Quick::Text { text, counts: TextCounts { n_missing, n_trimmed, .. }, .. } => {
                info.n_missing = n_missing;
                info.reason = text_reason(cells, column, n_rows);
                if n_trimmed > 0 {
                    changed.push(by_rule(&info.name, Rule::Spaces, n_trimmed));
                }
                text.finish()
            }
            Quick::Unknown(_) | Quick::Given | Quick::Stopped => {
                info.n_missing = n_rows as u64;
                info.reason = "there are no values".to_owned();
                info.confidence = 0.5;
                let mut text = TextBuilder::new();
                (0..n_rows).for_each(|_| text.push(""));
                text.finish()
            }
        };
        Column { info, chunks, changed }
    }
}

fn by_rule(column: &str, rule: Rule, cells: u64) -> ChangedCells {
    ChangedCells { column: column.to_owned(), rule: rule.words(), cells, by: Some(rule), lines: Vec::new() }
}

/// `-3.5`, `12/11/2026`, `yes`: a number, a date or an answer may begin so.
#[inline]
fn may_be_typed(cell: &[u8]) -> bool {
    match cell {
        [b'0'..=b'9', ..] | [b'-' | b'+' | b'.' | b',' | b'$' | b'(', b'0'..=b'9' | b'$', ..] => true,
        // Limits, and spans of time as ISO 8601 has them.
        [b'&', b'l' | b'g', b't', ..]
        | [b'<' | b'>', b'0'..=b'9' | b'=' | b' ' | b'.', ..]
        | [b'P', b'T' | b'0'..=b'9', .., b'D' | b'W' | b'H' | b'M' | b'S'] => true,
        [b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F', ..] => cell.len() <= 5,
        _ => false,
    }
}

fn text_reason<C: Cells>(cells: &C, column: usize, n_rows: usize) -> String {
    let first = (0..n_rows).map(|row| cells.get(column, row)).find(|cell| !trimmed(cell).is_empty());
    let shown: String = first.as_deref().map(trimmed).unwrap_or("").chars().take(30).collect();
    format!("values such as '{shown}' are neither numbers nor dates")
}

/// Feeds trimmed cells until one is refused, and tells which row that was.
#[inline]
fn run<C: Cells>(cells: &C, column: usize, rows: Range<usize>, mut accept: impl FnMut(&str) -> bool) -> Option<usize> {
    for row in rows {
        let raw = cells.get(column, row);
        if !accept(trimmed(&raw)) {
            return Some(row);
        }
    }
    None
}

#[inline]
fn take<T: ArrowNativeType>(values: &mut Values<T>, cell: &str, parse: impl Fn(&[u8]) -> Option<T>) -> bool {
    match parse(cell.as_bytes()) {
        Some(value) => values.push(value),
        None if cell.is_empty() => values.push_missing(),
        None => return false,
    }
    true
}
