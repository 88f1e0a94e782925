//! The report: drafted when the user has none, frozen either way.

use super::cache::Kept;
use super::lineage::Lineage;
use super::nodes::{Computed, Shared};
use crate::base::{BlockId, Fingerprint, NodeId, Problem, give_way, json};
use crate::chart::{self, ChartData, ChartSpec};
use crate::insight::{self, Findings, FindingsOptions};
use crate::report::{
    self, Block, BlockSpec, DraftInput, Evaluate, Explain, FrozenReport, Judged, Merged, QualityItem, State, Target,
};
use crate::source::SourceSpec;
use crate::table::{Provenance, SourceRef, Table, TableProfile};
use crate::workspace::Workspace;
use std::collections::BTreeMap;
use std::sync::Arc;

fn key_of(input: &Fingerprint, work: String) -> Fingerprint {
    Provenance { inputs: vec![input.clone()], work }.key()
}

fn findings_key(name: &str, computed: &Computed, options: &FindingsOptions) -> Fingerprint {
    key_of(&computed.key, format!("findings {name} {}", json::write(options).unwrap_or_default()))
}

impl Shared {
    pub fn profile_of(&self, computed: &Computed) -> Arc<TableProfile> {
        let key = key_of(&computed.key, "profile".to_owned());
        if let Some(Kept::Profile(profile)) = self.kept(&key) {
            return profile;
        }
        let profile = Arc::new(insight::profile(&computed.table));
        self.keep(key, Kept::Profile(profile.clone()));
        profile
    }

    /// What was searched already, or in one go.
    fn findings_of(&self, name: &str, computed: &Computed, options: &FindingsOptions) -> Arc<Findings> {
        let key = findings_key(name, computed, options);
        if let Some(Kept::Findings(findings)) = self.kept(&key) {
            return findings;
        }
        let findings = Arc::new(insight::find(name, &computed.table, options));
        self.keep(key, Kept::Findings(findings.clone()));
        findings
    }

    /// The findings, searched in slices where they are not known.
    pub async fn search(&self, name: &str, computed: &Computed, options: &FindingsOptions) -> Arc<Findings> {
        let key = findings_key(name, computed, options);
        if let Some(Kept::Findings(findings)) = self.kept(&key) {
            return findings;
        }
        let findings = Arc::new(insight::find_in_slices(name, &computed.table, options).await);
        self.keep(key, Kept::Findings(findings.clone()));
        findings
    }

    /// # Errors
    /// Why the chart cannot be made.
    pub fn chart_of(
        &self,
        computed: &Computed,
        spec: &ChartSpec,
        range: Option<(f64, f64)>,
    ) -> Result<Arc<ChartData>, Problem> {
        let within = range.map(|(low, high)| format!(" within {low} {high}")).unwrap_or_default();
        let work = format!("chart{within} {}", json::write(spec).unwrap_or_default());
        let key = key_of(&computed.key, work);
        match self.kept(&key) {
            Some(Kept::Chart(data)) => return Ok(data),
            Some(Kept::Failed(problem)) => return Err(problem),
            _ => {}
        }
        match chart::reduce_within(&computed.table, spec, range) {
            Ok(data) => {
                let data = Arc::new(data);
                self.keep(key, Kept::Chart(data.clone()));
                Ok(data)
            }
            Err(problem) => {
                self.keep(key, Kept::Failed(problem.clone()));
                Err(problem)
            }
        }
    }

    /// # Errors
    /// `nothing_to_report` when there is no table.
    pub async fn report(&self, w: &Workspace) -> Result<FrozenReport, Problem> {
        let main = w.main_node().ok_or_else(|| {
            Problem::request("nothing_to_report", "There is nothing to report yet.")
                .hint("Drop a file anywhere to begin.")
        })?;
        let main_computed = self.node(w, main).await?;
        give_way().await;
        let profile = self.profile_of(&main_computed);
        give_way().await;
        let name = w.node_name(main).unwrap_or_default();
        let findings = self.search(name, &main_computed, &FindingsOptions::default()).await;
        give_way().await;

        let (title, blocks, is_draft) = match &w.report.blocks {
            Some(blocks) => (w.report.title.clone().unwrap_or_else(|| w.title.clone()), blocks.clone(), false),
            None => {
                let (title, specs) = report::draft(&DraftInput {
                    title: w.report.title.as_deref().unwrap_or(&w.title),
                    node: main,
                    node_name: name,
                    table: &main_computed.table,
                    profile: &profile,
                    findings: &findings,
                    charts: &chart::suggest_charts(&profile, main),
                    dismissed: &w.report.dismissed,
                    n_sources: w.sources.len() as u64,
                });
                // Ids beyond those in use, so that an adopted draft clashes with nothing.
                let ids = (w.next_id + 1..).map(BlockId);
                let blocks = ids.zip(specs).map(|(id, spec)| Block { id, spec }).collect();
                (title, blocks, true)
            }
        };

        let mut nodes = BTreeMap::new();
        for node in nodes_of(&blocks).into_iter().chain([main]) {
            if nodes.contains_key(&node) {
                continue;
            }
            let facts = match self.node(w, node).await {
                Ok(computed) => {
                    // Freezing waits for nothing.
                    let name = w.node_name(node).unwrap_or_default();
                    self.search(name, &computed, &FindingsOptions::default()).await;
                    let lineage = self.lineage(w, node).await.unwrap_or_default();
                    Ok((computed, lineage))
                }
                Err(problem) => Err(problem),
            };
            nodes.insert(node, facts);
            give_way().await;
        }
        let mut merges = Vec::new();
        for spec in &w.merges {
            if let Ok((_, outcome)) = self.merged(w, spec).await {
                let name = |node| w.node_name(node).unwrap_or_default().to_owned();
                let (left, right) = (name(spec.left), name(spec.right));
                let outcome = outcome.as_ref().clone();
                merges.push(Merged { id: spec.id, kind: spec.kind, left, right, outcome });
            }
        }
        let sources: Vec<&SourceSpec> = w.sources.iter().collect();
        let absences = insight::absences(&main_computed.table);
        let judged = Judged { node_name: name, profile: &profile, absences: &absences };
        let mut quality = report::quality(&sources, &merges, &judged);
        let used: Vec<&str> =
            nodes.values().flatten().flat_map(|(_, l)| l.sources.iter().map(|s| s.name.as_str())).collect();
        for source in w.sources.iter().filter(|s| !used.contains(&s.name.as_str())) {
            let text =
                format!("{} is loaded but not part of this report: it is not combined with the rest", source.name);
            let explain = Explain {
                formula: "A source whose rows no step or merge brings into the rows of this report.".to_owned(),
                sources: vec![source.name.clone()],
                target: Some(Target::Source(source.id)),
                ..Explain::default()
            };
            quality.insert(0, QualityItem::new(State::Attention, text).with(explain));
        }
        let facts = Facts { shared: self, w, main, nodes };
        // A number that is not finite would not survive the way to the page.
        Ok(crate::share::sound(&report::freeze(&title, &blocks, is_draft, &facts, quality, Vec::new())))
    }
}

fn nodes_of(blocks: &[Block]) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for block in blocks {
        match &block.spec {
            BlockSpec::Numbers(items) => nodes.extend(items.iter().map(|i| i.node)),
            BlockSpec::Finding { node, .. } | BlockSpec::Table { node, .. } => nodes.push(*node),
            BlockSpec::Chart(spec) => nodes.push(spec.node),
            _ => {}
        }
    }
    nodes
}

/// Everything the report asks for, computed beforehand, so that freezing needs no waiting.
struct Facts<'a> {
    shared: &'a Shared,
    w: &'a Workspace,
    main: NodeId,
    nodes: BTreeMap<NodeId, Result<(Computed, Lineage), Problem>>,
}

impl Facts<'_> {
    fn computed(&self, node: NodeId) -> Result<&Computed, Problem> {
        match self.nodes.get(&node) {
            Some(Ok((computed, _))) => Ok(computed),
            Some(Err(problem)) => Err(problem.clone()),
            None => Err(Problem::request("not_there", "The table behind this is no longer there.")),
        }
    }

    fn lineage(&self, node: NodeId) -> Lineage {
        match self.nodes.get(&node) {
            Some(Ok((_, lineage))) => lineage.clone(),
            _ => Lineage::default(),
        }
    }
}

impl Evaluate for Facts<'_> {
    fn chart(&self, spec: &ChartSpec) -> Result<ChartData, Problem> {
        self.shared.chart_of(self.computed(spec.node)?, spec, None).map(|c| c.as_ref().clone())
    }

    fn findings(&self, node: NodeId) -> Result<Findings, Problem> {
        let computed = self.computed(node)?;
        let name = self.node_name(node);
        Ok(self.shared.findings_of(&name, computed, &FindingsOptions::default()).as_ref().clone())
    }

    fn table(&self, node: NodeId) -> Result<Arc<Table>, Problem> {
        Ok(self.computed(node)?.table.clone())
    }

    fn profile(&self, node: NodeId) -> Result<Arc<TableProfile>, Problem> {
        Ok(self.shared.profile_of(self.computed(node)?))
    }

    fn node_name(&self, node: NodeId) -> String {
        self.w.node_name(node).unwrap_or_default().to_owned()
    }

    fn steps_of(&self, node: NodeId) -> Vec<String> {
        self.lineage(node).steps
    }

    fn sources_of(&self, node: NodeId) -> Vec<SourceRef> {
        self.lineage(node).sources
    }

    fn filters_of(&self, node: NodeId) -> Vec<String> {
        self.lineage(node).filters
    }

    fn main_node(&self) -> Option<NodeId> {
        Some(self.main)
    }

    fn dismissed(&self) -> Vec<String> {
        self.w.report.dismissed.clone()
    }
}
