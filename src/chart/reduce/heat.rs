//! Heat maps: two categories, a colour for each pair.

use super::columns::{MISSING, axis_of, find};
use super::groups::axis_by_count;
use super::{
    MAX_HEAT, Reduced, aggregate, aggregate_of, axis_of_aggregate, measured, nothing_to_show, values_to_reduce,
};
use crate::base::{Floats, Problem};
use crate::chart::{ChartSpec, Marks};
use crate::table::Table;

/// The chart's `y` axis is that of the second category; what the colour means is in the words.
pub(super) fn reduce_heat(table: &Table, spec: &ChartSpec) -> Result<Reduced, Problem> {
    let second = measured(spec).map_err(|p| Problem { what: "A heat map needs two categories.".to_owned(), ..p })?;
    let (_, x_info) = find(table, &spec.x)?;
    let (_, y_info) = find(table, second)?;
    let measure = spec.value.as_deref().filter(|v| !v.is_empty());
    let value_info = measure.map(|v| find(table, v)).transpose()?.map(|(_, i)| i);
    let by = aggregate_of(spec, measure);
    let values = values_to_reduce(table, measure, by)?;
    let has_value = |row_idx: usize| values.get(row_idx).is_some_and(|v| !v.is_nan());
    let columns = axis_by_count(table, &spec.x, MAX_HEAT, spec.mark.as_deref(), has_value)?;
    let rows = axis_by_count(table, second, MAX_HEAT, None, has_value)?;
    let n_columns = columns.names.len();
    let cells: Vec<(usize, f64)> = columns
        .codes
        .iter()
        .zip(&rows.codes)
        .zip(&values)
        .filter(|((c, r), v)| **c != MISSING && **r != MISSING && !v.is_nan())
        .map(|((c, r), v)| (*r as usize * n_columns + *c as usize, *v))
        .collect();
    if cells.is_empty() {
        return Err(nothing_to_show(spec));
    }
    let n_rows = cells.len() as u64;
    let flat = aggregate::aggregate(cells.into_iter(), n_columns * rows.names.len(), by);
    let complete = table.n_rows().saturating_sub(n_rows);
    let is_cut = columns.n_more + rows.n_more > 0;
    let mut x_axis = axis_of(x_info);
    x_axis.column_type = x_info.column_type;
    let mut y_axis = axis_of(y_info);
    y_axis.column_type = y_info.column_type;
    // The colour's own axis has no place in the data, so its unit travels with the second category.
    y_axis.unit = axis_of_aggregate(value_info, by).unit;
    Ok(Reduced {
        marks: Marks::Heat {
            columns: columns.names,
            rows: rows.names,
            values: flat.chunks(n_columns.max(1)).map(|run| Floats(run.to_vec())).collect(),
        },
        x: x_axis,
        y: y_axis,
        n_rows,
        n_missing: if is_cut { columns.n_missing.max(rows.n_missing) } else { complete },
        n_more: columns.n_more + rows.n_more,
        mark: columns.mark,
        aggregate: Some(by),
        per: columns.per,
    })
}
