//! From a table's columns to series.

use super::chart::{NoChart, Series};
use super::spec::{Baseline, ControlKind, ControlOptions, ControlQuery};
use crate::base::{ColumnType, Place, Problem};
use crate::insight::typed::{Levels, numbers, raw_text};
use crate::table::{ColumnInfo, Table};

/// Values of a column that have charts of their own, or stages, at most.
const MAX_LEVELS: usize = 50;
/// Subgroups at most.
const MAX_SUBGROUPS: usize = 60_000;

/// A series, and the rows that its points come from.
pub struct Charted {
    pub series: Series,
    /// Of each point, in order.
    pub rows: Vec<Vec<u64>>,
    /// Where each point stands in the order; the number of its first row without an order column.
    pub places: Vec<f64>,
    /// Rows left out because a value was missing.
    pub n_missing: u64,
}

/// # Errors
/// `unknown_column`.
pub(super) fn find<'a>(table: &'a Table, name: &str) -> Result<(usize, &'a ColumnInfo), Problem> {
    table.column_idx(name).and_then(|i| table.columns().get(i).map(|c| (i, c))).ok_or_else(|| {
        Problem::request("unknown_column", format!("There is no column called {name}.")).at(Place::column(name))
    })
}

fn numeric(table: &Table, name: &str) -> Result<Vec<f64>, Problem> {
    let (idx, info) = find(table, name)?;
    if matches!(info.column_type, ColumnType::Text) {
        return Err(Problem::request("not_a_number", format!("{name} is not a column of numbers."))
            .at(Place::column(name))
            .hint("Choose a column of numbers."));
    }
    Ok(numbers(table, idx, 1))
}

fn levels(table: &Table, name: &str, max: usize, what: &str) -> Result<Levels, Problem> {
    let (idx, _) = find(table, name)?;
    Levels::of(table, idx, max).ok_or_else(|| {
        Problem::request("too_many_groups", format!("{name} has more values than can be {what}."))
            .at(Place::column(name))
            .hint("Choose a column with fewer different values.")
    })
}

/// The values of a column that have charts of their own.
///
/// # Errors
/// `unknown_column`, `too_many_groups`.
pub(super) fn groups(table: &Table, name: &str) -> Result<Levels, Problem> {
    levels(table, name, MAX_LEVELS, "charted one by one")
}

/// The series of a column: rows by the order column, then as they stand in the table. Rows without a value, a
/// place in the order or a subgroup are left out.
///
/// # Errors
/// `unknown_column`, `not_a_number`, `too_many_groups`, `bad_baseline`.
pub fn series_of(
    table: &Table,
    value: &str,
    order: Option<&str>,
    options: &ControlOptions,
) -> Result<Charted, Problem> {
    series_in(table, value, order, options, None)
}

/// The same of the rows of one group.
pub(super) fn series_in(
    table: &Table,
    value: &str,
    order: Option<&str>,
    options: &ControlOptions,
    only: Option<(&Levels, u16)>,
) -> Result<Charted, Problem> {
    let values = numeric(table, value)?;
    let places = match order {
        Some(name) => numeric(table, name).map_err(|p| {
            if p.code == "not_a_number" {
                p.because("Text has no order in time.").hint("Leave the order out to take the rows as they stand.")
            } else {
                p
            }
        })?,
        None => (0..values.len()).map(|row| row as f64).collect(),
    };
    let sizes = options.size.as_deref().map(|name| numeric(table, name)).transpose()?;
    let subgroup = options
        .subgroup
        .as_deref()
        .map(|name| find(table, name).map(|(idx, _)| subgroup_codes(table, idx)))
        .transpose()?;
    let stage = options.stage.as_deref().map(|name| levels(table, name, MAX_LEVELS, "stages")).transpose()?;
    let is_of_group = |row: &usize| only.is_none_or(|(of, code)| of.codes.get(*row) == Some(&code));
    let at = |column: &[f64], row: usize| column.get(row).copied().unwrap_or(f64::NAN);
    let in_group: Vec<usize> = (0..values.len()).filter(is_of_group).collect();
    let is_known = |row: &usize| {
        let has_size = sizes.as_ref().is_none_or(|s| at(s, *row).is_finite());
        at(&values, *row).is_finite()
            && at(&places, *row).is_finite()
            && has_size
            && subgroup.as_ref().is_none_or(|codes| codes.get(*row).is_some_and(Option::is_some))
    };
    let mut sorted: Vec<usize> = in_group.iter().copied().filter(is_known).collect();
    let n_missing = (in_group.len() - sorted.len()) as u64;
    sorted.sort_by(|a, b| at(&places, *a).total_cmp(&at(&places, *b)).then(a.cmp(b)));

    let members = members(&sorted, subgroup.as_deref())?;
    let is_share = options.chart == ControlKind::P && is_of_shares(&values, &sorted);
    // A share says nothing of how many it is a share of, and limits come from that.
    if is_share && sizes.is_none() {
        return Err(NoChart::NoSizes.problem(value));
    }
    let counts_rows = matches!(options.chart, ControlKind::P | ControlKind::Np) && sizes.is_none();
    let mut series = Series { label: value.to_owned(), starts: vec![0], ..Series::default() };
    let window = match &options.baseline {
        Some(Baseline::Window(from, to)) => Some(window(table, order, from, to)?),
        _ => None,
    };
    let excluded: hashbrown::HashSet<u64> = options.excluded.iter().map(|e| e.row).collect();
    let mut stages: Vec<u16> = Vec::new();
    for rows in &members {
        let size = sizes.as_ref().map(|s| rows.iter().map(|row| at(s, *row)).sum::<f64>());
        for row in rows {
            // Shares come back to counts, so that unequal sizes weigh as they should.
            let scale = if is_share { sizes.as_ref().map_or(1.0, |s| at(s, *row)) } else { 1.0 };
            series.values.push(at(&values, *row) * scale);
        }
        series.starts.push(series.values.len());
        match (size, counts_rows) {
            (Some(size), _) => series.sizes.push(size),
            (None, true) => series.sizes.push(rows.len() as f64),
            (None, false) => {}
        }
        let first = rows.first().copied().unwrap_or(0);
        let code = stage.as_ref().and_then(|s| s.codes.get(first).copied()).unwrap_or(0);
        let known = stages.iter().position(|c| *c == code).unwrap_or_else(|| {
            stages.push(code);
            stages.len() - 1
        });
        series.stages.push(known as u32);
        series.in_baseline.push(window.as_ref().is_none_or(|w| rows.iter().all(|row| w.get(*row) == Some(&true))));
        series.is_excluded.push(rows.iter().any(|row| excluded.contains(&(*row as u64))));
    }
    if window.is_some() && !series.in_baseline.contains(&true) {
        return Err(Problem::request("bad_baseline", "No point lies in the baseline."));
    }
    let of_point = |rows: &Vec<usize>| rows.first().map_or(f64::NAN, |row| at(&places, *row));
    let places = members.iter().map(of_point).collect();
    let rows = members.into_iter().map(|rows| rows.into_iter().map(|row| row as u64).collect()).collect();
    Ok(Charted { series, rows, places, n_missing })
}

/// Codes by value, so that there may be more than levels are looked at one by one.
fn subgroup_codes(table: &Table, idx: usize) -> Vec<Option<u64>> {
    let mut codes = Vec::with_capacity(table.n_rows() as usize);
    for chunk in table.chunks(idx) {
        crate::insight::typed::Cells::of(chunk).for_each_hash(|_, hash| codes.push(hash));
    }
    codes
}

/// Rows by point, in the order in which the points first come.
fn members(sorted: &[usize], subgroup: Option<&[Option<u64>]>) -> Result<Vec<Vec<usize>>, Problem> {
    let Some(codes) = subgroup else { return Ok(sorted.iter().map(|row| vec![*row]).collect()) };
    let mut place: hashbrown::HashMap<u64, usize> = hashbrown::HashMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for row in sorted {
        let Some(code) = codes.get(*row).copied().flatten() else { continue };
        let next = members.len();
        let at = *place.entry(code).or_insert(next);
        match members.get_mut(at) {
            Some(rows) => rows.push(*row),
            None if next < MAX_SUBGROUPS => members.push(vec![*row]),
            None => return Err(Problem::request("too_many_groups", "There are too many subgroups to chart.")),
        }
    }
    Ok(members)
}

/// Whether numbers of cases are given as shares: none above 1, and some not whole.
fn is_of_shares(values: &[f64], rows: &[usize]) -> bool {
    let known = || rows.iter().filter_map(|row| values.get(*row));
    known().all(|v| (0.0..=1.0).contains(v)) && known().any(|v| v.fract() != 0.0)
}

/// The rows between two values of the order column, as raw text, both included; "2026-11" takes in all of November.
fn window(table: &Table, order: Option<&str>, from: &str, to: &str) -> Result<Vec<bool>, Problem> {
    let n = table.n_rows() as usize;
    let not_a_place = |text: &str| {
        Problem::request("bad_baseline", format!("The baseline cannot begin or end at {text}."))
            .because("It is no value of the column that gives the order.")
    };
    let number =
        |text: &str| text.trim().parse::<f64>().ok().filter(|v| v.is_finite()).ok_or_else(|| not_a_place(text));
    let Some(name) = order else {
        let (from, to) = (number(from)?, number(to)?);
        return Ok((0..n).map(|row| (from..=to).contains(&(row as f64))).collect());
    };
    let (idx, info) = find(table, name)?;
    if !info.column_type.is_temporal() {
        let (from, to) = (number(from)?, number(to)?);
        return Ok(numbers(table, idx, 1).into_iter().map(|v| (from..=to).contains(&v)).collect());
    }
    for text in [from, to] {
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(not_a_place(text));
        }
    }
    // Dates and moments are written so that they sort as text; a blank stands for the T between day and time.
    let (from, to) = (from.replace(' ', "T"), to.replace(' ', "T"));
    let is_in = |raw: String| raw >= from && (raw <= to || raw.starts_with(&to));
    Ok((0..n as u64).map(|row| raw_text(table, idx, row).is_some_and(|raw| is_in(raw.replace(' ', "T")))).collect())
}

/// The columns that a question is about: the one it names, or every measured one.
///
/// # Errors
/// `unknown_column`, `nothing_to_chart`.
pub(super) fn measured(table: &Table, query: &ControlQuery) -> Result<Vec<String>, Problem> {
    if let Some(value) = &query.value {
        find(table, value)?;
        return Ok(vec![value.clone()]);
    }
    let options = &query.options;
    let used = [&query.group, &query.order, &options.stage, &options.subgroup, &options.size];
    let is_used = |name: &String| used.into_iter().flatten().any(|u| u == name);
    let names: Vec<String> = table
        .columns()
        .iter()
        .enumerate()
        .filter(|(idx, info)| !is_used(&info.name) && is_measured(table, *idx, info))
        .map(|(_, info)| info.name.clone())
        .collect();
    if names.is_empty() {
        return Err(Problem::request("nothing_to_chart", "The table has no column that measures something.")
            .hint("Name the column."));
    }
    Ok(names)
}

fn is_measured(table: &Table, idx: usize, info: &ColumnInfo) -> bool {
    if !info.column_type.is_numeric() && info.column_type != ColumnType::Duration {
        return false;
    }
    let values = numbers(table, idx, 1);
    let known = || values.iter().copied().filter(|v| v.is_finite());
    let mut distinct = crate::insight::typed::Distinct::default();
    known().for_each(|v| distinct.add(crate::insight::typed::mix((v + 0.0).to_bits())));
    let range = known().fold(None, |r: Option<(f64, f64)>, v| Some(r.map_or((v, v), |(a, b)| (a.min(v), b.max(v)))));
    let facts = crate::insight::search::Facts {
        name: &info.name,
        column_type: info.column_type,
        n_valid: known().count() as u64,
        n_distinct: distinct.count(),
        range,
        is_whole: known().all(|v| v.fract() == 0.0),
        is_key: false,
    };
    crate::insight::search::roles_of(&facts).is_measure
}

impl NoChart {
    /// Why there is no chart, in words.
    pub fn problem(self, value: &str) -> Problem {
        let no = |code: &str, what: String, why: &str| Problem::request(code, what).because(why);
        match self {
            NoChart::TooFewPoints => no(
                "not_enough_data",
                format!("There is not enough of {value} for a control chart."),
                "Limits need at least three points.",
            ),
            NoChart::BadSubgroups => no(
                "bad_subgroups",
                "The subgroups do not fit this chart.".to_owned(),
                "It needs some of two rows or more; one by ranges takes 25 rows a subgroup at most.",
            )
            .hint("Name the column that tells subgroups apart, or choose the X̄-S chart for large ones."),
            NoChart::NotCounts => no(
                "not_counts",
                format!("{value} does not count cases."),
                "This chart takes counts of 0 and more, and no more cases than there were to look at.",
            ),
            NoChart::NoSizes => no(
                "no_sizes",
                "The sample sizes are missing.".to_owned(),
                "This chart needs to know how many were looked at, and that is never zero.",
            )
            .hint("Name the column of sample sizes, or of subgroups."),
            NoChart::UnequalSizes => no(
                "unequal_sizes",
                "The samples differ in size.".to_owned(),
                "Numbers of cases can be compared only among as many.",
            )
            .hint("Choose the p chart, which charts shares."),
            NoChart::RuleNotHere(rule) => no(
                "bad_argument",
                format!("The rule {} is not for this chart.", rule.name()),
                "Rules on runs are for points that do not depend on each other; a run chart has tests of its own.",
            ),
            NoChart::RollingNotHere => no(
                "bad_argument",
                "A rolling baseline is not for this chart.".to_owned(),
                "Individual values and Levey-Jennings charts can have one.",
            ),
            NoChart::BadSetting => no(
                "bad_argument",
                "A setting of the control chart is out of range.".to_owned(),
                "σ, weight (0 to 1), width, slack and decision interval are positive numbers.",
            ),
        }
    }
}
