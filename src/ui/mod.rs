//! The screens. One root state, changed only by commands; parts read through signals.
//!
//! Never here: the engine, or a calculation on rows.

pub mod chart;
pub mod combine;
pub mod explore;
pub mod later;
pub mod panels;
pub mod parts;
pub mod report;
mod run;
mod script;
pub mod share;
pub mod shell;
pub mod sources;
pub mod start;
pub mod state;

pub use run::run;
