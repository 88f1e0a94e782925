//! The report that is there before anybody wrote one.

use super::event_chart::event_chart;
use super::finding_chart::chart_for;
use super::roles::{Roles, StatusRole, human_name, roles, row_nouns};
use super::spec::{BlockSpec, NumberSpec};
use crate::base::{ColumnType, NodeId, wording};
use crate::chart::{ChartKind, ChartSpec};
use crate::insight::Findings;
use crate::recipe::{Aggregate, SortKey, Test};
use crate::table::{Table, TableProfile};
use std::collections::BTreeSet;

/// What a draft is made from.
pub struct DraftInput<'a> {
    /// Empty: named after the node.
    pub title: &'a str,
    pub node: NodeId,
    pub node_name: &'a str,
    pub table: &'a Table,
    pub profile: &'a TableProfile,
    pub findings: &'a Findings,
    /// Suggested charts, best first.
    pub charts: &'a [ChartSpec],
    /// Findings not to show, by key.
    pub dismissed: &'a [String],
    pub n_sources: u64,
}

const MAX_FINDINGS: usize = 5;
const MAX_NUMBERS: usize = 5;
/// Charts in all, those of the findings included.
const MAX_CHARTS: usize = 6;
/// Charts beside those of the findings.
const MAX_OWN_CHARTS: usize = 4;
const MIN_OWN_CHARTS: usize = 2;
const WORST_ROWS: u32 = 10;
const WORST_COLUMNS: usize = 7;

/// Title and blocks, in reading order. The same input gives the same draft.
pub fn draft(input: &DraftInput<'_>) -> (String, Vec<BlockSpec>) {
    let roles = roles(input.profile, input.findings);
    let mut blocks = vec![BlockSpec::VERDICT, BlockSpec::Numbers(numbers(input, &roles))];
    let mut drawn: Vec<ChartSpec> = Vec::new();
    let mut n_drawn = 0;
    let shown = input.findings.findings.iter().filter(|f| !input.dismissed.contains(&f.key)).take(MAX_FINDINGS);
    for finding in shown {
        let is_of_table = finding.columns.first().is_some_and(|c| input.table.column(c).is_some());
        match event_chart(finding, input.table, input.profile) {
            Some(_) => n_drawn += 1,
            // The time between two columns is drawn as well, though it is no column.
            None if !is_of_table => n_drawn += 1,
            None => drawn.extend(chart_for(finding, input.node, input.table)),
        }
        blocks.push(BlockSpec::finding(input.node, &finding.key));
    }
    blocks.extend(own_charts(input, &roles, &drawn, n_drawn).into_iter().map(BlockSpec::Chart));
    blocks.extend(roles.status.as_ref().and_then(|status| worst_rows(input, &roles, status)));
    blocks.extend([BlockSpec::Quality, BlockSpec::Sources, BlockSpec::Methods]);
    (title(input), blocks)
}

fn title(input: &DraftInput<'_>) -> String {
    let given = input.title.trim();
    if given.is_empty() { wording::sentence_case(&human_name(input.node_name)) } else { given.to_owned() }
}

fn numbers(input: &DraftInput<'_>, roles: &Roles) -> Vec<NumberSpec> {
    let number = |aggregate, column: Option<&str>, label: String| NumberSpec {
        label,
        node: input.node,
        aggregate,
        column: column.map(str::to_owned),
        only: None,
        as_share: false,
    };
    let rows = wording::sentence_case(&row_nouns(input.profile).1);
    let mut numbers = vec![number(Aggregate::Count, None, rows.clone())];
    if let Some(status) = &roles.status {
        let column = human_name(&status.column);
        let named = match status.bad.as_slice() {
            [one] => format!("{rows} with {column} “{}”", wording::raw_words(one)),
            _ => format!("{rows} not good by {column}"),
        };
        let mut share = number(Aggregate::Count, None, named);
        share.only = Some((status.column.clone(), Test::OneOf(status.bad.clone())));
        share.as_share = true;
        numbers.push(share);
    }
    let n_measures = if roles.status.is_some() { 1 } else { 2 };
    for measure in roles.measures.iter().take(n_measures) {
        numbers.push(number(Aggregate::Mean, Some(measure), format!("Mean of {measure}")));
    }
    // What there are several of: plates, patients, sensors.
    if let Some(group) = roles.groups.first() {
        numbers.push(number(Aggregate::CountDistinct, Some(group), several(group)));
    }
    if let Some(time) = &roles.time {
        numbers.push(number(Aggregate::Max, Some(time), format!("Latest {}", human_name(time))));
    }
    // A second measure where there is room, so that no report has fewer than three numbers.
    for measure in roles.measures.iter().skip(n_measures) {
        if numbers.len() >= 3 {
            break;
        }
        numbers.push(number(Aggregate::Mean, Some(measure), format!("Mean of {measure}")));
    }
    for column in &input.profile.columns {
        if numbers.len() >= 3 {
            break;
        }
        let is_used = numbers.iter().any(|n| n.column.as_ref() == Some(&column.name));
        if column.column_type == ColumnType::Text && !is_used {
            let label = several(&column.name);
            numbers.push(number(Aggregate::CountDistinct, Some(&column.name), label));
        }
    }
    numbers.truncate(MAX_NUMBERS);
    numbers
}

/// What a column has several of: `plate_id` → "Plates".
fn several(column: &str) -> String {
    let human = human_name(column);
    let name = ["id", "name", "code"]
        .iter()
        .find_map(|tail| {
            human.strip_suffix(tail).map(str::trim_end).filter(|n| !n.is_empty() && n.len() + tail.len() < human.len())
        })
        .unwrap_or(&human);
    wording::plural_noun(name).map_or_else(|| format!("Different {human}"), |plural| wording::sentence_case(&plural))
}

/// Suggested charts that no finding shows already; plain ones where there are too few.
fn own_charts(input: &DraftInput<'_>, roles: &Roles, drawn: &[ChartSpec], n_drawn: usize) -> Vec<ChartSpec> {
    let room = MAX_CHARTS.saturating_sub(drawn.len() + n_drawn).clamp(1, MAX_OWN_CHARTS);
    let mut seen: BTreeSet<(u8, Vec<&str>)> = drawn.iter().map(look).collect();
    let fallback = plain_charts(input.node, roles);
    let mut own: Vec<ChartSpec> = Vec::new();
    let is_attribute = |c: &Option<String>| c.as_ref().is_some_and(|c| input.findings.attributes.contains(c));
    let measures = |c: &ChartSpec| {
        let counted = if c.kind == ChartKind::Histogram { Some(c.x.clone()) } else { None };
        is_attribute(&c.y) || is_attribute(&c.value) || is_attribute(&counted)
    };
    for chart in input.charts.iter().filter(|c| !measures(c)) {
        if own.len() < room && seen.insert(look(chart)) {
            let group = chart.group.clone().filter(|g| !input.findings.attributes.contains(g));
            own.push(ChartSpec { group, ..chart.clone() });
        }
    }
    for chart in &fallback {
        if own.len() < MIN_OWN_CHARTS.min(room) && seen.insert(look(chart)) {
            own.push(chart.clone());
        }
    }
    own
}

/// Charts of the same kind over the same columns look the same.
fn look(spec: &ChartSpec) -> (u8, Vec<&str>) {
    let kind = ChartKind::ALL.iter().position(|k| *k == spec.kind).unwrap_or_default() as u8;
    let optional = [&spec.y, &spec.group, &spec.value];
    let mut columns: Vec<&str> = optional.into_iter().filter_map(|c| c.as_deref()).collect();
    columns.push(&spec.x);
    columns.sort_unstable();
    (kind, columns)
}

fn plain_charts(node: NodeId, roles: &Roles) -> Vec<ChartSpec> {
    let mut charts = Vec::new();
    let measure = roles.measures.first();
    if let (Some(time), Some(measure)) = (&roles.time, measure) {
        let mut line = ChartSpec::new(ChartKind::Line, node, time);
        line.y = Some(measure.clone());
        charts.push(line);
    }
    if let Some(status) = &roles.status {
        charts.push(ChartSpec::new(ChartKind::Bar, node, &status.column));
    }
    if let (Some(group), Some(measure)) = (roles.groups.first(), measure) {
        let mut boxes = ChartSpec::new(ChartKind::Box, node, group);
        boxes.y = Some(measure.clone());
        charts.push(boxes);
    }
    charts.extend(measure.map(|m| ChartSpec::new(ChartKind::Histogram, node, m)));
    charts.extend(roles.groups.first().map(|g| ChartSpec::new(ChartKind::Bar, node, g)));
    charts
}

/// The rows that are bad, newest first, with the columns that say where they come from.
fn worst_rows(input: &DraftInput<'_>, roles: &Roles, status: &StatusRole) -> Option<BlockSpec> {
    if status.n_bad == 0 {
        return None;
    }
    let mut columns: Vec<String> = Vec::new();
    // What names a row comes first in most tables.
    let first = input.table.columns().first().map(|c| &c.name);
    let about = input.findings.findings.iter().take(3).flat_map(|f| f.columns.iter());
    let candidates = first
        .into_iter()
        .chain(roles.time.iter())
        .chain([&status.column])
        .chain(about)
        .chain(roles.groups.iter().take(2))
        .chain(roles.measures.iter());
    for column in candidates {
        if columns.len() < WORST_COLUMNS && !columns.contains(column) && input.table.column(column).is_some() {
            columns.push(column.clone());
        }
    }
    let sort = roles.time.as_ref().map(|time| SortKey { column: time.clone(), descending: true });
    let rows = wording::sentence_case(&row_nouns(input.profile).1);
    let what = match status.bad.as_slice() {
        [one] => format!("{rows} with {} “{}”", human_name(&status.column), wording::raw_words(one)),
        _ => format!("{rows} that are not good by {}", human_name(&status.column)),
    };
    Some(BlockSpec::Table {
        node: input.node,
        title: if sort.is_some() { format!("{what}, newest first") } else { what },
        columns,
        n_rows: WORST_ROWS,
        only: Some((status.column.clone(), Test::OneOf(status.bad.clone()))),
        sort,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::FindingKind;
    use crate::report::sample::{self, NODE, finding};

    fn draft_of(findings: &Findings, charts: &[ChartSpec], dismissed: &[String]) -> Vec<BlockSpec> {
        let (table, profile) = (sample::table(), sample::profile());
        let input = DraftInput {
            title: "",
            node: NODE,
            node_name: "run_metrics",
            table: &table,
            profile: &profile,
            findings,
            charts,
            dismissed,
            n_sources: 1,
        };
        let (title, blocks) = draft(&input);
        assert_eq!(title, "Run metrics");
        blocks
    }

    fn n_charts(blocks: &[BlockSpec]) -> usize {
        blocks.iter().filter(|b| matches!(b, BlockSpec::Chart(_))).count()
    }

    #[test]
    fn reads_from_verdict_to_methods() {
        let blocks = draft_of(&sample::findings(), &[], &[]);
        assert!(matches!(blocks.first(), Some(BlockSpec::Verdict { text: None, action: None })));
        let Some(BlockSpec::Numbers(numbers)) = blocks.get(1) else { unreachable!() };
        let labels: Vec<&str> = numbers.iter().map(|n| n.label.as_str()).collect();
        assert_eq!(labels, ["Rows", "Rows with qc “fail”", "Mean of yield", "Plates", "Latest day"]);
        assert_eq!(n_charts(&blocks), 2);
        assert!(blocks.iter().any(|b| matches!(b, BlockSpec::Table { columns, .. } if columns.len() == 4)));
        assert!(matches!(blocks.last(), Some(BlockSpec::Methods)));
    }

    #[test]
    fn things_are_named_in_the_plural() {
        assert_eq!(several("plate_id"), "Plates");
        assert_eq!(several("country"), "Countries");
        assert_eq!(several("reagent_lot"), "Reagent lots");
        assert_eq!(several("status"), "Different status");
        assert_eq!(several("pH"), "Different pH");
        // Other languages have other plurals.
        assert_eq!(several("Städte"), "Different Städte");
        assert_eq!(several("Bundesland"), "Different Bundesland");
    }

    #[test]
    fn no_chart_is_shown_twice() {
        let found = Findings {
            checks_run: 1,
            findings: vec![finding(FindingKind::Trend, &["yield", "day"], None, 0.9, "Yield falls.")],
            ..Findings::default()
        };
        let mut line = ChartSpec::new(ChartKind::Line, NODE, "day");
        line.y = Some("yield".into());
        let histogram = ChartSpec::new(ChartKind::Histogram, NODE, "yield");
        let blocks = draft_of(&found, &[line.clone(), histogram.clone(), histogram.clone()], &[]);
        assert!(!blocks.contains(&BlockSpec::Chart(line)));
        assert_eq!(blocks.iter().filter(|b| **b == BlockSpec::Chart(histogram.clone())).count(), 1);
    }

    #[test]
    fn never_too_many_and_never_the_dismissed() {
        let columns = [["yield", "day"], ["yield", "plate"], ["qc", "plate"]];
        let many: Vec<_> = (0..9)
            .map(|i| {
                let mut f = finding(FindingKind::Association, &columns[i % 3], None, 0.5, "A.");
                f.key = format!("k{i}");
                f
            })
            .collect();
        let charts: Vec<ChartSpec> =
            ChartKind::ALL.iter().map(|kind| ChartSpec::new(*kind, NODE, format!("{kind:?}"))).collect();
        let blocks =
            draft_of(&Findings { checks_run: 9, findings: many, ..Findings::default() }, &charts, &["k0".to_owned()]);
        let n_findings = blocks.iter().filter(|b| matches!(b, BlockSpec::Finding { .. })).count();
        assert_eq!(n_findings, 5);
        assert!(!blocks.iter().any(|b| matches!(b, BlockSpec::Finding { key, .. } if key == "k0")));
        assert!(n_charts(&blocks) + n_findings <= 7);
    }
}
