//! What a finding rests on, in one line below it.

use crate::base::wording;
use crate::insight::{Effect, Finding};

/// "Relative risk 12 (95 % interval 5.8 to 25) · 961 rows · Fisher's exact test · chance alone: about 1 in
/// 10,000, after 142 checks".
pub fn finding_note(finding: &Finding, n_checks: u64) -> String {
    let mut words = Vec::new();
    // A ratio to nothing has no size; in a file it stands as a number that is too large to mean anything.
    if finding.effect.value.is_finite() && finding.effect.value.abs() < 1e299 {
        words.push(effect_words(&finding.effect));
    }
    words.push(wording::plural(finding.n, "row", "rows"));
    if !finding.method.is_empty() {
        words.push(finding.method.clone());
    }
    if let Some(p) = finding.p_adjusted {
        words.push(chance_words(p, n_checks));
    }
    words.join(" · ")
}

fn effect_words(effect: &Effect) -> String {
    let is_share = effect.measure.starts_with("share");
    let unit = effect.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
    let write = |v: f64| if is_share { wording::format_share(v) } else { wording::format_significant(v, 3) };
    let value = format!("{} {}{unit}", wording::sentence_case(&effect.measure), write(effect.value));
    match effect.interval {
        Some((low, high)) => format!("{value} (95 % interval {} to {})", write(low), write(high)),
        None => value,
    }
}

/// How often chance alone would do this.
fn chance_words(p: f64, n_checks: u64) -> String {
    let odds = if !p.is_finite() || p >= 0.5 {
        "chance alone could well do this".to_owned()
    } else if p < 1e-6 {
        "chance alone: less than 1 in a million".to_owned()
    } else {
        format!("chance alone: about 1 in {}", wording::format_significant(1.0 / p, 2))
    };
    match n_checks {
        0 | 1 => odds,
        n => format!("{odds}, after {} checks", wording::format_count(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn effect_rows_method_and_chance() {
        let mut found = sample::findings().findings.remove(1);
        found.p_adjusted = Some(1e-4);
        assert_eq!(
            finding_note(&found, 142),
            "Difference of means −2.5 (95 % interval −3 to −2) · 16 rows · Welch's t-test · \
             chance alone: about 1 in 10,000, after 142 checks"
        );
        found.effect.value = 1e300;
        found.p_adjusted = None;
        assert_eq!(finding_note(&found, 142), "16 rows · Welch's t-test");
    }
}
