//! A report spec and its data → a report with everything in it.

use super::event_chart::event_chart;
use super::facts::Facts;
use super::finding_chart::chart_for;
use super::methods::{MethodsInput, methods};
use super::numbers::{Origin, number};
use super::roles::human_name;
use super::rows::chosen_rows;
use super::spec::{Block, BlockSpec, NumberSpec};
use super::values::{time_iso, time_words};
use super::verdict::{VerdictInput, verdict};
use super::{Explain, FrozenBlock, FrozenContent, FrozenNumber, FrozenReport, QualityItem, State, StripPart};
use crate::base::{ColumnType, NodeId, Problem, wording};
use crate::chart::{ChartData, ChartSpec, reduce};
use crate::insight::{Finding, Findings, with_delays};
use crate::recipe::Aggregate;
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
    let strip_parts = freezer.strip(as_of, &sources);
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

    fn strip(&mut self, as_of: Option<(f64, ColumnType)>, sources: &[SourceRef]) -> Vec<StripPart> {
        let facts = self.main_facts().ok();
        let mut parts = Vec::new();
        let mut add = |text: String, explain: Explain| parts.push(StripPart { text, explain });
        // Whoever reads the title has to know that it is not about all rows.
        let filters = self.main.map(|n| self.eval.filters_of(n)).unwrap_or_default();
        if let (Some(facts), false) = (&facts, filters.is_empty()) {
            let formula = format!("Only rows where {}.", filters.join(", and where "));
            add(only_rows(&filters), facts.explain(formula, &facts.behind()));
        }
        if let (Some((value, t)), Some(facts)) = (as_of, &facts) {
            let column = facts.roles.time.as_deref().unwrap_or_default();
            let formula = format!("The latest {column} of {}.", facts.name);
            add(format!("data to {}", time_words(value, t)), facts.explain(formula, &facts.behind().known(column)));
        }
        let sources = Explain {
            formula: "The files and addresses that this report was made from.".to_owned(),
            sources: sources.iter().map(|s| s.name.clone()).collect(),
            ..Explain::default()
        };
        add(wording::plural(sources.sources.len() as u64, "source", "sources"), sources);
        if let Some(facts) = &facts {
            let formula = format!("Number of rows of {}, after all steps.", facts.name);
            let all = facts.explain(formula, &facts.behind());
            add(wording::plural(facts.table.n_rows(), "row", "rows"), all);
        }
        parts
    }
}

/// "Only rows where site is '017'", with the first two filters and how many more.
fn only_rows(filters: &[String]) -> String {
    const MAX_SAID: usize = 2;
    const MAX_CHARS: usize = 160;
    let short = |filter: &String| match filter.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", filter.get(..end).unwrap_or_default()),
        None => filter.clone(),
    };
    let said: Vec<String> = filters.iter().take(MAX_SAID).map(short).collect();
    match filters.len().saturating_sub(MAX_SAID) as u64 {
        0 => format!("Only rows where {}", said.join(", and where ")),
        n => format!("Only rows where {}, and {}", said.join(", "), wording::plural(n, "more filter", "more filters")),
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
mod tests {
    use super::*;
    use crate::base::BlockId;
    use crate::chart::ChartKind;
    use crate::report::sample::{self, NODE, Sample};

    fn freeze_one(spec: BlockSpec) -> FrozenContent {
        let anchor = BlockSpec::finding(NODE, &sample::findings().findings[0].key);
        let blocks = [Block { id: BlockId(1), spec }, Block { id: BlockId(2), spec: anchor }];
        freeze("", &blocks, false, &Sample, vec![], vec![]).blocks.remove(0).content
    }

    #[test]
    fn the_whole_sample() {
        let report = sample::frozen();
        assert_eq!(report.title, "Run 42");
        assert_eq!(report.strip, "Only rows where plate is not 'P9' · data to 16 Nov 2026 · 1 source · 16 rows");
        let opens: Vec<(&str, u64)> = report.strip_parts.iter().map(|p| (p.text.as_str(), p.explain.n_rows)).collect();
        let only = ("Only rows where plate is not 'P9'", 16);
        assert_eq!(opens, [only, ("data to 16 Nov 2026", 16), ("1 source", 0), ("16 rows", 16)]);
        assert_eq!(report.strip_parts[2].explain.sources, ["runs.csv"]);
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
        let gone = freeze_one(BlockSpec::finding(NODE, "gone"));
        assert!(matches!(gone, FrozenContent::Failed(why) if why.contains("no longer holds")));
        let empty = freeze("", &[Block { id: BlockId(1), spec: BlockSpec::VERDICT }], true, &Sample, vec![], vec![]);
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
        let verdict = |text: Option<&str>, action: Option<&str>| {
            let spec = BlockSpec::Verdict { text: text.map(str::to_owned), action: action.map(str::to_owned) };
            let FrozenContent::Verdict { state, sentence, action, explain } = freeze_one(spec) else {
                panic!("not a verdict")
            };
            assert_eq!((state, explain.n_rows), (State::Stop, 4));
            (sentence, action, explain.formula)
        };
        // The action stays until the user writes another, or none.
        let (sentence, action, formula) = verdict(Some("Released by hand."), None);
        assert_eq!((sentence.as_str(), action.as_str()), ("Released by hand.", "Check plate P7 first."));
        assert!(formula.starts_with("Written by hand."));
        let (sentence, action, _) = verdict(None, Some(" Call Ann. "));
        assert!(sentence.starts_with("4 of 16 rows"), "{sentence}");
        assert_eq!(action, "Call Ann.");
        assert_eq!(verdict(None, Some("")).1, "");
    }

    #[test]
    fn a_finding_can_have_a_heading_and_no_chart() {
        let spec = BlockSpec::Finding {
            node: NODE,
            key: sample::findings().findings[1].key.clone(),
            heading: Some(" The plate is at fault ".into()),
            hides_chart: true,
        };
        let FrozenContent::Finding { chart, heading, finding, .. } = freeze_one(spec) else { panic!("not a finding") };
        assert_eq!((chart, heading.as_deref()), (None, Some("The plate is at fault")));
        assert_eq!(finding.sentence, "Yield is lower on plate P7.");
    }

    #[test]
    fn a_finding_brings_chart_and_evidence() {
        let key = sample::findings().findings[1].key.clone();
        let FrozenContent::Finding { chart, explain, .. } = freeze_one(BlockSpec::finding(NODE, key)) else {
            panic!("not a finding")
        };
        assert!(chart.is_some());
        assert!(
            explain.formula.contains("Welch's t-test over 16 rows; difference of means −2.5 (95 % interval −3 to −2)")
        );
        assert!(explain.rows_sql.unwrap().contains("P7"));
        // Sixteen rows were compared; the query opens the eight of the plate.
        assert_eq!(explain.n_rows, 8);
        assert!(explain.formula.contains("The 8 rows behind it are those that it singles out."));
    }

    #[test]
    fn the_verdict_opens_the_bad_rows_and_a_chart_what_it_drew() {
        let FrozenContent::Verdict { explain, .. } = freeze_one(BlockSpec::VERDICT) else { panic!("not a verdict") };
        assert_eq!(
            (explain.n_rows, explain.rows_sql.as_deref()),
            (4, Some("SELECT * FROM \"runs\" WHERE \"qc\" IN ('fail')"))
        );
        let spec = ChartSpec::new(ChartKind::Histogram, NODE, "yield");
        let FrozenContent::Chart { explain, .. } = freeze_one(BlockSpec::Chart(spec)) else { panic!("not a chart") };
        assert_eq!(
            (explain.n_rows, explain.rows_sql.as_deref()),
            (15, Some("SELECT * FROM \"runs\" WHERE \"yield\" IS NOT NULL"))
        );
    }
}
