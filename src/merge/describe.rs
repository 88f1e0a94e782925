//! Merges in words.

use super::{KeyForm, KeyPair, MergeKind, MergeOutcome, MergeSpec, MergeSuggestion};
use crate::base::wording::{format_count, list, plural};

/// What a merge does, as one sentence: "All rows of runs, with what plates says about their plate".
pub fn describe(kind: MergeKind, keys: &[KeyPair], left_name: &str, right_name: &str) -> String {
    let by = by_words(keys);
    match kind {
        MergeKind::Union => format!("The rows of {left_name}, and below them the rows of {right_name}"),
        MergeKind::Left => format!("All rows of {left_name}, each with what {right_name} has for {by}"),
        MergeKind::Inner => format!("Rows of {left_name} and {right_name} that have {by} in common"),
        MergeKind::Full => format!("All rows of {left_name} and of {right_name}, side by side where they share {by}"),
        MergeKind::Semi => format!("Only rows of {left_name} that {right_name} also has, by {by}"),
        MergeKind::Anti => format!("Only rows of {left_name} that {right_name} does not have, by {by}"),
    }
}

/// "the same plate (ignoring case, spaces and punctuation) and well".
fn by_words(keys: &[KeyPair]) -> String {
    let parts: Vec<String> = keys
        .iter()
        .map(|key| {
            let name = if key.left == key.right { key.left.clone() } else { format!("{} = {}", key.left, key.right) };
            match form_words(key.form) {
                Some(words) => format!("{name} ({words})"),
                None => name,
            }
        })
        .collect();
    if parts.is_empty() { "no column yet".to_owned() } else { format!("the same {}", list(&parts)) }
}

/// What does not count when keys are compared, where that is anything.
pub(super) fn form_words(form: KeyForm) -> Option<&'static str> {
    match form {
        KeyForm::Exact => None,
        KeyForm::Folded => Some("ignoring case, spaces and punctuation"),
        KeyForm::Unpadded => Some("ignoring case, punctuation and leading zeros"),
        KeyForm::TrailingNumber => Some("comparing only the number at the end"),
        KeyForm::Day => Some("comparing the day"),
        KeyForm::Bare => Some("comparing letters and digits alone, without accents"),
        KeyForm::LastPart => Some("comparing only what follows the last sign"),
    }
}

/// What came of a merge, in whole sentences: "9,412 of 9,600 rows of runs found a partner in
/// plates. 188 did not."
pub fn describe_outcome(outcome: &MergeOutcome, left_name: &str, right_name: &str) -> String {
    let o = outcome;
    // A union's rows all count as matched, and none of them stand side by side.
    let is_union = o.n_left_only == 0 && o.n_right_only == 0 && o.n_rows == o.n_left + o.n_right && o.fan_out <= 1;
    if is_union && o.n_left > 0 && o.n_right > 0 {
        return format!(
            "{} of {left_name} and {} of {right_name}: {} in all.",
            plural(o.n_left, "row", "rows"),
            format_count(o.n_right),
            format_count(o.n_rows)
        );
    }
    let mut out = if o.n_left == 0 {
        format!("{left_name} has no rows.")
    } else if o.n_left_only == 0 {
        let all = if o.n_left == 1 { "The one row".to_owned() } else { format!("All {} rows", format_count(o.n_left)) };
        format!("{all} of {left_name} found a partner in {right_name}.")
    } else if o.n_left_matched == 0 {
        format!("None of the {} of {left_name} found a partner in {right_name}.", plural(o.n_left, "row", "rows"))
    } else {
        format!(
            "{} of {} of {left_name} found a partner in {right_name}. {} did not.",
            format_count(o.n_left_matched),
            plural(o.n_left, "row", "rows"),
            format_count(o.n_left_only)
        )
    };
    if o.n_left_multiplied > 0 {
        out.push_str(&format!(
            " {} found more than one, up to {}.",
            format_count(o.n_left_multiplied),
            format_count(o.fan_out)
        ));
    }
    if o.n_right_only > 0 {
        out.push_str(&format!(
            " {} of {right_name} {} not found by any row of {left_name}.",
            plural(o.n_right_only, "row", "rows"),
            if o.n_right_only == 1 { "was" } else { "were" }
        ));
    }
    if let Some(words) = o.kept_once_words() {
        out.push_str(&format!(" {words}"));
    }
    out
}

impl MergeSpec {
    /// "3 keys were accepted as the same though written differently, for example Wellingotn as Wellington".
    pub fn accepted_words(&self) -> Option<String> {
        let first = self.crosswalk.first()?;
        let n = plural(self.crosswalk.len() as u64, "key was", "keys were");
        let (left, right) = (first.left.join(" · "), first.right.join(" · "));
        Some(format!("{n} accepted as the same though written differently, for example {left} as {right}"))
    }
}

impl MergeSuggestion {
    /// What must not be added up once the rows stand side by side, where there is such a column.
    pub fn double_counted_words(&self) -> Option<String> {
        double_counted_words(&self.double_counted)
    }
}

impl MergeOutcome {
    /// What must not be added up, where there is such a column.
    pub fn double_counted_words(&self) -> Option<String> {
        double_counted_words(&self.double_counted)
    }

    /// "plate is the same in both and kept once.", where there is such a column.
    pub fn kept_once_words(&self) -> Option<String> {
        let verb = if self.kept_once.len() == 1 { "is" } else { "are" };
        let words = || format!("{} {verb} the same in both and kept once.", list(&self.kept_once));
        (!self.kept_once.is_empty()).then(words)
    }
}

/// What is wrong with adding up columns of a join that stand in it several times, where there are any:
/// "A sum of total and tax would count some rows more than once."
fn double_counted_words(columns: &[String]) -> Option<String> {
    const SHOWN: usize = 3;
    let mut named: Vec<String> = columns.iter().take(SHOWN).cloned().collect();
    if columns.len() > SHOWN {
        named.push(format!("{} more", columns.len() - SHOWN));
    }
    (!named.is_empty()).then(|| format!("A sum of {} would count some rows more than once.", list(&named)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(left: &str, right: &str, form: KeyForm) -> KeyPair {
        KeyPair { left: left.to_owned(), right: right.to_owned(), form }
    }

    #[test]
    fn merges_read_as_sentences() {
        assert_eq!(
            describe(MergeKind::Left, &[key("plate", "plate", KeyForm::Exact)], "runs", "plates"),
            "All rows of runs, each with what plates has for the same plate"
        );
        assert_eq!(
            describe(
                MergeKind::Anti,
                &[key("plate", "id", KeyForm::Folded), key("well", "well", KeyForm::Exact)],
                "runs",
                "layout"
            ),
            "Only rows of runs that layout does not have, by the same plate = id (ignoring case, spaces and \
             punctuation) and well"
        );
    }

    #[test]
    fn outcomes_tell_the_counts() {
        let outcome = MergeOutcome {
            n_left: 9_600,
            n_right: 101,
            n_left_matched: 9_412,
            n_left_only: 188,
            n_right_matched: 100,
            n_right_only: 1,
            fan_out: 1,
            n_rows: 9_600,
            ..MergeOutcome::default()
        };
        assert_eq!(
            describe_outcome(&outcome, "runs", "plates"),
            "9,412 of 9,600 rows of runs found a partner in plates. 188 did not. 1 row of plates was not found by any \
             row of runs."
        );
        let union = MergeOutcome {
            n_left: 10,
            n_right: 5,
            n_left_matched: 10,
            n_right_matched: 5,
            fan_out: 1,
            n_rows: 15,
            ..MergeOutcome::default()
        };
        assert_eq!(describe_outcome(&union, "jan", "feb"), "10 rows of jan and 5 of feb: 15 in all.");
    }
}
