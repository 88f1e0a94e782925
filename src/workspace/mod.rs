//! The work in progress: specs, the commands that change them, and the history of changes.
//!
//! Never here: rows, I/O, or a change that is not a [`Command`].

mod apply;
mod blobs;
mod command;
pub mod format;
mod history;
mod label;
mod names;
mod origin;
mod replace;
mod report_edits;
mod session;
mod spec;
mod step_edits;
#[cfg(test)]
mod tests;

pub use apply::apply;
pub use blobs::{raw_name, rows_name};
pub use command::*;
pub use history::{Entry, History};
pub use label::label;
pub use session::Session;
pub use spec::*;
