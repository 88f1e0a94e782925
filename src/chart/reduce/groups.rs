//! Which values of a grouping column get a series of their own.

use super::MAX_SERIES;
use super::columns::{Categories, MISSING, categories};
use crate::base::Problem;
use crate::table::Table;

/// Rows assigned to at most eight series.
pub(super) struct Groups {
    pub names: Vec<String>,
    /// The series of each row; [`MISSING`] when the row belongs to none.
    pub codes: Vec<u32>,
    /// Values left without a series of their own.
    pub n_more: u64,
    pub n_missing: u64,
}

/// The most frequent values as series in natural order; the rest as "Other" where values can be added.
///
/// # Errors
/// `unknown_column`.
pub(super) fn groups(table: &Table, column: Option<&str>, unnamed: &str, fold_rest: bool) -> Result<Groups, Problem> {
    let Some(column) = column.filter(|c| !c.is_empty()) else {
        let n_rows = table.n_rows() as usize;
        return Ok(Groups { names: vec![unnamed.to_owned()], codes: vec![0; n_rows], n_more: 0, n_missing: 0 });
    };
    let all = categories(table, column)?;
    let n_missing = all.codes.iter().filter(|c| **c == MISSING).count() as u64;
    let counts = all.counts();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|a, b| counts.get(*b).cmp(&counts.get(*a)).then_with(|| all.cmp(*a, *b)));
    let fits = all.len() <= MAX_SERIES;
    let n_own = if fits { all.len() } else { MAX_SERIES - usize::from(fold_rest) };
    order.truncate(n_own);
    order.sort_by(|a, b| all.cmp(*a, *b));
    let mut series_of = vec![if fold_rest && !fits { n_own as u32 } else { MISSING }; all.len()];
    for (series, code) in order.iter().enumerate() {
        if let Some(slot) = series_of.get_mut(*code) {
            *slot = series as u32;
        }
    }
    let mut names: Vec<String> = order.iter().map(|c| all.name(*c)).collect();
    if fold_rest && !fits {
        names.push(other_name(&names));
    }
    let codes = all.codes.iter().map(|c| series_of.get(*c as usize).copied().unwrap_or(MISSING)).collect();
    Ok(Groups { names, codes, n_more: (all.len() - n_own) as u64, n_missing })
}

/// "Other", unless the data have that name already.
pub(super) fn other_name(taken: &[String]) -> String {
    if taken.iter().any(|n| n == "Other") { "All others".to_owned() } else { "Other".to_owned() }
}

/// A column's categories chosen for an axis, with the rows' codes rewritten to places on it.
pub(super) struct Axis {
    pub names: Vec<String>,
    pub codes: Vec<u32>,
    /// Rows whose cell is missing.
    pub n_missing: u64,
    /// Categories not on the axis.
    pub n_more: u64,
    pub mark: Option<String>,
    /// "month", where moments were put into bins.
    pub per: Option<&'static str>,
    pub is_natural: bool,
}

/// Dates and moments in bins of the calendar where there are too many of them.
pub(super) fn binned(mut all: Categories, n_max: usize) -> (Categories, Option<super::calendar::Unit>) {
    use super::calendar::{DAY_MICROS, Unit};
    use super::columns::Key;
    let micros = |key: &Key| match key {
        Key::Days(d) => Some(f64::from(*d) * DAY_MICROS),
        Key::Micros(m) => Some(*m as f64),
        _ => None,
    };
    let is_date = matches!(all.keys.first(), Some(Key::Days(_)));
    let places: Vec<f64> = all.keys.iter().filter_map(micros).collect();
    if all.len() <= n_max || places.len() != all.len() {
        return (all, None);
    }
    let (low, high) = places.iter().fold((f64::MAX, f64::MIN), |(l, h), p| (l.min(*p), h.max(*p)));
    let unit = Unit::for_span(high - low, n_max, is_date);
    let mut starts: Vec<f64> = places.iter().map(|p| unit.floor(*p).unwrap_or(*p)).collect();
    let bin_of: Vec<f64> = starts.clone();
    starts.sort_by(f64::total_cmp);
    starts.dedup();
    let code_of = |start: &f64| starts.binary_search_by(|s| s.total_cmp(start)).unwrap_or(0) as u32;
    let map: Vec<u32> = bin_of.iter().map(code_of).collect();
    for code in &mut all.codes {
        *code = map.get(*code as usize).copied().unwrap_or(MISSING);
    }
    all.keys = starts.iter().map(|s| Key::Micros(*s as i64)).collect();
    (all, Some(unit))
}

/// Chooses at most `n_max` categories by how many rows they have, and shows them in natural order.
///
/// # Errors
/// `unknown_column`.
pub(super) fn axis_by_count(
    table: &Table,
    column: &str,
    n_max: usize,
    mark: Option<&str>,
    row_counts: impl Fn(usize) -> bool,
) -> Result<Axis, Problem> {
    let all = categories(table, column)?;
    let n_missing = all.codes.iter().filter(|c| **c == MISSING).count() as u64;
    let (all, unit) = binned(all, n_max);
    let mut counts = vec![0u64; all.len()];
    for (row_idx, code) in all.codes.iter().enumerate() {
        if let Some(count) = counts.get_mut(*code as usize) {
            *count += u64::from(row_counts(row_idx));
        }
    }
    let marked = mark.and_then(|m| all.find_raw(m));
    let mut order: Vec<usize> = (0..all.len()).filter(|c| counts.get(*c).is_some_and(|n| *n > 0)).collect();
    let n_all = order.len();
    order.sort_by(|a, b| {
        let is_marked = |c: &usize| Some(*c) == marked;
        is_marked(b).cmp(&is_marked(a)).then(counts.get(*b).cmp(&counts.get(*a))).then_with(|| all.cmp(*a, *b))
    });
    order.truncate(n_max);
    order.sort_by(|a, b| all.cmp(*a, *b));
    let mut place_of = vec![MISSING; all.len()];
    for (place, code) in order.iter().enumerate() {
        if let Some(slot) = place_of.get_mut(*code) {
            *slot = place as u32;
        }
    }
    let name = |code: usize| match (unit, all.key(code)) {
        (Some(unit), Some(key)) => unit.name(key.place().unwrap_or(f64::NAN)),
        _ => all.name(code),
    };
    Ok(Axis {
        names: order.iter().map(|c| name(*c)).collect(),
        codes: all.codes.iter().map(|c| place_of.get(*c as usize).copied().unwrap_or(MISSING)).collect(),
        n_missing,
        n_more: (n_all - order.len()) as u64,
        mark: marked.map(name),
        per: unit.map(super::calendar::Unit::word),
        is_natural: all.is_natural,
    })
}
