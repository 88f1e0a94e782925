//! Columns that a join brought along: what is the same for all rows of a device, study or lot is a
//! fact about that thing, not something measured row by row.

use super::super::spec::FindingsOptions;
use super::super::typed::Levels;
use super::frame::Column;
use crate::base::{ColumnType, give_way};
use hashbrown::HashMap;

/// Rows that are looked at.
const MAX_ROWS: usize = 20_000;
/// Rows that each value of the deciding column has on average, at least.
const ROWS_A_LEVEL: usize = 5;
/// Share of rows that have their group's usual value.
const DECIDED: f64 = 0.98;
/// Categories of which two together may decide.
const MAX_PAIRED: usize = 10;

/// Takes the roles of measure and number-as-category from columns that one category, or two
/// together, decide. Returns the names of these columns.
pub(super) async fn demote_attributes(columns: &mut [Column], stride: usize, options: &FindingsOptions) -> Vec<String> {
    let mut attributes = Vec::new();
    for m in 0..columns.len() {
        let Some(column) = columns.get(m).filter(|c| c.roles.is_measure && c.event.is_none()) else { continue };
        let is_named = [&options.value, &options.group].into_iter().any(|n| n.as_ref() == Some(&column.name));
        give_way().await;
        if !is_named && is_decided(columns, m, stride) {
            attributes.push(m);
        }
    }
    let mut names = Vec::new();
    for m in attributes {
        let Some(column) = columns.get_mut(m) else { continue };
        column.roles.is_measure = false;
        column.roles.is_category = false;
        column.roles.is_crowd = false;
        column.levels = None;
        column.values = Vec::new();
        names.push(column.name.clone());
    }
    names
}

fn is_decided(columns: &[Column], m: usize, stride: usize) -> bool {
    let Some(column) = columns.get(m) else { return false };
    let step = column.values.len().div_ceil(MAX_ROWS).max(1);
    let values: Vec<f64> = column.values.iter().copied().step_by(step).collect();
    let codes = |levels: &Levels| -> Vec<u16> { levels.codes.iter().copied().step_by(stride * step).collect() };
    let things: Vec<Vec<u16>> = columns
        .iter()
        .enumerate()
        .filter(|(k, c)| *k != m && !c.roles.is_measure && c.event.is_none() && c.column_type != ColumnType::Boolean)
        .filter_map(|(_, c)| c.levels.as_ref().map(codes))
        .collect();
    if things.iter().any(|codes| decides(codes.iter().map(|c| u32::from(*c)), &values)) {
        return true;
    }
    let few = || things.iter().take(MAX_PAIRED);
    few().enumerate().any(|(at, a)| {
        few().skip(at + 1).any(|b| {
            let both = a.iter().zip(b).map(|(x, y)| match (*x, *y) {
                (Levels::MISSING, _) | (_, Levels::MISSING) => u32::from(Levels::MISSING),
                (x, y) => (u32::from(x) << 16) | u32::from(y),
            });
            decides(both, &values)
        })
    })
}

/// Whether rows of the same code nearly always have the same value, though values differ.
fn decides(codes: impl Iterator<Item = u32>, values: &[f64]) -> bool {
    let mut counts: HashMap<u32, HashMap<u64, usize>> = HashMap::new();
    let mut overall: HashMap<u64, usize> = HashMap::new();
    let mut n = 0usize;
    for (code, value) in codes.zip(values) {
        if code == u32::from(Levels::MISSING) || value.is_nan() {
            continue;
        }
        *counts.entry(code).or_default().entry(value.to_bits()).or_default() += 1;
        *overall.entry(value.to_bits()).or_default() += 1;
        n += 1;
    }
    if n == 0 || counts.len() < 2 || n < ROWS_A_LEVEL * counts.len() {
        return false;
    }
    let usual: usize = counts.values().filter_map(|c| c.values().max()).sum();
    let (within, at_all) = (usual as f64 / n as f64, *overall.values().max().unwrap_or(&0) as f64 / n as f64);
    // A count that is mostly zero is decided by nothing.
    within >= DECIDED && 1.0 - within <= 0.1 * (1.0 - at_all)
}
