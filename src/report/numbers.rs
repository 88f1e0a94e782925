//! Key numbers: one column reduced to one value, with its change, its course and how it was made.

use super::behind::Behind;
use super::filter::test_words;
use super::roles::human_name;
use super::spec::NumberSpec;
use super::summary::reduce;
use super::values::{column_idx, column_type, for_each_text, numbers_of, time_words};
use super::{Explain, FrozenNumber};
use crate::base::{ColumnType, Floats, Place, Problem, wording};
use crate::recipe::Aggregate;
use crate::table::Table;
use std::collections::HashSet;

/// Points of the small line beside a number.
const MAX_SPARK: usize = 40;
/// Fewer rows than this in either half say nothing about a change.
const MIN_HALF: usize = 5;

/// The rows' times, shared by all numbers of a node.
pub(super) struct Times {
    pub values: Vec<f64>,
    pub column_type: ColumnType,
}

/// Where a number comes from, apart from its own filter.
pub(super) struct Origin<'a> {
    pub table: &'a Table,
    pub node_name: &'a str,
    pub times: Option<&'a Times>,
    pub steps: &'a [String],
    pub sources: &'a [String],
}

/// Computes one key number.
///
/// # Errors
/// `no_such_column`, `not_numbers`, `unreadable_value`.
pub(super) fn number(spec: &NumberSpec, from: &Origin<'_>) -> Result<FrozenNumber, Problem> {
    let passing = Behind::new(from.table, from.node_name).only(spec.only.as_ref());
    let keep = if spec.only.is_some() { Some(passing.mask()?) } else { None };
    let passes = |row_idx: usize| keep.as_ref().is_none_or(|k| k.get(row_idx) == Some(&true));
    let n_all = from.table.n_rows() as usize;
    let n_passing = keep.as_ref().map_or(n_all, |k| k.iter().filter(|keep| **keep).count()) as u64;
    let as_share = spec.as_share && spec.aggregate == Aggregate::Count;

    let measured = Measured::of(spec, from.table)?;
    let value = if as_share {
        (n_all > 0).then(|| n_passing as f64 / n_all as f64)
    } else {
        measured.reduce(spec.aggregate, n_all, &passes)
    };
    let shape = Shape { spec, as_share, column_type: measured.column_type };
    let course = from.times.filter(|_| measured.has_course(spec.aggregate)).map(|times| Course {
        spec,
        measured: &measured,
        as_share,
        passes: &passes,
        times,
    });
    let change = course.as_ref().and_then(|c| c.change(&shape, from.table));
    // A cell that is missing is in no mean, and not among the rows behind it.
    let behind = match spec.column.as_deref().filter(|_| spec.aggregate != Aggregate::Count) {
        Some(column) => passing.known(column),
        None => passing,
    };
    let n_rows = behind.n_rows()?;
    let mut formula = formula_of(spec, as_share, from.node_name, n_rows, n_passing, n_all as u64);
    if change.is_some() {
        formula.push_str(" The change compares the later half of the time with the earlier half.");
    }
    Ok(FrozenNumber {
        label: if spec.label.trim().is_empty() { label_of(spec, as_share) } else { spec.label.clone() },
        text: value
            .map_or_else(|| format!("not enough data (n = {})", wording::format_count(n_rows)), |v| shape.text(v)),
        value: value.map(|v| if as_share { v * 100.0 } else { v }),
        unit: value.and_then(|_| shape.unit(from.table)),
        change,
        spark: course.as_ref().map(Course::spark).unwrap_or_default(),
        explain: Explain {
            formula,
            steps: from.steps.to_vec(),
            sources: from.sources.to_vec(),
            rows_sql: Some(behind.sql()),
            n_rows,
            target: None,
        },
    })
}

/// The measured cells: numbers with NaN for missing, or texts.
struct Measured {
    numbers: Option<Vec<f64>>,
    texts: Option<Vec<Option<String>>>,
    column_type: ColumnType,
}

impl Measured {
    fn of(spec: &NumberSpec, table: &Table) -> Result<Measured, Problem> {
        if spec.aggregate == Aggregate::Count {
            return Ok(Measured { numbers: None, texts: None, column_type: ColumnType::Integer });
        }
        let Some(column) = &spec.column else {
            let what = format!("The {} needs a column.", spec.aggregate.word());
            return Err(Problem::request("needs_column", what).hint("Choose the column to be reduced."));
        };
        let idx = column_idx(table, column)?;
        let column_type = column_type(table, idx);
        let has_mean = column_type.is_numeric() || column_type == ColumnType::Duration;
        let ok = match spec.aggregate {
            Aggregate::Sum | Aggregate::Mean | Aggregate::Median | Aggregate::Sd => has_mean,
            Aggregate::Min | Aggregate::Max => column_type != ColumnType::Text,
            Aggregate::Count | Aggregate::CountDistinct => true,
        };
        if !ok {
            let what =
                format!("The {} of “{column}” cannot be computed: its cells are not numbers.", spec.aggregate.word());
            return Err(Problem::request("not_numbers", what).at(Place::column(column)));
        }
        if column_type == ColumnType::Text {
            let mut texts = Vec::with_capacity(table.n_rows() as usize);
            for_each_text(table, idx, |cell| texts.push(cell));
            return Ok(Measured { numbers: None, texts: Some(texts), column_type });
        }
        Ok(Measured { numbers: Some(numbers_of(table, column)?), texts: None, column_type })
    }

    fn reduce(&self, aggregate: Aggregate, n_all: usize, passes: &dyn Fn(usize) -> bool) -> Option<f64> {
        if let Some(texts) = &self.texts {
            let seen: HashSet<&str> =
                texts.iter().enumerate().filter(|(i, _)| passes(*i)).filter_map(|(_, t)| t.as_deref()).collect();
            return Some(seen.len() as f64);
        }
        let Some(numbers) = &self.numbers else {
            return Some((0..n_all).filter(|i| passes(*i)).count() as f64);
        };
        let kept = numbers.iter().enumerate().filter(|(i, v)| !v.is_nan() && passes(*i));
        let mut values: Vec<f64> = kept.map(|(_, v)| *v).collect();
        reduce(aggregate, &mut values).filter(|v| v.is_finite())
    }

    /// Whether a course over time and a change mean anything.
    fn has_course(&self, aggregate: Aggregate) -> bool {
        self.texts.is_none()
            && !matches!(aggregate, Aggregate::CountDistinct | Aggregate::Sd)
            && !self.column_type.is_temporal()
            && self.column_type != ColumnType::Time
    }
}

/// How a value is written.
struct Shape<'a> {
    spec: &'a NumberSpec,
    as_share: bool,
    column_type: ColumnType,
}

impl Shape<'_> {
    fn text(&self, value: f64) -> String {
        if self.as_share {
            return wording::format_share(value);
        }
        match (self.spec.aggregate, self.column_type) {
            (Aggregate::Count | Aggregate::CountDistinct, _) => wording::format_count(value as u64),
            (Aggregate::Min | Aggregate::Max, t) if t.is_temporal() => time_words(value, t),
            (Aggregate::Min | Aggregate::Max, ColumnType::Boolean) => if value > 0.0 { "yes" } else { "no" }.to_owned(),
            (_, ColumnType::Duration | ColumnType::Time) => wording::format_significant(value / 1e6, 3),
            (Aggregate::Sum | Aggregate::Min | Aggregate::Max, ColumnType::Integer) => wording::format_number(value, 0),
            (Aggregate::Min | Aggregate::Max, _) => wording::format_significant(value, 6),
            (Aggregate::Sum, _) => wording::format_significant(value, 4),
            _ => wording::format_significant(value, 3),
        }
    }

    fn unit(&self, table: &Table) -> Option<String> {
        if self.as_share || matches!(self.spec.aggregate, Aggregate::Count | Aggregate::CountDistinct) {
            return None;
        }
        if matches!(self.column_type, ColumnType::Duration | ColumnType::Time) {
            return Some("s".to_owned());
        }
        self.spec.column.as_ref().and_then(|c| table.column(c)).and_then(|c| c.unit.clone())
    }
}

/// The same number over parts of the time.
struct Course<'a> {
    spec: &'a NumberSpec,
    measured: &'a Measured,
    as_share: bool,
    passes: &'a dyn Fn(usize) -> bool,
    times: &'a Times,
}

impl Course<'_> {
    fn range(&self) -> Option<(f64, f64)> {
        let known = || self.times.values.iter().copied().filter(|t| t.is_finite());
        let (low, high) = (known().reduce(f64::min)?, known().reduce(f64::max)?);
        (high > low).then_some((low, high))
    }

    /// The number over some of the rows; `None` where they hold nothing.
    fn over(&self, rows: &[usize]) -> Option<f64> {
        let kept = || rows.iter().copied().filter(|i| (self.passes)(*i));
        match &self.measured.numbers {
            None if self.as_share => (!rows.is_empty()).then(|| kept().count() as f64 / rows.len() as f64),
            None => Some(kept().count() as f64),
            Some(numbers) => {
                let mut values: Vec<f64> =
                    kept().filter_map(|i| numbers.get(i).copied()).filter(|v| !v.is_nan()).collect();
                reduce(self.spec.aggregate, &mut values)
            }
        }
    }

    /// Rows by the part of the time they fall in, parts of equal length.
    fn parts(&self, n_parts: usize) -> Vec<Vec<usize>> {
        let Some((low, high)) = self.range() else { return Vec::new() };
        let mut parts = vec![Vec::new(); n_parts];
        for (row_idx, time) in self.times.values.iter().enumerate().filter(|(_, t)| t.is_finite()) {
            let place = ((time - low) / (high - low) * n_parts as f64) as usize;
            if let Some(part) = parts.get_mut(place.min(n_parts.saturating_sub(1))) {
                part.push(row_idx);
            }
        }
        parts
    }

    /// A point a day or moment, or a run of as many of them as it takes.
    fn spark(&self) -> Floats {
        let mut placed: Vec<(f64, usize)> =
            self.times.values.iter().enumerate().filter(|(_, t)| t.is_finite()).map(|(row, t)| (*t, row)).collect();
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let moments: Vec<&[(f64, usize)]> = placed.chunk_by(|a, b| a.0 == b.0).collect();
        let per_point = moments.len().div_ceil(MAX_SPARK).max(1);
        let is_count = self.spec.aggregate == Aggregate::Count && !self.as_share;
        let mut points: Vec<f64> = Vec::with_capacity(MAX_SPARK);
        for run in moments.chunks(per_point) {
            // A last run that is cut short would look like a fall, or rest on few rows.
            if run.len() < if is_count { per_point } else { per_point.div_ceil(2) } {
                continue;
            }
            let rows: Vec<usize> = run.iter().flat_map(|m| m.iter().map(|(_, row)| *row)).collect();
            points.push(self.over(&rows).unwrap_or(f64::NAN));
        }
        let known = || points.iter().copied().filter(|p| p.is_finite());
        let is_flat = known().reduce(f64::min) == known().reduce(f64::max);
        // Rows that come evenly draw a flat line, which says nothing.
        if points.len() < 3 || (is_flat && is_count) {
            return Floats::default();
        }
        Floats(points)
    }

    /// The later half of the time against the earlier.
    fn change(&self, shape: &Shape<'_>, table: &Table) -> Option<String> {
        let plain_count = self.spec.aggregate == Aggregate::Count && !self.as_share && self.spec.only.is_none();
        if plain_count || matches!(self.spec.aggregate, Aggregate::Min | Aggregate::Max) {
            return None;
        }
        let halves = self.parts(2);
        let [earlier, later] = halves.as_slice() else { return None };
        if earlier.len() < MIN_HALF || later.len() < MIN_HALF {
            return None;
        }
        let (low, high) = self.range()?;
        let (before, after) = (self.over(earlier)?, self.over(later)?);
        let difference = after - before;
        let scale = before.abs().max(after.abs());
        let split = time_words((low + (high - low) / 2.0).ceil(), self.times.column_type);
        if scale == 0.0 || (difference / scale).abs() < 0.001 {
            return Some(format!("no change since {split}"));
        }
        let sign = if difference > 0.0 { "+" } else { "\u{2212}" };
        let size = if self.as_share {
            // Percentage points: the two shares themselves may both be far from the one over all rows.
            let points = wording::format_significant(difference.abs() * 100.0, 2);
            let way = if difference > 0.0 { "higher" } else { "lower" };
            return Some(format!("{points} points {way} than before {split}"));
        } else {
            let digits = if matches!(self.spec.aggregate, Aggregate::Count) { 12 } else { 2 };
            let text = if shape.column_type == ColumnType::Duration {
                wording::format_significant(difference.abs() / 1e6, 2)
            } else {
                wording::format_significant(difference.abs(), digits)
            };
            shape.unit(table).map_or_else(|| text.clone(), |unit| format!("{text} {unit}"))
        };
        Some(format!("{sign}{size} since {split}"))
    }
}

fn label_of(spec: &NumberSpec, as_share: bool) -> String {
    let only = spec.only.as_ref().map(|(column, test)| test_words(&human_name(column), test));
    let column = spec.column.as_deref().map(human_name).unwrap_or_default();
    let what = match spec.aggregate {
        Aggregate::Count if as_share => "share of rows".to_owned(),
        Aggregate::Count => "rows".to_owned(),
        Aggregate::CountDistinct => format!("different values of {column}"),
        other => format!("{} of {}", other.word(), spec.column.as_deref().unwrap_or_default()),
    };
    wording::sentence_case(&only.map_or_else(|| what.clone(), |only| format!("{what} where {only}")))
}

fn formula_of(spec: &NumberSpec, as_share: bool, node_name: &str, n_rows: u64, n_passing: u64, n_all: u64) -> String {
    let filter = spec.only.as_ref().map(|(column, test)| format!(" where {}", test_words(column, test)));
    let filter = filter.unwrap_or_default();
    if as_share {
        return format!(
            "Number of rows of {node_name}{filter} ({}), divided by all rows ({}).",
            wording::format_count(n_passing),
            wording::format_count(n_all)
        );
    }
    if spec.aggregate == Aggregate::Count {
        return format!("Number of rows of {node_name}{filter}.");
    }
    let column = spec.column.as_deref().unwrap_or_default();
    let skipped = match n_passing.saturating_sub(n_rows) {
        0 => String::new(),
        n => format!(" {} left out because {column} is missing.", wording::plural(n, "row is", "rows are")),
    };
    let word = wording::sentence_case(spec.aggregate.word());
    format!("{word} of {column} over {} of {node_name}{filter}.{skipped}", wording::plural(n_rows, "row", "rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Test;
    use crate::report::sample;

    fn spec(aggregate: Aggregate, column: Option<&str>) -> NumberSpec {
        NumberSpec {
            label: String::new(),
            node: sample::NODE,
            aggregate,
            column: column.map(str::to_owned),
            only: None,
            as_share: false,
        }
    }

    fn compute(spec: &NumberSpec) -> Result<FrozenNumber, Problem> {
        let table = sample::table();
        let times = Times { values: numbers_of(&table, "day").unwrap(), column_type: ColumnType::Date };
        let sources = ["runs.csv".to_owned()];
        number(spec, &Origin { table: &table, node_name: "runs", times: Some(&times), steps: &[], sources: &sources })
    }

    #[test]
    fn a_mean_has_unit_change_and_course() {
        let mean = compute(&spec(Aggregate::Mean, Some("yield"))).unwrap();
        // Seven of 10.0 and eight of 7.5.
        assert_eq!(mean.text, "8.67");
        assert_eq!(mean.unit.as_deref(), Some("ng/µL"));
        assert_eq!(mean.label, "Mean of yield");
        assert_eq!(mean.change.as_deref(), Some("−2.5 ng/µL since 9 Nov 2026"));
        assert_eq!(mean.spark.len(), 16);
        assert!(mean.spark[3].is_nan());
        assert!(
            mean.explain
                .formula
                .starts_with("Mean of yield over 15 rows of runs. 1 row is left out because yield is missing.")
        );
        assert_eq!(mean.explain.rows_sql.as_deref(), Some("SELECT * FROM \"runs\" WHERE \"yield\" IS NOT NULL"));
        assert_eq!(mean.explain.n_rows, 15);
    }

    #[test]
    fn a_share_leads_back_to_its_rows() {
        let mut share = spec(Aggregate::Count, None);
        share.only = Some(("qc".into(), Test::OneOf(vec!["fail".into()])));
        share.as_share = true;
        let share = compute(&share).unwrap();
        assert_eq!(share.text, "25 %");
        assert_eq!(share.value, Some(25.0));
        assert_eq!(share.label, "Share of rows where qc is “fail”");
        assert_eq!(share.explain.n_rows, 4);
        assert_eq!(share.explain.rows_sql.as_deref(), Some("SELECT * FROM \"runs\" WHERE \"qc\" IN ('fail')"));
        assert_eq!(share.change.as_deref(), Some("50 points higher than before 9 Nov 2026"));
    }

    #[test]
    fn dates_counts_and_refusals() {
        assert_eq!(compute(&spec(Aggregate::Max, Some("day"))).unwrap().text, "16 Nov 2026");
        let rows = compute(&spec(Aggregate::Count, None)).unwrap();
        assert_eq!((rows.text.as_str(), rows.change), ("16", None));
        assert_eq!(compute(&spec(Aggregate::CountDistinct, Some("plate"))).unwrap().text, "2");
        assert_eq!(compute(&spec(Aggregate::Mean, Some("plate"))).unwrap_err().code, "not_numbers");
        assert_eq!(compute(&spec(Aggregate::Mean, None)).unwrap_err().code, "needs_column");
        let mut none = spec(Aggregate::Mean, Some("yield"));
        none.only = Some(("plate".into(), Test::OneOf(vec!["P9".into()])));
        assert_eq!(compute(&none).unwrap().text, "not enough data (n = 0)");
    }
}
