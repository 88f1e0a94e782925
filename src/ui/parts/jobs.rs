//! What takes a while: progress with a cancel that works, and failures until dismissed.

use super::{Button, ButtonKind, IconButton, IconName, ProblemView, ProgressBar};
use crate::base::Repair;
use crate::ui::state::{Job, JobState, use_app};
use leptos::prelude::*;

/// All jobs, as cards. Nothing when there are none.
#[component]
pub fn Jobs(
    /// Does what a failed job's hint offers.
    #[prop(optional, into)]
    on_repair: Option<Callback<(Repair,)>>,
) -> impl IntoView {
    let app = use_app();
    // By id, so that progress does not rebuild the cards.
    let ids = Memo::new(move |_| app.jobs.get().iter().map(|j| j.id).collect::<Vec<_>>());
    view! {
        <Show when=move || !ids.get().is_empty()>
            <ul class="jobs" aria-label="Being worked on">
                <For each=move || ids.get() key=|id| *id let:id>
                    <li>{job_card(id, on_repair)}</li>
                </For>
            </ul>
        </Show>
    }
}

fn job_card(id: u64, on_repair: Option<Callback<(Repair,)>>) -> AnyView {
    let app = use_app();
    let job = Memo::new(move |_| app.jobs.get().into_iter().find(|j| j.id == id));
    let title = Signal::derive(move || job.get().map(|j| j.title).unwrap_or_default());
    let done_frac = Signal::derive(move || match job.get() {
        Some(Job { state: JobState::Running { done_frac, .. }, .. }) => done_frac,
        _ => None,
    });
    let detail = move || match job.get() {
        Some(Job { state: JobState::Running { detail, .. }, .. }) => detail,
        _ => String::new(),
    };
    let failure = Memo::new(move |_| match job.get() {
        Some(Job { state: JobState::Failed(problem), .. }) => Some(problem),
        _ => None,
    });
    let body = move || match failure.get() {
        Some(problem) => {
            let dismiss = move || app.dismiss_job(id);
            // The job knows what it was to do; all else is the screen's.
            let repair = Callback::new(move |(repair,): (Repair,)| {
                if repair == Repair::Retry && app.retry_job(id) {
                    return;
                }
                if repair == Repair::EditRequest {
                    app.edit_job(id);
                } else if let Some(on_repair) = on_repair {
                    on_repair.run((repair,));
                }
            });
            view! {
                <div class="job" data-state="failed">
                    <div class="job__failure">
                        <span class="job__title">{move || title.get()}</span>
                        <ProblemView problem=problem on_repair=repair />
                    </div>
                    <IconButton label="Dismiss" icon=IconName::Close on_click=dismiss />
                </div>
            }
            .into_any()
        }
        None => view! {
            <div class="job" data-state="running">
                <div class="job__words">
                    <span class="job__title">{move || title.get()}</span>
                    <span class="job__detail">{detail}</span>
                </div>
                <ProgressBar done_frac=done_frac label=title />
                <Button label="Cancel" kind=ButtonKind::Plain on_click=move || app.cancel_job(id) />
            </div>
        }
        .into_any(),
    };
    body.into_any()
}
