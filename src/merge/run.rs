//! Carries out a merge: the rows, and the account of them.

use super::double::double_counted_slots;
use super::layout::{Layout, Slot};
use super::mark::{mark_join, mark_union};
use super::matches::{Counts, Matches, examples, row_text};
use super::problem::{MAX_ROWS, arrow_problem, too_many_rows};
use super::same::same_columns;
use super::unify::{missing, to_type};
use super::{By, KeyPair, MergeKind, MergeOutcome};
use crate::base::wording::format_count;
use crate::base::{Problem, at_once, give_way};
use crate::table::{BATCH_ROWS, Table};
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::{Field, Schema, SchemaRef};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which columns the outcome has, and what they are called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns<'a> {
    /// Those to keep, by their names in the outcome; all when `None`.
    pub keep: Option<&'a [String]>,
    /// What tells a column of the right from the left's of the same name. With one, columns that
    /// are the same in both are kept once; without, the right's name is used and both are kept.
    pub suffix: Option<&'a str>,
}

/// Merges two named tables. Left rows keep their order; partners come in the right's order; rows
/// that only the right has come last. A row whose key is missing matches nothing.
///
/// # Errors
/// `no_keys`, `unknown_column`, `no_columns`, and `merge_too_large` above 50 million rows.
pub fn run<'a>(
    kind: MergeKind,
    by: impl Into<By<'a>>,
    left: (&str, &Table),
    right: (&str, &Table),
    columns: Columns<'_>,
) -> Result<(Table, MergeOutcome), Problem> {
    at_once(run_in_slices(kind, by, left, right, columns))
}

/// The same in slices: gives way between batches. Whoever drops it in between has lost nothing.
///
/// # Errors
/// As [`run`].
pub async fn run_in_slices<'a>(
    kind: MergeKind,
    by: impl Into<By<'a>>,
    left: (&str, &Table),
    right: (&str, &Table),
    columns: Columns<'_>,
) -> Result<(Table, MergeOutcome), Problem> {
    let by = by.into();
    match kind {
        MergeKind::Union => union(by.keys, left, right, columns).await,
        _ => join(kind, by, left, right, columns).await,
    }
}

/// Collects batches of the outcome and counts what is missing in them.
struct Output {
    schema: SchemaRef,
    layout: Layout,
    batches: Vec<RecordBatch>,
    n_missing: Vec<u64>,
    n_rows: u64,
}

impl Output {
    fn new(layout: Layout) -> Output {
        let fields: Vec<Field> =
            layout.slots.iter().map(|s| Field::new(&s.info.name, s.data_type.clone(), true)).collect();
        let n_missing = vec![0; fields.len()];
        Output { schema: Arc::new(Schema::new(fields)), layout, batches: Vec::new(), n_missing, n_rows: 0 }
    }

    fn push(
        &mut self,
        n_rows: usize,
        mut cells: impl FnMut(&Slot) -> Result<ArrayRef, Problem>,
    ) -> Result<(), Problem> {
        if n_rows == 0 {
            return Ok(());
        }
        let mut arrays = Vec::with_capacity(self.layout.slots.len());
        for (slot, n_missing) in self.layout.slots.iter().zip(&mut self.n_missing) {
            let array = to_type(&cells(slot)?, &slot.data_type)?;
            *n_missing += missing(&array);
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options).map_err(arrow_problem)?;
        self.n_rows += n_rows as u64;
        self.batches.push(batch);
        Ok(())
    }

    fn finish(self, outcome: MergeOutcome) -> Result<(Table, MergeOutcome), Problem> {
        let infos = self.layout.slots.into_iter().zip(self.n_missing).map(|(slot, n_missing)| {
            let mut info = slot.info;
            info.n_missing = n_missing;
            info
        });
        let table = Table::try_new(self.schema, self.batches, infos.collect())?;
        let kept_once = self.layout.kept_once.into_iter().map(|(name, _)| name).collect();
        Ok((table, MergeOutcome { n_rows: self.n_rows, renamed: self.layout.renamed, kept_once, ..outcome }))
    }
}

async fn join(
    kind: MergeKind,
    by: By<'_>,
    left: (&str, &Table),
    right: (&str, &Table),
    columns: Columns<'_>,
) -> Result<(Table, MergeOutcome), Problem> {
    let keys = by.keys;
    let matches = Matches::find(by, left, right).await?;
    let counts = matches.counts().await;
    let n_left_only = counts.n_left - counts.n_left_matched;
    let n_right_only = counts.n_right - counts.n_right_matched;
    let n_rows = match kind {
        MergeKind::Left => counts.n_pairs + n_left_only,
        MergeKind::Full => counts.n_pairs + n_left_only + n_right_only,
        MergeKind::Inner => counts.n_pairs,
        MergeKind::Semi => counts.n_left_matched,
        MergeKind::Anti | MergeKind::Union => n_left_only,
    };
    if n_rows > MAX_ROWS {
        return Err(too_many_rows(n_rows, why_so_many(keys, left, right, &counts)));
    }
    let same = match columns.suffix {
        Some(_) if !matches!(kind, MergeKind::Semi | MergeKind::Anti) => {
            same_columns(keys, left.1, right.1, &matches).await?
        }
        _ => BTreeSet::new(),
    };
    let named_right = (columns.suffix.unwrap_or(right.0), right.1);
    let mut layout = Layout::of_join(kind, keys, left.1, named_right, &same).keep(columns.keep)?;
    mark_join(&mut layout.slots, kind, keys, (left, right), &counts);
    let adds_columns = matches!(kind, MergeKind::Left | MergeKind::Inner | MergeKind::Full);
    let double_counted = if adds_columns { double_counted_slots(&layout.slots, &counts) } else { Vec::new() };
    let rights = layout
        .slots
        .iter()
        .filter_map(|slot| slot.right)
        .map(|idx| right.1.whole_column(idx).map(|array| (idx, array)))
        .collect::<Result<Vec<_>, _>>()?;
    let right_column = |idx: usize| rights.iter().find(|(i, _)| *i == idx).map(|(_, array)| array);

    let mut output = Output::new(layout);
    let mut offset = 0;
    for batch in left.1.batches() {
        let mut rows = Rows::default();
        for row in 0..batch.num_rows() {
            let n_partners = matches.n_partners(offset + row);
            match kind {
                MergeKind::Semi if n_partners > 0 => rows.add(row, None),
                MergeKind::Anti if n_partners == 0 => rows.add(row, None),
                MergeKind::Left | MergeKind::Full if n_partners == 0 => rows.add(row, None),
                MergeKind::Left | MergeKind::Full | MergeKind::Inner => {
                    for partner in matches.partners(offset + row) {
                        rows.add(row, Some(partner));
                        if rows.left.len() >= BATCH_ROWS {
                            push_rows(&mut output, batch, &std::mem::take(&mut rows), &right_column)?;
                            give_way().await;
                        }
                    }
                }
                _ => {}
            }
            if rows.left.len() >= BATCH_ROWS {
                push_rows(&mut output, batch, &std::mem::take(&mut rows), &right_column)?;
            }
        }
        push_rows(&mut output, batch, &rows, &right_column)?;
        offset += batch.num_rows();
        give_way().await;
    }

    let found = matches.right_found().await;
    let right_alone = || found.iter().enumerate().filter(|(_, f)| !**f).map(|(row, _)| row);
    if kind == MergeKind::Full {
        let alone: Vec<u32> = right_alone().filter_map(|row| u32::try_from(row).ok()).collect();
        for rows in alone.chunks(BATCH_ROWS) {
            let indices = UInt32Array::from(rows.to_vec());
            output.push(rows.len(), |slot| match slot.right.and_then(right_column) {
                Some(array) => take(array, &indices, None).map_err(arrow_problem),
                None => Ok(new_null_array(&slot.data_type, rows.len())),
            })?;
            give_way().await;
        }
    }

    let left_columns = keys.iter().map(|k| k.left.as_str());
    let right_columns = keys.iter().map(|k| k.right.as_str());
    output.finish(MergeOutcome {
        n_left: counts.n_left,
        n_right: counts.n_right,
        n_left_matched: counts.n_left_matched,
        n_left_only,
        n_right_matched: counts.n_right_matched,
        n_right_only,
        n_left_multiplied: counts.n_left_multiplied,
        fan_out: counts.fan_out,
        left_only_examples: examples(left.1, left_columns, matches.left_alone()),
        right_only_examples: examples(right.1, right_columns, right_alone().map(|row| row as u64)),
        double_counted,
        ..MergeOutcome::default()
    })
}

/// Rows of one left batch, each with the right row beside it.
#[derive(Default)]
struct Rows {
    left: Vec<u32>,
    right: Vec<Option<u32>>,
}

impl Rows {
    fn add(&mut self, left: usize, right: Option<u32>) {
        self.left.push(left as u32);
        self.right.push(right);
    }

    /// All rows of the batch, once each and in order: nothing to copy.
    fn is_whole(&self, batch: &RecordBatch) -> bool {
        self.left.len() == batch.num_rows() && self.left.iter().enumerate().all(|(i, row)| i == *row as usize)
    }
}

fn push_rows<'a>(
    output: &mut Output,
    batch: &RecordBatch,
    rows: &Rows,
    right_column: &impl Fn(usize) -> Option<&'a ArrayRef>,
) -> Result<(), Problem> {
    let left_rows = (!rows.is_whole(batch)).then(|| UInt32Array::from(rows.left.clone()));
    let right_rows = UInt32Array::from(rows.right.clone());
    output.push(rows.left.len(), |slot| {
        if let Some(array) = slot.left.and_then(|idx| batch.columns().get(idx)) {
            return match &left_rows {
                Some(indices) => take(array, indices, None).map_err(arrow_problem),
                None => Ok(array.clone()),
            };
        }
        match slot.right.and_then(right_column) {
            Some(array) => take(array, &right_rows, None).map_err(arrow_problem),
            None => Ok(new_null_array(&slot.data_type, rows.left.len())),
        }
    })
}

fn why_so_many(keys: &[KeyPair], left: (&str, &Table), right: (&str, &Table), counts: &Counts) -> String {
    let worst = counts.worst_row.zip(keys.first()).and_then(|(row, key)| {
        let idx = left.1.column_idx(&key.left)?;
        Some((key.left.as_str(), row_text(left.1, idx, row)?))
    });
    let example = worst.map_or(String::new(), |(column, value)| format!(", for example where {column} is '{value}'"));
    format!("A row of {} finds up to {} rows of {}{example}.", left.0, format_count(counts.fan_out), right.0)
}

async fn union(
    keys: &[KeyPair],
    left: (&str, &Table),
    right: (&str, &Table),
    columns: Columns<'_>,
) -> Result<(Table, MergeOutcome), Problem> {
    // A newer version of an input may lack a column, which is then empty for its rows. Not one pair that is whole is a
    // mistake.
    let is_whole = |key: &KeyPair| left.1.column(&key.left).is_some() && right.1.column(&key.right).is_some();
    if !keys.iter().any(is_whole)
        && let Some(key) = keys.first()
    {
        let (name, side) = if left.1.column(&key.left).is_none() { (&key.left, left) } else { (&key.right, right) };
        return Err(super::problem::unknown_column(name, side));
    }
    let (n_left, n_right) = (left.1.n_rows(), right.1.n_rows());
    if n_left + n_right > MAX_ROWS {
        let why = format!("{} and {} together have more rows than can be held.", left.0, right.0);
        return Err(too_many_rows(n_left + n_right, why));
    }
    let named_right = (columns.suffix.unwrap_or(right.0), right.1);
    let mut layout = Layout::of_union(keys, left.1, named_right).keep(columns.keep)?;
    mark_union(&mut layout.slots, left, right);
    let mut output = Output::new(layout);
    for ((name, table), is_left) in [(left, true), (right, false)] {
        for batch in table.batches() {
            let n = batch.num_rows();
            output.push(n, |slot| {
                let own = if is_left { slot.left } else { slot.right };
                match own.and_then(|idx| batch.columns().get(idx)) {
                    Some(array) => Ok(array.clone()),
                    None if slot.names_input => {
                        Ok(Arc::new(StringArray::from_iter_values(std::iter::repeat_n(name, n))))
                    }
                    None => Ok(new_null_array(&slot.data_type, n)),
                }
            })?;
            give_way().await;
        }
    }
    output.finish(MergeOutcome {
        n_left,
        n_right,
        n_left_matched: n_left,
        n_right_matched: n_right,
        fan_out: u64::from(n_left + n_right > 0),
        ..MergeOutcome::default()
    })
}

#[cfg(test)]
mod tests;
