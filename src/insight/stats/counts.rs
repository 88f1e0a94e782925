//! Tests on counts.

use super::tail::chi_square_p;
use statrs::function::factorial::ln_factorial;

/// Two-sided p of Fisher's exact test for the table `[a b; c d]`: the chance of all tables with the
/// same margins that are no more likely than this one.
///
/// Time grows with the smallest margin.
pub fn fisher_exact(a: u64, b: u64, c: u64, d: u64) -> f64 {
    let (row1, row2, col1) = (a + b, c + d, a + c);
    let n = row1 + row2;
    if row1 == 0 || row2 == 0 || col1 == 0 || col1 == n {
        return 1.0;
    }
    let fixed = ln_factorial(row1) + ln_factorial(row2) + ln_factorial(col1) + ln_factorial(n - col1) - ln_factorial(n);
    let ln_p = |a: u64| {
        let (b, c) = (row1 - a, col1 - a);
        fixed - ln_factorial(a) - ln_factorial(b) - ln_factorial(c) - ln_factorial(row2 - c)
    };
    let observed = ln_p(a);
    let first = col1.saturating_sub(row2);
    let last = row1.min(col1);
    let sum: f64 = (first..=last).map(ln_p).filter(|p| *p <= observed + 1e-7).map(f64::exp).sum();
    sum.clamp(0.0, 1.0)
}

/// Pearson's chi-square test of independence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    pub statistic: f64,
    pub df: f64,
    pub p: f64,
    /// Cramér's V with Bergsma's (2013) correction for bias, 0 to 1.
    pub cramers_v: f64,
    /// Share of cells with an expected count of five or more; the test is rough below 0.8.
    pub share_expected_5: f64,
}

/// Tests whether the rows and columns of a table of counts go together. `None` below 2 × 2.
pub fn chi_square(table: &[Vec<u64>]) -> Option<ChiSquare> {
    let n_columns = table.iter().map(Vec::len).max()?;
    let row_sums: Vec<u64> = table.iter().map(|r| r.iter().sum()).collect();
    let column_sums: Vec<u64> = (0..n_columns).map(|j| table.iter().filter_map(|r| r.get(j)).sum()).collect();
    let used_rows = row_sums.iter().filter(|s| **s > 0).count();
    let used_columns = column_sums.iter().filter(|s| **s > 0).count();
    if used_rows < 2 || used_columns < 2 {
        return None;
    }
    let n = row_sums.iter().sum::<u64>() as f64;
    let (mut statistic, mut n_five) = (0.0, 0usize);
    for (row, row_sum) in table.iter().zip(&row_sums) {
        for (j, column_sum) in column_sums.iter().enumerate() {
            let expected = *row_sum as f64 * *column_sum as f64 / n;
            if expected > 0.0 {
                let observed = row.get(j).copied().unwrap_or(0) as f64;
                statistic += (observed - expected).powi(2) / expected;
                n_five += usize::from(expected >= 5.0);
            }
        }
    }
    let (r, k) = (used_rows as f64, used_columns as f64);
    let df = (r - 1.0) * (k - 1.0);
    let phi2 = (statistic / n - df / (n - 1.0)).max(0.0);
    let smaller = (r - (r - 1.0).powi(2) / (n - 1.0)).min(k - (k - 1.0).powi(2) / (n - 1.0)) - 1.0;
    let cramers_v = if smaller > 0.0 { (phi2 / smaller).sqrt().min(1.0) } else { 0.0 };
    Some(ChiSquare {
        statistic,
        df,
        p: chi_square_p(statistic, df),
        cramers_v,
        share_expected_5: n_five as f64 / (used_rows * used_columns) as f64,
    })
}

/// How much more often something happens in one group than in the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RelativeRisk {
    /// Infinite when it never happens in the rest.
    pub ratio: f64,
    /// 95 %, on the log scale (Katz et al. 1978), half a case added to each cell where one is empty.
    pub interval: (f64, f64),
    pub p: f64,
    pub is_exact: bool,
}

/// Compares `hits` of `n` with `other_hits` of `other_n`: Fisher's exact test where counts are
/// small, else chi-square with Yates' correction. `None` when a side is empty.
pub fn relative_risk(hits: u64, n: u64, other_hits: u64, other_n: u64) -> Option<RelativeRisk> {
    if n == 0 || other_n == 0 || hits > n || other_hits > other_n {
        return None;
    }
    let (a, b, c, d) = (hits as f64, (n - hits) as f64, other_hits as f64, (other_n - other_hits) as f64);
    let total = a + b + c + d;
    let ratio = match (hits, other_hits) {
        (0, 0) => 1.0,
        (_, 0) => f64::INFINITY,
        _ => (a / n as f64) / (c / other_n as f64),
    };
    let add = if hits == 0 || other_hits == 0 || hits == n || other_hits == other_n { 0.5 } else { 0.0 };
    let (ra, rn, rc, rm) = (a + add, n as f64 + 2.0 * add, c + add, other_n as f64 + 2.0 * add);
    let se = (1.0 / ra - 1.0 / rn + 1.0 / rc - 1.0 / rm).max(0.0).sqrt();
    let centre = ((ra / rn) / (rc / rm)).ln();
    let interval = ((centre - 1.96 * se).exp(), (centre + 1.96 * se).exp());
    let least_expected = (a + b).min(c + d) * (a + c).min(b + d) / total;
    let is_exact = least_expected < 5.0 || total <= 2_000.0;
    let p = if is_exact {
        fisher_exact(hits, n - hits, other_hits, other_n - other_hits)
    } else {
        let margins = (a + b) * (c + d) * (a + c) * (b + d);
        let gap = ((a * d - b * c).abs() - total / 2.0).max(0.0);
        chi_square_p(total * gap * gap / margins, 1.0)
    };
    Some(RelativeRisk { ratio, interval, p, is_exact })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fisher_tastes_tea() {
        // Fisher (1935), The Design of Experiments: 3 of 4 cups right; R's fisher.test gives 0.4857.
        assert!((fisher_exact(3, 1, 1, 3) - 34.0 / 70.0).abs() < 1e-12);
        assert!((fisher_exact(4, 0, 0, 4) - 2.0 / 70.0).abs() < 1e-12);
        // The worked example of the Wikipedia article on the test: 0.0027 two-sided.
        assert!((fisher_exact(1, 9, 11, 3) - 0.002_759_456).abs() < 1e-8);
        assert_eq!(fisher_exact(0, 0, 3, 4), 1.0);
    }

    #[test]
    fn chi_square_of_a_hand_sum() {
        // [10 20; 20 10]: expected 15 everywhere, so the statistic is 4·25/15.
        let c = chi_square(&[vec![10, 20], vec![20, 10]]).unwrap();
        assert!((c.statistic - 100.0 / 15.0).abs() < 1e-12);
        assert_eq!(c.df, 1.0);
        assert!((c.p - 0.009_823).abs() < 1e-5);
        assert_eq!(c.share_expected_5, 1.0);
        // phi² = 1/9 − 1/59, least dimension 2 − 1/59 − 1.
        assert!((c.cramers_v - ((1.0 / 9.0 - 1.0 / 59.0) / (58.0 / 59.0f64)).sqrt()).abs() < 1e-12);
        assert!(chi_square(&[vec![1, 2], vec![0, 0]]).is_none());
    }

    #[test]
    fn risk_of_one_plate() {
        let r = relative_risk(31, 96, 25, 936).unwrap();
        assert!((r.ratio - 12.09).abs() < 0.005);
        assert!(r.interval.0 > 7.0 && r.interval.1 < 20.0 && r.p < 1e-15);
        assert!(relative_risk(9, 96, 0, 864).unwrap().ratio.is_infinite());
        assert!(relative_risk(1, 0, 1, 2).is_none());
    }
}
