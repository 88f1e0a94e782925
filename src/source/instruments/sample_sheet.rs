//! Illumina's `SampleSheet.csv`, versions 1 and 2: sections under `[Name]`. Those that end in `Data` are tables of
//! samples, all others names with values, which become one table of settings.

use super::report::{Is, Name, Report, lines};
use std::borrow::Cow;

const SETTINGS: &str = "Settings";

/// The longest text before the table of samples that is looked at.
const PROBED_LINES: usize = 500;

pub(super) fn is_one(text: &str) -> bool {
    let mut sections = text.lines().take(PROBED_LINES).filter(|line| !line.trim().is_empty());
    let Some(first) = sections.next().and_then(section_in) else { return false };
    let rest: Vec<&str> = sections.filter_map(section_in).collect();
    let has = |name: &str| first.eq_ignore_ascii_case(name) || rest.iter().any(|s| s.eq_ignore_ascii_case(name));
    let has_data = is_data(first) || rest.iter().any(|name| is_data(name));
    // A file of settings of another kind has no cells.
    let has_cells = text.lines().take(PROBED_LINES).any(|line| line.contains([',', ';', '\t']));
    has_cells && (has("Header") && (has_data || has("Reads")) || has_data && text.contains("Sample_ID"))
}

/// `[Header],,,` → `Header`
fn section_in(line: &str) -> Option<&str> {
    let name = line.trim().trim_end_matches([',', ';', '\t', ' ']).trim_matches('"');
    let name = name.strip_prefix('[')?.strip_suffix(']')?.trim();
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b' ' | b'-');
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

fn is_data(section: &str) -> bool {
    section.len() >= 4 && section.get(section.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case("data"))
}

/// Fills the report; the version of the sheet.
pub(super) fn parse<'a>(text: &'a str, report: &mut Report<'a>) -> Option<String> {
    let delimiter = delimiter_of(text);
    report.set_delimiter(delimiter);
    let mut settings: Option<usize> = None;
    let mut section: Option<&'a str> = None;
    let mut table: Option<usize> = None;
    let mut n_reads = 0u32;
    let mut version = None;
    for line in lines(text) {
        let place = table.or(settings);
        if let Some(name) = section_in(line.text) {
            report.count(place, Is::Comment);
            (section, table, n_reads) = (Some(name), None, 0);
            continue;
        }
        let cells = split(line.text, delimiter);
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            report.count(place, Is::Blank);
        } else if line.text.starts_with('#') {
            report.count(place, Is::Comment);
        } else if let Some(name) = section.filter(|name| is_data(name)) {
            match table {
                Some(table) => report.add_row(table, &line, cells),
                None => {
                    table = Some(report.add_section(name, header(cells)));
                    report.count(table, Is::Header);
                }
            }
        } else if let Some(name) = section {
            let settings = *settings.get_or_insert_with(|| {
                let names = ["section", "name", "value"].map(|name| (Cow::Borrowed(name), None));
                report.add_section(SETTINGS, names.to_vec())
            });
            if name.eq_ignore_ascii_case("Reads") {
                n_reads += 1;
            }
            let row = setting(name, cells, n_reads);
            if row.get(1).is_some_and(|name| name == "FileFormatVersion") {
                version = row.get(2).map(|value| format!("version {}", value.trim()));
            }
            report.add_row(settings, &line, row);
        } else {
            report.set_aside(place, &line, "it stands before any section");
        }
    }
    version
}

fn header(mut cells: Vec<Cow<'_, str>>) -> Vec<Name<'_>> {
    while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.into_iter().map(|cell| (cell, None)).collect()
}

/// Section, name and value. A number alone in `[Reads]` is the length of a read.
fn setting<'a>(section: &'a str, cells: Vec<Cow<'a, str>>, n_reads: u32) -> Vec<Cow<'a, str>> {
    let mut cells = cells.into_iter();
    let first = cells.next().unwrap_or(Cow::Borrowed(""));
    let mut rest: Vec<Cow<'a, str>> = cells.collect();
    while rest.last().is_some_and(|cell| cell.trim().is_empty()) {
        rest.pop();
    }
    let (name, value) = match rest.len() {
        0 if n_reads > 0 && first.trim().bytes().all(|b| b.is_ascii_digit()) => {
            (Cow::Owned(format!("Read {n_reads}")), first)
        }
        0 => (first, Cow::Borrowed("")),
        1 => (first, rest.pop().unwrap_or(Cow::Borrowed(""))),
        _ => (first, Cow::Owned(rest.join(", "))),
    };
    vec![Cow::Borrowed(section), name, value]
}

/// What most often stands between cells. Spreadsheets of other countries write semicolons.
fn delimiter_of(text: &str) -> char {
    let n_of = |c: char| text.lines().take(PROBED_LINES).map(|line| line.matches(c).count()).sum::<usize>();
    [',', ';', '\t'].into_iter().rev().max_by_key(|c| n_of(*c)).unwrap_or(',')
}

/// Cells of a line; quoted ones may hold the delimiter, and two quotes for one.
fn split(line: &str, delimiter: char) -> Vec<Cow<'_, str>> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let quoted = rest.strip_prefix('"').and_then(|inner| {
            let mut at = 0usize;
            // The quote that is not followed by another.
            loop {
                at += inner.get(at..)?.find('"')?;
                if inner.get(at + 1..)?.starts_with('"') {
                    at += 2;
                    continue;
                }
                let (cell, after) = (inner.get(..at)?, inner.get(at + 1..)?);
                return (after.is_empty() || after.starts_with(delimiter)).then_some((cell, after));
            }
        });
        let (cell, after) = match quoted {
            Some((cell, after)) if cell.contains('"') => (Cow::Owned(cell.replace("\"\"", "\"")), after),
            Some((cell, after)) => (Cow::Borrowed(cell), after),
            None => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                (Cow::Borrowed(rest.get(..end).unwrap_or("")), rest.get(end..).unwrap_or(""))
            }
        };
        cells.push(cell);
        match after.strip_prefix(delimiter) {
            Some(next) => rest = next,
            None => return cells,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_be_quoted() {
        assert_eq!(split("a,\"b, \"\"c\"\"\",,d", ','), ["a", "b, \"c\"", "", "d"]);
        assert_eq!(split("\"a", ','), ["\"a"]);
        assert_eq!(split("\"a\"b,c", ','), ["\"a\"b", "c"]);
        assert_eq!(split("", ','), [""]);
    }

    #[test]
    fn sections_have_names() {
        assert_eq!(section_in("[Header],,,,"), Some("Header"));
        assert_eq!(section_in("\"[BCLConvert_Data]\";;"), Some("BCLConvert_Data"));
        assert_eq!(section_in("[1,2]"), None);
        assert_eq!(section_in("[a]b"), None);
        assert!(!is_one("[Header]\nkey=value\n[Reads]\n"));
        assert!(!is_one("[[1,2],[3,4]]"));
        assert!(is_one("[Data],,\nSample_ID,index,\nA,ACGT,\n"));
    }
}
