//! The joins that sources declare, between the nodes that can be joined now.

use crate::base::{NodeId, TableId};
use crate::merge::{DeclaredJoin, MergeKind};
use crate::source::TableSpec;
use crate::workspace::Workspace;

/// Merges of merges deeper than this are not looked into, nor those of more tables.
const MAX_DEPTH: usize = 32;
const MAX_ORIGINS: usize = 200;

/// Every foreign key of the sources whose two tables are in different nodes of `open`: a table itself, or
/// a merge that it went into.
pub(super) fn declared_joins(w: &Workspace, open: &[NodeId]) -> Vec<DeclaredJoin> {
    let origins: Vec<(NodeId, Vec<TableId>)> = open
        .iter()
        .map(|node| {
            let mut tables = Vec::new();
            add_origins(w, *node, MAX_DEPTH, &mut tables);
            (*node, tables)
        })
        .collect();
    // The node in which all these columns of the table still have their names.
    let holder = |table: &TableSpec, columns: &[String]| {
        let (node, tables) = origins.iter().find(|(_, tables)| tables.contains(&table.id))?;
        let is_its_own = |column: &String| {
            let has = |id: &TableId| w.table(*id).is_some_and(|(_, t)| t.columns.iter().any(|c| c.name == *column));
            tables.iter().find(|id| has(id)) == Some(&table.id)
        };
        columns.iter().all(is_its_own).then_some(*node)
    };
    let mut joins = Vec::new();
    for source in &w.sources {
        for table in &source.tables {
            for key in &table.keys.foreign {
                let Some(other) = source.tables.iter().find(|t| t.part == key.table_part) else { continue };
                let ends = (holder(table, &key.columns), holder(other, &key.their_columns));
                let (Some(left), Some(right)) = ends else { continue };
                let columns = key.columns.iter().cloned().zip(key.their_columns.iter().cloned()).collect();
                let join = DeclaredJoin { left, right, columns };
                // Refers to itself, or is joined already.
                if left != right && !joins.contains(&join) {
                    joins.push(join);
                }
            }
        }
    }
    joins
}

/// The tables whose columns are in a node, the left ones first: on a clash they keep their names.
fn add_origins(w: &Workspace, node: NodeId, depth: usize, out: &mut Vec<TableId>) {
    let merge = match node {
        NodeId::Table(id) => {
            out.push(id);
            return;
        }
        NodeId::Merge(id) => w.merges.iter().find(|m| m.id == id),
    };
    let Some(merge) = merge.filter(|m| m.kind != MergeKind::Union && depth > 0 && out.len() < MAX_ORIGINS) else {
        return;
    };
    add_origins(w, merge.left, depth - 1, out);
    if !matches!(merge.kind, MergeKind::Semi | MergeKind::Anti) {
        add_origins(w, merge.right, depth - 1, out);
    }
}
