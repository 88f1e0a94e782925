//! Which columns of a merge are kept.

use crate::base::wording::{format_count, plural};
use crate::table::ColumnInfo;
use crate::ui::explore::ColumnChecks;
use leptos::prelude::*;

/// `columns` are all that the outcome can have; `keep` is `None` while all are kept.
#[component]
pub fn KeptColumns(columns: Memo<Vec<ColumnInfo>>, keep: RwSignal<Option<Vec<String>>>) -> impl IntoView {
    let names = move || columns.with(|c| c.iter().map(|c| c.name.clone()).collect::<Vec<_>>());
    let kept = Signal::derive(move || keep.get().unwrap_or_else(names));
    let choose = move |chosen: Vec<String>| {
        let all = untrack(names);
        let is_all = all.iter().all(|name| chosen.contains(name));
        keep.set((!is_all).then_some(chosen));
    };
    let words = move || {
        let n_all = columns.with(Vec::len) as u64;
        match keep.get() {
            None => format!("All {} are kept", plural(n_all, "column", "columns")),
            Some(kept) => {
                let n_kept = columns.with(|c| c.iter().filter(|c| kept.contains(&c.name)).count()) as u64;
                format!("{} of {} are kept", format_count(n_kept), plural(n_all, "column", "columns"))
            }
        }
    };
    view! {
        <Show when=move || !columns.with(Vec::is_empty)>
            <details class="join-form__kept">
                <summary>{words}</summary>
                <ColumnChecks label="Columns of the outcome" columns=columns value=kept on_change=choose />
            </details>
        </Show>
    }
}
