//! Mean, standard deviation and autocorrelation.

use super::twofold::Twofold;
use super::written::Written;

/// One column in a few exact numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Univariate {
    pub n: u64,
    pub mean: f64,
    /// Sample standard deviation (n − 1); `None` below two values.
    pub sd: Option<f64>,
    /// Of neighbours (lag 1), in the order given; `None` below two values, or where nothing varies.
    pub autocorrelation: Option<f64>,
    pub sum: f64,
}

/// Summarises the finite ones among the values. `None` when there are none.
///
/// Two passes in twice the precision over the decimals as written; the autocorrelation is
/// Σ(xᵢ − x̄)(xᵢ₊₁ − x̄) / Σ(xᵢ − x̄)² (NIST/SEMATECH e-Handbook 1.3.5.12).
pub fn univariate(values: &[f64]) -> Option<Univariate> {
    let written = Written::new(values);
    let whole = || written.whole().filter(|v| v.is_finite());
    let (mut n, mut sum) = (0u64, Twofold::ZERO);
    for v in whole() {
        n += 1;
        sum += Twofold::from(v);
    }
    if n == 0 {
        return None;
    }
    let mean = sum / Twofold::from(n as f64);
    let (mut squares, mut products, mut before) = (Twofold::ZERO, Twofold::ZERO, Twofold::ZERO);
    for v in whole() {
        let gap = Twofold::from(v) - mean;
        squares += gap.squared();
        products += before * gap;
        before = gap;
    }
    let scale = Twofold::from(written.scale());
    let sd = (n > 1).then(|| ((squares / Twofold::from((n - 1) as f64)).sqrt() / scale).value());
    let varies = n > 1 && !squares.is_zero();
    Some(Univariate {
        n,
        mean: (mean / scale).value(),
        sd,
        autocorrelation: varies.then(|| (products / squares).value()),
        sum: (sum / scale).value(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_no_more_than_there_is() {
        assert!(univariate(&[f64::NAN]).is_none());
        let one = univariate(&[f64::NAN, 2.5]).unwrap();
        assert_eq!((one.n, one.mean, one.sd, one.autocorrelation), (1, 2.5, None, None));
        let same = univariate(&[7.1; 4]).unwrap();
        assert_eq!((same.mean, same.sd, same.autocorrelation), (7.1, Some(0.0), None));
    }
}
