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
        "map" => Map { "column" => column: String, "swaps" => swaps: Vec<Swap> },
        "replace" => Replace {
            "column" => column: String,
            "find" => find: String,
            "with" => with: String,
            #[serde(default)]
            "is_pattern" => is_pattern: bool,
            #[serde(default)]
            "ignores_case" => ignores_case: bool,
        },
        "fill" => Fill { "column" => column: String, "with" => with: Filler },
        "tidy" => Tidy {
            "columns" => columns: Vec<String>,
            #[serde(default)]
            "spaces" => spaces: bool,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            "letters" => letters: Option<Letters>,
            #[serde(default)]
            "composes" => composes: bool,
        },
        "split" => Split { "column" => column: String, "by" => by: String, "into" => into: Vec<String> },
        "split_rows" => SplitRows { "column" => column: String, "by" => by: String },
        "unite" => Unite { "columns" => columns: Vec<String>, "by" => by: String, "name" => name: String },
        "extract" => Extract {
            "column" => column: String,
            "pattern" => pattern: String,
            #[serde(default)]
            "ignores_case" => ignores_case: bool,
            "name" => name: String,
        },
        "distinct" => Distinct { "by" => by: Vec<String>, "keep" => keep: Keep },
        "unpivot" => Unpivot { "columns" => columns: Vec<String>, "names" => names: String, "values" => values: String },
        "pivot" => Pivot {
            "by" => by: Vec<String>,
            "names" => names: String,
            "values" => values: String,
            "aggregate" => aggregate: Aggregate,
            "into" => into: Vec<String>,
        },
        "complete" => Complete { "columns" => columns: Vec<String> },
        "outliers" => Outliers { "column" => column: String, "rule" => rule: OutlierRule, "name" => name: String },
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

saved_struct! {
    Swap = recipe::Swap {
        "from" => from: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "to" => to: Option<String>,
    }
}

saved_enum! {
    Filler = recipe::Filler {
        "down" => Down,
        "value" => Value(value: String),
        "mean" => Mean,
        "median" => Median,
        "column" => Column(column: String),
    }
}

saved_enum! {
    Letters = recipe::Letters {
        "lower" => Lower,
        "upper" => Upper,
        "title" => Title,
    }
}

saved_enum! {
    Keep = recipe::Keep {
        "first" => First,
        "last" => Last,
        "most_complete" => MostComplete,
        "largest" => Largest(column: String),
    }
}

saved_enum! {
    OutlierRule = recipe::OutlierRule {
        "fences" => Fences,
        "robust_z" => RobustZ,
    }
}
