//! Questions → views.

use super::cache::Kept;
use super::nodes::Shared;
use super::yielding::give_way;
use crate::base::{NodeId, Problem, StepId};
use crate::merge::{self, MergeSuggestion};
use crate::protocol::{MergeView, NodeView, Query, StepView, View};
use crate::recipe::{Op, describe_op};
use crate::table::{Provenance, Table, row_window};
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
            Query::Steps { node } => self.steps_view(w, *node).await,
            Query::Suggestions => Ok(View::Suggestions(self.suggestions(w).await)),
            Query::Merges => self.merges_view(w).await,
            Query::Findings { node, options } => {
                let computed = self.node(w, *node).await?;
                give_way().await;
                let name = w.node_name(*node).unwrap_or_default();
                Ok(View::Findings(self.findings_of(name, &computed, options).as_ref().clone()))
            }
            Query::Chart { spec, range } => {
                let computed = self.node(w, spec.node).await?;
                give_way().await;
                Ok(View::Chart(self.chart_of(&computed, spec, *range)?.as_ref().clone()))
            }
            Query::Report => Ok(View::Report(self.report(w).await?)),
            Query::Sql { sql, offset, limit } => {
                let table = self.sql_kept(w, sql).await?;
                Ok(View::Sql { window: row_window(&table, *offset, (*limit).min(MAX_WINDOW)), elapsed_ms: 0.0 })
            }
            Query::Preview { node, op, replaces } => self.preview(w, *node, op, *replaces).await,
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
        let steps = w.recipe(node).map(|r| r.steps.as_slice()).unwrap_or_default();
        let views = steps.iter().map(|step| {
            let outcome = outcomes.iter().find(|o| o.step.id == step.id);
            let n_rows_before = n_rows;
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
                remark: outcome.and_then(|o| o.remark.clone()),
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
        let work = format!(
            "suggest {:?} {:?}",
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
        let found = merge::suggest(&named, &w.rejected);
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

    async fn preview(&self, w: &Workspace, node: NodeId, op: &Op, replaces: Option<StepId>) -> Result<View, Problem> {
        let mut current = self.input(w, node).await?;
        let steps = w.recipe(node).map(|r| r.steps.as_slice()).unwrap_or_default();
        for step in steps {
            if Some(step.id) == replaces {
                break;
            }
            if step.enabled {
                current = self.step(&current, &step.op).await?;
            }
        }
        let after = self.step(&current, op).await?;
        Ok(View::Preview {
            before: row_window(&current.table, 0, PREVIEW_ROWS),
            after: row_window(&after.table, 0, PREVIEW_ROWS),
        })
    }
}
