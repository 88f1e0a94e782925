//! Spreadsheets with the same bytes on every run.

use super::random::Day;
use crate::run::Outcome;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

/// A cell of a made-up spreadsheet.
pub enum Cell {
    Text(String),
    Number(f64),
    Date(Day),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Cell {
        Cell::Date(day)
    }
}

/// A sheet: its name, lines above the header, the header, the rows.
pub struct Sheet {
    pub name: &'static str,
    pub above: Vec<&'static str>,
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

/// Writes a workbook.
pub fn workbook(sheets: &[Sheet]) -> Outcome<Vec<u8>> {
    write(sheets).map_err(|error| format!("The sample spreadsheet could not be written: {error}"))
}

fn write(sheets: &[Sheet]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    // Otherwise the file holds the time at which it was written.
    let created = ExcelDateTime::from_ymd(2026, 11, 12)?;
    book.set_properties(&DocProperties::new().set_author("Tributary samples").set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(sheet.name)?;
        let mut row = 0;
        for line in &sheet.above {
            page.write_string(row, 0, *line)?;
            row += 1;
        }
        for (name, column) in sheet.header.iter().zip(0..) {
            page.write_string_with_format(row, column, *name, &bold)?;
        }
        for cells in &sheet.rows {
            row += 1;
            for (cell, column) in cells.iter().zip(0..) {
                match cell {
                    Cell::Text(text) => page.write_string(row, column, text)?,
                    Cell::Number(number) => page.write_number(row, column, *number)?,
                    Cell::Date(day) => {
                        let (year, month, of_month) = day.civil();
                        let value = ExcelDateTime::from_ymd(year as u16, month as u8, of_month as u8)?;
                        page.write_datetime_with_format(row, column, &value, &date)?
                    }
                    Cell::Empty => continue,
                };
            }
        }
    }
    book.save_to_buffer()
}
