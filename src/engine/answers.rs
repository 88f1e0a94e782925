//! Questions → views.

use super::cache::Kept;
use super::declared::declared_joins;
use super::nodes::{Computed, Shared};
use super::touched::{first_changed_row, remark};
use crate::base::{MergeId, NodeId, Problem, StepId, give_way};
use crate::insight::control::control_in_slices;
use crate::insight::stats::stats_in_slices;
use crate::merge::{self, By, MergeKind, MergeOutcome, MergeSpec, MergeSuggestion};
use crate::protocol::{MergeView, NodeView, Query, StepView, View};
use crate::recipe::{Op, Step, at_step, describe_op};
use crate::share::sound_finding;
use crate::source::SourceSpec;
use crate::table::{CellSummary, Provenance, Table, row_window, summarise};
use crate::workspace::Workspace;
use std::sync::Arc;

/// Rows in one answer, at most.
const MAX_WINDOW: usize = 1_000;
const PREVIEW_ROWS: usize = 8;

impl Shared {
    /// # Errors
    /// Why there is no answer, in words.
    pub async fn answer(&self, w: &Workspace, query: &Query) -> Result<View, Problem> {
        match query {
            Query::Nodes => self.nodes_view(w).await,
            Query::Rows { node, offset, limit } => {
                let computed = self.node(w, *node).await?;
                Ok(View::Rows(row_window(&computed.table, *offset, (*limit).min(MAX_WINDOW))))
            }
            Query::Profile { node } => {
                let computed = self.node(w, *node).await?;
                give_way().await;
                Ok(View::Profile(self.profile_of(&computed).as_ref().clone()))
            }
            Query::ProfileBefore { node, step } => {
                let computed = self.before_step(w, *node, Some(*step)).await?;
                give_way().await;
                Ok(View::Profile(self.profile_of(&computed).as_ref().clone()))
            }
            Query::Summary { node, columns, rows } => {
                let computed = self.node(w, *node).await?;
                Ok(View::Summary(summaries(&computed.table, columns, *rows).await?))
            }
            Query::Steps { node } => self.steps_view(w, *node).await,
            Query::Suggestions => Ok(View::Suggestions(self.suggestions(w).await)),
            Query::Merges => self.merges_view(w).await,
            Query::TryMerge { merge } => self.tried_merge(w, merge).await,
            Query::Nearest { merge } => self.nearest(w, merge).await,
            Query::Unmatched { node, other, keys, crosswalk, offset, limit } => {
                let by = By { keys, crosswalk };
                let table = self.unmatched(w, *node, *other, by).await?;
                Ok(View::Rows(row_window(&table, *offset, (*limit).min(MAX_WINDOW))))
            }
            Query::Findings { node, options } => {
                let computed = self.node(w, *node).await?;
                give_way().await;
                let name = w.node_name(*node).unwrap_or_default();
                let mut found = self.search(name, &computed, options).await.as_ref().clone();
                // JSON has no ∞, and an answer with one could not be read by the page.
                found.findings.iter_mut().for_each(sound_finding);
                Ok(View::Findings(found))
            }
            Query::Control { node, query } => {
                let computed = self.node(w, *node).await?;
                give_way().await;
                let name = w.node_name(*node).unwrap_or_default();
                let mut told = control_in_slices(name, &computed.table, query).await?;
                told.findings.findings.iter_mut().for_each(sound_finding);
                Ok(View::Control { findings: told.findings, charts: told.charts })
            }
            Query::Stats { node, query } => {
                let computed = self.node(w, *node).await?;
                give_way().await;
                Ok(View::Stats(stats_in_slices(&computed.table, query).await?))
            }
            Query::Chart { spec, range } => {
                let computed = self.node(w, spec.node).await?;
                give_way().await;
                Ok(View::Chart(self.chart_of(&computed, spec, *range)?.as_ref().clone()))
            }
            Query::Report => Ok(View::Report(self.report(w).await?)),
            Query::Sql { sql, offset, limit } => {
                let table = self.sql_kept(w, sql).await?;
                // The engine reads no clock: its host measures.
                Ok(View::Sql { window: row_window(&table, *offset, (*limit).min(MAX_WINDOW)), elapsed_ms: None })
            }
            Query::Preview { node, op, replaces } => self.preview(w, *node, op, *replaces).await,
            Query::Variants { node, column, by, before } => {
                let computed = self.before_step(w, *node, *before).await?;
                Ok(View::Variants(self.variants(&computed, column, *by).await?.as_ref().clone()))
            }
        }
    }

    /// The result of a query, kept so that scrolling through it is free.
    async fn sql_kept(&self, w: &Workspace, sql: &str) -> Result<Arc<Table>, Problem> {
        let key = self.sql_key(w, sql).await?;
        if let Some(Kept::Table(table)) = self.kept(&key) {
            return Ok(table);
        }
        let table = Arc::new(self.sql(w, sql).await?);
        self.keep(key, Kept::Table(table.clone()));
        Ok(table)
    }

    async fn nodes_view(&self, w: &Workspace) -> Result<View, Problem> {
        let mut views = Vec::new();
        for node in w.nodes() {
            let name = w.node_name(node).unwrap_or_default().to_owned();
            let n_rows_input = self.input(w, node).await.map(|c| c.table.n_rows()).unwrap_or(0);
            let view = match self.node(w, node).await {
                Ok(computed) => NodeView {
                    node,
                    name,
                    n_rows: computed.table.n_rows(),
                    n_rows_input,
                    columns: computed.table.columns().to_vec(),
                    size_bytes: computed.table.size_bytes(),
                    problem: None,
                },
                Err(problem) => NodeView {
                    node,
                    name,
                    n_rows: 0,
                    n_rows_input,
                    columns: Vec::new(),
                    size_bytes: 0,
                    problem: Some(problem),
                },
            };
            views.push(view);
            give_way().await;
        }
        Ok(View::Nodes(views))
    }

    async fn steps_view(&self, w: &Workspace, node: NodeId) -> Result<View, Problem> {
        let input = self.input(w, node).await?;
        let mut n_rows = input.table.n_rows();
        let mut n_columns = input.table.n_columns();
        let outcomes = self.steps(w, node, input).await;
        let mut remarks = Vec::with_capacity(outcomes.len());
        for outcome in &outcomes {
            let after = outcome.result.as_ref().ok();
            remarks.push(after.and_then(|after| self.remark(&outcome.step.op, &outcome.before, after)));
            give_way().await;
        }
        let mut is_reached = true;
        let steps = w.recipe(node).map(|r| r.steps.as_slice()).unwrap_or_default();
        let views = steps.iter().map(|step| {
            let at = outcomes.iter().position(|o| o.step.id == step.id);
            let outcome = at.and_then(|at| outcomes.get(at));
            let n_rows_before = n_rows;
            is_reached &= outcome.is_some() || !step.enabled;
            if let Some(Ok(after)) = outcome.map(|o| &o.result) {
                n_rows = after.table.n_rows();
                n_columns = after.table.n_columns();
            }
            StepView {
                step: step.id,
                sentence: describe_op(&step.op),
                enabled: step.enabled,
                n_rows_before,
                n_rows_after: n_rows,
                n_columns_after: n_columns,
                is_reached,
                remark: at.and_then(|at| remarks.get(at).cloned().flatten()).or_else(|| waits_for(w, step)),
                problem: outcome.and_then(|o| o.result.as_ref().err().cloned()),
            }
        });
        Ok(View::Steps(views.collect()))
    }

    async fn suggestions(&self, w: &Workspace) -> Vec<MergeSuggestion> {
        let mut inputs = Vec::new();
        for node in w.nodes() {
            // What went into a merge is spoken for; its outcome can be merged on.
            let is_used = w.merges.iter().any(|m| m.left == node || m.right == node);
            if !is_used && let Ok(computed) = self.node(w, node).await {
                inputs.push((node, computed));
            }
        }
        let declared = declared_joins(w, &inputs.iter().map(|(n, _)| *n).collect::<Vec<_>>());
        let work = format!(
            "suggest {:?} {:?} {declared:?}",
            inputs.iter().map(|(n, _)| (n, w.node_name(*n))).collect::<Vec<_>>(),
            w.rejected
        );
        let key = Provenance { inputs: inputs.iter().map(|(_, c)| c.key.clone()).collect(), work }.key();
        if let Some(Kept::Suggestions(kept)) = self.kept(&key) {
            return kept.as_ref().clone();
        }
        give_way().await;
        let named: Vec<(NodeId, &str, &Table)> =
            inputs.iter().map(|(n, c)| (*n, w.node_name(*n).unwrap_or_default(), c.table.as_ref())).collect();
        let found = merge::suggest_in_slices(&named, &declared, &w.rejected).await;
        self.keep(key, Kept::Suggestions(Arc::new(found.clone())));
        found
    }

    async fn merges_view(&self, w: &Workspace) -> Result<View, Problem> {
        let mut views = Vec::new();
        for spec in &w.merges {
            let (outcome, problem) = match self.merged(w, spec).await {
                Ok((_, outcome)) => (outcome.as_ref().clone(), None),
                Err(problem) => (Default::default(), Some(problem)),
            };
            views.push(MergeView { merge: spec.id, name: spec.name.clone(), outcome, problem });
        }
        Ok(View::Merges(views))
    }

    /// The rows that a step is given; without one, those after the whole recipe.
    async fn before_step(&self, w: &Workspace, node: NodeId, step: Option<StepId>) -> Result<Computed, Problem> {
        let mut current = self.input(w, node).await?;
        let steps = w.recipe(node).map(|r| r.steps.as_slice()).unwrap_or_default();
        for earlier in steps.iter().take_while(|s| Some(s.id) != step).filter(|s| s.enabled) {
            let failed_here = |p| at_step(p, earlier.id, current.table.columns());
            let after = self.step(&current, &earlier.op, Some(earlier.id)).await.map_err(failed_here)?;
            current = after;
        }
        Ok(current)
    }

    /// Rows of a node that find no partner in another.
    async fn unmatched(&self, w: &Workspace, node: NodeId, other: NodeId, by: By<'_>) -> Result<Arc<Table>, Problem> {
        let (keys, crosswalk) = (by.keys.to_vec(), by.crosswalk.to_vec());
        let spec = MergeSpec { left: node, right: other, keys, crosswalk, ..trial(MergeKind::Anti) };
        let (computed, _) = self.merged(w, &spec).await?;
        Ok(computed.table)
    }

    /// What comes nearest to the keys of a merge that find no partner.
    async fn nearest(&self, w: &Workspace, spec: &MergeSpec) -> Result<View, Problem> {
        let (left, right) = (self.node(w, spec.left).await?, self.node(w, spec.right).await?);
        let name = |node| w.node_name(node).unwrap_or_default();
        let sides = ((name(spec.left), left.table.as_ref()), (name(spec.right), right.table.as_ref()));
        give_way().await;
        Ok(View::Nearest(merge::nearest_in_slices(spec.by(), sides.0, sides.1).await?))
    }

    /// Counts a merge without making its rows, which may be many more than those of its inputs.
    async fn tried_merge(&self, w: &Workspace, spec: &MergeSpec) -> Result<View, Problem> {
        let (left, right) = (self.node(w, spec.left).await?, self.node(w, spec.right).await?);
        let (n_left, n_right) = (left.table.n_rows(), right.table.n_rows());
        let name = |node| w.node_name(node).unwrap_or_default();
        // What columns there are is the same without a row.
        let (left, right) = (without_rows(&left.table)?, without_rows(&right.table)?);
        let inputs = ((name(spec.left), &left), (name(spec.right), &right));
        let columns = merge::Columns { keep: None, suffix: spec.suffix.as_deref() };
        let (table, _) = merge::run(spec.kind, spec.by(), inputs.0, inputs.1, columns)?;
        let outcome = if spec.kind == MergeKind::Union {
            let (n_left_matched, n_right_matched) = (n_left, n_right);
            MergeOutcome { n_left, n_right, n_left_matched, n_right_matched, ..MergeOutcome::default() }
        } else {
            let counted = MergeSpec { kind: MergeKind::Semi, keep: None, ..spec.clone() };
            let (_, outcome) = self.merged(w, &counted).await?;
            MergeOutcome { n_rows: 0, ..outcome.as_ref().clone() }
        };
        Ok(View::TriedMerge { outcome, columns: table.columns().to_vec() })
    }

    async fn preview(&self, w: &Workspace, node: NodeId, op: &Op, replaces: Option<StepId>) -> Result<View, Problem> {
        let current = self.before_step(w, node, replaces).await?;
        let after = self.step(&current, op, None).await?;
        give_way().await;
        // Where the first rows stay as they are, those from the first change on.
        let first = first_changed_row(op, &current.table, &after.table).unwrap_or(0);
        let offset = if first < PREVIEW_ROWS as u64 { 0 } else { first };
        Ok(View::Preview {
            before: row_window(&current.table, offset, PREVIEW_ROWS),
            after: row_window(&after.table, offset, PREVIEW_ROWS),
            remark: self.remark(op, &current, &after),
        })
    }

    /// What a step did to cells. Kept: it is asked for with every question about the steps.
    fn remark(&self, op: &Op, before: &Computed, after: &Computed) -> Option<String> {
        let inputs = vec![before.key.clone(), after.key.clone()];
        let key = Provenance { inputs, work: "remark".to_owned() }.key();
        if let Some(Kept::Remark(words)) = self.kept(&key) {
            return words.map(|words| words.to_string());
        }
        let words = remark(op, &before.table, &after.table);
        self.keep(key, Kept::Remark(words.as_deref().map(Into::into)));
        words
    }
}

/// Why a step is off that nobody has switched off.
fn waits_for(w: &Workspace, step: &Step) -> Option<String> {
    let of_one = |source: &SourceSpec| {
        let drifts = source.tables.iter().filter_map(|t| t.drift.as_ref());
        let waiting = drifts.flat_map(|d| &d.waiting).find(|waiting| waiting.step == step.id && !step.enabled)?;
        Some(format!("Waits for {}, which {} does not have", waiting.column, source.name))
    };
    w.sources.iter().find_map(of_one)
}

fn trial(kind: MergeKind) -> MergeSpec {
    let nowhere = NodeId::Merge(MergeId(0));
    let (name, keys, crosswalk) = (String::new(), Vec::new(), Vec::new());
    MergeSpec { id: MergeId(0), name, kind, left: nowhere, right: nowhere, keys, keep: None, suffix: None, crosswalk }
}

fn without_rows(table: &Table) -> Result<Table, Problem> {
    Table::try_new(table.schema().clone(), Vec::new(), table.columns().to_vec())
}

async fn summaries(table: &Table, columns: &[String], rows: Option<(u64, u64)>) -> Result<Vec<CellSummary>, Problem> {
    let (from, to) = rows.unwrap_or((0, u64::MAX));
    let mut out = Vec::with_capacity(columns.len());
    for name in columns {
        let idx = table.column_idx(name).ok_or_else(|| {
            Problem::request("unknown_column", format!("There is no column '{name}' any more.")).hint("Select again.")
        })?;
        out.push(summarise(table, idx, from..to));
        give_way().await;
    }
    Ok(out)
}
