//! The report: drafted from what was found, edited by the user, frozen with its numbers so that it
//! can be read without the engine or the sources.
//!
//! Never here: I/O, HTML.

mod frozen;
mod spec;

pub use frozen::*;
pub use spec::*;
