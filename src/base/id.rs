//! Typed identifiers. The workspace hands them out in order, so the same commands give the same ids.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

id!(
    /// A file, paste or address that was added.
    SourceId, "s"
);
id!(
    /// A table found in a source.
    TableId, "t"
);
id!(
    /// A join or union of two or more nodes.
    MergeId, "m"
);
id!(
    /// A step of a recipe.
    StepId, "p"
);
id!(
    /// A block of the report.
    BlockId, "b"
);

/// A place in the data flow that has rows: a table as read, or the outcome of a merge.
///
/// What others see of a node are its rows *after* its recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeId {
    Table(TableId),
    Merge(MergeId),
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeId::Table(id) => id.fmt(f),
            NodeId::Merge(id) => id.fmt(f),
        }
    }
}
