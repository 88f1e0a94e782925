//! The table while it is read: its columns, the rows set aside, and how much it may hold.

use super::column::Builder;
use super::letters::Letters;
use crate::base::{Notices, Problem, wording};
use crate::source::spec::{Format, Ledger, ReadProgress, ReadTable, ReaderSpec, Reading};
use crate::source::types;
use crate::source::{aside, names};

/// Cells of one table.
const MAX_CELLS: u64 = 200_000_000;

/// Text of one table. Below what Arrow's 32-bit offsets reach, as a few packed bytes can stand for a long text.
const MAX_TEXT_BYTES: u64 = 1_500_000_000;

/// The most columns of one table, as Stata has them.
pub(super) const MAX_COLUMNS: usize = 120_000;

/// Rows between two calls of `progress`.
const PROGRESS_ROWS: u64 = 20_000;

/// How much of a row is shown byte by byte.
const MAX_HEX_BYTES: usize = 48;

/// A table that is being read.
pub(super) struct Sheet {
    pub columns: Vec<Builder>,
    pub letters: Letters,
    pub notices: Notices,
    /// Rows that the file says it has, where it does.
    pub n_claimed: Option<u64>,
    /// The name of the table, where a file can hold several.
    pub part: String,
    n_rows: u64,
    ledger: Ledger,
    n_text_bytes: u64,
}

impl Sheet {
    pub fn new(letters: Letters) -> Sheet {
        Sheet {
            columns: Vec::new(),
            letters,
            notices: Notices::default(),
            n_claimed: None,
            part: String::new(),
            n_rows: 0,
            ledger: Ledger::default(),
            n_text_bytes: 0,
        }
    }

    /// Rows seen so far, those set aside included.
    pub fn n_seen(&self) -> u64 {
        self.n_rows + self.ledger.n_set_aside
    }

    /// Counts text that goes into the table.
    ///
    /// # Errors
    /// `table_too_large`.
    pub fn count_text(&mut self, n_bytes: usize) -> Result<(), Problem> {
        self.n_text_bytes += n_bytes as u64;
        if self.n_text_bytes > MAX_TEXT_BYTES {
            return Err(too_large(format!("Its text takes more than {}.", wording::format_bytes(MAX_TEXT_BYTES))));
        }
        Ok(())
    }

    /// Adds a text, without what fills it up.
    pub fn push_text(&mut self, column: usize, bytes: &[u8]) -> Result<(), Problem> {
        let text = self.letters.text(bytes);
        if let Some(builder) = self.columns.get_mut(column) {
            builder.push_text(&text);
        }
        let n = text.len();
        self.count_text(n)
    }

    /// Closes a row, to which every column has a cell.
    pub fn end_row(
        &mut self,
        done_bytes: usize,
        size_bytes: usize,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<(), Problem> {
        self.n_rows += 1;
        if self.n_rows.saturating_mul(self.columns.len() as u64) > MAX_CELLS {
            return Err(too_large(format!("At most {} cells are possible.", wording::format_count(MAX_CELLS))));
        }
        if self.n_rows.is_multiple_of(PROGRESS_ROWS) {
            let (done_bytes, total_bytes) = (done_bytes as u64, size_bytes as u64);
            progress(ReadProgress { done_bytes, total_bytes, n_rows: self.n_rows });
        }
        Ok(())
    }

    /// Keeps a row that cannot be loaded. `byte` is where it starts in the file.
    pub fn put_aside(&mut self, byte: usize, reason: &str, text: impl FnOnce() -> String) {
        let line = self.n_seen() + 1;
        self.ledger.put_aside(line, byte as u64, reason.to_owned(), text);
    }

    /// Makes the table.
    ///
    /// # Errors
    /// `no_columns`, `bug_table_shape`.
    pub fn finish(mut self, format: Format, spec: &ReaderSpec, size_bytes: usize) -> Result<ReadTable, Problem> {
        if self.columns.is_empty() {
            return Err(Problem::input("no_columns", "This file has no columns."));
        }
        let n_gone = self.n_claimed.unwrap_or(0).saturating_sub(self.n_seen());
        if n_gone > 0 {
            let text = format!(
                "The file says it has {}; {} not in it, as it ends before",
                wording::plural(self.n_claimed.unwrap_or(0), "row", "rows"),
                wording::plural(n_gone, "is", "are"),
            );
            self.notices.add("rows_cut_off", text, n_gone);
        }
        self.letters.report(&mut self.notices);
        let raw: Vec<String> = self.columns.iter().map(|c| c.name().to_owned()).collect();
        let heads = names::heads(&raw, &mut self.notices);
        let mut columns = Vec::with_capacity(heads.len());
        for (builder, head) in self.columns.into_iter().zip(heads) {
            let wanted = spec.types.get(&head.name).copied();
            columns.push(builder.finish(head, wanted, &mut self.notices));
        }
        let n_rows = usize::try_from(self.n_rows).unwrap_or(usize::MAX);
        let typed = types::assemble(columns, n_rows, Notices::default())?;
        aside::drop_listed(&mut self.ledger, spec, &self.part);
        Ok(ReadTable {
            part: self.part,
            table: typed.table,
            ledger: Ledger {
                n_rows_in_file: self.n_rows + self.ledger.n_set_aside,
                n_loaded: self.n_rows,
                size_bytes: size_bytes as u64,
                changed: typed.changed,
                ..self.ledger
            },
            reading: Reading {
                format,
                encoding: Some(self.letters.name()),
                delimiter: None,
                quote: None,
                header_rows: 0,
                skipped_lines: 0,
                record_path: None,
            },
            notices: self.notices,
            keys: Default::default(),
        })
    }
}

fn too_large(why: String) -> Problem {
    Problem::limit("table_too_large", "This file has more in it than can be read here.")
        .because(why)
        .hint("Save the rows or columns that you need as a file of their own.")
}

/// A row of which the cells cannot be told, byte by byte: "3 bytes: 01 02 ff".
pub(super) fn hex(row: &[u8]) -> String {
    let shown: Vec<String> = row.iter().take(MAX_HEX_BYTES).map(|b| format!("{b:02x}")).collect();
    let more = if row.len() > MAX_HEX_BYTES { " …" } else { "" };
    format!("{}: {}{more}", wording::plural(row.len() as u64, "byte", "bytes"), shown.join(" "))
}

/// The reason for a row of which the end is missing.
pub(super) const CUT_ROW: &str = "the file ends within this row";
