//! One proposed merge: the two tables, what connects them, how well, and the decision.

use super::form::{JoinForm, JoinStart};
use super::match_bar::{MatchBar, Side};
use super::unmatched::see_which;
use super::words::{form_words, key_words, kind_key, kind_of_key, kind_options, kind_words, merge_name, rows_of};
use crate::base::NodeId;
use crate::base::wording::{format_count, plural};
use crate::merge::{By, KeyForm, MergeKind, MergeSpec, MergeSuggestion};
use crate::ui::parts::{Button, ButtonKind, Icon, IconName, Select, StateKind, StateTag};
use crate::ui::state::{Answer, use_app};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub fn SuggestionCard(suggestion: MergeSuggestion, nodes: Signal<Answer>) -> impl IntoView {
    let app = use_app();
    let s = suggestion;
    let kind = RwSignal::new(if s.is_union { MergeKind::Union } else { MergeKind::Left });
    let (left, right) = (s.left_name.clone(), s.right_name.clone());

    let sides = {
        let s = s.clone();
        Memo::new(move |_| {
            let n_right = rows_of(&app.workspace.get(), &nodes.get(), s.right).unwrap_or(s.n_matched + s.n_right_only);
            let left = Side { name: s.left_name.clone(), n_matched: s.n_matched, n_only: s.n_left_only };
            let n_matched = n_right.saturating_sub(s.n_right_only);
            (left, Side { name: s.right_name.clone(), n_matched, n_only: s.n_right_only })
        })
    };
    let bar = (!s.is_union).then_some(move || {
        let (left, right) = sides.get();
        view! { <MatchBar left=left right=right /> }
    });
    let merge = {
        let s = s.clone();
        move || {
            let kind = kind.get_untracked();
            let name = merge_name(&s.left_name, &s.right_name, kind);
            MergeSpec { name, ..MergeSpec::accepting(&s, Some(kind)) }
        }
    };
    let accept = {
        let s = s.clone();
        let merge = merge.clone();
        move || {
            let merge = merge();
            match app.try_dispatch(Command::AddMerge { merge: Box::new(merge) }) {
                Ok(()) => app.say(format!("{} and {} are combined", s.left_name, s.right_name), true),
                Err(problem) => app.complain(problem),
            }
        }
    };
    let reject = {
        let id = s.id.clone();
        move || app.dispatch(Command::RejectSuggestion { suggestion: id.clone() })
    };
    let is_changing = RwSignal::new(false);
    let form = move || {
        is_changing.get().then(|| {
            let start = JoinStart::Proposed(Box::new(merge()));
            view! { <JoinForm start=start on_done=move || is_changing.set(false) /> }.into_any()
        })
    };
    let see = |is_right: bool| see_which(app, (s.left, s.right), By::from(&s.keys), is_right, false);
    let see_left = (!s.is_union && s.n_left_only > 0).then(|| see(false));
    let see_right = (!s.is_union && s.n_right_only > 0).then(|| see(true));
    let kind_field = (!s.is_union).then(|| {
        let value = Signal::derive(move || kind_key(kind.get()).to_owned());
        let choose = move |key: String| kind.set(kind_of_key(&key).unwrap_or(MergeKind::Left));
        view! {
            <div class="suggestion__kind">
                <Select label="Which rows to keep" options=kind_options(&left, &right) value=value on_change=choose />
            </div>
        }
    });
    let what = if s.is_union { kind_words(MergeKind::Union, &s.left_name, &s.right_name) } else { String::new() };
    let (state, sure) = confidence(s.confidence);
    let verb = if s.is_union { "Put together" } else { "Join" };
    let also = [s.double_counted_words(), s.runner_up.as_ref().map(|columns| format!("Next best: {columns}."))];
    let also = also.into_iter().flatten().reduce(|a, b| format!("{a} {b}"));
    let keys = keys_view(&s);
    view! {
        <article class="suggestion card">
            <Pair left=s.left_name.clone() right=s.right_name.clone() left_node=s.left right_node=s.right nodes=nodes>
                {keys}
            </Pair>
            <div class="suggestion__why">
                <p class="suggestion__reason">{if s.reason.is_empty() { what } else { s.reason.clone() }}</p>
                <StateTag state=state label=sure />
            </div>
            {bar}
            <p class="suggestion__numbers">{numbers(&s)}</p>
            {also.map(|words| view! { <p class="suggestion__numbers">{words}</p> })}
            {(see_left.is_some() || see_right.is_some())
                .then(|| view! { <p class="suggestion__see">{see_left} {see_right}</p> })}
            {examples(&s.left_name, &s.left_only_examples, &s.right_name, &s.right_only_examples)}
            <footer class="suggestion__actions">
                {kind_field}
                <span class="suggestion__space"></span>
                <Button label="Not this" kind=ButtonKind::Plain on_click=reject />
                <Button
                    label="Change"
                    kind=ButtonKind::Plain
                    disabled=is_changing
                    on_click=move || is_changing.set(true)
                />
                <Button label=verb icon=IconName::Check kind=ButtonKind::Primary on_click=accept />
            </footer>
            {form}
        </article>
    }
}

/// The two tables with what connects them in between.
#[component]
pub fn Pair(
    left: String,
    right: String,
    left_node: NodeId,
    right_node: NodeId,
    nodes: Signal<Answer>,
    children: Children,
) -> impl IntoView {
    let app = use_app();
    let size =
        move |node: NodeId| move || rows_of(&app.workspace.get(), &nodes.get(), node).map(|n| plural(n, "row", "rows"));
    view! {
        <div class="pair">
            <span class="pair__node">
                <span class="pair__name">{left}</span>
                <span class="pair__size">{size(left_node)}</span>
            </span>
            <span class="pair__link">{children()}</span>
            <span class="pair__node">
                <span class="pair__name">{right}</span>
                <span class="pair__size">{size(right_node)}</span>
            </span>
        </div>
    }
}

fn keys_view(s: &MergeSuggestion) -> AnyView {
    if s.is_union {
        let words = plural(s.keys.len() as u64, "shared column", "shared columns");
        return view! { <span class="pair__key"><Icon name=IconName::Layers size=14 />{words}</span> }.into_any();
    }
    s.keys
        .iter()
        .map(|k| {
            let form =
                (k.form != KeyForm::Exact).then(|| view! { <span class="pair__form">{form_words(k.form)}</span> });
            view! { <span class="pair__key"><Icon name=IconName::Link size=14 />{key_words(k)}{form}</span> }
        })
        .collect_view()
        .into_any()
}

fn confidence(confidence: f64) -> (StateKind, &'static str) {
    match confidence {
        c if c >= 0.9 => (StateKind::Fine, "very likely"),
        c if c >= 0.6 => (StateKind::Fine, "likely"),
        _ => (StateKind::Attention, "look closely"),
    }
}

fn numbers(s: &MergeSuggestion) -> String {
    if s.is_union {
        return format!("{} in the outcome.", plural(s.n_matched, "row", "rows"));
    }
    let fan = match s.fan_out {
        0 | 1 => "each finds at most one match, so no row is repeated".to_owned(),
        n => format!("one row finds up to {} matches, so rows are repeated", format_count(n)),
    };
    let only = |n: u64, name: &str| match n {
        0 => format!("every row of {name} is used"),
        n => format!("{} of {name} without a match", plural(n, "row", "rows")),
    };
    let text = format!("{}; {}; {fan}.", only(s.n_left_only, &s.left_name), only(s.n_right_only, &s.right_name));
    crate::base::wording::sentence_case(&text)
}

/// Keys without a partner, side by side, as they are written.
pub fn examples(left: &str, left_only: &[String], right: &str, right_only: &[String]) -> Option<AnyView> {
    if left_only.is_empty() && right_only.is_empty() {
        return None;
    }
    let side = |name: &str, values: &[String]| {
        let body = if values.is_empty() {
            view! { <p class="muted">"none"</p> }.into_any()
        } else {
            let shown = values.iter().take(8).map(|v| view! { <li class="unmatched__value">{v.clone()}</li> });
            view! { <ul class="unmatched__values">{shown.collect_view()}</ul> }.into_any()
        };
        view! { <div><h4 class="unmatched__title">{format!("Only in {name}")}</h4>{body}</div> }.into_any()
    };
    Some(
        view! {
            <details class="unmatched">
                <summary class="unmatched__summary">"Examples without a match"</summary>
                <div class="unmatched__sides">{side(left, left_only)}{side(right, right_only)}</div>
            </details>
        }
        .into_any(),
    )
}
