//! A report that someone else made, read without the data and without asking any host.

use super::document::Document;
use crate::ui::later;
use crate::ui::parts::{Button, ButtonKind, EmptyState, Icon, IconName};
use crate::ui::state::{Place, use_app};
use leptos::prelude::*;

#[component]
pub fn ReaderScreen() -> impl IntoView {
    let app = use_app();
    let report = Memo::new(move |_| app.shared_report.get());
    let close = move || {
        app.shared_report.set(None);
        app.panel.set(None);
        let has_work = app.workspace.with_untracked(|w| !w.sources.is_empty());
        app.place.set(if has_work { Place::Report } else { Place::Start });
    };
    let keep = move || {
        if let Some(report) = report.get_untracked() {
            later::keep(app, report);
        }
    };
    let has_report = Memo::new(move |_| report.with(Option::is_some));
    move || {
        match has_report.get() {
        false => view! {
            <EmptyState icon=IconName::FileText title="No report to read" text="Open a shared link, or drop a report file.">
                <Button label="Go to the start" kind=ButtonKind::Primary on_click=close />
            </EmptyState>
        }
        .into_any(),
        true => view! {
            <div class="report-screen">
                <aside class="reader-banner" aria-label="About this report">
                    <Icon name=IconName::Shield size=20 />
                    <p>"A shared report without its data: what it says is what the link or file holds. Nothing was fetched."</p>
                    <div class="reader-banner__actions">
                        <Button label="Keep as a file" icon=IconName::Download on_click=keep />
                        <Button label="Close" kind=ButtonKind::Plain on_click=close />
                    </div>
                </aside>
                {move || app.shared_is_changed.get().then(changed_view)}
                <Document report=report is_live=false />
            </div>
        }
        .into_any(),
    }
    }
}

/// What is said of a report whose checksum does not fit.
fn changed_view() -> impl IntoView {
    view! {
        <p class="reader-banner reader-banner--changed" role="status">
            <Icon name=IconName::Warning size=20 />
            <span>
                "This report was changed after it was written: it does not match the checksum that came with it. \
                 Ask whoever made it for the original before you rely on its numbers."
            </span>
        </p>
    }
}
