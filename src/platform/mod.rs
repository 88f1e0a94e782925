//! The browser: workers, files, storage, network, and the script API.
//!
//! Everything that touches a web API is here or in `ui`. Never here: what to do with data.

mod compare_worker;
pub mod disk;
pub mod engine_link;
#[cfg(feature = "engine")]
pub mod engine_worker;
mod fetch;
pub mod files;
#[cfg(feature = "engine")]
mod heap;
pub mod lease;
pub mod parcel;
mod project_worker;
mod reader_crew;
mod reader_helpers;
pub mod reader_link;
pub mod reader_worker;
pub mod time;
