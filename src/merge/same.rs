//! Columns that both tables have and that say the same: a second copy would only be in the way.

use super::column::{NO_KEY, key_hashes};
use super::matches::Matches;
use super::{KeyForm, KeyPair};
use crate::base::{Problem, give_way};
use crate::table::{BATCH_ROWS, ColumnInfo, Table};
use std::collections::BTreeSet;

/// The right's columns whose cells equal those of the left's column of the same name in every pair
/// of rows that found each other, and hold a value in at least one of them. A cell that is missing
/// on one side only is a difference. Keys that both sides call the same are shared anyway, and not named.
pub(super) async fn same_columns(
    keys: &[KeyPair],
    left: &Table,
    right: &Table,
    matches: &Matches,
) -> Result<BTreeSet<usize>, Problem> {
    let mut same = BTreeSet::new();
    for (right_idx, info) in right.columns().iter().enumerate() {
        let Some(other) = left.column(&info.name) else { continue };
        let is_shared_key = keys.iter().any(|k| k.left == info.name && k.right == info.name);
        if is_shared_key || !may_equal(other, info) {
            continue;
        }
        let pair = KeyPair { left: info.name.clone(), right: info.name.clone(), form: KeyForm::Exact };
        let (lefts, rights) = key_hashes(&[pair], ("left", left), ("right", right), u64::MAX).await?;
        if agree(&lefts, &rights, matches).await {
            same.insert(right_idx);
        }
    }
    Ok(same)
}

/// Grams are not kilograms, and the text `7` is not known to be the number.
fn may_equal(left: &ColumnInfo, right: &ColumnInfo) -> bool {
    let is_type_shared =
        left.column_type == right.column_type || (left.column_type.is_numeric() && right.column_type.is_numeric());
    is_type_shared && left.unit == right.unit
}

async fn agree(lefts: &[u128], rights: &[u128], matches: &Matches) -> bool {
    let mut has_value = false;
    for (row, own) in lefts.iter().enumerate() {
        if row.is_multiple_of(BATCH_ROWS) {
            give_way().await;
        }
        for partner in matches.partners(row) {
            if rights.get(partner as usize) != Some(own) {
                return false;
            }
            has_value |= *own != NO_KEY;
        }
    }
    has_value
}
