//! Workbooks: every sheet with something in it is a table, or several.
//!
//! Each format has a reader of its own that hands out only the cells that are there, so that a lone cell
//! far out costs nothing. `tables` finds the tables within a sheet. Their rows then go the way of
//! delimited text, where titles above a table, notes below it and its header are found.
//! Decisions: `docs/decisions/0013-archives-and-workbooks.md`.

mod biff;
mod cfb;
mod number_format;
mod ods;
mod serial;
mod sheet;
mod strings;
mod tables;
mod write;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use super::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use super::unpack::zip::{self, Archive};
use crate::base::{Notices, Problem, wording};
use sheet::{Budget, MAX_CELLS, Sheet};

pub(super) use write::WITHIN;

/// Entries of a packed workbook that are listed: a sheet has a handful.
const MAX_ENTRIES: usize = 100_000;

/// What the bytes of an archive or of a compound file are, if a workbook.
///
/// # Errors
/// A `Problem` that names what else they are: `encrypted_workbook`, `word_document`, `slides`, …
pub(super) fn kind(bytes: &[u8]) -> Result<Option<Format>, Problem> {
    let cannot = |code: &str, what: &str, hint: &str| Err(Problem::input(code, what).hint(hint));
    if zip::is_zip(bytes) {
        let archive = zip::entries(bytes, MAX_ENTRIES);
        let starts = |start: &str| archive.entries.iter().any(|e| e.path.starts_with(start));
        if let Some(kind) = ods::mimetype(&archive) {
            if kind.contains("opendocument.spreadsheet") {
                return Ok(Some(Format::Ods));
            }
            return cannot(
                "open_document",
                "This is a document of OpenOffice or LibreOffice, and no spreadsheet.",
                "Copy the table from it into a spreadsheet and save that.",
            );
        }
        if archive.entry("xl/workbook.bin").is_some() {
            return Ok(Some(Format::Xlsb));
        }
        if starts("xl/") {
            return Ok(Some(Format::Xlsx));
        }
        if starts("word/") {
            return cannot(
                "word_document",
                "This is a Word document, which holds text and no tables of data.",
                "Copy the table from it into a spreadsheet and save that.",
            );
        }
        if starts("ppt/") {
            return cannot("slides", "These are PowerPoint slides.", "Look for the data behind them as XLSX or CSV.");
        }
        if archive.entries.iter().any(|e| e.path.ends_with(".iwa") || e.path == "Index.zip") {
            return cannot(
                "numbers_file",
                "This is a file of Apple Numbers.",
                "In Numbers, choose File, Export To, Excel, and add that file.",
            );
        }
        if archive.entry("[Content_Types].xml").is_some() && archive.entry("_rels/.rels").is_some() {
            return Ok(Some(Format::Xlsx));
        }
        // So damaged that not even the list of parts is there.
        let is_known = archive.entries.is_empty() && bytes.windows(3).take(1 << 20).any(|w| w == b"xl/");
        return Ok(is_known.then_some(Format::Xlsx));
    }
    if cfb::is_compound(bytes) {
        return xls::kind(bytes).map(Some);
    }
    xls::bare_kind(bytes)
}

/// Reads all tables of all sheets.
///
/// # Errors
/// `bad_xlsx` and the like, `encrypted_workbook`, `unpacked_too_large`, `too_many_cells`, `empty_file`.
pub(super) fn read(
    format: Format,
    bytes: &[u8],
    spec: &ReaderSpec,
    notices: &mut Notices,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    let mut parts: Vec<ReadTable> = Vec::new();
    let mut account = Account::default();
    let mut budget = Budget { n_cells: MAX_CELLS };
    let size_bytes = bytes.len() as u64;
    let mut on_sheet = |mut sheet: Sheet, at: Progress, budget: &mut Budget| {
        sheet.finish();
        let mut within = |p: ReadProgress| {
            let n_sheets = at.n_sheets.max(1) as u64;
            let done_bytes = size_bytes / n_sheets * at.sheet as u64 + p.done_bytes / n_sheets;
            progress(ReadProgress { done_bytes: done_bytes.min(size_bytes), total_bytes: size_bytes, ..p });
        };
        account.note(&sheet);
        if sheet.cells.is_empty() {
            return Ok(());
        }
        let name = sheet.name.clone();
        match write::read_tables(sheet, format, size_bytes, spec, budget, &mut within) {
            Ok(tables) => parts.extend(tables),
            // One sheet that is no table must not hide the others.
            Err(problem) => account.failed.push((name, problem)),
        }
        Ok(())
    };
    match format {
        Format::Xls => xls::read(bytes, &mut budget, &mut on_sheet)?,
        Format::Ods => ods::read(bytes, &mut budget, &mut on_sheet)?,
        Format::Xlsb => xlsb::read(bytes, &mut budget, &mut on_sheet)?,
        _ => xlsx::read(bytes, &mut budget, &mut on_sheet)?,
    }
    if parts.is_empty() {
        return Err(account.nothing(format));
    }
    account.tell(notices);
    Ok(parts)
}

/// Lists the parts of a packed workbook, unless they say themselves that they are too much. That they may lie is seen
/// to where they are read.
///
/// # Errors
/// `unpacked_too_large`.
fn parts_of(bytes: &[u8]) -> Result<Archive<'_>, Problem> {
    const MAX_STATED_BYTES: u64 = 1_500_000_000;
    let archive = zip::entries(bytes, MAX_ENTRIES);
    let stated = archive.entries.iter().fold(0u64, |sum, e| sum.saturating_add(e.stated_size));
    if stated > MAX_STATED_BYTES {
        return Err(Problem::limit("unpacked_too_large", "This spreadsheet is too large once unpacked.")
            .because(format!("It would take {}.", wording::format_bytes(stated)))
            .hint("Save the sheet you need as CSV."));
    }
    Ok(archive)
}

/// Which sheet of how many.
#[derive(Clone, Copy)]
struct Progress {
    sheet: usize,
    n_sheets: usize,
}

/// What a reader calls with each sheet.
type OnSheet<'a> = dyn FnMut(Sheet, Progress, &mut Budget) -> Result<(), Problem> + 'a;

/// What is to be said of the workbook as a whole.
#[derive(Default)]
struct Account {
    empty: Vec<String>,
    charts: Vec<String>,
    hidden: Vec<String>,
    n_hidden_rows: u64,
    n_hidden_columns: u64,
    n_without_result: u64,
    damaged: Vec<(String, String)>,
    failed: Vec<(String, Problem)>,
}

impl Account {
    fn note(&mut self, sheet: &Sheet) {
        let name = format!("'{}'", sheet.name);
        if sheet.is_chart {
            self.charts.push(name);
            return;
        }
        if let Some(damage) = &sheet.damage {
            self.damaged.push((name.clone(), damage.clone()));
        } else if sheet.cells.is_empty() && sheet.n_without_result == 0 {
            self.empty.push(name);
            return;
        }
        if sheet.is_hidden && !sheet.cells.is_empty() {
            self.hidden.push(name);
        }
        self.n_hidden_rows += sheet.n_hidden_rows();
        self.n_hidden_columns += sheet.n_hidden_columns();
        self.n_without_result += sheet.n_without_result;
    }

    fn tell(&self, notices: &mut Notices) {
        let sheets = |names: &[String], one: &str, many: &str| {
            const MAX_NAMED: usize = 8;
            let n = names.len() as u64;
            let mut shown: Vec<String> = names.iter().take(MAX_NAMED).cloned().collect();
            if names.len() > MAX_NAMED {
                shown.push(wording::plural(n - MAX_NAMED as u64, "more", "more"));
            }
            (format!("{} {}", if n == 1 { one } else { many }, wording::list(&shown)), n)
        };
        if !self.empty.is_empty() {
            let (text, n) = sheets(&self.empty, "Nothing is on the sheet", "Nothing is on the sheets");
            notices.add("empty_sheet", text, n);
        }
        if !self.charts.is_empty() {
            let (text, n) =
                sheets(&self.charts, "A chart and no cells is on the sheet", "Charts and no cells are on the sheets");
            notices.add("chart_sheet", text, n);
        }
        if !self.hidden.is_empty() {
            let (text, n) = sheets(
                &self.hidden,
                "Loaded, but hidden in the workbook: the sheet",
                "Loaded, but hidden in the workbook: the sheets",
            );
            notices.add("hidden_sheet", text, n);
        }
        let hidden = [
            (self.n_hidden_rows, "row", "rows", "hidden_rows"),
            (self.n_hidden_columns, "column", "columns", "hidden_columns"),
        ];
        for (n, one, many, code) in hidden.into_iter().filter(|(n, ..)| *n > 0) {
            let are = if n == 1 { "is" } else { "are" };
            let text =
                format!("{} that {are} hidden in the workbook {are} loaded as well", wording::plural(n, one, many));
            notices.add(code, text, n);
        }
        if self.n_without_result > 0 {
            let n = self.n_without_result;
            let text = format!(
                "{} without a saved result, so {} empty here: open the file in a spreadsheet program and save it",
                wording::plural(n, "formula is", "formulas are"),
                if n == 1 { "its cell is" } else { "their cells are" },
            );
            notices.add("formula_without_result", text, n);
        }
        for (name, why) in &self.damaged {
            notices.add("damaged_sheet", format!("The sheet {name} could only be read in part: {why}"), 1);
        }
        for (name, problem) in &self.failed {
            let what = problem.what.trim_end_matches('.');
            notices.add("sheet_left_out", format!("The sheet '{name}' is left out: {what}"), 1);
        }
    }

    /// Why there is no table at all.
    fn nothing(mut self, format: Format) -> Problem {
        if let Some((_, problem)) = self.failed.pop() {
            return problem;
        }
        if let Some((_, why)) = self.damaged.pop() {
            return bad(format, why);
        }
        if self.n_without_result > 0 {
            return Problem::input(
                "formulas_without_results",
                "This spreadsheet holds formulas without their results.",
            )
            .because("The program that wrote it did not work them out.")
            .hint("Open it in a spreadsheet program, save it there, and add it again.");
        }
        Problem::input("empty_file", "This spreadsheet has no cells with anything in them.")
    }
}

fn bad(format: Format, why: impl Into<String>) -> Problem {
    let (code, ending) = match format {
        Format::Xls => ("bad_xls", "XLSX"),
        Format::Ods => ("bad_ods", "ODS"),
        Format::Xlsb => ("bad_xlsb", "XLSX"),
        _ => ("bad_xlsx", "XLSX"),
    };
    Problem::input(code, "This spreadsheet cannot be read.")
        .because(why)
        .hint(format!("Open it in your spreadsheet program and save it again as {ending}, without a password."))
}

fn encrypted() -> Problem {
    Problem::input("encrypted_workbook", "This spreadsheet is protected with a password.")
        .because("Without it nothing in the file can be read.")
        .hint("Open it in your spreadsheet program, take the password off, save it, and add it again.")
}

#[cfg(test)]
mod tests;
