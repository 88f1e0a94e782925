//! Drift in words, and what one click does about it.

use super::spec::{Candidate, ChangedRow, ColumnDrift, RowChanges, RowFate};
use crate::base::ColumnType;
use crate::base::wording::{format_count, list, plural};
use crate::source::ReaderSpec;

/// New columns named.
const MAX_NAMED: usize = 6;

/// "12 rows added, 3 removed, 5 cells changed in 4 rows".
pub fn row_words(rows: &RowChanges) -> String {
    if rows.is_nothing() {
        return format!("no row and no cell changed ({})", plural(rows.n_after, "row", "rows"));
    }
    let mut words = Vec::new();
    let counted = |n: u64, what: &str, words: &[String]| match words {
        [] => format!("{} {what}", plural(n, "row", "rows")),
        _ => format!("{} {what}", format_count(n)),
    };
    if rows.n_added > 0 {
        words.push(counted(rows.n_added, "added", &words));
    }
    if rows.n_removed > 0 {
        words.push(counted(rows.n_removed, "removed", &words));
    }
    if rows.n_cells_changed > 0 {
        let (cells, rows) = (plural(rows.n_cells_changed, "cell", "cells"), plural(rows.n_changed, "row", "rows"));
        words.push(format!("{cells} changed in {rows}"));
    }
    words.join(", ")
}

/// "sample S12, coverage 31.2 → 29.8": which row it is, and what changed in it.
pub fn example_words(row: &ChangedRow) -> String {
    let shown = |cell: &Option<String>| cell.clone().unwrap_or_else(|| "missing".to_owned());
    let words = row.cells.iter().map(|cell| match row.fate {
        RowFate::Added => format!("{} {}", cell.column, shown(&cell.after)),
        RowFate::Removed => format!("{} {}", cell.column, shown(&cell.before)),
        RowFate::Changed if cell.before == cell.after => format!("{} {}", cell.column, shown(&cell.after)),
        RowFate::Changed => format!("{} {} → {}", cell.column, shown(&cell.before), shown(&cell.after)),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// One sentence without a stop: "coverage is no longer there".
pub fn column_words(drift: &ColumnDrift) -> String {
    match drift {
        ColumnDrift::Added { column } => format!("{column} is new"),
        ColumnDrift::Missing { column, candidates } => match candidates.first() {
            Some(first) if first.confidence >= Candidate::LIKELY => {
                format!("{column} is no longer there; it may be {} now ({})", first.column, first.reason)
            }
            _ => format!("{column} is no longer there"),
        },
        ColumnDrift::OtherType { column, before, after } => {
            let wider = if is_wider(*before, *after) { ", which holds all that it held before" } else { "" };
            let (before, after) = (before.label().to_lowercase(), after.label().to_lowercase());
            format!("{column} is read as {after}, before as {before}{wider}")
        }
        ColumnDrift::OtherUnit { column, before, after, .. } => match (before, after) {
            (Some(before), Some(after)) => format!("{column} is in {after}, before in {before}"),
            (Some(before), None) => format!("{column} has no unit, before {before}"),
            (None, after) => format!("{column} is in {}, before without a unit", after.as_deref().unwrap_or("?")),
        },
    }
}

/// Whether every value of the one type is also one of the other.
fn is_wider(before: ColumnType, after: ColumnType) -> bool {
    use ColumnType::{Boolean, Date, DateTime, Decimal, Integer, Number};
    matches!((before, after), (Integer, Number | Decimal) | (Decimal, Number) | (Date, DateTime) | (Boolean, Integer))
}

/// What a click changes in how the source is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    /// The column goes by the name of before.
    Rename {
        from: String,
        to: String,
    },
    KeepUnit {
        column: String,
        unit: String,
    },
    KeepType {
        column: String,
        as_type: ColumnType,
    },
}

impl Fix {
    /// What the button says.
    pub fn label(&self) -> String {
        match self {
            Fix::Rename { from, to } => format!("Use {from} as {to}"),
            Fix::KeepUnit { column, unit } => format!("Keep {column} in {unit}"),
            Fix::KeepType { column, as_type } => format!("Read {column} as {}", as_type.label().to_lowercase()),
        }
    }

    /// The same reading with the fix. It holds for the files to come as well.
    pub fn apply(&self, mut reader: ReaderSpec) -> ReaderSpec {
        match self {
            Fix::Rename { from, to } => {
                // What is called `from` may be called so only since an earlier rename.
                let in_file = reader.renamed.iter().find(|(_, name)| *name == from).map(|(in_file, _)| in_file.clone());
                // A column has one name; who had it before gives it up.
                reader.renamed.retain(|_, name| name != to);
                reader.renamed.insert(in_file.unwrap_or_else(|| from.clone()), to.clone());
            }
            Fix::KeepUnit { column, unit } => {
                reader.units.insert(column.clone(), unit.clone());
            }
            Fix::KeepType { column, as_type } => return reader.with_type(column.clone(), *as_type),
        }
        reader
    }
}

/// What can be done about it, the likeliest first; nothing where there is nothing to decide.
pub fn fixes(drift: &ColumnDrift) -> Vec<Fix> {
    match drift {
        ColumnDrift::Added { .. } => Vec::new(),
        ColumnDrift::Missing { column, candidates } => {
            let to = column.clone();
            candidates.iter().map(|c| Fix::Rename { from: c.column.clone(), to: to.clone() }).collect()
        }
        // A month without fractions is no other kind of number.
        ColumnDrift::OtherType { before, after, .. }
            if is_wider(*before, *after) || (before.is_numeric() && after.is_numeric()) =>
        {
            Vec::new()
        }
        ColumnDrift::OtherType { column, before, .. } => {
            vec![Fix::KeepType { column: column.clone(), as_type: *before }]
        }
        ColumnDrift::OtherUnit { column, before: Some(unit), can_convert: true, .. } => {
            vec![Fix::KeepUnit { column: column.clone(), unit: unit.clone() }]
        }
        ColumnDrift::OtherUnit { .. } => Vec::new(),
    }
}

/// The fixes that one click may make together: of each column the likeliest, where it is likely.
pub fn likely_fixes(columns: &[ColumnDrift]) -> Vec<Fix> {
    let of_one = |drift: &ColumnDrift| match drift {
        ColumnDrift::Missing { candidates, .. }
            if candidates.first().is_none_or(|c| c.confidence < Candidate::LIKELY) =>
        {
            None
        }
        _ => fixes(drift).into_iter().next(),
    };
    columns.iter().filter_map(of_one).collect()
}

/// "coverage and plate", for the columns that are new; `None` without any. Those that are told of beside the
/// one that they may stand for are not told of twice.
pub fn added_words(columns: &[ColumnDrift]) -> Option<String> {
    let is_offered = |name: &String| {
        let first = |c: &ColumnDrift| matches!(c, ColumnDrift::Missing { candidates, .. } if candidates.first().is_some_and(|c| c.column == *name));
        columns.iter().any(first)
    };
    let added = columns.iter().filter_map(|c| match c {
        ColumnDrift::Added { column } if !is_offered(column) => Some(column.clone()),
        _ => None,
    });
    let mut names: Vec<String> = added.collect();
    let n_more = names.len().saturating_sub(MAX_NAMED);
    names.truncate(MAX_NAMED);
    if n_more > 0 {
        names.push(format!("{n_more} more"));
    }
    let are = if names.len() == 1 { "is" } else { "are" };
    (!names.is_empty()).then(|| format!("{} {are} new", list(&names)))
}
