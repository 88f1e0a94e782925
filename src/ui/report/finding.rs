//! A finding: its sentence as the heading, one chart, and what it rests on.

use super::block::how;
use super::document::Page;
use crate::chart::ChartData;
use crate::insight::Finding;
use crate::report::{Explain, finding_note};
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
    let note = finding_note(&finding, n_checks);
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
