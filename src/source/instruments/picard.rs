//! Metrics files of Picard and GATK (htsjdk's `MetricsFile`): notes after `#`, then `## METRICS CLASS` and
//! `## HISTOGRAM`, each before a header and its rows; a blank line ends a table.

use super::report::{Is, Name, Report, lines, tabs};
use std::borrow::Cow;

const METRICS: &str = "## METRICS CLASS";
const HISTOGRAM: &str = "## HISTOGRAM";

pub(super) fn is_one(text: &str) -> bool {
    const PROBED_LINES: usize = 200;
    let starts = |line: &str| line.starts_with(METRICS) || line.starts_with(HISTOGRAM);
    text.trim_start().starts_with('#') && text.lines().take(PROBED_LINES).any(starts)
}

/// Fills the report; the program that wrote it.
pub(super) fn parse<'a>(text: &'a str, report: &mut Report<'a>) -> Option<String> {
    enum State {
        Outside,
        /// The next line is the header of a table with this name.
        BeforeHeader(String),
        Inside(usize),
    }
    let mut state = State::Outside;
    let mut last: Option<usize> = None;
    let mut program = None;
    for line in lines(text) {
        if line.text.trim().is_empty() {
            report.count(last, Is::Blank);
            if matches!(state, State::Inside(_)) {
                state = State::Outside;
            }
        } else if line.text.starts_with('#') {
            report.count(last, Is::Comment);
            let class = line.text.split('\t').nth(1).unwrap_or("").trim();
            if line.text.starts_with(METRICS) {
                let name = class.rsplit(['.', '$']).next().filter(|name| !name.is_empty());
                state = State::BeforeHeader(name.unwrap_or("Metrics").to_owned());
            } else if line.text.starts_with(HISTOGRAM) {
                state = State::BeforeHeader("Histogram".to_owned());
            } else if program.is_none() && !line.text.starts_with("##") {
                program = program_in(line.text);
            }
        } else if let State::BeforeHeader(name) = &state {
            let names = line.text.trim_end_matches('\t').split('\t').map(named).collect();
            let section = report.add_section(name, names);
            report.count(Some(section), Is::Header);
            last = Some(section);
            state = State::Inside(section);
        } else if let State::Inside(section) = state {
            report.add_row(section, &line, tabs(line.text));
        } else {
            report.set_aside(last, &line, "it stands outside of any table");
        }
    }
    program
}

/// `# MarkDuplicates INPUT=…`, `# picard.analysis.CollectInsertSizeMetrics …`
fn program_in(note: &str) -> Option<String> {
    let word = note.trim_start_matches('#').split_whitespace().next()?;
    let name = word.rsplit('.').next().unwrap_or(word);
    let is_name = name.len() <= 60 && name.starts_with(|c: char| c.is_ascii_uppercase());
    (is_name && name.bytes().all(|b| b.is_ascii_alphanumeric()) && name != "Started").then(|| name.to_owned())
}

fn named(column: &str) -> Name<'_> {
    let lower = column.to_ascii_lowercase();
    let is_length = lower.ends_with("insert_size") || lower.ends_with("read_length");
    (Cow::Borrowed(column.trim()), is_length.then_some("bp"))
}
