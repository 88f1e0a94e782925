//! Read-only SQL over the nodes. Only the nodes that a query names are computed.

use super::nodes::Shared;
use super::session::{explain, provider};
use super::shape::collect;
use crate::base::{Fingerprint, Problem};
use crate::table::Table;
use crate::workspace::Workspace;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::logical_expr::LogicalPlan;

impl Shared {
    /// The whole result of a query.
    ///
    /// # Errors
    /// The query's, in words.
    pub async fn sql(&self, w: &Workspace, sql: &str) -> Result<Table, Problem> {
        collect(self.sql_stream(w, sql).await?, self.limits).await
    }

    /// A key that changes with the query or anything it reads.
    ///
    /// # Errors
    /// As [`Shared::sql`].
    pub async fn sql_key(&self, w: &Workspace, sql: &str) -> Result<Fingerprint, Problem> {
        let mut inputs = Vec::new();
        for name in self.tables_in(sql)? {
            if let Some(node) = w.node_named(&name) {
                inputs.push(self.node(w, node).await?.key);
            }
        }
        Ok(crate::table::Provenance { inputs, work: format!("sql {sql}") }.key())
    }

    fn tables_in(&self, sql: &str) -> Result<Vec<String>, Problem> {
        let state = self.session.state();
        let dialect = state.config().options().sql_parser.dialect;
        let statement = state.sql_to_statement(sql, &dialect).map_err(explain)?;
        let references = state.resolve_table_references(&statement).map_err(explain)?;
        Ok(references.iter().map(|r| r.table().to_owned()).collect())
    }

    async fn sql_stream(&self, w: &Workspace, sql: &str) -> Result<SendableRecordBatchStream, Problem> {
        let names = self.tables_in(sql)?;
        let context =
            SessionContext::new_with_state(SessionStateBuilder::new_from_existing(self.session.state()).build());
        for name in &names {
            let Some(node) = w.node_named(name) else {
                let mut known: Vec<&str> = w.nodes().into_iter().filter_map(|n| w.node_name(n)).collect();
                known.sort_unstable();
                return Err(Problem::request("unknown_table", format!("There is no table called {name}.")).because(
                    if known.is_empty() {
                        "No table has been loaded yet.".to_owned()
                    } else {
                        format!("The tables are: {}.", known.join(", "))
                    },
                ));
            };
            let computed = self.node(w, node).await?;
            // The catalog is shared with the base session, so an older version may be there.
            context.deregister_table(name.as_str()).map_err(explain)?;
            context.register_table(name.as_str(), provider(&computed.table)?).map_err(explain)?;
        }
        let state = context.state();
        let plan = state.create_logical_plan(sql).await.map_err(explain)?;
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        read_only.verify_plan(&plan).map_err(|_| {
            Problem::request("read_only", "Only queries that read can be run here.")
                .hint("Use SELECT. To change a table, add a step to its recipe.")
        })?;
        if matches!(plan, LogicalPlan::Analyze(_)) {
            return Err(Problem::request("not_supported", "EXPLAIN ANALYZE cannot be run here.")
                .hint("EXPLAIN shows the plan without running it."));
        }
        let physical = state.create_physical_plan(&plan).await.map_err(explain)?;
        datafusion::physical_plan::execute_stream(physical, context.task_ctx()).map_err(explain)
    }
}
