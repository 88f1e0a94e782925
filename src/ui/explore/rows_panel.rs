//! The rows behind a number, in the panel at the right.

use super::export::ExportMenu;
use super::grid::VirtualGrid;
use super::grid_rows::GridRows;
use crate::base::wording;
use crate::protocol::Query;
use crate::ui::state::use_app;
use leptos::prelude::*;

#[component]
pub fn RowsPanel(title: String, sql: String) -> impl IntoView {
    let app = use_app();
    let asked = sql.clone();
    let rows = GridRows::new(app, move |offset, limit| Some(Query::Sql { sql: asked.clone(), offset, limit }));
    let words = move || rows.n_total().map(|n| wording::plural(n, "row", "rows")).unwrap_or_default();
    view! {
        <div class="rows-panel">
            <div class="rows-panel__bar">
                <p class="muted" role="status">{words}</p>
                <ExportMenu sql=Signal::derive({ let sql = sql.clone(); move || Some(sql.clone()) }) file_stem="rows" />
            </div>
            <VirtualGrid rows=rows label=title />
            <details class="rows-panel__sql">
                <summary>"The query"</summary>
                <pre>{sql}</pre>
            </details>
        </div>
    }
}
