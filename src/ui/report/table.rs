//! A table of the report: its first rows, and the way to all of them.

use super::block::how;
use super::document::Page;
use crate::base::wording;
use crate::report::Explain;
use crate::table::RowWindow;
use crate::ui::explore::{MISSING, cell_text, is_right_aligned};
use crate::ui::state::Panel;
use leptos::prelude::*;

pub(super) fn table_view(page: Page, title: String, window: RowWindow, explain: Explain) -> AnyView {
    let n_shown = window.cells.first().map_or(0, Vec::len);
    let count = if n_shown as u64 >= window.n_total {
        wording::plural(window.n_total, "row", "rows")
    } else {
        format!("The first {n_shown} of {} rows", wording::format_count(window.n_total))
    };
    let all = explain.rows_sql.clone().filter(|_| page.is_live).map(|sql| {
        let title = title.clone();
        let open = move |_| page.app.panel.set(Some(Panel::Rows { title: title.clone(), sql: sql.clone() }));
        view! { <button type="button" class="block__how" on:click=open>"See all rows"</button> }
    });
    view! {
        <h2 class="block__title">{title.clone()}</h2>
        {rows_view(&title, &window)}
        <p class="block__note">{count} {all} {how(page, title, explain)}</p>
    }
    .into_any()
}

fn rows_view(title: &str, window: &RowWindow) -> AnyView {
    let align = |t| if is_right_aligned(t) { "end" } else { "start" };
    let heads: Vec<_> = window
        .columns
        .iter()
        .map(|head| {
            let unit = head.unit.clone().map(|u| view! { <span class="sheet__unit">{u}</span> });
            view! { <th scope="col" data-align=align(head.column_type)>{head.name.clone()} " " {unit}</th> }.into_any()
        })
        .collect();
    let n_rows = window.cells.iter().map(Vec::len).max().unwrap_or(0);
    let lines: Vec<_> = (0..n_rows)
        .map(|row| {
            let cells: Vec<_> = window
                .columns
                .iter()
                .zip(&window.cells)
                .map(|(head, cells)| {
                    let text = match cells.get(row).and_then(Option::as_deref) {
                        Some(raw) => view! { <span>{cell_text(head, raw)}</span> }.into_any(),
                        None => view! { <span class="muted" aria-label="missing">{MISSING}</span> }.into_any(),
                    };
                    view! { <td data-align=align(head.column_type)>{text}</td> }.into_any()
                })
                .collect();
            view! { <tr>{cells}</tr> }.into_any()
        })
        .collect();
    view! {
        <div class="sheet" tabindex="0" role="region" aria-label=title.to_owned()>
            <table>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}
