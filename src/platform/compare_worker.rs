//! A reader's worker that compares tables with those that they take the place of.

use super::reader_worker::{buffer_of, post};
use crate::base::Problem;
use crate::protocol::ReaderEvent;
use crate::source::{DeclaredKeys, drift};
use crate::table::Table;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// Of each table the rows of before and of now, as blobs, two by two.
///
/// # Errors
/// When rows cannot be read.
pub async fn compare(before: (&str, &str), keys: &[DeclaredKeys], items: &[JsValue]) -> Result<(), Problem> {
    let mut drifts = Vec::new();
    for (keys, pair) in keys.iter().zip(items.chunks_exact(2)) {
        let [old, new] = pair else { continue };
        let (old, new) = (table_of(old).await?, table_of(new).await?);
        drifts.push(drift::compare(before.0, before.1, &old, &new, keys));
    }
    post(&ReaderEvent::Compared { drifts }, Vec::new());
    Ok(())
}

async fn table_of(rows: &JsValue) -> Result<Table, Problem> {
    let missing = || Problem::bug("bug_protocol", "A comparison came without its rows.");
    let blob = rows.dyn_ref::<Blob>().ok_or_else(missing)?;
    let buffer = buffer_of(blob, "the rows of a table").await?;
    Table::from_ipc(Uint8Array::new(&buffer).to_vec())
}
