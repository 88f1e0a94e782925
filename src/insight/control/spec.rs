//! What a control chart is to show, and what one says.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlKind {
    /// Individual values with moving ranges.
    #[default]
    IMr,
    /// Means of subgroups with ranges.
    XbarR,
    /// Means of subgroups with standard deviations.
    XbarS,
    /// Shares.
    P,
    /// Numbers of cases among as many each time.
    Np,
    /// Counts of defects.
    C,
    /// Counts of defects by size.
    U,
    /// Exponentially weighted moving average.
    Ewma,
    /// Cumulative sums, tabular.
    Cusum,
    /// Individual values by the standard deviation of all.
    LeveyJennings,
    /// Values around their median, without limits.
    Run,
}

impl ControlKind {
    pub const ALL: [ControlKind; 11] = [
        ControlKind::IMr,
        ControlKind::XbarR,
        ControlKind::XbarS,
        ControlKind::P,
        ControlKind::Np,
        ControlKind::C,
        ControlKind::U,
        ControlKind::Ewma,
        ControlKind::Cusum,
        ControlKind::LeveyJennings,
        ControlKind::Run,
    ];

    /// "I-MR chart".
    pub fn label(self) -> &'static str {
        match self {
            ControlKind::IMr => "I-MR chart",
            ControlKind::XbarR => "X̄-R chart",
            ControlKind::XbarS => "X̄-S chart",
            ControlKind::P => "p chart",
            ControlKind::Np => "np chart",
            ControlKind::C => "c chart",
            ControlKind::U => "u chart",
            ControlKind::Ewma => "EWMA chart",
            ControlKind::Cusum => "CUSUM chart",
            ControlKind::LeveyJennings => "Levey-Jennings chart",
            ControlKind::Run => "run chart",
        }
    }

    /// Whether rows are put together before they are charted.
    pub fn has_subgroups(self) -> bool {
        matches!(self, ControlKind::XbarR | ControlKind::XbarS)
    }
}

/// A rule by which a point says that something has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    #[serde(rename = "nelson_1")]
    Nelson1,
    #[serde(rename = "nelson_2")]
    Nelson2,
    #[serde(rename = "nelson_3")]
    Nelson3,
    #[serde(rename = "nelson_4")]
    Nelson4,
    #[serde(rename = "nelson_5")]
    Nelson5,
    #[serde(rename = "nelson_6")]
    Nelson6,
    #[serde(rename = "nelson_7")]
    Nelson7,
    #[serde(rename = "nelson_8")]
    Nelson8,
    #[serde(rename = "western_electric_1")]
    WesternElectric1,
    #[serde(rename = "western_electric_2")]
    WesternElectric2,
    #[serde(rename = "western_electric_3")]
    WesternElectric3,
    #[serde(rename = "western_electric_4")]
    WesternElectric4,
    #[serde(rename = "westgard_1_2s")]
    Westgard12s,
    #[serde(rename = "westgard_1_3s")]
    Westgard13s,
    #[serde(rename = "westgard_2_2s")]
    Westgard22s,
    #[serde(rename = "westgard_r_4s")]
    WestgardR4s,
    #[serde(rename = "westgard_3_1s")]
    Westgard31s,
    #[serde(rename = "westgard_4_1s")]
    Westgard41s,
    #[serde(rename = "westgard_7_t")]
    Westgard7t,
    #[serde(rename = "westgard_10_x")]
    Westgard10x,
    /// A point beyond the limits, whatever they are made of.
    #[serde(rename = "beyond_limits")]
    BeyondLimits,
    /// Of run charts.
    #[serde(rename = "run_longest")]
    RunLongest,
    #[serde(rename = "run_crossings")]
    RunCrossings,
}

/// Where the centre line lies: `"mean"`, `"median"`, or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "CentreText", into = "CentreText")]
pub enum Centre {
    #[default]
    Mean,
    Median,
    /// A target, or a mean known from elsewhere.
    At(f64),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CentreWord {
    Mean,
    Median,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum CentreText {
    Word(CentreWord),
    At(f64),
}

impl From<CentreText> for Centre {
    fn from(text: CentreText) -> Centre {
        match text {
            CentreText::Word(CentreWord::Mean) => Centre::Mean,
            CentreText::Word(CentreWord::Median) => Centre::Median,
            CentreText::At(value) => Centre::At(value),
        }
    }
}

impl From<Centre> for CentreText {
    fn from(centre: Centre) -> CentreText {
        match centre {
            Centre::Mean => CentreText::Word(CentreWord::Mean),
            Centre::Median => CentreText::Word(CentreWord::Median),
            Centre::At(value) => CentreText::At(value),
        }
    }
}

/// The points that the limits are computed from: `[from, to]`, or `{"rolling": n}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "BaselineText", into = "BaselineText")]
pub enum Baseline {
    /// From and to, both included, of the order column, as raw text; of row numbers (from 0) without one.
    Window(String, String),
    /// So many points before each one.
    Rolling(u32),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Bound {
    Text(String),
    Number(f64),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum BaselineText {
    Window(Bound, Bound),
    Rolling { rolling: u32 },
}

impl From<BaselineText> for Baseline {
    fn from(text: BaselineText) -> Baseline {
        let raw = |bound| match bound {
            Bound::Text(text) => text,
            Bound::Number(value) => value.to_string(),
        };
        match text {
            BaselineText::Window(from, to) => Baseline::Window(raw(from), raw(to)),
            BaselineText::Rolling { rolling } => Baseline::Rolling(rolling),
        }
    }
}

impl From<Baseline> for BaselineText {
    fn from(baseline: Baseline) -> BaselineText {
        match baseline {
            Baseline::Window(from, to) => BaselineText::Window(Bound::Text(from), Bound::Text(to)),
            Baseline::Rolling(rolling) => BaselineText::Rolling { rolling },
        }
    }
}

/// A row that is left out of the limits, and why. It stays on the chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exclusion {
    pub row: u64,
    pub reason: String,
}

/// What the product is allowed to be: not what the process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpecLimits {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
}

/// How a series is charted. Everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ControlOptions {
    pub chart: ControlKind,
    /// Those of the chart when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    pub centre: Centre,
    /// The standard deviation of single values, known from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma: Option<f64>,
    /// All points when `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// A column whose values are the stages: each has limits of its own, and no run goes across.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The column that tells subgroups apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subgroup: Option<String>,
    /// The column of sample sizes, for p, np and u.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Exclusion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<SpecLimits>,
    /// Of EWMA: the weight of the newest value, 0.2 without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Of EWMA: the limits in standard deviations, 3 without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Of CUSUM: the shift that is let pass, in standard deviations, 0.5 without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slack: Option<f64>,
    /// Of CUSUM: the decision interval, in standard deviations, 5 without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<f64>,
    /// The error that is allowed in all, as a share of the target: for the sigma metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_error: Option<f64>,
}

/// Which series of a table are charted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ControlQuery {
    /// Every measured column when `None`.
    #[serde(default)]
    pub value: Option<String>,
    /// One chart for each of its values; of charts with subgroups, the subgroups, unless the options name them.
    #[serde(default)]
    pub group: Option<String>,
    /// The order of the table when `None`.
    #[serde(default)]
    pub order: Option<String>,
    #[serde(default)]
    pub options: ControlOptions,
}

/// One line of a chart with its limits, all of the same length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// "yield", "moving range".
    pub label: String,
    /// NaN where a point has none: the first moving range.
    pub values: Vec<f64>,
    pub centre: Vec<f64>,
    /// The standard deviation of a point; 0 where the chart has no zones.
    pub sigma: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

/// A rule broken at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    pub rule: Rule,
    /// Which of the panels.
    pub panel: usize,
    /// The point at which the rule speaks, and the first of those it looked at.
    pub at: usize,
    pub from: usize,
}

/// A charted series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlChart {
    pub kind: ControlKind,
    /// The main line first; ranges, standard deviations or the lower sums second.
    pub panels: Vec<Panel>,
    /// By point; a point with several takes several.
    pub signals: Vec<Signal>,
    /// The rules that were looked for.
    pub rules: Vec<Rule>,
    /// Points that gave the limits of the first stage, at least.
    pub n_baseline: u64,
    pub capability: Option<super::Capability>,
    pub sigma_metric: Option<super::SigmaMetric>,
    /// Of neighbouring points, within the baseline: where it is high, limits from moving ranges are too tight.
    pub autocorrelation: Option<f64>,
}
