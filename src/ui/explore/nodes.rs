//! The tables and merges there are, and choosing among them.

use crate::base::{NodeId, wording};
use crate::protocol::{NodeView, Query, View};
use crate::table::ColumnInfo;
use crate::ui::state::App;
use leptos::prelude::*;
use std::sync::Arc;

/// All nodes, as last known; kept while a newer answer is on its way.
pub fn use_nodes(app: App) -> Memo<Arc<Vec<NodeView>>> {
    let answer = app.want(|| Some(Query::Nodes));
    Memo::new(move |before: Option<&Arc<Vec<NodeView>>>| match answer.get().view() {
        Some(View::Nodes(nodes)) => Arc::new(nodes.clone()),
        _ => before.cloned().unwrap_or_default(),
    })
}

/// The columns of a node after its recipe. Until the engine has answered: as they were read.
pub fn columns_of(app: App, nodes: Memo<Arc<Vec<NodeView>>>, node: NodeId) -> Vec<ColumnInfo> {
    let known = nodes.with(|nodes| nodes.iter().find(|n| n.node == node).map(|n| n.columns.clone()));
    known.unwrap_or_else(|| match node {
        NodeId::Table(id) => app.workspace.with(|w| w.table(id).map(|(_, t)| t.columns.clone())).unwrap_or_default(),
        NodeId::Merge(_) => Vec::new(),
    })
}

/// Chooses a table or merge.
#[component]
pub fn NodeSelect(
    nodes: Memo<Arc<Vec<NodeView>>>,
    #[prop(into)] value: Signal<Option<NodeId>>,
    #[prop(into)] on_change: Callback<(NodeId,)>,
) -> impl IntoView {
    let options = move || {
        let chosen = value.get();
        nodes.with(|nodes| {
            let option = |node: &NodeView| {
                let text = format!("{} ({})", node.name, wording::plural(node.n_rows, "row", "rows"));
                let is_chosen = chosen == Some(node.node);
                view! { <option value=node.node.to_string() selected=is_chosen>{text}</option> }.into_any()
            };
            let (tables, merges): (Vec<_>, Vec<_>) = nodes.iter().partition(|n| matches!(n.node, NodeId::Table(_)));
            let group = |label: &'static str, of: Vec<&NodeView>| {
                let lines: Vec<_> = of.into_iter().map(option).collect();
                (!lines.is_empty()).then(|| view! { <optgroup label=label>{lines}</optgroup> })
            };
            (group("Merged", merges), group("Tables", tables))
        })
    };
    view! {
        <select
            class="select"
            aria-label="Table"
            prop:value=move || value.get().map(|n| n.to_string()).unwrap_or_default()
            on:change=move |event| {
                let text = event_target_value(&event);
                let found = nodes.with_untracked(|n| n.iter().map(|n| n.node).find(|n| n.to_string() == text));
                if let Some(node) = found {
                    on_change.run((node,));
                }
            }
        >
            {options}
        </select>
    }
}
