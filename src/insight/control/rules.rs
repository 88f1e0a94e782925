//! Looking for patterns that chance rarely makes.

use super::spec::Rule;

/// One point as the rules see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Its place among all points.
    pub at: usize,
    pub value: f64,
    /// Distance from the centre line in standard deviations; infinite where nothing should vary.
    pub z: f64,
}

/// What a rule looks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pattern {
    /// At least `of` of the last `among` beyond so many σ, all on one side, the newest being one of them.
    Beyond {
        sigmas: f64,
        of: usize,
        among: usize,
    },
    /// So many in a row on one side of the centre.
    OneSide(usize),
    /// So many in a row, each above the one before, or each below.
    Trend(usize),
    /// So many in a row, up and down by turns.
    Turns(usize),
    /// So many in a row nearer to the centre than 1σ.
    Near(usize),
    /// So many in a row farther from it than 1σ, on either side.
    Far(usize),
    /// Two neighbours beyond 2σ on opposite sides.
    Leap,
    /// By the limits of the chart, not by σ.
    Limits,
    /// Of run charts.
    Longest,
    Crossings,
}

impl Rule {
    /// Nelson (1984), J. Quality Technology 16; Western Electric Statistical Quality Control Handbook
    /// (1956); Westgard et al. (1981), Clinical Chemistry 27; Anhøj & Olesen (2014), PLoS ONE 9.
    pub(super) fn pattern(self) -> Pattern {
        let beyond = |sigmas, of, among| Pattern::Beyond { sigmas, of, among };
        match self {
            Rule::Nelson1 | Rule::WesternElectric1 | Rule::Westgard13s => beyond(3.0, 1, 1),
            Rule::Nelson2 => Pattern::OneSide(9),
            Rule::Nelson3 => Pattern::Trend(6),
            Rule::Nelson4 => Pattern::Turns(14),
            Rule::Nelson5 | Rule::WesternElectric2 => beyond(2.0, 2, 3),
            Rule::Nelson6 | Rule::WesternElectric3 => beyond(1.0, 4, 5),
            Rule::Nelson7 => Pattern::Near(15),
            Rule::Nelson8 => Pattern::Far(8),
            Rule::WesternElectric4 => Pattern::OneSide(8),
            Rule::Westgard12s => beyond(2.0, 1, 1),
            Rule::Westgard22s => beyond(2.0, 2, 2),
            Rule::WestgardR4s => Pattern::Leap,
            Rule::Westgard31s => beyond(1.0, 3, 3),
            Rule::Westgard41s => beyond(1.0, 4, 4),
            Rule::Westgard7t => Pattern::Trend(7),
            Rule::Westgard10x => Pattern::OneSide(10),
            Rule::BeyondLimits => Pattern::Limits,
            Rule::RunLongest => Pattern::Longest,
            Rule::RunCrossings => Pattern::Crossings,
        }
    }
}

/// What lies on a limit is not beyond it; neither is what rounding put there.
const SLACK: f64 = 1e-9;

/// Where a pattern is complete in a run of points without a break, with where it begins: one pass.
/// Patterns that need the chart's limits, or all points, are not looked for here.
pub(super) fn find(pattern: Pattern, points: &[Seen]) -> Vec<(usize, usize)> {
    match pattern {
        Pattern::Beyond { sigmas, of, among } => beyond(points, sigmas, of, among),
        Pattern::OneSide(k) => runs(points, k, |_, p| side(p)),
        Pattern::Trend(k) => {
            // A run of steps has one point more.
            runs(points, k.saturating_sub(1), |before, p| before.map_or(0, |b| sign(p.value - b.value)))
                .into_iter()
                .map(|(from, at)| (before(points, from), at))
                .collect()
        }
        Pattern::Turns(k) => turns(points, k),
        Pattern::Near(k) => runs(points, k, |_, p| i8::from(p.z.abs() < 1.0 - SLACK)),
        Pattern::Far(k) => runs(points, k, |_, p| i8::from(p.z.abs() > 1.0 + SLACK)),
        Pattern::Leap => points
            .windows(2)
            .filter_map(|pair| match pair {
                [a, b] if a.z.abs() > 2.0 + SLACK && b.z.abs() > 2.0 + SLACK && side(a) != side(b) => {
                    Some((a.at, b.at))
                }
                _ => None,
            })
            .collect(),
        Pattern::Limits | Pattern::Longest | Pattern::Crossings => Vec::new(),
    }
}

fn sign(v: f64) -> i8 {
    match v {
        v if v > 0.0 => 1,
        v if v < 0.0 => -1,
        _ => 0,
    }
}

/// Above the centre, below it, or on it.
fn side(p: &Seen) -> i8 {
    if p.z.abs() <= SLACK { 0 } else { sign(p.z) }
}

fn before(points: &[Seen], at: usize) -> usize {
    let place = points.partition_point(|p| p.at < at);
    place.checked_sub(1).and_then(|i| points.get(i)).map_or(at, |p| p.at)
}

/// Runs of at least `k` points of one kind; 0 is no kind.
fn runs(points: &[Seen], k: usize, kind: impl Fn(Option<&Seen>, &Seen) -> i8) -> Vec<(usize, usize)> {
    let (mut found, mut last, mut length, mut from) = (Vec::new(), 0, 0, 0);
    let mut before = None;
    for p in points {
        let own = kind(before, p);
        if own == 0 || own != last {
            (length, from) = (0, p.at);
        }
        last = own;
        length += usize::from(own != 0);
        if own != 0 && length >= k {
            found.push((from, p.at));
        }
        before = Some(p);
    }
    found
}

fn turns(points: &[Seen], k: usize) -> Vec<(usize, usize)> {
    let (mut found, mut last, mut length, mut from) = (Vec::new(), 0, 0, 0);
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let own = sign(b.value - a.value);
        if own == 0 || own != -last {
            (length, from) = (usize::from(own != 0), a.at);
        } else {
            length += 1;
        }
        last = own;
        if own != 0 && length + 1 >= k {
            found.push((from, b.at));
        }
    }
    found
}

fn beyond(points: &[Seen], sigmas: f64, of: usize, among: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (i, p) in points.iter().enumerate() {
        let own = side(p);
        let is_out = |q: &Seen| q.z.abs() > sigmas + SLACK && side(q) == own;
        if own == 0 || !is_out(p) {
            continue;
        }
        let window = points.get((i + 1).saturating_sub(among)..=i).unwrap_or_default();
        if window.iter().filter(|q| is_out(q)).count() >= of {
            found.push((window.iter().find(|q| is_out(q)).map_or(p.at, |q| q.at), p.at));
        }
    }
    found
}

/// The two tests of a run chart: where the longest run on one side of the median is longer than
/// round(log₂ n) + 3, the points from there on; and where the median is crossed less often than in
/// 95 % of random series, all of it. Points on the median count for neither.
pub(super) fn run_tests(points: &[Seen], rules: &[Rule]) -> Vec<(Rule, usize, usize)> {
    let useful: Vec<Seen> = points.iter().copied().filter(|p| side(p) != 0).collect();
    let (Some(first), Some(last)) = (useful.first(), useful.last()) else { return Vec::new() };
    let n = useful.len();
    let mut found = Vec::new();
    if rules.contains(&Rule::RunLongest) {
        let most = (n as f64).log2().round() as usize + 3;
        found
            .extend(runs(&useful, most + 1, |_, p| side(p)).into_iter().map(|(from, at)| (Rule::RunLongest, from, at)));
    }
    let crossings = useful.windows(2).filter(|pair| matches!(pair, [a, b] if side(a) != side(b))).count();
    if rules.contains(&Rule::RunCrossings) && n >= 10 && crossings < least_crossings(n) {
        found.push((Rule::RunCrossings, first.at, last.at));
    }
    found
}

/// The 5 % quantile of a binomial of n − 1 tosses of a coin.
fn least_crossings(n: usize) -> usize {
    let tosses = (n - 1) as f64;
    if n > 900 {
        return (tosses / 2.0 - 1.644_853_6 * tosses.sqrt() / 2.0 + 0.5).floor() as usize;
    }
    let (mut chance, mut below, mut k) = (0.5f64.powf(tosses), 0.0, 0usize);
    while below + chance < 0.05 {
        below += chance;
        chance *= (tosses - k as f64) / (k as f64 + 1.0);
        k += 1;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(z: &[f64]) -> Vec<Seen> {
        z.iter().enumerate().map(|(at, z)| Seen { at, value: *z, z: *z }).collect()
    }

    fn at(rule: Rule, z: &[f64]) -> Vec<usize> {
        find(rule.pattern(), &seen(z)).into_iter().map(|(_, at)| at).collect()
    }

    #[test]
    fn each_rule_speaks_at_the_point_that_completes_it() {
        assert_eq!(at(Rule::Nelson1, &[0.0, 3.1, -3.2, 3.0]), [1, 2]);
        let one_side = [0.1; 10];
        assert_eq!(at(Rule::Nelson2, &one_side), [8, 9]);
        assert_eq!(at(Rule::WesternElectric4, &one_side), [7, 8, 9]);
        assert_eq!(at(Rule::Westgard10x, &one_side), [9]);
        // On the centre line is on no side.
        assert!(at(Rule::Nelson2, &[0.1, 0.1, 0.1, 0.1, 0.0, 0.1, 0.1, 0.1, 0.1, 0.1]).is_empty());
        let rising = [-0.3, -0.2, -0.1, 0.1, 0.2, 0.3, 0.4, 0.4];
        assert_eq!(find(Rule::Nelson3.pattern(), &seen(&rising)), [(0, 5), (0, 6)]);
        assert_eq!(at(Rule::Westgard7t, &rising), [6]);
        let turns: Vec<f64> = (0..16).map(|i| if i % 2 == 0 { 0.5 } else { -0.5 }).collect();
        assert_eq!(find(Rule::Nelson4.pattern(), &seen(&turns)), [(0, 13), (0, 14), (0, 15)]);
        assert_eq!(find(Rule::Nelson5.pattern(), &seen(&[2.1, 0.0, 2.2, 0.0, -2.3])), [(0, 2)]);
        assert_eq!(at(Rule::WesternElectric3, &[1.1, 1.2, 0.0, 1.3, 1.4, 0.0]), [4]);
        assert_eq!(at(Rule::Nelson7, &[0.5; 15]), [14]);
        assert_eq!(at(Rule::Nelson8, &[1.5, -1.5, 1.5, -1.5, 1.5, -1.5, 1.5, -1.5]), [7]);
    }

    #[test]
    fn westgard() {
        assert_eq!(at(Rule::Westgard12s, &[2.1, -2.1, 1.9]), [0, 1]);
        assert_eq!(at(Rule::Westgard13s, &[2.9, 3.1]), [1]);
        assert_eq!(at(Rule::Westgard22s, &[2.1, 2.2, -2.1, -2.2]), [1, 3]);
        assert_eq!(at(Rule::WestgardR4s, &[2.1, 2.2, -2.1, 0.0]), [2]);
        assert_eq!(at(Rule::Westgard31s, &[1.1, 1.1, 1.1, 1.1]), [2, 3]);
        assert_eq!(at(Rule::Westgard41s, &[1.1, 1.1, 1.1, 1.1]), [3]);
    }

    #[test]
    fn run_charts() {
        // Anhøj & Olesen (2014), table 1: for 24 useful points a run of more than 8, and fewer than 8 crossings.
        assert_eq!((24f64.log2().round() as usize + 3, least_crossings(24)), (8, 8));
        assert_eq!((least_crossings(10), least_crossings(20), least_crossings(100)), (2, 6, 41));
        assert!(least_crossings(900).abs_diff(least_crossings(901)) <= 1);
        let half: Vec<f64> = (0..24).map(|i| if i < 12 { -1.0 } else { 1.0 }).collect();
        let found = run_tests(&seen(&half), &[Rule::RunLongest, Rule::RunCrossings]);
        assert_eq!(
            found.iter().filter(|f| f.0 == Rule::RunLongest).map(|f| f.2).collect::<Vec<_>>(),
            [8, 9, 10, 11, 20, 21, 22, 23]
        );
        assert_eq!(found.last(), Some(&(Rule::RunCrossings, 0, 23)));
    }
}
