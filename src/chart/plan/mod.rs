//! A chart at a size: every line, area and word with its place in pixels.
//!
//! Never here: a backend. Positions count from the top left corner.

mod bar;
mod boxes;
mod control;
mod density;
mod fence;
mod heat;
mod histogram;
mod line;
mod oriented;
mod scatter;
mod sheet;
mod xy;

pub use density::Cells;
pub(crate) use fence::fence;

use super::scale::Linear;
use super::theme::{Rgb, Theme};
use super::{ChartData, Marks};
use crate::base::ColumnType;
use sheet::Sheet;

/// A zoomed range of the horizontal axis, in its own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    pub x: (f64, f64),
}

/// Where and how a chart is to appear.
#[derive(Clone, Debug)]
pub struct Frame {
    pub width_px: f64,
    pub height_px: f64,
    pub theme: Theme,
    /// The zoom; everything when `None`. Ignored by kinds whose horizontal axis has categories.
    pub view: Option<View>,
    /// Names of series that are hidden.
    pub hidden: Vec<String>,
    /// For a chart that stands alone: draws paper, title, subtitle and legend as well.
    pub show_title: bool,
}

impl Frame {
    pub fn new(width_px: f64, height_px: f64, theme: Theme) -> Frame {
        Frame { width_px, height_px, theme, view: None, hidden: Vec::new(), show_title: false }
    }

    /// The same with paper, title, subtitle and legend.
    pub fn titled(mut self) -> Frame {
        self.show_title = true;
        self
    }
}

/// A colour with its opacity, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    pub rgb: Rgb,
    pub alpha: f64,
}

impl From<Rgb> for Paint {
    fn from(rgb: Rgb) -> Paint {
        Paint { rgb, alpha: 1.0 }
    }
}

impl Rgb {
    pub fn alpha(self, alpha: f64) -> Paint {
        Paint { rgb: self, alpha }
    }
}

/// Which part of a text stands at its x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Polyline {
        points: Vec<(f64, f64)>,
        width_px: f64,
        paint: Paint,
    },
    /// A filled polygon.
    Area {
        points: Vec<(f64, f64)>,
        paint: Paint,
    },
    /// A filled rectangle.
    Rect {
        rect: Rect,
        paint: Paint,
    },
    /// Filled.
    Circle {
        x_px: f64,
        y_px: f64,
        r_px: f64,
        paint: Paint,
    },
    /// One line of text, its middle at `y_px`. `is_upward`: turned a quarter to the left, about its anchor.
    Text {
        x_px: f64,
        y_px: f64,
        text: String,
        size_px: f64,
        anchor: Anchor,
        is_bold: bool,
        is_upward: bool,
        paint: Paint,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x_px: f64,
    pub y_px: f64,
    pub w_px: f64,
    pub h_px: f64,
}

impl Rect {
    pub fn right(&self) -> f64 {
        self.x_px + self.w_px
    }

    pub fn bottom(&self) -> f64 {
        self.y_px + self.h_px
    }

    pub fn contains(&self, x_px: f64, y_px: f64) -> bool {
        (self.x_px..=self.right()).contains(&x_px) && (self.y_px..=self.bottom()).contains(&y_px)
    }
}

/// A place that answers to the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub x_px: f64,
    pub y_px: f64,
    pub w_px: f64,
    pub h_px: f64,
    /// What the tooltip says, one fact a line. Read it through [`ChartPlan::words`].
    pub label: String,
    /// The index of the series in the data.
    pub series: usize,
    /// The index of the point, category, bin or cell in the data.
    pub index: usize,
}

/// How the pointer finds its hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snap {
    /// The nearest along the horizontal axis, then the nearest of those.
    Column,
    /// The nearest within a finger's reach.
    Point,
    /// The one it is inside of.
    Inside,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// As in the data, to be put into [`Frame::hidden`].
    pub name: String,
    pub color: Rgb,
    pub is_hidden: bool,
}

/// Everything of a chart in pixels.
#[derive(Clone, Debug)]
pub struct ChartPlan {
    pub width_px: f64,
    pub height_px: f64,
    /// In drawing order.
    pub shapes: Vec<Shape>,
    pub hits: Vec<Hit>,
    pub snap: Snap,
    /// To switch series off and on; empty when there is one.
    pub legend: Vec<LegendEntry>,
    /// The area inside the axes.
    pub plot: Rect,
    /// For zooming; `None` when the horizontal axis has categories.
    pub x_scale: Option<Linear>,
    pub x_type: ColumnType,
    /// The cells of a density, for the words about them.
    pub cells: Option<Cells>,
}

impl ChartPlan {
    /// What the tooltip says of a hit, one fact a line. Cells, of which there are thousands, are put
    /// into words only when they are pointed at.
    pub fn words(&self, hit: &Hit) -> String {
        self.cells.as_ref().and_then(|cells| cells.words(hit.index)).unwrap_or_else(|| hit.label.clone())
    }

    /// The value of the horizontal axis at a pixel, within the plot.
    pub fn x_value(&self, x_px: f64) -> Option<f64> {
        self.x_scale.map(|s| s.invert(x_px.clamp(self.plot.x_px, self.plot.right())))
    }

    /// The view between two pixels, as after a drag; `None` when they are too close or there is no scale.
    pub fn view_between(&self, a_px: f64, b_px: f64) -> Option<View> {
        let (low, high) = (self.x_value(a_px.min(b_px))?, self.x_value(a_px.max(b_px))?);
        ((a_px - b_px).abs() >= 4.0 && high > low).then_some(View { x: (low, high) })
    }
}

/// Resolves a chart to pixels. Sizes below 80 × 60 are taken as that.
pub fn plan(data: &ChartData, frame: &Frame) -> ChartPlan {
    let mut sheet = Sheet::new(data, frame);
    sheet.header();
    match &data.marks {
        Marks::Line { series } => line::plan_line(&mut sheet, series),
        Marks::Scatter { series } => scatter::plan_scatter(&mut sheet, series),
        Marks::Density { n_columns, n_rows, x_range, y_range, counts } => {
            density::plan_density(&mut sheet, (*n_columns, *n_rows), *x_range, *y_range, counts);
        }
        Marks::Histogram { edges, counts } => histogram::plan_histogram(&mut sheet, edges, counts),
        Marks::Bar { categories, series } => bar::plan_bar(&mut sheet, categories, series),
        Marks::Box { boxes } => boxes::plan_boxes(&mut sheet, boxes),
        Marks::Heat { columns, rows, values } => heat::plan_heat(&mut sheet, columns, rows, values),
        Marks::Control(marks) => control::plan_control(&mut sheet, marks),
    }
    sheet.finish()
}

/// A height at which the chart reads well at a width, without title: more where many categories
/// are listed. With title, subtitle and legend it needs about 70 pixels more.
pub fn preferred_height_px(data: &ChartData, width_px: f64) -> f64 {
    height_px(data, width_px, (width_px * 0.5).clamp(220.0, 360.0))
}

/// The width at which a chart is laid out for a sheet of A4 or Letter. Across the sheet it is 8 to 11 %
/// larger, so that its labels come near the size of the text beside them.
pub const PAPER_WIDTH_PX: f64 = 640.0;

/// The height for a chart that takes the width of a sheet, laid out at a width of its own, without title:
/// two findings with their charts fit on a sheet, and no chart is longer than one.
pub fn paper_height_px(data: &ChartData, width_px: f64) -> f64 {
    height_px(data, width_px, width_px * 0.375).min(width_px * 1.125)
}

/// `base` where nothing is listed.
fn height_px(data: &ChartData, width_px: f64, base: f64) -> f64 {
    match &data.marks {
        Marks::Bar { categories, series } if bar::is_horizontal(data, categories, series.len(), width_px) => {
            let per_bar = if bar::is_stacked(data, series) { 1 } else { series.len().max(1) };
            let step = (10.0 * per_bar as f64 + 12.0).clamp(22.0, 60.0);
            (categories.len() as f64 * step + 56.0).clamp(120.0, 1200.0)
        }
        Marks::Box { boxes } if boxes::is_horizontal(data, boxes, width_px) => {
            (boxes.len() as f64 * 26.0 + 64.0).clamp(140.0, 900.0)
        }
        Marks::Heat { rows, .. } => (rows.len() as f64 * 22.0 + 90.0).clamp(160.0, 960.0),
        _ => base,
    }
}

#[cfg(test)]
mod tests;
