//! The numbers of a chart as a table, for those who do not see it and for those who want them.

use crate::base::wording::format_count;
use crate::chart::{ChartData, DataTable, data_table};
use leptos::prelude::*;
use std::sync::Arc;

/// Rows shown; the CSV has all.
const MAX_ROWS: usize = 500;

#[component]
pub(super) fn DataView(data: Arc<ChartData>) -> impl IntoView {
    let DataTable { head, rows, n_more } = data_table(&data, MAX_ROWS);
    let n_shown = rows.len() as u64;
    let heads: Vec<_> = head.into_iter().map(|h| view! { <th scope="col">{h}</th> }).collect();
    let lines: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let cells: Vec<_> = row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect();
            view! { <tr>{cells}</tr> }.into_any()
        })
        .collect();
    let more = (n_more > 0).then(|| {
        let words = format!(
            "The first {} of {} rows; {} more are in the CSV, which has all.",
            format_count(n_shown),
            format_count(n_shown + n_more),
            format_count(n_more)
        );
        view! { <p class="chart__more">{words}</p> }
    });
    view! {
        <div class="chart__table" tabindex="0" role="region" aria-label="Data of the chart">
            <table class="rows__table">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
            {more}
        </div>
    }
}
