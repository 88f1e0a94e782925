//! The clock, which the journey never reads.

use crate::base::wording;
use js_sys::Date;
use wasm_bindgen::JsValue;

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    Date::now()
}

/// `2026-11-12T14:05:00Z`.
pub fn now_iso() -> String {
    let text = String::from(Date::new_0().to_iso_string());
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

/// `14:05`, where the user is.
pub fn clock() -> String {
    let now = Date::new_0();
    format!("{:02}:{:02}", now.get_hours(), now.get_minutes())
}

/// `12 Nov 2026, 14:05`, where the user is.
pub fn local_words(time_ms: f64) -> String {
    let date = Date::new(&JsValue::from_f64(time_ms));
    let offset_ms = date.get_timezone_offset() * 60_000.0;
    let minute_micros = ((time_ms - offset_ms) / 60_000.0).floor() as i64 * 60_000_000;
    wording::format_micros(minute_micros)
}
