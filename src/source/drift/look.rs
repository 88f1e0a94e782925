//! What the values of a column are like, from a sample, and how alike two columns are.

use super::cells::{Form, MISSING, hashes, numbers};
use crate::base::ColumnType;
use crate::base::wording::{format_count, format_significant};
use crate::source::conversion::conversion;
use crate::table::{ColumnInfo, Table};
use std::collections::HashSet;

/// Rows looked at.
const SAMPLE_ROWS: usize = 20_000;
/// Values that both have before the same values mean anything.
const LEAST_SHARED: usize = 3;

/// How alike the values of two columns are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Likeness {
    /// 0 to 1.
    pub score: f64,
    /// The values alone say that it is the same column.
    pub is_telling: bool,
    pub reason: Option<String>,
}

/// A column of a table.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub table: &'a Table,
    pub idx: usize,
    pub info: &'a ColumnInfo,
}

pub(super) fn are_of_a_kind(a: ColumnType, b: ColumnType) -> bool {
    a == b || (a.is_numeric() && b.is_numeric()) || (a.is_temporal() && b.is_temporal())
}

pub(super) fn compare_values(a: Side<'_>, b: Side<'_>) -> Likeness {
    let (type_a, type_b) = (a.info.column_type, b.info.column_type);
    if !are_of_a_kind(type_a, type_b) {
        return Likeness { score: 0.1, ..Likeness::default() };
    }
    match type_a {
        ColumnType::Text => same_values(a, b),
        ColumnType::Boolean => Likeness { score: 0.5, ..Likeness::default() },
        // The next month has other dates.
        ColumnType::Date | ColumnType::DateTime => Likeness { score: 0.6, ..Likeness::default() },
        _ => {
            let range = same_range(a, b);
            let values = match (type_a, type_b) {
                (ColumnType::Integer, ColumnType::Integer) => same_values(a, b),
                _ => Likeness::default(),
            };
            // Small whole numbers are shared by chance.
            if values.is_telling && range.score < values.score {
                Likeness { is_telling: false, ..values }
            } else {
                range
            }
        }
    }
}

/// The different values that both have.
fn same_values(a: Side<'_>, b: Side<'_>) -> Likeness {
    let form = Form::of(a.info.column_type, b.info.column_type);
    let distinct = |side: Side<'_>| -> HashSet<u64> {
        let cells = hashes(side.table, side.idx, form, SAMPLE_ROWS).unwrap_or_default();
        cells.into_iter().filter(|cell| *cell != MISSING).collect()
    };
    let (a, b) = (distinct(a), distinct(b));
    let n_few = a.len().min(b.len());
    if n_few == 0 {
        return Likeness { score: 0.2, ..Likeness::default() };
    }
    let n_shared = a.intersection(&b).count();
    let share = n_shared as f64 / n_few as f64;
    let reason = match n_shared {
        0 => None,
        n if n == n_few => Some("the same values".to_owned()),
        n => Some(format!("{} of {} values are the same", format_count(n as u64), format_count(n_few as u64))),
    };
    // One or two values are the same in many columns.
    let weight = n_few.min(LEAST_SHARED) as f64 / LEAST_SHARED as f64;
    Likeness { score: share * weight, is_telling: n_shared >= LEAST_SHARED && share >= 0.7, reason }
}

/// How far the ranges in which most values lie cover each other, after turning them into the same unit.
fn same_range(a: Side<'_>, b: Side<'_>) -> Likeness {
    let units = (a.info.unit.as_deref(), b.info.unit.as_deref());
    let turn = match units {
        (Some(unit_a), Some(unit_b)) if unit_a != unit_b => conversion(unit_b, unit_a),
        _ => None,
    };
    let middle = |side: Side<'_>| {
        let mut values = numbers(side.table, side.idx, SAMPLE_ROWS);
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values.get(((values.len().saturating_sub(1)) as f64 * share).round() as usize).copied();
        Some((at(0.05)?, at(0.95)?))
    };
    let (Some(range_a), Some(range_b)) = (middle(a), middle(b)) else {
        return Likeness { score: 0.2, ..Likeness::default() };
    };
    let range_b = turn.map_or(range_b, |t| {
        let (x, y) = (t.apply(range_b.0), t.apply(range_b.1));
        (x.min(y), x.max(y))
    });
    let common = range_a.1.min(range_b.1) - range_a.0.max(range_b.0);
    let width = range_a.1.max(range_b.1) - range_a.0.min(range_b.0);
    let score = match width {
        w if w <= 0.0 => 1.0,
        w => (common / w).max(0.0),
    };
    let words = |(low, high): (f64, f64)| format!("{} to {}", format_significant(low, 3), format_significant(high, 3));
    let reason = (score >= 0.5).then(|| match turn {
        Some(_) => "the same range once the units are the same".to_owned(),
        None => format!("a similar range ({}, before {})", words(range_b), words(range_a)),
    });
    Likeness { score, is_telling: false, reason }
}
