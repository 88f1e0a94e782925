//! Columns that say the same thing twice, and columns that are missing together.

use super::super::spec::FindingsOptions;
use super::super::stats::spearman;
use super::super::typed::{Levels, mix};
use super::frame::{Column, cross};
use crate::table::Table;
use arrow::array::Array;
use hashbrown::HashMap;

/// Cells of missing-cell masks that are kept.
const MAX_MASKS: usize = 64_000_000;

/// °C and °F, metres and feet, a copy: only the first is tested, unless the user named another.
pub(super) fn merge_restated_numbers(columns: &mut [Column], options: &FindingsOptions) {
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
pub(super) fn merge_restated_levels(columns: &mut [Column], options: &FindingsOptions) {
    let mut order: Vec<usize> =
        (0..columns.len()).filter(|i| columns.get(*i).is_some_and(|c| c.levels.is_some())).collect();
    order.sort_by_key(|i| {
        columns.get(*i).is_none_or(|c| ![options.group.as_ref(), options.value.as_ref()].contains(&Some(&c.name)))
    });
    let mut kept: Vec<usize> = Vec::new();
    for i in order {
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

/// Columns with missing cells, those missing in the same rows together: what a join leaves behind.
pub(super) fn missing_together(table: &Table, columns: &[Column]) -> Vec<(Vec<usize>, Vec<bool>)> {
    let mut known: HashMap<(u64, u64), usize> = HashMap::new();
    let mut found: Vec<(Vec<usize>, Vec<bool>)> = Vec::new();
    for (i, column) in columns.iter().enumerate().filter(|(_, c)| c.n_missing > 0) {
        let mut mask = Vec::with_capacity(table.n_rows() as usize);
        let mut hash = 0u64;
        for chunk in table.chunks(column.idx) {
            let nulls = chunk.logical_nulls();
            for row in 0..chunk.len() {
                let is_null = nulls.as_ref().is_some_and(|n| n.is_null(row));
                if is_null {
                    hash = mix(hash ^ mask.len() as u64);
                }
                mask.push(is_null);
            }
        }
        let is_full = (found.len() + 1) * mask.len() > MAX_MASKS;
        match known.get(&(column.n_missing, hash)).and_then(|at| found.get_mut(*at)) {
            Some((together, _)) => together.push(i),
            None if is_full => {}
            None => {
                known.insert((column.n_missing, hash), found.len());
                found.push((vec![i], mask));
            }
        }
    }
    found
}
