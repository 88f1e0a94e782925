//! Weighs which columns of two tables can be matched, from samples of their values.

use super::key::{Reading, readings};
use super::matches::HashedMap;
use super::names::{affinity, is_generic, is_measure, names_an_id, same_stem, words};
use super::sketch::{Overlap, Sketch};
use super::suggest_column::{Class, KeyColumn, TableKeys};
use super::suggest_composite::propose_composite;
use super::suggest_rivals::{Rivals, without_rivals};
use super::{KeyForm, KeyPair};
use crate::base::{ColumnType, give_way};

/// A side with fewer different keys a row is not one that lists each key once.
pub(super) const LOOKUP_UNIQUENESS: f64 = 0.95;

/// Least confidence of a merge that leaves little doubt.
pub(super) const CERTAIN: f64 = 0.86;

/// A merge worth counting. `swapped`: the second table is the left one.
pub(super) struct Proposal {
    pub is_union: bool,
    pub swapped: bool,
    pub keys: Vec<KeyPair>,
    pub confidence: f64,
    pub reason: String,
    /// The best of what was not chosen for these tables.
    pub runner_up: Option<Vec<KeyPair>>,
}

/// Two columns that share values, in the simplest form that brings them together.
pub(super) struct Evidence {
    pub left: usize,
    pub right: usize,
    pub form: KeyForm,
    pub overlap: Overlap,
    pub left_uniqueness: f64,
    pub right_uniqueness: f64,
}

/// The better of what was found so far and what the form brings together, which must share so much more.
async fn try_form(
    (left, right): (&KeyColumn<'_>, &KeyColumn<'_>),
    (l, r): (usize, usize),
    form: KeyForm,
    gain: f64,
    best: &mut Option<Evidence>,
) {
    let (l_reading, r_reading) = readings_of(form, left, right);
    let (Some(a), Some(b)) = (left.sketch(form, l_reading).await, right.sketch(form, r_reading).await) else { return };
    let is_worth_it = left.is_worth_a_search(right);
    let is_few = |few: &Sketch, many: &Sketch| is_worth_it && many.is_coarse() && few.few_keys().is_some();
    let overlap = match (is_few(&a, &b), is_few(&b, &a)) {
        (true, _) => few_in_many(&a, (right, &b), (form, r_reading)).await,
        (_, true) => few_in_many(&b, (left, &a), (form, l_reading)).await.map(Overlap::turned),
        _ => a.overlap(&b),
    };
    let Some(overlap) = overlap else { return };
    let score = |o: &Overlap| o.left_rows_frac + o.right_rows_frac;
    if best.as_ref().is_none_or(|e| score(&overlap) >= score(&e.overlap) + gain) {
        let (left_uniqueness, right_uniqueness) = (a.uniqueness(), b.uniqueness());
        *best = Some(Evidence { left: l, right: r, form, overlap, left_uniqueness, right_uniqueness });
    }
}

/// How the cells of two columns are read in a form.
pub(super) fn readings_of(form: KeyForm, left: &KeyColumn<'_>, right: &KeyColumn<'_>) -> (Reading, Reading) {
    match form {
        KeyForm::Exact => readings(left.column_type, right.column_type),
        _ => (Reading::AsIs, Reading::AsIs),
    }
}

/// What a few keys have in common with a column of which the sketch has one in many: asked of all its rows.
async fn few_in_many(
    few: &Sketch,
    (column, sampled): (&KeyColumn<'_>, &Sketch),
    (form, reading): (KeyForm, Reading),
) -> Option<Overlap> {
    let keys: HashedMap<u64, u32> = few.few_keys()?.collect();
    let hashes = column.hashes(form, reading).await?;
    let mut found: HashedMap<u64, ()> = HashedMap::default();
    let (mut n_rows, mut few_rows) = (0u64, 0u64);
    // Most rows are none of the few: a bit for each of their last digits tells so at once.
    let mut may_be = vec![false; 1 << 16];
    let digits = |hash: u64| (hash & 0xffff) as usize;
    for key in keys.keys() {
        if let Some(bit) = may_be.get_mut(digits(*key)) {
            *bit = true;
        }
    }
    for hash in hashes.iter().filter(|h| may_be.get(digits(**h)).copied().unwrap_or(false)) {
        if let Some(n) = keys.get(hash) {
            n_rows += 1;
            if found.insert(*hash, ()).is_none() {
                few_rows += u64::from(*n);
            }
        }
    }
    let n_common = found.len() as u64;
    let share = |part: u64, of: f64| (part as f64 / of.max(1.0)).min(1.0);
    (n_common > 0).then(|| Overlap {
        n_common,
        left_rows_frac: share(few_rows, few.n_keyed as f64),
        right_rows_frac: share(n_rows, hashes.len() as f64),
        left_keys_frac: share(n_common, keys.len() as f64),
        right_keys_frac: share(n_common, sampled.n_distinct()),
    })
}

async fn compare(left: &KeyColumn<'_>, right: &KeyColumn<'_>, places: (usize, usize)) -> Option<Evidence> {
    let sides = (left, right);
    let mut best: Option<Evidence> = None;
    let is_full = |best: &Option<Evidence>| {
        best.as_ref().is_some_and(|e| e.overlap.left_rows_frac > 0.99 || e.overlap.right_rows_frac > 0.99)
    };
    let is_text = |c: &KeyColumn<'_>| c.column_type == ColumnType::Text;
    let any_temporal = left.class == Class::Temporal || right.class == Class::Temporal;
    if any_temporal {
        let both = |test: fn(&KeyColumn<'_>) -> bool| test(left) && test(right);
        if both(|c| c.column_type == ColumnType::Date) {
            try_form(sides, places, KeyForm::Exact, 0.0, &mut best).await;
        } else if both(|c| c.class == Class::Temporal || c.looks_dated) {
            try_form(sides, places, KeyForm::Exact, 0.0, &mut best).await;
            if !is_full(&best) {
                try_form(sides, places, KeyForm::Day, 0.1, &mut best).await;
            }
        }
        return best;
    }
    try_form(sides, places, KeyForm::Exact, 0.0, &mut best).await;
    if !is_text(left) && !is_text(right) || is_full(&best) {
        return best;
    }
    if left.looks_dated && right.looks_dated {
        try_form(sides, places, KeyForm::Day, 0.1, &mut best).await;
        return best;
    }
    let is_alike = left.has_letters_of(right);
    if is_alike {
        try_form(sides, places, KeyForm::Unpadded, 0.05, &mut best).await;
    }
    if best.as_ref().is_some_and(|e| e.form == KeyForm::Unpadded) {
        // As good without dropping zeros? Then the zeros may mean something.
        try_form(sides, places, KeyForm::Folded, -0.02, &mut best).await;
    }
    let is_numbered = |c: &KeyColumn<'_>| c.ends_in_digits || !is_text(c);
    let is_weak = best.as_ref().is_none_or(|e| e.overlap.left_rows_frac.max(e.overlap.right_rows_frac) < 0.3);
    // "SQ-01227" and "HS-00227" are numbered alike and are different things.
    let is_bare = |c: &KeyColumn<'_>| !is_text(c) || c.stem.is_empty();
    let may_be_same = is_bare(left) || is_bare(right) || same_stem(&left.stem, &right.stem);
    if is_weak && may_be_same && is_numbered(left) && is_numbered(right) {
        try_form(sides, places, KeyForm::TrailingNumber, 0.3, &mut best).await;
    }
    if is_text(left) && is_text(right) && is_alike && (left.is_marked || right.is_marked) && !is_full(&best) {
        try_bare(sides, places, &mut best).await;
    }
    let is_weak = best.as_ref().is_none_or(|e| e.overlap.left_rows_frac.max(e.overlap.right_rows_frac) < 0.3);
    let may_be_headed = match (&left.head, &right.head) {
        (None, None) => false,
        (Some(a), Some(b)) => same_stem(a, b),
        _ => true,
    };
    if is_weak && may_be_headed && !(is_numbered(left) && is_numbered(right)) {
        try_form(sides, places, KeyForm::LastPart, 0.3, &mut best).await;
    }
    best
}

/// Without accents and signs, as long as that makes no two keys of a side one.
async fn try_bare(sides: (&KeyColumn<'_>, &KeyColumn<'_>), places: (usize, usize), best: &mut Option<Evidence>) {
    for column in [sides.0, sides.1] {
        let (plain, folded) =
            (column.sketch(KeyForm::Bare, Reading::AsIs).await, column.sketch(KeyForm::Folded, Reading::AsIs).await);
        let (Some(plain), Some(folded)) = (plain, folded) else { return };
        if plain.n_distinct() < 0.97 * folded.n_distinct() {
            return;
        }
    }
    try_form(sides, places, KeyForm::Bare, 0.05, best).await;
}

/// Joins of two tables worth counting, best first.
pub(super) async fn propose_joins(left: &TableKeys<'_>, right: &TableKeys<'_>) -> Vec<Proposal> {
    let mut evidence = Vec::new();
    for (l, a) in left.columns.iter().enumerate() {
        for (r, b) in right.columns.iter().enumerate() {
            evidence.extend(compare(a, b, (l, r)).await.filter(|e| e.overlap.n_common >= 2));
            give_way().await;
        }
    }
    let mut found: Vec<Proposal> = Vec::new();
    for e in &evidence {
        found.extend(weigh(e, left, right).await);
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    if found.first().is_none_or(|p| p.confidence < 0.6) {
        found.extend(propose_composite(&evidence, left, right).await);
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    }
    without_rivals(found, &Rivals { left, right }).await
}

/// How likely it is that two columns mean the same, and which table looks up the other.
async fn weigh(e: &Evidence, left: &TableKeys<'_>, right: &TableKeys<'_>) -> Option<Proposal> {
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
    let names = if e.form == KeyForm::TrailingNumber && same_stem(&a.stem, &b.stem) { names.max(0.8) } else { names };
    let both_numbered = (a.class == Class::Integer && b.class == Class::Integer) || e.form == KeyForm::TrailingNumber;
    let mut chance = 0.0;
    let mut names = names;
    let mut is_told_by_cells = false;
    if both_numbered {
        if is_measure(a.name) || is_measure(b.name) {
            return None;
        }
        let (lookup, asking) = if swapped { (a, b) } else { (b, a) };
        if names == 0.0 {
            let (lookup_table, asked) = if swapped { (left, b.name) } else { (right, a.name) };
            is_told_by_cells = names_an_id(asked) && lookup_table.mentions(&words(asked));
            names = if is_told_by_cells { 0.5 } else { 0.0 };
        }
        let lookup_density = if e.form == KeyForm::TrailingNumber { 1.0 } else { lookup.density().await };
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
        KeyForm::Bare => 0.94,
        KeyForm::LastPart => 0.9,
    };
    if is_told_by_cells {
        confidence *= 0.8;
    }
    if uniqueness < 1.0 {
        confidence *= 0.9;
    }
    if o.n_common < 4 && names < 0.5 {
        confidence *= 0.8;
    }
    if a.class == Class::Temporal || b.class == Class::Temporal {
        confidence *= 0.75;
    }
    // Nearly every row finds exactly one partner, and not by chance.
    let is_certain = match e.form {
        KeyForm::TrailingNumber => matched >= 0.999 && names >= 0.5,
        KeyForm::Day => false,
        _ => matched >= 0.95 && (!both_numbered || names > 0.0),
    };
    let is_code = a.ends_in_digits && b.ends_in_digits && same_stem(&a.stem, &b.stem);
    let is_temporal = a.class == Class::Temporal || b.class == Class::Temporal;
    if is_certain
        && !is_temporal
        && !is_told_by_cells
        && uniqueness >= 0.999
        && (o.n_common >= 4 || names >= 0.5 || is_code)
    {
        confidence = confidence.max(CERTAIN + 0.05 * found);
    }
    let (l, r) = if swapped { (b.name, a.name) } else { (a.name, b.name) };
    let keys = vec![KeyPair { left: l.to_owned(), right: r.to_owned(), form: e.form }];
    Some(Proposal { is_union: false, swapped, keys, confidence, reason: String::new(), runner_up: None })
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
