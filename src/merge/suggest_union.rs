//! Weighs whether two tables are parts of one: the same columns, and values of the same kind.

use super::column::visit_cells;
use super::key::Cell;
use super::names::{is_same, words};
use super::suggest_column::TableKeys;
use super::suggest_pairs::{CERTAIN, Proposal};
use super::suggest_renamed::pair_by_values;
use super::{KeyForm, KeyPair};
use crate::base::ColumnType;
use crate::base::wording::{list, plural};
use crate::table::{ColumnInfo, Table};

/// Rows looked at for what values are like.
const SAMPLE_ROWS: usize = 2_000;
/// Share of columns that must be the same.
const LEAST_SHARED: f64 = 0.75;
/// Or of the columns of the table that has fewer.
const LEAST_OF_SHORTER: f64 = 0.8;

/// Columns that go below each other, by their places, and how many of the pairs are not named the same.
///
/// First by name; then, in small tables of equal width, by names where one is short for the other (`Temp`,
/// `temperature_c`); then the last of their type on either side, if that leaves none over.
fn corresponding(left: &[ColumnInfo], right: &[ColumnInfo]) -> (Vec<(usize, usize)>, usize) {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let add_where = |pairs: &mut Vec<(usize, usize)>, test: &dyn Fn(&ColumnInfo, &ColumnInfo) -> bool| {
        for (i, a) in left.iter().enumerate().filter(|(_, a)| !a.name.is_empty()) {
            if pairs.iter().any(|(known, _)| *known == i) {
                continue;
            }
            let free = |j: usize| pairs.iter().all(|(_, known)| *known != j);
            let found = right.iter().enumerate().find(|(j, b)| free(*j) && types_agree(a, b) && test(a, b));
            pairs.extend(found.map(|(j, _)| (i, j)));
        }
    };
    add_where(&mut pairs, &|a, b| a.name == b.name);
    add_where(&mut pairs, &|a, b| is_same(&a.name, &b.name));
    let n_same = pairs.len();
    let n = left.len();
    if n == right.len() && (3..=MAX_RENAMED_WIDTH).contains(&n) && n_same < n {
        let mut all = pairs.clone();
        add_where(&mut all, &|a, b| is_short_for(&a.name, &b.name) || is_short_for(&b.name, &a.name));
        let n_named = all.len();
        let rest = |columns: &[ColumnInfo], is_paired: &dyn Fn(usize) -> bool, like: &ColumnInfo| {
            columns.iter().enumerate().filter(|(k, c)| !is_paired(*k) && types_agree(c, like)).count()
        };
        let named = all.clone();
        add_where(&mut all, &|a, b| {
            rest(left, &|k| named.iter().any(|(i, _)| *i == k), a) == 1
                && rest(right, &|k| named.iter().any(|(_, j)| *j == k), b) == 1
        });
        if all.len() == n && n_named * 2 >= n {
            pairs = all;
        }
    }
    pairs.sort_unstable();
    let n_renamed = pairs.len() - n_same.min(pairs.len());
    (pairs, n_renamed)
}

/// Columns that must correspond where names do not say so, and how alike they must be on the whole.
const MIN_BY_VALUES: usize = 5;
const LEAST_ALIKE: f64 = 0.65;
/// What the values alone say of a union is always asked about.
const MOST_BY_VALUES: f64 = 0.65;

/// In wider tables that the last ones of a type belong together is chance.
const MAX_RENAMED_WIDTH: usize = 8;

/// `Temp` for `temperature`: a first word of three letters or more that begins the other's.
fn is_short_for(short: &str, long: &str) -> bool {
    match (words(short).first(), words(long).first()) {
        (Some(short), Some(long)) => short.chars().count() >= 3 && long.starts_with(short.as_str()),
        _ => false,
    }
}

pub(super) async fn propose_union(left: &TableKeys<'_>, right: &TableKeys<'_>) -> Option<Proposal> {
    let (l, r) = (left.table, right.table);
    let mut pairs = Vec::new();
    let mut alike = 0.0;
    let mut same_rows = 0.0f64;
    let mut other_units = Vec::new();
    let (mut corresponding, mut n_renamed) = corresponding(l.columns(), r.columns());
    let n_named = corresponding.len();
    let is_same_width = l.n_columns() == r.n_columns();
    let mut renamed_alike = 1.0;
    let n_least = l.n_columns().min(r.n_columns());
    if n_named < n_least && n_least >= 4 && (is_same_width || n_named * 2 >= l.n_columns()) {
        let mut all = corresponding.clone();
        let added = pair_by_values(left, right, &mut all).await;
        // Some columns of two tables are always alike: it is all of the shorter, or nothing.
        if all.len() == n_least {
            n_renamed += added.len();
            renamed_alike = added.iter().map(|(.., a)| a).sum::<f64>() / added.len().max(1) as f64;
            all.sort_unstable();
            corresponding = all;
        }
    }
    // Without names, the values of every column have to say so.
    let is_by_values = n_named * 2 < corresponding.len();
    if is_by_values && (corresponding.len() < MIN_BY_VALUES || !is_same_width || corresponding.len() < l.n_columns()) {
        return None;
    }
    for (i, j) in corresponding {
        let (Some(a), Some(b)) = (l.columns().get(i), r.columns().get(j)) else { continue };
        let (likeness, same_keys) = compare_values((left, i), (right, j)).await;
        alike += likeness;
        same_rows = same_rows.max(same_keys);
        if a.unit.is_some() && b.unit.is_some() && a.unit != b.unit {
            other_units.push(a.name.clone());
        }
        pairs.push(KeyPair { left: a.name.clone(), right: b.name.clone(), form: KeyForm::Exact });
    }
    let n_most = l.n_columns().max(r.n_columns());
    let shared = pairs.len() as f64 / n_most.max(1) as f64;
    // One of them may just have more columns.
    let of_shorter = pairs.len() as f64 / l.n_columns().min(r.n_columns()).max(1) as f64;
    let is_within = pairs.len() >= 4 && of_shorter >= LEAST_OF_SHORTER && shared >= 0.5;
    if pairs.len() < 2 || (shared < LEAST_SHARED && !is_within) {
        return None;
    }
    let likeness = alike / pairs.len() as f64;
    if likeness < if pairs.len() < 3 { 0.6 } else { 0.35 } {
        return None;
    }
    let few = if pairs.len() < 3 { 0.15 } else { 0.0 };
    let mut confidence = 0.25 + 0.45 * shared + 0.28 * likeness - few - 0.1 * (other_units.len().min(2) as f64);
    if pairs.len() >= 3 && of_shorter >= LEAST_OF_SHORTER && n_renamed == 0 && other_units.is_empty() {
        confidence = confidence.max(CERTAIN + 0.08 * shared);
    }
    confidence -= 0.03 * n_renamed.min(3) as f64;
    if is_by_values {
        if renamed_alike < LEAST_ALIKE {
            return None;
        }
        confidence = confidence.min(MOST_BY_VALUES);
    }
    // The same keys on both sides: two views of the same things, not two parts.
    if same_rows > 0.5 {
        confidence *= 0.45;
    }
    let columns = if n_renamed > 0 {
        format!("have {} that correspond", plural(pairs.len() as u64, "column", "columns"))
    } else if pairs.len() == n_most {
        format!("have the same {}", plural(pairs.len() as u64, "column", "columns"))
    } else {
        format!("share {} of their {}", pairs.len(), plural(n_most as u64, "column", "columns"))
    };
    let units = if other_units.is_empty() {
        String::new()
    } else {
        format!(", but the units of {} differ", list(&other_units))
    };
    let (n_left, n_right) = (plural(l.n_rows(), "row", "rows"), plural(r.n_rows(), "row", "rows"));
    let reason =
        format!("{} and {} {columns}{units}: {n_left} and {n_right} go below each other", left.name, right.name);
    Some(Proposal { is_union: true, swapped: false, keys: pairs, confidence, reason, runner_up: None })
}

pub(super) fn types_agree(a: &ColumnInfo, b: &ColumnInfo) -> bool {
    a.column_type == b.column_type
        || (a.column_type.is_numeric() && b.column_type.is_numeric())
        || (a.column_type.is_temporal() && b.column_type.is_temporal())
}

/// What a sample of a column is like.
#[derive(Default)]
pub(super) struct Look {
    n: u64,
    low: f64,
    high: f64,
    length: f64,
    digits: f64,
    sum: f64,
    sum_of_squares: f64,
    /// No number has a fraction.
    pub is_whole: bool,
}

impl Look {
    pub fn mean_length(&self) -> f64 {
        self.length / self.n.max(1) as f64
    }

    pub fn digits_frac(&self) -> f64 {
        self.digits / self.length.max(1.0)
    }

    /// Mean and standard deviation of the numbers.
    pub fn moments(&self) -> (f64, f64) {
        let n = self.n.max(1) as f64;
        let mean = self.sum / n;
        (mean, (self.sum_of_squares / n - mean * mean).max(0.0).sqrt())
    }
}

pub(super) fn look(table: &Table, idx: usize) -> Look {
    let mut look = Look { low: f64::INFINITY, high: f64::NEG_INFINITY, is_whole: true, ..Look::default() };
    for chunk in table.chunks(idx).take(2) {
        let head = chunk.slice(0, chunk.len().min(SAMPLE_ROWS));
        // What cannot be read says nothing.
        let _ = visit_cells(&head, |cell| {
            let Some(cell) = cell else { return };
            look.n += 1;
            let number = match cell {
                Cell::Int(v) | Cell::Moment(v) | Cell::Span(v) => v as f64,
                Cell::Float(v) => v,
                Cell::Date(v) => f64::from(v),
                Cell::Text(text) => {
                    look.length += text.len() as f64;
                    look.digits += text.bytes().filter(u8::is_ascii_digit).count() as f64;
                    return;
                }
            };
            look.sum += number;
            look.sum_of_squares += number * number;
            look.is_whole &= number.fract() == 0.0;
            look.low = look.low.min(number);
            look.high = look.high.max(number);
        });
    }
    look
}

/// How alike the values are (0 to 1), and the share of the shorter side's keys that both have,
/// where each lists its keys once.
async fn compare_values(left: (&TableKeys<'_>, usize), right: (&TableKeys<'_>, usize)) -> (f64, f64) {
    let column_type = left.0.table.columns().get(left.1).map_or(ColumnType::Text, |c| c.column_type);
    let (Some(a), Some(b)) = (left.0.looks.get(left.1), right.0.looks.get(right.1)) else { return (0.0, 0.0) };
    if a.n == 0 || b.n == 0 {
        return (0.5, 0.0);
    }
    match column_type {
        ColumnType::Boolean => (1.0, 0.0),
        // Later months have later dates.
        ColumnType::Date | ColumnType::DateTime => (0.8, 0.0),
        ColumnType::Text => {
            let (shared, same) = same_keys(left, right).await;
            (shared.max(a.shape_likeness(b) * 0.9), same)
        }
        _ => {
            // Row numbers from 1 agree by chance.
            let is_sparse = (a.high - a.low + 1.0) > 5.0 * a.n as f64;
            let is_id = column_type == ColumnType::Integer && is_sparse;
            let same = if is_id { same_keys(left, right).await.1 } else { 0.0 };
            let width = a.high.max(b.high) - a.low.min(b.low);
            let common = a.high.min(b.high) - a.low.max(b.low);
            let likeness = if width <= 0.0 { 1.0 } else { (common / width).max(0.0).sqrt() };
            (likeness.max(0.2), same)
        }
    }
}

/// Share of the different values that are in both, and the same where each value is listed once
/// on both sides.
async fn same_keys(left: (&TableKeys<'_>, usize), right: (&TableKeys<'_>, usize)) -> (f64, f64) {
    let (Some(a), Some(b)) = (left.0.exact_keys(left.1).await, right.0.exact_keys(right.1).await) else {
        return (0.0, 0.0);
    };
    let Some(o) = a.overlap(&b) else { return (0.0, 0.0) };
    let shared = o.left_keys_frac.max(o.right_keys_frac);
    let both_list = a.uniqueness() > 0.95 && b.uniqueness() > 0.95;
    (shared, if both_list { shared } else { 0.0 })
}
