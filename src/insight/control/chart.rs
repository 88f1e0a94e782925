//! A series, its limits, and where it breaks the rules.

use super::super::stats::univariate;
use super::capability::{capability, sigma_metric};
use super::constants::MAX_RANGE;
use super::limits::{Level, Rolling, Within, centre_of, deviation, mean, median, sigma_of_ranges};
use super::rules::{Pattern, Seen, find, run_tests};
use super::spec::{Baseline, Centre, ControlChart, ControlKind, ControlOptions, Panel, Rule, Signal};

/// What is charted, point by point in order.
#[derive(Clone, Debug, Default)]
pub struct Series {
    pub label: String,
    /// All values, those of a point side by side.
    pub values: Vec<f64>,
    /// Where each point's values begin, and where the last ends.
    pub starts: Vec<usize>,
    /// Sample sizes of p, np and u; empty otherwise.
    pub sizes: Vec<f64>,
    /// Which stage each point is of.
    pub stages: Vec<u32>,
    /// Whether a point may give limits.
    pub in_baseline: Vec<bool>,
    /// Left out of the limits with a reason; neither looked at by the rules.
    pub is_excluded: Vec<bool>,
}

impl Series {
    /// Single values, all of one stage, all in the baseline.
    pub fn of(label: &str, values: Vec<f64>) -> Series {
        let n = values.len();
        Series {
            label: label.to_owned(),
            starts: (0..=n).collect(),
            values,
            sizes: Vec::new(),
            stages: vec![0; n],
            in_baseline: vec![true; n],
            is_excluded: vec![false; n],
        }
    }

    pub fn n_points(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn sample(&self, point: usize) -> &[f64] {
        let bounds = self.starts.get(point).zip(self.starts.get(point + 1));
        bounds.and_then(|(from, to)| self.values.get(*from..*to)).unwrap_or_default()
    }

    fn is_excluded(&self, point: usize) -> bool {
        self.is_excluded.get(point).copied().unwrap_or(false)
    }
}

/// Why there is no chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoChart {
    TooFewPoints,
    /// Subgroups of one value, or of more than a range chart takes.
    BadSubgroups,
    /// Attribute charts take counts of zero and more, and no more cases than there are.
    NotCounts,
    /// No sample sizes, or one that is not positive.
    NoSizes,
    /// np: sample sizes differ.
    UnequalSizes,
    /// The rule looks for runs of independent points, which this chart's are not; or the other way round.
    RuleNotHere(Rule),
    RollingNotHere,
    /// Weight, width, slack, decision interval or σ out of range.
    BadSetting,
}

/// Points that limits need at least.
pub const MIN_POINTS: usize = 3;

impl ControlKind {
    /// The rules that are looked for when none are named.
    pub fn default_rules(self) -> &'static [Rule] {
        match self {
            ControlKind::IMr | ControlKind::XbarR | ControlKind::XbarS => {
                &[Rule::Nelson1, Rule::Nelson2, Rule::Nelson3, Rule::BeyondLimits]
            }
            ControlKind::P | ControlKind::Np | ControlKind::C | ControlKind::U => &[Rule::Nelson1, Rule::Nelson2],
            ControlKind::Ewma | ControlKind::Cusum => &[Rule::BeyondLimits],
            ControlKind::LeveyJennings => {
                &[Rule::Westgard13s, Rule::Westgard22s, Rule::WestgardR4s, Rule::Westgard41s, Rule::Westgard10x]
            }
            ControlKind::Run => &[Rule::RunLongest, Rule::RunCrossings],
        }
    }

    /// Whether a rule says something on this chart.
    pub fn takes(self, rule: Rule) -> bool {
        let of_runs = matches!(rule, Rule::RunLongest | Rule::RunCrossings);
        match self {
            ControlKind::Run => of_runs,
            ControlKind::Ewma | ControlKind::Cusum => rule == Rule::BeyondLimits,
            _ => !of_runs,
        }
    }
}

/// Charts a series: limits from its baseline, stage by stage, and every break of the rules. Time is
/// linear in the number of points.
///
/// # Errors
/// Why it cannot be.
pub fn control_chart(series: &Series, options: &ControlOptions) -> Result<ControlChart, NoChart> {
    let kind = options.chart;
    let rules = if options.rules.is_empty() { kind.default_rules() } else { &options.rules };
    if let Some(rule) = rules.iter().find(|rule| !kind.takes(**rule)) {
        return Err(NoChart::RuleNotHere(*rule));
    }
    check_settings(options)?;
    let n = series.n_points();
    if n < MIN_POINTS {
        return Err(NoChart::TooFewPoints);
    }
    if matches!(options.baseline, Some(Baseline::Rolling(_)))
        && !matches!(kind, ControlKind::IMr | ControlKind::LeveyJennings)
    {
        return Err(NoChart::RollingNotHere);
    }
    let mut chart = ControlChart { kind, rules: rules.to_vec(), ..ControlChart::default() };
    let stages = stages_of(series);
    chart.n_baseline = stages.iter().map(|s| s.baseline.len() as u64).min().unwrap_or(0);
    chart.panels = match kind {
        ControlKind::IMr | ControlKind::LeveyJennings | ControlKind::Run => individuals(series, options, &stages)?,
        ControlKind::XbarR => subgroups(series, options, &stages, Within::Ranges)?,
        ControlKind::XbarS => subgroups(series, options, &stages, Within::Deviations)?,
        ControlKind::P | ControlKind::Np | ControlKind::C | ControlKind::U => counts(series, options, &stages)?,
        ControlKind::Ewma | ControlKind::Cusum => memory(series, options, &stages)?,
    };
    chart.signals = signals(series, &chart);
    describe(series, options, &stages, &mut chart);
    Ok(chart)
}

fn check_settings(options: &ControlOptions) -> Result<(), NoChart> {
    let is_in = |value: Option<f64>, low: f64, high: f64| value.is_none_or(|v| v.is_finite() && v > low && v <= high);
    let centre_ok = !matches!(options.centre, Centre::At(v) if !v.is_finite());
    let fine = centre_ok
        && is_in(options.sigma, 0.0, f64::MAX)
        && is_in(options.weight, 0.0, 1.0)
        && is_in(options.width, 0.0, 10.0)
        && is_in(options.slack, 0.0, 10.0)
        && is_in(options.decision, 0.0, 100.0);
    if fine { Ok(()) } else { Err(NoChart::BadSetting) }
}

/// A stage: its points in order, and those that give its limits.
struct Stage {
    points: Vec<usize>,
    baseline: Vec<usize>,
}

/// A stage without a point in the baseline takes its limits from all its points.
fn stages_of(series: &Series) -> Vec<Stage> {
    let n_stages = series.stages.iter().copied().max().map_or(1, |m| m as usize + 1).min(series.n_points());
    let mut stages: Vec<Stage> = (0..n_stages).map(|_| Stage { points: Vec::new(), baseline: Vec::new() }).collect();
    for point in 0..series.n_points() {
        let code = series.stages.get(point).copied().unwrap_or(0) as usize;
        let Some(stage) = stages.get_mut(code.min(n_stages.saturating_sub(1))) else { continue };
        stage.points.push(point);
        if series.in_baseline.get(point).copied().unwrap_or(true) && !series.is_excluded(point) {
            stage.baseline.push(point);
        }
    }
    stages.retain(|s| !s.points.is_empty());
    for stage in &mut stages {
        if stage.baseline.is_empty() {
            stage.baseline = stage.points.iter().copied().filter(|p| !series.is_excluded(*p)).collect();
        }
    }
    stages
}

/// A panel whose points have no value and no limits yet.
fn panel(label: String, n: usize) -> Panel {
    let none = vec![f64::NAN; n];
    Panel { label, values: none.clone(), centre: none.clone(), sigma: vec![0.0; n], lower: none.clone(), upper: none }
}

fn set(column: &mut [f64], point: usize, value: f64) {
    if let Some(slot) = column.get_mut(point) {
        *slot = value;
    }
}

impl Panel {
    /// Centre, standard deviation, and limits three of them away.
    fn level(&mut self, point: usize, centre: f64, sigma: f64, (least, most): (f64, f64)) {
        set(&mut self.centre, point, centre);
        set(&mut self.sigma, point, sigma);
        set(&mut self.lower, point, (centre - 3.0 * sigma).max(least));
        set(&mut self.upper, point, (centre + 3.0 * sigma).min(most));
    }
}

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const FROM_ZERO: (f64, f64) = (0.0, f64::INFINITY);

/// Values of points side by side, and the ranges between neighbours that are both among them.
fn moving_ranges(series: &Series, points: &[usize]) -> Vec<f64> {
    points
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if *b == *a + 1 => Some((single(series, *b) - single(series, *a)).abs()),
            _ => None,
        })
        .collect()
}

/// A point's value: of several, their mean.
fn single(series: &Series, point: usize) -> f64 {
    match series.sample(point) {
        [one] => *one,
        many => mean(many).unwrap_or(f64::NAN),
    }
}

fn singles(series: &Series, points: &[usize]) -> Vec<f64> {
    points.iter().map(|p| single(series, *p)).collect()
}

fn individuals(series: &Series, options: &ControlOptions, stages: &[Stage]) -> Result<Vec<Panel>, NoChart> {
    let n = series.n_points();
    let kind = options.chart;
    let mut main = panel(series.label.clone(), n);
    let mut ranges = panel("moving range".to_owned(), n);
    for stage in stages {
        let values = singles(series, &stage.baseline);
        let rolling = match options.baseline {
            Some(Baseline::Rolling(width)) => Some(Rolling::new(&values, width as usize, kind != ControlKind::IMr)),
            _ => None,
        };
        let centre =
            if kind == ControlKind::Run && options.centre == Centre::Mean { Centre::Median } else { options.centre };
        let centre = centre_of(&values, centre).ok_or(NoChart::TooFewPoints)?;
        let sigma = match (options.sigma, kind) {
            (_, ControlKind::Run) => 0.0,
            (Some(sigma), _) => sigma,
            (None, ControlKind::IMr) => {
                let between = moving_ranges(series, &stage.baseline);
                // Baseline points that are never neighbours have ranges all the same.
                let between = if between.is_empty() { values.windows(2).map(range_of).collect() } else { between };
                sigma_of_ranges(&between).ok_or(NoChart::TooFewPoints)?
            }
            (None, _) => deviation(&values).ok_or(NoChart::TooFewPoints)?,
        };
        let (mut before, mut n_before): (Option<(usize, f64)>, usize) = (None, 0);
        for point in &stage.points {
            let value = single(series, *point);
            set(&mut main.values, *point, value);
            let level = match rolling.as_ref().and_then(|r| r.at(n_before)) {
                Some(level) => Level {
                    centre: if let Centre::At(target) = options.centre { target } else { level.centre },
                    sigma: options.sigma.unwrap_or(level.sigma),
                },
                None => Level { centre, sigma },
            };
            n_before += usize::from(stage.baseline.binary_search(point).is_ok());
            if kind == ControlKind::Run {
                set(&mut main.centre, *point, centre);
            } else {
                main.level(*point, level.centre, level.sigma, ANY);
            }
            if let Some((last, old)) = before
                && last + 1 == *point
            {
                set(&mut ranges.values, *point, (value - old).abs());
            }
            if let Some((mean, spread)) = Within::Ranges.moments(2) {
                ranges.level(*point, mean * level.sigma, spread * level.sigma, FROM_ZERO);
            }
            before = Some((*point, value));
        }
    }
    Ok(if kind == ControlKind::IMr { vec![main, ranges] } else { vec![main] })
}

fn range_of(pair: &[f64]) -> f64 {
    match pair {
        [a, b] => (b - a).abs(),
        _ => 0.0,
    }
}

fn subgroups(
    series: &Series,
    options: &ControlOptions,
    stages: &[Stage],
    within: Within,
) -> Result<Vec<Panel>, NoChart> {
    let n = series.n_points();
    let largest = (0..n).map(|p| series.sample(p).len()).max().unwrap_or(0);
    if largest < 2 || (within == Within::Ranges && largest > MAX_RANGE) {
        return Err(NoChart::BadSubgroups);
    }
    let second = if within == Within::Ranges { "range" } else { "standard deviation" };
    let mut main = panel(format!("mean of {}", series.label), n);
    let mut spreads = panel(format!("{second} of {}", series.label), n);
    for stage in stages {
        let samples = || stage.baseline.iter().map(|p| series.sample(*p));
        let centre = match options.centre {
            Centre::At(target) => target,
            Centre::Median => median(&singles(series, &stage.baseline)).ok_or(NoChart::TooFewPoints)?,
            // The mean of all values: that of the means where subgroups are of one size.
            Centre::Mean => mean(&samples().flatten().copied().collect::<Vec<_>>()).ok_or(NoChart::TooFewPoints)?,
        };
        let sigma = options.sigma.or_else(|| within.sigma(samples())).ok_or(NoChart::BadSubgroups)?;
        for point in &stage.points {
            let sample = series.sample(*point);
            set(&mut main.values, *point, single(series, *point));
            main.level(*point, centre, sigma / (sample.len().max(1) as f64).sqrt(), ANY);
            if let Some(own) = within.statistic(sample) {
                set(&mut spreads.values, *point, own);
            }
            if let Some((mean, spread)) = within.moments(sample.len()) {
                spreads.level(*point, mean * sigma, spread * sigma, FROM_ZERO);
            }
        }
    }
    Ok(vec![main, spreads])
}

/// p, np, c and u charts (Montgomery 7.2, 7.3): the spread follows from the centre.
fn counts(series: &Series, options: &ControlOptions, stages: &[Stage]) -> Result<Vec<Panel>, NoChart> {
    let n = series.n_points();
    let kind = options.chart;
    let needs_sizes = kind != ControlKind::C;
    let size = |point: usize| if needs_sizes { series.sizes.get(point).copied().unwrap_or(f64::NAN) } else { 1.0 };
    let count = |point: usize| series.sample(point).iter().sum::<f64>();
    for point in 0..n {
        let (cases, of) = (count(point), size(point));
        if of.is_nan() || of <= 0.0 || of.is_infinite() {
            return Err(NoChart::NoSizes);
        }
        let too_many = matches!(kind, ControlKind::P | ControlKind::Np) && cases > of;
        if cases.is_nan() || cases < 0.0 || too_many {
            return Err(NoChart::NotCounts);
        }
    }
    if kind == ControlKind::Np && (1..n).any(|p| size(p) != size(0)) {
        return Err(NoChart::UnequalSizes);
    }
    let label = match kind {
        ControlKind::P => format!("share of {}", series.label),
        ControlKind::U => format!("{} by size", series.label),
        _ => series.label.clone(),
    };
    let mut main = panel(label, n);
    for stage in stages {
        let total: f64 = stage.baseline.iter().map(|p| count(*p)).sum();
        let of: f64 = stage.baseline.iter().map(|p| size(*p)).sum();
        if stage.baseline.is_empty() {
            return Err(NoChart::TooFewPoints);
        }
        // By unit of size: of np charts a preset centre is the number of cases.
        let rate = match (options.centre, kind) {
            (Centre::At(target), ControlKind::Np) => target / size(0),
            (Centre::At(target), _) => target,
            (Centre::Median, _) => {
                let rates: Vec<f64> = stage.baseline.iter().map(|p| count(*p) / size(*p)).collect();
                median(&rates).ok_or(NoChart::TooFewPoints)?
            }
            (Centre::Mean, _) => total / of,
        };
        for point in &stage.points {
            let of = size(*point);
            let is_share = matches!(kind, ControlKind::P | ControlKind::Np);
            let variance = if is_share { (rate * (1.0 - rate)).max(0.0) / of } else { rate.max(0.0) / of };
            let (factor, most) = match kind {
                ControlKind::P => (1.0, 1.0),
                ControlKind::Np => (of, of),
                _ => (1.0, f64::INFINITY),
            };
            set(&mut main.values, *point, factor * count(*point) / of);
            main.level(*point, factor * rate, factor * variance.sqrt(), (0.0, most));
        }
    }
    Ok(vec![main])
}

/// EWMA and CUSUM charts (Montgomery 9.1, 9.2): each point carries those before it.
fn memory(series: &Series, options: &ControlOptions, stages: &[Stage]) -> Result<Vec<Panel>, NoChart> {
    let n = series.n_points();
    let is_ewma = options.chart == ControlKind::Ewma;
    let weight = options.weight.unwrap_or(0.2);
    let width = options.width.unwrap_or(3.0);
    let (slack, decision) = (options.slack.unwrap_or(0.5), options.decision.unwrap_or(5.0));
    let name = |what: &str| format!("{what} of {}", series.label);
    let mut main = panel(name(if is_ewma { "weighted mean" } else { "sum above the centre" }), n);
    let mut below = panel(name("sum below the centre"), n);
    for stage in stages {
        let values = singles(series, &stage.baseline);
        let centre = centre_of(&values, options.centre).ok_or(NoChart::TooFewPoints)?;
        let largest = stage.baseline.iter().map(|p| series.sample(*p).len()).max().unwrap_or(1);
        let sigma = match options.sigma {
            Some(sigma) => Some(sigma),
            None if largest > 1 => Within::Deviations.sigma(stage.baseline.iter().map(|p| series.sample(*p))),
            None => sigma_of_ranges(&values.windows(2).map(range_of).collect::<Vec<_>>()),
        };
        let sigma = sigma.ok_or(NoChart::TooFewPoints)?;
        let (mut average, mut faded, mut high, mut low) = (centre, 1.0, 0.0f64, 0.0f64);
        for point in &stage.points {
            let value = single(series, *point);
            let own = sigma / (series.sample(*point).len().max(1) as f64).sqrt();
            if is_ewma {
                if !series.is_excluded(*point) {
                    average += weight * (value - average);
                }
                faded *= (1.0 - weight) * (1.0 - weight);
                let spread = own * (weight / (2.0 - weight) * (1.0 - faded)).sqrt();
                set(&mut main.values, *point, average);
                set(&mut main.centre, *point, centre);
                set(&mut main.sigma, *point, spread);
                set(&mut main.lower, *point, centre - width * spread);
                set(&mut main.upper, *point, centre + width * spread);
            } else {
                if !series.is_excluded(*point) {
                    high = (high + value - centre - slack * own).max(0.0);
                    low = (low + centre - slack * own - value).max(0.0);
                }
                for (panel, sum) in [(&mut main, high), (&mut below, -low)] {
                    set(&mut panel.values, *point, sum);
                    set(&mut panel.centre, *point, 0.0);
                    set(&mut panel.lower, *point, -decision * own);
                    set(&mut panel.upper, *point, decision * own);
                }
            }
        }
    }
    Ok(if is_ewma { vec![main] } else { vec![main, below] })
}

fn signals(series: &Series, chart: &ControlChart) -> Vec<Signal> {
    let mut found = Vec::new();
    for (number, panel) in chart.panels.iter().enumerate() {
        // What is charted beside the main line is looked at for its limits only.
        let is_main = number == 0;
        for rule in &chart.rules {
            if rule.pattern() == Pattern::Limits && (!is_main || !has_own_limits_rule(chart)) {
                let beyond = (0..panel.values.len()).filter(|p| !series.is_excluded(*p) && is_beyond(panel, *p));
                found.extend(beyond.map(|at| Signal { rule: *rule, panel: number, at, from: at }));
            }
        }
        if !is_main {
            continue;
        }
        for run in unbroken(series, panel) {
            for rule in &chart.rules {
                let places = find(rule.pattern(), &run);
                found.extend(places.into_iter().map(|(from, at)| Signal { rule: *rule, panel: number, at, from }));
            }
            let tests = run_tests(&run, &chart.rules);
            found.extend(tests.into_iter().map(|(rule, from, at)| Signal { rule, panel: number, at, from }));
        }
    }
    found.sort_by_key(|s| (s.at, s.panel, s.rule));
    found
}

/// The three-sigma rules say what the limits of the main line say.
fn has_own_limits_rule(chart: &ControlChart) -> bool {
    let three = [Rule::Nelson1, Rule::WesternElectric1, Rule::Westgard13s];
    chart.rules.iter().any(|r| three.contains(r))
}

fn is_beyond(panel: &Panel, point: usize) -> bool {
    let at = |column: &[f64]| column.get(point).copied().unwrap_or(f64::NAN);
    let (value, lower, upper) = (at(&panel.values), at(&panel.lower), at(&panel.upper));
    let slack = 1e-9 * (upper - lower).abs();
    value > upper + slack || value < lower - slack
}

/// The points that the rules look at, in runs that no change of stage breaks.
fn unbroken(series: &Series, panel: &Panel) -> Vec<Vec<Seen>> {
    let mut runs: Vec<Vec<Seen>> = Vec::new();
    let mut stage = None;
    for at in 0..panel.values.len() {
        let get = |column: &[f64]| column.get(at).copied().unwrap_or(f64::NAN);
        let (value, centre, sigma) = (get(&panel.values), get(&panel.centre), get(&panel.sigma));
        if series.is_excluded(at) || value.is_nan() {
            continue;
        }
        let gap = value - centre;
        let z = if sigma > 0.0 {
            gap / sigma
        } else if gap == 0.0 {
            0.0
        } else {
            gap.signum() * f64::INFINITY
        };
        let own = series.stages.get(at).copied();
        if own != stage || runs.is_empty() {
            runs.push(Vec::new());
            stage = own;
        }
        if let Some(run) = runs.last_mut() {
            run.push(Seen { at, value, z });
        }
    }
    runs
}

/// Capability, sigma metric and the likeness of neighbours, by the last stage's baseline.
fn describe(series: &Series, options: &ControlOptions, stages: &[Stage], chart: &mut ControlChart) {
    let Some(stage) = stages.last() else { return };
    let values: Vec<f64> = stage.baseline.iter().flat_map(|p| series.sample(*p)).copied().collect();
    let points = singles(series, &stage.baseline);
    chart.autocorrelation = univariate(&points).filter(|u| u.n >= 12).and_then(|u| u.autocorrelation);
    let is_measured = matches!(
        options.chart,
        ControlKind::IMr
            | ControlKind::XbarR
            | ControlKind::XbarS
            | ControlKind::LeveyJennings
            | ControlKind::Ewma
            | ControlKind::Cusum
            | ControlKind::Run
    );
    if !is_measured {
        return;
    }
    let within = match options.chart {
        ControlKind::XbarR => Within::Ranges.sigma(stage.baseline.iter().map(|p| series.sample(*p))),
        ControlKind::XbarS => Within::Deviations.sigma(stage.baseline.iter().map(|p| series.sample(*p))),
        _ => sigma_of_ranges(&moving_ranges(series, &stage.baseline)),
    };
    if let (Some(limits), Some(within)) = (options.spec.as_ref(), options.sigma.or(within)) {
        chart.capability = capability(&values, within, limits);
    }
    if let (Some(allowed), Some(summary)) = (options.allowed_error, univariate(&values)) {
        let target = options.spec.as_ref().and_then(|s| s.target);
        chart.sigma_metric = Some(sigma_metric(summary.mean, summary.sd, target, allowed));
    }
}

#[cfg(test)]
mod tests;
