//! A failure, beside the thing that failed: what happened, where, why, and what to do.

use super::{Button, Icon, IconName};
use crate::base::{Place, Problem, ProblemKind, Repair, wording};
use leptos::prelude::*;

#[component]
pub fn ProblemView(
    #[prop(into)] problem: Problem,
    /// Does what a hint offers; without it the hints are only text.
    #[prop(optional, into)]
    on_repair: Option<Callback<(Repair,)>>,
) -> impl IntoView {
    let place = place_words(&problem.place);
    let icon = if problem.kind == ProblemKind::Stopped { IconName::Info } else { IconName::Warning };
    let state = match problem.kind {
        ProblemKind::Stopped => "attention",
        _ => "stop",
    };
    let hints = problem
        .hints
        .into_iter()
        .map(|hint| match (hint.repair, on_repair) {
            (Some(repair), Some(on_repair)) => {
                let run = move || on_repair.run((repair.clone(),));
                view! { <li><Button label=hint.text on_click=run /></li> }.into_any()
            }
            _ => view! { <li class="problem__hint">{hint.text}</li> }.into_any(),
        })
        .collect::<Vec<_>>();
    view! {
        <div class="problem" role="alert" data-state=state>
            <span class="problem__icon"><Icon name=icon /></span>
            <div class="problem__body">
                <p class="problem__what">{problem.what}</p>
                {place.map(|p| view! { <p class="problem__place">{p}</p> })}
                {(!problem.why.is_empty()).then(|| view! { <p class="problem__why">{problem.why}</p> })}
                {(!hints.is_empty()).then(|| view! { <ul class="problem__hints">{hints}</ul> })}
            </div>
        </div>
    }
}

/// "runs.csv, line 112, column yield".
fn place_words(place: &Place) -> Option<String> {
    let mut words = Vec::new();
    words.extend(place.source.clone());
    words.extend(place.line.map(|n| format!("line {}", wording::format_count(n))));
    words.extend(place.row.map(|n| format!("row {}", wording::format_count(n))));
    words.extend(place.column.as_ref().map(|c| format!("column {c}")));
    let text = words.join(", ");
    (!words.is_empty())
        // A file's name keeps its case.
        .then(|| if place.source.is_some() { text } else { wording::sentence_case(&text) })
        .filter(|_| place.line.is_some() || words.len() > 1 || place.column.is_some())
}
