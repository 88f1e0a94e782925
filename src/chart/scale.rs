//! From values to pixels and back.

/// A straight mapping of a domain to a range of pixels, which may run backwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    pub domain: (f64, f64),
    pub range_px: (f64, f64),
}

impl Linear {
    /// Domains without extent are widened, and those too wide for arithmetic narrowed, so that every
    /// value has a place.
    pub fn new(domain: (f64, f64), range_px: (f64, f64)) -> Linear {
        const MOST: f64 = 1e300;
        let clean = |v: f64| if v.is_nan() { 0.0 } else { v.clamp(-MOST, MOST) };
        let (low, high) = (clean(domain.0), clean(domain.1));
        let domain = if high > low { (low, high) } else { (low - room(low), low + room(low)) };
        Linear { domain, range_px }
    }

    /// The pixel of a value; values outside the domain lie outside the range.
    pub fn at(&self, value: f64) -> f64 {
        let share = (value - self.domain.0) / (self.domain.1 - self.domain.0);
        self.range_px.0 + share * (self.range_px.1 - self.range_px.0)
    }

    /// The value at a pixel.
    pub fn invert(&self, px: f64) -> f64 {
        let extent = self.range_px.1 - self.range_px.0;
        let share = if extent == 0.0 { 0.0 } else { (px - self.range_px.0) / extent };
        self.domain.0 + share * (self.domain.1 - self.domain.0)
    }

    pub fn contains(&self, value: f64) -> bool {
        self.domain.0 <= value && value <= self.domain.1
    }
}

fn room(value: f64) -> f64 {
    (value.abs() * 0.05).max(0.5)
}

/// Equal places for categories.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    pub n: usize,
    pub start_px: f64,
    pub step_px: f64,
    /// The part of a step that is filled.
    pub fill_frac: f64,
}

impl Band {
    pub fn new(n: usize, range_px: (f64, f64), fill_frac: f64) -> Band {
        let step_px = (range_px.1 - range_px.0) / n.max(1) as f64;
        Band { n, start_px: range_px.0, step_px, fill_frac }
    }

    /// The width that is filled.
    pub fn width(&self) -> f64 {
        self.step_px * self.fill_frac
    }

    /// The start of the filled part.
    pub fn start(&self, idx: usize) -> f64 {
        self.start_px + self.step_px * (idx as f64 + (1.0 - self.fill_frac) / 2.0)
    }

    pub fn center(&self, idx: usize) -> f64 {
        self.start_px + self.step_px * (idx as f64 + 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_there_and_back() {
        let s = Linear::new((10.0, 20.0), (0.0, 100.0));
        assert_eq!(s.at(15.0), 50.0);
        assert_eq!(s.invert(s.at(12.5)), 12.5);
        let down = Linear::new((0.0, 1.0), (200.0, 0.0));
        assert_eq!(down.at(1.0), 0.0);
    }

    #[test]
    fn domains_without_extent_and_without_end() {
        assert_eq!(Linear::new((3.0, 3.0), (0.0, 10.0)).at(3.0), 5.0);
        let huge = Linear::new((f64::MIN, f64::MAX), (0.0, 10.0));
        assert!((huge.at(0.0) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn bands_are_even() {
        let b = Band::new(4, (0.0, 100.0), 0.8);
        assert_eq!((b.width(), b.center(3)), (20.0, 87.5));
        assert!((b.start(0) - 2.5).abs() < 1e-9);
    }
}
