//! What a recipe says. Pure data; columns are named as they are called at that step.

use crate::base::{ColumnType, StepId};
use serde::{Deserialize, Serialize};

/// How many rows a group is reduced to one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Mean,
    Median,
    Min,
    Max,
    /// Sample standard deviation (n − 1).
    Sd,
}

impl Aggregate {
    pub const ALL: [Aggregate; 8] = [
        Aggregate::Count,
        Aggregate::CountDistinct,
        Aggregate::Sum,
        Aggregate::Mean,
        Aggregate::Median,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Sd,
    ];

    /// "mean", as in "mean of yield".
    pub fn word(self) -> &'static str {
        match self {
            Aggregate::Count => "number of rows",
            Aggregate::CountDistinct => "number of different values",
            Aggregate::Sum => "sum",
            Aggregate::Mean => "mean",
            Aggregate::Median => "median",
            Aggregate::Min => "smallest",
            Aggregate::Max => "largest",
            Aggregate::Sd => "standard deviation",
        }
    }

    /// The SQL function.
    pub fn sql(self) -> &'static str {
        match self {
            Aggregate::Count | Aggregate::CountDistinct => "count",
            Aggregate::Sum => "sum",
            Aggregate::Mean => "avg",
            Aggregate::Median => "median",
            Aggregate::Min => "min",
            Aggregate::Max => "max",
            Aggregate::Sd => "stddev",
        }
    }
}

/// One summary of a group. `column` is not used by [`Aggregate::Count`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub aggregate: Aggregate,
    #[serde(default)]
    pub column: Option<String>,
    /// The new column's name.
    pub name: String,
}

/// What a cell must be for its row to stay. Values are raw text, read as the column's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
    /// Ignores case.
    Contains(String),
    AtLeast(String),
    AtMost(String),
    /// Both ends included.
    Between(String, String),
    IsMissing,
    IsPresent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortKey {
    pub column: String,
    #[serde(default)]
    pub descending: bool,
}

/// What happens to one column among others. See `Shift::of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    Hide,
    Left,
    Right,
    Start,
}

/// One change to a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Keeps the rows whose cell passes the test. A date in a column of dates with times is the
    /// whole day.
    ///
    /// *Rows:* fewer or the same. *Columns:* the same. *Nulls:* a missing cell passes only
    /// `IsMissing` and `NoneOf`. *Order:* kept. *Cost:* one pass. *Fails when:* the column is not
    /// there, or a value cannot be read as its type.
    Filter { column: String, test: Test },
    /// *Rows, nulls, order:* the same. *Columns:* one is renamed. *Cost:* none. *Fails when:* the
    /// column is not there or the new name is taken.
    Rename { from: String, to: String },
    /// *Rows, order:* the same. *Nulls:* cells that cannot be read as the new type become missing
    /// and are counted; so do fractions in whole numbers. *Cost:* one pass. *Fails when:* the column
    /// is not there, or no cell of its type can be read as the new one.
    ChangeType { column: String, to: ColumnType },
    /// A new column from an SQL expression over the others.
    ///
    /// *Rows, order:* the same. *Columns:* one more, at the end. *Nulls:* by the expression;
    /// dividing by zero and casts that fail give a missing cell, and whole numbers divide to a
    /// number (7 / 2 = 3.5). *Cost:* one pass. *Fails when:* the expression cannot be read, names a
    /// column that is not there, or uses the clock or other rows, or the name is taken.
    Compute { name: String, formula: String },
    /// One row a group.
    ///
    /// *Rows:* one for each different combination. *Columns:* the group's and the measures'.
    /// *Nulls:* missing is a group of its own; measures skip missing cells. *Order:* by the group
    /// columns. *Cost:* one pass and a table of groups. *Fails when:* a column is not there or a
    /// measure needs numbers.
    Group { by: Vec<String>, measures: Vec<Measure> },
    /// *Rows, columns:* the same. *Nulls:* last. *Order:* by the keys; ties keep theirs. *Cost:*
    /// n log n. *Fails when:* a column is not there.
    Sort { keys: Vec<SortKey> },
    /// *Rows, nulls, order:* the same. *Columns:* fewer. *Cost:* none. *Fails when:* a column is
    /// not there or none would be left.
    Remove { columns: Vec<String> },
    /// Keeps these columns, in this order.
    ///
    /// *Rows, nulls, order:* the same. *Columns:* those named, as named; others are left out.
    /// *Cost:* none. *Fails when:* a column is not there or named twice, or none is named.
    Select { columns: Vec<String> },
}

/// An [`Op`] in its place in a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub id: StepId,
    pub op: Op,
    pub enabled: bool,
}

/// Steps in order. Which node they apply to is the workspace's to say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub steps: Vec<Step>,
}
