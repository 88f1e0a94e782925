//! The columns of a merged table: where each comes from and what it is called.

use super::matches::row_text;
use super::problem::unknown_kept;
use super::unify::unified_type;
use super::{KeyPair, MergeKind};
use crate::base::Problem;
use crate::table::{ColumnInfo, Table, column_type_of};
use arrow::datatypes::DataType;
use std::collections::BTreeSet;

/// A column of the outcome. At least one side gives its cells.
pub(super) struct Slot {
    pub info: ColumnInfo,
    pub data_type: DataType,
    pub left: Option<usize>,
    pub right: Option<usize>,
    /// The cells name the input instead.
    pub names_input: bool,
}

pub(super) struct Layout {
    pub slots: Vec<Slot>,
    pub renamed: Vec<(String, String)>,
    /// Columns of the right that say what the left's says: the name, and the one it would have had.
    pub kept_once: Vec<(String, String)>,
}

/// Marks the column that a union adds, so that the next union continues it.
const SOURCE_REASON: &str = "names the input that each row came from";
const SOURCE: &str = "source";

/// The input that the first rows of a union came from; of any other table, its own name.
pub(super) fn first_part(name: &str, table: &Table) -> String {
    let made = table.column_idx(SOURCE).filter(|_| table.column(SOURCE).is_some_and(|c| c.reason == SOURCE_REASON));
    made.and_then(|idx| row_text(table, idx, 0)).unwrap_or_else(|| name.to_owned())
}

fn data_type(table: &Table, idx: usize) -> DataType {
    table.schema().fields().get(idx).map_or(DataType::Utf8, |f| f.data_type().clone())
}

/// `name (suffix)`, or with a number behind it when that is taken too.
fn free_name(name: &str, suffix: &str, taken: &BTreeSet<String>) -> String {
    let first = format!("{name} ({suffix})");
    if !taken.contains(&first) {
        return first;
    }
    let numbered = (2..).map(|n: u32| format!("{name} ({suffix} {n})"));
    numbered.into_iter().find(|n| !taken.contains(n)).unwrap_or(first)
}

impl Layout {
    /// The left's columns, then what the right adds. Columns of the right in `same` add nothing.
    pub fn of_join(
        kind: MergeKind,
        keys: &[KeyPair],
        left: &Table,
        (suffix, right): (&str, &Table),
        same: &BTreeSet<usize>,
    ) -> Layout {
        let mut slots: Vec<Slot> = left
            .columns()
            .iter()
            .enumerate()
            .map(|(idx, info)| Slot {
                info: info.clone(),
                data_type: data_type(left, idx),
                left: Some(idx),
                right: None,
                names_input: false,
            })
            .collect();
        let (mut renamed, mut kept_once) = (Vec::new(), Vec::new());
        if matches!(kind, MergeKind::Semi | MergeKind::Anti) {
            return Layout { slots, renamed, kept_once };
        }
        // Names of the right count as taken too, so that a new name never hides one of them.
        let mut taken: BTreeSet<String> =
            left.columns().iter().chain(right.columns()).map(|c| c.name.clone()).collect();
        for (idx, info) in right.columns().iter().enumerate() {
            let left_idx = left.column_idx(&info.name);
            let is_shared_key = keys.iter().any(|k| k.right == info.name && k.left == k.right);
            let is_same = same.contains(&idx);
            if let (true, Some(left_idx)) = (is_shared_key || is_same, left_idx) {
                if is_same {
                    kept_once.push((info.name.clone(), free_name(&info.name, suffix, &taken)));
                }
                // Rows that only the right has keep their cell in the shared column.
                if kind == MergeKind::Full
                    && let Some(slot) = slots.get_mut(left_idx)
                {
                    slot.right = Some(idx);
                    slot.data_type = unified_type((left, left_idx), (right, idx));
                    slot.info.column_type = column_type_of(&slot.data_type);
                }
                continue;
            }
            let mut info = info.clone();
            if left_idx.is_some() {
                let name = free_name(&info.name, suffix, &taken);
                taken.insert(name.clone());
                renamed.push((info.name.clone(), name.clone()));
                info.name = name;
            }
            slots.push(Slot {
                info,
                data_type: data_type(right, idx),
                left: None,
                right: Some(idx),
                names_input: false,
            });
        }
        Layout { slots, renamed, kept_once }
    }

    /// The left's columns with their counterparts, then the right's own, then where a row is from.
    pub fn of_union(keys: &[KeyPair], left: &Table, (suffix, right): (&str, &Table)) -> Layout {
        let mut renamed = Vec::new();
        let paired: BTreeSet<&str> = keys.iter().map(|k| k.right.as_str()).collect();
        let counterpart = |name: &str| {
            let chosen = keys.iter().find(|k| k.left == name);
            // Without a chosen counterpart, the column of the same name that no other claims.
            let right_column = chosen.map_or(name, |k| k.right.as_str());
            if chosen.is_none() && paired.contains(name) { None } else { right.column_idx(right_column) }
        };
        let mut used = BTreeSet::new();
        let mut slots: Vec<Slot> = Vec::new();
        for (idx, info) in left.columns().iter().enumerate() {
            let other = counterpart(&info.name).filter(|o| used.insert(*o));
            let mut info = info.clone();
            let mut kind = data_type(left, idx);
            if let Some(other_info) = other.and_then(|o| right.columns().get(o)) {
                if let Some(o) = other {
                    kind = unified_type((left, idx), (right, o));
                }
                info = merged_info(&info, other_info, &kind);
                if other_info.name != info.name {
                    renamed.push((other_info.name.clone(), info.name.clone()));
                }
            }
            slots.push(Slot { info, data_type: kind, left: Some(idx), right: other, names_input: false });
        }
        let mut taken: BTreeSet<String> =
            left.columns().iter().chain(right.columns()).map(|c| c.name.clone()).collect();
        for (idx, info) in right.columns().iter().enumerate().filter(|(idx, _)| !used.contains(idx)) {
            let mut info = info.clone();
            if left.column_idx(&info.name).is_some() {
                let name = free_name(&info.name, suffix, &taken);
                taken.insert(name.clone());
                renamed.push((info.name.clone(), name.clone()));
                info.name = name;
            }
            slots.push(Slot {
                info,
                data_type: data_type(right, idx),
                left: None,
                right: Some(idx),
                names_input: false,
            });
        }
        match slots.iter_mut().find(|s| s.info.name == SOURCE) {
            None => {
                let mut info = ColumnInfo::new(SOURCE, crate::base::ColumnType::Text);
                info.reason = SOURCE_REASON.to_owned();
                let data_type = DataType::Utf8;
                slots.push(Slot { info, data_type, left: None, right: None, names_input: true });
            }
            // Made by an earlier union: the side that lacks it is named in it.
            Some(slot) if slot.info.reason == SOURCE_REASON => {
                slot.data_type = DataType::Utf8;
                slot.names_input = slot.left.is_none() || slot.right.is_none();
            }
            Some(_) => {}
        }
        Layout { slots, renamed, kept_once: Vec::new() }
    }

    /// Only the columns to keep, in their order in the outcome.
    pub fn keep(mut self, keep: Option<&[String]>) -> Result<Layout, Problem> {
        let Some(keep) = keep else { return Ok(self) };
        // The name that a column has in the outcome, also when it stands for one of the right.
        let stands_as = |name: &String| self.kept_once.iter().find(|(_, other)| other == name).map(|(own, _)| own);
        let keep: Vec<String> = keep.iter().map(|name| stands_as(name).unwrap_or(name).clone()).collect();
        for name in &keep {
            if !self.slots.iter().any(|s| s.info.name == *name) {
                return Err(unknown_kept(name));
            }
        }
        self.slots.retain(|slot| keep.contains(&slot.info.name));
        if self.slots.is_empty() {
            return Err(Problem::request("no_columns", "No columns would be left.").hint("Keep at least one column."));
        }
        Ok(self)
    }
}

/// What is known of a column whose cells come from both sides.
fn merged_info(left: &ColumnInfo, right: &ColumnInfo, data_type: &DataType) -> ColumnInfo {
    let mut info = left.clone();
    info.column_type = column_type_of(data_type);
    info.confidence = left.confidence.min(right.confidence);
    if info.column_type != left.column_type || info.column_type != right.column_type {
        info.runner_up = None;
        info.reason = format!(
            "the inputs have '{}' and '{}'",
            left.column_type.label().to_lowercase(),
            right.column_type.label().to_lowercase()
        );
    }
    match (&left.unit, &right.unit) {
        (Some(a), Some(b)) if a != b => {
            info.unit = None;
            info.reason = format!("the inputs have different units, {a} and {b}");
        }
        (None, Some(b)) => info.unit = Some(b.clone()),
        _ => {}
    }
    info
}
