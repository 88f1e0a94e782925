//! How a node came to be: its sources and, in sentences, what was done to them.

use super::nodes::{Shared, sentence};
use crate::base::{NodeId, Problem};
use crate::merge::{MergeKind, describe, describe_outcome};
use crate::recipe::{Op, test_words};
use crate::table::SourceRef;
use crate::workspace::Workspace;
use futures::future::LocalBoxFuture;

/// Steps in words, and the sources they start from.
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    pub steps: Vec<String>,
    pub sources: Vec<SourceRef>,
    /// The filters among the steps: "site is '017'".
    pub filters: Vec<String>,
}

impl Shared {
    /// # Errors
    /// Why the node cannot be computed.
    pub fn lineage<'a>(&'a self, w: &'a Workspace, node: NodeId) -> LocalBoxFuture<'a, Result<Lineage, Problem>> {
        Box::pin(async move {
            let mut lineage = match node {
                NodeId::Table(id) => Lineage {
                    steps: Vec::new(),
                    filters: Vec::new(),
                    sources: w.table(id).map(|(source, spec)| source_ref(source, spec.n_rows)).into_iter().collect(),
                },
                NodeId::Merge(id) => {
                    let spec =
                        w.merge(id).ok_or_else(|| Problem::request("not_there", "That merge is no longer there."))?;
                    let left_name = w.node_name(spec.left).unwrap_or_default();
                    let right_name = w.node_name(spec.right).unwrap_or_default();
                    let mut both = self.lineage(w, spec.left).await?;
                    let right = self.lineage(w, spec.right).await?;
                    both.steps.extend(right.steps);
                    both.filters = kept_filters(spec.kind, (left_name, both.filters), (right_name, right.filters));
                    for source in right.sources {
                        if !both.sources.contains(&source) {
                            both.sources.push(source);
                        }
                    }
                    let (_, outcome) = self.merged(w, spec).await?;
                    both.steps.push(describe(spec.kind, &spec.keys, left_name, right_name));
                    both.steps.extend(spec.accepted_words());
                    both.steps.push(describe_outcome(&outcome, left_name, right_name));
                    both
                }
            };
            let input = self.input(w, node).await?;
            for outcome in self.steps(w, node, input).await {
                lineage.steps.push(sentence(&outcome));
                if let Op::Filter { column, test } = &outcome.step.op {
                    lineage.filters.push(format!("{column} {}", test_words(test)));
                }
            }
            Ok(lineage)
        })
    }
}

/// The filters of a merge's sides that its rows have gone through. Where a side is only looked up, its
/// filters leave out no row; where its rows stand beside others', they hold for these alone.
fn kept_filters(kind: MergeKind, left: (&str, Vec<String>), right: (&str, Vec<String>)) -> Vec<String> {
    let of_one = |(name, filters): (&str, Vec<String>)| {
        filters.into_iter().map(|f| format!("{f} (in {name})")).collect::<Vec<String>>()
    };
    match kind {
        MergeKind::Left | MergeKind::Semi | MergeKind::Anti => left.1,
        MergeKind::Inner => left.1.into_iter().chain(right.1).collect(),
        MergeKind::Union | MergeKind::Full => of_one(left).into_iter().chain(of_one(right)).collect(),
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
