//! Correction for many tests.

/// Adjusted p-values in the order given, after Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:
/// reporting those at or below 0.05 keeps the expected share of false reports at 5 %.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let m = p_values.len() as f64;
    let mut order: Vec<(usize, f64)> =
        p_values.iter().map(|p| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }).enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 1.0f64;
    for (from_top, (idx, p)) in order.into_iter().enumerate() {
        least = least.min(p * m / (m - from_top as f64));
        if let Some(slot) = adjusted.get_mut(idx) {
            *slot = least;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reproduces_the_example_of_the_paper() {
        // Benjamini & Hochberg (1995), section 4: 15 comparisons, the first four are rejected at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let adjusted = benjamini_hochberg(&p);
        assert_eq!(adjusted.iter().filter(|p| **p <= 0.05).count(), 4);
        assert!((adjusted[0] - 0.0015).abs() < 1e-12);
        assert!((adjusted[3] - 0.0095 * 15.0 / 4.0).abs() < 1e-12);
        // 0.0201·15/5 = 0.0603 and 0.0278·15/6 = 0.0695, but 0.0298·15/7 = 0.06386 pulls the latter down.
        assert!((adjusted[5] - 0.0298 * 15.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn keeps_the_order_given() {
        let adjusted = benjamini_hochberg(&[0.04, f64::NAN, 0.01]);
        assert!((adjusted[2] - 0.03).abs() < 1e-12);
        assert!((adjusted[0] - 0.06).abs() < 1e-12);
        assert_eq!(adjusted[1], 1.0);
        assert!(benjamini_hochberg(&[]).is_empty());
    }
}
