//! The Report screen: the page, and little around it.

use super::document::Document;
use super::edit::keep_report;
use crate::protocol::Query;
use crate::ui::chart::print_page;
use crate::ui::parts::{
    Button, ButtonKind, EmptyState, IconName, Menu, MenuItem, ProblemView, Skeleton, Working, is_late,
};
use crate::ui::state::{Answer, Place, use_app};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub fn ReportScreen() -> impl IntoView {
    let app = use_app();
    let answer = app.want(|| Some(Query::Report));
    let report = keep_report(answer);
    let has_sources = Memo::new(move |_| app.workspace.with(|w| !w.sources.is_empty()));
    let has_report = Memo::new(move |_| report.with(Option::is_some));
    let problem = Memo::new(move |_| match answer.get() {
        Answer::Failed(problem) => Some(problem),
        _ => None,
    });
    let is_busy = move || !matches!(answer.get(), Answer::Ready { is_stale: false, .. });
    let is_late = is_late(move || {
        has_sources.get() && matches!(answer.get(), Answer::Waiting | Answer::Ready { is_stale: true, .. })
    });
    let cancel = move || app.cancel_questions(|q| matches!(q, Query::Report));
    let is_draft = Memo::new(move |_| app.workspace.with(|w| w.report.blocks.is_none()));
    let items = Callback::new(move |()| {
        let print = MenuItem::new("Print or save as PDF", print_page);
        let again = MenuItem::new("Start again from a fresh draft", move || {
            app.dispatch(Command::ResetReport);
            app.say("Written afresh from the data", true);
        });
        vec![
            print.icon(IconName::Printer),
            again.icon(IconName::Refresh).disabled(is_draft.get_untracked()).new_group(),
        ]
    });
    let state = move || {
        if is_draft.get() {
            "Draft, written from the data. It is yours from the first change on."
        } else {
            "Yours. Numbers follow the data; words and order stay as you set them."
        }
    };
    let page = move || {
        if !has_sources.get() {
            return view! {
                <EmptyState icon=IconName::FileText title="No report yet" text="Add a source, and a first draft is written at once.">
                    <Button label="Go to sources" kind=ButtonKind::Primary on_click=move || app.place.set(Place::Sources) />
                </EmptyState>
            }
            .into_any();
        }
        let failed = move || problem.get().map(|p| view! { <ProblemView problem=p /> });
        // After a cancel there is nothing on its way.
        let body = move || match has_report.get() {
            false if problem.with(Option::is_some) => ().into_any(),
            true => view! { <Document report=report is_live=true /> }.into_any(),
            false => view! {
                <div class="report" aria-busy="true">
                    <Skeleton lines=2 />
                    <Skeleton lines=4 />
                    <Skeleton lines=6 />
                </div>
            }
            .into_any(),
        };
        view! {
            <div class="report-bar">
                <p class="report-bar__state">{state}</p>
                <Working is_late=is_late label="Calculating" on_cancel=cancel />
                <Menu label="More for the report" items=items />
            </div>
            {failed}
            {body}
        }
        .into_any()
    };
    view! { <div class="report-screen" aria-busy=move || is_busy().to_string()>{page}</div> }
}
