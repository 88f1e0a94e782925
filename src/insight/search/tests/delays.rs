//! The time between two dates as a measure.

use super::*;

/// Reports of events at ten sites; those of S7 come `late` days later.
fn reports(dice: &mut Dice, late: i32) -> Vec<Named> {
    let n = 600;
    let site: Vec<String> = (0..n).map(|i| format!("S{}", i % 10)).collect();
    let happened: Vec<i32> = (0..n).map(|_| 20_000 + dice.below(350) as i32).collect();
    let received: Vec<i32> = happened
        .iter()
        .enumerate()
        .map(|(i, day)| day + dice.below(9) as i32 + if i % 10 == 7 { late } else { 0 })
        .collect();
    let opened: Vec<i32> = (0..n).map(|i| 19_000 + (i % 10) * 29).collect();
    vec![text("Site", site), date("Opened", opened), date("Event date", happened), date("Received", received)]
}

fn is_delay(finding: &Finding) -> bool {
    finding.columns.first().is_some_and(|c| c.starts_with("days from"))
}

#[test]
fn a_site_that_reports_late_is_found_from_two_dates() {
    let found = search_all(reports(&mut Dice(3), 20));
    let late = found.findings.iter().find(|f| f.columns == ["days from Event date to Received", "Site"]);
    let late = late.unwrap_or_else(|| panic!("{:#?}", sentences(&found)));
    assert_eq!(late.group.as_deref(), Some("S7"));
    assert!(
        late.sentence.starts_with("Where Site is S7, mean days from Event date to Received is 2"),
        "{}",
        late.sentence
    );
    assert!(
        late.method.ends_with("; days from Event date to Received = Received − Event date, in days"),
        "{}",
        late.method
    );
    assert!((late.effect.value - 20.0).abs() < 1.0, "{:?}", late.effect);
    assert!(late.evidence_sql.contains("\"Site\" = 'S7'"), "{}", late.evidence_sql);
    // When a site was opened is no reason to be late, and nothing is searched in time.
    assert!(found.findings.iter().all(|f| !f.columns.iter().any(|c| c.contains("Opened"))), "{:#?}", sentences(&found));
    let timed = |f: &Finding| matches!(f.kind, FindingKind::Trend | FindingKind::ChangePoint | FindingKind::Outlier);
    assert!(!found.findings.iter().any(|f| timed(f) && is_delay(f)));
}

#[test]
fn sites_that_report_alike_give_no_finding() {
    for seed in 0..6 {
        let found = search_all(reports(&mut Dice(seed), 0));
        assert!(!found.findings.iter().any(is_delay), "{:#?}", sentences(&found));
        assert!(found.checks_run >= 10, "each site is compared: {}", found.checks_run);
    }
}
