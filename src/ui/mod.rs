//! The screens. One root state, changed only by commands; parts read through signals.
//!
//! Never here: the engine, or a calculation on rows.

pub mod state;
