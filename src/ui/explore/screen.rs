//! The Explore screen: rows, charts or SQL in the middle, the recipe at the right.

use super::chart_form::first_chart;
use super::charts::ChartMaker;
use super::chips::FilterChips;
use super::click_steps::{filter_to, remove_column, shift_column, sort_by};
use super::export::ExportMenu;
use super::grid::{CellPick, ColumnAction, VirtualGrid};
use super::grid_rows::{ActiveCell, GridRows};
use super::memory::{Mode, recall, recall_chart, remember, remember_chart};
use super::nodes::{NodeSelect, columns_of, use_nodes};
use super::op_draft::{OpDraft, empty_op};
use super::recipe::RecipeList;
use super::sql::SqlScreen;
use super::status::CellStatus;
use crate::base::{NodeId, Repair, wording};
use crate::protocol::{NodeView, Query, View};
use crate::recipe::Measure;
use crate::recipe::{Aggregate, Op, Shift};
use crate::table::{ColumnHead, ColumnInfo, TableProfile};
use crate::ui::parts::{Button, ButtonKind, EmptyState, IconButton, IconName, SegmentedControl};
use crate::ui::shell::repair;
use crate::ui::state::{App, Place, use_app};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn ExploreScreen() -> impl IntoView {
    let app = use_app();
    let node = Memo::new(move |_| app.explored_node());
    let nodes = use_nodes(app);
    let mode = RwSignal::new(Mode::of_key(&recall().mode));
    let set_mode = move |key: String| {
        let new = Mode::of_key(&key);
        remember(|session| new.key().clone_into(&mut session.mode));
        mode.set(new);
    };
    move || match node.get() {
        None => view! {
            <EmptyState
                icon=IconName::Table
                title="Nothing to explore yet"
                text="Drop a file anywhere, or add a source. Its rows appear here."
            >
                <Button label="Go to sources" kind=ButtonKind::Primary on_click=move || app.place.set(Place::Sources) />
            </EmptyState>
        }
        .into_any(),
        // Another table is another screen: nothing of the last one stays.
        Some(node) => view! { <NodeScreen node=node nodes=nodes mode=mode on_mode=set_mode /> }.into_any(),
    }
}

#[component]
fn NodeScreen(
    node: NodeId,
    nodes: Memo<Arc<Vec<NodeView>>>,
    mode: RwSignal<Mode>,
    #[prop(into)] on_mode: Callback<(String,)>,
) -> impl IntoView {
    let app = use_app();
    let draft = RwSignal::new(None::<OpDraft>);
    let chosen_chart = RwSignal::new(recall_chart());
    // On a narrow screen it would cover the rows.
    let recipe_open = RwSignal::new(is_wide());
    let profile = use_profile(app, node);
    let name = Memo::new(move |_| app.workspace.with(|w| w.node_name(node).map(str::to_owned)).unwrap_or_default());
    let rows = GridRows::new(app, move |offset, limit| {
        (mode.get() == Mode::Rows).then_some(Query::Rows { node, offset, limit })
    });
    let open = move |op: Op| {
        recipe_open.set(true);
        draft.set(Some(OpDraft { node, step: None, op }));
    };
    let is_stale = move || untrack(|| rows.is_stale());
    // The cell that is active goes with its column, so that the next key finds it.
    let move_column = move |name: String, shift: Shift| {
        shift_column(app, node, name, shift, move || {
            let follow = |cell: &mut Option<ActiveCell>| {
                if let Some(cell) = cell {
                    cell.column = match shift {
                        Shift::Left => cell.column.saturating_sub(1),
                        Shift::Right => cell.column + 1,
                        Shift::Start => 0,
                        Shift::Hide => cell.column,
                    };
                }
            };
            // The screen may have been left by now.
            rows.anchor.try_set(None);
            rows.active.try_update(follow);
        });
    };
    let on_column = move |action: ColumnAction, head: ColumnHead| {
        let info = columns_of_untracked(app, nodes, node).into_iter().find(|c| c.name == head.name);
        let info = info.unwrap_or_else(|| ColumnInfo::new(&head.name, head.column_type));
        match action {
            ColumnAction::SortUp | ColumnAction::SortDown => {
                sort_by(app, node, head.name, action == ColumnAction::SortDown, is_stale());
            }
            ColumnAction::Filter => open(empty_op("filter", Some(&info))),
            ColumnAction::ChangeType => open(empty_op("type", Some(&info))),
            ColumnAction::Rename => open(empty_op("rename", Some(&info))),
            ColumnAction::GroupBy => open(empty_op("group", Some(&info))),
            ColumnAction::Compute => open(empty_op("compute", Some(&info))),
            ColumnAction::Step(kind) => open(empty_op(kind, Some(&info))),
            ColumnAction::Summarise => open(Op::Group { by: Vec::new(), measures: summaries_of(&info) }),
            ColumnAction::Hide => {
                let name = head.name.clone();
                shift_column(app, node, head.name, Shift::Hide, move || app.say(format!("{name} is hidden"), true));
            }
            ColumnAction::MoveLeft => move_column(head.name, Shift::Left),
            ColumnAction::MoveRight => move_column(head.name, Shift::Right),
            ColumnAction::MoveToStart => move_column(head.name, Shift::Start),
            ColumnAction::Remove => remove_column(app, node, head.name, is_stale()),
            ColumnAction::Chart => {
                let spec = first_chart(node, &columns_of_untracked(app, nodes, node), Some(&head.name));
                remember_chart(spec.clone());
                chosen_chart.set(spec);
                on_mode.run((Mode::Charts.key().to_owned(),));
            }
        }
    };
    let on_cell = move |pick: CellPick| filter_to(app, node, pick, is_stale());
    let content = move || match mode.get() {
        Mode::Rows => view! {
            <VirtualGrid
                rows=rows
                label=Signal::derive(move || format!("Rows of {}", name.get()))
                profile=Signal::derive(move || profile.get())
                on_cell=on_cell
                on_column=on_column
                on_repair=move |wanted: Repair| repair(app, None, wanted)
            />
        }
        .into_any(),
        Mode::Charts => view! { <ChartMaker node=node nodes=nodes profile=profile chosen=chosen_chart /> }.into_any(),
        Mode::Sql => view! { <SqlScreen node=node nodes=nodes /> }.into_any(),
    };
    let sql = Signal::derive(move || Some(format!("SELECT * FROM {}", super::cells::quote_name(&name.get()))));
    let recipe = move || {
        let is_asked = app.asked_step.get().is_some();
        (is_asked || (recipe_open.get() && mode.get() != Mode::Sql)).then(|| {
            view! {
                <aside class="explore__side" aria-label="Recipe">
                    <RecipeList node=node draft=draft profile=profile />
                </aside>
            }
        })
    };
    let modes = Mode::ALL.iter().map(|(_, key, label)| ((*key).to_owned(), (*label).to_owned())).collect::<Vec<_>>();
    view! {
        <section class="explore" aria-label="Explore">
            <h1 class="visually-hidden">{move || format!("Explore {}", name.get())}</h1>
            <header class="explore__bar">
                <div class="explore__node">
                    <NodeSelect nodes=nodes value=Signal::derive(move || Some(node)) on_change=move |n: NodeId| app.explored.set(Some(n)) />
                </div>
                <SegmentedControl
                    label="What to see"
                    options=modes
                    value=Signal::derive(move || mode.get().key().to_owned())
                    on_change=on_mode
                />
                <FilterChips node=node draft=draft />
                <span class="explore__space"></span>
                {move || (mode.get() == Mode::Rows).then(|| view! { <ExportMenu sql=sql file_stem=name /> })}
                {move || {
                    (mode.get() != Mode::Sql)
                        .then(|| {
                            view! {
                                <IconButton
                                    label="Recipe"
                                    icon=IconName::List
                                    pressed=Signal::derive(move || recipe_open.get())
                                    on_click=move || recipe_open.update(|open| *open = !*open)
                                />
                            }
                        })
                }}
            </header>
            <div class="explore__main">
                <div class="explore__content">{content}</div>
                {recipe}
            </div>
            <footer class="explore__status">
                <span class="explore__rows" role="status">{move || rows_words(nodes, node)}</span>
                <CellStatus node=node rows=rows />
            </footer>
        </section>
    }
}

fn columns_of_untracked(app: App, nodes: Memo<Arc<Vec<NodeView>>>, node: NodeId) -> Vec<ColumnInfo> {
    untrack(|| columns_of(app, nodes, node))
}

fn use_profile(app: App, node: NodeId) -> Signal<Option<Arc<TableProfile>>> {
    let answer = app.want(move || Some(Query::Profile { node }));
    let held = Memo::new(move |before: Option<&Option<Arc<TableProfile>>>| match answer.get().view() {
        Some(View::Profile(profile)) => Some(Arc::new(profile.clone())),
        _ => before.cloned().flatten(),
    });
    held.into()
}

/// "9,312 of 9,600 rows, 14 columns".
fn rows_words(nodes: Memo<Arc<Vec<NodeView>>>, node: NodeId) -> String {
    nodes.with(|nodes| {
        let Some(n) = nodes.iter().find(|n| n.node == node) else { return String::new() };
        let columns = wording::plural(n.columns.len() as u64, "column", "columns");
        if n.n_rows == n.n_rows_input {
            format!("{}, {columns}", wording::plural(n.n_rows, "row", "rows"))
        } else {
            let (after, before) = (wording::format_count(n.n_rows), wording::format_count(n.n_rows_input));
            format!("{after} of {before} rows, {columns}")
        }
    })
}

fn summaries_of(info: &ColumnInfo) -> Vec<Measure> {
    let of = |aggregate: Aggregate| {
        let column = (aggregate != Aggregate::Count).then(|| info.name.clone());
        Measure { aggregate, name: super::op_draft::measure_name(aggregate, column.as_deref()), column }
    };
    if info.column_type.is_numeric() {
        vec![of(Aggregate::Count), of(Aggregate::Mean), of(Aggregate::Min), of(Aggregate::Max)]
    } else {
        vec![of(Aggregate::Count), of(Aggregate::CountDistinct)]
    }
}

/// Must agree with `style/stages/explore.css`.
fn is_wide() -> bool {
    window().match_media("(min-width: 961px)").ok().flatten().is_some_and(|m| m.matches())
}
