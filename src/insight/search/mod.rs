//! The search for findings: every plausible comparison is made once and counted, p-values are
//! corrected over all of them, and what explains the same rows is told once.

mod attributes;
mod crowd;
mod frame;
mod group_change;
mod groups;
mod over_time;
mod pairs;
mod repeats;
mod restated;
mod roles;
mod settle;
mod single;

#[cfg(test)]
mod tests;

use super::spec::{Effect, Finding, FindingKind, Findings, FindingsOptions};
use super::stats::benjamini_hochberg;
use crate::table::Table;
use frame::{Frame, Outcome, Place};

/// Fewer rows are not searched.
const MIN_ROWS: usize = 8;
/// Smaller groups are not compared.
const MIN_GROUP: u64 = 5;
/// Pairs of columns that are compared, the most plausible first.
const MAX_PAIRS: usize = 600;
const MAX_FINDINGS: usize = 12;
const MAX_POINTS: usize = 1_000;
const ALPHA: f64 = 0.05;

/// Looks for what matters in a table. `table_name` is the name used in the evidence queries.
///
/// Deterministic; cost is bounded by 600 pairs of columns and by looking at no more than about
/// 200,000 rows in tests.
pub fn find(table_name: &str, table: &Table, options: &FindingsOptions) -> Findings {
    if (table.n_rows() as usize) < MIN_ROWS {
        return Findings::default();
    }
    let frame = Frame::new(table_name, table, options);
    let mut search =
        Search { frame: &frame, options, checks: 0, p_values: Vec::new(), found: Vec::new(), pairs_left: MAX_PAIRS };
    groups::search(&mut search);
    over_time::search(&mut search);
    group_change::search(&mut search);
    pairs::search(&mut search);
    single::search(&mut search);
    crowd::search(&mut search);
    repeats::search(&mut search);
    let adjusted = benjamini_hochberg(&search.p_values);
    let checks_run = search.checks;
    let findings = settle::settle(&frame, search.found, &adjusted);
    Findings { checks_run, findings, attributes: frame.attributes }
}

/// What the parts of the search share.
struct Search<'a> {
    frame: &'a Frame<'a>,
    options: &'a FindingsOptions,
    checks: u64,
    p_values: Vec<f64>,
    found: Vec<Candidate>,
    pairs_left: usize,
}

/// A finding before correction and ranking.
#[derive(Clone, Debug)]
struct Candidate {
    finding: Finding,
    outcome: Option<Outcome>,
    place: Place,
    /// The two quantities of a correlation.
    pair: Option<(usize, usize)>,
    /// Where its p-value stands among all.
    test: Option<usize>,
    /// Doubts with their weight; the heaviest becomes the caveat.
    doubts: Vec<(u8, String)>,
}

impl Search<'_> {
    /// Counts a comparison that has a p-value; the answer goes into [`Candidate::test`].
    fn test(&mut self, p: f64) -> usize {
        self.checks += 1;
        self.p_values.push(p);
        self.p_values.len() - 1
    }

    /// Counts a look at something that needs no test.
    fn look(&mut self) {
        self.checks += 1;
    }

    fn wants(&self, kind: FindingKind) -> bool {
        self.options.kinds.is_empty() || self.options.kinds.contains(&kind)
    }

    /// Whether a column may be the measured one.
    fn wants_value(&self, outcome: &Outcome) -> bool {
        self.options.value.as_ref().is_none_or(|v| self.frame.names(outcome).contains(v))
    }

    /// Whether a column may be the grouping one.
    fn wants_group(&self, column: usize) -> bool {
        self.options.group.as_ref().is_none_or(|g| self.frame.column(column).is_some_and(|c| c.name == *g))
    }

    /// Whether one more pair of columns may be compared.
    fn take_pair(&mut self) -> bool {
        let left = self.pairs_left > 0;
        self.pairs_left = self.pairs_left.saturating_sub(1);
        left
    }

    /// Measured columns of the table.
    fn measures(&self) -> Vec<usize> {
        self.columns(|c| c.roles.is_measure && c.formula.is_none())
    }

    /// Times between two dates. Only groups are compared by them: over time the newest rows are those
    /// whose second date came soon.
    fn delays(&self) -> Vec<usize> {
        self.columns(|c| c.roles.is_measure && c.formula.is_some())
    }

    fn categories(&self) -> Vec<usize> {
        self.columns(|c| c.roles.is_category && c.levels.is_some())
    }

    /// Columns with more groups than can be compared one by one.
    fn crowds(&self) -> Vec<usize> {
        self.columns(|c| !c.roles.is_category && c.roles.is_crowd && c.levels.is_some())
    }

    fn columns(&self, fits: impl Fn(&frame::Column) -> bool) -> Vec<usize> {
        self.frame.columns.iter().enumerate().filter(|(_, c)| fits(c)).map(|(i, _)| i).collect()
    }

    /// Status columns first, then quantities, then what is missing.
    fn outcomes(&self) -> Vec<Outcome> {
        let events = self.columns(|c| c.event.is_some()).into_iter().map(Outcome::Event);
        let measures = self.measures().into_iter().map(Outcome::Measure);
        let missing = self.frame.missing.iter().enumerate().filter(|(_, (_, mask))| {
            let n = mask.iter().filter(|m| **m).count();
            n >= 5 && mask.len() - n >= 5
        });
        let missing = missing.map(|(i, _)| Outcome::Missing(i));
        events.chain(measures).chain(missing).filter(|o| self.wants_value(o)).collect()
    }
}

/// A finding with the fields that all parts fill in the same way.
fn finding(kind: FindingKind, columns: Vec<String>, sentence: String, effect: Effect, strength: f64) -> Finding {
    let name = match kind {
        FindingKind::Trend => "trend",
        FindingKind::ChangePoint => "change_point",
        FindingKind::Outlier => "outlier",
        FindingKind::GroupDifference => "group_difference",
        FindingKind::Correlation => "correlation",
        FindingKind::Association => "association",
        FindingKind::Missingness => "missingness",
        FindingKind::Duplicates => "duplicates",
        FindingKind::Concentration => "concentration",
    };
    Finding {
        key: std::iter::once(name).chain(columns.iter().map(String::as_str)).collect::<Vec<_>>().join("|"),
        kind,
        sentence,
        strength: strength.clamp(0.0, 1.0),
        effect,
        n: 0,
        n_evidence: 0,
        p_adjusted: None,
        caveat: String::new(),
        method: String::new(),
        columns,
        group: None,
        evidence_sql: String::new(),
        points: Vec::new(),
        window: None,
    }
}
