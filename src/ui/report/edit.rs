//! Changes to the report. The first one makes the draft the user's own.

use crate::base::Problem;
use crate::protocol::{Query, View};
use crate::report::{Block, BlockSpec, FrozenReport};
use crate::ui::state::{Answer, App};
use crate::workspace::Command;
use leptos::prelude::*;
use std::sync::Arc;

/// The newest report, kept while a newer one is made.
pub fn use_draft(app: App) -> Memo<Option<Arc<FrozenReport>>> {
    keep_report(app.want(|| Some(Query::Report)))
}

/// The draft that a change would adopt. Once there are blocks of the user's own, nothing is asked.
pub fn use_draft_to_adopt(app: App) -> Memo<Option<Arc<FrozenReport>>> {
    keep_report(app.want(move || app.workspace.with(|w| w.report.blocks.is_none()).then_some(Query::Report)))
}

pub(super) fn keep_report(answer: Signal<Answer>) -> Memo<Option<Arc<FrozenReport>>> {
    Memo::new(move |before: Option<&Option<Arc<FrozenReport>>>| match answer.get().view() {
        Some(View::Report(report)) => Some(Arc::new(report.clone())),
        _ => before.cloned().flatten(),
    })
}

/// Makes a change to the blocks. Returns whether it was made.
pub fn change_report(app: App, newest: Option<&FrozenReport>, label: &str, command: Command) -> bool {
    let spec = app.workspace.with_untracked(|w| w.report.clone());
    if spec.blocks.is_some() {
        return app.try_dispatch(command).map_err(|problem| app.complain(problem)).is_ok();
    }
    let Some(newest) = newest else {
        app.complain(Problem::request("no_draft_yet", "The report is still being written. Try again in a moment."));
        return false;
    };
    let blocks = newest.blocks.iter().map(|b| Block { id: b.id, spec: b.spec.clone() }).collect();
    let title = spec.title.unwrap_or_else(|| newest.title.clone());
    let commands = vec![Command::AdoptDraft { title, blocks }, command];
    app.try_dispatch(Command::All { label: label.to_owned(), commands })
        .map_err(|problem| app.complain(problem))
        .is_ok()
}

/// Adds a block, at the end of what is told (before quality, sources and methods) unless `at` is given.
pub fn add_block(app: App, newest: Option<&FrozenReport>, spec: BlockSpec, at: Option<usize>) -> bool {
    let at = at.or_else(|| {
        let own = app.workspace.with_untracked(|w| w.report.blocks.clone());
        let specs: Vec<BlockSpec> = match (own, newest) {
            (Some(blocks), _) => blocks.into_iter().map(|b| b.spec).collect(),
            (None, Some(newest)) => newest.blocks.iter().map(|b| b.spec.clone()).collect(),
            (None, None) => return None,
        };
        specs.iter().position(|s| matches!(s, BlockSpec::Quality | BlockSpec::Sources | BlockSpec::Methods))
    });
    change_report(app, newest, "add a block", Command::AddBlock { spec, at })
}
