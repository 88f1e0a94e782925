//! Control charts.

use super::mirror::{saved_enum, saved_struct};
use crate::insight;

saved_enum! {
    ControlKind = insight::ControlKind {
        "i_mr" => IMr,
        "xbar_r" => XbarR,
        "xbar_s" => XbarS,
        "p" => P,
        "np" => Np,
        "c" => C,
        "u" => U,
        "ewma" => Ewma,
        "cusum" => Cusum,
        "levey_jennings" => LeveyJennings,
        "run" => Run,
    }
}

saved_enum! {
    Rule = insight::Rule {
        "nelson_1" => Nelson1,
        "nelson_2" => Nelson2,
        "nelson_3" => Nelson3,
        "nelson_4" => Nelson4,
        "nelson_5" => Nelson5,
        "nelson_6" => Nelson6,
        "nelson_7" => Nelson7,
        "nelson_8" => Nelson8,
        "western_electric_1" => WesternElectric1,
        "western_electric_2" => WesternElectric2,
        "western_electric_3" => WesternElectric3,
        "western_electric_4" => WesternElectric4,
        "westgard_1_2s" => Westgard12s,
        "westgard_1_3s" => Westgard13s,
        "westgard_2_2s" => Westgard22s,
        "westgard_r_4s" => WestgardR4s,
        "westgard_3_1s" => Westgard31s,
        "westgard_4_1s" => Westgard41s,
        "westgard_7_t" => Westgard7t,
        "westgard_10_x" => Westgard10x,
        "beyond_limits" => BeyondLimits,
        "run_longest" => RunLongest,
        "run_crossings" => RunCrossings,
    }
}

saved_enum! {
    Centre = insight::Centre {
        "mean" => Mean,
        "median" => Median,
        "at" => At(value: f64),
    }
}

saved_enum! {
    Baseline = insight::Baseline {
        "window" => Window(from: String, to: String),
        "rolling" => Rolling(width: u32),
    }
}

saved_struct! {
    Exclusion = insight::Exclusion {
        "row" => row: u64,
        "reason" => reason: String,
    }
}

saved_struct! {
    SpecLimits = insight::SpecLimits {
        #[serde(default)]
        "lower" => lower: Option<f64>,
        #[serde(default)]
        "upper" => upper: Option<f64>,
        #[serde(default)]
        "target" => target: Option<f64>,
    }
}

saved_struct! {
    Control = insight::ControlOptions {
        "chart" => chart: ControlKind,
        #[serde(default)]
        "rules" => rules: Vec<Rule>,
        "centre" => centre: Centre,
        #[serde(default)]
        "sigma" => sigma: Option<f64>,
        #[serde(default)]
        "baseline" => baseline: Option<Baseline>,
        #[serde(default)]
        "stage" => stage: Option<String>,
        #[serde(default)]
        "subgroup" => subgroup: Option<String>,
        #[serde(default)]
        "size" => size: Option<String>,
        #[serde(default)]
        "excluded" => excluded: Vec<Exclusion>,
        #[serde(default)]
        "spec" => spec: Option<SpecLimits>,
        #[serde(default)]
        "weight" => weight: Option<f64>,
        #[serde(default)]
        "width" => width: Option<f64>,
        #[serde(default)]
        "slack" => slack: Option<f64>,
        #[serde(default)]
        "decision" => decision: Option<f64>,
        #[serde(default)]
        "allowed_error" => allowed_error: Option<f64>,
    }
}
