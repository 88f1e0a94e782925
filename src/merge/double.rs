//! Numbers that a join puts into several rows: their sum would count them again.

use super::KeyPair;
use super::layout::Slot;
use super::matches::Counts;
use super::names::{is_calendar, names_an_id};
use crate::table::{ColumnInfo, Table};

/// Whether somebody may want to add the column up.
fn is_summed(info: &ColumnInfo) -> bool {
    info.column_type.is_numeric() && !info.merged.is_key && !names_an_id(&info.name) && !is_calendar(&info.name)
}

/// The columns of both sides that would be counted again, by their own names.
pub(super) fn double_counted(keys: &[KeyPair], left: &Table, right: &Table, counts: &Counts) -> Vec<String> {
    let of_left = left.columns().iter().filter(|c| counts.fan_out > 1 && keys.iter().all(|k| k.left != c.name));
    let of_right = right.columns().iter().filter(|c| counts.repeats_right() && keys.iter().all(|k| k.right != c.name));
    of_left.chain(of_right).filter(|c| is_summed(c)).map(|c| c.name.clone()).collect()
}

/// The same for the columns of an outcome, once its keys are marked.
pub(super) fn double_counted_slots(slots: &[Slot], counts: &Counts) -> Vec<String> {
    let is_repeated = |slot: &&Slot| if slot.left.is_some() { counts.fan_out > 1 } else { counts.repeats_right() };
    slots.iter().filter(is_repeated).filter(|s| is_summed(&s.info)).map(|s| s.info.name.clone()).collect()
}
