//! The keys of a merge that were accepted as the same, each with the way back.

use super::near_keys::{change, texts};
use crate::base::wording::plural;
use crate::merge::MergeSpec;
use crate::ui::parts::{IconButton, IconName};
use crate::ui::state::use_app;
use leptos::prelude::*;

#[component]
pub fn AcceptedKeys(spec: MergeSpec) -> impl IntoView {
    let app = use_app();
    let n = plural(spec.crosswalk.len() as u64, "key was", "keys were");
    let lines: Vec<AnyView> = spec
        .crosswalk
        .iter()
        .enumerate()
        .map(|(at, same)| {
            let words = format!("{} is {}", texts(&same.left), texts(&same.right));
            let label = format!("Do not take {} as {}", texts(&same.left), texts(&same.right));
            let spec = spec.clone();
            let remove = move || {
                let mut crosswalk = spec.crosswalk.clone();
                if at < crosswalk.len() {
                    crosswalk.remove(at);
                }
                change(app, &spec, crosswalk, "part two keys".to_owned());
            };
            view! {
                <li class="near__line">
                    <span class="near__key">{words}</span>
                    <IconButton label=label icon=IconName::Close on_click=remove />
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <details class="unmatched">
            <summary class="unmatched__summary">{format!("{n} accepted as the same")}</summary>
            <ul class="near__list">{lines}</ul>
        </details>
    }
}
