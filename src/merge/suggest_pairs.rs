//! Weighs which columns of two tables can be matched, from samples of their values.

use super::column::{NO_KEY, canon_of, for_each_hash, key_hashes, visit_cells};
use super::key::{Cell, Reading, readings};
use super::matches::HashedMap;
use super::names::{affinity, is_generic, is_measure, is_same};
use super::sketch::{Overlap, Sketch};
use super::suggest_union::{Look, look};
use super::{KeyForm, KeyPair};
use crate::base::ColumnType;
use crate::table::Table;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Columns of a table that are compared.
const MAX_COLUMNS: usize = 64;
/// Columns compared for a union.
const MAX_LOOKS: usize = 500;
/// Rows sampled of a table; counts of what is proposed use all.
const MAX_ROWS: u64 = 500_000;
/// Cells looked at to learn what a column holds.
const FIRST_CELLS: usize = 1_000;
/// Longer text is prose.
const LONG_TEXT: usize = 64;
/// A side with fewer different keys a row is not one that lists each key once.
const LOOKUP_UNIQUENESS: f64 = 0.95;

/// What the values of a column can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Text,
    Integer,
    Temporal,
    /// Years, months, weekdays, yes and no: part of a key, never a key.
    Label,
}

/// A column that could be a key, with samples of its keys by form.
pub(super) struct KeyColumn<'a> {
    table: &'a Table,
    idx: usize,
    pub name: &'a str,
    column_type: ColumnType,
    pub class: Class,
    /// Smallest and largest, of whole numbers.
    range: Option<(i64, i64)>,
    looks_dated: bool,
    ends_in_digits: bool,
    /// Letters before the trailing digits: `business` of `business_42`.
    stem: String,
    sketches: RefCell<Vec<((KeyForm, Reading), Option<Rc<Sketch>>)>>,
}

/// A table with those of its columns that could be keys.
pub(super) struct TableKeys<'a> {
    pub name: &'a str,
    pub table: &'a Table,
    pub columns: Vec<KeyColumn<'a>>,
    /// What the values of each column of the table are like.
    pub looks: Vec<Look>,
}

/// A merge worth counting. `swapped`: the second table is the left one.
pub(super) struct Proposal {
    pub is_union: bool,
    pub swapped: bool,
    pub keys: Vec<KeyPair>,
    pub confidence: f64,
    pub reason: String,
}

impl<'a> TableKeys<'a> {
    pub fn read(name: &'a str, table: &'a Table) -> TableKeys<'a> {
        let columns = (0..table.n_columns()).filter_map(|idx| KeyColumn::read(table, idx)).take(MAX_COLUMNS);
        let looks = (0..table.n_columns().min(MAX_LOOKS)).map(|idx| look(table, idx));
        TableKeys { name, table, columns: columns.collect(), looks: looks.collect() }
    }

    /// The keys of a column of the table as they are, where it could be a key.
    pub fn exact_keys(&self, idx: usize) -> Option<Rc<Sketch>> {
        self.columns.iter().find(|c| c.idx == idx).and_then(|c| c.sketch(KeyForm::Exact, Reading::AsIs))
    }
}

impl<'a> KeyColumn<'a> {
    fn read(table: &'a Table, idx: usize) -> Option<KeyColumn<'a>> {
        let info = table.columns().get(idx)?;
        let mut column = KeyColumn {
            table,
            idx,
            name: &info.name,
            column_type: info.column_type,
            class: Class::Text,
            range: None,
            looks_dated: false,
            ends_in_digits: false,
            stem: String::new(),
            sketches: RefCell::default(),
        };
        match info.column_type {
            ColumnType::Integer | ColumnType::Number | ColumnType::Decimal => column.learn_numbers()?,
            ColumnType::Date | ColumnType::DateTime => column.class = Class::Temporal,
            ColumnType::Text => column.learn_texts()?,
            ColumnType::Boolean | ColumnType::Time | ColumnType::Duration => return None,
        }
        Some(column)
    }

    /// `None` when the numbers are measured, not given out.
    fn learn_numbers(&mut self) -> Option<()> {
        let mut range: Option<(i64, i64)> = None;
        let mut is_whole = true;
        for chunk in self.table.chunks(self.idx) {
            let done = visit_cells(chunk, |cell| {
                let value = match cell {
                    Some(Cell::Int(value)) => value,
                    Some(Cell::Float(value)) if value.fract() == 0.0 && value.abs() < 9e15 => value as i64,
                    None => return,
                    Some(Cell::Float(value)) if value.is_nan() => return,
                    _ => {
                        is_whole = false;
                        return;
                    }
                };
                range = Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
            });
            if done.is_err() || !is_whole {
                return None;
            }
        }
        let (low, high) = range?;
        self.class = if low >= 1800 && high <= 2100 { Class::Label } else { Class::Integer };
        self.range = range;
        self.looks_dated = low >= 18_000_101 && high <= 22_001_231;
        Some(())
    }

    /// `None` when the texts are prose or not there.
    fn learn_texts(&mut self) -> Option<()> {
        let (mut n, mut length, mut n_dated, mut n_numbered) = (0usize, 0usize, 0usize, 0usize);
        let mut labels: BTreeSet<String> = BTreeSet::new();
        for chunk in self.table.chunks(self.idx) {
            let head = chunk.slice(0, chunk.len().min(FIRST_CELLS));
            visit_cells(&head, |cell| {
                let Some(Cell::Text(text)) = cell else { return };
                n += 1;
                length += text.len();
                let trimmed = text.trim();
                n_dated += usize::from(n <= 100 && super::day::parse_day(trimmed, false).is_some());
                if trimmed.ends_with(|c: char| c.is_ascii_digit()) {
                    n_numbered += 1;
                    if self.stem.is_empty() {
                        self.stem = trimmed
                            .trim_end_matches(|c: char| c.is_ascii_digit())
                            .chars()
                            .filter(|c| c.is_alphabetic())
                            .take(40)
                            .collect();
                    }
                }
                if labels.len() <= 12 {
                    labels.insert(trimmed.to_lowercase());
                }
            })
            .ok()?;
            if n >= FIRST_CELLS {
                break;
            }
        }
        if n == 0 || length / n > LONG_TEXT {
            return None;
        }
        self.looks_dated = n_dated * 10 >= n.min(100) * 9;
        self.ends_in_digits = n_numbered * 10 >= n * 8;
        if labels.len() <= 12 && labels.iter().all(|label| is_label(label)) {
            self.class = Class::Label;
        }
        Some(())
    }

    fn sketch(&self, form: KeyForm, reading: Reading) -> Option<Rc<Sketch>> {
        let known = self.sketches.borrow().iter().find(|(k, _)| *k == (form, reading)).map(|(_, s)| s.clone());
        if let Some(sketch) = known {
            return sketch;
        }
        let made = self.make_sketch(form, reading).map(Rc::new);
        self.sketches.borrow_mut().push(((form, reading), made.clone()));
        made
    }

    fn make_sketch(&self, form: KeyForm, reading: Reading) -> Option<Sketch> {
        let canon = canon_of(self.table, self.idx, form, reading).ok()?;
        let mut sketch = Sketch::default();
        let max_rows = if form == KeyForm::Exact { MAX_ROWS } else { MAX_ROWS / 4 };
        for_each_hash(self.table, self.idx, &canon, max_rows, |hash| sketch.add(hash)).ok()?;
        (sketch.n_keyed > 0).then_some(sketch)
    }

    /// How full the range of whole numbers is: 1 for 1, 2, 3, …; such numbers meet by chance.
    fn density(&self) -> f64 {
        let Some((low, high)) = self.range else { return 0.0 };
        let n_possible = high.abs_diff(low) as f64 + 1.0;
        self.sketch(KeyForm::Exact, Reading::AsIs).map_or(0.0, |s| s.n_distinct() / n_possible).min(1.0)
    }
}

/// Values that say which kind and not which one.
fn is_label(text: &str) -> bool {
    const LABELS: [&str; 46] = [
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "t",
        "f",
        "m",
        "male",
        "female",
        "pass",
        "fail",
        "passed",
        "failed",
        "ok",
        "good",
        "bad",
        "high",
        "medium",
        "low",
        "on",
        "off",
        "open",
        "closed",
        "na",
        "n/a",
        "none",
        "unknown",
        "other",
        "0",
        "1",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    LABELS.contains(&text) || (text.len() >= 3 && MONTHS.iter().any(|m| m.starts_with(text)))
}

/// Two columns that share values, in the simplest form that brings them together.
struct Evidence {
    left: usize,
    right: usize,
    form: KeyForm,
    overlap: Overlap,
    left_uniqueness: f64,
    right_uniqueness: f64,
}

fn compare(left: &KeyColumn<'_>, right: &KeyColumn<'_>, (l, r): (usize, usize)) -> Option<Evidence> {
    let mut best: Option<Evidence> = None;
    let try_form = |form: KeyForm, gain: f64, best: &mut Option<Evidence>| {
        let (l_reading, r_reading) = if form == KeyForm::Exact {
            readings(left.column_type, right.column_type)
        } else {
            (Reading::AsIs, Reading::AsIs)
        };
        let (Some(a), Some(b)) = (left.sketch(form, l_reading), right.sketch(form, r_reading)) else { return };
        let Some(overlap) = a.overlap(&b) else { return };
        let score = |o: &Overlap| o.left_rows_frac + o.right_rows_frac;
        if best.as_ref().is_none_or(|e| score(&overlap) >= score(&e.overlap) + gain) {
            let (left_uniqueness, right_uniqueness) = (a.uniqueness(), b.uniqueness());
            *best = Some(Evidence { left: l, right: r, form, overlap, left_uniqueness, right_uniqueness });
        }
    };
    let is_full = |best: &Option<Evidence>| {
        best.as_ref().is_some_and(|e| e.overlap.left_rows_frac > 0.99 || e.overlap.right_rows_frac > 0.99)
    };
    let is_text = |c: &KeyColumn<'_>| c.column_type == ColumnType::Text;
    let any_temporal = left.class == Class::Temporal || right.class == Class::Temporal;
    if any_temporal {
        let both = |test: fn(&KeyColumn<'_>) -> bool| test(left) && test(right);
        if both(|c| c.column_type == ColumnType::Date) {
            try_form(KeyForm::Exact, 0.0, &mut best);
        } else if both(|c| c.class == Class::Temporal || c.looks_dated) {
            try_form(KeyForm::Exact, 0.0, &mut best);
            if !is_full(&best) {
                try_form(KeyForm::Day, 0.1, &mut best);
            }
        }
        return best;
    }
    try_form(KeyForm::Exact, 0.0, &mut best);
    if !is_text(left) && !is_text(right) || is_full(&best) {
        return best;
    }
    if left.looks_dated && right.looks_dated {
        try_form(KeyForm::Day, 0.1, &mut best);
        return best;
    }
    try_form(KeyForm::Unpadded, 0.05, &mut best);
    if best.as_ref().is_some_and(|e| e.form == KeyForm::Unpadded) {
        // As good without dropping zeros? Then the zeros may mean something.
        try_form(KeyForm::Folded, -0.02, &mut best);
    }
    let is_numbered = |c: &KeyColumn<'_>| c.ends_in_digits || !is_text(c);
    let is_weak = best.as_ref().is_none_or(|e| e.overlap.left_rows_frac.max(e.overlap.right_rows_frac) < 0.3);
    if is_weak && is_numbered(left) && is_numbered(right) {
        try_form(KeyForm::TrailingNumber, 0.3, &mut best);
    }
    best
}

/// Joins of two tables worth counting, best first.
pub(super) fn propose_joins(left: &TableKeys<'_>, right: &TableKeys<'_>) -> Vec<Proposal> {
    let mut evidence = Vec::new();
    for (l, a) in left.columns.iter().enumerate() {
        for (r, b) in right.columns.iter().enumerate() {
            evidence.extend(compare(a, b, (l, r)).filter(|e| e.overlap.n_common >= 2));
        }
    }
    let mut found: Vec<Proposal> = evidence.iter().filter_map(|e| weigh(e, left, right)).collect();
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    if found.first().is_none_or(|p| p.confidence < 0.6) {
        found.extend(propose_composite(&evidence, left, right));
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    }
    // A second proposal for the same tables must be nearly as good and by other columns.
    let mut kept: Vec<Proposal> = Vec::new();
    for proposal in found {
        let is_new = kept.iter().all(|k| {
            proposal.confidence > k.confidence - 0.15
                && k.swapped == proposal.swapped
                && k.keys.iter().all(|a| proposal.keys.iter().all(|b| a.left != b.left && a.right != b.right))
        });
        if is_new && kept.len() < 2 {
            kept.push(proposal);
        }
    }
    kept
}

/// How likely it is that two columns mean the same, and which table looks up the other.
fn weigh(e: &Evidence, left: &TableKeys<'_>, right: &TableKeys<'_>) -> Option<Proposal> {
    let (a, b) = (left.columns.get(e.left)?, right.columns.get(e.right)?);
    if a.class == Class::Label || b.class == Class::Label {
        return None;
    }
    let (left_lists, right_lists) = (e.left_uniqueness >= LOOKUP_UNIQUENESS, e.right_uniqueness >= LOOKUP_UNIQUENESS);
    let swapped = match (left_lists, right_lists) {
        (false, false) => return None,
        (true, false) => true,
        (false, true) => false,
        (true, true) => right.table.n_rows() > left.table.n_rows(),
    };
    let o = e.overlap;
    let (matched, found, uniqueness) = if swapped {
        (o.right_rows_frac, o.left_keys_frac, e.left_uniqueness)
    } else {
        (o.left_rows_frac, o.right_keys_frac, e.right_uniqueness)
    };
    let enough = matched >= 0.3 || (found >= 0.5 && o.n_common >= 10 && matched >= 0.02);
    if !enough {
        return None;
    }
    let names = affinity((left.name, a.name), (right.name, b.name));
    let names = if e.form == KeyForm::TrailingNumber {
        let by_stem =
            affinity((left.name, &format!("{} {}", a.stem, a.name)), (right.name, &format!("{} {}", b.stem, b.name)));
        names.max(by_stem)
    } else {
        names
    };
    let both_numbered = (a.class == Class::Integer && b.class == Class::Integer) || e.form == KeyForm::TrailingNumber;
    let mut chance = 0.0;
    if both_numbered {
        if is_measure(a.name) || is_measure(b.name) {
            return None;
        }
        let (lookup, asking) = if swapped { (a, b) } else { (b, a) };
        let lookup_density = if e.form == KeyForm::TrailingNumber { 1.0 } else { lookup.density() };
        // In a full range any number finds a partner: the values alone prove nothing.
        if lookup_density > 0.2 && names == 0.0 && !fills_the_same_range(lookup, asking, e, found) {
            return None;
        }
        chance = lookup_density * if names > 0.0 { 0.3 } else { 0.6 };
    }
    let strength = (matched - chance * matched).max(found * 0.5 * (1.0 - chance));
    let mut confidence = 0.38 + 0.42 * strength + 0.1 * found + 0.1 * names;
    confidence *= match e.form {
        KeyForm::Exact => 1.0,
        KeyForm::Folded => 0.98,
        KeyForm::Unpadded => 0.95,
        KeyForm::Day => 0.9,
        KeyForm::TrailingNumber => 0.85,
    };
    if uniqueness < 1.0 {
        confidence *= 0.9;
    }
    if o.n_common < 4 && names < 0.5 {
        confidence *= 0.8;
    }
    if a.class == Class::Temporal || b.class == Class::Temporal {
        confidence *= 0.75;
    }
    let (l, r) = if swapped { (b.name, a.name) } else { (a.name, b.name) };
    let keys = vec![KeyPair { left: l.to_owned(), right: r.to_owned(), form: e.form }];
    Some(Proposal { is_union: false, swapped, keys, confidence, reason: String::new() })
}

/// Without a name in common, numbers of a full range are believed only when there are many, one
/// side repeats them, and both begin and end at nearly the same place.
fn fills_the_same_range(lookup: &KeyColumn<'_>, asking: &KeyColumn<'_>, e: &Evidence, found: f64) -> bool {
    let (Some((low, high)), Some((ask_low, ask_high))) = (lookup.range, asking.range) else { return false };
    let both_list = e.left_uniqueness >= LOOKUP_UNIQUENESS && e.right_uniqueness >= LOOKUP_UNIQUENESS;
    if both_list || found < 0.6 || e.overlap.n_common < 200 || (is_generic(lookup.name) && is_generic(asking.name)) {
        return false;
    }
    let width = high.abs_diff(low) as f64;
    ask_low >= low
        && ask_high <= high
        && (low.abs_diff(ask_low) as f64) < 0.02 * width
        && (high.abs_diff(ask_high) as f64) < 0.02 * width
}

/// Pairs of columns tried together.
const MAX_PARTS: usize = 5;

/// Two columns together, where neither alone tells the rows of a side apart.
fn propose_composite(evidence: &[Evidence], left: &TableKeys<'_>, right: &TableKeys<'_>) -> Option<Proposal> {
    let mut parts: Vec<(&Evidence, f64)> = evidence
        .iter()
        .filter(|e| e.left_uniqueness < LOOKUP_UNIQUENESS && e.right_uniqueness < LOOKUP_UNIQUENESS)
        .filter_map(|e| {
            let (a, b) = (left.columns.get(e.left)?, right.columns.get(e.right)?);
            let names = affinity((left.name, a.name), (right.name, b.name));
            let same_name = is_same(a.name, b.name);
            let shared = e.overlap.left_rows_frac.max(e.overlap.right_rows_frac);
            // Few values or small numbers meet by chance: there the name must agree.
            let needs_name = a.class != Class::Text || b.class != Class::Text || e.form == KeyForm::TrailingNumber;
            let is_measured = a.class == Class::Integer && is_measure(a.name);
            let fits = shared >= 0.3 && (!needs_name || same_name || names >= 0.8) && !is_measured;
            fits.then_some((e, shared + if same_name { 1.0 } else { names * 0.5 }))
        })
        .collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    parts.truncate(MAX_PARTS);
    let mut best: Option<Proposal> = None;
    for (i, (first, first_score)) in parts.iter().enumerate() {
        for (second, second_score) in parts.iter().skip(i + 1) {
            if first.left == second.left || first.right == second.right {
                continue;
            }
            let Some(proposal) = weigh_composite([first, second], first_score + second_score, left, right) else {
                continue;
            };
            if best.as_ref().is_none_or(|b| proposal.confidence > b.confidence) {
                best = Some(proposal);
            }
        }
    }
    best
}

fn weigh_composite(pair: [&Evidence; 2], score: f64, left: &TableKeys<'_>, right: &TableKeys<'_>) -> Option<Proposal> {
    let mut keys = Vec::new();
    for e in pair {
        let (a, b) = (left.columns.get(e.left)?, right.columns.get(e.right)?);
        keys.push(KeyPair { left: a.name.to_owned(), right: b.name.to_owned(), form: e.form });
    }
    let (l, r) = key_hashes(&keys, (left.name, left.table), (right.name, right.table), MAX_ROWS).ok()?;
    let (left_keys, right_keys) = (keys_of(&l), keys_of(&r));
    let uniqueness = |keys: &HashedMap<u128, ()>, hashes: &[u128]| {
        let n = hashes.iter().filter(|h| **h != NO_KEY).count();
        if n == 0 { 0.0 } else { keys.len() as f64 / n as f64 }
    };
    let (left_unique, right_unique) = (uniqueness(&left_keys, &l), uniqueness(&right_keys, &r));
    let swapped = match (left_unique >= 0.98, right_unique >= 0.98) {
        (false, false) => return None,
        (true, false) => true,
        (false, true) => false,
        (true, true) => right.table.n_rows() > left.table.n_rows(),
    };
    let share = |hashes: &[u128], other: &HashedMap<u128, ()>| {
        let n = hashes.iter().filter(|h| **h != NO_KEY && other.contains_key(h)).count();
        n as f64 / hashes.len().max(1) as f64
    };
    let matched = if swapped { share(&r, &left_keys) } else { share(&l, &right_keys) };
    if matched < 0.3 {
        return None;
    }
    if swapped {
        for key in &mut keys {
            std::mem::swap(&mut key.left, &mut key.right);
        }
    }
    let confidence = (0.38 + 0.42 * matched + 0.05 * score.min(4.0)) * 0.95;
    Some(Proposal { is_union: false, swapped, keys, confidence, reason: String::new() })
}

fn keys_of(hashes: &[u128]) -> HashedMap<u128, ()> {
    hashes.iter().filter(|h| **h != NO_KEY).map(|h| (*h, ())).collect()
}
