//! Files dropped anywhere on the page.

use super::files::files_of;
use crate::ui::parts::{Icon, IconName};
use crate::ui::state::{Place, use_app};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::DragEvent;

#[component]
pub fn DropOverlay() -> impl IntoView {
    let app = use_app();
    let is_over = RwSignal::new(false);
    let handles = [
        window_event_listener(ev::dragenter, move |event| {
            if carries_files(&event) {
                event.prevent_default();
                is_over.set(true);
            }
        }),
        window_event_listener(ev::dragover, move |event| {
            if carries_files(&event) {
                event.prevent_default();
                if let Some(data) = event.data_transfer() {
                    data.set_drop_effect("copy");
                }
            }
        }),
        window_event_listener(ev::dragleave, move |event| {
            // Only leaving the window counts, not moving from one element to the next.
            if event.related_target().is_none() {
                is_over.set(false);
            }
        }),
        window_event_listener(ev::drop, move |event| {
            is_over.set(false);
            if !carries_files(&event) {
                return;
            }
            event.prevent_default();
            let files = event.data_transfer().and_then(|d| d.files()).map(|l| files_of(&l)).unwrap_or_default();
            if !files.is_empty() {
                app.add_files(files);
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(|h| h.remove()));
    let words = move || match app.place.get() {
        Place::Start | Place::Reader => "They are read here, in this browser.",
        _ => "They are added to this workspace and read here, in this browser.",
    };
    view! {
        <Show when=move || is_over.get()>
            <div class="drop">
                <Icon name=IconName::Upload size=20 />
                <p class="drop__title">"Drop the files"</p>
                <p class="drop__text">{words}</p>
            </div>
        </Show>
    }
}

fn carries_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&JsValue::from_str("Files"), 0))
}
