//! Between JavaScript's values and ours.

use crate::base::{ColumnType, Problem, json};
use crate::table::{ColumnInfo, RowWindow};
use js_sys::{Array, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json as value};
use wasm_bindgen::JsValue;

/// Any of our values as a plain one of JavaScript's.
pub fn to_js(item: &impl Serialize) -> JsValue {
    json::write(item).ok().and_then(|text| js_sys::JSON::parse(&text).ok()).unwrap_or(JsValue::NULL)
}

pub fn json(item: &Value) -> JsValue {
    to_js(item)
}

/// Any of our values as a tree.
pub fn tree(item: &impl Serialize) -> Value {
    json::write(item).and_then(|text| json::parse(&text)).unwrap_or_default()
}

/// # Errors
/// `bad_argument` when the value is not what the call takes.
pub fn from_js<T: DeserializeOwned>(item: &JsValue, what: &str) -> Result<T, Problem> {
    let text = js_sys::JSON::stringify(item).ok().and_then(|t| t.as_string()).unwrap_or_else(|| "null".to_owned());
    json::read(&text).map_err(|e| {
        Problem::request("bad_argument", format!("{what} is not what this call takes.")).because(e.to_string())
    })
}

/// # Errors
/// `bad_argument` when it is no text.
pub fn text(item: &JsValue, what: &str) -> Result<String, Problem> {
    item.as_string().ok_or_else(|| Problem::request("bad_argument", format!("{what} must be a text.")))
}

/// A property, if it is there.
pub fn get(item: &JsValue, name: &str) -> Option<JsValue> {
    if !item.is_object() {
        return None;
    }
    Reflect::get(item, &name.into()).ok().filter(|v| !v.is_undefined() && !v.is_null())
}

/// An `Error` with the Problem beside its message.
pub fn problem_error(problem: &Problem) -> JsValue {
    let error = js_sys::Error::new(&problem.to_string());
    let _ = Reflect::set(&error, &"problem".into(), &to_js(problem));
    error.into()
}

/// A column as every call describes it.
pub fn column(info: &ColumnInfo) -> Value {
    value!({
        "name": info.name, "type": info.column_type.name(), "label": info.label, "unit": info.unit, "reason": info.reason,
        "confidence": info.confidence, "nulls": info.n_missing,
    })
}

pub fn to_bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// Adds rows as plain objects, integers beyond 2^53 as texts. Returns how many.
pub fn push_rows(out: &Array, window: &RowWindow) -> usize {
    let n_rows = window.cells.first().map_or(0, Vec::len);
    let names: Vec<JsValue> = window.columns.iter().map(|c| JsValue::from_str(&c.name)).collect();
    for row_idx in 0..n_rows {
        let row = Object::new();
        for ((name, column), cells) in names.iter().zip(&window.columns).zip(&window.cells) {
            let cell = cells.get(row_idx).and_then(Option::as_deref);
            let _ = Reflect::set(&row, name, &cell_value(cell, column.column_type));
        }
        out.push(&row);
    }
    n_rows
}

fn cell_value(cell: Option<&str>, column_type: ColumnType) -> JsValue {
    const SAFE: i64 = 9_007_199_254_740_991;
    let Some(cell) = cell else { return JsValue::NULL };
    match column_type {
        ColumnType::Boolean => JsValue::from_bool(cell == "true"),
        ColumnType::Integer => match cell.parse::<i64>() {
            Ok(n) if n.abs() <= SAFE => JsValue::from_f64(n as f64),
            _ => JsValue::from_str(cell),
        },
        ColumnType::Number => cell.parse::<f64>().map_or(JsValue::NULL, JsValue::from_f64),
        _ => JsValue::from_str(cell),
    }
}

/// A value of the API, from ours.
pub fn object(item: Value) -> JsValue {
    json(&value!(item))
}
