//! Worked examples as published, to the digits that are printed.

use super::*;

fn options(chart: ControlKind) -> ControlOptions {
    ControlOptions { chart, ..ControlOptions::default() }
}

fn of(values: &[f64], options: &ControlOptions) -> ControlChart {
    control_chart(&Series::of("x", values.to_vec()), options).unwrap()
}

/// Subgroups side by side.
fn grouped(samples: &[[f64; 5]]) -> Series {
    let n = samples.len();
    Series { values: samples.concat(), starts: (0..=n).map(|i| 5 * i).collect(), ..Series::of("x", vec![0.0; n]) }
}

fn near(found: f64, printed: f64, half_digit: f64) {
    assert!((found - printed).abs() <= half_digit, "{found} is not {printed}");
}

/// Centre and limits of a panel's last point.
fn last(panel: &Panel) -> (f64, f64, f64) {
    let end = |column: &[f64]| *column.last().unwrap();
    (end(&panel.lower), end(&panel.centre), end(&panel.upper))
}

fn at(chart: &ControlChart, rule: Rule) -> Vec<usize> {
    chart.signals.iter().filter(|s| s.rule == rule && s.panel == 0).map(|s| s.at).collect()
}

#[test]
fn individuals_of_the_handbook() {
    // NIST/SEMATECH e-Handbook 6.3.2.2: batches 1 to 10.
    let values = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
    let chart = of(&values, &options(ControlKind::IMr));
    let (lower, centre, upper) = last(&chart.panels[0]);
    near(centre, 50.81, 1e-9);
    // Printed as 55.8041 and 45.8159, with d₂ rounded to 1.128.
    near(upper, 55.8041, 2e-3);
    near(lower, 45.8159, 2e-3);
    // The mean moving range is 1.8778, and its limit D₄ = 3.2665 times that.
    let (lower, centre, upper) = last(&chart.panels[1]);
    near(centre, 1.8778, 5e-5);
    near(upper, 3.2665 * 1.8778, 5e-4);
    assert_eq!(lower, 0.0);
    assert!(chart.panels[1].values[0].is_nan() && chart.signals.is_empty());
}

#[test]
fn averages_of_the_handbook() {
    // The same, 6.3.2.4: λ = 0.3, mean 50, standard deviation 2.0539.
    let values = [
        52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4,
        53.6, 52.1,
    ];
    let settings = ControlOptions {
        centre: Centre::At(50.0),
        sigma: Some(2.0539),
        weight: Some(0.3),
        ..options(ControlKind::Ewma)
    };
    let chart = of(&values, &settings);
    let printed = [
        50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52, 50.05, 49.38, 49.92,
        50.73, 51.23, 51.94, 51.99,
    ];
    for (found, printed) in chart.panels[0].values.iter().zip(printed) {
        near(*found, printed, 0.0051);
    }
    // The handbook's limits are those far from the beginning: 47.4115 and 52.5884.
    let (lower, _, upper) = last(&chart.panels[0]);
    near(upper, 52.5884, 5e-4);
    near(lower, 47.4115, 5e-4);
    assert!(chart.signals.is_empty());
}

/// Montgomery, Introduction to Statistical Quality Control (6th edition), table 9.1: the mean is 10, and 11
/// from the 21st value on.
const TABLE_9_1: [f64; 30] = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62,
    10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
];

#[test]
fn sums_of_montgomery() {
    // Example 9.1: k = 0.5, h = 5; the upper sum passes 5 at the 29th value.
    let settings = ControlOptions { centre: Centre::At(10.0), sigma: Some(1.0), ..options(ControlKind::Cusum) };
    let chart = of(&TABLE_9_1, &settings);
    let (high, low) = (&chart.panels[0].values, &chart.panels[1].values);
    for (place, printed) in [(4, 1.16), (5, 2.82), (23, 1.79), (24, 2.79), (28, 4.47), (29, 5.28), (30, 5.30)] {
        near(high[place - 1], printed, 1e-9);
    }
    for (place, printed) in [(1, 0.05), (2, 1.56), (3, 1.77), (7, 1.46)] {
        near(-low[place - 1], printed, 1e-9);
    }
    assert_eq!(at(&chart, Rule::BeyondLimits), [28, 29]);
}

#[test]
fn averages_of_montgomery() {
    // Example 9.2: λ = 0.1, L = 2.7.
    let settings = ControlOptions {
        centre: Centre::At(10.0),
        sigma: Some(1.0),
        weight: Some(0.1),
        width: Some(2.7),
        ..options(ControlKind::Ewma)
    };
    let chart = of(&TABLE_9_1, &settings);
    let panel = &chart.panels[0];
    for (place, printed) in
        [(1, 9.945), (2, 9.7495), (3, 9.70355), (4, 9.8992), (28, 10.5731), (29, 10.6468), (30, 10.6341)]
    {
        near(panel.values[place - 1], printed, 5e-5);
    }
    near(panel.upper[0], 10.27, 5e-3);
    near(panel.lower[1], 9.64, 5e-3);
    near(panel.upper[29], 10.62, 5e-3);
    assert_eq!(at(&chart, Rule::BeyondLimits), [28, 29]);
}

#[test]
fn sums_of_the_handbook() {
    // NIST/SEMATECH e-Handbook 6.3.2.3: target 325, k = 0.3175 and h = 4.1959 in units of the data.
    let values = [
        324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600, 324.625, 325.150,
        328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350,
    ];
    let settings = ControlOptions {
        centre: Centre::At(325.0),
        sigma: Some(0.635),
        decision: Some(4.1959 / 0.635),
        ..options(ControlKind::Cusum)
    };
    let chart = of(&values, &settings);
    let printed = [3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.00, 19.04];
    for (found, printed) in chart.panels[0].values.iter().skip(12).zip(printed) {
        near(*found, printed, 0.0101);
    }
    assert_eq!(at(&chart, Rule::BeyondLimits), (13..20).collect::<Vec<_>>());
}

/// Inside diameters of piston rings, in millimetres: Montgomery, table 6.3, the first 25 samples of five, as the R
/// package qcc carries them (`pistonrings`).
const PISTON_RINGS: [[f64; 5]; 25] = [
    [74.030, 74.002, 74.019, 73.992, 74.008],
    [73.995, 73.992, 74.001, 74.011, 74.004],
    [73.988, 74.024, 74.021, 74.005, 74.002],
    [74.002, 73.996, 73.993, 74.015, 74.009],
    [73.992, 74.007, 74.015, 73.989, 74.014],
    [74.009, 73.994, 73.997, 73.985, 73.993],
    [73.995, 74.006, 73.994, 74.000, 74.005],
    [73.985, 74.003, 73.993, 74.015, 73.988],
    [74.008, 73.995, 74.009, 74.005, 74.004],
    [73.998, 74.000, 73.990, 74.007, 73.995],
    [73.994, 73.998, 73.994, 73.995, 73.990],
    [74.004, 74.000, 74.007, 74.000, 73.996],
    [73.983, 74.002, 73.998, 73.997, 74.012],
    [74.006, 73.967, 73.994, 74.000, 73.984],
    [74.012, 74.014, 73.998, 73.999, 74.007],
    [74.000, 73.984, 74.005, 73.998, 73.996],
    [73.994, 74.012, 73.986, 74.005, 74.007],
    [74.006, 74.010, 74.018, 74.003, 74.000],
    [73.984, 74.002, 74.003, 74.005, 73.997],
    [74.000, 74.010, 74.013, 74.020, 74.003],
    [73.988, 74.001, 74.009, 74.005, 73.996],
    [74.004, 73.999, 73.990, 74.006, 74.009],
    [74.010, 73.989, 73.990, 74.009, 74.014],
    [74.015, 74.008, 73.993, 74.000, 74.010],
    [73.982, 73.984, 73.995, 74.017, 74.013],
];

#[test]
fn rings_by_ranges() {
    // As the R package qcc (Scrucca 2004, R News 4/1) gives them: centre 74.00118, σ 0.009785039, limits
    // 73.98805 and 74.0143; ranges 0.02276, limit 0.04812533. It rounds d₂ to 2.326.
    let chart = control_chart(&grouped(&PISTON_RINGS), &options(ControlKind::XbarR)).unwrap();
    let (lower, centre, upper) = last(&chart.panels[0]);
    near(centre, 74.00118, 5e-6);
    near(lower, 73.98805, 5e-6);
    near(upper, 74.0143, 1e-5);
    near(chart.panels[0].sigma[0] * 5f64.sqrt(), 0.009785039, 4e-7);
    let (lower, centre, upper) = last(&chart.panels[1]);
    assert_eq!(lower, 0.0);
    near(centre, 0.02276, 1e-8);
    near(upper, 0.04812533, 3e-6);
    assert!(chart.signals.is_empty(), "{:?}", chart.signals);
}

#[test]
fn rings_by_deviations() {
    // The same: σ 0.009829977, deviations 0.009240037 with the limit 0.01930242.
    let chart = control_chart(&grouped(&PISTON_RINGS), &options(ControlKind::XbarS)).unwrap();
    near(chart.panels[0].sigma[0] * 5f64.sqrt(), 0.009829977, 1e-8);
    let (lower, _, upper) = last(&chart.panels[0]);
    near(lower, 73.988, 5e-4);
    near(upper, 74.014, 5e-4);
    let (_, centre, upper) = last(&chart.panels[1]);
    near(centre, 0.009240037, 1e-8);
    near(upper, 0.01930242, 1e-7);
}

/// Chips that failed of 50 on each of 30 wafers: NIST/SEMATECH e-Handbook 6.3.3.2.
const CHIPS: [f64; 30] = [
    12.0, 15.0, 8.0, 10.0, 4.0, 7.0, 16.0, 9.0, 14.0, 10.0, 5.0, 6.0, 17.0, 12.0, 22.0, 8.0, 10.0, 5.0, 13.0, 11.0,
    20.0, 18.0, 24.0, 15.0, 9.0, 12.0, 7.0, 13.0, 9.0, 6.0,
];

#[test]
fn shares_and_cases() {
    let series = Series { sizes: vec![50.0; 30], ..Series::of("failed", CHIPS.to_vec()) };
    let chart = control_chart(&series, &options(ControlKind::P)).unwrap();
    let (lower, centre, upper) = last(&chart.panels[0]);
    near(centre, 0.2313, 5e-5);
    near(upper, 0.4102, 5e-5);
    near(lower, 0.0524, 5e-5);
    // Wafers 15 and 23.
    assert_eq!(at(&chart, Rule::Nelson1), [14, 22]);
    // Montgomery, 7.2.1, for the same numbers: 11.565, 20.510 and 2.620 with the share rounded to 0.2313.
    let chart = control_chart(&series, &options(ControlKind::Np)).unwrap();
    let (lower, centre, upper) = last(&chart.panels[0]);
    near(centre, 11.565, 0.005);
    near(upper, 20.510, 0.005);
    near(lower, 2.620, 0.005);
    let unequal = Series { sizes: (0..30).map(|i| 50.0 + f64::from(i)).collect(), ..series.clone() };
    assert_eq!(control_chart(&unequal, &options(ControlKind::Np)).unwrap_err(), NoChart::UnequalSizes);
    let wide = control_chart(&unequal, &options(ControlKind::P)).unwrap();
    assert!(wide.panels[0].upper[0] > wide.panels[0].upper[29]);
    let none = Series { sizes: Vec::new(), ..series.clone() };
    assert_eq!(control_chart(&none, &options(ControlKind::P)).unwrap_err(), NoChart::NoSizes);
    let few = Series { sizes: vec![10.0; 30], ..series };
    assert_eq!(control_chart(&few, &options(ControlKind::P)).unwrap_err(), NoChart::NotCounts);
}

#[test]
fn defects() {
    // NIST/SEMATECH e-Handbook 6.3.3.1: defects of 25 wafers; 16 on average, limits 4 and 28.
    let defects = [
        16.0, 14.0, 28.0, 16.0, 12.0, 20.0, 10.0, 12.0, 10.0, 17.0, 19.0, 17.0, 14.0, 16.0, 15.0, 13.0, 14.0, 16.0,
        11.0, 20.0, 11.0, 19.0, 16.0, 31.0, 13.0,
    ];
    let chart = of(&defects, &options(ControlKind::C));
    assert_eq!(last(&chart.panels[0]), (4.0, 16.0, 28.0));
    // On the limit is not beyond it.
    assert_eq!(at(&chart, Rule::Nelson1), [23]);
    // Montgomery, example 7.4: defects of dyed cloth, by 50 m².
    let defects = [14.0, 12.0, 20.0, 11.0, 7.0, 10.0, 21.0, 16.0, 19.0, 23.0];
    let sizes = vec![10.0, 8.0, 13.0, 10.0, 9.5, 10.0, 12.0, 10.5, 12.0, 12.5];
    let series = Series { sizes, ..Series::of("defects", defects.to_vec()) };
    let own = control_chart(&series, &options(ControlKind::U)).unwrap();
    near(own.panels[0].centre[0], 153.0 / 107.5, 1e-12);
    // The book rounds the centre to 1.42 before it computes the limits.
    let rounded = ControlOptions { centre: Centre::At(1.42), ..options(ControlKind::U) };
    let chart = control_chart(&series, &rounded).unwrap();
    let panel = &chart.panels[0];
    for (place, lower, upper) in [(0, 0.29, 2.55), (1, 0.16, 2.68), (2, 0.43, 2.41), (4, 0.26, 2.58), (9, 0.41, 2.43)] {
        near(panel.lower[place], lower, 0.0051);
        near(panel.upper[place], upper, 0.0051);
    }
    assert!(chart.signals.is_empty());
}

#[test]
fn levey_jennings_and_a_frozen_baseline() {
    // Twenty days of history with mean 100 and standard deviation 2.0520, then three new ones.
    let mut values: Vec<f64> = (0..20).map(|i| if i % 2 == 0 { 98.0 } else { 102.0 }).collect();
    values.extend([107.0, 104.2, 104.3]);
    let mut series = Series::of("control", values);
    series.in_baseline[20..].fill(false);
    let chart = control_chart(&series, &options(ControlKind::LeveyJennings)).unwrap();
    near(chart.panels[0].sigma[22], 2.0520, 5e-5);
    assert_eq!(chart.n_baseline, 20);
    assert_eq!(at(&chart, Rule::Westgard13s), [20]);
    assert_eq!(at(&chart, Rule::Westgard22s), [21, 22]);
    assert_eq!(at(&chart, Rule::WestgardR4s), [0usize; 0]);
}

#[test]
fn stages_have_limits_of_their_own_and_no_run_goes_across() {
    let values: Vec<f64> = (0..24).map(|i| f64::from(i % 2) + if i < 12 { 0.0 } else { 50.0 }).collect();
    let rules = vec![Rule::Nelson1, Rule::Nelson4];
    let one = of(&values, &ControlOptions { rules: rules.clone(), ..options(ControlKind::IMr) });
    assert!(!at(&one, Rule::Nelson1).is_empty());
    let series = Series { stages: (0..24).map(|i| u32::from(i >= 12)).collect(), ..Series::of("x", values) };
    let two = control_chart(&series, &ControlOptions { rules, ..options(ControlKind::IMr) }).unwrap();
    assert_eq!((two.panels[0].centre[0], two.panels[0].centre[23]), (0.5, 50.5));
    assert!(two.signals.is_empty(), "{:?}", two.signals);
}

#[test]
fn what_is_left_out_is_seen_and_not_counted() {
    let mut values: Vec<f64> = (0..20).map(|i| f64::from(i % 3)).collect();
    values[7] = 90.0;
    let mut series = Series::of("x", values);
    series.is_excluded[7] = true;
    let chart = control_chart(&series, &options(ControlKind::IMr)).unwrap();
    assert_eq!(chart.panels[0].values[7], 90.0);
    assert!(chart.panels[0].upper[0] < 10.0 && chart.n_baseline == 19);
    assert!(chart.signals.iter().all(|s| s.at != 7), "{:?}", chart.signals);
}

#[test]
fn limits_that_roll_follow_a_drift() {
    let values: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.05 + f64::from((i * 7) % 5)).collect();
    let rolling = ControlOptions {
        baseline: Some(Baseline::Rolling(20)),
        rules: vec![Rule::Nelson1],
        ..options(ControlKind::IMr)
    };
    let chart = of(&values, &rolling);
    assert!(chart.signals.is_empty(), "{:?}", chart.signals);
    assert!(chart.panels[0].centre[199] - chart.panels[0].centre[20] > 7.0);
    let not_here = ControlOptions { baseline: Some(Baseline::Rolling(20)), ..options(ControlKind::Ewma) };
    assert_eq!(control_chart(&Series::of("x", values), &not_here).unwrap_err(), NoChart::RollingNotHere);
}

#[test]
fn a_run_chart_has_a_median_and_no_limits() {
    let values: Vec<f64> = (0..24).map(f64::from).collect();
    let chart = of(&values, &options(ControlKind::Run));
    assert_eq!(chart.panels[0].centre[0], 11.5);
    assert!(chart.panels[0].upper[0].is_nan());
    assert_eq!(at(&chart, Rule::RunCrossings), [23]);
    assert_eq!(at(&chart, Rule::RunLongest), [8, 9, 10, 11, 20, 21, 22, 23]);
}

#[test]
fn says_why_there_is_no_chart() {
    let of = |n: usize, o: &ControlOptions| control_chart(&Series::of("x", vec![1.0; n]), o).unwrap_err();
    assert_eq!(of(2, &options(ControlKind::IMr)), NoChart::TooFewPoints);
    assert_eq!(of(9, &options(ControlKind::XbarR)), NoChart::BadSubgroups);
    let rules = vec![Rule::Nelson2];
    assert_eq!(of(9, &ControlOptions { rules, ..options(ControlKind::Ewma) }), NoChart::RuleNotHere(Rule::Nelson2));
    let bad = ControlOptions { weight: Some(f64::NAN), ..options(ControlKind::Ewma) };
    assert_eq!(of(9, &bad), NoChart::BadSetting);
    let negative = Series::of("x", vec![-1.0; 9]);
    assert_eq!(control_chart(&negative, &options(ControlKind::C)).unwrap_err(), NoChart::NotCounts);
    // What never varied, and then does.
    let mut values = vec![5.0; 12];
    values[11] = 5.1;
    let mut series = Series::of("x", values);
    series.in_baseline[11] = false;
    let chart =
        control_chart(&series, &ControlOptions { rules: vec![Rule::Nelson1], ..options(ControlKind::IMr) }).unwrap();
    assert_eq!(at(&chart, Rule::Nelson1), [11]);
}

#[test]
fn capability_comes_with_specification_limits() {
    // qcc's process.capability of the rings within 73.95 and 74.05: Cp 1.703, Cpk 1.663 (1.448 to 1.878).
    let limits = crate::insight::control::SpecLimits { lower: Some(73.95), upper: Some(74.05), target: Some(74.0) };
    let settings = ControlOptions { spec: Some(limits), allowed_error: Some(0.001), ..options(ControlKind::XbarR) };
    let chart = control_chart(&grouped(&PISTON_RINGS), &settings).unwrap();
    let capability = chart.capability.unwrap();
    near(capability.cp.unwrap(), 1.7033, 1e-4);
    near(capability.cpk.unwrap(), 1.6633, 2e-4);
    let (low, high) = capability.cpk_interval.unwrap();
    near(low, 1.448, 5e-4);
    near(high, 1.878, 5e-4);
    assert!(capability.pp.unwrap() > 1.5 && capability.n_outside == 0 && capability.n == 125);
    assert!(
        matches!(chart.sigma_metric, Some(crate::insight::control::SigmaMetric::Sigma { sigma, .. }) if sigma > 7.0)
    );
}

#[test]
fn many_metrics_against_history_take_no_time() {
    // 96 samples × 40 metrics against 500 historical runs, all rules: 23,840 points. Debug builds are slow; the
    // limit is generous, and would fail for anything that is not linear.
    let rules: Vec<Rule> = Rule::ALL.into_iter().filter(|r| ControlKind::IMr.takes(*r)).collect();
    let settings = ControlOptions { rules, ..options(ControlKind::IMr) };
    let start = std::time::Instant::now();
    for metric in 0..40u32 {
        let mut state = metric;
        let values: Vec<f64> = (0..596)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(state >> 8)
            })
            .collect();
        let mut series = Series::of("metric", values);
        series.in_baseline[500..].fill(false);
        assert_eq!(control_chart(&series, &settings).unwrap().n_baseline, 500);
    }
    assert!(start.elapsed().as_secs_f64() < 3.0, "{:?}", start.elapsed());
}
