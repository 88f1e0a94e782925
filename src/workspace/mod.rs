//! The work in progress: specs, the commands that change them, and the history of changes.
//!
//! Never here: rows, I/O, or a change that is not a [`Command`].

mod command;
pub mod format;
mod spec;

pub use command::*;
pub use spec::*;
