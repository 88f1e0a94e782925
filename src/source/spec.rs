//! What a source is and how it is to be read.

use super::aside::{Decided, Decision, Rule};
use super::drift::Drift;
use crate::base::wording::{format_bytes, format_count, plural};
use crate::base::{ColumnType, Fingerprint, Notice, Notices, SourceId, TableId};
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
    /// Also with macros (XLSM).
    Xlsx,
    /// The binary kind of XLSX.
    Xlsb,
    /// Excel 2003 and before.
    Xls,
    /// OpenDocument, of LibreOffice and others.
    Ods,
    /// Stata's .dta.
    Stata,
    /// SPSS's .sav and .zsav.
    Spss,
    /// SAS data sets, .sas7bdat.
    Sas,
    /// SAS transport files.
    Xpt,
    /// An SQLite database.
    Sqlite,
}

impl Format {
    /// Whether it has sheets of cells.
    pub fn is_workbook(self) -> bool {
        matches!(self, Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods)
    }

    /// Whether it is text, with all that can be chosen for it.
    pub fn is_text(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv | Format::Json | Format::Ndjson | Format::Pages)
    }
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
    /// What the user decided on rows that are set aside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// Rules that the user switched off, by column name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub as_written: BTreeMap<String, Vec<Rule>>,
    /// Columns that go by another name than in the file: its name → theirs. Left out when empty, as rows are kept
    /// under the text of how they were read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub renamed: BTreeMap<String, String>,
    /// Units that columns are kept in, by column name, whatever unit the file has.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<String, String>,
}

impl ReaderSpec {
    /// The same, for an answer that came in one page or in several put together. Only fetching knows.
    pub fn for_fetched(mut self, is_pages: bool) -> ReaderSpec {
        if is_pages {
            self.format = Some(Format::Pages);
        } else if self.format == Some(Format::Pages) {
            self.format = None;
        }
        self
    }

    /// Nothing chosen, but for what the bytes do not show: that they are pages put together, and what was decided on
    /// single rows and rules.
    pub fn as_found(&self) -> ReaderSpec {
        ReaderSpec {
            format: self.format.filter(|f| *f == Format::Pages),
            decisions: self.decisions.clone(),
            as_written: self.as_written.clone(),
            ..ReaderSpec::default()
        }
    }
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

    /// The highest limit that can be set.
    pub const MAX_PAGES: u32 = 10_000;

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

impl SourceSpec {
    /// The remark that the service has rows that are not here.
    pub fn missing_rows(&self) -> Option<&Notice> {
        self.tables.first()?.notices.iter().find(|n| is_about_missing_rows(n))
    }
}

/// Whether a remark says that rows of the service are missing here.
pub fn is_about_missing_rows(notice: &Notice) -> bool {
    matches!(notice.code.as_str(), "page_limit" | "page_failed" | "rows_short" | "more_unread")
}

/// A table found in a source, as last read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableSpec {
    pub id: TableId,
    /// Unique in the workspace, usable in SQL without quotes: `run_metrics`.
    pub name: String,
    /// Which of the source's tables this is: the sheet's name, the nested list's path, the path within an archive (and
    /// the sheet's name there), or empty.
    #[serde(default)]
    pub part: String,
    pub n_rows: u64,
    pub columns: Vec<ColumnInfo>,
    pub ledger: Ledger,
    pub reading: Reading,
    #[serde(default)]
    pub notices: Notices,
    #[serde(default, skip_serializing_if = "DeclaredKeys::is_empty")]
    pub keys: DeclaredKeys,
    /// What is different from the version before, once there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// The keys that a source declares for a table, by the names of its columns as read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredKeys {
    /// The columns that tell its rows apart; more than one for a composite key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary: Vec<String>,
    /// Other columns whose values, together, are declared to be there once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique: Vec<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignKey>,
}

impl DeclaredKeys {
    pub fn is_empty(&self) -> bool {
        self.primary.is_empty() && self.unique.is_empty() && self.foreign.is_empty()
    }
}

/// Columns that refer to a row of a table in the same source, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    /// The part that the other table is.
    pub table_part: String,
    pub their_columns: Vec<String>,
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
    /// It can go into the table as it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_keep: bool,
    /// Another text can be read in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_repair: bool,
}

/// Cells changed by a rule while reading, countable and reversible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedCells {
    pub column: String,
    /// "decimal comma read as a point", "'N/A' read as missing".
    pub rule: String,
    pub cells: u64,
    /// The rule, where it can be switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Rule>,
    /// The first lines with such cells, where that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u64>,
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
    /// Of the rows loaded, those that are there by the user's decision only.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_repaired: u64,
    /// Of the rows set aside, those that the user decided to leave out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_dropped: u64,
    /// The first of the rows set aside on which nothing was decided (at most [`Ledger::MAX_LISTED`]).
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
    /// How many more there are, by kind of reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unlisted: BTreeMap<String, u64>,
    /// The first of the rows that were decided on (at most [`Ledger::MAX_LISTED`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<Decided>,
    #[serde(default)]
    pub changed: Vec<ChangedCells>,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl Ledger {
    /// Rows set aside that are listed with their text; all are counted.
    pub const MAX_LISTED: usize = 200;

    /// The sum is right, and what was decided on is among what it is counted with.
    pub fn adds_up(&self) -> bool {
        let n_others = self.n_header + self.n_blank + self.n_comment;
        self.n_rows_in_file == self.n_loaded + self.n_set_aside + n_others
            && self.n_repaired <= self.n_loaded
            && self.n_dropped <= self.n_set_aside
    }
}

/// One table as read.
#[derive(Clone, Debug)]
pub struct ReadTable {
    /// The sheet's name, the nested list's path, the path within an archive, or empty for the file's one table.
    pub part: String,
    pub table: Table,
    pub ledger: Ledger,
    pub reading: Reading,
    pub notices: Notices,
    /// What the source says of its keys; most sources say nothing.
    pub keys: DeclaredKeys,
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

/// How far fetching has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchProgress {
    /// The page that is being fetched; counts from 1.
    pub page: u32,
    /// Rows of the pages before it.
    pub n_rows: u64,
    /// Rows there are in all, where the service says so.
    pub total_rows: Option<u64>,
    pub done_bytes: u64,
    /// 0 where it is not known.
    pub total_bytes: u64,
}

impl FetchProgress {
    /// "Page 4, 75 rows of 87, 12 kB".
    pub fn words(&self) -> String {
        let bytes = match self.total_bytes {
            0 => format_bytes(self.done_bytes),
            total => format!("{} of {}", format_bytes(self.done_bytes), format_bytes(total)),
        };
        if self.page <= 1 {
            return bytes;
        }
        let rows = plural(self.n_rows, "row", "rows");
        let of_all = self.total_rows.map(|total| format!(" of {}", format_count(total))).unwrap_or_default();
        format!("Page {}, {rows}{of_all}, {}", format_count(u64::from(self.page)), format_bytes(self.done_bytes))
    }

    /// 0 to 1, where it is known.
    pub fn done_frac(&self) -> Option<f64> {
        let (done, total) = match self.total_rows {
            Some(total) if self.page > 1 => (self.n_rows, total),
            _ if self.page <= 1 => (self.done_bytes, self.total_bytes),
            _ => return None,
        };
        (total > 0).then(|| (done as f64 / total as f64).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_put_together_stay_pages_until_one_page_comes() {
        let chosen = ReaderSpec { record_path: Some("data".to_owned()), ..ReaderSpec::default() };
        let pages = chosen.clone().for_fetched(true);
        assert_eq!(pages.format, Some(Format::Pages));
        assert_eq!(pages.as_found(), ReaderSpec { format: Some(Format::Pages), ..ReaderSpec::default() });
        assert_eq!(pages.for_fetched(false), chosen);
        assert_eq!(chosen.as_found(), ReaderSpec::default());
        let csv = ReaderSpec { format: Some(Format::Csv), ..ReaderSpec::default() };
        assert_eq!(csv.clone().for_fetched(false), csv);
        assert_eq!(csv.as_found(), ReaderSpec::default());
    }

    #[test]
    fn pages_read_again_with_another_type_are_the_same_rows() {
        let text = b"{\"page\":1,\"items\":[{\"id\":1},{\"id\":2}]}\n{\"page\":2,\"items\":[{\"id\":3}]}\n";
        let mut spec = ReaderSpec::default().for_fetched(true);
        let first = crate::source::read("items", text, &spec, &mut |_| {}).unwrap();
        spec.types.insert("id".to_owned(), ColumnType::Text);
        let again = crate::source::read("items", text, &spec, &mut |_| {}).unwrap();
        for outcome in [&first, &again] {
            assert_eq!((outcome.parts[0].table.n_rows(), outcome.parts[0].reading.format), (3, Format::Pages));
        }
        assert_eq!(again.parts[0].table.columns()[0].column_type, ColumnType::Text);
        // What they were taken for without knowing.
        let sniffed = crate::source::read("items", text, &ReaderSpec::default(), &mut |_| {}).unwrap();
        assert_eq!(sniffed.parts[0].table.n_rows(), 2);
    }
}
