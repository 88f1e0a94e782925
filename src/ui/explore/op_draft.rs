//! A step while it is being written.

use super::clean_draft::{cleaning_is_missing, empty_cleaning};
use crate::base::{ColumnType, NodeId, StepId};
use crate::recipe::{Aggregate, Measure, Op, SortKey, Test};
use crate::table::ColumnInfo;

/// What the form is about: a new step, or one that is there.
#[derive(Clone, Debug, PartialEq)]
pub struct OpDraft {
    pub node: NodeId,
    pub step: Option<StepId>,
    pub op: Op,
}

/// The kinds of steps, as the menu lists them.
pub const KINDS: [(&str, &str); 21] = [
    ("filter", "Filter rows"),
    ("compute", "Compute a column"),
    ("group", "Group and summarise"),
    ("sort", "Sort"),
    ("type", "Change a type"),
    ("rename", "Rename a column"),
    ("remove", "Remove columns"),
    ("select", "Choose and order columns"),
    ("map", "Replace values, unite spelling variants"),
    ("replace", "Find and replace in text"),
    ("fill", "Fill missing cells"),
    ("tidy", "Tidy text"),
    ("split", "Split text into columns"),
    ("split_rows", "Split text into rows"),
    ("unite", "Unite columns"),
    ("extract", "Extract by a pattern"),
    ("distinct", "Remove duplicate rows"),
    ("outliers", "Mark outliers"),
    ("complete", "Add missing combinations"),
    ("unpivot", "Turn columns into rows"),
    ("pivot", "Turn values into columns"),
];

/// Where the kinds begin that clean.
pub const FIRST_CLEANING: &str = "map";

pub fn kind_of(op: &Op) -> &'static str {
    match op {
        Op::Filter { .. } => "filter",
        Op::Rename { .. } => "rename",
        Op::ChangeType { .. } => "type",
        Op::Compute { .. } => "compute",
        Op::Group { .. } => "group",
        Op::Sort { .. } => "sort",
        Op::Remove { .. } => "remove",
        Op::Select { .. } => "select",
        Op::Map { .. } => "map",
        Op::Replace { .. } => "replace",
        Op::Fill { .. } => "fill",
        Op::Tidy { .. } => "tidy",
        Op::Split { .. } => "split",
        Op::SplitRows { .. } => "split_rows",
        Op::Unite { .. } => "unite",
        Op::Extract { .. } => "extract",
        Op::Distinct { .. } => "distinct",
        Op::Unpivot { .. } => "unpivot",
        Op::Pivot { .. } => "pivot",
        Op::Complete { .. } => "complete",
        Op::Outliers { .. } => "outliers",
    }
}

pub fn kind_label(op: &Op) -> &'static str {
    KINDS.iter().find(|(key, _)| *key == kind_of(op)).map_or("Step", |(_, label)| *label)
}

/// An empty step of a kind, about a column where one is known.
pub fn empty_op(kind: &str, column: Option<&ColumnInfo>) -> Op {
    let name = column.map(|c| c.name.clone()).unwrap_or_default();
    match kind {
        "rename" => Op::Rename { to: name.clone(), from: name },
        "type" => Op::ChangeType { column: name, to: column.and_then(|c| c.runner_up).unwrap_or(ColumnType::Text) },
        "compute" => {
            let formula = if name.is_empty() { String::new() } else { super::cells::quote_name(&name) };
            Op::Compute { name: String::new(), formula }
        }
        "group" => Op::Group {
            by: if name.is_empty() { Vec::new() } else { vec![name] },
            measures: vec![Measure { aggregate: Aggregate::Count, column: None, name: "rows".to_owned() }],
        },
        "sort" => Op::Sort { keys: vec![SortKey { column: name, descending: false }] },
        "select" => Op::Select { columns: Vec::new() },
        "remove" => Op::Remove { columns: if name.is_empty() { Vec::new() } else { vec![name] } },
        kind => empty_cleaning(kind, &name).unwrap_or_else(|| {
            let test = empty_test(column.map_or(ColumnType::Text, |c| c.column_type));
            Op::Filter { column: name, test }
        }),
    }
}

/// The test that most often fits a type.
pub fn empty_test(column_type: ColumnType) -> Test {
    match column_type {
        ColumnType::Text | ColumnType::Boolean => Test::OneOf(Vec::new()),
        _ => Test::Between(String::new(), String::new()),
    }
}

/// What is still to be filled in; `None` when the step can be tried.
pub fn what_is_missing(op: &Op) -> Option<&'static str> {
    let missing = match op {
        Op::Filter { column, .. } if column.is_empty() => "Choose a column.",
        Op::Filter { test, .. } => return test_is_missing(test),
        Op::Rename { from, .. } if from.is_empty() => "Choose a column.",
        Op::Rename { to, .. } if to.trim().is_empty() => "Write the new name.",
        Op::Rename { from, to } if from == to => "Write another name.",
        Op::ChangeType { column, .. } if column.is_empty() => "Choose a column.",
        Op::Compute { name, .. } if name.trim().is_empty() => "Give the new column a name.",
        Op::Compute { formula, .. } if formula.trim().is_empty() => "Write a formula.",
        Op::Group { by, measures } if by.is_empty() && measures.is_empty() => "Choose what to group by.",
        Op::Group { measures, .. }
            if measures
                .iter()
                .any(|m| m.aggregate != Aggregate::Count && m.column.as_deref().unwrap_or("").is_empty()) =>
        {
            "Choose a column for each summary."
        }
        Op::Sort { keys } if keys.is_empty() || keys.iter().any(|k| k.column.is_empty()) => "Choose a column.",
        Op::Remove { columns } if columns.is_empty() => "Choose the columns to remove.",
        Op::Select { columns } if columns.is_empty() => "Choose the columns to keep.",
        other => return cleaning_is_missing(other),
    };
    Some(missing)
}

pub fn test_is_missing(test: &Test) -> Option<&'static str> {
    let is_missing = match test {
        Test::OneOf(values) | Test::NoneOf(values) => values.is_empty(),
        Test::Contains(text) | Test::AtLeast(text) | Test::AtMost(text) => text.is_empty(),
        Test::Between(from, to) => from.is_empty() || to.is_empty(),
        Test::IsMissing | Test::IsPresent => false,
    };
    is_missing.then_some("Say which values.")
}

/// "mean of yield" → the name of the column it makes.
pub fn measure_name(aggregate: Aggregate, column: Option<&str>) -> String {
    match (aggregate, column.filter(|c| !c.is_empty())) {
        (Aggregate::Count, _) => "rows".to_owned(),
        (Aggregate::CountDistinct, Some(column)) => format!("different {column}"),
        (aggregate, Some(column)) => format!("{} {column}", aggregate.word()),
        (aggregate, None) => aggregate.word().to_owned(),
    }
}
