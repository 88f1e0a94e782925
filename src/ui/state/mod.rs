//! The state behind the screens, and everything a screen can ask for.
//!
//! Get it with [`use_app`]. Work on the workspace goes through [`App::dispatch`]; what the engine
//! knows is asked for with [`App::want`] and arrives as an [`Answer`].

mod app;
mod asking;
mod automatic;
mod exporting;
mod files;
mod import;
mod importing;
mod jobs;
mod opening;
mod previewing;
mod remembering;
mod replacing;
mod retrying;
mod runtime;
mod saving;
mod types;

pub use app::{App, use_app};
pub use importing::Import;
pub use opening::{opened, start};
pub use replacing::open_successors;
pub use runtime::runtime;
pub use types::*;
