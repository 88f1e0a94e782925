//! `samtools stats`: each line starts with the code of its section, and notes say what the columns are. Columns as in
//! samtools-stats(1), versions 1.0 to 1.24.

use super::report::{Is, Name, Report, lines, tabs};
use crate::base::ColumnType;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Title and columns of a section; what stands in `%` or `bp` says so behind a bar.
const KNOWN: [(&str, &str, &[&str]); 22] = [
    ("CHK", "Checksums", &["read_names", "sequences", "qualities"]),
    ("SN", "Summary numbers", &["measure", "value", "note"]),
    ("FFQ", "First fragment qualities", &["cycle"]),
    ("LFQ", "Last fragment qualities", &["cycle"]),
    ("GCF", "GC content of first fragments", &["gc|%", "count"]),
    ("GCL", "GC content of last fragments", &["gc|%", "count"]),
    ("GCC", "Bases per cycle", &["cycle", "A|%", "C|%", "G|%", "T|%", "N|%", "other|%"]),
    ("GCT", "Bases per cycle, read oriented", &["cycle", "A|%", "C|%", "G|%", "T|%"]),
    ("FBC", "Bases per cycle of first fragments", &["cycle", "A|%", "C|%", "G|%", "T|%", "N|%", "other|%"]),
    ("LBC", "Bases per cycle of last fragments", &["cycle", "A|%", "C|%", "G|%", "T|%", "N|%", "other|%"]),
    ("FTC", "Bases of first fragments", &["A", "C", "G", "T", "N"]),
    ("LTC", "Bases of last fragments", &["A", "C", "G", "T", "N"]),
    ("IS", "Insert sizes", &["insert_size|bp", "pairs", "inward_pairs", "outward_pairs", "other_pairs"]),
    ("RL", "Read lengths", &["read_length|bp", "count"]),
    ("FRL", "Read lengths of first fragments", &["read_length|bp", "count"]),
    ("LRL", "Read lengths of last fragments", &["read_length|bp", "count"]),
    ("MAPQ", "Mapping qualities", &["mapq", "count"]),
    ("ID", "Indels by length", &["length|bp", "insertions", "deletions"]),
    ("IC", "Indels per cycle", &["cycle", "insertions_fwd", "insertions_rev", "deletions_fwd", "deletions_rev"]),
    ("COV", "Coverage", &["range", "coverage", "bases"]),
    (
        "GCD",
        "Depth by GC content",
        &["gc|%", "unique_sequence_percentile", "depth_10th", "depth_25th", "depth_50th", "depth_75th", "depth_90th"],
    ),
    ("MPC", "Mismatches per cycle", &["cycle"]),
];

pub(super) fn is_one(text: &str) -> bool {
    const PROBED_LINES: usize = 50;
    text.starts_with("# This file was produced by samtools stats")
        || text.starts_with("# This file was produced by bamcheck")
        || text.lines().take(PROBED_LINES).any(|line| line.starts_with("SN\traw total sequences:\t"))
}

/// Fills the report; the version.
pub(super) fn parse<'a>(text: &'a str, report: &mut Report<'a>) -> Option<String> {
    let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    let mut last: Option<usize> = None;
    let mut version = None;
    for line in lines(text) {
        if line.text.trim().is_empty() {
            report.count(last, Is::Blank);
            continue;
        }
        if let Some(note) = line.text.strip_prefix('#') {
            report.count(last, Is::Comment);
            version = version.or_else(|| {
                let (_, rest) = note.split_once("samtools stats (")?;
                rest.split([')', ' ', '+']).next().map(|version| format!("version {version}"))
            });
            if let Some((code, title)) = announced(note) {
                titles.insert(code, title);
            }
            continue;
        }
        let (code, rest) = line.text.split_once('\t').unwrap_or((line.text, ""));
        if code.is_empty() || !code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) || rest.is_empty() {
            report.set_aside(last, &line, "it is no line of a section");
            continue;
        }
        let section = match by_code.get(code) {
            Some(section) => *section,
            None => {
                let section = start(report, code, titles.get(code).copied(), rest);
                by_code.insert(code, section);
                section
            }
        };
        last = Some(section);
        match code {
            "SN" => report.add_row(section, &line, summary(rest)),
            _ => report.add_row(section, &line, tabs(rest)),
        }
    }
    version
}

/// `` First Fragment Qualities. Use `grep ^FFQ | cut -f 2-` … `` → the code and the title.
fn announced(note: &str) -> Option<(&str, &str)> {
    let (_, rest) = note.split_once("grep ^")?;
    let code = rest.split([' ', '|', '`']).next()?;
    let title = note.trim_start().split(". ").next()?.trim();
    (!code.is_empty() && !title.is_empty()).then_some((code, title))
}

fn start<'a>(report: &mut Report<'a>, code: &'a str, title: Option<&str>, first_row: &'a str) -> usize {
    let known = KNOWN.iter().find(|(known, ..)| *known == code);
    let part = known.map_or_else(|| title.unwrap_or(code), |(_, title, _)| title);
    let width = first_row.split('\t').count();
    let mut names: Vec<Name<'a>> =
        known.map(|(.., names)| names.iter().map(|n| named(n)).collect()).unwrap_or_default();
    let n_known = names.len();
    let is_by_quality = matches!(code, "FFQ" | "LFQ" | "MPC");
    names.extend((n_known..width).map(|i| {
        // Qualities count from 0, after the cycle.
        let name = if is_by_quality { format!("Q{}", i - n_known) } else { format!("column_{}", i + 1) };
        (Cow::Owned(name), None)
    }));
    let section = report.add_section(part, names);
    if code == "CHK" {
        (0..width).for_each(|column| report.set_type(section, column, ColumnType::Text));
    }
    section
}

fn named<'a>(name: &'static str) -> Name<'a> {
    match name.split_once('|') {
        Some((name, unit)) => (Cow::Borrowed(name), Some(unit)),
        None => (Cow::Borrowed(name), None),
    }
}

/// `raw total sequences: 400 # excluding supplementary and secondary reads`, with tabs.
fn summary(rest: &str) -> Vec<Cow<'_, str>> {
    let mut cells: Vec<Cow<'_, str>> = rest
        .split('\t')
        .enumerate()
        .map(|(i, cell)| match i {
            0 => Cow::Borrowed(cell.trim_end().trim_end_matches(':')),
            1 => Cow::Borrowed(cell),
            _ => Cow::Borrowed(cell.trim_start_matches(['#', ' '])),
        })
        .collect();
    // Most have no note.
    if cells.len() == 2 {
        cells.push(Cow::Borrowed(""));
    }
    cells
}
