//! Does a series rise or fall?

use super::describe::quantile;
use super::tail::normal_p;

/// The Mann–Kendall test of a monotone trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise minus pairs that fall.
    pub s: f64,
    /// Variance of `s` when there is no trend, corrected for ties.
    pub variance: f64,
    pub z: f64,
    pub p: f64,
    /// `s` as a share of all pairs, −1 to 1.
    pub tau: f64,
}

/// Mann (1945), Kendall (1975), with continuity correction, on a series in order. `variance_factor`
/// of one for independent values; see [`autocorrelation_factor`]. `None` below four values.
pub fn mann_kendall(series: &[f64], variance_factor: f64) -> Option<MannKendall> {
    let y: Vec<f64> = series.iter().copied().filter(|v| v.is_finite()).collect();
    let n = y.len() as f64;
    if y.len() < 4 {
        return None;
    }
    let mut sorted = y.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let (mut tie_pairs, mut tie_term) = (0.0, 0.0);
    for run in sorted.chunk_by(|a, b| a == b) {
        let t = run.len() as f64;
        tie_pairs += t * (t - 1.0) / 2.0;
        tie_term += t * (t - 1.0) * (2.0 * t + 5.0);
    }
    let pairs = n * (n - 1.0) / 2.0;
    let falls = falling_pairs(y) as f64;
    let s = pairs - tie_pairs - 2.0 * falls;
    let variance = (n * (n - 1.0) * (2.0 * n + 5.0) - tie_term) / 18.0 * variance_factor.max(1.0);
    if variance <= 0.0 {
        return None;
    }
    let z = s.signum() * (s.abs() - 1.0).max(0.0) / variance.sqrt();
    Some(MannKendall { s, variance, z, p: normal_p(z), tau: s / pairs })
}

/// Pairs i < j with `y[i] > y[j]`, counted while sorting by merging from the bottom up.
fn falling_pairs(mut y: Vec<f64>) -> u64 {
    let mut count = 0u64;
    let mut width = 1;
    let mut next = Vec::with_capacity(y.len());
    while width < y.len() {
        next.clear();
        for pair in y.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut l, mut r) = (left.iter().peekable(), right.iter().peekable());
            loop {
                match (l.peek(), r.peek()) {
                    (Some(a), Some(b)) if b < a => {
                        count += l.len() as u64;
                        next.extend(r.next());
                    }
                    (Some(_), _) => next.extend(l.next()),
                    (None, Some(_)) => next.extend(r.next()),
                    (None, None) => break,
                }
            }
        }
        std::mem::swap(&mut y, &mut next);
        width *= 2;
    }
    count
}

/// By how much neighbours that resemble each other widen the variance of a mean or trend:
/// (1 + r) / (1 − r) with r the lag-1 autocorrelation of the residuals (Bayley & Hammersley 1946),
/// and 1 where r is no more than chance.
pub fn autocorrelation_factor(residuals: &[f64]) -> f64 {
    let n = residuals.len() as f64;
    if residuals.len() < 8 {
        return 1.0;
    }
    let mean = residuals.iter().sum::<f64>() / n;
    let c0: f64 = residuals.iter().map(|v| (v - mean).powi(2)).sum();
    let c1: f64 = residuals.iter().zip(residuals.iter().skip(1)).map(|(a, b)| (a - mean) * (b - mean)).sum();
    let r = c1 / c0;
    if !r.is_finite() || r <= 1.645 / n.sqrt() { 1.0 } else { ((1.0 + r) / (1.0 - r.min(0.98))).min(99.0) }
}

/// A robust line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TheilSen {
    pub slope: f64,
    /// Median of y − slope · x.
    pub intercept: f64,
    /// 95 % interval of the slope after Sen (1968).
    pub interval: (f64, f64),
    /// Points used: at most [`TheilSen::MAX_POINTS`], every k-th beyond.
    pub n_used: usize,
}

impl TheilSen {
    pub const MAX_POINTS: usize = 2_000;
}

/// The median of the slopes through all pairs of points (Theil 1950, Sen 1968). `None` below two
/// different x.
pub fn theil_sen(x: &[f64], y: &[f64]) -> Option<TheilSen> {
    let known: Vec<(f64, f64)> =
        x.iter().zip(y).filter(|(a, b)| a.is_finite() && b.is_finite()).map(|(a, b)| (*a, *b)).collect();
    let stride = known.len().div_ceil(TheilSen::MAX_POINTS).max(1);
    let points: Vec<(f64, f64)> = known.into_iter().step_by(stride).collect();
    let mut slopes = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
    for (i, (xi, yi)) in points.iter().enumerate() {
        slopes.extend(points.iter().skip(i + 1).filter(|(xj, _)| xj != xi).map(|(xj, yj)| (yj - yi) / (xj - xi)));
    }
    slopes.retain(|s| s.is_finite());
    slopes.sort_unstable_by(f64::total_cmp);
    let slope = quantile(&slopes, 0.5)?;
    let mut offsets: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
    offsets.sort_unstable_by(f64::total_cmp);
    let n = points.len() as f64;
    let half = 1.96 * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt() / 2.0;
    let m = slopes.len() as f64;
    let at = |position: f64| quantile(&slopes, ((position - 1.0) / (m - 1.0).max(1.0)).clamp(0.0, 1.0));
    let interval = (at(m / 2.0 - half)?, at(m / 2.0 + half + 1.0)?);
    Some(TheilSen { slope, intercept: quantile(&offsets, 0.5)?, interval, n_used: points.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mann_kendall_by_hand() {
        // Gilbert (1987), Statistical Methods for Environmental Pollution Monitoring, 16.4.1:
        // the series 10, 15, 14, 20 has S = 4.
        let m = mann_kendall(&[10.0, 15.0, 14.0, 20.0], 1.0).unwrap();
        assert_eq!(m.s, 4.0);
        assert!((m.variance - 4.0 * 3.0 * 13.0 / 18.0).abs() < 1e-12);
        // A tie of two takes 2·1·9 from the sum: (5·4·15 − 18)/18.
        let tied = mann_kendall(&[1.0, 2.0, 2.0, 3.0, 4.0], 1.0).unwrap();
        assert_eq!(tied.s, 9.0);
        assert!((tied.variance - 282.0 / 18.0).abs() < 1e-12);
        assert!((tied.z - 8.0 / (282.0f64 / 18.0).sqrt()).abs() < 1e-12);
        assert!((tied.tau - 0.9).abs() < 1e-12);
    }

    #[test]
    fn counts_falling_pairs_like_the_plain_way() {
        let mut state = 7u64;
        let y: Vec<f64> = (0..203)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                ((state >> 33) % 50) as f64
            })
            .collect();
        let plain =
            (0..y.len()).flat_map(|i| (i + 1..y.len()).map(move |j| (i, j))).filter(|(i, j)| y[*i] > y[*j]).count();
        assert_eq!(falling_pairs(y), plain as u64);
    }

    #[test]
    fn theil_sen_ignores_one_wild_point() {
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        let mut y: Vec<f64> = x.iter().map(|x| 2.0 * x + 1.0).collect();
        y[19] = 1e6;
        let line = theil_sen(&x, &y).unwrap();
        assert!((line.slope - 2.0).abs() < 1e-9 && (line.intercept - 1.0).abs() < 1e-9);
        assert!(line.interval.0 <= 2.0 && line.interval.1 >= 2.0);
        assert!(theil_sen(&[1.0, 1.0], &[1.0, 2.0]).is_none());
        let long: Vec<f64> = (0..9_000).map(f64::from).collect();
        let line = theil_sen(&long, &long).unwrap();
        assert_eq!((line.slope, line.n_used), (1.0, 1_800));
    }

    #[test]
    fn neighbours_that_agree_count_less() {
        let alternating: Vec<f64> = (0..40).map(|i| f64::from(i % 2)).collect();
        let slow: Vec<f64> = (0..40).map(|i| (f64::from(i) / 6.0).sin()).collect();
        assert_eq!(autocorrelation_factor(&alternating), 1.0);
        assert!(autocorrelation_factor(&slow) > 5.0);
    }
}
