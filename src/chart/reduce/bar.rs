//! Bars: one value a category, the largest first unless categories have an order of their own.

use super::columns::{MISSING, axis_of, categories, find};
use super::groups::{binned, groups, other_name};
use super::{
    MAX_BARS, MAX_NATURAL, Reduced, aggregate, aggregate_of, axis_of_aggregate, nothing_to_show, values_to_reduce,
};
use crate::base::{Floats, Problem};
use crate::chart::{ChartSpec, Marks};
use crate::table::Table;
use std::cmp::Ordering;

pub(super) fn reduce_bar(table: &Table, spec: &ChartSpec) -> Result<Reduced, Problem> {
    let (_, x_info) = find(table, &spec.x)?;
    let measure = spec.y.as_deref().filter(|y| !y.is_empty());
    let y_info = measure.map(|y| find(table, y)).transpose()?.map(|(_, i)| i);
    let by = aggregate_of(spec, measure);
    let values = values_to_reduce(table, measure, by)?;
    let is_additive = aggregate::is_additive(by);
    let of = groups(table, spec.group.as_deref(), measure.unwrap_or("rows"), is_additive)?;
    let (all, unit) = binned(categories(table, &spec.x)?, MAX_NATURAL);

    // One value a category over all series decides on the order.
    let rows = || {
        all.codes
            .iter()
            .zip(&values)
            .zip(&of.codes)
            .filter(|((c, v), g)| **c != MISSING && **g != MISSING && !v.is_nan())
            .map(|((c, v), g)| (*c as usize, *g as usize, *v))
    };
    let n_rows = rows().count() as u64;
    if n_rows == 0 {
        return Err(nothing_to_show(spec));
    }
    let totals = aggregate::aggregate(rows().map(|(c, _, v)| (c, v)), all.len(), by);
    let mut has_rows = vec![false; all.len()];
    rows().for_each(|(c, _, _)| {
        if let Some(slot) = has_rows.get_mut(c) {
            *slot = true;
        }
    });
    let mut order: Vec<usize> = (0..all.len()).filter(|c| has_rows.get(*c) == Some(&true)).collect();
    let marked = spec.mark.as_deref().and_then(|m| all.find_raw(m));
    let is_natural = all.is_natural && order.len() <= MAX_NATURAL;
    let by_value = |a: &usize, b: &usize| {
        let value = |c: &usize| totals.get(*c).copied().unwrap_or(f64::NAN);
        descending(value(a), value(b)).then_with(|| all.cmp(*a, *b))
    };
    let n_all = order.len();
    if is_natural {
        order.sort_by(|a, b| all.cmp(*a, *b));
    } else {
        let is_marked = |c: &usize| Some(*c) == marked;
        order.sort_by(|a, b| is_marked(b).cmp(&is_marked(a)).then_with(|| by_value(a, b)));
        order.truncate(MAX_BARS);
        order.sort_by(by_value);
    }
    let n_more = n_all - order.len();
    let with_other = n_more > 0 && is_additive;
    let n_places = order.len() + usize::from(with_other);
    let mut place_of = vec![if with_other { order.len() } else { usize::MAX }; all.len()];
    for (place, code) in order.iter().enumerate() {
        if let Some(slot) = place_of.get_mut(*code) {
            *slot = place;
        }
    }
    let cells = rows().filter_map(|(c, g, v)| {
        let place = place_of.get(c).copied().filter(|p| *p < n_places)?;
        Some((g * n_places + place, v))
    });
    let reduced = aggregate::aggregate(cells, n_places * of.names.len(), by);
    let series: Vec<(String, Floats)> = of
        .names
        .iter()
        .zip(reduced.chunks(n_places.max(1)))
        .map(|(name, run)| (name.clone(), Floats(run.to_vec())))
        .collect();
    let name = |code: usize| match (unit, all.key(code)) {
        (Some(unit), Some(key)) => unit.name(key.place().unwrap_or(f64::NAN)),
        _ => all.name(code),
    };
    let mut names: Vec<String> = order.iter().map(|c| name(*c)).collect();
    if with_other {
        names.push(other_name(&names));
    }
    let mut x_axis = axis_of(x_info);
    x_axis.column_type = x_info.column_type;
    Ok(Reduced {
        marks: Marks::Bar { categories: names, series },
        x: x_axis,
        y: axis_of_aggregate(y_info, by),
        n_rows,
        n_missing: table.n_rows().saturating_sub(n_rows),
        n_more: n_more as u64 + of.n_more,
        mark: marked.map(name),
        aggregate: Some(by),
        per: unit.map(super::calendar::Unit::word),
    })
}

/// Largest first, missing last.
fn descending(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => b.total_cmp(&a),
        (a, b) => a.cmp(&b),
    }
}
