//! Starting the app, and opening what was saved: a link, a file, a recent workspace, a sample.

use super::app::App;
use super::importing::Import;
use super::remembering::{follow_places, place_of, session_key};
use super::runtime::{Runtime, runtime};
use super::types::{Place, SaveState};
use crate::base::{Problem, json};
use crate::platform::disk::{Disk, DiskWrite};
use crate::platform::parcel::js_text;
use crate::platform::{lease, time};
use crate::protocol::NetworkEntry;
use crate::share::open_fragment;
use crate::source::{Format, Origin, ReaderSpec, site_of};
use crate::workspace::{Command, History, Session, Workspace, format};
use leptos::prelude::*;
use serde::Deserialize;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, Response};

#[derive(Deserialize)]
struct Manifest {
    title: String,
    files: Vec<ManifestFile>,
}

#[derive(Deserialize)]
struct ManifestFile {
    path: String,
    name: String,
    #[serde(default)]
    format: Option<Format>,
}

/// Starts the app: reads the link if there is one, else opens the last workspace. Returns the
/// handle for the screens.
pub fn start() -> App {
    let runtime = runtime();
    let app = runtime.app;
    read_link(app);
    follow_places(app);
    // A link pasted into a tab that has the app open changes the fragment only.
    let on_hash = Closure::<dyn FnMut()>::new(move || read_link(app));
    if let Some(window) = web_sys::window() {
        window.set_onhashchange(Some(on_hash.as_ref().unchecked_ref()));
    }
    on_hash.forget();
    spawn_local(async move {
        runtime.open_disk().await;
        // A shared report is read without the engine and without touching one's own work.
        if app.place.get_untracked() != Place::Reader {
            runtime.open_last().await;
            // A workspace that was never saved is leased as well, or a second tab would write it too.
            runtime.take_lease().await;
            runtime.is_open.set(true);
            runtime.engine.start();
            gloo_timers::future::TimeoutFuture::new(500).await;
            runtime.readers.warm_up();
        }
        runtime.is_open.set(true);
    });
    app
}

/// Waits until what was saved has been opened.
pub async fn opened() {
    while !runtime().is_open.get() {
        gloo_timers::future::TimeoutFuture::new(5).await;
    }
}

/// Shows the report in the address, if there is one.
fn read_link(app: App) {
    let fragment = web_sys::window().and_then(|w| w.location().hash().ok()).unwrap_or_default();
    let fragment = fragment.trim_start_matches('#');
    if fragment.starts_with('r') && fragment.contains('.') {
        match open_fragment(fragment) {
            Ok(report) => app.read_report(report),
            Err(problem) => app.complain(problem),
        }
    }
}

fn new_key() -> String {
    format!("{:x}{:04x}", time::now_ms() as u64, (js_sys::Math::random() * 65536.0) as u32)
}

impl Runtime {
    async fn open_disk(&self) {
        *self.key.borrow_mut() = new_key();
        match Disk::open().await {
            Ok(disk) => *self.disk.borrow_mut() = Some(Rc::new(disk)),
            Err(problem) => self.app.save_state.set(SaveState::Failed(problem)),
        }
        self.list_recent().await;
    }

    async fn open_last(self: &Rc<Self>) {
        let disk = self.disk.borrow().clone();
        let Some(disk) = disk else { return };
        if let Ok(Some(key)) = disk.text("last").await
            && !key.is_empty()
        {
            self.open_key(key).await;
            // A reload changes nothing: the user is where they were.
            let place = place_of(&self.session.borrow());
            if let (Place::Report, Some(place)) = (self.app.place.get_untracked(), place) {
                self.app.place.set(place);
            }
        }
    }

    async fn open_key(self: &Rc<Self>, key: String) {
        let disk = self.disk.borrow().clone();
        let Some(disk) = disk else { return };
        let text = match disk.text(&format!("workspace/{key}")).await {
            Ok(Some(text)) => text,
            Ok(None) => return,
            Err(problem) => return self.app.complain(problem),
        };
        let newer = |p: &Problem| p.code == "newer_workspace";
        match format::decode_history(&text) {
            Ok(history) => {
                let session = self.saved_session(&key).await;
                self.enter(key, history, session).await;
            }
            Err(problem) if newer(&problem) => {
                self.app.save_state.set(SaveState::ReadOnly { why: problem.what.clone() });
                self.app.complain(problem);
            }
            Err(problem) => self.app.complain(problem),
        }
    }

    /// Makes a workspace the current one. What is still being read was meant for the one before.
    async fn enter(self: &Rc<Self>, key: String, history: History, session: Session) {
        let imports: Vec<u64> = self.handles.borrow().keys().copied().collect();
        imports.into_iter().for_each(|job| self.cancel_job(job));
        self.save_session().await;
        if let Some(lease) = self.lease.borrow_mut().take() {
            lease.release();
        }
        let (may_write, lease) = lease::take(&key).await;
        let before = self.lease.borrow_mut().replace(lease);
        if let Some(before) = before {
            before.release();
        }
        self.may_write.set(may_write);
        self.attached.borrow().keys().for_each(|id| self.engine.detach(*id));
        self.attached.borrow_mut().clear();
        self.blobs.borrow_mut().clear();
        self.unsaved_blobs.borrow_mut().clear();
        self.undone_merges.borrow_mut().clear();
        *self.key.borrow_mut() = key;
        let is_empty = history.present().sources.is_empty();
        // Revisions must keep growing for the engine, whatever workspace comes.
        let revision = self.history.borrow().revision() + 1;
        *self.history.borrow_mut() = history.with_revision(revision);
        self.app.panel.set(None);
        let node = session.node_in(self.history.borrow().present());
        self.app.explored.set(node);
        *self.session.borrow_mut() = session;
        self.app.place.set(if is_empty { Place::Start } else { Place::Report });
        self.app.save_state.set(if !may_write {
            SaveState::held_elsewhere()
        } else if is_empty {
            SaveState::Empty
        } else {
            SaveState::Saved { at: time::clock() }
        });
        self.show();
        if !may_write {
            self.wait_for_lease();
        }
    }

    /// When the other tab has gone, this one goes on from what that one saved.
    fn wait_for_lease(self: &Rc<Self>) {
        let runtime = self.clone();
        let key = self.key.borrow().clone();
        spawn_local(async move {
            lease::wait(&key).await.release();
            if *runtime.key.borrow() == key && !runtime.may_write.get() {
                runtime.open_key(key).await;
                runtime.app.say("The other tab was closed: this one saves now.", false);
            }
        });
    }

    pub fn new_workspace(self: &Rc<Self>) {
        let runtime = self.clone();
        spawn_local(async move {
            if let Err(problem) = runtime.enter_new().await {
                runtime.app.complain(problem);
            }
        });
    }

    /// # Errors
    /// When the workspace before cannot be saved: leaving it would lose it.
    pub async fn enter_new(self: &Rc<Self>) -> Result<(), Problem> {
        self.may_leave().await?;
        self.enter(new_key(), History::new(Workspace::default()), Session::default()).await;
        Ok(())
    }

    /// What is not on disk yet is written before it is left.
    async fn may_leave(&self) -> Result<(), Problem> {
        let has_work = !self.history.borrow().present().sources.is_empty();
        if !self.may_write.get() || !has_work {
            return Ok(());
        }
        self.saved().await.map_err(|problem| {
            Problem::limit("not_saved", "The open workspace could not be saved, so it was not left.")
                .because(problem.what)
                .hint("Save it as a project file (Share), or make room and try again.")
        })
    }

    pub fn open_recent(self: &Rc<Self>, key: String) {
        let runtime = self.clone();
        spawn_local(async move {
            match runtime.may_leave().await {
                Ok(()) => {
                    runtime.open_key(key).await;
                    runtime.engine.start();
                }
                Err(problem) => runtime.app.complain(problem),
            }
        });
    }

    pub fn delete_recent(self: &Rc<Self>, key: String) {
        let runtime = self.clone();
        spawn_local(async move {
            let disk = runtime.disk.borrow().clone();
            let Some(disk) = disk else { return };
            let mut writes = vec![
                DiskWrite::DeleteText { key: format!("list/{key}") },
                DiskWrite::DeleteText { key: format!("workspace/{key}") },
                DiskWrite::DeleteText { key: session_key(&key) },
            ];
            for prefix in [format!("rows/{key}/"), format!("raw/{key}/")] {
                for key in disk.blob_keys(&prefix).await.unwrap_or_default() {
                    writes.push(DiskWrite::DeleteBlob { key });
                }
            }
            if let Err(problem) = disk.commit(writes).await {
                runtime.app.complain(problem);
            }
            if *runtime.key.borrow() == key {
                runtime.enter(new_key(), History::new(Workspace::default()), Session::default()).await;
            }
            runtime.list_recent().await;
        });
    }

    pub fn open_sample(self: &Rc<Self>, sample: String) {
        let runtime = self.clone();
        spawn_local(async move {
            if let Err(problem) = runtime.load_sample(&sample).await {
                runtime.app.complain(problem);
            }
        });
    }

    /// Opens a bundled sample in a new workspace and waits for its tables.
    ///
    /// # Errors
    /// When its files cannot be loaded.
    pub async fn load_sample(self: &Rc<Self>, sample: &str) -> Result<(), Problem> {
        let folder = format!("./samples/{sample}");
        let manifest = self.get(&format!("{folder}/manifest.json")).await?;
        let text = JsFuture::from(manifest.text()).await.map_err(|e| sample_problem(&js_text(&e)))?;
        let manifest: Manifest =
            json::read(&text.as_string().unwrap_or_default()).map_err(|e| sample_problem(&e.to_string()))?;
        self.enter_new().await?;
        self.dispatch(&Command::SetTitle { title: manifest.title })?;
        let mut waiting = Vec::new();
        for file in manifest.files {
            let blob = self.get(&format!("{folder}/{}", file.path)).await?;
            let reader = ReaderSpec { format: file.format, ..ReaderSpec::default() };
            let origin = Origin::Sample(sample.to_owned());
            waiting.push(self.import(Import { origin, reader, ..Import::of_blob(&file.name, blob) }));
        }
        self.finish_imports(waiting).await;
        Ok(())
    }

    /// A file of our own origin. It too stands in the log of requests.
    async fn get(&self, url: &str) -> Result<Blob, Problem> {
        let window = web_sys::window().ok_or_else(|| sample_problem("no window"))?;
        let response = JsFuture::from(window.fetch_with_str(url)).await.map_err(|e| sample_problem(&js_text(&e)))?;
        let response: Response = response.dyn_into().map_err(|_| sample_problem("no answer"))?;
        let status = response.status();
        let blob = async {
            if !response.ok() {
                return Err(sample_problem(&format!("status {status}")));
            }
            let blob = response.blob().map_err(|e| sample_problem(&js_text(&e)))?;
            let blob = JsFuture::from(blob).await.map_err(|e| sample_problem(&js_text(&e)))?;
            blob.dyn_into::<Blob>().map_err(|_| sample_problem("no content"))
        };
        let blob = blob.await;
        let entry = NetworkEntry {
            time_ms: time::now_ms(),
            method: "GET".to_owned(),
            host: site_of(&response.url()),
            url: response.url(),
            status,
            size_bytes: blob.as_ref().map_or(0, |b| b.size() as u64),
            why: "a bundled sample".to_owned(),
        };
        self.app.network.update(|log| log.push(entry));
        blob
    }
}

fn sample_problem(why: &str) -> Problem {
    Problem::input("sample_missing", "The sample could not be loaded.")
        .because(why.to_owned())
        .hint("Reload the page and try again.")
}
