//! The constants that unbias ranges and standard deviations of normal samples.

/// Mean and standard deviation of the range of `n` standard normal values, n = 2 … 25: Harter (1960),
/// Annals of Mathematical Statistics 31; to three digits in Montgomery, appendix VI, and ASTM E2587.
const RANGES: [(f64, f64); 24] = [
    (std::f64::consts::FRAC_2_SQRT_PI, 0.852502),
    (1.692569, 0.888368),
    (2.058751, 0.879808),
    (2.325929, 0.864082),
    (2.534413, 0.848040),
    (2.704357, 0.833205),
    (2.847201, 0.819831),
    (2.970026, 0.807834),
    (3.077505, 0.797051),
    (3.172873, 0.787315),
    (3.258455, 0.778478),
    (3.335980, 0.770416),
    (3.406763, 0.763023),
    (3.471827, 0.756211),
    (3.531983, 0.749908),
    (3.587884, 0.744052),
    (3.640064, 0.738591),
    (3.688963, 0.733481),
    (3.734950, 0.728686),
    (3.778336, 0.724173),
    (3.819385, 0.719915),
    (3.858323, 0.715887),
    (3.895348, 0.712068),
    (3.930629, 0.708441),
];

/// Subgroups of more than this are not charted by their ranges.
pub const MAX_RANGE: usize = 25;

/// The mean of the range in standard deviations; `None` below 2 and above [`MAX_RANGE`].
pub fn d2(n: usize) -> Option<f64> {
    RANGES.get(n.checked_sub(2)?).map(|r| r.0)
}

/// The standard deviation of the range in standard deviations; `None` as for [`d2`].
pub fn d3(n: usize) -> Option<f64> {
    RANGES.get(n.checked_sub(2)?).map(|r| r.1)
}

/// The mean of the sample standard deviation in standard deviations,
/// √(2/(n−1)) · Γ(n/2) / Γ((n−1)/2); `None` below 2.
pub fn c4(n: usize) -> Option<f64> {
    if n < 2 {
        return None;
    }
    if n > 400 {
        // The series in 1/n, exact to the last digit here.
        let n = n as f64;
        return Some(1.0 - 1.0 / (4.0 * n) - 7.0 / (32.0 * n * n) - 19.0 / (128.0 * n * n * n));
    }
    // r(n) = Γ(n/2) / Γ((n−1)/2); r(2) = 1/√π, and r(n+1) · r(n) = (n−1)/2.
    let ratio = (2..n).fold(1.0 / std::f64::consts::PI.sqrt(), |r, k| (k as f64 - 1.0) / 2.0 / r);
    Some((2.0 / (n as f64 - 1.0)).sqrt() * ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Upper and lower tail of the standard normal by the series and continued fraction of
    /// Abramowitz & Stegun 26.2.11 and 26.2.14.
    fn phi(x: f64) -> f64 {
        if x < 0.0 {
            return 1.0 - phi(-x);
        }
        let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        if x < 3.0 {
            let (mut term, mut sum, mut k) = (x, x, 1.0);
            while term > 1e-18 {
                k += 2.0;
                term *= x * x / k;
                sum += term;
            }
            0.5 + density * sum
        } else {
            1.0 - density / (1..200).rev().fold(x, |f, k| x + f64::from(k) / f)
        }
    }

    #[test]
    fn ranges_are_those_of_normal_samples() {
        // Tippett (1925): E W = ∫ 1 − Φⁿ − (1−Φ)ⁿ dx, and E W² = 2 ∬ over x < y of
        // 1 − Φ(y)ⁿ − (1−Φ(x))ⁿ + (Φ(y)−Φ(x))ⁿ; the sums are of the midpoint rule.
        let step = 0.02;
        let f: Vec<f64> = (0..800).map(|i| phi(-8.0 + (f64::from(i) + 0.5) * step)).collect();
        for n in [2usize, 3, 5, 10, 25] {
            let power = |v: f64| v.powi(n as i32);
            let mean: f64 = f.iter().map(|p| 1.0 - power(*p) - power(1.0 - p)).sum::<f64>() * step;
            let mut square = 0.0;
            for (j, y) in f.iter().enumerate() {
                for (i, x) in f.iter().take(j + 1).enumerate() {
                    let half = if i == j { 0.5 } else { 1.0 };
                    square += half * (1.0 - power(*y) - power(1.0 - x) + power(y - x));
                }
            }
            let variance = 2.0 * square * step * step - mean * mean;
            assert!((d2(n).unwrap() - mean).abs() < 2e-6, "{n}: {mean}");
            assert!((d3(n).unwrap() - variance.sqrt()).abs() < 2e-4, "{n}: {}", variance.sqrt());
        }
        assert_eq!((d2(1), d2(26), d3(0)), (None, None, None));
    }

    #[test]
    fn c4_is_as_printed() {
        // Montgomery, Introduction to Statistical Quality Control, appendix VI.
        for (n, printed) in [(2, 0.7979), (3, 0.8862), (4, 0.9213), (5, 0.9400), (10, 0.9727), (25, 0.9896)] {
            assert!((c4(n).unwrap() - printed).abs() < 5e-5, "{n}");
        }
        assert!((c4(400).unwrap() - c4(401).unwrap()).abs() < 2e-6);
        assert_eq!(c4(1), None);
    }
}
