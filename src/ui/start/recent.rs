//! The workspaces kept in this browser.

use crate::base::wording::format_bytes;
use crate::ui::parts::{Button, ButtonKind, Icon, IconButton, IconName};
use crate::ui::state::{Recent, use_app};
use leptos::prelude::*;

#[component]
pub fn RecentList() -> impl IntoView {
    let app = use_app();
    view! {
        <Show when=move || !app.recent.get().is_empty()>
            <section class="start__section" aria-labelledby="start-recent">
                <h2 id="start-recent" class="start__heading">"Kept in this browser"</h2>
                <ul class="recents">
                    <For each=move || app.recent.get() key=|r| (r.key.clone(), r.title.clone(), r.changed_at.clone()) let:recent>
                        {line(recent)}
                    </For>
                </ul>
            </section>
        </Show>
    }
}

fn line(recent: Recent) -> AnyView {
    let app = use_app();
    // A deleted workspace is gone, so the cross asks once more, in place.
    let is_asking = RwSignal::new(false);
    let title = recent.title.clone();
    let size = format_bytes(recent.size_bytes);
    let key = StoredValue::new(recent.key);
    let delete_label = format!("Delete {title}");
    let buttons = move || {
        if is_asking.get() {
            view! {
                <span class="recents__ask">
                    <span>"Delete with its data?"</span>
                    <Button label="Delete" on_click=move || app.delete_recent(key.get_value()) />
                    <Button label="Keep" kind=ButtonKind::Plain on_click=move || is_asking.set(false) />
                </span>
            }
            .into_any()
        } else {
            view! { <IconButton label=delete_label.clone() icon=IconName::Trash on_click=move || is_asking.set(true) /> }
                .into_any()
        }
    };
    view! {
        <li class="recents__line">
            <button type="button" class="recents__open" on:click=move |_| app.open_recent(key.get_value())>
                <Icon name=IconName::FileText />
                <span class="recents__title">{title}</span>
                <span class="recents__size">{size}</span>
                <span class="recents__date">{recent.changed_at}</span>
            </button>
            {buttons}
        </li>
    }
    .into_any()
}
