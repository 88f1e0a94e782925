//! The first page: one place to drop files, three samples, what was worked on before.

mod miniature;
mod recent;

use crate::ui::parts::{Button, ButtonKind, Icon, IconName, Jobs};
use crate::ui::shell::{choose_files, repair};
use crate::ui::state::{Panel, Place, SAMPLES, Sample, use_app};
use leptos::prelude::*;
use miniature::Miniature;
use recent::RecentList;

#[component]
pub fn StartScreen() -> impl IntoView {
    let app = use_app();
    let open = move |panel: Panel| move || app.panel.set(Some(panel.clone()));
    let samples = SAMPLES.iter().map(sample_tile).collect_view();
    let has_work = Memo::new(move |_| !app.workspace.get().sources.is_empty());
    view! {
        <div class="start">
            <h1 class="start__sentence">"Drop files anywhere. They stay in this browser."</h1>
            <section class="start__drop" aria-label="Add data">
                <span class="start__drop-icon"><Icon name=IconName::Upload size=20 /></span>
                <p class="start__drop-words">"Several at once is best: they are joined, and a report is drafted."</p>
                <div class="start__ways">
                    <Button label="Choose files" icon=IconName::File kind=ButtonKind::Primary on_click=choose_files />
                    <Button label="Paste" icon=IconName::ClipboardPaste on_click=open(Panel::Paste) />
                    <Button label="Web address" icon=IconName::Globe on_click=open(Panel::AddAddress) />
                </div>
                <p class="start__formats">"CSV · Excel · JSON · Parquet · Arrow · SQLite · Stata · SPSS · SAS · ZIP"</p>
            </section>
            <Jobs on_repair=Callback::new(move |(r,)| repair(app, None, r)) />
            <Show when=move || has_work.get()>
                <p class="start__back">
                    <Button label="Back to the open workspace" icon=IconName::ArrowLeft kind=ButtonKind::Plain on_click=move || app.place.set(Place::Report) />
                </p>
            </Show>
            <section class="start__section" aria-labelledby="start-samples">
                <h2 id="start-samples" class="start__heading">"Or see a finished one"</h2>
                <ul class="start__samples">{samples}</ul>
            </section>
            <RecentList />
            <p class="start__privacy">
                <Icon name=IconName::Shield />
                <span>
                    "No server, no account, no tracking. "
                    <button type="button" class="link" on:click=move |_| app.panel.set(Some(Panel::Network))>
                        "See every request made for data"
                    </button>
                </span>
            </p>
        </div>
    }
}

fn sample_tile(sample: &'static Sample) -> AnyView {
    let app = use_app();
    view! {
        <li>
            <button type="button" class="sample" on:click=move |_| app.open_sample(sample.key)>
                <span class="sample__picture"><Miniature sample=sample.key /></span>
                <span class="sample__title">{sample.title}</span>
                <span class="sample__text">{sample.description}</span>
            </button>
        </li>
    }
    .into_any()
}
