//! Which values an axis shows when a few lie so far off that nothing else could be seen: a logger
//! that reports −127 °C when its probe is unplugged must not flatten the other 12,000 readings.
//!
//! What lies beyond stays in the drawing, at the edge, and is said.

/// The range of the bulk, and what is beyond it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fence {
    pub low: f64,
    pub high: f64,
    pub n_below: usize,
    pub n_above: usize,
    pub lowest: f64,
    pub highest: f64,
}

/// Fewer values say nothing about what is usual.
const MIN_VALUES: usize = 30;
/// Of so many values one may lie beyond; more of them are part of the story.
const ONE_IN: usize = 50;
/// How many widths of the bulk away a value has to be.
const WIDTHS: f64 = 3.0;
/// A fence has to make the rest at least this much larger.
const WORTH: f64 = 4.0;

/// `None` when all values can be shown together.
pub(crate) fn fence(mut values: Vec<f64>) -> Option<Fence> {
    values.retain(|v| v.is_finite());
    if values.len() < MIN_VALUES {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let n_far = values.len() / ONE_IN;
    let (from, to) = (values.get(n_far)?, values.get(values.len() - 1 - n_far)?);
    let reach = WIDTHS * (to - from);
    let is_inside = |v: &&f64| **v >= from - reach && **v <= to + reach;
    let low = *values.iter().find(is_inside)?;
    let high = *values.iter().rev().find(is_inside)?;
    let (lowest, highest) = (*values.first()?, *values.last()?);
    let n_below = values.iter().filter(|v| **v < low).count();
    let n_above = values.iter().filter(|v| **v > high).count();
    let is_worth = high > low && highest - lowest >= WORTH * (high - low);
    (n_below + n_above > 0 && is_worth).then_some(Fence { low, high, n_below, n_above, lowest, highest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: usize) -> Vec<f64> {
        (0..n).map(|i| 5.0 + (i as f64 / 7.0).sin()).collect()
    }

    #[test]
    fn a_few_readings_of_an_unplugged_probe_lie_beyond() {
        let mut values = wave(600);
        values.extend([-127.0; 6]);
        let fence = fence(values).unwrap();
        assert_eq!((fence.n_below, fence.n_above, fence.lowest), (6, 0, -127.0));
        assert!(fence.low >= 4.0 && fence.high <= 6.0, "{fence:?}");
    }

    #[test]
    fn what_is_common_or_near_is_shown_whole() {
        assert_eq!(fence(wave(600)), None);
        let mut near = wave(600);
        near.extend([9.0; 6]);
        assert_eq!(fence(near), None);
        let mut common = wave(600);
        common.extend([-127.0; 40]);
        assert_eq!(fence(common), None);
        assert_eq!(fence(vec![1.0; 500]), None);
        assert_eq!(fence(vec![f64::NAN, f64::INFINITY]), None);
    }
}
