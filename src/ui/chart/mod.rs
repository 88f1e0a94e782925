//! Charts on the page: drawn on a canvas, read with the pointer, the keys, or as a table.
//!
//! Never here: scales and layout, which are the plan's.

mod canvas;
mod data_view;
mod legend;
mod menu;
mod printing;
mod queue;
mod reading;
mod size;
mod surroundings;
mod view;

pub use menu::file_stem;
pub use printing::print_page;
pub use queue::soon;
pub use size::use_size;
pub use view::ChartView;
