//! Runs a plan on one thread. Where a plan has several parts, as a union has, DataFusion starts a task of tokio's for
//! each; there is no tokio here, so they run one after the other.

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::limit::GlobalLimitExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties, execute_stream,
};
use futures::TryStreamExt;
use std::fmt;
use std::sync::Arc;

/// The rows of a plan.
///
/// # Errors
/// Those of the plan.
pub(super) fn run(plan: Arc<dyn ExecutionPlan>, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
    let plan = plan.transform_up(|node| Ok(in_turn(node)))?.data;
    let n_parts = plan.output_partitioning().partition_count();
    execute_stream(if n_parts > 1 { InTurn::of(plan) } else { plan }, context)
}

/// The same without tasks.
fn in_turn(node: Arc<dyn ExecutionPlan>) -> Transformed<Arc<dyn ExecutionPlan>> {
    let Some(coalesce) = node.downcast_ref::<CoalescePartitionsExec>() else { return Transformed::no(node) };
    let input = InTurn::of(Arc::clone(coalesce.input()));
    Transformed::yes(match coalesce.fetch() {
        Some(most) => Arc::new(GlobalLimitExec::new(input, 0, Some(most))),
        None => input,
    })
}

/// The parts of its input, the first to its end, then the next.
#[derive(Debug)]
struct InTurn {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl InTurn {
    fn of(input: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        // It has the form of what it stands for.
        let properties = Arc::clone(CoalescePartitionsExec::new(Arc::clone(&input)).properties());
        Arc::new(InTurn { input, properties })
    }
}

impl DisplayAs for InTurn {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InTurn")
    }
}

impl ExecutionPlan for InTurn {
    fn name(&self) -> &str {
        "InTurn"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(InTurn::of(children.pop().unwrap_or_else(|| Arc::clone(&self.input))))
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = Arc::clone(&self.input);
        let n_parts = input.output_partitioning().partition_count();
        let parts = (0..n_parts).map(move |part| input.execute(part, Arc::clone(&context)));
        let rows = futures::stream::iter(parts).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }
}
