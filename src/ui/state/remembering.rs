//! The session of the open workspace: kept while the page is open, saved a moment after it changed.

use super::app::App;
use super::runtime::{Runtime, runtime};
use super::types::Place;
use crate::platform::disk::DiskWrite;
use crate::workspace::Session;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Typing is saved once it pauses.
const QUIET_MS: u32 = 400;

/// Where a workspace's session lies on disk.
pub fn session_key(workspace_key: &str) -> String {
    format!("session/{workspace_key}")
}

/// Follows where the user is.
pub fn follow_places(app: App) {
    Effect::new(move |_| {
        let (place, explored) = (app.place.get(), app.explored.get());
        runtime().remember(|session| {
            if let Some(word) = place_word(place) {
                word.clone_into(&mut session.place);
                session.node = explored.map(|n| n.to_string()).unwrap_or_default();
            }
        });
    });
}

/// Places that can be come back to.
fn place_word(place: Place) -> Option<&'static str> {
    match place {
        Place::Sources => Some("sources"),
        Place::Combine => Some("combine"),
        Place::Explore => Some("explore"),
        Place::Report => Some("report"),
        Place::Start | Place::Reader => None,
    }
}

pub fn place_of(session: &Session) -> Option<Place> {
    [Place::Sources, Place::Combine, Place::Explore, Place::Report]
        .into_iter()
        .find(|place| place_word(*place) == Some(session.place.as_str()))
}

impl Runtime {
    pub fn session(&self) -> Session {
        self.session.borrow().clone()
    }

    pub fn remember(self: &Rc<Self>, change: impl FnOnce(&mut Session)) {
        let mut session = self.session();
        change(&mut session);
        if session == *self.session.borrow() {
            return;
        }
        *self.session.borrow_mut() = session;
        if self.is_session_dirty.replace(true) {
            return;
        }
        let runtime = self.clone();
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(QUIET_MS).await;
            runtime.save_session().await;
        });
    }

    /// Writes what is not on disk yet. A workspace without sources has nothing to come back to.
    pub async fn save_session(&self) {
        if !self.is_session_dirty.replace(false) || !self.may_write.get() {
            return;
        }
        if self.history.borrow().present().sources.is_empty() {
            return;
        }
        let (key, text) = (session_key(&self.key.borrow()), self.session.borrow().encode());
        let disk = self.disk.borrow().clone();
        if let Some(disk) = disk {
            // Not worth a word: the work itself is saved apart, and says so when it cannot be.
            let _ = disk.commit(vec![DiskWrite::Text { key, text }]).await;
        }
    }

    /// The session that was saved with a workspace.
    pub async fn saved_session(&self, key: &str) -> Session {
        let disk = self.disk.borrow().clone();
        let Some(disk) = disk else { return Session::default() };
        disk.text(&session_key(key)).await.ok().flatten().map(|text| Session::decode(&text)).unwrap_or_default()
    }
}
