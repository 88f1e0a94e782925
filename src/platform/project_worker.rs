//! Project files, put together and taken apart in a reader's worker, a part at a time: the page hands
//! over blobs and gets blobs.

use super::parcel::to_buffer;
use super::reader_worker::{buffer_of, cannot_open, post};
use crate::base::{Problem, SourceId};
use crate::protocol::{ReaderEvent, SourceRemark};
use crate::share::{
    PROJECT_PREFIX_BYTES, ProjectContents, check_sources, pack_part, project_contents, project_head,
    project_head_bytes, unpack_part,
};
use crate::source::{self, ReadProgress, ReaderSpec, SourceSpec};
use crate::table::Table;
use crate::workspace::{Workspace, format, raw_name, rows_name};
use js_sys::{Array, Uint8Array};
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// Sources above this are not read once more to see whether their rows are true: it would need
/// their bytes, their rows and what is read anew at once.
const MAX_CHECKED_BYTES: f64 = 300e6;

fn no_content() -> Problem {
    Problem::bug("bug_protocol", "A project came without its content.")
}

fn blob_of(bytes: &[u8]) -> Result<Blob, Problem> {
    Blob::new_with_buffer_source_sequence(&Array::of1(&to_buffer(bytes))).map_err(|e| cannot_open("The project", &e))
}

async fn bytes_of(blob: &Blob, name: &str) -> Result<Vec<u8>, Problem> {
    Ok(Uint8Array::new(&buffer_of(blob, name).await?.into()).to_vec())
}

fn tell(done_bytes: f64, total_bytes: f64) {
    let progress = ReadProgress { done_bytes: done_bytes as u64, total_bytes: total_bytes as u64, n_rows: 0 };
    post(&ReaderEvent::Progress(progress), Vec::new());
}

/// Answers with the project file as a blob.
///
/// # Errors
/// When a blob cannot be read, or the project could not be opened again.
pub async fn pack(saved: &str, names: &[String], items: &[JsValue]) -> Result<(), Problem> {
    let given: Vec<&Blob> = items.iter().filter_map(|i| i.dyn_ref::<Blob>()).collect();
    if given.len() != names.len() {
        return Err(no_content());
    }
    let total: f64 = given.iter().map(|b| b.size()).sum();
    let mut done = 0.0;
    let mut body: Vec<Blob> = Vec::with_capacity(given.len() + 1);
    let (saved_part, packed) = pack_part("", saved.as_bytes());
    body.push(blob_of(packed.as_deref().unwrap_or(saved.as_bytes()))?);
    let mut blobs = Vec::with_capacity(given.len());
    for (name, blob) in names.iter().zip(given) {
        let (part, packed) = pack_part(name, &bytes_of(blob, name).await?);
        blobs.push(part);
        // What is stored as it is stays with the browser.
        body.push(packed.map_or_else(|| Ok(blob.clone()), |bytes| blob_of(&bytes))?);
        done += blob.size();
        tell(done, total);
    }
    let head = blob_of(&project_head(ProjectContents { saved: saved_part, blobs })?)?;
    let pieces: Array = std::iter::once(head).chain(body).map(JsValue::from).collect();
    let file = Blob::new_with_blob_sequence(&pieces).map_err(|e| cannot_open("The project", &e))?;
    post(&ReaderEvent::Packed, vec![file.into()]);
    Ok(())
}

/// Answers with the workspace and its blobs, checked against each other.
///
/// # Errors
/// When it is not a whole project file, or a source's bytes are not those it names.
pub async fn unpack(name: &str, item: Option<&JsValue>) -> Result<(), Problem> {
    let file = item.and_then(|i| i.dyn_ref::<Blob>()).ok_or_else(no_content)?;
    let total = file.size();
    let mut at = 0.0;
    let prefix = slice(file, 0.0, PROJECT_PREFIX_BYTES as f64, name).await?;
    let n_head = project_head_bytes(&prefix)? as f64;
    let contents = project_contents(&slice(file, 0.0, n_head, name).await?, total as u64)?;
    at += n_head;
    let mut next = async |part: &crate::share::ProjectPart| {
        let end = at + part.stored_bytes as f64;
        let stored = slice(file, at, end, name).await?;
        at = end;
        tell(at, total);
        unpack_part(part, stored)
    };
    let saved = String::from_utf8(next(&contents.saved).await?).map_err(|_| {
        Problem::input("project_garbled", "This is not a complete project file.")
            .because("The saved work in it is not text.")
    })?;
    let workspace = format::decode(&saved)?;
    let unseen = check_sources(&workspace, &contents)?;
    let mut blobs = BTreeMap::new();
    for part in &contents.blobs {
        blobs.insert(part.key.clone(), blob_of(&next(part).await?)?);
    }
    let mut remarks = Vec::new();
    for source in &workspace.sources {
        remarks.extend(remark(source, &unseen, &blobs).await?);
    }
    let (names, items) = wanted(&workspace, blobs);
    post(&ReaderEvent::Unpacked { saved, names, remarks }, items);
    Ok(())
}

/// What the workspace needs; anything else in the file is left behind.
fn wanted(workspace: &Workspace, mut blobs: BTreeMap<String, Blob>) -> (Vec<String>, Vec<JsValue>) {
    let there = workspace.blob_names().into_iter().filter_map(|name| blobs.remove(&name).map(|b| (name, b.into())));
    there.unzip()
}

async fn slice(file: &Blob, from: f64, to: f64, name: &str) -> Result<Vec<u8>, Problem> {
    let part = file.slice_with_f64_and_f64(from, to).map_err(|e| cannot_open(name, &e))?;
    bytes_of(&part, name).await
}

/// What a reader of the report should know of a source: that its rows are not, or not known to be,
/// those of the file whose hash is shown.
async fn remark(
    source: &SourceSpec,
    unseen: &[SourceId],
    blobs: &BTreeMap<String, Blob>,
) -> Result<Option<SourceRemark>, Problem> {
    let remark = |code: &str, why: &str| {
        let text = format!("{} came with a project file and {why}", source.name);
        Ok(Some(SourceRemark { source: source.id, code: code.to_owned(), text }))
    };
    let raw = blobs.get(&raw_name(source)).filter(|_| !unseen.contains(&source.id));
    let Some(raw) = raw else {
        return remark("unverified", "without the file that its rows were read from: its hash could not be checked");
    };
    if raw.size() > MAX_CHECKED_BYTES {
        return remark("unverified", "is too large to compare its rows with the file that they were read from");
    }
    let bytes = bytes_of(raw, &source.name).await?;
    // As it was read then. What was found out at that time is not guessed again.
    let found = source.tables.first().map(|t| t.reading.format);
    let spec = ReaderSpec { format: source.reader.format.or(found), ..source.reader.clone() };
    let read = source::read(&source.name, &bytes, &spec, &mut |_| {});
    drop(bytes);
    let parts = read.map(|r| r.parts).unwrap_or_default();
    for table in &source.tables {
        let Some(rows) = blobs.get(&rows_name(source, table)) else { continue };
        let kept = Table::from_ipc(bytes_of(rows, &source.name).await?)?;
        let same = parts.iter().find(|p| p.part == table.part).is_some_and(|fresh| {
            fresh.ledger == table.ledger && fresh.table.n_rows() == table.n_rows && fresh.table.has_same_rows(&kept)
        });
        if !same {
            return remark("rows_differ", "its rows are not what reading the file gives now. Read it again to be sure");
        }
    }
    Ok(None)
}
