//! Columns that say the same thing twice, and columns that are missing together.

use super::super::absent::Absence;
use super::super::spec::FindingsOptions;
use super::super::stats::spearman;
use super::super::typed::{Levels, mix};
use super::frame::{Column, Gap, cross};
use crate::base::give_way;
use crate::table::Table;
use arrow::array::Array;
use hashbrown::HashMap;

/// Cells of missing-cell masks that are kept.
const MAX_MASKS: usize = 64_000_000;

/// °C and °F, metres and feet, a copy: only the first is tested, unless the user named another.
pub(super) async fn merge_restated_numbers(columns: &mut [Column], options: &FindingsOptions) {
    const ROWS: usize = 2_000;
    let thin = |c: &Column| -> Vec<f64> {
        let step = c.values.len().div_ceil(ROWS).max(1);
        c.values.iter().copied().step_by(step).collect()
    };
    let mut kept: Vec<(usize, Vec<f64>)> = Vec::new();
    let mut order: Vec<usize> =
        (0..columns.len()).filter(|i| columns.get(*i).is_some_and(|c| c.roles.is_measure)).collect();
    order.sort_by_key(|i| columns.get(*i).is_none_or(|c| Some(&c.name) != options.value.as_ref()));
    for i in order {
        give_way().await;
        let Some(values) = columns.get(i).map(thin) else { continue };
        let twin =
            kept.iter().find(|(_, other)| spearman(&values, other).is_some_and(|c| c.n >= 8 && c.r.abs() >= 0.9995));
        match twin.map(|(k, _)| *k) {
            Some(k) => restate(columns, k, i, |c| {
                c.roles.is_measure = false;
                c.values = Vec::new();
            }),
            None => kept.push((i, values)),
        }
    }
}

/// A category and its code split the rows in the same way: only the first is tested.
pub(super) async fn merge_restated_levels(columns: &mut [Column], options: &FindingsOptions) {
    let mut order: Vec<usize> =
        (0..columns.len()).filter(|i| columns.get(*i).is_some_and(|c| c.levels.is_some())).collect();
    order.sort_by_key(|i| {
        columns.get(*i).is_none_or(|c| ![options.group.as_ref(), options.value.as_ref()].contains(&Some(&c.name)))
    });
    let mut kept: Vec<usize> = Vec::new();
    for i in order {
        give_way().await;
        let twin = kept.iter().copied().find(|k| match (columns.get(*k), columns.get(i)) {
            (Some(a), Some(b)) => match (&a.levels, &b.levels) {
                (Some(x), Some(y)) => say_the_same(x, y),
                _ => false,
            },
            _ => false,
        });
        match twin {
            Some(k) => restate(columns, k, i, |c| {
                c.roles.is_category = false;
                c.roles.is_crowd = false;
                c.levels = None;
                c.event = None;
            }),
            None => kept.push(i),
        }
    }
}

fn restate(columns: &mut [Column], kept: usize, other: usize, strip: impl Fn(&mut Column)) {
    if let Some(column) = columns.get_mut(other) {
        strip(column);
        let name = column.name.clone();
        if let Some(first) = columns.get_mut(kept) {
            first.restated_by.push(name);
        }
    }
}

/// Each level of one goes with one level of the other in at least 99.5 % of rows.
fn say_the_same(a: &Levels, b: &Levels) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let counts = cross(a, b, 1);
    let n: u64 = counts.iter().flatten().sum();
    let kept: u64 = counts.iter().map(|r| r.iter().max().copied().unwrap_or(0)).sum();
    let mut partners: Vec<usize> = counts
        .iter()
        .filter_map(|r| r.iter().enumerate().max_by_key(|(j, n)| (**n, std::cmp::Reverse(*j))).map(|(j, _)| j))
        .collect();
    partners.sort_unstable();
    partners.dedup();
    let n_known = |l: &Levels| l.counts.iter().sum::<u64>();
    partners.len() == a.len() && kept as f64 >= 0.995 * n as f64 && n as f64 >= 0.98 * n_known(a).max(n_known(b)) as f64
}

/// Overlap (intersection over union) from which two gaps are nearly the same rows.
const NEARLY: f64 = 0.9;

/// Columns with missing cells, those missing in the same rows together. Rows that could not have the
/// column, because they found no partner in a merge, are no part of its gap.
pub(super) async fn missing_together(table: &Table, columns: &[Column], absences: &[Absence]) -> Vec<Gap> {
    let mut known: HashMap<(u64, u64, Option<usize>), usize> = HashMap::new();
    let mut found: Vec<Gap> = Vec::new();
    for (i, column) in columns.iter().enumerate().filter(|(_, c)| c.n_missing > 0) {
        give_way().await;
        let absence = absences.iter().position(|a| a.has(column.idx));
        let absent = absence.and_then(|at| absences.get(at));
        let mut mask = Vec::with_capacity(table.n_rows() as usize);
        let (mut hash, mut n_missing) = (0u64, 0u64);
        for chunk in table.chunks(column.idx) {
            let nulls = chunk.logical_nulls();
            for row in 0..chunk.len() {
                let is_null =
                    nulls.as_ref().is_some_and(|n| n.is_null(row)) && !absent.is_some_and(|a| a.is_in(mask.len()));
                if is_null {
                    hash = mix(hash ^ mask.len() as u64);
                    n_missing += 1;
                }
                mask.push(is_null);
            }
        }
        if n_missing == 0 {
            continue;
        }
        let is_full = (found.len() + 1) * mask.len() > MAX_MASKS;
        match known.get(&(n_missing, hash, absence)).and_then(|at| found.get_mut(*at)) {
            Some(gap) => gap.columns.push(i),
            None if is_full => {}
            None => {
                known.insert((n_missing, hash, absence), found.len());
                found.push(Gap { columns: vec![i], nearly: Vec::new(), mask, absence });
            }
        }
    }
    nearly_together(found).await
}

/// Gaps in nearly the same rows are one: that of the first column, which the others go with.
async fn nearly_together(found: Vec<Gap>) -> Vec<Gap> {
    let mut kept: Vec<(Gap, usize)> = Vec::new();
    for gap in found {
        let n = gap.n_missing();
        let mut place = None;
        for (at, (other, n_other)) in kept.iter().enumerate() {
            // Where the counts differ by much, the rows do.
            let is_close = n.min(*n_other) as f64 >= NEARLY * n.max(*n_other) as f64 && gap.absence == other.absence;
            if is_close && place.is_none() {
                give_way().await;
                let both = gap.mask.iter().zip(&other.mask).filter(|(a, b)| **a && **b).count();
                place = (both as f64 >= NEARLY * (n + n_other - both) as f64).then_some(at);
            }
        }
        match place.and_then(|at| kept.get_mut(at)) {
            Some((first, _)) => first.nearly.extend(gap.columns),
            None => kept.push((gap, n)),
        }
    }
    kept.into_iter().map(|(gap, _)| gap).collect()
}
