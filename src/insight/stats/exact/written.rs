//! The decimals that were written.

use super::twofold::Twofold;

/// Whole numbers up to this are exact, with room for rounding.
const MOST: f64 = 1_125_899_906_842_624.0; // 2^50
const MAX_DIGITS: usize = 15;

/// Values as whole numbers of a common decimal unit: `value = whole / scale`.
pub(super) struct Written<'a> {
    values: &'a [f64],
    /// A power of ten that all values are whole multiples of; 1 where there is none.
    scale: f64,
}

impl<'a> Written<'a> {
    /// Finds the unit. A cell that was written as 10000000.1 is the double nearest to it, 2·10⁻⁹ away; with
    /// all cells like that, a spread of 0.1 around ten million is known to eight digits only. Where every
    /// value is the double nearest to a decimal with so many places, these decimals are what is meant,
    /// and they are whole numbers of that place, which doubles hold exactly.
    pub fn new(values: &'a [f64]) -> Written<'a> {
        let powers: [f64; MAX_DIGITS + 1] = std::array::from_fn(|k| 10f64.powi(k as i32));
        let mut digits = 0;
        for v in values.iter().filter(|v| v.is_finite()) {
            let is_whole = |scale: &f64| whole(*v, *scale) / scale == *v && (*v * scale).abs() < MOST;
            let Some(more) = powers.iter().skip(digits).position(is_whole) else {
                return Written { values, scale: 1.0 };
            };
            digits += more;
        }
        let scale = powers.get(digits).copied().unwrap_or(1.0);
        let fits = values.iter().filter(|v| v.is_finite()).all(|v| (*v * scale).abs() < MOST);
        Written { values, scale: if fits { scale } else { 1.0 } }
    }

    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Each value times the scale; not finite where the value is not.
    pub fn whole(&self) -> impl Iterator<Item = f64> + 'a {
        let scale = self.scale;
        self.values.iter().map(move |v| if scale == 1.0 { *v } else { whole(*v, scale) })
    }

    /// A value by its place, to twice the precision.
    pub fn at(&self, idx: usize) -> Option<Twofold> {
        let value = self.values.get(idx).copied().filter(|v| v.is_finite())?;
        Some(if self.scale == 1.0 {
            Twofold::from(value)
        } else {
            Twofold::ratio(whole(value, self.scale), self.scale)
        })
    }
}

fn whole(value: f64, scale: f64) -> f64 {
    (value * scale).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_decimals() {
        let values = [1_000_000_000_000.4, 0.25, f64::NAN, -3.0];
        let written = Written::new(&values);
        assert_eq!(written.scale(), 100.0);
        let whole: Vec<f64> = written.whole().collect();
        assert_eq!((whole[0], whole[1], whole[3]), (100_000_000_000_040.0, 25.0, -300.0));
        assert!(whole[2].is_nan() && written.at(2).is_none());
        // What was computed is no short decimal, and is taken as it is.
        let computed = [0.1 + 0.2, 1.0 / 3.0];
        assert_eq!(Written::new(&computed).scale(), 1.0);
        let wide = [1e-15, 1e15];
        assert_eq!(Written::new(&wide).scale(), 1.0);
    }
}
