//! Scatter of many points: darker where there are more.

use super::sheet::Sheet;
use super::xy::{Ask, plan_xy};
use super::{Hit, Rect, Snap};
use crate::base::wording;
use crate::chart::AxisInfo;
use crate::chart::ticks::format_value;

/// Shades that the eye can tell apart; cells of one shade are drawn in one go.
const N_SHADES: usize = 12;

pub(super) fn plan_density(
    sheet: &mut Sheet,
    (n_columns, n_rows): (usize, usize),
    x_range: (f64, f64),
    y_range: (f64, f64),
    counts: &[u32],
) {
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 || n_columns == 0 || n_rows == 0 {
        sheet.nothing("No values to show");
        return;
    }
    let data = sheet.data;
    let view = sheet.frame.view.map(|v| v.x).filter(|(a, b)| a.is_finite() && b.is_finite() && a < b);
    let ask = Ask {
        x_domain: view.unwrap_or(x_range),
        x_axis: &data.x,
        y_domain: y_range,
        y_axis: &data.y,
        right_px: 12.0,
        round_x: view.is_none(),
    };
    let xy = plan_xy(sheet, &ask);
    let plot = sheet.plot;
    let x_px = |i: usize| xy.x.at(edge(x_range, n_columns, i)).clamp(plot.x_px, plot.right());
    let y_px = |i: usize| xy.y.at(edge(y_range, n_rows, i));
    // By the logarithm: counts of places differ by powers of ten.
    let top = f64::from(most).ln_1p();
    let shade = |count: u32| {
        if count == 0 { 0 } else { 1 + ((f64::from(count).ln_1p() / top) * (N_SHADES as f64 - 1.0)).round() as usize }
    };
    for (row, cells) in counts.chunks(n_columns).enumerate().take(n_rows) {
        let (y_top, y_bottom) = (y_px(row + 1), y_px(row));
        let mut start = 0usize;
        for run in cells.chunk_by(|a, b| shade(*a) == shade(*b)) {
            let end = start + run.len();
            let level = run.first().map_or(0, |c| shade(*c));
            let rect = Rect { x_px: x_px(start), y_px: y_top, w_px: x_px(end) - x_px(start), h_px: y_bottom - y_top };
            if level > 0 && rect.w_px > 0.0 {
                let t = 0.12 + 0.88 * (level - 1) as f64 / (N_SHADES - 1) as f64;
                let color = (sheet.theme.sequential)(t);
                sheet.rect(rect, color.into());
            }
            start = end;
        }
        for (column, _) in cells.iter().enumerate().filter(|(_, c)| **c > 0) {
            let (left, right) = (x_px(column), x_px(column + 1));
            if right <= left {
                continue;
            }
            let index = row * n_columns + column;
            sheet.hits.push(Hit {
                x_px: left,
                y_px: y_top,
                w_px: right - left,
                h_px: y_bottom - y_top,
                label: String::new(),
                series: 0,
                index,
            });
        }
    }
    sheet.cells = Some(Cells {
        n_columns,
        n_rows,
        x_range,
        y_range,
        counts: counts.to_vec(),
        x: data.x.clone(),
        y: data.y.clone(),
    });
    sheet.snap = Snap::Inside;
}

/// The cells of a density, to be put into words one at a time.
#[derive(Clone, Debug)]
pub struct Cells {
    n_columns: usize,
    n_rows: usize,
    x_range: (f64, f64),
    y_range: (f64, f64),
    counts: Vec<u32>,
    x: AxisInfo,
    y: AxisInfo,
}

impl Cells {
    /// How many rows are in a cell, and where it is.
    pub(super) fn words(&self, index: usize) -> Option<String> {
        let count = self.counts.get(index)?;
        let (column, row) = (index % self.n_columns, index / self.n_columns);
        let place = |axis: &AxisInfo, range: (f64, f64), n: usize, i: usize| {
            let end = |i: usize| format_value(edge(range, n, i), axis.column_type);
            format!("{}: {} to {}", axis.label, end(i), end(i + 1))
        };
        Some(format!(
            "{}\n{}\n{}",
            wording::plural(u64::from(*count), "row", "rows"),
            place(&self.x, self.x_range, self.n_columns, column),
            place(&self.y, self.y_range, self.n_rows, row),
        ))
    }
}

fn edge(range: (f64, f64), n: usize, i: usize) -> f64 {
    range.0 + (range.1 - range.0) * (i as f64 / n as f64)
}
