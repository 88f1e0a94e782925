//! Which rows are the header, and what the columns are called by it.

use super::layout::Page;
use crate::source::types::{Kind, kind_of, looks_like_unit};

/// Rows looked at to learn what the columns hold.
pub(super) const N_PROBES: usize = 200;

/// A header has no more rows than this.
const MAX_HEADER_ROWS: usize = 5;

pub(super) fn is_typed(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::Number | Kind::Moment | Kind::Time | Kind::Answer))
}

pub(super) fn is_odd_header(names: &[String], usual: u32) -> bool {
    let n = names.len() as u32;
    let mut unique = names.to_vec();
    unique.sort();
    unique.dedup();
    let all_named = names.iter().take(names.len().saturating_sub(1)).all(|n| kind_of(n) == Kind::Other);
    n >= 2 && (n + 1 == usual || n > usual || n * 4 >= usual * 3) && unique.len() == names.len() && all_named
}

/// A header is unlike what stands below it, and its cells are unlike each other.
pub(super) fn is_header(names: &[String], typical: &[Option<Kind>], page: &Page<'_>, below: &[usize]) -> bool {
    let filled: Vec<&String> = names.iter().filter(|n| !n.is_empty()).collect();
    if filled.is_empty() || filled.len() * 2 < names.len() {
        return false;
    }
    let mut unique: Vec<&&String> = filled.iter().collect();
    unique.sort();
    unique.dedup();
    let is_unique = unique.len() == filled.len();
    let (mut n_for, mut n_against, mut n_years) = (0usize, 0usize, 0usize);
    for (name, kind) in names.iter().zip(typical.iter().chain(std::iter::repeat(&None))) {
        let head = kind_of(name);
        // "n", "t" and "y" are names as well as answers.
        let is_name = head == Kind::Other || (head == Kind::Answer && *kind != Some(Kind::Answer));
        // Dates above numbers are names, too.
        let is_date_name = matches!(head, Kind::Moment | Kind::Time) && *kind == Some(Kind::Number);
        if (is_name && is_typed(*kind)) || is_date_name {
            n_for += 1;
        } else if !matches!(head, Kind::Other | Kind::Empty | Kind::StandIn | Kind::Answer) {
            n_against += 1;
            n_years += usize::from(name.parse::<u32>().is_ok_and(|y| (1900..2101).contains(&y)));
        }
    }
    if n_against > 0 {
        // Years as names of columns, after a first one in words.
        let years_are_names = n_years == n_against && names.first().is_some_and(|n| kind_of(n) == Kind::Other);
        return n_for > n_against || (years_are_names && n_years > 1 && is_unique) || is_scale(names, typical);
    }
    if n_for > 0 {
        return true;
    }
    // All is text: a value that comes again below is no name.
    let comes_again = || {
        below.iter().take(N_PROBES).filter_map(|i| page.rows.get(*i)).any(|row| {
            names.iter().enumerate().any(|(column, name)| !name.is_empty() && page.cell(row, column) == *name)
        })
    };
    is_unique && filled.iter().all(|n| n.chars().count() <= 80) && !comes_again() && !is_one_of(names, page, below)
}

/// "Sample 1" above "Sample 2" and "Sample 3": a value among its like.
fn is_one_of(names: &[String], page: &Page<'_>, below: &[usize]) -> bool {
    let bare = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let rows: Vec<_> = below.iter().take(N_PROBES).filter_map(|i| page.rows.get(*i)).collect();
    let is_alike = |column: usize, name: &String| {
        let shape = bare(name);
        let n = rows.iter().filter(|row| bare(&page.cell(row, column)) == shape).count();
        name.contains(|c: char| c.is_ascii_digit()) && n >= 2 && n * 10 >= rows.len() * 9
    };
    // Lines of a log, each with its time in front.
    let starts_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let is_log = || {
        let n = rows.iter().filter(|row| starts_with_digit(&page.cell(row, 0))).count();
        names.len() == 1
            && names.first().is_some_and(|name| starts_with_digit(name))
            && n > 0
            && n * 10 >= rows.len() * 9
    };
    is_log() || names.iter().enumerate().any(|(column, name)| is_alike(column, name))
}

/// The columns of a plate, wavelengths, times: numbers in equal steps over numbers, beside names of rows.
fn is_scale(names: &[String], typical: &[Option<Kind>]) -> bool {
    let Some((corner, steps)) = names.split_first() else { return false };
    let is_named =
        matches!(kind_of(corner), Kind::Other | Kind::Empty) && !is_typed(typical.first().copied().flatten());
    let values: Vec<f64> = steps.iter().map_while(|name| name.parse().ok()).collect();
    let mut pairs = values.iter().zip(values.iter().skip(1)).map(|(a, b)| b - a);
    let Some(step) = pairs.next() else { return false };
    let is_even = step > 0.0 && pairs.all(|d| (d - step).abs() <= step * 1e-6);
    let is_enough = values.len() >= 5 || (values.len() >= 3 && step == 1.0);
    let is_over_numbers = typical.iter().skip(1).all(|kind| matches!(kind, Some(Kind::Number) | None));
    is_named && values.len() == steps.len() && is_even && is_enough && is_over_numbers
}

/// How many rows from `first` on make the header, where there are several: all words over columns that hold numbers and
/// dates further down. 0 where that is not so.
pub(super) fn n_word_rows(page: &Page<'_>, body: &[usize], width: usize) -> usize {
    // What the columns hold shows in the lower half.
    let lower = body.get(body.len().div_ceil(2)..).unwrap_or(&[]);
    if body.len() < 3 || lower.is_empty() {
        return 0;
    }
    let typical = page.typical(lower, width);
    let n_typed = typical.iter().filter(|kind| is_typed(**kind)).count();
    let words_of = |i: usize| -> Option<usize> {
        let row = page.rows.get(i)?;
        let mut n_words = 0;
        for (column, kind) in typical.iter().enumerate().filter(|(_, kind)| is_typed(**kind)) {
            let cell = page.cell(row, column);
            match kind_of(&cell) {
                Kind::Empty | Kind::StandIn => {}
                Kind::Other if !is_value(&cell) => n_words += 1,
                Kind::Answer if *kind != Some(Kind::Answer) => n_words += 1,
                _ => return None,
            }
        }
        Some(n_words)
    };
    let is_in_row = |a: usize, b: usize| {
        let rows = (page.rows.get(a), page.rows.get(b));
        let (Some(a), Some(b)) = rows else { return false };
        (0..width).any(|c| !page.cell(a, c).is_empty() && page.cell(a, c) == page.cell(b, c))
    };
    let mut n = 0;
    for (at, &i) in body.iter().enumerate().take(MAX_HEADER_ROWS) {
        let Some(n_words) = words_of(i) else { break };
        let cells: Vec<String> =
            page.rows.get(i).map(|row| (0..width).map(|c| page.cell(row, c)).collect()).unwrap_or_default();
        let is_more = at == 0 || n_words >= 2 || is_units_row(&cells, &typical);
        let comes_again = || body.iter().skip(at + 1).skip(MAX_HEADER_ROWS).take(N_PROBES).any(|b| is_in_row(i, *b));
        if n_words == 0 || !is_more || (at > 0 && n_typed < 2 && !is_units_row(&cells, &typical)) || comes_again() {
            break;
        }
        n += 1;
    }
    if n >= 2 && body.len() > n { n } else { 0 }
}

/// Text that is a value all the same: "<0.5", "12 mg".
fn is_value(cell: &str) -> bool {
    cell.starts_with(|c: char| {
        c.is_ascii_digit() || matches!(c, '<' | '>' | '≤' | '≥' | '~' | '±' | '=' | '-' | '+' | '(')
    }) && cell.chars().any(|c| c.is_ascii_digit())
}

/// A row of units or of type codes under the header, above columns of numbers.
pub(super) fn is_units_row(cells: &[String], typical: &[Option<Kind>]) -> bool {
    let is_measured = |kind: &Option<Kind>| matches!(kind, Some(Kind::Number | Kind::Moment | Kind::Time));
    let over_typed: Vec<&String> =
        cells.iter().zip(typical).filter(|(_, kind)| is_measured(kind)).map(|(cell, _)| cell).collect();
    let is_mark = |cell: &&String| {
        cell.is_empty()
            || unit_in(cell).is_some()
            || cell.len() <= 5
                && cell.trim_end_matches(['s', 'n', 'd']).parse::<u32>().is_ok()
                && kind_of(cell) == Kind::Other
    };
    over_typed.iter().any(|c| !c.is_empty())
        && over_typed.iter().all(|c| kind_of(c) != Kind::Number && is_mark(c))
        && cells.iter().all(|c| c.chars().count() <= 16)
}

fn unit_in(cell: &str) -> Option<&str> {
    let inner = cell
        .strip_prefix('(')
        .and_then(|c| c.strip_suffix(')'))
        .or_else(|| cell.strip_prefix('[').and_then(|c| c.strip_suffix(']')));
    match inner {
        Some(inner) => Some(inner),
        None => looks_like_unit(cell).then_some(cell),
    }
}

pub(super) fn add_units(names: &mut [String], cells: &[String]) {
    for (name, cell) in names.iter_mut().zip(cells) {
        if let Some(unit) = unit_in(cell).filter(|_| !name.is_empty()) {
            *name = format!("{name} [{unit}]");
        }
    }
}

/// Puts a further row of the header under the names.
pub(super) fn join_names(names: &mut Vec<String>, more: &[String]) {
    if names.len() < more.len() {
        names.resize(more.len(), String::new());
    }
    for (name, part) in names.iter_mut().zip(more) {
        *name = match (name.is_empty(), part.is_empty()) {
            (_, true) => std::mem::take(name),
            (true, false) => part.clone(),
            (false, false) => format!("{name} / {part}"),
        };
    }
}

/// The name of a group of columns stands over its first one only: `,Control,,Treated,`.
pub(super) fn spread_groups(names: &mut [String], below: &[String]) {
    let mut group = String::new();
    for (name, part) in names.iter_mut().zip(below) {
        if !name.is_empty() {
            group.clone_from(name);
        } else if !part.is_empty() {
            name.clone_from(&group);
        }
    }
}

/// A row that explains the names in sentences, or in code, is no part of them.
pub(super) fn is_description(cells: &[String]) -> bool {
    cells.iter().any(|cell| cell.split_whitespace().count() > 4 || cell.starts_with('{'))
}
