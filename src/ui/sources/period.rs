//! The span of time that a table covers.

use crate::base::wording::{format_date, plural};
use crate::protocol::{Query, View};
use crate::source::TableSpec;
use crate::ui::state::use_app;
use chrono::NaiveDate;
use leptos::prelude::*;

/// "3 Jan 2024 to 12 Nov 2026", from the first column that holds dates; nothing without one.
#[component]
pub fn Period(table: Signal<Option<TableSpec>>) -> impl IntoView {
    let app = use_app();
    let asked = Memo::new(move |_| {
        let table = table.get()?;
        let column = table.columns.iter().find(|c| c.column_type.is_temporal())?;
        Some((table.id, column.name.clone()))
    });
    let profile = app.want(move || Some(Query::Profile { node: crate::base::NodeId::Table(asked.get()?.0) }));
    let words = Memo::new(move |_| {
        let (_, name) = asked.get()?;
        let answer = profile.get();
        let Some(View::Profile(profile)) = answer.view() else { return None };
        let column = profile.columns.iter().find(|c| c.name == name)?;
        let (from, to) = (day(column.min.as_deref()?)?, day(column.max.as_deref()?)?);
        let days = (to - from).num_days().unsigned_abs();
        Some(match days {
            0 => format_date(from),
            n => format!("{} to {} ({})", format_date(from), format_date(to), plural(n + 1, "day", "days")),
        })
    });
    move || words.get().map(|w| view! { <span class="table-part__period">{w}</span> })
}

fn day(raw: &str) -> Option<NaiveDate> {
    raw.get(..10)?.parse().ok()
}
