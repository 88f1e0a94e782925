//! The different keys of a column, exact while they are few and an even sample when they are many.
//!
//! Sampling by hash (Gibbons, "Distinct sampling for highly-accurate answers", VLDB 2001): level L
//! keeps the keys whose hash ends in L zero bits, so two columns keep the same keys.

use super::column::NO_KEY;
use super::matches::HashedMap;
use std::cell::OnceCell;

/// Keys kept at most.
const CAPACITY: usize = 16_384;
/// A column of at most so many different keys is looked for in all rows of a large one.
const FEW: usize = 1_024;
/// Keys probed before two columns are compared in full.
const PROBES: usize = 96;

#[derive(Default)]
pub(super) struct Sketch {
    /// How many rows have each key kept.
    rows: HashedMap<u64, u32>,
    level: u32,
    /// Rows looked at that have a key.
    pub n_keyed: u64,
    /// Keys kept and their rows that are also in the sample of each coarser level, from this one on.
    totals: OnceCell<Vec<(u64, u64)>>,
}

/// What two columns have in common, on the keys that both sketches kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Overlap {
    /// Different keys in common (in the sample).
    pub n_common: u64,
    /// Share of the left's keyed rows whose key the right has.
    pub left_rows_frac: f64,
    pub right_rows_frac: f64,
    /// Share of the left's different keys that the right has.
    pub left_keys_frac: f64,
    pub right_keys_frac: f64,
}

impl Overlap {
    /// Seen from the other side.
    pub fn turned(self) -> Overlap {
        Overlap {
            n_common: self.n_common,
            left_rows_frac: self.right_rows_frac,
            right_rows_frac: self.left_rows_frac,
            left_keys_frac: self.right_keys_frac,
            right_keys_frac: self.left_keys_frac,
        }
    }
}

impl Sketch {
    pub fn add(&mut self, hash: u128) {
        if hash == NO_KEY {
            return;
        }
        self.n_keyed += 1;
        self.totals.take();
        let key = (hash >> 64) as u64;
        if !is_kept(key, self.level) {
            return;
        }
        *self.rows.entry(key).or_insert(0) += 1;
        while self.rows.len() > CAPACITY && self.level < 40 {
            self.level += 1;
            let level = self.level;
            self.rows.retain(|key, _| is_kept(*key, level));
        }
    }

    /// Estimated when sampled.
    pub fn n_distinct(&self) -> f64 {
        self.rows.len() as f64 * f64::from(self.level).exp2()
    }

    /// Different keys for each keyed row: 1 when no key repeats.
    pub fn uniqueness(&self) -> f64 {
        let rows: u64 = self.rows.values().map(|n| u64::from(*n)).sum();
        if rows == 0 { 0.0 } else { self.rows.len() as f64 / rows as f64 }
    }

    /// The different keys, where there are so few that all are known.
    pub fn few_keys(&self) -> Option<impl Iterator<Item = (u64, u32)> + '_> {
        (self.level == 0 && self.rows.len() <= FEW).then(|| self.rows.iter().map(|(k, n)| (*k, *n)))
    }

    /// Whether a few keys of another column may all be missing by chance.
    pub fn is_coarse(&self) -> bool {
        self.level >= 2
    }

    fn totals(&self, level: u32) -> (u64, u64) {
        let totals = self.totals.get_or_init(|| {
            let mut totals = vec![(0, 0); 41];
            for (key, n) in &self.rows {
                let deepest = (key >> 20).trailing_zeros().min(40) as usize;
                for total in totals.iter_mut().take(deepest + 1) {
                    total.0 += 1;
                    total.1 += u64::from(*n);
                }
            }
            totals
        });
        totals.get(level as usize).copied().unwrap_or_default()
    }

    /// `None` when a quick probe finds nothing in common.
    pub fn overlap(&self, other: &Sketch) -> Option<Overlap> {
        let level = self.level.max(other.level);
        let (few, many) = if self.rows.len() <= other.rows.len() { (self, other) } else { (other, self) };
        let at_level = |sketch: &'_ Sketch| sketch.rows.len() >> (level - sketch.level).min(60);
        let probed = few.rows.keys().filter(|k| is_kept(**k, level)).take(PROBES);
        if at_level(few) > PROBES && !probed.clone().any(|k| many.rows.contains_key(k)) {
            return None;
        }
        let mut overlap = Overlap::default();
        let (mut few_rows, mut many_rows) = (0u64, 0u64);
        for (key, n) in few.rows.iter().filter(|(k, _)| is_kept(**k, level)) {
            if let Some(m) = many.rows.get(key) {
                overlap.n_common += 1;
                few_rows += u64::from(*n);
                many_rows += u64::from(*m);
            }
        }
        let (common_rows, other_common_rows) =
            if std::ptr::eq(few, self) { (few_rows, many_rows) } else { (many_rows, few_rows) };
        let ((keys, rows), (other_keys, other_rows)) = (self.totals(level), other.totals(level));
        let share = |part: u64, of: u64| if of == 0 { 0.0 } else { part as f64 / of as f64 };
        overlap.left_rows_frac = share(common_rows, rows);
        overlap.right_rows_frac = share(other_common_rows, other_rows);
        overlap.left_keys_frac = share(overlap.n_common, keys);
        overlap.right_keys_frac = share(overlap.n_common, other_keys);
        (overlap.n_common > 0).then_some(overlap)
    }
}

/// Bits from the middle: the map uses both ends.
pub(super) fn is_kept(key: u64, level: u32) -> bool {
    (key >> 20) & ((1u64 << level.min(40)) - 1) == 0
}

#[cfg(test)]
mod tests {
    use super::super::key::hash_key;
    use super::*;

    fn sketch(range: std::ops::Range<u32>, times: u32) -> Sketch {
        let mut s = Sketch::default();
        for _ in 0..times {
            range.clone().for_each(|i| s.add(hash_key(&i.to_le_bytes())));
        }
        s
    }

    #[test]
    fn exact_while_small() {
        let (a, b) = (sketch(0..100, 3), sketch(50..200, 1));
        let o = a.overlap(&b).unwrap();
        assert_eq!(o.n_common, 50);
        assert_eq!((o.left_rows_frac, o.left_keys_frac), (0.5, 0.5));
        assert_eq!(b.uniqueness(), 1.0);
        assert!((a.uniqueness() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(a.n_distinct(), 100.0);
    }

    #[test]
    fn close_when_sampled() {
        let (a, b) = (sketch(0..200_000, 1), sketch(100_000..150_000, 1));
        assert!(a.rows.len() <= CAPACITY);
        assert!((a.n_distinct() / 200_000.0 - 1.0).abs() < 0.03);
        assert_eq!(a.uniqueness(), 1.0);
        let o = a.overlap(&b).unwrap();
        assert!((o.left_keys_frac - 0.25).abs() < 0.02, "{o:?}");
        assert_eq!(o.right_keys_frac, 1.0);
    }

    #[test]
    fn either_side_may_be_the_larger() {
        let (a, b) = (sketch(0..300, 2), sketch(200..100_000, 1));
        let (x, y) = (a.overlap(&b).unwrap(), b.overlap(&a).unwrap());
        assert_eq!(
            (x.n_common, x.left_rows_frac, x.right_rows_frac),
            (y.n_common, y.right_rows_frac, y.left_rows_frac)
        );
        assert_eq!((x.left_keys_frac, x.right_keys_frac), (y.right_keys_frac, y.left_keys_frac));
    }

    #[test]
    fn nothing_in_common() {
        assert_eq!(sketch(0..10, 1).overlap(&sketch(20..30, 1)), None);
        assert_eq!(sketch(0..1000, 1).overlap(&sketch(2000..3000, 1)), None);
    }
}
