//! From candidates to findings: correction, one telling for each explanation, ranking, caveats.

use super::super::spec::{Finding, FindingKind};
use super::super::typed::Levels;
use super::frame::{Frame, Outcome, Place};
use super::pairs::correlation_doubts;
use super::{ALPHA, Candidate, MAX_FINDINGS, MAX_POINTS, MIN_GROUP};
use crate::base::give_way;
use crate::base::wording::{format_number, format_significant};
use std::collections::BTreeMap;

/// That two measures go together, of all that could, is what nobody asked: it has to be surer than the rest.
const ALPHA_UNASKED: f64 = 0.01;
/// Weaker findings are not told.
const MIN_STRENGTH: f64 = 0.05;
/// Candidates that are weighed against each other.
const MAX_CANDIDATES: usize = 120;
/// Of these, groups and windows for one outcome.
const MAX_FOR_OUTCOME: usize = 12;
/// Share of an effect that has to remain for it to stand on its own.
const REMAINS: f64 = 0.35;
/// Overlap (intersection over union) from which two sets of rows are almost the same.
const SAME_ROWS: f64 = 0.75;

pub(super) async fn settle(frame: &Frame<'_>, found: Vec<Candidate>, adjusted: &[f64]) -> Vec<Finding> {
    let mut candidates: Vec<Candidate> = found
        .into_iter()
        .filter_map(|mut c| {
            c.finding.p_adjusted = c.test.and_then(|t| adjusted.get(t).copied());
            let alpha = if c.finding.kind == FindingKind::Correlation { ALPHA_UNASKED } else { ALPHA };
            let is_worth = c.finding.strength >= MIN_STRENGTH && c.finding.p_adjusted.is_none_or(|p| p <= alpha);
            is_worth.then_some(c)
        })
        .collect();
    candidates.sort_by(by_strength);
    let mut n_for: BTreeMap<Outcome, usize> = BTreeMap::new();
    candidates.retain(|c| match &c.outcome {
        Some(outcome) => {
            let n = n_for.entry(outcome.clone()).or_default();
            *n += 1;
            *n <= MAX_FOR_OUTCOME
        }
        None => true,
    });
    candidates.truncate(MAX_CANDIDATES);
    let mut weighed = Weighed { frame, values: BTreeMap::new() };
    let mut kept = weighed.told_once(candidates).await;
    main_measure_first(&mut kept);
    causes_before_symptoms(frame, &mut kept);
    let mut chosen = varied(kept);
    results_first(frame, &mut chosen);
    let mut findings = Vec::with_capacity(chosen.len());
    for c in chosen {
        findings.push(weighed.finished(c));
        give_way().await;
    }
    findings
}

fn by_strength(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    b.finding.strength.total_cmp(&a.finding.strength).then_with(|| a.finding.key.cmp(&b.finding.key))
}

/// When several quantities of one group shift at about the same time, the column that comes first in
/// the table is what the table is about: it is told first.
fn main_measure_first(kept: &mut [Candidate]) {
    let facts = |c: &Candidate| match (&c.place, &c.outcome) {
        (Place::LevelWindow { column, code, from, to }, Some(Outcome::Measure(m))) => {
            Some((*column, *code, *from, *to, *m))
        }
        _ => None,
    };
    for at in 0..kept.len() {
        let Some((column, code, from, to, _)) = kept.get(at).and_then(facts) else { continue };
        let is_same = |c: &Candidate| {
            facts(c).is_some_and(|(col, cod, f, t, _)| {
                let both = t.min(to) - f.max(from);
                col == column && cod == code && both >= SAME_ROWS * (t.max(to) - f.min(from))
            })
        };
        let mut together: Vec<usize> = (at..kept.len()).filter(|i| kept.get(*i).is_some_and(&is_same)).collect();
        let mut strengths: Vec<f64> =
            together.iter().filter_map(|i| kept.get(*i)).map(|c| c.finding.strength).collect();
        strengths.sort_by(|a, b| b.total_cmp(a));
        together.sort_by_key(|i| kept.get(*i).and_then(facts).map(|f| f.4));
        for (i, strength) in together.into_iter().zip(strengths) {
            if let Some(c) = kept.get_mut(i) {
                c.finding.strength = strength;
            }
        }
    }
    kept.sort_by(by_strength);
}

/// Where a status comes from is what can be acted on; how the rows with it differ comes after that.
fn causes_before_symptoms(frame: &Frame<'_>, kept: &mut [Candidate]) {
    let cause_of = |event: usize| {
        let causes = kept.iter().filter(|c| c.outcome == Some(Outcome::Event(event)));
        causes.map(|c| c.finding.strength).reduce(f64::max)
    };
    let limits: Vec<Option<f64>> = kept.iter().map(|c| status_of(frame, c).and_then(cause_of)).collect();
    for (c, limit) in kept.iter_mut().zip(limits) {
        if let Some(limit) = limit {
            c.finding.strength = c.finding.strength.min(0.9 * limit);
        }
    }
    kept.sort_by(by_strength);
}

/// The status whose rows a finding about a quantity singles out.
fn status_of(frame: &Frame<'_>, c: &Candidate) -> Option<usize> {
    match (&c.outcome, &c.place) {
        (Some(Outcome::Measure(_)), Place::Level { column, .. }) => {
            frame.column(*column).filter(|named| named.event.is_some()).map(|_| *column)
        }
        _ => None,
    }
}

/// How two columns of the plan go together is worth at most one remark, after what came out of it;
/// what is missing, and how long things take, is not the first thing to say when a status has a cause.
fn results_first(frame: &Frame<'_>, chosen: &mut Vec<Candidate>) {
    use super::super::spec::FindingKind::{Association, ChangePoint, GroupDifference, Missingness, Trend};
    let is_result = |c: &Candidate| matches!(c.finding.kind, ChangePoint | GroupDifference | Trend);
    let weakest = chosen.iter().filter(|c| is_result(c)).map(|c| c.finding.strength).reduce(f64::min);
    let is_event = |c: &&Candidate| is_result(c) && matches!(c.outcome, Some(Outcome::Event(_)));
    let strongest = chosen.iter().filter(is_event).map(|c| c.finding.strength).reduce(f64::max).unwrap_or(1.0);
    let Some(weakest) = weakest else { return };
    let mut n = 0;
    chosen.retain_mut(|c| {
        let is_delay = match &c.outcome {
            Some(Outcome::Measure(m)) => frame.column(*m).is_some_and(|c| c.formula.is_some()),
            _ => false,
        };
        if c.finding.kind == Missingness || is_delay {
            c.finding.strength = c.finding.strength.min(0.9 * strongest);
        }
        if c.finding.kind != Association {
            return true;
        }
        c.finding.strength = c.finding.strength.min(0.99 * weakest);
        n += 1;
        n == 1
    });
    chosen.sort_by(by_strength);
}

/// The best first, each weighed down by what was already said of the same column or the same rows.
fn varied(mut left: Vec<Candidate>) -> Vec<Candidate> {
    let mut chosen: Vec<Candidate> = Vec::new();
    while chosen.len() < MAX_FINDINGS && !left.is_empty() {
        let worth = |c: &Candidate| {
            let said = chosen.iter().filter(|k| k.finding.columns.first() == c.finding.columns.first()).count();
            let placed = chosen.iter().filter(|k| k.place != Place::Everywhere && k.place == c.place).count();
            c.finding.strength * 0.9f64.powi(said as i32) * 0.93f64.powi(placed as i32)
        };
        let best = left.iter().map(worth).enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let Some((at, strength)) = best else { break };
        let mut next = left.remove(at);
        next.finding.strength = strength;
        chosen.push(next);
    }
    chosen
}

/// How many rows the query of the evidence gives; `None` where the search has counted them itself.
fn n_evidence(frame: &Frame<'_>, c: &Candidate) -> Option<u64> {
    if let Some((a, b)) = c.pair {
        return Some(frame.n_known(&[a, b]));
    }
    match (&c.place, &c.outcome) {
        (Place::Everywhere, Some(Outcome::Measure(measured) | Outcome::Event(measured)))
            if c.finding.kind == FindingKind::Trend =>
        {
            let order = frame.order.as_ref().map(|o| o.column);
            Some(frame.n_known(&[Some(*measured), order].into_iter().flatten().collect::<Vec<_>>()))
        }
        (Place::Everywhere | Place::Rows(_), _) => None,
        (place, _) => Some((0..frame.n_rows).filter(|row| frame.is_in(place, *row)).count() as u64),
    }
}

/// What becomes of an effect when the rows of another finding are taken away.
#[derive(Clone, Copy, PartialEq)]
enum Without {
    Holds,
    /// It is gone: the other finding explains it.
    Gone,
    /// Nothing is left to compare: the rows lie within those of the other.
    Inside,
}

struct Weighed<'a> {
    frame: &'a Frame<'a>,
    /// Sampled outcomes, as asked for.
    values: BTreeMap<Outcome, Vec<f64>>,
}

impl Weighed<'_> {
    fn outcome(&mut self, outcome: &Outcome) -> &[f64] {
        let frame = self.frame;
        self.values.entry(outcome.clone()).or_insert_with(|| frame.sampled(outcome))
    }

    fn mask(&self, place: &Place) -> Option<Vec<bool>> {
        let frame = self.frame;
        is_masked(place).then(|| (0..frame.n_rows).step_by(frame.stride).map(|row| frame.is_in(place, row)).collect())
    }

    async fn told_once(&mut self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let mut kept: Vec<(Candidate, Option<Vec<bool>>)> = Vec::new();
        for mut c in candidates {
            give_way().await;
            let mask = c.outcome.as_ref().and_then(|_| self.mask(&c.place));
            let (Some(outcome), Some(own)) = (c.outcome.clone(), &mask) else {
                kept.push((c, mask));
                continue;
            };
            let values = self.outcome(&outcome).to_vec();
            let mut is_told = false;
            let mut replaced = Vec::new();
            for (at, (k, other)) in kept.iter_mut().enumerate() {
                let Some(other) = other.as_ref().filter(|_| k.outcome.as_ref() == Some(&outcome)) else { continue };
                match (without(&values, own, other), without(&values, other, own)) {
                    (Without::Inside, Without::Gone) | (Without::Holds, Without::Gone) => replaced.push(at),
                    (Without::Holds, _) => {}
                    _ => {
                        is_told = true;
                        if overlap(own, other) >= SAME_ROWS {
                            k.doubts.push((9, same_rows(&self.frame.place_words(&c.place))));
                        }
                        break;
                    }
                }
            }
            if is_told {
                continue;
            }
            for at in replaced.into_iter().rev() {
                let (old, _) = kept.remove(at);
                c.finding.strength = c.finding.strength.max(old.finding.strength);
            }
            kept.push((c, mask));
        }
        let mut kept: Vec<Candidate> = kept.into_iter().map(|(c, _)| c).collect();
        // Wild values that lie in a group or period told of anyway are part of it.
        let places: Vec<(Option<Outcome>, Place)> =
            kept.iter().filter(|c| is_masked(&c.place)).map(|c| (c.outcome.clone(), c.place.clone())).collect();
        kept.retain(|c| {
            let Place::Rows(rows) = &c.place else { return true };
            let n_in = |p: &Place| rows.iter().filter(|r| self.frame.is_in(p, **r as usize)).count();
            c.outcome.is_none() || !places.iter().any(|(o, p)| *o == c.outcome && 10 * n_in(p) >= 7 * rows.len())
        });
        kept.sort_by(by_strength);
        kept
    }

    fn finished(&mut self, mut c: Candidate) -> Finding {
        if let (Some(outcome), Some(mask)) = (c.outcome.clone(), self.mask(&c.place)) {
            let values = self.outcome(&outcome).to_vec();
            c.doubts.extend(self.confounders(&outcome, &c.place, &values, &mask));
            if let (Some(status), Outcome::Measure(measure)) = (status_of(self.frame, &c), &outcome)
                && is_apart(&values, &mask)
            {
                let name = |at: usize| self.frame.column(at).map_or("", |named| named.name.as_str());
                let (status, measure) = (name(status), name(*measure));
                c.doubts
                    .push((8, format!("The two groups share no value, so {status} may be derived from {measure}.")));
            }
            if c.finding.points.is_empty() {
                let frame = self.frame;
                let is_point =
                    |row: &usize| frame.is_in(&c.place, *row) && frame.happened(&outcome, *row) != Some(false);
                c.finding.points = (0..frame.n_rows).filter(is_point).take(MAX_POINTS).map(|r| r as u64).collect();
            }
        }
        if let Some((a, b)) = c.pair {
            c.doubts.extend(correlation_doubts(self.frame, a, b));
        }
        if let (true, Place::Rows(rows)) = (c.finding.points.is_empty(), &c.place) {
            c.finding.points = rows.iter().copied().take(MAX_POINTS).collect();
        }
        if let Some(n) = n_evidence(self.frame, &c) {
            c.finding.n_evidence = n;
        }
        // The heaviest doubt; of equals, the first raised.
        let heaviest = c.doubts.iter().rev().max_by_key(|d| d.0);
        c.finding.caveat = heaviest.map(|d| d.1.clone()).unwrap_or_default();
        c.finding
    }

    /// Other columns that could explain the same split.
    fn confounders(&self, outcome: &Outcome, place: &Place, values: &[f64], mask: &[bool]) -> Vec<(u8, String)> {
        let frame = self.frame;
        let mut doubts = Vec::new();
        let own = match place {
            Place::Level { column, .. } | Place::Levels { column, .. } | Place::LevelWindow { column, .. } => {
                Some(*column)
            }
            _ => None,
        };
        if let Some(twin) = own.and_then(|c| frame.column(c)).filter(|c| !c.restated_by.is_empty()) {
            let names = super::super::words::say_columns(&twin.restated_by);
            doubts.push((
                8,
                format!(
                    "{names} {} the rows as {} does, so either could be the cause.",
                    if twin.restated_by.len() == 1 { "splits" } else { "split" },
                    twin.name
                ),
            ));
        }
        let is_timed = matches!(place, Place::LevelWindow { .. });
        if let (Some(_), Some((from, to)), false) = (own, self.covering_window(mask), is_timed) {
            let words = frame.place_words(&Place::Window { from, to });
            doubts.push((8, format!("These are almost all the rows {words}, so time could be the cause as well.")));
        }
        let effect = effect_of(values, mask, None).unwrap_or(0.0);
        let mut shrunk: Option<(f64, String)> = None;
        for (at, column) in frame.columns.iter().enumerate() {
            let is_measured = matches!(outcome, Outcome::Event(c) | Outcome::Measure(c) if *c == at);
            let Some(levels) =
                column.levels.as_ref().filter(|_| Some(at) != own && !is_measured && column.event.is_none())
            else {
                continue;
            };
            if let Some(code) = matching_level(levels, mask, frame.stride) {
                let same = Place::Level { column: at, code };
                doubts.push((9, same_rows(&frame.place_words(&same))));
                continue;
            }
            let Some(within) = within_strata(levels, frame.stride, values, mask) else { continue };
            let remains = within * effect.signum();
            if remains < 0.5 * effect.abs() && shrunk.as_ref().is_none_or(|(r, _)| remains < *r) {
                let say = |v: f64| match outcome {
                    Outcome::Measure(_) => format_significant(v.abs(), 3),
                    _ => format!("{} percentage points", format_number(v.abs() * 100.0, 1)),
                };
                let text = if remains <= 0.0 {
                    format!("Among rows with the same {} the difference disappears.", column.name)
                } else {
                    format!(
                        "Among rows with the same {} the difference shrinks from {} to {}.",
                        column.name,
                        say(effect),
                        say(within)
                    )
                };
                shrunk = Some((remains, text));
            }
        }
        doubts.extend(shrunk.map(|(_, text)| (6, text)));
        doubts
    }

    /// The stretch of time that holds all these rows and few others; `None` when there is none.
    fn covering_window(&self, mask: &[bool]) -> Option<(f64, f64)> {
        let order = self.frame.order.as_ref()?;
        let at = |i: usize| order.values.get(i * self.frame.stride).copied().unwrap_or(f64::NAN);
        let inside = || (0..mask.len()).filter(|i| mask.get(*i) == Some(&true)).map(at).filter(|x| !x.is_nan());
        let (from, to) = inside().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let n_inside = inside().count();
        let n_window = (0..mask.len()).map(at).filter(|x| *x >= from && *x <= to).count();
        (n_inside >= MIN_GROUP as usize && n_inside as f64 >= SAME_ROWS * n_window as f64 && n_window < mask.len())
            .then_some((from, to))
    }
}

/// Whether a place is a group or a period.
fn is_masked(place: &Place) -> bool {
    matches!(place, Place::Level { .. } | Place::Levels { .. } | Place::Window { .. } | Place::LevelWindow { .. })
}

fn same_rows(place: &str) -> String {
    format!("These are almost the same rows as those {place}, so the two cannot be told apart.")
}

/// Whether all values inside lie on one side of all values outside.
fn is_apart(values: &[f64], mask: &[bool]) -> bool {
    let range = |side: bool| {
        let of_side = values.iter().zip(mask).filter(|(v, is_in)| **is_in == side && !v.is_nan());
        of_side.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (v, _)| (low.min(*v), high.max(*v)))
    };
    let (inside, outside) = (range(true), range(false));
    inside.1 < outside.0 || outside.1 < inside.0
}

/// Mean of the outcome in the rows minus mean in the others, without those to skip.
fn effect_of(values: &[f64], mask: &[bool], skip: Option<&[bool]>) -> Option<f64> {
    let (mut inside, mut outside) = ((0u64, 0.0), (0u64, 0.0));
    for (i, (v, is_in)) in values.iter().zip(mask).enumerate() {
        if v.is_nan() || skip.is_some_and(|s| s.get(i) == Some(&true)) {
            continue;
        }
        let side = if *is_in { &mut inside } else { &mut outside };
        side.0 += 1;
        side.1 += v;
    }
    (inside.0 >= MIN_GROUP && outside.0 >= MIN_GROUP).then(|| inside.1 / inside.0 as f64 - outside.1 / outside.0 as f64)
}

fn without(values: &[f64], mask: &[bool], skip: &[bool]) -> Without {
    let Some(whole) = effect_of(values, mask, None) else { return Without::Inside };
    match effect_of(values, mask, Some(skip)) {
        None => Without::Inside,
        Some(rest) if rest * whole.signum() < REMAINS * whole.abs() => Without::Gone,
        Some(_) => Without::Holds,
    }
}

fn overlap(a: &[bool], b: &[bool]) -> f64 {
    let (mut both, mut either) = (0u64, 0u64);
    for (x, y) in a.iter().zip(b) {
        both += u64::from(*x && *y);
        either += u64::from(*x || *y);
    }
    both as f64 / either.max(1) as f64
}

/// The level whose rows are almost those of the mask.
fn matching_level(levels: &Levels, mask: &[bool], stride: usize) -> Option<u16> {
    let mut inside = vec![0u64; levels.len()];
    let mut all = vec![0u64; levels.len()];
    for (code, is_in) in levels.codes.iter().step_by(stride).zip(mask) {
        if let (Some(a), Some(i)) = (all.get_mut(usize::from(*code)), inside.get_mut(usize::from(*code))) {
            *a += 1;
            *i += u64::from(*is_in);
        }
    }
    let n = mask.iter().filter(|m| **m).count() as u64;
    let share = |i: u64, a: u64| i as f64 / (n + a).saturating_sub(i).max(1) as f64;
    (0u16..)
        .zip(inside.iter().zip(&all))
        .filter(|(_, (i, a))| share(**i, **a) >= SAME_ROWS)
        .max_by(|x, y| share(*x.1.0, *x.1.1).total_cmp(&share(*y.1.0, *y.1.1)).then(y.0.cmp(&x.0)))
        .map(|(code, _)| code)
}

/// The effect among rows of the same level, averaged by the rows singled out; `None` when fewer than
/// half of these have others to be compared with.
fn within_strata(levels: &Levels, stride: usize, values: &[f64], mask: &[bool]) -> Option<f64> {
    let mut sums = vec![((0u64, 0.0f64), (0u64, 0.0f64)); levels.len()];
    let mut n_inside = 0u64;
    for ((code, v), is_in) in levels.codes.iter().step_by(stride).zip(values).zip(mask) {
        if v.is_nan() {
            continue;
        }
        n_inside += u64::from(*is_in);
        if let Some((inside, outside)) = sums.get_mut(usize::from(*code)) {
            let side = if *is_in { inside } else { outside };
            side.0 += 1;
            side.1 += v;
        }
    }
    let (mut n, mut sum) = (0u64, 0.0);
    for ((n_in, sum_in), (n_out, sum_out)) in sums {
        if n_in >= 3 && n_out >= 3 {
            n += n_in;
            sum += n_in as f64 * (sum_in / n_in as f64 - sum_out / n_out as f64);
        }
    }
    (n > 0 && 2 * n >= n_inside).then(|| sum / n as f64)
}
