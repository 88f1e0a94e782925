//! Proposes merges: compares the values of all columns of all tables, weighs what was found, and
//! counts the best on all rows.

use super::describe::form_words;
use super::matches::{Counts, Matches, examples};
use super::suggest_column::TableKeys;
use super::suggest_pairs::{Proposal, propose_joins};
use super::suggest_union::propose_union;
use super::{DeclaredJoin, KeyForm, KeyPair, MergeSuggestion};
use crate::base::wording::{format_count, list, plural};
use crate::base::{FingerprintBuilder, NodeId};
use crate::table::Table;

/// Tables compared with each other.
const MAX_TABLES: usize = 24;
/// Proposals counted on all rows.
const MAX_COUNTED: usize = 40;
/// What is less likely than this is not worth a look.
const LEAST_CONFIDENCE: f64 = 0.4;
/// Confidence of what a source declares: above all that is found from values.
const DECLARED: f64 = 0.97;
/// Declared joins counted on all rows.
const MAX_DECLARED: usize = 100;

/// Joins and unions between the named tables, best first, without those rejected (by id).
///
/// Found from the values: how many keys the two sides share, as they are and in each
/// [`KeyForm`], and whether a side lists each key once. Names only add a little. Counts are those
/// of all rows.
pub fn suggest(inputs: &[(NodeId, &str, &Table)], rejected: &[String]) -> Vec<MergeSuggestion> {
    suggest_with(inputs, &[], rejected)
}

/// The same, with the joins that the sources declare before all others. These are counted as well: a
/// declaration that no row keeps to is no proposal.
pub fn suggest_with(
    inputs: &[(NodeId, &str, &Table)],
    declared: &[DeclaredJoin],
    rejected: &[String],
) -> Vec<MergeSuggestion> {
    let mut out = count_declared(inputs, declared, rejected);
    let found = from_values(inputs, rejected);
    let is_new = |s: &MergeSuggestion| out.iter().all(|known| !says_the_same(known, s));
    let found: Vec<MergeSuggestion> = found.into_iter().filter(is_new).collect();
    out.extend(found);
    out.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    out
}

fn count_declared(
    inputs: &[(NodeId, &str, &Table)],
    declared: &[DeclaredJoin],
    rejected: &[String],
) -> Vec<MergeSuggestion> {
    let side = |node: NodeId| inputs.iter().find(|(n, ..)| *n == node).copied();
    let count_one = |join: &DeclaredJoin| {
        let pair = |(left, right): &(String, String)| KeyPair {
            left: left.clone(),
            right: right.clone(),
            form: KeyForm::Exact,
        };
        let keys: Vec<KeyPair> = join.columns.iter().map(pair).collect();
        if rejected.contains(&proposal_id(join.left, join.right, false, &keys)) {
            return None;
        }
        let proposal = Proposal { is_union: false, swapped: false, keys, confidence: 0.0, reason: String::new() };
        let mut suggestion = count(proposal, side(join.left)?, side(join.right)?)?;
        // The other side no longer lists its keys once, as after a merge: then the values have to tell.
        if suggestion.fan_out > 1 {
            return None;
        }
        let n_left = suggestion.n_matched + suggestion.n_left_only;
        suggestion.confidence = DECLARED + 0.02 * suggestion.n_matched as f64 / n_left.max(1) as f64;
        let mut counted = suggestion.reason.chars();
        let first = counted.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        suggestion.reason = format!("Declared in the database: {first}{}", counted.as_str());
        Some(suggestion)
    };
    declared.iter().take(MAX_DECLARED).filter_map(count_one).collect()
}

/// The same columns of the same tables, whichever is on the left.
fn says_the_same(a: &MergeSuggestion, b: &MergeSuggestion) -> bool {
    let columns = |s: &MergeSuggestion, is_turned: bool| {
        let pair =
            |k: &KeyPair| if is_turned { (k.right.clone(), k.left.clone()) } else { (k.left.clone(), k.right.clone()) };
        let mut pairs: Vec<(String, String)> = s.keys.iter().map(pair).collect();
        pairs.sort();
        pairs
    };
    let is_turned = (a.left, a.right) == (b.right, b.left);
    a.is_union == b.is_union
        && (is_turned || (a.left, a.right) == (b.left, b.right))
        && columns(a, false) == columns(b, is_turned)
}

/// Found from the values of the tables alone.
fn from_values(inputs: &[(NodeId, &str, &Table)], rejected: &[String]) -> Vec<MergeSuggestion> {
    let inputs = inputs.get(..inputs.len().min(MAX_TABLES)).unwrap_or(inputs);
    let tables: Vec<TableKeys<'_>> = inputs.iter().map(|(_, name, table)| TableKeys::read(name, table)).collect();
    let mut proposals: Vec<(NodeId, NodeId, usize, usize, Proposal)> = Vec::new();
    for (i, (left_node, ..)) in inputs.iter().enumerate() {
        for (j, (right_node, ..)) in inputs.iter().enumerate().skip(i + 1) {
            let (Some(left), Some(right)) = (tables.get(i), tables.get(j)) else { continue };
            let mut found = propose_joins(left, right);
            found.extend(propose_union(left, right));
            for proposal in found {
                if proposal.confidence < LEAST_CONFIDENCE {
                    continue;
                }
                if proposal.swapped {
                    proposals.push((*right_node, *left_node, j, i, proposal));
                } else {
                    proposals.push((*left_node, *right_node, i, j, proposal));
                }
            }
        }
    }
    proposals.retain(|(left, right, .., p)| !rejected.contains(&proposal_id(*left, *right, p.is_union, &p.keys)));
    // Stable: equals stay in the order of the inputs.
    proposals.sort_by(|a, b| b.4.confidence.total_cmp(&a.4.confidence));
    proposals.truncate(MAX_COUNTED);
    let mut out: Vec<MergeSuggestion> = proposals
        .into_iter()
        .filter_map(|(left_node, right_node, i, j, proposal)| {
            let (_, left_name, left) = inputs.get(i)?;
            let (_, right_name, right) = inputs.get(j)?;
            count(proposal, (left_node, left_name, left), (right_node, right_name, right))
        })
        .filter(|s| s.confidence >= LEAST_CONFIDENCE)
        .collect();
    out.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    out
}

fn proposal_id(left: NodeId, right: NodeId, is_union: bool, keys: &[KeyPair]) -> String {
    let mut builder = FingerprintBuilder::default();
    builder.add_part(if is_union { "union" } else { "join" });
    builder.add_part(&left.to_string()).add_part(&right.to_string());
    for key in keys {
        builder.add_part(&key.left).add_part(&key.right).add_part(form_name(key.form));
    }
    builder.finish().short().to_owned()
}

fn form_name(form: KeyForm) -> &'static str {
    match form {
        KeyForm::Exact => "exact",
        KeyForm::Folded => "folded",
        KeyForm::Unpadded => "unpadded",
        KeyForm::TrailingNumber => "trailing_number",
        KeyForm::Day => "day",
    }
}

type Side<'a> = (NodeId, &'a str, &'a Table);

fn count(proposal: Proposal, left: Side<'_>, right: Side<'_>) -> Option<MergeSuggestion> {
    let ((left_node, left_name, left), (right_node, right_name, right)) = (left, right);
    let id = proposal_id(left_node, right_node, proposal.is_union, &proposal.keys);
    let mut suggestion = MergeSuggestion {
        id,
        is_union: proposal.is_union,
        left: left_node,
        right: right_node,
        left_name: left_name.to_owned(),
        right_name: right_name.to_owned(),
        keys: proposal.keys,
        n_matched: left.n_rows() + right.n_rows(),
        n_left_only: 0,
        n_right_only: 0,
        fan_out: 1,
        confidence: proposal.confidence.clamp(0.0, 0.99),
        reason: proposal.reason,
        left_only_examples: Vec::new(),
        right_only_examples: Vec::new(),
    };
    if suggestion.is_union {
        return Some(suggestion);
    }
    // A key that cannot be read is no key to propose.
    let matches = Matches::find(&suggestion.keys, (left_name, left), (right_name, right)).ok()?;
    let counts = matches.counts();
    if counts.n_left_matched == 0 {
        return None;
    }
    suggestion.n_matched = counts.n_left_matched;
    suggestion.n_left_only = counts.n_left - counts.n_left_matched;
    suggestion.n_right_only = counts.n_right - counts.n_right_matched;
    suggestion.fan_out = counts.fan_out;
    suggestion.reason = reason(&suggestion.keys, left_name, right_name, &counts);
    suggestion.left_only_examples =
        examples(left, suggestion.keys.iter().map(|k| k.left.as_str()), matches.left_alone());
    let found = matches.right_found();
    let right_alone = found.iter().enumerate().filter(|(_, f)| !**f).map(|(row, _)| row as u64);
    suggestion.right_only_examples = examples(right, suggestion.keys.iter().map(|k| k.right.as_str()), right_alone);
    Some(suggestion)
}

/// "9,412 of 9,600 rows of runs have a plate in plates, where every plate is listed once".
fn reason(keys: &[KeyPair], left_name: &str, right_name: &str, counts: &Counts) -> String {
    let n = counts.n_left_matched;
    let rows = if n == counts.n_left {
        if n == 1 { "The one row".to_owned() } else { format!("All {} rows", format_count(n)) }
    } else {
        format!("{} of {}", format_count(n), plural(counts.n_left, "row", "rows"))
    };
    let verb = if n == 1 { "has" } else { "have" };
    let lefts: Vec<String> = keys.iter().map(|k| k.left.clone()).collect();
    let rights: Vec<String> = keys.iter().map(|k| k.right.clone()).collect();
    let (what, listed) = (list(&lefts), list(&rights));
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    let as_named = if lefts == rights { String::new() } else { format!(" (as {listed})") };
    let forms: Vec<&str> = keys.iter().filter_map(|k| form_words(k.form)).collect();
    let form = forms.first().map_or(String::new(), |words| format!(", {words}"));
    let repeated = counts.n_right_keyed - counts.n_right_keys.min(counts.n_right_keyed);
    let once = if repeated == 0 {
        format!("where every {listed} is listed once")
    } else {
        format!("where {} {} a {listed} listed before", plural(repeated, "row", "rows"), repeats(repeated))
    };
    format!("{rows} of {left_name} {verb} {article} {what} in {right_name}{as_named}{form}, {once}")
}

fn repeats(n: u64) -> &'static str {
    if n == 1 { "repeats" } else { "repeat" }
}

#[cfg(test)]
mod tests;
