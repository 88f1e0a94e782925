//! What is kept on disk, as an interface: blobs by key, written in batches.
//!
//! Never here: IndexedDB. `platform` implements the same batches over it.

mod memory;

pub use memory::{Fault, MemoryStore};

use crate::base::Problem;

/// One change to the store.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    Put { key: String, bytes: Vec<u8> },
    Delete { key: String },
}

/// Writes that belong together. A batch is either wholly there or not at all; writes are carried
/// out in order, so that blobs come first and the manifest that names them last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch(pub Vec<Write>);

impl Batch {
    pub fn put(mut self, key: impl Into<String>, bytes: Vec<u8>) -> Batch {
        self.0.push(Write::Put { key: key.into(), bytes });
        self
    }

    pub fn delete(mut self, key: impl Into<String>) -> Batch {
        self.0.push(Write::Delete { key: key.into() });
        self
    }
}

/// A place that keeps blobs.
pub trait Store {
    /// # Errors
    /// `store_full` or `store_failed`; then nothing of the batch is there.
    fn commit(&mut self, batch: Batch) -> Result<(), Problem>;

    /// # Errors
    /// `store_failed`.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Problem>;

    /// Keys that begin with `prefix`, sorted.
    ///
    /// # Errors
    /// `store_failed`.
    fn keys(&self, prefix: &str) -> Result<Vec<String>, Problem>;
}
