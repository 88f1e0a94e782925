//! What is around every screen: the top bar, the four places, panels, drop and paste, keys.

mod drop;
mod files;
mod keys;
mod paste;
mod places;
mod repair;
mod theme;
mod top_bar;

pub use files::{FilePicker, choose_files, choose_one};
pub use paste::AddressDraft;
pub use repair::repair;
pub use theme::{Theme, use_theme};
pub use top_bar::{Mark, workspace_words};

use crate::ui::combine::provide_suggestions;
use crate::ui::later::{self, Later, Part};
use crate::ui::panels::Panels;
use crate::ui::parts::{Jobs, Toasts};
use crate::ui::report::ReaderScreen;
use crate::ui::start::StartScreen;
use crate::ui::state::{Place, use_app};
use drop::DropOverlay;
use leptos::prelude::*;
use places::Places;
use top_bar::TopBar;

/// The whole page. Needs an `App` in the context.
#[component]
pub fn Root() -> impl IntoView {
    let app = use_app();
    theme::provide();
    provide_suggestions(app);
    paste::listen(app);
    keys::listen(app);
    let place = Memo::new(move |_| app.place.get());
    let main = NodeRef::<leptos::html::Main>::new();
    if place.get_untracked() != Place::Reader {
        later::prepare();
    }
    // A new place starts at its top.
    let last = StoredValue::new(None::<Place>);
    let screen = move || {
        let now = place.get();
        if last.get_value() != Some(now) {
            last.set_value(Some(now));
            if let Some(main) = main.get_untracked() {
                main.set_scroll_top(0);
            }
        }
        match now {
            Place::Start => view! { <StartScreen /> }.into_any(),
            Place::Sources | Place::Combine | Place::Explore | Place::Report => {
                view! { <Later part=Part::Screen(now) /> }.into_any()
            }
            Place::Reader => view! { <ReaderScreen /> }.into_any(),
        }
    };
    // What was pressed is often gone with the place it was in, and the keyboard must not start over.
    Effect::new(move |before: Option<Place>| {
        let now = place.get();
        if before.is_some_and(|before| before != now) {
            let keep_focus = move || {
                let is_lost = document().active_element().is_none_or(|e| e.tag_name() == "BODY");
                if let Some(main) = main.get_untracked().filter(|_| is_lost) {
                    let _ = main.focus();
                }
            };
            request_animation_frame(keep_focus);
        }
        now
    });
    Effect::new(move |_| {
        let workspace = app.workspace.get();
        let title = match workspace.sources.is_empty() {
            true => "Tributary".to_owned(),
            false => format!("{} · Tributary", workspace_words(&workspace)),
        };
        document().set_title(&title);
    });
    let on_repair = Callback::new(move |(r,)| repair(app, None, r));
    let skip = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            let _ = main.focus();
        }
    };
    view! {
        <div class="app" data-place=move || place_word(place.get())>
            <a class="skip" href="#main" on:click=skip>"Skip to the content"</a>
            <TopBar />
            <Places />
            <div class="app__body">
                <main id="main" class="app__main" tabindex="-1" node_ref=main>{screen}</main>
                <Panels />
            </div>
            <Show when=move || !matches!(place.get(), Place::Start | Place::Sources)>
                <div class="app__jobs"><Jobs on_repair=on_repair /></div>
            </Show>
            <Toasts />
            <DropOverlay />
            <FilePicker />
        </div>
    }
}

fn place_word(place: Place) -> &'static str {
    match place {
        Place::Start => "start",
        Place::Sources => "sources",
        Place::Combine => "combine",
        Place::Explore => "explore",
        Place::Report => "report",
        Place::Reader => "reader",
    }
}
