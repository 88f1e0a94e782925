//! Spelling variants of a column's values, to be taken over into a map: all above a score, cluster by
//! cluster, or member by member.

use super::step_fields::Fields;
use crate::base::wording;
use crate::protocol::{Query, View};
use crate::recipe::{Cluster, Likeness, Op, Swap, Variants};
use crate::ui::parts::{Button, ButtonKind, ProblemView, Skeleton};
use crate::ui::state::{Answer, use_app};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Clusters drawn at once.
const MAX_SHOWN: usize = 60;
/// Scores from which on all can be taken over at once.
const SCORES: [(f64, &str); 3] =
    [(0.97, "Take over all that are sure"), (0.9, "All from 90 %"), (0.8, "All from 80 %")];

#[component]
pub(super) fn VariantPicker(
    fields: Fields,
    column: Signal<String>,
    /// Those that the step has.
    #[prop(into)]
    swaps: Signal<Vec<Swap>>,
) -> impl IntoView {
    let app = use_app();
    // Searched only when asked for: it reads the whole column.
    let by = RwSignal::new(None::<Likeness>);
    let answer = app.want(move || {
        let column = column.get();
        by.get().map(|by| Query::Variants { node: fields.node, column, by, before: fields.step })
    });
    let held = Memo::new(move |before: Option<&Option<Arc<Variants>>>| match answer.get().view() {
        Some(View::Variants(found)) => Some(Arc::new(found.clone())),
        _ => before.cloned().flatten(),
    });
    let write = move |change: &mut dyn FnMut(&mut Vec<Swap>)| {
        fields.change(|op| {
            if let Op::Map { swaps, .. } = op {
                // A line that was never filled in makes room.
                swaps.retain(|s| !s.from.is_empty());
                change(swaps);
            }
        });
    };
    let take_over = move |least: f64| {
        if let Some(found) = held.get_untracked() {
            write(&mut |swaps| {
                for cluster in found.clusters.iter().filter(|c| c.score >= least) {
                    take(swaps, cluster);
                }
            });
        }
    };
    let body = move || {
        let method = by.get()?;
        let options: Vec<_> = Likeness::ALL
            .map(|b| view! { <option value=b.key() selected=b == method>{b.label()}</option> }.into_any())
            .into();
        let choose = move |event| {
            let key = event_target_value(&event);
            by.set(Likeness::ALL.into_iter().find(|b| b.key() == key));
        };
        Some(
            view! {
                <label class="field">
                    <span class="field__label">"Alike are values with"</span>
                    <select on:change=choose>{options}</select>
                </label>
                {move || match (answer.get(), held.get()) {
                    (Answer::Failed(problem), _) => view! { <ProblemView problem=problem /> }.into_any(),
                    (_, None) => view! { <Skeleton lines=4 /> }.into_any(),
                    (_, Some(found)) => view! {
                        <p class="field__hint" role="status">{found_words(&found)}</p>
                        <div class="form__actions">{accept_buttons(&found, take_over)}</div>
                        <div class="variants">{cluster_list(&found, swaps, Callback::new(move |(swap, is_on): (Vec<Swap>, bool)| {
                            write(&mut |swaps| {
                                for one in &swap {
                                    swaps.retain(|s| s.from != one.from);
                                    if is_on {
                                        swaps.push(one.clone());
                                    }
                                }
                            });
                        }))}</div>
                    }
                    .into_any(),
                }}
            }
            .into_any(),
        )
    };
    view! {
        <fieldset class="checks">
            <legend class="field__label">"Spelling variants"</legend>
            {move || {
                by.get()
                    .is_none()
                    .then(|| {
                        view! {
                            <Button
                                label="Find spelling variants"
                                kind=ButtonKind::Plain
                                on_click=move || by.set(Some(Likeness::Any))
                            />
                        }
                    })
            }}
            {body}
        </fieldset>
    }
}

/// All of a cluster become its first.
fn take(swaps: &mut Vec<Swap>, cluster: &Cluster) {
    for swap in swaps_of(cluster) {
        swaps.retain(|s| s.from != swap.from);
        swaps.push(swap);
    }
}

fn swaps_of(cluster: &Cluster) -> Vec<Swap> {
    let Some(first) = cluster.variants.first() else { return Vec::new() };
    let others = cluster.variants.iter().skip(1);
    others.map(|v| Swap { from: v.text.clone(), to: Some(first.text.clone()) }).collect()
}

/// "12 groups among 4,811 values. Each was compared with 40 neighbours; …".
fn found_words(found: &Variants) -> String {
    let mut words = format!(
        "{} among {}.",
        wording::plural(found.n_clusters, "group", "groups"),
        wording::plural(found.n_values, "value", "values")
    );
    if found.n_neighbours > 0 {
        words.push_str(&format!(
            " Letter by letter, each was compared with its {} nearest in three orders, not with all.",
            wording::format_count(found.n_neighbours)
        ));
    }
    if found.n_left_out > 0 {
        words.push_str(&format!(
            " {} not looked at: too long, or too many.",
            wording::plural(found.n_left_out, "value was", "values were")
        ));
    }
    let n_hidden = found.n_clusters.saturating_sub(found.clusters.len().min(MAX_SHOWN) as u64);
    if n_hidden > 0 {
        words.push_str(&format!(" The {} that change most rows are shown.", found.clusters.len().min(MAX_SHOWN)));
    }
    words
}

fn accept_buttons(found: &Variants, take_over: impl Fn(f64) + Copy + Send + Sync + 'static) -> Vec<AnyView> {
    let n_from = |least: f64| found.clusters.iter().filter(|c| c.score >= least).count();
    let mut shown = 0;
    SCORES
        .into_iter()
        .filter_map(|(least, label)| {
            let n = n_from(least);
            // A lower score that takes no more is no other choice.
            (n > shown).then(|| {
                shown = n;
                let label = format!("{label} ({})", wording::format_count(n as u64));
                view! { <Button label=label kind=ButtonKind::Plain on_click=move || take_over(least) /> }.into_any()
            })
        })
        .collect()
}

fn cluster_list(found: &Variants, swaps: Signal<Vec<Swap>>, set: Callback<(Vec<Swap>, bool)>) -> Vec<AnyView> {
    // What the step does to a value, looked up once for all lines.
    let map = Memo::new(move |_| {
        swaps.with(|s| s.iter().map(|s| (s.from.clone(), s.to.clone())).collect::<BTreeMap<String, Option<String>>>())
    });
    found.clusters.iter().take(MAX_SHOWN).map(|cluster| cluster_view(cluster, map, set)).collect()
}

fn cluster_view(
    cluster: &Cluster,
    map: Memo<BTreeMap<String, Option<String>>>,
    set: Callback<(Vec<Swap>, bool)>,
) -> AnyView {
    let Some(proposed) = cluster.variants.first().map(|v| v.text.clone()) else { return ().into_any() };
    // The value that all become can be another one, or one that is none of them.
    let becomes = RwSignal::new(proposed.clone());
    let texts: BTreeSet<String> = cluster.variants.iter().map(|v| v.text.clone()).collect();
    let is_on = move |text: &str| map.with(|m| m.get(text).is_some_and(Option::is_some));
    let rewrite = {
        let texts = texts.clone();
        move |event| {
            let new: String = event_target_value(&event);
            let old = becomes.get_untracked();
            if new.is_empty() || new == old {
                return;
            }
            becomes.set(new.clone());
            let on: BTreeSet<&String> = texts.iter().filter(|t| untrack(|| is_on(t))).collect();
            if on.is_empty() {
                return;
            }
            // What the others have become so far becomes the new one with them; that stays as it is.
            let swap = |from: &String| Swap { from: from.clone(), to: Some(new.clone()) };
            if on.contains(&new) {
                set.run((vec![swap(&new)], false));
            }
            let others = texts.iter().filter(|t| (on.contains(t) || **t == old) && **t != new);
            set.run((others.map(swap).collect(), true));
        }
    };
    let lines: Vec<_> = cluster
        .variants
        .iter()
        .map(|variant| {
            let (mine, shown, asked) = (variant.text.clone(), variant.text.clone(), variant.text.clone());
            let score = if variant.score < 1.0 { wording::format_share(variant.score) } else { String::new() };
            let count = wording::format_count(variant.n_rows);
            let toggle = move |_| {
                let to = becomes.get_untracked();
                let swap = Swap { from: mine.clone(), to: Some(to.clone()) };
                let now = untrack(|| is_on(&mine));
                if now || to != mine {
                    set.run((vec![swap], !now));
                }
            };
            let same = variant.text.clone();
            let is_target = move || becomes.with(|b| *b == same);
            view! {
                <label class="checks__line">
                    <input
                        type="checkbox"
                        prop:checked=move || is_on(&asked)
                        prop:disabled=is_target
                        on:change=toggle
                    />
                    <span class="checks__text">{shown}</span>
                    <span class="checks__count">{score}</span>
                    <span class="checks__count">{count}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    let label = format!("Variants of {proposed}");
    view! {
        <section class="variants__group" aria-label=label>
            <label class="field">
                <span class="field__label">"All become"</span>
                <input type="text" autocomplete="off" prop:value=move || becomes.get() on:change=rewrite />
            </label>
            {lines}
        </section>
    }
    .into_any()
}
