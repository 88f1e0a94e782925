//! Keys that are written differently and that somebody said are the same.

use super::column::{NO_KEY, canon_of};
use super::day::parse_moment;
use super::key::{Canon, Cell, Reading, hash_key, hash_pair, readings};
use super::matches::HashedMap;
use super::{By, KeyForm, KeyMatch};
use crate::base::ColumnType;
use crate::table::Table;

/// Pairs of keys that are looked at.
const MAX_PAIRS: usize = 20_000;

/// Gives the rows of the left whose key the crosswalk names the key of the right that it stands for, where the
/// right has it.
pub(super) fn apply_crosswalk(
    by: By<'_>,
    (left, right): (&Table, &Table),
    hashes: &mut [u128],
    is_there: impl Fn(u128) -> bool,
) {
    if by.crosswalk.is_empty() {
        return;
    }
    let (Some(lefts), Some(rights)) = (Side::read(by, left, right, true), Side::read(by, left, right, false)) else {
        return;
    };
    let pair = |m: &KeyMatch| Some((lefts.hash(&m.left)?, rights.hash(&m.right)?));
    let pairs = by.crosswalk.iter().take(MAX_PAIRS).filter_map(pair);
    let named: HashedMap<u128, u128> = pairs.filter(|(_, other)| is_there(*other)).collect();
    for hash in hashes.iter_mut().filter(|h| **h != NO_KEY) {
        if let Some(other) = named.get(hash) {
            *hash = *other;
        }
    }
}

/// How texts of one side become keys.
struct Side(Vec<(ColumnType, Canon)>);

impl Side {
    fn read(by: By<'_>, left: &Table, right: &Table, is_left: bool) -> Option<Side> {
        let canon = |key: &super::KeyPair| {
            let (l, r) = (left.column(&key.left)?.column_type, right.column(&key.right)?.column_type);
            let (l_reading, r_reading) =
                if key.form == KeyForm::Exact { readings(l, r) } else { (Reading::AsIs, Reading::AsIs) };
            let (table, name, own, reading) =
                if is_left { (left, &key.left, l, l_reading) } else { (right, &key.right, r, r_reading) };
            Some((own, canon_of(table, table.column_idx(name)?, key.form, reading).ok()?))
        };
        by.keys.iter().map(canon).collect::<Option<Vec<_>>>().map(Side)
    }

    /// The hash that a row with these cells has; `None` where the texts are not of these columns.
    fn hash(&self, texts: &[String]) -> Option<u128> {
        if texts.len() != self.0.len() {
            return None;
        }
        let mut bytes = Vec::new();
        let hashes: Option<Vec<u128>> = texts
            .iter()
            .zip(&self.0)
            .map(|(text, (column_type, canon))| {
                canon.write(cell_of(text, *column_type)?, &mut bytes).then(|| hash_key(&bytes))
            })
            .collect();
        hashes?.into_iter().reduce(hash_pair)
    }
}

/// The cell that reads as this text.
fn cell_of(text: &str, column_type: ColumnType) -> Option<Cell<'_>> {
    match column_type {
        ColumnType::Integer => text.parse().ok().map(Cell::Int),
        ColumnType::Number | ColumnType::Decimal => text.parse().ok().map(Cell::Float),
        ColumnType::Date | ColumnType::DateTime => parse_moment(text).map(Cell::Moment),
        ColumnType::Text => Some(Cell::Text(text)),
        ColumnType::Boolean | ColumnType::Time | ColumnType::Duration => None,
    }
}
