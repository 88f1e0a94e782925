//! Every command, found by typing.

use crate::base::NodeId;
use crate::ui::explore::KINDS;
use crate::ui::parts::{Dialog, Icon, IconName};
use crate::ui::shell::{Theme, choose_files, use_theme};
use crate::ui::state::{App, Panel, Place, SAMPLES, use_app};
use leptos::prelude::*;

/// What can be chosen.
#[derive(Clone)]
struct Entry {
    label: String,
    /// What kind of thing it is, at the right.
    kind: &'static str,
    icon: IconName,
    run: Callback<()>,
}

const MOST_SHOWN: usize = 60;

#[component]
pub fn PaletteDialog() -> impl IntoView {
    let app = use_app();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let all = StoredValue::new(entries(app));
    let found = Memo::new_with_compare(
        move |_| {
            let typed = typed.get().to_lowercase();
            let words: Vec<&str> = typed.split_whitespace().collect();
            all.with_value(|all| {
                let matches = |e: &&Entry| {
                    let text = format!("{} {}", e.label, e.kind).to_lowercase();
                    words.iter().all(|w| text.contains(w))
                };
                let mut found: Vec<Entry> = all.iter().filter(matches).cloned().collect();
                // Those that start with what was typed come first; the order is kept otherwise.
                if let Some(first) = words.first() {
                    found.sort_by_key(|e| !e.label.to_lowercase().starts_with(first));
                }
                found.truncate(MOST_SHOWN);
                found
            })
        },
        |_, _| true,
    );
    let run = move |entry: Option<Entry>| {
        if let Some(entry) = entry {
            // Closed first, so that the command may open a panel of its own.
            app.panel.set(None);
            entry.run.run(());
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let n = found.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|i| *i = (*i + 1) % n),
            "ArrowUp" => at.update(|i| *i = (*i + n - 1) % n),
            "Enter" => run(found.with_untracked(|f| f.get(at.get_untracked()).cloned())),
            _ => return,
        }
        event.prevent_default();
        scroll_to(at.get_untracked());
    };
    let lines = move || {
        let found = found.get();
        if found.is_empty() {
            return view! { <p class="palette__none">"Nothing by that name."</p> }.into_any();
        }
        let line = |(i, entry): (usize, Entry)| {
            let chosen = entry.clone();
            view! {
                <div
                    id=line_id(i)
                    class="palette__line"
                    role="option"
                    aria-selected=move || (at.get() == i).to_string()
                    on:pointermove=move |_| {
                        if at.get_untracked() != i {
                            at.set(i);
                        }
                    }
                    on:click=move |_| run(Some(chosen.clone()))
                >
                    <Icon name=entry.icon />
                    <span class="palette__label">{entry.label}</span>
                    <span class="palette__kind">{entry.kind}</span>
                </div>
            }
            .into_any()
        };
        found.into_iter().enumerate().map(line).collect_view().into_any()
    };
    view! {
        <Dialog title="Search every command" is_bare=true on_close=move || app.panel.set(None)>
            <div class="palette">
                <div class="palette__field">
                    <Icon name=IconName::Search />
                    <input
                        class="palette__input"
                        data-autofocus
                        placeholder="Search commands, tables and columns"
                        autocomplete="off"
                        spellcheck="false"
                        role="combobox"
                        aria-expanded="true"
                        aria-controls="palette-list"
                        aria-label="Search commands, tables and columns"
                        aria-activedescendant=move || line_id(at.get())
                        prop:value=move || typed.get()
                        on:input=move |event| {
                            at.set(0);
                            typed.set(event_target_value(&event));
                        }
                        on:keydown=on_keydown
                    />
                    <kbd class="kbd">"Esc"</kbd>
                </div>
                <div id="palette-list" class="palette__list" role="listbox" aria-label="Commands">{lines}</div>
            </div>
        </Dialog>
    }
}

fn line_id(i: usize) -> String {
    format!("palette-{i}")
}

fn scroll_to(i: usize) {
    if let Some(line) = document().get_element_by_id(&line_id(i)) {
        line.scroll_into_view_with_bool(false);
    }
}

fn entries(app: App) -> Vec<Entry> {
    let workspace = app.workspace.get_untracked();
    let has_work = !workspace.sources.is_empty();
    let mut all = Vec::new();
    let mut add = |label: String, kind: &'static str, icon: IconName, run: Callback<()>| {
        all.push(Entry { label, kind, icon, run });
    };
    if has_work {
        let places = [
            (Place::Report, "Report", IconName::FileText),
            (Place::Explore, "Explore", IconName::Table),
            (Place::Combine, "Combine", IconName::Merge),
            (Place::Sources, "Sources", IconName::Layers),
        ];
        for (place, label, icon) in places {
            add(label.to_owned(), "go to", icon, Callback::new(move |()| app.place.set(place)));
        }
    }
    let open = |panel: Panel| Callback::new(move |()| app.panel.set(Some(panel.clone())));
    add("Choose files".to_owned(), "add", IconName::File, Callback::new(|()| choose_files()));
    add("Paste a table".to_owned(), "add", IconName::ClipboardPaste, open(Panel::Paste));
    add("Read a web address".to_owned(), "add", IconName::Globe, open(Panel::AddAddress));
    if has_work {
        if let Some(label) = app.undo_label.get_untracked() {
            add(format!("Undo: {label}"), "edit", IconName::Undo, Callback::new(move |()| app.undo()));
        }
        if let Some(label) = app.redo_label.get_untracked() {
            add(format!("Redo: {label}"), "edit", IconName::Redo, Callback::new(move |()| app.redo()));
        }
        add("Share the report".to_owned(), "share", IconName::Share, open(Panel::Share));
        let print = Callback::new(move |()| {
            app.place.set(Place::Report);
            // The report has to be there first.
            set_timeout(crate::ui::chart::print_page, std::time::Duration::from_millis(400));
        });
        add("Print the report".to_owned(), "share", IconName::Printer, print);
        let export = Callback::new(move |()| app.export_project());
        add("Download the workspace".to_owned(), "share", IconName::Download, export);
        add("New workspace".to_owned(), "workspace", IconName::Plus, Callback::new(move |()| app.new_workspace()));
    }
    if let Some(node) = untrack(|| app.explored_node()).filter(|_| has_work) {
        let table = workspace.node_name(node).unwrap_or_default();
        for (kind, label) in KINDS {
            let write = Callback::new(move |()| {
                app.place.set(Place::Explore);
                app.asked_step.set(Some(kind));
            });
            add(format!("{label} ({table})"), "step", IconName::Plus, write);
        }
    }
    for node in workspace.nodes() {
        let name = workspace.node_name(node).unwrap_or_default().to_owned();
        let kind = if matches!(node, NodeId::Table(_)) { "table" } else { "merge" };
        let explore = Callback::new(move |()| {
            app.explored.set(Some(node));
            app.place.set(Place::Explore);
        });
        add(name, kind, IconName::Table, explore);
    }
    for source in &workspace.sources {
        let id = source.id;
        add(source.name.clone(), "source", IconName::Info, open(Panel::Source(id)));
    }
    for (source, table) in workspace.tables() {
        let node = NodeId::Table(table.id);
        let _ = source;
        for column in table.columns.iter().take(200) {
            let explore = Callback::new(move |()| {
                app.explored.set(Some(node));
                app.place.set(Place::Explore);
            });
            add(format!("{} in {}", column.name, table.name), "column", IconName::Columns, explore);
        }
    }
    let theme = use_theme();
    for t in Theme::ALL {
        add(t.label().to_owned(), "look", t.icon(), Callback::new(move |()| theme.set(t)));
    }
    add("Requests made".to_owned(), "privacy", IconName::Shield, open(Panel::Network));
    add("Keyboard".to_owned(), "help", IconName::Keyboard, open(Panel::Shortcuts));
    add("Start page".to_owned(), "go to", IconName::ArrowLeft, Callback::new(move |()| app.place.set(Place::Start)));
    for sample in &SAMPLES {
        let run = Callback::new(move |()| app.open_sample(sample.key));
        add(sample.title.to_owned(), "sample", IconName::FlaskConical, run);
    }
    all
}
