//! Tables as files for other programs: CSV, XLSX, JSON, NDJSON, Parquet, Arrow.

use crate::base::{ColumnType, Problem};
use crate::table::{CellReader, Table};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::{ExcelDateTime, Format};
use serde::{Deserialize, Serialize};

/// A format that tables are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableFormat {
    Csv,
    Xlsx,
    Json,
    Ndjson,
    Parquet,
    Arrow,
}

impl TableFormat {
    pub const ALL: [TableFormat; 6] = [
        TableFormat::Csv,
        TableFormat::Xlsx,
        TableFormat::Json,
        TableFormat::Ndjson,
        TableFormat::Parquet,
        TableFormat::Arrow,
    ];

    /// The usual ending of file names, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            TableFormat::Csv => "csv",
            TableFormat::Xlsx => "xlsx",
            TableFormat::Json => "json",
            TableFormat::Ndjson => "ndjson",
            TableFormat::Parquet => "parquet",
            TableFormat::Arrow => "arrow",
        }
    }

    pub fn from_extension(extension: &str) -> Option<TableFormat> {
        TableFormat::ALL.into_iter().find(|f| f.extension() == extension)
    }

    pub fn mime(self) -> &'static str {
        match self {
            TableFormat::Csv => "text/csv",
            TableFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            TableFormat::Json => "application/json",
            TableFormat::Ndjson => "application/x-ndjson",
            TableFormat::Parquet => "application/vnd.apache.parquet",
            TableFormat::Arrow => "application/vnd.apache.arrow.stream",
        }
    }
}

/// Rows and columns that a worksheet can hold (the limits of the format).
const XLSX_MAX_ROWS: u64 = 1_048_575;
const XLSX_MAX_COLUMNS: usize = 16_384;

/// The table as a file. `name` names the worksheet.
///
/// # Errors
/// `too_large_for_xlsx`, and `cannot_write` when a writer refuses.
pub fn encode_table(table: &Table, format: TableFormat, name: &str) -> Result<Vec<u8>, Problem> {
    match format {
        TableFormat::Csv => Ok(csv(table)),
        TableFormat::Json => Ok(json(table, true)),
        TableFormat::Ndjson => Ok(json(table, false)),
        TableFormat::Arrow => table.to_ipc(),
        TableFormat::Parquet => parquet(table),
        TableFormat::Xlsx => xlsx(table, name),
    }
}

fn csv(table: &Table) -> Vec<u8> {
    let mut out = Vec::new();
    for (idx, column) in table.columns().iter().enumerate() {
        if idx > 0 {
            out.push(b',');
        }
        csv_cell(&mut out, &column.name, true);
    }
    out.extend(b"\r\n");
    for batch in table.batches() {
        let readers: Vec<CellReader<'_>> = batch.columns().iter().map(|a| CellReader::new(a.as_ref())).collect();
        for row_idx in 0..batch.num_rows() {
            for (idx, (reader, column)) in readers.iter().zip(table.columns()).enumerate() {
                if idx > 0 {
                    out.push(b',');
                }
                if let Some(cell) = reader.get(row_idx) {
                    csv_cell(&mut out, &cell, column.column_type == ColumnType::Text);
                }
            }
            out.extend(b"\r\n");
        }
    }
    out
}

fn csv_cell(out: &mut Vec<u8>, cell: &str, is_text: bool) {
    // An empty text is not a missing cell; only quotes tell them apart.
    let is_formula = is_text && is_formula(cell);
    if !(cell.is_empty() || is_formula || cell.contains([',', '"', '\n', '\r'])) {
        out.extend(cell.as_bytes());
        return;
    }
    out.push(b'"');
    if is_formula {
        // A spreadsheet would run it (OWASP ASVS 1.2.10).
        out.push(b'\'');
    }
    out.extend(cell.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// Would a spreadsheet take this text for a formula? A signed number is none.
fn is_formula(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('=' | '@' | '\t' | '\r' | '\0') => true,
        Some('+' | '-') => chars.next().is_some_and(|c| !c.is_ascii_digit() && !c.is_whitespace() && c != '.'),
        _ => false,
    }
}

fn json(table: &Table, is_array: bool) -> Vec<u8> {
    let mut out = Vec::new();
    if is_array {
        out.push(b'[');
    }
    let names: Vec<String> =
        table.columns().iter().map(|c| serde_json::Value::from(c.name.as_str()).to_string()).collect();
    let mut is_first = true;
    for batch in table.batches() {
        let readers: Vec<CellReader<'_>> = batch.columns().iter().map(|a| CellReader::new(a.as_ref())).collect();
        for row_idx in 0..batch.num_rows() {
            if is_array {
                out.extend(if is_first { b"\n".as_slice() } else { b",\n".as_slice() });
            }
            is_first = false;
            out.push(b'{');
            for (idx, ((reader, column), name)) in readers.iter().zip(table.columns()).zip(&names).enumerate() {
                if idx > 0 {
                    out.push(b',');
                }
                out.extend(name.as_bytes());
                out.push(b':');
                out.extend(json_cell(reader.get(row_idx), column.column_type).as_bytes());
            }
            out.push(b'}');
            if !is_array {
                out.push(b'\n');
            }
        }
    }
    if is_array {
        out.extend(b"\n]\n");
    }
    out
}

fn json_cell(cell: Option<String>, column_type: ColumnType) -> String {
    let Some(cell) = cell else { return "null".to_owned() };
    match column_type {
        ColumnType::Boolean | ColumnType::Integer => cell,
        // JSON has no NaN and no infinity.
        ColumnType::Number | ColumnType::Decimal if cell.parse::<f64>().is_ok_and(f64::is_finite) => cell,
        ColumnType::Number | ColumnType::Decimal => "null".to_owned(),
        _ => serde_json::Value::from(cell).to_string(),
    }
}

fn parquet(table: &Table) -> Result<Vec<u8>, Problem> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut out = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut out, table.schema().clone(), Some(properties)).map_err(|e| cannot_write(&e))?;
    for batch in table.batches() {
        writer.write(batch).map_err(|e| cannot_write(&e))?;
    }
    writer.close().map_err(|e| cannot_write(&e))?;
    Ok(out)
}

fn xlsx(table: &Table, name: &str) -> Result<Vec<u8>, Problem> {
    if table.n_rows() > XLSX_MAX_ROWS || table.n_columns() > XLSX_MAX_COLUMNS {
        return Err(Problem::limit(
            "too_large_for_xlsx",
            "A worksheet holds 1,048,576 rows and 16,384 columns, and this table has more.",
        )
        .hint("Choose CSV or Parquet, or filter first."));
    }
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    // Names of sheets may not hold these, and not more than 31 characters.
    let clean: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    sheet.set_name(if clean.is_empty() { "Data" } else { &clean }).map_err(|e| cannot_write(&e))?;
    for (idx, column) in (0u16..).zip(table.columns()) {
        sheet.write_string(0, idx, &column.name).map_err(|e| cannot_write(&e))?;
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let mut row = 1u32;
    for batch in table.batches() {
        let readers: Vec<CellReader<'_>> = batch.columns().iter().map(|a| CellReader::new(a.as_ref())).collect();
        for row_idx in 0..batch.num_rows() {
            for (idx, (reader, column)) in (0u16..).zip(readers.iter().zip(table.columns())) {
                let Some(cell) = reader.get(row_idx) else { continue };
                let number = cell.parse::<f64>().ok().filter(|n| n.is_finite());
                let done = match (column.column_type, number) {
                    // Beyond 2^53 a worksheet's numbers lose digits.
                    (ColumnType::Integer, Some(n)) if n.abs() <= 9_007_199_254_740_992.0 => {
                        sheet.write_number(row, idx, n)
                    }
                    (ColumnType::Number | ColumnType::Decimal, Some(n)) => sheet.write_number(row, idx, n),
                    (ColumnType::Date | ColumnType::DateTime, _) => {
                        let format = if column.column_type == ColumnType::Date { &date } else { &moment };
                        // Dates before 1900 have no number in a worksheet.
                        match ExcelDateTime::parse_from_str(&cell) {
                            Ok(when) => sheet.write_datetime_with_format(row, idx, &when, format),
                            Err(_) => sheet.write_string(row, idx, &cell),
                        }
                    }
                    (ColumnType::Boolean, _) => sheet.write_boolean(row, idx, cell == "true"),
                    _ => sheet.write_string(row, idx, &cell),
                };
                done.map_err(|e| cannot_write(&e))?;
            }
            row += 1;
        }
    }
    book.save_to_buffer().map_err(|e| cannot_write(&e))
}

fn cannot_write(error: &dyn std::error::Error) -> Problem {
    Problem::bug("cannot_write", "The file could not be written.").because(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::ColumnInfo;
    use arrow::array::{Float64Array, StringArray};
    use std::sync::Arc;

    fn table() -> Table {
        let text = StringArray::from(vec![Some("a,\"b\""), Some("=1+1"), None, Some("")]);
        let number = Float64Array::from(vec![Some(1.5), None, Some(f64::NAN), Some(-2.0)]);
        Table::from_columns(vec![
            (ColumnInfo::new("te xt", ColumnType::Text), Arc::new(text)),
            (ColumnInfo::new("n", ColumnType::Number), Arc::new(number)),
        ])
        .unwrap()
    }

    #[test]
    fn csv_keeps_missing_apart_from_empty_and_defuses_formulas() {
        let text = String::from_utf8(encode_table(&table(), TableFormat::Csv, "t").unwrap()).unwrap();
        assert_eq!(text, "te xt,n\r\n\"a,\"\"b\"\"\",1.5\r\n\"'=1+1\",\r\n,NaN\r\n\"\",-2.0\r\n");
        assert!(!is_formula("-5 °C") && !is_formula("+49 30") && is_formula("-cmd|x"));
    }

    #[test]
    fn json_is_json() {
        let rows: serde_json::Value =
            serde_json::from_slice(&encode_table(&table(), TableFormat::Json, "t").unwrap()).unwrap();
        assert_eq!(rows[0]["te xt"], "a,\"b\"");
        assert_eq!(rows[2]["n"], serde_json::Value::Null);
        let lines = encode_table(&table(), TableFormat::Ndjson, "t").unwrap();
        assert_eq!(lines.iter().filter(|b| **b == b'\n').count(), 4);
    }

    #[test]
    fn parquet_and_xlsx_are_read_back() {
        let bytes = encode_table(&table(), TableFormat::Parquet, "t").unwrap();
        let back = crate::source::read("t.parquet", &bytes, &Default::default(), &mut |_| {}).unwrap();
        assert_eq!(back.parts[0].table.n_rows(), 4);
        let bytes = encode_table(&table(), TableFormat::Xlsx, "a/b").unwrap();
        let back = crate::source::read("t.xlsx", &bytes, &Default::default(), &mut |_| {}).unwrap();
        assert_eq!(back.parts[0].table.columns()[1].name, "n");
    }
}
