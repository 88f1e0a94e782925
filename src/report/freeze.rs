//! A report spec and its data → a report with everything in it.

use super::event_chart::event_chart;
use super::finding_chart::chart_for;
use super::methods::methods;
use super::numbers::{Origin, Times, number};
use super::roles::{Roles, human_name, roles};
use super::rows::chosen_rows;
use super::spec::{Block, BlockSpec, NumberSpec};
use super::values::{column_type, numbers_of, time_iso, time_words};
use super::verdict::{VerdictInput, verdict};
use super::{Explain, FrozenBlock, FrozenContent, FrozenNumber, FrozenReport, QualityItem, State};
use crate::base::{ColumnType, NodeId, Problem, wording};
use crate::chart::{ChartData, ChartSpec, reduce};
use crate::insight::{Finding, Findings, with_delays};
use crate::table::{SourceRef, Table, TableProfile};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// How many filters the rows have gone through.
    fn n_filters(&self, node: NodeId) -> u64 {
        self.steps_of(node).iter().filter(|s| s.starts_with("Keep rows")).count() as u64
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
    let frozen: Vec<FrozenBlock> = blocks
        .iter()
        .map(|block| {
            let content = freezer.block(&block.spec, &shown).unwrap_or_else(|p| FrozenContent::Failed(p.to_string()));
            FrozenBlock { id: block.id, spec: block.spec.clone(), content }
        })
        .collect();
    let sources = freezer.sources(blocks);
    let as_of = freezer.latest();
    let name = main.map(|n| eval.node_name(n)).unwrap_or_default();
    let title =
        if spec_title.trim().is_empty() { wording::sentence_case(&human_name(&name)) } else { spec_title.to_owned() };
    FrozenReport {
        version: FrozenReport::VERSION,
        title: if title.is_empty() { "Report".to_owned() } else { title },
        strip: freezer.strip(as_of, sources.len() as u64),
        blocks: frozen,
        sources,
        as_of: as_of.and_then(|(value, t)| time_iso(value, t)),
        checks_run: main.and_then(|n| freezer.facts(n).ok()).map_or(0, |f| f.findings.checks_run),
        is_draft,
    }
}

/// What is known of a node, asked for once.
struct Facts {
    table: Arc<Table>,
    profile: Arc<TableProfile>,
    findings: Findings,
    roles: Roles,
    times: Option<Times>,
    name: String,
    steps: Vec<String>,
    sources: Vec<String>,
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
        let facts = gather(self.eval, node).map(Arc::new);
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
            BlockSpec::Verdict { text } => self.verdict(text.as_deref()),
            BlockSpec::Numbers(specs) => Ok(FrozenContent::Numbers(specs.iter().map(|s| self.number(s)).collect())),
            BlockSpec::Finding { node, key } => self.finding(*node, key),
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
                let mut explain = facts.explain(formula, window.n_total);
                explain.rows_sql = Some(facts.sql(only.as_ref()));
                Ok(FrozenContent::Table { title: title.clone(), window, explain })
            }
            BlockSpec::Text(text) => Ok(FrozenContent::Text(text.clone())),
            BlockSpec::Quality => Ok(FrozenContent::Quality(self.quality.clone())),
            BlockSpec::Sources => Ok(FrozenContent::Sources),
            BlockSpec::Methods => Ok(FrozenContent::Methods(self.methods(shown))),
        }
    }

    fn verdict(&mut self, text: Option<&str>) -> Result<FrozenContent, Problem> {
        let facts = self.main_facts();
        let made = facts.as_ref().ok().map(|facts| {
            verdict(&VerdictInput {
                node_name: &facts.name,
                profile: &facts.profile,
                findings: &facts.findings,
                dismissed: &self.dismissed,
                status: facts.roles.status.as_ref(),
                quality: &self.quality,
            })
        });
        // What the user wrote stands, whatever the data say; the state is still the data's.
        if let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) {
            let (state, formula) = made.map_or((State::Attention, String::new()), |v| (v.state, v.formula));
            let explain = facts.map(|f| f.explain(format!("Written by hand. {formula}"), f.profile.n_rows));
            return Ok(FrozenContent::Verdict {
                state,
                sentence: text.to_owned(),
                action: String::new(),
                explain: explain.unwrap_or_default(),
            });
        }
        let facts = facts?;
        let made = made.ok_or_else(|| Problem::bug("bug_verdict", "The verdict could not be written."))?;
        let explain = facts.explain(made.formula, facts.profile.n_rows);
        Ok(FrozenContent::Verdict { state: made.state, sentence: made.sentence, action: made.action, explain })
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

    fn finding(&mut self, node: NodeId, key: &str) -> Result<FrozenContent, Problem> {
        let facts = self.facts(node)?;
        let found = facts.findings.findings.iter().find(|f| f.key == key);
        let finding = found.cloned().ok_or_else(|| {
            Problem::request("finding_gone", "This finding no longer holds in the data.")
                .because("The rows have changed since it was added.")
                .hint("Remove it, or undo the change.")
        })?;
        // A finding without its picture is still a finding.
        let chart = event_chart(&finding, &facts.table, &facts.profile).or_else(|| {
            if let Some(spec) = chart_for(&finding, node, &facts.table) {
                return self.eval.chart(&spec).ok();
            }
            // What is measured is no column of the table but the time between two.
            finding.columns.first().filter(|c| facts.table.column(c).is_none())?;
            let longer = with_delays(&facts.table)?;
            reduce(&longer, &chart_for(&finding, node, &longer)?).ok()
        });
        let mut explain = facts.explain(finding_formula(&finding), finding.n);
        explain.rows_sql = Some(finding.evidence_sql.clone()).filter(|sql| !sql.is_empty());
        Ok(FrozenContent::Finding { finding, chart, explain })
    }

    fn explain_chart(&mut self, spec: &ChartSpec, data: &ChartData) -> Explain {
        let mut formula = if data.subtitle.is_empty() { data.title.clone() } else { data.subtitle.clone() };
        formula = wording::sentence_case(formula.trim_end_matches('.'));
        formula.push('.');
        if data.n_missing > 0 {
            let left_out = wording::plural(data.n_missing, "row is", "rows are");
            formula.push_str(&format!(" {left_out} left out because a value is missing."));
        }
        match self.facts(spec.node) {
            Ok(facts) => facts.explain(formula, data.n_rows),
            Err(_) => Explain { formula, n_rows: data.n_rows, ..Explain::default() },
        }
    }

    fn methods(&mut self, shown: &[(NodeId, String)]) -> Vec<String> {
        let extra = self.methods_extra.clone();
        let Ok(facts) = self.main_facts() else { return methods(&Findings::default(), &[], 0, extra) };
        let main = self.main;
        let is_shown = |f: &&Finding| shown.iter().any(|(node, key)| Some(*node) == main && *key == f.key);
        let in_report: Vec<&Finding> = facts.findings.findings.iter().filter(is_shown).collect();
        methods(&facts.findings, &in_report, facts.profile.n_rows, extra)
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

    fn strip(&mut self, as_of: Option<(f64, ColumnType)>, n_sources: u64) -> String {
        let mut parts = Vec::new();
        parts.extend(as_of.map(|(value, t)| format!("data to {}", time_words(value, t))));
        parts.push(wording::plural(n_sources, "source", "sources"));
        if let Ok(facts) = self.main_facts() {
            parts.push(wording::plural(facts.table.n_rows(), "row", "rows"));
        }
        match self.main.map_or(0, |n| self.eval.n_filters(n)) {
            0 => {}
            n => parts.push(wording::plural(n, "filter", "filters")),
        }
        parts.join(" · ")
    }
}

impl Facts {
    fn explain(&self, formula: String, n_rows: u64) -> Explain {
        Explain {
            formula,
            steps: self.steps.clone(),
            sources: self.sources.clone(),
            rows_sql: Some(self.sql(None)),
            n_rows,
        }
    }

    fn sql(&self, only: Option<&(String, crate::recipe::Test)>) -> String {
        let mut sql = format!("SELECT * FROM {}", super::filter::quote_name(&self.name));
        if let Some((column, test)) = only {
            let idx = self.table.column_idx(column);
            let column_type = idx.map_or(ColumnType::Text, |idx| column_type(&self.table, idx));
            sql.push_str(" WHERE ");
            sql.push_str(&super::test_sql(column, column_type, test));
        }
        sql
    }
}

fn gather(eval: &dyn Evaluate, node: NodeId) -> Result<Facts, Problem> {
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

fn shown_keys(blocks: &[Block]) -> Vec<(NodeId, String)> {
    let key = |b: &Block| match &b.spec {
        BlockSpec::Finding { node, key } => Some((*node, key.clone())),
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
mod tests {
    use super::*;
    use crate::base::BlockId;
    use crate::chart::ChartKind;
    use crate::report::sample::{self, NODE, Sample};

    fn freeze_one(spec: BlockSpec) -> FrozenContent {
        let anchor = BlockSpec::Finding { node: NODE, key: sample::findings().findings[0].key.clone() };
        let blocks = [Block { id: BlockId(1), spec }, Block { id: BlockId(2), spec: anchor }];
        freeze("", &blocks, false, &Sample, vec![], vec![]).blocks.remove(0).content
    }

    #[test]
    fn the_whole_sample() {
        let report = sample::frozen();
        assert_eq!(report.title, "Run 42");
        assert_eq!(report.strip, "data to 16 Nov 2026 · 1 source · 16 rows · 1 filter");
        assert_eq!(report.as_of.as_deref(), Some("2026-11-16"));
        assert_eq!(report.checks_run, 142);
        assert_eq!(report.sources.len(), 1);
        assert!(report.is_draft);
        let failed: Vec<_> = report.blocks.iter().filter(|b| matches!(b.content, FrozenContent::Failed(_))).collect();
        assert!(failed.is_empty(), "{failed:?}");
    }

    #[test]
    fn a_block_that_fails_says_why_and_harms_no_other() {
        let broken = freeze_one(BlockSpec::Chart(ChartSpec::new(ChartKind::Bar, NODE, "broken")));
        assert_eq!(broken, FrozenContent::Failed("There is no column “broken”.".into()));
        let gone = freeze_one(BlockSpec::Finding { node: NODE, key: "gone".into() });
        assert!(matches!(gone, FrozenContent::Failed(why) if why.contains("no longer holds")));
        let empty = freeze(
            "",
            &[Block { id: BlockId(1), spec: BlockSpec::Verdict { text: None } }],
            true,
            &Sample,
            vec![],
            vec![],
        );
        assert!(matches!(&empty.blocks[0].content, FrozenContent::Failed(why) if why.contains("no rows")));
        assert_eq!(empty.title, "Report");
    }

    #[test]
    fn a_number_that_fails_leaves_its_neighbours() {
        let spec = |column: &str| NumberSpec {
            label: String::new(),
            node: NODE,
            aggregate: crate::recipe::Aggregate::Mean,
            column: Some(column.to_owned()),
            only: None,
            as_share: false,
        };
        let FrozenContent::Numbers(numbers) = freeze_one(BlockSpec::Numbers(vec![spec("plate"), spec("yield")])) else {
            panic!("not numbers")
        };
        assert_eq!(numbers[0].value, None);
        assert!(numbers[0].explain.formula.contains("not numbers"));
        assert_eq!(numbers[1].text, "8.67");
        assert_eq!(numbers[1].explain.sources, ["runs.csv"]);
        assert_eq!(numbers[1].explain.steps.len(), 1);
    }

    #[test]
    fn what_the_user_wrote_stands() {
        let FrozenContent::Verdict { state, sentence, explain, .. } =
            freeze_one(BlockSpec::Verdict { text: Some("Released by hand.".into()) })
        else {
            panic!("not a verdict")
        };
        assert_eq!((state, sentence.as_str()), (State::Stop, "Released by hand."));
        assert!(explain.formula.starts_with("Written by hand."));
    }

    #[test]
    fn a_finding_brings_chart_and_evidence() {
        let key = sample::findings().findings[1].key.clone();
        let FrozenContent::Finding { chart, explain, .. } = freeze_one(BlockSpec::Finding { node: NODE, key }) else {
            panic!("not a finding")
        };
        assert!(chart.is_some());
        assert!(
            explain.formula.contains("Welch's t-test over 16 rows; difference of means −2.5 (95 % interval −3 to −2)")
        );
        assert!(explain.rows_sql.unwrap().contains("P7"));
    }
}
