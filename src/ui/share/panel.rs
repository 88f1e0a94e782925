//! The Share panel: four ways, each with what it contains and how large it is.

use super::cards::{make_html, make_link, save_html};
use crate::base::{Problem, wording};
use crate::report::FrozenReport;
use crate::share::{LinkAdvice, contents, link_advice};
use crate::source::{Origin, holds_secret};
use crate::ui::chart::print_page;
use crate::ui::parts::{Button, ButtonKind, Icon, IconName, ProblemView, SidePanel, Skeleton, StateKind, StateTag};
use crate::ui::report::use_draft;
use crate::ui::state::{App, Place, use_app};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

#[component]
pub fn SharePanel() -> impl IntoView {
    let app = use_app();
    let own = use_draft(app);
    let is_reader = Memo::new(move |_| app.place.get() == Place::Reader);
    let report = Memo::new(move |_| if is_reader.get() { app.shared_report.get() } else { own.get() });
    let body = move || {
        match report.get() {
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(report) => view! {
            <div class="share">
                <p class="share__lead">
                    "Nothing leaves this device until you send it. A link or file holds the report: its words, numbers and charts, and the rows of its tables. All the data go along in a project file only."
                </p>
                {link_card(app, &report)}
                {file_card(app, &report)}
                {print_card(app)}
                {(!is_reader.get()).then(|| project_card(app))}
                {contents_view(&report)}
            </div>
        }
        .into_any(),
    }
    };
    view! { <SidePanel title="Share" on_close=move || app.panel.set(None)>{body}</SidePanel> }
}

fn card(icon: IconName, title: &'static str, text: AnyView, actions: AnyView) -> AnyView {
    view! {
        <section class="share-card">
            <span class="share-card__icon"><Icon name=icon size=20 /></span>
            <div class="share-card__body">
                <h3 class="share-card__title">{title}</h3>
                <div class="share-card__text">{text}</div>
                <div class="share-card__actions">{actions}</div>
            </div>
        </section>
    }
    .into_any()
}

fn link_card(app: App, report: &Arc<FrozenReport>) -> AnyView {
    let made = RwSignal::new(None::<Result<String, Problem>>);
    let report = report.clone();
    spawn_local(async move {
        if let Some(link) = make_link(&report, || made.try_get_untracked().is_some()).await {
            made.set(Some(link));
        }
    });
    let text = move || match made.get() {
        None => view! { <Skeleton lines=2 /> }.into_any(),
        Some(Err(problem)) => view! { <ProblemView problem=problem /> }.into_any(),
        Some(Ok(link)) => {
            let advice = link_advice(link.chars().count());
            let (kind, word) = match advice.advice {
                LinkAdvice::Fine => (StateKind::Fine, "Fits everywhere"),
                LinkAdvice::Long => (StateKind::Attention, "Long"),
                LinkAdvice::TooLong => (StateKind::Stop, "Too long"),
            };
            view! {
                <p>"The whole report is in the address itself, after the #, which no web server is sent. Whoever has the address can read it."</p>
                <p class="share-card__size"><StateTag state=kind label=word /> <span>{advice.text}</span></p>
                <input class="input share-card__link" type="text" readonly aria-label="The link" prop:value=link />
            }
            .into_any()
        }
    };
    let copy = move || {
        if let Some(Ok(link)) = made.get_untracked() {
            app.copy_text(&link);
            app.say("Link copied", false);
        }
    };
    let action = move || {
        let is_failed = made.with(|m| matches!(m, Some(Err(_))));
        let is_waiting = Signal::derive(move || made.with(Option::is_none));
        (!is_failed).then(|| {
            view! {
                <Button label="Copy link" kind=ButtonKind::Primary icon=IconName::Copy disabled=is_waiting on_click=copy />
            }
        })
    };
    card(IconName::Link, "Link", text.into_any(), action.into_any())
}

fn file_card(app: App, report: &Arc<FrozenReport>) -> AnyView {
    let made = RwSignal::new(None::<Arc<String>>);
    let (making, report) = (report.clone(), report.clone());
    spawn_local(async move {
        if let Some(html) = make_html(&making, || made.try_get_untracked().is_some()).await {
            made.set(Some(Arc::new(html)));
        }
    });
    let size = move || match made.get() {
        None => view! { <Skeleton lines=1 /> }.into_any(),
        Some(html) => view! { <p class="share-card__size">{wording::format_bytes(html.len() as u64)}</p> }.into_any(),
    };
    let text = view! {
        <p>
            "One file with charts and styles in it. It opens in any browser, offline, and can be read here again; \
             the data behind it stay with you."
        </p>
        {size}
    };
    // What has been made is saved; nothing is drawn twice.
    let save = move || {
        if let Some(html) = made.get_untracked() {
            save_html(app, &report, &html);
        }
    };
    let is_waiting = Signal::derive(move || made.with(Option::is_none));
    let action = view! {
        <Button label="Download HTML file" icon=IconName::Download disabled=is_waiting on_click=save />
    };
    card(IconName::FileText, "HTML file", text.into_any(), action.into_any())
}

fn print_card(app: App) -> AnyView {
    let print = move || {
        app.panel.set(None);
        if !matches!(app.place.get_untracked(), Place::Report | Place::Reader) {
            app.place.set(Place::Report);
        }
        // The panel has to be gone and the report there before the print dialog stops the page.
        set_timeout(print_page, Duration::from_millis(400));
    };
    let text = view! { <p>"The report on paper or as PDF, as it reads on screen, without tools."</p> };
    let action = view! { <Button label="Print or save as PDF" icon=IconName::Printer on_click=print /> };
    card(IconName::Printer, "Paper or PDF", text.into_any(), action.into_any())
}

fn project_card(app: App) -> AnyView {
    let n = app.workspace.with_untracked(|w| w.sources.len() as u64);
    let is_keyed = |origin: &Origin| matches!(origin, Origin::Api(api) if holds_secret(&api.url));
    let has_key = app.workspace.with_untracked(|w| w.sources.iter().any(|s| is_keyed(&s.origin)));
    // Its size is known once it is made; that of what goes into it is an upper bound.
    let most = RwSignal::new(None::<Option<u64>>);
    wasm_bindgen_futures::spawn_local(async move {
        let bytes = app.project_bytes().await;
        let _ = most.try_set(Some(bytes));
    });
    let size = move || match most.get() {
        Some(None) => String::new(),
        Some(Some(bytes)) => format!("At most {}: packed where that helps", wording::format_bytes(bytes)),
        None => "Measuring…".to_owned(),
    };
    let text = view! {
        <p>
            "Everything: " {wording::plural(n, "source", "sources")}
            " with all rows, every step and the report. Only for people who may see the data."
        </p>
        {has_key.then(|| view! { <p class="share-card__warning">"An address in it holds what looks like a key or password."</p> })}
        <p class="share-card__size">{size}</p>
    };
    let action = view! {
        <Button label="Download project file" icon=IconName::Download on_click=move || app.export_project() />
    };
    card(IconName::Layers, "Project file", text.into_any(), action.into_any())
}

fn contents_view(report: &FrozenReport) -> AnyView {
    let lines: Vec<_> = contents(report).into_iter().map(|line| view! { <li>{line}</li> }.into_any()).collect();
    view! {
        <section class="share__contents">
            <h3 class="share-card__title">"What a link or file gives away"</h3>
            <ul>{lines}</ul>
        </section>
    }
    .into_any()
}
