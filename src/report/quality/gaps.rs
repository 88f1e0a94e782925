//! What is missing in the table that the report is about.

use super::{Judged, MAX_NAMED, few};
use crate::base::wording::{format_count, format_share, plural};
use crate::insight::Absence;
use crate::report::filter::quote_name;
use crate::report::{Explain, QualityItem, State};
use crate::table::ColumnProfile;

/// Missing cells below this share of a column are mentioned together, as fine.
const MISSING_SHARE: f64 = 0.05;

/// A column with the cells that it could have had and has not.
struct Gap<'a> {
    column: &'a ColumnProfile,
    n_missing: u64,
    n_rows: u64,
    /// The rows that could not have it.
    absence: Option<&'a Absence>,
}

impl Gap<'_> {
    fn share(&self) -> f64 {
        self.n_missing as f64 / self.n_rows.max(1) as f64
    }

    /// "lot is missing in 3 of 84 rows with a partner in plates (3.6 %)".
    fn words(&self) -> String {
        let name = &self.column.name;
        let partner = self.absence.map_or(String::new(), |a| format!(" with a partner in {}", a.input));
        if self.n_missing >= self.n_rows {
            return format!("{name} is empty in every row{partner}");
        }
        let rows = plural(self.n_rows, "row", "rows");
        format!(
            "{name} is missing in {} of {rows}{partner} ({})",
            format_count(self.n_missing),
            format_share(self.share())
        )
    }

    /// The rows in which it is missing.
    fn explain(&self, node_name: &str) -> Explain {
        let (table, name) = (quote_name(node_name), quote_name(&self.column.name));
        let partner = self.absence.map_or(String::new(), |a| format!(" AND {}", a.elsewhere_sql));
        Explain {
            formula: format!("Cells of {} that are empty, or say that they are missing.", self.column.name),
            rows_sql: Some(format!("SELECT * FROM {table} WHERE {name} IS NULL{partner}")),
            n_rows: self.n_missing,
            ..Explain::default()
        }
    }
}

/// What is missing, but for what rows without a partner in a merge lack: that was said of the merge.
pub(super) fn missing(judged: &Judged<'_>) -> Vec<QualityItem> {
    let Judged { node_name, profile, .. } = judged;
    if profile.n_rows == 0 || profile.columns.is_empty() {
        return Vec::new();
    }
    let gap = |(idx, column)| {
        let (absence, column): (_, &ColumnProfile) = (judged.absence(idx), column);
        let n_absent = absence.map_or(0, |a| a.n_rows);
        let (n_missing, n_rows) = (column.n_missing.saturating_sub(n_absent), column.n_rows.saturating_sub(n_absent));
        Gap { column, n_missing, n_rows, absence }
    };
    let mut gaps: Vec<Gap<'_>> = profile.columns.iter().enumerate().map(gap).filter(|g| g.n_missing > 0).collect();
    if gaps.is_empty() {
        if !judged.absences.is_empty() {
            return Vec::new();
        }
        let formula = format!("No cell of {node_name} is empty, or says that it is missing.");
        let all = format!("SELECT * FROM {}", quote_name(node_name));
        let (n_rows, rows_sql) = (profile.n_rows, Some(all));
        let explain = Explain { formula, n_rows, rows_sql, ..Explain::default() };
        return vec![QualityItem::new(State::Fine, "No cell is missing").with(explain)];
    }
    gaps.sort_by(|a, b| b.share().total_cmp(&a.share()));
    let mut items: Vec<QualityItem> = Vec::new();
    for gap in gaps.iter().filter(|g| g.share() >= MISSING_SHARE).take(MAX_NAMED) {
        items.push(QualityItem::new(State::Attention, gap.words()).with(gap.explain(node_name)));
    }
    let rest = gaps.get(items.len()..).unwrap_or_default();
    if !rest.is_empty() {
        let n_cells = rest.iter().map(|g| g.n_missing).sum::<u64>();
        let names: Vec<String> = rest.iter().map(|g| g.column.name.clone()).collect();
        let is_any_large = rest.iter().any(|g| g.share() >= MISSING_SHARE);
        let state = if is_any_large { State::Attention } else { State::Fine };
        let verb = if n_cells == 1 { "is" } else { "are" };
        let text = format!("{} {verb} missing in {}", plural(n_cells, "cell", "cells"), few(&names));
        let explain = match rest {
            [one] => one.explain(node_name),
            many => {
                let each: Vec<String> =
                    many.iter().map(|g| format!("{} {}", g.column.name, format_count(g.n_missing))).collect();
                let formula = format!("Cells of {node_name} that are missing: {}.", each.join(", "));
                Explain { formula, ..Explain::default() }
            }
        };
        items.push(QualityItem::new(state, text).with(explain));
    }
    items
}
