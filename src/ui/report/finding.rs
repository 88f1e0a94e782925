//! A finding: its sentence as the heading, one chart, and what it rests on.

use super::block::how;
use super::document::Page;
use crate::base::wording;
use crate::chart::ChartData;
use crate::insight::{Effect, Finding};
use crate::report::Explain;
use crate::ui::chart::ChartView;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn finding_view(
    page: Page,
    finding: Finding,
    chart: Option<ChartData>,
    heading: Option<String>,
    explain: Explain,
) -> AnyView {
    let n_checks = page.report.with_untracked(|r| r.as_ref().map_or(0, |r| r.checks_run));
    let note = note_words(&finding, n_checks);
    let drawing = chart.map(|data| {
        let data = Arc::new(data);
        view! { <ChartView data=Signal::derive(move || Some(data.clone())) /> }
    });
    let sentence = finding.sentence.clone();
    let caveat = (!finding.caveat.is_empty()).then_some(finding.caveat);
    // Under a heading of the user's own, the finding still says what was found.
    let said = heading.is_some().then(|| view! { <p class="finding__said">{sentence.clone()}</p> });
    view! {
        <h2 class="finding__sentence">{heading.unwrap_or_else(|| sentence.clone())}</h2>
        {said}
        {drawing}
        <p class="finding__note">{note}</p>
        {caveat.map(|c| view! { <p class="finding__caveat">{c}</p> })}
        <p class="block__note">{how(page, sentence, explain)}</p>
    }
    .into_any()
}

/// "Relative risk 12 (95 % interval 5.8 to 25) · 961 rows · Fisher's exact test · could be chance …".
fn note_words(finding: &Finding, n_checks: u64) -> String {
    let mut words = vec![effect_words(&finding.effect), wording::plural(finding.n, "row", "rows")];
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
