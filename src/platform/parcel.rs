//! How messages travel: JSON with buffers and blobs beside it, the buffers handed over.

use crate::base::{Problem, json};
use crate::table::Table;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufWriter, Write};
use wasm_bindgen::{JsCast, JsValue};

/// A message and what travels beside it.
pub struct Parcel {
    pub json: String,
    pub items: Vec<JsValue>,
}

impl Parcel {
    /// # Errors
    /// `bug_protocol` when the message cannot be written.
    pub fn new(message: &impl Serialize) -> Result<Parcel, Problem> {
        let json = json::write(message).map_err(|e| bug(&e.to_string()))?;
        Ok(Parcel { json, items: Vec::new() })
    }

    pub fn with(mut self, item: impl Into<JsValue>) -> Parcel {
        self.items.push(item.into());
        self
    }

    /// The value to post, and the list of what is handed over rather than copied.
    pub fn into_js(self) -> (JsValue, JsValue) {
        let message = Array::of1(&JsValue::from_str(&self.json));
        let transfer = Array::new();
        for item in self.items {
            if item.is_instance_of::<ArrayBuffer>() {
                transfer.push(&item);
            }
            message.push(&item);
        }
        (message.into(), transfer.into())
    }

    /// `None` when the value is not one of our messages.
    pub fn from_js(value: &JsValue) -> Option<Parcel> {
        let array = value.dyn_ref::<Array>()?;
        let json = array.get(0).as_string()?;
        Some(Parcel { json, items: array.iter().skip(1).collect() })
    }

    /// # Errors
    /// `bug_protocol` when the message is not of this type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        json::read(&self.json).map_err(|e| bug(&e.to_string()))
    }

    /// The bytes of the item at a place.
    pub fn bytes(&self, at: usize) -> Option<Vec<u8>> {
        self.items.get(at)?.dyn_ref::<ArrayBuffer>().map(|b| Uint8Array::new(b).to_vec())
    }
}

/// Bytes of our memory as a buffer of the browser's.
pub fn to_buffer(bytes: &[u8]) -> ArrayBuffer {
    Uint8Array::from(bytes).buffer()
}

/// A table as an Arrow IPC stream in a buffer of the browser's, written there at once.
///
/// # Errors
/// `bug_ipc`.
pub fn ipc_buffer(table: &Table) -> Result<ArrayBuffer, Problem> {
    let len = u32::try_from(table.ipc_len()?).map_err(|_| {
        Problem::limit("table_too_large", "This table is too large to be handed on.").because("It takes 4 GB or more.")
    })?;
    let bytes = Uint8Array::new_with_length(len);
    // Small pieces are collected, so that the browser is called for large ones only.
    let mut out = BufWriter::with_capacity(COLLECTED_BYTES, BufferWriter { bytes: bytes.clone(), at: 0 });
    table.write_ipc(&mut out)?;
    out.flush().map_err(|e| bug(&e.to_string()))?;
    Ok(bytes.buffer())
}

const COLLECTED_BYTES: usize = 64 * 1024;

/// Writes into a buffer of the browser's.
struct BufferWriter {
    bytes: Uint8Array,
    at: u32,
}

impl Write for BufferWriter {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let room = self.bytes.length() - self.at;
        let n = piece.len().min(room as usize);
        let piece = piece.get(..n).unwrap_or(&[]);
        self.bytes.subarray(self.at, self.at + n as u32).copy_from(piece);
        self.at += n as u32;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What an exception says.
pub fn js_text(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|e| String::from(e.message()))
        .or_else(|| error.as_string())
        .or_else(|| js_sys::Reflect::get(error, &"message".into()).ok().and_then(|m| m.as_string()))
        .unwrap_or_else(|| format!("{error:?}"))
}

fn bug(why: &str) -> Problem {
    Problem::bug("bug_protocol", "Two parts of the app misunderstood each other.")
        .because(why.to_owned())
        .hint("Reload the page: it may have been updated while it was open.")
}
