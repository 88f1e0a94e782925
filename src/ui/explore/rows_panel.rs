//! The rows behind a number, in the panel at the right.

use super::export::ExportMenu;
use super::grid::VirtualGrid;
use super::grid_rows::GridRows;
use crate::base::wording;
use crate::protocol::Query;
use crate::ui::parts::SidePanel;
use crate::ui::state::{Panel, use_app};
use leptos::prelude::*;

#[component]
pub fn RowsPanel() -> impl IntoView {
    let app = use_app();
    let Some(Panel::Rows { title, sql }) = app.panel.get_untracked() else { return ().into_any() };
    let asked = sql.clone();
    let rows = GridRows::new(app, move |offset, limit| Some(Query::Sql { sql: asked.clone(), offset, limit }));
    let words = Signal::derive(move || rows.n_total().map(|n| wording::plural(n, "row", "rows")));
    let exported = Some(sql.clone());
    let label = title.clone();
    view! {
        <SidePanel title=title subtitle=words is_wide=true on_close=move || app.panel.set(None)>
            <div class="rows-panel">
                <VirtualGrid rows=rows label=label />
                <footer class="rows-panel__foot">
                    <details class="rows-panel__sql">
                        <summary>"The query"</summary>
                        <pre>{sql}</pre>
                    </details>
                    <ExportMenu sql=Signal::derive(move || exported.clone()) file_stem="rows" />
                </footer>
            </div>
        </SidePanel>
    }
    .into_any()
}
