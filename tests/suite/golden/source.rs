//! Bytes → columns with types and reasons, the ledger, remarks, and the first rows.

use super::{Case, Outputs, check, text, words};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use tributary::source::{self, Ledger, ReadOutcome, ReadTable, ReaderSpec};
use tributary::table::row_window;

const SHOWN_ROWS: usize = 12;

#[test]
fn sources_are_read_as_expected() {
    check("source", run);
}

fn run(case: &Case) -> Outputs {
    let reader: ReaderSpec = case.get("reader");
    let sheets: Vec<Sheet> = case.get("sheets");
    let mut inputs =
        if sheets.is_empty() { case.inputs() } else { vec![("input.xlsx".to_owned(), written_workbook(&sheets))] };
    // Files that several tests share, below `tests/files`.
    for file in case.get::<Vec<String>>("files") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(&file);
        inputs.push((file.clone(), std::fs::read(&path).unwrap_or_else(|e| panic!("{file}: {e}"))));
    }
    let mut out = String::new();
    for (name, bytes) in inputs {
        match source::read(&name, &bytes, &reader, &mut |_| {}) {
            Ok(outcome) => out.push_str(&outcome_words(&outcome)),
            Err(problem) => out.push_str(&words::problem(&problem)),
        }
    }
    text(out)
}

fn outcome_words(outcome: &ReadOutcome) -> String {
    let mut out = String::new();
    if !outcome.notices.is_empty() {
        out.push_str(&format!("of the whole source\n{}\n", words::notices(&outcome.notices)));
    }
    let parts: Vec<String> = outcome.parts.iter().map(part_words).collect();
    out + &parts.join("\n")
}

fn part_words(part: &ReadTable) -> String {
    assert!(part.ledger.adds_up(), "{:?}", part.ledger);
    let r = &part.reading;
    let mut out = format!("table {:?}: {} rows, {} columns\n", part.part, part.table.n_rows(), part.table.n_columns());
    out.push_str(&format!("read as {:?}", r.format));
    for (what, value) in [
        ("", r.encoding.clone()),
        ("delimiter ", r.delimiter.map(|c| format!("{c:?}"))),
        ("quote ", r.quote.map(|c| format!("{c:?}"))),
        ("records at ", r.record_path.clone()),
    ] {
        out.push_str(&value.map(|v| format!(", {what}{v}")).unwrap_or_default());
    }
    out.push_str(&format!(", {} header rows, {} lines above\n", r.header_rows, r.skipped_lines));
    out.push_str("columns\n");
    out.extend(part.table.columns().iter().map(words::column));
    out.push_str(&ledger_words(&part.ledger));
    if !part.notices.is_empty() {
        out.push_str(&format!("remarks\n{}", words::notices(&part.notices)));
    }
    out.push_str(&format!("rows\n{}", words::rows(&row_window(&part.table, 0, SHOWN_ROWS), SHOWN_ROWS)));
    out
}

fn ledger_words(ledger: &Ledger) -> String {
    let l = ledger;
    let mut out = format!(
        "ledger\n  {} rows in the file = {} loaded + {} set aside + {} header + {} blank + {} comment\n",
        l.n_rows_in_file, l.n_loaded, l.n_set_aside, l.n_header, l.n_blank, l.n_comment
    );
    for row in &l.set_aside {
        out.push_str(&format!("  set aside: line {}, byte {}: {}: {:?}\n", row.line, row.byte, row.reason, row.text));
    }
    if l.n_repaired + l.n_dropped > 0 {
        out.push_str(&format!("  decided: {} repaired or kept, {} dropped\n", l.n_repaired, l.n_dropped));
    }
    for row in &l.decided {
        out.push_str(&format!("  decided: line {}: {}: {:?}: {:?}\n", row.line, row.reason, row.text, row.remedy));
    }
    for changed in &l.changed {
        out.push_str(&format!("  changed: {}: {}: {} cells\n", changed.column, changed.rule, changed.cells));
    }
    out
}

/// A workbook as the spec describes it, so that no binary file need be kept.
#[derive(Deserialize)]
struct Sheet {
    name: String,
    /// `{"date": "2026-03-01"}` is a cell that Excel shows as a date.
    rows: Vec<Vec<Value>>,
    /// Cells merged into one: first row, first column, last row, last column.
    #[serde(default)]
    merged: Vec<(u32, u16, u32, u16, String)>,
    #[serde(default)]
    hidden: bool,
}

fn written_workbook(sheets: &[Sheet]) -> Vec<u8> {
    let date_format = Format::new().set_num_format("yyyy-mm-dd");
    let plain = Format::new();
    let mut workbook = Workbook::new();
    for spec in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&spec.name).unwrap();
        sheet.set_hidden(spec.hidden);
        for (row, cells) in (0..).zip(&spec.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Value::Null => {}
                    Value::Bool(b) => {
                        sheet.write(row, column, *b).unwrap();
                    }
                    Value::Number(n) => {
                        sheet.write(row, column, n.as_f64().unwrap()).unwrap();
                    }
                    Value::String(s) => {
                        sheet.write(row, column, s.as_str()).unwrap();
                    }
                    other => {
                        let day = other.get("date").and_then(Value::as_str).unwrap();
                        let day = ExcelDateTime::parse_from_str(day).unwrap();
                        sheet.write_with_format(row, column, &day, &date_format).unwrap();
                    }
                }
            }
        }
        for (row, column, last_row, last_column, text) in &spec.merged {
            sheet.merge_range(*row, *column, *last_row, *last_column, text, &plain).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}
