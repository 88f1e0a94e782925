//! Computes nodes: a table as read, or a merge, and then each step of its recipe. Every stage is
//! kept under its provenance.

use super::budget::Budget;
use super::cache::{Cache, Kept};
use super::in_turn;
use super::session::{explain, provider, session};
use super::shape::{Limits, collect};
use crate::base::{Fingerprint, NodeId, Problem, StepId, TableId, give_way, json};
use crate::merge::{self, MergeOutcome, MergeSpec};
use crate::protocol::Part;
use crate::recipe::{Op, Step, at_step, bind_step, describe_op, plan_step};
use crate::table::{ColumnInfo, Provenance, Table};
use crate::workspace::Workspace;
use arrow::array::Array;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::LogicalPlanBuilder;
use futures::future::LocalBoxFuture;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows a single result may have.
const MAX_RESULT_ROWS: u64 = 50_000_000;

/// A computed table under its key.
#[derive(Clone)]
pub struct Computed {
    pub key: Fingerprint,
    pub table: Arc<Table>,
}

/// What a step did.
#[derive(Clone)]
pub struct StepOutcome {
    pub step: Step,
    pub n_rows_before: u64,
    pub result: Result<Computed, Problem>,
    pub remark: Option<String>,
}

/// The attached tables and everything computed from them. Shared by the pieces of work that run
/// interleaved; borrowed only between their waits.
pub struct Shared {
    pub tables: RefCell<BTreeMap<TableId, Arc<Table>>>,
    pub cache: RefCell<Cache>,
    pub session: SessionContext,
    pub limits: Limits,
    /// The step or merge that is being computed, for the account of what ends workers.
    pub at_part: Cell<Option<Part>>,
    /// Parts that have ended workers, with what is answered in their place.
    pub refused: RefCell<BTreeMap<Part, Problem>>,
}

impl Shared {
    pub fn new(budget: Budget) -> Shared {
        Shared {
            tables: RefCell::default(),
            cache: RefCell::default(),
            session: session(budget),
            limits: Limits { n_rows: MAX_RESULT_ROWS, size_bytes: budget.result_bytes, heap: budget.heap },
            at_part: Cell::default(),
            refused: RefCell::default(),
        }
    }

    /// Before a part of the user's work is computed. Gives way, so that the page hears of it first.
    ///
    /// # Errors
    /// What is said in place of a part that has ended workers.
    async fn enter(&self, part: Option<Part>) -> Result<(), Problem> {
        let refused = part.and_then(|p| self.refused.borrow().get(&p).cloned());
        if let Some(problem) = refused {
            return Err(problem);
        }
        self.at_part.set(part);
        give_way().await;
        Ok(())
    }

    /// After it. Gives way again: what comes next is not the part's doing.
    async fn leave(&self) {
        if self.at_part.take().is_some() {
            give_way().await;
        }
    }

    pub fn kept(&self, key: &Fingerprint) -> Option<Kept> {
        self.cache.borrow_mut().get(key)
    }

    pub fn keep(&self, key: Fingerprint, kept: Kept) {
        self.cache.borrow_mut().put(key, kept);
    }

    /// The node's rows before its recipe.
    ///
    /// # Errors
    /// Why they cannot be had.
    pub fn input<'a>(&'a self, w: &'a Workspace, node: NodeId) -> LocalBoxFuture<'a, Result<Computed, Problem>> {
        Box::pin(async move {
            match node {
                NodeId::Table(id) => self.attached(w, id),
                NodeId::Merge(id) => {
                    let spec = w.merge(id).ok_or_else(|| lost("merge"))?;
                    let (computed, _) = self.merged(w, spec).await?;
                    Ok(computed)
                }
            }
        })
    }

    fn attached(&self, w: &Workspace, id: TableId) -> Result<Computed, Problem> {
        let (source, spec) = w.table(id).ok_or_else(|| lost("table"))?;
        let table = self.tables.borrow().get(&id).cloned().ok_or_else(|| {
            Problem::new(crate::base::ProblemKind::Stopped, "not_loaded", format!("{} is not loaded yet.", spec.name))
                .hint("If this stays, add the file again.")
        })?;
        let reader = json::write(&(&source.reader, &spec.part)).unwrap_or_default();
        let key = Provenance { inputs: vec![source.fingerprint.clone()], work: format!("read {id} {reader}") }.key();
        Ok(Computed { key, table })
    }

    /// # Errors
    /// Why the merge cannot be carried out.
    pub async fn merged(&self, w: &Workspace, spec: &MergeSpec) -> Result<(Computed, Arc<MergeOutcome>), Problem> {
        let left = self.node(w, spec.left).await?;
        let right = self.node(w, spec.right).await?;
        let name = |node| w.node_name(node).unwrap_or_default();
        let (left_name, right_name) = (name(spec.left), name(spec.right));
        let work =
            json::write(&(&spec.kind, &spec.keys, &spec.keep, &spec.suffix, left_name, right_name)).unwrap_or_default();
        let key = Provenance { inputs: vec![left.key, right.key], work: format!("merge {work}") }.key();
        match self.kept(&key) {
            Some(Kept::Merged(table, outcome)) => return Ok((Computed { key, table }, outcome)),
            Some(Kept::Failed(problem)) => return Err(problem),
            _ => {}
        }
        self.enter(Some(Part::Merge(spec.id))).await?;
        let columns = merge::Columns { keep: spec.keep.as_deref(), suffix: spec.suffix.as_deref() };
        let sides = ((left_name, left.table.as_ref()), (right_name, right.table.as_ref()));
        let done = merge::run_in_slices(spec.kind, &spec.keys, sides.0, sides.1, columns).await;
        self.leave().await;
        match done {
            Ok((table, outcome)) => {
                let (table, outcome) = (Arc::new(table), Arc::new(outcome));
                self.keep(key.clone(), Kept::Merged(table.clone(), outcome.clone()));
                Ok((Computed { key, table }, outcome))
            }
            Err(problem) => {
                self.keep(key, Kept::Failed(problem.clone()));
                Err(problem)
            }
        }
    }

    /// The node's rows after its recipe.
    ///
    /// # Errors
    /// Why they cannot be had. A step that fails fails the node: rows that lack a step must not
    /// pass for the result.
    pub async fn node(&self, w: &Workspace, node: NodeId) -> Result<Computed, Problem> {
        let mut current = self.input(w, node).await?;
        for outcome in self.steps(w, node, current.clone()).await {
            current = outcome.result?;
        }
        Ok(current)
    }

    /// Each enabled step of the node's recipe in turn; after a failure the rest is not tried.
    pub async fn steps(&self, w: &Workspace, node: NodeId, input: Computed) -> Vec<StepOutcome> {
        let mut outcomes = Vec::new();
        let mut current = input;
        let steps = w.recipe(node).map(|r| r.steps.as_slice()).unwrap_or_default();
        for step in steps.iter().filter(|s| s.enabled) {
            let n_rows_before = current.table.n_rows();
            let failed_here = |p| at_step(p, step.id, current.table.columns());
            let result = self.step(&current, &step.op, Some(step.id)).await.map_err(failed_here);
            let remark = result.as_ref().ok().and_then(|after| remark(&step.op, &current.table, &after.table));
            let failed = result.is_err();
            if let Ok(after) = &result {
                current = after.clone();
            }
            outcomes.push(StepOutcome { step: step.clone(), n_rows_before, result, remark });
            if failed {
                break;
            }
        }
        outcomes
    }

    /// One step on a computed table; without an id when it is only tried.
    ///
    /// # Errors
    /// The step's, found before a row is touched where possible.
    pub async fn step(&self, input: &Computed, op: &Op, id: Option<StepId>) -> Result<Computed, Problem> {
        let work = json::write(op).unwrap_or_default();
        let key = Provenance { inputs: vec![input.key.clone()], work: format!("step {work}") }.key();
        match self.kept(&key) {
            Some(Kept::Table(table)) => return Ok(Computed { key, table }),
            Some(Kept::Failed(problem)) => return Err(problem),
            _ => {}
        }
        self.enter(id.map(Part::Step)).await?;
        let done = self.run_step(&input.table, op).await;
        self.leave().await;
        match done {
            Ok(table) => {
                let table = Arc::new(table);
                self.keep(key.clone(), Kept::Table(table.clone()));
                Ok(Computed { key, table })
            }
            Err(problem) => {
                self.keep(key, Kept::Failed(problem.clone()));
                Err(problem)
            }
        }
    }

    async fn run_step(&self, table: &Table, op: &Op) -> Result<Table, Problem> {
        let state = self.session.state();
        let columns = bind_step(op, table.columns(), &state)?;
        let source = datafusion::datasource::provider_as_source(provider(table)?);
        let scan =
            LogicalPlanBuilder::scan("input", source, None).and_then(LogicalPlanBuilder::build).map_err(explain)?;
        let plan = plan_step(scan, op, table.columns(), &state)?;
        let physical = state.create_physical_plan(&plan).await.map_err(explain)?;
        let stream = in_turn::run(physical, self.session.task_ctx()).map_err(explain)?;
        let result = collect(stream, self.limits).await?;
        with_infos(result, &columns)
    }
}

/// The result with what binding knows of its columns (units, reasons), and missing cells counted.
fn with_infos(result: Table, bound: &[ColumnInfo]) -> Result<Table, Problem> {
    let infos = result.columns().iter().enumerate().map(|(idx, computed)| {
        let mut info = bound.iter().find(|c| c.name == computed.name).cloned().unwrap_or_else(|| computed.clone());
        info.column_type = computed.column_type;
        info.n_missing = result.chunks(idx).map(|a| a.logical_null_count() as u64).sum();
        info
    });
    let infos = infos.collect();
    result.with_columns(infos)
}

/// Cells that could not be read as a new type.
fn remark(op: &Op, before: &Table, after: &Table) -> Option<String> {
    let Op::ChangeType { column, to } = op else { return None };
    let missing =
        |t: &Table| t.column_idx(column).map(|idx| t.chunks(idx).map(|a| a.logical_null_count() as u64).sum::<u64>());
    let lost = missing(after)?.saturating_sub(missing(before)?);
    (lost > 0).then(|| {
        let cells = crate::base::wording::plural(lost, "cell", "cells");
        format!("{cells} could not be read as {}", to.label().to_lowercase())
    })
}

/// A step's sentence with its counts, for lineage.
pub fn sentence(outcome: &StepOutcome) -> String {
    use crate::base::wording::format_count;
    let after = outcome.result.as_ref().map(|c| c.table.n_rows());
    match after {
        Ok(n) if n != outcome.n_rows_before => {
            format!(
                "{}: {} of {} rows",
                describe_op(&outcome.step.op),
                format_count(n),
                format_count(outcome.n_rows_before)
            )
        }
        _ => describe_op(&outcome.step.op),
    }
}

fn lost(what: &str) -> Problem {
    Problem::request("not_there", format!("That {what} is no longer there."))
}
