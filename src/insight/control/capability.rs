//! What the process can do against what the product is allowed to be.

use super::spec::SpecLimits;

/// How well a process fits between specification limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capability {
    /// By the variation within subgroups, or between neighbours; `None` without both limits.
    pub cp: Option<f64>,
    pub cpk: Option<f64>,
    /// 95 % interval of Cpk (Bissell 1990, Applied Statistics 39).
    pub cpk_interval: Option<(f64, f64)>,
    /// By the variation of all values.
    pub pp: Option<f64>,
    pub ppk: Option<f64>,
    pub mean: f64,
    pub sd_within: f64,
    pub sd_overall: f64,
    pub n: u64,
    /// Values beyond the specification limits.
    pub n_outside: u64,
}

/// (upper − lower) / 6σ, and the distance from the mean to the nearer limit / 3σ (AIAG, Statistical
/// Process Control, 2nd edition, chapter IV). `None` without limits or values, or with the lower above the upper.
pub fn capability(values: &[f64], sd_within: f64, limits: &SpecLimits) -> Option<Capability> {
    let known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let summary = super::super::stats::univariate(&known)?;
    let (lower, upper) = (limits.lower, limits.upper);
    if (lower.is_none() && upper.is_none()) || matches!((lower, upper), (Some(l), Some(u)) if l >= u) {
        return None;
    }
    let (mean, sd_overall) = (summary.mean, summary.sd?);
    let both = |sd: f64| Some((upper? - lower?) / (6.0 * sd)).filter(|v| v.is_finite());
    let nearer = |sd: f64| {
        let up = upper.map(|u| (u - mean) / (3.0 * sd));
        let down = lower.map(|l| (mean - l) / (3.0 * sd));
        up.into_iter().chain(down).reduce(f64::min).filter(|v| v.is_finite())
    };
    let cpk = nearer(sd_within);
    let n = known.len() as f64;
    let half = |cpk: f64| 1.96 * (1.0 / (9.0 * n) + cpk * cpk / (2.0 * (n - 1.0))).sqrt();
    let is_outside = |v: &f64| lower.is_some_and(|l| *v < l) || upper.is_some_and(|u| *v > u);
    Some(Capability {
        cp: both(sd_within),
        cpk,
        cpk_interval: cpk.map(|c| (c - half(c), c + half(c))),
        pp: both(sd_overall),
        ppk: nearer(sd_overall),
        mean,
        sd_within,
        sd_overall,
        n: known.len() as u64,
        n_outside: known.iter().filter(|v| is_outside(v)).count() as u64,
    })
}

/// How many standard deviations of the method fit into the error that is allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SigmaMetric {
    Sigma {
        sigma: f64,
        bias: f64,
        variation: f64,
    },
    /// Why there is none.
    NotCalculable(&'static str),
}

/// (allowed error − |bias|) / coefficient of variation, all as shares (Westgard 2006, Six Sigma Quality
/// Design and Control). A negative one is kept: the bias alone is more than is allowed.
pub fn sigma_metric(mean: f64, sd: Option<f64>, target: Option<f64>, allowed_error: f64) -> SigmaMetric {
    let no = SigmaMetric::NotCalculable;
    let Some(target) = target.filter(|t| t.is_finite() && *t != 0.0) else {
        return no("There is no target other than zero to compare with.");
    };
    if !(allowed_error.is_finite() && allowed_error > 0.0) {
        return no("No error is allowed for.");
    }
    if mean == 0.0 {
        return no("The mean is zero, so that nothing is a share of it.");
    }
    let bias = (mean - target) / target.abs();
    match sd.map(|sd| sd / mean.abs()) {
        None => no("One value has no variation."),
        Some(v) if v <= 0.0 || !v.is_finite() => no("The values do not vary at all."),
        Some(variation) => SigmaMetric::Sigma { sigma: (allowed_error - bias.abs()) / variation, bias, variation },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_by_hand() {
        // NIST/SEMATECH e-Handbook 6.1.6: limits 8 and 20, mean 16, standard deviation 2: Cp = 1, Cpk = 0.6667.
        let values: Vec<f64> = (0..50).flat_map(|_| [14.0, 18.0]).collect();
        let limits = SpecLimits { lower: Some(8.0), upper: Some(20.0), target: None };
        let found = capability(&values, 2.0, &limits).unwrap();
        assert!((found.cp.unwrap() - 1.0).abs() < 1e-12 && (found.cpk.unwrap() - 0.666_666_666).abs() < 1e-6);
        // The same page: n = 50 gives the interval of Cpk by its formula; here n = 100 and z = 1.96.
        let (low, high) = found.cpk_interval.unwrap();
        assert!((low - 0.5529).abs() < 5e-4 && (high - 0.7804).abs() < 5e-4, "{low} {high}");
        let one_sided = capability(&values, 2.0, &SpecLimits { upper: Some(20.0), ..SpecLimits::default() }).unwrap();
        assert_eq!((one_sided.cp, one_sided.n_outside), (None, 0));
        assert!(capability(&values, 2.0, &SpecLimits::default()).is_none());
    }

    #[test]
    fn sigma_or_why_not() {
        // Total error 10 %, bias 2 %, variation 2 %: sigma 4.
        let SigmaMetric::Sigma { sigma, .. } = sigma_metric(102.0, Some(2.04), Some(100.0), 0.10) else { panic!() };
        assert!((sigma - 4.0).abs() < 1e-12);
        for missing in [
            sigma_metric(102.0, Some(2.0), None, 0.1),
            sigma_metric(102.0, Some(0.0), Some(100.0), 0.1),
            sigma_metric(102.0, None, Some(100.0), 0.1),
            sigma_metric(0.0, Some(1.0), Some(100.0), 0.1),
            sigma_metric(102.0, Some(2.0), Some(100.0), 0.0),
        ] {
            assert!(matches!(missing, SigmaMetric::NotCalculable(_)));
        }
    }
}
