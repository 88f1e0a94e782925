//! What was set aside, changed, missing or unmatched, in words.

mod gaps;
mod loading;
mod merges;

use super::{Explain, QualityItem, State, Target};
use crate::base::MergeId;
use crate::base::wording::list;
use crate::insight::Absence;
use crate::merge::{MergeKind, MergeOutcome};
use crate::source::SourceSpec;
use crate::table::TableProfile;
use gaps::missing;
use loading::{changed, loading, unproven, waiting};
use merges::merged;

/// More of the rows than this are many.
const MANY: f64 = 0.2;
const MAX_NAMED: usize = 5;

/// A merge, the names of its two sides, and what came of it.
pub struct Merged {
    pub id: MergeId,
    pub kind: MergeKind,
    pub left: String,
    pub right: String,
    pub outcome: MergeOutcome,
}

/// The table that the report is about: its name, how it looks, and what merges left of it.
pub struct Judged<'a> {
    pub node_name: &'a str,
    pub profile: &'a TableProfile,
    pub absences: &'a [Absence],
}

impl Judged<'_> {
    /// The rows that could not have a column, by its place, for they found no partner in a merge.
    fn absence(&self, column_idx: usize) -> Option<&Absence> {
        self.absences.iter().find(|a| a.has(column_idx))
    }

    /// What an input of a merge gives to the table, where some of its rows lack that: "lot and operator".
    fn given_by(&self, input: &str) -> Option<String> {
        let absence = self.absences.iter().find(|a| a.input == input)?;
        let names = absence.columns.iter().filter_map(|idx| self.profile.columns.get(*idx));
        Some(few(&names.map(|c| c.name.clone()).collect::<Vec<_>>()))
    }
}

/// The state of the data, the worst first.
pub fn quality(sources: &[&SourceSpec], merges: &[Merged], judged: &Judged<'_>) -> Vec<QualityItem> {
    let mut items = Vec::new();
    items.extend(loading(sources));
    items.extend(sources.iter().flat_map(|s| unproven(s)));
    items.extend(sources.iter().flat_map(|s| waiting(s)));
    items.extend(sources.iter().flat_map(|s| s.tables.iter().flat_map(|t| changed(s, t))));
    items.extend(merges.iter().flat_map(|m| merged(m, judged)));
    items.extend(missing(judged));
    items.sort_by_key(|i| std::cmp::Reverse(i.state));
    items
}

/// An item that leads to where its rows are.
fn item(state: State, text: String, formula: impl Into<String>, n_rows: u64, target: Target) -> QualityItem {
    let formula = formula.into();
    QualityItem::new(state, text).with(Explain { formula, n_rows, target: Some(target), ..Explain::default() })
}

/// The same, with the name of its source.
fn item_of(
    source: &SourceSpec,
    state: State,
    text: String,
    formula: impl Into<String>,
    n_rows: u64,
    target: Target,
) -> QualityItem {
    let mut item = item(state, text, formula, n_rows, target);
    if let Some(explain) = &mut item.explain {
        explain.sources = vec![source.name.clone()];
    }
    item
}

/// The first few names, and how many more.
fn few(names: &[String]) -> String {
    if names.len() <= MAX_NAMED {
        return list(names);
    }
    let shown = names.iter().take(MAX_NAMED - 1).cloned();
    let more = format!("{} more", names.len() - (MAX_NAMED - 1));
    list(&shown.chain([more]).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
