//! How long things take: the time between two dates of one row, where one follows the other. A report
//! that comes late has no column that says so; its two dates do.

use super::typed::numbers;
use crate::base::ColumnType;
use crate::table::{ColumnInfo, Table};
use arrow::array::{Float64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use std::sync::Arc;

/// Columns of dates that are compared with each other.
const MAX_DATES: usize = 8;
/// Rows beyond which nothing is derived: two whole columns are held at once.
const MAX_ROWS: u64 = 5_000_000;
/// Rows that decide whether two dates go together.
const MAX_LOOKED_AT: usize = 20_000;
/// Rows in which both dates are known.
const MIN_ROWS: usize = 30;
const MIN_SHARE: f64 = 0.5;
/// Share of rows in which the second date does not come before the first.
const IN_ORDER: f64 = 0.98;
/// Dates that follow one another lie much closer to each other than to the dates of other rows.
const CLOSE: f64 = 0.25;
const MICROS_A_DAY: f64 = 86_400e6;

/// Two columns of dates of which the second follows the first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Delay {
    pub from: usize,
    pub to: usize,
    /// "days from Event date to Received".
    pub name: String,
    /// How it is computed: "Received − Event date, in days".
    pub formula: String,
}

impl Delay {
    /// The pairs in a table, in the order of its columns. A date that is a fact about a site or lot
    /// (when it was opened, when it was made) is followed by all dates of its rows, but closely by
    /// none, and so gives no pair.
    pub fn all(table: &Table) -> Vec<Delay> {
        if table.n_rows() > MAX_ROWS {
            return Vec::new();
        }
        let n_rows = usize::try_from(table.n_rows()).unwrap_or(0);
        let stride = n_rows.div_ceil(MAX_LOOKED_AT).max(1);
        let is_date = |(_, c): &(usize, &ColumnInfo)| c.column_type.is_temporal();
        let dates: Vec<(usize, Vec<f64>)> = table
            .columns()
            .iter()
            .enumerate()
            .filter(is_date)
            .take(MAX_DATES)
            .map(|(i, _)| (i, days(table, i, stride)))
            .collect();
        let mut out = Vec::new();
        for (at, (a, first)) in dates.iter().enumerate() {
            for (b, second) in dates.iter().skip(at + 1) {
                let pair = match order_of(first, second) {
                    Some(true) => Some((*a, *b)),
                    Some(false) => Some((*b, *a)),
                    None => None,
                };
                out.extend(pair.and_then(|(from, to)| Delay::named(table, from, to)));
            }
        }
        out
    }

    fn named(table: &Table, from: usize, to: usize) -> Option<Delay> {
        let (first, second) = (&table.columns().get(from)?.name, &table.columns().get(to)?.name);
        let name = format!("days from {first} to {second}");
        let formula = format!("{second} − {first}, in days");
        table.column(&name).is_none().then_some(Delay { from, to, name, formula })
    }

    /// Of every k-th row; NaN where a date is missing.
    pub fn values(&self, table: &Table, stride: usize) -> Vec<f64> {
        let (from, to) = (days(table, self.from, stride), days(table, self.to, stride));
        from.iter().zip(&to).map(|(a, b)| b - a).collect()
    }
}

/// The table with its delays as columns at the end; `None` when it has none. For charts of findings
/// about them.
pub fn with_delays(table: &Table) -> Option<Table> {
    let delays = Delay::all(table);
    if delays.is_empty() {
        return None;
    }
    let mut infos = table.columns().to_vec();
    let mut fields: Vec<FieldRef> = table.schema().fields().iter().cloned().collect();
    let mut values = Vec::new();
    for delay in delays {
        let mut info = ColumnInfo::new(&delay.name, ColumnType::Number);
        info.reason.clone_from(&delay.formula);
        infos.push(info);
        fields.push(Arc::new(Field::new(&delay.name, DataType::Float64, true)));
        values.push(delay.values(table, 1));
    }
    let schema = Arc::new(Schema::new(fields));
    let mut batches = Vec::new();
    let mut start = 0;
    for batch in table.batches() {
        let end = start + batch.num_rows();
        let mut arrays = batch.columns().to_vec();
        for column in &values {
            let cells = column.get(start..end)?.iter().map(|v| v.is_finite().then_some(*v));
            arrays.push(Arc::new(Float64Array::from_iter(cells)));
        }
        batches.push(RecordBatch::try_new(schema.clone(), arrays).ok()?);
        start = end;
    }
    Table::try_new(schema, batches, infos).ok()
}

/// A column of dates in days; whole days where it has no times.
fn days(table: &Table, idx: usize, stride: usize) -> Vec<f64> {
    let is_date = table.columns().get(idx).is_some_and(|c| c.column_type == ColumnType::Date);
    let unit = if is_date { 1.0 } else { MICROS_A_DAY };
    numbers(table, idx, stride).into_iter().map(|v| v / unit).collect()
}

/// Whether the second follows the first (`true`), the first the second (`false`), or neither.
fn order_of(first: &[f64], second: &[f64]) -> Option<bool> {
    let both: Vec<(f64, f64)> =
        first.iter().copied().zip(second.iter().copied()).filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
    if both.len() < MIN_ROWS || (both.len() as f64) < MIN_SHARE * first.len() as f64 {
        return None;
    }
    let spread = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let n = both.len() as f64;
        let mean = both.iter().map(of).sum::<f64>() / n;
        (both.iter().map(|p| (of(p) - mean).powi(2)).sum::<f64>() / n).sqrt()
    };
    let between = spread(&|p: &(f64, f64)| p.1 - p.0);
    let least = spread(&|p: &(f64, f64)| p.0).min(spread(&|p: &(f64, f64)| p.1));
    // The same lapse in every row says nothing.
    if between <= 1e-9 || between > CLOSE * least {
        return None;
    }
    let share =
        |fits: &dyn Fn(f64) -> bool| both.iter().filter(|(a, b)| fits(b - a)).count() as f64 / both.len() as f64;
    if share(&|d| d >= 0.0) >= IN_ORDER {
        Some(true)
    } else if share(&|d| d <= 0.0) >= IN_ORDER {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Date32Array};

    fn table(columns: &[(&str, Vec<Option<i32>>)]) -> Table {
        let column = |(name, days): &(&str, Vec<Option<i32>>)| {
            let array: ArrayRef = Arc::new(Date32Array::from(days.clone()));
            (ColumnInfo::new(*name, ColumnType::Date), array)
        };
        Table::from_columns(columns.iter().map(column).collect()).unwrap()
    }

    fn names(table: &Table) -> Vec<String> {
        Delay::all(table).into_iter().map(|d| d.name).collect()
    }

    fn event(i: i32) -> i32 {
        20_000 + i * 37 % 300
    }

    #[test]
    fn the_second_date_minus_the_first() {
        let received: Vec<Option<i32>> = (0..100).map(|i| (i != 5).then_some(event(i) + i % 7)).collect();
        let happened: Vec<Option<i32>> = (0..100).map(|i| Some(event(i))).collect();
        // Whichever stands first in the table.
        let longer = with_delays(&table(&[("Received", received), ("Event date", happened)])).unwrap();
        let info = longer.columns().last().unwrap();
        assert_eq!(info.name, "days from Event date to Received");
        assert_eq!(info.reason, "Received − Event date, in days");
        let values = numbers(&longer, 2, 1);
        assert_eq!((values[0], values[6], values[13]), (0.0, 6.0, 6.0));
        assert!(values[5].is_nan());
    }

    #[test]
    fn dates_that_do_not_follow_closely_give_none() {
        let happened: Vec<Option<i32>> = (0..100).map(|i| Some(event(i))).collect();
        let of = |other: &dyn Fn(i32) -> Option<i32>| {
            names(&table(&[("a", happened.clone()), ("b", (0..100).map(other).collect())]))
        };
        assert_eq!(of(&|i| Some(event(i) + i % 7)).len(), 1);
        assert!(of(&|i| Some(19_000 + i % 5 * 30)).is_empty(), "long before, and no closer to one than to another");
        assert!(of(&|i| Some(event(i) + 3)).is_empty(), "always the same");
        assert!(of(&|i| Some(event(i) + i % 7 - 3)).is_empty(), "before as often as after");
        assert!(of(&|i| (i < 20).then_some(event(i) + i % 7)).is_empty(), "hardly ever known");
        assert!(of(&|i| Some(event(i))).is_empty(), "the same date");
    }
}
