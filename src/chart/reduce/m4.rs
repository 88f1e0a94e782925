//! Fewer points, the same line on screen.

use super::MAX_LINE_POINTS;
use crate::base::Floats;

/// Keeps of each of 500 columns the first, smallest, largest and last point (M4, Jugel et al., VLDB
/// 2014), so that a line of up to that many pixels is drawn as if from all points.
///
/// `x` is in ascending order without NaN; NaN in `y` is a break, kept where a column has nothing else.
/// Up to 2,000 points come back as they are.
pub(super) fn m4(x: &[f64], y: &[f64]) -> (Floats, Floats) {
    let n = x.len().min(y.len());
    if n <= MAX_LINE_POINTS {
        let pairs = || x.iter().zip(y).map(|(x, y)| (*x, *y));
        return (pairs().map(|p| p.0).collect(), pairs().map(|p| p.1).collect());
    }
    let (Some(first), Some(last)) = (x.first().copied(), x.last().copied()) else {
        return (Floats::default(), Floats::default());
    };
    let n_columns = (MAX_LINE_POINTS / 4) as f64;
    // Halved, so that the span of the largest numbers does not overflow.
    let half_span = last / 2.0 - first / 2.0;
    let scale = if half_span > 0.0 { n_columns / 2.0 / half_span } else { 0.0 };
    let mut out = Kept::default();
    let mut column = Column::default();
    let mut current = 0usize;
    for (x, y) in x.iter().copied().zip(y.iter().copied()) {
        let at = (((x - first) * scale).min(n_columns - 1.0)) as usize;
        if at != current {
            out.close(&column);
            column = Column::default();
            current = at;
        }
        column.add(x, y);
    }
    out.close(&column);
    (out.x, out.y)
}

#[derive(Default)]
struct Column {
    /// First, smallest, largest, last, with their places in the order of x.
    points: Option<[(usize, f64, f64); 4]>,
    gap_x: Option<f64>,
    n: usize,
}

impl Column {
    #[inline]
    fn add(&mut self, x: f64, y: f64) {
        let point = (self.n, x, y);
        self.n += 1;
        if y.is_nan() {
            self.gap_x = Some(x);
            return;
        }
        match &mut self.points {
            None => self.points = Some([point; 4]),
            Some([_, low, high, last]) => {
                if y < low.2 {
                    *low = point;
                }
                if y > high.2 {
                    *high = point;
                }
                *last = point;
            }
        }
    }
}

#[derive(Default)]
struct Kept {
    x: Floats,
    y: Floats,
}

impl Kept {
    fn close(&mut self, column: &Column) {
        let Some([first, low, high, last]) = column.points else {
            if let Some(x) = column.gap_x {
                self.x.push(x);
                self.y.push(f64::NAN);
            }
            return;
        };
        let (a, b) = if low.0 <= high.0 { (low, high) } else { (high, low) };
        let mut before = None;
        for point in [first, a, b, last] {
            if before != Some(point.0) {
                self.x.push(point.1);
                self.y.push(point.2);
            }
            before = Some(point.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_survive() {
        let x: Vec<f64> = (0..100_000).map(f64::from).collect();
        let mut y: Vec<f64> = x.iter().map(|v| (v / 900.0).sin()).collect();
        y[54_321] = 50.0;
        y[60_000] = -50.0;
        let (kx, ky) = m4(&x, &y);
        assert!(kx.len() <= MAX_LINE_POINTS && kx.len() == ky.len());
        assert!(kx.windows(2).all(|w| w[0] < w[1]));
        assert!(ky.contains(&50.0) && ky.contains(&-50.0));
        assert_eq!((kx.first(), kx.last()), (Some(&0.0), Some(&99_999.0)));
    }

    #[test]
    fn long_gaps_stay_gaps() {
        let x: Vec<f64> = (0..10_000).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|v| if (4_000.0..6_000.0).contains(v) { f64::NAN } else { *v }).collect();
        let (_, ky) = m4(&x, &y);
        assert!(ky.iter().any(|v| v.is_nan()));
    }

    #[test]
    fn one_place_only() {
        let (kx, ky) = m4(&[7.0; 5_000], &(0..5_000).map(f64::from).collect::<Vec<_>>());
        assert_eq!(kx.len(), 2);
        assert_eq!(ky.last(), Some(&4_999.0));
    }
}
