//! The Share panel: four ways, each with what it contains and how large it is.

use super::cards::{download_html, html_of, page_address};
use crate::base::{Problem, wording};
use crate::report::FrozenReport;
use crate::share::{LinkAdvice, contents, link_advice, to_fragment};
use crate::ui::parts::{Button, ButtonKind, Icon, IconName, ProblemView, SidePanel, Skeleton, StateKind, StateTag};
use crate::ui::report::use_draft;
use crate::ui::state::{App, Place, use_app};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

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
                    "Nothing leaves this device until you send it. A link or file holds the report, not the data behind it."
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
    let made: Result<String, Problem> = to_fragment(report).map(|fragment| format!("{}#{fragment}", page_address()));
    match made {
        Err(problem) => {
            card(IconName::Link, "Link", view! { <ProblemView problem=problem /> }.into_any(), ().into_any())
        }
        Ok(link) => {
            let advice = link_advice(link.chars().count());
            let (kind, word) = match advice.advice {
                LinkAdvice::Fine => (StateKind::Fine, "Fits everywhere"),
                LinkAdvice::Long => (StateKind::Attention, "Long"),
                LinkAdvice::TooLong => (StateKind::Stop, "Too long"),
            };
            let shown = link.clone();
            let copy = move || {
                app.copy_text(&link);
                app.say("Link copied", false);
            };
            let text = view! {
                <p>"The whole report is in the address itself, after the #. No server keeps or sees it."</p>
                <p class="share-card__size"><StateTag state=kind label=word /> <span>{advice.text}</span></p>
                <input class="input share-card__link" type="text" readonly aria-label="The link" prop:value=shown />
            };
            let action =
                view! { <Button label="Copy link" kind=ButtonKind::Primary icon=IconName::Copy on_click=copy /> };
            card(IconName::Link, "Link", text.into_any(), action.into_any())
        }
    }
}

fn file_card(app: App, report: &Arc<FrozenReport>) -> AnyView {
    let size = RwSignal::new(None::<u64>);
    // Drawing every chart twice takes a moment: after the panel is there.
    let measured = report.clone();
    set_timeout(
        move || {
            let bytes = html_of(&measured).len() as u64;
            if size.try_get_untracked().is_some() {
                size.set(Some(bytes));
            }
        },
        Duration::from_millis(60),
    );
    let words = move || size.get().map_or("Measuring…".to_owned(), wording::format_bytes);
    let report = report.clone();
    let text = view! {
        <p>"One file with charts and styles in it. It opens in any browser, offline, and can be opened here again."</p>
        <p class="share-card__size">{words}</p>
    };
    let action = view! {
        <Button label="Download HTML file" icon=IconName::Download on_click=move || download_html(app, &report) />
    };
    card(IconName::FileText, "HTML file", text.into_any(), action.into_any())
}

fn print_card(app: App) -> AnyView {
    let print = move || {
        app.panel.set(None);
        if !matches!(app.place.get_untracked(), Place::Report | Place::Reader) {
            app.place.set(Place::Report);
        }
        // The panel has to be gone and the charts drawn before the print dialog stops the page.
        let later = || {
            let _ = window().print();
        };
        set_timeout(later, Duration::from_millis(400));
    };
    let text = view! { <p>"The report on paper or as PDF, as it reads on screen, without tools."</p> };
    let action = view! { <Button label="Print or save as PDF" icon=IconName::Printer on_click=print /> };
    card(IconName::Printer, "Paper or PDF", text.into_any(), action.into_any())
}

fn project_card(app: App) -> AnyView {
    let n = app.workspace.with_untracked(|w| w.sources.len() as u64);
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
