//! Every change that can be made to a workspace.

use crate::base::{BlockId, MergeId, NodeId, SourceId, StepId};
use crate::merge::MergeSpec;
use crate::recipe::Op;
use crate::report::{Block, BlockSpec};
use crate::source::SourceSpec;
use serde::{Deserialize, Serialize};

/// One change. Also the JSON of the script API's `edit`.
///
/// Ids inside what is added (source, tables, merge) are given by the workspace; what the caller
/// put there is replaced. Names are made unique likewise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    SetTitle {
        title: String,
    },
    /// Adds a source that has been read, with its tables.
    AddSource {
        source: Box<SourceSpec>,
    },
    /// The source was read again (other options, or newer data): tables keep their ids by `part`. Where it is a newer
    /// version, steps that need a column which is missing in it are off until one comes that has it.
    ReplaceSource {
        source: Box<SourceSpec>,
    },
    /// What is different from the version before has been seen. Steps that wait for a column go on waiting.
    SettleSource {
        source: SourceId,
    },
    RenameSource {
        source: SourceId,
        name: String,
    },
    /// Fails while a merge or block still uses one of its tables, and says which.
    RemoveSource {
        source: SourceId,
    },
    RenameNode {
        node: NodeId,
        name: String,
    },
    AddMerge {
        merge: Box<MergeSpec>,
    },
    /// Replaces kind, keys and kept columns.
    EditMerge {
        merge: Box<MergeSpec>,
    },
    RemoveMerge {
        merge: MergeId,
    },
    RejectSuggestion {
        suggestion: String,
    },
    /// The node the report is about; `None` leaves the choice to the app.
    SetMain {
        node: Option<NodeId>,
    },
    /// Appends a step, or puts it at `at`.
    AddStep {
        node: NodeId,
        op: Op,
        #[serde(default)]
        at: Option<usize>,
    },
    EditStep {
        node: NodeId,
        step: StepId,
        op: Op,
    },
    ToggleStep {
        node: NodeId,
        step: StepId,
    },
    RemoveStep {
        node: NodeId,
        step: StepId,
    },
    MoveStep {
        node: NodeId,
        step: StepId,
        to: usize,
    },
    SetReportTitle {
        title: String,
    },
    /// Makes the draft the user's own, so that it can be edited.
    AdoptDraft {
        title: String,
        blocks: Vec<Block>,
    },
    /// Back to a fresh draft.
    ResetReport,
    AddBlock {
        spec: BlockSpec,
        #[serde(default)]
        at: Option<usize>,
    },
    EditBlock {
        block: BlockId,
        spec: BlockSpec,
    },
    MoveBlock {
        block: BlockId,
        to: usize,
    },
    RemoveBlock {
        block: BlockId,
    },
    DismissFinding {
        key: String,
    },
    /// Several at once, undone as one.
    All {
        label: String,
        commands: Vec<Command>,
    },
}
