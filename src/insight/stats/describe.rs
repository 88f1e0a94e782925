//! One column in a few numbers.

use crate::insight::typed;
use crate::table::Table;

/// Count, mean and sum of squared deviations, gathered in one stable pass (Welford 1962); two of
/// them can be joined (Chan, Golub & LeVeque 1979).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    pub n: u64,
    pub mean: f64,
    m2: f64,
}

impl Moments {
    pub fn push(&mut self, value: f64) {
        self.n += 1;
        let gap = value - self.mean;
        self.mean += gap / self.n as f64;
        self.m2 += gap * (value - self.mean);
    }

    /// The moments of both sets of values together.
    pub fn join(self, other: Moments) -> Moments {
        if self.n == 0 {
            return other;
        }
        if other.n == 0 {
            return self;
        }
        let n = self.n + other.n;
        let gap = other.mean - self.mean;
        let share = other.n as f64 / n as f64;
        Moments { n, mean: self.mean + gap * share, m2: self.m2 + other.m2 + gap * gap * self.n as f64 * share }
    }

    /// The finite ones among the values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Moments {
        let mut moments = Moments::default();
        values.into_iter().filter(|v| v.is_finite()).for_each(|v| moments.push(v));
        moments
    }

    /// Sample variance (n − 1); zero below two values.
    pub fn variance(&self) -> f64 {
        if self.n < 2 { 0.0 } else { (self.m2 / (self.n - 1) as f64).max(0.0) }
    }

    pub fn sd(&self) -> f64 {
        self.variance().sqrt()
    }
}

/// A numeric column in a few numbers. Values that are not finite are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnStats {
    pub n: u64,
    pub mean: f64,
    /// Sample standard deviation (n − 1); zero for one value.
    pub sd: f64,
    pub min: f64,
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
    pub max: f64,
    /// Median distance from the median, not scaled.
    pub mad: f64,
}

/// The quantile at `p` (0 to 1) of sorted values, type 7 of Hyndman & Fan (1996): what R and
/// spreadsheets use. `None` when there are no values.
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = p.clamp(0.0, 1.0) * last as f64;
    let low = sorted.get(at.floor() as usize)?;
    let high = sorted.get(at.ceil() as usize)?;
    let part = at - at.floor();
    Some(if part == 0.0 { *low } else { low + (high - low) * part })
}

/// Describes the finite ones among the values. `None` when there are none.
pub fn describe(values: &[f64]) -> Option<ColumnStats> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let moments = two_pass(&sorted);
    sorted.sort_unstable_by(f64::total_cmp);
    let median = quantile(&sorted, 0.5)?;
    let mut away: Vec<f64> = sorted.iter().map(|v| (v - median).abs()).collect();
    away.sort_unstable_by(f64::total_cmp);
    Some(ColumnStats {
        n: moments.n,
        mean: moments.mean,
        sd: moments.sd(),
        min: *sorted.first()?,
        q1: quantile(&sorted, 0.25)?,
        median,
        q3: quantile(&sorted, 0.75)?,
        max: *sorted.last()?,
        mad: quantile(&away, 0.5)?,
    })
}

/// The corrected two-pass algorithm: a digit or two better than one pass where the mean dwarfs the
/// spread.
fn two_pass(values: &[f64]) -> Moments {
    if values.is_empty() {
        return Moments::default();
    }
    let n = values.len() as f64;
    let shift = Moments::of(values.iter().copied()).mean;
    let mean = shift + values.iter().map(|v| v - shift).sum::<f64>() / n;
    let (mut squares, mut rest) = (0.0, 0.0);
    for v in values {
        let gap = v - mean;
        squares += gap * gap;
        rest += gap;
    }
    Moments { n: values.len() as u64, mean, m2: (squares - rest * rest / n).max(0.0) }
}

/// Describes a numeric column of a table. `None` when there is no such column, it is not numeric,
/// or it has no values.
pub fn describe_column(table: &Table, name: &str) -> Option<ColumnStats> {
    let idx = table.column_idx(name)?;
    if !table.columns().get(idx)?.column_type.is_numeric() {
        return None;
    }
    describe(&typed::numbers(table, idx, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::table::ColumnInfo;
    use arrow::array::Decimal128Array;
    use std::sync::Arc;

    /// NIST StRD, univariate summary statistics: certified mean and standard deviation.
    #[test]
    fn nist_numacc() {
        let one = describe(&[10_000_001.0, 10_000_003.0, 10_000_002.0]).unwrap();
        assert_eq!((one.mean, one.sd), (10_000_002.0, 1.0));
        let series = |base: f64, low: f64, high: f64| -> Vec<f64> {
            std::iter::once(base).chain((0..500).flat_map(|_| [low, high])).collect()
        };
        for (values, mean) in [
            (series(1.2, 1.1, 1.3), 1.2),
            (series(1_000_000.2, 1_000_000.1, 1_000_000.3), 1_000_000.2),
            (series(10_000_000.2, 10_000_000.1, 10_000_000.3), 10_000_000.2),
        ] {
            let s = describe(&values).unwrap();
            assert_eq!(s.n, 1001);
            assert!((s.mean - mean).abs() < 1e-8);
            assert!((s.sd - 0.1).abs() < 1e-8, "sd {} of {mean}", s.sd);
        }
    }

    #[test]
    fn quantiles_are_type_7() {
        // Hyndman & Fan: for 1..10, R's quantile() gives 3.25, 5.5, 7.75.
        let v: Vec<f64> = (1..=10).map(f64::from).collect();
        let s = describe(&v).unwrap();
        assert_eq!((s.q1, s.median, s.q3), (3.25, 5.5, 7.75));
        assert_eq!((s.min, s.max, s.mad), (1.0, 10.0, 2.5));
        assert_eq!(quantile(&[], 0.5), None);
        assert!(describe(&[f64::NAN]).is_none());
    }

    #[test]
    fn moments_join() {
        let all = Moments::of((0..100).map(f64::from));
        let joined = Moments::of((0..30).map(f64::from)).join(Moments::of((30..100).map(f64::from)));
        assert_eq!(joined.n, 100);
        assert!((joined.mean - all.mean).abs() < 1e-12 && (joined.variance() - all.variance()).abs() < 1e-9);
    }

    #[test]
    fn decimals_are_scaled() {
        let cells = Decimal128Array::from(vec![Some(1_500_000_000), None, Some(2_500_000_000)])
            .with_precision_and_scale(38, 9)
            .unwrap();
        let table =
            Table::from_columns(vec![(ColumnInfo::new("price", ColumnType::Decimal), Arc::new(cells))]).unwrap();
        let s = describe_column(&table, "price").unwrap();
        assert_eq!((s.n, s.mean, s.max), (2, 2.0, 2.5));
        assert!(describe_column(&table, "weight").is_none());
    }
}
