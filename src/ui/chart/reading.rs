//! Walking through the marks of a chart with the keys.

use crate::chart::{ChartPlan, View};

/// What a key means to a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Move {
    To(usize),
    Zoom(Option<View>),
    Leave,
}

pub(super) fn read(key: &str, plan: &ChartPlan, active: Option<usize>, view: Option<View>) -> Option<Move> {
    match key {
        "ArrowRight" => step(plan, active, 1),
        "ArrowLeft" => step(plan, active, -1),
        "ArrowDown" => other_series(plan, active, 1),
        "ArrowUp" => other_series(plan, active, -1),
        "Home" => in_series(plan, active).first().copied().map(Move::To),
        "End" => in_series(plan, active).last().copied().map(Move::To),
        "+" | "=" => zoom(plan, active, 0.5).map(|v| Move::Zoom(Some(v))),
        "-" => view.is_some().then(|| Move::Zoom(zoom(plan, active, 2.0))),
        "0" => view.is_some().then_some(Move::Zoom(None)),
        "Escape" if active.is_some() => Some(Move::Leave),
        "Escape" if view.is_some() => Some(Move::Zoom(None)),
        _ => None,
    }
}

/// The hits of the active series, left to right.
fn in_series(plan: &ChartPlan, active: Option<usize>) -> Vec<usize> {
    let series = active.and_then(|at| plan.hits.get(at)).or_else(|| plan.hits.first()).map(|h| h.series);
    let mut found: Vec<usize> =
        plan.hits.iter().enumerate().filter(|(_, h)| Some(h.series) == series).map(|(at, _)| at).collect();
    found.sort_by_key(|at| plan.hits.get(*at).map(|h| h.index));
    found
}

fn step(plan: &ChartPlan, active: Option<usize>, by: i64) -> Option<Move> {
    let order = in_series(plan, active);
    let to = match active.and_then(|at| order.iter().position(|i| *i == at)) {
        Some(place) => (place as i64 + by).clamp(0, order.len() as i64 - 1) as usize,
        None if by > 0 => 0,
        None => order.len().checked_sub(1)?,
    };
    order.get(to).copied().map(Move::To)
}

/// The mark of the next series that is nearest.
fn other_series(plan: &ChartPlan, active: Option<usize>, by: i64) -> Option<Move> {
    let Some(here) = active.and_then(|at| plan.hits.get(at)) else { return step(plan, active, 1) };
    let mut series: Vec<usize> = plan.hits.iter().map(|h| h.series).collect();
    series.sort_unstable();
    series.dedup();
    let place = series.iter().position(|s| *s == here.series)? as i64 + by;
    let wanted = *series.get(usize::try_from(place).ok()?)?;
    let distance =
        |at: &usize| plan.hits.get(*at).map_or(f64::MAX, |h| (h.x_px - here.x_px).abs() + (h.y_px - here.y_px).abs());
    let nearest = (0..plan.hits.len())
        .filter(|at| plan.hits.get(*at).is_some_and(|h| h.series == wanted))
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    Some(Move::To(nearest))
}

/// The view that shows `factor` of what is seen, about the active mark or the middle.
fn zoom(plan: &ChartPlan, active: Option<usize>, factor: f64) -> Option<View> {
    let (left, right) = (plan.plot.x_px, plan.plot.right());
    let about = active.and_then(|at| plan.hits.get(at)).map_or((left + right) / 2.0, |h| h.x_px + h.w_px / 2.0);
    let scale = plan.x_scale?;
    let low = scale.invert(about - (about - left) * factor);
    let high = scale.invert(about + (right - about) * factor);
    (high > low).then_some(View { x: (low, high) })
}
