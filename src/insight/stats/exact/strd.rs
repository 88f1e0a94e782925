//! NIST Statistical Reference Datasets (StRD), https://www.itl.nist.gov/div898/strd/: data and certified
//! values, and how many of their digits are reached (the log relative error of McCullough 1998, at most
//! 15 as certified). Filip, Wampler and NumAcc are of the higher levels of difficulty.

use super::anova::Anova;
use super::regression::Regression;
use super::*;

/// Correct digits: −log₁₀ of the relative error, or of the absolute where zero is certified.
fn digits(found: f64, certified: f64) -> f64 {
    let error = if certified == 0.0 { found.abs() } else { ((found - certified) / certified).abs() };
    if error == 0.0 { 15.0 } else { (-error.log10()).min(15.0) }
}

/// Fails, naming the worst, when any pair agrees in fewer digits.
fn assert_digits(name: &str, least: f64, pairs: &[(f64, f64)]) {
    for (found, certified) in pairs {
        let reached = digits(*found, *certified);
        assert!(reached >= least, "{name}: {found:e} for {certified:e} has {reached:.1} digits, not {least}");
    }
}

mod groups;
mod lines;
mod one_column;
