//! Spelling variants: values of a text column that may mean the same.
//!
//! Three passes, each over what the one before has left apart: equal fingerprints, equal n-gram
//! fingerprints, then pairs that sound or are written alike. Few values are compared with all others;
//! many with their neighbours when sorted in three ways (M. Hernández and S. Stolfo, "The merge/purge
//! problem for large databases", *SIGMOD* 1995), so that the work stays bounded, and the answer says so.
//! Digits have to agree: "Plate 101" is no variant of "Plate 102".
//!
//! Never here: reading a table (`engine`), or changing it: what is accepted becomes an `Op::Map`.

mod data;
#[cfg(feature = "engine")]
mod near;
#[cfg(feature = "engine")]
mod prints;
#[cfg(feature = "engine")]
mod search;
#[cfg(feature = "engine")]
mod sound;

pub use data::*;
#[cfg(feature = "engine")]
pub use search::find_variants;
