//! The four places, in the order of the journey, each with what there is to know.

use crate::base::wording::format_count;
use crate::protocol::{Query, View};
use crate::ui::combine::use_suggestions;
use crate::ui::parts::{Icon, IconName};
use crate::ui::state::{Place, use_app};
use leptos::prelude::*;

/// What a tab says beside its name.
#[derive(Clone, Debug, Default, PartialEq)]
struct Count {
    /// "2".
    number: String,
    /// " to confirm": left out where there is no room.
    more: &'static str,
    needs_attention: bool,
}

#[component]
pub fn Places() -> impl IntoView {
    let app = use_app();
    let has_work = Memo::new(move |_| !app.workspace.get().sources.is_empty() && app.place.get() != Place::Reader);
    let suggestions = use_suggestions().open;
    let nodes = app.want(move || has_work.get().then_some(Query::Nodes));
    let sources = Signal::derive(move || {
        let n = app.workspace.get().sources.len();
        Count { number: if n > 0 { format_count(n as u64) } else { String::new() }, ..Count::default() }
    });
    let combine = Signal::derive(move || match suggestions.get().len() {
        0 => {
            let n = app.workspace.get().merges.len() as u64;
            Count { number: if n > 0 { format_count(n) } else { String::new() }, ..Count::default() }
        }
        n => Count { number: format_count(n as u64), more: " to confirm", needs_attention: true },
    });
    let explore = Signal::derive(move || {
        let workspace = app.workspace.get();
        let answer = nodes.get();
        let n_rows = match (answer.view(), app.explored_node()) {
            (Some(View::Nodes(nodes)), Some(node)) => nodes.iter().find(|n| n.node == node).map(|n| n.n_rows),
            (_, Some(crate::base::NodeId::Table(id))) => workspace.table(id).map(|(_, t)| t.n_rows),
            _ => None,
        };
        n_rows
            .map(|n| Count { number: short_count(n), more: if n == 1 { " row" } else { " rows" }, ..Count::default() })
            .unwrap_or_default()
    });
    let report = Signal::derive(move || {
        let is_own = app.workspace.get().report.blocks.is_some();
        Count { more: if is_own { "" } else { "draft" }, ..Count::default() }
    });
    view! {
        <Show when=move || has_work.get()>
            <nav class="places" aria-label="Places">
                {tab(Place::Sources, "Sources", IconName::Layers, sources)}
                {tab(Place::Combine, "Combine", IconName::Merge, combine)}
                {tab(Place::Explore, "Explore", IconName::Table, explore)}
                {tab(Place::Report, "Report", IconName::FileText, report)}
            </nav>
        </Show>
    }
}

fn tab(place: Place, word: &'static str, icon: IconName, count: Signal<Count>) -> AnyView {
    let app = use_app();
    let label = move || {
        let count = count.get();
        (!count.number.is_empty() || !count.more.is_empty()).then(|| {
            let kind = if count.number.is_empty() { "long" } else { "words" };
            view! {
                <span class="places__count" data-state=count.needs_attention.then_some("attention") data-kind=kind>
                    {count.number}
                    <span class="places__more">{count.more}</span>
                </span>
            }
        })
    };
    view! {
        <button
            type="button"
            class="places__tab"
            aria-current=move || (app.place.get() == place).then_some("page")
            on:click=move |_| app.place.set(place)
        >
            <span class="places__icon"><Icon name=icon size=20 /></span>
            <span class="places__word" data-word=word>{word}</span>
            " "
            {label}
        </button>
    }
    .into_any()
}

/// "9,600", "1.2 M".
fn short_count(n: u64) -> String {
    match n {
        0..=99_999 => format_count(n),
        100_000..=999_999 => format!("{} k", n / 1000),
        _ => format!("{} M", crate::base::wording::format_significant(n as f64 / 1e6, 2)),
    }
}
