//! A frozen report as plain text: what a reader reads, and what "how was this made" says.

use super::words;
use tributary::chart::{ChartData, summary};
use tributary::report::{Explain, FrozenBlock, FrozenContent, FrozenNumber, FrozenReport};

const SHOWN_ROWS: usize = 10;

pub fn report_text(report: &FrozenReport) -> String {
    let mut out = format!("# {}\n{}\n", report.title, report.strip);
    out.push_str(&format!(
        "draft: {}; data to {}; {} checks run\n",
        report.is_draft,
        report.as_of.as_deref().unwrap_or("no date"),
        report.checks_run
    ));
    for block in &report.blocks {
        out.push('\n');
        out.push_str(&block_text(report, block));
    }
    out
}

fn block_text(report: &FrozenReport, block: &FrozenBlock) -> String {
    let mut out = String::new();
    match &block.content {
        FrozenContent::Verdict { state, sentence, action, explain } => {
            out.push_str(&format!("## {state:?}\n{sentence}\n{action}\n{}", explain_text(explain)));
        }
        FrozenContent::Numbers(numbers) => {
            out.push_str("## Key numbers\n");
            out.extend(numbers.iter().map(number_text));
        }
        FrozenContent::Finding { finding, chart, explain, .. } => {
            out.push_str(&format!("## Finding\n{}", super::insight::finding_words(finding)));
            out.extend(chart.iter().map(chart_text));
            out.push_str(&explain_text(explain));
        }
        FrozenContent::Chart { data, explain, .. } => {
            out.push_str(&format!("## Chart\n{}{}", chart_text(data), explain_text(explain)));
        }
        FrozenContent::Table { title, window, explain } => {
            out.push_str(&format!("## Table: {title}\n{}{}", words::rows(window, SHOWN_ROWS), explain_text(explain)));
        }
        FrozenContent::Text(markdown) => out.push_str(&format!("## Text\n{markdown}\n")),
        FrozenContent::Quality(items) => {
            out.push_str("## Data quality\n");
            out.extend(items.iter().map(|i| format!("{:?}: {}\n", i.state, i.text)));
        }
        FrozenContent::Sources => {
            out.push_str("## Sources\n");
            out.extend(report.sources.iter().map(|s| {
                let short = s.fingerprint.short();
                format!(
                    "{} ({}): {} rows, {} bytes, read {}, {short}\n",
                    s.name, s.origin, s.n_rows, s.size_bytes, s.read_at
                )
            }));
        }
        FrozenContent::Methods(paragraphs) => {
            out.push_str("## Methods\n");
            out.extend(paragraphs.iter().map(|p| format!("{p}\n")));
        }
        FrozenContent::Failed(why) => out.push_str(&format!("## Could not be made\n{why}\n")),
    }
    out
}

fn number_text(number: &FrozenNumber) -> String {
    let unit = number.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
    let change = number.change.as_deref().map(|c| format!(" ({c})")).unwrap_or_default();
    let spark = if number.spark.is_empty() { String::new() } else { format!(" [{} points]", number.spark.len()) };
    format!("{}: {}{unit}{change}{spark}\n{}", number.label, number.text, explain_text(&number.explain))
}

fn chart_text(data: &ChartData) -> String {
    format!("   chart: {} ({})\n   {}\n", data.title, data.subtitle, summary(data))
}

fn explain_text(explain: &Explain) -> String {
    let mut out = format!("   how: {}; {} rows\n", explain.formula, explain.n_rows);
    out.extend(explain.steps.iter().map(|s| format!("     - {s}\n")));
    if !explain.sources.is_empty() {
        out.push_str(&format!("     from {}\n", explain.sources.join(", ")));
    }
    out
}
