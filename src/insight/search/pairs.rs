//! Do two columns go together?

use super::super::spec::{Effect, FindingKind};
use super::super::stats::{Correlation, chi_square, spearman, spearman_in_order};
use super::super::typed::Levels;
use super::super::words::{quote_ident, say_interval};
use super::frame::{Frame, Place, cross, stride_of};
use super::{ALPHA, Candidate, Search, finding};
use crate::base::give_way;
use crate::base::wording::{format_count, format_number, format_share};

/// Rows that correlations are computed on: more would only narrow an interval that is narrow.
const MAX_ROWS: usize = 20_000;
const MIN_PAIRS: u64 = 8;
/// Weaker correlations explain less than a tenth of what varies.
const LEAST_R: f64 = 0.3;
/// What has to be certain of one: the end of its interval that is nearer to none. With few rows, chance
/// alone gives correlations of 0.3 among as many pairs as are tried.
const LEAST_CERTAIN_R: f64 = 0.2;

pub(super) async fn search(search: &mut Search<'_>) {
    if search.wants(FindingKind::Correlation) && search.options.group.is_none() {
        correlations(search).await;
    }
    if search.wants(FindingKind::Association) {
        associations(search).await;
    }
}

fn is_value(search: &Search<'_>, a: usize, b: usize) -> bool {
    let name = |i| search.frame.column(i).map(|c| &c.name);
    search.options.value.as_ref().is_none_or(|v| name(a) == Some(v) || name(b) == Some(v))
}

/// Every so many rows of the sample, in the order of time where there is one: neighbours that resemble
/// each other count for less than rows on their own.
fn places_in_order(frame: &Frame<'_>, step: usize) -> Vec<usize> {
    let all = (0..frame.n_sample()).step_by(step.max(1));
    let Some(order) = &frame.order else { return all.collect() };
    let timed = order.sorted.iter().map(|i| *i as usize).filter(|i| i % step.max(1) == 0);
    let mut places: Vec<usize> = timed.collect();
    let is_timed: std::collections::HashSet<usize> = places.iter().copied().collect();
    places.extend(all.filter(|i| !is_timed.contains(i)));
    places
}

async fn correlations(search: &mut Search<'_>) {
    let frame = search.frame;
    let step = stride_of(frame.n_sample(), MAX_ROWS);
    let places = places_in_order(frame, step);
    let thin = |i: usize| -> Vec<f64> {
        let value = |at: &usize| frame.column(i).and_then(|c| c.values.get(*at)).copied().unwrap_or(f64::NAN);
        places.iter().map(value).collect()
    };
    let thinned: Vec<(usize, Vec<f64>)> = search.measures().into_iter().map(|i| (i, thin(i))).collect();
    for (at, (a, x)) in thinned.iter().enumerate() {
        for (b, y) in thinned.iter().skip(at + 1) {
            if !is_value(search, *a, *b) || !search.take_pair() {
                continue;
            }
            give_way().await;
            let Some(c) = spearman_in_order(x, y).filter(|c| c.n >= MIN_PAIRS) else { continue };
            let test = search.test(c.p);
            let certain = if c.r < 0.0 { -c.interval.1 } else { c.interval.0 };
            if c.p > ALPHA || c.r.abs() < LEAST_R || certain < LEAST_CERTAIN_R {
                continue;
            }
            search.found.extend(correlation(frame, *a, *b, &c, step).map(|finding| Candidate {
                finding,
                outcome: None,
                place: Place::Everywhere,
                pair: Some((*a, *b)),
                test: Some(test),
                doubts: vec![(1, "That two things go together does not say which one drives the other.".to_owned())],
            }));
        }
    }
}

fn correlation(
    frame: &Frame<'_>,
    a: usize,
    b: usize,
    c: &Correlation,
    step: usize,
) -> Option<super::super::spec::Finding> {
    let (a, b) = (frame.column(a)?, frame.column(b)?);
    let sentence = format!(
        "Rows with higher {} have {} {} (rank correlation {}, {}, {} rows).",
        a.name,
        if c.r > 0.0 { "higher" } else { "lower" },
        b.name,
        format_number(c.r, 2),
        say_interval(c.interval.0, c.interval.1),
        format_count(c.n),
    );
    let effect =
        Effect { measure: "Spearman correlation".to_owned(), value: c.r, unit: None, interval: Some(c.interval) };
    // The later column is more often the result.
    let columns = vec![b.name.clone(), a.name.clone()];
    let mut found = finding(FindingKind::Correlation, columns, sentence, effect, 0.7 * c.r.abs());
    found.n = c.n;
    let every = frame.stride * step;
    let note = if every > 1 { format!(", on one row in {}", format_count(every as u64)) } else { String::new() };
    found.method = format!("Spearman's rank correlation{note}");
    if c.n_effective < 0.9 * c.n as f64 {
        let n = format_count(c.n_effective as u64);
        found.method.push_str(&format!(", neighbouring rows being alike counted as {n} rows"));
    }
    found.evidence_sql = format!(
        "SELECT {a}, {b} FROM {table} WHERE {a} IS NOT NULL AND {b} IS NOT NULL",
        a = quote_ident(&a.name),
        b = quote_ident(&b.name),
        table = frame.sql_name
    );
    Some(found)
}

/// Why a correlation of two columns might mislead. Costly, so only for what is reported.
pub(super) fn correlation_doubts(frame: &Frame<'_>, a: usize, b: usize) -> Vec<(u8, String)> {
    let step = stride_of(frame.n_sample(), MAX_ROWS);
    let thin = |i: usize| -> Vec<f64> {
        frame.column(i).map_or(Vec::new(), |c| c.values.iter().copied().step_by(step).collect())
    };
    let (x, y) = (thin(a), thin(b));
    let mut doubts = Vec::new();
    let Some(c) = spearman(&x, &y) else { return doubts };
    if c.n < 20 {
        doubts.push((5, format!("It rests on only {} rows.", c.n)));
    }
    // Within the groups of a category, does it still hold?
    let weakest = frame
        .columns
        .iter()
        .filter_map(|column| {
            let levels = column.levels.as_ref()?;
            let r = within_groups(levels, frame.stride * step, &x, &y)?;
            Some((r * c.r.signum(), r, &column.name))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, r, name)) = weakest.filter(|(same_way, ..)| *same_way < 0.5 * c.r.abs()) {
        doubts.push((6, format!("Within the groups of {name} the correlation is only {}.", format_number(r, 2))));
    }
    doubts
}

/// The correlation within groups, averaged over groups of eight rows or more that hold most rows.
fn within_groups(levels: &Levels, stride: usize, x: &[f64], y: &[f64]) -> Option<f64> {
    let codes: Vec<u16> = levels.codes.iter().copied().step_by(stride).collect();
    let (mut sum, mut n) = (0.0, 0.0);
    for code in (0u16..).take(levels.len()) {
        let (gx, gy): (Vec<f64>, Vec<f64>) =
            x.iter().zip(y).zip(&codes).filter(|(_, c)| **c == code).map(|((a, b), _)| (*a, *b)).unzip();
        if let Some(c) = spearman(&gx, &gy).filter(|c| c.n >= 8) {
            sum += c.r * c.n as f64;
            n += c.n as f64;
        }
    }
    (n >= 0.6 * x.len() as f64).then_some(sum / n)
}

async fn associations(search: &mut Search<'_>) {
    let frame = search.frame;
    let categories = search.categories();
    let has_outcome = frame.columns.iter().any(|c| c.roles.is_measure || c.event.is_some());
    let mut told: Vec<Candidate> = Vec::new();
    for (at, a) in categories.iter().enumerate() {
        for b in categories.iter().skip(at + 1) {
            let (Some(first), Some(second)) = (frame.column(*a), frame.column(*b)) else { continue };
            // A status against a category has been looked at, group by group.
            let is_done = first.event.is_some() || second.event.is_some();
            let is_group = search.wants_group(*a) || search.wants_group(*b);
            if is_done || !is_group || !is_value(search, *a, *b) {
                continue;
            }
            let (Some(x), Some(y)) = (&first.levels, &second.levels) else { continue };
            if !search.take_pair() {
                continue;
            }
            give_way().await;
            let counts = cross(x, y, frame.stride);
            if is_nested(&counts) {
                continue;
            }
            let Some(c) = chi_square(&counts).filter(|c| c.share_expected_5 >= 0.8) else { continue };
            let test = search.test(c.p);
            if c.p > ALPHA || c.cramers_v < 0.25 {
                continue;
            }
            let Some(Cell { i, j, observed, row, column, n }) = clearest_cell(&counts) else { continue };
            // One decides the other, for this level at least.
            if has_outcome && observed as f64 >= 0.95 * row.min(column) as f64 {
                continue;
            }
            let others = (n - row) as f64;
            let sentence = format!(
                "Where {} is {}, {} is {} in {} of rows against {} elsewhere.",
                first.name,
                first.say_level(i),
                second.name,
                second.say_level(j),
                format_share(observed as f64 / row as f64),
                format_share(if others > 0.0 { (column - observed) as f64 / others } else { 0.0 }),
            );
            let effect = Effect { measure: "Cramér's V".to_owned(), value: c.cramers_v, unit: None, interval: None };
            let strength = (0.55 * c.cramers_v).min(if has_outcome { 0.3 } else { 1.0 });
            let columns = vec![second.name.clone(), first.name.clone()];
            let mut found = finding(FindingKind::Association, columns, sentence, effect, strength);
            found.n = n;
            found.method = format!("Chi-square test of independence, Cramér's V{}", frame.sampling_note());
            found.group = Some(x.label(i).to_owned());
            let place = Place::Level { column: *a, code: i };
            found.evidence_sql = frame.place_sql(&place, None);
            let doubts = vec![(1, "The mix may follow from how the rows were collected.".to_owned())];
            told.push(Candidate { finding: found, outcome: None, place, pair: None, test: Some(test), doubts });
        }
    }
    if has_outcome {
        told.sort_by(|a, b| b.finding.effect.value.total_cmp(&a.finding.effect.value));
        told.truncate(1);
    }
    search.found.extend(told);
}

/// One column decides the other: a hierarchy or a plan, not a finding.
fn is_nested(counts: &[Vec<u64>]) -> bool {
    let n: u64 = counts.iter().flatten().sum();
    let by_row: u64 = counts.iter().filter_map(|r| r.iter().max()).sum();
    let width = counts.first().map_or(0, Vec::len);
    let by_column: u64 = (0..width).filter_map(|j| counts.iter().filter_map(|r| r.get(j)).max()).sum();
    by_row.max(by_column) as f64 >= 0.97 * n as f64 && {
        // Where one level holds nearly all rows, the share says nothing.
        let largest = (0..width).map(|j| counts.iter().filter_map(|r| r.get(j)).sum::<u64>()).max().unwrap_or(0);
        let largest_row = counts.iter().map(|r| r.iter().sum::<u64>()).max().unwrap_or(0);
        (largest.max(largest_row) as f64) < 0.97 * n as f64
    }
}

/// A cell of a table of counts: codes, count, sums of its row and column, and of all.
struct Cell {
    i: u16,
    j: u16,
    observed: u64,
    row: u64,
    column: u64,
    n: u64,
}

/// The cell furthest above what independence expects.
fn clearest_cell(counts: &[Vec<u64>]) -> Option<Cell> {
    let n: u64 = counts.iter().flatten().sum();
    let mut best: Option<(f64, Cell)> = None;
    for (i, cells) in (0u16..).zip(counts) {
        let row: u64 = cells.iter().sum();
        for (j, observed) in (0u16..).zip(cells) {
            let column: u64 = counts.iter().filter_map(|r| r.get(usize::from(j))).sum();
            let expected = row as f64 * column as f64 / n as f64;
            let residual = (*observed as f64 - expected) / expected.max(1.0).sqrt();
            if row > 0 && best.as_ref().is_none_or(|(r, _)| residual > *r) {
                best = Some((residual, Cell { i, j, observed: *observed, row, column, n }));
            }
        }
    }
    best.map(|(_, cell)| cell)
}
