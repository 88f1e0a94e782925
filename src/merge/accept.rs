//! From what is proposed to what is done: the merge that accepts a suggestion, and which
//! suggestion is so clear that it is accepted without asking.

use super::{MergeKind, MergeSpec, MergeSuggestion};
use crate::base::{MergeId, NodeId, month_number};

/// Below this, the user is asked.
const SURE: f64 = 0.8;
/// Two tables of the same shape, every column paired by its values, need less.
pub(super) const SURE_OF_PARTS: f64 = 0.7;

impl MergeSpec {
    /// The merge that accepts a suggestion; joins keep all rows of the left unless `kind` says else.
    pub fn accepting(suggestion: &MergeSuggestion, kind: Option<MergeKind>) -> MergeSpec {
        let kind = kind.unwrap_or(if suggestion.is_union { MergeKind::Union } else { MergeKind::Left });
        let stem = stem(&suggestion.left_name);
        let name = match suggestion.is_union {
            true => format!("all_{}", shared_stem(stem, self::stem(&suggestion.right_name))),
            false => format!("{stem}_combined"),
        };
        MergeSpec {
            id: MergeId(0),
            name,
            kind,
            left: suggestion.left,
            right: suggestion.right,
            keys: suggestion.keys.clone(),
            keep: None,
            suffix: Some(MergeSpec::suffix_of(&suggestion.left_name, &suggestion.right_name)),
            crosswalk: Vec::new(),
        }
    }

    /// What tells the right's columns from the left's: the right's name in plain words, without those
    /// that it begins with as the left does, and without numbers and months at its ends. `trial_sites`
    /// beside `trial_visits` is `sites`.
    pub fn suffix_of(left_name: &str, right_name: &str) -> String {
        let words = |name| stem(name).split('_').filter(|w| !w.is_empty()).collect::<Vec<_>>();
        let (left, all) = (words(left_name), words(right_name));
        let n_shared = left.iter().zip(&all).take_while(|(a, b)| a == b).count();
        let own = all.get(n_shared..).unwrap_or_default();
        let first = own.iter().position(|w| !counts(w));
        let last = own.iter().rposition(|w| !counts(w));
        let short = first.zip(last).and_then(|(first, last)| own.get(first..=last)).unwrap_or(&all).join(" ");
        if short.is_empty() { right_name.to_owned() } else { short }
    }
}

/// The words that two names begin and end with, without numbers and months at either end: monthly
/// exports `sales_2024_01` and `sales_2024_02` are `sales`, and so are `jan_sales` and `feb_sales`.
fn shared_words(left: &str, right: &str) -> Option<String> {
    let (lefts, rights): (Vec<&str>, Vec<&str>) = (left.split('_').collect(), right.split('_').collect());
    let n_first = lefts.iter().zip(&rights).take_while(|(a, b)| a == b).count();
    let (lefts_left, rights_left) = (lefts.iter().skip(n_first).rev(), rights.iter().skip(n_first).rev());
    let n_last = lefts_left.zip(rights_left).take_while(|(a, b)| a == b).count();
    let mut shared: Vec<&str> = lefts.iter().take(n_first).copied().collect();
    shared.extend(lefts.iter().skip(lefts.len() - n_last));
    while shared.last().is_some_and(|w| counts(w)) {
        shared.pop();
    }
    let shared = shared.into_iter().skip_while(|w| counts(w)).collect::<Vec<_>>().join("_");
    (shared.chars().count() >= 3).then_some(shared)
}

/// Whether a word only says which one of several: a number or a month.
fn counts(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit() || c == '-') || month_number(word).is_some()
}

/// Whether two names are of one series, such as exports of several months, whose order is that of the
/// names and not that in which somebody happened to read them.
pub(super) fn is_series(left: &str, right: &str) -> bool {
    let all_count = |name: &str| stem(name).split('_').all(counts);
    shared_words(stem(left), stem(right)).is_some() || (all_count(left) && all_count(right))
}

/// What two names share; the left's name where that is nothing.
fn shared_stem(left: &str, right: &str) -> String {
    shared_words(left, right).unwrap_or_else(|| left.to_owned())
}

impl MergeSuggestion {
    /// Merges made without asking, at most.
    pub const MAX_BY_ITSELF: usize = 6;

    /// The suggestion to accept next without asking, if one is clear enough. `found` has the best
    /// first; `n_columns` says how many columns a table as read has, `None` for other nodes.
    ///
    /// Parts of one table, such as two exports of the same shape, are put together before anything
    /// is joined to them; else what is surest comes first. A join that repeats rows is never made
    /// without asking.
    pub fn next_obvious(
        found: &[MergeSuggestion],
        n_columns: impl Fn(NodeId) -> Option<usize>,
    ) -> Option<&MergeSuggestion> {
        let has_same_shape = |s: &MergeSuggestion| {
            let n_pairs = Some(s.keys.len());
            s.is_union && n_columns(s.left) == n_pairs && n_columns(s.right) == n_pairs
        };
        let same_shape = found.iter().find(|s| s.confidence >= SURE_OF_PARTS && has_same_shape(s));
        same_shape.or_else(|| found.iter().find(|s| s.confidence >= SURE && (s.is_union || s.fan_out <= 1)))
    }
}

/// A merge of merges keeps the first name, or names would grow with every table.
fn stem(name: &str) -> &str {
    name.split("_combined").next().unwrap_or(name).trim_start_matches("all_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_of_several_months_are_named_after_what_they_share() {
        assert_eq!(shared_stem("sales_2024_01", "sales_2024_02"), "sales");
        assert_eq!(shared_stem("sales", "sales_2024_03"), "sales");
        assert_eq!(shared_stem("loggers_depot", "loggers_trucks"), "loggers");
        assert_eq!(shared_stem("depot", "trucks"), "depot");
        assert_eq!(shared_stem("größe_a", "größe_b"), "größe");
        assert_eq!(shared_stem("a_1", "a_2"), "a_1");
        assert_eq!(shared_stem("2026_01_sales", "2026_02_sales"), "sales");
        assert_eq!(shared_stem("sales_jan", "sales_feb"), "sales");
        assert_eq!(shared_stem("sales_jan_final", "sales_feb_final"), "sales_final");
        assert_eq!(shared_stem("depot", "depot"), "depot");
        assert_eq!(shared_stem("jan", "feb"), "jan");
        assert!(is_series("jan", "feb") && is_series("2026_01", "2026_02") && is_series("all_sales", "sales_mar"));
        assert!(!is_series("before", "after") && !is_series("history_pages", "run_metrics_combined"));
    }
    use crate::base::TableId;
    use crate::merge::{Cardinality, KeyForm, KeyPair};

    fn suggestion(left: u64, right: u64, is_union: bool, confidence: f64) -> MergeSuggestion {
        MergeSuggestion {
            id: format!("{left}-{right}"),
            is_union,
            left: NodeId::Table(TableId(left)),
            right: NodeId::Table(TableId(right)),
            left_name: "all_loggers_depot".to_owned(),
            right_name: "plate_map_combined".to_owned(),
            keys: vec![KeyPair { left: "a".to_owned(), right: "b".to_owned(), form: KeyForm::Exact }],
            n_matched: 1,
            n_left_only: 0,
            n_right_only: 0,
            fan_out: 1,
            confidence,
            reason: String::new(),
            cardinality: Cardinality::default(),
            runner_up: None,
            double_counted: Vec::new(),
            left_only_examples: Vec::new(),
            right_only_examples: Vec::new(),
        }
    }

    #[test]
    fn names_are_short_and_the_suffix_is_words() {
        let spec = MergeSpec::accepting(&suggestion(0, 1, false, 0.9), None);
        assert_eq!((spec.name.as_str(), spec.kind), ("loggers_depot_combined", MergeKind::Left));
        assert_eq!(spec.suffix.as_deref(), Some("plate map"));
        let spec = MergeSpec::accepting(&suggestion(0, 1, true, 0.9), None);
        assert_eq!((spec.name.as_str(), spec.kind), ("all_loggers_depot", MergeKind::Union));
    }

    #[test]
    fn the_suffix_is_what_tells_the_tables_apart() {
        let suffix = MergeSpec::suffix_of;
        assert_eq!(suffix("trial_visits", "trial_sites"), "sites");
        assert_eq!(suffix("trial_visits_combined", "trial_sites_2026_03"), "sites");
        assert_eq!(suffix("runs", "plate_map_combined"), "plate map");
        assert_eq!(suffix("runs", "2026_11_12_plate_map_final"), "plate map final");
        // What is left has to be words.
        assert_eq!(suffix("sales_2026_01", "sales_2026_02"), "sales 2026 02");
        assert_eq!(suffix("runs", "all_runs_2026"), "runs 2026");
        assert_eq!(suffix("runs", "runs"), "runs");
        assert_eq!(suffix("runs", "_combined"), "_combined");
        assert_eq!(suffix("", ""), "");
    }

    #[test]
    fn parts_come_first_and_repeated_rows_are_asked_about() {
        let next = |found: &[MergeSuggestion], n: usize| {
            MergeSuggestion::next_obvious(found, |_| Some(n)).map(|s| s.id.clone())
        };
        let found = [suggestion(0, 1, false, 0.95), suggestion(2, 3, true, 0.72)];
        assert_eq!(next(&found, 1).as_deref(), Some("2-3"), "every column has its counterpart");
        assert_eq!(next(&found, 2).as_deref(), Some("0-1"), "the parts are not the whole");
        let repeating = MergeSuggestion { fan_out: 2, ..suggestion(0, 1, false, 0.95) };
        assert_eq!(next(&[repeating, suggestion(2, 3, true, 0.72)], 2), None);
        assert_eq!(next(&[suggestion(0, 1, false, 0.79)], 2), None);
    }
}
