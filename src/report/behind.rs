//! The rows behind a number. How many they are and the query that opens them come from the same
//! tests, so that they cannot disagree.

use super::Explain;
use super::filter::{mask, quote_name, test_sql};
use super::values::column_type;
use crate::base::{ColumnType, Problem};
use crate::chart::{ChartKind, ChartSpec};
use crate::recipe::{Aggregate, Test};
use crate::table::Table;
use arrow::array::AsArray;
use arrow::datatypes::Float64Type;

/// Rows of a node that pass all of some tests.
pub(super) struct Behind<'a> {
    table: &'a Table,
    node_name: &'a str,
    tests: Vec<(String, Test)>,
}

impl<'a> Behind<'a> {
    /// All rows, so far.
    pub fn new(table: &'a Table, node_name: &'a str) -> Behind<'a> {
        Behind { table, node_name, tests: Vec::new() }
    }

    /// Only those that pass.
    pub fn only(mut self, test: Option<&(String, Test)>) -> Behind<'a> {
        self.tests.extend(test.cloned());
        self
    }

    /// Only those in which the column is not missing.
    pub fn known(mut self, column: &str) -> Behind<'a> {
        // What is one of some values, or within bounds, is there.
        let is_said =
            |(name, test): &(String, Test)| name == column && !matches!(test, Test::IsMissing | Test::NoneOf(_));
        if !column.is_empty() && !self.tests.iter().any(is_said) {
            self.tests.push((column.to_owned(), Test::IsPresent));
        }
        self
    }

    /// Only those that a chart can draw.
    pub fn drawn_by(self, spec: &ChartSpec) -> Behind<'a> {
        columns_needed(spec).into_iter().fold(self, Behind::known)
    }

    /// The query that opens them.
    pub fn sql(&self) -> String {
        let conditions: Vec<String> = self.tests.iter().map(|(column, test)| self.condition(column, test)).collect();
        let from = format!("SELECT * FROM {}", quote_name(self.node_name));
        if conditions.is_empty() { from } else { format!("{from} WHERE {}", conditions.join(" AND ")) }
    }

    fn condition(&self, column: &str, test: &Test) -> String {
        let idx = self.table.column_idx(column);
        let sql = test_sql(column, idx.map_or(ColumnType::Text, |idx| column_type(self.table, idx)), test);
        // Only SQL takes what is not a number for something that is there.
        if matches!(test, Test::IsPresent) && idx.is_some_and(|idx| has_nan(self.table, idx)) {
            return format!("{sql} AND NOT isnan({})", quote_name(column));
        }
        sql
    }

    /// True for each of them.
    ///
    /// # Errors
    /// `no_such_column`, `unreadable_value`.
    pub fn mask(&self) -> Result<Vec<bool>, Problem> {
        let mut all = vec![true; self.table.n_rows() as usize];
        for (column, test) in &self.tests {
            for (keep, passes) in all.iter_mut().zip(mask(self.table, column, test)?) {
                *keep &= passes;
            }
        }
        Ok(all)
    }

    /// # Errors
    /// `no_such_column`, `unreadable_value`.
    pub fn n_rows(&self) -> Result<u64, Problem> {
        if self.tests.is_empty() {
            return Ok(self.table.n_rows());
        }
        Ok(self.mask()?.iter().filter(|keep| **keep).count() as u64)
    }

    /// Puts count and query into an explanation; neither where the rows cannot be told.
    pub fn put_into(&self, explain: &mut Explain) {
        match self.n_rows() {
            Ok(n_rows) => (explain.n_rows, explain.rows_sql) = (n_rows, Some(self.sql())),
            Err(_) => (explain.n_rows, explain.rows_sql) = (0, None),
        }
    }
}

/// Columns without which a row has no place in a chart.
fn columns_needed(spec: &ChartSpec) -> Vec<&str> {
    let mut needed = vec![spec.x.as_str()];
    if spec.kind == ChartKind::Heat {
        needed.extend(spec.y.as_deref());
    }
    if matches!(spec.kind, ChartKind::Line | ChartKind::Bar | ChartKind::Scatter) {
        needed.extend(spec.group.as_deref());
    }
    let measured = match spec.kind {
        ChartKind::Histogram => None,
        ChartKind::Heat => spec.value.as_deref(),
        _ => spec.y.as_deref(),
    };
    // Rows are counted whatever their cells hold.
    let is_count = spec.aggregate == Some(Aggregate::Count)
        && matches!(spec.kind, ChartKind::Line | ChartKind::Bar | ChartKind::Heat);
    needed.extend(measured.filter(|_| !is_count));
    needed
}

fn has_nan(table: &Table, idx: usize) -> bool {
    let floats = |chunk| arrow::array::ArrayRef::as_primitive_opt::<Float64Type>(chunk);
    table.chunks(idx).filter_map(floats).any(|f| f.iter().flatten().any(f64::is_nan))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::table::ColumnInfo;

    #[test]
    fn count_and_query_say_the_same() {
        let table = sample::table();
        let fails = ("qc".to_owned(), Test::OneOf(vec!["fail".to_owned()]));
        let all = Behind::new(&table, "runs");
        assert_eq!((all.n_rows().unwrap(), all.sql().as_str()), (16, "SELECT * FROM \"runs\""));
        let known = Behind::new(&table, "runs").known("yield").known("yield");
        assert_eq!(
            (known.n_rows().unwrap(), known.sql().as_str()),
            (15, "SELECT * FROM \"runs\" WHERE \"yield\" IS NOT NULL")
        );
        let failed = Behind::new(&table, "runs").only(Some(&fails)).known("qc");
        assert_eq!(
            (failed.n_rows().unwrap(), failed.sql().as_str()),
            (4, "SELECT * FROM \"runs\" WHERE \"qc\" IN ('fail')")
        );
    }

    #[test]
    fn a_chart_needs_what_it_draws() {
        let mut bars = ChartSpec::new(ChartKind::Bar, sample::NODE, "plate");
        bars.y = Some("yield".into());
        assert_eq!(columns_needed(&bars), ["plate", "yield"]);
        bars.aggregate = Some(Aggregate::Count);
        bars.group = Some("qc".into());
        assert_eq!(columns_needed(&bars), ["plate", "qc"]);
        let mut heat = ChartSpec::new(ChartKind::Heat, sample::NODE, "plate");
        (heat.y, heat.value) = (Some("qc".into()), Some("yield".into()));
        assert_eq!(columns_needed(&heat), ["plate", "qc", "yield"]);
        assert_eq!(Behind::new(&sample::table(), "runs").drawn_by(&heat).n_rows().unwrap(), 15);
    }

    #[test]
    fn what_is_not_a_number_is_not_there() {
        let array = std::sync::Arc::new(arrow::array::Float64Array::from(vec![Some(1.0), Some(f64::NAN), None]));
        let table = Table::from_columns(vec![(ColumnInfo::new("v", ColumnType::Number), array as _)]).unwrap();
        let behind = Behind::new(&table, "t").known("v");
        assert_eq!(behind.n_rows().unwrap(), 1);
        assert_eq!(behind.sql(), "SELECT * FROM \"t\" WHERE \"v\" IS NOT NULL AND NOT isnan(\"v\")");
    }

    #[test]
    fn a_column_that_is_gone_opens_nothing() {
        let table = sample::table();
        let mut explain = Explain { n_rows: 7, ..Explain::default() };
        Behind::new(&table, "runs").known("gone").put_into(&mut explain);
        assert_eq!((explain.n_rows, explain.rows_sql), (0, None));
    }
}
