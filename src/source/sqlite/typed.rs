//! Stored values → typed columns. SQLite gives each cell a type of its own and takes the declared one as
//! a wish, so a column's type is decided from all of its values, with the declaration as a hint.

use super::cells::{Counts, Kind, MAX_WHOLE_BLOB, Stored};
use super::create::Affinity;
use crate::base::{ColumnType, Notices, Problem, wording};
use crate::source::spec::{ChangedCells, ReaderSpec};
use crate::source::types::{self, Cells, Head, Hints, TextBuilder, chunk_ranges};
use crate::table::{ColumnInfo, arrow_type};
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, TimestampMicrosecondArray, new_null_array};
use std::borrow::Cow;
use std::sync::Arc;

/// Whole numbers up to here are exact as 64-bit floats.
const MAX_EXACT: u64 = 1 << 53;

/// Values of a column declared as text that are looked at to see whether they are dates.
const SAMPLED: usize = 100;

/// A column before it has a type.
pub(super) struct Untyped {
    pub head: Head,
    /// The declared type, as written.
    pub declared: String,
    pub affinity: Affinity,
    pub stored: Stored,
}

/// What a declared type says beyond its affinity.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    None,
    Boolean,
    Date,
    /// A date with a time, or a moment.
    DateTime,
    Time,
}

fn wish(declared: &str) -> Wish {
    let declared = declared.to_ascii_uppercase();
    if declared.starts_with("BOOL") {
        Wish::Boolean
    } else if declared.starts_with("DATETIME") || declared.starts_with("TIMESTAMP") {
        Wish::DateTime
    } else if declared.starts_with("DATE") {
        Wish::Date
    } else if declared.starts_with("TIME") {
        Wish::Time
    } else {
        Wish::None
    }
}

/// What to do with a column.
#[allow(clippy::large_enum_variant, reason = "there are no more of them than columns")]
enum Plan {
    Ready(types::Column),
    /// Its type is found from its values as texts.
    Find,
    /// The same, but only dates and times count: it is declared as text.
    FindDates,
}

/// Decides all types and builds the columns.
///
/// # Errors
/// `bug_table_shape`.
pub(super) fn build(
    columns: Vec<Untyped>,
    spec: &ReaderSpec,
    n_rows: usize,
    on_rows: &mut dyn FnMut(u64),
) -> Result<types::Typed, Problem> {
    let chosen = &spec.types;
    // Programs that bring in text files declare every column as text.
    let is_all_text = columns.len() > 1 && columns.iter().all(|c| c.affinity == Affinity::Text);
    let plans: Vec<Plan> =
        columns.iter().map(|c| plan(c, chosen.get(&c.head.name).copied(), is_all_text, n_rows)).collect();
    let hints = Hints { types: chosen.clone(), as_written: spec.as_written.clone(), comma_is_free: true };
    let (mut heads, mut free) = (Vec::new(), Vec::new());
    for (column, plan) in columns.iter().zip(&plans) {
        if matches!(plan, Plan::Find) {
            heads.push(column.head.clone());
            free.push(&column.stored);
        }
    }
    let found = types::build_table(&Subset { columns: free, n_rows }, heads, &hints, on_rows)?;
    let mut notices = found.notices;
    let mut changed = found.changed;
    let mut found_at = 0usize;
    let mut out = Vec::with_capacity(columns.len());
    for (column, plan) in columns.iter().zip(plans) {
        let built = match plan {
            Plan::Ready(built) => built,
            Plan::Find => {
                let of_column = changed.extract_if(.., |c| c.column == column.head.name).collect();
                let built = taken(&found.table, found_at, of_column);
                found_at += 1;
                let is_chosen = chosen.contains_key(&column.head.name);
                as_stored(column, built, n_rows, is_chosen)
            }
            Plan::FindDates => {
                let subset = Subset { columns: vec![&column.stored], n_rows };
                let alone = types::build_table(&subset, vec![column.head.clone()], &hints, &mut |_| {})?;
                let built = taken(&alone.table, 0, alone.changed);
                if built.info.column_type.is_temporal() {
                    notices.0.extend(alone.notices.0);
                    as_stored(column, built, n_rows, false)
                } else {
                    text(column, n_rows, "stored as text".to_owned(), None)
                }
            }
        };
        remark(column, &built.info, &mut notices);
        out.push(built);
    }
    types::assemble(out, n_rows, notices)
}

fn taken(table: &crate::table::Table, at: usize, changed: Vec<ChangedCells>) -> types::Column {
    let info = table.columns().get(at).cloned().unwrap_or_else(|| ColumnInfo::new("", ColumnType::Text));
    types::Column { info, chunks: table.chunks(at).cloned().collect(), changed }
}

fn plan(column: &Untyped, chosen: Option<ColumnType>, is_all_text: bool, n_rows: usize) -> Plan {
    let counts = column.stored.counts;
    let may_be_moments = chosen == Some(ColumnType::DateTime) || wish(&column.declared) == Wish::DateTime;
    let is_numbers = counts.n_text == 0 && n_blobs(&counts) == 0;
    let epoch = (may_be_moments && is_numbers).then(|| Epoch::of(&column.stored)).flatten();
    match (chosen, epoch) {
        (Some(ColumnType::Text), _) => return Plan::Ready(text(column, n_rows, "chosen by you".to_owned(), None)),
        (Some(ColumnType::DateTime), Some(epoch)) => {
            return Plan::Ready(epoch.build(column, n_rows, "chosen by you".to_owned()));
        }
        (Some(_), _) => return Plan::Find,
        (None, _) => {}
    }
    let n_numbers = counts.n_int + counts.n_real;
    if n_numbers + counts.n_text + n_blobs(&counts) == 0 {
        return Plan::Ready(empty(column, n_rows));
    }
    if n_blobs(&counts) > 0 {
        let reason = match (counts.n_blob + counts.n_long_blob, n_numbers + counts.n_text) {
            (0, 0) => "stored as bytes, all of which read as text",
            (_, 0) => "binary data, shown as hexadecimal digits",
            _ => "binary data and other values side by side",
        };
        return Plan::Ready(text(column, n_rows, reason.to_owned(), None));
    }
    if counts.n_text == 0 {
        return Plan::Ready(numbers(column, epoch, n_rows));
    }
    if n_numbers == 0 && column.affinity == Affinity::Text && !is_all_text {
        let (n, n_moments, n_found) = sampled(&column.stored);
        if n_moments * 2 > n {
            return Plan::FindDates;
        }
        let runner_up = (n_found * 2 > n).then_some(ColumnType::Number);
        return Plan::Ready(text(column, n_rows, "stored as text".to_owned(), runner_up));
    }
    Plan::Find
}

fn n_blobs(counts: &Counts) -> u64 {
    counts.n_text_blob + counts.n_blob + counts.n_long_blob
}

/// The first texts that are there: how many, those that are dates, and those that are numbers.
fn sampled(stored: &Stored) -> (usize, usize, usize) {
    let texts = (0..stored.len()).filter_map(|row| stored.shown(row, false)).filter(|text| !text.is_empty());
    texts.take(SAMPLED).fold((0, 0, 0), |(n, n_moments, n_numbers), text| {
        let kind = types::kind_of(&text);
        (
            n + 1,
            n_moments + usize::from(kind == types::Kind::Moment),
            n_numbers + usize::from(kind == types::Kind::Number),
        )
    })
}

/// "declared as VARCHAR(20)", after what the values say.
fn with_declaration(reason: String, column: &Untyped) -> String {
    if column.declared.is_empty() {
        return reason;
    }
    let declared: String = column.declared.chars().take(40).collect();
    format!("{reason}; declared as {declared}")
}

fn column_of(column: &Untyped, column_type: ColumnType, chunks: Vec<ArrayRef>, reason: String) -> types::Column {
    let mut info = ColumnInfo::new(column.head.name.clone(), column_type);
    info.unit = column.head.unit.clone();
    info.n_missing = column.stored.counts.n_null;
    info.reason = with_declaration(reason, column);
    types::Column { info, chunks, changed: Vec::new() }
}

fn all_are(n: u64, one: &str, many: &str) -> String {
    if n == 1 {
        format!("the only value is {one}")
    } else {
        format!("all {} values are {many}", wording::format_count(n))
    }
}

/// Cells as they were stored: no space taken off, and an empty text is not a missing one.
fn text(column: &Untyped, n_rows: usize, reason: String, runner_up: Option<ColumnType>) -> types::Column {
    let counts = column.stored.counts;
    let all_hex = counts.n_blob + counts.n_long_blob > 0;
    let mut builder = TextBuilder::new();
    for row in 0..n_rows {
        builder.push_option(column.stored.shown(row, all_hex).as_deref());
    }
    let mut built = column_of(column, ColumnType::Text, builder.finish(), reason);
    built.info.runner_up = runner_up;
    built
}

/// A column without a value has the type that it is declared to have.
fn empty(column: &Untyped, n_rows: usize) -> types::Column {
    let column_type = match (wish(&column.declared), column.affinity) {
        (Wish::Boolean, _) => ColumnType::Boolean,
        (Wish::Date, _) => ColumnType::Date,
        (Wish::DateTime, _) => ColumnType::DateTime,
        (Wish::Time, _) => ColumnType::Time,
        (Wish::None, Affinity::Integer) => ColumnType::Integer,
        (Wish::None, Affinity::Real | Affinity::Numeric) => ColumnType::Number,
        (Wish::None, Affinity::Text | Affinity::Blob) => ColumnType::Text,
    };
    let chunks = chunk_ranges(n_rows).map(|rows| new_null_array(&arrow_type(column_type), rows.len())).collect();
    let mut built = column_of(column, column_type, chunks, "there are no values".to_owned());
    built.info.confidence = 0.5;
    built
}

fn numbers(column: &Untyped, epoch: Option<Epoch>, n_rows: usize) -> types::Column {
    let stored = &column.stored;
    let n = stored.counts.n_int + stored.counts.n_real;
    let wish = wish(&column.declared);
    if wish == Wish::Boolean && (0..n_rows).all(|row| matches!(stored.int(row), Some(0 | 1)) || is_null(stored, row)) {
        let cell = |row| stored.int(row).map(|v| v == 1);
        let chunks = chunk_ranges(n_rows).map(|rows| Arc::new(rows.map(cell).collect::<BooleanArray>()) as ArrayRef);
        return column_of(column, ColumnType::Boolean, chunks.collect(), all_are(n, "0 or 1", "0 or 1"));
    }
    if let Some(epoch) = epoch {
        let reason = all_are(n, epoch.words, epoch.words);
        return epoch.build(column, n_rows, reason);
    }
    if stored.counts.n_real == 0 {
        let cell = |row| stored.int(row);
        let chunks = chunk_ranges(n_rows).map(|rows| Arc::new(rows.map(cell).collect::<Int64Array>()) as ArrayRef);
        let reason = all_are(n, "a whole number", "whole numbers");
        let mut built = column_of(column, ColumnType::Integer, chunks.collect(), reason);
        built.info.runner_up = Some(ColumnType::Number);
        return built;
    }
    if (0..n_rows).filter_map(|row| stored.int(row)).any(|v| v.unsigned_abs() > MAX_EXACT) {
        let reason = "there are numbers with more than 15 digits beside decimals, and they would lose the last ones";
        return text(column, n_rows, reason.to_owned(), Some(ColumnType::Number));
    }
    let cell = |row| stored.real(row);
    let chunks = chunk_ranges(n_rows).map(|rows| Arc::new(rows.map(cell).collect::<Float64Array>()) as ArrayRef);
    column_of(column, ColumnType::Number, chunks.collect(), all_are(n, "a number", "numbers"))
}

fn is_null(stored: &Stored, row: usize) -> bool {
    stored.kind(row) == Kind::Null
}

/// How moments are counted since 1970.
#[derive(Clone, Copy)]
struct Epoch {
    micros: f64,
    words: &'static str,
}

impl Epoch {
    /// The unit in which all numbers of a column lie between 1973 and 2100.
    fn of(stored: &Stored) -> Option<Epoch> {
        let values = || (0..stored.len()).filter_map(|row| stored.real(row));
        let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        [(1e6, "seconds since 1970"), (1e3, "milliseconds since 1970"), (1.0, "microseconds since 1970")]
            .into_iter()
            .map(|(micros, words)| Epoch { micros, words })
            .find(|e| low * e.micros >= 1e14 && high * e.micros <= 4.1025e15)
    }

    fn build(self, column: &Untyped, n_rows: usize, reason: String) -> types::Column {
        let cell = |row| match column.stored.int(row) {
            Some(value) => value.checked_mul(self.micros as i64),
            None => column.stored.real(row).map(|value| (value * self.micros).round() as i64),
        };
        let chunks = chunk_ranges(n_rows)
            .map(|rows| Arc::new(rows.map(cell).collect::<TimestampMicrosecondArray>()) as ArrayRef)
            .collect();
        let mut built = column_of(column, ColumnType::DateTime, chunks, reason);
        built.info.runner_up = Some(ColumnType::Integer);
        built.changed.push(ChangedCells {
            column: column.head.name.clone(),
            rule: format!("{} read as a date with a time", self.words),
            cells: column.stored.counts.n_int + column.stored.counts.n_real,
            ..ChangedCells::default()
        });
        built
    }
}

/// A column whose type was found from texts, with what a database keeps apart put right.
fn as_stored(column: &Untyped, mut built: types::Column, n_rows: usize, is_chosen: bool) -> types::Column {
    let counts = column.stored.counts;
    if built.info.column_type == ColumnType::Text {
        if counts.n_empty + counts.n_spaced > 0 {
            let mut exact = text(column, n_rows, String::new(), built.info.runner_up);
            exact.info.reason = std::mem::take(&mut built.info.reason);
            exact.info.confidence = built.info.confidence;
            built = exact;
        }
    } else if counts.n_empty > 0 {
        built.changed.push(ChangedCells {
            column: column.head.name.clone(),
            rule: "empty text read as missing".to_owned(),
            cells: counts.n_empty,
            ..ChangedCells::default()
        });
    }
    if !is_chosen {
        built.info.reason = with_declaration(std::mem::take(&mut built.info.reason), column);
    }
    built
}

fn remark(column: &Untyped, info: &ColumnInfo, notices: &mut Notices) {
    let counts = column.stored.counts;
    let (name, n_binary) = (&info.name, counts.n_blob + counts.n_long_blob);
    if n_binary > 0 {
        let cells = wording::plural(n_binary, "cell", "cells");
        notices.add(
            "binary_cells",
            format!("{cells} of binary data in '{name}' shown as hexadecimal digits"),
            n_binary,
        );
    }
    if counts.n_long_blob > 0 {
        let cells = wording::plural(counts.n_long_blob, "cell", "cells");
        let most = wording::format_count(MAX_WHOLE_BLOB as u64);
        let text =
            format!("{cells} in '{name}' with more than {most} bytes: only the first bytes and the length are kept");
        notices.add("long_binary_cells", text, counts.n_long_blob);
    }
    if counts.n_garbled > 0 {
        let cells = wording::plural(counts.n_garbled, "cell", "cells");
        let text = format!("{cells} in '{name}' in another encoding than the file's: some characters may be wrong");
        notices.add("wrong_encoding", text, counts.n_garbled);
    }
}

/// Some of the columns, as texts.
struct Subset<'a> {
    columns: Vec<&'a Stored>,
    n_rows: usize,
}

impl Cells for Subset<'_> {
    fn n_rows(&self) -> usize {
        self.n_rows
    }

    fn n_columns(&self) -> usize {
        self.columns.len()
    }

    fn get(&self, column: usize, row: usize) -> Cow<'_, str> {
        self.columns.get(column).and_then(|stored| stored.shown(row, false)).unwrap_or(Cow::Borrowed(""))
    }

    fn line(&self, row: usize) -> u64 {
        row as u64 + 1
    }

    fn has_literal_numbers(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|stored| stored.counts.n_text == 0)
    }
}
