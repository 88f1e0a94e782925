//! Recipes: steps, tests, summaries.

use super::mirror::{saved_enum, saved_struct};
use super::table::ColumnType;
use crate::recipe;

saved_struct! {
    Recipe = recipe::Recipe {
        "steps" => steps: Vec<Step>,
    }
}

saved_struct! {
    Step = recipe::Step {
        "id" => id: u64,
        "op" => op: Op,
        "enabled" => enabled: bool,
    }
}

saved_enum! {
    Op = recipe::Op {
        "filter" => Filter { "column" => column: String, "test" => test: Test },
        "rename" => Rename { "from" => from: String, "to" => to: String },
        "change_type" => ChangeType { "column" => column: String, "to" => to: ColumnType },
        "compute" => Compute { "name" => name: String, "formula" => formula: String },
        "group" => Group { "by" => by: Vec<String>, "measures" => measures: Vec<Measure> },
        "sort" => Sort { "keys" => keys: Vec<SortKey> },
        "remove" => Remove { "columns" => columns: Vec<String> },
        "select" => Select { "columns" => columns: Vec<String> },
    }
}

saved_enum! {
    Test = recipe::Test {
        "one_of" => OneOf(values: Vec<String>),
        "none_of" => NoneOf(values: Vec<String>),
        "contains" => Contains(text: String),
        "at_least" => AtLeast(value: String),
        "at_most" => AtMost(value: String),
        "between" => Between(from: String, to: String),
        "is_missing" => IsMissing,
        "is_present" => IsPresent,
    }
}

saved_struct! {
    SortKey = recipe::SortKey {
        "column" => column: String,
        #[serde(default)]
        "descending" => descending: bool,
    }
}

saved_struct! {
    Measure = recipe::Measure {
        "aggregate" => aggregate: Aggregate,
        #[serde(default)]
        "column" => column: Option<String>,
        "name" => name: String,
    }
}

saved_enum! {
    Aggregate = recipe::Aggregate {
        "count" => Count,
        "count_distinct" => CountDistinct,
        "sum" => Sum,
        "mean" => Mean,
        "median" => Median,
        "min" => Min,
        "max" => Max,
        "sd" => Sd,
    }
}
