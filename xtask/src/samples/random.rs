//! Numbers that look random and are the same on every machine: integers and plain arithmetic only,
//! no sine or logarithm, whose last digit differs between systems.

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(u64);

impl Random {
    /// A generator of its own for each purpose, so that a change in one sample leaves the others alone.
    pub fn new(purpose: &str) -> Random {
        // FNV-1a of the name.
        Random(
            purpose
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 up to, not including, `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    /// True in a share of `frac` of the calls.
    pub fn chance(&mut self, frac: f64) -> bool {
        self.unit() < frac
    }

    /// Bell-shaped: the sum of twelve uniform numbers has nearly a normal distribution.
    pub fn normal(&mut self, mean: f64, sd: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.unit()).sum();
        mean + sd * (sum - 6.0)
    }

    /// One of several.
    pub fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }

    /// `n` different numbers below `of`, in order.
    pub fn choose(&mut self, n: usize, of: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..of).collect();
        for i in 0..n.min(of) {
            let j = i + self.below(of - i);
            all.swap(i, j);
        }
        all.truncate(n);
        all.sort_unstable();
        all
    }
}

/// A day, counted from 1 January 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// Days from the civil calendar (Howard Hinnant's algorithm).
    pub fn new(year: i64, month: i64, day: i64) -> Day {
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let yoe = y - era * 400;
        let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        Day(era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468)
    }

    /// Year, month, day.
    pub fn civil(self) -> (i64, i64, i64) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z - era * 146_097;
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
    }

    /// `2026-11-12`
    pub fn iso(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `12/11/2026`
    pub fn day_first(self) -> String {
        let (year, month, day) = self.civil();
        format!("{day:02}/{month:02}/{year:04}")
    }

    pub fn plus(self, days: i64) -> Day {
        Day(self.0 + days)
    }
}

/// A day's course from -1 (04:00) to 1 (16:00) and back, as two parabolas.
pub fn day_wave(minute_of_day: i64) -> f64 {
    let phase = ((minute_of_day - 600).rem_euclid(1440)) as f64 / 720.0;
    // 0 to 1 is the warm half, 1 to 2 the cold one.
    if phase < 1.0 { 4.0 * phase * (1.0 - phase) } else { -4.0 * (phase - 1.0) * (2.0 - phase) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_survive_the_calendar() {
        assert_eq!(Day::new(1970, 1, 1).0, 0);
        assert_eq!(Day::new(2026, 11, 12).iso(), "2026-11-12");
        assert_eq!(Day::new(2024, 2, 28).plus(2).iso(), "2024-03-01");
        assert_eq!(Day::new(2026, 3, 4).day_first(), "04/03/2026");
    }

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // Reference values for the seed 0.
        let mut random = Random(0);
        assert_eq!(random.next(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(random.next(), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn the_wave_is_warm_in_the_afternoon() {
        assert_eq!(day_wave(16 * 60), 1.0);
        assert_eq!(day_wave(4 * 60), -1.0);
        assert_eq!(day_wave(10 * 60), 0.0);
    }
}
