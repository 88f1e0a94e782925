//! Is one group different from another?

use super::describe::Moments;
use super::rank::Ranks;
use super::tail::{chi_square_p, normal_p, t_p, t_quantile_975};

/// Welch's test of two means with unequal variances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TTest {
    pub t: f64,
    /// Welch–Satterthwaite.
    pub df: f64,
    /// Two-sided.
    pub p: f64,
    /// First mean minus second.
    pub difference: f64,
    /// 95 % interval of the difference.
    pub interval: (f64, f64),
}

/// Welch (1947), Biometrika 34. `None` below two values a side or when nothing varies.
pub fn welch_t(a: &Moments, b: &Moments) -> Option<TTest> {
    if a.n < 2 || b.n < 2 {
        return None;
    }
    let (va, vb) = (a.variance() / a.n as f64, b.variance() / b.n as f64);
    let se2 = va + vb;
    if se2 <= 0.0 || !se2.is_finite() {
        return None;
    }
    let df = se2 * se2 / (va * va / (a.n - 1) as f64 + vb * vb / (b.n - 1) as f64);
    let difference = a.mean - b.mean;
    let se = se2.sqrt();
    let t = difference / se;
    let half = t_quantile_975(df) * se;
    Some(TTest { t, df, p: t_p(t, df), difference, interval: (difference - half, difference + half) })
}

/// Two-sided p of the Mann–Whitney test by normal approximation, corrected for ties and
/// continuity: `n` values with this sum of ranks among `total` ranked values.
pub fn mann_whitney(n: u64, rank_sum: f64, total: u64, tie_sum: f64) -> f64 {
    let (n1, n2, all) = (n as f64, total.saturating_sub(n) as f64, total as f64);
    if n1 < 1.0 || n2 < 1.0 {
        return 1.0;
    }
    let u = rank_sum - n1 * (n1 + 1.0) / 2.0;
    let variance = n1 * n2 / 12.0 * ((all + 1.0) - tie_sum / (all * (all - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    normal_p(((u - n1 * n2 / 2.0).abs() - 0.5).max(0.0) / variance.sqrt())
}

/// p of the Kruskal–Wallis test, corrected for ties: do `groups` (n, sum of ranks) share one
/// distribution? `None` below two groups.
pub fn kruskal_wallis(groups: &[(u64, f64)], ranks: &Ranks) -> Option<f64> {
    let used: Vec<_> = groups.iter().filter(|(n, _)| *n > 0).collect();
    if used.len() < 2 {
        return None;
    }
    let n = used.iter().map(|(n, _)| *n).sum::<u64>() as f64;
    let h = 12.0 / (n * (n + 1.0)) * used.iter().map(|(n, sum)| sum * sum / *n as f64).sum::<f64>() - 3.0 * (n + 1.0);
    let ties = 1.0 - ranks.tie_sum / (n * n * n - n);
    if ties <= 0.0 { None } else { Some(chi_square_p(h / ties, used.len() as f64 - 1.0)) }
}

#[cfg(test)]
mod tests {
    use super::super::rank::rank;
    use super::*;

    #[test]
    fn welch_of_a_known_pair() {
        // Student's sleep data (Cushny & Peebles 1905); R's t.test(extra ~ group) gives
        // t = −1.8608, df = 17.776, p = 0.07939, interval −3.3654832 to 0.2054832.
        let one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let t = welch_t(&Moments::of(one), &Moments::of(two)).unwrap();
        assert!((t.t + 1.8608).abs() < 5e-5);
        assert!((t.df - 17.776).abs() < 5e-4);
        assert!((t.p - 0.07939).abs() < 5e-6);
        assert!((t.interval.0 + 3.365_483_2).abs() < 1e-6 && (t.interval.1 - 0.205_483_2).abs() < 1e-6);
    }

    #[test]
    fn nothing_varies_nothing_said() {
        let same = Moments::of([2.0, 2.0, 2.0]);
        assert!(welch_t(&same, &same).is_none());
        assert!(welch_t(&Moments::of([1.0]), &Moments::of([1.0, 2.0])).is_none());
    }

    #[test]
    fn rank_tests_by_hand() {
        // 1..5 against 6..10: U = 0, mean 12.5, variance 25·11/12, so z = 12/√22.9167 = 2.5067.
        let r = rank(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        assert!((mann_whitney(5, 15.0, 10, r.tie_sum) - 0.012_186).abs() < 1e-5);
        // The same as two groups of Kruskal–Wallis: H = 12/110·(45 + 320) − 33 = 6.8182.
        let p = kruskal_wallis(&[(5, 15.0), (5, 40.0)], &r).unwrap();
        assert!((p - 0.009_023).abs() < 1e-5);
    }
}
