//! The chart that shows a finding.

use super::values::{column_type, n_distinct_up_to, text_at};
use crate::base::{ColumnType, NodeId};
use crate::chart::{ChartKind, ChartSpec};
use crate::insight::control::ControlOptions;
use crate::insight::{Finding, FindingKind};
use crate::recipe::Aggregate;
use crate::table::Table;

/// More groups than this are drawn as bars, which take less room than boxes.
const MAX_BOXES: usize = 12;
/// The largest number of values drawn as colours.
const MAX_COLOURS: usize = 4;

/// The chart that makes a finding visible; `None` where no spec can say it (how often something
/// happens or is missing; a frozen report draws those itself), where a chart would add nothing
/// (duplicates), or where its columns are no longer there.
pub fn chart_for(finding: &Finding, node: NodeId, table: &Table) -> Option<ChartSpec> {
    let measured = Column::find(table, finding.columns.first()?)?;
    let other = finding.columns.get(1).and_then(|c| Column::find(table, c));
    let mut spec = match finding.kind {
        FindingKind::Trend | FindingKind::ChangePoint => over_order(node, &measured, other.as_ref()).map(|mut spec| {
            // One group that shifted: its line among those of the others.
            let by = finding.columns.get(2).filter(|c| finding.group.is_some() && table.column_idx(c).is_some());
            spec.group = by.cloned();
            if let (Some(by), Some(group)) = (by, finding.group.as_deref()) {
                spec.title = format!("{} over {}, by {by}: {group} shifts", measured.name, spec.x);
            }
            spec
        }),
        FindingKind::Outlier => outlier(finding, node, table, &measured, other.as_ref()),
        FindingKind::GroupDifference => group_difference(node, table, &measured, other.as_ref()?),
        FindingKind::Correlation => scatter(node, &measured, other.as_ref()?),
        FindingKind::Association => association(node, table, &measured, other.as_ref()?),
        FindingKind::Concentration => Some(concentration(node, &measured, other.as_ref())),
        FindingKind::ControlChart => control(finding, node, &measured, other.as_ref()),
        // Counting rows does not show gaps; `event_chart` does.
        FindingKind::Missingness | FindingKind::Duplicates => None,
    }?;
    if spec.mark.is_none() {
        spec.mark = mark_of(finding);
    }
    Some(spec)
}

struct Column {
    name: String,
    column_type: ColumnType,
}

impl Column {
    fn find(table: &Table, name: &str) -> Option<Column> {
        let idx = table.column_idx(name)?;
        Some(Column { name: name.to_owned(), column_type: column_type(table, idx) })
    }

    fn is_measured(&self) -> bool {
        self.column_type.is_numeric() || self.column_type == ColumnType::Duration
    }

    fn gives_order(&self) -> bool {
        self.column_type.is_temporal() || self.column_type.is_numeric()
    }
}

/// The group, or the start of the window, by which the chart is marked.
fn mark_of(finding: &Finding) -> Option<String> {
    match finding.kind {
        FindingKind::ChangePoint => finding.window.as_ref().map(|(from, _)| from.clone()),
        FindingKind::Correlation | FindingKind::Trend | FindingKind::ControlChart => None,
        _ => finding.group.clone(),
    }
}

fn with_y(kind: ChartKind, node: NodeId, x: &Column, y: &Column) -> ChartSpec {
    let mut spec = ChartSpec::new(kind, node, &x.name);
    spec.y = Some(y.name.clone());
    spec
}

fn over_order(node: NodeId, measured: &Column, order: Option<&Column>) -> Option<ChartSpec> {
    let order = order.filter(|o| o.gives_order());
    match order.filter(|_| measured.is_measured()) {
        Some(order) => {
            let mut spec = with_y(ChartKind::Line, node, order, measured);
            spec.aggregate = Some(Aggregate::Mean);
            Some(spec)
        }
        None => measured.is_measured().then(|| ChartSpec::new(ChartKind::Histogram, node, &measured.name)),
    }
}

fn outlier(
    finding: &Finding,
    node: NodeId,
    table: &Table,
    measured: &Column,
    order: Option<&Column>,
) -> Option<ChartSpec> {
    if !measured.is_measured() {
        return None;
    }
    // A group that lies far from the others.
    if let (Some(group), Some(named)) = (order, &finding.group) {
        let mut spec = group_difference(node, table, measured, group)?;
        spec.mark = Some(named.clone());
        return Some(spec);
    }
    let first = finding.points.first().copied();
    let mut spec = match order {
        Some(order) if order.gives_order() => over_order(node, measured, Some(order))?,
        Some(group) => with_y(ChartKind::Box, node, group, measured),
        None => ChartSpec::new(ChartKind::Histogram, node, &measured.name),
    };
    spec.mark = first.and_then(|row_idx| text_at(table, &spec.x, row_idx));
    Some(spec)
}

fn group_difference(node: NodeId, table: &Table, measured: &Column, group: &Column) -> Option<ChartSpec> {
    if !measured.is_measured() {
        return association(node, table, measured, group);
    }
    let is_few = n_distinct_up_to(table, &group.name, MAX_BOXES + 1) <= MAX_BOXES;
    let mut spec = with_y(if is_few { ChartKind::Box } else { ChartKind::Bar }, node, group, measured);
    if !is_few {
        spec.aggregate = Some(Aggregate::Mean);
    }
    Some(spec)
}

/// The chart that the rule was broken on, with that rule alone.
fn control(finding: &Finding, node: NodeId, measured: &Column, order: Option<&Column>) -> Option<ChartSpec> {
    let x = order.filter(|o| o.gives_order()).map(|o| o.name.as_str()).unwrap_or_default();
    let rules = finding.rule.into_iter().collect();
    let mut spec = ChartSpec::new(ChartKind::Control, node, x);
    spec.y = Some(measured.name.clone());
    spec.control = Some(Box::new(ControlOptions { rules, ..ControlOptions::default() }));
    measured.is_measured().then_some(spec)
}

fn scatter(node: NodeId, measured: &Column, other: &Column) -> Option<ChartSpec> {
    (measured.gives_order() && other.gives_order()).then(|| with_y(ChartKind::Scatter, node, other, measured))
}

/// Few values of the first column become colours of a bar; many, the rows of a heat map.
fn association(node: NodeId, table: &Table, measured: &Column, group: &Column) -> Option<ChartSpec> {
    if measured.name == group.name {
        return None;
    }
    let n_values = n_distinct_up_to(table, &measured.name, MAX_COLOURS + 1);
    let mut spec = ChartSpec::new(ChartKind::Bar, node, &group.name);
    if n_values <= MAX_COLOURS {
        spec.group = Some(measured.name.clone());
    } else {
        spec.kind = ChartKind::Heat;
        spec.y = Some(measured.name.clone());
    }
    spec.aggregate = Some(Aggregate::Count);
    Some(spec)
}

fn concentration(node: NodeId, measured: &Column, group: Option<&Column>) -> ChartSpec {
    let Some(group) = group.filter(|_| measured.is_measured()) else {
        let category = group.unwrap_or(measured);
        let mut spec = ChartSpec::new(ChartKind::Bar, node, &category.name);
        spec.aggregate = Some(Aggregate::Count);
        return spec;
    };
    let mut spec = with_y(ChartKind::Bar, node, group, measured);
    spec.aggregate = Some(Aggregate::Sum);
    spec
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, NODE, finding};

    fn chart(kind: FindingKind, columns: &[&str], group: Option<&str>) -> Option<ChartSpec> {
        chart_for(&finding(kind, columns, group, 0.5, "A."), NODE, &sample::table())
    }

    #[test]
    fn each_kind_gets_its_chart() {
        let trend = chart(FindingKind::Trend, &["yield", "day"], None).unwrap();
        assert_eq!((trend.kind, trend.x.as_str(), trend.y.as_deref()), (ChartKind::Line, "day", Some("yield")));
        let group = chart(FindingKind::GroupDifference, &["yield", "plate"], Some("P7")).unwrap();
        assert_eq!((group.kind, group.mark.as_deref()), (ChartKind::Box, Some("P7")));
        let linked = chart(FindingKind::Association, &["qc", "plate"], Some("P7")).unwrap();
        assert_eq!((linked.kind, linked.x.as_str(), linked.group.as_deref()), (ChartKind::Bar, "plate", Some("qc")));
        let pair = chart(FindingKind::Correlation, &["yield", "day"], None).unwrap();
        assert_eq!(pair.kind, ChartKind::Scatter);
        let odd = chart(FindingKind::Outlier, &["yield"], None).unwrap();
        assert_eq!((odd.kind, odd.mark.as_deref()), (ChartKind::Histogram, Some("7.5")));
        let far = chart(FindingKind::Outlier, &["yield", "plate"], Some("P7")).unwrap();
        assert_eq!((far.kind, far.mark.as_deref()), (ChartKind::Box, Some("P7")));
        let most = chart(FindingKind::Concentration, &["yield", "plate"], Some("P1")).unwrap();
        assert_eq!((most.kind, most.aggregate), (ChartKind::Bar, Some(Aggregate::Sum)));
    }

    #[test]
    fn a_change_is_marked_where_it_starts() {
        let mut found = finding(FindingKind::ChangePoint, &["yield", "day"], None, 0.9, "A.");
        found.window = Some(("2026-11-09".into(), "2026-11-16".into()));
        let spec = chart_for(&found, NODE, &sample::table()).unwrap();
        assert_eq!(spec.mark.as_deref(), Some("2026-11-09"));
    }

    #[test]
    fn no_chart_where_none_helps() {
        assert_eq!(chart(FindingKind::Duplicates, &["yield"], None), None);
        assert_eq!(chart(FindingKind::Trend, &["gone", "day"], None), None);
        assert_eq!(chart(FindingKind::Correlation, &["yield", "plate"], None), None);
        assert_eq!(chart(FindingKind::Missingness, &["yield", "plate"], Some("P1")), None);
        assert_eq!(chart(FindingKind::Trend, &["qc", "day"], None), None);
    }
}
