//! Evaluates a workspace: a function of the workspace's revision and the attached tables.
//!
//! It is driven: [`Engine::handle`] takes a request, [`Engine::step`] does a slice of work, both
//! return what is to be sent. The host (a worker in the browser, a loop in tests) decides when.
//!
//! Never here: I/O, a clock, the browser.
//!
//! - `nodes` computes tables, merges and recipes, step by step, each result kept by provenance.
//! - `answers` turns questions into views.
//! - `session` is DataFusion.

mod answers;
mod budget;
mod cache;
mod declared;
mod in_turn;
mod lineage;
mod nodes;
mod report;
mod session;
mod shape;
mod sql;
mod topics;

#[cfg(test)]
mod tests;

pub use budget::{Budget, Heap};
pub use topics::{Engine, Outgoing};
