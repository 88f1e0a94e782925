//! How often chance alone breaks a rule.

use super::super::stats::normal_p;
use super::rules::Pattern;
use super::spec::{ControlKind, ControlOptions, Rule};

/// The share of points at which a rule speaks though nothing has changed: of independent normal values
/// with limits known, long after the beginning. With limits from few points it is more.
///
/// Several rules together speak at no more than the sum of their shares.
pub fn false_alarm_rate(rule: Rule, options: &ControlOptions) -> f64 {
    let above = |sigmas: f64| normal_p(sigmas) / 2.0;
    match rule.pattern() {
        Pattern::Beyond { sigmas, of, among } => {
            // The newest point, and at least `of` − 1 of those before it.
            let p = above(sigmas);
            let others = among.saturating_sub(1);
            let enough: f64 = (of.saturating_sub(1)..=others)
                .map(|k| choose(others, k) * p.powi(k as i32) * (1.0 - p).powi((others - k) as i32))
                .sum();
            2.0 * p * enough
        }
        Pattern::OneSide(k) => 2.0 * 0.5f64.powi(k as i32),
        Pattern::Trend(k) => 2.0 / factorial(k),
        Pattern::Turns(k) => 2.0 * turning_orders(k) / factorial(k),
        Pattern::Near(k) => (1.0 - normal_p(1.0)).powi(k as i32),
        Pattern::Far(k) => normal_p(1.0).powi(k as i32),
        Pattern::Leap => 2.0 * above(2.0) * above(2.0),
        Pattern::Limits => match options.chart {
            ControlKind::Ewma => 1.0 / ewma_run_length(options.weight.unwrap_or(0.2), options.width.unwrap_or(3.0)),
            ControlKind::Cusum => 1.0 / cusum_run_length(options.slack.unwrap_or(0.5), options.decision.unwrap_or(5.0)),
            // A range of two: |x₁ − x₂| has the standard deviation √2, and its limit is D₄ · d₂ = 3.686.
            ControlKind::IMr => normal_p(3.6859 / std::f64::consts::SQRT_2),
            _ => normal_p(3.0),
        },
        // A whole series, not a point.
        Pattern::Longest | Pattern::Crossings => 0.05,
    }
}

fn factorial(n: usize) -> f64 {
    (1..=n).map(|k| k as f64).product()
}

fn choose(n: usize, k: usize) -> f64 {
    (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
}

/// Orders of n different values that begin with a step up and go by turns: Euler's zigzag numbers
/// (OEIS A000111), by Seidel's triangle.
fn turning_orders(n: usize) -> f64 {
    let mut row = vec![1.0];
    for _ in 1..=n {
        let mut sum = 0.0;
        let mut next = vec![0.0];
        for v in row.iter().rev() {
            sum += v;
            next.push(sum);
        }
        row = next;
    }
    row.last().copied().unwrap_or(1.0)
}

/// Points until a two-sided tabular CUSUM speaks by chance: Siegmund (1985), as Montgomery gives it in 9.6.
fn cusum_run_length(slack: f64, decision: f64) -> f64 {
    let (b, k) = (decision + 1.166, slack);
    let one_side = if k.abs() < 1e-6 { b * b } else { ((2.0 * k * b).exp() - 2.0 * k * b - 1.0) / (2.0 * k * k) };
    (one_side / 2.0).max(1.0)
}

/// Points until an EWMA with limits at `width` standard deviations speaks by chance: the Markov chain of
/// Lucas & Saccucci (1990), Technometrics 32, with 81 states.
fn ewma_run_length(weight: f64, width: f64) -> f64 {
    const STATES: usize = 81;
    let half_width = width * (weight / (2.0 - weight)).sqrt();
    let step = 2.0 * half_width / STATES as f64;
    let middle = |i: usize| -half_width + (i as f64 + 0.5) * step;
    let below = |x: f64| if x < 0.0 { normal_p(x) / 2.0 } else { 1.0 - normal_p(x) / 2.0 };
    // (I − Q) · lengths = 1, solved by elimination; the diagonal dominates, so that no rows are exchanged.
    let mut rows: Vec<Vec<f64>> = (0..STATES)
        .map(|i| {
            let stay = (1.0 - weight) * middle(i);
            let moves = (0..STATES).map(|j| {
                let at = |edge: f64| below((middle(j) + edge * step - stay) / weight);
                f64::from(u8::from(i == j)) - (at(0.5) - at(-0.5))
            });
            moves.chain([1.0]).collect()
        })
        .collect();
    for i in 0..STATES {
        let Some(pivot) = rows.get(i).cloned() else { continue };
        let lead = pivot.get(i).copied().unwrap_or(1.0);
        for row in rows.iter_mut().skip(i + 1) {
            let factor = row.get(i).copied().unwrap_or(0.0) / lead;
            for (v, p) in row.iter_mut().zip(&pivot).skip(i) {
                *v -= factor * p;
            }
        }
    }
    let mut lengths = vec![0.0; STATES];
    for (i, row) in rows.iter().enumerate().rev() {
        let known: f64 = row.iter().zip(&lengths).take(STATES).skip(i + 1).map(|(v, l)| v * l).sum();
        let value = (row.get(STATES).copied().unwrap_or(1.0) - known) / row.get(i).copied().unwrap_or(1.0);
        if let Some(slot) = lengths.get_mut(i) {
            *slot = value;
        }
    }
    lengths.get(STATES / 2).copied().filter(|l| l.is_finite()).unwrap_or(1.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Seen, find};
    use super::*;

    #[test]
    fn run_lengths_are_those_published() {
        // Montgomery, 9.1: k = 0.5 with h = 4 and 5 has 168 and 465; Siegmund's formula gives 469.1 for the latter.
        assert!((cusum_run_length(0.5, 4.0) - 168.0).abs() < 1.5);
        assert!((cusum_run_length(0.5, 5.0) - 469.1).abs() < 0.1);
        // Lucas & Saccucci, table 3 (Montgomery, 9.11): these pairs have a run length of about 500.
        for (weight, width) in [(0.4, 3.054), (0.25, 2.998), (0.2, 2.962), (0.1, 2.814)] {
            let length = ewma_run_length(weight, width);
            assert!((length - 500.0).abs() < 5.0, "{weight} {width}: {length}");
        }
        // Shewhart's own: 370.
        assert!((1.0 / false_alarm_rate(Rule::Nelson1, &ControlOptions::default()) - 370.4).abs() < 0.1);
        assert_eq!((turning_orders(5), turning_orders(14)), (16.0, 199_360_981.0));
    }

    #[test]
    fn chance_breaks_rules_as_often_as_said() {
        // A million normal values by the sum of twelve uniform ones would have thin tails; these are
        // Marsaglia's polar ones.
        let mut state = 41u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
        };
        let mut points = Vec::new();
        while points.len() < 1_000_000 {
            let (a, b): (f64, f64) = (uniform(), uniform());
            let s = a * a + b * b;
            if s > 0.0 && s < 1.0 {
                let factor = (-2.0 * s.ln() / s).sqrt();
                for z in [a * factor, b * factor] {
                    points.push(Seen { at: points.len(), value: z, z });
                }
            }
        }
        for rule in Rule::ALL
            .into_iter()
            .filter(|r| !matches!(r.pattern(), Pattern::Limits | Pattern::Longest | Pattern::Crossings))
        {
            let seen = find(rule.pattern(), &points).len() as f64 / points.len() as f64;
            let said = false_alarm_rate(rule, &ControlOptions::default());
            assert!((seen / said - 1.0).abs() < 0.12, "{}: {seen:.6} seen, {said:.6} said", rule.name());
        }
    }
}
