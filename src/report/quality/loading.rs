//! What became of the rows and cells of the sources while they were read.

use super::{MANY, few, item_of};
use crate::base::wording::{format_count, plural};
use crate::report::{Explain, QualityItem, State, Target};
use crate::source::{Ledger, SourceSpec, TableSpec};
use std::collections::BTreeMap;

/// The source's name, with the sheet or list where it has several tables.
fn place_of(source: &SourceSpec, table: &TableSpec) -> String {
    if source.tables.len() > 1 && !table.part.is_empty() {
        format!("{} ({})", source.name, table.part)
    } else {
        source.name.clone()
    }
}

pub(super) fn loading(sources: &[&SourceSpec]) -> Vec<QualityItem> {
    let mut items = Vec::new();
    let (mut n_loaded, mut all_loaded) = (0, true);
    for source in sources {
        if let Some(missing) = source.missing_rows() {
            all_loaded = false;
            let n_rows = source.tables.iter().map(|t| t.n_rows).sum();
            let how = "Rows of the service = rows of the pages that came + rows of those that did not.";
            let text = format!("{}: {}", source.name, missing.text);
            items.push(item_of(source, State::Attention, text, how, n_rows, Target::Source(source.id)));
        }
        for table in &source.tables {
            let ledger = &table.ledger;
            n_loaded += ledger.n_loaded;
            if !ledger.adds_up() {
                all_loaded = false;
                let place = place_of(source, table);
                items.push(item_of(
                    source,
                    State::Stop,
                    format!("The rows of {place} do not add up: some are not accounted for"),
                    account(ledger),
                    0,
                    Target::Source(source.id),
                ));
            }
            all_loaded &= ledger.n_set_aside == 0;
            items.extend(decided(source, table));
            // What the user left out asks for nothing more.
            let n_open = ledger.n_open();
            if n_open > 0 {
                let n_data = ledger.n_loaded + ledger.n_set_aside;
                let share = n_open as f64 / n_data as f64;
                let state = if share > MANY { State::Stop } else { State::Attention };
                let reason = main_reason(ledger).map(|r| format!(": {r}")).unwrap_or_default();
                items.push(item_of(
                    source,
                    state,
                    format!(
                        "{} of {} of {} {} set aside{reason}",
                        format_count(n_open),
                        plural(n_data, "row", "rows"),
                        place_of(source, table),
                        if n_open == 1 { "was" } else { "were" },
                    ),
                    account(ledger),
                    n_open,
                    Target::SetAside(table.id),
                ));
            }
        }
    }
    if all_loaded && n_loaded > 0 {
        let text = match n_loaded {
            1 => "The one row was loaded".to_owned(),
            n => format!("All {} were loaded", plural(n, "row", "rows")),
        };
        let formula = "Rows in each file = rows loaded + rows set aside + header, blank and comment rows.";
        let mut all = QualityItem::new(State::Fine, text).with(Explain {
            formula: formula.to_owned(),
            sources: sources.iter().map(|s| s.name.clone()).collect(),
            n_rows: n_loaded,
            ..Explain::default()
        });
        if let ([source], Some(explain)) = (sources, &mut all.explain) {
            explain.target = Some(Target::Source(source.id));
        }
        items.push(all);
    }
    items
}

/// Rows that are in the table, or are not, because the user said so.
fn decided(source: &SourceSpec, table: &TableSpec) -> Vec<QualityItem> {
    let ledger = &table.ledger;
    let n_data = plural(ledger.n_loaded + ledger.n_set_aside, "row", "rows");
    let place = place_of(source, table);
    [(ledger.n_repaired, "repaired or kept by hand"), (ledger.n_dropped, "left out by hand")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| {
            let was = if n == 1 { "was" } else { "were" };
            let text = format!("{} of {n_data} of {place} {was} {what}", format_count(n));
            item_of(source, State::Fine, text, account(ledger), n, Target::SetAside(table.id))
        })
        .collect()
}

/// What was found when the source came with a project file: that its rows are not shown to be those
/// of the file whose hash stands in the report.
pub(super) fn unproven(source: &SourceSpec) -> Vec<QualityItem> {
    let notices = source.tables.iter().flat_map(|t| t.notices.iter());
    let said = notices.filter(|n| matches!(n.code.as_str(), "unverified" | "rows_differ"));
    let how = "Read from the file in the project once more, and compared with the rows that came along.";
    let (n_rows, target) = (source.tables.iter().map(|t| t.n_rows).sum(), Target::Source(source.id));
    said.map(|n| item_of(source, State::Attention, n.text.clone(), how, n_rows, target)).collect()
}

/// Steps that are not carried out, for the newer version of the source lacks a column that they need.
pub(super) fn waiting(source: &SourceSpec) -> Vec<QualityItem> {
    let mut columns: BTreeMap<&str, u64> = BTreeMap::new();
    for step in source.tables.iter().filter_map(|t| t.drift.as_ref()).flat_map(|d| &d.waiting) {
        *columns.entry(&step.column).or_default() += 1;
    }
    let how =
        "Steps that name a column which this version of the source does not have are left out until it is there again.";
    let n_rows = source.tables.iter().map(|t| t.n_rows).sum();
    let text = |(column, n): (&str, u64)| {
        let steps = plural(n, "step was", "steps were");
        format!("{steps} not carried out, as {} has no {column} any more", source.name)
    };
    let items = columns.into_iter().map(text);
    items.map(|text| item_of(source, State::Attention, text, how, n_rows, Target::Source(source.id))).collect()
}

/// The rows of a file, added up.
fn account(ledger: &Ledger) -> String {
    let n_other = ledger.n_rows_in_file.saturating_sub(ledger.n_loaded + ledger.n_set_aside);
    format!(
        "{} in the file = {} loaded + {} set aside + {} header, blank and comment rows.",
        plural(ledger.n_rows_in_file, "row", "rows"),
        format_count(ledger.n_loaded),
        format_count(ledger.n_set_aside),
        format_count(n_other),
    )
}

/// The reason most often given, without what stands in brackets.
fn main_reason(ledger: &Ledger) -> Option<String> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &ledger.set_aside {
        let reason = row.reason.split(" (").next().unwrap_or_default().trim();
        *counts.entry(reason).or_default() += 1;
    }
    let n_reasons = counts.len();
    let (reason, _) =
        counts.into_iter().filter(|(r, _)| !r.is_empty()).max_by_key(|(r, n)| (*n, std::cmp::Reverse(*r)))?;
    Some(if n_reasons > 1 { format!("mostly {reason}") } else { reason.to_owned() })
}

/// One item a rule: "1,204 cells of runs.csv: decimal comma read as a point (yield)".
pub(super) fn changed(source: &SourceSpec, table: &TableSpec) -> Vec<QualityItem> {
    let mut rules: BTreeMap<&str, (u64, Vec<String>)> = BTreeMap::new();
    for change in &table.ledger.changed {
        let entry = rules.entry(&change.rule).or_default();
        entry.0 += change.cells;
        entry.1.push(change.column.clone());
    }
    let text = |(rule, (n_cells, columns)): (&str, (u64, Vec<String>))| {
        let cells = plural(n_cells, "cell", "cells");
        item_of(
            source,
            State::Fine,
            format!("{cells} of {}: {rule} ({})", place_of(source, table), few(&columns)),
            "Cells that this rule changed, counted while reading.",
            0,
            Target::SetAside(table.id),
        )
    };
    rules.into_iter().filter(|(_, (n, _))| *n > 0).map(text).collect()
}
