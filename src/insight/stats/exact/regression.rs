//! Linear least squares.

use super::super::tail::{f_p, t_p};
use super::twofold::Twofold;
use super::written::Written;

/// Terms at most, the intercept counted.
pub const MAX_TERMS: usize = 40;
/// A column whose part that the others do not explain is below this share of it says nothing of its own.
const LEAST_OWN: f64 = 1e-13;

/// One term of a fitted line.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    pub estimate: f64,
    /// `None` without a degree of freedom left, as `t` and `p`.
    pub standard_error: Option<f64>,
    pub t: Option<f64>,
    pub p: Option<f64>,
}

/// A fitted line, with its table of the analysis of variance.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    pub n: u64,
    /// The intercept first, where there is one.
    pub coefficients: Vec<Coefficient>,
    pub df_regression: u64,
    pub df_residual: u64,
    /// Around the mean with an intercept, around zero without.
    pub ss_regression: f64,
    pub ss_residual: f64,
    pub r_squared: Option<f64>,
    /// `None` without a degree of freedom left.
    pub residual_sd: Option<f64>,
    pub f: Option<f64>,
    pub p: Option<f64>,
}

/// Why there is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFit {
    /// Fewer rows than terms.
    TooFewRows { n: u64, n_terms: usize },
    /// A term follows from those before it; its place, the intercept counted.
    NothingOwn { term: usize },
    /// No terms, more than [`MAX_TERMS`], or columns of different lengths.
    BadTerms,
}

/// Least squares by rows: an orthogonal (QR) decomposition by plane rotations without square roots
/// (Gentleman 1974, Applied Statistics 23; algorithm AS 274), in twice the precision, over the decimals as
/// written. Memory is that of the terms, not of the rows.
pub struct Regressor<'a> {
    y: Written<'a>,
    x: Vec<Written<'a>>,
    n_rows: usize,
    /// Powers of a single x, up to this; 1 for lines.
    degree: usize,
    intercept: bool,
    n_terms: usize,
    /// Squared lengths, the unit upper triangle by rows, and the right-hand side.
    lengths: Vec<Twofold>,
    upper: Vec<Vec<Twofold>>,
    right: Vec<Twofold>,
    ss_residual: Twofold,
    /// Of each term's column, before any rotation.
    sizes: Vec<Twofold>,
    sum_y: Twofold,
    squares_y: Twofold,
    n: u64,
    next: usize,
}

impl<'a> Regressor<'a> {
    /// y on the columns of x, or, for a single x, on its powers up to `degree`.
    ///
    /// # Errors
    /// `BadTerms`.
    pub fn new(y: &'a [f64], x: &[&'a [f64]], degree: usize, intercept: bool) -> Result<Regressor<'a>, NoFit> {
        let degree = degree.max(1);
        let n_terms = x.len() * degree + usize::from(intercept);
        let fits = x.iter().all(|column| column.len() == y.len()) && (degree == 1 || x.len() == 1);
        if n_terms == 0 || n_terms > MAX_TERMS || !fits {
            return Err(NoFit::BadTerms);
        }
        Ok(Regressor {
            y: Written::new(y),
            x: x.iter().map(|column| Written::new(column)).collect(),
            n_rows: y.len(),
            degree,
            intercept,
            n_terms,
            lengths: vec![Twofold::ZERO; n_terms],
            upper: vec![vec![Twofold::ZERO; n_terms]; n_terms],
            right: vec![Twofold::ZERO; n_terms],
            ss_residual: Twofold::ZERO,
            sizes: vec![Twofold::ZERO; n_terms],
            sum_y: Twofold::ZERO,
            squares_y: Twofold::ZERO,
            n: 0,
            next: 0,
        })
    }

    /// Takes in so many rows more; false when there are none left. Rows without all values are left out.
    pub fn step(&mut self, n_rows: usize) -> bool {
        let end = self.next.saturating_add(n_rows).min(self.n_rows);
        while self.next < end {
            let idx = self.next;
            self.next += 1;
            if let (Some(y), Some(row)) = (self.y.at(idx), self.row(idx)) {
                self.include(row, y);
            }
        }
        self.next < self.n_rows
    }

    fn row(&self, idx: usize) -> Option<Vec<Twofold>> {
        let mut row = Vec::with_capacity(self.n_terms);
        row.extend(self.intercept.then_some(Twofold::ONE));
        for column in &self.x {
            let x = column.at(idx)?;
            let mut power = Twofold::ONE;
            for _ in 0..self.degree {
                power = power * x;
                row.push(power);
            }
        }
        Some(row)
    }

    fn include(&mut self, mut row: Vec<Twofold>, y: Twofold) {
        self.n += 1;
        self.sum_y += y;
        self.squares_y += y.squared();
        for (size, x) in self.sizes.iter_mut().zip(&row) {
            *size += x.squared();
        }
        let (mut weight, mut y) = (Twofold::ONE, y);
        let parts = self.lengths.iter_mut().zip(&mut self.upper).zip(&mut self.right);
        for (term, ((length, upper), right)) in parts.enumerate() {
            let Some(x) = row.get(term).copied().filter(|x| !x.is_zero()) else { continue };
            let before = *length;
            *length = before + weight * x.squared();
            let keep = before / *length;
            let turn = weight * x / *length;
            weight = weight * keep;
            for (r, u) in row.iter_mut().zip(upper.iter_mut()).skip(term + 1) {
                let old = *r;
                *r = old - x * *u;
                *u = keep * *u + turn * old;
            }
            let old = y;
            y = old - x * *right;
            *right = keep * *right + turn * old;
            if weight.is_zero() {
                return;
            }
        }
        self.ss_residual += weight * y.squared();
    }

    /// # Errors
    /// `TooFewRows`, `NothingOwn`.
    pub fn finish(mut self) -> Result<Regression, NoFit> {
        while self.step(usize::MAX) {}
        let (n, n_terms) = (self.n, self.n_terms);
        if n < n_terms as u64 {
            return Err(NoFit::TooFewRows { n, n_terms });
        }
        for (term, (length, size)) in self.lengths.iter().zip(&self.sizes).enumerate() {
            let own = (length.value() / size.value()).sqrt();
            if !own.is_finite() || own < LEAST_OWN {
                return Err(NoFit::NothingOwn { term });
            }
        }
        let count = |n: u64| Twofold::from(n as f64);
        let around_zero = self.squares_y;
        let ss_total = if self.intercept { around_zero - self.sum_y.squared() / count(n) } else { around_zero };
        // What is below the last digits of the values themselves is not there.
        let is_nothing = self.ss_residual.value() <= 1e-30 * around_zero.value();
        let ss_residual = if is_nothing { Twofold::ZERO } else { self.ss_residual };
        let ss_regression = ss_total - ss_residual;
        let df_regression = (n_terms - usize::from(self.intercept)) as u64;
        let df_residual = n - n_terms as u64;
        let variance = (df_residual > 0).then(|| ss_residual / count(df_residual));
        let estimates = self.solve();
        let spreads = self.inverse_squares();
        let coefficients = estimates.into_iter().zip(spreads).map(|(estimate, spread)| {
            let error = variance.map(|v| (v * spread).sqrt());
            let t = error.filter(|e| !e.is_zero()).map(|e| (estimate / e).value());
            Coefficient {
                estimate: estimate.value(),
                standard_error: error.map(Twofold::value),
                t,
                p: t.map(|t| t_p(t, df_residual as f64)),
            }
        });
        let f = variance
            .filter(|v| !v.is_zero() && df_regression > 0)
            .map(|v| (ss_regression / count(df_regression) / v).value());
        Ok(Regression {
            n,
            coefficients: coefficients.collect(),
            df_regression,
            df_residual,
            ss_regression: ss_regression.value(),
            ss_residual: ss_residual.value(),
            r_squared: (ss_total.value() > 0.0).then(|| (ss_regression / ss_total).value()),
            residual_sd: variance.map(|v| v.sqrt().value()),
            f,
            p: f.map(|f| f_p(f, df_regression as f64, df_residual as f64)),
        })
    }

    /// The unit upper triangle times the estimates is the right-hand side: from the last term up.
    fn solve(&self) -> Vec<Twofold> {
        let mut estimates = vec![Twofold::ZERO; self.n_terms];
        for (term, (upper, right)) in self.upper.iter().zip(&self.right).enumerate().rev() {
            let known = upper.iter().zip(&estimates).skip(term + 1);
            let value = known.fold(*right, |rest, (u, b)| rest - *u * *b);
            if let Some(slot) = estimates.get_mut(term) {
                *slot = value;
            }
        }
        estimates
    }

    /// The diagonal of (XᵀX)⁻¹: for each term Σ(row of the inverse triangle)² / squared length.
    fn inverse_squares(&self) -> Vec<Twofold> {
        let n = self.n_terms;
        let mut sums = vec![Twofold::ZERO; n];
        // The inverse by columns; each column is solved as above with a unit vector at the right.
        for column in 0..n {
            let mut inverse = vec![Twofold::ZERO; n];
            if let Some(slot) = inverse.get_mut(column) {
                *slot = Twofold::ONE;
            }
            for (term, upper) in self.upper.iter().enumerate().take(column).rev() {
                let known = upper.iter().zip(&inverse).take(column + 1).skip(term + 1);
                let value = known.fold(Twofold::ZERO, |rest, (u, b)| rest - *u * *b);
                if let Some(slot) = inverse.get_mut(term) {
                    *slot = value;
                }
            }
            let Some(length) = self.lengths.get(column) else { continue };
            for (sum, value) in sums.iter_mut().zip(&inverse) {
                *sum += value.squared() / *length;
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(y: &[f64], x: &[&[f64]], degree: usize, intercept: bool) -> Result<Regression, NoFit> {
        Regressor::new(y, x, degree, intercept)?.finish()
    }

    #[test]
    fn says_why_there_is_no_line() {
        let (x, twice) = ([1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0]);
        let y = [1.0, 3.0, 2.0, 5.0];
        assert_eq!(fit(&y, &[&x, &twice], 1, true), Err(NoFit::NothingOwn { term: 2 }));
        assert_eq!(fit(&y, &[&[5.0; 4]], 1, true), Err(NoFit::NothingOwn { term: 1 }));
        assert_eq!(fit(&y[..1], &[&x[..1]], 1, true), Err(NoFit::TooFewRows { n: 1, n_terms: 2 }));
        assert_eq!(fit(&y, &[&x[..2]], 1, true), Err(NoFit::BadTerms));
        assert_eq!(fit(&y, &[], 1, false), Err(NoFit::BadTerms));
    }

    #[test]
    fn leaves_out_rows_with_gaps_and_fits_without_freedom() {
        let line = fit(&[1.0, f64::NAN, 5.0], &[&[0.0, 1.0, 2.0]], 1, true).unwrap();
        assert_eq!((line.n, line.df_residual, line.residual_sd), (2, 0, None));
        assert_eq!((line.coefficients[0].estimate, line.coefficients[1].estimate), (1.0, 2.0));
        assert_eq!(line.coefficients[1].standard_error, None);
    }
}
