//! How the findings were found, for whoever has to defend them.

use crate::base::wording::{list, plural};
use crate::insight::{Finding, Findings};
use std::collections::BTreeMap;

/// Paragraphs on the methods. `shown` are the findings in the report; `extra` comes last.
pub fn methods(findings: &Findings, shown: &[&Finding], n_rows: u64, extra: Vec<String>) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let n_found = findings.findings.len() as u64;
    if findings.checks_run > 0 {
        let checks = plural(findings.checks_run, "comparison was", "comparisons were");
        let rows = plural(n_rows, "row", "rows");
        let reported = match (n_found, shown.len() as u64) {
            (0, _) => "None of them is reported.".to_owned(),
            (found, in_report) if found == in_report => format!("{} came of it; all are in this report.", some(found)),
            (found, in_report) => format!("{} came of it; {in_report} of them are in this report.", some(found)),
        };
        paragraphs.push(format!("{checks} made over {rows}, whether or not anything came of them. {reported}"));
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
    paragraphs.push(
        "Changes beside the key numbers compare the later half of the period with the earlier. Missing cells are left \
         out of means, medians and sums."
            .to_owned(),
    );
    paragraphs.push(format!(
        "The data were read and every number was computed inside the browser of the person who made this report, with \
         Tributary {}.",
        env!("CARGO_PKG_VERSION")
    ));
    paragraphs.extend(extra.into_iter().filter(|p| !p.trim().is_empty()));
    paragraphs
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
        let text = methods(&findings, &shown, 16, vec!["Joined by plate.".into()]).join("\n");
        assert!(text.starts_with("142 comparisons were made over 16 rows"));
        assert!(text.contains("2 findings came of it; 1 of them are in this report."));
        assert!(text.contains("Welch's t-test (1 finding)"));
        assert!(text.contains("Benjamini and Hochberg"));
        assert!(text.ends_with("Joined by plate."));
    }

    #[test]
    fn nothing_is_claimed_that_was_not_done() {
        let text = methods(&Findings::default(), &[], 0, vec![]).join("\n");
        assert!(!text.contains("Benjamini"));
        assert!(!text.contains("comparison was"));
    }
}
