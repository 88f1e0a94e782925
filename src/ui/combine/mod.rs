//! How the sources fit together: what is proposed, what was accepted and what came of it.

mod accepted_keys;
mod arrange;
mod form;
mod graph;
mod kept_columns;
mod match_bar;
mod merge_card;
mod near_keys;
mod stack;
mod suggestion_card;
mod unmatched;
mod words;

use crate::base::wording::plural;
use crate::merge::MergeSuggestion;
use crate::protocol::{Query, View};
use crate::ui::parts::{Button, ButtonKind, EmptyState, IconName, ProblemView, Skeleton};
use crate::ui::shell::choose_files;
use crate::ui::state::{Answer, App, Place, use_app};
use form::{JoinForm, JoinStart};
use graph::FlowGraph;
use leptos::prelude::*;
use merge_card::MergeCard;
use suggestion_card::SuggestionCard;

/// The engine's suggestions, asked for once for all screens.
#[derive(Clone, Copy)]
pub struct Suggestions {
    pub answer: Signal<Answer>,
    /// Those that wait for an answer: not rejected, and not between nodes that are joined already.
    pub open: Memo<Vec<MergeSuggestion>>,
}

/// Asks on behalf of all screens. For the shell.
pub fn provide_suggestions(app: App) {
    provide_context(ask(app));
}

pub fn use_suggestions() -> Suggestions {
    use_context::<Suggestions>().unwrap_or_else(|| ask(use_app()))
}

fn ask(app: App) -> Suggestions {
    let answer = app.want(move || (app.workspace.get().nodes().len() > 1).then_some(Query::Suggestions));
    let open = Memo::new(move |_| {
        let workspace = app.workspace.get();
        let answer = answer.get();
        let Some(View::Suggestions(all)) = answer.view() else { return Vec::new() };
        let is_open = |s: &&MergeSuggestion| {
            let is_joined = workspace
                .merges
                .iter()
                .any(|m| (m.left, m.right) == (s.left, s.right) || (m.right, m.left) == (s.left, s.right));
            !is_joined && !workspace.rejected.contains(&s.id)
        };
        all.iter().filter(is_open).cloned().collect()
    });
    Suggestions { answer, open }
}

#[component]
pub fn CombineScreen() -> impl IntoView {
    let app = use_app();
    let n_tables = Memo::new(move |_| app.workspace.get().tables().count());
    let merges = Memo::new(move |_| app.workspace.get().merges.iter().map(|m| m.id).collect::<Vec<_>>());
    let suggestions = use_suggestions().open;
    let outcomes = app.want(move || (!merges.get().is_empty()).then_some(Query::Merges));
    let nodes = app.want(move || (n_tables.get() > 1).then_some(Query::Nodes));
    let is_joining = RwSignal::new(false);
    let lead = move || match (suggestions.get().len() as u64, merges.get().len() as u64) {
        (0, 0) => "The tables stand side by side. Join two yourself if they belong together.".to_owned(),
        (0, n) => format!("{} in place. Every row of every input is accounted for.", plural(n, "merge", "merges")),
        (n, _) => format!(
            "{} found from the values, not from the names. Accept what is right.",
            plural(n, "match", "matches")
        ),
    };
    let primary = move || {
        merges.get().last().map(|_| {
            view! {
                <Button
                    label="Read the report"
                    icon=IconName::ArrowRight
                    kind=ButtonKind::Primary
                    on_click=move || app.place.set(Place::Report)
                />
            }
        })
    };
    let several = move || {
        view! {
            <FlowGraph suggestions=suggestions nodes=nodes />
            <Show when=move || is_joining.get()>
                <JoinForm start=JoinStart::New on_done=move || is_joining.set(false) />
            </Show>
            <SuggestionList nodes=nodes />
            <Show when=move || !merges.get().is_empty()>
                <section class="page__section" aria-labelledby="combine-merges">
                    <h2 id="combine-merges" class="page__section-title">"In place"</h2>
                    <ul class="combine__list">
                        <For each=move || merges.get() key=|id| *id let:id>
                            <li><MergeCard id=id outcomes=outcomes /></li>
                        </For>
                    </ul>
                </section>
            </Show>
        }
    };
    view! {
        <div class="page combine">
            <header class="page__head">
                <div>
                    <h1>"Combine"</h1>
                    {move || (n_tables.get() > 1).then(|| view! { <p class="page__lead">{lead}</p> })}
                </div>
                <Show when=move || { n_tables.get() > 1 }>
                    <div class="page__actions">
                        <Button
                            label="Join two tables yourself"
                            icon=IconName::Combine
                            disabled=is_joining
                            on_click=move || is_joining.set(true)
                        />
                        {primary}
                    </div>
                </Show>
            </header>
            {move || {
                if n_tables.get() > 1 {
                    several().into_any()
                } else {
                    view! {
                        <EmptyState
                            icon=IconName::Merge
                            title="One table so far"
                            text="Add a second source and Tributary looks for the columns that connect the two."
                        >
                            <Button label="Add files" icon=IconName::Plus kind=ButtonKind::Primary on_click=choose_files />
                        </EmptyState>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn SuggestionList(nodes: Signal<Answer>) -> impl IntoView {
    let Suggestions { answer, open: suggestions } = use_suggestions();
    let state = move || match answer.get() {
        Answer::Waiting => Some(view! { <Skeleton lines=4 /> }.into_any()),
        Answer::Failed(problem) => Some(view! { <ProblemView problem=problem /> }.into_any()),
        Answer::Ready { .. } => None,
    };
    view! {
        {state}
        <Show when=move || !suggestions.get().is_empty()>
            <section class="page__section" aria-labelledby="combine-suggestions">
                <h2 id="combine-suggestions" class="page__section-title">"To confirm"</h2>
                <ul class="combine__list">
                    <For each=move || suggestions.get() key=|s| format!("{s:?}") let:suggestion>
                        <li><SuggestionCard suggestion=suggestion nodes=nodes /></li>
                    </For>
                </ul>
            </section>
        </Show>
    }
}
