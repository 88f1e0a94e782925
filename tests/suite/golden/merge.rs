//! Tables → suggestions with numbers and reasons, and what comes of accepting the first.

use super::{Case, Outputs, check, text, words};
use crate::suite::desk::Desk;
use tributary::base::NodeId;
use tributary::merge::{KeyPair, MergeKind, MergeOutcome, MergeSuggestion, describe, describe_outcome};
use tributary::source::ReaderSpec;

const SHOWN_ROWS: usize = 10;

#[test]
fn merges_are_found_and_accounted_for() {
    check("merge", run);
}

fn run(case: &Case) -> Outputs {
    let mut desk = Desk::new();
    for (name, bytes) in case.inputs() {
        desk.add(&name, &bytes, &ReaderSpec::default()).unwrap();
    }
    let found = desk.suggestions();
    let mut out = String::new();
    for (suggestion, nr) in found.iter().zip(1..) {
        out.push_str(&format!("{nr}. {}\n", suggestion_words(suggestion)));
    }
    let Some(first) = found.first() else {
        return text("nothing fits together\n".to_owned());
    };
    let kind: Option<MergeKind> = case.get("accept_as");
    let merge = desk.accept(first, kind);
    let spec = desk.history.present().merge(merge).unwrap().clone();
    let outcome = desk.outcome(merge);
    out.push_str(&format!(
        "\naccepted: {}\n{}\n",
        describe(spec.kind, &spec.keys, &first.left_name, &first.right_name),
        describe_outcome(&outcome, &first.left_name, &first.right_name)
    ));
    out.push_str(&outcome_words(&outcome));
    out.push_str(&words::rows(&desk.rows(NodeId::Merge(merge)).unwrap(), SHOWN_ROWS));
    text(out)
}

fn suggestion_words(s: &MergeSuggestion) -> String {
    let kind = if s.is_union { "rows below each other" } else { "side by side" };
    let mut out = format!("{kind}: {} and {}\n", s.left_name, s.right_name);
    out.push_str(&format!("   {}\n", s.reason));
    out.push_str(&format!(
        "   by {}; confidence {}\n",
        s.keys.iter().map(key_words).collect::<Vec<_>>().join(", "),
        words::number((s.confidence * 100.0).round() / 100.0)
    ));
    out.push_str(&format!(
        "   {} matched, {} only on the left{}, {} only on the right{}, at most {} for one\n",
        s.n_matched,
        s.n_left_only,
        listed(&s.left_only_examples),
        s.n_right_only,
        listed(&s.right_only_examples),
        s.fan_out
    ));
    out
}

fn key_words(key: &KeyPair) -> String {
    format!("{} = {} ({:?})", key.left, key.right, key.form)
}

fn listed(examples: &[String]) -> String {
    if examples.is_empty() { String::new() } else { format!(" ({})", examples.join(", ")) }
}

fn outcome_words(o: &MergeOutcome) -> String {
    assert_eq!(o.n_left, o.n_left_matched + o.n_left_only);
    assert_eq!(o.n_right, o.n_right_matched + o.n_right_only);
    let mut out = format!(
        "left {} = {} + {}; right {} = {} + {}; {} multiplied, at most {}; {} rows\n",
        o.n_left,
        o.n_left_matched,
        o.n_left_only,
        o.n_right,
        o.n_right_matched,
        o.n_right_only,
        o.n_left_multiplied,
        o.fan_out,
        o.n_rows
    );
    for (before, after) in &o.renamed {
        out.push_str(&format!("renamed: {before} → {after}\n"));
    }
    out
}
