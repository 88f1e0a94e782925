//! Tributary: many sources, one report, in the browser and nowhere else.
//!
//! The modules stand in the order in which data travel. A module may use those above it that
//! `docs/architecture.md` allows; `tests/suite/tidy.rs` holds that table and fails on a breach.

// What everything speaks.
pub mod base;
pub mod table;

// The journey. Pure: no I/O, no clock, no browser.
pub mod chart;
pub mod insight;
pub mod merge;
pub mod recipe;
pub mod report;
pub mod share;
pub mod source;

// The work in progress. Pure as well.
#[cfg(feature = "engine")]
pub mod engine;
pub mod protocol;
pub mod store;
pub mod workspace;

// The web.
#[cfg(target_arch = "wasm32")]
pub mod platform;
#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod ui;
