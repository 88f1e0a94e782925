//! The top bar: whose work this is, whether it is kept, and what can be done from anywhere.

use super::theme::{Theme, use_theme};
use crate::ui::parts::{Button, ButtonKind, EditText, Icon, IconButton, IconName, Menu, MenuItem, is_late};
use crate::ui::state::{Panel, Place, SaveState, use_app};
use crate::workspace::{Command, Workspace};
use leptos::prelude::*;

/// The sign: two streams that become one.
#[component]
pub fn Mark(#[prop(default = 20)] size: u32) -> impl IntoView {
    view! {
        <svg
            class="mark"
            width=size.to_string()
            height=size.to_string()
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-linecap="round"
            aria-hidden="true"
        >
            <path d="M5 3c0 7 7 6 7 12v6" stroke-width="2.5"></path>
            <path d="M19 3c0 5-5 6-6.6 9.5" stroke-width="2.5"></path>
            <path d="M12 3v4" stroke-width="2.5" opacity="0.45"></path>
        </svg>
    }
}

/// The workspace's title, or one made from its sources.
pub fn workspace_words(workspace: &Workspace) -> String {
    if !workspace.title.is_empty() {
        return workspace.title.clone();
    }
    let Some(first) = workspace.sources.first() else { return "New workspace".to_owned() };
    let name = first.name.rsplit_once('.').map_or(first.name.as_str(), |(stem, _)| stem);
    match workspace.sources.len() {
        1 => name.to_owned(),
        n => format!("{name} and {} more", n - 1),
    }
}

#[component]
pub fn TopBar() -> impl IntoView {
    let app = use_app();
    let is_busy = Memo::new(move |_| !app.workspace.get().sources.is_empty() && app.place.get() != Place::Reader);
    let undo_label = Signal::derive(move || named("Undo", app.undo_label.get(), "Ctrl+Z"));
    let redo_label = Signal::derive(move || named("Redo", app.redo_label.get(), "Ctrl+Shift+Z"));
    let no_undo = Signal::derive(move || app.undo_label.get().is_none());
    let no_redo = Signal::derive(move || app.redo_label.get().is_none());
    let open = move |panel: Panel| move || app.panel.set(Some(panel.clone()));
    view! {
        <header class="top" data-state=move || if is_busy.get() { "busy" } else { "empty" }>
            <button type="button" class="top__mark" title="Start page" on:click=move |_| app.place.set(Place::Start)>
                <Mark />
                <span class="top__name" class:visually-hidden=move || is_busy.get()>"Tributary"</span>
            </button>
            <Show when=move || is_busy.get()>
                <Title />
                <Saved />
            </Show>
            <span class="top__space"></span>
            <Show when=move || is_busy.get()>
                <div class="top__group">
                    <IconButton label=undo_label icon=IconName::Undo on_click=move || app.undo() disabled=no_undo />
                    <span class="top__redo">
                        <IconButton label=redo_label icon=IconName::Redo on_click=move || app.redo() disabled=no_redo />
                    </span>
                </div>
                <button type="button" class="top__search" title="Search (Ctrl+K)" on:click=move |_| app.panel.set(Some(Panel::Palette))>
                    <Icon name=IconName::Search />
                    <span class="top__search-words">"Search"</span>
                    <kbd class="kbd">"Ctrl K"</kbd>
                </button>
            </Show>
            <MoreMenu />
            <Show when=move || is_busy.get()>
                <span class="top__share">
                    <Button label="Share" icon=IconName::Share kind=ButtonKind::Quiet on_click=open(Panel::Share) />
                </span>
            </Show>
        </header>
    }
}

fn named(verb: &str, what: Option<String>, keys: &str) -> String {
    match what {
        Some(what) => format!("{verb}: {what} ({keys})"),
        None => format!("Nothing to {}", verb.to_lowercase()),
    }
}

#[component]
fn MoreMenu() -> impl IntoView {
    let app = use_app();
    let theme = use_theme();
    let items = Callback::new(move |()| {
        let has_work = !app.workspace.get_untracked().sources.is_empty();
        let mut lines = Vec::new();
        if has_work {
            lines.push(MenuItem::new("New workspace", move || app.new_workspace()).icon(IconName::Plus));
            lines.push(MenuItem::new("Download the workspace", move || app.export_project()).icon(IconName::Download));
        }
        lines.push(MenuItem::new("Requests made", move || app.panel.set(Some(Panel::Network))).icon(IconName::Shield));
        lines.push(MenuItem::new("Keyboard", move || app.panel.set(Some(Panel::Shortcuts))).icon(IconName::Keyboard));
        // A phone has no room for the button beside this menu.
        let is_narrow = window().match_media("(max-width: 720px)").ok().flatten().is_some_and(|m| m.matches());
        if let Some(what) = app.redo_label.get_untracked().filter(|_| is_narrow) {
            lines.insert(0, MenuItem::new(format!("Redo: {what}"), move || app.redo()).icon(IconName::Redo));
        }
        for (i, t) in Theme::ALL.into_iter().enumerate().filter(|_| is_narrow) {
            let line = MenuItem::new(t.label(), move || theme.set(t)).icon(t.icon()).checked(theme.get() == t);
            lines.push(if i == 0 { line.new_group() } else { line });
        }
        lines
    });
    let themes = Callback::new(move |()| {
        Theme::ALL
            .into_iter()
            .map(|t| MenuItem::new(t.label(), move || theme.set(t)).icon(t.icon()).checked(theme.get() == t))
            .collect()
    });
    let theme_icon = Signal::derive(move || theme.get().icon());
    view! {
        <div class="top__group">
            <span class="top__theme">
                <Menu label="Light or dark" icon=theme_icon items=themes />
            </span>
            <Menu label="More" items=items />
        </div>
    }
}

/// The title; a click turns it into a field.
#[component]
fn Title() -> impl IntoView {
    let app = use_app();
    let is_editing = RwSignal::new(false);
    let title = Signal::derive(move || workspace_words(&app.workspace.get()));
    let save = move |title: String| app.dispatch(Command::SetTitle { title });
    move || {
        if is_editing.get() {
            view! {
                <EditText
                    label="Name of the workspace"
                    class="top__title-input"
                    value=title
                    is_editing=is_editing
                    on_save=save
                />
            }
            .into_any()
        } else {
            view! {
                <button type="button" class="top__title" title="Rename" on:click=move |_| is_editing.set(true)>
                    {move || title.get()}
                </button>
            }
            .into_any()
        }
    }
}

#[component]
fn Saved() -> impl IntoView {
    let app = use_app();
    let state = move || match app.save_state.get() {
        SaveState::Failed(_) => "stop",
        SaveState::ReadOnly { .. } => "attention",
        _ => "fine",
    };
    let words = move || match app.save_state.get() {
        SaveState::Saved { at } => format!("saved locally {at}"),
        SaveState::Saving => "saving".to_owned(),
        SaveState::ReadOnly { .. } => "read only".to_owned(),
        SaveState::Failed(_) => "not saved".to_owned(),
        SaveState::Empty => String::new(),
    };
    let why = move || match app.save_state.get() {
        SaveState::ReadOnly { why } => why,
        SaveState::Failed(problem) => problem.to_string(),
        SaveState::Saved { .. } => "Kept in this browser, nowhere else".to_owned(),
        _ => String::new(),
    };
    let icon = move || matches!(app.save_state.get(), SaveState::Failed(_) | SaveState::ReadOnly { .. });
    view! {
        <span class="top__saved" role="status" data-state=state title=why>
            {move || icon().then(|| view! { <Icon name=IconName::Warning size=14 /> })}
            <span class="top__saved-words">{words}</span>
            <Calculating />
        </span>
    }
}

/// That the engine is at work, and how to stop it; and after that, how to go on.
#[component]
fn Calculating() -> impl IntoView {
    let app = use_app();
    let is_late = is_late(move || app.n_pending.get() > 0);
    let is_stopped = move || app.is_stopped.get() && app.n_pending.get() == 0;
    view! {
        <span class="top__working">{move || is_late.get().then_some("· calculating")}</span>
        <Show when=move || is_late.get()>
            <IconButton label="Stop calculating" icon=IconName::Close size=14 on_click=move || app.cancel_questions(|_| true) />
        </Show>
        <Show when=is_stopped>
            <IconButton label="Calculate what was stopped" icon=IconName::Refresh size=14 on_click=move || app.ask_again() />
        </Show>
    }
}
