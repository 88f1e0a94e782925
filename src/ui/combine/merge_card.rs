//! A merge in place: what it does, what came of it, and how to change it.

use super::accepted_keys::AcceptedKeys;
use super::form::{JoinForm, JoinStart};
use super::match_bar::{MatchBar, Side};
use super::near_keys::NearKeys;
use super::suggestion_card::examples;
use super::unmatched::see_which;
use super::words::{JOIN_KINDS, form_words, key_words, kind_words, outcome_words, rows_words};
use crate::base::wording::plural;
use crate::base::{MergeId, NodeId};
use crate::merge::{KeyForm, MergeKind, MergeSpec};
use crate::protocol::{MergeView, View};
use crate::ui::parts::{
    Button, ButtonKind, EditText, Icon, IconName, Menu, MenuItem, ProblemView, Skeleton, StateKind, StateTag,
};
use crate::ui::shell::repair;
use crate::ui::state::{Answer, App, Place, use_app};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub fn MergeCard(id: MergeId, outcomes: Signal<Answer>) -> impl IntoView {
    let app = use_app();
    let spec = Memo::new(move |_| app.workspace.get().merge(id).cloned());
    let outcome = Memo::new(move |_| match outcomes.get().view() {
        Some(View::Merges(all)) => all.iter().find(|m| m.merge == id).cloned(),
        _ => None,
    });
    let failed = move || match outcomes.get() {
        Answer::Failed(problem) => Some(problem),
        _ => outcome.get().and_then(|o| o.problem),
    };
    // Outlives the outcome, which is written anew with every key that is accepted.
    let is_looking = RwSignal::new(false);
    let on_repair = Callback::new(move |(r,)| repair(app, None, r));
    let body = move || {
        let spec = spec.get()?;
        if let Some(problem) = failed() {
            return Some(view! { <ProblemView problem=problem on_repair=on_repair /> }.into_any());
        }
        Some(match outcome.get() {
            Some(view) => outcome_view(app, &spec, &view, is_looking),
            None => view! { <Skeleton lines=2 /> }.into_any(),
        })
    };
    let is_renaming = RwSignal::new(false);
    let is_changing = RwSignal::new(false);
    let form = move || {
        let spec = is_changing.get().then(|| spec.get_untracked()).flatten()?;
        let start = JoinStart::InPlace(Box::new(spec));
        Some(view! { <JoinForm start=start on_done=move || is_changing.set(false) /> }.into_any())
    };
    let name = Signal::derive(move || spec.get().map(|s| s.name).unwrap_or_default());
    let save = move |name: String| app.dispatch(Command::RenameNode { node: NodeId::Merge(id), name });
    let heading = move || {
        if is_renaming.get() {
            view! {
                <EditText
                    label="Name of the outcome"
                    class="input source__name-input"
                    value=name
                    is_editing=is_renaming
                    on_save=save
                />
            }
            .into_any()
        } else {
            view! { <h3 class="merge__name">{move || name.get()}</h3> }.into_any()
        }
    };
    let sentence = move || spec.get().map(|s| sentence(app, &s));
    view! {
        <article class="merge card">
            <header class="merge__head">
                <span class="merge__icon"><Icon name=IconName::Merge size=20 /></span>
                <div class="merge__titles">
                    {heading}
                    <p class="merge__what">{sentence}</p>
                </div>
                <div class="merge__actions">
                    <Button
                        label="Explore"
                        kind=ButtonKind::Plain
                        on_click=move || {
                            app.explored.set(Some(NodeId::Merge(id)));
                            app.place.set(Place::Explore);
                        }
                    />
                    <Menu label="Change or remove" items=Callback::new(move |()| lines(app, id, is_renaming, is_changing)) />
                </div>
            </header>
            {form}
            {body}
        </article>
    }
}

fn names(app: App, spec: &MergeSpec) -> (String, String) {
    let workspace = app.workspace.get();
    let name = |node| workspace.node_name(node).unwrap_or("a table that is gone").to_owned();
    (name(spec.left), name(spec.right))
}

fn sentence(app: App, spec: &MergeSpec) -> String {
    let (left, right) = names(app, spec);
    let what = kind_words(spec.kind, &left, &right);
    if spec.kind == MergeKind::Union || spec.keys.is_empty() {
        return what;
    }
    let keys: Vec<String> = spec
        .keys
        .iter()
        .map(|k| match k.form {
            KeyForm::Exact => key_words(k),
            form => format!("{} ({})", key_words(k), form_words(form)),
        })
        .collect();
    format!("{what}, by {}", crate::base::wording::list(&keys))
}

fn outcome_view(app: App, spec: &MergeSpec, view: &MergeView, is_looking: RwSignal<bool>) -> AnyView {
    let (left, right) = names(app, spec);
    let o = view.outcome.clone();
    let all_found = o.n_left_only == 0 || matches!(spec.kind, MergeKind::Union | MergeKind::Anti);
    let repeats = o.n_left_multiplied > 0 && matches!(spec.kind, MergeKind::Left | MergeKind::Inner | MergeKind::Full);
    let (state, word) = match (all_found, repeats) {
        (_, true) => (StateKind::Attention, "rows are repeated".to_owned()),
        (true, _) => (StateKind::Fine, "complete".to_owned()),
        _ => (StateKind::Attention, format!("{} without a match", plural(o.n_left_only, "row", "rows"))),
    };
    let bar = (spec.kind != MergeKind::Union).then(|| {
        let l = Side { name: left.clone(), n_matched: o.n_left_matched, n_only: o.n_left_only };
        let r = Side { name: right.clone(), n_matched: o.n_right_matched, n_only: o.n_right_only };
        view! { <MatchBar left=l right=r /> }
    });
    let is_join = spec.kind != MergeKind::Union;
    let see_left =
        (is_join && o.n_left_only > 0).then(|| see_which(app, (spec.left, spec.right), spec.by(), false, true));
    let see_right =
        (is_join && o.n_right_only > 0).then(|| see_which(app, (spec.left, spec.right), spec.by(), true, true));
    let near = (is_join && o.n_left_only > 0)
        .then(|| view! { <NearKeys spec=spec.clone() right=right.clone() is_open=is_looking /> });
    let accepted = (!spec.crosswalk.is_empty()).then(|| view! { <AcceptedKeys spec=spec.clone() /> });
    let twice = o.double_counted_words().map(|words| view! { <p class="merge__note">{words}</p> });
    let once = o.kept_once_words().map(|words| view! { <p class="merge__note">{words}</p> });
    let renamed = (!o.renamed.is_empty()).then(|| {
        let names: Vec<String> = o.renamed.iter().map(|(from, to)| format!("{from} is now {to}")).collect();
        view! { <p class="merge__note">{format!("Renamed, as the name was taken: {}.", names.join(", "))}</p> }
    });
    view! {
        <div class="merge__outcome">
            <p class="merge__words">{outcome_words(spec, &o, &left, &right)} " " {see_left}</p>
            <StateTag state=state label=word />
        </div>
        {bar}
        {rows_words(spec, &o, &right).map(|w| view! { <p class="merge__note">{w} " " {see_right}</p> })}
        {twice}
        {once}
        {renamed}
        {examples(&left, &o.left_only_examples, &right, &o.right_only_examples)}
        {near}
        {accepted}
    }
    .into_any()
}

fn lines(app: App, id: MergeId, is_renaming: RwSignal<bool>, is_changing: RwSignal<bool>) -> Vec<MenuItem> {
    let workspace = app.workspace.get_untracked();
    let Some(spec) = workspace.merge(id).cloned() else { return Vec::new() };
    let name = |node| workspace.node_name(node).unwrap_or_default().to_owned();
    let (left, right) = (name(spec.left), name(spec.right));
    let mut lines = Vec::new();
    if spec.kind != MergeKind::Union {
        for kind in JOIN_KINDS {
            let merge = MergeSpec { kind, ..spec.clone() };
            let edit = move || app.dispatch(Command::EditMerge { merge: Box::new(merge.clone()) });
            lines.push(MenuItem::new(kind_words(kind, &left, &right), edit).checked(kind == spec.kind));
        }
    }
    let is_main = workspace.main_node() == Some(NodeId::Merge(id));
    let make_main = move || app.dispatch(Command::SetMain { node: Some(NodeId::Merge(id)) });
    let change = MenuItem::new("Change keys and columns…", move || is_changing.set(true)).icon(IconName::Link);
    lines.push(if lines.is_empty() { change } else { change.new_group() });
    lines.push(MenuItem::new("Rename", move || is_renaming.set(true)).icon(IconName::Pencil));
    lines.push(MenuItem::new("Make the report about this", make_main).icon(IconName::FileText).disabled(is_main));
    let removed = spec.name.clone();
    let remove = move || match app.try_dispatch(Command::RemoveMerge { merge: id }) {
        Ok(()) => app.say(format!("{removed} is removed"), true),
        Err(problem) => app.complain(problem),
    };
    lines.push(MenuItem::new("Remove", remove).icon(IconName::Trash).new_group().destructive());
    lines
}
