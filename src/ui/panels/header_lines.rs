//! The headers that go with a request, such as a key: a line each.

use crate::source::Headers;
use crate::ui::parts::{Button, ButtonKind, IconButton, IconName};
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Line {
    id: u32,
    name: RwSignal<String>,
    value: RwSignal<String>,
}

impl Line {
    fn new(id: u32, name: String, value: String) -> Line {
        Line { id, name: RwSignal::new(name), value: RwSignal::new(value) }
    }
}

/// What was filled in.
#[derive(Clone, Copy)]
pub struct HeaderLines(RwSignal<Vec<Line>>);

impl HeaderLines {
    /// `is_asked`: an empty line waits to be filled in.
    pub fn new(headers: Headers, is_asked: bool) -> HeaderLines {
        let mut lines: Vec<Line> = (0..).zip(headers).map(|(id, (name, value))| Line::new(id, name, value)).collect();
        if lines.is_empty() && is_asked {
            lines.push(Line::new(0, String::new(), String::new()));
        }
        HeaderLines(RwSignal::new(lines))
    }

    /// The lines that are not empty, as written.
    pub fn all(self) -> Headers {
        let lines = self.0.get_untracked();
        let filled = lines.iter().map(|line| (line.name.get_untracked(), line.value.get_untracked()));
        filled.filter(|(name, value)| !name.trim().is_empty() || !value.trim().is_empty()).collect()
    }

    fn add(self) {
        self.0.update(|lines| {
            let id = lines.last().map_or(0, |line| line.id + 1);
            lines.push(Line::new(id, String::new(), String::new()));
        });
    }

    fn remove(self, id: u32) {
        self.0.update(|lines| lines.retain(|line| line.id != id));
    }
}

#[component]
pub fn HeaderLinesView(lines: HeaderLines, takes_focus: bool) -> impl IntoView {
    let line_view = move |line: Line| {
        view! {
            <div class="header-line">
                <input
                    class="input"
                    aria-label="Name of the header"
                    data-autofocus=takes_focus.then_some("")
                    placeholder="Authorization"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || line.name.get()
                    on:input=move |e| line.name.set(event_target_value(&e))
                />
                <input
                    class="input"
                    type="password"
                    aria-label="Value of the header"
                    placeholder="Bearer …"
                    autocomplete="off"
                    prop:value=move || line.value.get()
                    on:input=move |e| line.value.set(event_target_value(&e))
                />
                <IconButton
                    label="Remove this header"
                    icon=IconName::Close
                    on_click=move || lines.remove(line.id)
                />
            </div>
        }
        .into_any()
    };
    view! {
        <div class="form__headers">
            <For each=move || lines.0.get() key=|line| line.id let:line>
                {line_view(line)}
            </For>
            <Button label="Add a header or key" icon=IconName::Plus kind=ButtonKind::Plain on_click=move || lines.add() />
        </div>
    }
}
