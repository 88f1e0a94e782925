//! The numbers of a chart as a table, for those who do not see it and for those who want them.

use crate::chart::{ChartData, data_table};
use leptos::prelude::*;
use std::sync::Arc;

/// Rows shown; the CSV has all.
const MAX_ROWS: usize = 500;

#[component]
pub(super) fn DataView(data: Arc<ChartData>) -> impl IntoView {
    let (heads, rows) = data_table(&data);
    let n_rows = rows.len();
    let heads: Vec<_> = heads.into_iter().map(|h| view! { <th scope="col">{h}</th> }).collect();
    let lines: Vec<_> = rows
        .into_iter()
        .take(MAX_ROWS)
        .map(|row| {
            let cells: Vec<_> = row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect();
            view! { <tr>{cells}</tr> }.into_any()
        })
        .collect();
    let more = (n_rows > MAX_ROWS).then(|| {
        let words = format!(
            "The first {MAX_ROWS} of {} rows. The CSV has all.",
            crate::base::wording::format_count(n_rows as u64)
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

/// RFC 4180.
pub(super) fn to_csv(data: &ChartData) -> String {
    let (heads, rows) = data_table(data);
    let mut out = String::new();
    for row in std::iter::once(heads).chain(rows) {
        let cells: Vec<String> = row.iter().map(|cell| csv_cell(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn csv_cell(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
