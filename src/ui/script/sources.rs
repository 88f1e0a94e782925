//! Loading, dropping, opening.

use super::calls::Answer;
use super::convert::{bytes, from_js, get, get_text, object, text};
use crate::base::{Problem, SourceId};
use crate::source::{ApiSpec, Format, ReaderSpec, SourceSpec, TableSpec, parse_address};
use crate::ui::state::{App, Import, runtime};
use crate::workspace::Command;
use js_sys::Array;
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

/// `load(source, options)`.
pub fn load(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let (given, options) = (arguments.get(0), arguments.get(1));
        let mut import = import_of(&given, &options)?;
        import.reader = reader_of(&options)?;
        import.table = get_text(&options, "table");
        let runtime = runtime();
        let added = runtime.import(import).await.unwrap_or_else(|_| Err(Problem::cancelled()))?;
        let workspace = runtime.app.workspace_now();
        let source = workspace.source(added).ok_or_else(|| Problem::bug("bug_import", "The source was not added."))?;
        Ok(object(source.tables.iter().map(|t| described(source, t)).collect()))
    })
}

fn import_of(given: &JsValue, options: &JsValue) -> Result<Import, Problem> {
    let name = get_text(options, "name");
    if let Some(address) = given.as_string() {
        let more: std::collections::BTreeMap<String, String> = match get(options, "headers") {
            Some(more) => from_js(&more, "headers")?,
            None => std::collections::BTreeMap::new(),
        };
        let mut request = parse_address(&address, &more.into_iter().collect::<Vec<_>>())?;
        if let Some(paging) = get(options, "paging") {
            request.spec.paging = from_js(&paging, "paging")?;
        }
        if let Some(limit) = get(options, "max_pages").and_then(|n| n.as_f64()) {
            request.spec.max_pages = (limit as u32).clamp(1, ApiSpec::MAX_PAGES);
        }
        let mut import = Import::of_address(request);
        import.name = name.unwrap_or(import.name);
        return Ok(import);
    }
    if let Some(file) = given.dyn_ref::<File>() {
        let name = name.unwrap_or_else(|| file.name());
        return Ok(Import::of_blob(&name, file.clone().into()));
    }
    let blob = match given.dyn_ref::<Blob>() {
        Some(blob) => Some(blob.clone()),
        None => blob_from_bytes(given),
    };
    let blob = blob
        .ok_or_else(|| Problem::request("bad_argument", "load takes a File, a Blob, bytes, or an address as text."))?;
    Ok(Import::of_blob(&name.unwrap_or_else(|| "data".to_owned()), blob))
}

/// Without a detour through our own memory.
fn blob_from_bytes(given: &JsValue) -> Option<Blob> {
    let is_bytes = given.is_instance_of::<js_sys::Uint8Array>() || given.is_instance_of::<js_sys::ArrayBuffer>();
    is_bytes.then(|| Blob::new_with_buffer_source_sequence(&Array::of1(given)).ok()).flatten()
}

fn reader_of(options: &JsValue) -> Result<ReaderSpec, Problem> {
    let mut spec = ReaderSpec::default();
    if let Some(format) = get_text(options, "format") {
        let known: Result<Format, _> = serde_json::from_value(json!(format));
        spec.format = Some(known.map_err(|_| {
            Problem::request("not_available_yet", format!("Files of the format {format} cannot be read yet."))
        })?);
    }
    spec.encoding = get_text(options, "encoding");
    spec.delimiter = get_text(options, "delimiter").and_then(|d| d.chars().next());
    spec.quote = get_text(options, "quote").and_then(|d| d.chars().next());
    if let Some(header) = get(options, "header") {
        spec.header_rows = header.as_bool().map(u32::from).or_else(|| header.as_f64().map(|n| n as u32));
    }
    Ok(spec)
}

fn described(source: &SourceSpec, table: &TableSpec) -> serde_json::Value {
    let ledger = &table.ledger;
    let reading = &table.reading;
    json!({
        "table": table.name,
        "source": source.name,
        "rows": table.n_rows,
        "columns": table.columns.iter().map(|c| json!({
            "name": c.name, "type": c.column_type.name(), "unit": c.unit, "reason": c.reason,
            "confidence": c.confidence, "nulls": c.n_missing,
        })).collect::<Vec<_>>(),
        "format": reading.format,
        "encoding": reading.encoding,
        "dialect": {
            "delimiter": reading.delimiter, "quote": reading.quote, "escape": null,
            "header_rows": reading.header_rows, "skipped_lines": reading.skipped_lines,
        },
        "ledger": {
            "rows_in_file": ledger.n_rows_in_file, "rows_loaded": ledger.n_loaded,
            "rows_set_aside": ledger.n_set_aside, "rows_header": ledger.n_header,
            "rows_blank": ledger.n_blank, "rows_comment": ledger.n_comment,
            "bytes_in_file": ledger.size_bytes, "set_aside": ledger.set_aside, "changed": ledger.changed,
        },
        "notices": table.notices,
    })
}

/// `drop(table)`: a table of a source with others in it is removed with them.
pub fn drop_table(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let name = text(&arguments.get(0), "The table's name")?;
        let workspace = app.workspace_now();
        let merge = workspace.merges.iter().find(|m| m.name == name);
        let source: Option<SourceId> = workspace.tables().find(|(_, t)| t.name == name).map(|(s, _)| s.id);
        let command = match (merge, source) {
            (Some(merge), _) => Command::RemoveMerge { merge: merge.id },
            (None, Some(source)) => Command::RemoveSource { source },
            (None, None) => return Err(Problem::request("unknown_table", format!("There is no table called {name}."))),
        };
        app.try_dispatch(command)?;
        Ok(JsValue::UNDEFINED)
    })
}

/// `open(bytesOrLink)`.
pub fn open(app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let given = arguments.get(0);
        if let Some(link) = given.as_string() {
            let fragment = link.split_once('#').map_or(link.as_str(), |(_, f)| f);
            app.read_report(crate::share::from_fragment(fragment)?);
            return Ok(JsValue::UNDEFINED);
        }
        let bytes = match given.dyn_ref::<Blob>() {
            Some(blob) => {
                let read = wasm_bindgen_futures::JsFuture::from(blob.array_buffer()).await.ok();
                read.as_ref().and_then(bytes)
            }
            None => bytes(&given),
        };
        let bytes = bytes.ok_or_else(|| Problem::request("bad_argument", "open takes bytes or a link."))?;
        runtime().open_bytes(&bytes).await?;
        Ok(JsValue::UNDEFINED)
    })
}

/// `sample(name)`: opens a bundled sample in a new workspace.
pub fn sample(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        runtime().load_sample(&text(&arguments.get(0), "The sample's name")?).await?;
        Ok(JsValue::UNDEFINED)
    })
}
