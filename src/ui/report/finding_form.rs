//! Choosing a finding, and how it is told.

use crate::base::NodeId;
use crate::insight::{Finding, FindingsOptions};
use crate::protocol::{Query, View};
use crate::report::{BlockSpec, FrozenContent};
use crate::ui::parts::Skeleton;
use crate::ui::state::{Answer, use_app};
use leptos::prelude::*;

#[component]
pub(super) fn FindingFields(
    draft: RwSignal<BlockSpec>,
    said: Option<FrozenContent>,
    /// Findings that stand in the report already, by key.
    taken: Vec<String>,
) -> impl IntoView {
    let key = Memo::new(move |_| match draft.get() {
        BlockSpec::Finding { key, .. } => key,
        _ => String::new(),
    });
    let heading = move || match draft.get() {
        BlockSpec::Finding { heading, .. } => heading.unwrap_or_default(),
        _ => String::new(),
    };
    let shows_chart = move || draft.with(|d| !matches!(d, BlockSpec::Finding { hides_chart: true, .. }));
    let node = draft.with_untracked(|d| match d {
        BlockSpec::Finding { node, .. } => Some(*node),
        _ => None,
    });
    // Which finding it is about is settled once it stands in the report.
    let choice = match said {
        Some(FrozenContent::Finding { finding, .. }) => {
            view! { <p class="finding__said">{finding.sentence}</p> }.into_any()
        }
        Some(_) => ().into_any(),
        None => node.map(|node| view! { <FindingSelect node=node key=key draft=draft taken=taken /> }).into_any(),
    };
    let write = move |event| {
        let text = event_target_value(&event);
        draft.update(|d| {
            if let BlockSpec::Finding { heading, .. } = d {
                *heading = Some(text).filter(|t| !t.trim().is_empty());
            }
        });
    };
    let show = move |event| {
        let is_on = event_target_checked(&event);
        draft.update(|d| {
            if let BlockSpec::Finding { hides_chart, .. } = d {
                *hides_chart = !is_on;
            }
        });
    };
    view! {
        {choice}
        <label class="field">
            <span class="field__label">"Heading"</span>
            <input type="text" placeholder="The finding itself" prop:value=heading on:input=write />
            <span class="field__hint">"The finding stays below a heading of your own."</span>
        </label>
        <label class="checks__line">
            <input type="checkbox" prop:checked=shows_chart on:change=show />
            <span>"With its chart"</span>
        </label>
    }
}

/// The findings that are not in the report yet, best first.
#[component]
fn FindingSelect(node: NodeId, key: Memo<String>, draft: RwSignal<BlockSpec>, taken: Vec<String>) -> impl IntoView {
    let app = use_app();
    let answer = app.want(move || Some(Query::Findings { node, options: FindingsOptions::default() }));
    let found = Memo::new(move |before: Option<&Option<Vec<Finding>>>| match answer.get().view() {
        Some(View::Findings(found)) => {
            Some(found.findings.iter().filter(|f| !taken.contains(&f.key)).cloned().collect())
        }
        _ if matches!(answer.get(), Answer::Failed(_)) => Some(Vec::new()),
        _ => before.cloned().flatten(),
    });
    let choose = move |event| {
        let chosen = event_target_value(&event);
        draft.update(|d| {
            if let BlockSpec::Finding { key, .. } = d {
                *key = chosen;
            }
        });
    };
    let options = move |found: Vec<Finding>| {
        let chosen = key.get_untracked();
        let empty = view! { <option value="" selected=chosen.is_empty()>"Choose a finding"</option> };
        let rest: Vec<_> = found
            .into_iter()
            .map(|f| {
                let is_it = f.key == chosen;
                view! { <option value=f.key selected=is_it>{f.sentence}</option> }.into_any()
            })
            .collect();
        (empty, rest)
    };
    move || match found.get() {
        None => view! { <Skeleton lines=1 /> }.into_any(),
        Some(found) if found.is_empty() => {
            view! { <p class="muted">"All that was found is in the report already."</p> }.into_any()
        }
        Some(found) => view! {
            <label class="field">
                <span class="field__label">"Finding"</span>
                <select prop:value=move || key.get() on:change=choose>{options(found)}</select>
            </label>
        }
        .into_any(),
    }
}
