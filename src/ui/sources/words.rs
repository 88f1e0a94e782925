//! Sources in words.

use crate::base::wording::{format_micros, plural};
use crate::source::Origin;
use crate::ui::parts::IconName;

pub fn origin_icon(origin: &Origin, name: &str) -> IconName {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    match origin {
        Origin::Paste => IconName::ClipboardPaste,
        Origin::Api(_) => IconName::Globe,
        Origin::Sample(_) => IconName::FlaskConical,
        Origin::File => match ending.as_str() {
            "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" | "csv" | "tsv" => IconName::FileSpreadsheet,
            "parquet" | "arrow" | "feather" | "dta" | "sav" | "zsav" | "sas7bdat" | "xpt" | "sqlite" | "sqlite3"
            | "db" | "db3" | "gpkg" => IconName::Database,
            "json" | "ndjson" | "jsonl" => IconName::Code,
            _ => IconName::FileText,
        },
    }
}

/// "9,600 rows × 12 columns".
pub fn columns_words(n_rows: u64, n_columns: usize) -> String {
    format!("{} × {}", plural(n_rows, "row", "rows"), plural(n_columns as u64, "column", "columns"))
}

/// ISO 8601 in UTC → "12 Nov 2026, 14:05", by the clock of this computer.
pub fn when_words(iso: &str) -> String {
    let Ok(moment) = chrono::DateTime::parse_from_rfc3339(iso) else { return iso.to_owned() };
    let local = moment.with_timezone(&chrono::Local).naive_local();
    let to_minute = local.and_utc().timestamp() / 60 * 60;
    format_micros(to_minute * 1_000_000)
}
