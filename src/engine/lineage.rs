//! How a node came to be: its sources and, in sentences, what was done to them.

use super::nodes::{Shared, sentence};
use crate::base::{NodeId, Problem};
use crate::merge::{describe, describe_outcome};
use crate::table::SourceRef;
use crate::workspace::Workspace;
use futures::future::LocalBoxFuture;

/// Steps in words, and the sources they start from.
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    pub steps: Vec<String>,
    pub sources: Vec<SourceRef>,
}

impl Shared {
    /// # Errors
    /// Why the node cannot be computed.
    pub fn lineage<'a>(&'a self, w: &'a Workspace, node: NodeId) -> LocalBoxFuture<'a, Result<Lineage, Problem>> {
        Box::pin(async move {
            let mut lineage = match node {
                NodeId::Table(id) => Lineage {
                    steps: Vec::new(),
                    sources: w.table(id).map(|(source, spec)| source_ref(source, spec.n_rows)).into_iter().collect(),
                },
                NodeId::Merge(id) => {
                    let spec =
                        w.merge(id).ok_or_else(|| Problem::request("not_there", "That merge is no longer there."))?;
                    let mut both = self.lineage(w, spec.left).await?;
                    let right = self.lineage(w, spec.right).await?;
                    both.steps.extend(right.steps);
                    for source in right.sources {
                        if !both.sources.contains(&source) {
                            both.sources.push(source);
                        }
                    }
                    let (_, outcome) = self.merged(w, spec).await?;
                    let left_name = w.node_name(spec.left).unwrap_or_default();
                    let right_name = w.node_name(spec.right).unwrap_or_default();
                    both.steps.push(describe(spec.kind, &spec.keys, left_name, right_name));
                    both.steps.push(describe_outcome(&outcome, left_name, right_name));
                    both
                }
            };
            let input = self.input(w, node).await?;
            for outcome in self.steps(w, node, input).await {
                lineage.steps.push(sentence(&outcome));
            }
            Ok(lineage)
        })
    }
}

fn source_ref(source: &crate::source::SourceSpec, n_rows: u64) -> SourceRef {
    SourceRef {
        name: source.name.clone(),
        origin: source.origin.label().to_owned(),
        fingerprint: source.fingerprint.clone(),
        read_at: source.read_at.clone(),
        n_rows,
        size_bytes: source.size_bytes,
    }
}
