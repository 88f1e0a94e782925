//! From a pointer to what it points at.

use super::plan::{ChartPlan, Hit, Snap};

/// How far a pointer may be from a point, in pixels.
const REACH_PX: f64 = 24.0;

/// The hit that a pointer at a place means, if any.
pub fn nearest(plan: &ChartPlan, x_px: f64, y_px: f64) -> Option<&Hit> {
    let center = |h: &Hit| (h.x_px + h.w_px / 2.0, h.y_px + h.h_px / 2.0);
    let is_inside = |h: &&Hit| x_px >= h.x_px && x_px <= h.x_px + h.w_px && y_px >= h.y_px && y_px <= h.y_px + h.h_px;
    match plan.snap {
        Snap::Inside => plan.hits.iter().rev().find(is_inside),
        Snap::Point => {
            let reach = |h: &Hit| {
                let (x, y) = center(h);
                (x - x_px).hypot(y - y_px)
            };
            plan.hits.iter().min_by(|a, b| reach(a).total_cmp(&reach(b))).filter(|h| reach(h) <= REACH_PX)
        }
        Snap::Column => {
            if !plan.plot.contains(x_px, y_px) {
                return None;
            }
            let off = |h: &Hit| (center(h).0 - x_px).abs();
            let least = plan.hits.iter().map(off).min_by(f64::total_cmp)?;
            let beside = plan.hits.iter().filter(|h| off(h) <= least + 0.5);
            beside.min_by(|a, b| (center(a).1 - y_px).abs().total_cmp(&(center(b).1 - y_px).abs()))
        }
    }
}
