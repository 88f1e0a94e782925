//! Steps that clean while they are being written.

use crate::recipe::{Aggregate, Filler, Keep, Op, OutlierRule, Swap};

/// An empty step of a kind that cleans, about a column where one is known.
pub fn empty_cleaning(kind: &str, name: &str) -> Option<Op> {
    let column = name.to_owned();
    let columns = || if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
    let named = |suffix: &str| if name.is_empty() { String::new() } else { format!("{name} {suffix}") };
    Some(match kind {
        "map" => Op::Map { column, swaps: vec![Swap { from: String::new(), to: None }] },
        "replace" => {
            Op::Replace { column, find: String::new(), with: String::new(), is_pattern: false, ignores_case: false }
        }
        "fill" => Op::Fill { column, with: Filler::Down },
        "tidy" => Op::Tidy { columns: columns(), spaces: true, letters: None, composes: true },
        "split" => {
            let into = if name.is_empty() { Vec::new() } else { vec![named("1"), named("2")] };
            Op::Split { column, by: String::new(), into }
        }
        "split_rows" => Op::SplitRows { column, by: String::new() },
        "unite" => Op::Unite { columns: columns(), by: " ".to_owned(), name: String::new() },
        "extract" => Op::Extract { column, pattern: String::new(), ignores_case: false, name: named("part") },
        "distinct" => Op::Distinct { by: columns(), keep: Keep::First },
        "unpivot" => Op::Unpivot { columns: columns(), names: "name".to_owned(), values: "value".to_owned() },
        "pivot" => Op::Pivot {
            by: Vec::new(),
            names: column,
            values: String::new(),
            aggregate: Aggregate::Sum,
            into: Vec::new(),
        },
        "complete" => Op::Complete { columns: columns() },
        "outliers" => Op::Outliers { column, rule: OutlierRule::Fences, name: named("is an outlier") },
        _ => return None,
    })
}

/// What is still to be filled in; `None` when the step can be tried.
pub fn cleaning_is_missing(op: &Op) -> Option<&'static str> {
    let missing = match op {
        Op::Map { column, .. }
        | Op::Replace { column, .. }
        | Op::Fill { column, .. }
        | Op::Split { column, .. }
        | Op::SplitRows { column, .. }
        | Op::Extract { column, .. }
        | Op::Outliers { column, .. }
        | Op::Pivot { names: column, .. }
            if column.is_empty() =>
        {
            "Choose a column."
        }
        Op::Map { swaps, .. } if swaps.is_empty() || swaps.iter().any(|s| s.from.is_empty()) => {
            "Say which value becomes which."
        }
        Op::Replace { find, .. } if find.is_empty() => "Write what to find.",
        Op::Fill { with: Filler::Value(value), .. } if value.is_empty() => "Write the value to fill with.",
        Op::Fill { with: Filler::Column(other), .. } if other.is_empty() => "Choose the column to take it from.",
        Op::Tidy { columns, .. } if columns.is_empty() => "Choose the columns to tidy.",
        Op::Tidy { spaces: false, letters: None, composes: false, .. } => "Choose what to tidy.",
        Op::Split { by, .. } | Op::SplitRows { by, .. } if by.is_empty() => "Write the sign to split at.",
        Op::Split { into, .. } if into.is_empty() => "Name the new columns.",
        Op::Unite { columns, .. } if columns.len() < 2 => "Choose two columns or more.",
        Op::Extract { pattern, .. } if pattern.is_empty() => "Write a pattern.",
        Op::Unite { name, .. } | Op::Extract { name, .. } | Op::Outliers { name, .. } if name.trim().is_empty() => {
            "Give the new column a name."
        }
        Op::Distinct { keep: Keep::Largest(column), .. } if column.is_empty() => "Choose the column that decides.",
        Op::Unpivot { columns, .. } if columns.is_empty() => "Choose the columns.",
        Op::Unpivot { names, values, .. } if names.trim().is_empty() || values.trim().is_empty() => {
            "Name the two new columns."
        }
        Op::Pivot { into, .. } if into.is_empty() => "Choose the values that become columns.",
        Op::Pivot { values, aggregate, .. } if values.is_empty() && *aggregate != Aggregate::Count => {
            "Choose the column of the cells."
        }
        Op::Complete { columns } if columns.len() < 2 => "Choose two columns or more.",
        _ => return None,
    };
    Some(missing)
}
