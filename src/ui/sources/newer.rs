//! A file that looks like a later version of another: what becomes of it is the user's to say, in their own time.

use crate::base::SourceId;
use crate::ui::parts::{Button, ButtonKind, Icon, IconName};
use crate::ui::state::{open_successors, use_app};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub fn Newer(id: SourceId) -> impl IntoView {
    let app = use_app();
    let offer = Memo::new(move |_| {
        let workspace = app.workspace.get();
        let successor = open_successors(&workspace).into_iter().find(|s| s.newer == id)?;
        let of = workspace.source(successor.of)?;
        // What is already part of something else is not added to without it.
        let tables = &of.tables;
        let is_used = workspace
            .merges
            .iter()
            .any(|m| tables.iter().any(|t| [m.left, m.right].contains(&crate::base::NodeId::Table(t.id))));
        Some((successor, of.name.clone(), tables.len() == 1 && !is_used))
    });
    move || {
        let (successor, of, can_add) = offer.get()?;
        let add = can_add.then(|| view! { <Button label="Adds to it" on_click=move || app.add_to(successor) /> });
        let leave = move || app.dispatch(Command::RejectSuggestion { suggestion: successor.key() });
        Some(view! {
            <div class="source__note" role="status">
                <p class="source__note-words">
                    <Icon name=IconName::Refresh />
                    {format!("This looks like a later version of {of}.")}
                </p>
                <div class="source__note-actions">
                    <Button label=format!("Replaces {of}") on_click=move || app.replace_by(successor) />
                    {add}
                    <Button label="Keep apart" kind=ButtonKind::Plain on_click=leave />
                </div>
            </div>
        })
    }
}
