//! Keys without a partner, each beside the key of the other table that is written most alike: accepted one by
//! one, or all that are alike enough.

use crate::base::wording::{format_count, plural};
use crate::merge::{KeyMatch, MergeSpec, Nearest, Unmatched};
use crate::protocol::{Query, View};
use crate::ui::parts::{Button, ButtonKind, Icon, IconName, ProblemView, Select, Skeleton};
use crate::ui::state::{Answer, App, use_app};
use crate::workspace::Command;
use leptos::prelude::*;

/// Keys shown at a time: those accepted make room for the next.
const SHOWN: usize = 12;
/// How alike, in percent, "all" may mean.
const LEVELS: [u32; 4] = [95, 90, 80, 70];

#[component]
pub fn NearKeys(spec: MergeSpec, right: String, is_open: RwSignal<bool>) -> impl IntoView {
    let app = use_app();
    let asked = spec.clone();
    let answer = app.want(move || is_open.get().then(|| Query::Nearest { merge: Box::new(asked.clone()) }));
    let body = move || {
        if !is_open.get() {
            let label = format!("Look for near matches in {right}");
            let open = move || is_open.set(true);
            return view! { <Button label=label icon=IconName::Search kind=ButtonKind::Plain on_click=open /> }
                .into_any();
        }
        match answer.get() {
            Answer::Waiting => view! { <Skeleton lines=3 /> }.into_any(),
            Answer::Failed(problem) => view! { <ProblemView problem=problem /> }.into_any(),
            ready => match ready.view() {
                Some(View::Nearest(found)) => found_view(app, &spec, found),
                _ => view! { <Skeleton lines=3 /> }.into_any(),
            },
        }
    };
    view! { <div class="near">{body}</div> }
}

fn found_view(app: App, spec: &MergeSpec, found: &Nearest) -> AnyView {
    if found.keys.is_empty() {
        return view! { <p class="muted" role="status">"No key of the other table is written much like these."</p> }
            .into_any();
    }
    let n_far = found.n_asked.saturating_sub(found.keys.len() as u64);
    let rest = match (found.keys.len().saturating_sub(SHOWN), n_far) {
        (0, 0) => None,
        (0, far) => Some(format!("{} not near any.", plural(far, "key is", "keys are"))),
        (more, 0) => Some(format!("And {} more.", format_count(more as u64))),
        (more, far) => {
            Some(format!("And {} more. {} not near any.", format_count(more as u64), plural(far, "key is", "keys are")))
        }
    };
    let shown = found.keys.iter().take(SHOWN);
    let lines: Vec<AnyView> =
        shown.map(|key| view! { <li class="near__line">{line(app, spec, key)}</li> }.into_any()).collect();
    view! {
        <div class="near__head">
            <h4 class="unmatched__title">"Near matches"</h4>
            {all_above(app, spec, found)}
        </div>
        <ul class="near__list">{lines}</ul>
        {rest.map(|words| view! { <p class="muted">{words}</p> })}
    }
    .into_any()
}

/// One key, the choice of what it may mean, and the decision.
fn line(app: App, spec: &MergeSpec, key: &Unmatched) -> AnyView {
    let chosen = RwSignal::new(0usize);
    let candidates = key.candidates.clone();
    let offered: Vec<(String, String)> =
        candidates.iter().enumerate().map(|(i, c)| (i.to_string(), texts(&c.right))).collect();
    let own = texts(&key.left);
    let only = offered.first().filter(|_| offered.len() == 1).map(|(_, text)| text.clone());
    let choice = match only {
        Some(text) => view! { <span class="near__key">{text}</span> }.into_any(),
        None => {
            let label = format!("What {own} means");
            let value = Signal::derive(move || chosen.get().to_string());
            let choose = move |v: String| chosen.set(v.parse().unwrap_or(0));
            view! { <Select label=label options=offered value=value on_change=choose /> }.into_any()
        }
    };
    let scores: Vec<f64> = candidates.iter().map(|c| c.score).collect();
    let rights: Vec<String> = candidates.iter().map(|c| texts(&c.right)).collect();
    let spoken = own.clone();
    let score = move || scores.get(chosen.get()).map(|s| format!("{} %", percent(*s)));
    let rows = plural(key.n_rows, "row", "rows");
    let accept = {
        let (spec, left) = (spec.clone(), key.left.clone());
        move || {
            let Some(candidate) = candidates.get(chosen.get_untracked()) else { return };
            let same = KeyMatch { left: left.clone(), right: candidate.right.clone() };
            add(app, &spec, vec![same], format!("take {} as {}", texts(&left), texts(&candidate.right)));
        }
    };
    view! {
        <span class="near__key">{own}</span>
        <span class="near__rows muted">{rows}</span>
        <Icon name=IconName::ArrowRight size=14 />
        <span class="near__choice">{choice}</span>
        <span class="near__score muted">{score}</span>
        <button
            type="button"
            class="button"
            data-kind="plain"
            aria-label=move || format!("Same: {spoken} and {}", rights.get(chosen.get()).cloned().unwrap_or_default())
            on:click=move |_| accept()
        >
            <Icon name=IconName::Check />
            <span class="button__label">"Same"</span>
        </button>
    }
    .into_any()
}

/// "All above 90 %", with how many these are.
fn all_above(app: App, spec: &MergeSpec, found: &Nearest) -> AnyView {
    let level = RwSignal::new(90u32);
    let best: Vec<(u32, KeyMatch)> = found
        .keys
        .iter()
        .filter_map(|key| {
            let candidate = key.candidates.first()?;
            let same = KeyMatch { left: key.left.clone(), right: candidate.right.clone() };
            // Two that are equally near: which is meant is for the user to say.
            let is_clear = key.candidates.get(1).is_none_or(|next| next.score < candidate.score);
            is_clear.then(|| (percent(candidate.score), same))
        })
        .collect();
    let scores: Vec<u32> = best.iter().map(|(score, _)| *score).collect();
    let n_above = Memo::new(move |_| scores.iter().filter(|s| **s >= level.get()).count());
    let levels: Vec<(String, String)> =
        LEVELS.iter().map(|l| (l.to_string(), format!("{l} % alike or more"))).collect();
    let value = Signal::derive(move || level.get().to_string());
    let choose = move |v: String| level.set(v.parse().unwrap_or(90));
    let label = Signal::derive(move || format!("Accept {}", n_above.get()));
    let accept = {
        let spec = spec.clone();
        move || {
            let least = level.get_untracked();
            let same: Vec<KeyMatch> = best.iter().filter(|(s, _)| *s >= least).map(|(_, m)| m.clone()).collect();
            let what = format!("take {} as the same", plural(same.len() as u64, "key", "keys"));
            add(app, &spec, same, what);
        }
    };
    view! {
        <div class="near__all">
            <Select label="Accept all that are" options=levels value=value on_change=choose />
            <Button label=label disabled=Signal::derive(move || n_above.get() == 0) on_click=accept />
        </div>
    }
    .into_any()
}

fn add(app: App, spec: &MergeSpec, same: Vec<KeyMatch>, label: String) {
    let known = spec.crosswalk.iter().filter(|k| same.iter().all(|s| s.left != k.left)).cloned();
    let crosswalk = known.chain(same.iter().cloned()).collect();
    change(app, spec, crosswalk, label);
}

pub(super) fn change(app: App, spec: &MergeSpec, crosswalk: Vec<KeyMatch>, label: String) {
    let merge = Box::new(MergeSpec { crosswalk, ..spec.clone() });
    app.dispatch(Command::All { label, commands: vec![Command::EditMerge { merge }] });
}

pub(super) fn texts(key: &[String]) -> String {
    key.join(" · ")
}

/// Never 100 while something differs.
fn percent(score: f64) -> u32 {
    (score * 100.0).floor().clamp(0.0, 100.0) as u32
}
