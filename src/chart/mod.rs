//! Charts: a spec says what to show, the data are reduced to what fits a screen, the plan resolves
//! scales and ticks to numbers, and any plotters backend draws it.
//!
//! Never here: the page. Text is measured by our own table, so that the host and the browser draw
//! the same.
//!
//! `reduce(&table, &spec)` → [`ChartData`] → `plan(&data, &frame)` → [`ChartPlan`] → `draw(&plan,
//! backend)`; [`to_svg`] does the last two.

mod data;
mod describe;
mod draw;
mod hit;
mod plan;
mod reduce;
pub mod scale;
mod spec;
mod suggest;
mod svg;
mod table;
pub mod text;
mod theme;
pub mod ticks;
pub mod time_ticks;

pub use data::*;
pub use describe::summary;
pub use draw::{FONT_FAMILY, draw};
pub use hit::nearest;
pub(crate) use plan::fence;
pub use plan::{
    Anchor, ChartPlan, Frame, Hit, LegendEntry, PAPER_WIDTH_PX, Paint, Rect, Shape, Snap, View, paper_height_px, plan,
    preferred_height_px,
};
pub(crate) use reduce::parse_place;
pub use reduce::{reduce, reduce_arrays, reduce_within};
pub use spec::*;
pub use suggest::suggest_charts;
pub use svg::{plan_to_svg, to_svg};
pub use table::{DataTable, data_csv, data_table};
pub use theme::{Rgb, Theme};
