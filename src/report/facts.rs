//! What is known of a node, and how what is made from it is explained.

use super::Explain;
use super::behind::Behind;
use super::freeze::Evaluate;
use super::numbers::Times;
use super::roles::{Roles, roles};
use super::values::{column_type, numbers_of};
use super::verdict::Verdict;
use crate::base::{NodeId, Problem, wording};
use crate::insight::{Finding, Findings};
use crate::recipe::Test;
use crate::table::{Table, TableProfile};
use std::sync::Arc;

/// What is known of a node, asked for once.
pub(super) struct Facts {
    pub table: Arc<Table>,
    pub profile: Arc<TableProfile>,
    pub findings: Findings,
    pub roles: Roles,
    pub times: Option<Times>,
    pub name: String,
    pub steps: Vec<String>,
    pub sources: Vec<String>,
}

impl Facts {
    /// All rows, to be narrowed down.
    pub fn behind(&self) -> Behind<'_> {
        Behind::new(&self.table, &self.name)
    }

    pub fn explain(&self, formula: String, behind: &Behind<'_>) -> Explain {
        let (steps, sources) = (self.steps.clone(), self.sources.clone());
        let mut explain = Explain { formula, steps, sources, ..Explain::default() };
        behind.put_into(&mut explain);
        explain
    }

    /// What the remark on quality that the verdict speaks of leads to; else the bad rows; where none is, the
    /// rows of the finding that it speaks of; else all.
    pub fn explain_verdict(&self, made: &Verdict, by: &str) -> Explain {
        let formula = format!("{by}{}", made.formula);
        if let Some(remark) = &made.remark {
            return Explain { formula, steps: self.steps.clone(), sources: self.sources.clone(), ..remark.clone() };
        }
        let bad = self.roles.status.as_ref().filter(|s| s.n_bad > 0);
        if let Some(status) = bad {
            let test = (status.column.clone(), Test::OneOf(status.bad.clone()));
            return self.explain(formula, &self.behind().only(Some(&test)));
        }
        let about = made.about.as_ref().and_then(|key| self.findings.findings.iter().find(|f| f.key == *key));
        match about {
            Some(finding) => Explain { formula, ..self.explain_finding(finding) },
            None => self.explain(formula, &self.behind()),
        }
    }

    /// The search counted the rows that its query opens: often fewer than it compared.
    pub fn explain_finding(&self, finding: &Finding) -> Explain {
        let mut formula = finding_formula(finding);
        if finding.evidence_sql.is_empty() || finding.n_evidence == 0 {
            return self.explain(formula, &self.behind());
        }
        if finding.n_evidence != finding.n {
            let these = wording::plural(finding.n_evidence, "row", "rows");
            formula.push_str(&format!(" The {these} behind it are those that it singles out."));
        }
        Explain {
            n_rows: finding.n_evidence,
            rows_sql: Some(finding.evidence_sql.clone()),
            ..self.explain(formula, &self.behind())
        }
    }

    /// Asks for all of it.
    ///
    /// # Errors
    /// Whatever keeps the node from being computed.
    pub fn gather(eval: &dyn Evaluate, node: NodeId) -> Result<Facts, Problem> {
        let table = eval.table(node)?;
        let profile = eval.profile(node)?;
        // Numbers and tables stand without findings.
        let findings = eval.findings(node).unwrap_or_default();
        let roles = roles(&profile, &findings);
        let times = roles.time.as_ref().and_then(|column| {
            let idx = table.column_idx(column)?;
            Some(Times { values: numbers_of(&table, column).ok()?, column_type: column_type(&table, idx) })
        });
        Ok(Facts {
            times,
            roles,
            findings,
            profile,
            name: eval.node_name(node),
            steps: eval.steps_of(node),
            sources: eval.sources_of(node).into_iter().map(|s| s.name).collect(),
            table,
        })
    }
}

fn finding_formula(finding: &Finding) -> String {
    let mut parts = vec![format!("{} over {}", finding.method, wording::plural(finding.n, "row", "rows"))];
    let effect = &finding.effect;
    if effect.value.is_finite() {
        let unit = effect.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
        let mut text = format!("{} {}{unit}", effect.measure, wording::format_significant(effect.value, 3));
        if let Some((low, high)) = effect.interval {
            let (low, high) = (wording::format_significant(low, 3), wording::format_significant(high, 3));
            text.push_str(&format!(" (95 % interval {low} to {high})"));
        }
        parts.push(text);
    }
    parts.extend(finding.p_adjusted.map(|p| match p {
        p if p < 1e-4 => "p below 0.0001 after correction".to_owned(),
        p => format!("p = {} after correction", wording::format_significant(p, 2)),
    }));
    format!("{}.", parts.join("; "))
}
