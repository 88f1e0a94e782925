//! A handful of charts worth looking at first.

use super::{ChartKind, ChartSpec};
use crate::base::{ColumnType, NodeId};
use crate::recipe::Aggregate;
use crate::table::{ColumnProfile, TableProfile};

const MAX_CHARTS: usize = 6;
/// Fewer moments give no limits worth drawing.
const MIN_CONTROL_POINTS: u64 = 20;

/// Three to six different charts of a table, the most telling first; fewer when the table has
/// little to show. Columns that only identify rows are left alone.
pub fn suggest_charts(profile: &TableProfile, node: NodeId) -> Vec<ChartSpec> {
    let roles = Roles::of(profile);
    let mut out: Vec<ChartSpec> = Vec::new();
    let new = |kind, x: &ColumnProfile| ChartSpec::new(kind, node, &x.name);
    let measured = |kind, x: &ColumnProfile, y: &ColumnProfile| ChartSpec { y: Some(y.name.clone()), ..new(kind, x) };
    let (first, second) = (roles.measures.first(), roles.measures.get(1));
    let (category, other) = (roles.categories.first(), roles.categories.get(1));
    let time = roles.times.first();

    match (time, first) {
        (Some(time), Some(measure)) => {
            let repeats = time.n_distinct < time.n_rows - time.n_missing;
            let aggregate = repeats.then_some(Aggregate::Mean);
            out.push(ChartSpec { aggregate, ..measured(ChartKind::Line, time, measure) });
        }
        (Some(time), None) => {
            out.push(ChartSpec { aggregate: Some(Aggregate::Count), ..new(ChartKind::Line, time) });
        }
        _ => {}
    }
    if let Some(category) = category {
        match first {
            Some(measure) => {
                out.push(ChartSpec { aggregate: Some(Aggregate::Mean), ..measured(ChartKind::Bar, category, measure) })
            }
            None => out.push(ChartSpec { aggregate: Some(Aggregate::Count), ..new(ChartKind::Bar, category) }),
        }
    }
    if let Some(measure) = first {
        out.push(new(ChartKind::Histogram, measure));
    }
    if let (Some(y), Some(x)) = (first, second) {
        let group = roles.categories.iter().find(|c| c.n_distinct <= 5).map(|c| c.name.clone());
        out.push(ChartSpec { group, ..measured(ChartKind::Scatter, x, y) });
    }
    if let (Some(a), Some(b)) = (category, other) {
        // The one with more values has more room across.
        let (across, down) = if a.n_distinct >= b.n_distinct { (a, b) } else { (b, a) };
        let value = first.map(|m| m.name.clone());
        let aggregate = Some(if value.is_some() { Aggregate::Mean } else { Aggregate::Count });
        out.push(ChartSpec { value, aggregate, ..measured(ChartKind::Heat, across, down) });
    }
    if let (Some(category), Some(measure)) = (other.or(category), first) {
        out.push(measured(ChartKind::Box, category, measure));
    }
    // Few columns: more of what there is.
    // A series in time, one value a moment: does it stay within its limits?
    if let (Some(time), Some(measure)) = (time, first)
        && time.n_distinct >= MIN_CONTROL_POINTS
        && time.n_distinct == time.n_rows - time.n_missing
        && out.len() < MAX_CHARTS
    {
        out.push(measured(ChartKind::Control, time, measure));
    }
    if out.len() < 3 {
        if let Some(measure) = second {
            out.push(new(ChartKind::Histogram, measure));
        }
        if let (Some(other), None) = (other, first) {
            out.push(ChartSpec { aggregate: Some(Aggregate::Count), ..new(ChartKind::Bar, other) });
        }
        if let (Some(category), Some(_)) = (category, first) {
            out.push(ChartSpec { aggregate: Some(Aggregate::Count), ..new(ChartKind::Bar, category) });
        }
        if let (Some(time), Some(_)) = (time, first) {
            out.push(ChartSpec { aggregate: Some(Aggregate::Count), ..new(ChartKind::Line, time) });
        }
    }
    out.truncate(MAX_CHARTS);
    out
}

/// What each column is good for, best first.
struct Roles<'a> {
    times: Vec<&'a ColumnProfile>,
    measures: Vec<&'a ColumnProfile>,
    categories: Vec<&'a ColumnProfile>,
}

impl<'a> Roles<'a> {
    fn of(profile: &'a TableProfile) -> Roles<'a> {
        let mut roles = Roles { times: Vec::new(), measures: Vec::new(), categories: Vec::new() };
        for column in profile.columns.iter().filter(|c| c.n_distinct >= 2 && c.n_missing < c.n_rows) {
            if column.column_type.is_temporal() {
                if column.n_distinct >= 3 {
                    roles.times.push(column);
                }
            } else if is_identifier(column) {
            } else if is_category(column) {
                roles.categories.push(column);
            } else if column.column_type.is_numeric() {
                roles.measures.push(column);
            }
        }
        // Sorting is stable: equals stay in the order of the table.
        roles.times.sort_by_key(|c| c.n_missing * 100 / c.n_rows.max(1) / 10);
        roles.measures.sort_by_key(|c| std::cmp::Reverse(measure_score(c)));
        roles.categories.sort_by_key(|c| std::cmp::Reverse(category_score(c)));
        roles
    }
}

/// The lower-case words of a column name: "sampleID" → "sample", "id".
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            out.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = out.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase();
    }
    out.retain(|w| !w.is_empty());
    out
}

/// Whether a column only tells rows apart. A key of few values groups them as well.
fn is_identifier(column: &ColumnProfile) -> bool {
    if column.is_id {
        return !is_category(column);
    }
    const NAMES: [&str; 16] = [
        "id",
        "ids",
        "uid",
        "uuid",
        "guid",
        "key",
        "barcode",
        "accession",
        "hash",
        "index",
        "idx",
        "no",
        "nr",
        "number",
        "code",
        "serial",
    ];
    let n_present = column.n_rows.saturating_sub(column.n_missing);
    let mostly_unique = n_present > 0 && column.n_distinct * 10 >= n_present * 9;
    let is_named_so = words(&column.name).last().is_some_and(|w| NAMES.contains(&w.as_str()));
    match column.column_type {
        // Text that hardly repeats: names, notes, keys.
        ColumnType::Text => (mostly_unique && n_present > 12) || column.n_distinct > 2_000,
        ColumnType::Integer => {
            let ends = || Some((column.min.as_ref()?.parse::<i64>().ok()?, column.max.as_ref()?.parse::<i64>().ok()?));
            let is_counter = mostly_unique
                && n_present > 12
                && ends().is_some_and(|(a, b)| b.saturating_sub(a).unsigned_abs() < n_present * 11 / 10);
            is_counter || (is_named_so && (mostly_unique || column.n_distinct > 50))
        }
        ColumnType::Number | ColumnType::Decimal => is_named_so && mostly_unique && column.n_distinct > 50,
        _ => false,
    }
}

/// Values that name a group: text and yes-or-no that repeat, and small whole numbers that do.
fn is_category(column: &ColumnProfile) -> bool {
    let repeats = column.n_distinct * 2 <= column.n_rows.saturating_sub(column.n_missing);
    match column.column_type {
        ColumnType::Boolean => true,
        ColumnType::Text => column.n_distinct <= 500 && (repeats || column.n_distinct <= 12),
        ColumnType::Integer => {
            let names: [&str; 13] = [
                "year", "month", "week", "day", "hour", "lane", "plate", "row", "column", "batch", "group", "cluster",
                "code",
            ];
            let is_named_so = column.is_id || words(&column.name).last().is_some_and(|w| names.contains(&w.as_str()));
            repeats && column.n_distinct <= 60 && (is_named_so || column.n_distinct <= 6)
        }
        _ => false,
    }
}

fn measure_score(column: &ColumnProfile) -> i64 {
    let mut score = 0;
    score += if column.unit.is_some() { 30 } else { 0 };
    score += match column.column_type {
        ColumnType::Number | ColumnType::Decimal => 20,
        _ => 0,
    };
    score += (column.n_distinct.min(100) / 10) as i64;
    score -= (column.n_missing * 60 / column.n_rows.max(1)) as i64;
    if column.sd == Some(0.0) {
        score -= 100;
    }
    score
}

fn category_score(column: &ColumnProfile) -> i64 {
    let mut score = match column.n_distinct {
        3..=12 => 40,
        13..=30 => 30,
        2 => 20,
        31..=60 => 15,
        _ => 0,
    };
    score -= (column.n_missing * 60 / column.n_rows.max(1)) as i64;
    // One value that nearly all rows have tells little.
    if column.top.first().is_some_and(|(_, n)| n * 100 > column.n_rows * 95) {
        score -= 25;
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TableId;

    fn column(name: &str, column_type: ColumnType, n_distinct: u64) -> ColumnProfile {
        ColumnProfile {
            name: name.to_owned(),
            column_type,
            unit: None,
            n_rows: 960,
            n_missing: 0,
            n_distinct,
            distinct_is_exact: true,
            min: Some("1".to_owned()),
            max: Some("960".to_owned()),
            mean: None,
            sd: None,
            median: None,
            histogram: None,
            top: Vec::new(),
            is_id: false,
        }
    }

    fn suggest(columns: Vec<ColumnProfile>) -> Vec<ChartSpec> {
        suggest_charts(&TableProfile { n_rows: 960, columns }, NodeId::Table(TableId(1)))
    }

    #[test]
    fn keys_are_not_measured_and_group_where_they_are_few() {
        let mut key = column("Messstelle", ColumnType::Number, 400);
        key.is_id = true;
        let profile = |columns: Vec<ColumnProfile>| TableProfile { n_rows: 960, columns };
        let charts = |p: &TableProfile| suggest_charts(p, NodeId::Table(TableId(1)));
        let names = |c: &ChartSpec| [Some(c.x.clone()), c.y.clone(), c.value.clone(), c.group.clone()];
        let all = charts(&profile(vec![key.clone(), column("mass", ColumnType::Number, 900)]));
        assert!(!all.is_empty() && !all.iter().flat_map(names).flatten().any(|n| n == "Messstelle"), "{all:?}");
        (key.n_distinct, key.column_type) = (8, ColumnType::Integer);
        let all = charts(&profile(vec![key, column("mass", ColumnType::Number, 900)]));
        assert!(all.iter().any(|c| c.kind == ChartKind::Bar && c.x == "Messstelle"), "{all:?}");
        assert!(!all.iter().any(|c| c.y.as_deref() == Some("Messstelle")), "{all:?}");
    }

    #[test]
    fn a_rich_table_gets_six_different_charts() {
        let specs = suggest(vec![
            column("sample_id", ColumnType::Text, 960),
            column("row number", ColumnType::Integer, 960),
            column("day", ColumnType::Date, 30),
            column("plate", ColumnType::Text, 10),
            column("lot", ColumnType::Text, 4),
            column("yield", ColumnType::Number, 900),
            column("coverage", ColumnType::Number, 900),
        ]);
        let kinds: Vec<ChartKind> = specs.iter().map(|s| s.kind).collect();
        use ChartKind::*;
        assert_eq!(kinds, [Line, Bar, Histogram, Scatter, Heat, Box]);
        let used: Vec<&String> =
            specs.iter().flat_map(|s| [Some(&s.x), s.y.as_ref(), s.group.as_ref()]).flatten().collect();
        assert!(!used.iter().any(|c| *c == "sample_id" || *c == "row number"));
        assert_eq!(specs[0].aggregate, Some(Aggregate::Mean));
        assert_eq!(specs[3].group.as_deref(), Some("lot"));
    }

    #[test]
    fn a_poor_table_gets_what_it_can() {
        let specs = suggest(vec![column("city", ColumnType::Text, 9), column("when", ColumnType::Date, 200)]);
        assert_eq!(specs.iter().map(|s| s.kind).collect::<Vec<_>>(), [ChartKind::Line, ChartKind::Bar]);
        assert!(suggest(vec![column("id", ColumnType::Text, 960)]).is_empty());
        assert!(suggest(Vec::new()).is_empty());
    }

    #[test]
    fn one_value_a_moment_gets_a_control_chart() {
        let control = |n_distinct| {
            let columns =
                vec![column("read_at", ColumnType::DateTime, n_distinct), column("mass", ColumnType::Number, 900)];
            suggest(columns).into_iter().find(|s| s.kind == ChartKind::Control)
        };
        let spec = control(960).unwrap();
        assert_eq!((spec.x.as_str(), spec.y.as_deref()), ("read_at", Some("mass")));
        assert_eq!(control(900), None);
    }

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("sampleID"), ["sample", "id"]);
        assert_eq!(words("run_no."), ["run", "no"]);
    }
}
