//! Autosave: everything that was shown as saved is on disk.

use super::asking::on_disk;
use super::runtime::Runtime;
use super::types::{Recent, SaveState};
use crate::base::json;
use crate::platform::disk::DiskWrite;
use crate::platform::{lease, time};
use crate::workspace::{History, Workspace};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Changes that follow each other within this time are saved together.
const QUIET_MS: u32 = 250;

/// A workspace in the list of recent ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listed {
    pub title: String,
    pub size_bytes: u64,
    pub changed_ms: f64,
}

/// What a workspace is called when nobody named it.
pub fn title_of(workspace: &Workspace) -> String {
    if !workspace.title.is_empty() {
        return workspace.title.clone();
    }
    match workspace.sources.as_slice() {
        [] => "Untitled".to_owned(),
        [one] => one.name.clone(),
        [first, rest @ ..] => format!("{} and {} more", first.name, rest.len()),
    }
}

/// Asks the browser not to clear this storage when space runs short. Some ask the user, some decide
/// by themselves; either way nothing depends on the answer.
fn ask_to_persist() {
    thread_local! {
        static ASKED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    if ASKED.replace(true) {
        return;
    }
    if let Some(promise) = web_sys::window().and_then(|w| w.navigator().storage().persist().ok()) {
        spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}

impl Runtime {
    pub fn save_soon(self: &Rc<Self>) {
        if !self.may_write.get() || self.is_saving.replace(true) {
            return;
        }
        self.app.save_state.set(SaveState::Saving);
        let runtime = self.clone();
        spawn_local(async move {
            if !runtime.take_lease().await {
                runtime.is_saving.set(false);
                return;
            }
            loop {
                gloo_timers::future::TimeoutFuture::new(QUIET_MS).await;
                runtime.is_dirty.set(false);
                let done = runtime.save_now().await;
                if let Err(problem) = done {
                    runtime.is_saving.set(false);
                    runtime.is_dirty.set(true);
                    runtime.app.save_state.set(SaveState::Failed(problem));
                    return;
                }
                if !runtime.is_dirty.get() {
                    break;
                }
            }
            runtime.is_saving.set(false);
            runtime.app.save_state.set(SaveState::Saved { at: time::clock() });
            ask_to_persist();
            runtime.sweep().await;
            runtime.list_recent().await;
        });
    }

    /// Makes sure that no other tab writes this workspace, before anything of it is written. A page
    /// that was opened for a report of someone else comes here without having asked.
    pub async fn take_lease(&self) -> bool {
        while self.lease.borrow().is_none() {
            let key = self.key.borrow().clone();
            let (may_write, lease) = lease::take(&key).await;
            // Another workspace may have been entered while we asked, with a lease of its own.
            if *self.key.borrow() != key || self.lease.borrow().is_some() {
                lease.release();
                continue;
            }
            *self.lease.borrow_mut() = Some(lease);
            self.may_write.set(may_write);
            if !may_write {
                self.app.save_state.set(SaveState::held_elsewhere());
            }
        }
        self.may_write.get()
    }

    /// Deletes blobs of this workspace that no state of its history needs any more: of sources that
    /// were removed or read anew so long ago that it cannot be undone. What is left over when this
    /// fails is found the next time.
    async fn sweep(&self) {
        let disk = self.disk.borrow().clone();
        let Some(disk) = disk else { return };
        let needed = Runtime::blob_keys_of(&self.key.borrow(), &self.history.borrow());
        if *self.swept_for.borrow() == needed {
            return;
        }
        let (rows, raw) = (disk.blob_keys("rows/").await, disk.blob_keys("raw/").await);
        let (Ok(rows), Ok(raw)) = (rows, raw) else { return };
        // Looked at again after the wait: from here to the transaction nothing else can run, and a later
        // save is a later transaction. While something is unsaved, what is on disk may need more than this.
        if self.is_dirty.get() || self.is_saving.get() {
            return;
        }
        let key = self.key.borrow().clone();
        let needed = Runtime::blob_keys_of(&key, &self.history.borrow());
        let is_ours = |k: &&String| k.starts_with(&format!("rows/{key}/")) || k.starts_with(&format!("raw/{key}/"));
        let waste = rows.iter().chain(&raw).filter(is_ours).filter(|k| needed.binary_search(k).is_err());
        let deletes: Vec<DiskWrite> = waste.map(|key| DiskWrite::DeleteBlob { key: key.clone() }).collect();
        if !deletes.is_empty() && disk.commit(deletes).await.is_err() {
            return;
        }
        *self.swept_for.borrow_mut() = needed;
    }

    async fn save_now(&self) -> Result<(), crate::base::Problem> {
        let disk = self.disk.borrow().clone();
        let Some(disk) = disk else {
            return Err(crate::base::Problem::limit("no_storage", "This browser does not let the page keep anything.")
                .hint("Save the workspace as a project file before you close the tab."));
        };
        let key = self.key.borrow().clone();
        // One transaction: blobs first, then the workspace, then the list that names it.
        let blob_keys = self.unsaved_blobs.borrow().clone();
        let mut writes = Vec::new();
        for blob_key in &blob_keys {
            if let Some(blob) = self.blobs.borrow().get(blob_key).cloned() {
                writes.push(DiskWrite::Blob { key: blob_key.clone(), blob });
            }
        }
        let (text, listed) = {
            let history = self.history.borrow();
            let present = history.present();
            let listed = Listed {
                title: title_of(present),
                size_bytes: present.sources.iter().map(|s| s.size_bytes).sum(),
                changed_ms: time::now_ms(),
            };
            (self.encoder.borrow_mut().encode(&history)?, listed)
        };
        writes.push(DiskWrite::Text { key: format!("workspace/{key}"), text });
        let listed = json::write(&listed).unwrap_or_default();
        writes.push(DiskWrite::Text { key: format!("list/{key}"), text: listed });
        writes.push(DiskWrite::Text { key: "last".to_owned(), text: key });
        disk.commit(writes).await?;
        self.unsaved_blobs.borrow_mut().retain(|k| !blob_keys.contains(k));
        // From here on they are read from disk.
        self.blobs.borrow_mut().retain(|k, _| !blob_keys.contains(k));
        Ok(())
    }

    /// Waits until everything so far is on disk.
    ///
    /// # Errors
    /// Why it cannot be saved.
    pub async fn saved(&self) -> Result<(), crate::base::Problem> {
        loop {
            if let SaveState::Failed(problem) = self.app.save_state.get_untracked() {
                return Err(problem);
            }
            if !self.may_write.get() {
                return Err(crate::base::Problem::request(
                    "read_only",
                    "This tab only reads the workspace; another one saves it.",
                ));
            }
            if !self.is_saving.get() && !self.is_dirty.get() {
                return Ok(());
            }
            gloo_timers::future::TimeoutFuture::new(20).await;
        }
    }

    pub async fn list_recent(&self) {
        let disk = self.disk.borrow().clone();
        let Some(disk) = disk else { return };
        let Ok(keys) = disk.text_keys("list/").await else { return };
        let mut recent = Vec::new();
        for key in keys {
            let Ok(Some(text)) = disk.text(&key).await else { continue };
            let Ok(listed) = json::read::<Listed>(&text) else { continue };
            let key = key.trim_start_matches("list/").to_owned();
            recent.push((
                listed.changed_ms,
                Recent {
                    key,
                    title: listed.title,
                    size_bytes: listed.size_bytes,
                    changed_at: time::local_words(listed.changed_ms),
                },
            ));
        }
        recent.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.app.recent.set(recent.into_iter().map(|(_, r)| r).collect());
    }

    /// Keys of all blobs that a history needs, so that undo finds its rows; in order.
    pub fn blob_keys_of(key: &str, history: &History) -> Vec<String> {
        let states = history.past().iter().chain(history.future()).map(|e| &e.workspace).chain([history.present()]);
        let mut names: Vec<String> = states.flat_map(|w| w.blob_names()).collect();
        names.sort();
        names.dedup();
        let mut keys: Vec<String> = names.iter().map(|name| on_disk(key, name)).collect();
        keys.sort();
        keys
    }
}
