//! Ranks and correlation.

use super::tail::t_p;

/// Ranks from 1, ties sharing their mean rank, in the order of the values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranks {
    /// NaN where the value was missing.
    pub ranks: Vec<f64>,
    pub n: u64,
    /// Sum of t³ − t over runs of t equal values.
    pub tie_sum: f64,
}

/// Ranks values; NaN has no rank.
pub fn rank(values: &[f64]) -> Ranks {
    let mut sorted: Vec<(f64, u32)> = Vec::with_capacity(values.len());
    sorted.extend(values.iter().zip(0u32..).filter(|(v, _)| !v.is_nan()).map(|(v, i)| (*v, i)));
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut out = Ranks { ranks: vec![f64::NAN; values.len()], n: sorted.len() as u64, tie_sum: 0.0 };
    let mut done = 0usize;
    for run in sorted.chunk_by(|a, b| a.0 == b.0) {
        let shared = done as f64 + (run.len() as f64 + 1.0) / 2.0;
        for (_, i) in run {
            if let Some(slot) = out.ranks.get_mut(*i as usize) {
                *slot = shared;
            }
        }
        let t = run.len() as f64;
        out.tie_sum += t * t * t - t;
        done += run.len();
    }
    out
}

/// A correlation with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// −1 to 1.
    pub r: f64,
    /// Pairs with both values.
    pub n: u64,
    /// As many independent pairs would be as certain.
    pub n_effective: f64,
    pub p: f64,
    /// 95 %, by Fisher's z with the variance of Bonett & Wright (2000) for ranks.
    pub interval: (f64, f64),
}

/// Pearson's correlation of the pairs in which both values are known. `None` below four pairs or
/// when one side does not vary.
pub fn pearson(x: &[f64], y: &[f64]) -> Option<Correlation> {
    let (r, n) = correlate(x, y)?;
    Some(with_interval(r, n, n as f64, 1.0))
}

/// Spearman's rank correlation, ties sharing ranks. `None` as for [`pearson`].
pub fn spearman(x: &[f64], y: &[f64]) -> Option<Correlation> {
    // Ranks have to be those within the complete pairs.
    let (xs, ys): (Vec<f64>, Vec<f64>) =
        x.iter().zip(y).filter(|(a, b)| !a.is_nan() && !b.is_nan()).map(|(a, b)| (*a, *b)).unzip();
    let (r, n) = correlate(&rank(&xs).ranks, &rank(&ys).ranks)?;
    Some(with_interval(r, n, n as f64, 1.0 + r * r / 2.0))
}

/// Spearman's rank correlation of two series in order. Where neighbours resemble each other in both, as in
/// all that drifts, the pairs are fewer than they seem: by (1 − a·b) / (1 + a·b) with a and b the lag-1
/// autocorrelations of the ranks (Bartlett 1935, Quenouille 1947), as long as both are more than chance.
pub fn spearman_in_order(x: &[f64], y: &[f64]) -> Option<Correlation> {
    let (xs, ys): (Vec<f64>, Vec<f64>) =
        x.iter().zip(y).filter(|(a, b)| !a.is_nan() && !b.is_nan()).map(|(a, b)| (*a, *b)).unzip();
    let (xs, ys) = (rank(&xs).ranks, rank(&ys).ranks);
    let (r, n) = correlate(&xs, &ys)?;
    let both = neighbours(&xs) * neighbours(&ys);
    let n_effective = (n as f64 * (1.0 - both) / (1.0 + both)).max(4.0);
    Some(with_interval(r, n, n_effective, 1.0 + r * r / 2.0))
}

/// The lag-1 autocorrelation of ranks; 0 where it is no more than chance.
fn neighbours(ranks: &[f64]) -> f64 {
    let n = ranks.len() as f64;
    let mean = ranks.iter().sum::<f64>() / n;
    let c0: f64 = ranks.iter().map(|v| (v - mean).powi(2)).sum();
    let c1: f64 = ranks.iter().zip(ranks.iter().skip(1)).map(|(a, b)| (a - mean) * (b - mean)).sum();
    let r = c1 / c0;
    if !r.is_finite() || r <= 1.645 / n.sqrt() { 0.0 } else { r.min(0.99) }
}

fn correlate(x: &[f64], y: &[f64]) -> Option<(f64, u64)> {
    let pairs = || x.iter().zip(y).filter(|(a, b)| a.is_finite() && b.is_finite());
    let (mut n, mut mx, mut my) = (0u64, 0.0, 0.0);
    for (a, b) in pairs() {
        n += 1;
        mx += a;
        my += b;
    }
    if n < 4 {
        return None;
    }
    (mx, my) = (mx / n as f64, my / n as f64);
    let (mut sxx, mut syy, mut sxy) = (0.0, 0.0, 0.0);
    for (a, b) in pairs() {
        let (a, b) = (a - mx, b - my);
        sxx += a * a;
        syy += b * b;
        sxy += a * b;
    }
    let r = sxy / (sxx.sqrt() * syy.sqrt());
    r.is_finite().then_some((r.clamp(-1.0, 1.0), n))
}

fn with_interval(r: f64, n: u64, n_effective: f64, factor: f64) -> Correlation {
    let df = n_effective - 2.0;
    let p = if r.abs() >= 1.0 { 0.0 } else { t_p(r * (df / (1.0 - r * r)).sqrt(), df) };
    let z = r.clamp(-0.999_999_999, 0.999_999_999).atanh();
    let half = 1.96 * (factor / (n_effective - 3.0)).sqrt();
    Correlation { r, n, n_effective, p, interval: ((z - half).tanh(), (z + half).tanh()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_ranks() {
        let r = rank(&[3.0, 1.0, f64::NAN, 3.0, 2.0]);
        assert_eq!((r.ranks[0], r.ranks[1], r.ranks[3], r.ranks[4]), (3.5, 1.0, 3.5, 2.0));
        assert!(r.ranks[2].is_nan());
        assert_eq!((r.n, r.tie_sum), (4, 6.0));
    }

    #[test]
    fn spearman_of_a_textbook_example() {
        // IQ and hours of television, n = 10: Σd² = 194, rho = 1 − 6·194/990 = −29/165; p = 0.627188
        // (the worked example of the Wikipedia article on Spearman's coefficient).
        let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let tv = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        let c = spearman(&iq, &tv).unwrap();
        assert!((c.r + 29.0 / 165.0).abs() < 1e-12);
        assert!((c.p - 0.627_188).abs() < 1e-5);
        assert!(c.interval.0 < c.r && c.r < c.interval.1);
    }

    #[test]
    fn neighbours_that_are_alike_count_for_less() {
        // Two ramps with a saw-tooth: as one goes up so does the other, but so does everything that drifts.
        let x: Vec<f64> = (0..60).map(|i| f64::from(i) + f64::from(i % 7)).collect();
        let y: Vec<f64> = (0..60).map(|i| f64::from(i) * 2.0 - f64::from(i % 5)).collect();
        let (plain, ordered) = (spearman(&x, &y).unwrap(), spearman_in_order(&x, &y).unwrap());
        assert!((plain.r - ordered.r).abs() < 1e-12 && (plain.n, plain.n_effective) == (60, 60.0));
        assert!(ordered.n_effective < 8.0 && ordered.p > plain.p, "{ordered:?}");
        // In a shuffled order they are as many as they are.
        let shuffled = |v: &[f64]| (0..60).map(|i| v[(i * 23) % 60]).collect::<Vec<_>>();
        let mixed = spearman_in_order(&shuffled(&x), &shuffled(&y)).unwrap();
        assert_eq!(mixed.n_effective, 60.0);
    }

    #[test]
    fn too_little_to_say() {
        assert!(spearman(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]).is_none());
        assert!(pearson(&[1.0; 9], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]).is_none());
    }
}
