//! Statistics to as many digits as a double can hold: summaries, one-way analysis of variance, and
//! least squares.
//!
//! Two things make them so. Cells are taken as the decimals that were written ([`written`]), not as the
//! doubles nearest to them, and sums are carried in twice the precision ([`twofold`]). Checked against
//! the certified values of NIST's Statistical Reference Datasets, in `strd`.

mod anova;
mod regression;
mod twofold;
mod univariate;
mod written;

#[cfg(test)]
mod strd;

pub use anova::anova;
pub use regression::{MAX_TERMS, NoFit, Regressor};
pub use univariate::{Univariate, univariate};
