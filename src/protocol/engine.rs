//! Page ↔ engine.

use super::blame::{Part, Work};
use super::view::View;
use crate::base::{NodeId, Problem, StepId, TableId};
use crate::chart::ChartSpec;
use crate::insight::{ControlQuery, FindingsOptions, StatsQuery};
use crate::merge::{KeyMatch, KeyPair, MergeSpec};
pub use crate::share::TableFormat as ExportFormat;
use serde::{Deserialize, Serialize};

/// Compared in `Hello`: a page never talks to a worker of another build.
pub const BUILD: &str = match option_env!("TRIBUTARY_BUILD") {
    Some(build) => build,
    None => "dev",
};

/// What answers queries. The page says so without linking it.
pub const ENGINE: &str = "DataFusion 55.2.0";

/// A question of the page that is answered anew whenever the workspace changes, until dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// Rows, columns and state of every node.
    Nodes,
    /// A screenful of a node's rows, after its recipe.
    Rows {
        node: NodeId,
        offset: u64,
        limit: usize,
    },
    Profile {
        node: NodeId,
    },
    /// The same for the rows that a step of the node's recipe is given.
    ProfileBefore {
        node: NodeId,
        step: StepId,
    },
    /// What the cells of some columns come to, each column for itself: of the given rows (first and
    /// one past the last), or of all.
    Summary {
        node: NodeId,
        columns: Vec<String>,
        rows: Option<(u64, u64)>,
    },
    /// Counts before and after each step of the node's recipe.
    Steps {
        node: NodeId,
    },
    Suggestions,
    /// What came of each merge.
    Merges,
    /// What would come of a merge that is still being written.
    TryMerge {
        merge: Box<MergeSpec>,
    },
    /// A screenful of the rows of `node` that find no partner in `other`, by the same comparison as
    /// a merge. The keys' left is `node`.
    Unmatched {
        node: NodeId,
        other: NodeId,
        keys: Vec<KeyPair>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        crosswalk: Vec<KeyMatch>,
        offset: u64,
        limit: usize,
    },
    /// What comes nearest to the keys of a merge's left that find no partner.
    Nearest {
        merge: Box<MergeSpec>,
    },
    Findings {
        node: NodeId,
        options: FindingsOptions,
    },
    /// Control charts, and the rules that are broken.
    Control {
        node: NodeId,
        query: Box<ControlQuery>,
    },
    /// Exact statistics of columns.
    Stats {
        node: NodeId,
        query: StatsQuery,
    },
    Chart {
        spec: ChartSpec,
        /// A range of the horizontal axis, to be seen as finely as the whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        range: Option<(f64, f64)>,
    },
    Report,
    /// Rows of any read-only SQL over the nodes.
    Sql {
        sql: String,
        offset: u64,
        limit: usize,
    },
    /// A step tried on the node without being added: the first rows before and after.
    Preview {
        node: NodeId,
        op: crate::recipe::Op,
        replaces: Option<StepId>,
    },
    /// Values of a text column that may be one, in the rows that a step is given; without one, in those
    /// after the whole recipe.
    Variants {
        node: NodeId,
        column: String,
        by: crate::recipe::Likeness,
        before: Option<StepId>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    Hello {
        build: String,
    },
    /// A table's rows; one buffer, an Arrow IPC stream, travels beside it.
    Attach {
        table: TableId,
    },
    Detach {
        table: TableId,
    },
    /// The whole workspace in its saved encoding.
    SetWorkspace {
        revision: u64,
        saved: String,
    },
    Want {
        topic: u64,
        query: Query,
    },
    Drop {
        topic: u64,
    },
    /// Rows of a query as an Arrow IPC stream.
    Export {
        id: u64,
        sql: String,
    },
    Cancel {
        id: u64,
    },
    /// The part has ended the worker before: what needs it is answered with the problem instead.
    Refuse {
        part: Part,
        problem: Problem,
    },
    /// Answered at once, unless a piece of work does not give way.
    Ping {
        n: u64,
    },
    /// For tests: the worker dies as a bug would make it die.
    Die,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Ready {
        build: String,
        version: String,
    },
    Attached {
        table: TableId,
        n_rows: u64,
    },
    Answer {
        topic: u64,
        revision: u64,
        view: Box<View>,
    },
    /// A topic's question could not be answered at this revision.
    WantFailed {
        topic: u64,
        revision: u64,
        problem: Problem,
    },
    /// One buffer travels beside it.
    Done {
        id: u64,
    },
    Failed {
        id: u64,
        problem: Problem,
    },
    Cancelled {
        id: u64,
    },
    /// A piece of work begins, or another part of it. Sent before the work is touched, so that the
    /// page knows what the worker was at when it dies.
    Working {
        work: Work,
        part: Option<Part>,
    },
    Pong {
        n: u64,
    },
    /// A level, not a change: how many questions and exports are being worked on.
    Busy {
        n_pending: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_that_is_named_is_the_one_that_is_built_in() {
        let lock = include_str!("../../Cargo.lock");
        let version = ENGINE.strip_prefix("DataFusion ").unwrap();
        assert!(lock.contains(&format!("name = \"datafusion\"\nversion = \"{version}\"")), "{ENGINE}");
    }
}
