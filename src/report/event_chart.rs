//! How often something happens, by group or over time: the chart of a finding about a status or
//! about missing cells, which no [`ChartSpec`](crate::chart::ChartSpec) can say.

use super::filter::{mask, test_words};
use super::roles::{event_values, human_name};
use super::values::{column_idx, column_type, for_each_text, numbers_of};
use crate::base::{ColumnType, Floats, wording};
use crate::chart::{AxisInfo, ChartData, Marks, Series};
use crate::insight::{Finding, FindingKind, absences};
use crate::recipe::Test;
use crate::table::{Table, TableProfile};
use std::collections::BTreeMap;

const MAX_BARS: usize = 20;
const MAX_PARTS: usize = 40;
/// More groups than this are no groups.
const MAX_GROUPS: usize = 5_000;

/// The chart, where the finding is about an event; `None` for all others.
pub(super) fn event_chart(finding: &Finding, table: &Table, profile: &TableProfile) -> Option<ChartData> {
    let column = finding.columns.first()?;
    let measured_type = column_type(table, column_idx(table, column).ok()?);
    let is_missing = finding.kind == FindingKind::Missingness;
    let (test, known) = if is_missing {
        (Test::IsMissing, could_have(table, column))
    } else {
        let kinds = [FindingKind::GroupDifference, FindingKind::Trend, FindingKind::ChangePoint, FindingKind::Outlier];
        if !kinds.contains(&finding.kind) || !matches!(measured_type, ColumnType::Text | ColumnType::Boolean) {
            return None;
        }
        let values = event_values(profile.columns.iter().find(|c| c.name == *column)?)?;
        (Test::OneOf(values), Some(mask(table, column, &Test::IsPresent).ok()?))
    };
    let Some(by) = finding.columns.get(1) else { return if is_missing { gaps(column, table, profile) } else { None } };
    let by_type = column_type(table, column_idx(table, by).ok()?);
    let hits = mask(table, column, &test).ok()?;
    let is_known = |row_idx: usize| known.as_ref().is_none_or(|k| k.get(row_idx) == Some(&true));
    let events = Events { hits: &hits, is_known: &is_known };
    let is_course = by_type.is_temporal() || (by_type.is_numeric() && finding.group.is_none());
    let (marks, counts) = if is_course {
        over_time(table, by, &events)?
    } else {
        by_group(table, by, &events, finding.group.as_deref())?
    };
    let shown = |group: String| if by_type == ColumnType::Boolean { wording::raw_words(&group) } else { group };
    let what = test_words(&human_name(column), &test);
    let axis =
        |label: String, unit: Option<&str>, column_type| AxisInfo { label, unit: unit.map(str::to_owned), column_type };
    let mut subtitle = format!("Share of rows in %, {}", wording::plural(counts.n_rows, "row", "rows"));
    if counts.n_more > 0 {
        subtitle.push_str(&format!(", {} not shown", wording::plural(counts.n_more, "group", "groups")));
    }
    Some(ChartData {
        title: format!("Share of rows where {what}, by {}", human_name(by)),
        subtitle,
        x: axis(by.clone(), None, if is_course { by_type } else { ColumnType::Text }),
        y: axis(format!("share of rows where {what}"), Some("%"), ColumnType::Number),
        marks,
        n_rows: counts.n_rows,
        n_missing: counts.n_missing,
        n_more: counts.n_more,
        mark: match finding.kind {
            FindingKind::ChangePoint => finding.window.as_ref().map(|(from, _)| from.clone()),
            _ if is_course => finding.window.as_ref().filter(|_| is_missing).map(|(from, _)| from.clone()),
            _ => finding.group.clone().map(shown),
        },
    })
}

/// The rows that could have a column; `None` where that is all of them. Those that found no partner in a
/// merge could not.
fn could_have(table: &Table, column: &str) -> Option<Vec<bool>> {
    let idx = table.column_idx(column)?;
    let absence = absences(table).into_iter().find(|a| a.has(idx))?;
    Some(absence.mask.into_iter().map(|is_absent| !is_absent).collect())
}

struct Events<'a> {
    hits: &'a [bool],
    is_known: &'a dyn Fn(usize) -> bool,
}

#[derive(Default)]
struct Counts {
    n_rows: u64,
    n_missing: u64,
    n_more: u64,
}

fn percent(hits: u64, n: u64) -> f64 {
    if n == 0 { f64::NAN } else { hits as f64 * 100.0 / n as f64 }
}

/// The groups with the highest share, and the one that the finding names.
fn by_group(table: &Table, by: &str, events: &Events<'_>, named: Option<&str>) -> Option<(Marks, Counts)> {
    let mut groups: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let (mut counts, mut row_idx, mut is_too_many) = (Counts::default(), 0, false);
    for_each_text(table, column_idx(table, by).ok()?, |cell| {
        let (hit, known) = (events.hits.get(row_idx) == Some(&true), (events.is_known)(row_idx));
        row_idx += 1;
        let Some(group) = cell.filter(|_| known) else {
            counts.n_missing += 1;
            return;
        };
        if groups.len() >= MAX_GROUPS && !groups.contains_key(&group) {
            is_too_many = true;
            return;
        }
        let entry = groups.entry(group).or_default();
        entry.0 += u64::from(hit);
        entry.1 += 1;
        counts.n_rows += 1;
    });
    if is_too_many || groups.len() < 2 {
        return None;
    }
    let mut bars: Vec<(String, f64)> = groups.into_iter().map(|(name, (hits, n))| (name, percent(hits, n))).collect();
    bars.sort_by(|a, b| b.1.total_cmp(&a.1));
    if bars.len() > MAX_BARS {
        counts.n_more = (bars.len() - MAX_BARS) as u64;
        let mine = bars.iter().skip(MAX_BARS).find(|(name, _)| Some(name.as_str()) == named).cloned();
        bars.truncate(if mine.is_some() { MAX_BARS - 1 } else { MAX_BARS });
        bars.extend(mine);
    }
    let is_truth = table.column(by).is_some_and(|c| c.column_type == ColumnType::Boolean);
    let shown = |group: String| if is_truth { wording::raw_words(&group) } else { group };
    let (categories, values): (Vec<String>, Vec<f64>) = bars.into_iter().map(|(name, v)| (shown(name), v)).unzip();
    let name = "share of rows".to_owned();
    Some((Marks::Bar { categories, series: vec![(name, Floats(values))] }, counts))
}

/// One point a part of the time, a break where a part has no rows.
fn over_time(table: &Table, by: &str, events: &Events<'_>) -> Option<(Marks, Counts)> {
    let times = numbers_of(table, by).ok()?;
    let known = || times.iter().copied().filter(|t| t.is_finite());
    let (low, high) = (known().reduce(f64::min)?, known().reduce(f64::max)?);
    let mut moments: Vec<f64> = known().collect();
    moments.sort_by(f64::total_cmp);
    moments.dedup();
    let n_parts = moments.len().min(MAX_PARTS);
    if n_parts < 3 {
        return None;
    }
    let mut parts = vec![(0_u64, 0_u64, 0.0_f64); n_parts];
    let mut counts = Counts::default();
    for (row_idx, time) in times.iter().enumerate() {
        if !time.is_finite() || !(events.is_known)(row_idx) {
            counts.n_missing += 1;
            continue;
        }
        let place = ((time - low) / (high - low) * n_parts as f64) as usize;
        if let Some(part) = parts.get_mut(place.min(n_parts - 1)) {
            part.0 += u64::from(events.hits.get(row_idx) == Some(&true));
            part.1 += 1;
            // Running mean of the times, so that large ones lose nothing.
            part.2 += (time - part.2) / part.1 as f64;
        }
        counts.n_rows += 1;
    }
    let width = (high - low) / n_parts as f64;
    let place = |(idx, part): (usize, &(u64, u64, f64))| match part.1 {
        0 => low + width * (idx as f64 + 0.5),
        _ => part.2,
    };
    let x = parts.iter().enumerate().map(place).collect();
    let y = parts.iter().map(|(hits, n, _)| percent(*hits, *n)).collect();
    Some((Marks::Line { series: vec![Series { name: "share of rows".to_owned(), x, y }] }, counts))
}

/// How much is missing in each column that has gaps.
fn gaps(column: &str, table: &Table, profile: &TableProfile) -> Option<ChartData> {
    let absences = absences(table);
    let absent = |name: &str| {
        let idx = table.column_idx(name);
        absences.iter().find(|a| idx.is_some_and(|idx| a.has(idx))).map_or(0, |a| a.n_rows)
    };
    let mut gaps: Vec<(String, f64)> = profile
        .columns
        .iter()
        .map(|c| (c, absent(&c.name)))
        .filter(|(c, n_absent)| c.n_missing > *n_absent)
        .map(|(c, n_absent)| (c.name.clone(), percent(c.n_missing - n_absent, c.n_rows.saturating_sub(n_absent))))
        .collect();
    gaps.sort_by(|a, b| b.1.total_cmp(&a.1));
    let n_more = gaps.len().saturating_sub(MAX_BARS) as u64;
    gaps.truncate(MAX_BARS);
    if gaps.len() < 2 {
        return None;
    }
    let (categories, values): (Vec<String>, Vec<f64>) = gaps.into_iter().unzip();
    let label = "share of cells missing".to_owned();
    Some(ChartData {
        title: "Missing cells by column".to_owned(),
        subtitle: format!("Share of cells missing in %, {}", wording::plural(profile.n_rows, "row", "rows")),
        x: AxisInfo { label: "column".to_owned(), unit: None, column_type: ColumnType::Text },
        y: AxisInfo { label: label.clone(), unit: Some("%".to_owned()), column_type: ColumnType::Number },
        marks: Marks::Bar { categories, series: vec![(label, Floats(values))] },
        n_rows: profile.n_rows,
        n_missing: 0,
        n_more,
        mark: Some(column.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, finding};

    fn chart(kind: FindingKind, columns: &[&str], group: Option<&str>) -> Option<ChartData> {
        event_chart(&finding(kind, columns, group, 0.5, "A."), &sample::table(), &sample::profile())
    }

    #[test]
    fn a_status_by_group_is_a_share() {
        let data = chart(FindingKind::GroupDifference, &["qc", "plate"], Some("P7")).unwrap();
        assert_eq!(data.title, "Share of rows where qc is “fail”, by plate");
        assert_eq!(data.mark.as_deref(), Some("P7"));
        let series = vec![("share of rows".to_owned(), Floats(vec![50.0, 0.0]))];
        assert_eq!(data.marks, Marks::Bar { categories: vec!["P7".into(), "P1".into()], series });
    }

    #[test]
    fn a_status_over_time_is_a_line() {
        let data = chart(FindingKind::Trend, &["qc", "day"], None).unwrap();
        let Marks::Line { series } = &data.marks else { panic!("not a line") };
        assert_eq!(series[0].x.len(), 16);
        assert_eq!((series[0].y[0], series[0].y[8]), (0.0, 100.0));
        assert_eq!(data.x.column_type, ColumnType::Date);
    }

    #[test]
    fn gaps_by_group_and_by_column() {
        let data = chart(FindingKind::Missingness, &["yield", "plate"], Some("P1")).unwrap();
        let Marks::Bar { categories, series } = &data.marks else { panic!("not bars") };
        assert_eq!((categories[0].as_str(), series[0].1[0]), ("P1", 12.5));
        assert_eq!(chart(FindingKind::Missingness, &["yield"], None), None);
        let mut profile = sample::profile();
        profile.columns[1].n_missing = 8;
        let found = finding(FindingKind::Missingness, &["yield"], None, 0.5, "A.");
        let data = event_chart(&found, &sample::table(), &profile).unwrap();
        let Marks::Bar { categories, .. } = &data.marks else { panic!("not bars") };
        assert_eq!(categories, &["plate", "yield"]);
    }

    #[test]
    fn measured_columns_are_left_to_the_spec() {
        assert_eq!(chart(FindingKind::GroupDifference, &["yield", "plate"], Some("P7")), None);
        assert_eq!(chart(FindingKind::Association, &["qc", "plate"], Some("P7")), None);
        assert_eq!(chart(FindingKind::GroupDifference, &["gone", "plate"], None), None);
    }
}
