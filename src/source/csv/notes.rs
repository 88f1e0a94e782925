//! What stands around a table and is no row of it: titles, rules, totals, footnotes.

use super::header::is_typed;
use super::layout::Page;
use super::scan::Row;
use crate::source::types::{Kind, kind_of, number_in};

/// Notes under a table are no more than this.
const MAX_NOTES: usize = 50;

/// Rows of totals under a table are no more than this.
const MAX_TOTALS: usize = 6;

/// How notes under a table begin.
const NOTE_WORDS: [&str; 16] = [
    "source",
    "sources",
    "note",
    "notes",
    "footnote",
    "footnotes",
    "legend",
    "remark",
    "remarks",
    "disclaimer",
    "quelle",
    "quellen",
    "anmerkung",
    "hinweis",
    "fuente",
    "bron",
];

/// Only dashes, equal signs, pluses and bars: a line drawn between rows.
pub(super) fn is_rule(text: &str) -> bool {
    let is_drawn = |b: u8| matches!(b, b'-' | b'=' | b'+' | b'|' | b':' | b' ' | b'\t' | b'\r');
    matches!(text.as_bytes().first(), Some(b'-' | b'=' | b'+' | b'|' | b':' | b' '))
        && (text.contains("---") || text.contains("==="))
        && text.bytes().all(is_drawn)
}

/// Spreadsheets fill up the notes above a table with empty cells: `Logger export;;;`. How many such rows there are,
/// if a header follows in which every cell has a name.
pub(super) fn n_padded_notes(page: &Page<'_>, content: &[usize], is_full: &dyn Fn(usize) -> bool) -> usize {
    const MAX_NOTES: usize = 30;
    let filled = |i: usize| -> Option<(usize, usize)> {
        let row = page.rows.get(i)?;
        let cells: Vec<String> = (0..row.n_cells as usize).map(|c| page.cell(row, c)).collect();
        let n = cells.iter().take_while(|c| !c.is_empty()).count();
        let is_rest_empty = cells.iter().skip(n).all(String::is_empty);
        let is_text = cells.first().is_some_and(|c| kind_of(c) == Kind::Other);
        (is_rest_empty && is_text).then_some((n, cells.len()))
    };
    let is_note = |i: usize| filled(i).is_some_and(|(n, width)| n >= 1 && width >= 2 && n * 2 <= width);
    // A row of another width among them is a note as well.
    let is_above = |i: usize| is_note(i) || !is_full(i);
    let n = content.iter().take(MAX_NOTES).take_while(|i| is_above(**i)).count();
    let has_header = content.get(n).and_then(|i| filled(*i)).is_some_and(|(n, width)| n == width);
    let has_body = content.len() > n + 1 && content.iter().skip(n + 1).take(MAX_NOTES).any(|i| !is_note(*i));
    if has_header && has_body { n } else { 0 }
}

/// The row from which on there are only notes under the table.
pub(super) fn footnotes(page: &Page<'_>, width: usize, body_start: usize) -> usize {
    let rows = page.rows;
    let mut from = rows.len();
    if width < 2 {
        return from;
    }
    for (i, row) in rows.iter().enumerate().skip(body_start).rev().take(MAX_NOTES) {
        if page.is_blank(row) {
            continue;
        }
        let is_note = || {
            is_lone_note(page, row)
                || is_cut_note(page, row, i, body_start)
                || (is_narrow(page, row, width) && is_apart(page, i, body_start))
        };
        if row.is_broken || !is_note() {
            break;
        }
        from = i;
    }
    from
}

fn is_lone_note(page: &Page<'_>, row: &Row) -> bool {
    let note = page.cell(row, 0);
    (1..row.n_cells as usize).all(|c| page.raw(row, c).trim().is_empty())
        && kind_of(&note) == Kind::Other
        && (note.contains([' ', ':']) || note.starts_with(['*', '#', '[', '(', '†', '-']))
}

/// A sentence cut at its commas, under a gap: "Source: survey, 2024".
fn is_cut_note(page: &Page<'_>, row: &Row, i: usize, body_start: usize) -> bool {
    let first = page.cell(row, 0);
    let opens = |(word, _): (&str, &str)| NOTE_WORDS.contains(&word.trim().to_lowercase().as_str());
    let is_marked = first.starts_with(['*', '†', '‡', '§']) || first.split_once([':', '.']).is_some_and(opens);
    is_marked && is_apart(page, i, body_start)
}

/// There is a gap between the row and the table.
fn is_apart(page: &Page<'_>, i: usize, body_start: usize) -> bool {
    page.rows.get(body_start..i).unwrap_or(&[]).iter().rev().take(MAX_NOTES).any(|row| page.is_blank(row))
}

/// A setting under the table: a word and its value, where the table has several columns.
fn is_narrow(page: &Page<'_>, row: &Row, width: usize) -> bool {
    let is_filled = |c: &usize| !page.raw(row, *c).trim().is_empty();
    let n = (0..row.n_cells as usize).rev().find(is_filled).map_or(0, |last| last + 1);
    n <= 2 && width >= 4 && (row.n_cells as usize) < width && kind_of(&page.cell(row, 0)) == Kind::Other
}

/// What a row of totals says of the rows above it.
#[derive(Clone, Copy, PartialEq)]
enum Total {
    Sum,
    Mean,
    Other,
}

fn total_in(label: &str) -> Option<Total> {
    const SUMS: [&str; 27] = [
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sub total",
        "sub-total",
        "overall total",
        "sum",
        "sums",
        "summe",
        "gesamt",
        "gesamtsumme",
        "insgesamt",
        "zwischensumme",
        "somme",
        "total général",
        "totale",
        "totaal",
        "suma",
        "soma",
        "razem",
        "celkem",
        "итого",
        "всего",
        "合计",
        "总计",
        "合計",
    ];
    const MEANS: [&str; 9] =
        ["average", "mean", "avg", "mittelwert", "durchschnitt", "moyenne", "media", "promedio", "平均"];
    const OTHERS: [&str; 10] = ["min", "max", "minimum", "maximum", "median", "sd", "std", "stdev", "std dev", "count"];
    let label = label.trim().trim_end_matches(':').trim().to_lowercase();
    let is_in = |list: &[&str]| list.contains(&label.as_str());
    match () {
        () if is_in(&SUMS) => Some(Total::Sum),
        () if is_in(&MEANS) => Some(Total::Mean),
        () if is_in(&OTHERS) => Some(Total::Other),
        () => None,
    }
}

fn label_of(page: &Page<'_>, i: usize) -> Option<Total> {
    let row = page.rows.get(i)?;
    let label = (0..row.n_cells as usize).map(|c| page.cell(row, c)).find(|c| !c.is_empty())?;
    total_in(&label)
}

/// Whether a row has the name of a total.
pub(super) fn is_total(page: &Page<'_>, i: usize) -> bool {
    label_of(page, i).is_some()
}

/// The rows at the end of the body that say "total" or "mean", and do hold the sums or means of the rows above.
///
/// `typical` tells which columns hold numbers.
pub(super) fn totals(page: &Page<'_>, body: &[usize], typical: &[Option<Kind>]) -> Vec<usize> {
    let labelled: Vec<(usize, Total)> =
        body.iter().rev().take(MAX_TOTALS).map_while(|i| label_of(page, *i).map(|total| (*i, total))).collect();
    let above = body.get(..body.len() - labelled.len()).unwrap_or(&[]);
    if labelled.is_empty() || above.len() < 2 {
        return Vec::new();
    }
    let columns: Vec<usize> =
        typical.iter().enumerate().filter(|(_, k)| is_typed(**k)).map(|(column, _)| column).take(12).collect();
    let is_true = |&(i, total): &(usize, Total)| {
        [false, true].into_iter().any(|comma| {
            columns.iter().any(|column| {
                let value = |i: usize| page.rows.get(i).and_then(|row| number_in(&page.cell(row, *column), comma));
                let Some(said) = value(i) else { return false };
                let (mut sum, mut n) = (0.0, 0u32);
                for found in above.iter().filter_map(|i| value(*i)) {
                    sum += found;
                    n += 1;
                }
                let wanted = if total == Total::Sum { sum } else { sum / f64::from(n.max(1)) };
                // Totals are rounded, and so are the values that they sum up.
                n >= 2 && said != 0.0 && (said - wanted).abs() <= said.abs().max(wanted.abs()) * 0.005
            })
        })
    };
    if labelled.iter().any(|row| row.1 != Total::Other && is_true(row)) {
        labelled.into_iter().map(|(i, _)| i).collect()
    } else {
        Vec::new()
    }
}
