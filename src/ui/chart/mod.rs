//! Charts on the page: drawn on a canvas, read with the pointer, the keys or as a table.

mod size;

pub use size::use_size;
