//! A chart by choosing, and from there into the report.

use super::chart_form::{ChartForm, chart_is_missing, first_chart};
use super::memory::remember_chart;
use super::nodes::columns_of;
use crate::base::NodeId;
use crate::chart::{ChartData, ChartSpec, suggest_charts};
use crate::protocol::{NodeView, Query, View};
use crate::report::BlockSpec;
use crate::table::TableProfile;
use crate::ui::chart::ChartView;
use crate::ui::parts::{Button, ButtonKind, EmptyState, IconName, ProblemView, Skeleton};
use crate::ui::report::{add_block, use_draft_to_adopt};
use crate::ui::state::{Answer, use_app};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn ChartMaker(
    node: NodeId,
    nodes: Memo<Arc<Vec<NodeView>>>,
    profile: Signal<Option<Arc<TableProfile>>>,
    /// The chart being made; belongs to the screen, so that a header's menu can start one.
    chosen: RwSignal<Option<ChartSpec>>,
) -> impl IntoView {
    let app = use_app();
    let columns = Signal::derive(move || columns_of(app, nodes, node));
    // The user's own, else what suits the columns best.
    let suggested = move || profile.get().and_then(|p| suggest_charts(&p, node).into_iter().next());
    let spec = Memo::new(move |_| {
        let own = chosen.get().filter(|s| s.node == node);
        own.or_else(suggested).or_else(|| first_chart(node, &columns.get(), None))
    });
    let missing = Memo::new(move |_| spec.with(|s| s.as_ref().map_or(Some("Choose a column."), chart_is_missing)));
    let answer = app.want(move || {
        let spec = spec.get()?;
        missing.get().is_none().then_some(Query::Chart { spec, range: None })
    });
    let data = Memo::new(move |before: Option<&Option<Arc<ChartData>>>| match answer.get() {
        Answer::Ready { view, .. } => match &*view {
            View::Chart(data) => Some(Arc::new(data.clone())),
            _ => None,
        },
        Answer::Waiting => before.cloned().flatten(),
        Answer::Failed(_) => None,
    });
    let draft = use_draft_to_adopt(app);
    let add = move || {
        if let Some(spec) = spec.get_untracked()
            && add_block(app, draft.get_untracked().as_deref(), BlockSpec::Chart(spec), None)
        {
            app.say("Added to the report", true);
        }
    };
    let problem = Memo::new(move |_| match answer.get() {
        Answer::Failed(problem) => Some(problem),
        _ => None,
    });
    let has_data = Memo::new(move |_| data.with(Option::is_some));
    // The chart follows its data by itself; only another state makes another part.
    let drawing = move || {
        if let Some(words) = missing.get() {
            return view! { <p class="charts__hint">{words}</p> }.into_any();
        }
        match problem.get() {
            Some(problem) => view! { <ProblemView problem=problem /> }.into_any(),
            None if has_data.get() => {
                view! { <ChartView data=data height=420.0 shows_title=true spec=Signal::derive(move || spec.get()) /> }
                    .into_any()
            }
            None => view! { <Skeleton lines=6 /> }.into_any(),
        }
    };
    let set = move |new: ChartSpec| {
        remember_chart(Some(new.clone()));
        chosen.set(Some(new));
    };
    let has_spec = Memo::new(move |_| spec.with(Option::is_some));
    let form = move || match has_spec.get() {
        true => {
            let shown = Signal::derive(move || {
                spec.get().unwrap_or_else(|| ChartSpec::new(crate::chart::ChartKind::Bar, node, ""))
            });
            view! { <ChartForm spec=shown on_change=set columns=columns /> }.into_any()
        }
        false => view! { <EmptyState icon=IconName::ChartBar title="No columns yet" text="Add a source first." /> }
            .into_any(),
    };
    view! {
        <div class="charts">
            <div class="charts__form">{form}</div>
            <div class="charts__result">
                {drawing}
                <div class="form__actions">
                    <Button
                        label="Add to report"
                        kind=ButtonKind::Primary
                        icon=IconName::Plus
                        disabled=Signal::derive(move || data.with(Option::is_none) || missing.get().is_some())
                        on_click=add
                    />
                </div>
            </div>
        </div>
    }
}
