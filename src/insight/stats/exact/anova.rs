//! One-way analysis of variance.

use super::super::tail::f_p;
use super::twofold::Twofold;
use super::written::Written;

/// The table of a one-way analysis of variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anova {
    pub n: u64,
    pub n_groups: u64,
    pub df_between: u64,
    pub df_within: u64,
    pub ss_between: f64,
    pub ss_within: f64,
    pub ms_between: f64,
    pub ms_within: f64,
    /// `None` where nothing varies within groups.
    pub f: Option<f64>,
    pub p: Option<f64>,
    /// Share of the sum of squares that lies between groups; `None` where nothing varies.
    pub r_squared: Option<f64>,
    pub residual_sd: f64,
}

/// Compares the means of groups (Fisher 1925); `groups` gives each value's group, anything from
/// `n_groups` on being none. `None` below two groups with values or without a degree of freedom within.
///
/// Sums of squares are taken around means in twice the precision, over the decimals as written.
pub fn anova(values: &[f64], groups: &[u32], n_groups: usize) -> Option<Anova> {
    let written = Written::new(values);
    let pairs = || written.whole().zip(groups).filter(|(v, _)| v.is_finite()).map(|(v, g)| (v, *g as usize));
    let mut sums = vec![(0u64, Twofold::ZERO); n_groups];
    for (v, group) in pairs() {
        if let Some((n, sum)) = sums.get_mut(group) {
            *n += 1;
            *sum += Twofold::from(v);
        }
    }
    let count = |n: u64| Twofold::from(n as f64);
    let n: u64 = sums.iter().map(|(n, _)| n).sum();
    let n_used = sums.iter().filter(|(n, _)| *n > 0).count() as u64;
    if n_used < 2 || n <= n_used {
        return None;
    }
    let total = sums.iter().fold(Twofold::ZERO, |all, (_, sum)| all + *sum);
    let mean = total / count(n);
    let means: Vec<Twofold> =
        sums.iter().map(|(n, sum)| if *n > 0 { *sum / count(*n) } else { Twofold::ZERO }).collect();
    let between = sums
        .iter()
        .zip(&means)
        .filter(|((n, _), _)| *n > 0)
        .fold(Twofold::ZERO, |all, ((n, _), own)| all + count(*n) * (*own - mean).squared());
    let mut within = Twofold::ZERO;
    for (v, group) in pairs() {
        if let Some(own) = means.get(group) {
            within += (Twofold::from(v) - *own).squared();
        }
    }
    let unit = Twofold::from(written.scale()).squared();
    let (ss_between, ss_within) = (between / unit, within / unit);
    let (df_between, df_within) = (n_used - 1, n - n_used);
    let (ms_between, ms_within) = (ss_between / count(df_between), ss_within / count(df_within));
    let f = (!within.is_zero()).then(|| (ms_between / ms_within).value());
    let all = ss_between + ss_within;
    Some(Anova {
        n,
        n_groups: n_used,
        df_between,
        df_within,
        ss_between: ss_between.value(),
        ss_within: ss_within.value(),
        ms_between: ms_between.value(),
        ms_within: ms_within.value(),
        f,
        p: f.map(|f| f_p(f, df_between as f64, df_within as f64)),
        r_squared: (!all.is_zero()).then(|| (ss_between / all).value()),
        residual_sd: ms_within.sqrt().value(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_two_groups_and_something_within() {
        assert!(anova(&[1.0, 2.0], &[0, 0], 1).is_none());
        assert!(anova(&[1.0, 2.0], &[0, 1], 2).is_none());
        // A group without values, and a value without a group.
        let table = anova(&[1.0, 2.0, 4.0, 5.0, 9.0], &[0, 0, 2, 2, 7], 3).unwrap();
        assert_eq!((table.n, table.n_groups, table.df_between, table.df_within), (4, 2, 1, 2));
        assert_eq!((table.ss_between, table.ss_within, table.f), (9.0, 1.0, Some(18.0)));
        let flat = anova(&[1.0, 1.0, 1.0, 1.0], &[0, 0, 1, 1], 2).unwrap();
        assert_eq!((flat.f, flat.p, flat.r_squared), (None, None, None));
    }
}
