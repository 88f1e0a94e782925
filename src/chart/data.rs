//! The numbers of a chart, reduced to what fits a screen: what the engine sends, and what a frozen
//! report keeps.

use crate::base::{ColumnType, Floats};
use serde::{Deserialize, Serialize};

/// What an axis is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AxisInfo {
    /// "mean of yield", "day".
    pub label: String,
    #[serde(default)]
    pub unit: Option<String>,
    /// Temporal axes count days (date) or microseconds (date and time) since 1970.
    pub column_type: ColumnType,
}

/// A named run of points, in order of x. Breaks in the line are NaN in y.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub name: String,
    pub x: Floats,
    pub y: Floats,
}

/// The five numbers of a box, with the points outside the whiskers (Tukey, 1.5 × IQR), at most 50.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxStats {
    pub name: String,
    pub n: u64,
    pub low: f64,
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
    pub high: f64,
    pub outliers: Floats,
}

/// A point that breaks rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Broken {
    pub point: u32,
    /// Of the lower sums of a CUSUM chart.
    #[serde(default)]
    pub is_below: bool,
    /// "Nelson 1, Nelson 2".
    pub rules: String,
}

/// A point that gives no limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    pub point: u32,
    pub reason: String,
}

/// Points around a centre line; all lists of one number a point are of one length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ControlMarks {
    pub x: Floats,
    pub values: Floats,
    /// The lower sums of a CUSUM chart; empty otherwise.
    #[serde(default)]
    pub below: Floats,
    pub centre: Floats,
    /// Standard deviations of a point; 0 where there are no zones.
    pub sigma: Floats,
    pub lower: Floats,
    pub upper: Floats,
    /// In order of the points.
    #[serde(default)]
    pub broken: Vec<Broken>,
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// Points that begin another stage.
    #[serde(default)]
    pub breaks: Vec<u32>,
    /// "Nelson 1 at 2 points"; empty where no rule is broken.
    #[serde(default)]
    pub told: String,
    /// What the product is allowed to be.
    #[serde(default)]
    pub lower_spec: Option<f64>,
    #[serde(default)]
    pub upper_spec: Option<f64>,
    #[serde(default)]
    pub target: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marks {
    /// At most a few thousand points a series (M4: first, last, smallest and largest a pixel column).
    Line {
        series: Vec<Series>,
    },
    /// `values[series][category]`; missing is NaN.
    Bar {
        categories: Vec<String>,
        series: Vec<(String, Floats)>,
    },
    /// Bins from `edges[i]` to `edges[i + 1]`.
    Histogram {
        edges: Vec<f64>,
        counts: Vec<u64>,
    },
    Scatter {
        series: Vec<Series>,
    },
    /// Scatter of many points: counts on a grid, row by row from the lowest y.
    Density {
        n_columns: usize,
        n_rows: usize,
        x_range: (f64, f64),
        y_range: (f64, f64),
        counts: Vec<u32>,
    },
    Box {
        boxes: Vec<BoxStats>,
    },
    /// `values[row][column]`; missing is NaN.
    Heat {
        columns: Vec<String>,
        rows: Vec<String>,
        values: Vec<Floats>,
    },
    Control(Box<ControlMarks>),
}

/// A chart ready to be planned and drawn at any size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartData {
    pub title: String,
    /// What is measured, of what, and how many rows: "mean of yield by plate, 9,600 rows".
    pub subtitle: String,
    pub x: AxisInfo,
    pub y: AxisInfo,
    pub marks: Marks,
    pub n_rows: u64,
    /// Rows left out because a value was missing.
    pub n_missing: u64,
    /// Categories left out because there were too many; they are in "Other" where that makes sense.
    #[serde(default)]
    pub n_more: u64,
    /// Category or x to be marked and named.
    #[serde(default)]
    pub mark: Option<String>,
}
