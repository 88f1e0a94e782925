//! Tail probabilities, accurate far out and total: nonsense in gives p = 1.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::beta::checked_beta_reg;
use statrs::function::erf::erfc;
use statrs::function::gamma::checked_gamma_ur;

/// Two-sided p of a standard normal value.
pub fn normal_p(z: f64) -> f64 {
    if z.is_nan() { 1.0 } else { erfc(z.abs() / std::f64::consts::SQRT_2).clamp(0.0, 1.0) }
}

/// Two-sided p of Student's t with `df` degrees of freedom.
pub fn t_p(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return 1.0;
    }
    // The beta function gets slow and the two agree to more digits than anyone reads.
    if df > 1e5 {
        return normal_p(t);
    }
    let x = df / (df + t * t);
    if !x.is_finite() || x <= 0.0 {
        return 0.0;
    }
    checked_beta_reg(df / 2.0, 0.5, x.min(1.0)).unwrap_or(1.0).clamp(0.0, 1.0)
}

/// The t that leaves 2.5 % above it: half the width of a 95 % interval, in standard errors.
pub fn t_quantile_975(df: f64) -> f64 {
    const NORMAL: f64 = 1.959_963_984_540_054;
    if !df.is_finite() || df > 1e5 {
        return NORMAL;
    }
    StudentsT::new(0.0, 1.0, df.max(1.0)).map_or(NORMAL, |t| t.inverse_cdf(0.975))
}

/// Upper tail of Fisher's F with `df_1` and `df_2` degrees of freedom.
pub fn f_p(f: f64, df_1: f64, df_2: f64) -> f64 {
    if f.is_nan() || df_1.is_nan() || df_2.is_nan() || f <= 0.0 || df_1 <= 0.0 || df_2 <= 0.0 {
        return 1.0;
    }
    let x = df_2 / (df_2 + df_1 * f);
    if !x.is_finite() || x <= 0.0 {
        return 0.0;
    }
    checked_beta_reg(df_2 / 2.0, df_1 / 2.0, x.min(1.0)).unwrap_or(1.0).clamp(0.0, 1.0)
}

/// Upper tail of chi-square with `df` degrees of freedom.
pub fn chi_square_p(statistic: f64, df: f64) -> f64 {
    if statistic.is_nan() || df.is_nan() || statistic <= 0.0 || df <= 0.0 {
        return 1.0;
    }
    if !statistic.is_finite() {
        return 0.0;
    }
    checked_gamma_ur(df / 2.0, statistic / 2.0).unwrap_or(1.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_printed_tables() {
        // NIST/SEMATECH e-Handbook 1.3.6.7: critical values at 0.975 and 0.95.
        assert!((t_quantile_975(10.0) - 2.228).abs() < 5e-4);
        assert!((t_quantile_975(1.0) - 12.706).abs() < 5e-4);
        assert!((t_p(2.228, 10.0) - 0.05).abs() < 1e-4);
        assert!((chi_square_p(3.841, 1.0) - 0.05).abs() < 1e-4);
        assert!((chi_square_p(18.307, 10.0) - 0.05).abs() < 1e-4);
        assert!((normal_p(1.959_964) - 0.05).abs() < 1e-7);
        // The same, 1.3.6.7.3: F with 4 and 20, and with 1 and 10 degrees of freedom.
        assert!((f_p(2.866, 4.0, 20.0) - 0.05).abs() < 1e-4);
        assert!((f_p(4.965, 1.0, 10.0) - 0.05).abs() < 1e-4);
    }

    #[test]
    fn nonsense_proves_nothing() {
        assert_eq!(t_p(f64::NAN, 3.0), 1.0);
        assert_eq!(t_p(2.0, 0.0), 1.0);
        assert_eq!(t_p(f64::INFINITY, 5.0), 0.0);
        assert_eq!(chi_square_p(-1.0, 2.0), 1.0);
        assert_eq!((f_p(f64::NAN, 1.0, 1.0), f_p(f64::INFINITY, 1.0, 5.0)), (1.0, 0.0));
    }
}
