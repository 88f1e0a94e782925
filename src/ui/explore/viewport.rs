//! Which rows of a long table are on screen, and where. Pure arithmetic.
//!
//! Browsers cap the height of an element. A longer table is scrolled at a scale: the scroll bar
//! jumps in proportion, while wheel and touch still move by whole pixels of the table.

use std::ops::Range;

/// Height of a row.
pub const ROW_PX: f64 = 32.0;
/// Rows asked for at once, and the raster their offsets lie on.
pub const WINDOW_ROWS: usize = 200;
pub const WINDOW_STEP: u64 = 100;
/// Safely below what any browser allows.
const MAX_SCROLL_PX: f64 = 12_000_000.0;
/// Rows drawn above and below what is seen.
const OVERSCAN: u64 = 8;
/// More rows than fit the largest screen.
const MAX_DRAWN: u64 = 90;

/// The scroll position of a table. `top_px` counts in the table, `scroll_px` in the element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    pub n_rows: u64,
    /// Height of the rows seen, without the header.
    pub height_px: f64,
    pub scroll_px: f64,
    pub top_px: f64,
}

impl Default for Viewport {
    fn default() -> Viewport {
        Viewport { n_rows: 0, height_px: 640.0, scroll_px: 0.0, top_px: 0.0 }
    }
}

impl Viewport {
    fn table_px(&self) -> f64 {
        self.n_rows as f64 * ROW_PX
    }

    /// Height of the element that is scrolled.
    pub fn sizer_px(&self) -> f64 {
        self.table_px().min(MAX_SCROLL_PX)
    }

    fn is_scaled(&self) -> bool {
        self.table_px() > MAX_SCROLL_PX
    }

    fn max_scroll_px(&self) -> f64 {
        (self.sizer_px() - self.height_px).max(0.0)
    }

    fn max_top_px(&self) -> f64 {
        (self.table_px() - self.height_px).max(0.0)
    }

    /// The element was scrolled to `scroll_px`.
    pub fn scrolled(mut self, scroll_px: f64) -> Viewport {
        let to = scroll_px.clamp(0.0, self.max_scroll_px());
        if !self.is_scaled() {
            self.scroll_px = to;
            self.top_px = to;
            return self;
        }
        let moved = to - self.scroll_px;
        // What we set ourselves comes back rounded.
        if moved.abs() < 1.0 {
            return self;
        }
        self.scroll_px = to;
        self.top_px = if to <= 0.0 {
            0.0
        } else if to >= self.max_scroll_px() {
            self.max_top_px()
        } else if moved.abs() <= self.height_px {
            (self.top_px + moved).clamp(0.0, self.max_top_px())
        } else {
            to / self.max_scroll_px() * self.max_top_px()
        };
        self
    }

    /// Where the scroll bar belongs for what is seen; differs from `scroll_px` after a while of
    /// wheeling through a scaled table.
    pub fn settled(mut self) -> Viewport {
        if self.is_scaled() {
            self.scroll_px = self.top_px / self.max_top_px().max(1.0) * self.max_scroll_px();
        }
        self
    }

    /// Scrolls no more than needed to see a row.
    pub fn showing(mut self, row_idx: u64) -> Viewport {
        let row_top = row_idx as f64 * ROW_PX;
        let seen = self.top_px..=(self.top_px + self.height_px - ROW_PX).max(self.top_px);
        if seen.contains(&row_top) {
            return self;
        }
        let top = if row_top < self.top_px { row_top } else { row_top - self.height_px + ROW_PX };
        self.top_px = top.clamp(0.0, self.max_top_px());
        self.scroll_px = self.top_px;
        self.settled()
    }

    pub fn resized(mut self, height_px: f64) -> Viewport {
        self.height_px = height_px.max(ROW_PX);
        self.top_px = self.top_px.min(self.max_top_px());
        self
    }

    /// The same place in a table that has become longer or shorter.
    pub fn with_rows(mut self, n_rows: u64) -> Viewport {
        if n_rows != self.n_rows {
            self.n_rows = n_rows;
            self.top_px = self.top_px.min(self.max_top_px());
            self.scroll_px = self.top_px;
            self = self.settled();
        }
        self
    }

    /// Rows to be drawn.
    pub fn rows(&self) -> Range<u64> {
        let first_seen = (self.top_px / ROW_PX).floor().max(0.0) as u64;
        let n_seen = (self.height_px / ROW_PX).ceil().max(1.0) as u64 + 1;
        let first = first_seen.saturating_sub(OVERSCAN);
        let last = (first_seen + n_seen + OVERSCAN).min(first + MAX_DRAWN).min(self.n_rows);
        first.min(last)..last
    }

    /// How far down the element the first drawn row stands.
    pub fn shift_px(&self) -> f64 {
        self.rows().start as f64 * ROW_PX - self.top_px + self.scroll_px
    }

    /// Rows in a page, for Page Up and Page Down.
    pub fn page_rows(&self) -> u64 {
        ((self.height_px / ROW_PX).floor() as u64).saturating_sub(1).max(1)
    }

    /// The first row of the window that holds all drawn rows. Does not depend on `n_rows`, which
    /// is only known once a window has come.
    pub fn window_offset(&self) -> u64 {
        let first_seen = (self.top_px / ROW_PX).floor().max(0.0) as u64;
        first_seen.saturating_sub(OVERSCAN) / WINDOW_STEP * WINDOW_STEP
    }
}

/// Where columns stand, left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnLayout {
    lefts_px: Vec<f64>,
    pub total_px: f64,
}

impl ColumnLayout {
    pub fn new(widths_px: impl IntoIterator<Item = f64>) -> ColumnLayout {
        let mut layout = ColumnLayout::default();
        for width in widths_px {
            layout.lefts_px.push(layout.total_px);
            layout.total_px += width;
        }
        layout
    }

    /// Left edge and width.
    pub fn place(&self, column_idx: usize) -> (f64, f64) {
        let left = self.lefts_px.get(column_idx).copied().unwrap_or(self.total_px);
        let right = self.lefts_px.get(column_idx + 1).copied().unwrap_or(self.total_px);
        (left, (right - left).max(0.0))
    }

    /// Columns that touch `from_px .. to_px`, with one more at each side.
    pub fn between(&self, from_px: f64, to_px: f64) -> Range<usize> {
        let first = self.lefts_px.partition_point(|left| *left <= from_px).saturating_sub(2);
        let last = self.lefts_px.partition_point(|left| *left < to_px) + 1;
        first..last.min(self.lefts_px.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n_rows: u64) -> Viewport {
        Viewport { n_rows, height_px: 640.0, ..Viewport::default() }
    }

    #[test]
    fn a_short_table_scrolls_as_it_is() {
        let v = of(1000).scrolled(3200.0);
        assert_eq!(v.rows(), 92..129);
        assert_eq!(v.shift_px(), 92.0 * ROW_PX);
        assert_eq!(v.window_offset(), 0);
        assert_eq!(of(3).rows(), 0..3);
        assert_eq!(of(0).rows(), 0..0);
    }

    #[test]
    fn all_drawn_rows_are_in_the_window() {
        for height_px in [100.0, 640.0, 2160.0] {
            for top in (0..40_000).step_by(777) {
                let v = of(5000).resized(height_px).scrolled(f64::from(top));
                assert!(v.rows().end <= v.window_offset() + WINDOW_ROWS as u64, "{v:?}");
            }
        }
    }

    #[test]
    fn a_long_table_reaches_its_end_and_moves_by_rows() {
        let v = of(10_000_000);
        let end = v.scrolled(1e12);
        assert_eq!(end.rows().end, 10_000_000);
        let jumped = v.scrolled(6_000_000.0);
        assert!(jumped.rows().start > 4_900_000);
        let wheeled = jumped.scrolled(6_000_064.0);
        assert_eq!(wheeled.top_px - jumped.top_px, 64.0);
        assert!((wheeled.settled().scroll_px - 6_000_000.0).abs() < 64.0);
        assert_eq!(wheeled.settled().top_px, wheeled.top_px);
    }

    #[test]
    fn a_row_is_shown_with_the_least_movement() {
        let v = of(10_000_000).showing(9_999_999);
        assert_eq!(v.rows().end, 10_000_000);
        assert_eq!(v.scrolled(v.scroll_px + 0.4), v);
        assert_eq!(v.showing(9_999_995), v);
        assert_eq!(of(1000).showing(20).top_px, 32.0);
    }

    #[test]
    fn columns_in_view() {
        let layout = ColumnLayout::new([100.0, 50.0, 200.0, 80.0]);
        assert_eq!(layout.place(2), (150.0, 200.0));
        assert_eq!(layout.total_px, 430.0);
        assert_eq!(layout.between(0.0, 120.0), 0..3);
        assert_eq!(layout.between(360.0, 430.0), 2..4);
    }
}
