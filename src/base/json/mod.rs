//! Values of Rust ↔ JSON, through one small reader and one small writer.
//!
//! serde_json does the work on text. What stands between it and our types is here, because serde
//! makes code for every type of ours times every reader it is read with, and serde_json's reader is
//! made for speed: with it, a quarter of the page's program was the reading of messages. Here a text
//! becomes a tree first and the tree a value, with code that is shared as far as it goes.
//! See `docs/decisions/0015-size-of-the-page.md`.

mod error;
mod read;
mod write;

pub use error::Error;
pub use read::{parse, read, read_tree};
pub use write::write;

#[cfg(test)]
mod tests;
