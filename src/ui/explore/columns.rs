//! Choosing columns in forms.

use crate::table::ColumnInfo;
use leptos::prelude::*;

/// One column. A name that is not there any more stays on the list, and says so.
#[component]
pub fn ColumnSelect(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] columns: Signal<Vec<ColumnInfo>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<(String,)>,
    /// The words for "no column"; without them one has to be chosen.
    #[prop(optional, into)]
    none: Option<String>,
) -> impl IntoView {
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
            let rest: Vec<_> = columns
                .iter()
                .map(|c| {
                    view! { <option value=c.name.clone() selected=c.name == chosen>{c.name.clone()}</option> }
                        .into_any()
                })
                .collect();
            (empty, lost, rest)
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
