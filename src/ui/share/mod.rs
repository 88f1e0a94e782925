//! Handing the report on: by link, as a file, on paper, or with the data.
//!
//! Nothing leaves the device here but by the user's own hand.

mod cards;
mod panel;

pub use cards::{download_html, make_html};
pub use panel::SharePanel;
