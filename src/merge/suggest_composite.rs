//! Keys of two or three columns: a well within a plate, a sample within a plate within a run.

use super::key::hash_pair;
use super::matches::HashedMap;
use super::names::{affinity, is_measure, is_same};
use super::sketch::is_kept;
use super::suggest_column::{Class, TableKeys};
use super::suggest_pairs::{Evidence, LOOKUP_UNIQUENESS, Proposal, readings_of};
use super::{KeyForm, KeyPair};
use crate::base::give_way;
use std::rc::Rc;

/// Pairs of columns tried together.
const MAX_PARTS: usize = 6;
/// About how many rows of either side are compared.
const SAMPLED_ROWS: u64 = 1 << 13;
/// Share of different keys at which a side lists each key once.
const LISTS: f64 = 0.98;

/// One pair of columns, with the hashes of both sides in the rows that are compared.
struct Part {
    key: KeyPair,
    score: f64,
    left: Rc<Vec<u64>>,
    right: Rc<Vec<u64>>,
    /// Different keys for each row, of either side.
    uniqueness: (f64, f64),
}

/// The best of the keys of two columns; of three where no two tell the rows of a side apart.
pub(super) async fn propose_composite(
    evidence: &[Evidence],
    left: &TableKeys<'_>,
    right: &TableKeys<'_>,
) -> Option<Proposal> {
    let parts = read_parts(&likely_parts(evidence, left, right), left, right).await?;
    let mut best: Option<Proposal> = None;
    for (i, first) in parts.iter().enumerate() {
        for second in parts.iter().skip(i + 1) {
            consider(&mut best, &[first, second], left, right);
            give_way().await;
        }
    }
    if best.is_some() {
        return best;
    }
    for (i, first) in parts.iter().enumerate() {
        for (j, second) in parts.iter().enumerate().skip(i + 1) {
            for third in parts.iter().skip(j + 1) {
                consider(&mut best, &[first, second, third], left, right);
                give_way().await;
            }
        }
    }
    best
}

/// Pairs of columns that share values and mean the same, but tell the rows of neither side apart.
fn likely_parts<'e>(evidence: &'e [Evidence], left: &TableKeys<'_>, right: &TableKeys<'_>) -> Vec<(&'e Evidence, f64)> {
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
    parts
}

async fn read_parts(likely: &[(&Evidence, f64)], left: &TableKeys<'_>, right: &TableKeys<'_>) -> Option<Vec<Part>> {
    if likely.len() < 2 {
        return None;
    }
    let mut parts = Vec::new();
    for (e, score) in likely {
        let (a, b) = (left.columns.get(e.left)?, right.columns.get(e.right)?);
        let key = KeyPair { left: a.name.to_owned(), right: b.name.to_owned(), form: e.form };
        let (l_reading, r_reading) = readings_of(e.form, a, b);
        let (l, r) = (a.hashes(e.form, l_reading).await?, b.hashes(e.form, r_reading).await?);
        let uniqueness = (e.left_uniqueness, e.right_uniqueness);
        parts.push(Part { key, score: *score, left: l, right: r, uniqueness });
    }
    Some(parts)
}

fn consider(best: &mut Option<Proposal>, parts: &[&Part], left: &TableKeys<'_>, right: &TableKeys<'_>) {
    let columns_differ = parts
        .iter()
        .enumerate()
        .all(|(i, a)| parts.iter().skip(i + 1).all(|b| a.key.left != b.key.left && a.key.right != b.key.right));
    let tells_apart = could_list(parts, left.table.n_rows(), |p| p.uniqueness.0)
        || could_list(parts, right.table.n_rows(), |p| p.uniqueness.1);
    let Some(proposal) = (columns_differ && tells_apart).then(|| weigh(parts, left, right)).flatten() else { return };
    if best.as_ref().is_none_or(|b| proposal.confidence > b.confidence) {
        *best = Some(proposal);
    }
}

/// Whether there are as many combinations of the parts' keys as a side has rows.
fn could_list(parts: &[&Part], n_rows: u64, uniqueness: impl Fn(&Part) -> f64) -> bool {
    let n_rows = n_rows as f64;
    let n_combinations: f64 = parts.iter().map(|p| uniqueness(p) * n_rows).product();
    n_combinations >= LISTS * 0.5 * n_rows
}

/// The keys of several parts together, in an even sample of the keys of the part that has most: rows of both
/// sides that belong together are in it on both. 0 where a part is missing.
fn sampled_keys(parts: &[&Part], level: u32, side: impl Fn(&Part) -> &[u64]) -> Vec<u64> {
    let uniqueness = |p: &Part| p.uniqueness.0.max(p.uniqueness.1);
    let Some(finest) = parts.iter().max_by(|a, b| uniqueness(a).total_cmp(&uniqueness(b))) else { return Vec::new() };
    let mut keys = Vec::new();
    for (row, sampled_by) in side(finest).iter().enumerate() {
        if !is_kept(*sampled_by, level) {
            continue;
        }
        let of_row = parts.iter().map(|p| side(p).get(row).copied().unwrap_or(0));
        keys.push(of_row.reduce(short_pair).unwrap_or(0));
    }
    keys
}

/// Two short hashes as one; 0 where either is missing.
pub(super) fn short_pair(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 { 0 } else { (hash_pair(u128::from(a), u128::from(b)) >> 64) as u64 }
}

fn weigh(parts: &[&Part], left: &TableKeys<'_>, right: &TableKeys<'_>) -> Option<Proposal> {
    let n_rows = parts.iter().map(|p| p.left.len().max(p.right.len()) as u64).max()?;
    let level = (n_rows / SAMPLED_ROWS).checked_ilog2().map_or(0, |l| l + 1);
    let (l, r) = (sampled_keys(parts, level, |p| &p.left), sampled_keys(parts, level, |p| &p.right));
    let (left_keys, right_keys) = (keys_of(&l), keys_of(&r));
    let uniqueness = |keys: &HashedMap<u64, ()>, hashes: &[u64]| {
        let n = hashes.iter().filter(|h| **h != 0).count();
        if n == 0 { 0.0 } else { keys.len() as f64 / n as f64 }
    };
    let swapped = match (uniqueness(&left_keys, &l) >= LISTS, uniqueness(&right_keys, &r) >= LISTS) {
        (false, false) => return None,
        (true, false) => true,
        (false, true) => false,
        (true, true) => right.table.n_rows() > left.table.n_rows(),
    };
    let share = |hashes: &[u64], other: &HashedMap<u64, ()>| {
        let n = hashes.iter().filter(|h| **h != 0 && other.contains_key(h)).count();
        n as f64 / hashes.len().max(1) as f64
    };
    let matched = if swapped { share(&r, &left_keys) } else { share(&l, &right_keys) };
    if matched < 0.3 {
        return None;
    }
    let turned = |k: &KeyPair| match swapped {
        true => KeyPair { left: k.right.clone(), right: k.left.clone(), form: k.form },
        false => k.clone(),
    };
    let keys = parts.iter().map(|p| turned(&p.key)).collect();
    let score: f64 = parts.iter().map(|p| p.score).sum::<f64>() * 2.0 / parts.len().max(1) as f64;
    let confidence = (0.38 + 0.42 * matched + 0.05 * score.min(4.0)) * 0.95;
    Some(Proposal { is_union: false, swapped, keys, confidence, reason: String::new(), runner_up: None })
}

fn keys_of(hashes: &[u64]) -> HashedMap<u64, ()> {
    hashes.iter().filter(|h| **h != 0).map(|h| (*h, ())).collect()
}
