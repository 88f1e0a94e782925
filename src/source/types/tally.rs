//! Counts what the cells of one column are, all of them.

use super::dressing::{self, Minus, Side, undress};
use super::missing::{self, Stand};
use super::moment::{self, DAY_FIRST, MONTH_FIRST};
use super::number::{self, styles_of};
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

/// How many different signs and units are told apart.
const MAX_AFFIXES: usize = 64;

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
    /// A bit for each of [`number::STYLES`] that all numbers fit.
    pub styles: u8,
    /// By style: numbers that fit it, those that have decimals, and those that have groups.
    pub n_fits: [u64; 6],
    pub n_decimals: [u64; 6],
    pub n_grouped: [u64; 6],
    /// All are whole, in each style.
    pub whole: u8,
    /// Numbers whose decimal mark is certain: a point, a comma.
    pub n_points: u64,
    pub n_commas: u64,
    /// Numbers such as "1,234", whose mark may be either.
    pub n_either: u64,
    pub n_leading_zero: u64,
    pub n_code_like: u64,
    pub n_affixed: u64,
    /// Signs and units of numbers.
    pub affixes: BTreeMap<String, u64>,
    /// Numbers in brackets, and how often one follows on one without.
    pub n_brackets: u64,
    n_bracket_turns: u64,
    was_bracket: bool,
    /// Numbers such as "1E5".
    pub n_like_wells: u64,
    /// Values known to lie below or above a limit: "<0.5".
    pub n_below: u64,
    pub n_above: u64,
    pub first_limit: Option<String>,
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
    /// Dates that cannot have the day first, or the month.
    pub n_not_day_first: u64,
    pub n_not_month_first: u64,
    pub n_short_years: u64,
    pub n_timed: u64,
    pub n_zoned: u64,
    pub n_times: u64,
    /// Spans of time that are no times of day: "26:10:00", "1h 30m".
    pub n_spans: u64,
    /// Others that are spans if their column has any: "45m" beside "1h 30m".
    pub n_single_spans: u64,
    pub n_others: u64,
    /// Of these, those that look like codes or labels: "x1", "12-A", "X".
    pub n_code_words: u64,
    /// The first cell that is nothing known, with its row.
    pub first_other: Option<(usize, String)>,
    /// Rows that have no say in the type of the column.
    pub guests: Option<Box<Tally>>,
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
        let dressed = undress(text);
        // "24 h" is a name as well as a value.
        let is_bare = dressed.affix.is_none_or(dressing::is_sign);
        if is_bare && number::is_number(dressed.core) {
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

/// What a cell is as a value: numbers with units and limits such as `<0.5` are numbers, too.
pub(in crate::source) fn value_kind(text: &str) -> Kind {
    match kind_of(text) {
        Kind::Other if dressing::limit(trimmed(text)).is_some() => Kind::Number,
        Kind::Other if may_be_number(text) && number::is_number(undress(trimmed(text)).core) => Kind::Number,
        kind => kind,
    }
}

/// Letters and digits in one word, or one or two letters: what a code beside numbers looks like.
fn is_code_word(text: &str) -> bool {
    let has = |test: fn(char) -> bool| text.chars().any(test);
    let is_word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    let is_short = text.chars().count() <= 2;
    is_word && has(char::is_alphabetic) && (is_short || has(|c| c.is_ascii_digit()))
}

/// "1E5": a number with an exponent, or a well of a plate.
fn is_like_well(text: &[u8]) -> bool {
    let n = text.iter().take_while(|b| b.is_ascii_digit()).count();
    match text.get(n..) {
        Some([b'e' | b'E', digits @ ..]) => {
            (1..=4).contains(&n) && (1..=2).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

impl Tally {
    pub fn of<C: Cells>(cells: &C, column: usize) -> Tally {
        let mut tally = Tally::new();
        let mut scratch = String::new();
        for row in 0..cells.n_rows() {
            let raw = cells.get(column, row);
            if cells.is_guest(row) {
                tally.guests.get_or_insert_with(|| Box::new(Tally::new())).add(trimmed(&raw), row, &mut scratch);
            } else {
                tally.add(trimmed(&raw), row, &mut scratch);
            }
        }
        // Where only guests have anything to say, they are heard.
        match tally.guests.take() {
            Some(guests) if tally.n_empty == tally.n_rows => *guests,
            guests => Tally { guests, ..tally },
        }
    }

    fn new() -> Tally {
        Tally { styles: 0b11_1111, whole: 0b11_1111, orders: DAY_FIRST | MONTH_FIRST, ..Tally::default() }
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
            if moment::span(text).is_some() {
                self.n_spans += 1;
                return;
            }
            if let Some((side, _)) = dressing::limit(text) {
                *(if side == Side::Below { &mut self.n_below } else { &mut self.n_above }) += 1;
                self.first_limit.get_or_insert_with(|| text.chars().take(20).collect());
                return;
            }
        } else if let Some(answer) = missing::answer(text) {
            // No answer is a stand-in.
            *(if answer.yes { &mut self.n_yes } else { &mut self.n_no }) += 1;
            self.n_letters += u64::from(answer.is_letter);
            return;
        } else if let Some(stand) = missing::stand_in(text) {
            let counts = if stand == Stand::Code { &mut self.codes } else { &mut self.words };
            if let Some(n) = counts.get_mut(text) {
                *n += 1;
            } else if counts.len() < MAX_STAND_INS {
                counts.insert(text.to_owned(), 1);
            }
            return;
        }
        // "#DIV/0!" has a digit.
        if missing::stand_in(text) == Some(Stand::Word) {
            *self.words.entry(text.to_owned()).or_default() += 1;
            return;
        }
        self.n_others += 1;
        self.n_single_spans += u64::from(moment::is_single_span(text));
        self.n_code_words += u64::from(is_code_word(text));
        if self.first_other.is_none() {
            self.first_other = Some((row, text.chars().take(40).collect()));
        }
    }

    fn add_number(&mut self, text: &str, scratch: &mut String) -> bool {
        let dressed = undress(text);
        let core = dressed.core;
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
            let counts = [
                (&mut self.n_fits, true),
                (&mut self.n_decimals, shape.has_decimals),
                (&mut self.n_grouped, shape.n_groups > 0),
            ];
            for (by_style, counts_here) in counts {
                if let Some(n) = by_style.get_mut(i) {
                    *n += u64::from(counts_here);
                }
            }
        }
        let fitting = || shapes.iter().enumerate().filter(|(i, _)| fits & (1 << i) != 0).map(|(_, shape)| shape);
        self.n_leading_zero += u64::from(fitting().all(|s| s.leading_zero));
        self.n_code_like += u64::from(fitting().all(|s| s.is_code));
        match number::certain_mark(fits) {
            Some('.') => self.n_points += 1,
            Some(_) => self.n_commas += 1,
            None => self.n_either += u64::from(core.contains([',', '.'])),
        }
        if let Some(affix) = dressed.affix {
            if let Some(n) = self.affixes.get_mut(affix) {
                *n += 1;
            } else if self.affixes.len() < MAX_AFFIXES {
                self.affixes.insert(affix.to_owned(), 1);
            }
            self.n_affixed += 1;
        }
        let is_bracket = dressed.minus == Some(Minus::Brackets) && dressed.affix.is_none();
        self.n_brackets += u64::from(is_bracket);
        self.n_bracket_turns += u64::from(is_bracket != self.was_bracket && self.n_numbers > 1);
        self.was_bracket = is_bracket;
        self.n_like_wells += u64::from(is_like_well(text.as_bytes()));
        self.n_compact_dates += u64::from(moment::compact_date(text.as_bytes()).is_some());
        true
    }

    fn add_moment(&mut self, moment: &moment::Moment) {
        self.n_moments += 1;
        self.orders &= moment.orders;
        self.n_ordered += u64::from(moment.is_ordered);
        self.n_settling += u64::from(moment.is_ordered && moment.orders != DAY_FIRST | MONTH_FIRST);
        self.n_not_day_first += u64::from(moment.orders & DAY_FIRST == 0);
        self.n_not_month_first += u64::from(moment.orders & MONTH_FIRST == 0);
        self.n_short_years += u64::from(moment.short_year);
        self.n_timed += u64::from(moment.time.is_some());
        self.n_zoned += u64::from(moment.offset.is_some());
    }

    /// Brackets that cannot mean minus: around all numbers, or around every second one, as errors of estimates have.
    pub fn has_odd_brackets(&self) -> bool {
        self.n_brackets > 0
            && (self.n_brackets == self.n_numbers
                || (self.n_numbers >= 6 && self.n_bracket_turns + 1 == self.n_numbers))
    }

    pub fn n_limits(&self) -> u64 {
        self.n_below + self.n_above
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

    /// Values that are not limits.
    pub fn n_exact(&self) -> u64 {
        self.n_numbers + self.n_answers() + self.n_moments + self.n_times + self.n_spans + self.n_others
    }

    /// Cells that say something: neither empty nor a stand-in.
    pub fn n_values(&self) -> u64 {
        self.n_exact() + self.n_limits()
    }
}
