//! A report spec and its data → a report with everything in it.

mod strip;

use super::event_chart::event_chart;
use super::facts::Facts;
use super::finding_chart::chart_for;
use super::methods::{MethodsInput, methods};
use super::numbers::{Origin, number};
use super::roles::human_name;
use super::rows::chosen_rows;
use super::spec::{Block, BlockSpec, NumberSpec};
use super::values::time_iso;
use super::verdict::{VerdictInput, verdict};
use super::{Explain, FrozenBlock, FrozenContent, FrozenNumber, FrozenReport, QualityItem, State};
use crate::base::{ColumnType, NodeId, Problem, wording};
use crate::chart::{ChartData, ChartSpec, reduce};
use crate::insight::{Finding, Findings, with_delays};
use crate::recipe::Aggregate;
use crate::table::{SourceRef, Table, TableProfile};
use std::collections::BTreeMap;
use std::sync::Arc;
use strip::strip;

/// Answers about nodes. The engine implements it; each answer may be cached there.
pub trait Evaluate {
    /// # Errors
    /// Whatever keeps the chart from being made.
    fn chart(&self, spec: &ChartSpec) -> Result<ChartData, Problem>;
    /// # Errors
    /// Whatever keeps the node from being computed.
    fn findings(&self, node: NodeId) -> Result<Findings, Problem>;
    /// The node's rows, after its recipe.
    ///
    /// # Errors
    /// Whatever keeps the node from being computed.
    fn table(&self, node: NodeId) -> Result<Arc<Table>, Problem>;
    /// # Errors
    /// Whatever keeps the node from being computed.
    fn profile(&self, node: NodeId) -> Result<Arc<TableProfile>, Problem>;
    /// The node's name in SQL.
    fn node_name(&self, node: NodeId) -> String;
    /// How the node came to be, a sentence a step, with counts.
    fn steps_of(&self, node: NodeId) -> Vec<String>;
    fn sources_of(&self, node: NodeId) -> Vec<SourceRef>;
    /// The node the report is about; the first one that a block names when `None`.
    fn main_node(&self) -> Option<NodeId> {
        None
    }
    /// Findings that the user does not want to see, by key.
    fn dismissed(&self) -> Vec<String> {
        Vec::new()
    }
    /// The filters that the rows have gone through, in words: "site is '017'".
    fn filters_of(&self, _node: NodeId) -> Vec<String> {
        Vec::new()
    }
}

/// Computes every block. A block that cannot be made says why; the report itself never fails.
pub fn freeze(
    spec_title: &str,
    blocks: &[Block],
    is_draft: bool,
    eval: &dyn Evaluate,
    quality: Vec<QualityItem>,
    methods_extra: Vec<String>,
) -> FrozenReport {
    let main = eval.main_node().or_else(|| blocks.iter().find_map(|b| nodes_of(&b.spec).into_iter().next()));
    let mut freezer =
        Freezer { eval, main, quality, methods_extra, dismissed: eval.dismissed(), nodes: BTreeMap::new() };
    let shown = shown_keys(blocks);
    let mut frozen: Vec<FrozenBlock> = blocks
        .iter()
        .map(|block| {
            let content = freezer.block(&block.spec, &shown).unwrap_or_else(|p| FrozenContent::Failed(p.to_string()));
            FrozenBlock { id: block.id, spec: block.spec.clone(), content }
        })
        .collect();
    // Last, for it tells only of what is there.
    let methods = freezer.methods(&shown, &frozen);
    for block in frozen.iter_mut().filter(|b| b.spec == BlockSpec::Methods) {
        block.content = FrozenContent::Methods(methods.clone());
    }
    let sources = freezer.sources(blocks);
    let as_of = freezer.latest();
    let filters = main.map(|n| eval.filters_of(n)).unwrap_or_default();
    let strip_parts = strip(freezer.main_facts().ok().as_deref(), &filters, as_of, &sources);
    let name = main.map(|n| eval.node_name(n)).unwrap_or_default();
    let title =
        if spec_title.trim().is_empty() { wording::sentence_case(&human_name(&name)) } else { spec_title.to_owned() };
    FrozenReport {
        version: FrozenReport::VERSION,
        title: if title.is_empty() { "Report".to_owned() } else { title },
        strip: strip_parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" · "),
        strip_parts,
        blocks: frozen,
        sources,
        as_of: as_of.and_then(|(value, t)| time_iso(value, t)),
        checks_run: main.and_then(|n| freezer.facts(n).ok()).map_or(0, |f| f.findings.checks_run),
        is_draft,
    }
}

struct Freezer<'a> {
    eval: &'a dyn Evaluate,
    main: Option<NodeId>,
    quality: Vec<QualityItem>,
    methods_extra: Vec<String>,
    dismissed: Vec<String>,
    nodes: BTreeMap<NodeId, Result<Arc<Facts>, Problem>>,
}

impl Freezer<'_> {
    fn facts(&mut self, node: NodeId) -> Result<Arc<Facts>, Problem> {
        if let Some(known) = self.nodes.get(&node) {
            return known.clone();
        }
        let facts = Facts::gather(self.eval, node).map(Arc::new);
        self.nodes.insert(node, facts.clone());
        facts
    }

    fn main_facts(&mut self) -> Result<Arc<Facts>, Problem> {
        let node = self.main.ok_or_else(|| {
            Problem::request("no_data", "There are no rows to report on.").hint("Drop a file anywhere.")
        })?;
        self.facts(node)
    }

    fn block(&mut self, spec: &BlockSpec, shown: &[(NodeId, String)]) -> Result<FrozenContent, Problem> {
        match spec {
            BlockSpec::Verdict { text, action } => self.verdict(text.as_deref(), action.as_deref(), shown),
            BlockSpec::Numbers(specs) => Ok(FrozenContent::Numbers(specs.iter().map(|s| self.number(s)).collect())),
            BlockSpec::Finding { node, key, heading, hides_chart } => {
                self.finding(*node, key, heading.as_deref(), *hides_chart)
            }
            BlockSpec::Chart(spec) => {
                let data = self.eval.chart(spec)?;
                let explain = self.explain_chart(spec, &data);
                Ok(FrozenContent::Chart { spec: spec.clone(), data, explain })
            }
            BlockSpec::Table { node, title, columns, n_rows, only, sort } => {
                let facts = self.facts(*node)?;
                let window = chosen_rows(&facts.table, columns, only.as_ref(), sort.as_ref(), *n_rows as usize)?;
                let n_shown = window.cells.first().map_or(0, Vec::len) as u64;
                let filter = only.as_ref().map(|(c, t)| format!(" where {}", super::test_words(c, t)));
                let formula = format!(
                    "{} of the {} of {}{}.",
                    wording::format_count(n_shown),
                    wording::plural(window.n_total, "row", "rows"),
                    facts.name,
                    filter.unwrap_or_default()
                );
                let explain = facts.explain(formula, &facts.behind().only(only.as_ref()));
                Ok(FrozenContent::Table { title: title.clone(), window, explain })
            }
            BlockSpec::Text(text) => Ok(FrozenContent::Text(text.clone())),
            BlockSpec::Quality => Ok(FrozenContent::Quality(self.quality.clone())),
            BlockSpec::Sources => Ok(FrozenContent::Sources),
            BlockSpec::Methods => Ok(FrozenContent::Methods(Vec::new())),
        }
    }

    fn verdict(
        &mut self,
        text: Option<&str>,
        action: Option<&str>,
        shown: &[(NodeId, String)],
    ) -> Result<FrozenContent, Problem> {
        let facts = self.main_facts();
        let n_shown = |facts: &Facts| self.in_report(facts, shown).len() as u64;
        let made = facts.as_ref().ok().map(|facts| {
            verdict(&VerdictInput {
                node_name: &facts.name,
                profile: &facts.profile,
                findings: &facts.findings,
                dismissed: &self.dismissed,
                status: facts.roles.status.as_ref(),
                quality: &self.quality,
                n_shown: n_shown(facts),
            })
        });
        // What the user wrote stands, whatever the data say; the state is still the data's.
        let text = text.map(str::trim).filter(|t| !t.is_empty());
        let (facts, made) = match (facts, made, text) {
            (Ok(facts), Some(made), _) => (facts, made),
            (Err(problem), _, None) => return Err(problem),
            (_, _, Some(text)) => {
                return Ok(FrozenContent::Verdict {
                    state: State::Attention,
                    sentence: text.to_owned(),
                    action: action.map(str::trim).unwrap_or_default().to_owned(),
                    explain: Explain::default(),
                });
            }
            _ => return Err(Problem::bug("bug_verdict", "The verdict could not be written.")),
        };
        let by = if text.is_some() { "Written by hand. " } else { "" };
        Ok(FrozenContent::Verdict {
            state: made.state,
            explain: facts.explain_verdict(&made, by),
            sentence: text.map_or(made.sentence, str::to_owned),
            action: action.map_or(made.action, |a| a.trim().to_owned()),
        })
    }

    /// A number that cannot be computed says so in its place.
    fn number(&mut self, spec: &NumberSpec) -> FrozenNumber {
        let made = self.facts(spec.node).and_then(|facts| {
            let origin = Origin {
                table: &facts.table,
                node_name: &facts.name,
                times: facts.times.as_ref(),
                steps: &facts.steps,
                sources: &facts.sources,
            };
            number(spec, &origin)
        });
        made.unwrap_or_else(|problem| FrozenNumber {
            label: if spec.label.is_empty() {
                wording::sentence_case(spec.aggregate.word())
            } else {
                spec.label.clone()
            },
            text: "cannot be computed".to_owned(),
            value: None,
            unit: None,
            change: None,
            spark: Default::default(),
            explain: Explain { formula: problem.to_string(), ..Explain::default() },
        })
    }

    fn finding(
        &mut self,
        node: NodeId,
        key: &str,
        heading: Option<&str>,
        hides_chart: bool,
    ) -> Result<FrozenContent, Problem> {
        let facts = self.facts(node)?;
        let found = facts.findings.findings.iter().find(|f| f.key == key);
        let finding = found.cloned().ok_or_else(|| {
            Problem::request("finding_gone", "This finding no longer holds in the data.")
                .because("The rows have changed since it was added.")
                .hint("Remove it, or undo the change.")
        })?;
        // A finding without its picture is still a finding.
        let draw = || {
            event_chart(&finding, &facts.table, &facts.profile).or_else(|| {
                if let Some(spec) = chart_for(&finding, node, &facts.table) {
                    return self.eval.chart(&spec).ok();
                }
                // What is measured is no column of the table but the time between two.
                finding.columns.first().filter(|c| facts.table.column(c).is_none())?;
                let longer = with_delays(&facts.table)?;
                reduce(&longer, &chart_for(&finding, node, &longer)?).ok()
            })
        };
        let chart = if hides_chart { None } else { draw() };
        let explain = facts.explain_finding(&finding);
        let heading = heading.map(str::trim).filter(|h| !h.is_empty()).map(str::to_owned);
        Ok(FrozenContent::Finding { finding, chart, heading, explain })
    }

    fn explain_chart(&mut self, spec: &ChartSpec, data: &ChartData) -> Explain {
        let mut formula = if data.subtitle.is_empty() { data.title.clone() } else { data.subtitle.clone() };
        formula = start_of_sentence(formula.trim_end_matches('.'), &spec_columns(spec));
        formula.push('.');
        if data.n_missing > 0 {
            let left_out = wording::plural(data.n_missing, "row is", "rows are");
            formula.push_str(&format!(" {left_out} left out because a value is missing."));
        }
        match self.facts(spec.node) {
            Ok(facts) => {
                let mut explain = facts.explain(formula, &facts.behind().drawn_by(spec));
                if data.n_more > 0 && explain.n_rows > data.n_rows {
                    explain.formula.push_str(" Rows that are not shown are among those behind it.");
                }
                explain
            }
            Err(_) => Explain { formula, n_rows: data.n_rows, ..Explain::default() },
        }
    }

    /// The findings about the main node that the report shows.
    fn in_report<'f>(&self, facts: &'f Facts, shown: &[(NodeId, String)]) -> Vec<&'f Finding> {
        let is_shown = |f: &&Finding| shown.iter().any(|(node, key)| Some(*node) == self.main && *key == f.key);
        facts.findings.findings.iter().filter(is_shown).collect()
    }

    fn methods(&mut self, shown: &[(NodeId, String)], frozen: &[FrozenBlock]) -> Vec<String> {
        let extra = self.methods_extra.clone();
        let Ok(facts) = self.main_facts() else { return methods(&Findings::default(), MethodsInput::default(), extra) };
        let numbers = || {
            frozen.iter().filter_map(|b| match &b.content {
                FrozenContent::Numbers(numbers) => Some(numbers.iter()),
                _ => None,
            })
        };
        let has_changes = numbers().flatten().any(|n| n.change.is_some());
        let is_averaged = frozen.iter().any(|b| match &b.spec {
            BlockSpec::Numbers(specs) => specs.iter().any(|s| !matches!(s.aggregate, Aggregate::Count)),
            BlockSpec::Chart(spec) => spec.aggregate.is_some_and(|a| a != Aggregate::Count),
            _ => false,
        });
        let input = MethodsInput {
            filters: &self.main.map(|n| self.eval.filters_of(n)).unwrap_or_default(),
            shown: &self.in_report(&facts, shown),
            n_rows: facts.profile.n_rows,
            has_changes,
            leaves_out_missing: is_averaged && facts.profile.columns.iter().any(|c| c.n_missing > 0),
        };
        methods(&facts.findings, input, extra)
    }

    /// All sources of all nodes that the report uses, each once, in the order of first use.
    fn sources(&self, blocks: &[Block]) -> Vec<SourceRef> {
        let mut nodes: Vec<NodeId> = self.main.into_iter().collect();
        nodes.extend(blocks.iter().flat_map(|b| nodes_of(&b.spec)));
        let mut sources: Vec<SourceRef> = Vec::new();
        let mut seen: Vec<NodeId> = Vec::new();
        for node in nodes {
            if seen.contains(&node) {
                continue;
            }
            seen.push(node);
            for source in self.eval.sources_of(node) {
                if !sources.iter().any(|s| s.fingerprint == source.fingerprint && s.name == source.name) {
                    sources.push(source);
                }
            }
        }
        sources
    }

    /// The latest moment in the main time column.
    fn latest(&mut self) -> Option<(f64, ColumnType)> {
        let facts = self.main_facts().ok()?;
        let times = facts.times.as_ref()?;
        let latest = times.values.iter().copied().filter(|t| t.is_finite()).reduce(f64::max)?;
        Some((latest, times.column_type))
    }
}

/// A capital first letter, unless a column's name comes first: names keep their case.
fn start_of_sentence(text: &str, names: &[&str]) -> String {
    if names.iter().any(|name| text.starts_with(name)) { text.to_owned() } else { wording::sentence_case(text) }
}

fn spec_columns(spec: &ChartSpec) -> Vec<&str> {
    let optional = [&spec.y, &spec.group, &spec.value];
    std::iter::once(spec.x.as_str()).chain(optional.into_iter().filter_map(|c| c.as_deref())).collect()
}

fn shown_keys(blocks: &[Block]) -> Vec<(NodeId, String)> {
    let key = |b: &Block| match &b.spec {
        BlockSpec::Finding { node, key, .. } => Some((*node, key.clone())),
        _ => None,
    };
    blocks.iter().filter_map(key).collect()
}

fn nodes_of(spec: &BlockSpec) -> Vec<NodeId> {
    match spec {
        BlockSpec::Numbers(specs) => specs.iter().map(|s| s.node).collect(),
        BlockSpec::Finding { node, .. } | BlockSpec::Table { node, .. } => vec![*node],
        BlockSpec::Chart(spec) => vec![spec.node],
        BlockSpec::Verdict { .. }
        | BlockSpec::Text(_)
        | BlockSpec::Quality
        | BlockSpec::Sources
        | BlockSpec::Methods => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
