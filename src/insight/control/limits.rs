//! From the points of a baseline to centre and spread.

use super::constants::{c4, d2, d3};
use super::spec::Centre;

/// What a baseline says of the process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    pub centre: f64,
    /// Of single values.
    pub sigma: f64,
}

pub(super) fn mean(values: &[f64]) -> Option<f64> {
    super::super::stats::univariate(values).map(|u| u.mean)
}

pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    super::super::stats::quantile(&sorted, 0.5)
}

/// Sample standard deviation; `None` below two values.
pub(super) fn deviation(values: &[f64]) -> Option<f64> {
    super::super::stats::univariate(values).and_then(|u| u.sd)
}

pub(super) fn centre_of(values: &[f64], centre: Centre) -> Option<f64> {
    match centre {
        Centre::Mean => mean(values),
        Centre::Median => median(values),
        Centre::At(target) => Some(target),
    }
}

/// The mean of the moving ranges over d₂ (Montgomery 6.4).
pub(super) fn sigma_of_ranges(ranges: &[f64]) -> Option<f64> {
    Some(mean(ranges)? / d2(2)?)
}

fn range(sample: &[f64]) -> f64 {
    let (low, high) = sample.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    high - low
}

/// How subgroups tell the spread within them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Ranges,
    Deviations,
}

impl Within {
    /// What the second panel shows of a subgroup.
    pub fn statistic(self, sample: &[f64]) -> Option<f64> {
        match self {
            Within::Ranges => (sample.len() > 1).then(|| range(sample)),
            Within::Deviations => deviation(sample),
        }
    }

    /// Its mean and standard deviation for so many values, in standard deviations of single values.
    pub fn moments(self, n: usize) -> Option<(f64, f64)> {
        match self {
            Within::Ranges => d2(n).zip(d3(n)),
            Within::Deviations => c4(n).map(|c| (c, (1.0 - c * c).max(0.0).sqrt())),
        }
    }

    /// The standard deviation of single values: the subgroups' own estimates, each weighted by how sure it
    /// is (Burr 1969); of equal subgroups R̄/d₂ and S̄/c₄.
    pub fn sigma<'a>(self, samples: impl Iterator<Item = &'a [f64]>) -> Option<f64> {
        let (mut sum, mut weights) = (0.0, 0.0);
        for sample in samples {
            let Some(((mean, spread), own)) = self.moments(sample.len()).zip(self.statistic(sample)) else { continue };
            let weight = (mean / spread).powi(2);
            sum += weight * own / mean;
            weights += weight;
        }
        (weights > 0.0).then(|| sum / weights)
    }
}

/// The level of the points before each one: sums that move along, so that time does not grow with the window.
pub(super) struct Rolling<'a> {
    values: &'a [f64],
    width: usize,
    by_all: bool,
    shift: f64,
    sums: Vec<(f64, f64, f64)>,
}

impl<'a> Rolling<'a> {
    /// `by_all`: spread by the standard deviation of all, else by the mean of the moving ranges.
    pub fn new(values: &'a [f64], width: usize, by_all: bool) -> Rolling<'a> {
        // Around a typical value, so that the squares do not drown the spread.
        let shift = mean(values).unwrap_or(0.0);
        let (mut sum, mut square, mut range) = (0.0, 0.0, 0.0);
        let mut sums = vec![(0.0, 0.0, 0.0)];
        let mut before: Option<f64> = None;
        for v in values {
            sum += v - shift;
            square += (v - shift) * (v - shift);
            range += before.map_or(0.0, |b| (v - b).abs());
            before = Some(*v);
            sums.push((sum, square, range));
        }
        Rolling { values, width: width.max(2), by_all, shift, sums }
    }

    /// The level for the value at a place: of those before it, or of the first ones while there are too few.
    pub fn at(&self, place: usize) -> Option<Level> {
        let end = place.max(self.width).min(self.values.len());
        let start = end.saturating_sub(self.width);
        let n = (end - start) as f64;
        let (a, b, first) = (self.sums.get(start)?, self.sums.get(end)?, self.sums.get(start + 1)?);
        if n < 2.0 {
            return None;
        }
        let centre = (b.0 - a.0) / n;
        let sigma = if self.by_all {
            ((b.1 - a.1 - n * centre * centre) / (n - 1.0)).max(0.0).sqrt()
        } else {
            // The range from the value before the window is not of the window.
            (b.2 - first.2) / (n - 1.0) / d2(2)?
        };
        Some(Level { centre: centre + self.shift, sigma })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rolls_is_what_is_computed_afresh() {
        let values: Vec<f64> = (0..60).map(|i| 1e6 + f64::from((i * 37) % 23)).collect();
        let ranges = |w: &[f64]| w.windows(2).map(|p| (p[1] - p[0]).abs()).collect::<Vec<_>>();
        for place in [0, 5, 10, 33, 59] {
            let end = place.max(10);
            let window = &values[end - 10..end];
            let by_ranges = Rolling::new(&values, 10, false).at(place).unwrap();
            assert!((by_ranges.centre - mean(window).unwrap()).abs() < 1e-6);
            assert!((by_ranges.sigma - sigma_of_ranges(&ranges(window)).unwrap()).abs() < 1e-9);
            let by_all = Rolling::new(&values, 10, true).at(place).unwrap();
            assert!((by_all.sigma - deviation(window).unwrap()).abs() < 1e-6);
        }
        assert!(Rolling::new(&[1.0], 10, true).at(0).is_none());
    }
}
