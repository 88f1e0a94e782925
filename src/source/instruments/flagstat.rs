//! `samtools flagstat`, as text (`382 + 0 mapped (95.50% : N/A)`) and as tabs (`-O tsv`).

use super::report::{Is, Name, Report, lines};
use crate::base::ColumnType;
use std::borrow::Cow;

const OF_TOTAL: &str = "(QC-passed reads + QC-failed reads)";

pub(super) fn is_one(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("").trim();
    first.ends_with(OF_TOTAL) && (of_text(first).is_some() || of_tabs(first).is_some())
}

/// Fills the report.
pub(super) fn parse<'a>(text: &'a str, report: &mut Report<'a>) -> Option<String> {
    let names: Vec<Name<'a>> = vec![
        ("category".into(), None),
        ("passed".into(), None),
        ("failed".into(), None),
        ("passed_share".into(), Some("%")),
        ("failed_share".into(), Some("%")),
    ];
    let section = report.add_section("Reads", names);
    // "N/A", where there are no reads of the kind.
    report.set_type(section, 3, ColumnType::Number);
    report.set_type(section, 4, ColumnType::Number);
    for line in lines(text) {
        if line.text.trim().is_empty() {
            report.count(Some(section), Is::Blank);
            continue;
        }
        match of_text(line.text).or_else(|| of_tabs(line.text)) {
            Some(cells) => report.add_row(section, &line, cells.map(Cow::Borrowed)),
            None => report.set_aside(Some(section), &line, "it is no line of flagstat"),
        }
    }
    None
}

/// `382 + 0 mapped (95.50% : N/A)`
fn of_text(line: &str) -> Option<[&str; 5]> {
    let (passed, rest) = line.trim().split_once(" + ")?;
    let (failed, rest) = rest.split_once(' ')?;
    if !is_count(passed) || !is_count(failed) {
        return None;
    }
    let shares = rest.strip_suffix(')').and_then(|r| r.rsplit_once(" (")).and_then(|(name, shares)| {
        let (passed, failed) = shares.split_once(" : ")?;
        Some((name, share(passed), share(failed)))
    });
    let (name, passed_share, failed_share) = shares.unwrap_or((rest, "", ""));
    Some([short(name), passed, failed, passed_share, failed_share])
}

/// `382 0 mapped`, `95.50% N/A mapped %`, with tabs.
fn of_tabs(line: &str) -> Option<[&str; 5]> {
    let mut cells = line.trim().split('\t');
    let (passed, failed, name) = (cells.next()?, cells.next()?, cells.next()?);
    if cells.next().is_some() {
        return None;
    }
    if name.ends_with('%') {
        return Some([name, "", "", share(passed), share(failed)]);
    }
    (is_count(passed) && is_count(failed)).then_some([short(name), passed, failed, "", ""])
}

fn is_count(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn share(text: &str) -> &str {
    text.trim().trim_end_matches('%')
}

fn short(name: &str) -> &str {
    name.strip_suffix(OF_TOTAL).map_or(name, |rest| rest.trim().trim_start_matches("in "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_kinds() {
        assert_eq!(of_text("382 + 0 mapped (95.50% : N/A)"), Some(["mapped", "382", "0", "95.50", "N/A"]));
        let far = "0 + 1 with mate mapped to a different chr (mapQ>=5)";
        assert_eq!(of_text(far), Some(["with mate mapped to a different chr (mapQ>=5)", "0", "1", "", ""]));
        assert_eq!(
            of_text("400 + 0 in total (QC-passed reads + QC-failed reads)"),
            Some(["total", "400", "0", "", ""])
        );
        assert_eq!(of_tabs("95.50%\tN/A\tmapped %"), Some(["mapped %", "", "", "95.50", "N/A"]));
        assert_eq!(of_tabs("400\t0\ttotal (QC-passed reads + QC-failed reads)"), Some(["total", "400", "0", "", ""]));
        assert_eq!(of_text("a + b c"), None);
        assert_eq!(of_tabs("1\t2\t3\t4"), None);
    }
}
