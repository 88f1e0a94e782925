//! What a step did to cells, counted on the rows before and after it.

use crate::base::wording::{format_count, plural};
use crate::recipe::{Op, OutlierRule};
use crate::table::Table;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::cast;
use arrow::compute::kernels::cmp::distinct;
use arrow::datatypes::DataType;

/// The first row whose cells a step has changed, where it has left the rows as they were.
pub fn first_changed_row(op: &Op, before: &Table, after: &Table) -> Option<u64> {
    let columns = match op {
        Op::ChangeType { column, .. }
        | Op::Map { column, .. }
        | Op::Replace { column, .. }
        | Op::Fill { column, .. } => std::slice::from_ref(column),
        Op::Tidy { columns, .. } => columns.as_slice(),
        _ => return None,
    };
    let first = columns.iter().filter_map(|column| changes(column, before, after)?.values().set_indices().next()).min();
    first.map(|row| row as u64)
}

/// What is worth knowing of a step besides its rows; `None` where that says it all.
pub fn remark(op: &Op, before: &Table, after: &Table) -> Option<String> {
    match op {
        Op::ChangeType { column, to } => {
            let lost = n_missing(after, column)?.saturating_sub(n_missing(before, column)?);
            (lost > 0).then(|| {
                format!("{} could not be read as {}", plural(lost, "cell", "cells"), to.label().to_lowercase())
            })
        }
        Op::Map { column, .. } | Op::Replace { column, .. } => Some(changed(n_changed(column, before, after)?)),
        Op::Tidy { columns, .. } => {
            let counts = columns.iter().map(|column| n_changed(column, before, after));
            Some(changed(counts.sum::<Option<u64>>()?))
        }
        Op::Fill { column, .. } => {
            let (was, is) = (n_missing(before, column)?, n_missing(after, column)?);
            let filled = plural(was.saturating_sub(is), "cell filled", "cells filled");
            Some(if is == 0 { filled } else { format!("{filled}, {} still missing", format_count(is)) })
        }
        Op::Split { into, .. } => {
            let short = n_missing(after, into.last()?)?;
            let whole = after.n_rows().saturating_sub(short);
            Some(format!("{} have all {} parts", plural(whole, "row", "rows"), into.len()))
        }
        Op::Extract { name, .. } => {
            let found = after.n_rows().saturating_sub(n_missing(after, name)?);
            Some(format!("found in {} of {}", format_count(found), plural(after.n_rows(), "row", "rows")))
        }
        Op::Distinct { .. } => {
            let gone = before.n_rows().saturating_sub(after.n_rows());
            Some(plural(gone, "row was alike another", "rows were alike others"))
        }
        Op::Complete { .. } => {
            let added = after.n_rows().saturating_sub(before.n_rows());
            Some(plural(added, "combination was missing", "combinations were missing"))
        }
        Op::Pivot { names, into, .. } => {
            let cells = before.whole_column(before.column_idx(names)?).ok()?;
            let cells = crate::table::CellReader::new(cells.as_ref());
            let others = (0..usize::try_from(before.n_rows()).ok()?)
                .filter(|row| cells.get(*row).is_none_or(|cell| !into.contains(&cell)))
                .count();
            (others > 0)
                .then(|| format!("{} another {names} than those chosen", plural(others as u64, "row has", "rows have")))
        }
        Op::Outliers { name, rule, .. } => {
            let flags = after.whole_column(after.column_idx(name)?).ok()?;
            let n = flags.as_boolean_opt()?.true_count() as u64;
            let how = match rule {
                OutlierRule::Fences => "beyond the fences",
                OutlierRule::RobustZ => "far from the median",
            };
            Some(format!("{} {how}", plural(n, "value is", "values are")))
        }
        _ => None,
    }
}

fn changed(n: u64) -> String {
    plural(n, "cell changed", "cells changed")
}

fn n_missing(table: &Table, column: &str) -> Option<u64> {
    let idx = table.column_idx(column)?;
    Some(table.chunks(idx).map(|a| a.logical_null_count() as u64).sum())
}

fn n_changed(column: &str, before: &Table, after: &Table) -> Option<u64> {
    changes(column, before, after).map(|changed| changed.true_count() as u64)
}

/// Which cells are not what they were, row for row.
fn changes(column: &str, before: &Table, after: &Table) -> Option<BooleanArray> {
    let whole = |table: &Table| table.whole_column(table.column_idx(column)?).ok();
    let (was, is) = (plain(whole(before)?), plain(whole(after)?));
    let was = if was.data_type() == is.data_type() { was } else { cast(&was, is.data_type()).ok()? };
    distinct(&was, &is).ok()
}

/// Text as text, however it is kept.
fn plain(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Dictionary(..) => cast(&array, &DataType::Utf8).unwrap_or(array),
        _ => array,
    }
}
