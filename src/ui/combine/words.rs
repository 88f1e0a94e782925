//! Merges in words.

use crate::base::NodeId;
use crate::base::wording::{format_count, plural};
use crate::merge::{KeyForm, KeyPair, MergeKind, MergeOutcome, MergeSpec};
use crate::protocol::View;
use crate::ui::state::Answer;
use crate::workspace::Workspace;

pub const JOIN_KINDS: [MergeKind; 5] =
    [MergeKind::Left, MergeKind::Inner, MergeKind::Full, MergeKind::Semi, MergeKind::Anti];

/// The name in lists and saved choices.
pub fn kind_key(kind: MergeKind) -> &'static str {
    match kind {
        MergeKind::Union => "union",
        MergeKind::Left => "left",
        MergeKind::Inner => "inner",
        MergeKind::Full => "full",
        MergeKind::Semi => "semi",
        MergeKind::Anti => "anti",
    }
}

pub fn kind_of_key(key: &str) -> Option<MergeKind> {
    JOIN_KINDS.into_iter().chain([MergeKind::Union]).find(|k| kind_key(*k) == key)
}

/// "All rows of runs, with what is found in plates".
pub fn kind_words(kind: MergeKind, left: &str, right: &str) -> String {
    match kind {
        MergeKind::Union => format!("Rows of {right} below those of {left}"),
        MergeKind::Left => format!("All rows of {left}, with what is found in {right}"),
        MergeKind::Inner => format!("Only rows found in both {left} and {right}"),
        MergeKind::Full => format!("All rows of {left} and of {right}"),
        MergeKind::Semi => format!("Rows of {left} that are found in {right}"),
        MergeKind::Anti => format!("Rows of {left} that are not found in {right}"),
    }
}

pub fn kind_options(left: &str, right: &str) -> Vec<(String, String)> {
    JOIN_KINDS.into_iter().map(|k| (kind_key(k).to_owned(), kind_words(k, left, right))).collect()
}

/// In the order in which more and more of what is written does not count.
pub const FORMS: [KeyForm; 7] = [
    KeyForm::Exact,
    KeyForm::Folded,
    KeyForm::Unpadded,
    KeyForm::Bare,
    KeyForm::LastPart,
    KeyForm::TrailingNumber,
    KeyForm::Day,
];

pub fn form_key(form: KeyForm) -> &'static str {
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

pub fn form_words(form: KeyForm) -> &'static str {
    match form {
        KeyForm::Exact => "as written",
        KeyForm::Folded => "without case and punctuation",
        KeyForm::Unpadded => "without leading zeros",
        KeyForm::TrailingNumber => "by the number at the end",
        KeyForm::Day => "by day",
        KeyForm::Bare => "by letters and digits, without accents",
        KeyForm::LastPart => "by what follows the last sign",
    }
}

/// "plate = plate_id".
pub fn key_words(key: &KeyPair) -> String {
    if key.left == key.right { key.left.clone() } else { format!("{} = {}", key.left, key.right) }
}

/// A name for the outcome that SQL takes without quotes.
pub fn merge_name(left: &str, right: &str, kind: MergeKind) -> String {
    let middle = match kind {
        MergeKind::Union => "and",
        MergeKind::Anti => "without",
        _ => "with",
    };
    format!("{left}_{middle}_{right}")
}

/// What came of a merge, with the counts that matter for its kind.
pub fn outcome_words(spec: &MergeSpec, outcome: &MergeOutcome, left: &str, right: &str) -> String {
    let found = |n: u64, of: u64| format!("{} of {}", format_count(n), plural(of, "row", "rows"));
    match spec.kind {
        MergeKind::Union => format!(
            "{} of {left} and {} of {right} stand below each other.",
            plural(outcome.n_left, "row", "rows"),
            format_count(outcome.n_right)
        ),
        MergeKind::Anti => {
            format!("{} of {left} are not in {right} and were kept.", found(outcome.n_left_only, outcome.n_left))
        }
        _ => {
            let rest = match outcome.n_left_only {
                0 => String::new(),
                n => format!(" {} did not.", format_count(n)),
            };
            format!("{} of {left} found their match in {right}.{rest}", found(outcome.n_left_matched, outcome.n_left))
        }
    }
}

/// Where the rows of the outcome come from, where that needs saying.
pub fn rows_words(spec: &MergeSpec, outcome: &MergeOutcome, right: &str) -> Option<String> {
    let n_rows = plural(outcome.n_rows, "row", "rows");
    match spec.kind {
        MergeKind::Left | MergeKind::Inner | MergeKind::Full if outcome.n_left_multiplied > 0 => Some(format!(
            "{} found more than one match (up to {}), so the outcome has {n_rows}.",
            plural(outcome.n_left_multiplied, "row", "rows"),
            format_count(outcome.fan_out)
        )),
        MergeKind::Left | MergeKind::Inner if outcome.n_right_only > 0 => Some(format!(
            "The outcome has {n_rows}. {} of {right} found no match and are not in it.",
            plural(outcome.n_right_only, "row", "rows")
        )),
        _ => Some(format!("The outcome has {n_rows}.")),
    }
}

/// The node's rows after its recipe, where the engine has said so, else as read.
pub fn rows_of(workspace: &Workspace, nodes: &Answer, node: NodeId) -> Option<u64> {
    if let Some(View::Nodes(nodes)) = nodes.view()
        && let Some(found) = nodes.iter().find(|n| n.node == node)
    {
        return Some(found.n_rows);
    }
    match node {
        NodeId::Table(id) => workspace.table(id).map(|(_, t)| t.n_rows),
        NodeId::Merge(_) => None,
    }
}

/// What a merge that is still being written would find.
pub fn tried_words(kind: MergeKind, outcome: &MergeOutcome, left: &str, right: &str) -> String {
    if kind == MergeKind::Union {
        let n_rows = plural(outcome.n_left + outcome.n_right, "row", "rows");
        return format!("{n_rows} in the outcome.");
    }
    let side = |n: u64, of: u64, name: &str| format!("{} of {} of {name}", format_count(n), plural(of, "row", "rows"));
    let fan = match outcome.fan_out {
        0 | 1 => String::new(),
        n => format!(" One row of {left} finds up to {}.", format_count(n)),
    };
    format!(
        "{} and {} find a match.{fan}",
        side(outcome.n_left_matched, outcome.n_left, left),
        side(outcome.n_right_matched, outcome.n_right, right)
    )
}
