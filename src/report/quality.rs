//! What was set aside, changed, missing or unmatched, in words.

use super::filter::quote_name;
use super::{Explain, QualityItem, State, Target};
use crate::base::MergeId;
use crate::base::wording::{format_count, format_share, list, plural, raw_words};
use crate::insight::Absence;
use crate::merge::{MergeKind, MergeOutcome};
use crate::source::{Ledger, SourceSpec, TableSpec};
use crate::table::{ColumnProfile, TableProfile};
use std::collections::BTreeMap;

/// A share of rows set aside, or left without a partner, from which on results cannot be relied on.
const STOP_SHARE: f64 = 0.5;
const MANY_SET_ASIDE: f64 = 0.2;
/// Missing cells below this share of a column are mentioned together, as fine.
const MISSING_SHARE: f64 = 0.05;
const MAX_NAMED: usize = 5;

/// A merge, the names of its two sides, and what came of it.
pub struct Merged {
    pub id: MergeId,
    pub kind: MergeKind,
    pub left: String,
    pub right: String,
    pub outcome: MergeOutcome,
}

/// The table that the report is about: its name, how it looks, and what merges left of it.
pub struct Judged<'a> {
    pub node_name: &'a str,
    pub profile: &'a TableProfile,
    pub absences: &'a [Absence],
}

impl Judged<'_> {
    /// The rows that could not have a column, by its place, for they found no partner in a merge.
    fn absence(&self, column_idx: usize) -> Option<&Absence> {
        self.absences.iter().find(|a| a.has(column_idx))
    }

    /// What an input of a merge gives to the table, where some of its rows lack that: "lot and operator".
    fn given_by(&self, input: &str) -> Option<String> {
        let absence = self.absences.iter().find(|a| a.input == input)?;
        let names = absence.columns.iter().filter_map(|idx| self.profile.columns.get(*idx));
        Some(few(&names.map(|c| c.name.clone()).collect::<Vec<_>>()))
    }
}

/// The state of the data, the worst first.
pub fn quality(sources: &[&SourceSpec], merges: &[Merged], judged: &Judged<'_>) -> Vec<QualityItem> {
    let mut items = Vec::new();
    items.extend(loading(sources));
    items.extend(sources.iter().flat_map(|s| unproven(s)));
    items.extend(sources.iter().flat_map(|s| waiting(s)));
    items.extend(sources.iter().flat_map(|s| s.tables.iter().flat_map(|t| changed(s, t))));
    items.extend(merges.iter().flat_map(|m| merged(m, judged)));
    items.extend(missing(judged));
    items.sort_by_key(|i| std::cmp::Reverse(i.state));
    items
}

/// An item that leads to where its rows are.
fn item(state: State, text: String, formula: impl Into<String>, n_rows: u64, target: Target) -> QualityItem {
    let formula = formula.into();
    QualityItem::new(state, text).with(Explain { formula, n_rows, target: Some(target), ..Explain::default() })
}

/// The same, with the name of its source.
fn item_of(
    source: &SourceSpec,
    state: State,
    text: String,
    formula: impl Into<String>,
    n_rows: u64,
    target: Target,
) -> QualityItem {
    let mut item = item(state, text, formula, n_rows, target);
    if let Some(explain) = &mut item.explain {
        explain.sources = vec![source.name.clone()];
    }
    item
}

/// The source's name, with the sheet or list where it has several tables.
fn place_of(source: &SourceSpec, table: &TableSpec) -> String {
    if source.tables.len() > 1 && !table.part.is_empty() {
        format!("{} ({})", source.name, table.part)
    } else {
        source.name.clone()
    }
}

fn loading(sources: &[&SourceSpec]) -> Vec<QualityItem> {
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
            if ledger.n_set_aside > 0 {
                all_loaded = false;
                let n_data = ledger.n_loaded + ledger.n_set_aside;
                let share = ledger.n_set_aside as f64 / n_data as f64;
                let state = if share > MANY_SET_ASIDE { State::Stop } else { State::Attention };
                let reason = main_reason(ledger).map(|r| format!(": {r}")).unwrap_or_default();
                items.push(item_of(
                    source,
                    state,
                    format!(
                        "{} of {} of {} {} set aside{reason}",
                        format_count(ledger.n_set_aside),
                        plural(n_data, "row", "rows"),
                        place_of(source, table),
                        if ledger.n_set_aside == 1 { "was" } else { "were" },
                    ),
                    account(ledger),
                    ledger.n_set_aside,
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

/// What was found when the source came with a project file: that its rows are not shown to be those
/// of the file whose hash stands in the report.
fn unproven(source: &SourceSpec) -> Vec<QualityItem> {
    let notices = source.tables.iter().flat_map(|t| t.notices.iter());
    let said = notices.filter(|n| matches!(n.code.as_str(), "unverified" | "rows_differ"));
    let how = "Read from the file in the project once more, and compared with the rows that came along.";
    let (n_rows, target) = (source.tables.iter().map(|t| t.n_rows).sum(), Target::Source(source.id));
    said.map(|n| item_of(source, State::Attention, n.text.clone(), how, n_rows, target)).collect()
}

/// Steps that are not carried out, for the newer version of the source lacks a column that they need.
fn waiting(source: &SourceSpec) -> Vec<QualityItem> {
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
fn changed(source: &SourceSpec, table: &TableSpec) -> Vec<QualityItem> {
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

/// The first few names, and how many more.
fn few(names: &[String]) -> String {
    if names.len() <= MAX_NAMED {
        return list(names);
    }
    let shown = names.iter().take(MAX_NAMED - 1).cloned();
    let more = format!("{} more", names.len() - (MAX_NAMED - 1));
    list(&shown.chain([more]).collect::<Vec<_>>())
}

/// What came of a merge, by what it was for: rows left out by design are no gap.
fn merged(merge: &Merged, judged: &Judged<'_>) -> Vec<QualityItem> {
    let Merged { kind, left, right, outcome: o, .. } = merge;
    let mut items = Vec::new();
    let mut add = |state: State, text: String, formula: &str, n_rows: u64| {
        items.push(item(state, text, formula, n_rows, Target::Merge(merge.id)));
    };
    let (all_left, all_right) = (plural(o.n_left, "row", "rows"), plural(o.n_right, "row", "rows"));
    let was = |n: u64| if n == 1 { "was" } else { "were" };
    if *kind == MergeKind::Union {
        let alone = |input: &String| {
            let columns = judged.given_by(input)?;
            Some(format!("; only {input} has {columns}"))
        };
        let alone: String = [left, right].into_iter().filter_map(alone).collect();
        let text = format!("{all_left} of {left} and {all_right} of {right} stand below each other{alone}");
        add(State::Fine, text, "All rows of the first, and below them all rows of the second.", o.n_rows);
        return items;
    }
    if *kind == MergeKind::Anti {
        let are = if o.n_left_only == 1 { "is" } else { "are" };
        let n = format_count(o.n_left_only);
        let text = format!("{n} of {all_left} of {left} {are} not in {right}, and kept");
        add(State::Fine, text, "Rows on the first side whose key is not on the second.", o.n_left_only);
        return items;
    }
    let is_left_out = matches!(kind, MergeKind::Inner | MergeKind::Semi);
    if o.n_left > 0 && o.n_left_only > 0 {
        let share = o.n_left_only as f64 / o.n_left as f64;
        let state = if share > STOP_SHARE { State::Stop } else { State::Attention };
        let examples = examples(&o.left_only_examples);
        let so = match (is_left_out, o.n_left_only) {
            (false, _) => "",
            (true, 1) => " and is left out",
            (true, _) => " and are left out",
        };
        let empty = if is_left_out { String::new() } else { empty_there(judged, right) };
        let text = format!(
            "{} of {all_left} of {left} found no partner in {right}{so}{examples}{empty}",
            format_count(o.n_left_only)
        );
        add(state, text, "Rows on the first side whose key is not on the second.", o.n_left_only);
    } else if o.n_left_matched > 0 {
        let text = match o.n_left {
            1 => format!("The one row of {left} found its partner in {right}"),
            _ => format!("All {all_left} of {left} found their partner in {right}"),
        };
        add(State::Fine, text, "Rows on the first side whose key is on the second.", o.n_left_matched);
    }
    if o.n_right_only > 0 && *kind != MergeKind::Semi {
        let share = o.n_right_only as f64 / o.n_right.max(1) as f64;
        let state = if share > MANY_SET_ASIDE { State::Attention } else { State::Fine };
        let examples = examples(&o.right_only_examples);
        let n = format_count(o.n_right_only);
        let text = if *kind == MergeKind::Full {
            format!("{n} of {all_right} of {right} found no partner in {left}{examples}{}", empty_there(judged, left))
        } else {
            format!("{n} of {all_right} of {right} {} not used{examples}", was(o.n_right_only))
        };
        add(state, text, "Rows on the second side whose key is not on the first.", o.n_right_only);
    }
    if o.n_left_multiplied > 0 && *kind != MergeKind::Semi {
        let (appear, rows) = match o.n_left_multiplied {
            1 => ("appears", plural(1, "row", "rows")),
            n => ("appear", plural(n, "row", "rows")),
        };
        let up_to = format_count(o.fan_out);
        add(
            State::Attention,
            format!(
                "{rows} of {left} found more than one partner in {right} (up to {up_to}) and now {appear} several times"
            ),
            "Rows on the first side whose key is on the second more than once.",
            o.n_left_multiplied,
        );
    }
    items
}

/// "; lot and operator are empty there".
fn empty_there(judged: &Judged<'_>, input: &str) -> String {
    let n_columns = judged.absences.iter().find(|a| a.input == input).map_or(0, |a| a.columns.len());
    let are = if n_columns == 1 { "is" } else { "are" };
    judged.given_by(input).map_or(String::new(), |columns| format!("; {columns} {are} empty there"))
}

fn examples(keys: &[String]) -> String {
    let said: Vec<String> = keys.iter().take(3).map(|key| raw_words(key)).collect();
    if said.is_empty() { String::new() } else { format!(", such as {}", few(&said)) }
}

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
fn missing(judged: &Judged<'_>) -> Vec<QualityItem> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Fingerprint, Notices, SourceId, TableId};
    use crate::report::sample;
    use crate::source::{ChangedCells, Format, Origin, Reading, SetAside};

    fn source(ledger: Ledger) -> SourceSpec {
        let table = TableSpec {
            id: TableId(1),
            name: "runs".into(),
            part: String::new(),
            n_rows: ledger.n_loaded,
            columns: vec![],
            ledger,
            reading: Reading {
                format: Format::Csv,
                encoding: None,
                delimiter: None,
                quote: None,
                header_rows: 1,
                skipped_lines: 0,
                record_path: None,
            },
            notices: Notices::default(),
            keys: Default::default(),
            drift: None,
        };
        SourceSpec {
            id: SourceId(1),
            name: "runs.csv".into(),
            origin: Origin::File,
            size_bytes: 1,
            fingerprint: Fingerprint::of(b"x"),
            read_at: String::new(),
            reader: Default::default(),
            tables: vec![table],
        }
    }

    fn judged(profile: &TableProfile) -> Judged<'_> {
        Judged { node_name: "runs", profile, absences: &[] }
    }

    fn texts(items: &[QualityItem]) -> Vec<&str> {
        items.iter().map(|i| i.text.as_str()).collect()
    }

    #[test]
    fn all_is_well() {
        let fine = source(Ledger { n_rows_in_file: 9601, n_loaded: 9600, n_header: 1, ..Ledger::default() });
        let items = quality(&[&fine], &[], &judged(&TableProfile::default()));
        assert_eq!(texts(&items), ["All 9,600 rows were loaded"]);
        assert_eq!(items[0].state, State::Fine);
    }

    fn merge(kind: MergeKind, outcome: MergeOutcome) -> Merged {
        Merged { id: MergeId(7), kind, left: "runs".into(), right: "plates".into(), outcome }
    }

    #[test]
    fn a_merge_is_judged_by_what_it_is_for() {
        let outcome = MergeOutcome {
            n_left: 10,
            n_right: 4,
            n_left_matched: 9,
            n_left_only: 1,
            n_right_matched: 3,
            n_right_only: 1,
            fan_out: 1,
            ..MergeOutcome::default()
        };
        let said = |kind| {
            let items = quality(&[], &[merge(kind, outcome.clone())], &judged(&TableProfile::default()));
            items.iter().map(|i| i.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            said(MergeKind::Left),
            ["1 of 10 rows of runs found no partner in plates", "1 of 4 rows of plates was not used"]
        );
        assert_eq!(
            said(MergeKind::Full),
            ["1 of 10 rows of runs found no partner in plates", "1 of 4 rows of plates found no partner in runs"]
        );
        assert_eq!(said(MergeKind::Semi), ["1 of 10 rows of runs found no partner in plates and is left out"]);
        assert_eq!(said(MergeKind::Anti), ["1 of 10 rows of runs is not in plates, and kept"]);
        assert_eq!(said(MergeKind::Union), ["10 rows of runs and 4 rows of plates stand below each other"]);
    }

    #[test]
    fn every_loss_is_named() {
        let row = |reason: &str| SetAside { line: 3, byte: 0, reason: reason.into(), text: String::new() };
        let ledger = Ledger {
            n_rows_in_file: 9620,
            n_loaded: 9600,
            n_set_aside: 19,
            n_header: 1,
            set_aside: vec![row("too few cells (3 of 9)"), row("too few cells (4 of 9)")],
            changed: vec![
                ChangedCells { column: "yield".into(), rule: "decimal comma read as a point".into(), cells: 1204 },
                ChangedCells { column: "mass".into(), rule: "decimal comma read as a point".into(), cells: 1 },
            ],
            ..Ledger::default()
        };
        let outcome = MergeOutcome {
            n_left: 9600,
            n_left_only: 188,
            n_left_matched: 9412,
            left_only_examples: vec!["P9".into(), "P11".into()],
            n_left_multiplied: 12,
            fan_out: 3,
            ..MergeOutcome::default()
        };
        let items = quality(&[&source(ledger)], &[merge(MergeKind::Left, outcome)], &judged(&sample::profile()));
        assert_eq!(
            texts(&items),
            [
                "19 of 9,619 rows of runs.csv were set aside: too few cells",
                "188 of 9,600 rows of runs found no partner in plates, such as P9 and P11",
                "12 rows of runs found more than one partner in plates (up to 3) and now appear several times",
                "yield is missing in 1 of 16 rows (6.2 %)",
                "1,205 cells of runs.csv: decimal comma read as a point (yield and mass)",
            ]
        );
        // Each leads to where its rows are.
        let explains: Vec<&Explain> = items.iter().map(|i| i.explain.as_ref().unwrap()).collect();
        let targets: Vec<Option<Target>> = explains.iter().map(|e| e.target).collect();
        let (aside, merge) = (Some(Target::SetAside(TableId(1))), Some(Target::Merge(MergeId(7))));
        assert_eq!(targets, [aside, merge, merge, None, aside]);
        assert_eq!(explains.iter().map(|e| e.n_rows).collect::<Vec<_>>(), [19, 188, 12, 1, 0]);
        assert_eq!(explains[3].rows_sql.as_deref(), Some("SELECT * FROM \"runs\" WHERE \"yield\" IS NULL"));
        assert!(explains[0].formula.starts_with("9,620 rows in the file = 9,600 loaded + 19 set aside + 1 "));
    }

    #[test]
    fn rows_without_a_partner_are_told_once() {
        let outcome = MergeOutcome {
            n_left: 16,
            n_right: 4,
            n_left_matched: 12,
            n_left_only: 4,
            n_right_matched: 4,
            fan_out: 1,
            ..MergeOutcome::default()
        };
        let mut profile = sample::profile();
        // day, plate, qc, yield: what plates gives is empty in the four rows, and qc in two more.
        for (idx, n_missing) in [(1, 4), (2, 6), (3, 0)] {
            profile.columns[idx].n_missing = n_missing;
        }
        let absence = Absence {
            input: "plates".into(),
            columns: vec![1, 2],
            mask: (0..16).map(|row| row < 4).collect(),
            n_rows: 4,
            elsewhere_sql: "\"plate\" IS NOT NULL".into(),
        };
        let absences = [absence];
        let judged = Judged { node_name: "runs", profile: &profile, absences: &absences };
        let items = quality(&[], &[merge(MergeKind::Left, outcome)], &judged);
        assert_eq!(
            texts(&items),
            [
                "4 of 16 rows of runs found no partner in plates; plate and qc are empty there",
                "qc is missing in 2 of 12 rows with a partner in plates (17 %)",
            ]
        );
        let sql = items[1].explain.as_ref().unwrap().rows_sql.as_deref();
        assert_eq!(sql, Some("SELECT * FROM \"runs\" WHERE \"qc\" IS NULL AND \"plate\" IS NOT NULL"));
    }

    #[test]
    fn what_one_month_alone_has_is_told_with_the_union() {
        let mut profile = sample::profile();
        profile.columns[2].n_missing = 6;
        let absence = Absence {
            input: "plates".into(),
            columns: vec![2],
            mask: (0..16).map(|row| row < 6).collect(),
            n_rows: 6,
            elsewhere_sql: "\"qc\" IS NOT NULL".into(),
        };
        let outcome = MergeOutcome { n_left: 6, n_right: 10, n_rows: 16, ..MergeOutcome::default() };
        let absences = [absence];
        let judged = Judged { node_name: "all", profile: &profile, absences: &absences };
        let items = quality(&[], &[merge(MergeKind::Union, outcome)], &judged);
        let said = texts(&items);
        assert!(
            said.contains(&"6 rows of runs and 10 rows of plates stand below each other; only plates has qc"),
            "{said:?}"
        );
        assert!(!said.iter().any(|s| s.starts_with("qc is missing")), "{said:?}");
    }

    #[test]
    fn a_source_whose_rows_are_only_claimed_is_named() {
        let mut claimed = source(Ledger { n_rows_in_file: 3, n_loaded: 2, n_header: 1, ..Ledger::default() });
        let notices = &mut claimed.tables[0].notices;
        notices.add("unpacked", "Unpacked to 1 MB", 1);
        notices.add("rows_differ", "runs.csv came with a project file and its rows are others", 1);
        let items = quality(&[&claimed], &[], &judged(&TableProfile::default()));
        assert_eq!(items[0].state, State::Attention);
        assert_eq!(
            texts(&items),
            ["runs.csv came with a project file and its rows are others", "All 2 rows were loaded"]
        );
    }

    #[test]
    fn rows_that_do_not_add_up_stop_everything() {
        let wrong = source(Ledger { n_rows_in_file: 12, n_loaded: 10, ..Ledger::default() });
        assert_eq!(quality(&[&wrong], &[], &judged(&TableProfile::default()))[0].state, State::Stop);
    }
}
