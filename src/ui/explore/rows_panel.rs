//! The rows behind a number, in the panel at the right: those of a query, or those that a merge
//! leaves without a partner.

use super::export::ExportMenu;
use super::grid::VirtualGrid;
use super::grid_rows::GridRows;
use crate::base::{MergeId, wording};
use crate::merge::{MergeKind, MergeSpec};
use crate::protocol::Query;
use crate::ui::parts::{Button, SidePanel};
use crate::ui::state::{Panel, use_app};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub fn RowsPanel() -> impl IntoView {
    let app = use_app();
    let (title, rows, foot) = match app.panel.get_untracked() {
        Some(Panel::Rows { title, sql }) => {
            let asked = sql.clone();
            let rows = GridRows::new(app, move |offset, limit| Some(Query::Sql { sql: asked.clone(), offset, limit }));
            (title, rows, query_foot(sql))
        }
        Some(Panel::Unmatched { node, other, keys, crosswalk }) => {
            let workspace = app.workspace_now();
            let name = |n| workspace.node_name(n).unwrap_or("a table that is gone").to_owned();
            let title = format!("Rows of {} without a match in {}", name(node), name(other));
            let spec = MergeSpec {
                id: MergeId(0),
                name: format!("{}_without_{}", name(node), name(other)),
                kind: MergeKind::Anti,
                left: node,
                right: other,
                keys: keys.clone(),
                keep: None,
                suffix: None,
                crosswalk: crosswalk.clone(),
            };
            let rows = GridRows::new(app, move |offset, limit| {
                let (keys, crosswalk) = (keys.clone(), crosswalk.clone());
                Some(Query::Unmatched { node, other, keys, crosswalk, offset, limit })
            });
            (title, rows, unmatched_foot(spec))
        }
        _ => return ().into_any(),
    };
    let words = Signal::derive(move || rows.n_total().map(|n| wording::plural(n, "row", "rows")));
    let label = title.clone();
    view! {
        <SidePanel title=title subtitle=words is_wide=true on_close=move || app.panel.set(None)>
            <div class="rows-panel">
                <VirtualGrid rows=rows label=label />
                <footer class="rows-panel__foot">{foot}</footer>
            </div>
        </SidePanel>
    }
    .into_any()
}

fn query_foot(sql: String) -> AnyView {
    let exported = Some(sql.clone());
    view! {
        <details class="rows-panel__sql">
            <summary>"The query"</summary>
            <pre>{sql}</pre>
        </details>
        <ExportMenu sql=Signal::derive(move || exported.clone()) file_stem="rows" />
    }
    .into_any()
}

/// The rows as a table of their own, to be explored and exported like any other. The report stays
/// about what it was.
fn unmatched_foot(spec: MergeSpec) -> AnyView {
    let app = use_app();
    let make = move || {
        let commands = vec![
            Command::SetMain { node: app.workspace_now().main_node() },
            Command::AddMerge { merge: Box::new(spec.clone()) },
        ];
        match app.try_dispatch(Command::All { label: format!("make {}", spec.name), commands }) {
            Ok(()) => {
                app.panel.set(None);
                app.say(format!("{} is a table now", spec.name), true);
            }
            Err(problem) => app.complain(problem),
        }
    };
    view! { <Button label="Make a table of these rows" on_click=make /> }.into_any()
}
