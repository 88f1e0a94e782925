//! Rows to the few thousand numbers that a chart can show.
//!
//! Never here: pixels. Same table and spec, same numbers.

mod aggregate;
mod arrays;
mod bar;
mod boxes;
mod calendar;
mod columns;
mod control;
mod groups;
mod heat;
mod histogram;
mod line;
mod m4;
mod scatter;
mod words;

pub use arrays::reduce_arrays;
pub(crate) use columns::parse_place;

use super::{AxisInfo, ChartData, ChartKind, ChartSpec, Marks};
use crate::base::{ColumnType, Problem};
use crate::recipe::Aggregate;
use crate::table::{ColumnInfo, Table};

/// Points of a line at most; above, M4 keeps what can be seen.
pub const MAX_LINE_POINTS: usize = 2_000;
/// Series at most.
pub const MAX_SERIES: usize = 8;
/// Bars at most, "Other" not counted; categories with an order of their own may have
/// [`MAX_NATURAL`].
pub const MAX_BARS: usize = 20;
pub const MAX_NATURAL: usize = 40;
/// Points of a scatter at most; above, it becomes a density.
pub const MAX_SCATTER_POINTS: usize = 3_000;
pub const MAX_BINS: usize = 60;
pub const MAX_HEAT: usize = 40;

/// What a kind's reducer hands back, before the words are added.
struct Reduced {
    marks: Marks,
    x: AxisInfo,
    y: AxisInfo,
    n_rows: u64,
    n_missing: u64,
    n_more: u64,
    mark: Option<String>,
    /// How rows were reduced, where they were: "mean", and "by day".
    aggregate: Option<Aggregate>,
    per: Option<&'static str>,
}

/// Reduces a table to the numbers of a chart, at most a few thousand.
///
/// # Errors
/// `unknown_column`, `not_a_number`, `chart_needs_column` when the spec does not fit the table;
/// `nothing_to_show` when no row has all the values it needs.
pub fn reduce(table: &Table, spec: &ChartSpec) -> Result<ChartData, Problem> {
    reduce_within(table, spec, None)
}

/// As [`reduce`], but of a range of the horizontal axis: a line, scatter or histogram then shows that
/// range as finely as the whole. Kinds with categories are the same in any range.
///
/// # Errors
/// As [`reduce`].
pub fn reduce_within(table: &Table, spec: &ChartSpec, range: Option<(f64, f64)>) -> Result<ChartData, Problem> {
    let range = range.filter(|(low, high)| low.is_finite() && high.is_finite() && low < high);
    let reduced = match spec.kind {
        ChartKind::Line => line::reduce_line(table, spec, range),
        ChartKind::Bar => bar::reduce_bar(table, spec),
        ChartKind::Histogram => histogram::reduce_histogram(table, spec, range),
        ChartKind::Scatter => scatter::reduce_scatter(table, spec, range),
        ChartKind::Box => boxes::reduce_box(table, spec),
        ChartKind::Heat => heat::reduce_heat(table, spec),
        ChartKind::Control => control::reduce_control(table, spec),
    }?;
    Ok(words::with_words(spec, reduced))
}

/// The measured column that a kind cannot do without.
fn measured(spec: &ChartSpec) -> Result<&str, Problem> {
    spec.y.as_deref().filter(|y| !y.is_empty()).ok_or_else(|| {
        Problem::request(
            "chart_needs_column",
            format!("A {} chart needs a measured column.", spec.kind.label().to_lowercase()),
        )
        .hint("Choose a column of numbers to measure.")
    })
}

/// How rows are reduced when the spec leaves it open.
fn aggregate_of(spec: &ChartSpec, measure: Option<&str>) -> Aggregate {
    spec.aggregate.unwrap_or(if measure.is_some() { Aggregate::Mean } else { Aggregate::Count })
}

/// The values to reduce: numbers, or codes where only different values are counted.
fn values_to_reduce(table: &Table, measure: Option<&str>, by: Aggregate) -> Result<Vec<f64>, Problem> {
    match (by, measure) {
        (Aggregate::Count, _) => Ok(vec![0.0; table.n_rows() as usize]),
        (Aggregate::CountDistinct, Some(name)) => {
            let codes = columns::categories(table, name)?.codes;
            Ok(codes.into_iter().map(|c| if c == columns::MISSING { f64::NAN } else { f64::from(c) }).collect())
        }
        (_, Some(name)) => columns::numbers(table, name),
        (by, None) => {
            Err(Problem::request("chart_needs_column", format!("The {} needs a measured column.", by.word()))
                .hint("Choose a column of numbers, or count rows instead."))
        }
    }
}

/// The axis of reduced values.
fn axis_of_aggregate(info: Option<&ColumnInfo>, by: Aggregate) -> AxisInfo {
    let Some(info) = info.filter(|_| by != Aggregate::Count) else {
        return AxisInfo { label: Aggregate::Count.word().to_owned(), unit: None, column_type: ColumnType::Integer };
    };
    let own = columns::axis_of(info);
    match by {
        Aggregate::CountDistinct => {
            AxisInfo { label: format!("{} of {}", by.word(), info.name), unit: None, column_type: ColumnType::Integer }
        }
        // The middle of whole numbers need not be whole.
        Aggregate::Mean | Aggregate::Median | Aggregate::Sd => {
            let column_type =
                if own.column_type.is_temporal() && by != Aggregate::Sd { own.column_type } else { ColumnType::Number };
            AxisInfo { label: format!("{} of {}", by.word(), info.name), unit: own.unit, column_type }
        }
        _ => AxisInfo { label: format!("{} of {}", by.word(), info.name), ..own },
    }
}

fn nothing_to_show(spec: &ChartSpec) -> Problem {
    let columns: Vec<String> =
        [Some(&spec.x), spec.y.as_ref(), spec.value.as_ref()].into_iter().flatten().map(|c| format!("'{c}'")).collect();
    Problem::input("nothing_to_show", "There is nothing to show in this chart.")
        .because(format!("No row has a value in {}.", crate::base::wording::list(&columns)))
        .hint("Check the filters, or choose other columns.")
}

#[cfg(test)]
mod tests;
