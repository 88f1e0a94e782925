//! One source: its name and freshness, and a part for each of its tables.

use super::drifted::Drifted;
use super::incomplete::Incomplete;
use super::newer::Newer;
use super::table_part::TablePart;
use super::{origin_icon, when_words};
use crate::base::SourceId;
use crate::base::wording::format_bytes;
use crate::source::Origin;
use crate::ui::parts::{Button, ButtonKind, EditText, Icon, IconName, Menu, MenuItem};
use crate::ui::shell::choose_one;
use crate::ui::state::{Panel, use_app};
use crate::workspace::Command;
use leptos::prelude::*;

#[component]
pub fn SourceCard(id: SourceId) -> impl IntoView {
    let app = use_app();
    let source = Memo::new(move |_| app.workspace.get().source(id).cloned());
    let tables =
        Memo::new(move |_| source.get().map(|s| s.tables.iter().map(|t| t.id).collect::<Vec<_>>()).unwrap_or_default());
    let is_renaming = RwSignal::new(false);
    let icon = Signal::derive(move || source.get().map_or(IconName::File, |s| origin_icon(&s.origin, &s.name)));
    let facts = move || {
        source.get().map(|s| {
            let read = if matches!(s.origin, Origin::Api(_)) { "fetched" } else { "read" };
            format!("{} · {} · {read} {}", s.origin.label(), format_bytes(s.size_bytes), when_words(&s.read_at))
        })
    };
    let is_web = Memo::new(move |_| source.get().is_some_and(|s| matches!(s.origin, Origin::Api(_))));
    let items = Callback::new(move |()| {
        let mut lines = vec![
            MenuItem::new("Details", move || app.panel.set(Some(Panel::Source(id)))).icon(IconName::Info),
            MenuItem::new("Rename", move || is_renaming.set(true)).icon(IconName::Pencil),
        ];
        if is_web.get_untracked() {
            lines.push(MenuItem::new("Change the request", move || app.edit_request(id)).icon(IconName::Globe));
        } else {
            let replace = move || choose_one(move |file| app.replace_with(id, file));
            lines.push(MenuItem::new("Replace with newer file…", replace).icon(IconName::Refresh));
        }
        lines.push(MenuItem::new("Remove", move || remove(id)).icon(IconName::Trash).new_group().destructive());
        lines
    });
    view! {
        <article class="source card">
            <header class="source__head">
                <span class="source__icon"><Icon name=icon size=20 /></span>
                <div class="source__titles">
                    <Name id=id is_renaming=is_renaming />
                    <p class="source__facts">{facts}</p>
                </div>
                <div class="source__actions">
                    <Show when=move || is_web.get()>
                        <Button label="Refresh" icon=IconName::Refresh kind=ButtonKind::Plain on_click=move || app.refresh(id) />
                    </Show>
                    <Menu label="More" items=items />
                </div>
            </header>
            <Incomplete id=id />
            <Newer id=id />
            <Drifted id=id />
            <For each=move || tables.get() key=|t| *t let:table>
                <TablePart source=id table=table is_only=Signal::derive(move || tables.get().len() == 1) />
            </For>
        </article>
    }
}

fn remove(id: SourceId) {
    let app = use_app();
    let name = app.workspace.get_untracked().source(id).map(|s| s.name.clone()).unwrap_or_default();
    match app.try_dispatch(Command::RemoveSource { source: id }) {
        Ok(()) => app.say(format!("{name} is removed"), true),
        Err(problem) => app.complain(problem),
    }
}

#[component]
fn Name(id: SourceId, is_renaming: RwSignal<bool>) -> impl IntoView {
    let app = use_app();
    let name = Signal::derive(move || app.workspace.get().source(id).map(|s| s.name.clone()).unwrap_or_default());
    let save = move |name: String| app.dispatch(Command::RenameSource { source: id, name });
    move || {
        if is_renaming.get() {
            view! {
                <EditText
                    label="Name of the source"
                    class="input source__name-input"
                    value=name
                    is_editing=is_renaming
                    on_save=save
                />
            }
            .into_any()
        } else {
            view! { <h2 class="source__name">{move || name.get()}</h2> }.into_any()
        }
    }
}
