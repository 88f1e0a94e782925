//! The keys, on one sheet.

use crate::ui::parts::Dialog;
use crate::ui::state::use_app;
use leptos::prelude::*;

const SHEET: [(&str, &[(&str, &str)]); 3] = [
    (
        "Anywhere",
        &[
            ("Ctrl K", "Search every command"),
            ("Ctrl Z", "Undo"),
            ("Ctrl Shift Z", "Redo"),
            ("Ctrl V", "Paste a table, files or an address"),
            ("?", "This sheet"),
            ("Esc", "Close what is open"),
        ],
    ),
    ("Go to", &[("G S", "Sources"), ("G C", "Combine"), ("G E", "Explore"), ("G R", "Report")]),
    (
        "In forms and tables",
        &[
            ("Ctrl Enter", "Run or read"),
            ("Tab", "Next"),
            ("Arrows", "Move in menus and cells"),
            ("Shift Arrows", "Choose a block of cells"),
            ("Ctrl C", "Copy the cells chosen"),
            ("Enter", "Choose"),
        ],
    ),
];

#[component]
pub fn ShortcutsDialog() -> impl IntoView {
    let app = use_app();
    let groups = SHEET
        .iter()
        .map(|(title, lines)| {
            let lines = lines
                .iter()
                .map(|(keys, what)| {
                    let keys = keys.split(' ').map(|k| view! { <kbd class="kbd">{k}</kbd> }).collect_view();
                    view! { <div class="shortcuts__line"><dt>{*what}</dt><dd>{keys}</dd></div> }
                })
                .collect_view();
            view! { <section><h3 class="shortcuts__title">{*title}</h3><dl>{lines}</dl></section> }
        })
        .collect_view();
    view! {
        <Dialog title="Keyboard" on_close=move || app.panel.set(None)>
            <div class="shortcuts">{groups}</div>
        </Dialog>
    }
}
