//! SQL over the same tables: a box, its answer in the grid, and what was asked before.

use super::cells::quote_name;
use super::export::ExportMenu;
use super::grid::VirtualGrid;
use super::grid_rows::GridRows;
use super::memory::{recall, remember};
use crate::base::{NodeId, wording};
use crate::protocol::{NodeView, Query};
use crate::ui::parts::{Button, ButtonKind, EmptyState, IconName, Menu, MenuItem, ProblemView, Working, is_late};
use crate::ui::state::use_app;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn SqlScreen(node: NodeId, nodes: Memo<Arc<Vec<NodeView>>>) -> impl IntoView {
    let app = use_app();
    let first = recall().sql_draft;
    let first = if first.is_empty() {
        let name = app.workspace.with_untracked(|w| w.node_name(node).map(quote_name)).unwrap_or_default();
        format!("SELECT *\nFROM {name}\nLIMIT 100")
    } else {
        first
    };
    let text = RwSignal::new(first);
    let ran = RwSignal::new(None::<String>);
    let area = NodeRef::<leptos::html::Textarea>::new();
    let write = move |new: String| {
        remember(|session| session.sql_draft.clone_from(&new));
        text.set(new);
    };
    let run = move || {
        let sql = text.get_untracked().trim().trim_end_matches(';').to_owned();
        if sql.is_empty() {
            return;
        }
        remember(|session| session.add_query(&sql));
        ran.set(Some(sql));
    };
    let history = Callback::new(move |()| {
        let past = recall().sql_history;
        if past.is_empty() {
            return vec![MenuItem::new("Nothing has been run yet", || ()).disabled(true)];
        }
        past.into_iter().take(15).map(|sql| MenuItem::new(one_line(&sql), move || write(sql.clone()))).collect()
    });
    let insert = move |word: String| {
        let now = text.get_untracked();
        let Some(area) = area.get_untracked() else { return };
        let at = area.selection_start().ok().flatten().map_or(now.len(), |utf16| byte_at(&now, utf16 as usize));
        let (before, after) = now.split_at_checked(at).unwrap_or((&now, ""));
        write(format!("{before}{word}{after}"));
        let _ = area.focus();
    };
    let tables = move || {
        nodes.with(|nodes| {
            let table = |n: &NodeView| {
                let name = quote_name(&n.name);
                let columns: Vec<_> = n
                    .columns
                    .iter()
                    .map(|c| {
                        let column = quote_name(&c.name);
                        let words = c.name.clone();
                        let kind = c.column_type.label();
                        view! {
                            <li>
                                <button type="button" class="sql__word" title=kind on:click=move |_| insert(column.clone())>
                                    {words}
                                </button>
                            </li>
                        }
                        .into_any()
                    })
                    .collect();
                let count = wording::plural(n.n_rows, "row", "rows");
                let label = n.name.clone();
                let is_this = n.node == node;
                view! {
                    <details class="sql__table" open=is_this>
                        <summary>{label} " " <span class="muted">{count}</span></summary>
                        <button type="button" class="sql__word" on:click=move |_| insert(name.clone())>"Insert the table's name"</button>
                        <ul>{columns}</ul>
                    </details>
                }
                .into_any()
            };
            nodes.iter().map(table).collect::<Vec<_>>()
        })
    };
    let result = move || match ran.get() {
        None => view! {
            <EmptyState
                icon=IconName::Code
                title="Ask in SQL"
                text="Write a query over the tables at the left and run it with Ctrl+Enter. Nothing is changed by it."
            />
        }
        .into_any(),
        Some(sql) => view! { <SqlResult sql=sql /> }.into_any(),
    };
    view! {
        <div class="sql">
            <aside class="sql__tables" aria-label="Tables and columns">{tables}</aside>
            <div class="sql__main">
                <textarea
                    class="textarea sql__text mono"
                    aria-label="SQL"
                    spellcheck="false"
                    rows="7"
                    node_ref=area
                    prop:value=move || text.get()
                    on:input=move |event| write(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                            event.prevent_default();
                            run();
                        }
                    }
                ></textarea>
                <div class="sql__bar">
                    <Button label="Run" kind=ButtonKind::Primary on_click=run />
                    <span class="muted"><kbd class="kbd">"Ctrl"</kbd>" "<kbd class="kbd">"Enter"</kbd></span>
                    <span class="sql__space"></span>
                    <Menu label="History" items=history icon=IconName::History shows_label=true kind=ButtonKind::Plain />
                    <ExportMenu sql=ran file_stem="query" />
                </div>
                <div class="sql__result">{result}</div>
            </div>
        </div>
    }
}

#[component]
fn SqlResult(sql: String) -> impl IntoView {
    let app = use_app();
    let asked = sql.clone();
    let rows = GridRows::new(app, move |offset, limit| Some(Query::Sql { sql: asked.clone(), offset, limit }));
    let problem = Memo::new(move |_| rows.problem());
    let is_late = is_late(move || rows.is_stale());
    let mine = StoredValue::new(sql.clone());
    let cancel = move || {
        let is_mine = |q: &Query| matches!(q, Query::Sql { sql, .. } if mine.with_value(|m| m == sql));
        app.cancel_questions(is_mine);
    };
    // Of the first answer: what is scrolled to later is there already, and tells nothing.
    let first_ms =
        Memo::new(move |before: Option<&Option<f64>>| before.copied().flatten().or_else(|| rows.elapsed_ms()));
    let words = move || {
        let total = rows.n_total()?;
        let took =
            first_ms.get().map(|ms| format!(" in {} ms", wording::format_significant(ms, 2))).unwrap_or_default();
        Some(format!("{}{took}", wording::plural(total, "row", "rows")))
    };
    move || match problem.get() {
        Some(problem) => {
            let spot = problem.place.offset.and_then(|at| spot_words(&sql, at));
            view! {
                <ProblemView problem=problem />
                {spot.map(|s| view! { <pre class="sql__spot">{s}</pre> })}
            }
            .into_any()
        }
        None => view! {
            <div class="sql__count">
                <span role="status">{words}</span>
                <Working is_late=is_late label="The query is running" on_cancel=cancel />
            </div>
            <VirtualGrid rows=rows label="Result of the query" />
        }
        .into_any(),
    }
}

/// The line with the mistake, and a mark below the place.
fn spot_words(sql: &str, offset: u64) -> Option<String> {
    let at = usize::try_from(offset).ok()?.min(sql.len());
    let before = sql.get(..at)?;
    let start = before.rfind('\n').map_or(0, |n| n + 1);
    let line = sql.get(start..)?.lines().next().unwrap_or_default();
    let indent = before.get(start..)?.chars().count();
    Some(format!("{line}\n{}^", " ".repeat(indent)))
}

/// The byte at a position counted in UTF-16 units, as the browser counts.
fn byte_at(text: &str, utf16: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= utf16 {
            return at;
        }
        units += c.len_utf16();
    }
    text.len()
}

fn one_line(sql: &str) -> String {
    let flat = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= 60 { flat } else { format!("{}…", flat.chars().take(60).collect::<String>()) }
}
