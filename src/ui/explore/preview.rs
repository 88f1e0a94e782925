//! What a step would do: the first rows before and after, and what it costs.

use crate::base::{Problem, wording};
use crate::protocol::View;
use crate::table::RowWindow;
use crate::ui::parts::{ProblemView, RowsTable, SegmentedControl, Skeleton};
use crate::ui::state::Answer;
use leptos::prelude::*;

/// `answer` is that to a [`crate::protocol::Query::Preview`]; `missing` says what is still to be
/// filled in.
#[component]
pub(super) fn Preview(answer: Signal<Answer>, #[prop(into)] missing: Signal<Option<&'static str>>) -> impl IntoView {
    let side = RwSignal::new("after".to_owned());
    let held = Memo::new(move |before: Option<&Option<Result<Sides, Problem>>>| match answer.get() {
        Answer::Ready { view, .. } => match &*view {
            View::Preview { before, after, remark } => {
                Some(Ok(Sides { before: before.clone(), after: after.clone(), remark: remark.clone() }))
            }
            _ => None,
        },
        Answer::Failed(problem) => Some(Err(problem)),
        Answer::Waiting => before.cloned().flatten(),
    });
    let body = move || {
        if let Some(words) = missing.get() {
            return view! { <p class="preview__hint">{words}</p> }.into_any();
        }
        match held.get() {
            None => view! { <Skeleton lines=3 /> }.into_any(),
            Some(Err(problem)) => view! { <ProblemView problem=problem /> }.into_any(),
            Some(Ok(sides)) => {
                let words = change_words(&sides);
                let is_after = side.get() == "after";
                let window = if is_after { sides.after } else { sides.before };
                let caption = match (is_after, window.offset) {
                    (true, 0) => "First rows after the step",
                    (false, 0) => "First rows before the step",
                    (true, _) => "Rows from the first change on, after the step",
                    (false, _) => "Rows from the first change on, before the step",
                };
                view! {
                    <div class="preview__head">
                        <p class="preview__counts" role="status">{words}</p>
                        <SegmentedControl
                            label="Rows shown"
                            options=vec![("before".to_owned(), "Before".to_owned()), ("after".to_owned(), "After".to_owned())]
                            value=side
                            on_change=move |key: String| side.set(key)
                        />
                    </div>
                    <RowsTable window=first_rows(window) caption=caption />
                }
                .into_any()
            }
        }
    };
    view! { <section class="preview" aria-label="Preview">{body}</section> }
}

#[derive(Clone, PartialEq)]
struct Sides {
    before: RowWindow,
    after: RowWindow,
    /// What happens to cells.
    remark: Option<String>,
}

/// "9,600 → 9,312 rows, one column more".
fn change_words(sides: &Sides) -> String {
    let (before, after) = (sides.before.n_total, sides.after.n_total);
    let rows = if before == after {
        format!("{}, as before", wording::plural(after, "row", "rows"))
    } else {
        format!("{} → {}", wording::format_count(before), wording::plural(after, "row", "rows"))
    };
    let (old, new) = (sides.before.columns.len(), sides.after.columns.len());
    let words = match new as i64 - old as i64 {
        0 => rows,
        1 => format!("{rows}, one column more"),
        -1 => format!("{rows}, one column less"),
        more if more > 0 => format!("{rows}, {more} columns more"),
        less => format!("{rows}, {} columns less", -less),
    };
    match &sides.remark {
        Some(remark) => format!("{words}; {remark}"),
        None => words,
    }
}

fn first_rows(mut window: RowWindow) -> RowWindow {
    for column in &mut window.cells {
        column.truncate(8);
    }
    window
}
