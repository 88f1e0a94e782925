//! Numbers of twice the precision: the unevaluated sum of two doubles, about 32 digits.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// `high + low`, with `low` below the last digit of `high`. The algorithms are those of Dekker (1971) and
/// Knuth (TAOCP vol. 2, 4.2.2); none needs a fused multiply-add, which WebAssembly does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Twofold {
    high: f64,
    low: f64,
}

/// The sum and what rounding took from it.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// The same where `a` is the larger.
fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// The upper and the lower half of the digits.
fn split(a: f64) -> (f64, f64) {
    const FACTOR: f64 = 134_217_729.0; // 2^27 + 1
    let t = FACTOR * a;
    let high = t - (t - a);
    (high, a - high)
}

/// The product and what rounding took from it.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    (product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
}

impl Twofold {
    pub const ZERO: Twofold = Twofold { high: 0.0, low: 0.0 };
    pub const ONE: Twofold = Twofold { high: 1.0, low: 0.0 };

    /// The quotient of two doubles: exact decimals where both are whole.
    pub fn ratio(a: f64, b: f64) -> Twofold {
        Twofold::from(a) / Twofold::from(b)
    }

    /// The nearest double.
    pub fn value(self) -> f64 {
        self.high + self.low
    }

    pub fn is_zero(self) -> bool {
        self.high == 0.0 && self.low == 0.0
    }

    pub fn squared(self) -> Twofold {
        self * self
    }

    /// Zero for what is not positive.
    pub fn sqrt(self) -> Twofold {
        if self.high <= 0.0 || !self.high.is_finite() {
            return Twofold::ZERO;
        }
        // One step of Newton's doubles the digits of the root.
        let root = self.high.sqrt();
        let rest = (self - Twofold::from(root).squared()).value();
        let (high, low) = quick_two_sum(root, rest / (2.0 * root));
        Twofold { high, low }
    }
}

impl From<f64> for Twofold {
    fn from(value: f64) -> Twofold {
        Twofold { high: value, low: 0.0 }
    }
}

impl Add for Twofold {
    type Output = Twofold;
    fn add(self, other: Twofold) -> Twofold {
        let (high, rest) = two_sum(self.high, other.high);
        let (low, last) = two_sum(self.low, other.low);
        let (high, rest) = quick_two_sum(high, rest + low);
        let (high, low) = quick_two_sum(high, rest + last);
        Twofold { high, low }
    }
}

impl AddAssign for Twofold {
    fn add_assign(&mut self, other: Twofold) {
        *self = *self + other;
    }
}

impl Neg for Twofold {
    type Output = Twofold;
    fn neg(self) -> Twofold {
        Twofold { high: -self.high, low: -self.low }
    }
}

impl Sub for Twofold {
    type Output = Twofold;
    fn sub(self, other: Twofold) -> Twofold {
        self + -other
    }
}

impl Mul for Twofold {
    type Output = Twofold;
    fn mul(self, other: Twofold) -> Twofold {
        let (product, rest) = two_product(self.high, other.high);
        let (high, low) = quick_two_sum(product, rest + (self.high * other.low + self.low * other.high));
        Twofold { high, low }
    }
}

impl Div for Twofold {
    type Output = Twofold;
    fn div(self, other: Twofold) -> Twofold {
        let first = self.high / other.high;
        let rest = self - other * Twofold::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Twofold::from(second);
        let (high, low) = quick_two_sum(first, second);
        Twofold { high, low } + Twofold::from(rest.high / other.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_what_a_double_drops() {
        let tiny = Twofold::ONE + Twofold::from(1e-25);
        assert_eq!((tiny - Twofold::ONE).value(), 1e-25);
        let third = Twofold::ratio(1.0, 3.0);
        assert!((third * Twofold::from(3.0) - Twofold::ONE).value().abs() < 1e-31);
        let root = Twofold::from(2.0).sqrt();
        assert!((root.squared() - Twofold::from(2.0)).value().abs() < 1e-30);
        assert_eq!(Twofold::from(-1.0).sqrt(), Twofold::ZERO);
    }
}
