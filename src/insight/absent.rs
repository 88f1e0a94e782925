//! What a merge leaves behind: rows that found no partner lack all that the other input gives. That
//! is one fact about the merge, and no gap in each of these columns.

use super::words::quote_ident;
use crate::table::Table;
use arrow::array::Array;

/// Cells of masks that are kept, for all inputs together.
const MAX_CELLS: usize = 64_000_000;

/// Rows in which everything that one input of a merge gives is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Absence {
    /// The input's name when it was merged.
    pub input: String,
    /// The columns that it gives, by their places in the table.
    pub columns: Vec<usize>,
    /// Of every row.
    pub mask: Vec<bool>,
    pub n_rows: u64,
    /// A condition in SQL for the rows that have a partner.
    pub elsewhere_sql: String,
}

impl Absence {
    pub fn has(&self, column_idx: usize) -> bool {
        self.columns.contains(&column_idx)
    }

    pub fn is_in(&self, row: usize) -> bool {
        self.mask.get(row) == Some(&true)
    }
}

/// The absences of a table, in the order of its columns. More rows than the merges have left without a
/// partner are gaps of the data in part: then there is no telling which, and none is given.
pub fn absences(table: &Table) -> Vec<Absence> {
    let mut inputs: Vec<(&str, Vec<usize>, u64)> = Vec::new();
    for (idx, column) in table.columns().iter().enumerate() {
        let Some(input) = column.merged.given_by.as_deref() else { continue };
        match inputs.iter_mut().find(|(name, ..)| *name == input) {
            Some((_, columns, most)) => {
                columns.push(idx);
                *most = (*most).max(column.merged.n_without);
            }
            None => inputs.push((input, vec![idx], column.merged.n_without)),
        }
    }
    let n_rows = table.n_rows() as usize;
    let n_masks = MAX_CELLS / n_rows.max(1);
    let found = inputs.into_iter().filter(|(.., most)| *most > 0).take(n_masks);
    found.filter_map(|(input, columns, most)| absence(table, input, columns, most)).collect()
}

fn absence(table: &Table, input: &str, columns: Vec<usize>, most: u64) -> Option<Absence> {
    let mut mask = vec![true; table.n_rows() as usize];
    for column in &columns {
        let mut row = 0;
        for chunk in table.chunks(*column) {
            let nulls = chunk.logical_nulls();
            for at in 0..chunk.len() {
                if let Some(absent) = mask.get_mut(row) {
                    *absent &= nulls.as_ref().is_some_and(|n| n.is_null(at));
                }
                row += 1;
            }
        }
    }
    let n_rows = mask.iter().filter(|absent| **absent).count() as u64;
    if n_rows == 0 || n_rows > most {
        return None;
    }
    let elsewhere_sql = elsewhere(table, &columns, n_rows);
    Some(Absence { input: input.to_owned(), columns, mask, n_rows, elsewhere_sql })
}

/// One column that is missing nowhere else says it; else all of them together.
fn elsewhere(table: &Table, columns: &[usize], n_absent: u64) -> String {
    let name = |idx: &usize| table.columns().get(*idx).map(|c| quote_ident(&c.name)).unwrap_or_default();
    let n_missing = |idx: usize| table.chunks(idx).map(|c| c.logical_null_count() as u64).sum::<u64>();
    match columns.iter().find(|idx| n_missing(**idx) == n_absent) {
        Some(exact) => format!("{} IS NOT NULL", name(exact)),
        None => {
            let all: Vec<String> = columns.iter().map(|idx| format!("{} IS NULL", name(idx))).collect();
            format!("NOT ({})", all.join(" AND "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::table::{ColumnInfo, MergeMark};
    use arrow::array::{ArrayRef, StringArray};
    use std::sync::Arc;

    fn table(n_without: u64) -> Table {
        let column = |name: &str, given_by: Option<&str>, cells: Vec<Option<&str>>| {
            let mut info = ColumnInfo::new(name, ColumnType::Text);
            info.merged = MergeMark { given_by: given_by.map(str::to_owned), n_without, ..MergeMark::default() };
            (info, Arc::new(StringArray::from(cells)) as ArrayRef)
        };
        Table::from_columns(vec![
            column("plate", None, vec![Some("P1"), Some("P2"), None]),
            column("lot", Some("plates"), vec![Some("L1"), None, None]),
            column("maker", Some("plates"), vec![None, None, Some("Acme")]),
        ])
        .unwrap()
    }

    #[test]
    fn rows_without_a_partner_lack_all_of_it() {
        let [found] = absences(&table(1)).try_into().unwrap();
        assert_eq!((found.input.as_str(), found.n_rows), ("plates", 1));
        assert_eq!(found.mask, [false, true, false]);
        assert_eq!(found.elsewhere_sql, "NOT (\"lot\" IS NULL AND \"maker\" IS NULL)");
        assert!(absences(&table(0)).is_empty(), "every row had its partner: what is missing is a gap");
    }
}
