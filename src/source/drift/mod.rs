//! A table compared with the version that it takes the place of: next month's file, a page fetched again.
//!
//! Columns are compared by name, and those that came with those that went by name, values, type and place
//! ([`Candidate`]); rows by a key that tells them apart in both tables, else as a whole ([`RowChanges`]). What the
//! user decides about it (this column is that one, keep that unit) is kept in the `ReaderSpec`, not here.

mod cells;
mod columns;
mod describe;
mod look;
mod names;
mod rows;
mod spec;
#[cfg(test)]
mod tests;

pub use describe::{Fix, added_words, column_words, example_words, fixes, likely_fixes, row_words};
pub use spec::*;

use super::spec::DeclaredKeys;
use crate::table::Table;

/// What is different between two versions of a table. `before_name` and `before_read_at` say which version it is
/// compared with; `keys` are what the source declares of the newer one.
pub fn compare(before_name: &str, before_read_at: &str, before: &Table, after: &Table, keys: &DeclaredKeys) -> Drift {
    let (columns, is_reordered) = columns::compare_columns(before, after);
    Drift {
        before_name: before_name.to_owned(),
        before_read_at: before_read_at.to_owned(),
        columns,
        is_reordered,
        // Cells that cannot be compared leave the rows uncounted, which is said.
        rows: rows::compare_rows(before, after, &keys.primary).unwrap_or(None),
        waiting: Vec::new(),
    }
}
