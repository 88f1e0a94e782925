//! Sources: what was read, how, and the account of it.

use super::drift::Drift;
use super::mirror::{saved_enum, saved_struct};
use super::table::{Column, ColumnType, Notice};
use crate::source;
use std::collections::BTreeMap;

saved_struct! {
    Source = source::SourceSpec {
        "id" => id: u64,
        "name" => name: String,
        "origin" => origin: Origin,
        "size_bytes" => size_bytes: u64,
        "fingerprint" => fingerprint: String,
        "read_at" => read_at: String,
        "reader" => reader: Reader,
        "tables" => tables: Vec<Table>,
    }
}

saved_enum! {
    Origin = source::Origin {
        "file" => File,
        "paste" => Paste,
        "api" => Api(spec: Api),
        "sample" => Sample(name: String),
    }
}

saved_struct! {
    Api = source::ApiSpec {
        "url" => url: String,
        #[serde(default)]
        "paging" => paging: Paging,
        "max_pages" => max_pages: u32,
    }
}

saved_enum! {
    #[derive(Default)]
    Paging = source::Paging {
        #[default]
        "auto" => Auto,
        "none" => None,
        "page_number" => PageNumber { "parameter" => parameter: String },
        "offset" => Offset { "parameter" => parameter: String, "page_size" => page_size: u64 },
        "token" => Token { "path" => path: String, "parameter" => parameter: String },
        "next_url" => NextUrl { "path" => path: String },
        "link_header" => LinkHeader,
    }
}

saved_enum! {
    Format = source::Format {
        "csv" => Csv,
        "tsv" => Tsv,
        "json" => Json,
        "ndjson" => Ndjson,
        "pages" => Pages,
        "parquet" => Parquet,
        "arrow" => Arrow,
        "xlsx" => Xlsx,
        "xlsb" => Xlsb,
        "xls" => Xls,
        "ods" => Ods,
        "stata" => Stata,
        "spss" => Spss,
        "sas" => Sas,
        "xpt" => Xpt,
        "sqlite" => Sqlite,
    }
}

saved_struct! {
    Reader = source::ReaderSpec {
        #[serde(default)]
        "format" => format: Option<Format>,
        #[serde(default)]
        "encoding" => encoding: Option<String>,
        #[serde(default)]
        "delimiter" => delimiter: Option<char>,
        #[serde(default)]
        "quote" => quote: Option<char>,
        #[serde(default)]
        "header_rows" => header_rows: Option<u32>,
        #[serde(default)]
        "record_path" => record_path: Option<String>,
        #[serde(default)]
        "types" => types: BTreeMap<String, ColumnType>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "decisions" => decisions: Vec<Decision>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        "as_written" => as_written: BTreeMap<String, Vec<Rule>>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        "renamed" => renamed: BTreeMap<String, String>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        "units" => units: BTreeMap<String, String>,
    }
}

saved_struct! {
    Decision = source::Decision {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        "part" => part: String,
        "rows" => rows: Rows,
        "remedy" => remedy: Remedy,
    }
}

saved_enum! {
    Rows = source::Rows {
        "one" => One { "line" => line: u64, "text" => text: String },
        "alike" => Alike { "reason" => reason: String },
    }
}

saved_enum! {
    Remedy = source::Remedy {
        "replace" => Replace(text: String),
        "keep" => Keep,
        "drop" => Drop,
    }
}

saved_enum! {
    Rule = source::Rule {
        "missing" => Missing(text: String),
        "affix" => Affix(affix: String),
        "brackets" => Brackets,
        "minus_behind" => MinusBehind,
        "decimal_comma" => DecimalComma,
        "decimal_point" => DecimalPoint,
        "thousands" => Thousands,
        "day_first" => DayFirst,
        "month_first" => MonthFirst,
        "to_utc" => ToUtc,
        "compact_date" => CompactDate,
        "yes_no" => YesNo,
        "spaces" => Spaces,
        "limits" => Limits,
        "misfits" => Misfits,
    }
}

saved_struct! {
    Table = source::TableSpec {
        "id" => id: u64,
        "name" => name: String,
        #[serde(default)]
        "part" => part: String,
        "n_rows" => n_rows: u64,
        "columns" => columns: Vec<Column>,
        "ledger" => ledger: Ledger,
        "reading" => reading: Reading,
        #[serde(default)]
        "notices" => notices: Vec<Notice>,
        #[serde(default, skip_serializing_if = "Keys::is_empty")]
        "keys" => keys: Keys,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "drift" => drift: Option<Drift>,
    }
}

saved_struct! {
    #[derive(Default)]
    Keys = source::DeclaredKeys {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "primary" => primary: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "unique" => unique: Vec<Vec<String>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "foreign" => foreign: Vec<ForeignKey>,
    }
}

impl Keys {
    fn is_empty(&self) -> bool {
        self.primary.is_empty() && self.unique.is_empty() && self.foreign.is_empty()
    }
}

saved_struct! {
    ForeignKey = source::ForeignKey {
        "columns" => columns: Vec<String>,
        "table_part" => table_part: String,
        "their_columns" => their_columns: Vec<String>,
    }
}

saved_struct! {
    Reading = source::Reading {
        "format" => format: Format,
        #[serde(default)]
        "encoding" => encoding: Option<String>,
        #[serde(default)]
        "delimiter" => delimiter: Option<char>,
        #[serde(default)]
        "quote" => quote: Option<char>,
        #[serde(default)]
        "header_rows" => header_rows: u32,
        #[serde(default)]
        "skipped_lines" => skipped_lines: u32,
        #[serde(default)]
        "record_path" => record_path: Option<String>,
    }
}

saved_struct! {
    Ledger = source::Ledger {
        "n_rows_in_file" => n_rows_in_file: u64,
        "n_loaded" => n_loaded: u64,
        "n_set_aside" => n_set_aside: u64,
        "n_header" => n_header: u64,
        "n_blank" => n_blank: u64,
        "n_comment" => n_comment: u64,
        "size_bytes" => size_bytes: u64,
        #[serde(default, skip_serializing_if = "is_zero")]
        "n_repaired" => n_repaired: u64,
        #[serde(default, skip_serializing_if = "is_zero")]
        "n_dropped" => n_dropped: u64,
        #[serde(default)]
        "set_aside" => set_aside: Vec<SetAside>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        "unlisted" => unlisted: BTreeMap<String, u64>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "decided" => decided: Vec<Decided>,
        #[serde(default)]
        "changed" => changed: Vec<ChangedCells>,
    }
}

saved_struct! {
    SetAside = source::SetAside {
        "line" => line: u64,
        "byte" => byte: u64,
        "reason" => reason: String,
        "text" => text: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        "can_keep" => can_keep: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        "can_repair" => can_repair: bool,
    }
}

saved_struct! {
    Decided = source::Decided {
        "line" => line: u64,
        "byte" => byte: u64,
        "reason" => reason: String,
        "text" => text: String,
        "remedy" => remedy: Remedy,
    }
}

saved_struct! {
    ChangedCells = source::ChangedCells {
        "column" => column: String,
        "rule" => rule: String,
        "cells" => cells: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "by" => by: Option<Rule>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "lines" => lines: Vec<u64>,
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}
