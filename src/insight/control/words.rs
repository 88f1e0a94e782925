//! The rules in words.

use super::spec::Rule;

impl Rule {
    pub const ALL: [Rule; 23] = [
        Rule::Nelson1,
        Rule::Nelson2,
        Rule::Nelson3,
        Rule::Nelson4,
        Rule::Nelson5,
        Rule::Nelson6,
        Rule::Nelson7,
        Rule::Nelson8,
        Rule::WesternElectric1,
        Rule::WesternElectric2,
        Rule::WesternElectric3,
        Rule::WesternElectric4,
        Rule::Westgard12s,
        Rule::Westgard13s,
        Rule::Westgard22s,
        Rule::WestgardR4s,
        Rule::Westgard31s,
        Rule::Westgard41s,
        Rule::Westgard7t,
        Rule::Westgard10x,
        Rule::BeyondLimits,
        Rule::RunLongest,
        Rule::RunCrossings,
    ];

    /// The name in the script API and in saved workspaces: "nelson_1".
    pub fn name(self) -> &'static str {
        match self {
            Rule::Nelson1 => "nelson_1",
            Rule::Nelson2 => "nelson_2",
            Rule::Nelson3 => "nelson_3",
            Rule::Nelson4 => "nelson_4",
            Rule::Nelson5 => "nelson_5",
            Rule::Nelson6 => "nelson_6",
            Rule::Nelson7 => "nelson_7",
            Rule::Nelson8 => "nelson_8",
            Rule::WesternElectric1 => "western_electric_1",
            Rule::WesternElectric2 => "western_electric_2",
            Rule::WesternElectric3 => "western_electric_3",
            Rule::WesternElectric4 => "western_electric_4",
            Rule::Westgard12s => "westgard_1_2s",
            Rule::Westgard13s => "westgard_1_3s",
            Rule::Westgard22s => "westgard_2_2s",
            Rule::WestgardR4s => "westgard_r_4s",
            Rule::Westgard31s => "westgard_3_1s",
            Rule::Westgard41s => "westgard_4_1s",
            Rule::Westgard7t => "westgard_7_t",
            Rule::Westgard10x => "westgard_10_x",
            Rule::BeyondLimits => "beyond_limits",
            Rule::RunLongest => "run_longest",
            Rule::RunCrossings => "run_crossings",
        }
    }

    pub fn named(name: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// "Nelson 1", as people name it.
    pub fn label(self) -> &'static str {
        match self {
            Rule::Nelson1 => "Nelson 1",
            Rule::Nelson2 => "Nelson 2",
            Rule::Nelson3 => "Nelson 3",
            Rule::Nelson4 => "Nelson 4",
            Rule::Nelson5 => "Nelson 5",
            Rule::Nelson6 => "Nelson 6",
            Rule::Nelson7 => "Nelson 7",
            Rule::Nelson8 => "Nelson 8",
            Rule::WesternElectric1 => "Western Electric 1",
            Rule::WesternElectric2 => "Western Electric 2",
            Rule::WesternElectric3 => "Western Electric 3",
            Rule::WesternElectric4 => "Western Electric 4",
            Rule::Westgard12s => "Westgard 1-2s",
            Rule::Westgard13s => "Westgard 1-3s",
            Rule::Westgard22s => "Westgard 2-2s",
            Rule::WestgardR4s => "Westgard R-4s",
            Rule::Westgard31s => "Westgard 3-1s",
            Rule::Westgard41s => "Westgard 4-1s",
            Rule::Westgard7t => "Westgard 7-T",
            Rule::Westgard10x => "Westgard 10-x",
            Rule::BeyondLimits => "beyond the limits",
            Rule::RunLongest => "longest run",
            Rule::RunCrossings => "too few crossings",
        }
    }

    /// What it takes to break it: "nine points in a row on one side of the centre line".
    pub fn meaning(self) -> &'static str {
        match self {
            Rule::Nelson1 | Rule::WesternElectric1 | Rule::Westgard13s => {
                "a point more than three standard deviations from the centre line"
            }
            Rule::Nelson2 => "nine points in a row on one side of the centre line",
            Rule::Nelson3 => "six points in a row, each above the one before, or each below",
            Rule::Nelson4 => "fourteen points in a row, up and down by turns",
            Rule::Nelson5 | Rule::WesternElectric2 => {
                "two of three points in a row more than two standard deviations out, on one side"
            }
            Rule::Nelson6 | Rule::WesternElectric3 => {
                "four of five points in a row more than one standard deviation out, on one side"
            }
            Rule::Nelson7 => "fifteen points in a row within one standard deviation of the centre line",
            Rule::Nelson8 => "eight points in a row, none within one standard deviation of the centre line",
            Rule::WesternElectric4 => "eight points in a row on one side of the centre line",
            Rule::Westgard12s => "a point more than two standard deviations from the mean: a warning",
            Rule::Westgard22s => "two points in a row more than two standard deviations out, on one side",
            Rule::WestgardR4s => "two points in a row more than two standard deviations out, on opposite sides",
            Rule::Westgard31s => "three points in a row more than one standard deviation out, on one side",
            Rule::Westgard41s => "four points in a row more than one standard deviation out, on one side",
            Rule::Westgard7t => "seven points in a row, each above the one before, or each below",
            Rule::Westgard10x => "ten points in a row on one side of the mean",
            Rule::BeyondLimits => "a point beyond the control limits",
            Rule::RunLongest => "more points in a row on one side of the median than chance makes in 95 % of series",
            Rule::RunCrossings => "the median is crossed less often than chance does in 95 % of series",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_one_name() {
        for rule in Rule::ALL {
            assert_eq!(Rule::named(rule.name()), Some(rule));
        }
        assert_eq!(Rule::named("nelson_9"), None);
    }
}
