use super::*;
use crate::base::BlockId;
use crate::chart::ChartKind;
use crate::report::sample::{self, NODE, Sample};

fn freeze_one(spec: BlockSpec) -> FrozenContent {
    let anchor = BlockSpec::finding(NODE, &sample::findings().findings[0].key);
    let blocks = [Block { id: BlockId(1), spec }, Block { id: BlockId(2), spec: anchor }];
    freeze("", &blocks, false, &Sample, vec![], vec![]).blocks.remove(0).content
}

#[test]
fn the_whole_sample() {
    let report = sample::frozen();
    assert_eq!(report.title, "Run 42");
    assert_eq!(report.strip, "Only rows where plate is not 'P9' · data to 16 Nov 2026 · 1 source · 16 rows");
    let opens: Vec<(&str, u64)> = report.strip_parts.iter().map(|p| (p.text.as_str(), p.explain.n_rows)).collect();
    let only = ("Only rows where plate is not 'P9'", 16);
    assert_eq!(opens, [only, ("data to 16 Nov 2026", 16), ("1 source", 0), ("16 rows", 16)]);
    assert_eq!(report.strip_parts[2].explain.sources, ["runs.csv"]);
    assert_eq!(report.as_of.as_deref(), Some("2026-11-16"));
    assert_eq!(report.checks_run, 142);
    assert_eq!(report.sources.len(), 1);
    assert!(report.is_draft);
    let failed: Vec<_> = report.blocks.iter().filter(|b| matches!(b.content, FrozenContent::Failed(_))).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn a_block_that_fails_says_why_and_harms_no_other() {
    let broken = freeze_one(BlockSpec::Chart(ChartSpec::new(ChartKind::Bar, NODE, "broken")));
    assert_eq!(broken, FrozenContent::Failed("There is no column “broken”.".into()));
    let gone = freeze_one(BlockSpec::finding(NODE, "gone"));
    assert!(matches!(gone, FrozenContent::Failed(why) if why.contains("no longer holds")));
    let empty = freeze("", &[Block { id: BlockId(1), spec: BlockSpec::VERDICT }], true, &Sample, vec![], vec![]);
    assert!(matches!(&empty.blocks[0].content, FrozenContent::Failed(why) if why.contains("no rows")));
    assert_eq!(empty.title, "Report");
}

#[test]
fn a_number_that_fails_leaves_its_neighbours() {
    let spec = |column: &str| NumberSpec {
        label: String::new(),
        node: NODE,
        aggregate: crate::recipe::Aggregate::Mean,
        column: Some(column.to_owned()),
        only: None,
        as_share: false,
    };
    let FrozenContent::Numbers(numbers) = freeze_one(BlockSpec::Numbers(vec![spec("plate"), spec("yield")])) else {
        panic!("not numbers")
    };
    assert_eq!(numbers[0].value, None);
    assert!(numbers[0].explain.formula.contains("not numbers"));
    assert_eq!(numbers[1].text, "8.67");
    assert_eq!(numbers[1].explain.sources, ["runs.csv"]);
    assert_eq!(numbers[1].explain.steps.len(), 1);
}

#[test]
fn what_the_user_wrote_stands() {
    let verdict = |text: Option<&str>, action: Option<&str>| {
        let spec = BlockSpec::Verdict { text: text.map(str::to_owned), action: action.map(str::to_owned) };
        let FrozenContent::Verdict { state, sentence, action, explain } = freeze_one(spec) else {
            panic!("not a verdict")
        };
        assert_eq!((state, explain.n_rows), (State::Stop, 4));
        (sentence, action, explain.formula)
    };
    // The action stays until the user writes another, or none.
    let (sentence, action, formula) = verdict(Some("Released by hand."), None);
    assert_eq!((sentence.as_str(), action.as_str()), ("Released by hand.", "Check plate P7 first."));
    assert!(formula.starts_with("Written by hand."));
    let (sentence, action, _) = verdict(None, Some(" Call Ann. "));
    assert!(sentence.starts_with("4 of 16 rows"), "{sentence}");
    assert_eq!(action, "Call Ann.");
    assert_eq!(verdict(None, Some("")).1, "");
}

#[test]
fn a_finding_can_have_a_heading_and_no_chart() {
    let spec = BlockSpec::Finding {
        node: NODE,
        key: sample::findings().findings[1].key.clone(),
        heading: Some(" The plate is at fault ".into()),
        hides_chart: true,
    };
    let FrozenContent::Finding { chart, heading, finding, .. } = freeze_one(spec) else { panic!("not a finding") };
    assert_eq!((chart, heading.as_deref()), (None, Some("The plate is at fault")));
    assert_eq!(finding.sentence, "Yield is lower on plate P7.");
}

#[test]
fn a_finding_brings_chart_and_evidence() {
    let key = sample::findings().findings[1].key.clone();
    let FrozenContent::Finding { chart, explain, .. } = freeze_one(BlockSpec::finding(NODE, key)) else {
        panic!("not a finding")
    };
    assert!(chart.is_some());
    assert!(explain.formula.contains("Welch's t-test over 16 rows; difference of means −2.5 (95 % interval −3 to −2)"));
    assert!(explain.rows_sql.unwrap().contains("P7"));
    // Sixteen rows were compared; the query opens the eight of the plate.
    assert_eq!(explain.n_rows, 8);
    assert!(explain.formula.contains("The 8 rows behind it are those that it singles out."));
}

#[test]
fn the_verdict_opens_the_bad_rows_and_a_chart_what_it_drew() {
    let FrozenContent::Verdict { explain, .. } = freeze_one(BlockSpec::VERDICT) else { panic!("not a verdict") };
    assert_eq!(
        (explain.n_rows, explain.rows_sql.as_deref()),
        (4, Some("SELECT * FROM \"runs\" WHERE \"qc\" IN ('fail')"))
    );
    let spec = ChartSpec::new(ChartKind::Histogram, NODE, "yield");
    let FrozenContent::Chart { explain, .. } = freeze_one(BlockSpec::Chart(spec)) else { panic!("not a chart") };
    assert_eq!(
        (explain.n_rows, explain.rows_sql.as_deref()),
        (15, Some("SELECT * FROM \"runs\" WHERE \"yield\" IS NOT NULL"))
    );
}
