//! What is kept on disk, as an interface: blobs by key, written in batches.
//!
//! Never here: IndexedDB. `platform` implements [`Store`] over it, tests use [`MemoryStore`].
