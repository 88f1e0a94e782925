//! Columns of before and after: which came, went, or may only have another name, type or unit.

use super::look::{Likeness, Side, are_of_a_kind, compare_values};
use super::names::likeness;
use super::spec::{Candidate, ColumnDrift};
use crate::source::conversion::{conversion, is_same_unit};
use crate::table::{ColumnInfo, Table};

/// Candidates named for a missing column.
const MAX_CANDIDATES: usize = 3;
const LEAST_CONFIDENCE: f64 = 0.35;
/// Beyond so many columns on a side, only those of like names have their values compared.
const MAX_COMPARED: usize = 60;
/// Beyond that only names that are this much alike are looked at,
const LEAST_LIKENESS_IF_WIDE: f64 = 0.7;
/// and no more pairs than these: each takes a few milliseconds.
const MAX_WEIGHED: usize = 4_000;

/// What became of each column, those of before first, and whether those of both changed their order.
pub(super) fn compare_columns(before: &Table, after: &Table) -> (Vec<ColumnDrift>, bool) {
    let missing = only_in(before, after);
    let added = only_in(after, before);
    let mut found = missing_with_candidates(before, after, &missing, &added);
    for old in before.columns() {
        let Some(new) = after.column(&old.name) else { continue };
        found.extend(other_type(old, new, before.n_rows(), after.n_rows()));
        found.extend(other_unit(old, new));
    }
    found.extend(added.iter().map(|side| ColumnDrift::Added { column: side.info.name.clone() }));
    let order = |of: &Table, other: &Table| -> Vec<String> {
        of.columns().iter().filter(|c| other.column(&c.name).is_some()).map(|c| c.name.clone()).collect()
    };
    (found, order(before, after) != order(after, before))
}

fn only_in<'a>(table: &'a Table, other: &Table) -> Vec<Side<'a>> {
    let sides = table.columns().iter().enumerate().map(|(idx, info)| Side { table, idx, info });
    sides.filter(|side| other.column(&side.info.name).is_none()).collect()
}

fn other_type(old: &ColumnInfo, new: &ColumnInfo, n_before: u64, n_after: u64) -> Option<ColumnDrift> {
    // A column without values has no type to speak of.
    let has_values = old.n_missing < n_before && new.n_missing < n_after;
    let (column, before, after) = (old.name.clone(), old.column_type, new.column_type);
    (has_values && before != after).then_some(ColumnDrift::OtherType { column, before, after })
}

fn other_unit(old: &ColumnInfo, new: &ColumnInfo) -> Option<ColumnDrift> {
    let can_convert = match (&old.unit, &new.unit) {
        (None, None) => return None,
        (Some(a), Some(b)) if is_same_unit(a, b) => return None,
        (Some(a), Some(b)) => new.column_type.is_numeric() && conversion(b, a).is_some(),
        // Without a unit of its own the values may still be in the one of before.
        (Some(_), None) => true,
        (None, Some(_)) => false,
    };
    let (before, after) = (old.unit.clone(), new.unit.clone());
    Some(ColumnDrift::OtherUnit { column: old.name.clone(), before, after, can_convert })
}

struct Pair {
    missing: usize,
    added: usize,
    candidate: Candidate,
}

fn missing_with_candidates(
    before: &Table,
    after: &Table,
    missing: &[Side<'_>],
    added: &[Side<'_>],
) -> Vec<ColumnDrift> {
    let mut pairs: Vec<Pair> = Vec::new();
    let is_wide = missing.len() > MAX_COMPARED || added.len() > MAX_COMPARED;
    let mut n_weighed = 0;
    for (m, old) in missing.iter().enumerate() {
        let is_of_its_kind = |s: &&Side<'_>| are_of_a_kind(s.info.column_type, old.info.column_type);
        let is_alone =
            missing.iter().filter(is_of_its_kind).count() == 1 && added.iter().filter(is_of_its_kind).count() == 1;
        for (a, new) in added.iter().enumerate() {
            let name = likeness(&old.info.name, &new.info.name);
            if is_wide && (name < LEAST_LIKENESS_IF_WIDE || n_weighed == MAX_WEIGHED) {
                continue;
            }
            n_weighed += 1;
            let is_in_place = place(before, after, old.idx) == place(after, before, new.idx);
            let candidate = weigh(*old, *new, name, is_in_place, is_alone && is_of_its_kind(&new));
            pairs.extend(
                Some(Pair { missing: m, added: a, candidate }).filter(|p| p.candidate.confidence >= LEAST_CONFIDENCE),
            );
        }
    }
    pairs.sort_by(|x, y| y.candidate.confidence.total_cmp(&x.candidate.confidence));
    // The likeliest pairs first: what one missing column has, no other has.
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for pair in pairs.iter().filter(|p| p.candidate.confidence >= Candidate::LIKELY) {
        if taken.iter().all(|(m, a)| *m != pair.missing && *a != pair.added) {
            taken.push((pair.missing, pair.added));
        }
    }
    let columns = missing.iter().enumerate().map(|(m, side)| {
        let is_free = |p: &&Pair| p.missing == m && taken.iter().all(|(owner, a)| *a != p.added || *owner == m);
        let candidates = pairs.iter().filter(is_free).take(MAX_CANDIDATES).map(|p| p.candidate.clone()).collect();
        ColumnDrift::Missing { column: side.info.name.clone(), candidates }
    });
    columns.collect()
}

/// Where a column stands: the nearest column on the left that both tables have, and how far it is.
fn place<'a>(of: &'a Table, other: &Table, idx: usize) -> (Option<&'a str>, usize) {
    let before = of.columns().get(..idx).unwrap_or_default();
    let found = before.iter().rev().map(|c| c.name.as_str()).zip(1..).find(|(name, _)| other.column(name).is_some());
    found.map_or((None, idx), |(name, distance)| (Some(name), distance))
}

/// How likely a missing column goes by another name now.
fn weigh(old: Side<'_>, new: Side<'_>, name: f64, is_in_place: bool, is_alone: bool) -> Candidate {
    let values = compare_values(old, new);
    let place = if is_in_place { 0.15 } else { 0.0 };
    let alone = if is_alone { 0.2 } else { 0.0 };
    let mut confidence = 0.5 * name + 0.35 * values.score + place + alone * (0.3 + 0.7 * values.score);
    let is_same_kind = are_of_a_kind(old.info.column_type, new.info.column_type);
    if values.is_telling {
        confidence = confidence.max(0.55 + 0.25 * values.score + place);
    }
    if !is_same_kind {
        confidence *= 0.6;
    }
    if name >= 1.0 {
        confidence = confidence.max(if is_same_kind { 0.95 } else { 0.75 });
    }
    let confidence = (confidence.clamp(0.0, 0.98) * 100.0).round() / 100.0;
    Candidate { column: new.info.name.clone(), confidence, reason: reason(name, values, is_in_place, is_alone) }
}

fn reason(name: f64, values: Likeness, is_in_place: bool, is_alone: bool) -> String {
    let name = match name {
        n if n >= 1.0 => Some("the same name, written in another way"),
        n if n >= 0.5 => Some("alike in name"),
        _ => None,
    };
    let place = is_in_place.then_some("in the same place");
    let alone = is_alone.then_some("the only one of its kind");
    let words = [name.map(str::to_owned), values.reason, place.map(str::to_owned), alone.map(str::to_owned)];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
