//! What a control chart asks beyond its columns: which chart, and by which rules.

use super::columns::ColumnSelect;
use crate::chart::ChartSpec;
use crate::insight::{ControlKind, ControlOptions, Rule};
use crate::table::ColumnInfo;
use leptos::prelude::*;

const NELSON: [Rule; 8] = [
    Rule::Nelson1,
    Rule::Nelson2,
    Rule::Nelson3,
    Rule::Nelson4,
    Rule::Nelson5,
    Rule::Nelson6,
    Rule::Nelson7,
    Rule::Nelson8,
];
const WESTERN_ELECTRIC: [Rule; 4] =
    [Rule::WesternElectric1, Rule::WesternElectric2, Rule::WesternElectric3, Rule::WesternElectric4];
const WESTGARD: [Rule; 8] = [
    Rule::Westgard12s,
    Rule::Westgard13s,
    Rule::Westgard22s,
    Rule::WestgardR4s,
    Rule::Westgard31s,
    Rule::Westgard41s,
    Rule::Westgard7t,
    Rule::Westgard10x,
];

/// The sets that can be chosen with one click; empty: those usual for the chart.
const SETS: [(&str, &[Rule]); 4] = [
    ("Usual for the chart", &[]),
    ("Nelson 1 to 8", &NELSON),
    ("Western Electric 1 to 4", &WESTERN_ELECTRIC),
    ("Westgard", &WESTGARD),
];

fn takes_rules(kind: ControlKind) -> bool {
    !matches!(kind, ControlKind::Ewma | ControlKind::Cusum | ControlKind::Run)
}

#[component]
pub fn ControlFields(
    #[prop(into)] spec: Signal<ChartSpec>,
    #[prop(into)] on_change: Callback<(ChartSpec,)>,
    #[prop(into)] columns: Signal<Vec<ColumnInfo>>,
    #[prop(into)] numeric: Signal<Vec<ColumnInfo>>,
) -> impl IntoView {
    let node = Signal::derive(move || Some(spec.with(|s| s.node)));
    let change = move |change: &dyn Fn(&mut ControlOptions)| {
        let mut now = spec.get_untracked();
        let mut options = now.control.take().unwrap_or_default();
        change(&mut options);
        now.control = Some(options);
        on_change.run((now,));
    };
    let options = Memo::new(move |_| spec.with(|s| s.control.clone().unwrap_or_default()));
    let kind = Memo::new(move |_| options.with(|o| o.chart));
    let kinds: Vec<_> = ControlKind::ALL
        .iter()
        .enumerate()
        .map(|(i, k)| {
            let k = *k;
            view! { <option value=i.to_string() selected=move || kind.get() == k>{k.label()}</option> }.into_any()
        })
        .collect();
    let pick_kind = move |event| {
        let found = event_target_value(&event).parse::<usize>().ok().and_then(|i| ControlKind::ALL.get(i).copied());
        if let Some(found) = found {
            change(&|o| {
                o.chart = found;
                // Rules of another chart may say nothing on this one.
                o.rules.clear();
            });
        }
    };
    let some = |name: String| Some(name).filter(|n| !n.is_empty());
    let more = move || {
        let kind = kind.get();
        let subgroup = kind.has_subgroups().then(|| {
            let value = Signal::derive(move || options.with(|o| o.subgroup.clone().unwrap_or_default()));
            let set = move |name: String| change(&|o| o.subgroup = some(name.clone()));
            view! { <ColumnSelect label="Subgroups" columns=columns node=node value=value on_change=set /> }
        });
        let size = matches!(kind, ControlKind::P | ControlKind::Np | ControlKind::U).then(|| {
            let value = Signal::derive(move || options.with(|o| o.size.clone().unwrap_or_default()));
            let set = move |name: String| change(&|o| o.size = some(name.clone()));
            view! { <ColumnSelect label="Sample sizes" columns=numeric node=node value=value on_change=set /> }
        });
        let rules = takes_rules(kind).then(|| {
            let chosen = move || options.with(|o| SETS.iter().position(|(_, set)| *set == o.rules).unwrap_or(0));
            let sets: Vec<_> = SETS
                .iter()
                .enumerate()
                .map(|(i, (name, _))| {
                    view! { <option value=i.to_string() selected=move || chosen() == i>{*name}</option> }.into_any()
                })
                .collect();
            let pick = move |event| {
                let found = event_target_value(&event).parse::<usize>().ok().and_then(|i| SETS.get(i));
                if let Some((_, set)) = found {
                    change(&|o| o.rules = set.to_vec());
                }
            };
            view! {
                <label class="field">
                    <span class="field__label">"Rules"</span>
                    <select on:change=pick>{sets}</select>
                </label>
            }
        });
        (subgroup, size, rules)
    };
    view! {
        <label class="field">
            <span class="field__label">"Control chart"</span>
            <select on:change=pick_kind>{kinds}</select>
        </label>
        {more}
    }
}
