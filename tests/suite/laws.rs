//! What holds for any input: tried on seeded, generated tables, texts and sequences of commands.
//!
//! A failure names its seed; the same seed gives the same input on every machine.

mod bytes;
mod cleaning;
mod commands;
mod engine;
mod filters;
mod merges;
mod shared;
mod shares;
mod tables;
