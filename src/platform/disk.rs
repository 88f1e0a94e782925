//! IndexedDB. Two stores: `blobs` (raw files and tables) and `texts` (workspaces and their list).
//!
//! A transaction ends at the first wait for anything else, so everything that is to be written is
//! collected first; then one transaction writes it all.

use crate::base::{Problem, ProblemKind};
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::TransactionMode;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

const NAME: &str = "tributary";
const BLOBS: &str = "blobs";
const TEXTS: &str = "texts";

/// One change on disk.
pub enum DiskWrite {
    Text { key: String, text: String },
    Blob { key: String, blob: Blob },
    DeleteText { key: String },
    DeleteBlob { key: String },
}

/// The browser's storage for this app.
pub struct Disk {
    db: Database,
}

impl Disk {
    /// # Errors
    /// `no_storage` when the browser gives none, as some do in private windows.
    pub async fn open() -> Result<Disk, Problem> {
        let open = Database::open(NAME).with_version(1u8).with_on_upgrade_needed(|_, db| {
            db.create_object_store(BLOBS).build()?;
            db.create_object_store(TEXTS).build()?;
            Ok(())
        });
        let db = open.await.map_err(|e| {
            Problem::limit("no_storage", "This browser does not let the page keep anything.")
                .because(e.to_string())
                .hint("Your work stays open in this tab. Save it as a project file before you close it.")
        })?;
        Ok(Disk { db })
    }

    /// Writes all or nothing, in order.
    ///
    /// # Errors
    /// `not_saved` with the reason; then nothing has changed on disk.
    pub async fn commit(&self, writes: Vec<DiskWrite>) -> Result<(), Problem> {
        self.write(writes).await.map_err(|e| {
            let why = e.to_string();
            let is_full = why.contains("Quota") || why.contains("quota");
            let what = if is_full {
                "There is no room left in this browser to save your work."
            } else {
                "Your last change could not be saved."
            };
            Problem::new(ProblemKind::Limit, if is_full { "store_full" } else { "not_saved" }, what)
                .because(why)
                .hint("Save the workspace as a project file, or remove old workspaces on the start page.")
        })
    }

    async fn write(&self, writes: Vec<DiskWrite>) -> Result<(), indexed_db_futures::error::Error> {
        let transaction = self.db.transaction([BLOBS, TEXTS]).with_mode(TransactionMode::Readwrite).build()?;
        let blobs = transaction.object_store(BLOBS)?;
        let texts = transaction.object_store(TEXTS)?;
        for write in writes {
            match write {
                DiskWrite::Text { key, text } => texts.put(text).with_key(key).await.map(|_: String| ())?,
                DiskWrite::Blob { key, blob } => {
                    blobs.put(JsValue::from(blob)).with_key(key).await.map(|_: String| ())?
                }
                DiskWrite::DeleteText { key } => texts.delete(key).await?,
                DiskWrite::DeleteBlob { key } => blobs.delete(key).await?,
            }
        }
        transaction.commit().await
    }

    /// # Errors
    /// `not_read` when the browser fails.
    pub async fn text(&self, key: &str) -> Result<Option<String>, Problem> {
        let read = async {
            let transaction = self.db.transaction(TEXTS).build()?;
            let store = transaction.object_store(TEXTS)?;
            store.get::<String, _, _>(key.to_owned()).await
        };
        read.await.map_err(not_read)
    }

    /// Keys of texts that begin so.
    ///
    /// # Errors
    /// `not_read` when the browser fails.
    pub async fn text_keys(&self, prefix: &str) -> Result<Vec<String>, Problem> {
        self.keys(TEXTS, prefix).await
    }

    /// # Errors
    /// `not_read` when the browser fails.
    pub async fn blob_keys(&self, prefix: &str) -> Result<Vec<String>, Problem> {
        self.keys(BLOBS, prefix).await
    }

    async fn keys(&self, store: &str, prefix: &str) -> Result<Vec<String>, Problem> {
        let read = async {
            let transaction = self.db.transaction(store).build()?;
            let store = transaction.object_store(store)?;
            let keys = store.get_all_keys::<String>().await?;
            keys.collect::<Result<Vec<String>, _>>()
        };
        let mut keys: Vec<String> = read.await.map_err(not_read)?;
        keys.retain(|k| k.starts_with(prefix));
        Ok(keys)
    }

    /// # Errors
    /// `not_read` when the browser fails.
    pub async fn blob(&self, key: &str) -> Result<Option<Blob>, Problem> {
        let read = async {
            let transaction = self.db.transaction(BLOBS).build()?;
            let store = transaction.object_store(BLOBS)?;
            store.get::<JsValue, _, _>(key.to_owned()).await
        };
        let value: Option<JsValue> = read.await.map_err(not_read)?;
        Ok(value.and_then(|v| v.dyn_into::<Blob>().ok()))
    }
}

fn not_read(error: indexed_db_futures::error::Error) -> Problem {
    Problem::new(ProblemKind::Limit, "not_read", "What was saved in this browser could not be read.")
        .because(error.to_string())
}
