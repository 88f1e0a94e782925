//! Which table a column of a merge comes from, as far as the names tell.

use super::Workspace;
use crate::base::NodeId;
use crate::merge::MergeKind;

/// Merges in each other that are looked through.
const MAX_DEPTH: usize = 32;

impl Workspace {
    /// The table whose column it is; of a union, the union itself. `None` for what steps have made.
    pub fn origin_of(&self, node: NodeId, column: &str) -> Option<NodeId> {
        self.origin_within(node, column, MAX_DEPTH)
    }

    fn origin_within(&self, node: NodeId, column: &str, depth: usize) -> Option<NodeId> {
        let depth = depth.checked_sub(1)?;
        let merge = match node {
            NodeId::Table(id) => {
                let (_, table) = self.table(id)?;
                return table.columns.iter().any(|c| c.name == column).then_some(node);
            }
            NodeId::Merge(id) => self.merge(id)?,
        };
        let left = self.origin_within(merge.left, column, depth);
        let right = || {
            let suffix = merge.suffix.as_deref().or_else(|| self.node_name(merge.right)).unwrap_or_default();
            let at = column.ends_with(')').then(|| column.rfind(&format!(" ({suffix}"))).flatten();
            let of_right = |name| self.origin_within(merge.right, name, depth);
            of_right(column).or_else(|| of_right(column.get(..at?)?))
        };
        match merge.kind {
            MergeKind::Union => left.or_else(right).map(|_| node),
            _ => left.or_else(right),
        }
    }
}
