//! Many numbers reduced to one.

use crate::recipe::Aggregate;

/// Reduces values that are all there. `None` where there is nothing to reduce, or too little: a
/// standard deviation needs two values.
pub(super) fn reduce(aggregate: Aggregate, values: &mut [f64]) -> Option<f64> {
    let n = values.len();
    match aggregate {
        Aggregate::Count => Some(n as f64),
        Aggregate::CountDistinct => {
            values.sort_by(f64::total_cmp);
            Some(values.chunk_by(|a, b| a == b).count() as f64)
        }
        Aggregate::Sum => (n > 0).then(|| sum(values.iter().copied())),
        Aggregate::Mean => mean(values),
        Aggregate::Median => median(values),
        Aggregate::Min => values.iter().copied().reduce(f64::min),
        Aggregate::Max => values.iter().copied().reduce(f64::max),
        Aggregate::Sd => {
            let centre = mean(values)?;
            let squares = sum(values.iter().map(|v| (v - centre) * (v - centre)));
            (n > 1).then(|| (squares / (n as f64 - 1.0)).sqrt())
        }
    }
}

/// The sum with a running correction (Neumaier 1974), so that order and size hardly matter.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    total + lost
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| sum(values.iter().copied()) / values.len() as f64)
}

fn median(values: &mut [f64]) -> Option<f64> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let (below, middle, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    if n % 2 == 1 {
        return Some(*middle);
    }
    let lower = below.iter().copied().reduce(f64::max)?;
    Some(lower + (*middle - lower) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_agrees_with_the_textbook() {
        let of = |aggregate, values: &[f64]| reduce(aggregate, &mut values.to_vec());
        let values = [4.0, 1.0, 3.0, 2.0, 2.0];
        assert_eq!(of(Aggregate::Count, &values), Some(5.0));
        assert_eq!(of(Aggregate::CountDistinct, &values), Some(4.0));
        assert_eq!(of(Aggregate::Sum, &values), Some(12.0));
        assert_eq!(of(Aggregate::Mean, &values), Some(2.4));
        assert_eq!(of(Aggregate::Median, &values), Some(2.0));
        assert_eq!(of(Aggregate::Median, &[1.0, 4.0]), Some(2.5));
        assert_eq!(of(Aggregate::Min, &values), Some(1.0));
        assert_eq!(of(Aggregate::Max, &values), Some(4.0));
        assert!((of(Aggregate::Sd, &values).unwrap() - 1.3_f64.sqrt()).abs() < 1e-12);
        assert_eq!(of(Aggregate::Sd, &[1.0]), None);
        assert_eq!(of(Aggregate::Mean, &[]), None);
        assert_eq!(of(Aggregate::Sum, &[1e100, 1.0, -1e100]), Some(1.0));
    }
}
