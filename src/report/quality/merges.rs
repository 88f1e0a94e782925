//! What became of the rows of both sides of each merge.

use super::{Judged, MANY, Merged, few, item};
use crate::base::wording::{format_count, plural, raw_words};
use crate::merge::MergeKind;
use crate::report::{QualityItem, State, Target};

/// More of the rows than this, left out because they found no partner: results cannot be relied on.
const STOP_SHARE: f64 = 0.5;

/// What came of a merge, by what it was for: rows left out by design are no gap.
pub(super) fn merged(merge: &Merged, judged: &Judged<'_>) -> Vec<QualityItem> {
    let Merged { kind, left, right, outcome: o, .. } = merge;
    let mut items = Vec::new();
    let mut add = |state: State, text: String, formula: &str, n_rows: u64| {
        items.push(item(state, text, formula, n_rows, Target::Merge(merge.id)));
    };
    let (all_left, all_right) = (plural(o.n_left, "row", "rows"), plural(o.n_right, "row", "rows"));
    let was = |n: u64| if n == 1 { "was" } else { "were" };
    if *kind == MergeKind::Union {
        let alone = |input: &String| {
            let columns = judged.given_by(input)?;
            Some(format!("; only {input} has {columns}"))
        };
        let alone: String = [left, right].into_iter().filter_map(alone).collect();
        let text = format!("{all_left} of {left} and {all_right} of {right} stand below each other{alone}");
        add(State::Fine, text, "All rows of the first, and below them all rows of the second.", o.n_rows);
        return items;
    }
    if *kind == MergeKind::Anti {
        let are = if o.n_left_only == 1 { "is" } else { "are" };
        let n = format_count(o.n_left_only);
        let text = format!("{n} of {all_left} of {left} {are} not in {right}, and kept");
        add(State::Fine, text, "Rows on the first side whose key is not on the second.", o.n_left_only);
        return items;
    }
    let is_left_out = matches!(kind, MergeKind::Inner | MergeKind::Semi);
    if o.n_left > 0 && o.n_left_only > 0 {
        let share = o.n_left_only as f64 / o.n_left as f64;
        // Where all rows stay, or finding a partner is what was asked for, nothing that matters is lost.
        let is_lost = *kind == MergeKind::Inner && share > STOP_SHARE;
        let state = if is_lost { State::Stop } else { State::Attention };
        let examples = examples(&o.left_only_examples);
        let so = match (is_left_out, o.n_left_only) {
            (false, _) => "",
            (true, 1) => " and is left out",
            (true, _) => " and are left out",
        };
        let empty = if is_left_out { String::new() } else { empty_there(judged, right) };
        let text = format!(
            "{} of {all_left} of {left} found no partner in {right}{so}{examples}{empty}",
            format_count(o.n_left_only)
        );
        add(state, text, "Rows on the first side whose key is not on the second.", o.n_left_only);
    } else if o.n_left_matched > 0 {
        let text = match o.n_left {
            1 => format!("The one row of {left} found its partner in {right}"),
            _ => format!("All {all_left} of {left} found their partner in {right}"),
        };
        add(State::Fine, text, "Rows on the first side whose key is on the second.", o.n_left_matched);
    }
    if o.n_right_only > 0 && *kind != MergeKind::Semi {
        let share = o.n_right_only as f64 / o.n_right.max(1) as f64;
        let state = if share > MANY { State::Attention } else { State::Fine };
        let examples = examples(&o.right_only_examples);
        let n = format_count(o.n_right_only);
        let text = if *kind == MergeKind::Full {
            format!("{n} of {all_right} of {right} found no partner in {left}{examples}{}", empty_there(judged, left))
        } else {
            format!("{n} of {all_right} of {right} {} not used{examples}", was(o.n_right_only))
        };
        add(state, text, "Rows on the second side whose key is not on the first.", o.n_right_only);
    }
    if o.n_left_multiplied > 0 && *kind != MergeKind::Semi {
        let (appear, rows) = match o.n_left_multiplied {
            1 => ("appears", plural(1, "row", "rows")),
            n => ("appear", plural(n, "row", "rows")),
        };
        let up_to = format_count(o.fan_out);
        add(
            State::Attention,
            format!(
                "{rows} of {left} found more than one partner in {right} (up to {up_to}) and now {appear} several times"
            ),
            "Rows on the first side whose key is on the second more than once.",
            o.n_left_multiplied,
        );
    }
    items
}

/// "; lot and operator are empty there".
fn empty_there(judged: &Judged<'_>, input: &str) -> String {
    let n_columns = judged.absences.iter().find(|a| a.input == input).map_or(0, |a| a.columns.len());
    let are = if n_columns == 1 { "is" } else { "are" };
    judged.given_by(input).map_or(String::new(), |columns| format!("; {columns} {are} empty there"))
}

fn examples(keys: &[String]) -> String {
    let said: Vec<String> = keys.iter().take(3).map(|key| raw_words(key)).collect();
    if said.is_empty() { String::new() } else { format!(", such as {}", few(&said)) }
}
