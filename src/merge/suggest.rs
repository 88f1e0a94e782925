//! Proposes merges: compares the values of all columns of all tables, weighs what was found, and
//! counts the best on all rows.

use super::accept::{SURE_OF_PARTS, is_series};
use super::describe::form_words;
use super::double::double_counted;
use super::layout::first_part;
use super::matches::{Counts, Matches, examples};
use super::suggest_column::{MAX_HASHES, TableKeys};
use super::suggest_pairs::{Proposal, propose_joins};
use super::suggest_union::propose_union;
use super::{By, Cardinality, DeclaredJoin, KeyForm, KeyPair, MergeSuggestion};
use crate::base::wording::{format_count, list, plural};
use crate::base::{FingerprintBuilder, NodeId, at_once, give_way, natural_order};
use crate::table::Table;
use std::cell::Cell;
use std::rc::Rc;

/// Tables compared with each other.
const MAX_TABLES: usize = 64;
/// Proposals counted on all rows.
const MAX_COUNTED: usize = 40;
/// What is less likely than this is not worth a look.
const LEAST_CONFIDENCE: f64 = 0.4;
/// Confidence of what a source declares: above all that is found from values.
const DECLARED: f64 = 0.991;
/// Declared joins counted on all rows.
const MAX_DECLARED: usize = 100;

/// Joins and unions between the named tables, best first, without those rejected (by id).
///
/// Found from the values: how many keys the two sides share, as they are and in each
/// [`KeyForm`], and whether a side lists each key once. Names only add a little. Counts are those
/// of all rows.
///
/// Of the union of a series, the side whose name comes first is the left one, and such unions come in the
/// order of their names: what becomes of monthly exports does not hang on which of them was read first.
pub fn suggest(inputs: &[(NodeId, &str, &Table)], rejected: &[String]) -> Vec<MergeSuggestion> {
    at_once(suggest_in_slices(inputs, &[], rejected))
}

/// The same in slices, which gives way after each column, pair of columns and count, with the joins that
/// the sources declare before all others. These are counted as well: a declaration that no row keeps to
/// is no proposal.
pub async fn suggest_in_slices(
    inputs: &[(NodeId, &str, &Table)],
    declared: &[DeclaredJoin],
    rejected: &[String],
) -> Vec<MergeSuggestion> {
    let mut out = count_declared(inputs, declared, rejected).await;
    let found = from_values(inputs, rejected).await;
    let is_new = |s: &MergeSuggestion| out.iter().all(|known| !says_the_same(known, s));
    let found: Vec<MergeSuggestion> = found.into_iter().filter(is_new).collect();
    out.extend(found);
    out
}

async fn count_declared(
    inputs: &[(NodeId, &str, &Table)],
    declared: &[DeclaredJoin],
    rejected: &[String],
) -> Vec<MergeSuggestion> {
    let side = |node: NodeId| inputs.iter().find(|(n, ..)| *n == node).copied();
    let mut out = Vec::new();
    for join in declared.iter().take(MAX_DECLARED) {
        let pair = |(left, right): &(String, String)| KeyPair {
            left: left.clone(),
            right: right.clone(),
            form: KeyForm::Exact,
        };
        let keys: Vec<KeyPair> = join.columns.iter().map(pair).collect();
        if rejected.contains(&proposal_id(join.left, join.right, false, &keys)) {
            continue;
        }
        let (Some(left), Some(right)) = (side(join.left), side(join.right)) else { continue };
        let proposal =
            Proposal { is_union: false, swapped: false, keys, confidence: 0.0, reason: String::new(), runner_up: None };
        let Some(mut suggestion) = count(proposal, left, right).await else { continue };
        // The other side no longer lists its keys once, as after a merge: then the values have to tell.
        if suggestion.fan_out > 1 {
            continue;
        }
        let n_left = suggestion.n_matched + suggestion.n_left_only;
        suggestion.confidence = DECLARED + 0.008 * suggestion.n_matched as f64 / n_left.max(1) as f64;
        let mut counted = suggestion.reason.chars();
        let first = counted.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        suggestion.reason = format!("Declared in the database: {first}{}", counted.as_str());
        out.push(suggestion);
        give_way().await;
    }
    out.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    out
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
async fn from_values(inputs: &[(NodeId, &str, &Table)], rejected: &[String]) -> Vec<MergeSuggestion> {
    let inputs = inputs.get(..inputs.len().min(MAX_TABLES)).unwrap_or(inputs);
    let parts: Vec<String> = inputs.iter().map(|(_, name, table)| first_part(name, table)).collect();
    let mut tables: Vec<TableKeys<'_>> = Vec::new();
    let room = Rc::new(Cell::new(MAX_HASHES));
    for (_, name, table) in inputs {
        tables.push(TableKeys::read(name, table, &room).await);
    }
    let mut proposals: Vec<(NodeId, NodeId, usize, usize, Proposal)> = Vec::new();
    for (i, (left_node, ..)) in inputs.iter().enumerate() {
        for (j, (right_node, ..)) in inputs.iter().enumerate().skip(i + 1) {
            let (Some(left), Some(right)) = (tables.get(i), tables.get(j)) else { continue };
            let mut found = propose_joins(left, right).await;
            let is_later =
                parts.get(i).zip(parts.get(j)).is_some_and(|(a, b)| is_series(a, b) && natural_order(a, b).is_gt());
            found.extend(match is_later {
                false => propose_union(left, right).await,
                true => propose_union(right, left).await.map(|p| Proposal { swapped: true, ..p }),
            });
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
    proposals.retain(|(left, right, .., p)| !is_rejected(rejected, *left, *right, p));
    // Stable: equals stay in the order of the inputs.
    proposals.sort_by(|a, b| b.4.confidence.total_cmp(&a.4.confidence));
    proposals.truncate(MAX_COUNTED);
    let mut out: Vec<MergeSuggestion> = Vec::new();
    for (left_node, right_node, i, j, proposal) in proposals {
        let (Some((_, left_name, left)), Some((_, right_name, right))) = (inputs.get(i), inputs.get(j)) else {
            continue;
        };
        let counted = count(proposal, (left_node, left_name, left), (right_node, right_name, right)).await;
        out.extend(counted.filter(|s| s.confidence >= LEAST_CONFIDENCE));
        give_way().await;
    }
    out.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let part_of = |node: NodeId| inputs.iter().position(|(n, ..)| *n == node).and_then(|at| parts.get(at));
    in_order_of_names(&mut out, &|s: &MergeSuggestion| (part_of(s.left), part_of(s.right)));
    out
}

/// Likely unions of series change places among each other, so that they come in the order of their names.
fn in_order_of_names<'a>(
    found: &mut [MergeSuggestion],
    parts: &impl Fn(&MergeSuggestion) -> (Option<&'a String>, Option<&'a String>),
) {
    let is_likely = |s: &MergeSuggestion| {
        let is_ordered = matches!(parts(s), (Some(a), Some(b)) if is_series(a, b));
        s.is_union && s.confidence >= SURE_OF_PARTS && is_ordered
    };
    let places: Vec<usize> = found.iter().enumerate().filter(|(_, s)| is_likely(s)).map(|(at, _)| at).collect();
    let mut unions: Vec<MergeSuggestion> = found.iter().filter(|s| is_likely(s)).cloned().collect();
    let order = |a: Option<&String>, b: Option<&String>| {
        natural_order(a.map_or("", String::as_str), b.map_or("", String::as_str))
    };
    unions.sort_by(|a, b| {
        let ((a_left, a_right), (b_left, b_right)) = (parts(a), parts(b));
        order(a_left, b_left).then_with(|| order(a_right, b_right))
    });
    for (at, union) in places.into_iter().zip(unions) {
        if let Some(place) = found.get_mut(at) {
            *place = union;
        }
    }
}

/// A union that was turned down stays so, whichever side came first then.
fn is_rejected(rejected: &[String], left: NodeId, right: NodeId, proposal: &Proposal) -> bool {
    let turned: Vec<KeyPair> =
        proposal.keys.iter().map(|k| KeyPair { left: k.right.clone(), right: k.left.clone(), form: k.form }).collect();
    rejected.contains(&proposal_id(left, right, proposal.is_union, &proposal.keys))
        || (proposal.is_union && rejected.contains(&proposal_id(right, left, true, &turned)))
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
        KeyForm::Bare => "bare",
        KeyForm::LastPart => "last_part",
    }
}

type Side<'a> = (NodeId, &'a str, &'a Table);

async fn count(proposal: Proposal, left: Side<'_>, right: Side<'_>) -> Option<MergeSuggestion> {
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
        cardinality: Cardinality::default(),
        runner_up: proposal.runner_up.as_deref().map(runner_up_words),
        double_counted: Vec::new(),
        left_only_examples: Vec::new(),
        right_only_examples: Vec::new(),
    };
    if suggestion.is_union {
        return Some(suggestion);
    }
    // A key that cannot be read is no key to propose.
    let matches = Matches::find(By::from(&suggestion.keys), (left_name, left), (right_name, right)).await.ok()?;
    let counts = matches.counts().await;
    if counts.n_left_matched == 0 {
        return None;
    }
    suggestion.n_matched = counts.n_left_matched;
    suggestion.n_left_only = counts.n_left - counts.n_left_matched;
    suggestion.n_right_only = counts.n_right - counts.n_right_matched;
    suggestion.fan_out = counts.fan_out;
    suggestion.reason = reason(&suggestion.keys, left_name, right_name, &counts);
    suggestion.cardinality = counts.cardinality();
    suggestion.double_counted = double_counted(&suggestion.keys, left, right, &counts);
    suggestion.left_only_examples =
        examples(left, suggestion.keys.iter().map(|k| k.left.as_str()), matches.left_alone());
    let found = matches.right_found().await;
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

fn runner_up_words(keys: &[KeyPair]) -> String {
    let pair = |k: &KeyPair| if k.left == k.right { k.left.clone() } else { format!("{} = {}", k.left, k.right) };
    list(&keys.iter().map(pair).collect::<Vec<_>>())
}

fn repeats(n: u64) -> &'static str {
    if n == 1 { "repeats" } else { "repeat" }
}

#[cfg(test)]
mod tests;
