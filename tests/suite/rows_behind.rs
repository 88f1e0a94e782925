//! The number of rows that an explanation tells is the number that its query opens: for every
//! explanation of the three samples' reports, run through the engine as the page does.

use super::desk::Desk;
use super::insight_samples::{cold_chain_table, sequencing_table, trials_table};
use tributary::report::{Explain, FrozenContent, FrozenReport};
use tributary::table::Table;

/// Every explanation of a report, with what it explains.
fn explanations(report: &FrozenReport) -> Vec<(String, &Explain)> {
    let mut all: Vec<(String, &Explain)> =
        report.strip_parts.iter().map(|part| (format!("strip: {}", part.text), &part.explain)).collect();
    for block in &report.blocks {
        match &block.content {
            FrozenContent::Verdict { sentence, explain, .. } => all.push((sentence.clone(), explain)),
            FrozenContent::Numbers(numbers) => {
                all.extend(numbers.iter().map(|n| (format!("{} {}", n.label, n.text), &n.explain)));
            }
            FrozenContent::Finding { finding, explain, .. } => all.push((finding.sentence.clone(), explain)),
            FrozenContent::Chart { data, explain, .. } => all.push((data.title.clone(), explain)),
            FrozenContent::Table { title, explain, .. } => all.push((title.clone(), explain)),
            FrozenContent::Quality(items) => {
                all.extend(items.iter().filter_map(|i| i.explain.as_ref().map(|e| (i.text.clone(), e))));
            }
            FrozenContent::Failed(why) => panic!("a block failed: {why}"),
            FrozenContent::Text(_) | FrozenContent::Sources | FrozenContent::Methods(_) => {}
        }
    }
    all
}

fn every_count_opens_as_many(name: &str, table: &Table) {
    let mut desk = Desk::new();
    desk.lay(name, table);
    let report = desk.report();
    let mut n_opened = 0;
    for (what, explain) in explanations(&report) {
        if let Some(sql) = &explain.rows_sql {
            assert_eq!(desk.sql(sql).unwrap().n_total, explain.n_rows, "{name}: {what}\n{sql}");
            n_opened += 1;
        }
    }
    let n_findings = report.blocks.iter().filter(|b| matches!(b.content, FrozenContent::Finding { .. })).count();
    assert!(n_findings >= 2 && n_opened >= 12, "{name}: {n_findings} findings, {n_opened} explanations with rows");

    // What a chart says it drew is what opens, unless it says that some are not shown.
    for block in &report.blocks {
        if let FrozenContent::Chart { data, explain, .. } = &block.content
            && data.n_more == 0
        {
            assert_eq!(explain.n_rows, data.n_rows, "{name}: {}", data.title);
        }
    }
    // The numbers of the verdict are those of its rows.
    for block in &report.blocks {
        if let FrozenContent::Verdict { sentence, explain, .. } = &block.content {
            assert!(explain.n_rows < table.n_rows(), "{name}: all rows open behind “{sentence}”");
        }
    }
}

#[test]
fn sequencing() {
    every_count_opens_as_many("run_metrics", &sequencing_table());
}

#[test]
fn trials() {
    every_count_opens_as_many("safety_reports", &trials_table());
}

#[test]
fn cold_chain() {
    every_count_opens_as_many("loggers", &cold_chain_table());
}
