//! Does something drift, or shift from some point on?

use super::super::spec::{Effect, FindingKind};
use super::super::stats::{
    Change, Moments, TheilSen, autocorrelation_factor, find_change, mann_kendall, theil_sen, welch_t,
};
use super::super::words::{say, say_interval, say_two};
use super::frame::{Frame, Outcome, Place};
use super::{ALPHA, Candidate, Search, finding};
use crate::base::wording::{format_share, format_significant};
use crate::base::{ColumnType, give_way};

/// Points that a series is reduced to: means of neighbours beyond that.
const MAX_SLOTS: usize = 400;
/// An event needs some rows a point to have a share.
const ROWS_FOR_A_SHARE: usize = 8;

/// The course of an outcome: one point for each moment, or for a run of moments.
struct Course {
    x: Vec<f64>,
    y: Vec<f64>,
    /// First and last order value of each point.
    ends: Vec<(f64, f64)>,
    n_rows: u64,
    /// Standard deviation of the single rows.
    sd: f64,
    note: String,
}

pub(super) async fn search(search: &mut Search<'_>) {
    let frame = search.frame;
    let Some(order) = &frame.order else { return };
    let order_name = frame.column(order.column).map(|c| c.name.clone()).unwrap_or_default();
    if search.options.group.as_ref().is_some_and(|g| *g != order_name) {
        return;
    }
    for outcome in search.outcomes() {
        let is_missing = matches!(outcome, Outcome::Missing(_));
        let (trend, change) = if is_missing {
            (false, search.wants(FindingKind::Missingness))
        } else {
            (search.wants(FindingKind::Trend), search.wants(FindingKind::ChangePoint))
        };
        // The order column's own gaps have no place in time.
        let is_own = match &outcome {
            Outcome::Missing(m) => frame.missing.get(*m).is_some_and(|gap| gap.columns.contains(&order.column)),
            Outcome::Measure(c) | Outcome::Event(c) => *c == order.column,
        };
        if is_own || !(trend || change) {
            continue;
        }
        give_way().await;
        let Some(course) = course_of(frame, &outcome) else { continue };
        let line = if trend { trend_of(search, &outcome, &course, &order_name) } else { None };
        let step = if change { change_of(search, &outcome, &course, &order_name) } else { None };
        // Both see the same thing: the one that fits better tells it.
        match (line, step) {
            (Some((line_squares, line)), Some((step_squares, step))) => {
                search.found.push(if line_squares <= step_squares { line } else { step });
            }
            (line, step) => search.found.extend(line.or(step).map(|(_, c)| c)),
        }
    }
}

fn course_of(frame: &Frame<'_>, outcome: &Outcome) -> Option<Course> {
    let order = frame.order.as_ref()?;
    let values = frame.sampled(outcome);
    let is_event = !matches!(outcome, Outcome::Measure(_));
    let known: Vec<(f64, f64)> = order
        .sorted
        .iter()
        .filter_map(|i| Some((*order.values.get(*i as usize * frame.stride)?, *values.get(*i as usize)?)))
        .filter(|(_, y)| !y.is_nan())
        .collect();
    let moments: Vec<&[(f64, f64)]> = known.chunk_by(|a, b| a.0 == b.0).collect();
    let n_rows = known.len();
    let mut max_slots = MAX_SLOTS;
    if is_event {
        max_slots = max_slots.min(n_rows / ROWS_FOR_A_SHARE);
    }
    if moments.len() < 8 || max_slots < 8 {
        return None;
    }
    let per_slot = moments.len().div_ceil(max_slots);
    let mut course = Course {
        x: Vec::new(),
        y: Vec::new(),
        ends: Vec::new(),
        n_rows: n_rows as u64,
        sd: Moments::of(known.iter().map(|p| p.1)).sd(),
        note: String::new(),
    };
    for slot in moments.chunks(per_slot) {
        let points = || slot.iter().flat_map(|m| m.iter());
        let (first, last) = (points().next()?.0, points().last()?.0);
        course.x.push(Moments::of(points().map(|p| p.0)).mean);
        course.y.push(Moments::of(points().map(|p| p.1)).mean);
        course.ends.push((first, last));
    }
    if moments.len() < n_rows || per_slot > 1 {
        course.note = format!(", on {} means", course.y.len());
    }
    course.note.push_str(&frame.sampling_note());
    (course.y.len() >= 8 && course.sd > 0.0).then_some(course)
}

fn trend_of(search: &mut Search<'_>, outcome: &Outcome, course: &Course, order_name: &str) -> Option<(f64, Candidate)> {
    let frame = search.frame;
    let line: TheilSen = theil_sen(&course.x, &course.y)?;
    let residuals: Vec<f64> =
        course.x.iter().zip(&course.y).map(|(x, y)| y - line.intercept - line.slope * x).collect();
    let test = mann_kendall(&course.y, autocorrelation_factor(&residuals))?;
    let test_idx = search.test(test.p);
    let (first, last) = (*course.x.first()?, *course.x.last()?);
    let (from, to) = (line.intercept + line.slope * first, line.intercept + line.slope * last);
    let d = (to - from).abs() / course.sd;
    if test.p > ALPHA || d < 0.5 || test.tau.abs() < 0.15 {
        return None;
    }
    let what = subject(frame, outcome);
    let unit = unit_of(frame, outcome);
    let (step, step_name) = step_of(frame, last - first, order_name);
    let verb = if line.slope < 0.0 { "falls" } else { "rises" };
    let levels = say_levels(outcome, from, to, unit.as_deref());
    let rate = match outcome {
        Outcome::Measure(_) => format!(", {} a {step_name}", say((line.slope * step).abs(), unit.as_deref())),
        _ => String::new(),
    };
    let (start, end) = (course.ends.first()?.0, course.ends.last()?.1);
    let sentence = format!(
        "From {} to {}, {what} {verb} from about {} to {}{rate}.",
        frame.say_order(start),
        frame.say_order(end),
        levels.0,
        levels.1
    );
    let effect = Effect {
        measure: format!("slope a {step_name}"),
        value: line.slope * step,
        unit,
        interval: Some((line.interval.0 * step, line.interval.1 * step)),
    };
    let columns = vec![frame.names(outcome).into_iter().next()?, order_name.to_owned()];
    let mut found =
        finding(FindingKind::Trend, columns, sentence, effect, 0.85 * (d / (d + 1.0)).min(1.0) * boost(outcome));
    found.n = course.n_rows;
    found.method = format!("Theil–Sen slope with the Mann–Kendall test{}", course.note);
    found.window = frame.raw_order(start).zip(frame.raw_order(end));
    let measured = found.columns.first().map_or(order_name, String::as_str);
    let [measured_sql, order_sql] = [measured, order_name].map(super::super::words::quote_ident);
    let condition = format!("{measured_sql} IS NOT NULL AND {order_sql} IS NOT NULL");
    found.evidence_sql = format!("{} ORDER BY {order_sql}", frame.sql(&condition));
    let mut doubts = vec![(1, "It says how it went in this period, not how it will go on.".to_owned())];
    if course.y.len() < 15 {
        doubts.push((5, format!("It rests on only {} points in time.", course.y.len())));
    }
    let squares = Moments::of(residuals.iter().copied());
    let squares = squares.variance() * squares.n.saturating_sub(1) as f64;
    let candidate = Candidate {
        finding: found,
        outcome: Some(outcome.clone()),
        place: Place::Everywhere,
        pair: None,
        test: Some(test_idx),
        doubts,
    };
    Some((squares, candidate))
}

fn change_of(
    search: &mut Search<'_>,
    outcome: &Outcome,
    course: &Course,
    order_name: &str,
) -> Option<(f64, Candidate)> {
    let frame = search.frame;
    let min_length = (course.y.len() / 20).max(3);
    if course.y.len() < 4 * min_length {
        return None;
    }
    let change: Change = find_change(&course.y, min_length)?;
    let test_idx = search.test(change.p);
    let (here, there) = (change.inside.mean, change.outside.mean);
    let d = (here - there).abs() / course.sd;
    if change.p > ALPHA || d < 0.4 {
        return None;
    }
    let (start, end) = (course.ends.get(change.from)?.0, course.ends.get(change.to - 1)?.1);
    let is_step = change.to == course.y.len();
    let when = if is_step {
        format!("From {} on", frame.say_order(start))
    } else {
        format!("Between {} and {}", frame.say_order(start), frame.say_order(end))
    };
    let unit = unit_of(frame, outcome);
    let levels = say_levels(outcome, here, there, unit.as_deref());
    let interval = welch_t(&change.inside, &change.outside).map(|t| t.interval);
    let difference = match (outcome, interval) {
        (Outcome::Measure(_), Some((a, b))) => format!(
            ", {} {} ({})",
            format_significant((here - there).abs(), 3),
            if here < there { "lower" } else { "higher" },
            if a.signum() == b.signum() { say_interval(a.abs(), b.abs()) } else { say_interval(a, b) }
        ),
        _ => String::new(),
    };
    let sentence = format!(
        "{when}, {} is {} against {} {}{difference}.",
        subject(frame, outcome),
        levels.0,
        levels.1,
        if is_step { "before" } else { "at other times" },
    );
    let effect = Effect { measure: "difference of levels".to_owned(), value: here - there, unit, interval };
    let kind = if matches!(outcome, Outcome::Missing(_)) { FindingKind::Missingness } else { FindingKind::ChangePoint };
    let columns = vec![frame.names(outcome).into_iter().next()?, order_name.to_owned()];
    let mut found = finding(kind, columns, sentence, effect, 0.95 * d / (d + 1.0) * boost(outcome));
    found.n = course.n_rows;
    found.method = format!("Cumulative sums of ranks (Kuiper's range){}", course.note);
    found.window = frame.raw_order(start).zip(frame.raw_order(end));
    let place = Place::Window { from: start, to: end };
    found.evidence_sql = frame.place_sql(&place, found.window.as_ref());
    let mut doubts = vec![(1, "Something else may have changed at the same time.".to_owned())];
    let n_short = change.inside.n.min(change.outside.n);
    if n_short < 8 {
        doubts.push((5, format!("One of the two levels rests on only {n_short} points in time.")));
    }
    let candidate =
        Candidate { finding: found, outcome: Some(outcome.clone()), place, pair: None, test: Some(test_idx), doubts };
    Some((change.squares, candidate))
}

fn subject(frame: &Frame<'_>, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Measure(_) => format!("mean {}", frame.names(outcome).concat()),
        _ => format!("the share of rows in which {}", frame.event_words(outcome)),
    }
}

fn unit_of(frame: &Frame<'_>, outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Measure(c) => frame.column(*c).and_then(|c| c.unit.clone()),
        _ => None,
    }
}

fn say_levels(outcome: &Outcome, a: f64, b: f64, unit: Option<&str>) -> (String, String) {
    match outcome {
        Outcome::Measure(_) => say_two(a, b, unit),
        _ => (format_share(a.clamp(0.0, 1.0)), format_share(b.clamp(0.0, 1.0))),
    }
}

fn boost(outcome: &Outcome) -> f64 {
    match outcome {
        Outcome::Event(_) => 1.15,
        Outcome::Measure(_) => 1.0,
        Outcome::Missing(_) => 0.6,
    }
}

/// The stretch of the order column that a slope is stated for, with its name.
fn step_of(frame: &Frame<'_>, span: f64, order_name: &str) -> (f64, String) {
    let column = frame.order.as_ref().and_then(|o| frame.column(o.column));
    let days = |days: f64| match days {
        d if d >= 1_460.0 => (365.25, "year"),
        d if d >= 120.0 => (30.4375, "month"),
        _ => (1.0, "day"),
    };
    match column.map(|c| c.column_type) {
        Some(ColumnType::Date) => {
            let (step, name) = days(span);
            (step, name.to_owned())
        }
        Some(ColumnType::DateTime) => {
            let (step, name) = match span / 1e6 {
                s if s >= 3.0 * 86_400.0 => {
                    let (step, name) = days(s / 86_400.0);
                    (step * 86_400e6, name)
                }
                s if s >= 3.0 * 3_600.0 => (3_600e6, "hour"),
                s if s >= 180.0 => (60e6, "minute"),
                _ => (1e6, "second"),
            };
            (step, name.to_owned())
        }
        _ => (1.0, format!("step of {order_name}")),
    }
}
