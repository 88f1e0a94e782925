//! How a number was made: in words, step by step, back to the source and the rows.

use crate::base::wording;
use crate::report::{Explain, Target};
use crate::ui::parts::{Button, IconName, SidePanel};
use crate::ui::state::{App, Panel, Place, use_app};
use leptos::prelude::*;

#[component]
pub fn ExplainPanel() -> impl IntoView {
    let app = use_app();
    let Some(Panel::Explain { title, explain }) = app.panel.get_untracked() else { return ().into_any() };
    let heading = title.clone();
    let Explain { formula, steps, sources, rows_sql, n_rows, target } = explain;
    let known = {
        let shared = app.shared_report.get_untracked().filter(|_| app.place.get_untracked() == Place::Reader);
        shared.map(|r| r.sources.clone()).unwrap_or_default()
    };
    let lines: Vec<_> = steps.into_iter().map(|s| view! { <li>{s}</li> }.into_any()).collect();
    let has_steps = !lines.is_empty();
    let has_sources = !sources.is_empty();
    let source_lines: Vec<_> = sources
        .into_iter()
        .map(|name| {
            let workspace = app.workspace.get_untracked();
            let here = workspace.sources.iter().find(|s| s.name == name).map(|s| s.fingerprint.short().to_owned());
            let there = known.iter().find(|s| s.name == name).map(|s| s.fingerprint.short().to_owned());
            let hash = there
                .or(here)
                .map(|h| view! { <code class="explain__hash" title="First digits of the SHA-256">{h}</code> });
            view! { <li>{name} " " {hash}</li> }.into_any()
        })
        .collect();
    // The data of a report that came from elsewhere are not here.
    let is_live = app.place.get_untracked() != Place::Reader;
    let has_rows = rows_sql.is_some() || n_rows > 0;
    let elsewhere = target.filter(|_| is_live).map(|target| place_button(app, target));
    let rows = match rows_sql {
        Some(sql) if is_live => {
            let title = title.clone();
            let open = move || app.panel.set(Some(Panel::Rows { title: title.clone(), sql: sql.clone() }));
            let label = if n_rows > 0 { format!("See the {}", wording::plural(n_rows, "row", "rows")) } else { "See the rows".to_owned() };
            view! { <Button label=label icon=IconName::Table on_click=open /> }.into_any()
        }
        Some(_) => view! {
            <p class="muted">{wording::plural(n_rows, "row stands", "rows stand")} " behind this. They are with the person who made the report."</p>
        }
        .into_any(),
        None => (n_rows > 0).then(|| view! { <p class="muted">{wording::plural(n_rows, "row", "rows")}</p> }).into_any(),
    };
    view! {
        <SidePanel title=heading subtitle="How this was made" on_close=move || app.panel.set(None)>
        <div class="explain">
            {(!formula.is_empty())
                .then(|| {
                    view! {
                        <section>
                            <h3 class="explain__title">"In words"</h3>
                            <p class="explain__formula">{formula}</p>
                        </section>
                    }
                })}
            {has_steps
                .then(|| {
                    view! {
                        <section>
                            <h3 class="explain__title">"Step by step"</h3>
                            <ol class="explain__steps">{lines}</ol>
                        </section>
                    }
                })}
            {has_sources
                .then(|| {
                    view! {
                        <section>
                            <h3 class="explain__title">"From"</h3>
                            <ul class="explain__sources">{source_lines}</ul>
                        </section>
                    }
                })}
            {has_rows
                .then(|| {
                    view! {
                        <section>
                            <h3 class="explain__title">"Rows behind it"</h3>
                            {rows}
                        </section>
                    }
                })}
            {elsewhere}
        </div>
        </SidePanel>
    }
    .into_any()
}

/// The way to where the rows in question are.
fn place_button(app: App, target: Target) -> AnyView {
    let (label, icon) = match target {
        Target::SetAside(_) => ("See what was set aside or changed", IconName::Table),
        Target::Merge(_) => ("See how the tables are combined", IconName::Layers),
        Target::Source(_) => ("See the source", IconName::FileText),
    };
    let open = move || match target {
        Target::SetAside(table) => app.panel.set(Some(Panel::SetAside(table))),
        Target::Source(source) => app.panel.set(Some(Panel::Source(source))),
        Target::Merge(_) => {
            app.panel.set(None);
            app.place.set(Place::Combine);
        }
    };
    view! { <Button label=label icon=icon on_click=open /> }.into_any()
}
