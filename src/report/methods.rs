//! How the findings were found, for whoever has to defend them.

use crate::base::wording::{format_count, list, plural};
use crate::insight::{Coverage, Finding, Findings};
use std::collections::BTreeMap;

/// What the paragraphs on the methods are written from.
#[derive(Clone, Copy, Debug, Default)]
pub struct MethodsInput<'a> {
    /// Filters that the rows have gone through, in words.
    pub filters: &'a [String],
    /// The findings in the report.
    pub shown: &'a [&'a Finding],
    pub n_rows: u64,
    /// A change stands beside a key number.
    pub has_changes: bool,
    /// Cells are missing, and key numbers are made without them.
    pub leaves_out_missing: bool,
}

/// Paragraphs on the methods: only on what was done. `extra` comes last.
pub fn methods(findings: &Findings, input: MethodsInput<'_>, extra: Vec<String>) -> Vec<String> {
    let MethodsInput { filters, shown, n_rows, has_changes, leaves_out_missing } = input;
    let mut paragraphs = Vec::new();
    if !filters.is_empty() {
        paragraphs.push(format!(
            "Everything here is about only some of the rows: those where {}.",
            filters.join(", and where ")
        ));
    }
    let n_found = findings.findings.len() as u64;
    if findings.checks_run > 0 {
        let checks = plural(findings.checks_run, "comparison was", "comparisons were");
        let rows = plural(n_rows, "row", "rows");
        let reported = match (n_found, shown.len() as u64) {
            (0, _) => "None of them is reported.".to_owned(),
            (found, in_report) if found == in_report => format!("{} came of it; all are in this report.", some(found)),
            (found, 0) => format!("{} came of it; none of them is in this report.", some(found)),
            (found, 1) => format!("{} came of it; one of them is in this report.", some(found)),
            (found, in_report) => format!("{} came of it; {in_report} of them are in this report.", some(found)),
        };
        paragraphs.push(format!("{checks} made over {rows}, whether or not anything came of them. {reported}"));
        paragraphs.extend(findings.coverage.as_ref().map(coverage_words));
    }
    if !shown.is_empty() {
        let mut used: BTreeMap<&str, u64> = BTreeMap::new();
        for finding in shown.iter().filter(|f| !f.method.is_empty()) {
            *used.entry(&finding.method).or_default() += 1;
        }
        let named: Vec<String> =
            used.iter().map(|(m, n)| format!("{m} ({})", plural(*n, "finding", "findings"))).collect();
        if !named.is_empty() {
            paragraphs.push(format!("Methods used: {}.", list(&named)));
        }
        if shown.iter().any(|f| f.p_adjusted.is_some()) {
            paragraphs.push(
                "p-values are corrected for all comparisons made by the procedure of Benjamini and Hochberg (1995), \
                 which limits the expected share of false findings among those reported."
                    .to_owned(),
            );
        }
        paragraphs.push(
            "Findings are ranked by the size of the effect, not by the p-value. A difference between groups, or two \
             columns that move together, is not proof of a cause."
                .to_owned(),
        );
    }
    let mut numbers: Vec<&str> = Vec::new();
    if has_changes {
        numbers.push("Changes beside the key numbers compare the later half of the period with the earlier.");
    }
    if leaves_out_missing {
        numbers.push("Missing cells are left out of means, medians and sums.");
    }
    if !numbers.is_empty() {
        paragraphs.push(numbers.join(" "));
    }
    paragraphs.push(format!(
        "The data were read and every number was computed inside the browser of the person who made this report, with \
         Tributary {}.",
        env!("CARGO_PKG_VERSION")
    ));
    paragraphs.extend(extra.into_iter().filter(|p| !p.trim().is_empty()));
    paragraphs
}

/// "Only some of all that could be compared was: …".
fn coverage_words(coverage: &Coverage) -> String {
    let mut words = "Not all that could be compared was.".to_owned();
    if coverage.n_columns_searched < coverage.n_columns {
        words.push_str(&format!(
            " Of the {}, the first {} were searched.",
            plural(coverage.n_columns, "column", "columns"),
            format_count(coverage.n_columns_searched)
        ));
    }
    if coverage.n_pairs_compared < coverage.n_pairs {
        words.push_str(&format!(
            " Of the {} of these that could be compared, {} were, those of statuses and groups before others.",
            plural(coverage.n_pairs, "pair", "pairs"),
            format_count(coverage.n_pairs_compared)
        ));
    }
    words
}

fn some(n: u64) -> String {
    plural(n, "finding", "findings")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn checks_methods_and_correction_are_named() {
        let findings = sample::findings();
        let shown: Vec<&Finding> = findings.findings.iter().take(1).collect();
        let input = MethodsInput { shown: &shown, n_rows: 16, has_changes: true, ..MethodsInput::default() };
        let text = methods(&findings, input, vec!["Joined by plate.".into()]).join("\n");
        assert!(text.starts_with("142 comparisons were made over 16 rows"));
        assert!(text.contains("2 findings came of it; one of them is in this report."));
        assert!(text.contains("Welch's t-test (1 finding)"));
        assert!(text.contains("Benjamini and Hochberg"));
        assert!(text.contains("compare the later half") && !text.contains("Missing cells"));
        assert!(text.ends_with("Joined by plate."));
    }

    #[test]
    fn nothing_is_claimed_that_was_not_done() {
        let text = methods(&Findings::default(), MethodsInput::default(), vec![]).join("\n");
        for claim in ["Benjamini", "comparison was", "Changes beside", "Missing cells", "only some"] {
            assert!(!text.contains(claim), "{claim}");
        }
    }

    #[test]
    fn what_was_not_looked_at_is_said() {
        let coverage = Coverage { n_columns: 3_000, n_columns_searched: 200, n_pairs: 19_900, n_pairs_compared: 600 };
        let findings = Findings { checks_run: 600, coverage: Some(coverage), ..Findings::default() };
        let filters = ["site is “017”".to_owned(), "dose is at least 5".to_owned()];
        let text = methods(&findings, MethodsInput { filters: &filters, ..MethodsInput::default() }, vec![]).join("\n");
        assert!(text.contains("Of the 3,000 columns, the first 200 were searched."), "{text}");
        assert!(text.contains("Of the 19,900 pairs of these that could be compared, 600 were, those of"), "{text}");
        assert!(text.starts_with(
            "Everything here is about only some of the rows: those where site is “017”, and where dose is at least 5."
        ));
    }
}
