//! Builds a column as it was judged, and counts every cell that was changed on the way.

use super::decide::{How, Sign, Verdict};
use super::dressing::{self, Minus, undress};
use super::moment::{self, Moment};
use super::number::{self, STYLES};
use super::tally::Tally;
use super::values::Values;
use super::{Cells, Column, Head, TextBuilder, chunk_ranges, missing, trimmed};
use crate::base::{ColumnType, Notices, wording};
use crate::source::aside::Rule;
use crate::source::spec::ChangedCells;
use crate::table::ColumnInfo;
use arrow::array::{ArrayRef, BooleanArray, Decimal128Array};
use arrow::datatypes::{
    ArrowNativeType, Date32Type, DurationMicrosecondType, Float64Type, Int64Type, Time64MicrosecondType,
    TimestampMicrosecondType,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Digits after the point of an exact number, as in `table::arrow_type`.
const DECIMAL_SCALE: u32 = 9;

/// Texts that did not fit and are listed one by one; further ones are summed up.
const MAX_LISTED_TEXTS: usize = 20;

/// The longest part of such a text that is shown, in characters.
const MAX_SHOWN_CHARS: usize = 60;

/// Lines that are named for such a text.
const MAX_LINES: usize = 5;

/// How many cells, and the first lines they are in.
#[derive(Default)]
struct Found {
    n: u64,
    lines: Vec<u64>,
}

impl Found {
    fn add(&mut self, line: u64) {
        self.n += 1;
        if self.lines.len() < MAX_LINES {
            self.lines.push(line);
        }
    }
}

/// Cells that did not fit the type of their column, with their text.
#[derive(Default)]
struct KeptAside {
    by_text: BTreeMap<String, Found>,
    others: Found,
}

impl KeptAside {
    fn add(&mut self, text: &str, line: u64) {
        let shown: String = text.chars().take(MAX_SHOWN_CHARS).collect();
        if self.by_text.len() < MAX_LISTED_TEXTS || self.by_text.contains_key(&shown) {
            self.by_text.entry(shown).or_default().add(line);
        } else {
            self.others.add(line);
        }
    }

    fn n(&self) -> u64 {
        self.by_text.values().map(|found| found.n).sum::<u64>() + self.others.n
    }
}

/// "a number", "numbers".
fn words_of(column_type: ColumnType) -> (&'static str, &'static str) {
    match column_type {
        ColumnType::Boolean => ("yes or no", "yes or no"),
        ColumnType::Integer => ("a whole number", "whole numbers"),
        ColumnType::Number | ColumnType::Decimal => ("a number", "numbers"),
        ColumnType::Date => ("a date", "dates"),
        ColumnType::DateTime => ("a date with a time", "dates with times"),
        ColumnType::Time => ("a time of day", "times of day"),
        ColumnType::Duration => ("a duration", "durations"),
        ColumnType::Text => ("text", "text"),
    }
}

/// Counts of changed cells by rule, in the order of their words.
#[derive(Default)]
struct Changes {
    by_words: BTreeMap<String, (Rule, Found)>,
}

impl Changes {
    fn count(&mut self, rule: Rule, n: u64) {
        self.add(rule.words(), rule, Found { n, lines: Vec::new() });
    }

    fn add(&mut self, words: String, rule: Rule, found: Found) {
        if found.n > 0 {
            let (_, all) = self.by_words.entry(words).or_insert_with(|| (rule, Found::default()));
            all.n += found.n;
            all.lines.extend(found.lines);
        }
    }
}

pub(super) fn fill<C: Cells>(
    cells: &C,
    column: usize,
    head: Head,
    tally: &Tally,
    verdict: Verdict,
    notices: &mut Notices,
) -> Column {
    let mut info = ColumnInfo::new(head.name, ColumnType::Text);
    info.unit = head.unit;
    info.reason = verdict.reason;
    info.confidence = verdict.confidence;
    info.runner_up = verdict.runner_up;
    let mut filler = Filler {
        cells,
        column,
        sign: verdict.sign.clone(),
        has_limits: verdict.has_limits,
        changes: Changes::default(),
        n_missing: 0,
        n_limits: 0,
        aside: KeptAside::default(),
    };
    let (column_type, chunks) = filler.run(verdict.how);
    info.column_type = column_type;
    info.n_missing = filler.n_missing;
    let mut changes = filler.changes;
    let tallies = || std::iter::once(tally).chain(tally.guests.as_deref());
    if column_type != ColumnType::Text {
        for (text, n) in tallies().flat_map(|t| t.codes.iter().chain(&t.words)) {
            changes.count(Rule::Missing(text.clone()), *n);
        }
    }
    if matches!(verdict.how, How::Integer(_) | How::Number(_) | How::Decimal(_)) {
        for (affix, n) in tallies().flat_map(|t| &t.affixes).filter(|(affix, _)| verdict.sign.fits(Some(affix))) {
            changes.count(Rule::Affix(affix.clone()), *n);
            if info.unit.is_none() && (*n == tally.n_numbers || verdict.sign == Sign::With(affix.clone())) {
                info.unit = Some(affix.clone());
            }
        }
    }
    changes.count(Rule::Limits, filler.n_limits);
    let n_aside = filler.aside.n();
    if n_aside > 0 {
        let (one, many) = words_of(column_type);
        for (text, found) in filler.aside.by_text {
            changes.add(format!("'{text}' is not {one}: kept aside"), Rule::Misfits, found);
        }
        changes.add(format!("other texts are not {many}: kept aside"), Rule::Misfits, filler.aside.others);
        let text = match n_aside {
            1 => format!("1 cell of {} is not {one}: left empty, its text is listed", info.name),
            _ => format!(
                "{} cells of {} are not {many}: left empty, their text is listed",
                wording::format_count(n_aside),
                info.name
            ),
        };
        notices.add("unread_cells", text, n_aside);
    }
    if tally.n_words() > 0 && column_type != ColumnType::Text {
        let words: Vec<String> = tally.words.keys().take(4).map(|w| format!("'{w}'")).collect();
        notices.add(
            "words_as_missing",
            format!("{} in '{}' read as missing", wording::list(&words), info.name),
            tally.n_words(),
        );
    }
    if let Some((code, text, n)) = verdict.remark {
        notices.add(code, text, n);
    }
    if tally.n_zoned > 0 && tally.n_zoned < tally.n_timed && column_type == ColumnType::DateTime {
        let n = tally.n_timed - tally.n_zoned;
        notices.add("no_zone", format!("Times without a zone in '{}' were taken as UTC", info.name), n);
    }
    let name = info.name.clone();
    let changed = changes.by_words.into_iter().map(|(words, (rule, found))| ChangedCells {
        column: name.clone(),
        rule: words,
        cells: found.n,
        by: Some(rule),
        lines: found.lines,
    });
    Column { info, chunks, changed: changed.collect() }
}

struct Filler<'a, C: Cells> {
    cells: &'a C,
    column: usize,
    sign: Sign,
    /// Limits such as "<0.5" are kept in a column beside this one.
    has_limits: bool,
    changes: Changes,
    n_missing: u64,
    n_limits: u64,
    aside: KeptAside,
}

impl<C: Cells> Filler<'_, C> {
    fn run(&mut self, how: How) -> (ColumnType, Vec<ArrayRef>) {
        match how {
            How::Integer(style) => {
                let values = self.numbers(style, |text| {
                    // A column forced to whole numbers takes "3.0".
                    text.parse().ok().or_else(|| {
                        let value: f64 = text.parse().ok()?;
                        (value.fract() == 0.0 && value.abs() < 9.0e15).then_some(value as i64)
                    })
                });
                (ColumnType::Integer, values.chunks::<Int64Type>())
            }
            How::Number(style) => {
                let values = self.numbers(style, |text| text.parse::<f64>().ok().filter(|v| v.is_finite()));
                (ColumnType::Number, values.chunks::<Float64Type>())
            }
            How::Decimal(style) => (ColumnType::Decimal, self.decimals(style)),
            How::Boolean => (ColumnType::Boolean, self.booleans()),
            How::Date(order) => {
                let values = self.moments(order, |m| m.days(order));
                (ColumnType::Date, values.chunks::<Date32Type>())
            }
            How::DateTime(order) => {
                let values = self.moments(order, |m| m.micros(order));
                (ColumnType::DateTime, values.chunks::<TimestampMicrosecondType>())
            }
            How::CompactDate => {
                let (values, n) = self.each(|text| moment::compact_date(text.as_bytes()));
                self.changes.count(Rule::CompactDate, n);
                (ColumnType::Date, values.chunks::<Date32Type>())
            }
            How::Time => {
                let (values, _) = self.each(moment::time_of_day);
                (ColumnType::Time, values.chunks::<Time64MicrosecondType>())
            }
            How::Duration => {
                let (values, _) = self.each(moment::duration);
                (ColumnType::Duration, values.chunks::<DurationMicrosecondType>())
            }
            How::Text => (ColumnType::Text, self.texts(true)),
            How::Written => (ColumnType::Text, self.texts(false)),
        }
    }

    /// Parses every cell; what does not parse is missing, and counted unless it is a stand-in.
    fn each<T: ArrowNativeType>(&mut self, mut parse: impl FnMut(&str) -> Option<T>) -> (Values<T>, u64) {
        let mut values = Values::new(0);
        let mut n_read = 0;
        for row in 0..self.cells.n_rows() {
            let raw = self.cells.get(self.column, row);
            let text = trimmed(&raw);
            let value = if text.is_empty() { None } else { parse(text) };
            n_read += u64::from(value.is_some());
            if value.is_none() && !text.is_empty() && missing::stand_in(text).is_none() {
                if self.has_limits && dressing::limit(text).is_some() {
                    self.n_limits += 1;
                } else {
                    self.aside.add(text, self.cells.line(row));
                }
            }
            values.push_option(value);
        }
        self.n_missing = values.n_missing;
        (values, n_read)
    }

    fn numbers<T: ArrowNativeType>(&mut self, style: usize, parse: impl Fn(&str) -> Option<T>) -> Values<T> {
        let style = STYLES.get(style).copied().unwrap_or(STYLES[0]);
        let sign = self.sign.clone();
        let (mut scratch, mut n_comma, mut n_point, mut n_grouped) = (String::new(), 0u64, 0u64, 0u64);
        let (mut n_brackets, mut n_behind) = (0u64, 0u64);
        let (values, _) = self.each(|text| {
            let dressed = undress(text);
            if !sign.fits(dressed.affix) {
                return None;
            }
            let (shape, is_odd) = match number::normalise_dressed(&dressed, style, &mut scratch) {
                Some(shape) => (shape, false),
                None if dressed.minus.is_none() => (number::normalise_odd(dressed.core, style, &mut scratch)?, true),
                None => return None,
            };
            n_brackets += u64::from(dressed.minus == Some(Minus::Brackets));
            n_behind += u64::from(dressed.minus == Some(Minus::Behind));
            let value = parse(&scratch)?;
            n_comma += u64::from(shape.has_decimals && (style.decimal == ',') != is_odd);
            n_point += u64::from(is_odd && style.decimal == ',');
            n_grouped += u64::from(shape.n_groups > 0);
            Some(value)
        });
        self.changes.count(Rule::Brackets, n_brackets);
        self.changes.count(Rule::MinusBehind, n_behind);
        self.changes.count(Rule::DecimalComma, n_comma);
        self.changes.count(Rule::DecimalPoint, n_point);
        self.changes.count(Rule::Thousands, n_grouped);
        values
    }

    fn decimals(&mut self, style: usize) -> Vec<ArrayRef> {
        let values = self.numbers(style, exact);
        values
            .chunks::<arrow::datatypes::Decimal128Type>()
            .into_iter()
            .map(|chunk| {
                let typed = arrow::array::AsArray::as_primitive::<arrow::datatypes::Decimal128Type>(&chunk).clone();
                typed.with_precision_and_scale(38, DECIMAL_SCALE as i8).map_or(chunk, |a: Decimal128Array| Arc::new(a))
            })
            .collect()
    }

    fn booleans(&mut self) -> Vec<ArrayRef> {
        let mut n_spelt = 0u64;
        let (values, _) = self.each(|text| {
            let one_or_zero = || match text {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            };
            let answer = missing::answer(text).map(|a| a.yes).or_else(one_or_zero)?;
            n_spelt += u64::from(!text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false"));
            Some(u8::from(answer))
        });
        self.changes.count(Rule::YesNo, n_spelt);
        let whole: Vec<ArrayRef> = values.chunks::<arrow::datatypes::UInt8Type>();
        whole
            .iter()
            .map(|chunk| {
                let bytes = arrow::array::AsArray::as_primitive::<arrow::datatypes::UInt8Type>(chunk);
                Arc::new(bytes.iter().map(|v| v.map(|v| v == 1)).collect::<BooleanArray>()) as ArrayRef
            })
            .collect()
    }

    fn moments<T: ArrowNativeType>(&mut self, order: u8, pick: impl Fn(&Moment) -> Option<T>) -> Values<T> {
        let (mut n_read, mut n_shifted) = (0u64, 0u64);
        let (values, _) = self.each(|text| {
            let moment = moment::moment(text)?;
            let value = pick(&moment)?;
            n_read += u64::from(moment.is_ordered);
            n_shifted += u64::from(moment.offset.is_some_and(|o| o != 0));
            Some(value)
        });
        let first = if order == moment::DAY_FIRST { Rule::DayFirst } else { Rule::MonthFirst };
        self.changes.count(first, n_read);
        self.changes.count(Rule::ToUtc, n_shifted);
        values
    }

    fn texts(&mut self, is_trimmed: bool) -> Vec<ArrayRef> {
        let mut text = TextBuilder::new();
        let mut n_trimmed = 0u64;
        for row in 0..self.cells.n_rows() {
            let raw = self.cells.get(self.column, row);
            let cell = trimmed(&raw);
            n_trimmed += u64::from(is_trimmed && cell.len() != raw.len() && !cell.is_empty());
            self.n_missing += u64::from(cell.is_empty());
            text.push(if is_trimmed || cell.is_empty() { cell } else { &raw });
        }
        self.changes.count(Rule::Spaces, n_trimmed);
        debug_assert_eq!(chunk_ranges(self.cells.n_rows()).count(), self.cells.n_rows().div_ceil(super::BATCH_ROWS));
        text.finish()
    }
}

/// A plain number as so many billionths, exactly; `None` when it has more decimals or is too large.
fn exact(text: &str) -> Option<i128> {
    let (negative, body) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > DECIMAL_SCALE as usize || whole.len() > 29 {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let scale = 10i128.pow(DECIMAL_SCALE);
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let value = whole.checked_mul(scale)? + part * 10i128.pow(DECIMAL_SCALE - fraction.len() as u32);
    Some(if negative { -value } else { value })
}
