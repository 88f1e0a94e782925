//! What can go wrong when tables are put together, in words.

use crate::base::wording::{format_count, list};
use crate::base::{Place, Problem};
use crate::table::Table;
use arrow::error::ArrowError;

pub(super) fn arrow_problem(e: ArrowError) -> Problem {
    Problem::bug("bug_merge", "The tables could not be put together.").because(e.to_string())
}

pub(super) fn unknown_column(column: &str, table: (&str, &Table)) -> Problem {
    let names: Vec<String> = table.1.columns().iter().take(8).map(|c| c.name.clone()).collect();
    Problem::request("unknown_column", format!("{} has no column '{column}'.", table.0))
        .because(format!("Its columns are {}.", list(&names)))
        .at(Place { source: Some(table.0.to_owned()), column: Some(column.to_owned()), ..Place::default() })
        .hint("Choose another column to match by.")
}

pub(super) fn unknown_kept(column: &str) -> Problem {
    Problem::request("unknown_column", format!("The merged table has no column '{column}' to keep."))
        .at(Place::column(column))
        .hint("Choose the columns to keep again.")
}

pub(super) fn no_keys() -> Problem {
    Problem::request("no_keys", "No columns were chosen to match the rows by.")
        .hint("Choose a column on each side that means the same.")
}

/// Rows that a merge may give.
pub(super) const MAX_ROWS: u64 = 50_000_000;

pub(super) fn too_many_rows(n_rows: u64, why: String) -> Problem {
    Problem::limit("merge_too_large", format!("This merge would give {} rows.", format_count(n_rows)))
        .because(format!("{why} At most {} rows can be held.", format_count(MAX_ROWS)))
        .hint("Match by one more column, so that each row finds fewer partners.")
        .hint("Group one of the tables by the key first.")
}
