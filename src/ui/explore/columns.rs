//! Choosing columns in forms.

use crate::base::NodeId;
use crate::table::ColumnInfo;
use crate::ui::state::{App, use_app};
use leptos::prelude::*;

/// Longer lists are grouped by the tables that the columns come from.
const MANY: usize = 16;

/// One column. A name that is not there any more stays on the list, and says so.
#[component]
pub fn ColumnSelect(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] columns: Signal<Vec<ColumnInfo>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<(String,)>,
    /// The table or merge whose columns they are.
    #[prop(into)]
    node: Signal<Option<NodeId>>,
    /// The words for "no column"; without them one has to be chosen.
    #[prop(optional, into)]
    none: Option<String>,
) -> impl IntoView {
    let app = use_app();
    let options = move || {
        let chosen = value.get();
        columns.with(|columns| {
            let is_there = chosen.is_empty() || columns.iter().any(|c| c.name == chosen);
            let lost = (!is_there).then(|| {
                let text = format!("{chosen} (not there)");
                view! { <option value=chosen.clone() selected>{text}</option> }
            });
            let empty = match (&none, chosen.is_empty()) {
                (Some(words), _) => Some(words.clone()),
                (None, true) => Some("Choose a column".to_owned()),
                (None, false) => None,
            };
            let empty = empty.map(|words| view! { <option value="" selected=chosen.is_empty()>{words}</option> });
            let line = |name: &String| {
                view! { <option value=name.clone() selected=*name == chosen>{name.clone()}</option> }.into_any()
            };
            let lines = |names: &[String]| names.iter().map(line).collect::<Vec<_>>();
            let groups = match grouped(app, node.get(), columns).as_slice() {
                [(_, names)] => lines(names).into_any(),
                groups => groups
                    .iter()
                    .map(|(from, names)| view! { <optgroup label=from.clone()>{lines(names)}</optgroup> }.into_any())
                    .collect::<Vec<_>>()
                    .into_any(),
            };
            (empty, lost, groups)
        })
    };
    view! {
        <label class="field">
            <span class="field__label">{move || label.get()}</span>
            <select
                prop:value=move || value.get()
                on:change=move |event| on_change.run((event_target_value(&event),))
            >
                {options}
            </select>
        </label>
    }
}

/// The names of columns with the table that they come from, in the order of the first of each; all together
/// where they are few.
fn grouped(app: App, node: Option<NodeId>, columns: &[ColumnInfo]) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    app.workspace.with(|workspace| {
        for column in columns {
            let origin = node.filter(|_| columns.len() > MANY).map(|node| workspace.origin_of(node, &column.name));
            let from = match origin {
                None => String::new(),
                Some(origin) => origin.and_then(|n| workspace.node_name(n)).unwrap_or("Made by steps").to_owned(),
            };
            match groups.iter_mut().find(|(name, _)| *name == from) {
                Some((_, names)) => names.push(column.name.clone()),
                None => groups.push((from, vec![column.name.clone()])),
            }
        }
    });
    groups
}

/// Several columns.
#[component]
pub fn ColumnChecks(
    #[prop(into)] label: String,
    #[prop(into)] columns: Signal<Vec<ColumnInfo>>,
    #[prop(into)] value: Signal<Vec<String>>,
    #[prop(into)] on_change: Callback<(Vec<String>,)>,
) -> impl IntoView {
    let names = Memo::new(move |_| {
        let mut names: Vec<String> = columns.with(|c| c.iter().map(|c| c.name.clone()).collect());
        let lost: Vec<String> = value.get().into_iter().filter(|name| !names.contains(name)).collect();
        names.extend(lost);
        names
    });
    let line = move |name: String| {
        let mine = name.clone();
        let text = name.clone();
        let is_on = move || value.with(|v| v.contains(&mine));
        let toggle = move |_| {
            let mut now = value.get_untracked();
            match now.iter().position(|n| *n == name) {
                Some(at) => {
                    now.remove(at);
                }
                None => now.push(name.clone()),
            }
            on_change.run((now,));
        };
        view! {
            <label class="checks__line">
                <input type="checkbox" prop:checked=is_on on:change=toggle />
                <span>{text}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="checks">
            <legend class="field__label">{label}</legend>
            <div class="checks__list">
                <For each=move || names.get() key=|name| name.clone() children=line />
            </div>
        </fieldset>
    }
}
