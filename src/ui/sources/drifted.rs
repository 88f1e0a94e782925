//! What is different from the version before, at the source: counted, named, and put right by a click.

use super::when_words;
use crate::base::wording::sentence_case;
use crate::base::{NodeId, SourceId, StepId, TableId};
use crate::protocol::{Query, View};
use crate::source::drift::{Fix, added_words, column_words, fixes, likely_fixes, row_words};
use crate::source::{ColumnDrift, Drift, WaitingStep};
use crate::ui::parts::{Button, ButtonKind, Icon, IconName};
use crate::ui::state::{App, JobState, Panel, use_app};
use crate::workspace::{Command, Workspace, apply};
use leptos::prelude::*;

#[component]
pub fn Drifted(id: SourceId) -> impl IntoView {
    let app = use_app();
    let drifts = Memo::new(move |_| {
        let workspace = app.workspace.get();
        let tables = workspace.source(id).map(|s| s.tables.as_slice()).unwrap_or_default();
        tables.iter().filter_map(|t| Some((t.id, t.drift.clone()?))).collect::<Vec<_>>()
    });
    move || {
        let drifts = drifts.get();
        let first = drifts.first()?.1.clone();
        let waiting: Vec<WaitingStep> = drifts.iter().flat_map(|(_, d)| d.waiting.clone()).collect();
        let likely: Vec<Fix> = drifts.iter().flat_map(|(_, d)| likely_fixes(&d.columns)).collect();
        let all = (likely.len() > 1).then(|| {
            let label = format!("Do all {}", likely.len());
            view! { <Button label=label disabled=is_busy(app) on_click=move || make(app, id, &likely) /> }
        });
        let lines = drifts.iter().map(|(table, drift)| lines(id, *table, drift)).collect_view();
        // What is missing and needed is not settled by having been seen.
        let settling = Command::SettleSource { source: id };
        let workspace = app.workspace.get_untracked();
        let settle = apply(&workspace, &settling).is_ok_and(|settled| settled != *workspace).then(|| {
            let settle = move || app.dispatch(settling.clone());
            view! { <Button label="Got it" kind=ButtonKind::Plain on_click=settle /> }
        });
        Some(view! {
            <section class="source__note" aria-label="What is different from the version before">
                <p class="source__note-words">
                    <Icon name=IconName::History />
                    {since(&app.workspace.get_untracked(), id, &first)}
                </p>
                <ul class="drift">
                    {lines}
                    {waiting.into_iter().map(waiting_line).collect_view()}
                </ul>
                <div class="source__note-actions">
                    {all}
                    {settle}
                </div>
            </section>
        })
    }
}

/// "Since metrics_2024-05.csv, read 12 Nov 2026, 14:05".
fn since(workspace: &Workspace, id: SourceId, drift: &Drift) -> String {
    let is_same_name = workspace.source(id).is_some_and(|s| s.name == drift.before_name);
    let when = when_words(&drift.before_read_at);
    if is_same_name { format!("Since {when}") } else { format!("Since {}, read {when}", drift.before_name) }
}

/// One fix at a time: each starts from how the source is read once the one before is done.
fn is_busy(app: App) -> Signal<bool> {
    Signal::derive(move || app.jobs.get().iter().any(|job| matches!(job.state, JobState::Running { .. })))
}

fn make(app: App, id: SourceId, fixes: &[Fix]) {
    let workspace = app.workspace.get_untracked();
    let Some(source) = workspace.source(id) else { return };
    let reader = fixes.iter().fold(source.reader.clone(), |reader, fix| fix.apply(reader));
    app.reread(id, reader);
}

fn lines(id: SourceId, table: TableId, drift: &Drift) -> AnyView {
    let app = use_app();
    let rows = drift.rows.as_ref().map(|rows| {
        let open = move |_| app.panel.set(Some(Panel::Changes(table)));
        let see = (!rows.is_nothing()).then(|| {
            view! {
                " · "
                <button type="button" class="link" on:click=open>"see examples"</button>
            }
        });
        view! { <li class="drift__line"><span>{sentence_case(&row_words(rows))} {see}</span></li> }
    });
    let columns = drift.columns.iter().filter(|c| !matches!(c, ColumnDrift::Added { .. }));
    let columns = columns.map(|c| column_line(app, id, table, c)).collect_view();
    let plain =
        [added_words(&drift.columns), drift.is_reordered.then(|| "The columns are in another order".to_owned())];
    let plain = plain.into_iter().flatten().map(|words| view! { <li class="drift__line">{words}</li> }).collect_view();
    view! { {rows} {columns} {plain} }.into_any()
}

fn column_line(app: App, id: SourceId, table: TableId, column: &ColumnDrift) -> AnyView {
    let buttons = fixes(column).into_iter().map(|fix| {
        let label = fix.label();
        view! { <Button label=label disabled=is_busy(app) on_click=move || make(app, id, std::slice::from_ref(&fix)) /> }
    });
    let state = is_missing(column).then_some("attention");
    let needed = match column {
        ColumnDrift::Missing { column, .. } => merges_needing(&app.workspace.get_untracked(), table, column),
        _ => None,
    };
    view! {
        <li class="drift__line" data-state=state>
            <span>{column_words(column)} {needed}</span>
            {buttons.collect_view()}
        </li>
    }
    .into_any()
}

fn is_missing(column: &ColumnDrift) -> bool {
    matches!(column, ColumnDrift::Missing { .. })
}

/// Merges find their rows by it: what is made of them cannot be made without.
fn merges_needing(workspace: &Workspace, table: TableId, column: &str) -> Option<String> {
    let node = NodeId::Table(table);
    let is_key = |m: &&crate::merge::MergeSpec| {
        m.kind != crate::merge::MergeKind::Union
            && m.keys.iter().any(|k| (m.left == node && k.left == column) || (m.right == node && k.right == column))
    };
    let names: Vec<String> = workspace.merges.iter().filter(is_key).map(|m| m.name.clone()).collect();
    let need = if names.len() == 1 { "needs" } else { "need" };
    (!names.is_empty()).then(|| format!(". {} {need} it", crate::base::wording::list(&names)))
}

/// A step that is off until the column it needs is there again.
fn waiting_line(waiting: WaitingStep) -> AnyView {
    let app = use_app();
    let WaitingStep { step, column } = waiting;
    let node = Memo::new(move |_| node_of(&app.workspace.get(), step));
    let steps = app.want(move || node.get().map(|node| Query::Steps { node }));
    let sentence = move || match steps.get().view() {
        Some(View::Steps(views)) => views.iter().find(|v| v.step == step).map(|v| v.sentence.clone()),
        _ => None,
    };
    let words = move || match sentence() {
        Some(sentence) => format!("Not carried out without {column}: {sentence}"),
        None => format!("A step is not carried out without {column}"),
    };
    view! { <li class="drift__line" data-state="attention">{words}</li> }.into_any()
}

fn node_of(workspace: &Workspace, step: StepId) -> Option<NodeId> {
    let has = |recipe: &crate::recipe::Recipe| recipe.steps.iter().any(|s| s.id == step);
    workspace.recipes.iter().find(|(_, recipe)| has(recipe)).map(|(node, _)| *node)
}
