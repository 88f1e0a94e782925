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

pub(super) use roles::{Facts, roles_of};

use super::spec::{Coverage, Effect, Finding, FindingKind, Findings, FindingsOptions};
use super::stats::benjamini_hochberg;
use crate::base::at_once;
use crate::table::Table;
use frame::{Frame, MAX_COLUMNS, Outcome, Place};

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
    at_once(find_in_slices(table_name, table, options))
}

/// The same in slices: gives way after each column, each pair of columns and each finding. Whoever drops
/// it in between has lost nothing.
pub async fn find_in_slices(table_name: &str, table: &Table, options: &FindingsOptions) -> Findings {
    if (table.n_rows() as usize) < MIN_ROWS {
        return Findings::default();
    }
    let frame = Frame::new(table_name, table, options).await;
    let mut search = Search { frame: &frame, options, checks: 0, p_values: Vec::new(), found: Vec::new(), n_pairs: 0 };
    groups::search(&mut search).await;
    over_time::search(&mut search).await;
    group_change::search(&mut search).await;
    pairs::search(&mut search).await;
    single::search(&mut search).await;
    crowd::search(&mut search).await;
    repeats::search(&mut search).await;
    let adjusted = benjamini_hochberg(&search.p_values);
    let checks_run = search.checks;
    let coverage = search.coverage();
    let findings = settle::settle(&frame, search.found, &adjusted).await;
    Findings { checks_run, findings, attributes: frame.attributes, coverage }
}

/// What the parts of the search share.
struct Search<'a> {
    frame: &'a Frame<'a>,
    options: &'a FindingsOptions,
    checks: u64,
    p_values: Vec<f64>,
    found: Vec<Candidate>,
    /// Pairs of columns that could be compared, whether or not they were.
    n_pairs: usize,
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
        self.n_pairs += 1;
        self.n_pairs <= MAX_PAIRS
    }

    /// How much of the table was looked at, where that is not all of it.
    fn coverage(&self) -> Option<Coverage> {
        let (n_columns, n_searched) = (self.frame.table.n_columns(), self.frame.table.n_columns().min(MAX_COLUMNS));
        let is_partial = n_searched < n_columns || self.n_pairs > MAX_PAIRS;
        is_partial.then_some(Coverage {
            n_columns: n_columns as u64,
            n_columns_searched: n_searched as u64,
            n_pairs: self.n_pairs as u64,
            n_pairs_compared: self.n_pairs.min(MAX_PAIRS) as u64,
        })
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
        let missing = self
            .frame
            .missing
            .iter()
            .enumerate()
            .filter(|(_, gap)| gap.n_missing() >= 5 && self.frame.n_rows_for(gap) - gap.n_missing() >= 5);
        let missing = missing.map(|(i, _)| Outcome::Missing(i));
        events.chain(measures).chain(missing).filter(|o| self.wants_value(o)).collect()
    }
}

/// A finding with the fields that all parts fill in the same way.
pub(super) fn finding(
    kind: FindingKind,
    columns: Vec<String>,
    sentence: String,
    effect: Effect,
    strength: f64,
) -> Finding {
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
        FindingKind::ControlChart => "control_chart",
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
        also: Vec::new(),
        evidence_sql: String::new(),
        points: Vec::new(),
        window: None,
        rule: None,
    }
}
