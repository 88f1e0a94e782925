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

/// A value and what it becomes; `None` is a missing cell. Raw text, read as the column's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Swap {
    pub from: String,
    #[serde(default)]
    pub to: Option<String>,
}

/// What missing cells are filled with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filler {
    /// The last value above. Cells above the first value stay missing.
    Down,
    /// Raw text, read as the column's type.
    Value(String),
    Mean,
    Median,
    /// The same row's cell of another column.
    Column(String),
}

/// How letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letters {
    Lower,
    Upper,
    /// The first of each word large, the others small.
    Title,
}

/// Which of several rows stays. Where two are as good, the first of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    First,
    Last,
    /// The one with the fewest missing cells.
    MostComplete,
    /// The one with the largest value, or the latest date, in a column.
    Largest(String),
}

/// How a value is told to be an outlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierRule {
    /// More than 1.5 times the distance between the quartiles below the first or above the third
    /// (Tukey, *Exploratory Data Analysis*, 1977; quartiles interpolated between values).
    Fences,
    /// More than 3.5 robust standard deviations, 1.4826 times the median distance from the median,
    /// away from the median (Iglewicz and Hoaglin, *How to Detect and Handle Outliers*, 1993).
    RobustZ,
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
    /// Whole values become others.
    ///
    /// *Rows, columns, order:* the same. *Nulls:* stay; a value may become missing. *Cost:* one
    /// pass. *Fails when:* the column is not there, a value is given twice or cannot be read as the
    /// column's type.
    Map { column: String, swaps: Vec<Swap> },
    /// Parts of text become others, wherever they stand. A pattern is a regular expression that is
    /// matched in linear time (crate `regex`); `$1` or `\1` is what its first group has found.
    ///
    /// *Rows, columns, order, nulls:* the same. *Cost:* one pass. *Fails when:* the column is not
    /// there or holds no text, nothing is looked for, or the pattern cannot be read.
    Replace {
        column: String,
        find: String,
        with: String,
        #[serde(default)]
        is_pattern: bool,
        #[serde(default)]
        ignores_case: bool,
    },
    /// *Rows, columns, order:* the same; whole numbers filled with a mean or median become numbers.
    /// *Nulls:* fewer. *Cost:* one pass, or a sort when filled from above. *Fails when:* a column is
    /// not there, the value cannot be read as the column's type, or the other column has another type.
    Fill { column: String, with: Filler },
    /// Text is written alike: no white space at the ends and single spaces within (`spaces`), letters
    /// of one case, accents as one character with their letter (`composes`: Unicode's form NFC).
    ///
    /// *Rows, columns, order, nulls:* the same. *Cost:* one pass. *Fails when:* a column is not there
    /// or holds no text, or nothing is to be done.
    Tidy {
        columns: Vec<String>,
        #[serde(default)]
        spaces: bool,
        #[serde(default)]
        letters: Option<Letters>,
        #[serde(default)]
        composes: bool,
    },
    /// Text becomes columns, cut at each `by`; the last takes all that is left.
    ///
    /// *Rows, order:* the same. *Columns:* more, beside the one that was split, which stays.
    /// *Nulls:* parts that are empty or not there. *Cost:* one pass. *Fails when:* the column is not
    /// there or holds no text, or a name is taken.
    Split { column: String, by: String, into: Vec<String> },
    /// Text becomes rows, cut at each `by`; the other cells are repeated.
    ///
    /// *Rows:* one a part. *Columns:* the same. *Nulls:* a missing cell keeps its row, an empty part
    /// is a missing cell. *Order:* kept. *Cost:* one pass. *Fails when:* the column is not there or
    /// holds no text.
    SplitRows { column: String, by: String },
    /// A new column of the cells of others, with `by` between them.
    ///
    /// *Rows, order:* the same. *Columns:* one more, behind the first of those. *Nulls:* missing
    /// cells are left out; missing where all are. *Cost:* one pass. *Fails when:* a column is not
    /// there, or the name is taken.
    Unite { columns: Vec<String>, by: String, name: String },
    /// A new column of what a pattern finds first in text: its first group where it has one.
    ///
    /// *Rows, order:* the same. *Columns:* one more, behind the one searched. *Nulls:* where nothing
    /// is found. *Cost:* one pass. *Fails when:* the column is not there or holds no text, the
    /// pattern cannot be read, or the name is taken.
    Extract {
        column: String,
        pattern: String,
        #[serde(default)]
        ignores_case: bool,
        name: String,
    },
    /// One row of those that are alike in some columns, or in all when none is named.
    ///
    /// *Rows:* fewer or the same. *Columns:* the same. *Nulls:* missing is like missing. *Order:*
    /// kept. *Cost:* a sort. *Fails when:* a column is not there.
    Distinct { by: Vec<String>, keep: Keep },
    /// Columns become rows: their names one column, their cells another.
    ///
    /// *Rows:* times the number of columns. *Columns:* the others, the names, the cells; cells of
    /// several types become numbers or text. *Nulls:* keep their rows. *Order:* kept, the columns in
    /// turn. *Cost:* a pass a column. *Fails when:* a column is not there or a name is taken.
    Unpivot { columns: Vec<String>, names: String, values: String },
    /// Rows become columns: one row for each combination of `by`, and for each value of `names` that
    /// is listed a column with what `values` comes to.
    ///
    /// *Rows:* one a combination. *Columns:* `by` and the values listed; others are counted and left
    /// out. *Nulls:* where a combination lacks the value. *Order:* by `by`, missing last. *Cost:* one
    /// pass and a table of groups. *Fails when:* a column is not there, a value is listed twice or is
    /// a name that is taken, or the summary needs numbers.
    Pivot { by: Vec<String>, names: String, values: String, aggregate: Aggregate, into: Vec<String> },
    /// Adds a row for each combination of the values of some columns that no row has.
    ///
    /// *Rows:* the same and more. *Columns:* the same. *Nulls:* the other cells of new rows; missing
    /// is no value to combine. *Order:* kept, new rows behind. *Cost:* the number of combinations.
    /// *Fails when:* a column is not there, or fewer than two are named.
    Complete { columns: Vec<String> },
    /// A new column that says which values lie far from the others.
    ///
    /// *Rows, order:* the same. *Columns:* one more, behind the one judged. *Nulls:* where the value
    /// is missing or not a number. *Cost:* the values are held once. *Fails when:* the column is not there or holds
    /// no numbers, or the name is taken.
    Outliers { column: String, rule: OutlierRule, name: String },
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
