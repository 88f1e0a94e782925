//! Rows of a group to one value.

use crate::recipe::Aggregate;
use hashbrown::HashSet;

/// Reduces the values of each group, numbered `0 .. n_groups`, to one; groups without a value are
/// NaN, or zero where values are counted or rows are. Values that are NaN are skipped.
///
/// The standard deviation is the sample's (n − 1), by Welford's method (Technometrics, 1962).
pub(super) fn aggregate(rows: impl Iterator<Item = (usize, f64)>, n_groups: usize, by: Aggregate) -> Vec<f64> {
    let mut out = vec![0f64; n_groups];
    let mut counts = vec![0u64; n_groups];
    match by {
        Aggregate::Count => {
            for (group, _) in rows {
                if let Some(slot) = out.get_mut(group) {
                    *slot += 1.0;
                }
            }
            return out;
        }
        Aggregate::CountDistinct => {
            let mut seen = HashSet::new();
            for (group, value) in rows.filter(|(_, v)| !v.is_nan()) {
                // Adding zero makes −0 and 0 the same.
                if seen.insert((group, (value + 0.0).to_bits()))
                    && let Some(slot) = out.get_mut(group)
                {
                    *slot += 1.0;
                }
            }
            return out;
        }
        Aggregate::Median => return medians(rows, n_groups),
        Aggregate::Sd => {
            let mut squares = vec![0f64; n_groups];
            for (group, value) in rows.filter(|(_, v)| !v.is_nan()) {
                if let (Some(mean), Some(n), Some(sq)) =
                    (out.get_mut(group), counts.get_mut(group), squares.get_mut(group))
                {
                    *n += 1;
                    let off = value - *mean;
                    *mean += off / *n as f64;
                    *sq += off * (value - *mean);
                }
            }
            for ((slot, n), sq) in out.iter_mut().zip(&counts).zip(&squares) {
                *slot = if *n > 1 { (sq / (*n - 1) as f64).sqrt() } else { f64::NAN };
            }
            return out;
        }
        Aggregate::Sum | Aggregate::Mean | Aggregate::Min | Aggregate::Max => {}
    }
    for (group, value) in rows.filter(|(_, v)| !v.is_nan()) {
        let (Some(slot), Some(n)) = (out.get_mut(group), counts.get_mut(group)) else { continue };
        *slot = match by {
            _ if *n == 0 => value,
            Aggregate::Min => slot.min(value),
            Aggregate::Max => slot.max(value),
            _ => *slot + value,
        };
        *n += 1;
    }
    for (slot, n) in out.iter_mut().zip(&counts) {
        if *n == 0 {
            *slot = f64::NAN;
        } else if by == Aggregate::Mean {
            *slot /= *n as f64;
        }
    }
    out
}

fn medians(rows: impl Iterator<Item = (usize, f64)>, n_groups: usize) -> Vec<f64> {
    let mut all: Vec<(usize, f64)> = rows.filter(|(g, v)| !v.is_nan() && *g < n_groups).collect();
    all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut out = vec![f64::NAN; n_groups];
    for run in all.chunk_by(|a, b| a.0 == b.0) {
        let values: Vec<f64> = run.iter().map(|(_, v)| *v).collect();
        if let Some(slot) = run.first().and_then(|(g, _)| out.get_mut(*g)) {
            *slot = quantile(&values, 0.5);
        }
    }
    out
}

/// The quantile of sorted values, interpolated between neighbours (type 7 of Hyndman and Fan, 1996).
pub(super) fn quantile(sorted: &[f64], share_frac: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = share_frac.clamp(0.0, 1.0) * last as f64;
    let low = at.floor() as usize;
    match (sorted.get(low), sorted.get(low + 1)) {
        (Some(a), Some(b)) => a + (b - a) * (at - low as f64),
        (Some(a), None) => *a,
        _ => f64::NAN,
    }
}

/// Whether the rest of the groups can be added up to "Other".
pub(super) fn is_additive(by: Aggregate) -> bool {
    matches!(by, Aggregate::Count | Aggregate::Sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_reduce() {
        let rows = [(0, 1.0), (0, 3.0), (0, f64::NAN), (1, 5.0), (0, 3.0)];
        let of = |by| aggregate(rows.into_iter(), 3, by);
        assert_eq!(of(Aggregate::Count), [4.0, 1.0, 0.0]);
        assert_eq!(of(Aggregate::CountDistinct), [2.0, 1.0, 0.0]);
        assert_eq!(of(Aggregate::Sum).first(), Some(&7.0));
        assert_eq!(of(Aggregate::Median).first(), Some(&3.0));
        assert_eq!(of(Aggregate::Min).first(), Some(&1.0));
        assert_eq!(of(Aggregate::Max).first(), Some(&3.0));
        assert!((of(Aggregate::Mean)[0] - 7.0 / 3.0).abs() < 1e-12);
        // 1, 3, 3: variance 4/3.
        assert!((of(Aggregate::Sd)[0] - (4f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!(of(Aggregate::Sd)[1].is_nan() && of(Aggregate::Sum)[2].is_nan());
    }

    #[test]
    fn quantiles_between_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), 1.75);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
