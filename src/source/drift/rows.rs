//! Which rows came, went and changed: by a key where one tells rows apart in both, else by whole rows.

use super::cells::{Form, MISSING, hashes, join};
use super::spec::{CellChange, ChangedColumn, ChangedRow, RowChanges, RowFate};
use crate::base::{ColumnType, Problem};
use crate::table::{Table, cell_text};
use std::collections::{HashMap, HashSet};

/// Larger tables are not compared: their keys would not fit beside them.
const MAX_ROWS: u64 = 10_000_000;
/// Columns looked at for a key, and of those for keys of two.
const MAX_SINGLE: usize = 12;
const MAX_PAIRED: usize = 6;
/// Keys that are weighed against each other.
const MAX_KEYS: usize = 6;
/// Keys whose rows are compared cell by cell before they are given up.
const MAX_TRIED: usize = 3;
/// Where a larger share of the cells than this differs, a running number only counts the rows.
const MAX_CHANGED_OF_COUNT: f64 = 0.5;
/// The same for other keys, which are the same by chance.
const MAX_CHANGED: f64 = 0.95;
const MAX_EXAMPLES: usize = 6;
/// Cells that show which row it is, and cells of a row that changed.
const MAX_SHOWN: usize = 4;
const MAX_TEXT_CHARS: usize = 60;

/// A column that both tables have, by its places.
#[derive(Clone)]
struct Shared {
    name: String,
    before: usize,
    after: usize,
    form: Form,
    column_type: ColumnType,
}

/// Rows of both tables that have the same key: (before, after), in the order of after.
struct Keyed {
    columns: Vec<Shared>,
    pairs: Vec<(u32, u32)>,
}

/// Compares two tables by the columns that both have. `declared` is the key that the source names, if it does.
/// `None` where they are too large, or share no column.
///
/// # Errors
/// When cells cannot be compared.
pub(super) fn compare_rows(before: &Table, after: &Table, declared: &[String]) -> Result<Option<RowChanges>, Problem> {
    let shared = shared_columns(before, after);
    if shared.is_empty() || before.n_rows().max(after.n_rows()) > MAX_ROWS {
        return Ok(None);
    }
    let declared: Vec<Shared> = shared.iter().filter(|s| declared.contains(&s.name)).cloned().collect();
    if !declared.is_empty()
        && let Some(keyed) = keyed(before, after, &declared)?
    {
        return by_key(before, after, &shared, &keyed, 1.0);
    }
    let mut keys: Vec<Keyed> = Vec::new();
    for columns in possible_keys(before, after, &shared) {
        // With a key, any other column is one as well.
        let is_more = keys.iter().any(|k| k.columns.iter().all(|c| columns.iter().any(|own| own.name == c.name)));
        if !is_more && keys.len() < MAX_KEYS {
            keys.extend(keyed(before, after, &columns)?.filter(|k| !k.pairs.is_empty()));
        }
    }
    // A measurement may be another in every row by chance; what names the rows finds more of them again.
    keys.sort_by_key(|k| std::cmp::Reverse(k.pairs.len()));
    for key in keys.iter().take(MAX_TRIED) {
        let counts = |s: &Shared| is_count(before, s.before) || is_count(after, s.after);
        let max_share = if key.columns.iter().any(counts) { MAX_CHANGED_OF_COUNT } else { MAX_CHANGED };
        if let Some(changes) = by_key(before, after, &shared, key, max_share)? {
            return Ok(Some(changes));
        }
    }
    by_whole_rows(before, after, &shared).map(Some)
}

fn shared_columns(before: &Table, after: &Table) -> Vec<Shared> {
    let of = |(idx, info): (usize, &crate::table::ColumnInfo)| {
        let other = after.column_idx(&info.name)?;
        let other_type = after.columns().get(other)?.column_type;
        let form = Form::of(info.column_type, other_type);
        Some(Shared { name: info.name.clone(), before: idx, after: other, form, column_type: other_type })
    };
    before.columns().iter().enumerate().filter_map(of).collect()
}

/// Columns, then pairs of columns, that may tell rows apart: names before numbers before dates. Those that only
/// count the rows come last.
fn possible_keys(before: &Table, after: &Table, shared: &[Shared]) -> Vec<Vec<Shared>> {
    let rank = |s: &Shared| {
        let rank = match s.column_type {
            ColumnType::Text => 0,
            ColumnType::Integer => 1,
            ColumnType::Date | ColumnType::DateTime => 2,
            _ => return None,
        };
        let counts = s.column_type == ColumnType::Integer && (is_count(before, s.before) || is_count(after, s.after));
        Some(if counts { 3 } else { rank })
    };
    let mut ranked: Vec<(i32, &Shared)> = shared.iter().filter_map(|s| Some((rank(s)?, s))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let single = ranked.iter().take(MAX_SINGLE).map(|(_, s)| vec![(*s).clone()]);
    let paired: Vec<&Shared> = ranked.iter().filter(|(rank, _)| *rank < 3).take(MAX_PAIRED).map(|(_, s)| *s).collect();
    let pairs = paired
        .iter()
        .enumerate()
        .flat_map(|(i, a)| paired.iter().skip(i + 1).map(|b| vec![(*a).clone(), (*b).clone()]).collect::<Vec<_>>());
    single.chain(pairs).collect()
}

/// Whether a column of whole numbers only counts the rows from some start.
fn is_count(table: &Table, idx: usize) -> bool {
    use arrow::array::AsArray;
    let mut next: Option<i64> = None;
    for chunk in table.chunks(idx) {
        let Some(numbers) = chunk.as_primitive_opt::<arrow::datatypes::Int64Type>() else { return false };
        for value in numbers {
            let Some(value) = value else { return false };
            if next.is_some_and(|next| next != value) {
                return false;
            }
            next = value.checked_add(1);
        }
    }
    next.is_some()
}

/// The rows with the same key; `None` where these columns do not tell the rows of both tables apart.
fn keyed(before: &Table, after: &Table, columns: &[Shared]) -> Result<Option<Keyed>, Problem> {
    let Some(keys) = key_hashes(before, columns, |s| s.before)? else { return Ok(None) };
    let mut rows: HashMap<u64, u32> = HashMap::with_capacity(keys.len());
    for (row, key) in (0u32..).zip(keys) {
        if rows.insert(key, row).is_some() {
            return Ok(None);
        }
    }
    let Some(keys) = key_hashes(after, columns, |s| s.after)? else { return Ok(None) };
    let mut seen: HashSet<u64> = HashSet::with_capacity(keys.len());
    let mut pairs = Vec::new();
    for (row, key) in (0u32..).zip(keys) {
        if !seen.insert(key) {
            return Ok(None);
        }
        pairs.extend(rows.get(&key).map(|old| (*old, row)));
    }
    Ok(Some(Keyed { columns: columns.to_vec(), pairs }))
}

/// `None` where a row lacks a part of the key.
fn key_hashes(
    table: &Table,
    columns: &[Shared],
    place: impl Fn(&Shared) -> usize,
) -> Result<Option<Vec<u64>>, Problem> {
    let n_rows = usize::try_from(table.n_rows()).unwrap_or(0);
    let mut rows = vec![1u64; n_rows];
    for column in columns {
        let cells = hashes(table, place(column), column.form, usize::MAX)?;
        if cells.contains(&MISSING) {
            return Ok(None);
        }
        join(&mut rows, &cells);
    }
    Ok(Some(rows))
}

/// `None` where more than `max_share` of the cells differ.
fn by_key(
    before: &Table,
    after: &Table,
    shared: &[Shared],
    keyed: &Keyed,
    max_share: f64,
) -> Result<Option<RowChanges>, Problem> {
    let rest: Vec<&Shared> = shared.iter().filter(|s| keyed.columns.iter().all(|k| k.name != s.name)).collect();
    let n_both = keyed.pairs.len();
    let mut is_changed = vec![false; n_both];
    let mut cells: Vec<ChangedColumn> = Vec::new();
    // The first few changed cells of each column: the first changed rows have all of theirs among them.
    let mut first: Vec<(usize, &Shared)> = Vec::new();
    for column in &rest {
        let old = hashes(before, column.before, column.form, usize::MAX)?;
        let new = hashes(after, column.after, column.form, usize::MAX)?;
        let mut n_cells = 0;
        for (nth, ((old_row, new_row), changed)) in keyed.pairs.iter().zip(&mut is_changed).enumerate() {
            if old.get(*old_row as usize) != new.get(*new_row as usize) {
                *changed = true;
                n_cells += 1;
                if n_cells <= MAX_EXAMPLES as u64 {
                    first.push((nth, column));
                }
            }
        }
        if n_cells > 0 {
            cells.push(ChangedColumn { column: column.name.clone(), n_cells });
        }
    }
    let n_cells_changed: u64 = cells.iter().map(|c| c.n_cells).sum();
    if n_cells_changed as f64 > max_share * (n_both * rest.len()) as f64 {
        return Ok(None);
    }
    cells.sort_by_key(|c| std::cmp::Reverse(c.n_cells));
    let shown = shown_columns(&keyed.columns, shared);
    let mut changed_rows: Vec<usize> = first.iter().map(|(nth, _)| *nth).collect();
    changed_rows.sort_unstable();
    changed_rows.dedup();
    let changed = changed_rows.iter().take(MAX_EXAMPLES).filter_map(|nth| {
        let (old_row, new_row) = *keyed.pairs.get(*nth)?;
        let columns = keyed.columns.iter().chain(first.iter().filter(|(n, _)| n == nth).map(|(_, c)| *c));
        let cells = columns.take(keyed.columns.len() + MAX_SHOWN).map(|c| CellChange {
            column: c.name.clone(),
            before: cell(before, c.before, old_row),
            after: cell(after, c.after, new_row),
        });
        Some(ChangedRow { fate: RowFate::Changed, cells: cells.collect() })
    });
    let mut examples: Vec<ChangedRow> = changed.collect();
    let (kept_old, kept_new): (HashSet<u32>, HashSet<u32>) = keyed.pairs.iter().copied().unzip();
    let is_gone = |row: &u32| !kept_old.contains(row);
    let is_fresh = |row: &u32| !kept_new.contains(row);
    examples.extend(rows_of(RowFate::Added, after, (0..count(after)).filter(is_fresh), &shown));
    examples.extend(rows_of(RowFate::Removed, before, (0..count(before)).filter(is_gone), &shown));
    Ok(Some(RowChanges {
        key: keyed.columns.iter().map(|c| c.name.clone()).collect(),
        n_before: before.n_rows(),
        n_after: after.n_rows(),
        n_added: after.n_rows() - n_both as u64,
        n_removed: before.n_rows() - n_both as u64,
        n_changed: is_changed.iter().filter(|c| **c).count() as u64,
        n_cells_changed,
        cells,
        examples,
    }))
}

/// Rows are the same where all their cells are; the same row may be there several times.
fn by_whole_rows(before: &Table, after: &Table, shared: &[Shared]) -> Result<RowChanges, Problem> {
    // A running number says where a row stands, not what it is.
    let is_number = |s: &Shared| is_count(before, s.before) && is_count(after, s.after);
    let told: Vec<Shared> = shared.iter().filter(|s| !is_number(s)).cloned().collect();
    let told = if told.is_empty() { shared } else { &told };
    let (old, new) = (row_hashes(before, told, |s| s.before)?, row_hashes(after, told, |s| s.after)?);
    let mut left: HashMap<u64, u32> = HashMap::with_capacity(old.len());
    for row in &old {
        *left.entry(*row).or_default() += 1;
    }
    let mut take = |row: &u64| match left.get_mut(row) {
        Some(n) if *n > 0 => {
            *n -= 1;
            true
        }
        _ => false,
    };
    let is_old: Vec<bool> = new.iter().map(&mut take).collect();
    // What is left was there before and is there no more.
    let is_gone: Vec<bool> = old.iter().map(take).collect();
    let chosen = |flags: &[bool], wanted: bool| -> Vec<u32> {
        (0u32..).zip(flags).filter(|(_, flag)| **flag == wanted).map(|(row, _)| row).take(MAX_EXAMPLES).collect()
    };
    let n_of = |flags: &[bool], wanted: bool| flags.iter().filter(|flag| **flag == wanted).count() as u64;
    let shown = shown_columns(&[], shared);
    let mut examples = rows_of(RowFate::Added, after, chosen(&is_old, false).into_iter(), &shown);
    examples.extend(rows_of(RowFate::Removed, before, chosen(&is_gone, true).into_iter(), &shown));
    Ok(RowChanges {
        n_before: before.n_rows(),
        n_after: after.n_rows(),
        n_added: n_of(&is_old, false),
        n_removed: n_of(&is_gone, true),
        examples,
        ..RowChanges::default()
    })
}

fn row_hashes(table: &Table, columns: &[Shared], place: impl Fn(&Shared) -> usize) -> Result<Vec<u64>, Problem> {
    let mut rows = vec![1u64; usize::try_from(table.n_rows()).unwrap_or(0)];
    for column in columns {
        join(&mut rows, &hashes(table, place(column), column.form, usize::MAX)?);
    }
    Ok(rows)
}

fn count(table: &Table) -> u32 {
    u32::try_from(table.n_rows()).unwrap_or(u32::MAX)
}

/// The key, and the first of the other columns.
fn shown_columns(key: &[Shared], shared: &[Shared]) -> Vec<Shared> {
    let rest = shared.iter().filter(|s| key.iter().all(|k| k.name != s.name));
    key.iter().chain(rest).take(MAX_SHOWN.max(key.len())).cloned().collect()
}

fn rows_of(fate: RowFate, table: &Table, rows: impl Iterator<Item = u32>, columns: &[Shared]) -> Vec<ChangedRow> {
    let row = |row: u32| {
        let cells = columns.iter().map(|c| {
            let (column, is_new) = (c.name.clone(), fate == RowFate::Added);
            let text = cell(table, if is_new { c.after } else { c.before }, row);
            if is_new {
                CellChange { column, before: None, after: text }
            } else {
                CellChange { column, before: text, after: None }
            }
        });
        ChangedRow { fate, cells: cells.collect() }
    };
    rows.take(MAX_EXAMPLES).map(row).collect()
}

/// One cell as text, cut where it is long.
fn cell(table: &Table, column_idx: usize, row: u32) -> Option<String> {
    let mut row = row as usize;
    for chunk in table.chunks(column_idx) {
        if row < chunk.len() {
            let text = cell_text(chunk.as_ref(), row)?;
            let mut cut: String = text.chars().take(MAX_TEXT_CHARS).collect();
            if cut.len() < text.len() {
                cut.push('…');
            }
            return Some(cut);
        }
        row -= chunk.len();
    }
    None
}
