//! One column as it is read: its cells, and what became of those that stand for "missing".

use super::clock::{self, Count};
use super::labels::{self, Labels};
use crate::base::{ColumnType, Notices, wording};
use crate::source::spec::ChangedCells;
use crate::source::types::{self, Head, TextBuilder, chunk_ranges};
use crate::table::{CellReader, ColumnInfo};
use arrow::array::{ArrayRef, ArrowPrimitiveType, DictionaryArray, Int32Array, PrimitiveArray, StringArray};
use arrow::datatypes::{
    Date32Type, DurationMicrosecondType, Float64Type, Int32Type, Int64Type, Time64MicrosecondType,
    TimestampMicrosecondType,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Rules that are listed one by one; further ones are summed up.
const MAX_LISTED: usize = 20;

/// The longest part of a label that is quoted, in characters.
const MAX_QUOTED_CHARS: usize = 60;

/// Whole numbers up to here are exact in a double.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// What the numbers of a column stand for, by its display format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Number,
    /// A date where all are whole days, else a date with a time.
    Date(Count),
    DateTime(Count),
    /// Seconds: a time of day where all lie within one, else a duration.
    Time,
    /// Seconds.
    Duration,
}

/// Why a cell is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// `.a` to `.z`, and SAS's `._`.
    Tag(char),
    /// A value that the file declares to mean "missing", by its key.
    Number(u64),
    Text(String),
}

/// Where the cells go.
enum Cells {
    /// NaN is a missing cell.
    Numbers(Vec<f64>),
    Text(Box<TextBuilder>),
    /// Text with labels: each cell's place among the different values, if it has one.
    Coded {
        cells: Vec<Option<u32>>,
        places: BTreeMap<String, u32>,
    },
}

/// Collects a column cell by cell.
pub(super) struct Builder {
    name: String,
    label: Option<String>,
    /// How the file stores the column: "an 8-byte number shown as F8.2".
    stored: String,
    shown: Shown,
    labels: Option<Rc<Labels>>,
    cells: Cells,
    gaps: BTreeMap<Gap, u64>,
    n_missing: u64,
}

impl Builder {
    pub fn numbers(name: String, shown: Shown, stored: String) -> Builder {
        Builder::new(name, shown, stored, Cells::Numbers(Vec::new()))
    }

    pub fn text(name: String, stored: String) -> Builder {
        Builder::new(name, Shown::Number, stored, Cells::Text(Box::new(TextBuilder::new())))
    }

    fn new(name: String, shown: Shown, stored: String, cells: Cells) -> Builder {
        Builder { name, label: None, stored, shown, labels: None, cells, gaps: BTreeMap::new(), n_missing: 0 }
    }

    pub fn with_label(mut self, label: Option<String>) -> Builder {
        self.label = label.filter(|l| *l != self.name);
        self
    }

    pub fn with_labels(mut self, labels: Option<Rc<Labels>>) -> Builder {
        if labels.as_ref().is_some_and(|l| l.has_texts()) && matches!(self.cells, Cells::Text(_)) {
            self.cells = Cells::Coded { cells: Vec::new(), places: BTreeMap::new() };
        }
        self.labels = labels;
        self
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    #[inline]
    pub fn push_number(&mut self, value: f64) {
        if let Cells::Numbers(values) = &mut self.cells {
            // An infinite number says no more than a missing one, and would spoil every sum.
            let value = if value.is_finite() { value } else { f64::NAN };
            self.n_missing += u64::from(value.is_nan());
            values.push(value);
        }
    }

    /// Adds a text; an empty one is a missing cell.
    #[inline]
    pub fn push_text(&mut self, text: &str) {
        self.n_missing += u64::from(text.is_empty());
        match &mut self.cells {
            Cells::Text(builder) => builder.push(text),
            Cells::Coded { cells, .. } if text.is_empty() => cells.push(None),
            Cells::Coded { cells, places } => {
                let place = places.get(text).copied().unwrap_or_else(|| {
                    let place = places.len() as u32;
                    places.insert(text.to_owned(), place);
                    place
                });
                cells.push(Some(place));
            }
            Cells::Numbers(_) => {}
        }
    }

    /// Adds a missing cell, with the reason where there is a particular one.
    pub fn push_missing(&mut self, gap: Option<Gap>) {
        if let Some(gap) = gap {
            *self.gaps.entry(gap).or_default() += 1;
        }
        self.n_missing += 1;
        match &mut self.cells {
            Cells::Numbers(values) => values.push(f64::NAN),
            Cells::Text(builder) => builder.push_option(None),
            Cells::Coded { cells, .. } => cells.push(None),
        }
    }

    /// Makes the column, of the type the user wants where there is one.
    pub fn finish(self, head: Head, wanted: Option<ColumnType>, notices: &mut Notices) -> types::Column {
        let mut changes = Changes::default();
        for (gap, n) in &self.gaps {
            changes.count(self.words_for(gap), *n);
        }
        changes.sum_up("other codes read as missing");
        let labels = self.labels.unwrap_or_default();
        let (column_type, chunks, why) = match self.cells {
            Cells::Numbers(values) => {
                let kind = wanted_kind(wanted);
                match shown_by_labels(&values, &labels, kind) {
                    Some(shown) => labelled(shown, &mut changes),
                    None => {
                        tell_of_labels(&head.name, &values, &labels, notices);
                        let (made, n_out) = numbers(values, self.shown);
                        if n_out > 0 {
                            changes.count("date outside of what can be shown: left empty".to_owned(), n_out);
                            let cells = wording::plural(n_out, "cell", "cells");
                            let text = format!("{cells} in '{}': outside of what can be shown, now missing", head.name);
                            notices.add("changed_on_reading", text, n_out);
                        }
                        made
                    }
                }
            }
            Cells::Text(builder) => (ColumnType::Text, builder.finish(), None),
            Cells::Coded { cells, places } => coded(cells, places, &labels, &mut changes),
        };
        let mut info = ColumnInfo::new(head.name, column_type);
        info.unit = head.unit;
        info.label = self.label;
        info.reason = match why {
            None => self.stored,
            Some(why) => format!("{}; {why}", self.stored),
        };
        info.n_missing = chunks.iter().map(|c| c.logical_null_count() as u64).sum();
        let changed = changes.into_cells(&info.name);
        let column = types::Column { info, chunks, changed };
        match wanted {
            Some(wanted) if wanted != column_type => as_wanted(column, wanted, notices),
            Some(_) => {
                types::Column { info: ColumnInfo { reason: "chosen by you".to_owned(), ..column.info }, ..column }
            }
            None => column,
        }
    }

    /// "'.a' ('refused') read as missing"
    fn words_for(&self, gap: &Gap) -> String {
        let labels = self.labels.as_deref();
        let (value, label) = match gap {
            Gap::Tag(tag) => (format!(".{tag}"), labels.and_then(|l| l.tag(*tag))),
            Gap::Number(key) => (number_text(f64::from_bits(*key)), labels.and_then(|l| l.by_key(*key))),
            Gap::Text(text) => (quoted(text), labels.and_then(|l| l.text(text))),
        };
        match label {
            Some(label) => format!("'{value}' ({}) read as missing", quoted(label)),
            None => format!("'{value}' read as missing"),
        }
    }
}

/// The start of a text that may be long.
fn quoted(text: &str) -> String {
    let mut out: String = text.chars().take(MAX_QUOTED_CHARS).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

fn number_text(value: f64) -> String {
    if value.abs() >= 1e15 { format!("{value:e}") } else { value.to_string() }
}

/// Counts of changed cells by rule, in the order in which they came up.
#[derive(Default)]
struct Changes {
    rules: Vec<(String, u64)>,
}

impl Changes {
    fn count(&mut self, rule: String, n: u64) {
        if n > 0 {
            self.rules.push((rule, n));
        }
    }

    /// Puts the rules beyond the first few together.
    fn sum_up(&mut self, rule: &str) {
        if self.rules.len() > MAX_LISTED {
            let n = self.rules.drain(MAX_LISTED..).map(|(_, n)| n).sum();
            self.rules.push((rule.to_owned(), n));
        }
    }

    fn into_cells(self, column: &str) -> Vec<ChangedCells> {
        let changed =
            |(rule, cells)| ChangedCells { column: column.to_owned(), rule, cells, ..ChangedCells::default() };
        self.rules.into_iter().map(changed).collect()
    }
}

type Made = (ColumnType, Vec<ArrayRef>, Option<String>);

/// What the user's choice of a type means for labels.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Labels where all codes have one.
    AsFound,
    /// Labels where there are some.
    Text,
    /// The codes themselves.
    Codes,
}

fn wanted_kind(wanted: Option<ColumnType>) -> Kind {
    match wanted {
        None => Kind::AsFound,
        Some(ColumnType::Text) => Kind::Text,
        Some(_) => Kind::Codes,
    }
}

/// Codes as their labels.
struct LabelledCodes {
    keys: Vec<Option<i32>>,
    /// Code as text, label, cells.
    labels: Vec<(String, String, u64)>,
}

/// The cells as labels, where every code that occurs has one and no two have the same.
fn shown_by_labels(values: &[f64], labels: &Labels, kind: Kind) -> Option<LabelledCodes> {
    if kind == Kind::Codes || !labels.has_numbers() {
        return None;
    }
    let mut places: BTreeMap<u64, i32> = BTreeMap::new();
    let mut out: Vec<(String, String, u64)> = Vec::new();
    let mut keys = Vec::with_capacity(values.len());
    for value in values {
        if value.is_nan() {
            keys.push(None);
            continue;
        }
        let place = match places.get(&labels::key(*value)) {
            Some(place) => *place,
            None => {
                let label = match labels.number(*value) {
                    Some(label) => label.to_owned(),
                    None if kind == Kind::Text => number_text(*value),
                    None => return None,
                };
                let place = i32::try_from(out.len()).ok()?;
                places.insert(labels::key(*value), place);
                out.push((number_text(*value), label, 0));
                place
            }
        };
        if let Some((_, _, n)) = out.get_mut(place as usize) {
            *n += 1;
        }
        keys.push(Some(place));
    }
    is_told_apart(&out).then_some(LabelledCodes { keys, labels: out })
}

/// Whether there are labels, and no two are the same or empty.
fn is_told_apart(labels: &[(String, String, u64)]) -> bool {
    let mut seen: Vec<&str> = labels.iter().map(|(_, label, _)| label.as_str()).collect();
    seen.sort_unstable();
    let n = seen.len();
    seen.dedup();
    n > 0 && n == seen.len() && !seen.contains(&"")
}

fn labelled(codes: LabelledCodes, changes: &mut Changes) -> Made {
    let LabelledCodes { keys, mut labels } = codes;
    let values: ArrayRef = Arc::new(StringArray::from_iter_values(labels.iter().map(|(_, label, _)| label)));
    let mut chunks = Vec::new();
    for range in chunk_ranges(keys.len()) {
        let keys: Int32Array = keys.get(range).unwrap_or(&[]).iter().copied().collect();
        // Every key is a place in the labels, so this does not fail.
        if let Ok(array) = DictionaryArray::<Int32Type>::try_new(keys, values.clone()) {
            chunks.push(Arc::new(array) as ArrayRef);
        }
    }
    labels.sort_by(|a, b| a.0.len().cmp(&b.0.len()).then_with(|| a.0.cmp(&b.0)));
    let why = format!("the {} shown by their labels", wording::plural(labels.len() as u64, "code is", "codes are"));
    let mut rules = Changes::default();
    for (code, label, n) in labels.iter().filter(|(code, label, _)| code != label) {
        rules.count(format!("{} shown as '{}'", quoted(code), quoted(label)), *n);
    }
    rules.sum_up("other codes shown by their labels");
    changes.rules.extend(rules.rules);
    (ColumnType::Text, chunks, Some(why))
}

/// Says which labels a column has that stays a number.
fn tell_of_labels(name: &str, values: &[f64], labels: &Labels, notices: &mut Notices) {
    if !labels.has_numbers() {
        return;
    }
    let mut found: BTreeMap<u64, (f64, u64)> = BTreeMap::new();
    for value in values.iter().filter(|v| labels.number(**v).is_some()) {
        found.entry(labels::key(*value)).or_insert((*value, 0)).1 += 1;
    }
    let n_cells: u64 = found.values().map(|(_, n)| n).sum();
    if n_cells == 0 {
        return;
    }
    let mut sorted: Vec<f64> = found.values().map(|(value, _)| *value).collect();
    sorted.sort_by(f64::total_cmp);
    let mut shown: Vec<String> = sorted
        .iter()
        .take(4)
        .map(|v| format!("{} = '{}'", number_text(*v), quoted(labels.number(*v).unwrap_or_default())))
        .collect();
    if sorted.len() > shown.len() {
        shown.push("…".to_owned());
    }
    let text = format!("'{name}' stays a number, but some of its values have labels: {}", shown.join(", "));
    notices.add("value_labels", text, n_cells);
}

/// Coded texts: as their labels where each has one of its own, else as they are.
fn coded(cells: Vec<Option<u32>>, places: BTreeMap<String, u32>, labels: &Labels, changes: &mut Changes) -> Made {
    let mut values: Vec<(String, String, u64)> = vec![(String::new(), String::new(), 0); places.len()];
    for (text, place) in places {
        let label = labels.text(&text).unwrap_or_default().to_owned();
        if let Some(slot) = values.get_mut(place as usize) {
            *slot = (text, label, 0);
        }
    }
    for place in cells.iter().flatten() {
        if let Some((_, _, n)) = values.get_mut(*place as usize) {
            *n += 1;
        }
    }
    if is_told_apart(&values) {
        let keys = cells.into_iter().map(|place| place.and_then(|p| i32::try_from(p).ok())).collect();
        return labelled(LabelledCodes { keys, labels: values }, changes);
    }
    let mut builder = TextBuilder::new();
    for cell in cells {
        builder.push_option(cell.and_then(|place| values.get(place as usize)).map(|(text, _, _)| text.as_str()));
    }
    (ColumnType::Text, builder.finish(), None)
}

/// Numbers by what they stand for, and how many of them could not be shown so.
fn numbers(values: Vec<f64>, shown: Shown) -> (Made, u64) {
    match shown {
        Shown::Number => (plain_numbers(&values), 0),
        Shown::Date(count) => moments(&values, count, true),
        Shown::DateTime(count) => moments(&values, count, false),
        Shown::Time => {
            let is_time = |v: &f64| v.is_nan() || (0.0..86_400.0).contains(v);
            seconds(&values, values.iter().all(is_time))
        }
        Shown::Duration => seconds(&values, false),
    }
}

fn plain_numbers(values: &[f64]) -> Made {
    let is_whole = |v: &f64| v.is_nan() || (v.fract() == 0.0 && v.abs() <= MAX_WHOLE);
    if values.iter().any(|v| !v.is_nan()) && values.iter().all(is_whole) {
        let chunks = chunks::<Int64Type>(values, |v| Some(v as i64));
        return (ColumnType::Integer, chunks, Some("all values are whole numbers".to_owned()));
    }
    (ColumnType::Number, chunks::<Float64Type>(values, Some), None)
}

fn moments(values: &[f64], count: Count, may_be_dates: bool) -> (Made, u64) {
    let micros = |v: &f64| count.micros(*v);
    let n_out = values.iter().filter(|v| !v.is_nan() && micros(v).is_none()).count() as u64;
    let is_day = |v: &f64| micros(v).is_none_or(|m| m.rem_euclid(clock::MICROS_PER_DAY) == 0);
    let why = count.stands_for().map(|what| format!("they are {what}"));
    if may_be_dates && values.iter().all(is_day) {
        let day = |v| i32::try_from(count.micros(v)?.div_euclid(clock::MICROS_PER_DAY)).ok();
        return ((ColumnType::Date, chunks::<Date32Type>(values, day), why), n_out);
    }
    ((ColumnType::DateTime, chunks::<TimestampMicrosecondType>(values, |v| count.micros(v)), why), n_out)
}

fn seconds(values: &[f64], is_time: bool) -> (Made, u64) {
    let micros = clock::micros_of_seconds;
    let n_out = values.iter().filter(|v| !v.is_nan() && micros(**v).is_none()).count() as u64;
    // What rounds up to midnight is no time of that day.
    let last = clock::MICROS_PER_DAY - 1;
    let made = if is_time {
        (ColumnType::Time, chunks::<Time64MicrosecondType>(values, |v| micros(v).map(|m| m.min(last))), None)
    } else {
        (ColumnType::Duration, chunks::<DurationMicrosecondType>(values, micros), None)
    };
    (made, n_out)
}

fn chunks<P: ArrowPrimitiveType>(values: &[f64], convert: impl Fn(f64) -> Option<P::Native>) -> Vec<ArrayRef> {
    chunk_ranges(values.len())
        .map(|range| {
            let cells = values.get(range).unwrap_or(&[]).iter();
            let array: PrimitiveArray<P> = cells.map(|v| if v.is_nan() { None } else { convert(*v) }).collect();
            Arc::new(array) as ArrayRef
        })
        .collect()
}

/// A built column as rows of text.
struct Texts<'a> {
    readers: Vec<CellReader<'a>>,
    n_rows: usize,
}

impl types::Cells for Texts<'_> {
    fn n_rows(&self) -> usize {
        self.n_rows
    }

    fn n_columns(&self) -> usize {
        1
    }

    fn get(&self, _column: usize, row: usize) -> Cow<'_, str> {
        let reader = self.readers.get(row / types::BATCH_ROWS);
        reader.and_then(|r| r.get(row % types::BATCH_ROWS)).map_or(Cow::Borrowed(""), Cow::Owned)
    }

    fn line(&self, row: usize) -> u64 {
        row as u64 + 1
    }

    fn has_literal_numbers(&self, _column: usize) -> bool {
        true
    }
}

/// The column in the type that the user chose, by way of text, as the same choice works for text files.
fn as_wanted(column: types::Column, wanted: ColumnType, notices: &mut Notices) -> types::Column {
    let texts = Texts {
        readers: column.chunks.iter().map(|c| CellReader::new(c.as_ref())).collect(),
        n_rows: column.chunks.iter().map(|c| c.len()).sum(),
    };
    let head = Head { name: column.info.name.clone(), unit: column.info.unit.clone(), path: None };
    let hints = types::Hints { types: [(head.name.clone(), wanted)].into(), ..types::Hints::default() };
    let built = types::build_table(&texts, vec![head], &hints, &mut |_| {});
    drop(texts);
    let Ok(types::Typed { table, changed, notices: remarks }) = built else { return column };
    let Some(info) = table.columns().first() else { return column };
    let info = ColumnInfo { label: column.info.label.clone(), ..info.clone() };
    let chunks = table.batches().iter().filter_map(|b| b.columns().first().cloned()).collect();
    notices.0.extend(remarks.0);
    // Rules for texts are not switched off here.
    let changed = changed.into_iter().map(|c| ChangedCells { by: None, ..c });
    let changed = column.changed.iter().cloned().chain(changed).collect();
    types::Column { info, chunks, changed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;

    fn head(name: &str) -> Head {
        Head { name: name.to_owned(), unit: None, path: None }
    }

    fn built(
        cells: &[f64],
        shown: Shown,
        labels: &[(f64, &str)],
        wanted: Option<ColumnType>,
    ) -> (types::Column, Notices) {
        let mut set = Labels::default();
        for (value, label) in labels {
            set.add_number(*value, (*label).to_owned());
        }
        let mut builder = Builder::numbers("x".to_owned(), shown, "stored".to_owned()).with_labels(Some(Rc::new(set)));
        cells.iter().for_each(|v| builder.push_number(*v));
        let mut notices = Notices::default();
        (builder.finish(head("x"), wanted, &mut notices), notices)
    }

    fn shown(column: &types::Column) -> Vec<String> {
        let reader = CellReader::new(column.chunks[0].as_ref());
        (0..column.chunks[0].len()).map(|i| reader.get(i).unwrap_or_else(|| "·".to_owned())).collect()
    }

    #[test]
    fn whole_numbers_are_exact_and_infinite_ones_missing() {
        let (column, _) = built(&[1.0, f64::NAN, -9_007_199_254_740_992.0], Shown::Number, &[], None);
        assert_eq!(column.info.column_type, ColumnType::Integer);
        assert_eq!(shown(&column), ["1", "·", "-9007199254740992"]);
        assert_eq!(column.info.n_missing, 1);
        let (column, _) = built(&[1e300, f64::INFINITY], Shown::Number, &[], None);
        assert_eq!((column.info.column_type, column.info.n_missing), (ColumnType::Number, 1));
        let (column, _) = built(&[f64::NAN], Shown::Number, &[], None);
        assert_eq!(column.info.column_type, ColumnType::Number);
    }

    #[test]
    fn labels_take_the_place_of_codes_only_when_nothing_is_lost() {
        let (column, notices) = built(&[1.0, 2.0, 1.0, f64::NAN], Shown::Number, &[(1.0, "yes"), (2.0, "no")], None);
        assert_eq!(
            (shown(&column), column.info.n_missing),
            (vec!["yes".into(), "no".into(), "yes".into(), "·".into()], 1)
        );
        assert_eq!(column.changed[0].rule, "1 shown as 'yes'");
        assert_eq!((column.changed[0].cells, notices.is_empty()), (2, true));
        // A code without a label, two codes with the same, and an empty one.
        for labels in [&[(1.0, "yes")][..], &[(1.0, "yes"), (2.0, "yes")], &[(1.0, "yes"), (2.0, "")]] {
            let (column, notices) = built(&[1.0, 2.0, 1.0], Shown::Number, labels, None);
            assert_eq!(column.info.column_type, ColumnType::Integer);
            assert_eq!(notices.0[0].code, "value_labels");
            assert!(notices.0[0].text.contains("1 = 'yes'"), "{}", notices.0[0].text);
        }
        // Labels for values that do not occur need no word.
        let (column, notices) = built(&[3.0], Shown::Number, &[(1.0, "yes")], None);
        assert_eq!((column.info.column_type, notices.is_empty()), (ColumnType::Integer, true));
    }

    #[test]
    fn dates_become_moments_where_a_time_would_be_lost() {
        let (column, _) = built(&[0.0, 1.0], Shown::Date(Count::Days), &[], None);
        assert_eq!(
            (column.info.column_type, shown(&column)),
            (ColumnType::Date, vec!["1960-01-01".into(), "1960-01-02".into()])
        );
        let (column, _) = built(&[0.0, 1.5], Shown::Date(Count::Days), &[], None);
        assert_eq!(column.info.column_type, ColumnType::DateTime);
        assert_eq!(shown(&column)[1], "1960-01-02T12:00:00");
        let (column, notices) = built(&[0.0, 1e9], Shown::Date(Count::Days), &[], None);
        assert_eq!((column.info.n_missing, notices.0[0].count), (1, 1));
        assert_eq!(column.changed[0].cells, 1);
    }

    #[test]
    fn times_beyond_a_day_are_durations() {
        let (column, _) = built(&[0.0, 86_399.999_999_9], Shown::Time, &[], None);
        assert_eq!((column.info.column_type, shown(&column)[1].as_str()), (ColumnType::Time, "23:59:59.999999"));
        assert_eq!(built(&[0.0, 90_000.0], Shown::Time, &[], None).0.info.column_type, ColumnType::Duration);
        assert_eq!(built(&[-1.0], Shown::Duration, &[], None).0.info.column_type, ColumnType::Duration);
    }

    #[test]
    fn coded_texts_have_labels_too() {
        let mut set = Labels::default();
        set.add_text("m".to_owned(), "male".to_owned());
        let column = |cells: &[&str]| {
            let builder = Builder::text("x".to_owned(), "stored".to_owned()).with_labels(Some(Rc::new(set.clone())));
            let mut builder = builder.with_label(Some("x".to_owned()));
            cells.iter().for_each(|t| builder.push_text(t));
            builder.push_missing(Some(Gap::Text("?".to_owned())));
            builder.finish(head("x"), None, &mut Notices::default())
        };
        assert_eq!(shown(&column(&["m", "", "m"])), ["male", "·", "male", "·"]);
        assert_eq!(shown(&column(&["m", "f"])), ["m", "f", "·"]);
        let column = column(&["m"]);
        assert_eq!(column.changed[0].rule, "'?' read as missing");
        // A label that only repeats the name says nothing.
        assert_eq!(column.info.label, None);
    }

    #[test]
    fn many_rules_are_summed_up() {
        let mut builder = Builder::numbers("x".to_owned(), Shown::Number, String::new());
        (0..50).for_each(|i| builder.push_missing(Some(Gap::Number(labels::key(f64::from(i))))));
        let column = builder.finish(head("x"), None, &mut Notices::default());
        assert_eq!(column.changed.len(), MAX_LISTED + 1);
        assert_eq!(column.changed.iter().map(|c| c.cells).sum::<u64>(), 50);
    }
}
