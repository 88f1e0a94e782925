//! What a merge writes on its columns for those who come later: which were keys, and which one input
//! alone gives, so that rows without a partner are not taken for gaps of the data.

use super::layout::Slot;
use super::matches::Counts;
use super::{KeyPair, MergeKind};
use crate::table::{MergeMark, Table};

type Named<'a> = (&'a str, &'a Table);

/// Marks the columns of a join.
pub(super) fn mark_join(
    slots: &mut [Slot],
    kind: MergeKind,
    keys: &[KeyPair],
    (left, right): (Named<'_>, Named<'_>),
    counts: &Counts,
) {
    let (n_left_only, n_right_only) = (counts.n_left - counts.n_left_matched, counts.n_right - counts.n_right_matched);
    for slot in slots {
        let left_name = slot.left.and_then(|i| left.1.columns().get(i)).map(|c| c.name.as_str());
        let right_name = slot.right.and_then(|i| right.1.columns().get(i)).map(|c| c.name.as_str());
        let mark = &mut slot.info.merged;
        mark.is_key |= keys.iter().any(|k| left_name == Some(k.left.as_str()) || right_name == Some(k.right.as_str()));
        match (slot.left, slot.right) {
            (Some(_), right) => {
                // Rows with several partners are there several times.
                mark.n_without = mark.n_without.saturating_mul(counts.fan_out.max(1));
                if kind == MergeKind::Full && right.is_none() {
                    give(mark, left.0, n_right_only);
                }
            }
            (None, _) => {
                // A row of the right may be found by all rows of the left.
                mark.n_without = mark.n_without.saturating_mul(counts.n_left);
                give(mark, right.0, if matches!(kind, MergeKind::Left | MergeKind::Full) { n_left_only } else { 0 });
            }
        }
    }
}

/// Marks the columns of a union.
pub(super) fn mark_union(slots: &mut [Slot], left: Named<'_>, right: Named<'_>) {
    for slot in slots.iter_mut().filter(|s| !s.names_input) {
        let of_right = slot.right.and_then(|i| right.1.columns().get(i)).map(|c| &c.merged);
        let mark = &mut slot.info.merged;
        match (slot.left, of_right) {
            (Some(_), Some(other)) => {
                mark.is_key |= other.is_key;
                if mark.given_by == other.given_by {
                    mark.n_without = mark.n_without.saturating_add(other.n_without);
                }
            }
            (Some(_), None) => give(mark, left.0, right.1.n_rows()),
            (None, _) => give(mark, right.0, left.1.n_rows()),
        }
    }
}

/// The first merge that brought the column names it; later ones add rows without it.
fn give(mark: &mut MergeMark, input: &str, n_without: u64) {
    mark.given_by.get_or_insert_with(|| input.to_owned());
    mark.n_without = mark.n_without.saturating_add(n_without);
}
