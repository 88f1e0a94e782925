//! What changes over time, for all rows or for one group.

use super::*;

#[test]
fn sees_a_trend() {
    let mut dice = Dice(6);
    let n = 200;
    let temperature = (0..n).map(|i| 50.0 - 0.05 * f64::from(i) + dice.normal()).collect();
    let found = search_all(vec![
        date("day", (0..n).map(|i| 20_000 + i).collect()),
        real("temperature", Some("°C"), temperature),
        real("pressure", None, (0..n).map(|_| dice.normal()).collect()),
    ]);
    let first = found.findings.first().unwrap();
    assert_eq!(first.kind, FindingKind::Trend);
    assert!(
        first.sentence.starts_with("From 4 Oct 2024 to 21 Apr 2025, mean temperature falls from about 5"),
        "{}",
        first.sentence
    );
    let (low, high) = first.effect.interval.unwrap();
    let month = -0.05 * 30.4375;
    assert!(low < month && month < high, "{:?}", first.effect);
    assert_eq!(first.effect.measure, "slope a month");
    assert_eq!(first.window, Some(("2024-10-04".to_owned(), "2025-04-21".to_owned())));
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
}

#[test]
fn sees_a_shift_and_its_date() {
    let mut dice = Dice(7);
    let n = 150;
    let found = search_all(vec![
        date("day", (0..n).map(|i| 20_000 + i).collect()),
        real("mass", Some("g"), (0..n).map(|i| dice.normal() + if i >= 100 { 14.0 } else { 10.0 }).collect()),
    ]);
    let first = found.findings.first().unwrap();
    assert_eq!(first.kind, FindingKind::ChangePoint);
    assert!(first.sentence.starts_with("From 12 Jan 2025 on, mean mass is 1"), "{}", first.sentence);
    assert_eq!(first.window, Some(("2025-01-12".to_owned(), "2025-03-02".to_owned())));
    assert!((first.effect.value - 4.0).abs() < 0.5);
    assert_eq!(
        first.evidence_sql,
        "SELECT * FROM run_metrics WHERE \"day\" >= DATE '2025-01-12' AND \"day\" <= DATE '2025-03-02'"
    );
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
}

#[test]
fn wandering_series_are_not_called_trends_as_a_rule() {
    // Neighbours that resemble each other: an autoregressive series with r = 0.6.
    let mut reported = 0;
    for seed in 200..220 {
        let mut dice = Dice(seed);
        let mut level = 0.0;
        let values = (0..200)
            .map(|_| {
                level = 0.6 * level + dice.normal();
                level
            })
            .collect();
        let found = search_all(vec![date("day", (0..200).collect()), real("level", None, values)]);
        reported += found.findings.len();
    }
    assert!(reported <= 4, "{reported} of 20");
}

/// Six loggers over 14 days; the fourth is warmer from day 20,006 on.
fn loggers(shift: f64) -> Vec<Named> {
    let mut dice = Dice(70);
    let n = 1_680;
    let device = |i: usize| i % 6;
    let day = |i: usize| 20_000 + (i / 120) as i32;
    let warm = |i: usize| if device(i) == 3 && day(i) >= 20_006 { shift } else { 0.0 };
    let celsius = (0..n).map(|i| 5.0 + 0.4 * dice.normal() + warm(i)).collect();
    vec![
        text("device", (0..n).map(|i| format!("CL-{:02}", 1 + device(i))).collect()),
        date("day", (0..n).map(day).collect()),
        real("celsius", Some("°C"), celsius),
        text("door", (0..n).map(|i| ["D1", "D2", "D3", "D3", "D4", "D4"][device(i)]).collect()),
        real("offset", Some("°C"), (0..n).map(|i| [0.2, -0.3, 0.0, 0.1, 0.4, -0.1][device(i)]).collect()),
        whole("clock_ahead", (0..n).map(|i| [0, 7, 0, 0, -4, 0][device(i)]).collect()),
    ]
}

#[test]
fn sees_the_one_group_that_shifts() {
    let found = search_all(loggers(3.0));
    let first = found.findings.first().unwrap();
    assert_eq!((first.kind, first.group.as_deref()), (FindingKind::ChangePoint, Some("CL-04")));
    assert_eq!(first.columns, ["celsius", "day", "device"]);
    assert!(
        first.sentence.starts_with("From 10 Oct 2024 on, mean celsius of device CL-04 is 7.9")
            && first.sentence.ends_with(" before; the other devices did not change."),
        "{}",
        first.sentence
    );
    assert_eq!(
        first.evidence_sql,
        "SELECT * FROM run_metrics WHERE \"device\" = 'CL-04' AND \"day\" >= DATE '2024-10-10' AND \"day\" <= DATE '2024-10-17'"
    );
    assert_eq!(first.points.len(), 160);
    assert_eq!(found.findings.len(), 1, "{:?}", sentences(&found));
    assert!(search_all(loggers(0.0)).findings.is_empty());
}

#[test]
fn facts_of_a_device_are_not_outcomes() {
    let found = search_all(loggers(3.0));
    assert_eq!(found.attributes, ["offset", "clock_ahead"]);
    // A shift of all devices is no shift of one.
    let mut columns = loggers(0.0);
    let mut dice = Dice(71);
    let all = (0..1_680).map(|i| 5.0 + 0.4 * dice.normal() + if i / 120 >= 6 { 3.0 } else { 0.0 }).collect();
    columns[2] = real("celsius", Some("°C"), all);
    let found = search_all(columns);
    assert!(found.findings.iter().all(|f| f.kind != FindingKind::ChangePoint || f.group.is_none()), "{found:?}");
}
