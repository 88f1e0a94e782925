//! Several joins proposed between the same two tables: which say the same in other words, which are
//! relations of their own, and which are not worth a question.

use super::KeyPair;
use super::matches::HashedMap;
use super::names::{affinity, is_attribute};
use super::suggest_column::{Class, TableKeys};
use super::suggest_composite::short_pair;
use super::suggest_pairs::{Proposal, readings_of};
use crate::base::give_way;

/// Joins proposed between two tables at most.
const MAX_KEPT: usize = 3;
/// Proposals looked at for that.
const MAX_RIVALS: usize = 12;
/// Rows that are asked for by both of two proposals.
const ASKED_ROWS: usize = 4_096;
/// Share of rows on which two proposals have to agree to be one.
const AGREEING: f64 = 0.25;
/// A relation of its own must be as good as this.
const LEAST_OF_ITS_OWN: f64 = 0.6;
/// How much less sure a second proposal may be, where it does not lead to the same column as the first.
const MAX_BEHIND: f64 = 0.15;

pub(super) struct Rivals<'a, 'b> {
    pub left: &'a TableKeys<'b>,
    pub right: &'a TableKeys<'b>,
}

/// What is left of the proposals between two tables, best first, each with the best of what gave way to it.
///
/// A row of `Invoice` finds the same customer by the id as by the address: that is one relation, proposed by
/// the id. `origin` and `dest` both find an airport, and not the same one: these are two.
pub(super) async fn without_rivals(mut found: Vec<Proposal>, tables: &Rivals<'_, '_>) -> Vec<Proposal> {
    found.truncate(MAX_RIVALS);
    let mut kept: Vec<Proposal> = Vec::new();
    for proposal in found {
        let Some(best) = kept.first() else {
            kept.push(proposal);
            continue;
        };
        if proposal.swapped != best.swapped {
            note_runner_up(&mut kept, 0, &proposal);
            continue;
        }
        let mut rival = None;
        for (at, known) in kept.iter().enumerate() {
            let asks_the_same = known.keys.iter().any(|a| proposal.keys.iter().any(|b| a.left == b.left));
            if asks_the_same || agreement(known, &proposal, tables).await >= AGREEING {
                rival = Some((at, asks_the_same));
                break;
            }
            give_way().await;
        }
        match rival {
            Some((at, asks_the_same)) => {
                if !asks_the_same && kept.get(at).is_some_and(|known| is_better_key(&proposal, known, tables)) {
                    replace(&mut kept, at, proposal);
                } else {
                    note_runner_up(&mut kept, at, &proposal);
                }
            }
            None => {
                let leads_to_the_same = kept.iter().any(|k| k.keys.iter().all(|a| has_right(&proposal, a)));
                let is_meant = !leads_to_the_same || is_named_after(&proposal, tables);
                let is_near = proposal.confidence > best.confidence - MAX_BEHIND;
                let is_worth_it = proposal.confidence >= LEAST_OF_ITS_OWN && leads_to_the_same;
                if kept.len() < MAX_KEPT && is_meant && (is_near || is_worth_it) {
                    kept.push(proposal);
                } else {
                    note_runner_up(&mut kept, 0, &proposal);
                }
            }
        }
    }
    kept
}

fn has_right(proposal: &Proposal, key: &KeyPair) -> bool {
    proposal.keys.iter().any(|k| k.right == key.right)
}

/// Numbers fit any range of numbers: a second relation has to be named after the column or the table that it
/// leads to. `home_team_id` is a team's; `PlaylistId` of `PlaylistTrack` is no track's.
fn is_named_after(proposal: &Proposal, tables: &Rivals<'_, '_>) -> bool {
    let (asking, lookup) = if proposal.swapped { (tables.right, tables.left) } else { (tables.left, tables.right) };
    proposal.keys.iter().all(|key| {
        let is_number = asking.key_column(&key.left).is_some_and(|c| c.class == Class::Integer);
        !is_number || affinity(("", &key.left), (lookup.name, &key.right)) > 0.0
    })
}

fn note_runner_up(kept: &mut [Proposal], at: usize, proposal: &Proposal) {
    if let Some(known) = kept.get_mut(at) {
        known.runner_up.get_or_insert_with(|| proposal.keys.clone());
    }
}

/// The two support each other: the better key is as sure as the surer one.
fn replace(kept: &mut [Proposal], at: usize, proposal: Proposal) {
    if let Some(known) = kept.get_mut(at) {
        let confidence = known.confidence.max(proposal.confidence);
        let runner_up = Some(std::mem::take(&mut known.keys));
        *known = Proposal { confidence, runner_up, ..proposal };
    }
}

/// An id where the other is an address, a title or a postal code.
fn is_better_key(proposal: &Proposal, known: &Proposal, tables: &Rivals<'_, '_>) -> bool {
    let rank = |p: &Proposal| {
        let lookup = if p.swapped { tables.left } else { tables.right };
        let is_wordy = |k: &KeyPair| lookup.columns.iter().any(|c| c.name == k.right && c.is_wordy);
        match () {
            () if p.keys.iter().any(is_wordy) => 0,
            () if p.keys.iter().any(|k| is_attribute(&k.right)) => 1,
            () => 2,
        }
    };
    rank(proposal) > rank(known) && proposal.confidence >= known.confidence - MAX_BEHIND
}

/// The share of the rows that find a partner by both proposals and find the same one.
async fn agreement(a: &Proposal, b: &Proposal, tables: &Rivals<'_, '_>) -> f64 {
    let (Some((asked_a, keys_a)), Some((asked_b, keys_b))) = (hashes(a, tables).await, hashes(b, tables).await) else {
        return 0.0;
    };
    // What is asked for, and then the rows that answer: few keys, however long the other table is.
    let step = asked_a.len() / ASKED_ROWS + 1;
    let asked = || asked_a.iter().zip(&asked_b).step_by(step).filter(|(a, b)| **a != 0 && **b != 0);
    let mut by_a: HashedMap<u64, Option<u64>> = asked().map(|(a, _)| (*a, None)).collect();
    let mut has_b: HashedMap<u64, bool> = asked().map(|(_, b)| (*b, false)).collect();
    for (key_a, key_b) in keys_a.iter().zip(&keys_b) {
        if let Some(found) = by_a.get_mut(key_a) {
            found.get_or_insert(*key_b);
        }
        if let Some(found) = has_b.get_mut(key_b) {
            *found = true;
        }
    }
    let both = asked().filter(|(_, b)| has_b.get(b).copied().unwrap_or(false));
    let found: Vec<bool> = both.filter_map(|(a, b)| by_a.get(a)?.map(|own| own == *b)).collect();
    found.iter().filter(|same| **same).count() as f64 / found.len().max(1) as f64
}

/// The keys of a proposal on its left and on its right, 0 where there is none.
async fn hashes(proposal: &Proposal, tables: &Rivals<'_, '_>) -> Option<(Vec<u64>, Vec<u64>)> {
    let (asking, lookup) = if proposal.swapped { (tables.right, tables.left) } else { (tables.left, tables.right) };
    let mut all: Option<(Vec<u64>, Vec<u64>)> = None;
    for key in &proposal.keys {
        let (l, r) = (asking.key_column(&key.left)?, lookup.key_column(&key.right)?);
        let (l_reading, r_reading) = readings_of(key.form, l, r);
        let (l, r) = (l.hashes(key.form, l_reading).await?, r.hashes(key.form, r_reading).await?);
        let both = |all: Vec<u64>, more: &[u64]| all.into_iter().zip(more).map(|(a, b)| short_pair(a, *b)).collect();
        all = Some(match all {
            None => (l.to_vec(), r.to_vec()),
            Some((left, right)) => (both(left, &l), both(right, &r)),
        });
    }
    all
}
