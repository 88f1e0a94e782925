//! Spreadsheets: every sheet with something in it is a table.
//!
//! Only the cells that are there are held, and only columns in use count, so that a lone cell far
//! out costs nothing. The rows then go the way of delimited text, where titles above the table,
//! notes below it and its header are found.

use super::csv::{self, Decoded, SHEET_DELIMITER};
use super::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use crate::base::{Notices, Problem, wording};
use calamine::{DataRef, Reader, Xlsx, XlsxError};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Cells of one workbook, empty ones within the tables included.
const MAX_CELLS: u64 = 20_000_000;

/// What the parts of a workbook may claim to hold once unpacked.
const MAX_UNPACKED_BYTES: u64 = 1_500_000_000;

/// A cell that holds something.
struct Filled {
    row: u32,
    column: u32,
    text: String,
}

/// Reads all sheets.
///
/// # Errors
/// `bad_xlsx`, `unpacked_too_large`, `too_many_cells`, `empty_file`.
pub(super) fn read(
    bytes: &[u8],
    spec: &ReaderSpec,
    notices: &mut Notices,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    refuse_bomb(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(bad)?;
    let mut parts = Vec::new();
    let mut n_left = MAX_CELLS;
    let names = book.sheet_names();
    let n_sheets = names.len().max(1) as u64;
    for (i, name) in names.into_iter().enumerate() {
        let cells = match filled_cells(&mut book, &name, &mut n_left) {
            Ok(cells) => cells,
            Err(Stop::Full) => return Err(too_many()),
            Err(Stop::Bad(XlsxError::NotAWorksheet(_))) => {
                notices.add("chart_sheet", format!("The sheet '{name}' holds a chart and no cells"), 1);
                continue;
            }
            Err(Stop::Bad(e)) => return Err(bad(e)),
        };
        if cells.is_empty() {
            continue;
        }
        let text = as_text(&cells, &mut n_left)?;
        drop(cells);
        let size_bytes = bytes.len() as u64;
        let input = Decoded { text: &text, encoding: "", offset: 0, size_bytes };
        let as_sheet = ReaderSpec { format: Some(Format::Xlsx), ..spec.clone() };
        let mut within = |p: ReadProgress| {
            let done_bytes = (size_bytes * i as u64 + p.done_bytes) / n_sheets;
            progress(ReadProgress { done_bytes, ..p });
        };
        let mut part = csv::read(&input, &as_sheet, &mut within)?;
        for aside in &mut part.ledger.set_aside {
            aside.byte = 0;
            aside.text = aside.text.replace(SHEET_DELIMITER, "\t");
        }
        part.part = name;
        parts.push(part);
    }
    if parts.is_empty() {
        return Err(Problem::input("empty_file", "This spreadsheet has no cells with anything in them."));
    }
    Ok(parts)
}

enum Stop {
    Full,
    Bad(XlsxError),
}

impl From<XlsxError> for Stop {
    fn from(e: XlsxError) -> Stop {
        Stop::Bad(e)
    }
}

fn filled_cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, n_left: &mut u64) -> Result<Vec<Filled>, Stop> {
    let mut reader = book.worksheet_cells_reader(name)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let text = shown(cell.get_value());
        if text.is_empty() {
            continue;
        }
        *n_left = n_left.checked_sub(1).ok_or(Stop::Full)?;
        let (row, column) = cell.get_position();
        cells.push(Filled { row, column, text });
    }
    // Writers should keep the order, but need not.
    cells.sort_by_key(|c| (c.row, c.column));
    Ok(cells)
}

/// A cell's value as text that reads back as the same value.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(v) => v.to_string(),
        DataRef::Float(v) => number(*v),
        DataRef::Bool(v) => v.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(e) => e.to_string(),
        DataRef::DateTime(moment) => {
            let days = moment.as_f64();
            if moment.is_duration() {
                let seconds = (days * 86_400.0).round().max(0.0) as u64;
                return format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
            }
            match moment.as_datetime() {
                // Below one day there is a time and no date.
                Some(t) if (0.0..1.0).contains(&days) => t.format("%H:%M:%S").to_string(),
                Some(t) if days.fract() == 0.0 => t.format("%Y-%m-%d").to_string(),
                Some(t) => t.format("%Y-%m-%d %H:%M:%S%.3f").to_string().trim_end_matches(".000").to_owned(),
                None => number(days),
            }
        }
    }
}

fn number(value: f64) -> String {
    if value.abs() >= 1e15 { format!("{value:e}") } else { value.to_string() }
}

/// The sheet as delimited text, with the columns that are in use.
fn as_text(cells: &[Filled], n_left: &mut u64) -> Result<String, Problem> {
    let mut columns: BTreeMap<u32, u32> = cells.iter().map(|c| (c.column, 0)).collect();
    for (place, slot) in columns.values_mut().enumerate() {
        *slot = place as u32;
    }
    let mut out = String::new();
    let (mut row, mut column) = (0u32, 0u32);
    for cell in cells {
        let place = columns.get(&cell.column).copied().unwrap_or(0);
        let n_gaps = u64::from(cell.row.saturating_sub(row)) + u64::from(place);
        *n_left = n_left.checked_sub(n_gaps).ok_or_else(too_many)?;
        while row < cell.row {
            out.push('\n');
            row += 1;
            column = 0;
        }
        while column < place {
            out.push(SHEET_DELIMITER);
            column += 1;
        }
        if cell.text.contains(['"', '\n', '\r', SHEET_DELIMITER]) {
            out.push('"');
            out.push_str(&cell.text.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell.text);
        }
    }
    out.push('\n');
    Ok(out)
}

fn too_many() -> Problem {
    Problem::limit("too_many_cells", "This spreadsheet has too many cells to be read here.")
        .because(format!("At most {} are possible.", wording::format_count(MAX_CELLS)))
        .hint("Save the sheet you need as CSV.")
}

fn bad(e: XlsxError) -> Problem {
    Problem::input("bad_xlsx", "This spreadsheet cannot be read.")
        .because(e.to_string())
        .hint("Open it in your spreadsheet program and save it again as XLSX, without a password.")
}

/// Adds up what the archive's directory says its parts hold (APPNOTE 4.3.12).
fn refuse_bomb(bytes: &[u8]) -> Result<(), Problem> {
    let word = |at: usize| bytes.get(at..at.checked_add(4)?).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let half = |at: usize| bytes.get(at..at.checked_add(2)?).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes);
    let tail = bytes.len().saturating_sub(66_000);
    let end = bytes.get(tail..).and_then(|t| t.windows(4).rposition(|w| w == b"PK\x05\x06")).map(|i| i + tail);
    let Some(mut at) = end.and_then(|end| word(end + 16)).map(|at| at as usize) else { return Ok(()) };
    let mut total = 0u64;
    while bytes.get(at..at.saturating_add(4)) == Some(b"PK\x01\x02") {
        total += u64::from(word(at + 24).unwrap_or(0));
        let extra: usize = [28, 30, 32].into_iter().map(|o| half(at + o).map_or(0, usize::from)).sum();
        at += 46 + extra;
    }
    if total > MAX_UNPACKED_BYTES {
        return Err(Problem::limit("unpacked_too_large", "This spreadsheet is too large once unpacked.")
            .because(format!("It would take {}.", wording::format_bytes(total)))
            .hint("Save the sheet you need as CSV."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::table::row_window;
    use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

    fn read_all(book: &mut Workbook) -> Vec<ReadTable> {
        let bytes = book.save_to_buffer().unwrap();
        let outcome = crate::source::read("t.xlsx", &bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
        for part in &outcome.parts {
            assert!(part.ledger.adds_up(), "{:?}", part.ledger);
            assert_eq!(part.ledger.n_loaded, part.table.n_rows());
        }
        outcome.parts
    }

    fn rows(t: &ReadTable) -> Vec<String> {
        let window = row_window(&t.table, 0, 50);
        (0..t.table.n_rows().min(50) as usize)
            .map(|row| {
                let cells: Vec<&str> = window.cells.iter().map(|c| c[row].as_deref().unwrap_or("·")).collect();
                cells.join("|")
            })
            .collect()
    }

    #[test]
    fn titles_types_and_gaps() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("Plates").unwrap();
        let date = CellFormat::new().set_num_format("yyyy-mm-dd");
        sheet.write(0, 0, "Plate report, made by hand").unwrap();
        for (i, name) in ["#", "code", "mass (kg)", "day", "note"].iter().enumerate() {
            sheet.write(2, i as u16, *name).unwrap();
        }
        for row in 0..4u32 {
            sheet.write(3 + row, 0, row + 1).unwrap();
            sheet.write(3 + row, 1, format!("00{row}")).unwrap();
            sheet.write(3 + row, 2, 0.1 * f64::from(row)).unwrap();
            let day = ExcelDateTime::from_ymd(2026, 11, 12 + row as u8).unwrap();
            sheet.write_with_format(3 + row, 3, &day, &date).unwrap();
        }
        sheet.write(4, 4, "say \"hi\"").unwrap();
        book.add_worksheet().set_name("Empty").unwrap();
        let parts = read_all(&mut book);
        assert_eq!(parts.len(), 1);
        let t = &parts[0];
        assert_eq!(t.part, "Plates");
        let types: Vec<ColumnType> = t.table.columns().iter().map(|c| c.column_type).collect();
        use ColumnType::{Date, Integer, Number, Text};
        assert_eq!(types, [Integer, Text, Number, Date, Text]);
        assert_eq!(rows(t)[1], "2|001|0.1|2026-11-13|say \"hi\"");
        assert_eq!((t.ledger.n_comment, t.ledger.n_blank, t.ledger.n_header), (1, 1, 1));
        assert_eq!(t.reading.format, Format::Xlsx);
    }

    #[test]
    fn a_far_cell_costs_nothing() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "a").unwrap();
        sheet.write(0, 1, "b").unwrap();
        for row in 1..4 {
            sheet.write(row, 0, row).unwrap();
            sheet.write(row, 1, row * 2).unwrap();
        }
        sheet.write(1_048_575, 16_383, "far").unwrap();
        let parts = read_all(&mut book);
        assert_eq!(parts[0].ledger.n_rows_in_file, 1_048_576);
        assert_eq!(parts[0].table.n_columns(), 3);
        assert_eq!(rows(&parts[0])[3], "·|·|far");
    }

    #[test]
    fn several_sheets_are_several_parts() {
        let mut book = Workbook::new();
        for name in ["one", "two"] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            sheet.write(0, 0, "x").unwrap();
            sheet.write(1, 0, true).unwrap();
        }
        let parts = read_all(&mut book);
        assert_eq!(parts.iter().map(|p| p.part.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(parts[0].table.columns()[0].column_type, ColumnType::Boolean);
    }

    #[test]
    fn damaged_files_are_refused() {
        let problem = read(b"PK\x03\x04xl/rubbish", &ReaderSpec::default(), &mut Notices::default(), &mut |_| {});
        assert_eq!(problem.unwrap_err().code, "bad_xlsx");
    }
}
