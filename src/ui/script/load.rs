//! `load(source, options)`.

use super::calls::Answer;
use super::convert::{column, from_js, object};
use super::options::{Options, bad};
use crate::base::Problem;
use crate::source::{ApiSpec, ChangedCells, Format, ReaderSpec, SetAside, SourceSpec, TableSpec, parse_address};
use crate::ui::state::{App, Import, runtime};
use js_sys::{Array, Uint8Array};
use serde_json::json;
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

const OPTIONS: [&str; 10] =
    ["name", "table", "headers", "paging", "format", "encoding", "delimiter", "quote", "header", "keep"];
/// A header of more rows than this is a table.
const MAX_HEADER_ROWS: f64 = 100.0;

/// One entry for each table found.
pub fn load(_app: App, arguments: Array) -> Answer {
    Box::pin(async move {
        let options = Options::read(arguments.get(1), "load", &OPTIONS)?;
        must_keep(&options)?;
        let mut import = import_of(&arguments.get(0), &options)?;
        import.reader = reader_of(&options)?;
        import.table = options.text("table")?;
        let runtime = runtime();
        let added = runtime.import(import).await.unwrap_or_else(|_| Err(Problem::cancelled()))?;
        let workspace = runtime.app.workspace_now();
        let source = workspace.source(added).ok_or_else(|| Problem::bug("bug_import", "The source was not added."))?;
        Ok(object(source.tables.iter().map(|t| described(source, t)).collect()))
    })
}

/// What is loaded is always kept in the browser's storage, as undo and a reload need it there.
fn must_keep(options: &Options) -> Result<(), Problem> {
    match options.value("keep").map(|v| v.as_bool()) {
        None | Some(Some(true)) => Ok(()),
        Some(Some(false)) => {
            Err(Problem::request("not_available_yet", "Data cannot be loaded without being kept yet.")
                .because("Undo and a reload find the rows in the browser's storage.")
                .hint("Use drop to let go of a table; what is stored can be deleted on the start page."))
        }
        Some(None) => Err(bad("keep must be true or false.")),
    }
}

fn import_of(given: &JsValue, options: &Options) -> Result<Import, Problem> {
    let name = options.text("name")?;
    if let Some(address) = given.as_string() {
        let more: BTreeMap<String, String> = match options.value("headers") {
            Some(more) => from_js(&more, "headers")?,
            None => BTreeMap::new(),
        };
        let mut request = parse_address(&address, &more.into_iter().collect::<Vec<_>>())?;
        request.spec = paged(request.spec, options)?;
        let mut import = Import::of_address(request);
        import.name = name.unwrap_or(import.name);
        return Ok(import);
    }
    for only_addresses in ["headers", "paging"] {
        if options.value(only_addresses).is_some() {
            return Err(bad(format!("{only_addresses} is for an address, and this source is none.")));
        }
    }
    if let Some(file) = given.dyn_ref::<File>() {
        let name = name.unwrap_or_else(|| file.name());
        return Ok(Import::of_blob(&name, file.clone().into()));
    }
    let name = name.unwrap_or_else(|| "data".to_owned());
    let import = match given.dyn_ref::<Blob>() {
        Some(blob) => Some(Import::of_blob(&name, blob.clone())),
        None => bytes_of(given).and_then(|bytes| Import::of_bytes(&name, bytes)),
    };
    import.ok_or_else(|| bad("load takes a File, a Blob, bytes, or an address as text."))
}

fn paged(api: ApiSpec, options: &Options) -> Result<ApiSpec, Problem> {
    match options.value("paging") {
        Some(paging) => api.paged(&from_js(&paging, "paging")?),
        None => Ok(api),
    }
}

/// Without a detour through our own memory.
pub(super) fn bytes_of(given: &JsValue) -> Option<Uint8Array> {
    let is_bytes = given.is_instance_of::<Uint8Array>() || given.is_instance_of::<js_sys::ArrayBuffer>();
    // Of a buffer this is a view.
    is_bytes.then(|| given.dyn_ref::<Uint8Array>().cloned().unwrap_or_else(|| Uint8Array::new(given)))
}

pub(super) fn blob_from_bytes(given: &JsValue) -> Option<Blob> {
    let bytes = bytes_of(given)?;
    Blob::new_with_buffer_source_sequence(&Array::of1(&bytes)).ok()
}

fn reader_of(options: &Options) -> Result<ReaderSpec, Problem> {
    Ok(ReaderSpec {
        format: options.text("format")?.map(|name| format_named(&name)).transpose()?,
        encoding: options.text("encoding")?,
        delimiter: options.character("delimiter")?,
        quote: options.character("quote")?,
        header_rows: match options.value("header").and_then(|v| v.as_bool()) {
            Some(has_header) => Some(u32::from(has_header)),
            None => match options.count("header")? {
                Some(n) if n > MAX_HEADER_ROWS => return Err(bad("header must be true, false or a number of rows.")),
                n => n.map(|n| n as u32),
            },
        },
        ..ReaderSpec::default()
    })
}

fn format_named(name: &str) -> Result<Format, Problem> {
    crate::base::json::read_tree(json!(name)).map_err(|_| {
        bad(format!("There is no format called {name}.")).hint(
            "Formats are csv, tsv, json, ndjson, pages, xlsx, xlsb, xls, ods, parquet, arrow, sqlite, stata, spss, sas and xpt; without one, it is found out.",
        )
    })
}

fn row_set_aside(row: &SetAside) -> serde_json::Value {
    json!({ "line": row.line, "byte": row.byte, "reason": row.reason, "text": row.text })
}

fn changed_cells(change: &ChangedCells) -> serde_json::Value {
    json!({ "column": change.column, "rule": change.rule, "cells": change.cells })
}

fn described(source: &SourceSpec, table: &TableSpec) -> serde_json::Value {
    let ledger = &table.ledger;
    let reading = &table.reading;
    json!({
        "table": table.name,
        "source": source.name,
        "rows": table.n_rows,
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "format": reading.format,
        "encoding": reading.encoding,
        "dialect": {
            "delimiter": reading.delimiter,
            "quote": reading.quote,
            // Inside a quoted cell a quote is written twice: the first one escapes the second.
            "escape": reading.quote,
            "header_rows": reading.header_rows, "skipped_lines": reading.skipped_lines,
        },
        "ledger": {
            "rows_in_file": ledger.n_rows_in_file, "rows_loaded": ledger.n_loaded,
            "rows_set_aside": ledger.n_set_aside, "rows_header": ledger.n_header,
            "rows_blank": ledger.n_blank, "rows_comment": ledger.n_comment,
            "bytes_in_file": ledger.size_bytes,
            "set_aside": ledger.set_aside.iter().map(row_set_aside).collect::<Vec<_>>(),
            "changed": ledger.changed.iter().map(changed_cells).collect::<Vec<_>>(),
        },
        "notices": table.notices,
    })
}
