//! Which rows find each other: an index over the right table's keys, asked for each left row.

use super::column::{NO_KEY, key_hashes};
use super::crosswalk::apply_crosswalk;
use super::problem::no_keys;
use super::{By, Cardinality};
use crate::base::{Problem, give_way};
use crate::table::{BATCH_ROWS, Table, cell_text};
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// Keys are hashes already; this only picks bits of them.
#[derive(Default)]
pub(super) struct AsHashed(u64);

impl Hasher for AsHashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 ^= value;
    }
    fn write_u128(&mut self, value: u128) {
        self.0 ^= (value as u64) ^ ((value >> 64) as u64);
    }
}

pub(super) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<AsHashed>>;

/// The right rows of one key: the first, and how many.
#[derive(Clone, Copy)]
struct Run {
    first: u32,
    last: u32,
    n: u32,
}

const END: u32 = u32::MAX;

pub(super) struct Matches {
    left: Vec<u128>,
    /// What each left row finds: the place of its key among `runs`, `END` where the right lacks it.
    found: Vec<u32>,
    /// The different keys of the right, in the order of their first rows.
    runs: Vec<Run>,
    /// The next right row with the same key.
    next: Vec<u32>,
    n_right_keyed: u64,
}

/// Counts of rows that found each other or did not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub n_left: u64,
    pub n_right: u64,
    pub n_left_matched: u64,
    pub n_right_matched: u64,
    pub n_left_multiplied: u64,
    pub fan_out: u64,
    /// Pairs of rows, as an inner join gives.
    pub n_pairs: u64,
    /// A left row of the key that gives the most pairs.
    pub worst_row: Option<u64>,
    /// Different keys of the left rows that found a partner.
    pub n_left_keys_matched: u64,
    /// Different keys on the right, and rows that have one.
    pub n_right_keys: u64,
    pub n_right_keyed: u64,
}

impl Counts {
    /// Whether a right row is found by several left rows.
    pub fn repeats_right(&self) -> bool {
        self.n_left_matched > self.n_left_keys_matched
    }

    pub fn cardinality(&self) -> Cardinality {
        match (self.repeats_right(), self.fan_out > 1) {
            (false, false) => Cardinality::OneToOne,
            (true, false) => Cardinality::ManyToOne,
            (false, true) => Cardinality::OneToMany,
            (true, true) => Cardinality::ManyToMany,
        }
    }
}

impl Matches {
    /// Gives way every so many rows, as all that goes over them does.
    ///
    /// # Errors
    /// `no_keys`, `unknown_column`.
    pub async fn find(by: By<'_>, left: (&str, &Table), right: (&str, &Table)) -> Result<Matches, Problem> {
        if by.keys.is_empty() {
            return Err(no_keys());
        }
        for (name, table) in [left, right] {
            if table.n_rows() >= u64::from(END) {
                return Err(Problem::limit("merge_too_large", format!("{name} has too many rows to be matched.")));
            }
        }
        let tables = (left.1, right.1);
        let (mut left, right) = key_hashes(by.keys, left, right, u64::MAX).await?;
        let mut index: HashedMap<u128, u32> = HashedMap::default();
        let mut runs: Vec<Run> = Vec::new();
        let mut next = vec![END; right.len()];
        let mut n_right_keyed = 0;
        for (row_idx, key) in right.iter().enumerate() {
            if row_idx.is_multiple_of(BATCH_ROWS) {
                give_way().await;
            }
            if *key == NO_KEY {
                continue;
            }
            n_right_keyed += 1;
            let row = row_idx as u32;
            let place = *index.entry(*key).or_insert(runs.len() as u32);
            match runs.get_mut(place as usize) {
                None => runs.push(Run { first: row, last: row, n: 1 }),
                Some(run) => {
                    if let Some(link) = next.get_mut(run.last as usize) {
                        *link = row;
                    }
                    run.last = row;
                    run.n += 1;
                }
            }
        }
        apply_crosswalk(by, tables, &mut left, |key| index.contains_key(&key));
        let mut found = Vec::with_capacity(left.len());
        for keys in left.chunks(BATCH_ROWS) {
            let place = |key: &u128| if *key == NO_KEY { END } else { index.get(key).copied().unwrap_or(END) };
            found.extend(keys.iter().map(place));
            give_way().await;
        }
        Ok(Matches { left, found, runs, next, n_right_keyed })
    }

    fn run(&self, left_row: usize) -> Option<&Run> {
        self.found.get(left_row).and_then(|place| self.runs.get(*place as usize))
    }

    /// How many right rows a left row finds.
    pub fn n_partners(&self, left_row: usize) -> u32 {
        self.run(left_row).map_or(0, |run| run.n)
    }

    /// The right rows that a left row finds, in their order.
    pub fn partners(&self, left_row: usize) -> impl Iterator<Item = u32> + '_ {
        self.rows_of(self.run(left_row))
    }

    fn rows_of(&self, run: Option<&Run>) -> impl Iterator<Item = u32> + '_ {
        let first = run.map(|run| run.first);
        std::iter::successors(first, |row| self.next.get(*row as usize).copied().filter(|r| *r != END))
    }

    /// For each right row, whether any left row found it.
    pub async fn right_found(&self) -> Vec<bool> {
        let mut asked = vec![false; self.runs.len()];
        for places in self.found.chunks(BATCH_ROWS) {
            for place in places {
                if let Some(asked) = asked.get_mut(*place as usize) {
                    *asked = true;
                }
            }
            give_way().await;
        }
        let mut found = vec![false; self.next.len()];
        for (run, _) in self.runs.iter().zip(asked).filter(|(_, asked)| *asked) {
            for row in self.rows_of(Some(run)) {
                if let Some(found) = found.get_mut(row as usize) {
                    *found = true;
                }
            }
        }
        found
    }

    pub async fn counts(&self) -> Counts {
        let mut counts = Counts {
            n_left: self.left.len() as u64,
            n_right: self.next.len() as u64,
            n_right_keys: self.runs.len() as u64,
            n_right_keyed: self.n_right_keyed,
            ..Counts::default()
        };
        let mut rows_of_key = vec![0u64; self.runs.len()];
        let mut most_pairs = 0;
        for (row_idx, place) in self.found.iter().enumerate() {
            if row_idx.is_multiple_of(BATCH_ROWS) {
                give_way().await;
            }
            let place = *place as usize;
            let (Some(run), Some(rows)) = (self.runs.get(place), rows_of_key.get_mut(place)) else { continue };
            let n = u64::from(run.n);
            counts.n_left_matched += 1;
            counts.n_left_multiplied += u64::from(n > 1);
            counts.fan_out = counts.fan_out.max(n);
            counts.n_pairs += n;
            if *rows == 0 {
                counts.n_right_matched += n;
                counts.n_left_keys_matched += 1;
            }
            *rows += 1;
            if *rows * n > most_pairs {
                most_pairs = *rows * n;
                counts.worst_row = Some(row_idx as u64);
            }
        }
        counts
    }

    /// The key of a left row, `NO_KEY` where it has none.
    pub fn left_key(&self, row: u64) -> u128 {
        usize::try_from(row).ok().and_then(|row| self.left.get(row)).copied().unwrap_or(NO_KEY)
    }

    /// The first right row of each different key, and how many rows have it.
    pub fn right_keys(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.runs.iter().map(|run| (run.first, run.n))
    }

    /// Left rows in order that found nothing.
    pub fn left_alone(&self) -> impl Iterator<Item = u64> + '_ {
        let alone = |(row, place): (usize, &u32)| (*place == END).then_some(row as u64);
        self.found.iter().enumerate().filter_map(alone)
    }
}

/// Examples listed for each side.
const MAX_EXAMPLES: usize = 5;
/// Rows looked at to find them.
const MAX_LOOKED_AT: usize = 10_000;

/// The different keys of some rows as written, at most five. Rows without a key are passed over.
pub(super) fn examples<'a>(
    table: &Table,
    columns: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = u64>,
) -> Vec<String> {
    let columns: Vec<usize> = columns.filter_map(|name| table.column_idx(name)).collect();
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for row in rows.take(MAX_LOOKED_AT) {
        let cells: Option<Vec<String>> =
            columns.iter().map(|c| row_text(table, *c, row).filter(|t| !t.trim().is_empty())).collect();
        let Some(cells) = cells else { continue };
        let text = cells.join(", ");
        if seen.insert(text.clone()) {
            out.push(text);
            if out.len() == MAX_EXAMPLES {
                break;
            }
        }
    }
    out
}

/// One cell by its row in the whole table.
pub(super) fn row_text(table: &Table, column_idx: usize, row: u64) -> Option<String> {
    let mut left = usize::try_from(row).ok()?;
    for chunk in table.chunks(column_idx) {
        if left < chunk.len() {
            return cell_text(chunk.as_ref(), left);
        }
        left -= chunk.len();
    }
    None
}
