//! The sheet a chart is laid out on: shapes so far, and how far down it is used up.

use super::density::Cells;
use super::{Anchor, ChartPlan, Frame, Hit, LegendEntry, Paint, Rect, Shape, Snap};
use crate::base::ColumnType;
use crate::chart::scale::Linear;
use crate::chart::text::{clean, ellipsize, text_width_px, wrap};
use crate::chart::theme::{Rgb, Theme};
use crate::chart::{ChartData, Marks};

/// Sizes of text, in pixels.
pub(super) const TITLE_PX: f64 = 16.0;
pub(super) const SUBTITLE_PX: f64 = 13.0;
pub(super) const LABEL_PX: f64 = 12.0;

pub(super) struct Sheet<'a> {
    pub data: &'a ChartData,
    pub frame: &'a Frame,
    pub theme: Theme,
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
    pub hits: Vec<Hit>,
    pub snap: Snap,
    pub legend: Vec<LegendEntry>,
    pub plot: Rect,
    pub x_scale: Option<Linear>,
    pub cells: Option<Cells>,
    /// Free space at the left and right edges; a page around the chart has its own.
    pub edge: f64,
    /// The first free row below title and legend.
    pub top: f64,
}

impl<'a> Sheet<'a> {
    pub fn new(data: &'a ChartData, frame: &'a Frame) -> Sheet<'a> {
        let at_least = |v: f64, least: f64| if v.is_finite() { v.clamp(least, 10_000.0) } else { least };
        Sheet {
            data,
            frame,
            theme: frame.theme,
            width: at_least(frame.width_px, 80.0),
            height: at_least(frame.height_px, 60.0) - if frame.show_title { 8.0 } else { 0.0 },
            shapes: Vec::new(),
            hits: Vec::new(),
            snap: Snap::Inside,
            legend: Vec::new(),
            plot: Rect::default(),
            x_scale: None,
            cells: None,
            edge: if frame.show_title { 12.0 } else { 2.0 },
            top: 2.0,
        }
    }

    pub fn is_narrow(&self) -> bool {
        self.width < 420.0
    }

    pub fn is_hidden(&self, name: &str) -> bool {
        self.frame.hidden.iter().any(|h| h == name)
    }

    /// Paper, title and subtitle, when the chart stands alone.
    pub fn header(&mut self) {
        if !self.frame.show_title {
            return;
        }
        let all = Rect { x_px: 0.0, y_px: 0.0, w_px: self.width, h_px: self.height + 8.0 };
        self.rect(all, self.theme.paper.into());
        self.top = 12.0;
        // Bold text is wider than the table says.
        let (data, edge) = (self.data, self.edge);
        for line in wrap(&clean(&data.title), TITLE_PX * 1.06, self.width - 2.0 * edge, 2) {
            self.text_full(edge, self.top + 10.0, &line, TITLE_PX, Anchor::Start, true, self.theme.ink.into());
            self.top += 21.0;
        }
        for line in wrap(&clean(&data.subtitle), SUBTITLE_PX, self.width - 2.0 * edge, 2) {
            self.text_full(edge, self.top + 9.0, &line, SUBTITLE_PX, Anchor::Start, false, self.theme.muted.into());
            self.top += 18.0;
        }
        self.top += 10.0;
    }

    /// Offers a legend to the page, and draws it when the chart stands alone.
    pub fn legend(&mut self, names: &[&str]) {
        self.offer_legend(names);
        self.draw_legend();
    }

    /// Offers a legend to the page, by which series are switched off and on.
    pub fn offer_legend(&mut self, names: &[&str]) {
        self.legend = names
            .iter()
            .enumerate()
            .map(|(i, name)| LegendEntry {
                name: (*name).to_owned(),
                color: self.theme.series_color(i),
                is_hidden: self.is_hidden(name),
            })
            .collect();
    }

    fn draw_legend(&mut self) {
        if !self.frame.show_title {
            return;
        }
        let edge = self.edge;
        let (mut x, room) = (edge, self.width - edge);
        for entry in self.legend.clone().iter().filter(|e| !e.is_hidden) {
            let name = ellipsize(&clean(&entry.name), LABEL_PX, room - edge - 16.0);
            let wide = 16.0 + text_width_px(&name, LABEL_PX) + 14.0;
            if x > edge && x + wide - 14.0 > room {
                x = edge;
                self.top += 18.0;
            }
            let swatch = Rect { x_px: x, y_px: self.top + 4.0, w_px: 10.0, h_px: 10.0 };
            self.rect(swatch, entry.color.into());
            self.text(x + 15.0, self.top + 9.0, &name, Anchor::Start, self.theme.ink);
            x += wide;
        }
        self.top += 26.0;
    }

    /// What the vertical axis measures, on a line of its own above the plot.
    pub fn axis_title(&mut self, text: &str, room_px: f64) {
        let text = ellipsize(&clean(text), LABEL_PX, room_px);
        self.text(self.edge, self.top + 8.0, &text, Anchor::Start, self.theme.muted);
        self.top += 25.0;
    }

    pub fn text(&mut self, x_px: f64, y_px: f64, text: &str, anchor: Anchor, color: Rgb) {
        self.text_full(x_px, y_px, text, LABEL_PX, anchor, false, color.into());
    }

    #[expect(clippy::too_many_arguments, reason = "a text has this many properties, and one caller names them all")]
    pub fn text_full(
        &mut self,
        x_px: f64,
        y_px: f64,
        text: &str,
        size_px: f64,
        anchor: Anchor,
        is_bold: bool,
        paint: Paint,
    ) {
        let text = clean(text);
        if !text.trim().is_empty() {
            self.shapes.push(Shape::Text { x_px, y_px, text, size_px, anchor, is_bold, is_upward: false, paint });
        }
    }

    pub fn text_upward(&mut self, x_px: f64, y_px: f64, text: &str, anchor: Anchor, color: Rgb) {
        let (text, paint) = (clean(text), color.into());
        self.shapes.push(Shape::Text {
            x_px,
            y_px,
            text,
            size_px: LABEL_PX,
            anchor,
            is_bold: false,
            is_upward: true,
            paint,
        });
    }

    pub fn rect(&mut self, rect: Rect, paint: Paint) {
        self.shapes.push(Shape::Rect { rect, paint });
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), width_px: f64, paint: Paint) {
        let (mut from, mut to) = (from, to);
        // Hairlines along the axes are sharp in the middle of a pixel.
        let middle = |v: f64| v.floor() + 0.5;
        if width_px <= 1.0 && from.1 == to.1 {
            (from.1, to.1) = (middle(from.1), middle(to.1));
        } else if width_px <= 1.0 && from.0 == to.0 {
            (from.0, to.0) = (middle(from.0), middle(to.0));
        }
        self.shapes.push(Shape::Polyline { points: vec![from, to], width_px, paint });
    }

    /// A dot with a rim of paper, so that it stands out from what is below it.
    pub fn dot(&mut self, x_px: f64, y_px: f64, r_px: f64, paint: Paint) {
        self.shapes.push(Shape::Circle { x_px, y_px, r_px: r_px + 1.5, paint: self.theme.paper.into() });
        self.shapes.push(Shape::Circle { x_px, y_px, r_px, paint });
    }

    /// Text on a backing of paper.
    pub fn note(&mut self, x_px: f64, y_px: f64, text: &str, anchor: Anchor, color: Rgb) {
        let text = clean(text);
        let wide = text_width_px(&text, LABEL_PX) * 1.06 + 6.0;
        let left = match anchor {
            Anchor::Start => x_px - 3.0,
            Anchor::Middle => x_px - wide / 2.0,
            Anchor::End => x_px - wide + 3.0,
        };
        let back = Rect { x_px: left, y_px: y_px - 9.0, w_px: wide, h_px: 18.0 };
        self.rect(back, self.theme.paper.alpha(0.85));
        self.text_full(x_px, y_px, &text, LABEL_PX, anchor, true, color.into());
    }

    /// A quiet sentence instead of a plot.
    pub fn nothing(&mut self, sentence: &str) {
        let top = self.top;
        self.plot = Rect { x_px: 0.0, y_px: top, w_px: self.width, h_px: (self.height - top).max(1.0) };
        let text = ellipsize(sentence, SUBTITLE_PX, self.width - 16.0);
        let (x, y) = (self.width / 2.0, top + self.plot.h_px / 2.0);
        self.text_full(x, y, &text, SUBTITLE_PX, Anchor::Middle, false, self.theme.muted.into());
    }

    pub fn finish(self) -> ChartPlan {
        let x_type = match &self.data.marks {
            Marks::Line { .. }
            | Marks::Scatter { .. }
            | Marks::Density { .. }
            | Marks::Histogram { .. }
            | Marks::Control(_) => self.data.x.column_type,
            _ => ColumnType::Text,
        };
        ChartPlan {
            width_px: self.width,
            height_px: self.height + if self.frame.show_title { 8.0 } else { 0.0 },
            shapes: self.shapes,
            hits: self.hits,
            snap: self.snap,
            legend: self.legend,
            plot: self.plot,
            x_scale: self.x_scale,
            cells: self.cells,
            x_type,
        }
    }
}
