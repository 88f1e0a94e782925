//! Does one group shift to another level while the others stay where they are?

use super::super::spec::{Effect, FindingKind};
use super::super::stats::{Moments, find_change, welch_t};
use super::super::typed::Levels;
use super::super::words::{say_interval, say_two};
use super::frame::{Outcome, Place};
use super::roles::words_of;
use super::{ALPHA, Candidate, Search, finding};
use crate::base::give_way;
use crate::base::wording::{format_significant, plural_noun};

/// More groups are not looked at one by one.
const MAX_GROUPS: usize = 30;
/// Rows a group needs.
const MIN_ROWS: usize = 40;
/// Points that a group's course is reduced to.
const MAX_SLOTS: usize = 60;
/// Rows whose mean is a point, at least.
const ROWS_A_SLOT: usize = 3;
/// Share of the group's shift that the others may show.
const OTHERS: f64 = 0.25;

pub(super) async fn search(search: &mut Search<'_>) {
    let frame = search.frame;
    if !search.wants(FindingKind::ChangePoint) || frame.order.is_none() {
        return;
    }
    let is_few = |c: &usize| {
        frame.column(*c).is_some_and(|c| c.event.is_none() && c.levels.as_ref().is_some_and(|l| l.len() <= MAX_GROUPS))
    };
    let categories: Vec<usize> =
        search.categories().into_iter().filter(|c| is_few(c) && search.wants_group(*c)).collect();
    for measure in search.measures() {
        for category in &categories {
            let fits = measure != *category && search.wants_value(&Outcome::Measure(measure));
            if fits && search.take_pair() {
                groups(search, measure, *category);
                give_way().await;
            }
        }
    }
}

/// A known value with its time and group.
struct Point {
    x: f64,
    y: f64,
    code: u16,
}

fn groups(search: &mut Search<'_>, measure: usize, category: usize) {
    let frame = search.frame;
    let (Some(measured), Some(column), Some(order)) = (frame.column(measure), frame.column(category), &frame.order)
    else {
        return;
    };
    let (Some(levels), Some(order_name)) = (&column.levels, frame.column(order.column).map(|c| c.name.clone())) else {
        return;
    };
    if measure == order.column || category == order.column {
        return;
    }
    let points: Vec<Point> = order
        .sorted
        .iter()
        .filter_map(|i| {
            let row = *i as usize * frame.stride;
            let (x, y) = (*order.values.get(row)?, *measured.values.get(*i as usize)?);
            let code = *levels.codes.get(row)?;
            (!y.is_nan() && code != Levels::MISSING).then_some(Point { x, y, code })
        })
        .collect();
    let mut best: Option<(f64, Candidate)> = None;
    for code in (0u16..).take(levels.len()) {
        let own: Vec<(f64, f64)> = points.iter().filter(|p| p.code == code).map(|p| (p.x, p.y)).collect();
        let n_slots = (own.len() / ROWS_A_SLOT).min(MAX_SLOTS);
        if own.len() < MIN_ROWS || points.len() - own.len() < MIN_ROWS || n_slots < 12 {
            continue;
        }
        let per_slot = own.len().div_ceil(n_slots);
        let course: Vec<f64> = own.chunks(per_slot).map(|s| Moments::of(s.iter().map(|p| p.1)).mean).collect();
        let Some(change) = find_change(&course, 3) else { continue };
        let test = search.test(change.p);
        let is_step = change.to >= course.len();
        let mut first = change.from * per_slot;
        if is_step {
            first = sharper(&own, first, per_slot);
        }
        let end = (change.to * per_slot).min(own.len());
        let (Some(from), Some(to)) = (own.get(first), end.checked_sub(1).and_then(|i| own.get(i))) else { continue };
        let (from, to) = (from.0, to.0);
        let split = |is_own: bool| {
            let (mut inside, mut outside) = (Moments::default(), Moments::default());
            for p in points.iter().filter(|p| (p.code == code) == is_own) {
                let side = if p.x >= from && p.x <= to { &mut inside } else { &mut outside };
                side.push(p.y);
            }
            (inside, outside)
        };
        let ((inside, outside), (others_inside, others_outside)) = (split(true), split(false));
        let shift = inside.mean - outside.mean;
        let others = others_inside.mean - others_outside.mean;
        let df = (inside.n + outside.n).saturating_sub(2).max(1) as f64;
        let squares = |m: &Moments| m.variance() * m.n.saturating_sub(1) as f64;
        let within = ((squares(&inside) + squares(&outside)) / df).sqrt();
        let d = if within > 0.0 { shift.abs() / within } else { 0.0 };
        let stay = others_inside.n >= 5 && others_outside.n >= 5 && others.abs() <= OTHERS * shift.abs();
        let clarity = -change.p.max(1e-300).ln() + d;
        if change.p > ALPHA || d < 0.8 || !stay || best.as_ref().is_some_and(|(c, _)| *c >= clarity) {
            continue;
        }
        let (start, end) = (frame.say_order(from), frame.say_order(to));
        let unit = measured.unit.as_deref();
        let (here, there) = say_two(inside.mean, outside.mean, unit);
        let interval = welch_t(&inside, &outside).map(|t| t.interval);
        let sentence = format!(
            "{}, mean {} of {} {} is {here} against {there} {}; {} did not change.",
            if is_step { format!("From {start} on") } else { format!("Between {start} and {end}") },
            measured.name,
            column.name,
            column.say_level(code),
            if is_step { "before" } else { "at other times" },
            the_others(&column.name),
        );
        let effect =
            Effect { measure: "difference of levels".to_owned(), value: shift, unit: measured.unit.clone(), interval };
        let columns = vec![measured.name.clone(), order_name.clone(), column.name.clone()];
        let mut found = finding(FindingKind::ChangePoint, columns, sentence, effect, 0.98 * d / (d + 0.6));
        found.n = inside.n + outside.n;
        found.method = format!(
            "Cumulative sums of ranks (Kuiper's range) within each group, on {} means{}",
            course.len(),
            frame.sampling_note()
        );
        found.group = Some(levels.label(code).to_owned());
        found.window = frame.raw_order(from).zip(frame.raw_order(to));
        let place = Place::LevelWindow { column: category, code, from, to };
        found.evidence_sql = frame.place_sql(&place, found.window.as_ref());
        let size = format_significant(shift.abs(), 3);
        let mut doubts = vec![(
            1,
            match interval {
                Some((a, b)) => format!(
                    "The {} of {size} ({}) may have more than one cause at that time.",
                    if shift > 0.0 { "rise" } else { "fall" },
                    say_interval(a.abs(), b.abs())
                ),
                None => "Something else may have changed at the same time.".to_owned(),
            },
        )];
        if inside.n.min(outside.n) < 10 {
            doubts.push((5, format!("One of the two levels rests on only {} rows.", inside.n.min(outside.n))));
        }
        let outcome = Some(Outcome::Measure(measure));
        best = Some((clarity, Candidate { finding: found, outcome, place, pair: None, test: Some(test), doubts }));
    }
    search.found.extend(best.map(|(_, c)| c));
}

/// The row at which the step is clearest, near the start of its slot.
fn sharper(own: &[(f64, f64)], first: usize, per_slot: usize) -> usize {
    let n = own.len();
    let total: f64 = own.iter().map(|p| p.1).sum();
    let (low, high) = (first.saturating_sub(per_slot).max(2), (first + per_slot).min(n.saturating_sub(2)));
    let mut sum: f64 = own.iter().take(low).map(|p| p.1).sum();
    let mut best = (first, f64::NEG_INFINITY);
    for k in low..=high {
        let gap = sum - k as f64 * total / n as f64;
        let gain = gap * gap / (k as f64 * (n - k) as f64);
        // Only between two moments, not within one.
        let is_between = k.checked_sub(1).and_then(|i| own.get(i)).zip(own.get(k)).is_some_and(|(a, b)| a.0 < b.0);
        if is_between && gain > best.1 {
            best = (k, gain);
        }
        sum += own.get(k).map_or(0.0, |p| p.1);
    }
    best.0
}

/// "the other devices".
fn the_others(column: &str) -> String {
    let mut words = words_of(column);
    if words.len() > 1 && words.last().is_some_and(|w| ["id", "no", "nr", "code", "name"].contains(&w.as_str())) {
        words.pop();
    }
    plural_noun(&words.join(" ")).map_or_else(|| "the others".to_owned(), |many| format!("the other {many}"))
}
