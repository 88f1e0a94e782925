//! Where does a series shift to another level?

use super::describe::Moments;
use super::rank::rank;
use super::trend::autocorrelation_factor;

/// A stretch of a series that lies on another level than the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// First position of the stretch.
    pub from: usize,
    /// One past the last.
    pub to: usize,
    pub inside: Moments,
    pub outside: Moments,
    pub p: f64,
    /// Sum of squared distances from the two levels.
    pub squares: f64,
}

/// Finds the one stretch that stands out most: from some point on, up to some point, or a window.
///
/// The test is the range of the cumulative sum of centred ranks, whose limit is the range of a
/// Brownian bridge (Kuiper 1960), so no permutations are needed; ranks make it robust against
/// single wild values, and the variance is widened where neighbours resemble each other. `None`
/// when the series is shorter than four stretches of `min_length`.
pub fn find_change(series: &[f64], min_length: usize) -> Option<Change> {
    let n = series.len();
    let min_length = min_length.max(2);
    if n < 4 * min_length || series.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let ranks = rank(series);
    let centre = (n as f64 + 1.0) / 2.0;
    let mut sum = 0.0;
    let sums: Vec<f64> = std::iter::once(0.0)
        .chain(ranks.ranks.iter().map(|r| {
            sum += r - centre;
            sum
        }))
        .collect();
    let (low_at, low) = extreme(&sums, |a, b| a < b)?;
    let (high_at, high) = extreme(&sums, |a, b| a > b)?;
    let (from, to) = widen_to_ends(low_at.min(high_at), low_at.max(high_at), n, min_length);
    let best = simplest(series, from, to, min_length)?;

    let residuals: Vec<f64> = ranks_within(&ranks.ranks, best.0, best.1);
    let factor = autocorrelation_factor(&residuals);
    let variance = Moments::of(ranks.ranks.iter().copied()).variance();
    let range = (high - low) / (variance * n as f64 * factor).sqrt();
    let (inside, outside) = levels(series, best.0, best.1);
    let squares = spread(series, best.0, best.1);
    Some(Change { from: best.0, to: best.1, inside, outside, p: kuiper_p(range), squares })
}

fn extreme(sums: &[f64], better: impl Fn(f64, f64) -> bool) -> Option<(usize, f64)> {
    sums.iter().copied().enumerate().fold(None, |best, (i, v)| match best {
        Some((_, b)) if !better(v, b) => best,
        _ => Some((i, v)),
    })
}

fn widen_to_ends(from: usize, to: usize, n: usize, min_length: usize) -> (usize, usize) {
    (if from < min_length { 0 } else { from }, if n - to < min_length { n } else { to })
}

/// Prefers one step to a window that fits hardly better.
fn simplest(series: &[f64], from: usize, to: usize, min_length: usize) -> Option<(usize, usize)> {
    let n = series.len();
    let total = spread(series, 0, n);
    let prefix: Vec<f64> = std::iter::once(0.0)
        .chain(series.iter().scan(0.0, |s, v| {
            *s += v;
            Some(*s)
        }))
        .collect();
    let mean = prefix.last()? / n as f64;
    // The step that takes away most of the squares.
    let gain_of = |k: usize| -> f64 {
        let gap = prefix.get(k).copied().unwrap_or(0.0) - k as f64 * mean;
        gap * gap * n as f64 / (k as f64 * (n - k) as f64)
    };
    let step = (min_length..=n - min_length).max_by(|a, b| gain_of(*a).total_cmp(&gain_of(*b)).then(b.cmp(a)))?;
    let is_window = from > 0 && to < n && to - from >= min_length && n - (to - from) >= min_length;
    let window_gain = if is_window { total - spread(series, from, to) } else { 0.0 };
    if is_window && gain_of(step) < 0.85 * window_gain { Some((from, to)) } else { Some((step, n)) }
}

fn levels(series: &[f64], from: usize, to: usize) -> (Moments, Moments) {
    let (mut inside, mut outside) = (Moments::default(), Moments::default());
    for (i, v) in series.iter().enumerate() {
        if (from..to).contains(&i) { inside.push(*v) } else { outside.push(*v) }
    }
    (inside, outside)
}

fn spread(series: &[f64], from: usize, to: usize) -> f64 {
    let (inside, outside) = levels(series, from, to);
    let squares = |m: Moments| m.variance() * m.n.saturating_sub(1) as f64;
    squares(inside) + squares(outside)
}

fn ranks_within(ranks: &[f64], from: usize, to: usize) -> Vec<f64> {
    let (inside, outside) = levels(ranks, from, to);
    let level = |i| if (from..to).contains(&i) { inside.mean } else { outside.mean };
    ranks.iter().enumerate().map(|(i, r)| r - level(i)).collect()
}

/// Upper tail of the range of a Brownian bridge (Kuiper 1960).
fn kuiper_p(range: f64) -> f64 {
    if !range.is_finite() || range < 0.4 {
        return 1.0;
    }
    let sum: f64 = (1..=100)
        .map(|j| {
            let a = f64::from(j * j) * range * range;
            (4.0 * a - 1.0) * (-2.0 * a).exp()
        })
        .sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..n).map(|_| (0..12).map(|_| next()).sum::<f64>() - 6.0).collect()
    }

    #[test]
    fn kuiper_has_its_printed_critical_value() {
        // Stephens (1970), table 1: 1.747 at 5 % and 2.001 at 1 %.
        assert!((kuiper_p(1.747) - 0.05).abs() < 5e-4);
        assert!((kuiper_p(2.001) - 0.01).abs() < 2e-4);
    }

    #[test]
    fn finds_a_step_where_it_is() {
        let series: Vec<f64> =
            noise(120, 3).into_iter().enumerate().map(|(i, v)| if i < 80 { v } else { v + 3.0 }).collect();
        let change = find_change(&series, 5).unwrap();
        assert!(change.p < 1e-6);
        assert_eq!(change.to, 120);
        assert!(change.from.abs_diff(80) <= 1, "{change:?}");
        assert!((change.inside.mean - change.outside.mean - 3.0).abs() < 0.6);
    }

    #[test]
    fn finds_a_window() {
        let series: Vec<f64> = noise(150, 9)
            .into_iter()
            .enumerate()
            .map(|(i, v)| if (60..90).contains(&i) { v - 4.0 } else { v })
            .collect();
        let change = find_change(&series, 5).unwrap();
        assert!(change.from.abs_diff(60) <= 2 && change.to.abs_diff(90) <= 2 && change.p < 1e-4, "{change:?}");
    }

    #[test]
    fn noise_is_mostly_quiet() {
        let reported = (0..200).filter(|seed| find_change(&noise(100, *seed), 5).unwrap().p < 0.05).count();
        assert!(reported <= 14, "{reported} of 200");
        assert!(find_change(&[1.0; 10], 5).is_none());
    }
}
