//! Tables whose columns are kept apart by blanks: runs of spaces, or columns of fixed width.

use super::comments::Comments;
use super::scan::{Dialect, Row, Scan, Split, scan};
use crate::source::types::{Kind, kind_of};
use std::collections::{BTreeMap, BTreeSet};

/// Lines looked at.
const MAX_LINES: usize = 2_000;

/// Places of a line looked at, in characters.
const MAX_PLACES: usize = 2_000;

fn is_typed(cell: &str) -> bool {
    matches!(kind_of(cell), Kind::Number | Kind::Moment | Kind::Time | Kind::StandIn)
}

fn lines(sample: &str) -> Vec<&str> {
    let comments = Comments::of(sample);
    let is_content = |line: &&str| !line.trim().is_empty() && !comments.is_comment(line.as_bytes());
    sample.lines().filter(is_content).take(MAX_LINES).collect()
}

/// Nearly every line is one value as it stands: a moment has a space and colons within.
pub(super) fn is_one_column(sample: &str) -> bool {
    let lines = lines(sample);
    let n = lines.iter().filter(|line| is_typed(line)).count();
    n * 10 >= lines.len() * 9
}

/// How sure, and how the cells lie.
pub(super) fn guess(sample: &str) -> Option<(f64, Split)> {
    let lines = lines(sample);
    if lines.len() < 2 {
        return None;
    }
    if let Some(starts) = ruled(&lines) {
        return Some((0.95, Split::Fixed(starts)));
    }
    if is_spaced(sample) {
        return Some((0.8, Split::Spaces));
    }
    fixed(&lines).map(|starts| (0.7, Split::Fixed(starts)))
}

/// A line of dashes under the header shows where each column is: `---- --------`.
fn ruled(lines: &[&str]) -> Option<Vec<u32>> {
    let (i, rule) = lines.iter().enumerate().take(100).find(|(_, line)| is_rule(line))?;
    if i == 0 || lines.len() < i + 2 {
        return None;
    }
    let mut starts = Vec::new();
    let mut before = ' ';
    for (place, c) in (0u32..).zip(rule.trim_end().chars()) {
        if c != ' ' && before == ' ' {
            starts.push(place);
        }
        before = c;
    }
    // What stands left of the first run is its own.
    *starts.first_mut()? = 0;
    (starts.len() >= 2).then_some(starts)
}

/// Only dashes or equal signs, in two runs at least.
fn is_rule(line: &str) -> bool {
    let runs: Vec<&str> = line.split_whitespace().collect();
    let is_run = |run: &&str| run.len() >= 2 && (run.bytes().all(|b| b == b'-') || run.bytes().all(|b| b == b'='));
    runs.len() >= 2 && runs.iter().all(is_run)
}

/// All rows but the first have equally many words, and enough of these are numbers or dates.
fn is_spaced(sample: &str) -> bool {
    let dialect = Dialect { split: Split::Spaces, quote: Some(b'"'), escape: None };
    let found = scan(sample.as_bytes(), &dialect, &BTreeSet::new(), &mut |_, _| {});
    let comments = Comments::of(sample);
    let is_content = |row: &&Row| {
        let text = found.row_text(sample, row);
        !text.trim().is_empty() && !comments.is_comment(text.as_bytes())
    };
    let rows: Vec<&Row> = found.rows.iter().filter(is_content).take(MAX_LINES).collect();
    let mut counts = BTreeMap::<u32, usize>::new();
    rows.iter().skip(1).for_each(|row| *counts.entry(row.n_cells).or_default() += 1);
    let Some((&width, &n)) = counts.iter().max_by_key(|(_, n)| **n) else { return false };
    let n_below = rows.len() - 1;
    // Notes above the table and below it.
    if width < 2 || n * 20 < n_below * 19 && n + 4 < n_below.max(12) || n * 4 < n_below * 3 {
        return false;
    }
    let alike: Vec<&Row> = rows.iter().skip(1).copied().filter(|row| row.n_cells == width).collect();
    let typed = |column: usize| {
        let n = alike.iter().filter(|row| is_typed(found.raw(sample, row, column))).count();
        n * 10 >= alike.len() * 8
    };
    let n_typed = (0..width as usize).filter(|column| typed(*column)).count();
    if width == 2 { n_typed == 2 } else { n_typed >= 2 || (n_typed == 1 && !is_constant(&found, sample, &alike)) }
}

/// "Sample 1", "Sample 2": one name of two words.
fn is_constant(found: &Scan, sample: &str, rows: &[&Row]) -> bool {
    let first = rows.first().map_or("", |row| found.raw(sample, row, 0));
    rows.iter().all(|row| found.raw(sample, row, 0) == first)
}

/// Columns by the places that are blank in nearly all lines.
fn fixed(lines: &[&str]) -> Option<Vec<u32>> {
    if lines.len() < 3 || lines.iter().any(|line| line.contains('\t')) {
        return None;
    }
    let mut n_filled: Vec<usize> = Vec::new();
    for line in lines {
        for (place, c) in line.trim_end().chars().take(MAX_PLACES).enumerate() {
            if n_filled.len() <= place {
                n_filled.resize(place + 1, 0);
            }
            if let Some(n) = n_filled.get_mut(place) {
                *n += usize::from(c != ' ');
            }
        }
    }
    // Titles and notes may run across.
    let n_across = if lines.len() < 8 { 0 } else { (lines.len() / 20).max(1) };
    let mut starts = vec![0u32];
    let mut n_blank = 0usize;
    let mut narrow = Vec::new();
    for (place, n) in (0u32..).zip(&n_filled) {
        if *n <= n_across {
            n_blank += 1;
            continue;
        }
        let is_first = n_filled.iter().take(place as usize).all(|n| *n <= n_across);
        if n_blank > 0 && !is_first {
            if n_blank == 1 {
                narrow.push(starts.len());
            }
            starts.push(place);
        }
        n_blank = 0;
    }
    let cells = |line: &str, from: u32, to: Option<&u32>| -> String {
        let n = to.map_or(usize::MAX, |to| (*to - from) as usize);
        line.chars().skip(from as usize).take(n).collect::<String>().trim().to_owned()
    };
    let body = lines.get(1..).unwrap_or(&[]);
    let typed: Vec<bool> = starts
        .iter()
        .enumerate()
        .map(|(i, from)| {
            let texts: Vec<String> =
                body.iter().map(|line| cells(line, *from, starts.get(i + 1))).filter(|t| !t.is_empty()).collect();
            !texts.is_empty() && texts.iter().filter(|t| is_typed(t)).count() * 10 >= texts.len() * 8
        })
        .collect();
    // A single space parts columns only beside numbers; else it is one between words.
    let is_typed_at = |i: usize| typed.get(i).copied().unwrap_or(false);
    let kept: Vec<u32> = starts
        .iter()
        .enumerate()
        .filter(|(i, _)| !narrow.contains(i) || is_typed_at(*i) || i.checked_sub(1).is_some_and(is_typed_at))
        .map(|(_, start)| *start)
        .collect();
    let n_wide = body.iter().filter(|line| line.trim().contains("  ")).count();
    let is_table = kept.len() >= 2 && typed.iter().any(|t| *t) && n_wide * 10 >= body.len() * 6;
    is_table.then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_fixed_width() {
        let text =
            "Name         Age City\nAlice Smith   34 New York\nBob          121 Oslo\nCarol Ann      7 San Jose\n";
        assert_eq!(guess(text), Some((0.7, Split::Fixed(vec![0, 13, 17]))));
        let ruled = "id   name\n---- --------\n1    Alice Smith\n";
        assert_eq!(guess(ruled), Some((0.95, Split::Fixed(vec![0, 5]))));
    }

    #[test]
    fn words_are_no_columns() {
        for text in
            ["name\nalice smith\nbob jones\n", "Sample 1\nSample 2\nSample 3\n", "It goes on\nand on, it does\n"]
        {
            assert_eq!(guess(text), None, "{text}");
        }
        assert!(is_one_column("2024-01-01 12:00\n2024-01-01 12:05\n"));
    }
}
