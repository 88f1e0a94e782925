//! Judges the counts of a column: which type, why, how sure.

use super::moment::{self, DAY_FIRST, MONTH_FIRST};
use super::number::STYLES;
use super::tally::Tally;
use super::{Cells, Head, trimmed};
use crate::base::{ColumnType, wording};

/// How the cells are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// A style of numbers, by its place in [`STYLES`].
    Integer(usize),
    Number(usize),
    Decimal(usize),
    Boolean,
    /// A reading of day and month.
    Date(u8),
    CompactDate,
    DateTime(u8),
    Time,
    Duration,
    Text,
}

pub(super) struct Verdict {
    pub how: How,
    pub reason: String,
    pub confidence: f64,
    pub runner_up: Option<ColumnType>,
    /// A remark for the user: code, text, cells.
    pub remark: Option<(&'static str, String, u64)>,
}

/// What the columns that leave no doubt say about the others.
#[derive(Default)]
pub(super) struct FileEvidence {
    decimal_comma: bool,
    comma_is_free: bool,
    day_first: bool,
    month_first: bool,
}

const POINT: u8 = 1;
const COMMA_GROUPS: u8 = 1 << 1;
const DECIMAL_COMMA: u8 = 1 << 2;
const POINT_GROUPS: u8 = 1 << 3;

/// At least this share of the cells that say something must be numbers, where words stand between.
const MIN_NUMBERS_AMONG_WORDS: f64 = 0.2;

impl FileEvidence {
    pub fn of<'a>(tallies: impl Iterator<Item = &'a Tally>, comma_is_free: bool) -> FileEvidence {
        let mut evidence = FileEvidence { comma_is_free, ..FileEvidence::default() };
        for tally in tallies {
            if tally.n_numbers > 0 && tally.n_others == 0 && tally.styles != 0 {
                evidence.decimal_comma |= tally.styles & (POINT | COMMA_GROUPS | 1 << 4) == 0;
            }
            if tally.n_settling > 0 {
                evidence.day_first |= tally.orders == DAY_FIRST;
                evidence.month_first |= tally.orders == MONTH_FIRST;
            }
        }
        evidence
    }

    pub fn has_decimal_comma(&self) -> bool {
        self.decimal_comma
    }
}

/// A column of such a name may hold dates written as eight digits.
pub(super) fn names_a_date(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("date") || name == "day"
}

fn verdict(how: How, reason: String, confidence: f64, runner_up: Option<ColumnType>) -> Verdict {
    Verdict { how, reason, confidence, runner_up, remark: None }
}

/// Decides how a column is read. `wanted` is the user's choice, which always wins.
pub(super) fn decide<C: Cells>(
    cells: &C,
    column: usize,
    head: &Head,
    tally: &Tally,
    wanted: Option<ColumnType>,
    evidence: &FileEvidence,
) -> Verdict {
    if let Some(wanted) = wanted {
        return forced(cells, column, tally, wanted, evidence);
    }
    let n_values = tally.n_values();
    if n_values == 0 {
        let reason = if tally.n_codes() + tally.n_words() > 0 {
            "there are only codes for missing values"
        } else {
            "there are no values"
        };
        return verdict(How::Text, reason.to_owned(), 0.5, None);
    }
    let n = wording::format_count(n_values);
    let few_words = n_values as f64 >= MIN_NUMBERS_AMONG_WORDS * (n_values + tally.n_words()) as f64;
    if tally.n_numbers == n_values && few_words {
        return number(cells, column, head, tally, evidence);
    }
    if tally.n_answers() == n_values && tally.n_words() == 0 {
        // "F" alone may be a sex, "Y" alone a chromosome.
        if tally.n_letters == 0 || (tally.n_yes > 0 && tally.n_no > 0) {
            let confidence = if tally.n_letters > 0 { 0.8 } else { 0.95 };
            return verdict(How::Boolean, format!("all {n} values say yes or no"), confidence, Some(ColumnType::Text));
        }
        return verdict(
            How::Text,
            "one letter is too little to mean yes or no".to_owned(),
            0.7,
            Some(ColumnType::Boolean),
        );
    }
    if tally.n_moments == n_values && few_words {
        return moments(cells, column, tally, evidence);
    }
    if tally.n_times == n_values && few_words {
        return verdict(How::Time, format!("all {n} values are times of day"), 0.95, Some(ColumnType::Text));
    }
    mixed(cells, tally, n_values)
}

fn number<C: Cells>(cells: &C, column: usize, head: &Head, tally: &Tally, evidence: &FileEvidence) -> Verdict {
    let n = wording::format_count(tally.n_numbers);
    if tally.n_affixed > 0 && (tally.n_affixed < tally.n_numbers || tally.affix_differs) {
        let reason = "the numbers do not all carry the same sign".to_owned();
        return verdict(How::Text, reason, 0.7, Some(ColumnType::Number));
    }
    let literal = cells.has_literal_numbers(column);
    if !literal && tally.n_leading_zero > 0 {
        let reason = format!(
            "{} with a zero, as codes do",
            if tally.n_leading_zero == 1 {
                "one value starts".to_owned()
            } else {
                format!("{} values start", wording::format_count(tally.n_leading_zero))
            }
        );
        return verdict(How::Text, reason, 0.9, Some(ColumnType::Integer));
    }
    if tally.n_code_like > 0 {
        let all_fit = || {
            (0..cells.n_rows()).all(|row| {
                let cell = cells.get(column, row);
                cell.is_empty() || cell.parse::<i64>().is_ok()
            })
        };
        if literal && all_fit() {
            return verdict(How::Integer(0), format!("all {n} values are whole numbers"), 1.0, None);
        }
        let reason = "numbers with more than 15 digits would lose the last ones".to_owned();
        return verdict(How::Text, reason, 0.9, Some(ColumnType::Number));
    }
    if tally.styles == 0 {
        let reason = "the decimals are written in different ways".to_owned();
        return verdict(How::Text, reason, 0.6, Some(ColumnType::Number));
    }
    if tally.n_compact_dates == tally.n_numbers && tally.whole & POINT != 0 && names_a_date(&head.name) {
        let reason = format!("all {n} values are dates such as 20261112");
        return verdict(How::CompactDate, reason, 0.8, Some(ColumnType::Integer));
    }
    let (style, doubt) = style_of(tally, evidence);
    let is_whole = tally.whole & (1 << style) != 0;
    let what = if is_whole { "whole numbers" } else { "numbers" };
    let mut out = verdict(
        if is_whole { How::Integer(style) } else { How::Number(style) },
        format!("all {n} values are {what}"),
        if doubt.is_some() { 0.6 } else { 0.95 },
        Some(if is_whole { ColumnType::Number } else { ColumnType::Text }),
    );
    if tally.n_words() > 0 {
        out.confidence = 0.8;
        out.reason = format!("all values but {} are {what}", wording::plural(tally.n_words(), "word", "words"));
    }
    if let Some(doubt) = doubt {
        out.reason.push_str(&format!("; {doubt}"));
        out.remark = Some(("ambiguous_numbers", format!("Numbers in '{}': {doubt}", head.name), tally.n_numbers));
    }
    out
}

/// The style of a column's numbers, and what is doubtful about it.
fn style_of(tally: &Tally, evidence: &FileEvidence) -> (usize, Option<&'static str>) {
    let fits = tally.styles;
    let n_at = |counts: &[u64; 6], i: usize| counts.get(i).copied().unwrap_or(0);
    if fits & POINT != 0 {
        let may_be_groups = fits & POINT_GROUPS != 0 && n_at(&tally.n_grouped, 3) > 0;
        if may_be_groups && evidence.decimal_comma {
            return (3, Some("points read as thousands separators, as other columns have decimal commas"));
        }
        return (0, None);
    }
    if fits & COMMA_GROUPS != 0 && fits & DECIMAL_COMMA != 0 {
        return if evidence.decimal_comma || evidence.comma_is_free {
            (2, Some("commas read as decimal commas, though they could separate thousands"))
        } else {
            (1, Some("commas read as thousands separators, though they could be decimal commas"))
        };
    }
    (fits.trailing_zeros() as usize % STYLES.len(), None)
}

fn moments<C: Cells>(cells: &C, column: usize, tally: &Tally, evidence: &FileEvidence) -> Verdict {
    let n = wording::format_count(tally.n_moments);
    if tally.orders == 0 {
        let reason = "some dates have the day first and some the month".to_owned();
        return verdict(How::Text, reason, 0.6, Some(ColumnType::Date));
    }
    let (order, reason, confidence, is_doubtful) = order_of(cells, column, tally, evidence);
    let (how, what) =
        if tally.n_timed > 0 { (How::DateTime(order), "dates with times") } else { (How::Date(order), "dates") };
    let mut out = verdict(how, format!("all {n} values are {what}{reason}"), confidence, Some(ColumnType::Text));
    if is_doubtful {
        let first = if order == DAY_FIRST { "day" } else { "month" };
        out.remark = Some((
            "ambiguous_dates",
            format!("The {first} is taken to come first in the dates, which the values do not settle"),
            tally.n_ordered,
        ));
    } else if tally.n_short_years > 0 {
        out.remark =
            Some(("short_years", "Years of two digits were read as 1970 to 2069".to_owned(), tally.n_short_years));
    }
    out
}

/// Day or month first: from the dates themselves, then from other columns, then from what makes the
/// dates run in order or lie close together; and if nothing tells, the day, as in most countries.
fn order_of<C: Cells>(cells: &C, column: usize, tally: &Tally, evidence: &FileEvidence) -> (u8, String, f64, bool) {
    let words = |order| if order == DAY_FIRST { "day first" } else { "month first" };
    if tally.n_ordered == 0 {
        return (DAY_FIRST, String::new(), 1.0, false);
    }
    if tally.orders == DAY_FIRST || tally.orders == MONTH_FIRST {
        let why = if tally.n_settling > 0 {
            format!(", {} as {} show", words(tally.orders), wording::plural(tally.n_settling, "value", "values"))
        } else {
            String::new()
        };
        return (tally.orders, why, 0.95, false);
    }
    if evidence.day_first != evidence.month_first {
        let order = if evidence.day_first { DAY_FIRST } else { MONTH_FIRST };
        return (order, format!(", {} as in another column", words(order)), 0.85, false);
    }
    let runs = |order: u8| {
        let (mut n_back, mut last, mut min, mut max) = (0u64, i32::MIN, i32::MAX, i32::MIN);
        for row in 0..cells.n_rows() {
            let raw = cells.get(column, row);
            let Some(days) = moment::moment(trimmed(&raw)).and_then(|m| m.days(order)) else { continue };
            n_back += u64::from(days < last);
            last = days;
            (min, max) = (min.min(days), max.max(days));
        }
        (n_back, i64::from(max) - i64::from(min))
    };
    let (day, month) = (runs(DAY_FIRST), runs(MONTH_FIRST));
    if tally.n_moments >= 3 && (day.0 == 0) != (month.0 == 0) {
        let order = if day.0 == 0 { DAY_FIRST } else { MONTH_FIRST };
        return (order, format!(", {} as that puts them in order", words(order)), 0.75, true);
    }
    if tally.n_moments >= 3 && (day.1 * 3 < month.1 || month.1 * 3 < day.1) {
        let order = if day.1 < month.1 { DAY_FIRST } else { MONTH_FIRST };
        return (order, format!(", {} as that puts them close together", words(order)), 0.7, true);
    }
    (DAY_FIRST, ", day first by custom".to_owned(), 0.5, true)
}

/// Text, with the type that most cells would have had as the runner-up.
fn mixed<C: Cells>(cells: &C, tally: &Tally, n_values: u64) -> Verdict {
    let kinds = [
        (tally.n_numbers, ColumnType::Number, "numbers"),
        (tally.n_moments, ColumnType::DateTime, "dates"),
        (tally.n_times, ColumnType::Time, "times of day"),
        (tally.n_answers(), ColumnType::Boolean, "yes or no"),
    ];
    let Some((n, column_type, what)) = kinds.into_iter().max_by_key(|(n, ..)| *n).filter(|(n, ..)| n * 2 > n_values)
    else {
        return verdict(How::Text, "the values are of several kinds".to_owned(), 0.95, None);
    };
    let runner_up =
        if column_type == ColumnType::DateTime && tally.n_timed == 0 { ColumnType::Date } else { column_type };
    let example = tally.first_other.as_ref().map_or_else(String::new, |(row, text)| {
        format!(", but '{text}' in line {} is not", wording::format_count(cells.line(*row)))
    });
    let reason =
        format!("{} of {} values are {what}{example}", wording::format_count(n), wording::format_count(n_values));
    verdict(How::Text, reason, 0.7, Some(runner_up))
}

fn forced<C: Cells>(cells: &C, column: usize, tally: &Tally, wanted: ColumnType, evidence: &FileEvidence) -> Verdict {
    let style = if tally.styles == 0 { 0 } else { style_of(tally, evidence).0 };
    let order = || if tally.orders == 0 { DAY_FIRST } else { order_of(cells, column, tally, evidence).0 };
    let compact = tally.n_compact_dates > tally.n_moments;
    let how = match wanted {
        ColumnType::Boolean => How::Boolean,
        ColumnType::Integer => How::Integer(style),
        ColumnType::Number => How::Number(style),
        ColumnType::Decimal => How::Decimal(style),
        ColumnType::Text => How::Text,
        ColumnType::Date if compact => How::CompactDate,
        ColumnType::Date => How::Date(order()),
        ColumnType::Time => How::Time,
        ColumnType::DateTime => How::DateTime(order()),
        ColumnType::Duration => How::Duration,
    };
    verdict(how, "chosen by you".to_owned(), 1.0, None)
}
