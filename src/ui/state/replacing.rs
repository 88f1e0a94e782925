//! A newer version in the place of a source: compared with what was there, and what becomes of the file that came.

use super::asking::{raw_key, rows_key};
use super::import::Import;
use super::importing::Read;
use super::jobs::Stop;
use super::runtime::Runtime;
use crate::base::{NodeId, Problem, SourceId};
use crate::merge::{KeyForm, KeyPair, MergeKind, MergeSpec};
use crate::protocol::{Query, ReaderEvent, ReaderJob, View};
use crate::source::{DeclaredKeys, Drift, SourceSpec, Successor, TableSpec, successors};
use crate::workspace::{Command, Workspace};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File};

/// Versions that are larger together are not compared: both must be held at once.
const MAX_COMPARED_BYTES: f64 = 1.5e9;

/// Files that look like later versions of others, where nobody has said yet what becomes of them: nothing is made of
/// the later one, and the earlier one is not one of a row of files already.
pub fn open_successors(w: &Workspace) -> Vec<Successor> {
    let is_used = |id: SourceId, by: &dyn Fn(&MergeSpec) -> bool| {
        let tables = w.source(id).map(|s| s.tables.as_slice()).unwrap_or_default();
        let is_in = |m: &MergeSpec| tables.iter().any(|t| [m.left, m.right].contains(&NodeId::Table(t.id)));
        w.merges.iter().any(|m| by(m) && is_in(m))
    };
    let is_open = |s: &Successor| {
        !w.rejected.contains(&s.key())
            && !is_used(s.newer, &|_| true)
            && !is_used(s.of, &|merge| merge.kind == MergeKind::Union)
    };
    successors(&w.sources).into_iter().filter(is_open).collect()
}

impl Runtime {
    /// The version that a source as it is was compared with, as long as it can be gone back to.
    pub fn version_before(&self, source: &SourceSpec) -> Option<Rc<SourceSpec>> {
        source.tables.iter().find(|t| t.drift.is_some())?;
        let history = self.history.borrow();
        let earlier = history.past().iter().rev().filter_map(|entry| entry.workspace.source(source.id));
        let other = earlier.into_iter().find(|earlier| earlier.fingerprint != source.fingerprint);
        other.map(|earlier| Rc::new(earlier.clone()))
    }

    /// Reads a file in the place of a source, as that was read.
    pub fn replace_with(self: &Rc<Self>, source: SourceId, file: File) {
        let name = file.name();
        self.replace_with_blob(source, &name, file.into(), None);
    }

    /// Lets a file that is a source already take the place of the one that it is a later version of.
    pub fn replace_by(self: &Rc<Self>, successor: Successor) {
        let Some(newer) = self.history.borrow().present().source(successor.newer).cloned() else { return };
        let raw = raw_key(&self.key.borrow(), &newer);
        let runtime = self.clone();
        spawn_local(async move {
            match runtime.blob(&raw).await {
                Ok(Some(blob)) => runtime.replace_with_blob(successor.of, &newer.name, blob, Some(newer.id)),
                Ok(None) => runtime.app.complain(
                    Problem::input("file_missing", format!("{} is no longer in this browser.", newer.name))
                        .hint("Add the file again."),
                ),
                Err(problem) => runtime.app.complain(problem),
            }
        });
    }

    fn replace_with_blob(self: &Rc<Self>, source: SourceId, name: &str, blob: Blob, takes_over: Option<SourceId>) {
        let Some(spec) = self.history.borrow().present().source(source).cloned() else { return };
        let import = Import {
            // The options hold for the new file as well, but for what they say of pages put together.
            reader: spec.reader.clone().for_fetched(false),
            replaces: Some(source),
            before: Some(Rc::new(spec)),
            is_newer_file: true,
            takes_over,
            ..Import::of_blob(name, blob)
        };
        let waiting = self.import(import);
        spawn_local(async move {
            // The job tells of a failure itself.
            let _ = waiting.await;
        });
    }

    /// Puts the rows of a later version below those of the one before.
    pub fn add_to(self: &Rc<Self>, successor: Successor) {
        let runtime = self.clone();
        spawn_local(async move {
            let Some((left, right)) = runtime.tables_of(successor) else { return };
            let (of, newer) = (NodeId::Table(left.id), NodeId::Table(right.id));
            let found = match runtime.ask(Query::Suggestions).await {
                Ok(View::Suggestions(found)) => found,
                _ => Vec::new(),
            };
            let is_it = |a: NodeId, b: NodeId| (a, b) == (of, newer) || (b, a) == (of, newer);
            let proposed = found.iter().find(|s| s.is_union && is_it(s.left, s.right));
            let merge = match proposed {
                Some(suggestion) => MergeSpec::accepting(suggestion, None),
                None => union_by_name(&left, &right),
            };
            if let Err(problem) = runtime.dispatch(&Command::AddMerge { merge: Box::new(merge) }) {
                return runtime.app.complain(problem);
            }
            runtime.app.say(format!("{} is below {}. See Combine for how they fit.", right.name, left.name), true);
        });
    }

    fn tables_of(&self, successor: Successor) -> Option<(TableSpec, TableSpec)> {
        let history = self.history.borrow();
        let first = |id: SourceId| history.present().source(id)?.tables.first().cloned();
        Some((first(successor.of)?, first(successor.newer)?))
    }

    /// What is read, with what is different from the version before. Where that cannot be told, this is remarked.
    pub(super) async fn compared(self: &Rc<Self>, import: &Import, mut read: Read, items: &[JsValue]) -> Read {
        let Some(before) = &import.before else { return read };
        match self.drifts(before, &read, items).await {
            Ok(drifts) => {
                for (part, drift) in read.parts.iter_mut().zip(drifts) {
                    part.drift = drift;
                }
            }
            Err(problem) => {
                let text = format!("It was not compared with the version before. {}", problem.what);
                read.notices.add("not_compared", text.trim_end_matches('.'), 1);
            }
        }
        read
    }

    /// For each part that there was before: what is different.
    async fn drifts(
        self: &Rc<Self>,
        before: &SourceSpec,
        read: &Read,
        items: &[JsValue],
    ) -> Result<Vec<Option<Drift>>, Problem> {
        let is_alone = before.tables.len() == 1 && read.parts.len() == 1;
        let mut blobs: Vec<JsValue> = Vec::new();
        let mut keys: Vec<DeclaredKeys> = Vec::new();
        let mut places: Vec<usize> = Vec::new();
        let mut size_bytes = 0.0;
        for (nth, part) in read.parts.iter().enumerate() {
            let Some(table) = before.tables.iter().find(|t| is_alone || t.part == part.part) else { continue };
            // Of each part the rows came as a buffer and as a blob.
            let rows = items.get(2 * nth + 1).and_then(|item| item.dyn_ref::<Blob>()).cloned();
            let key = rows_key(&self.key.borrow(), before, table);
            let (Some(new), Some(old)) = (rows, self.blob(&key).await?) else {
                return Err(Problem::input("rows_missing", "Its rows are no longer in this browser."));
            };
            size_bytes += old.size() + new.size();
            blobs.extend([JsValue::from(old), JsValue::from(new)]);
            keys.push(part.keys.clone());
            places.push(nth);
        }
        if size_bytes > MAX_COMPARED_BYTES {
            return Err(Problem::limit("too_large_to_compare", "They are too large."));
        }
        let job = ReaderJob::Compare { before_name: before.name.clone(), before_read_at: before.read_at.clone(), keys };
        let (event, _) = self.have_done(&job, blobs, &Stop::default(), |_| {}).await?;
        let ReaderEvent::Compared { drifts } = event else {
            return Err(Problem::bug("bug_protocol", "A comparison was answered with something else."));
        };
        let mut out: Vec<Option<Drift>> = read.parts.iter().map(|_| None).collect();
        for (nth, drift) in places.into_iter().zip(drifts) {
            if let Some(place) = out.get_mut(nth) {
                *place = Some(drift);
            }
        }
        Ok(out)
    }

    /// The source as it is read now in the place of what it was; one change, whatever comes with it.
    pub(super) fn put_in_place(&self, import: &Import, source: SourceSpec) -> Result<(), Problem> {
        let (id, name) = (source.id, source.name.clone());
        let old_name = self.history.borrow().present().source(id).map(|s| s.name.clone()).unwrap_or_default();
        let replace = Command::ReplaceSource { source: Box::new(source) };
        if !import.is_newer_file {
            let command = match import.label.clone() {
                Some(label) => Command::All { label, commands: vec![replace] },
                None => replace,
            };
            return self.history.borrow_mut().dispatch(&command);
        }
        let label = match old_name == name {
            true => format!("replace {name} with a newer file"),
            false => format!("replace {old_name} with {name}"),
        };
        // It goes first, so that the names of its tables are free.
        let taken_over = import.takes_over.map(|source| Command::RemoveSource { source });
        let rename = Command::RenameSource { source: id, name };
        let all = |first: Option<Command>| Command::All {
            label: label.clone(),
            commands: first.into_iter().chain([replace.clone(), rename.clone()]).collect(),
        };
        let done = self.history.borrow_mut().dispatch(&all(taken_over));
        match done {
            // It stays where something was made of it.
            Err(problem) if problem.code == "source_in_use" => self.history.borrow_mut().dispatch(&all(None)),
            done => done,
        }
    }
}

/// A union of the columns that are called the same.
fn union_by_name(left: &TableSpec, right: &TableSpec) -> MergeSpec {
    let shared = left.columns.iter().filter(|c| right.columns.iter().any(|other| other.name == c.name));
    let pair = |name: &String| KeyPair { left: name.clone(), right: name.clone(), form: KeyForm::Exact };
    MergeSpec {
        id: crate::base::MergeId(0),
        name: format!("{}_and_{}", left.name, right.name),
        kind: MergeKind::Union,
        left: NodeId::Table(left.id),
        right: NodeId::Table(right.id),
        keys: shared.map(|c| pair(&c.name)).collect(),
        keep: None,
        suffix: Some(MergeSpec::suffix_of(&left.name, &right.name)),
        crosswalk: Vec::new(),
    }
}
