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
    /// As text, with the spaces around it.
    Written,
}

/// Which sign or unit the numbers of a column carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// All the same or, where the user chose the type, any.
    Any,
    /// None; numbers with one do not fit.
    Without,
    /// This one; numbers without it do not fit.
    With(String),
}

impl Sign {
    pub fn fits(&self, found: Option<&str>) -> bool {
        match self {
            Sign::Any => true,
            Sign::Without => found.is_none(),
            Sign::With(sign) => found == Some(sign.as_str()),
        }
    }
}

#[derive(Clone)]
pub(super) struct Verdict {
    pub how: How,
    pub sign: Sign,
    pub reason: String,
    pub confidence: f64,
    pub runner_up: Option<ColumnType>,
    /// Values such as "<0.5" are limits and go to columns of their own.
    pub has_limits: bool,
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

/// A column has a type when all of its values fit, or so many of them and at least this share.
const LEAST_FITTING: u64 = 20;
const LEAST_FITTING_PCT: u64 = 97;

/// Whether values that fit are enough for a column to have their type.
pub(super) fn is_enough(n_fitting: u64, n_values: u64) -> bool {
    n_fitting == n_values || (n_fitting >= LEAST_FITTING && n_fitting * 100 >= n_values * LEAST_FITTING_PCT)
}

/// At least this share of the cells that say something must be numbers, where words stand between.
const MIN_NUMBERS_AMONG_WORDS: f64 = 0.2;

impl FileEvidence {
    pub fn of<'a>(tallies: impl Iterator<Item = &'a Tally>, comma_is_free: bool) -> FileEvidence {
        let mut evidence = FileEvidence { comma_is_free, ..FileEvidence::default() };
        for tally in tallies {
            if tally.n_numbers > 0 && is_enough(tally.n_numbers, tally.n_exact()) && tally.styles != 0 {
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

pub(super) fn verdict(how: How, reason: String, confidence: f64, runner_up: Option<ColumnType>) -> Verdict {
    Verdict { how, sign: Sign::Any, reason, confidence, runner_up, has_limits: false, remark: None }
}

/// "all 12 values are dates", or how many of them are; the rest will be missing.
fn how_many(n_fitting: u64, n_values: u64, what: &str) -> String {
    if n_fitting >= n_values {
        return format!("all {} values {what}", wording::format_count(n_values));
    }
    let rest = if n_values - n_fitting == 1 { "the other is" } else { "the others are" };
    format!(
        "{} of {} values {what}; {rest} left empty",
        wording::format_count(n_fitting),
        wording::format_count(n_values)
    )
}

/// How sure: less when cells do not fit.
fn sureness(confidence: f64, n_fitting: u64, n_values: u64) -> f64 {
    if n_fitting < n_values { confidence.min(0.85) } else { confidence }
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
    let few_words = n_values as f64 >= MIN_NUMBERS_AMONG_WORDS * (n_values + tally.n_words()) as f64;
    let n_limits = tally.n_limits();
    if tally.n_numbers > 0 && is_enough(tally.n_numbers + n_limits, n_values) && few_words {
        let mut out = number(cells, column, head, tally, evidence);
        if n_limits > 0 && matches!(out.how, How::Integer(_) | How::Number(_)) {
            out.has_limits = true;
            out.confidence = out.confidence.min(0.85);
            let example = tally.first_limit.as_deref().unwrap_or("");
            let limits = wording::plural(n_limits, "is a limit", "are limits");
            out.reason.push_str(&format!("; {limits} such as '{example}'"));
        }
        return out;
    }
    let n_answers = tally.n_answers();
    if is_enough(n_answers, n_values) && is_enough(n_answers, n_values + tally.n_words()) {
        // "F" alone may be a sex, "Y" alone a chromosome.
        if tally.n_letters == 0 || (tally.n_yes > 0 && tally.n_no > 0) {
            let confidence = if tally.n_letters > 0 { 0.8 } else { 0.95 };
            let reason = how_many(n_answers, n_values, "say yes or no");
            let confidence = sureness(confidence, n_answers, n_values);
            return verdict(How::Boolean, reason, confidence, Some(ColumnType::Text));
        }
        return verdict(
            How::Text,
            "one letter is too little to mean yes or no".to_owned(),
            0.7,
            Some(ColumnType::Boolean),
        );
    }
    if is_enough(tally.n_moments, n_values) && few_words {
        return moments(cells, column, head, tally, evidence);
    }
    let n_spans = tally.n_times + tally.n_spans + tally.n_single_spans;
    if tally.n_spans > 0 && is_enough(n_spans, n_values) && few_words {
        let reason = how_many(n_spans, n_values, "are spans of time");
        return verdict(How::Duration, reason, sureness(0.9, n_spans, n_values), Some(ColumnType::Text));
    }
    if tally.n_times == n_values && few_words {
        let reason = how_many(n_values, n_values, "are times of day");
        return verdict(How::Time, reason, 0.95, Some(ColumnType::Text));
    }
    mixed(cells, tally, n_values)
}

fn number<C: Cells>(cells: &C, column: usize, head: &Head, tally: &Tally, evidence: &FileEvidence) -> Verdict {
    let n_values = tally.n_exact();
    let Some((sign, n_signed)) = sign_of(tally, n_values) else {
        let reason = "the numbers do not all carry the same sign or unit".to_owned();
        return verdict(How::Text, reason, 0.7, Some(ColumnType::Number));
    };
    if tally.has_odd_brackets() {
        let reason = "numbers in brackets may be negative, or remarks".to_owned();
        return verdict(How::Text, reason, 0.6, Some(ColumnType::Number));
    }
    if tally.n_like_wells > 0 && (tally.n_like_wells == tally.n_numbers || names_an_id(&head.name)) {
        let reason = "values such as '1E5' may be names, as of wells".to_owned();
        return verdict(How::Text, reason, 0.6, Some(ColumnType::Number));
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
            let reason = how_many(tally.n_numbers, n_values, "are whole numbers");
            return verdict(How::Integer(0), reason, 1.0, None);
        }
        let reason = "numbers with more than 15 digits would lose the last ones".to_owned();
        return verdict(How::Text, reason, 0.9, Some(ColumnType::Number));
    }
    let n_odd = n_values - tally.n_numbers;
    if tally.n_compact_dates == tally.n_numbers && tally.whole & POINT != 0 && names_a_date(&head.name) {
        let reason = how_many(tally.n_numbers, n_values, "are dates such as 20261112");
        return verdict(How::CompactDate, reason, 0.8, Some(ColumnType::Integer));
    }
    let (style, doubt, n_styled) = if tally.styles != 0 {
        let (style, doubt) = style_of(tally, evidence);
        (style, doubt, tally.n_numbers)
    } else if let Some((style, n_styled)) = main_style(tally, n_values) {
        (style, None, n_styled)
    } else {
        let reason = "the decimals are written in different ways".to_owned();
        return verdict(How::Text, reason, 0.6, Some(ColumnType::Number));
    };
    // Those that miss the style and those that miss the sign may be different ones.
    let n_fitting = (n_styled + n_signed).saturating_sub(tally.n_numbers);
    if !is_enough(n_fitting, n_values) {
        let reason = "the numbers are written in different ways".to_owned();
        return verdict(How::Text, reason, 0.6, Some(ColumnType::Number));
    }
    let is_whole = tally.whole & (1 << style) != 0 && tally.styles != 0;
    // "1", "2", "X": numbers that name something, and the rest would be lost.
    if is_whole && n_odd > 0 && (tally.n_code_words > 0 || names_an_id(&head.name)) {
        return mixed(cells, tally, n_values);
    }
    let what = if is_whole { "whole numbers" } else { "numbers" };
    let mut out = verdict(
        if is_whole { How::Integer(style) } else { How::Number(style) },
        how_many(n_fitting, n_values, &format!("are {what}")),
        sureness(if doubt.is_some() { 0.6 } else { 0.95 }, n_fitting, n_values),
        Some(if is_whole { ColumnType::Number } else { ColumnType::Text }),
    );
    out.sign = sign;
    if tally.n_words() > 0 && n_fitting == n_values {
        out.confidence = 0.8;
        out.reason = format!("all values but {} are {what}", wording::plural(tally.n_words(), "word", "words"));
    }
    if let Some(doubt) = doubt {
        out.reason.push_str(&format!("; {doubt}"));
        out.remark = Some(("ambiguous_numbers", format!("Numbers in '{}': {doubt}", head.name), tally.n_numbers));
    }
    out
}

/// A column of such a name holds names, even if most of them are numbers.
fn names_an_id(name: &str) -> bool {
    const LAST_WORDS: [&str; 20] = [
        "id",
        "ids",
        "code",
        "key",
        "barcode",
        "chrom",
        "chromosome",
        "chr",
        "zip",
        "postcode",
        "lot",
        "ref",
        "well",
        "plate",
        "sample",
        "gene",
        "clone",
        "hex",
        "hash",
        "sku",
    ];
    let name = name.to_ascii_lowercase();
    let last = name.rsplit(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    last.is_some_and(|word| LAST_WORDS.contains(&word))
}

/// The sign that a column's numbers carry and how many do, if it is nearly always the same.
fn sign_of(tally: &Tally, n_values: u64) -> Option<(Sign, u64)> {
    let n_affixed = tally.n_affixed;
    let n_most = tally.affixes.values().max().copied().unwrap_or(0);
    if n_affixed == 0 || n_most == tally.n_numbers {
        return Some((Sign::Any, tally.n_numbers));
    }
    let n_plain = tally.n_numbers - n_affixed;
    if is_enough(n_plain, n_values) {
        return Some((Sign::Without, n_plain));
    }
    let most = tally.affixes.iter().find(|(_, n)| **n == n_most && is_enough(n_most, n_values))?;
    Some((Sign::With(most.0.clone()), n_most))
}

/// The style that most numbers are in where none fits all, and how many can be read with it: numbers with the other
/// decimal mark can when they leave no doubt ("31,5" beside "31.5").
fn main_style(tally: &Tally, n_values: u64) -> Option<(usize, u64)> {
    let candidates = STYLES.iter().zip(tally.n_fits).enumerate().filter_map(|(i, (style, n_fits))| {
        let n_other_mark = if style.decimal == '.' { tally.n_commas } else { tally.n_points };
        // "1,234" may be either where both marks are in use.
        let is_in_doubt = n_other_mark > 0 && tally.n_either > 0 && tally.n_grouped.get(i).is_some_and(|n| *n > 0);
        let n_fitting = n_fits + n_other_mark;
        (n_fits * 2 > tally.n_numbers && !is_in_doubt && is_enough(n_fitting, n_values)).then_some((i, n_fitting))
    });
    // Of equals the first, which is the plainest.
    candidates.fold(None, |best: Option<(usize, u64)>, next| match best {
        Some(best) if best.1 >= next.1 => Some(best),
        _ => Some(next),
    })
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

fn moments<C: Cells>(cells: &C, column: usize, head: &Head, tally: &Tally, evidence: &FileEvidence) -> Verdict {
    let n_values = tally.n_values();
    let (n_day, n_month) = (tally.n_moments - tally.n_not_day_first, tally.n_moments - tally.n_not_month_first);
    let (order, reason, confidence, is_doubtful) = if tally.orders != 0 {
        order_of(cells, column, tally, evidence)
    } else if is_enough(n_day.max(n_month), n_values) {
        let order = if n_day >= n_month { DAY_FIRST } else { MONTH_FIRST };
        (order, format!(", {} as nearly all values show", words_for(order)), 0.85, false)
    } else {
        let reason = "some dates have the day first and some the month".to_owned();
        return verdict(How::Text, reason, 0.6, Some(ColumnType::Date));
    };
    let n_fitting = if order == DAY_FIRST { n_day } else { n_month };
    if !is_enough(n_fitting, n_values) {
        return mixed(cells, tally, n_values);
    }
    let (how, what) =
        if tally.n_timed > 0 { (How::DateTime(order), "dates with times") } else { (How::Date(order), "dates") };
    let reason = how_many(n_fitting, n_values, &format!("are {what}{reason}"));
    let mut out = verdict(how, reason, sureness(confidence, n_fitting, n_values), Some(ColumnType::Text));
    if is_doubtful {
        let first = if order == DAY_FIRST { "day" } else { "month" };
        out.remark = Some((
            "ambiguous_dates",
            format!(
                "The {first} is taken to come first in the dates of '{}', which its values do not settle",
                head.name
            ),
            tally.n_ordered,
        ));
    } else if tally.n_short_years > 0 {
        out.remark =
            Some(("short_years", "Years of two digits were read as 1970 to 2069".to_owned(), tally.n_short_years));
    }
    out
}

fn words_for(order: u8) -> &'static str {
    if order == DAY_FIRST { "day first" } else { "month first" }
}

/// Day or month first: from the dates themselves, then from other columns, then from what makes the
/// dates run in order or lie close together; and if nothing tells, the day, as in most countries.
fn order_of<C: Cells>(cells: &C, column: usize, tally: &Tally, evidence: &FileEvidence) -> (u8, String, f64, bool) {
    let words = words_for;
    if tally.n_ordered == 0 {
        return (DAY_FIRST, String::new(), 1.0, false);
    }
    if tally.orders == DAY_FIRST || tally.orders == MONTH_FIRST {
        let why = if tally.n_settling > 0 {
            format!(", {} as {}", words(tally.orders), wording::plural(tally.n_settling, "value shows", "values show"))
        } else {
            String::new()
        };
        return (tally.orders, why, 0.95, false);
    }
    if evidence.day_first != evidence.month_first {
        let order = if evidence.day_first { DAY_FIRST } else { MONTH_FIRST };
        return (order, format!(", {} as in another column", words(order)), 0.85, true);
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
        (tally.n_spans, ColumnType::Duration, "spans of time"),
        (tally.n_answers(), ColumnType::Boolean, "yes or no"),
    ];
    let Some((n, column_type, what)) = kinds.into_iter().max_by_key(|(n, ..)| *n).filter(|(n, ..)| n * 2 > n_values)
    else {
        let example = tally.first_other.as_ref().filter(|_| tally.n_others == n_values);
        let reason = example.map_or_else(
            || "the values are of several kinds".to_owned(),
            |(_, text)| format!("values such as '{text}' are neither numbers nor dates"),
        );
        return verdict(How::Text, reason, 0.95, None);
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
    let mut out = verdict(how, "chosen by you".to_owned(), 1.0, None);
    out.has_limits = tally.n_limits() > 0 && matches!(how, How::Integer(_) | How::Number(_));
    out
}
