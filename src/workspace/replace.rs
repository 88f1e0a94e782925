//! A source in the place of what it was: read in another way, fetched again, or next month's file.
//!
//! Tables, steps, merges and the report stay. A step that needs a column which the newer version does not have would
//! fail, and with it all that is made from the table; instead it is off, and waits for a version that has the column.

use super::apply::{forget_lost_nodes, gone, user_of};
use super::names::unique_name;
use super::spec::Workspace;
use crate::base::{NodeId, Problem, SourceId, StepId, TableId};
use crate::merge::{MergeKind, MergeSpec};
use crate::recipe::Op;
use crate::source::{ColumnDrift, Drift, SourceSpec, TableSpec, WaitingStep};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn replace_source(w: &mut Workspace, source: &SourceSpec) -> Result<(), Problem> {
    let old = w.source(source.id).cloned().ok_or_else(|| gone("source"))?;
    let mut new = source.clone();
    new.name.clone_from(&old.name);
    let alone = old.tables.len() == 1 && new.tables.len() == 1;
    let is_same_file = old.fingerprint == new.fingerprint;
    let mut lost: BTreeMap<NodeId, BTreeSet<String>> = BTreeMap::new();
    for table in &mut new.tables {
        match old.tables.iter().find(|t| alone || t.part == table.part) {
            Some(before) => {
                table.id = before.id;
                table.name.clone_from(&before.name);
                if is_same_file && table.drift.is_none() {
                    table.drift = still_open(before, table);
                }
                carry_missing(before, table);
                if table.drift.is_some() {
                    lost.insert(NodeId::Table(table.id), lost_columns(before, table));
                }
            }
            None => {
                table.id = TableId(w.take_id());
                table.name = unique_name(w, &table.name);
            }
        }
    }
    for gone in old.tables.iter().filter(|t| new.tables.iter().all(|n| n.id != t.id)) {
        if let Some(user) = user_of(w, NodeId::Table(gone.id)) {
            return Err(Problem::request(
                "table_in_use",
                format!("{} is no longer in {}, but {user} uses it.", gone.name, old.name),
            )
            .hint("Remove what uses it first, or read the source as before."));
        }
    }
    let waited = old.tables.iter().filter_map(|t| t.drift.as_ref()).flat_map(|d| &d.waiting).map(|w| w.step);
    wake(w, &waited.collect::<Vec<_>>());
    if let Some(place) = w.sources.iter_mut().find(|s| s.id == source.id) {
        *place = new;
    }
    let waiting = put_off(w, lost);
    let tables = w.sources.iter_mut().filter(|s| s.id == source.id).flat_map(|s| &mut s.tables);
    // All steps that wait are told at the first table, whichever of them they wait for.
    if let Some(drift) = tables.filter_map(|t| t.drift.as_mut()).next() {
        drift.waiting = waiting;
    }
    forget_lost_nodes(w);
    Ok(())
}

/// What is different has been seen. Columns that something still needs stay named as missing.
pub(super) fn settle(w: &mut Workspace, id: SourceId) -> Result<(), Problem> {
    let before = w.source(id).cloned().ok_or_else(|| gone("source"))?;
    let waiting: Vec<&WaitingStep> = before.tables.iter().flat_map(|t| &t.drift).flat_map(|d| &d.waiting).collect();
    let mut settled = before.clone();
    for table in &mut settled.tables {
        let is_needed = |column: &ColumnDrift| match column {
            ColumnDrift::Missing { column, .. } => {
                waiting.iter().any(|w| w.column == *column) || is_in_merge(w, NodeId::Table(table.id), column)
            }
            _ => false,
        };
        let Some(drift) = table.drift.take() else { continue };
        let columns: Vec<ColumnDrift> = drift.columns.iter().filter(|c| is_needed(c)).cloned().collect();
        let is_open = !columns.is_empty() || !drift.waiting.is_empty();
        table.drift = is_open.then_some(Drift { columns, is_reordered: false, rows: None, ..drift });
    }
    if let Some(place) = w.sources.iter_mut().find(|s| s.id == id) {
        *place = settled;
    }
    Ok(())
}

/// Whether a merge of this node finds rows by the column, or was told to keep it.
fn is_in_merge(w: &Workspace, node: NodeId, column: &str) -> bool {
    let of_one = |m: &MergeSpec| {
        let is_key =
            m.keys.iter().any(|k| (m.left == node && k.left == column) || (m.right == node && k.right == column));
        let is_kept = m.keep.iter().flatten().any(|name| name == column);
        is_key || (is_kept && [m.left, m.right].contains(&node))
    };
    w.merges.iter().any(of_one)
}

/// What was missing before and still is goes on being named: the recipe was made for a version that had it.
fn carry_missing(before: &TableSpec, now: &mut TableSpec) {
    let has = |name: &str| now.columns.iter().any(|c| c.name == *name);
    let mut carried = Vec::new();
    for column in before.drift.iter().flat_map(|d| &d.columns) {
        if let ColumnDrift::Missing { column, candidates } = column
            && !has(column)
        {
            let candidates = candidates.iter().filter(|c| has(&c.column)).cloned().collect();
            carried.push(ColumnDrift::Missing { column: column.clone(), candidates });
        }
    }
    let Some(drift) = &mut now.drift else { return };
    let is_named = |own: &ColumnDrift, name: &str| matches!(own, ColumnDrift::Missing { column, .. } if column == name);
    carried.retain(|c| match c {
        ColumnDrift::Missing { column, .. } => !drift.columns.iter().any(|own| is_named(own, column)),
        _ => false,
    });
    drift.columns.splice(0..0, carried);
}

/// Of the drift that was known, what is still so: the version before is no longer there to be compared with.
fn still_open(before: &TableSpec, now: &TableSpec) -> Option<Drift> {
    let mut drift = before.drift.clone()?;
    let has = |name: &String| now.columns.iter().any(|c| c.name == *name);
    drift.columns.retain(|column| match column {
        ColumnDrift::Missing { column, .. } => !has(column),
        ColumnDrift::Added { column } => has(column),
        ColumnDrift::OtherType { column, before, .. } => {
            now.columns.iter().any(|c| c.name == *column && c.column_type != *before)
        }
        ColumnDrift::OtherUnit { column, before, .. } => {
            now.columns.iter().any(|c| c.name == *column && c.unit != *before)
        }
    });
    Some(drift)
}

/// Columns that the table had, or was already without, and does not have now.
fn lost_columns(before: &TableSpec, now: &TableSpec) -> BTreeSet<String> {
    let missed = before.drift.iter().flat_map(|d| &d.columns).filter_map(|c| match c {
        ColumnDrift::Missing { column, .. } => Some(column.clone()),
        _ => None,
    });
    let had = before.columns.iter().map(|c| c.name.clone()).chain(missed);
    had.filter(|name| now.columns.iter().all(|c| c.name != *name)).collect()
}

fn wake(w: &mut Workspace, steps: &[StepId]) {
    for step in w.recipes.values_mut().flat_map(|r| &mut r.steps).filter(|s| steps.contains(&s.id)) {
        step.enabled = true;
    }
}

/// Switches off each step that needs a column which is not there, or what such a step would have made. From the
/// tables on through all that is made of them.
fn put_off(w: &mut Workspace, mut lost: BTreeMap<NodeId, BTreeSet<String>>) -> Vec<WaitingStep> {
    let mut waiting = Vec::new();
    for node in w.nodes() {
        let mut names = lost.remove(&node).unwrap_or_default();
        if let NodeId::Merge(id) = node
            && let Some(merge) = w.merge(id)
        {
            names.extend(lost_by_merge(w, merge, &lost));
        }
        if names.is_empty() {
            continue;
        }
        // What a waiting step would have made under a name that the file itself has is there.
        let there: BTreeSet<String> = match node {
            NodeId::Table(id) => {
                w.table(id).map(|(_, t)| t.columns.iter().map(|c| c.name.clone()).collect()).unwrap_or_default()
            }
            NodeId::Merge(_) => BTreeSet::new(),
        };
        let steps = w.recipes.get_mut(&node).map(|r| r.steps.as_mut_slice()).unwrap_or_default();
        for step in steps.iter_mut().filter(|s| s.enabled) {
            // What hides columns is not left out, as they would be seen then: it fails in its place.
            let hides = matches!(step.op, Op::Remove { .. } | Op::Select { .. });
            if let Some(column) = names.iter().find(|name| !hides && step.op.needs(name)).cloned() {
                step.enabled = false;
                waiting.push(WaitingStep { step: step.id, column });
                names.extend(step.op.makes().into_iter().filter(|name| !there.contains(name)));
            } else {
                // What is made anew is there, whatever was lost under its name.
                let made = step.op.makes();
                names.retain(|name| !made.contains(name));
            }
        }
        lost.insert(node, names);
    }
    waiting
}

/// What a merge lacks because its inputs do, by the names in its outcome.
fn lost_by_merge(w: &Workspace, merge: &MergeSpec, lost: &BTreeMap<NodeId, BTreeSet<String>>) -> Vec<String> {
    let left = lost.get(&merge.left).into_iter().flatten();
    if merge.kind == MergeKind::Union {
        // The other side may still have it, under the same name.
        let is_kept = |name: &&String| merge.keys.iter().any(|pair| pair.left == **name && pair.right == **name);
        return left.filter(|name| !is_kept(name)).cloned().collect();
    }
    let is_of_left = |name: &String| match merge.left {
        NodeId::Table(id) => w.table(id).is_some_and(|(_, t)| t.columns.iter().any(|c| c.name == *name)),
        NodeId::Merge(_) => false,
    };
    let suffix = merge.suffix.as_deref().or_else(|| w.node_name(merge.right)).unwrap_or_default();
    let right = lost.get(&merge.right).into_iter().flatten().flat_map(|name| {
        let plain = Some(name.clone()).filter(|name| !is_of_left(name));
        [plain, Some(format!("{name} ({suffix})"))].into_iter().flatten()
    });
    left.cloned().chain(right).collect()
}

#[cfg(test)]
mod tests {
    use crate::base::*;
    use crate::merge::{KeyForm, KeyPair, MergeKind, MergeSpec};
    use crate::recipe::{Op, Test};
    use crate::source::*;
    use crate::table::ColumnInfo;
    use crate::workspace::{Command, History, Workspace};

    fn version(name: &str, columns: &[&str]) -> SourceSpec {
        let reading = Reading {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            quote: None,
            header_rows: 1,
            skipped_lines: 0,
            record_path: None,
        };
        SourceSpec {
            id: SourceId(0),
            name: name.to_owned(),
            origin: Origin::File,
            size_bytes: 1,
            fingerprint: Fingerprint::of(name.as_bytes()),
            read_at: String::new(),
            reader: ReaderSpec::default(),
            tables: vec![TableSpec {
                id: TableId(0),
                name: name.to_owned(),
                part: String::new(),
                n_rows: 2,
                columns: columns.iter().map(|c| ColumnInfo::new(*c, ColumnType::Text)).collect(),
                ledger: Ledger::default(),
                reading,
                notices: Notices::default(),
                keys: Default::default(),
                drift: None,
            }],
        }
    }

    /// A newer version in the place of the first source, compared with it: those after June with a version that lacks
    /// what June lacks.
    fn replace(h: &mut History, name: &str, columns: &[&str]) {
        let mut newer = version(name, columns);
        let old = &h.present().sources[0];
        newer.id = old.id;
        let gone = old.tables[0].columns.iter().filter(|c| !columns.contains(&c.name.as_str()));
        let missing = gone.map(|c| ColumnDrift::Missing { column: c.name.clone(), candidates: Vec::new() });
        newer.tables[0].drift = Some(Drift { columns: missing.collect(), ..Drift::default() });
        h.dispatch(&Command::ReplaceSource { source: Box::new(newer) }).unwrap();
    }

    fn filter(column: &str) -> Op {
        Op::Filter { column: column.into(), test: Test::IsPresent }
    }

    fn compute(name: &str, formula: &str) -> Op {
        Op::Compute { name: name.into(), formula: formula.into() }
    }

    /// Samples and plates, joined; steps on the samples and on what is joined.
    fn joined() -> History {
        let mut h = History::new(Workspace::default());
        let sources = [version("samples", &["sample", "plate", "qc", "a", "b"]), version("plates", &["plate", "qc"])];
        for source in sources {
            h.dispatch(&Command::AddSource { source: Box::new(source) }).unwrap();
        }
        let [samples, plates] = h.present().nodes()[..] else { panic!("two tables") };
        let merge = MergeSpec {
            id: MergeId(0),
            name: "both".into(),
            kind: MergeKind::Left,
            left: samples,
            right: plates,
            keys: vec![KeyPair { left: "plate".into(), right: "plate".into(), form: KeyForm::Exact }],
            keep: None,
            suffix: Some("plates".into()),
            crosswalk: Vec::new(),
        };
        h.dispatch(&Command::AddMerge { merge: Box::new(merge) }).unwrap();
        let both = NodeId::Merge(h.present().merges[0].id);
        let steps = [
            (samples, filter("qc")),
            (samples, compute("ratio", "a / b")),
            (samples, filter("sample")),
            (both, filter("ratio")),
            (both, filter("qc (plates)")),
            (both, filter("plate")),
        ];
        for (node, op) in steps {
            h.dispatch(&Command::AddStep { node, op, at: None }).unwrap();
        }
        h
    }

    fn enabled(h: &History) -> Vec<bool> {
        h.present().recipes.values().flat_map(|r| &r.steps).map(|s| s.enabled).collect()
    }

    fn waiting(h: &History) -> Vec<String> {
        let drifts = h.present().sources[0].tables[0].drift.iter();
        drifts.flat_map(|d| &d.waiting).map(|w| w.column.clone()).collect()
    }

    #[test]
    fn steps_wait_for_their_columns_and_nothing_else_is_lost() {
        let mut h = joined();
        let before = h.present().clone();
        replace(&mut h, "june", &["sample", "plate", "qc", "a", "lane"]);
        // What is computed from b waits, and what is made of that; the rest goes on.
        assert_eq!(enabled(&h), [true, false, true, false, true, true]);
        assert_eq!(waiting(&h), ["b", "ratio"]);
        let w = h.present();
        assert_eq!((w.merges.len(), w.tables().count()), (1, 2));
        assert_eq!(w.sources[0].tables[0].id, before.sources[0].tables[0].id);
        // With the column comes what waited for it, whatever the file.
        replace(&mut h, "july", &["sample", "plate", "qc", "a", "b"]);
        assert_eq!(enabled(&h), [true; 6]);
        assert!(waiting(&h).is_empty());
        h.undo();
        h.undo();
        assert_eq!(*h.present(), before);
    }

    #[test]
    fn what_is_missing_is_missing_in_every_version_that_lacks_it() {
        let mut h = joined();
        for name in ["june", "july", "august"] {
            replace(&mut h, name, &["sample", "plate", "a", "b"]);
            assert_eq!(waiting(&h), ["qc"], "{name}");
            // Having seen it makes it no less missing.
            let source = h.present().sources[0].id;
            h.dispatch(&Command::SettleSource { source }).unwrap();
        }
        replace(&mut h, "september", &["sample", "plate", "qc", "a", "b"]);
        assert_eq!(enabled(&h), [true; 6]);
    }

    #[test]
    fn what_the_user_switched_off_stays_off() {
        let mut h = joined();
        let node = h.present().nodes()[0];
        let step = h.present().recipes[&node].steps[0].id;
        h.dispatch(&Command::ToggleStep { node, step }).unwrap();
        replace(&mut h, "june", &["sample", "plate", "a", "b"]);
        assert!(waiting(&h).is_empty());
        replace(&mut h, "july", &["sample", "plate", "qc", "a", "b"]);
        assert_eq!(enabled(&h), [false, true, true, true, true, true]);
    }

    #[test]
    fn the_same_file_with_a_column_under_its_name_wakes_what_waited() {
        let mut h = joined();
        replace(&mut h, "june", &["sample", "plate", "QC", "a", "b"]);
        assert_eq!(waiting(&h), ["qc"]);
        // Read again after the version before has gone: there is nothing to compare with.
        let mut again = h.present().sources[0].clone();
        again.tables[0].drift = None;
        again.tables[0].columns[2].name = "qc".into();
        h.dispatch(&Command::ReplaceSource { source: Box::new(again) }).unwrap();
        assert_eq!(enabled(&h), [true; 6]);
        assert!(h.present().sources[0].tables[0].drift.as_ref().is_some_and(|d| d.waiting.is_empty()));
    }

    #[test]
    fn what_the_user_decides_on_does_not_wait() {
        for (decide, is_on) in [
            ((|node, step| Command::ToggleStep { node, step }) as fn(NodeId, StepId) -> Command, Some(true)),
            (|node, step| Command::EditStep { node, step, op: filter("a") }, Some(true)),
            (|node, step| Command::RemoveStep { node, step }, None),
        ] {
            let mut h = joined();
            replace(&mut h, "june", &["sample", "plate", "a", "b"]);
            let drift = h.present().sources[0].tables[0].drift.clone().unwrap();
            let (node, step) = (h.present().nodes()[0], drift.waiting[0].step);
            h.dispatch(&decide(node, step)).unwrap();
            assert!(waiting(&h).is_empty());
            let found = h.present().recipes[&node].steps.iter().find(|s| s.id == step).map(|s| s.enabled);
            assert_eq!(found, is_on);
            h.undo();
            assert_eq!(waiting(&h), ["qc"]);
        }
    }

    #[test]
    fn settling_keeps_what_waits() {
        let mut h = joined();
        let source = h.present().sources[0].id;
        replace(&mut h, "june", &["sample", "plate", "a", "b"]);
        h.dispatch(&Command::SettleSource { source }).unwrap();
        assert_eq!(waiting(&h), ["qc"]);
        replace(&mut h, "july", &["sample", "plate", "qc", "a", "b"]);
        h.dispatch(&Command::SettleSource { source }).unwrap();
        assert_eq!(h.present().sources[0].tables[0].drift, None);
        assert_eq!(enabled(&h), [true; 6]);
    }

    #[test]
    fn a_column_of_the_right_is_missed_by_the_name_that_it_had() {
        let mut h = joined();
        let mut newer = version("plates june", &["plate"]);
        newer.id = h.present().sources[1].id;
        newer.tables[0].drift = Some(Drift::default());
        h.dispatch(&Command::ReplaceSource { source: Box::new(newer) }).unwrap();
        assert_eq!(enabled(&h), [true, true, true, true, false, true]);
    }
}
