//! Counts what the cells of one column are, all of them.

use super::missing::{self, Stand};
use super::moment::{self, DAY_FIRST, MONTH_FIRST};
use super::number::{self, STYLES, Shape};
use super::{Cells, trimmed};
use std::collections::BTreeMap;

/// What a single cell is, looked at alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Kind {
    Empty,
    StandIn,
    Number,
    Answer,
    Moment,
    Time,
    Other,
}

/// How many different stand-ins are told apart by name.
const MAX_STAND_INS: usize = 64;

/// The counts.
#[derive(Default)]
pub(super) struct Tally {
    pub n_rows: u64,
    pub n_empty: u64,
    pub codes: BTreeMap<String, u64>,
    pub words: BTreeMap<String, u64>,
    pub n_numbers: u64,
    /// A bit for each of [`STYLES`] that all numbers fit.
    pub styles: u8,
    /// By style: numbers that have decimals, and numbers that have groups.
    pub n_decimals: [u64; 6],
    pub n_grouped: [u64; 6],
    /// All are whole, in each style.
    pub whole: u8,
    pub n_leading_zero: u64,
    pub n_code_like: u64,
    pub affix: Option<&'static str>,
    pub n_affixed: u64,
    pub affix_differs: bool,
    pub n_compact_dates: u64,
    pub n_yes: u64,
    pub n_no: u64,
    pub n_letters: u64,
    pub n_moments: u64,
    /// Readings of day and month that all dates allow.
    pub orders: u8,
    /// Dates that depend on the reading, and those that settle it.
    pub n_ordered: u64,
    pub n_settling: u64,
    pub n_short_years: u64,
    pub n_timed: u64,
    pub n_zoned: u64,
    pub n_times: u64,
    pub n_others: u64,
    /// The first cell that is nothing known, with its row.
    pub first_other: Option<(usize, String)>,
}

/// The styles that a number fits, as bits, with its shape in each.
fn styles_of(text: &str, scratch: &mut String) -> (u8, [Shape; 6]) {
    let mut fits = 0u8;
    let mut shapes = [Shape::default(); 6];
    for ((i, style), slot) in STYLES.iter().enumerate().zip(shapes.iter_mut()) {
        if let Some(shape) = number::normalise(text, *style, scratch) {
            fits |= 1 << i;
            *slot = shape;
        }
    }
    (fits, shapes)
}

fn may_be_number(text: &str) -> bool {
    text.len() <= 48 && text.bytes().any(|b| b.is_ascii_digit())
}

/// What a cell is on its own.
pub(in crate::source) fn kind_of(text: &str) -> Kind {
    let text = trimmed(text);
    if text.is_empty() {
        return Kind::Empty;
    }
    if missing::stand_in(text).is_some() {
        return Kind::StandIn;
    }
    if may_be_number(text) {
        let core = number::strip_affix(text).map_or(text, |(core, _)| core);
        if styles_of(core, &mut String::new()).0 != 0 {
            return Kind::Number;
        }
    }
    if missing::answer(text).is_some() {
        Kind::Answer
    } else if moment::moment(text).is_some() {
        Kind::Moment
    } else if moment::time_of_day(text).is_some() {
        Kind::Time
    } else {
        Kind::Other
    }
}

impl Tally {
    pub fn of<C: Cells>(cells: &C, column: usize) -> Tally {
        let mut tally =
            Tally { styles: 0b11_1111, whole: 0b11_1111, orders: DAY_FIRST | MONTH_FIRST, ..Tally::default() };
        let mut scratch = String::new();
        for row in 0..cells.n_rows() {
            let raw = cells.get(column, row);
            tally.add(trimmed(&raw), row, &mut scratch);
        }
        tally
    }

    fn add(&mut self, text: &str, row: usize, scratch: &mut String) {
        self.n_rows += 1;
        if text.is_empty() {
            self.n_empty += 1;
            return;
        }
        if may_be_number(text) {
            if self.add_number(text, scratch) {
                return;
            }
            if let Some(moment) = moment::moment(text) {
                return self.add_moment(&moment);
            }
            if moment::time_of_day(text).is_some() {
                self.n_times += 1;
                return;
            }
        } else if let Some(stand) = missing::stand_in(text) {
            let counts = if stand == Stand::Code { &mut self.codes } else { &mut self.words };
            if let Some(n) = counts.get_mut(text) {
                *n += 1;
            } else if counts.len() < MAX_STAND_INS {
                counts.insert(text.to_owned(), 1);
            }
            // "N" and "no" are not stand-ins, so nothing is counted twice.
            return;
        } else if let Some(answer) = missing::answer(text) {
            *(if answer.yes { &mut self.n_yes } else { &mut self.n_no }) += 1;
            self.n_letters += u64::from(answer.is_letter);
            return;
        }
        // "#DIV/0!" has a digit.
        if missing::stand_in(text) == Some(Stand::Word) {
            *self.words.entry(text.to_owned()).or_default() += 1;
            return;
        }
        self.n_others += 1;
        if self.first_other.is_none() {
            self.first_other = Some((row, text.chars().take(40).collect()));
        }
    }

    fn add_number(&mut self, text: &str, scratch: &mut String) -> bool {
        let affixed = number::strip_affix(text);
        let core = affixed.map_or(text, |(core, _)| core);
        let (fits, shapes) = styles_of(core, scratch);
        if fits == 0 {
            return false;
        }
        self.n_numbers += 1;
        self.styles &= fits;
        for (i, shape) in shapes.iter().enumerate().filter(|(i, _)| fits & (1 << i) != 0) {
            if !shape.is_integer {
                self.whole &= !(1 << i);
            }
            if let (Some(n_decimals), Some(n_grouped)) = (self.n_decimals.get_mut(i), self.n_grouped.get_mut(i)) {
                *n_decimals += u64::from(shape.has_decimals);
                *n_grouped += u64::from(shape.n_groups > 0);
            }
        }
        let fitting = || shapes.iter().enumerate().filter(|(i, _)| fits & (1 << i) != 0).map(|(_, shape)| shape);
        self.n_leading_zero += u64::from(fitting().all(|s| s.leading_zero));
        self.n_code_like += u64::from(fitting().all(|s| s.is_code));
        if let Some((_, affix)) = affixed {
            self.n_affixed += 1;
            self.affix_differs |= *self.affix.get_or_insert(affix) != affix;
        }
        self.n_compact_dates += u64::from(moment::compact_date(text.as_bytes()).is_some());
        true
    }

    fn add_moment(&mut self, moment: &moment::Moment) {
        self.n_moments += 1;
        self.orders &= moment.orders;
        self.n_ordered += u64::from(moment.is_ordered);
        self.n_settling += u64::from(moment.is_ordered && moment.orders != DAY_FIRST | MONTH_FIRST);
        self.n_short_years += u64::from(moment.short_year);
        self.n_timed += u64::from(moment.time.is_some());
        self.n_zoned += u64::from(moment.offset.is_some());
    }

    pub fn n_codes(&self) -> u64 {
        self.codes.values().sum()
    }

    pub fn n_words(&self) -> u64 {
        self.words.values().sum()
    }

    pub fn n_answers(&self) -> u64 {
        self.n_yes + self.n_no
    }

    /// Cells that say something: neither empty nor a stand-in.
    pub fn n_values(&self) -> u64 {
        self.n_numbers + self.n_answers() + self.n_moments + self.n_times + self.n_others
    }
}
