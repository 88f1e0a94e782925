//! What a source is and how it is to be read.

use crate::base::{ColumnType, Fingerprint, Notices, SourceId, TableId};
use crate::table::{ColumnInfo, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Csv,
    Tsv,
    Json,
    Ndjson,
    /// The pages of a paged web API, one JSON document a line.
    Pages,
    Parquet,
    /// Arrow IPC, file or stream.
    Arrow,
    Xlsx,
}

/// How a source is to be read. What is `None` is found out from the bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderSpec {
    pub format: Option<Format>,
    /// A WHATWG label: `utf-8`, `windows-1252`.
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    pub quote: Option<char>,
    /// How many rows of header; 0 means there is none.
    pub header_rows: Option<u32>,
    /// Where the records are in a JSON document: `data.items`.
    pub record_path: Option<String>,
    /// Types chosen by the user, by column name.
    pub types: BTreeMap<String, ColumnType>,
}

/// How a web API hands out its pages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paging {
    /// Found out from the first answer.
    #[default]
    Auto,
    None,
    /// `?page=2`
    PageNumber {
        parameter: String,
    },
    /// `?offset=100`
    Offset {
        parameter: String,
        page_size: u64,
    },
    /// A token in the answer, at a dotted path, sent back as a parameter.
    Token {
        path: String,
        parameter: String,
    },
    /// The answer holds the next address, at a dotted path.
    NextUrl {
        path: String,
    },
    /// The `Link` header, `rel="next"` (RFC 8288).
    LinkHeader,
}

/// A web address to read. Headers are not here: they are never saved or shared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiSpec {
    pub url: String,
    #[serde(default)]
    pub paging: Paging,
    pub max_pages: u32,
}

impl ApiSpec {
    /// Pages fetched unless the user says otherwise.
    pub const DEFAULT_MAX_PAGES: u32 = 100;

    pub fn new(url: impl Into<String>) -> ApiSpec {
        ApiSpec { url: url.into(), paging: Paging::Auto, max_pages: ApiSpec::DEFAULT_MAX_PAGES }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    File,
    Paste,
    Api(ApiSpec),
    /// One of the bundled samples, by name.
    Sample(String),
}

impl Origin {
    pub fn label(&self) -> &'static str {
        match self {
            Origin::File => "file",
            Origin::Paste => "paste",
            Origin::Api(_) => "web address",
            Origin::Sample(_) => "sample",
        }
    }
}

/// A source in the workspace. The bytes lie in the store, under the fingerprint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceSpec {
    pub id: SourceId,
    /// The file's name, or the host and path.
    pub name: String,
    pub origin: Origin,
    pub size_bytes: u64,
    pub fingerprint: Fingerprint,
    /// ISO 8601, UTC.
    pub read_at: String,
    pub reader: ReaderSpec,
    pub tables: Vec<TableSpec>,
}

/// A table found in a source, as last read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableSpec {
    pub id: TableId,
    /// Unique in the workspace, usable in SQL without quotes: `run_metrics`.
    pub name: String,
    /// Which of the source's tables this is: the sheet's name, the nested list's path, or empty.
    #[serde(default)]
    pub part: String,
    pub n_rows: u64,
    pub columns: Vec<ColumnInfo>,
    pub ledger: Ledger,
    pub reading: Reading,
    #[serde(default)]
    pub notices: Notices,
}

/// How a table was in fact read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub format: Format,
    #[serde(default)]
    pub encoding: Option<String>,
    #[serde(default)]
    pub delimiter: Option<char>,
    #[serde(default)]
    pub quote: Option<char>,
    #[serde(default)]
    pub header_rows: u32,
    /// Lines of preamble before the header.
    #[serde(default)]
    pub skipped_lines: u32,
    #[serde(default)]
    pub record_path: Option<String>,
}

/// A row that could not be loaded, kept as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Counts from 1.
    pub line: u64,
    /// Offset from the start of the file.
    pub byte: u64,
    /// "too few cells (3 of 9)"
    pub reason: String,
    pub text: String,
}

/// Cells changed by a rule while reading, countable and reversible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedCells {
    pub column: String,
    /// "decimal comma read as a point", "'N/A' read as missing".
    pub rule: String,
    pub cells: u64,
}

/// The account of every row of an input.
///
/// `n_rows_in_file = n_loaded + n_set_aside + n_header + n_blank + n_comment`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub n_rows_in_file: u64,
    pub n_loaded: u64,
    pub n_set_aside: u64,
    pub n_header: u64,
    pub n_blank: u64,
    /// Comment lines, preamble and footnotes.
    pub n_comment: u64,
    pub size_bytes: u64,
    /// The first of the rows set aside (at most [`Ledger::MAX_LISTED`]).
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
    #[serde(default)]
    pub changed: Vec<ChangedCells>,
}

impl Ledger {
    /// Rows set aside that are listed with their text; all are counted.
    pub const MAX_LISTED: usize = 200;

    pub fn adds_up(&self) -> bool {
        self.n_rows_in_file == self.n_loaded + self.n_set_aside + self.n_header + self.n_blank + self.n_comment
    }
}

/// One table as read.
#[derive(Clone, Debug)]
pub struct ReadTable {
    /// The sheet's name, the nested list's path, or empty for the file's one table.
    pub part: String,
    pub table: Table,
    pub ledger: Ledger,
    pub reading: Reading,
    pub notices: Notices,
}

/// Everything that was read from one source.
#[derive(Clone, Debug)]
pub struct ReadOutcome {
    /// The tables, in the order in which they lie in the source.
    pub parts: Vec<ReadTable>,
    /// Remarks on the source as a whole: encoding, unpacking.
    pub notices: Notices,
}

/// How far reading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProgress {
    pub done_bytes: u64,
    pub total_bytes: u64,
    pub n_rows: u64,
}
