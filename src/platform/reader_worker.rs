//! A reader's worker: one job, then it is thrown away. Of a large file it leaves some of the rows to helpers, which the page
//! keeps for it (`reader_helpers`).

use super::compare_worker;
use super::fetch;
use super::parcel::{Parcel, ipc_buffer, js_text, to_buffer};
use super::project_worker;
use super::reader_helpers::{self, PageHelpers};
use crate::base::wording::format_bytes;
use crate::base::{Fingerprint, Notices, Place, Problem};
use crate::protocol::{BUILD, ReadPart, ReaderEvent, ReaderJob};
use crate::share::encode_table;
use crate::source::{self, ReadProgress, ReaderSpec};
use crate::table::{Table, row_window};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

/// A worker has 4 GB of addresses, for the file and for what is made of it.
const MAX_FILE_BYTES: f64 = 2e9;

/// Rows of a preview.
const PREVIEW_ROWS: usize = 6;

/// Installs the handler; called once when the worker starts.
pub fn run() {
    console_error_panic_hook::set_once();
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        if let Some(parcel) = Parcel::from_js(&event.data()) {
            spawn_local(async move {
                if let Err(problem) = work(parcel).await {
                    post(&ReaderEvent::Failed(problem), Vec::new());
                }
            });
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&ReaderEvent::Ready { build: BUILD.to_owned() }, Vec::new());
}

/// Tells the page.
pub fn post(event: &ReaderEvent, items: Vec<JsValue>) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let Ok(mut parcel) = Parcel::new(event) else { return };
    parcel.items = items;
    let (message, transfer) = parcel.into_js();
    if scope.post_message_with_transfer(&message, &transfer).is_err() {
        web_sys::console::error_1(&"A reader could not post its answer.".into());
    }
}

async fn work(parcel: Parcel) -> Result<(), Problem> {
    match parcel.read::<ReaderJob>()? {
        ReaderJob::Read { name, spec, n_helpers } => {
            // Bytes that were handed over are to be kept; a blob the page has.
            let handed = parcel.items.first().and_then(|i| i.dyn_ref::<ArrayBuffer>()).cloned();
            let buffer = match &handed {
                Some(buffer) => buffer.clone(),
                None => buffer_of(blob_in(&parcel)?, &name).await?,
            };
            let helpers = PageHelpers::new(n_helpers);
            read(&name, &buffer, &spec, handed, Notices::default(), &helpers).await
        }
        ReaderJob::Share { job } => {
            let text = parcel.bytes(0).ok_or_else(|| Problem::bug("bug_protocol", "A share came without its rows."))?;
            let done = source::read_share(&job, &text)?;
            drop(text);
            post(&ReaderEvent::Shared { found: done.found }, vec![to_buffer(&done.rows).into()]);
            Ok(())
        }
        ReaderJob::Shared { helper, found } => {
            reader_helpers::deliver(helper, found, parcel.bytes(0));
            Ok(())
        }
        ReaderJob::Preview { name, spec, part } => {
            let buffer = buffer_of(blob_in(&parcel)?, &name).await?;
            let outcome = source::read(&name, &Uint8Array::new(&buffer).to_vec(), &spec, &mut |_| {})?;
            let found = outcome.parts.iter().find(|p| p.part == part).or(outcome.parts.first());
            let window = found.map(|p| row_window(&p.table, 0, PREVIEW_ROWS)).unwrap_or_default();
            post(&ReaderEvent::Previewed { window }, Vec::new());
            Ok(())
        }
        ReaderJob::Fetch { api, headers, spec } => {
            let fetched = fetch::fetch(&api, &headers, spec.record_path.as_deref()).await?;
            let spec = spec.for_fetched(fetched.is_pages);
            let buffer = to_buffer(&fetched.bytes);
            drop(fetched.bytes);
            let helpers = PageHelpers::new(0);
            read(&fetched.name, &buffer, &spec, Some(buffer.clone()), fetched.notices, &helpers).await
        }
        ReaderJob::Encode { format, name } => {
            let bytes =
                parcel.bytes(0).ok_or_else(|| Problem::bug("bug_protocol", "An export came without its rows."))?;
            let table = Table::from_ipc(bytes)?;
            let file = encode_table(&table, format, &name)?;
            post(&ReaderEvent::Encoded, vec![to_buffer(&file).into()]);
            Ok(())
        }
        ReaderJob::Pack { saved, names } => project_worker::pack(&saved, &names, &parcel.items).await,
        ReaderJob::Unpack { name } => project_worker::unpack(&name, parcel.items.first()).await,
        ReaderJob::Compare { before_name, before_read_at, keys } => {
            compare_worker::compare((&before_name, &before_read_at), &keys, &parcel.items).await
        }
    }
}

fn blob_in(parcel: &Parcel) -> Result<&Blob, Problem> {
    let first = parcel.items.first().and_then(|i| i.dyn_ref::<Blob>());
    first.ok_or_else(|| Problem::bug("bug_protocol", "A file came without its content."))
}

async fn read(
    name: &str,
    buffer: &ArrayBuffer,
    spec: &ReaderSpec,
    to_keep: Option<ArrayBuffer>,
    // What must be said of how the bytes came.
    fetch_notices: Notices,
    helpers: &PageHelpers,
) -> Result<(), Problem> {
    // The browser hashes beside us while we read.
    let hashing = digest(buffer);
    let bytes = Uint8Array::new(buffer).to_vec();
    let total_bytes = bytes.len() as u64;
    post(&ReaderEvent::Progress(ReadProgress { done_bytes: 0, total_bytes, n_rows: 0 }), Vec::new());
    let outcome = source::read_with(name, &bytes, spec, Some(helpers), &mut |progress| {
        post(&ReaderEvent::Progress(progress), Vec::new());
    })
    .await
    .map_err(|p| {
        if p.place.source.is_none() {
            let place = Place { source: Some(name.to_owned()), ..p.place.clone() };
            p.at(place)
        } else {
            p
        }
    })?;
    let fingerprint = match hashing {
        Some(promise) => match JsFuture::from(promise).await {
            Ok(hash) => Fingerprint::from_digest(&Uint8Array::new(&hash).to_vec()),
            Err(_) => Fingerprint::of(&bytes),
        },
        None => Fingerprint::of(&bytes),
    };
    drop(bytes);
    let mut notices = outcome.notices;
    notices.0.splice(0..0, fetch_notices.0);
    let mut parts = Vec::new();
    let mut items: Vec<JsValue> = Vec::new();
    for part in outcome.parts {
        let buffer = ipc_buffer(&part.table)?;
        // Made here, so that the page does not copy: the buffer goes to the engine, the blob to disk.
        let blob = Blob::new_with_buffer_source_sequence(&Array::of1(&buffer)).map_err(|e| cannot_open(name, &e))?;
        items.push(buffer.into());
        items.push(blob.into());
        parts.push(ReadPart {
            part: part.part,
            n_rows: part.table.n_rows(),
            columns: part.table.columns().to_vec(),
            ledger: part.ledger,
            reading: part.reading,
            notices: part.notices,
            keys: part.keys,
            drift: None,
        });
    }
    if let Some(bytes) = to_keep {
        let blob = Blob::new_with_buffer_source_sequence(&Array::of1(&bytes)).map_err(|e| cannot_open(name, &e))?;
        items.push(blob.into());
    }
    post(&ReaderEvent::Read { parts, fingerprint, size_bytes: total_bytes, notices }, items);
    Ok(())
}

/// The content of a blob.
///
/// # Errors
/// `cannot_open` when the file behind it has gone or changed; `file_too_large` before anything is read.
pub async fn buffer_of(blob: &Blob, name: &str) -> Result<ArrayBuffer, Problem> {
    if blob.size() > MAX_FILE_BYTES {
        return Err(Problem::limit("file_too_large", format!("{name} is too large to be read in a browser."))
            .because(format!(
                "It has {}; what can be read has {} at most.",
                format_bytes(blob.size() as u64),
                format_bytes(MAX_FILE_BYTES as u64)
            ))
            .hint("Take a sample of its rows, leave out columns, or split it into parts.")
            .at(Place::source(name)));
    }
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|e| cannot_open(name, &e))?;
    buffer.dyn_into().map_err(|e| cannot_open(name, &e))
}

/// SHA-256 by the browser; absent on pages that are not secure.
fn digest(buffer: &ArrayBuffer) -> Option<js_sys::Promise> {
    let crypto = js_sys::Reflect::get(&js_sys::global(), &"crypto".into()).ok()?;
    let subtle = js_sys::Reflect::get(&crypto, &"subtle".into()).ok().filter(|s| s.is_object())?;
    let function: js_sys::Function = js_sys::Reflect::get(&subtle, &"digest".into()).ok()?.dyn_into().ok()?;
    function.call2(&subtle, &"SHA-256".into(), buffer).ok()?.dyn_into().ok()
}

pub fn cannot_open(name: &str, error: &JsValue) -> Problem {
    Problem::input("cannot_open", format!("{name} could not be opened."))
        .because(js_text(error))
        .hint("It may have been moved, changed or locked since it was chosen. Choose it again.")
        .at(Place::source(name))
}
