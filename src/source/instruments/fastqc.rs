//! `fastqc_data.txt` of FastQC (Babraham Bioinformatics), as versions 0.10 to 0.12 write it: modules between
//! `>>name<TAB>status` and `>>END_MODULE`, each a table whose header starts with `#`.

use super::report::{Is, Name, Report, lines, tabs};
use std::borrow::Cow;

const SUMMARY: &str = "Summary";
const BASIC: &str = "Basic Statistics";

pub(super) fn is_one(text: &str) -> bool {
    text.starts_with("##FastQC\t") || text.starts_with(">>Basic Statistics\t")
}

/// Fills the report; the version.
pub(super) fn parse<'a>(text: &'a str, report: &mut Report<'a>) -> Option<String> {
    let summary = report.add_section(SUMMARY, vec![("Module".into(), None), ("Status".into(), None)]);
    let mut version = None;
    // The module that is open, and its table once it has a header.
    let mut module: Option<&str> = None;
    let mut table: Option<usize> = None;
    let mut all = lines(text).peekable();
    while let Some(line) = all.next() {
        let place = table.or(Some(summary));
        if line.text.trim().is_empty() {
            report.count(place, Is::Blank);
        } else if let Some(rest) = line.text.strip_prefix("##") {
            version = version.or_else(|| rest.split_once('\t').map(|(_, version)| version.trim().to_owned()));
            report.count(place, Is::Comment);
        } else if line.text.trim_end() == ">>END_MODULE" {
            report.count(place, Is::Comment);
            (module, table) = (None, None);
        } else if let Some(rest) = line.text.strip_prefix(">>") {
            report.add_row(summary, &line, tabs(rest));
            module = Some(rest.split('\t').next().unwrap_or("").trim());
            table = None;
        } else if let (Some(rest), Some(name), None) = (line.text.strip_prefix('#'), module, table) {
            // "#Total Deduplicated Percentage" above the header is a value, and the only one of its kind.
            let is_value = rest.split('\t').count() == 2 && all.peek().is_some_and(|next| next.text.starts_with('#'));
            if is_value {
                let basic = report.section_named(BASIC).unwrap_or_else(|| report.add_section(BASIC, measures()));
                report.add_row(basic, &line, tabs(rest));
            } else {
                let names: Vec<&str> = rest.trim_end_matches('\t').split('\t').collect();
                let names = names.into_iter().enumerate().map(|(i, column)| named(name, i, column)).collect();
                table = Some(report.add_section(name, names));
                report.count(table, Is::Header);
            }
        } else {
            match table {
                Some(table) => report.add_row(table, &line, tabs(line.text)),
                None => report.set_aside(Some(summary), &line, "it stands outside of any module"),
            }
        }
    }
    version.map(|version| format!("version {version}"))
}

fn measures<'a>() -> Vec<Name<'a>> {
    vec![("Measure".into(), None), ("Value".into(), None)]
}

fn named<'a>(module: &str, index: usize, column: &'a str) -> Name<'a> {
    let is_share = match module {
        "Per base sequence content" | "Per base N content" | "Adapter Content" => index > 0,
        "Sequence Duplication Levels" | "Overrepresented sequences" => column.starts_with("Percentage"),
        "Per sequence GC content" => index == 0,
        _ => false,
    };
    let unit = match module {
        _ if is_share => Some("%"),
        "Sequence Length Distribution" if index == 0 => Some("bp"),
        _ => None,
    };
    (Cow::Borrowed(column.trim()), unit)
}
